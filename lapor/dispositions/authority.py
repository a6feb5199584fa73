"""Who may work on a disposition, and in which state: checks that all its services share."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lapor.agencies.models import Agency
from lapor.complaints.models import Complaint
from lapor.complaints.rules import OPEN_STATUSES, ReportedParty
from lapor.core.clock import local_day
from lapor.core.errors import Conflict, NotAllowed
from lapor.dispositions.models import (
    Disposition,
)
from lapor.dispositions.rules import (
    Act,
    State,
    move_for,
)
from lapor.offices.explaining import why_not_in_force
from lapor.offices.queries import head_of
from lapor.policy import Actor, Permission, Power


def may_process(actor: Actor, complaint: Complaint) -> bool:
    """Whether ``actor`` works on this complaint as coordinator.

    A complaint about the coordinator's office belongs to the Inspektorat's verifier and to nobody else.
    """
    wanted = "inspectorate" if complaint.reported_party is ReportedParty.COORDINATOR_OFFICE else "coordinator"
    return any(power.role == wanted and power.grants(Permission.COMPLAINT_PROCESS) for power in actor.powers)


def need_desk(actor: Actor, complaint: Complaint) -> None:
    """Raise NotAllowed unless ``actor`` works on this complaint as coordinator."""
    if not may_process(actor, complaint):
        raise NotAllowed("Langkah ini hanya untuk koordinator.")


def need_writer(actor: Actor, disposition: Disposition, complaint: Complaint) -> None:
    for power in actor.powers:
        if not power.grants(Permission.RESPONSE_WRITE):
            continue
        if power.agency_id == disposition.agency_id and power.role != "coordinator":
            return
        if power.role == "coordinator" and may_process(actor, complaint):
            return
    raise NotAllowed("Tanggapan hanya ditulis oleh admin OPD yang menangani.")


def head_power(actor: Actor, disposition: Disposition) -> Power:
    for power in actor.powers:
        if power.agency_id == disposition.head_agency_id and power.grants(Permission.DISPOSITION_ACKNOWLEDGE):
            return power
    if any(power.agency_id == disposition.head_agency_id and power.role == "head" for power in actor.powers):
        raise NotAllowed("Kewenangan pada jabatan ini sedang dijalankan oleh pejabat lain (Plh. atau Plt.).")
    raise NotAllowed("Hanya pemegang jabatan kepala OPD pada hari ini yang dapat menyatakan mengetahui aduan ini.")


def holding_power(session: Session, actor: Actor, disposition: Disposition, now: datetime) -> Power:
    """The head's power, looked at once more inside the transaction: the day may have changed, or his term ended,
    since the request began. Raises NotAllowed with a sentence that names who holds the powers now."""
    today = local_day(now)
    try:
        power = head_power(actor, disposition)
    except NotAllowed as refusal:
        why = why_not_in_force(session, actor.person_id, today, agency_id=disposition.head_agency_id)
        raise NotAllowed(why or refusal.sentence) from refusal
    holder = head_of(session, disposition.head_agency_id, today)
    if holder is None or holder.assignment_id != power.assignment_id:
        why = why_not_in_force(session, actor.person_id, today, agency_id=disposition.head_agency_id)
        raise NotAllowed(why or "Kewenangan pada jabatan ini baru saja berpindah. Muat ulang halaman ini.")
    return power


def complaint_of(session: Session, disposition: Disposition) -> Complaint:
    complaint = session.get(Complaint, disposition.complaint_id)
    if complaint is None:
        raise RuntimeError("a disposition without its complaint")
    return complaint


def facts_of(session: Session, disposition: Disposition) -> tuple[int, int, int, str]:
    name = session.scalar(sa.select(Agency.abbreviation).where(Agency.id == disposition.agency_id)) or ""
    return disposition.id, disposition.complaint_id, disposition.agency_id, name


def need_move(disposition: Disposition, act: Act, sentence: str) -> State | None:
    move = move_for(disposition.state, act)
    if move is None:
        raise Conflict(sentence)
    return move.to


def need_running(complaint: Complaint) -> None:
    if complaint.status not in OPEN_STATUSES:
        raise Conflict("Aduan ini sudah tidak berjalan. Buka kembali aduan untuk melanjutkan.")
