"""Tables of the journal: the chain, its erasable values, and who read what."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from lapor.core.db import Base, Instant, Json, Key, Name


class JournalEntry(Base):
    """One fact. Ids are plain numbers, names are the words as they were then.

    ``agency_id``: the agency that the fact is about, else that of the post under which it was done. ``exception``: an
    ``ExceptionKind``. Both, and the names, are sealed by the chain since ``form`` 2.
    """

    __tablename__ = "journal_entry"
    __table_args__ = (
        sa.Index("ix_journal_entry_complaint", "complaint_id", "seq"),
        sa.Index("ix_journal_entry_subject", "subject_kind", "subject_id", "seq"),
        # each filter of the audit pages has its own order, newest first
        sa.Index("ix_journal_entry_kind_seq", "kind", "seq"),
        sa.Index("ix_journal_entry_person", "person_id", "seq"),
        sa.Index("ix_journal_entry_agency", "agency_id", "seq"),
        sa.Index("ix_journal_entry_at", "at"),
        sa.Index(
            "ix_journal_entry_exception",
            "exception",
            "seq",
            sqlite_where=sa.text("exception IS NOT NULL"),
            postgresql_where=sa.text("exception IS NOT NULL"),
        ),
    )

    seq: Mapped[int] = mapped_column(
        sa.BigInteger().with_variant(sa.Integer(), "sqlite"), primary_key=True, autoincrement=False
    )
    at: Mapped[Instant]
    kind: Mapped[str] = mapped_column(sa.String(60))
    person_id: Mapped[int | None]
    assignment_id: Mapped[int | None]
    actor_name: Mapped[Name]
    actor_post: Mapped[Name]
    subject_kind: Mapped[str] = mapped_column(sa.String(40))
    subject_id: Mapped[int]
    complaint_id: Mapped[int | None]
    agency_id: Mapped[int | None]
    exception: Mapped[str | None] = mapped_column(sa.String(40))
    form: Mapped[int] = mapped_column(server_default="1")
    digest: Mapped[str] = mapped_column(sa.String(64))
    prev: Mapped[str] = mapped_column(sa.String(64))
    hash: Mapped[str] = mapped_column(sa.String(64))


class JournalDetail(Base):
    """The values of an entry: may be erased by law, the chain still holds."""

    __tablename__ = "journal_detail"

    seq: Mapped[int] = mapped_column(
        sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
        sa.ForeignKey("journal_entry.seq"),
        primary_key=True,
        autoincrement=False,
    )
    salt: Mapped[str] = mapped_column(sa.String(32))
    values: Mapped[dict[str, Any]] = mapped_column("values_json", Json)


class JournalHead(Base):
    """The newest link once more, in one row: writers queue for it, and a tail that was merely deleted is missed."""

    __tablename__ = "journal_head"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    seq: Mapped[int] = mapped_column(sa.BigInteger())
    prev: Mapped[str] = mapped_column(sa.String(64))
    hash: Mapped[str] = mapped_column(sa.String(64))


class ReadLog(Base):
    """A confidential complaint, or personal data without its mask, was shown to a person.

    ``what`` is the kind of page or paper; its words are in ``labels.READING``.
    """

    __tablename__ = "read_log"
    __table_args__ = (
        sa.Index("ix_read_log_complaint", "complaint_id", "id"),
        sa.Index("ix_read_log_person", "person_id", "id"),
        sa.Index("ix_read_log_what", "what", "id"),
        sa.Index("ix_read_log_at", "at"),
    )

    id: Mapped[Key]
    at: Mapped[Instant]
    person_id: Mapped[int]
    person_name: Mapped[Name]
    post_title: Mapped[Name]
    complaint_id: Mapped[int]
    what: Mapped[str] = mapped_column(sa.String(40))
