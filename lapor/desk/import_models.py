"""Tables of the import: what was read from a file, until it is taken over, and what LAPOR! says otherwise."""

from datetime import datetime
from enum import StrEnum
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
    UtcInstant,
    code,
    refers,
)
from lapor.desk.import_rules import Verdict


class BatchState(StrEnum):
    """How far an import is."""

    READING = "reading"
    READY = "ready"
    IMPORTING = "importing"
    DONE = "done"
    FAILED = "failed"


class ImportBatch(Base):
    """One file. Its bytes are not kept: the rows are read once into ``import_row``.

    ``same`` includes the ``older``: rows that differ, in a file made before what is stored. ``done`` counts the rows
    that were taken over, of the ``expected`` ones that were not rejected.
    """

    __tablename__ = "import_batch"

    id: Mapped[Key]
    created_at: Mapped[Instant]
    created_by: Mapped[int | None]
    file_name: Mapped[Name]
    zone: Mapped[str] = mapped_column(sa.String(40))
    generated_on: Mapped[OptionalDay]
    institution: Mapped[OptionalName]
    period: Mapped[OptionalName]
    columns: Mapped[list[str]] = mapped_column("columns_json", Json)
    unknown_columns: Mapped[list[str]] = mapped_column("unknown_columns_json", Json)
    owed_from: Mapped[Day]
    state: Mapped[BatchState] = code(BatchState, default=BatchState.READING, index=True)
    new: Mapped[int] = mapped_column(default=0)
    changed: Mapped[int] = mapped_column(default=0)
    same: Mapped[int] = mapped_column(default=0)
    rejected: Mapped[int] = mapped_column(default=0)
    older: Mapped[int] = mapped_column(default=0)
    expected: Mapped[int] = mapped_column(default=0)
    done: Mapped[int] = mapped_column(default=0)
    finished_at: Mapped[OptionalInstant]


class ImportRow(Base):
    """One row of a file with what would become of it.

    The row is deleted when it is taken over: the complaint has its texts then, and staging is no second place
    where confidential texts lie; rejected rows stay, without texts. ``reason`` and ``value`` are of a rejected
    row. ``may_owe``: a unit is named that may be an agency, and LAPOR! has not archived the complaint.
    """

    __tablename__ = "import_row"
    __table_args__ = (sa.Index("ix_import_row_verdict", "batch_id", "verdict", "id"),)

    id: Mapped[Key]
    batch_id: Mapped[int] = refers("import_batch.id", ondelete="CASCADE", index=False)
    number: Mapped[int]
    tracking_id: Mapped[str | None] = mapped_column(sa.String(40))
    verdict: Mapped[Verdict] = code(Verdict)
    reason: Mapped[str | None] = mapped_column(sa.String(40))
    value: Mapped[OptionalName]
    received_at: Mapped[datetime | None] = mapped_column(UtcInstant(), nullable=True)
    is_anonymous: Mapped[bool | None]
    is_confidential: Mapped[bool | None]
    may_owe: Mapped[bool] = mapped_column(default=False)
    texts: Mapped[dict[str, str] | None] = mapped_column("texts_json", Json, nullable=True)
    changes: Mapped[list[list[Any]] | None] = mapped_column("changes_json", Json, nullable=True)


class LaporDifference(Base):
    """LAPOR! changed a value that a person here has set otherwise: a task until somebody settles it."""

    __tablename__ = "lapor_difference"
    __table_args__ = (
        sa.Index("ix_lapor_difference_open", "settled_at", "id"),
        sa.Index("ix_lapor_difference_complaint", "complaint_id", "field", unique=True),
    )

    id: Mapped[Key]
    complaint_id: Mapped[int] = refers("complaint.id", index=False)
    field: Mapped[str] = mapped_column(sa.String(20))
    seen_at: Mapped[Instant]
    settled_at: Mapped[OptionalInstant]
    settled_by: Mapped[int | None]
