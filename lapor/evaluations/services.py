"""Setting up a cycle, holding its figures still, publishing its report."""

from dataclasses import dataclass, fields
from datetime import date, datetime

from sqlalchemy.orm import Session

from lapor.core.clock import local_day
from lapor.core.errors import Conflict, Invalid
from lapor.evaluations import events
from lapor.evaluations.models import EvaluationCycle
from lapor.evaluations.queries import count_figures, find_signer
from lapor.evaluations.rules import (
    MINIMUM_CASES,
    Act,
    CycleFigures,
    CycleState,
    as_of_fault,
    is_possible,
    period_fault,
)
from lapor.journal.services import record
from lapor.policy import Actor, Permission

MAX_TEXT = 10_000
MAX_MINIMUM_CASES = 100
_PERIOD = frozenset({"year", "starts_on", "ends_on", "minimum_cases"})
_PERIOD_FAULTS = {
    "order": "Tanggal selesai mendahului tanggal mulai.",
    "year": "Tanggal ini harus berada pada tahun yang dievaluasi.",
}
_AS_OF_FAULTS = {
    "early": "Data dikunci paling awal per hari terakhir masa evaluasi.",
    "future": "Tanggal penguncian tidak boleh di masa depan.",
}
_SENTENCES = {
    Act.CHANGE_PERIOD: "Masa evaluasi tidak dapat diubah karena data sudah dikunci.",
    Act.CHANGE_TEXT: "Laporan sudah diterbitkan, maka tidak dapat diubah lagi.",
    Act.LOCK: "Data evaluasi ini sudah dikunci.",
    Act.UNLOCK: "Kunci data hanya dapat dibuka sebelum laporan diterbitkan.",
    Act.PUBLISH: "Kunci data dahulu, lalu terbitkan laporannya.",
}


@dataclass(frozen=True)
class CycleParticulars:
    """What a person says about a cycle. Texts: one paragraph a line; ``signer_id``: an assignment."""

    title: str
    year: int
    starts_on: date
    ends_on: date
    minimum_cases: int = MINIMUM_CASES
    introduction: str = ""
    obstacles: str = ""
    recommendations: str = ""
    report_number: str | None = None
    report_date: date | None = None
    signer_id: int | None = None


def _check(session: Session, particulars: CycleParticulars) -> None:
    if not particulars.title.strip():
        raise Invalid("Nama evaluasi wajib diisi.", field="title")
    fault = period_fault(particulars.year, particulars.starts_on, particulars.ends_on)
    if fault is not None:
        raise Invalid(_PERIOD_FAULTS[fault.code], field=fault.field)
    if not 1 <= particulars.minimum_cases <= MAX_MINIMUM_CASES:
        raise Invalid("Isi dengan bilangan dari 1 sampai 100.", field="minimum_cases")
    for field in ("introduction", "obstacles", "recommendations"):
        if len(getattr(particulars, field)) > MAX_TEXT:
            raise Invalid("Teks paling banyak 10.000 huruf.", field=field)
    if particulars.report_date is not None and particulars.report_date < particulars.ends_on:
        raise Invalid("Laporan bertanggal setelah masa evaluasi berakhir.", field="report_date")
    if particulars.signer_id is not None and find_signer(session, particulars.signer_id) is None:
        raise Invalid("Pilih penanda tangan dari daftar.", field="signer_id")


def _need(cycle: EvaluationCycle, act: Act) -> None:
    if not is_possible(cycle.state, act):
        raise Conflict(_SENTENCES[act])


def create_cycle(
    session: Session, particulars: CycleParticulars, *, actor: Actor | None, now: datetime
) -> EvaluationCycle:
    """Set up a cycle as a draft. Raises Invalid for a period outside its year or an unknown signer."""
    _check(session, particulars)
    cycle = EvaluationCycle(created_at=now, **_values(particulars))
    session.add(cycle)
    session.flush()
    _record(session, events.CycleCreated(cycle.id, cycle.title, cycle.starts_on, cycle.ends_on), actor, now)
    return cycle


def edit_cycle(
    session: Session, cycle: EvaluationCycle, particulars: CycleParticulars, *, actor: Actor | None, now: datetime
) -> tuple[str, ...]:
    """Change what is said about a cycle; returns the names of the changed fields.

    Raises Conflict for a published one, and for a change of the period after the locking.
    """
    _need(cycle, Act.CHANGE_TEXT)
    _check(session, particulars)
    changed = tuple(name for name, value in _values(particulars).items() if getattr(cycle, name) != value)
    if _PERIOD & set(changed):
        _need(cycle, Act.CHANGE_PERIOD)
    for name in changed:
        setattr(cycle, name, _values(particulars)[name])
    if changed:
        session.flush()
        _record(session, events.CycleChanged(cycle.id, changed), actor, now)
    return changed


def _values(particulars: CycleParticulars) -> dict[str, object]:
    values = {field.name: getattr(particulars, field.name) for field in fields(particulars)}
    for name, value in values.items():
        if isinstance(value, str):
            values[name] = value.strip().replace("\r\n", "\n")
    values["report_number"] = values["report_number"] or None
    return values


def lock_data(
    session: Session, cycle: EvaluationCycle, *, as_of: date, actor: Actor | None, now: datetime
) -> CycleFigures:
    """Hold the figures still with the facts up to ``as_of``.

    Raises Invalid for a day before the end of the period or in the future.
    """
    _need(cycle, Act.LOCK)
    fault = as_of_fault(as_of, cycle.ends_on, local_day(now))
    if fault is not None:
        raise Invalid(_AS_OF_FAULTS[fault], field="as_of")
    figures = count_figures(session, cycle, as_of)
    cycle.figures = figures.to_json()
    cycle.data_as_of = as_of
    cycle.locked_at = now
    cycle.state = CycleState.LOCKED
    session.flush()
    results = figures.totals.results
    _record(
        session,
        events.DataLocked(
            cycle.id, as_of, figures.totals.received, results.followed_up, results.finished, results.on_time
        ),
        actor,
        now,
    )
    return figures


def unlock_data(session: Session, cycle: EvaluationCycle, *, reason: str, actor: Actor | None, now: datetime) -> None:
    """Give the held figures up, with a reason; the cycle follows the data of the day again."""
    _need(cycle, Act.UNLOCK)
    if not reason.strip():
        raise Invalid("Tulis alasan membuka kunci data.", field="reason")
    cycle.state = CycleState.DRAFT
    cycle.figures = None
    cycle.data_as_of = None
    cycle.locked_at = None
    session.flush()
    _record(session, events.DataUnlocked(cycle.id, reason.strip()), actor, now)


def publish_cycle(session: Session, cycle: EvaluationCycle, *, actor: Actor | None, now: datetime) -> None:
    """Make the report final: it loses the mark KONSEP. Raises Invalid while signer, date or texts are missing."""
    _need(cycle, Act.PUBLISH)
    if cycle.signer_id is None or cycle.report_date is None:
        raise Invalid("Lengkapi dahulu penanda tangan dan tanggal laporan, lalu terbitkan.")
    if not cycle.obstacles or not cycle.recommendations:
        raise Invalid("Lengkapi dahulu kendala dan rekomendasi, lalu terbitkan.")
    if cycle.data_as_of is None:
        raise Conflict(_SENTENCES[Act.PUBLISH])
    cycle.state = CycleState.PUBLISHED
    cycle.published_at = now
    session.flush()
    _record(session, events.CyclePublished(cycle.id, cycle.data_as_of), actor, now)


def _record(session: Session, event: events.CycleEvent, actor: Actor | None, now: datetime) -> None:
    record(session, event, actor=actor, now=now, permission=Permission.EVALUATION_EDIT)
