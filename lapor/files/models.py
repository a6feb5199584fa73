"""Attachments: a row names the bytes in the store and the subject whose permission protects them."""

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from lapor.core.db import Base, Instant, Key, Name, OptionalInstant


class StoredFile(Base):
    """A file that a person attached to a subject (response, assignment, meeting ...)."""

    __tablename__ = "stored_file"
    __table_args__ = (sa.Index("ix_stored_file_subject", "subject_kind", "subject_id", "id"),)

    id: Mapped[Key]
    sha256: Mapped[str] = mapped_column(sa.String(64), index=True)
    size: Mapped[int]
    media_type: Mapped[str] = mapped_column(sa.String(100))
    filename: Mapped[Name]
    subject_kind: Mapped[str] = mapped_column(sa.String(40))
    subject_id: Mapped[int]
    complaint_id: Mapped[int | None] = mapped_column(index=True)
    uploaded_by: Mapped[int]
    uploaded_at: Mapped[Instant]
    removed_at: Mapped[OptionalInstant]
