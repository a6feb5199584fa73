"""Meetings and their minutes: agenda, people, texts, obstacles, decisions, follow-ups."""

from datetime import date, time
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from lapor.core.db import (
    Base,
    Day,
    Instant,
    Key,
    Name,
    OptionalDay,
    OptionalInstant,
    OptionalName,
    Text,
    code,
    refers,
)
from lapor.meetings.rules import Attendance, CheckIn, ItemStatus, MeetingState, TextKind

# Opening approved minutes again empties what was frozen: None must become SQL's NULL, not the JSON value null.
_FROZEN = sa.JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")


class Meeting(Base):
    """A meeting and the head of its minutes. Times are local (WITA) clock times of ``held_on``.

    The posts of chair, secretary and minute taker are stored as they are printed. ``frozen`` holds the whole
    document from the moment of approval, so that a signed paper can be made again after people and figures changed.
    """

    __tablename__ = "meeting"
    __table_args__ = (
        sa.Index("ix_meeting_held_on", "held_on", "id"),
        sa.CheckConstraint("ends_at IS NULL OR ends_at > starts_at", name="times_in_order"),
        sa.CheckConstraint("state <> 'approved' OR frozen_json IS NOT NULL", name="approved_is_frozen"),
    )

    id: Mapped[Key]
    title: Mapped[Name]
    held_on: Mapped[Day]
    starts_at: Mapped[time] = mapped_column(sa.Time())
    ends_at: Mapped[time | None] = mapped_column(sa.Time())
    opened_at: Mapped[time | None] = mapped_column(sa.Time())
    place: Mapped[Name]
    invitation_number: Mapped[OptionalName]
    invitation_date: Mapped[OptionalDay]
    chair_id: Mapped[int | None] = refers("person.id")
    chair_post: Mapped[str] = mapped_column(sa.String(200), default="")
    secretary_id: Mapped[int | None] = refers("person.id")
    secretary_post: Mapped[str] = mapped_column(sa.String(200), default="")
    minute_taker_id: Mapped[int | None] = refers("person.id")
    minute_taker_post: Mapped[str] = mapped_column(sa.String(200), default="")
    year_from: Mapped[int | None]
    year_to: Mapped[int | None]
    previous_id: Mapped[int | None] = refers("meeting.id")
    state: Mapped[MeetingState] = code(MeetingState, default=MeetingState.DRAFT)
    signed_on: Mapped[OptionalDay]
    approved_at: Mapped[OptionalInstant]
    frozen: Mapped[dict[str, Any] | None] = mapped_column("frozen_json", _FROZEN, nullable=True)
    created_at: Mapped[Instant]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}


class MeetingAgendaItem(Base):
    """One item of the agenda; what was said about it is a text of its own.

    With ``has_figures`` its discussion begins with the figures of the evaluated year.
    """

    __tablename__ = "meeting_agenda_item"

    id: Mapped[Key]
    meeting_id: Mapped[int] = refers("meeting.id")
    position: Mapped[int]
    title: Mapped[Name]
    has_figures: Mapped[bool] = mapped_column(default=False)


class MeetingText(Base):
    """A long text of the minutes, one point a line. Who saved it last is kept for the sentence of a conflict."""

    __tablename__ = "meeting_text"

    id: Mapped[Key]
    meeting_id: Mapped[int] = refers("meeting.id")
    kind: Mapped[TextKind] = code(TextKind)
    agenda_item_id: Mapped[int | None] = refers("meeting_agenda_item.id")
    body: Mapped[Text] = mapped_column(default="")
    saved_by: Mapped[OptionalName]
    saved_at: Mapped[OptionalInstant]
    version: Mapped[int] = mapped_column(default=1)


class MeetingParticipant(Base):
    """A person who was invited or came. Name, number and post are the words of that day."""

    __tablename__ = "meeting_participant"

    id: Mapped[Key]
    meeting_id: Mapped[int] = refers("meeting.id")
    position: Mapped[int]
    person_id: Mapped[int | None] = refers("person.id")
    name: Mapped[Name]
    number: Mapped[str] = mapped_column(sa.String(40), default="")
    post: Mapped[str] = mapped_column(sa.String(200), default="")
    agency_id: Mapped[int | None] = refers("agency.id")
    agency_name: Mapped[str] = mapped_column(sa.String(200), default="")
    attendance: Mapped[Attendance] = code(Attendance, default=Attendance.INVITED)
    way: Mapped[CheckIn | None] = code(CheckIn, nullable=True)
    represented_by: Mapped[str] = mapped_column(sa.String(200), default="")
    representative_number: Mapped[str] = mapped_column(sa.String(40), default="")
    representative_post: Mapped[str] = mapped_column(sa.String(200), default="")


class MeetingObstacle(Base):
    """What stands in the way; without an agency it concerns all ("Umum")."""

    __tablename__ = "meeting_obstacle"

    id: Mapped[Key]
    meeting_id: Mapped[int] = refers("meeting.id")
    position: Mapped[int]
    description: Mapped[Text]
    agency_id: Mapped[int | None] = refers("agency.id")
    raised_on: Mapped[OptionalDay]


class MeetingDecision(Base):
    """One decision."""

    __tablename__ = "meeting_decision"

    id: Mapped[Key]
    meeting_id: Mapped[int] = refers("meeting.id")
    position: Mapped[int]
    description: Mapped[Text]


class ActionItem(Base):
    """A follow-up: who does what until when. It is carried from meeting to meeting until it is done.

    ``responsible`` are the words on paper; the agencies that see it in their list are in `action_item_agency`, or
    all of them when ``all_agencies``.
    """

    __tablename__ = "action_item"
    __table_args__ = (sa.Index("ix_action_item_status", "status", "due_on", "id"),)

    id: Mapped[Key]
    meeting_id: Mapped[int] = refers("meeting.id")
    position: Mapped[int]
    description: Mapped[Text]
    responsible: Mapped[Name]
    all_agencies: Mapped[bool] = mapped_column(default=False)
    due_on: Mapped[date] = mapped_column(sa.Date())
    status: Mapped[ItemStatus] = code(ItemStatus, default=ItemStatus.NOT_STARTED)
    done_on: Mapped[OptionalDay]
    note: Mapped[str] = mapped_column(sa.String(300), default="")
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}


class ActionItemAgency(Base):
    """An agency that owes a follow-up."""

    __tablename__ = "action_item_agency"

    action_item_id: Mapped[int] = mapped_column(
        sa.ForeignKey("action_item.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    agency_id: Mapped[int] = mapped_column(
        sa.ForeignKey("agency.id"), primary_key=True, autoincrement=False, index=True
    )
