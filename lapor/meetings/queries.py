"""Reading meetings, their parts and follow-ups."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lapor.agencies.models import Agency
from lapor.meetings.models import (
    ActionItem,
    ActionItemAgency,
    Meeting,
    MeetingAgendaItem,
    MeetingDecision,
    MeetingObstacle,
    MeetingParticipant,
    MeetingText,
)
from lapor.meetings.rules import IN_THE_ROOM, Attendance, ItemStatus, MeetingState, Part, TextKind
from lapor.offices.models import Assignment, Person, Post
from lapor.offices.rules import post_words
from lapor.policy import PROVINCIAL, Actor, Permission, Power, Role

ROWS: dict[Part, type[Any]] = {
    Part.AGENDA: MeetingAgendaItem,
    Part.PARTICIPANT: MeetingParticipant,
    Part.OBSTACLE: MeetingObstacle,
    Part.DECISION: MeetingDecision,
    Part.ACTION_ITEM: ActionItem,
}


def _agencies_of(actor: Actor, permission: Permission) -> frozenset[int] | None:
    """The agencies for which ``actor`` has ``permission``; None for a provincial role, which has it for all."""
    powers = [power for power in actor.powers if power.grants(permission)]
    if any(power.role in PROVINCIAL for power in powers):
        return None
    return frozenset(power.agency_id for power in powers)


def powers_for_item(session: Session, actor: Actor, item: ActionItem) -> list[Power]:
    """The posts under which ``actor`` may say how far a follow-up is; more than one: he says which he acts as."""
    powers = [power for power in actor.powers if power.grants(Permission.ACTION_ITEM_UPDATE)]
    if item.all_agencies:
        return powers
    owing = set(
        session.scalars(sa.select(ActionItemAgency.agency_id).where(ActionItemAgency.action_item_id == item.id))
    )
    return [power for power in powers if power.role in PROVINCIAL or power.agency_id in owing]


def _visible(actor: Actor) -> "sa.ColumnElement[bool]":
    """Provincial roles see every meeting; agencies the ones to which they were invited, once held."""
    agencies = _agencies_of(actor, Permission.MEETING_VIEW)
    if agencies is None:
        return sa.true()
    invited = (
        sa.select(sa.literal(1))
        .where(MeetingParticipant.meeting_id == Meeting.id, MeetingParticipant.agency_id.in_(agencies))
        .exists()
    )
    return sa.and_(Meeting.state != MeetingState.DRAFT, invited)


@dataclass(frozen=True)
class MeetingLine:
    """A meeting as the list shows it; ``open_items`` are its follow-ups that are not done."""

    id: int
    title: str
    held_on: date
    place: str
    state: MeetingState
    present: int
    open_items: int


def list_meetings(session: Session, actor: Actor, *, limit: int, offset: int = 0) -> list[MeetingLine]:
    """Meetings that ``actor`` may see, newest first."""
    present = (
        sa.select(sa.func.count())
        .where(MeetingParticipant.meeting_id == Meeting.id, MeetingParticipant.attendance.in_(sorted(IN_THE_ROOM)))
        .scalar_subquery()
    )
    open_items = (
        sa.select(sa.func.count())
        .where(ActionItem.meeting_id == Meeting.id, ActionItem.status != ItemStatus.DONE)
        .scalar_subquery()
    )
    rows = session.execute(
        sa.select(
            Meeting.id,
            Meeting.title,
            Meeting.held_on,
            Meeting.place,
            Meeting.state,
            present.label("present"),
            open_items.label("open_items"),
        )
        .where(_visible(actor))
        .order_by(Meeting.held_on.desc(), Meeting.id.desc())
        .limit(limit)
        .offset(offset)
    )
    return [MeetingLine(**row._mapping) for row in rows]


def count_meetings(session: Session, actor: Actor, *, limit: int) -> int:
    """How many meetings ``actor`` may see; counting stops at ``limit``."""
    found = sa.select(Meeting.id).where(_visible(actor)).limit(limit).subquery()
    return session.scalar(sa.select(sa.func.count()).select_from(found)) or 0


def find_meeting(session: Session, actor: Actor, meeting_id: int) -> Meeting | None:
    """The meeting if ``actor`` may see it."""
    return session.scalar(sa.select(Meeting).where(Meeting.id == meeting_id, _visible(actor)))


def previous_meeting(session: Session, held_on: date, *, other_than: int | None = None) -> Meeting | None:
    """The latest meeting before the day."""
    return session.scalar(
        sa.select(Meeting)
        .where(Meeting.held_on < held_on, Meeting.id != (other_than or 0))
        .order_by(Meeting.held_on.desc(), Meeting.id.desc())
        .limit(1)
    )


def list_rows(session: Session, part: Part, meeting_id: int) -> Sequence[Any]:
    """The lines of one list of the minutes, in their order."""
    model = ROWS[part]
    return session.scalars(
        sa.select(model).where(model.meeting_id == meeting_id).order_by(model.position, model.id)
    ).all()


def find_row(session: Session, part: Part, meeting_id: int, row_id: int) -> Any | None:
    """One line of a list of the minutes of this meeting."""
    model = ROWS[part]
    return session.scalar(sa.select(model).where(model.id == row_id, model.meeting_id == meeting_id))


def list_texts(session: Session, meeting_id: int) -> Sequence[MeetingText]:
    """The long texts of the minutes."""
    return session.scalars(
        sa.select(MeetingText).where(MeetingText.meeting_id == meeting_id).order_by(MeetingText.id)
    ).all()


def text_of(texts: Sequence[MeetingText], kind: TextKind, agenda_item_id: int | None = None) -> MeetingText | None:
    """The text of this kind (of this agenda item) among ``texts``."""
    return next((t for t in texts if t.kind is kind and t.agenda_item_id == agenda_item_id), None)


def agency_ids_of(session: Session, item_ids: Sequence[int]) -> dict[int, list[int]]:
    """The agencies that owe each follow-up, in order."""
    found: dict[int, list[int]] = defaultdict(list)
    if item_ids:
        rows = session.execute(
            sa.select(ActionItemAgency.action_item_id, ActionItemAgency.agency_id)
            .where(ActionItemAgency.action_item_id.in_(item_ids))
            .order_by(ActionItemAgency.action_item_id, ActionItemAgency.agency_id)
        )
        for item_id, agency_id in rows:
            found[item_id].append(agency_id)
    return found


def carried_items(session: Session, meeting: Meeting) -> list[tuple[ActionItem, Meeting]]:
    """Follow-ups that the meeting looks back on: those of the meeting before, and older ones that are still open.

    By meeting and position, with the meeting that asked for each.
    """
    if meeting.previous_id is None:
        return []
    rows = session.execute(
        sa.select(ActionItem, Meeting)
        .join(Meeting, Meeting.id == ActionItem.meeting_id)
        .where(
            Meeting.held_on < meeting.held_on,
            sa.or_(Meeting.id == meeting.previous_id, ActionItem.status != ItemStatus.DONE),
        )
        .order_by(Meeting.held_on, Meeting.id, ActionItem.position, ActionItem.id)
    )
    return [(item, asked) for item, asked in rows]


@dataclass(frozen=True)
class ItemLine:
    """A follow-up as an agency's list shows it."""

    id: int
    description: str
    responsible: str
    due_on: date
    status: ItemStatus
    done_on: date | None
    note: str
    meeting_id: int
    meeting_title: str
    held_on: date


def _owed_by(actor: Actor) -> "sa.ColumnElement[bool]":
    agencies = _agencies_of(actor, Permission.ACTION_ITEM_UPDATE)
    if agencies is None:
        return sa.true()
    named = (
        sa.select(sa.literal(1))
        .where(ActionItemAgency.action_item_id == ActionItem.id, ActionItemAgency.agency_id.in_(agencies))
        .exists()
    )
    return sa.and_(Meeting.state != MeetingState.DRAFT, sa.or_(ActionItem.all_agencies.is_(True), named))


def list_action_items(session: Session, actor: Actor, *, done: bool, limit: int, offset: int = 0) -> list[ItemLine]:
    """Follow-ups that concern ``actor``: open ones by due date, finished ones newest first."""
    order = (ActionItem.done_on.desc(), ActionItem.id.desc()) if done else (ActionItem.due_on, ActionItem.id)
    rows = session.execute(
        sa.select(
            ActionItem.id,
            ActionItem.description,
            ActionItem.responsible,
            ActionItem.due_on,
            ActionItem.status,
            ActionItem.done_on,
            ActionItem.note,
            Meeting.id.label("meeting_id"),
            Meeting.title.label("meeting_title"),
            Meeting.held_on,
        )
        .join(Meeting, Meeting.id == ActionItem.meeting_id)
        .where(
            _owed_by(actor),
            (ActionItem.status == ItemStatus.DONE) if done else (ActionItem.status != ItemStatus.DONE),
        )
        .order_by(*order)
        .limit(limit)
        .offset(offset)
    )
    return [ItemLine(**row._mapping) for row in rows]


def count_action_items(session: Session, actor: Actor, *, done: bool, limit: int) -> int:
    """How many follow-ups ``list_action_items`` would find; counting stops at ``limit``."""
    found = (
        sa.select(ActionItem.id)
        .join(Meeting, Meeting.id == ActionItem.meeting_id)
        .where(
            _owed_by(actor),
            (ActionItem.status == ItemStatus.DONE) if done else (ActionItem.status != ItemStatus.DONE),
        )
        .limit(limit)
        .subquery()
    )
    return session.scalar(sa.select(sa.func.count()).select_from(found)) or 0


def find_action_item(session: Session, actor: Actor, item_id: int) -> tuple[ActionItem, Meeting] | None:
    """The follow-up with its meeting if it concerns ``actor``."""
    row = session.execute(
        sa.select(ActionItem, Meeting)
        .join(Meeting, Meeting.id == ActionItem.meeting_id)
        .where(ActionItem.id == item_id, _owed_by(actor))
    ).one_or_none()
    return (row[0], row[1]) if row else None


@dataclass(frozen=True)
class Seat:
    """A person with the post that he holds on a day and its agency."""

    person: Person
    post: str
    agency_id: int
    agency_name: str


def seats_on(session: Session, day: date, *, role: Role | None = None, person_id: int | None = None) -> list[Seat]:
    """Who holds which post on ``day`` (of this role, this person), by agency and name."""
    statement = (
        sa.select(Person, Post.title, Assignment.capacity, Agency.id, Agency.name)
        .join(Assignment, Assignment.person_id == Person.id)
        .join(Post, Post.id == Assignment.post_id)
        .join(Agency, Agency.id == Post.agency_id)
        .where(Assignment.starts_on <= day, sa.or_(Assignment.ends_on.is_(None), Assignment.ends_on >= day))
        .order_by(Agency.name, Agency.id, Person.name, Person.id, Assignment.id)
    )
    if role is not None:
        statement = statement.where(Post.kind == role)
    if person_id is not None:
        statement = statement.where(Person.id == person_id)
    return [
        Seat(person, post_words(title, capacity.value), agency_id, agency_name)
        for person, title, capacity, agency_id, agency_name in session.execute(statement)
    ]


def people_choices(session: Session) -> list[tuple[int, str]]:
    """Key and full name of all people, by name: for select fields."""
    people = session.scalars(sa.select(Person).order_by(Person.name, Person.id))
    return [(person.id, person.full_name) for person in people]


def meetings_with_obstacle(session: Session, description: str, before: date) -> date | None:
    """The day of the latest earlier meeting that noted the very same obstacle, or None."""
    return session.scalar(
        sa.select(sa.func.max(Meeting.held_on))
        .join(MeetingObstacle, MeetingObstacle.meeting_id == Meeting.id)
        .where(Meeting.held_on < before, sa.func.lower(MeetingObstacle.description) == description.strip().lower())
    )


def people_in_the_room(participants: Sequence[MeetingParticipant]) -> list[MeetingParticipant]:
    """Those who were there: present, represented, guests."""
    return [row for row in participants if row.attendance in IN_THE_ROOM]


def people_away(participants: Sequence[MeetingParticipant]) -> list[MeetingParticipant]:
    """Those who were invited and did not come."""
    return [row for row in participants if row.attendance in {Attendance.EXCUSED, Attendance.ABSENT}]
