"""A wrong statement is replaced by a new one; both stay."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lapor.accounts.rules import BY_PASSWORD, Confirmation
from lapor.core.errors import Conflict, Invalid
from lapor.dispositions import events
from lapor.dispositions.acknowledging import PassOn, need_clock, shown_to_head, write_acknowledgement, write_passed_on
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
from lapor.journal.services import record
from lapor.policy import Actor


def supersede_acknowledgement(
    session: Session,
    disposition: Disposition,
    *,
    instruction: str | None,
    reason: str,
    pass_on: PassOn | None = None,
    replaces: int | None = None,
    confirmation: Confirmation = BY_PASSWORD,
    actor: Actor,
    now: datetime,
) -> Acknowledgement:
    """Replace a wrong statement by a new one with a reason; both stay, the first keeps its time.

    ``pass_on`` None keeps to whom it was passed on. ``replaces``: the statement that the person read; raises
    Conflict when another one holds by now, or none does.
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
    need_clock(session, now)
    fresh = write_acknowledgement(
        session,
        disposition,
        power,
        shown_to_head(complaint, disposition),
        opened_at=last.opened_at if last.person_id == actor.person_id else now,
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
