"""What the first pages ask: counts of the menu in one statement, drafts, what is to be set up, whom to call."""

from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lapor.accounts.models import Account
from lapor.agencies.models import Agency, LaporUnit, UnitDecision
from lapor.calendar.models import DayOff
from lapor.complaints.models import Complaint
from lapor.complaints.queries import (
    not_about_agencies_condition,
    not_about_office_condition,
    not_about_person_condition,
)
from lapor.core.db import one_of
from lapor.core.rows import plain_rows
from lapor.desk.queries import to_check_condition, to_inspect_condition
from lapor.dispositions.models import Disposition, Response
from lapor.dispositions.passing import unit_waiting
from lapor.dispositions.queries import KEPT
from lapor.dispositions.rules import RecordState, ResponseKind, ResponseState
from lapor.evidence.models import SheetRecord
from lapor.notifications.models import Notification
from lapor.notifications.queries import unread_condition
from lapor.offices.models import ActingProposal, Assignment, Person, Post, ProposalState
from lapor.offices.queries import covers
from lapor.policy import Actor, Permission, Role, Scope

STOP = 1000


@dataclass(frozen=True)
class MenuCounts:
    """How much waits for a person; 0 where the role does not ask for it."""

    owed: int = 0
    agency_open: int = 0
    to_check: int = 0
    to_match: int = 0
    to_inspect: int = 0
    unit_open: int = 0
    sheets: int = 0
    to_assign: int = 0
    unread: int = 0


@lru_cache(maxsize=KEPT)
def _counts_statement(
    heads: tuple[int, ...], agency_ids: frozenset[int], unit_post_ids: frozenset[int], roles: frozenset[Role]
) -> "sa.Select[*tuple[Any, ...]]":
    wanted: list[sa.Label[int]] = []

    def count(name: str, statement: "sa.Select[int]") -> None:
        found = sa.select(sa.func.count()).select_from(statement.limit(STOP).subquery())
        wanted.append(found.scalar_subquery().label(name))

    if heads:
        count(
            "owed",
            sa.select(Disposition.id)
            .join(Complaint, Complaint.id == Disposition.complaint_id)
            .where(
                one_of(Disposition.head_agency_id, heads),
                Disposition.is_owed.is_(True),
                not_about_agencies_condition(agency_ids),
                not_about_person_condition(sa.bindparam("bell_person")),
            ),
        )
    if agency_ids and roles & {Role.OPERATOR, Role.LIAISON}:
        count(
            "agency_open",
            sa.select(Disposition.id)
            .join(Complaint, Complaint.id == Disposition.complaint_id)
            .where(
                one_of(Disposition.agency_id, sorted(agency_ids)),
                Disposition.is_open.is_(True),
                not_about_agencies_condition(agency_ids),
                not_about_person_condition(sa.bindparam("bell_person")),
            ),
        )
    if Role.COORDINATOR in roles:
        count("to_check", sa.select(Complaint.id).where(to_check_condition()))
        count(
            "sheets",
            sa.select(SheetRecord.id)
            .join(Disposition, Disposition.id == SheetRecord.disposition_id)
            .join(Complaint, Complaint.id == Disposition.complaint_id)
            .where(SheetRecord.state == RecordState.PENDING, not_about_office_condition()),
        )
        count("to_match", sa.select(LaporUnit.id).where(LaporUnit.decision == UnitDecision.PENDING))
    if roles & {Role.COORDINATOR, Role.SECRETARIAT}:
        wanted.append((_waiting_proposals() + _overdue_orders()).label("to_assign"))
    if Role.INSPECTORATE in roles:
        count("to_inspect", sa.select(Complaint.id).where(to_inspect_condition()))
    if unit_post_ids:
        count("unit_open", unit_waiting(unit_post_ids))
    count("unread", sa.select(Notification.id).where(unread_condition()))
    return sa.select(*wanted)


def _number_of(statement: "sa.Select[int]") -> "sa.ScalarSelect[int]":
    return sa.select(sa.func.count()).select_from(statement.limit(STOP).subquery()).scalar_subquery()


def _waiting_proposals() -> "sa.ScalarSelect[int]":
    return _number_of(sa.select(ActingProposal.id).where(ActingProposal.state == ProposalState.WAITING))


def _overdue_orders() -> "sa.ScalarSelect[int]":
    return _number_of(sa.select(Assignment.id).where(Assignment.order_due_on < sa.bindparam("menu_day")))


def menu_counts(session: Session, actor: Actor, scope: Scope, now: datetime) -> MenuCounts:
    """The counts of the menu of ``actor`` and of his bell, in one statement; counting stops at 1,000."""
    heads = tuple(sorted(p.agency_id for p in actor.powers if p.grants(Permission.DISPOSITION_ACKNOWLEDGE)))
    statement = _counts_statement(heads, scope.agency_ids, scope.unit_post_ids, actor.roles)
    values: dict[str, Any] = {"bell_person": actor.person_id, "bell_now": now}
    if actor.roles & {Role.COORDINATOR, Role.SECRETARIAT}:
        values["menu_day"] = actor.day
    row = plain_rows(session, statement, values)[0]
    return MenuCounts(**row._asdict())


def count_to_match(session: Session) -> int:
    """How many units that LAPOR! names are not matched to an agency; counting stops at 1,000."""
    found = sa.select(LaporUnit.id).where(LaporUnit.decision == UnitDecision.PENDING).limit(STOP).subquery()
    return session.scalar(sa.select(sa.func.count()).select_from(found)) or 0


@dataclass(frozen=True)
class DraftLine:
    """An answer that is written but not yet given in LAPOR!; the title as it is, to be masked by who shows it."""

    disposition_id: int
    title: str
    number: str
    tracking_id: str | None
    kind: ResponseKind
    state: ResponseState
    updated_at: datetime
    author_name: str

    @property
    def reference(self) -> str:
        """What people call the complaint: the Tracking ID, else our number."""
        return f"#{self.tracking_id}" if self.tracking_id else self.number


def list_drafts(session: Session, scope: Scope, limit: int) -> list[DraftLine]:
    """Drafts of answers to the running orders of the agencies of ``scope``, the last written first."""
    rows = session.execute(
        sa.select(
            Response.disposition_id,
            Complaint.title,
            Complaint.number,
            Complaint.tracking_id,
            Response.kind,
            Response.state,
            Response.updated_at,
            Response.author_name,
        )
        .join(Disposition, Disposition.id == Response.disposition_id)
        .join(Complaint, Complaint.id == Disposition.complaint_id)
        .where(
            Disposition.agency_id.in_(sorted(scope.agency_ids)),
            Disposition.is_open.is_(True),
            Response.state != ResponseState.POSTED,
            not_about_agencies_condition(scope.agency_ids, scope.person_id),
        )
        .order_by(Response.updated_at.desc(), Response.id.desc())
        .limit(limit)
    )
    return [DraftLine(**row._mapping) for row in rows]


@dataclass(frozen=True)
class SetUp:
    """How far the system is set up: what the administrator looks after."""

    agencies: int
    accounts: int
    coordinators: int
    heads: int
    days_off: int


def set_up(session: Session, day: date) -> SetUp:
    """Agencies in being, open accounts, holders of the coordinator's and of heads' posts, days off of the year."""

    def count(statement: "sa.Select[int]") -> "sa.ScalarSelect[int]":
        return sa.select(sa.func.count()).select_from(statement.subquery()).scalar_subquery()

    def holders(role: Role) -> "sa.ScalarSelect[int]":
        return count(
            sa.select(Post.id)
            .join(Assignment, Assignment.post_id == Post.id)
            .where(Post.kind == role, covers(day))
            .distinct()
        )

    row = session.execute(
        sa.select(
            count(sa.select(Agency.id).where(sa.or_(Agency.ends_on.is_(None), Agency.ends_on >= day))),
            count(sa.select(Account.id).where(Account.is_active.is_(True))),
            holders(Role.COORDINATOR),
            holders(Role.HEAD),
            count(sa.select(DayOff.id).where(DayOff.day.between(date(day.year, 1, 1), date(day.year, 12, 31)))),
        )
    ).one()
    return SetUp(*row)


@dataclass(frozen=True)
class Contact:
    """A coordinator whom one can ask."""

    name: str
    post_title: str
    phone: str | None

    @property
    def whatsapp(self) -> str | None:
        """The number as WhatsApp's addresses want it: with the country, digits only."""
        digits = "".join(sign for sign in self.phone or "" if sign.isdigit())
        if digits.startswith("0"):
            digits = f"62{digits[1:]}"
        return digits if len(digits) >= 10 and digits.startswith("62") else None


def list_contacts(session: Session, day: date) -> list[Contact]:
    """Who holds a coordinator's post on ``day``, by the order of taking it up."""
    rows = session.execute(
        sa.select(Person, Post.title)
        .join(Assignment, Assignment.person_id == Person.id)
        .join(Post, Post.id == Assignment.post_id)
        .where(Post.kind == Role.COORDINATOR, covers(day))
        .order_by(Assignment.starts_on, Assignment.id)
        .limit(10)
    )
    return [Contact(person.full_name, title, person.phone) for person, title in rows]
