"""Reading staged files and what they would change."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lapor.agencies.models import UnitDecision
from lapor.complaints.models import Complaint
from lapor.complaints.queries import withheld_condition
from lapor.core.clock import at_local
from lapor.desk.import_models import BatchState, ImportBatch, ImportRow
from lapor.desk.import_rules import Verdict, shown_title
from lapor.desk.lapor_export import Column
from lapor.desk.matching import Units


@dataclass(frozen=True)
class StagedLine:
    """A row of the preview. Content of confidential complaints is not in it: `is_withheld`."""

    number: int
    tracking_id: str
    reason: str | None
    value: str | None
    title: str
    unit: str
    status: str
    received_at: datetime | None
    is_withheld: bool
    changes: tuple[tuple[str, str, str], ...]


def find_batch(session: Session, batch_id: int) -> ImportBatch | None:
    """A file by its key."""
    return session.get(ImportBatch, batch_id)


def list_batches(session: Session, limit: int = 10) -> Sequence[ImportBatch]:
    """The last imported files, newest first; those that were thrown away are not among them."""
    return session.scalars(
        sa.select(ImportBatch)
        .where(ImportBatch.state != BatchState.READING.value)
        .order_by(ImportBatch.id.desc())
        .limit(limit)
    ).all()


def list_lines(session: Session, batch_id: int, verdict: Verdict, *, offset: int, limit: int) -> list[StagedLine]:
    """Rows of one verdict in the order of the file, with what they say or change."""
    rows = session.execute(
        sa.select(ImportRow, withheld_condition().label("is_withheld"))
        .outerjoin(Complaint, Complaint.tracking_id == ImportRow.tracking_id)
        .where(ImportRow.batch_id == batch_id, ImportRow.verdict == verdict.value)
        .order_by(ImportRow.number, ImportRow.id)
        .offset(offset)
        .limit(limit)
    )
    return [_line(row, bool(is_withheld)) for row, is_withheld in rows]


def _line(row: ImportRow, is_withheld: bool) -> StagedLine:
    texts = row.texts or {}
    is_secret = is_withheld or row.is_confidential is not False
    text = texts.get(Column.FINAL_TEXT) or texts.get(Column.FIRST_TEXT)
    return StagedLine(
        number=row.number,
        tracking_id=row.tracking_id or "",
        reason=row.reason,
        value=row.value,
        title="" if is_secret else shown_title(texts.get(Column.TITLE), text),
        unit=texts.get(Column.UNIT, ""),
        status=texts.get(Column.STATUS, ""),
        received_at=row.received_at,
        is_withheld=is_secret,
        changes=tuple((field, old, new) for field, old, new in row.changes or ()),
    )


@dataclass(frozen=True)
class NewOnes:
    """How the new complaints of a file divide: history, owed by a head, the others."""

    history: int
    owed: int
    others: int


def count_new(session: Session, batch_id: int, owed_from: date) -> NewOnes:
    """How the new rows would divide with this day *wajib diketahui*."""
    begins = at_local(owed_from, 0)
    is_old = ImportRow.received_at < begins
    rows = session.execute(
        sa.select(
            sa.case((is_old, "history"), (ImportRow.may_owe.is_(True), "owed"), else_="others").label("kind"),
            sa.func.count(),
        )
        .where(ImportRow.batch_id == batch_id, ImportRow.verdict == Verdict.NEW.value)
        .group_by("kind")
    )
    counted = {str(kind): int(count) for kind, count in rows}
    return NewOnes(counted.get("history", 0), counted.get("owed", 0), counted.get("others", 0))


def list_unknown_units(session: Session, batch_id: int, now: datetime) -> list[tuple[str, int]]:
    """Units of a staged file that a person would have to match, with the number of rows, most rows first."""
    name = ImportRow.texts[Column.UNIT.value].as_string()
    lapor_id = ImportRow.texts[Column.UNIT_ID.value].as_string()
    rows = session.execute(
        sa.select(name, lapor_id, sa.func.count())
        .where(ImportRow.batch_id == batch_id, ImportRow.verdict != Verdict.REJECTED.value)
        .group_by(name, lapor_id)
    )
    units = Units(session, now)
    counted: dict[str, int] = {}
    for unit, unit_id, count in rows:
        if not unit:
            continue
        found = units.find((unit, unit_id or None))
        if found is None and units.agency_named(unit) is not None:
            continue
        if found is None or found.decision is UnitDecision.PENDING:
            counted[unit] = counted.get(unit, 0) + count
    return sorted(counted.items(), key=lambda item: (-item[1], item[0]))
