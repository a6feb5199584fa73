"""What an agency was asked, who knew of it and what was answered."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from lapor.accounts.rules import Means
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
from lapor.dispositions.rules import MaterialState, Part, ResponseKind, ResponseState, Stage, State, Way


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
    lift_ended_at: Mapped[OptionalInstant]
    lift_end_reason: Mapped[OptionalText]
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
        return self.lifted_at is not None and self.lift_ended_at is None


class Opening(Base):
    """The first time that a head saw a disposition: seen is not acknowledged."""

    __tablename__ = "opening"
    __table_args__ = (sa.UniqueConstraint("disposition_id", "person_id"),)

    id: Mapped[Key]
    disposition_id: Mapped[int] = refers("disposition.id", index=False)
    person_id: Mapped[int] = refers("person.id", index=False)
    opened_at: Mapped[Instant]


class Acknowledgement(Base):
    """The head's statement that he knows: never edited, never deleted, at most superseded by a new one.

    ``in_list``: read on one page with other old complaints.
    ``voided_at``: given on paper and refused by the coordinator, so that it is owed again.
    """

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
    in_list: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    voided_at: Mapped[OptionalInstant]
    void_reason: Mapped[OptionalText]
    mandate_id: Mapped[int | None] = refers("mandate.id", index=False)
    means: Mapped[Means] = code(Means, default=Means.PASSWORD, server_default=Means.PASSWORD.value)
    device: Mapped[OptionalName]
    signature: Mapped[dict[str, Any] | None] = mapped_column("signature_json", Json, nullable=True)


class PassedOn(Base):
    """To whom the head passed the complaint on: a post with an account, or a name on paper."""

    __tablename__ = "passed_on"

    id: Mapped[Key]
    acknowledgement_id: Mapped[int] = refers("acknowledgement.id")
    disposition_id: Mapped[int] = refers("disposition.id")
    post_id: Mapped[int | None] = refers("post.id")
    label: Mapped[Name]
    by_head: Mapped[bool] = mapped_column(default=True, server_default=sa.true())
    passed_at: Mapped[OptionalInstant]
    passed_by_name: Mapped[OptionalName]
    taken_back_at: Mapped[OptionalInstant]
    taken_back_by_name: Mapped[OptionalName]
    take_back_reason: Mapped[OptionalText]


class Material(Base):
    """What a unit writes for the answer (bahan jawaban); the agency's operator takes it over or returns it.

    ``passed_key`` names the receiver: ``post:<id>`` or ``label:<words>``. ``behalf_name``: the material came on paper
    and an operator wrote it down in that person's name, dated ``behalf_on``.
    """

    __tablename__ = "material"
    __table_args__ = (sa.UniqueConstraint("disposition_id", "passed_key"),)

    id: Mapped[Key]
    disposition_id: Mapped[int] = refers("disposition.id", index=False)
    passed_key: Mapped[str] = mapped_column(sa.String(220))
    post_id: Mapped[int | None] = refers("post.id")
    label: Mapped[Name]
    state: Mapped[MaterialState] = code(MaterialState, default=MaterialState.DRAFT)
    text: Mapped[Text]
    created_at: Mapped[Instant]
    updated_at: Mapped[Instant]
    author_id: Mapped[int]
    author_name: Mapped[Name]
    author_post: Mapped[Name]
    assignment_id: Mapped[int | None] = refers("assignment.id", index=False)
    behalf_name: Mapped[OptionalName]
    behalf_on: Mapped[OptionalDay]
    sent_at: Mapped[OptionalInstant]
    return_reason: Mapped[OptionalText]
    returned_by_name: Mapped[OptionalName]
    taken_over_at: Mapped[OptionalInstant]
    taken_over_by_name: Mapped[OptionalName]
    response_id: Mapped[int | None]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}


class MaterialVersion(Base):
    """Each sending of a material as it was, and why it was returned."""

    __tablename__ = "material_version"
    __table_args__ = (sa.UniqueConstraint("material_id", "number"),)

    id: Mapped[Key]
    material_id: Mapped[int] = refers("material.id", index=False)
    number: Mapped[int]
    text: Mapped[Text]
    sent_at: Mapped[Instant]
    author_name: Mapped[Name]
    author_post: Mapped[Name]
    returned_at: Mapped[OptionalInstant]
    returned_by_name: Mapped[OptionalName]
    return_reason: Mapped[OptionalText]


class Mandate(Base):
    """A head's written mandate to the holder of the liaison's post (model.md, way c).

    It holds from ``starts_on`` to ``ends_on`` while both assignments run and the giver himself has the head's powers.
    The scan of the paper is a stored file of the kind ``mandate``.
    """

    __tablename__ = "mandate"
    __table_args__ = (
        sa.CheckConstraint("ends_on >= starts_on", name="days_in_order"),
        sa.Index("ix_mandate_agency_days", "agency_id", "starts_on", "ends_on"),
    )

    id: Mapped[Key]
    agency_id: Mapped[int] = refers("agency.id", index=False)
    number: Mapped[Name]
    dated_on: Mapped[Day]
    starts_on: Mapped[Day]
    ends_on: Mapped[Day]
    head_assignment_id: Mapped[int] = refers("assignment.id", index=False)
    head_name: Mapped[Name]
    head_post: Mapped[Name]
    holder_assignment_id: Mapped[int] = refers("assignment.id")
    holder_name: Mapped[Name]
    holder_post: Mapped[Name]
    entered_at: Mapped[Instant]
    entered_by_name: Mapped[Name]
    revoked_at: Mapped[OptionalInstant]
    revoked_by_name: Mapped[OptionalName]
    revoke_reason: Mapped[OptionalText]


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
    submitted_at: Mapped[OptionalInstant]
    submitted_by_id: Mapped[int | None]
    submitted_by_name: Mapped[OptionalName]
    initialled_at: Mapped[OptionalInstant]
    initialled_by_name: Mapped[OptionalName]
    initialled_post: Mapped[OptionalName]
    initialled_assignment_id: Mapped[int | None]
    remark: Mapped[OptionalText]
    remarked_at: Mapped[OptionalInstant]
    remarked_by_name: Mapped[OptionalName]
    without_initials: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
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


class MovedDeadline(Base):
    """A deadline that got another day when the calendar changed.

    There may be very many, so one tree of the key holds them, in the order in which deadlines are counted.
    """

    __tablename__ = "moved_deadline"
    __table_args__ = {"sqlite_with_rowid": False}

    deadline_id: Mapped[int] = mapped_column(sa.ForeignKey("deadline.id"), primary_key=True, autoincrement=False)
    change_id: Mapped[int] = mapped_column(sa.ForeignKey("calendar_change.id"), primary_key=True, autoincrement=False)
    was_due_on: Mapped[Day]
    due_on: Mapped[Day]


class HandedOver(Base):
    """An order that went over to the successor of a closed agency; ``undone_at``: the agency was opened again.

    ``withdrawn`` marks an order that ended because the successor already had one for the same complaint.
    """

    __tablename__ = "handed_over"
    __table_args__ = (sa.Index("ix_handed_over_from", "from_agency_id", "undone_at", "id"),)

    id: Mapped[Key]
    disposition_id: Mapped[int] = refers("disposition.id")
    from_agency_id: Mapped[int] = refers("agency.id", index=False)
    to_agency_id: Mapped[int] = refers("agency.id", index=False)
    from_head_agency_id: Mapped[int] = refers("agency.id", index=False)
    to_head_agency_id: Mapped[int] = refers("agency.id", index=False)
    withdrawn: Mapped[bool] = mapped_column(default=False)
    handed_over_at: Mapped[Instant]
    undone_at: Mapped[OptionalInstant]
