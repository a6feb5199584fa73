"""Who owes an acknowledgement of what LAPOR! gave out: orders that follow from matched units, history, the day."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lapor.agencies.models import LaporUnit, UnitDecision
from lapor.agencies.queries import current_agency_id
from lapor.calendar.queries import setting_value
from lapor.complaints.models import Complaint
from lapor.complaints.rules import LAPOR_ARCHIVED, Origin
from lapor.core.clock import local_day
from lapor.desk.import_rules import (
    is_history,
)
from lapor.dispositions.clocks import (
    open_deadline,
    refresh,
    start_clocks,
)
from lapor.dispositions.models import Deadline, Disposition
from lapor.dispositions.rules import Part, Stage, State
from lapor.dispositions.services import add_disposition
from lapor.policy import Actor

OWED_FROM = "acknowledgement_owed_from"


def owed_from_setting(session: Session, today: date) -> date:
    """*Wajib diketahui pimpinan mulai tanggal*; today while nobody has set it, so that nothing old is owed."""
    value = setting_value(session, OWED_FROM, today)
    return date.fromisoformat(value) if value else today


def waits_for_agency(unit: LaporUnit | None) -> bool:
    """Whether a head owes the acknowledgement, or will when the unit is matched."""
    return unit is not None and unit.decision is not UnitDecision.OUTSIDE


def closed_there(status: str | None) -> str:
    """Why a complaint is closed here that nobody had to acknowledge."""
    return f"Sudah ditutup di LAPOR! ({status})."


def has_order(session: Session, complaint: Complaint) -> bool:
    """Whether any agency was ever asked."""
    return (
        session.scalar(sa.select(Disposition.id).where(Disposition.complaint_id == complaint.id).limit(1)) is not None
    )


def give(session: Session, complaint: Complaint, unit: LaporUnit, *, actor: Actor | None, now: datetime) -> None:
    """The order to the agency that LAPOR! has named; its clock starts now, history and archived ones have none."""
    if unit.agency_id is None:
        return
    had_clock_stopped = complaint.is_history
    # Archived ones are counted for the agency but nobody waits: no clock, as for history.
    if complaint.archived_in_lapor:
        complaint.is_history = True
    add_disposition(
        session,
        complaint,
        current_agency_id(session, unit.agency_id, local_day(now)) or unit.agency_id,
        Part.LEAD,
        origin=Origin.IMPORT,
        unit_name=unit.unit_below,
        actor=actor,
        now=now,
    )
    complaint.is_history = had_clock_stopped
    session.execute(
        sa.update(Deadline)
        .where(
            Deadline.complaint_id == complaint.id,
            Deadline.stage == Stage.VERIFICATION,
            Deadline.met_on.is_(None),
        )
        .values(met_on=local_day(now))
    )
    refresh(session, complaint)


def give_waiting(session: Session, limit: int, *, actor: Actor | None, now: datetime) -> int:
    """Give the next ``limit`` complaints whose unit was matched to its agency; 0 when none waits any more.

    Complaints that a person has worked on meanwhile are left to him.
    """
    ordered = sa.select(Disposition.id).where(Disposition.complaint_id == Complaint.id).exists()
    rows = session.execute(
        sa.select(Complaint, LaporUnit)
        .join(LaporUnit, LaporUnit.id == Complaint.lapor_unit_id)
        .where(
            LaporUnit.decision == UnitDecision.AGENCY,
            Complaint.touched_at.is_(None),
            Complaint.closed_at.is_(None),
            ~ordered,
        )
        .order_by(Complaint.id)
        .limit(limit)
        .with_for_update(of=Complaint)
    ).all()
    for complaint, unit in rows:
        give(session, complaint, unit, actor=actor, now=now)
    return len(rows)


def settle_outside(session: Session, limit: int, *, now: datetime) -> int:
    """The next ``limit`` complaints whose unit is none of the province's: closed there is closed, else verify."""
    clock = (
        sa.select(Deadline.id)
        .where(Deadline.complaint_id == Complaint.id, Deadline.stage == Stage.VERIFICATION)
        .exists()
    )
    rows = session.scalars(
        sa.select(Complaint)
        .join(LaporUnit, LaporUnit.id == Complaint.lapor_unit_id)
        .where(
            LaporUnit.decision == UnitDecision.OUTSIDE,
            Complaint.touched_at.is_(None),
            Complaint.closed_at.is_(None),
            Complaint.is_history.is_(False),
            sa.func.coalesce(Complaint.lapor_status, "").not_in(sorted(LAPOR_ARCHIVED)),
            ~clock,
        )
        .order_by(Complaint.id)
        .limit(limit)
        .with_for_update(of=Complaint)
    ).all()
    for complaint in rows:
        if complaint.closed_in_lapor:
            complaint.closed_at, complaint.close_reason = now, closed_there(complaint.lapor_status)
        else:
            open_deadline(session, complaint, Stage.VERIFICATION, local_day(now))
        refresh(session, complaint)
    return len(rows)


def _moving(owed_from: date) -> "sa.ColumnElement[bool]":
    return sa.and_(
        Complaint.origin == Origin.IMPORT.value,
        Complaint.touched_at.is_(None),
        Complaint.is_history != (Complaint.received_on < owed_from),
    )


def count_moves(session: Session, owed_from: date) -> tuple[int, int]:
    """How many stored complaints would become history, and how many would leave it, with this day."""
    rows = session.execute(
        sa.select(Complaint.is_history, sa.func.count()).where(_moving(owed_from)).group_by(Complaint.is_history)
    )
    counted = {bool(was_history): int(count) for was_history, count in rows}
    return counted.get(False, 0), counted.get(True, 0)


def move(session: Session, owed_from: date, limit: int, *, now: datetime) -> int:
    """Move the next ``limit`` stored complaints into or out of history; 0 when all stand right."""
    rows = session.scalars(
        sa.select(Complaint).where(_moving(owed_from)).order_by(Complaint.id).limit(limit).with_for_update()
    ).all()
    today = local_day(now)
    for complaint in rows:
        complaint.is_history = is_history(complaint.received_on, owed_from, was_touched=False)
        if complaint.is_history or complaint.archived_in_lapor:
            refresh(session, complaint)
            continue
        orders = session.scalars(
            sa.select(Disposition)
            .where(Disposition.complaint_id == complaint.id, Disposition.state == State.WAITING)
            .order_by(Disposition.id)
        ).all()
        for order in orders:
            if not session.scalar(sa.select(Deadline.id).where(Deadline.disposition_id == order.id).limit(1)):
                start_clocks(session, complaint, order, today)
        if complaint.closed_in_lapor and not orders and complaint.lapor_unit_id is None:
            complaint.closed_at, complaint.close_reason = now, closed_there(complaint.lapor_status)
        refresh(session, complaint)
    return len(rows)
