"""Taking over a staged file, portion by portion: new complaints are made, known ones follow LAPOR!."""

from collections import Counter
from datetime import date, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lapor.calendar.queries import setting_value
from lapor.calendar.services import set_setting
from lapor.core.clock import local_day
from lapor.core.db import lock
from lapor.core.errors import Conflict, Invalid, NotFound
from lapor.desk.creating import create
from lapor.desk.following import follow
from lapor.desk.import_events import FileImported, OwedFromChanged
from lapor.desk.import_models import BatchState, ImportBatch, ImportRow
from lapor.desk.import_rules import (
    Incoming,
    Verdict,
    incoming_of,
)
from lapor.desk.lapor_rows import Flags
from lapor.desk.matching import Units
from lapor.desk.owing import OWED_FROM, count_moves, owed_from_setting
from lapor.desk.staging import OLDER, held_of, learn_unit, verdict_of
from lapor.journal.services import record
from lapor.policy import Actor, Permission

_P = Permission.COMPLAINT_IMPORT


def start(
    session: Session,
    batch_id: int,
    *,
    owed_from: date | None = None,
    generated_on: date | None = None,
    actor: Actor | None,
    now: datetime,
) -> ImportBatch:
    """Let a staged file be taken over, with the day from which heads owe an acknowledgement.

    ``generated_on`` is asked for where the file does not say when LAPOR! made it and would change something.
    Raises NotFound, Conflict when it was started already, Invalid for a missing or future day.
    """
    batch: ImportBatch | None = lock(session, ImportBatch, batch_id)
    if batch is None:
        raise NotFound("Impor ini tidak ditemukan. Unggah kembali berkasnya.")
    if batch.state is not BatchState.READY:
        raise Conflict("Berkas ini sudah diimpor atau sedang diimpor.")
    today = local_day(now)
    batch.generated_on = batch.generated_on or generated_on
    if batch.generated_on is None and batch.changed:
        raise Invalid(
            "Isi tanggal berkas ini dibuat di LAPOR!, supaya data yang lebih baru tidak tertimpa.",
            field="generated_on",
        )
    if batch.generated_on is not None and batch.generated_on > today + timedelta(days=1):
        raise Invalid("Tanggal berkas dibuat belum tiba.", field="generated_on")
    batch.owed_from = owed_from or batch.owed_from
    held = owed_from_setting(session, today)
    if batch.owed_from != held or setting_value(session, OWED_FROM, today) is None:
        history, owed = count_moves(session, batch.owed_from)
        set_setting(session, OWED_FROM, batch.owed_from.isoformat(), today, actor, now)
        record(
            session,
            OwedFromChanged(batch.id, held, batch.owed_from, history, owed),
            actor=actor,
            now=now,
            permission=_P,
        )
    batch.state = BatchState.IMPORTING
    batch.new = batch.changed = batch.same = batch.older = 0
    session.flush()
    return batch


def take_over(session: Session, batch_id: int, limit: int, *, actor: Actor | None, now: datetime) -> int:
    """Take over the next ``limit`` rows of a started file; returns how many there were, 0 when all are done."""
    batch = lock(session, ImportBatch, batch_id)
    if batch is None or batch.state is not BatchState.IMPORTING:
        return 0
    rows = session.scalars(
        sa.select(ImportRow)
        .where(ImportRow.batch_id == batch.id, ImportRow.verdict != Verdict.REJECTED.value)
        .order_by(ImportRow.id)
        .limit(limit)
    ).all()
    if not rows:
        return 0
    units = Units(session, now)
    held = held_of(session, [str(row.tracking_id) for row in rows], units, locked=True)
    fresh: list[Incoming] = []
    counted: Counter[str] = Counter()
    for row in rows:
        flags = None if row.is_anonymous is None else Flags(row.is_anonymous, bool(row.is_confidential))
        incoming = incoming_of(str(row.tracking_id), row.received_at, flags, row.texts or {}, batch.zone)
        known = held.get(incoming.tracking_id)
        if known is None:
            fresh.append(incoming)
            counted[Verdict.NEW] += 1
            continue
        verdict, reason, found = verdict_of(batch, incoming, known, units)
        counted[verdict] += 1
        if reason == OLDER:
            counted[OLDER] += 1
        if verdict is Verdict.CHANGED:
            follow(session, batch, known, incoming, found, units, actor=actor, now=now)
        learn_unit(incoming, units, now)
    if fresh:
        create(session, batch, fresh, units, actor=actor, now=now)
    session.execute(sa.delete(ImportRow).where(ImportRow.id.in_([row.id for row in rows])))
    batch.new += counted[Verdict.NEW]
    batch.changed += counted[Verdict.CHANGED]
    batch.same += counted[Verdict.SAME]
    batch.older += counted[OLDER]
    batch.done += len(rows)
    session.flush()
    return len(rows)


def finish(session: Session, batch_id: int, *, actor: Actor | None, now: datetime) -> None:
    """Note that a file was taken over completely."""
    batch = lock(session, ImportBatch, batch_id)
    if batch is None or batch.state is not BatchState.IMPORTING:
        return
    batch.state = BatchState.DONE
    batch.finished_at = now
    session.flush()
    record(
        session,
        FileImported(batch.id, batch.file_name, batch.new, batch.changed, batch.same, batch.rejected),
        actor=actor,
        now=now,
        permission=_P,
    )
