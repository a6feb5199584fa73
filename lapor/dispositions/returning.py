"""Not this agency's authority: the operator proposes to return an order, the head decides."""

from datetime import datetime

from sqlalchemy.orm import Session

from lapor.accounts.rules import BY_PASSWORD, Confirmation
from lapor.core.clock import local_day
from lapor.core.errors import Conflict, Invalid, NotAllowed
from lapor.dispositions import events
from lapor.dispositions.acknowledging import digest_of, need_clock, opened_by, shown_to_head, write_acknowledgement
from lapor.dispositions.authority import (
    complaint_of,
    facts_of,
    holding_power,
    need_move,
    need_running,
)
from lapor.dispositions.clocks import (
    meet_deadline,
    refresh,
    void_deadlines,
)
from lapor.dispositions.models import (
    Disposition,
)
from lapor.dispositions.rules import (
    Act,
    Stage,
    State,
)
from lapor.journal.services import record
from lapor.policy import Actor, Permission


def propose_return(session: Session, disposition: Disposition, *, reason: str, actor: Actor, now: datetime) -> None:
    """The operator proposes to return it; the head decides."""
    complaint = complaint_of(session, disposition)
    if not any(
        p.grants(Permission.DISPOSITION_PROPOSE_RETURN) and p.agency_id == disposition.agency_id for p in actor.powers
    ):
        raise NotAllowed("Usul pengembalian dibuat oleh admin OPD yang menerima aduan.")
    need_running(complaint)
    need_move(disposition, Act.PROPOSE_RETURN, "Disposisi ini sudah selesai, dikembalikan, atau ditarik.")
    if len(reason.strip()) < 10:
        raise Invalid("Tulis alasan mengapa aduan ini bukan kewenangan OPD Anda.", field="reason")
    disposition.return_proposed_at = now
    disposition.return_proposal = reason.strip()
    session.flush()
    record(
        session,
        events.ReturnProposed(*facts_of(session, disposition), reason.strip()),
        actor=actor,
        now=now,
        permission=Permission.DISPOSITION_PROPOSE_RETURN,
    )


def return_to_coordinator(
    session: Session,
    disposition: Disposition,
    *,
    reason: str,
    digest: str,
    confirmation: Confirmation = BY_PASSWORD,
    actor: Actor,
    now: datetime,
) -> None:
    """Knowing and returning in one step: the head states that it is not his agency's authority.

    ``digest``: that of what he was shown now, also where he knows already: his signature stands under it.
    """
    power = holding_power(session, actor, disposition, now)
    complaint = complaint_of(session, disposition)
    need_running(complaint)
    need_move(disposition, Act.RETURN, "Disposisi ini sudah selesai, dikembalikan, atau ditarik.")
    if len(reason.strip()) < 10:
        raise Invalid("Tulis alasan mengapa aduan ini bukan kewenangan OPD Bapak/Ibu.", field="reason")
    shown = shown_to_head(complaint, disposition)
    if digest_of(shown) != digest:
        raise Conflict("Aduan ini berubah setelah Bapak/Ibu membukanya. Mohon dibaca sekali lagi.")
    if disposition.state is State.WAITING:
        need_clock(session, now)
        write_acknowledgement(
            session,
            disposition,
            power,
            shown,
            opened_at=opened_by(session, disposition, actor),
            instruction=None,
            confirmation=confirmation,
            actor=actor,
            now=now,
        )
        disposition.acknowledged_on = local_day(now)
        meet_deadline(session, complaint.id, disposition.id, Stage.ACKNOWLEDGEMENT, local_day(now))
    disposition.state = State.RETURNED
    disposition.returned_at = now
    disposition.return_reason = reason.strip()
    void_deadlines(session, disposition.id)
    complaint.touched_at = complaint.touched_at or now
    refresh(session, complaint)
    record(
        session,
        events.Returned(
            *facts_of(session, disposition),
            reason.strip(),
            actor.name,
            power.post_title,
            confirmation.means.value,
            confirmation.device,
        ),
        actor=actor,
        now=now,
        power=power,
    )
