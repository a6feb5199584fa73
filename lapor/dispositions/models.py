"""What an agency was asked, who knew of it and what was answered."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from lapor.complaints.models import NO_DUE
from lapor.complaints.rules import Origin
from lapor.core.db import (
    Base,
    Day,
    Instant,
    Json,
    Key,
    Name,
    OptionalDay,
    OptionalInstant,
    OptionalName,
    OptionalText,
    Text,
    code,
    refers,
)
from lapor.dispositions.rules import Part, ResponseKind, ResponseState, Stage, State, Way


class Disposition(Base):
    """One complaint linked to one agency in one round.

    ``is_open`` (state in OPEN and the complaint still runs), ``next_due_on`` and ``next_stage`` are derived and kept
    by ``dispositions.services.refresh``. ``head_agency_id``: whose head acknowledges (a unit's parent, where that
    is set). ``is_owed``: an acknowledgement is owed and not yet given.
    """

    __tablename__ = "disposition"
    __table_args__ = (
        sa.Index("ix_disposition_agency_open", "agency_id", "is_open", "next_due_on", "id"),
        sa.Index("ix_disposition_head_owed", "head_agency_id", "is_owed", "next_due_on", "id"),
        sa.Index("ix_disposition_agency_id", "agency_id", "id"),
        sa.Index("ix_disposition_complaint", "complaint_id", "id"),
        sa.Index(
            "uq_disposition_active_agency",
            "complaint_id",
            "agency_id",
            "round",
            unique=True,
            sqlite_where=sa.text("state NOT IN ('returned', 'withdrawn')"),
            postgresql_where=sa.text("state NOT IN ('returned', 'withdrawn')"),
        ),
    )

    id: Mapped[Key]
    complaint_id: Mapped[int] = refers("complaint.id", index=False)
    agency_id: Mapped[int] = refers("agency.id", index=False)
    head_agency_id: Mapped[int] = refers("agency.id", index=False)
    part: Mapped[Part] = code(Part)
    round: Mapped[int] = mapped_column(default=1)
    origin: Mapped[Origin] = code(Origin)
    state: Mapped[State] = code(State, default=State.WAITING)
    unit_name: Mapped[OptionalName]
    note: Mapped[OptionalText]
    disposed_at: Mapped[Instant]
    disposed_on: Mapped[Day]
    disposed_by: Mapped[int | None]
    opened_at: Mapped[OptionalInstant]
    acknowledged_on: Mapped[OptionalDay]
    first_response_on: Mapped[OptionalDay]
    finished_on: Mapped[OptionalDay]
    answered_before_known: Mapped[bool] = mapped_column(default=False)
    lifted_at: Mapped[OptionalInstant]
    lifted_reason: Mapped[OptionalText]
    return_proposed_at: Mapped[OptionalInstant]
    return_proposal: Mapped[OptionalText]
    returned_at: Mapped[OptionalInstant]
    return_reason: Mapped[OptionalText]
    withdrawn_at: Mapped[OptionalInstant]
    withdraw_reason: Mapped[OptionalText]
    is_owed: Mapped[bool] = mapped_column(default=False)
    is_open: Mapped[bool] = mapped_column(default=True)
    next_due_on: Mapped[Day] = mapped_column(default=NO_DUE)
    next_stage: Mapped[str | None] = mapped_column(sa.String(40))
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}

    @property
    def is_lifted(self) -> bool:
        """The coordinator allowed an answer before the head knows."""
        return self.lifted_at is not None


class Opening(Base):
    """The first time that a head saw a disposition: seen is not acknowledged."""

    __tablename__ = "opening"
    __table_args__ = (sa.UniqueConstraint("disposition_id", "person_id"),)

    id: Mapped[Key]
    disposition_id: Mapped[int] = refers("disposition.id", index=False)
    person_id: Mapped[int] = refers("person.id", index=False)
    opened_at: Mapped[Instant]


class Acknowledgement(Base):
    """The head's statement that he knows: never edited, never deleted, at most superseded by a new one."""

    __tablename__ = "acknowledgement"

    id: Mapped[Key]
    disposition_id: Mapped[int] = refers("disposition.id")
    assignment_id: Mapped[int] = refers("assignment.id")
    person_id: Mapped[int] = refers("person.id")
    person_name: Mapped[Name]
    post_title: Mapped[Name]
    capacity: Mapped[str] = mapped_column(sa.String(20))
    order_number: Mapped[OptionalName]
    way: Mapped[Way] = code(Way)
    opened_at: Mapped[Instant]
    acknowledged_at: Mapped[Instant]
    acknowledged_on: Mapped[Day]
    digest: Mapped[str] = mapped_column(sa.String(64))
    shown: Mapped[dict[str, Any]] = mapped_column("shown_json", Json)
    instruction: Mapped[OptionalText]
    superseded_by_id: Mapped[int | None] = refers("acknowledgement.id")
    supersede_reason: Mapped[OptionalText]


class PassedOn(Base):
    """To whom the head passed the complaint on: a post with an account, or a name on paper."""

    __tablename__ = "passed_on"

    id: Mapped[Key]
    acknowledgement_id: Mapped[int] = refers("acknowledgement.id")
    disposition_id: Mapped[int] = refers("disposition.id")
    post_id: Mapped[int | None] = refers("post.id")
    label: Mapped[Name]


class Response(Base):
    """What the agency answers: a draft first, then what was given in LAPOR! and when."""

    __tablename__ = "response"

    id: Mapped[Key]
    disposition_id: Mapped[int] = refers("disposition.id")
    kind: Mapped[ResponseKind] = code(ResponseKind)
    state: Mapped[ResponseState] = code(ResponseState, default=ResponseState.DRAFT)
    text: Mapped[Text]
    created_at: Mapped[Instant]
    updated_at: Mapped[Instant]
    author_id: Mapped[int]
    author_name: Mapped[Name]
    released_at: Mapped[OptionalInstant]
    posted_at: Mapped[OptionalInstant]
    posted_on: Mapped[OptionalDay]
    logged_at: Mapped[OptionalInstant]
    before_known: Mapped[bool] = mapped_column(default=False)
    before_known_reason: Mapped[OptionalText]
    quality: Mapped[int | None]
    quality_checks: Mapped[dict[str, Any] | None] = mapped_column("quality_json", Json, nullable=True)
    reviewed_at: Mapped[OptionalInstant]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}


class Deadline(Base):
    """A time limit of a complaint (verification, reporter's reply) or of a disposition. ``met_on`` ends it.

    ``is_open``: still runs. ``is_void``: does not count (withdrawn, returned, archived).
    """

    __tablename__ = "deadline"
    __table_args__ = (
        sa.Index("ix_deadline_open_due", "is_open", "due_on", "id"),
        sa.Index("ix_deadline_complaint", "complaint_id", "id"),
        sa.Index("ix_deadline_disposition_stage", "disposition_id", "stage"),
    )

    id: Mapped[Key]
    complaint_id: Mapped[int] = refers("complaint.id", index=False)
    disposition_id: Mapped[int | None] = refers("disposition.id", index=False)
    stage: Mapped[Stage] = code(Stage)
    started_on: Mapped[Day]
    working_days: Mapped[int]
    paused_days: Mapped[int] = mapped_column(default=0)
    due_on: Mapped[Day]
    calendar_version: Mapped[int]
    met_on: Mapped[OptionalDay]
    is_open: Mapped[bool] = mapped_column(default=True)
    is_void: Mapped[bool] = mapped_column(default=False)
