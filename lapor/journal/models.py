"""Tables of the journal: the chain, its erasable values, and who read what."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from lapor.core.db import Base, Instant, Json, Key, Name


class JournalEntry(Base):
    """One fact. Ids are plain numbers, names are the words as they were then."""

    __tablename__ = "journal_entry"
    __table_args__ = (
        sa.Index("ix_journal_entry_complaint", "complaint_id", "seq"),
        sa.Index("ix_journal_entry_subject", "subject_kind", "subject_id", "seq"),
    )

    seq: Mapped[int] = mapped_column(
        sa.BigInteger().with_variant(sa.Integer(), "sqlite"), primary_key=True, autoincrement=False
    )
    at: Mapped[Instant]
    kind: Mapped[str] = mapped_column(sa.String(60), index=True)
    person_id: Mapped[int | None]
    assignment_id: Mapped[int | None]
    actor_name: Mapped[Name]
    actor_post: Mapped[Name]
    subject_kind: Mapped[str] = mapped_column(sa.String(40))
    subject_id: Mapped[int]
    complaint_id: Mapped[int | None]
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


class ReadLog(Base):
    """A confidential complaint was shown to a person."""

    __tablename__ = "read_log"
    __table_args__ = (sa.Index("ix_read_log_complaint", "complaint_id", "id"),)

    id: Mapped[Key]
    at: Mapped[Instant]
    person_id: Mapped[int]
    person_name: Mapped[Name]
    post_title: Mapped[Name]
    complaint_id: Mapped[int]
    what: Mapped[str] = mapped_column(sa.String(40))
