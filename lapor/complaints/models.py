"""What the citizen said: LAPOR!'s columns as they came, ours beside them."""

from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from lapor.complaints.rules import (
    LAPOR_ARCHIVED,
    LAPOR_CLOSED,
    Origin,
    ReportClass,
    ReportedParty,
    Status,
    is_withheld,
)
from lapor.core.db import (
    Base,
    Day,
    Instant,
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

NO_DUE = date(9999, 12, 31)


class Complaint(Base):
    """A complaint with its own facts only; what agencies were asked stands in ``disposition``.

    ``lapor_*`` is what LAPOR! owns: imports write these and the facts beside them only where a person has not.
    ``status``, ``next_due_on``, ``next_stage`` and ``lead_agency_id`` are derived and kept by
    ``dispositions.services.refresh`` alone. ``is_history``: entered before the day from which heads owe an
    acknowledgement; waits for nobody. ``touched_at``: a person worked on it, so it never becomes history again.
    """

    __tablename__ = "complaint"
    __table_args__ = (
        sa.Index("ix_complaint_status_due", "status", "is_history", "next_due_on", "id"),
        sa.Index("ix_complaint_received", "received_on", "id"),
        # partial, so that no planner walks it for the rows that are not history
        sa.Index(
            "ix_complaint_history",
            "received_on",
            "id",
            sqlite_where=sa.text("is_history IS 1"),
            postgresql_where=sa.text("is_history IS true"),
        ),
        sa.Index("ix_complaint_lead_status", "lead_agency_id", "status", "id"),
    )

    id: Mapped[Key]
    number: Mapped[str] = mapped_column(sa.String(20), unique=True)
    tracking_id: Mapped[str | None] = mapped_column(sa.String(20), unique=True)
    origin: Mapped[Origin] = code(Origin)
    title: Mapped[Text]
    text: Mapped[Text]
    report_class: Mapped[ReportClass | None] = code(ReportClass, nullable=True)
    category: Mapped[OptionalName]
    channel: Mapped[OptionalName]
    location: Mapped[OptionalText]
    received_at: Mapped[Instant]
    received_on: Mapped[Day]
    is_anonymous: Mapped[bool] = mapped_column(default=False)
    is_confidential: Mapped[bool] = mapped_column(default=False)
    reporter_name: Mapped[OptionalName]
    reporter_contact: Mapped[OptionalName]

    lapor_title: Mapped[OptionalText]
    lapor_text: Mapped[OptionalText]
    lapor_status: Mapped[OptionalName] = mapped_column(index=True)
    lapor_class: Mapped[OptionalName]
    lapor_category: Mapped[OptionalName]
    lapor_type: Mapped[OptionalName]
    lapor_received: Mapped[OptionalName]
    lapor_generated_at: Mapped[OptionalInstant]
    lapor_changed_at: Mapped[OptionalInstant]
    lapor_unit_id: Mapped[int | None] = refers("lapor_unit.id")

    reported_party: Mapped[ReportedParty | None] = code(ReportedParty, nullable=True)
    reported_agency_id: Mapped[int | None] = refers("agency.id")
    reported_person_id: Mapped[int | None] = refers("person.id")
    verified_at: Mapped[OptionalInstant]
    class_reason: Mapped[OptionalText]
    on_hold_since: Mapped[OptionalDay]
    on_hold_reason: Mapped[OptionalText]
    on_hold_until: Mapped[OptionalDay]
    forwarded_on: Mapped[OptionalDay]
    forwarded_to: Mapped[OptionalName]
    forwarded_way: Mapped[OptionalText]
    archived_at: Mapped[OptionalInstant]
    archive_reason: Mapped[OptionalText]
    closed_at: Mapped[OptionalInstant]
    close_reason: Mapped[OptionalText]
    rating: Mapped[int | None]
    merged_into_id: Mapped[int | None] = refers("complaint.id")
    round: Mapped[int] = mapped_column(default=1)

    rule_set_id: Mapped[int] = refers("rule_set.id", index=False)
    is_history: Mapped[bool] = mapped_column(default=False)
    touched_at: Mapped[OptionalInstant]
    status: Mapped[Status] = code(Status, default=Status.RECEIVED)
    next_due_on: Mapped[Day] = mapped_column(default=NO_DUE)
    next_stage: Mapped[str | None] = mapped_column(sa.String(40))
    lead_agency_id: Mapped[int | None] = refers("agency.id", index=False)
    created_at: Mapped[Instant]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}

    @property
    def is_withheld(self) -> bool:
        """Whether the content is closed to all but those who handle it."""
        return is_withheld(self.is_confidential, self.reported_party)

    @property
    def closed_in_lapor(self) -> bool:
        """LAPOR! calls it closed; that proves nothing about the answer."""
        return self.lapor_status in LAPOR_CLOSED

    @property
    def archived_in_lapor(self) -> bool:
        """LAPOR! archived or blocked it: nobody owes anything."""
        return self.lapor_status in LAPOR_ARCHIVED

    @property
    def reference(self) -> str:
        """What people call it: the Tracking ID, else our number."""
        return f"#{self.tracking_id}" if self.tracking_id else self.number


class ComplaintCounter(Base):
    """Last number given out in a year for ``A-2026-000123``; gaps are allowed."""

    __tablename__ = "complaint_counter"

    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    last: Mapped[int]


class Pause(Base):
    """The clock stood still: first day in, resume day out. ``expected_on``: until when it was meant to, if said."""

    __tablename__ = "pause"

    id: Mapped[Key]
    complaint_id: Mapped[int] = refers("complaint.id")
    starts_on: Mapped[Day]
    ends_on: Mapped[OptionalDay]
    expected_on: Mapped[OptionalDay]
    reason: Mapped[Text]


class Institution(Base):
    """Where a complaint is forwarded that is not the province's: kab/kota, vertical agencies, state companies."""

    __tablename__ = "institution"

    id: Mapped[Key]
    name: Mapped[Name] = mapped_column(unique=True)
    kind: Mapped[str] = mapped_column(sa.String(40))
