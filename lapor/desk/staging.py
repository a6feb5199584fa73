"""A file of LAPOR! is read once into the staging table, each row beside what is stored of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lapor.agencies.models import LaporUnit, UnitDecision
from lapor.complaints.models import Complaint
from lapor.complaints.rules import Origin
from lapor.core.clock import at_local, local_day
from lapor.core.db import lock
from lapor.desk.import_models import BatchState, ImportBatch, ImportRow
from lapor.desk.import_rules import (
    Change,
    Course,
    Incoming,
    Stored,
    Verdict,
    changes,
    course_of,
    incoming_of,
    is_older,
)
from lapor.desk.lapor_export import Column, Heading
from lapor.desk.lapor_rows import LaporRow, Rejected, Stricter, Unusable
from lapor.desk.matching import Units
from lapor.desk.owing import owed_from_setting
from lapor.policy import Actor

OLDER = "older"
"""Reason of a row that differs but comes from a file made before what is stored."""
_KEPT_FOR = timedelta(days=7)
_SHOWN = 600
"""Characters of a text that the preview shows."""


def open_batch(
    session: Session, heading: Heading, *, file_name: str, zone: str, actor: Actor | None, now: datetime
) -> ImportBatch:
    """Begin to stage a file; what was staged and forgotten for a week goes."""
    session.execute(
        sa.delete(ImportBatch).where(
            ImportBatch.state.in_([BatchState.READING.value, BatchState.READY.value]),
            ImportBatch.created_at < now - _KEPT_FOR,
        )
    )
    batch = ImportBatch(
        created_at=now,
        created_by=actor.person_id if actor else None,
        file_name=file_name[-200:],
        zone=zone,
        generated_on=heading.generated_on,
        institution=heading.institution[:200] or None,
        period=heading.period[:200] or None,
        columns=list(heading.columns),
        unknown_columns=list(heading.unknown),
        owed_from=owed_from_setting(session, local_day(now)),
    )
    session.add(batch)
    session.flush()
    return batch


def stage(
    session: Session, batch: ImportBatch, results: Sequence[LaporRow | Rejected | Stricter], now: datetime
) -> None:
    """Put rows of the file beside what is stored and keep what would become of each."""
    found = [result for result in results if isinstance(result, LaporRow)]
    units = Units(session, now)
    held = held_of(session, [row.tracking_id for row in found], units)
    staged = [
        _staged(batch, row, held.get(row.tracking_id), units)
        if isinstance(row, LaporRow)
        else _staged_rejection(batch, row.number, row.tracking_id, row.reason, row.value)
        for row in results
        if not isinstance(row, Stricter)
    ]
    if staged:
        session.execute(sa.insert(ImportRow), staged)
    for result in results:
        if isinstance(result, Stricter):
            _make_stricter(session, batch, result, units)


def _staged_rejection(
    batch: ImportBatch, number: int, tracking_id: str, reason: Unusable, value: str
) -> dict[str, object]:
    return {
        "batch_id": batch.id,
        "number": number,
        "tracking_id": tracking_id or None,
        "verdict": Verdict.REJECTED,
        "reason": reason.value,
        "value": value or None,
        "received_at": None,
        "is_anonymous": None,
        "is_confidential": None,
        "may_owe": False,
        "texts": None,
        "changes": None,
    }


def _staged(batch: ImportBatch, row: LaporRow, held: "Held | None", units: Units) -> dict[str, object]:
    texts = {column.value: text for column, text in row.texts.items()}
    incoming = incoming_of(row.tracking_id, row.received_at, row.flags, texts, batch.zone)
    if held is None and row.received_at is None:
        return _staged_rejection(batch, row.number, row.tracking_id, Unusable.NO_DATE, "")
    verdict, reason, found = verdict_of(batch, incoming, held, units)
    return {
        "batch_id": batch.id,
        "number": row.number,
        "tracking_id": row.tracking_id,
        "verdict": verdict,
        "reason": reason,
        "value": None,
        "received_at": row.received_at,
        "is_anonymous": row.flags.anonymous if row.flags else None,
        "is_confidential": row.flags.confidential if row.flags else None,
        "may_owe": _may_owe(incoming, units),
        "texts": texts,
        "changes": [[change.field.value, change.old[:_SHOWN], change.new[:_SHOWN]] for change in found] or None,
    }


def verdict_of(
    batch: ImportBatch, incoming: Incoming, held: "Held | None", units: Units
) -> tuple[Verdict, str | None, list[Change]]:
    """What becomes of a row, with `OLDER` as reason where its file is too old, and what LAPOR! changed."""
    if held is None:
        return Verdict.NEW, None, []
    found = changes(held.stored, incoming, is_same_unit=is_same_unit(incoming, held.unit, units))
    if not found:
        return (Verdict.CHANGED if held.stored.joins else Verdict.SAME), None, []
    if is_older(batch.generated_on, held.generated_on):
        return Verdict.SAME, OLDER, []
    return Verdict.CHANGED, None, found


def _may_owe(incoming: Incoming, units: Units) -> bool:
    if not incoming.unit_name or course_of(incoming.status) is Course.ARCHIVED:
        return False
    unit = units.find((incoming.unit_name, incoming.unit_id))
    return unit is None or unit.decision is not UnitDecision.OUTSIDE


def _make_stricter(session: Session, batch: ImportBatch, stricter: Stricter, units: Units) -> None:
    row = session.scalar(
        sa.select(ImportRow)
        .where(
            ImportRow.batch_id == batch.id,
            ImportRow.number == stricter.number,
            ImportRow.verdict != Verdict.REJECTED.value,
        )
        .limit(1)
    )
    if row is None or row.texts is None or row.tracking_id is None:
        return
    row.is_anonymous, row.is_confidential = stricter.flags.anonymous, stricter.flags.confidential
    words = [word for word, is_set in (("Anonim", row.is_anonymous), ("Rahasia", row.is_confidential)) if is_set]
    row.texts = {**row.texts, Column.FLAGS.value: "|".join(words)}
    if row.is_anonymous and row.texts.get(Column.REPORTER):
        row.texts = {**row.texts, Column.REPORTER.value: ""}
    held = held_of(session, [row.tracking_id], units).get(row.tracking_id)
    incoming = incoming_of(row.tracking_id, row.received_at, stricter.flags, row.texts, batch.zone)
    row.verdict, row.reason, found = verdict_of(batch, incoming, held, units)
    row.changes = [[change.field.value, change.old[:_SHOWN], change.new[:_SHOWN]] for change in found] or None
    session.flush()


def finish_staging(session: Session, batch: ImportBatch) -> None:
    """Count what was staged; from now on it can be taken over."""
    rows = session.execute(
        sa.select(ImportRow.verdict, sa.func.count())
        .where(ImportRow.batch_id == batch.id)
        .group_by(ImportRow.verdict)
    )
    counted = {Verdict(verdict): int(count) for verdict, count in rows}
    batch.new = counted.get(Verdict.NEW, 0)
    batch.changed = counted.get(Verdict.CHANGED, 0)
    batch.same = counted.get(Verdict.SAME, 0)
    batch.rejected = counted.get(Verdict.REJECTED, 0)
    batch.older = (
        session.scalar(
            sa.select(sa.func.count())
            .select_from(ImportRow)
            .where(ImportRow.batch_id == batch.id, ImportRow.reason == OLDER)
        )
        or 0
    )
    batch.expected = batch.new + batch.changed + batch.same
    batch.state = BatchState.READY
    session.flush()


def discard(session: Session, batch_id: int) -> None:
    """Throw a staged file away: nothing of it was taken over."""
    batch = lock(session, ImportBatch, batch_id)
    if batch is not None and batch.state in (BatchState.READING, BatchState.READY):
        session.execute(sa.delete(ImportRow).where(ImportRow.batch_id == batch_id))
        session.delete(batch)
        session.flush()


@dataclass(frozen=True)
class Held:
    """A stored complaint with its unit, as the comparison needs it."""

    complaint: Complaint
    unit: LaporUnit | None
    stored: Stored
    generated_on: date | None


def held_of(session: Session, tracking_ids: Sequence[str], units: Units, *, locked: bool = False) -> dict[str, Held]:
    """What is stored under these Tracking IDs; `locked` for those who will write."""
    if not tracking_ids:
        return {}
    statement = sa.select(Complaint).where(Complaint.tracking_id.in_(tracking_ids)).order_by(Complaint.id)
    if locked:
        statement = statement.with_for_update().execution_options(populate_existing=True)
    held = {}
    for complaint in session.scalars(statement):
        unit = units.by_key(complaint.lapor_unit_id)
        generated = complaint.lapor_generated_at
        held[str(complaint.tracking_id)] = Held(
            complaint, unit, _stored(complaint, unit), local_day(generated) if generated else None
        )
    return held


def _stored(complaint: Complaint, unit: LaporUnit | None) -> Stored:
    return Stored(
        title=complaint.lapor_title,
        text=complaint.lapor_text,
        status=complaint.lapor_status,
        report_class=complaint.lapor_class,
        category=complaint.lapor_category,
        type=complaint.lapor_type,
        received_at=complaint.received_at,
        is_anonymous=complaint.is_anonymous,
        is_confidential=complaint.is_confidential,
        unit_name=unit.name if unit else None,
        channel=complaint.channel,
        location=complaint.location,
        reporter=complaint.reporter_name,
        rating=complaint.rating,
        joins=complaint.lapor_received is None,
        is_ours=complaint.origin is Origin.MANUAL,
    )


def is_same_unit(incoming: Incoming, unit: LaporUnit | None, units: Units) -> bool:
    """Whether LAPOR! still names the unit that is stored; a file without the column says nothing else."""
    if incoming.unit_name is None:
        return True
    if not incoming.unit_name or unit is None:
        return not incoming.unit_name and unit is None
    if incoming.unit_id and unit.lapor_id == incoming.unit_id:
        return True
    found = units.find((incoming.unit_name, incoming.unit_id))
    return found is not None and found.id == unit.id


def learn_unit(incoming: Incoming, units: Units, now: datetime) -> LaporUnit | None:
    """The unit that a row names, learnt if it is new; None where it names none."""
    if not incoming.unit_name:
        return None
    return units.learn((incoming.unit_name, incoming.unit_id), now=now)


def generated_at(batch: ImportBatch) -> datetime | None:
    """When LAPOR! made the file, as far as known: the day's beginning."""
    return at_local(batch.generated_on, 0) if batch.generated_on else None
