"""Time limits of a complaint, and the one function that keeps every derived column in step."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lapor.calendar.queries import limit_values, working_calendar
from lapor.complaints.models import NO_DUE, Complaint, Pause
from lapor.complaints.rules import OPEN_STATUSES, Status
from lapor.core.clock import local_day
from lapor.core.working_days import Calendar
from lapor.dispositions.events import DeadlinesRecounted
from lapor.dispositions.models import (
    Deadline,
    Disposition,
)
from lapor.dispositions.rules import (
    ACTIVE,
    OPEN,
    ComplaintFacts,
    DispositionFacts,
    Limits,
    Part,
    Stage,
    State,
    due_on,
    paused_working_days,
    status_of,
)
from lapor.journal.services import record
from lapor.policy import Actor, Permission


def open_deadline(
    session: Session,
    complaint: Complaint,
    stage: Stage,
    started_on: date,
    *,
    disposition: Disposition | None = None,
    calendar: Calendar | None = None,
) -> Deadline:
    """Start the clock of ``stage`` on ``started_on`` by the rule set that the complaint keeps."""
    limits = Limits(limit_values(session, complaint.rule_set_id))
    deadline = make_deadline(complaint, stage, started_on, disposition, limits, calendar or working_calendar(session))
    session.add(deadline)
    session.flush()
    return deadline


def make_deadline(
    complaint: Complaint,
    stage: Stage,
    started_on: date,
    disposition: Disposition | None,
    limits: Limits,
    calendar: Calendar,
) -> Deadline:
    """The clock of ``stage`` by given limits and calendar; the caller adds it."""
    days = limits.days(stage, complaint.report_class)
    return Deadline(
        complaint_id=complaint.id,
        disposition_id=disposition.id if disposition else None,
        stage=stage,
        started_on=started_on,
        working_days=days,
        paused_days=0,
        due_on=due_on(calendar, started_on, days),
        calendar_version=calendar.version,
        is_void=False,
    )


def meet_deadline(
    session: Session, complaint_id: int, disposition_id: int | None, stage: Stage, met_on: date
) -> None:
    """Stop the clock of ``stage``: the act happened on ``met_on``."""
    session.execute(
        sa.update(Deadline)
        .where(
            Deadline.complaint_id == complaint_id,
            Deadline.disposition_id.is_(None)
            if disposition_id is None
            else Deadline.disposition_id == disposition_id,
            Deadline.stage == stage,
            Deadline.met_on.is_(None),
        )
        .values(met_on=met_on)
    )


def void_deadlines(session: Session, disposition_id: int) -> None:
    """The running clocks of a withdrawn or returned disposition count for nothing."""
    session.execute(
        sa.update(Deadline)
        .where(Deadline.disposition_id == disposition_id, Deadline.met_on.is_(None))
        .values(is_void=True)
    )


def reclass_deadlines(
    session: Session, complaint: Complaint, *, reason: str, actor: Actor | None, now: datetime
) -> None:
    """Recompute the open completion limits after the class was corrected, by the rule set that the complaint keeps.

    Why, and what each was before, is noted; a limit that stays as it was is not.
    """
    days = Limits(limit_values(session, complaint.rule_set_id)).days(Stage.COMPLETION, complaint.report_class)
    calendar = working_calendar(session)
    former: list[tuple[int, date]] = []
    fresh: list[tuple[int, date]] = []
    for deadline in session.scalars(
        _running(complaint).where(Deadline.stage == Stage.COMPLETION).order_by(Deadline.id)
    ):
        if deadline.working_days == days:
            continue
        former.append((deadline.working_days, deadline.due_on))
        deadline.working_days = days
        _count(deadline, calendar)
        fresh.append((days, deadline.due_on))
    session.flush()
    if fresh:
        event = DeadlinesRecounted(
            subject_id=complaint.id,
            complaint_id=complaint.id,
            reason=reason,
            former_working_days=tuple(item[0] for item in former),
            working_days=tuple(item[0] for item in fresh),
            former_due_on=tuple(item[1] for item in former),
            due_on=tuple(item[1] for item in fresh),
        )
        record(session, event, actor=actor, now=now, permission=Permission.COMPLAINT_PROCESS)


def _running(complaint: Complaint) -> "sa.Select[Deadline]":
    return sa.select(Deadline).where(
        Deadline.complaint_id == complaint.id, Deadline.met_on.is_(None), Deadline.is_void.is_(False)
    )


def _count(deadline: Deadline, calendar: Calendar) -> None:
    deadline.due_on = due_on(calendar, deadline.started_on, deadline.working_days, deadline.paused_days)
    deadline.calendar_version = calendar.version


def add_pause(session: Session, complaint: Complaint, pause: Pause, resumed_on: date) -> int:
    """Move the open deadlines by the working days of a pause: first day in, resume day out.

    Returns the working days of the pause.
    """
    calendar = working_calendar(session)
    for deadline in session.scalars(_running(complaint).order_by(Deadline.id)):
        deadline.paused_days += paused_working_days(calendar, deadline.started_on, pause.starts_on, resumed_on)
        _count(deadline, calendar)
    session.flush()
    return max(calendar.between(pause.starts_on - timedelta(days=1), resumed_on - timedelta(days=1)), 0)


def refresh(session: Session, complaint: Complaint) -> Status:
    """Recompute everything that is derived of a complaint and its dispositions; the only place that does.

    Opens the reporter's clock when the complaint has become finished. Returns the status.
    """
    session.flush()
    dispositions = session.scalars(
        sa.select(Disposition).where(Disposition.complaint_id == complaint.id).order_by(Disposition.id)
    ).all()
    running_round = [item for item in dispositions if item.round == complaint.round]
    if _status(complaint, running_round) is Status.FINISHED and not complaint.is_history:
        _open_reporter_clock(session, complaint, running_round)
    deadlines = session.scalars(
        sa.select(Deadline).where(Deadline.complaint_id == complaint.id).order_by(Deadline.due_on, Deadline.id)
    ).all()
    derive(complaint, dispositions, deadlines)
    session.flush()
    return complaint.status


def _is_archived(complaint: Complaint) -> bool:
    return complaint.archived_at is not None or (complaint.archived_in_lapor and complaint.touched_at is None)


def _is_closed(complaint: Complaint) -> bool:
    return complaint.closed_at is not None or (complaint.is_history and complaint.closed_in_lapor)


def _status(complaint: Complaint, running_round: Sequence[Disposition]) -> Status:
    return status_of(
        ComplaintFacts(
            is_verified=complaint.verified_at is not None,
            is_on_hold=complaint.on_hold_since is not None,
            is_forwarded=complaint.forwarded_on is not None,
            is_archived=_is_archived(complaint),
            is_closed=_is_closed(complaint),
        ),
        [DispositionFacts(item.part, item.state, item.first_response_on) for item in running_round],
    )


def derive(complaint: Complaint, dispositions: Sequence[Disposition], deadlines: Sequence[Deadline]) -> None:
    """Set what is derived from all dispositions (by id) and deadlines (by due date) of a complaint; asks nobody.

    An import, which has just made all three itself, calls it for many complaints at once; all others ``refresh``.
    """
    running_round = [item for item in dispositions if item.round == complaint.round]
    status = _status(complaint, running_round)
    runs = status in OPEN_STATUSES and not complaint.is_history
    by_id = {item.id: item for item in dispositions}
    for deadline in deadlines:
        owner = by_id.get(deadline.disposition_id) if deadline.disposition_id else None
        deadline.is_open = (
            runs
            and deadline.met_on is None
            and not deadline.is_void
            and (owner is None or (owner.round == complaint.round and owner.state in OPEN))
            and (deadline.stage is not Stage.REPORTER_REPLY or status is Status.FINISHED)
        )
    gone = _is_archived(complaint) or _is_closed(complaint) or status is Status.FORWARDED
    for item in dispositions:
        current = item.round == complaint.round
        item.is_owed = current and item.state is State.WAITING and not complaint.is_history and not gone
        item.is_open = runs and current and item.state in OPEN
        own = [d for d in deadlines if d.is_open and d.disposition_id == item.id]
        item.next_due_on = own[0].due_on if own else NO_DUE
        item.next_stage = own[0].stage.value if own else None
    lead = next((item for item in running_round if item.part is Part.LEAD and item.state in ACTIVE), None)
    last_lead = next((item for item in reversed(dispositions) if item.part is Part.LEAD), None)
    complaint.lead_agency_id = lead.agency_id if lead else (last_lead.agency_id if last_lead and gone else None)
    relevant = [d for d in deadlines if d.is_open]
    complaint.next_due_on = relevant[0].due_on if relevant else NO_DUE
    complaint.next_stage = relevant[0].stage.value if relevant else None
    complaint.status = status


def _open_reporter_clock(session: Session, complaint: Complaint, dispositions: Sequence[Disposition]) -> None:
    last = max((item.finished_on for item in dispositions if item.finished_on), default=None)
    if last is None:
        return
    exists = session.scalar(
        sa.select(Deadline.id).where(
            Deadline.complaint_id == complaint.id,
            Deadline.stage == Stage.REPORTER_REPLY,
            Deadline.started_on >= last,
            Deadline.is_void.is_(False),
        )
    )
    if exists is None:
        open_deadline(session, complaint, Stage.REPORTER_REPLY, last)


def take_up(session: Session, complaint: Complaint, *, now: datetime) -> None:
    """A person works on the complaint: it leaves history for good and its clocks start today."""
    was_history = complaint.is_history
    complaint.touched_at = complaint.touched_at or now
    complaint.is_history = False
    if not was_history:
        return
    today = local_day(now)
    for item in session.scalars(
        sa.select(Disposition).where(
            Disposition.complaint_id == complaint.id,
            Disposition.round == complaint.round,
            Disposition.state == State.WAITING,
        )
    ):
        start_clocks(session, complaint, item, today)


def start_clocks(session: Session, complaint: Complaint, disposition: Disposition, day: date) -> None:
    """Start the clocks of an order: the head's, and the agency's unless LAPOR! has closed it already."""
    calendar = working_calendar(session)
    for stage in stages_of(complaint):
        open_deadline(session, complaint, stage, day, disposition=disposition, calendar=calendar)


def stages_of(complaint: Complaint) -> list[Stage]:
    """Which clocks an order has: what LAPOR! has closed already only waits for the head."""
    if complaint.closed_in_lapor:
        return [Stage.ACKNOWLEDGEMENT]
    return [Stage.ACKNOWLEDGEMENT, Stage.FIRST_FOLLOW_UP, Stage.COMPLETION]


def active_dispositions(session: Session, complaint: Complaint) -> list[Disposition]:
    """The dispositions of the running round that are neither returned nor withdrawn, lead first."""
    rows = session.scalars(
        sa.select(Disposition)
        .where(
            Disposition.complaint_id == complaint.id,
            Disposition.round == complaint.round,
            Disposition.state.in_([state.value for state in ACTIVE]),
        )
        .order_by(Disposition.id)
    ).all()
    return sorted(rows, key=lambda item: (item.part is not Part.LEAD, item.id))
