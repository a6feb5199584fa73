"""The table of reminders, the ledger of what was sent, the letters above it, the pages for the leadership."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

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
from lapor.dispositions.rules import Stage
from lapor.reminders.rules import LetterKind, LetterState, Receiver


class ReminderRule(Base):
    """A row of the table. It is ended, never rewritten or deleted: the ledger names it."""

    __tablename__ = "reminder_rule"
    __table_args__ = (
        sa.Index(
            "uq_reminder_rule_running",
            "stage",
            "offset_days",
            "receiver",
            unique=True,
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        ),
    )

    id: Mapped[Key]
    stage: Mapped[Stage] = code(Stage)
    offset_days: Mapped[int]
    receiver: Mapped[Receiver] = code(Receiver)
    made_at: Mapped[Instant]
    ended_at: Mapped[OptionalInstant]


class Reminder(Base):
    """The ledger: by a rule, of a deadline with this due date, people were reminded once.

    Written in the same transaction as the notices. ``told`` are the people as they were then: name and post;
    ``receiver`` is who was reached, which is the next above while a post is vacant. ``letter_id``: it went into the
    draft of a letter.
    """

    __tablename__ = "reminder"
    __table_args__ = (
        sa.UniqueConstraint("rule_id", "deadline_id", "due_on"),
        sa.Index("ix_reminder_sent", "sent_at", "id"),
        sa.Index("ix_reminder_agency_sent", "agency_id", "sent_at", "id"),
        sa.Index("ix_reminder_complaint", "complaint_id", "id"),
        sa.Index("ix_reminder_deadline", "deadline_id"),
    )

    id: Mapped[Key]
    rule_id: Mapped[int] = refers("reminder_rule.id", index=False)
    deadline_id: Mapped[int] = refers("deadline.id", index=False)
    due_on: Mapped[Day]
    complaint_id: Mapped[int] = refers("complaint.id", index=False)
    agency_id: Mapped[int | None] = refers("agency.id", index=False)
    stage: Mapped[Stage] = code(Stage)
    offset_days: Mapped[int]
    receiver: Mapped[Receiver] = code(Receiver)
    told: Mapped[list[dict[str, Any]]] = mapped_column("told_json", Json)
    letter_id: Mapped[int | None] = refers("letter.id", index=False)
    sent_at: Mapped[Instant]


class Letter(Base):
    """A letter to the head of an agency, drafted by the system; a person edits, signs off or drops it.

    ``paper`` holds the finished words as they stood when it was signed off. ``number`` comes from the book of the
    agency that sends it.
    """

    __tablename__ = "letter"
    __table_args__ = (
        sa.Index(
            "uq_letter_draft",
            "letter_kind",
            "agency_id",
            unique=True,
            sqlite_where=sa.text("state = 'draft'"),
            postgresql_where=sa.text("state = 'draft'"),
        ),
        sa.Index("ix_letter_state", "state", "made_at", "id"),
    )

    id: Mapped[Key]
    letter_kind: Mapped[LetterKind] = code(LetterKind)
    agency_id: Mapped[int] = refers("agency.id", index=False)
    state: Mapped[LetterState] = code(LetterState, default=LetterState.DRAFT)
    number: Mapped[OptionalName]
    dated_on: Mapped[OptionalDay]
    subject: Mapped[Name]
    request: Mapped[Text]
    closing: Mapped[Text]
    copies: Mapped[OptionalText]
    made_at: Mapped[Instant]
    paper: Mapped[dict[str, Any] | None] = mapped_column("paper_json", Json, nullable=True)
    decided_at: Mapped[OptionalInstant]
    decided_by_name: Mapped[OptionalName]
    drop_reason: Mapped[OptionalText]
    sent_on: Mapped[OptionalDay]
    sent_way: Mapped[OptionalName]
    logged_at: Mapped[OptionalInstant]
    logged_by_name: Mapped[OptionalName]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}


class LetterItem(Base):
    """A deadline that a letter is about. What is done by the time of signing off is left out then."""

    __tablename__ = "letter_item"
    __table_args__ = (sa.UniqueConstraint("letter_id", "deadline_id"),)

    id: Mapped[Key]
    letter_id: Mapped[int] = refers("letter.id", index=False)
    deadline_id: Mapped[int] = refers("deadline.id")
    complaint_id: Mapped[int] = refers("complaint.id", index=False)


class Brief(Base):
    """The page for the leadership about one period, as it stood when it was made."""

    __tablename__ = "leadership_brief"

    id: Mapped[Key]
    period: Mapped[str] = mapped_column(sa.String(20), unique=True)
    first_day: Mapped[Day]
    last_day: Mapped[Day]
    made_at: Mapped[Instant]
    content: Mapped[dict[str, Any]] = mapped_column("content_json", Json)
