"""Orders to agencies: disposing, redirecting, withdrawing, lifting the block before the answer."""

from collections.abc import Sequence
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lapor.agencies.models import AcknowledgedBy, Agency
from lapor.complaints.models import Complaint
from lapor.complaints.rules import OPEN_STATUSES, WITHHELD_FROM_AGENCY, Origin
from lapor.core.clock import local_day
from lapor.core.errors import Conflict, Invalid, NotAllowed
from lapor.dispositions import events
from lapor.dispositions.authority import complaint_of, facts_of, need_desk, need_move
from lapor.dispositions.clocks import active_dispositions, refresh, start_clocks, take_up, void_deadlines
from lapor.dispositions.models import Disposition, Response
from lapor.dispositions.passing import reminded_first
from lapor.dispositions.rules import (
    Act,
    Part,
    ResponseState,
    State,
)
from lapor.journal.services import record
from lapor.notifications.models import Kind
from lapor.notifications.services import notify
from lapor.policy import Actor, Permission


def head_agency_of(agency: Agency) -> int:
    """Key of the agency whose head acknowledges for ``agency``: its own, or its parent's where that is set."""
    if agency.parent_id is not None and agency.acknowledged_by is AcknowledgedBy.PARENT:
        return agency.parent_id
    return agency.id


def add_disposition(
    session: Session,
    complaint: Complaint,
    agency_id: int,
    part: Part,
    *,
    origin: Origin,
    note: str | None = None,
    unit_name: str | None = None,
    actor: Actor | None,
    now: datetime,
) -> Disposition:
    """Link the complaint to an agency and start its clocks (none for history). The caller refreshes."""
    agency = session.get(Agency, agency_id)
    if agency is None:
        raise Invalid("OPD tidak ditemukan.", field="lead")
    head_agency_id = head_agency_of(agency)
    today = local_day(now)
    disposition = Disposition(
        complaint_id=complaint.id,
        agency_id=agency.id,
        head_agency_id=head_agency_id,
        part=part,
        round=complaint.round,
        origin=origin,
        note=note,
        unit_name=unit_name,
        disposed_at=now,
        disposed_on=today,
        disposed_by=actor.person_id if actor else None,
    )
    session.add(disposition)
    session.flush()
    if not complaint.is_history:
        start_clocks(session, complaint, disposition, today)
    record(
        session,
        events.Disposed(disposition.id, complaint.id, agency.id, agency.abbreviation, part.value, origin.value, note),
        actor=actor,
        now=now,
        permission=Permission.COMPLAINT_PROCESS,
    )
    return disposition


def _check_target(session: Session, complaint: Complaint, agency_ids: Sequence[int], today: date) -> None:
    """About a head or operator only the Inspektorat is asked, about the Inspektorat the Sekda (office.md 1.2)."""
    agencies = {
        agency.id: agency
        for agency in session.scalars(sa.select(Agency).where(Agency.id.in_(agency_ids)).order_by(Agency.id))
    }
    for agency_id in agency_ids:
        agency = agencies.get(agency_id)
        if agency is None:
            raise Invalid("Pilih OPD dari daftar.", field="lead")
        if agency.ends_on is not None and agency.ends_on < today:
            raise Invalid(f"{agency.abbreviation} sudah tidak aktif. Pilih OPD penggantinya.", field="lead")
    if complaint.reported_party not in WITHHELD_FROM_AGENCY:
        return
    reported = session.get(Agency, complaint.reported_agency_id) if complaint.reported_agency_id else None
    about_oversight = reported is not None and reported.is_oversight
    for agency in agencies.values():
        fits = agency.oversees_inspectorate if about_oversight else agency.is_oversight
        if not fits or agency.id == complaint.reported_agency_id:
            target = "Sekretaris Daerah" if about_oversight else "Inspektorat"
            raise Invalid(
                f"Yang dilaporkan adalah pimpinan atau admin, maka aduan ini hanya disampaikan ke {target}.",
                field="lead",
            )


def dispose(
    session: Session,
    complaint: Complaint,
    *,
    lead_id: int,
    support_ids: Sequence[int] = (),
    note: str | None = None,
    unit_name: str | None = None,
    redirect_reason: str | None = None,
    actor: Actor,
    now: datetime,
) -> list[Disposition]:
    """Give a verified complaint to one lead agency and any supporting ones.

    With another lead at work, that order is withdrawn with ``redirect_reason``. Returns the new dispositions.
    Raises Invalid when not verified, the target is not allowed or the reason is missing.
    """
    need_desk(actor, complaint)
    if complaint.verified_at is None:
        raise Invalid("Verifikasi aduan ini dahulu, lalu sampaikan ke OPD.")
    if complaint.status not in OPEN_STATUSES:
        raise Conflict("Aduan ini sudah ditutup, diarsipkan, atau diteruskan.")
    if complaint.on_hold_since is not None:
        raise Conflict("Aduan ini sedang menunggu kelengkapan pelapor. Lanjutkan dahulu.")
    supports = [agency_id for agency_id in dict.fromkeys(support_ids) if agency_id != lead_id]
    _check_target(session, complaint, [lead_id, *supports], local_day(now))
    take_up(session, complaint, now=now)
    active = {item.agency_id: item for item in active_dispositions(session, complaint)}
    lead = next((item for item in active.values() if item.part is Part.LEAD), None)
    if lead is not None and lead.agency_id != lead_id:
        if not (redirect_reason or "").strip():
            raise Invalid("Tulis alasan mengalihkan aduan ke OPD lain.", field="redirect_reason")
        withdraw(session, lead, reason=(redirect_reason or "").strip(), actor=actor, now=now)
        active.pop(lead.agency_id)
    made = []
    if lead_id in active and active[lead_id].part is Part.SUPPORT:
        active[lead_id].part = Part.LEAD
    elif lead_id not in active:
        made.append(
            add_disposition(
                session,
                complaint,
                lead_id,
                Part.LEAD,
                origin=Origin.MANUAL,
                note=note,
                unit_name=unit_name,
                actor=actor,
                now=now,
            )
        )
    made += [
        add_disposition(
            session, complaint, agency_id, Part.SUPPORT, origin=Origin.MANUAL, note=note, actor=actor, now=now
        )
        for agency_id in supports
        if agency_id not in active
    ]
    if not made and lead is not None and lead.agency_id == lead_id:
        raise Invalid("Aduan ini sudah berada di OPD tersebut.", field="lead")
    refresh(session, complaint)
    return made


def withdraw(session: Session, disposition: Disposition, *, reason: str, actor: Actor, now: datetime) -> None:
    """Take an order back; it owes nothing from then on, with a reason that stays."""
    complaint = complaint_of(session, disposition)
    need_desk(actor, complaint)
    if not reason.strip():
        raise Invalid("Tulis alasan menarik aduan dari OPD.", field="reason")
    need_move(disposition, Act.WITHDRAW, "Disposisi ini sudah selesai, dikembalikan, atau ditarik.")
    disposition.state = State.WITHDRAWN
    disposition.withdrawn_at = now
    disposition.withdraw_reason = reason.strip()
    void_deadlines(session, disposition.id)
    take_up(session, complaint, now=now)
    refresh(session, complaint)
    record(
        session,
        events.Withdrawn(*facts_of(session, disposition), reason.strip()),
        actor=actor,
        now=now,
        permission=Permission.COMPLAINT_PROCESS,
    )


def lift_block(session: Session, disposition: Disposition, *, reason: str, actor: Actor, now: datetime) -> None:
    """Allow an answer before the head knows, for this disposition only; the acknowledgement stays owed.

    Raises NotAllowed for others than the coordinator, Invalid without a clear reason, Conflict when there is nothing
    to lift: known already, over, history, or lifted by now.
    """
    complaint = complaint_of(session, disposition)
    if actor.power_for(Permission.DISPOSITION_LIFT) is None:
        raise NotAllowed("Izin khusus hanya diberikan oleh koordinator.")
    need_desk(actor, complaint)
    if len(reason.strip()) < 10:
        raise Invalid("Tulis alasan izin khusus dengan jelas, misalnya: membahayakan jiwa.", field="reason")
    need_move(disposition, Act.LIFT, "Izin khusus hanya untuk aduan yang belum diketahui pimpinan.")
    if not disposition.is_owed:
        raise Conflict("Aduan ini tidak menunggu pernyataan mengetahui, jadi tidak ada yang perlu diizinkan.")
    if disposition.is_lifted:
        raise Conflict("Izin khusus untuk OPD ini sudah diberikan.")
    disposition.lifted_at = now
    disposition.lifted_reason = reason.strip()
    disposition.lift_ended_at = disposition.lift_end_reason = None
    session.flush()
    record(
        session,
        events.BlockLifted(*facts_of(session, disposition), reason.strip()),
        actor=actor,
        now=now,
        permission=Permission.DISPOSITION_LIFT,
    )


def end_lift(session: Session, disposition: Disposition, *, reason: str, actor: Actor, now: datetime) -> None:
    """Take the leave to answer early back while it was not used; what was released under it is a draft again.

    Raises Conflict when there is no leave, it was used, or the head knows by now.
    """
    complaint = complaint_of(session, disposition)
    if actor.power_for(Permission.DISPOSITION_LIFT) is None:
        raise NotAllowed("Izin khusus hanya dicabut oleh koordinator.")
    need_desk(actor, complaint)
    if not reason.strip():
        raise Invalid("Tulis alasan mencabut izin khusus.", field="reason")
    if not disposition.is_lifted:
        raise Conflict("Tidak ada izin khusus yang dapat dicabut.")
    need_move(disposition, Act.LIFT, "Pimpinan sudah mengetahui aduan ini; izin khusus tidak berlaku lagi.")
    if disposition.answered_before_known:
        raise Conflict("Izin khusus sudah dipakai: jawaban sudah dicatat terkirim di LAPOR!.")
    disposition.lift_ended_at = now
    disposition.lift_end_reason = reason.strip()
    for response in session.scalars(
        sa.select(Response).where(
            Response.disposition_id == disposition.id, Response.state == ResponseState.READY.value
        )
    ):
        response.state = ResponseState.DRAFT
        response.released_at = None
    session.flush()
    record(
        session,
        events.LiftEnded(*facts_of(session, disposition), reason.strip()),
        actor=actor,
        now=now,
        permission=Permission.DISPOSITION_LIFT,
    )
    steps = reminded_first(session, disposition.agency_id, disposition.head_agency_id, actor.day)
    notify(
        session,
        [person for step in steps for person in step],
        kind=Kind.COMPLAINT,
        sentence=f"Izin khusus untuk aduan {complaint.reference} dicabut. Tanggapan menunggu pernyataan mengetahui.",
        url=f"/aduan/{complaint.id}",
        now=now,
        complaint_id=complaint.id,
        agency_id=disposition.agency_id,
        without=actor.person_id,
    )
