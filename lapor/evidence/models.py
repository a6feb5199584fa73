"""The Lembar Disposisi on paper: what was printed, what came back as a photo, and what became of it."""

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
    code,
    refers,
)
from lapor.dispositions.rules import MatchedBy, RecordState


class DispositionSheet(Base):
    """One printed sheet. ``shown`` is what stands on it, with its digest: what the head knew when he signed it."""

    __tablename__ = "disposition_sheet"

    id: Mapped[Key]
    disposition_id: Mapped[int] = refers("disposition.id")
    document_id: Mapped[int] = mapped_column(sa.ForeignKey("document.id"), unique=True)
    shown: Mapped[dict[str, Any]] = mapped_column("shown_json", Json)
    digest: Mapped[str] = mapped_column(sa.String(64))
    printed_at: Mapped[Instant]
    printed_on: Mapped[Day]
    printed_by_name: Mapped[Name]


class SheetRecord(Base):
    """A photographed sheet. The photo, or all of them joined, is a stored file of the kind ``sheet_record``.

    ``phone_name`` and ``phone_at``: whom the agency rang up and when, for matters under supervision.
    """

    __tablename__ = "sheet_record"
    __table_args__ = (sa.Index("ix_sheet_record_state", "state", "id"),)

    id: Mapped[Key]
    sheet_id: Mapped[int] = refers("disposition_sheet.id")
    disposition_id: Mapped[int] = refers("disposition.id")
    state: Mapped[RecordState] = code(RecordState, default=RecordState.DRAFT)
    matched_by: Mapped[MatchedBy] = code(MatchedBy)
    uploaded_at: Mapped[Instant]
    uploaded_by_name: Mapped[Name]
    acknowledgement_id: Mapped[int | None] = refers("acknowledgement.id")
    written_on: Mapped[OptionalDay]
    recorded_at: Mapped[OptionalInstant]
    recorded_by_name: Mapped[OptionalName]
    phone_name: Mapped[OptionalName]
    phone_at: Mapped[OptionalInstant]
    reviewed_at: Mapped[OptionalInstant]
    reviewed_by_name: Mapped[OptionalName]
    refuse_reason: Mapped[OptionalText]


class SheetPhoto(Base):
    """One photo of a record, so that the same photo is not used twice."""

    __tablename__ = "sheet_photo"

    id: Mapped[Key]
    record_id: Mapped[int] = refers("sheet_record.id")
    sha256: Mapped[str] = mapped_column(sa.String(64), index=True)
