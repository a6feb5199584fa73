"""Runs of the import: a file is read and staged, then taken over in short transactions, so that nobody waits for it.

This is the level of views, commands and jobs: it opens the transactions, which services never do.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from itertools import islice
from pathlib import Path
from time import monotonic
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from lapor.core.clock import local_day
from lapor.core.db import db, transaction
from lapor.core.errors import Invalid
from lapor.core.wording import long_date
from lapor.desk.import_labels import matching_sentence, reason_sentence, refusal_sentence, result_sentence
from lapor.desk.import_models import ImportBatch, ImportRow
from lapor.desk.import_rules import Verdict
from lapor.desk.lapor_export import MAX_BYTES, Unreadable, UnreadableExport, read_apart
from lapor.desk.lapor_rows import LaporRow, Rejected, Stricter, understood
from lapor.desk.matching import count_pending
from lapor.desk.owing import give_waiting, move, settle_outside
from lapor.desk.staging import discard, finish_staging, open_batch, stage
from lapor.desk.taking_over import finish, start, take_over
from lapor.policy import Actor

ZONES = ("UTC", "Asia/Makassar", "Asia/Jakarta", "Asia/Jayapura")
"""Zones in which the times of a file can be meant; LAPOR! writes UTC by all that was seen."""
STAGED_AT_ONCE = 250
SHORT = 0.15
"""Seconds that a writing transaction may take; others wait for it on SQLite."""

Tell = Callable[[int, int], None]
Result = LaporRow | Rejected | Stricter


def zone_of(name: str) -> tzinfo:
    """The time zone of this name. Raises Invalid for one that is unknown."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        raise Invalid(_("Zona waktu %(zone)s tidak dikenal. Contoh: UTC atau Asia/Makassar.", zone=name)) from error


def stage_file(content: bytes, *, file_name: str, zone: str, actor: Actor | None, now: datetime) -> int:
    """Read a file into the staging table; returns the key of the batch, ready for the preview.

    Raises Invalid with a sentence that says what to do; nothing is left of a file that is refused.
    """
    zone_info = zone_of(zone)
    batch_id = None
    try:
        export = read_apart(content)
        with transaction() as session:
            batch_id = open_batch(session, export.heading, file_name=file_name, zone=zone, actor=actor, now=now).id
        for portion in _portions(understood(export.rows, zone_info, now)):
            with transaction() as session:
                stage(session, _batch(session, batch_id), portion, now)
        with transaction() as session:
            finish_staging(session, _batch(session, batch_id))
    except UnreadableExport as error:
        _forget(batch_id)
        raise Invalid(refusal_sentence(error), field="file") from error
    except BaseException:
        _forget(batch_id)
        raise
    return batch_id


def _portions(results: Iterator[Result]) -> Iterator[list[Result]]:
    while portion := list(islice(results, STAGED_AT_ONCE)):
        yield portion


def _batch(session: Session, batch_id: int) -> ImportBatch:
    return session.get_one(ImportBatch, batch_id)


def _forget(batch_id: int | None) -> None:
    if batch_id is not None:
        with transaction() as session:
            discard(session, batch_id)


def run(batch_id: int, *, actor: Actor | None, now: datetime, tell: Tell | None = None) -> None:
    """Take over a started file, and what follows from it; may be called again after it was cut off."""
    with transaction() as session:
        batch = _batch(session, batch_id)
        owed_from, left = batch.owed_from, batch.expected - batch.done
    in_short_transactions(lambda session, limit: move(session, owed_from, limit, now=now))
    in_short_transactions(
        lambda session, limit: take_over(session, batch_id, limit, actor=actor, now=now), tell=tell, total=left
    )
    settle_units(actor=actor, now=now)
    with transaction() as session:
        finish(session, batch_id, actor=actor, now=now)


def settle_units(*, actor: Actor | None, now: datetime) -> int:
    """What follows from matched units for the complaints that waited for them; returns how many there were."""
    given = in_short_transactions(lambda session, limit: give_waiting(session, limit, actor=actor, now=now))
    return given + in_short_transactions(lambda session, limit: settle_outside(session, limit, now=now))


def in_short_transactions(step: Callable[[Session, int], int], *, tell: Tell | None = None, total: int = 0) -> int:
    """Call ``step(session, limit)`` in transactions of its own until it finds nothing; returns the sum.

    The limit is adjusted so that a transaction takes about `SHORT` seconds, but not below 50: on a busy machine what
    each transaction reads first would cost more than the rows.
    """
    done, limit = 0, 50
    while True:
        started = monotonic()
        with transaction() as session:
            count = step(session, limit)
        if count == 0:
            return done
        done += count
        took = max(monotonic() - started, 0.001)
        limit = max(50, min(500, int(limit * min(SHORT / took, 2.0))))
        if tell is not None:
            tell(done, max(total, done))


@dataclass
class ImportReport:
    """What became of a file, for the command line."""

    is_dry_run: bool
    new: int
    changed: int
    same: int
    rejected: int
    older: int
    pending_units: int
    unknown_columns: list[str]
    assumed_today: bool
    rejected_rows: list[tuple[int, str]] = field(default_factory=list)
    today: str = ""

    def lines(self) -> list[str]:
        """The report in sentences: counts, then every rejected row with its reason."""
        found = [result_sentence(self.new, self.changed, self.same, self.rejected)]
        if self.is_dry_run:
            found = [_("Pratinjau, tidak ada yang berubah."), *found]
        if self.older:
            found.append(
                _(
                    "%(count)s baris berbeda tetapi tidak dipakai: berkas ini lebih lama daripada data tersimpan.",
                    count=self.older,
                )
            )
        if self.assumed_today:
            found.append(
                _("Berkas tidak menyebut tanggal dibuat; dianggap dibuat hari ini, %(day)s.", day=self.today)
            )
        if self.unknown_columns:
            found.append(_("Kolom yang tidak dipakai: %(names)s.", names=", ".join(self.unknown_columns)))
        if self.pending_units:
            found.append(matching_sentence(self.pending_units))
        found += [
            _("Baris %(row)s ditolak: %(reason)s", row=row, reason=reason) for row, reason in self.rejected_rows
        ]
        return found


def import_file(file: Path, *, tz: str, dry_run: bool, now: datetime) -> ImportReport:
    """Import a file from the disk, as `flask lapor import` does; `dry_run` only tells what would happen.

    Raises Invalid when the file is refused; then nothing was changed.
    """
    if file.stat().st_size > MAX_BYTES:
        size = str(-(-file.stat().st_size // (1024 * 1024)))
        raise Invalid(refusal_sentence(UnreadableExport(Unreadable.TOO_LARGE, size)))
    batch_id = stage_file(file.read_bytes(), file_name=file.name, zone=tz, actor=None, now=now)
    batch = _batch(db.session(), batch_id)
    today = local_day(now)
    assumed_today = batch.generated_on is None and batch.changed > 0
    if dry_run:
        report = _report(db.session(), batch, assumed_today, is_dry_run=True)
        _forget(batch_id)
    else:
        with transaction() as session:
            start(session, batch_id, generated_on=today if assumed_today else None, actor=None, now=now)
        run(batch_id, actor=None, now=now)
        report = _report(db.session(), _batch(db.session(), batch_id), assumed_today, is_dry_run=False)
    report.today = long_date(today)
    return report


def _report(session: Session, batch: ImportBatch, assumed_today: bool, *, is_dry_run: bool) -> ImportReport:
    rejected = session.execute(
        sa.select(ImportRow.number, ImportRow.reason, ImportRow.value)
        .where(ImportRow.batch_id == batch.id, ImportRow.verdict == Verdict.REJECTED)
        .order_by(ImportRow.number, ImportRow.id)
    )
    return ImportReport(
        is_dry_run=is_dry_run,
        new=batch.new,
        changed=batch.changed,
        same=batch.same,
        rejected=batch.rejected,
        older=batch.older,
        pending_units=count_pending(session),
        unknown_columns=list(batch.unknown_columns),
        assumed_today=assumed_today,
        rejected_rows=[(row.number, reason_sentence(row.reason or "", row.value)) for row in rejected],
    )
