"""When an agency closes its successor has the work: the post owns it, not the person, and no clock starts anew."""

from datetime import date, datetime

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from lapor.agencies.closing import Burden
from lapor.agencies.events import AgencyClosed, AgencyReopened
from lapor.agencies.models import Agency
from lapor.complaints.models import Complaint
from lapor.complaints.rules import OPEN_STATUSES
from lapor.core.errors import Invalid
from lapor.dispositions import events
from lapor.dispositions.clocks import refresh, void_deadlines
from lapor.dispositions.models import Disposition, HandedOver
from lapor.dispositions.rules import ACTIVE, OPEN, Part, State
from lapor.dispositions.services import head_agency_of
from lapor.journal.services import record
from lapor.policy import Actor, Permission

_OPEN = sorted(state.value for state in OPEN)
_ACTIVE = sorted(state.value for state in ACTIVE)
_RUNNING = sorted(status.value for status in OPEN_STATUSES)


def _at_work(agency_id: int) -> "sa.Select[Disposition, Complaint]":
    """Orders of the agency that are still to be done, or whose acknowledgement its head owes."""
    return (
        sa.select(Disposition, Complaint)
        .join(Complaint, Complaint.id == Disposition.complaint_id)
        .where(
            sa.or_(Disposition.agency_id == agency_id, Disposition.head_agency_id == agency_id),
            Disposition.round == Complaint.round,
            Disposition.state.in_(_OPEN),
            Complaint.status.in_(_RUNNING),
            sa.or_(Disposition.is_open.is_(True), Disposition.is_owed.is_(True)),
        )
        .order_by(Disposition.id)
    )


def count_orders(session: Session, agency_id: int, day: date) -> list[Burden]:  # noqa: ARG001
    """Orders that move: those that wait for the head, and those that are known already."""
    waiting = known = 0
    for disposition, _complaint in session.execute(_at_work(agency_id)):
        if disposition.state is State.WAITING:
            waiting += 1
        else:
            known += 1
    return [
        Burden(_("aduan menunggu diketahui kepala OPD"), waiting, needs_successor=True),
        Burden(_("aduan sedang ditangani"), known, needs_successor=True),
    ]


def on_agency_closed(session: Session, event: AgencyClosed, *, actor: Actor | None, now: datetime) -> None:
    """Move what is open to the successor. Raises Invalid when something is open and there is none."""
    rows = session.execute(_at_work(event.subject_id).with_for_update(of=Disposition)).all()
    if not rows:
        return
    successor = session.get(Agency, event.successor_id) if event.successor_id else None
    if successor is None:
        raise Invalid(
            _("Masih ada %(count)s aduan yang berjalan di OPD ini. Pilih OPD penerusnya.", count=len(rows)),
            field="successor_id",
        )
    for disposition, complaint in rows:
        _hand_over(session, disposition, complaint, event, successor, actor=actor, now=now)


def _hand_over(
    session: Session,
    disposition: Disposition,
    complaint: Complaint,
    event: AgencyClosed,
    successor: Agency,
    *,
    actor: Actor | None,
    now: datetime,
) -> None:
    kept = HandedOver(
        disposition_id=disposition.id,
        from_agency_id=disposition.agency_id,
        to_agency_id=disposition.agency_id,
        from_head_agency_id=disposition.head_agency_id,
        to_head_agency_id=disposition.head_agency_id,
        handed_over_at=now,
    )
    if disposition.agency_id == event.subject_id:
        merged = _settle_double(session, disposition, successor, now=now)
        if merged is disposition:
            kept.withdrawn = True
        else:
            disposition.agency_id = kept.to_agency_id = successor.id
            disposition.head_agency_id = kept.to_head_agency_id = head_agency_of(successor)
        if merged is not None and merged is not disposition:
            session.add(
                HandedOver(
                    disposition_id=merged.id,
                    from_agency_id=merged.agency_id,
                    to_agency_id=merged.agency_id,
                    from_head_agency_id=merged.head_agency_id,
                    to_head_agency_id=merged.head_agency_id,
                    withdrawn=True,
                    handed_over_at=now,
                )
            )
    else:  # a unit below it, whose parent's head acknowledges
        disposition.head_agency_id = kept.to_head_agency_id = successor.id
    session.add(kept)
    refresh(session, complaint)
    record(
        session,
        events.HandedOver(
            disposition.id,
            complaint.id,
            successor.id,
            successor.abbreviation,
            event.subject_id,
            event.name,
            disposition.state.value,
            kept.withdrawn,
        ),
        actor=actor,
        now=now,
        permission=Permission.AGENCY_EDIT,
    )


def _settle_double(
    session: Session, disposition: Disposition, successor: Agency, *, now: datetime
) -> Disposition | None:
    """The successor already has an order for this complaint: one of the two ends, the supporting one.

    Returns the one that ended, or None when there was no other.
    """
    other = session.scalar(
        sa.select(Disposition).where(
            Disposition.complaint_id == disposition.complaint_id,
            Disposition.agency_id == successor.id,
            Disposition.round == disposition.round,
            Disposition.state.in_(_ACTIVE),
        )
    )
    if other is None:
        return None
    ends = disposition if disposition.part is Part.SUPPORT else other
    ends.state, ends.withdrawn_at = State.WITHDRAWN, now
    ends.withdraw_reason = _("Digabung: kedua OPD kini satu.")
    void_deadlines(session, ends.id)
    session.flush()
    return ends


def on_agency_reopened(session: Session, event: AgencyReopened, *, actor: Actor | None, now: datetime) -> None:
    """The closing was a mistake: what is still open at the successor is the former agency's again.

    What the successor has finished, returned or passed on meanwhile stays as it is, and so do all statements.
    """
    agency = session.get_one(Agency, event.subject_id)
    rows = session.execute(
        sa.select(HandedOver, Disposition, Complaint)
        .join(Disposition, Disposition.id == HandedOver.disposition_id)
        .join(Complaint, Complaint.id == Disposition.complaint_id)
        .where(
            sa.or_(HandedOver.from_agency_id == agency.id, HandedOver.from_head_agency_id == agency.id),
            HandedOver.undone_at.is_(None),
            HandedOver.withdrawn.is_(False),
            Disposition.state.in_(_OPEN),
            Disposition.agency_id == HandedOver.to_agency_id,
            Disposition.round == Complaint.round,
            Complaint.status.in_(_RUNNING),
        )
        .order_by(HandedOver.id)
    ).all()
    for kept, disposition, complaint in rows:
        former_agency = session.get_one(Agency, disposition.agency_id).abbreviation
        disposition.agency_id, disposition.head_agency_id = kept.from_agency_id, kept.from_head_agency_id
        kept.undone_at = now
        refresh(session, complaint)
        record(
            session,
            events.HandedBack(disposition.id, complaint.id, agency.id, agency.abbreviation, former_agency),
            actor=actor,
            now=now,
            permission=Permission.AGENCY_EDIT,
        )
