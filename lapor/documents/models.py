"""The thin register of official papers."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from lapor.core.db import Base, Instant, Json, Key, Name, OptionalInstant, OptionalName, OptionalText, refers
from lapor.core.db import code as code_column
from lapor.documents.rules import CODE_LENGTH, DocumentKind


class Document(Base):
    """One paper: its code, what it is about, its content as plain values and, once printed, its file.

    ``public_words`` is all of the subject that everybody may read. ``digest`` is that of ``content``; ``chain_seq``
    and ``chain_hash`` are the head of the journal's chain that the file prints. Numbers come from the agency's
    own book and may be missing.
    """

    __tablename__ = "document"
    __table_args__ = (sa.Index("ix_document_subject", "subject_kind", "subject_id", "id"),)

    id: Mapped[Key]
    code: Mapped[str] = mapped_column(sa.String(CODE_LENGTH), unique=True)
    kind: Mapped[DocumentKind] = code_column(DocumentKind)
    title: Mapped[Name]
    subject_kind: Mapped[str] = mapped_column(sa.String(40))
    subject_id: Mapped[int]
    complaint_id: Mapped[int | None] = mapped_column(index=True)
    agency_id: Mapped[int | None] = refers("agency.id")
    issuer: Mapped[Name]
    public_words: Mapped[OptionalName]
    number: Mapped[OptionalName]
    made_at: Mapped[Instant]
    made_by_name: Mapped[Name]
    made_by_post: Mapped[Name]
    content: Mapped[dict[str, Any]] = mapped_column("content_json", Json)
    digest: Mapped[str] = mapped_column(sa.String(64))
    file_sha256: Mapped[str | None] = mapped_column(sa.String(64))
    file_made_at: Mapped[OptionalInstant]
    chain_seq: Mapped[int | None] = mapped_column(sa.BigInteger)
    chain_hash: Mapped[str | None] = mapped_column(sa.String(64))
    superseded_by_id: Mapped[int | None] = refers("document.id")
    superseded_at: Mapped[OptionalInstant]
    cancelled_at: Mapped[OptionalInstant]
    cancel_reason: Mapped[OptionalText]

    @property
    def stands(self) -> bool:
        """Neither superseded nor cancelled."""
        return self.superseded_at is None and self.cancelled_at is None
