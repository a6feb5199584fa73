"""A wrong statement is replaced by a new one; both stay."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lapor.accounts.rules import BY_PASSWORD, Confirmation
from lapor.complaints.models import Complaint
from lapor.complaints.rules import OPEN_STATUSES
from lapor.core.errors import Conflict, Invalid, NotAllowed
from lapor.dispositions import events
from lapor.dispositions.acknowledging import (
    PassOn,
    digest_of,
    need_clock,
    opened_by,
    shown_to_head,
    write_acknowledgement,
    write_passed_on,
)
from lapor.dispositions.authority import (
    complaint_of,
    facts_of,
    holding_power,
)
from lapor.dispositions.models import (
    Acknowledgement,
    Disposition,
    PassedOn,
)
from lapor.dispositions.rules import ACTIVE
from lapor.journal.services import record
from lapor.policy import Actor

CLOSED_TO_OTHERS = (
    "Aduan ini sudah tidak berjalan. Pernyataan mengetahui hanya dapat diperbaiki oleh yang menyatakannya."
)


def still_runs(complaint: Complaint, disposition: Disposition) -> bool:
    """Whether somebody still works by the head's word: the complaint runs, and the order in its present round."""
    return complaint.status in OPEN_STATUSES and disposition.state in ACTIVE and disposition.round == complaint.round


def may_correct(complaint: Complaint, disposition: Disposition, last: Acknowledgement, *, person_id: int) -> bool:
    """Whether the holder of the head's powers may put the statement ``last`` right.

    While the matter runs he may, whoever made it: people work by it. Afterwards nobody does, and what was said then
    is put right by none but the person who said it.
    """
    return still_runs(complaint, disposition) or last.person_id == person_id


def supersede_acknowledgement(
    session: Session,
    disposition: Disposition,
    *,
    digest: str,
    instruction: str | None,
    reason: str,
    pass_on: PassOn | None = None,
    replaces: int | None = None,
    confirmation: Confirmation = BY_PASSWORD,
    actor: Actor,
    now: datetime,
) -> Acknowledgement:
    """Replace a wrong statement by a new one with a reason; both stay, the first keeps its time.

    ``digest``: that of what he was shown now; the new statement is about this and was opened when he first opened it.
    ``pass_on`` None keeps to whom it was passed on, and so does a matter that runs no more: it is opened to nobody
    else then. ``replaces``: the statement that the person read. Raises Conflict when another one holds by now, or
    none does, or the complaint changed since; Invalid when he never opened it; NotAllowed as ``may_correct``.
    """
    power = holding_power(session, actor, disposition, now)
    complaint = complaint_of(session, disposition)
    if not reason.strip():
        raise Invalid("Tulis alasan memperbaiki pernyataan.", field="reason")
    last = session.scalar(
        sa.select(Acknowledgement)
        .where(
            Acknowledgement.disposition_id == disposition.id,
            Acknowledgement.superseded_by_id.is_(None),
            Acknowledgement.voided_at.is_(None),
        )
        .order_by(Acknowledgement.id.desc())
        .limit(1)
    )
    if last is None:
        raise Conflict("Belum ada pernyataan mengetahui yang dapat diperbaiki.")
    if replaces is not None and last.id != replaces:
        raise Conflict("Pernyataan ini baru saja diperbaiki. Mohon dibaca sekali lagi, lalu perbaiki bila perlu.")
    if not may_correct(complaint, disposition, last, person_id=actor.person_id):
        raise NotAllowed(CLOSED_TO_OTHERS)
    need_clock(session, now)
    opened_at = opened_by(session, disposition, actor)
    shown = shown_to_head(complaint, disposition)
    if digest_of(shown) != digest:
        raise Conflict(
            "Aduan ini berubah setelah Bapak/Ibu membukanya. Mohon dibaca sekali lagi, lalu simpan perbaikannya."
        )
    if not still_runs(complaint, disposition):
        pass_on = None
    fresh = write_acknowledgement(
        session,
        disposition,
        power,
        shown,
        opened_at=opened_at,
        instruction=instruction,
        confirmation=confirmation,
        actor=actor,
        now=now,
    )
    passed = _copy_passed_on(session, last, fresh, with_the_heads=pass_on is None)
    if pass_on is not None:
        passed += write_passed_on(session, fresh, disposition, pass_on)
    last.superseded_by_id = fresh.id
    last.supersede_reason = reason.strip()
    session.flush()
    record(
        session,
        events.AcknowledgementSuperseded(
            *facts_of(session, disposition),
            fresh.id,
            last.id,
            actor.name,
            power.post_title,
            reason.strip(),
            fresh.instruction,
            passed,
            digest,
            confirmation.means.value,
            confirmation.device,
        ),
        actor=actor,
        now=now,
        power=power,
    )
    return fresh


def _copy_passed_on(
    session: Session, old: Acknowledgement, fresh: Acknowledgement, *, with_the_heads: bool
) -> tuple[str, ...]:
    """What was passed on under the old statement stays so under the new one; the agency's own in any case."""
    rows = session.scalars(
        sa.select(PassedOn).where(PassedOn.acknowledgement_id == old.id).order_by(PassedOn.id)
    ).all()
    kept = [row for row in rows if with_the_heads or not row.by_head]
    for row in kept:
        session.add(
            PassedOn(
                acknowledgement_id=fresh.id,
                disposition_id=fresh.disposition_id,
                post_id=row.post_id,
                label=row.label,
                by_head=row.by_head,
                passed_at=row.passed_at,
                passed_by_name=row.passed_by_name,
                taken_back_at=row.taken_back_at,
                taken_back_by_name=row.taken_back_by_name,
                take_back_reason=row.take_back_reason,
            )
        )
    session.flush()
    return tuple(row.label for row in kept if row.taken_back_at is None)
