"""Reading the table, what is due to be sent, the ledger and the letters."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lapor.agencies.models import Agency
from lapor.complaints.models import Complaint
from lapor.complaints.rules import ReportedParty
from lapor.core.clock import day_bounds
from lapor.dispositions.models import Deadline, Disposition
from lapor.dispositions.queries import visible_condition
from lapor.dispositions.rules import Stage
from lapor.offices.models import Assignment, Post
from lapor.policy import Role, Scope
from lapor.reminders.models import Brief, Letter, LetterItem, Reminder, ReminderRule
from lapor.reminders.rules import LetterState, Receiver, Rule, Window


def running_rules(session: Session) -> Sequence[ReminderRule]:
    """The table as it stands, by stage and then by time."""
    order = sa.case({stage.value: place for place, stage in enumerate(Stage)}, value=ReminderRule.stage)
    return session.scalars(
        sa.select(ReminderRule)
        .where(ReminderRule.ended_at.is_(None))
        .order_by(order, ReminderRule.offset_days, ReminderRule.id)
    ).all()


def rules_of(rows: Iterable[ReminderRule]) -> list[Rule]:
    """The rows of the table as values."""
    return [Rule(row.stage, row.offset_days, row.receiver, row.id) for row in rows]


@dataclass(frozen=True)
class Due:
    """A deadline for which a rule has come and has not spoken."""

    deadline_id: int
    due_on: date
    complaint_id: int
    disposition_id: int | None
    agency_id: int | None
    agency: str | None
    head_agency_id: int | None
    tracking_id: str | None
    number: str
    reported_party: ReportedParty | None
    reported_agency_id: int | None
    reported_person_id: int | None

    @property
    def reference(self) -> str:
        """What people call the complaint."""
        return f"#{self.tracking_id}" if self.tracking_id else self.number

    @property
    def is_about_office(self) -> bool:
        """About the coordinator's own office, which the Inspektorat handles."""
        return self.reported_party is ReportedParty.COORDINATOR_OFFICE


def _due(window: Window) -> "sa.Select[*tuple[Any, ...]]":
    spoken = (
        sa.exists()
        .where(
            Reminder.deadline_id == Deadline.id,
            Reminder.rule_id == window.rule.id,
            Reminder.due_on == Deadline.due_on,
        )
        .correlate(Deadline)
    )
    statement = (
        sa.select(
            Deadline.id,
            Deadline.due_on,
            Deadline.complaint_id,
            Deadline.disposition_id,
            Disposition.agency_id,
            Agency.abbreviation,
            Disposition.head_agency_id,
            Complaint.tracking_id,
            Complaint.number,
            Complaint.reported_party,
            Complaint.reported_agency_id,
            Complaint.reported_person_id,
        )
        .join(Complaint, Complaint.id == Deadline.complaint_id)
        .outerjoin(Disposition, Disposition.id == Deadline.disposition_id)
        .outerjoin(Agency, Agency.id == Disposition.agency_id)
        .where(
            Deadline.is_open.is_(True),
            Deadline.stage == window.rule.stage,
            Deadline.due_on <= window.until,
            # while the clock stands still nobody is late
            Complaint.on_hold_since.is_(None),
            sa.not_(spoken),
        )
        .order_by(Deadline.due_on, Deadline.id)
    )
    return statement if window.after is None else statement.where(Deadline.due_on > window.after)


def list_due(session: Session, window: Window) -> list[Due]:
    """The deadlines for which this rule has to speak, the oldest first."""
    return [Due(*row) for row in session.execute(_due(window))]


def list_due_locked(session: Session, window: Window, keys: Sequence[int]) -> list[Due]:
    """Of these deadlines those that are still to be sent, with their complaints locked for this transaction.

    A complaint on which somebody works at this moment is left to the next pass.
    """
    statement = _due(window).where(Deadline.id.in_(list(keys))).with_for_update(of=Complaint, skip_locked=True)
    return [Due(*row) for row in session.execute(statement)]


def told_since(session: Session, keys: Sequence[int], since: datetime) -> set[tuple[int, int]]:
    """Deadline and person for everybody who was reminded of one of these deadlines from ``since`` on."""
    rows = session.execute(
        sa.select(Reminder.deadline_id, Reminder.told)
        .where(Reminder.deadline_id.in_(list(keys)), Reminder.sent_at >= since, Reminder.letter_id.is_(None))
        .order_by(Reminder.id)
    )
    return {(deadline_id, item["person_id"]) for deadline_id, told in rows for item in told}


@dataclass(frozen=True)
class LedgerLine:
    """A row of the ledger as the page shows it."""

    id: int
    sent_at: datetime
    complaint_id: int
    reference: str
    agency: str | None
    stage: Stage
    offset_days: int
    due_on: date
    receiver: Receiver
    told: list[dict[str, Any]]
    letter_id: int | None


@dataclass(frozen=True)
class LedgerFilters:
    """What the page of the ledger asks for."""

    reference: str = ""
    agency_id: int | None = None
    receiver: Receiver | None = None
    day: date | None = None


def list_ledger(
    session: Session, scope: Scope, filters: LedgerFilters, *, limit: int, offset: int = 0
) -> list[LedgerLine]:
    """Who was reminded when, of what ``scope`` may know, the newest first."""
    statement = (
        sa.select(
            Reminder.id,
            Reminder.sent_at,
            Reminder.complaint_id,
            Complaint.tracking_id,
            Complaint.number,
            Agency.abbreviation,
            Reminder.stage,
            Reminder.offset_days,
            Reminder.due_on,
            Reminder.receiver,
            Reminder.told,
            Reminder.letter_id,
        )
        .join(Complaint, Complaint.id == Reminder.complaint_id)
        .outerjoin(Agency, Agency.id == Reminder.agency_id)
        .where(visible_condition(scope))
        .order_by(Reminder.sent_at.desc(), Reminder.id.desc())
        .limit(limit)
        .offset(offset)
    )
    if filters.reference:
        words = filters.reference.strip().lstrip("#")
        statement = statement.where(sa.or_(Complaint.tracking_id == words, Complaint.number == words.upper()))
    if filters.agency_id is not None:
        statement = statement.where(Reminder.agency_id == filters.agency_id)
    if filters.receiver is not None:
        statement = statement.where(Reminder.receiver == filters.receiver)
    if filters.day is not None:
        first, after = day_bounds(filters.day)
        statement = statement.where(Reminder.sent_at >= first, Reminder.sent_at < after)
    return [
        LedgerLine(
            id=row.id,
            sent_at=row.sent_at,
            complaint_id=row.complaint_id,
            reference=f"#{row.tracking_id}" if row.tracking_id else row.number,
            agency=row.abbreviation,
            stage=row.stage,
            offset_days=row.offset_days,
            due_on=row.due_on,
            receiver=row.receiver,
            told=row.told,
            letter_id=row.letter_id,
        )
        for row in session.execute(statement)
    ]


@dataclass(frozen=True)
class LetterLine:
    """A letter as the list shows it."""

    letter: Letter
    agency: str
    items: int


def list_letters(session: Session, *, limit: int, offset: int = 0) -> list[LetterLine]:
    """Letters, those that wait for a decision first, then the newest first."""
    items = (
        sa.select(sa.func.count(LetterItem.id))
        .where(LetterItem.letter_id == Letter.id)
        .correlate(Letter)
        .scalar_subquery()
    )
    waits = sa.case((Letter.state == LetterState.DRAFT, 0), (Letter.state == LetterState.READY, 1), else_=2)
    rows = session.execute(
        sa.select(Letter, Agency.name, items)
        .join(Agency, Agency.id == Letter.agency_id)
        .order_by(waits, Letter.made_at.desc(), Letter.id.desc())
        .limit(limit)
        .offset(offset)
    )
    return [LetterLine(letter, agency, count) for letter, agency, count in rows]


def count_letters(session: Session, state: LetterState) -> int:
    """How many letters are in this state."""
    return session.scalar(sa.select(sa.func.count()).select_from(Letter).where(Letter.state == state)) or 0


@dataclass(frozen=True)
class ItemLine:
    """A complaint on a letter. It names reference and days, never what it is about."""

    deadline_id: int
    complaint_id: int
    reference: str
    received_on: date
    stage: Stage
    due_on: date
    is_open: bool


def list_items(session: Session, letter: Letter) -> list[ItemLine]:
    """What the letter is about, the oldest due date first.

    What the agency must not know of any more (it or its head is reported) is left out.
    """
    rows = session.execute(
        sa.select(
            Deadline.id,
            Deadline.complaint_id,
            Complaint.tracking_id,
            Complaint.number,
            Complaint.received_on,
            Deadline.stage,
            Deadline.due_on,
            sa.and_(Deadline.is_open.is_(True), Complaint.on_hold_since.is_(None)),
        )
        .select_from(LetterItem)
        .join(Deadline, Deadline.id == LetterItem.deadline_id)
        .join(Complaint, Complaint.id == LetterItem.complaint_id)
        .where(LetterItem.letter_id == letter.id, _may_stand_on(letter.agency_id))
        .order_by(Deadline.due_on, Deadline.id)
    )
    return [
        ItemLine(key, complaint_id, f"#{tracking}" if tracking else number, received, stage, due, bool(runs))
        for key, complaint_id, tracking, number, received, stage, due, runs in rows
    ]


def _may_stand_on(agency_id: int) -> "sa.ColumnElement[bool]":
    """Complaints that may stand on a letter to this agency, which the coordinator drafts: not about either."""
    return sa.and_(
        sa.or_(
            Complaint.reported_party.is_(None),
            Complaint.reported_party != ReportedParty.COORDINATOR_OFFICE.value,
        ),
        sa.or_(
            Complaint.reported_party.is_(None),
            Complaint.reported_party.in_([ReportedParty.NONE.value, ReportedParty.STAFF.value]),
            Complaint.reported_agency_id.is_(None),
            Complaint.reported_agency_id != agency_id,
        ),
        sa.or_(Complaint.reported_person_id.is_(None), Complaint.reported_person_id.not_in(heads_ever(agency_id))),
    )


def heads_ever(agency_id: int) -> "sa.Select[int]":
    """Everybody who heads, headed or will head the agency: a letter to its head must not be about one of them."""
    return (
        sa.select(Assignment.person_id)
        .join(Post, Post.id == Assignment.post_id)
        .where(Post.agency_id == agency_id, Post.kind == Role.HEAD)
    )


def list_briefs(session: Session, *, limit: int) -> Sequence[Brief]:
    """The pages for the leadership, the newest first."""
    return session.scalars(sa.select(Brief).order_by(Brief.first_day.desc(), Brief.id.desc()).limit(limit)).all()


@dataclass(frozen=True)
class AgencyState:
    """How an agency stands on a day: orders that are open, of them late, and waiting for the head; and finished."""

    agency: str
    open: int
    waiting: int
    late: int
    finished: int


def agency_states(session: Session, today: date, first: date, last: date) -> list[AgencyState]:
    """Agencies that have anything open or finished something from ``first`` to ``last``, by name."""

    def count(condition: "sa.ColumnElement[bool]") -> "sa.ColumnElement[int]":
        return sa.func.coalesce(sa.func.sum(sa.case((condition, 1), else_=0)), 0)

    finished = sa.and_(Disposition.finished_on >= first, Disposition.finished_on <= last)
    rows = session.execute(
        sa.select(
            Agency.name,
            count(Disposition.is_open.is_(True)),
            count(Disposition.is_owed.is_(True)),
            count(sa.and_(Disposition.is_open.is_(True), Disposition.next_due_on < today)),
            count(finished),
        )
        .join(Agency, Agency.id == Disposition.agency_id)
        .where(sa.or_(Disposition.is_open.is_(True), Disposition.is_owed.is_(True), finished))
        .group_by(Agency.id, Agency.name)
        .order_by(Agency.name, Agency.id)
    )
    return [AgencyState(*row) for row in rows]
