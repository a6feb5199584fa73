"""Writing what the citizen said. What agencies are asked stands in ``dispositions.services``."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lapor.calendar.queries import rule_set_in_force
from lapor.complaints import events
from lapor.complaints.models import Complaint, ComplaintCounter
from lapor.complaints.rules import Origin, ReportClass
from lapor.core.clock import local_day
from lapor.core.errors import Invalid
from lapor.journal.services import note_read, record
from lapor.policy import Actor, Permission

MAX_TEXT = 20_000


def next_number(session: Session, year: int) -> str:
    """The next ``A-2026-000123``; unique also under concurrent requests, gaps are allowed."""
    return next_numbers(session, year, 1)[0]


def next_numbers(session: Session, year: int, count: int) -> list[str]:
    """The next ``count`` numbers of ``year``, in order."""
    counter = session.get(ComplaintCounter, year, with_for_update=True)
    if counter is None:
        statement = _insert_counter(session, year)
        session.execute(statement)
        counter = session.get(ComplaintCounter, year, with_for_update=True, populate_existing=True)
        if counter is None:
            raise RuntimeError("the counter of the year was not made")
    first = counter.last + 1
    counter.last += count
    session.flush()
    return [f"A-{year}-{number:06d}" for number in range(first, first + count)]


def _insert_counter(session: Session, year: int) -> "sa.Insert":
    if session.get_bind().dialect.name == "postgresql":
        from sqlalchemy.dialects.postgresql import insert as insert_pg  # noqa: PLC0415 (one dialect of two)

        return insert_pg(ComplaintCounter).values(year=year, last=0).on_conflict_do_nothing()
    from sqlalchemy.dialects.sqlite import insert as insert_sqlite  # noqa: PLC0415 (one dialect of two)

    return insert_sqlite(ComplaintCounter).values(year=year, last=0).on_conflict_do_nothing()


@dataclass(frozen=True)
class Particulars:
    """What is written down of a complaint that came outside LAPOR!."""

    title: str
    text: str
    channel: str
    received_at: datetime
    report_class: ReportClass | None = None
    category: str | None = None
    location: str | None = None
    is_anonymous: bool = False
    is_confidential: bool = False
    reporter_name: str | None = None
    reporter_contact: str | None = None
    tracking_id: str | None = None


def tracking_id_fault(tracking_id: str) -> str | None:
    """A sentence when ``tracking_id`` is not 6 to 10 digits, else None (domain.md)."""
    if tracking_id.isascii() and tracking_id.isdigit() and 6 <= len(tracking_id) <= 10:
        return None
    return "Tracking ID terdiri dari 6 sampai 10 angka."


def register(session: Session, particulars: Particulars, *, actor: Actor, now: datetime) -> Complaint:
    """Write down a complaint by hand, with its own number.

    The reporter's name is not kept for anonymous ones. Raises Invalid for a time in the future, an empty text, or
    a Tracking ID that is in use.
    """
    if particulars.received_at > now:
        raise Invalid("Waktu masuk tidak boleh di masa depan.", field="received_on")
    if not particulars.title.strip():
        raise Invalid("Judul wajib diisi.", field="title")
    if not particulars.text.strip():
        raise Invalid("Isi aduan wajib diisi.", field="text")
    if len(particulars.text) > MAX_TEXT:
        raise Invalid("Isi aduan paling banyak 20.000 huruf.", field="text")
    if particulars.tracking_id:
        fault = tracking_id_fault(particulars.tracking_id)
        if fault:
            raise Invalid(fault, field="tracking_id")
        _refuse_used(session, particulars.tracking_id, None)
    received_on = local_day(particulars.received_at)
    hidden = particulars.is_anonymous
    complaint = Complaint(
        number=next_number(session, received_on.year),
        tracking_id=particulars.tracking_id or None,
        origin=Origin.MANUAL,
        title=particulars.title.strip(),
        text=particulars.text.strip(),
        report_class=particulars.report_class,
        category=particulars.category,
        channel=particulars.channel,
        location=particulars.location,
        received_at=particulars.received_at,
        received_on=received_on,
        is_anonymous=particulars.is_anonymous,
        is_confidential=particulars.is_confidential,
        reporter_name=None if hidden else particulars.reporter_name,
        reporter_contact=None if hidden else particulars.reporter_contact,
        rule_set_id=rule_set_in_force(session, received_on),
        touched_at=now,
        created_at=now,
    )
    session.add(complaint)
    session.flush()
    record(
        session,
        events.Registered(complaint.id, complaint.number, particulars.channel),
        actor=actor,
        now=now,
        permission=Permission.COMPLAINT_REGISTER,
    )
    return complaint


def _refuse_used(session: Session, tracking_id: str, own_id: int | None) -> None:
    other = session.scalar(sa.select(Complaint.id).where(Complaint.tracking_id == tracking_id))
    if other is not None and other != own_id:
        raise Invalid("Tracking ID ini sudah dipakai aduan lain.", field="tracking_id")


def attach_tracking_id(session: Session, complaint: Complaint, tracking_id: str, *, now: datetime) -> None:
    """Give a complaint written by hand the number that LAPOR! gave it, so that an import joins it later."""
    fault = tracking_id_fault(tracking_id)
    if fault:
        raise Invalid(fault, field="tracking_id")
    _refuse_used(session, tracking_id, complaint.id)
    complaint.tracking_id = tracking_id
    complaint.touched_at = now
    session.flush()


def correct_class(
    session: Session,
    complaint: Complaint,
    report_class: ReportClass,
    reason: str | None,
    *,
    actor: Actor,
    now: datetime,
) -> bool:
    """Set our class. A change of a given class needs a reason. Returns whether anything changed."""
    if complaint.report_class is report_class:
        return False
    old = complaint.report_class
    if old is not None and not (reason or "").strip():
        raise Invalid("Tulis alasan mengubah klasifikasi.", field="class_reason")
    complaint.report_class = report_class
    complaint.class_reason = (reason or "").strip() or None
    complaint.touched_at = now
    session.flush()
    if old is not None:
        record(
            session,
            events.ClassCorrected(complaint.id, old.value, report_class.value, (reason or "").strip()),
            actor=actor,
            now=now,
            permission=Permission.COMPLAINT_PROCESS,
        )
    return True


def change_flags(
    session: Session,
    complaint: Complaint,
    *,
    is_anonymous: bool,
    is_confidential: bool,
    reason: str,
    actor: Actor,
    now: datetime,
) -> None:
    """Change anonymity or confidentiality by hand; always with a reason, never silently (domain.md)."""
    if not reason.strip():
        raise Invalid("Tulis alasan mengubah sifat aduan.", field="reason")
    former = complaint.is_anonymous, complaint.is_confidential
    complaint.is_anonymous = is_anonymous
    complaint.is_confidential = is_confidential
    if is_anonymous:
        complaint.reporter_name = None
        complaint.reporter_contact = None
    complaint.touched_at = now
    session.flush()
    record(
        session,
        events.FlagsChanged(complaint.id, is_anonymous, is_confidential, reason.strip(), *former),
        actor=actor,
        now=now,
        permission=Permission.COMPLAINT_PROCESS,
    )


def reveal_reporter(session: Session, complaint: Complaint, reason: str, *, actor: Actor, now: datetime) -> None:
    """Note that the reporter's identity is shown, and why; the view shows it after this is committed."""
    if not reason.strip():
        raise Invalid("Tulis alasan membuka data pelapor.", field="reason")
    note_read(session, complaint.id, what="reveal", actor=actor, now=now)
    record(
        session,
        events.ReporterRevealed(complaint.id, reason.strip()),
        actor=actor,
        now=now,
        permission=Permission.REPORTER_REVEAL,
    )


def answered_by_reporter(session: Session, complaint: Complaint, text: str, *, actor: Actor, now: datetime) -> None:
    """Write down the reporter's reply in LAPOR!."""
    if not text.strip():
        raise Invalid("Tulis jawaban pelapor.", field="text")
    complaint.touched_at = now
    session.flush()
    record(
        session,
        events.ReporterAnswered(complaint.id, text.strip()),
        actor=actor,
        now=now,
        permission=Permission.RESPONSE_WRITE,
    )
