"""The desk: verifying, holding, forwarding, archiving, closing and reopening a complaint."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lapor.agencies.models import Agency
from lapor.agencies.queries import current_agency_id
from lapor.complaints import events
from lapor.complaints.models import Complaint, Pause
from lapor.complaints.rules import WITHHELD_FROM_AGENCY, Origin, ReportClass, ReportedParty, Status
from lapor.complaints.services import Particulars, correct_class
from lapor.complaints.services import register as register_complaint
from lapor.core.clock import local_day
from lapor.core.errors import Conflict, Invalid
from lapor.dispositions.authority import need_desk
from lapor.dispositions.clocks import (
    active_dispositions,
    add_pause,
    meet_deadline,
    open_deadline,
    reclass_deadlines,
    refresh,
    take_up,
)
from lapor.dispositions.models import Deadline, Disposition
from lapor.dispositions.rules import OPEN, Part, Stage
from lapor.dispositions.services import add_disposition, withdraw
from lapor.journal.services import record
from lapor.offices.models import Post
from lapor.offices.queries import head_of
from lapor.policy import Actor, Permission, Role

_P = Permission.COMPLAINT_PROCESS


def register(session: Session, particulars: Particulars, *, actor: Actor, now: datetime) -> Complaint:
    """Write a complaint down by hand and start the clock of its verification."""
    complaint = register_complaint(session, particulars, actor=actor, now=now)
    open_deadline(session, complaint, Stage.VERIFICATION, complaint.received_on)
    refresh(session, complaint)
    return complaint


def verify(
    session: Session,
    complaint: Complaint,
    *,
    report_class: ReportClass | None,
    class_reason: str | None,
    reported_party: ReportedParty | None,
    reported_agency_id: int | None,
    actor: Actor,
    now: datetime,
) -> None:
    """The coordinator has checked the complaint: its class, and who is reported.

    About a head or an operator, every order to that agency is withdrawn: it sees nothing of it from then on.
    About the coordinator's office, the complaint passes to the Inspektorat's verifier.
    """
    need_desk(actor, complaint)
    if complaint.status not in {
        Status.RECEIVED,
        Status.VERIFIED,
        Status.RETURNED,
        Status.DISPOSED,
        Status.ACKNOWLEDGED,
        Status.IN_PROGRESS,
    }:
        raise Conflict("Aduan pada keadaan ini tidak dapat diverifikasi.")
    if report_class is None:
        raise Invalid("Pilih klasifikasi aduan.", field="report_class")
    if reported_party is None:
        raise Invalid("Jawab dahulu: siapa yang dilaporkan.", field="reported_party")
    names_agency = reported_party in {ReportedParty.STAFF, ReportedParty.HEAD, ReportedParty.OPERATOR}
    if names_agency and reported_agency_id is None:
        raise Invalid("Pilih OPD yang pimpinan atau pegawainya dilaporkan.", field="reported_agency_id")
    if names_agency and session.get(Agency, reported_agency_id) is None:
        raise Invalid("Pilih OPD dari daftar.", field="reported_agency_id")
    take_up(session, complaint, now=now)
    if correct_class(session, complaint, report_class, class_reason, actor=actor, now=now):
        reason = (class_reason or "").strip() or "Klasifikasi ditetapkan saat pemeriksaan."
        reclass_deadlines(session, complaint, reason=reason, actor=actor, now=now)
    complaint.reported_party = reported_party
    complaint.reported_agency_id = reported_agency_id if names_agency else None
    if reported_party is ReportedParty.COORDINATOR_OFFICE:
        complaint.reported_agency_id = _coordinators_office(session, actor)
    complaint.reported_person_id = _reported_head(session, complaint, local_day(now))
    complaint.verified_at = complaint.verified_at or now
    meet_deadline(session, complaint.id, None, Stage.VERIFICATION, local_day(now))
    record(
        session,
        events.Verified(complaint.id, report_class.value, reported_party.value, complaint.reported_agency_id),
        actor=actor,
        now=now,
        permission=_P,
    )
    if reported_party in WITHHELD_FROM_AGENCY:
        _take_away_from_reported(session, complaint, actor=actor, now=now)
    refresh(session, complaint)


def _reported_head(session: Session, complaint: Complaint, today: date) -> int | None:
    """Who was the reported head when the complaint came in: it stays closed to him, whatever post he holds later."""
    if complaint.reported_party is not ReportedParty.HEAD or complaint.reported_agency_id is None:
        return None
    head = head_of(session, complaint.reported_agency_id, complaint.received_on) or head_of(
        session, complaint.reported_agency_id, today
    )
    return head.person_id if head else None


def _coordinators_office(session: Session, actor: Actor) -> int | None:
    """The agency of the coordinator who says so; of the coordinator's post when the Inspektorat's verifier does."""
    own = next((power.agency_id for power in actor.powers if power.grants(_P) and power.role == "coordinator"), None)
    return own or session.scalar(
        sa.select(Post.agency_id)
        .where(Post.kind == Role.COORDINATOR.value, Post.ends_on.is_(None))
        .order_by(Post.id)
        .limit(1)
    )


def _take_away_from_reported(session: Session, complaint: Complaint, *, actor: Actor, now: datetime) -> None:
    wanted = complaint.reported_party
    for item in active_dispositions(session, complaint):
        agency = session.get(Agency, item.agency_id)
        oversees = agency is not None and (agency.is_oversight or agency.oversees_inspectorate)
        if item.state in OPEN and (item.agency_id == complaint.reported_agency_id or not oversees):
            complaint.reported_party = ReportedParty.NONE
            withdraw(
                session,
                item,
                reason="Yang dilaporkan pimpinan atau admin; ditangani Inspektorat.",
                actor=actor,
                now=now,
            )
            complaint.reported_party = wanted
    session.flush()


def hold(
    session: Session, complaint: Complaint, *, reason: str, expected_on: date, actor: Actor, now: datetime
) -> None:
    """Wait for the reporter, probably until ``expected_on``: the clocks stand still from today.

    They go on when a person says so (``resume``), never by themselves.
    """
    need_desk(actor, complaint)
    if complaint.status not in {
        Status.RECEIVED,
        Status.VERIFIED,
        Status.DISPOSED,
        Status.ACKNOWLEDGED,
        Status.IN_PROGRESS,
        Status.RETURNED,
    }:
        raise Conflict("Aduan pada keadaan ini tidak dapat ditunda.")
    if not reason.strip():
        raise Invalid("Tulis kelengkapan apa yang diminta dari pelapor.", field="reason")
    today = local_day(now)
    if expected_on < today:
        raise Invalid("Perkiraan selesai mendahului hari ini.", field="expected_on")
    take_up(session, complaint, now=now)
    complaint.on_hold_since = today
    complaint.on_hold_reason = reason.strip()
    complaint.on_hold_until = expected_on
    session.add(Pause(complaint_id=complaint.id, starts_on=today, expected_on=expected_on, reason=reason.strip()))
    session.flush()
    refresh(session, complaint)
    record(
        session,
        events.HeldForReporter(complaint.id, reason.strip(), expected_on),
        actor=actor,
        now=now,
        permission=_P,
    )


def resume(session: Session, complaint: Complaint, *, actor: Actor, now: datetime) -> int:
    """The clocks go on today. Returns the working days that the pause lasted."""
    need_desk(actor, complaint)
    if complaint.on_hold_since is None:
        raise Conflict("Aduan ini tidak sedang menunggu kelengkapan pelapor.")
    today = local_day(now)
    days = 0
    for pause in session.scalars(
        sa.select(Pause).where(Pause.complaint_id == complaint.id, Pause.ends_on.is_(None)).order_by(Pause.id)
    ):
        pause.ends_on = today
        days += add_pause(session, complaint, pause, today)
    complaint.on_hold_since = None
    complaint.on_hold_reason = None
    complaint.on_hold_until = None
    take_up(session, complaint, now=now)
    _need_verification_clock(session, complaint, today)
    refresh(session, complaint)
    record(session, events.Resumed(complaint.id, days), actor=actor, now=now, permission=_P)
    return days


def _need_verification_clock(session: Session, complaint: Complaint, today: date) -> None:
    if complaint.verified_at is not None:
        return
    exists = session.scalar(
        sa.select(Deadline.id).where(Deadline.complaint_id == complaint.id, Deadline.stage == Stage.VERIFICATION)
    )
    if exists is None:
        open_deadline(session, complaint, Stage.VERIFICATION, today)


def _need_nothing_owed(session: Session, complaint: Complaint, what: str) -> None:
    owed = session.scalars(
        sa.select(Agency.abbreviation)
        .join(Disposition, Disposition.agency_id == Agency.id)
        .where(Disposition.complaint_id == complaint.id, Disposition.is_owed.is_(True))
        .order_by(Disposition.id)
    ).all()
    if owed:
        raise Conflict(f"Aduan belum dapat {what}: {', '.join(owed)} belum menyatakan mengetahui.")


def forward(
    session: Session,
    complaint: Complaint,
    *,
    institution: str,
    forwarded_on: date,
    way: str,
    actor: Actor,
    now: datetime,
) -> None:
    """Pass on what is not the province's authority; it leaves the base of every agency (office.md 1.8)."""
    need_desk(actor, complaint)
    if complaint.status not in {Status.RECEIVED, Status.VERIFIED, Status.RETURNED, Status.DISPOSED}:
        raise Conflict("Aduan pada keadaan ini tidak dapat diteruskan ke instansi lain.")
    if not institution.strip():
        raise Invalid("Pilih atau tulis instansi tujuan.", field="institution")
    if forwarded_on > local_day(now):
        raise Invalid("Tanggal diteruskan tidak boleh di masa depan.", field="forwarded_on")
    if forwarded_on < complaint.received_on:
        raise Invalid("Tanggal diteruskan tidak boleh mendahului masuknya aduan.", field="forwarded_on")
    _need_nothing_owed(session, complaint, "diteruskan")
    take_up(session, complaint, now=now)
    complaint.forwarded_on = forwarded_on
    complaint.forwarded_to = institution.strip()[:200]
    complaint.forwarded_way = way.strip() or None
    meet_deadline(session, complaint.id, None, Stage.VERIFICATION, forwarded_on)
    refresh(session, complaint)
    record(
        session,
        events.Forwarded(complaint.id, complaint.forwarded_to, forwarded_on, way.strip()),
        actor=actor,
        now=now,
        permission=_P,
    )


def archive(session: Session, complaint: Complaint, *, reason: str, actor: Actor, now: datetime) -> None:
    """Put the complaint aside with a reason; after disposition not while an acknowledgement is owed."""
    need_desk(actor, complaint)
    if complaint.status in {Status.CLOSED, Status.ARCHIVED, Status.FORWARDED}:
        raise Conflict("Aduan ini sudah tidak berjalan.")
    if len(reason.strip()) < 5:
        raise Invalid("Tulis alasan mengarsipkan aduan.", field="reason")
    _need_nothing_owed(session, complaint, "diarsipkan")
    complaint.archived_at = now
    complaint.archive_reason = reason.strip()
    complaint.touched_at = complaint.touched_at or now
    meet_deadline(session, complaint.id, None, Stage.VERIFICATION, local_day(now))
    refresh(session, complaint)
    record(session, events.Archived(complaint.id, reason.strip()), actor=actor, now=now, permission=_P)


def close(
    session: Session, complaint: Complaint, *, reason: str, rating: int | None = None, actor: Actor, now: datetime
) -> None:
    """Close an answered complaint. Refused while an acknowledgement is owed or the final answer is missing.

    What LAPOR! itself has closed may be closed without a final answer of ours; that is never counted as finished.
    """
    need_desk(actor, complaint)
    if complaint.status in {Status.CLOSED, Status.ARCHIVED, Status.FORWARDED}:
        raise Conflict("Aduan ini sudah tidak berjalan.")
    if not reason.strip():
        raise Invalid("Pilih alasan menutup aduan.", field="reason")
    if rating is not None and not 1 <= rating <= 5:
        raise Invalid("Penilaian pelapor antara 1 dan 5.", field="rating")
    _need_nothing_owed(session, complaint, "ditutup")
    if complaint.status is not Status.FINISHED and not complaint.closed_in_lapor:
        raise Conflict("Aduan belum dapat ditutup: jawaban akhir dari OPD belum dicatat.")
    complaint.closed_at = now
    complaint.close_reason = reason.strip()
    complaint.rating = rating
    complaint.touched_at = complaint.touched_at or now
    meet_deadline(session, complaint.id, None, Stage.REPORTER_REPLY, local_day(now))
    refresh(session, complaint)
    record(session, events.Closed(complaint.id, reason.strip(), rating), actor=actor, now=now, permission=_P)


def reopen(session: Session, complaint: Complaint, *, reason: str, actor: Actor, now: datetime) -> None:
    """Begin a new round: the last lead agency is asked again and its head owes a new acknowledgement."""
    need_desk(actor, complaint)
    if complaint.status not in {Status.CLOSED, Status.ARCHIVED, Status.FORWARDED, Status.FINISHED}:
        raise Conflict("Hanya aduan yang selesai, ditutup, diarsipkan, atau diteruskan yang dapat dibuka kembali.")
    if not reason.strip():
        raise Invalid("Tulis alasan membuka kembali aduan.", field="reason")
    previous = active_dispositions(session, complaint)
    complaint.closed_at = None
    complaint.close_reason = None
    complaint.rating = None
    complaint.archived_at = None
    complaint.archive_reason = None
    complaint.forwarded_on = None
    complaint.forwarded_to = None
    complaint.forwarded_way = None
    complaint.is_history = False
    complaint.touched_at = now
    session.execute(
        sa.update(Deadline)
        .where(Deadline.complaint_id == complaint.id, Deadline.met_on.is_(None))
        .values(is_void=True)
    )
    complaint.round += 1
    session.flush()
    record(
        session, events.Reopened(complaint.id, reason.strip(), complaint.round), actor=actor, now=now, permission=_P
    )
    for item in previous:
        if item.part is Part.LEAD:
            add_disposition(
                session,
                complaint,
                current_agency_id(session, item.agency_id, local_day(now)) or item.agency_id,
                Part.LEAD,
                origin=Origin.MANUAL,
                note=reason.strip(),
                unit_name=item.unit_name,
                actor=actor,
                now=now,
            )
    refresh(session, complaint)
