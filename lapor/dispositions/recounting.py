"""Counting open deadlines anew after the calendar changed: in short transactions, so that nobody waits for it.

This is the level of views, commands and jobs: ``run`` opens the transactions. What it has done stands in the row of
the change, so that it may be cut off anywhere and called again, also by two at once.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from time import monotonic, sleep
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lapor.agencies.queries import abbreviations
from lapor.calendar.events import CalendarChanged
from lapor.calendar.models import CalendarChange
from lapor.calendar.planning import planned_calendar, turned_days
from lapor.calendar.queries import working_calendar
from lapor.calendar.rules import ChangeState
from lapor.complaints.models import NO_DUE, Complaint
from lapor.core import jobs
from lapor.core.clock import local_day
from lapor.core.clock import now as present_instant
from lapor.core.db import Base, db, lock, transaction
from lapor.core.working_days import Calendar
from lapor.dispositions import events
from lapor.dispositions.models import Deadline, Disposition, MovedDeadline
from lapor.dispositions.rules import DeadlineMove, Stage, due_on
from lapor.dispositions.telling import tell_moved
from lapor.journal.services import record
from lapor.offices.queries import load_actor
from lapor.policy import Actor, Permission

RECOUNT = "deadlines.recount"
AT_ONCE = 1_500
"""Complaints up to which the deadlines are counted while the person waits; more of them are a job."""
SHORT = 0.1
"""Seconds that a writing transaction aims at: others wait for it on SQLite."""
ROOM = 0.025
"""Seconds between two of them on SQLite. Who waits for its lock asks every 25 ms during the first tenth of a second,
so that he comes in after one slice; without room the next slice is always faster than he is."""
FIRST_SLICE, LEAST_SLICE, MOST_SLICE = 100, 50, 2_000

Tell = Callable[[int, int], None]
_Move = tuple[int | None, Stage, date, date]


def _touched(first_on: date, last_on: date) -> "sa.ColumnElement[bool]":
    """Open deadlines whose days may hold a day from ``first_on`` to ``last_on``; all others keep their day."""
    return sa.and_(Deadline.is_open.is_(True), Deadline.due_on >= first_on, Deadline.started_on < last_on)


def list_moves(
    session: Session, calendar: Calendar, first_on: date, last_on: date, *, counted_before: int | None = None
) -> list[DeadlineMove]:
    """What ``calendar`` would move, without writing: one line for each agency, stage, old and new day, in order.

    ``counted_before``: only of clocks that were counted by an older version of the calendar than this.
    """
    touched = _touched(first_on, last_on)
    if counted_before is not None:
        touched = sa.and_(touched, Deadline.calendar_version < counted_before)
    rows = session.execute(
        sa.select(
            Disposition.agency_id,
            Deadline.stage,
            Deadline.started_on,
            Deadline.working_days,
            Deadline.paused_days,
            Deadline.due_on,
            sa.func.count(),
        )
        .outerjoin(Disposition, Disposition.id == Deadline.disposition_id)
        .where(touched)
        .group_by(
            Disposition.agency_id,
            Deadline.stage,
            Deadline.started_on,
            Deadline.working_days,
            Deadline.paused_days,
            Deadline.due_on,
        )
    )
    count_due = _Counted(calendar)
    found: dict[_Move, int] = defaultdict(int)
    for agency_id, stage, started_on, working_days, paused_days, was_due_on, count in rows:
        fresh = count_due(started_on, working_days, paused_days)
        if fresh != was_due_on:
            found[agency_id, stage, was_due_on, fresh] += count
    return _lines(found, calendar)


def _lines(found: dict[_Move, int], calendar: Calendar) -> list[DeadlineMove]:
    lines = [
        DeadlineMove(agency_id, stage, was, fresh, count, calendar.between(was, fresh))
        for (agency_id, stage, was, fresh), count in found.items()
    ]
    return sorted(lines, key=lambda line: (line.agency_id or 0, line.stage.value, line.was_due_on, line.due_on))


class _Counted:
    """Due dates by one calendar, each counted once: thousands of deadlines share few."""

    def __init__(self, calendar: Calendar) -> None:
        self.calendar = calendar
        self.known: dict[tuple[date, int], date] = {}

    def __call__(self, started_on: date, working_days: int, paused_days: int) -> date:
        key = (started_on, working_days + paused_days)
        found = self.known.get(key)
        if found is None:
            found = self.known[key] = due_on(self.calendar, started_on, working_days, paused_days)
        return found


def preview(session: Session, change: CalendarChange) -> list[DeadlineMove]:
    """What a planned change would move."""
    turned = sorted(day for days in turned_days(session, change) for day in days)
    return list_moves(session, planned_calendar(session, change), turned[0], turned[-1]) if turned else []


def list_moved(session: Session, change: CalendarChange) -> list[DeadlineMove]:
    """What a confirmed change has moved so far, as it was written down."""
    rows = session.execute(
        sa.select(
            Disposition.agency_id,
            Deadline.stage,
            MovedDeadline.was_due_on,
            MovedDeadline.due_on,
            sa.func.count(),
        )
        .join(Deadline, Deadline.id == MovedDeadline.deadline_id)
        .outerjoin(Disposition, Disposition.id == Deadline.disposition_id)
        .where(MovedDeadline.change_id == change.id)
        .group_by(Disposition.agency_id, Deadline.stage, MovedDeadline.was_due_on, MovedDeadline.due_on)
    )
    found: dict[_Move, int] = {(agency_id, stage, was, due): count for agency_id, stage, was, due, count in rows}
    return _lines(found, working_calendar(session))


def on_calendar_changed(session: Session, event: CalendarChanged, *, actor: Actor | None, now: datetime) -> None:  # noqa: ARG001
    """Subscriber, in the transaction that confirms a change: note how many complaints have a clock running, and ask
    for the job that counts them anew.

    Whoever confirms may call ``run`` at once when they are few; the job then finds nothing left.
    """
    if event.change_id is None:
        return
    change = session.get_one(CalendarChange, event.change_id)
    if change.first_on is not None and change.last_on is not None:
        change.total = (
            session.scalar(sa.select(sa.func.count()).select_from(Complaint).where(Complaint.next_due_on < NO_DUE))
            or 0
        )
    session.flush()
    jobs.enqueue(session, RECOUNT, change.id, key=job_key(change.id))


def job_key(change_id: int) -> str:
    """The key of the job that counts anew what a change touches."""
    return f"recount:{change_id}"


def run(change_id: int, *, now: datetime, tell: Tell | None = None) -> None:
    """Count the open deadlines anew that a confirmed change touches; may be called again after it was cut off."""
    counted: _Counted | None = None
    limit = FIRST_SLICE
    while True:
        with transaction() as session:
            # the time that others wait begins with the lock
            started = monotonic()
            change = _change(session, change_id)
            calendar = working_calendar(session)
            if counted is None or counted.calendar.version != calendar.version:
                counted = _Counted(calendar)
            passed = _recount_slice(session, change, counted, limit)
            done, total = change.passed, change.total
        took = max(monotonic() - started, 0.001)
        if tell is not None:
            tell(min(done, total), total)
        if passed:
            limit = max(LEAST_SLICE, min(MOST_SLICE, int(limit * min(SHORT / took, 2.0))))
            if db.engine.dialect.name == "sqlite":
                sleep(ROOM)
        elif _finish(change_id, now=now):
            return


def _change(session: Session, change_id: int) -> CalendarChange:
    found: CalendarChange | None = lock(session, CalendarChange, change_id)
    if found is None:
        raise LookupError(f"there is no change of the calendar {change_id}")
    return found


def _recount_slice(session: Session, change: CalendarChange, counted: _Counted, limit: int) -> int:
    """Count the deadlines of the next ``limit`` complaints anew; returns how many complaints there were."""
    if change.state is not ChangeState.CONFIRMED or change.first_on is None or change.last_on is None:
        return 0
    # by the complaint's own key and column: an index on open deadlines would sort all of them for each slice
    keys = session.scalars(
        sa.select(Complaint.id)
        .where(Complaint.id > change.last_complaint_id, Complaint.next_due_on < NO_DUE)
        .order_by(Complaint.id)
        .limit(limit)
    ).all()
    if not keys:
        return 0
    change.moved += _recount(session, keys, counted, change.id)
    change.passed += len(keys)
    change.last_complaint_id = keys[-1]
    return len(keys)


_DEADLINE, _NOTES = (Base.metadata.tables[model.__tablename__] for model in (Deadline, MovedDeadline))


def _recount(session: Session, keys: Sequence[int], counted: _Counted, change_id: int) -> int:
    """Move what must move of these complaints and what is derived from it; returns how many deadlines moved."""
    wanted = set(keys)
    if session.get_bind().dialect.name == "postgresql":
        # in order of their keys, so that nobody waits crosswise; SQLite has one writer
        session.execute(
            sa.select(Complaint.id).where(Complaint.id.in_(keys)).order_by(Complaint.id).with_for_update()
        ).all()
    table = _DEADLINE
    found_rows = session.connection().execute(
        sa.select(
            table.c.id,
            table.c.complaint_id,
            table.c.disposition_id,
            sa.type_coerce(table.c.stage, sa.String),
            table.c.started_on,
            table.c.working_days,
            table.c.paused_days,
            table.c.due_on,
            table.c.is_open,
        ).where(table.c.complaint_id >= keys[0], table.c.complaint_id <= keys[-1])
    )
    moved: dict[date, list[int]] = defaultdict(list)
    touched: set[int] = set()
    nearest: dict[int, tuple[date, int, str]] = {}
    nearest_of_order: dict[int, tuple[date, int, str]] = {}
    orders: dict[int, set[int]] = defaultdict(set)
    for (
        key,
        complaint_id,
        disposition_id,
        stage,
        started_on,
        working_days,
        paused_days,
        was_due_on,
        is_open,
    ) in found_rows.all():
        if not is_open or complaint_id not in wanted:
            continue
        fresh = counted(started_on, working_days, paused_days)
        if fresh != was_due_on:
            moved[fresh].append(key)
            touched.add(complaint_id)
        found = (fresh, key, stage)
        nearest[complaint_id] = min(nearest.get(complaint_id, found), found)
        if disposition_id is not None:
            nearest_of_order[disposition_id] = min(nearest_of_order.get(disposition_id, found), found)
            orders[complaint_id].add(disposition_id)
    _write_moves(session, moved, counted.calendar.version, change_id)
    _write_nearest(session, _SET_COMPLAINTS, {key: nearest[key] for key in touched})
    _write_nearest(session, _SET_ORDERS, {key: nearest_of_order[key] for owner in touched for key in orders[owner]})
    return sum(len(deadlines) for deadlines in moved.values())


# Many rows get one of few days, so each day is one statement with all its keys, written into it as numbers: a
# statement or a bound value for each row would take longer than the writing itself.
_KNOWN = sa.select(_NOTES.c.deadline_id).where(
    _NOTES.c.change_id == sa.bindparam("change"),
    _NOTES.c.deadline_id >= sa.bindparam("low"),
    _NOTES.c.deadline_id <= sa.bindparam("high"),
)
_DAY = sa.Date()


def _on(text: str, keys: Iterable[int], **types: Any) -> sa.TextClause:
    """The statement for rows with these keys of ours, in order."""
    listed = ",".join(str(int(key)) for key in sorted(keys))
    return sa.text(text.format(keys=listed)).bindparams(*(sa.bindparam(name, type_=t) for name, t in types.items()))


def _write_moves(session: Session, moved: dict[date, list[int]], version: int, change_id: int) -> None:
    """The new days of these deadlines, and the notes of what they were; what moves twice keeps its first note."""
    if not moved:
        return
    connection = session.connection()
    every = [key for keys in moved.values() for key in keys]
    known = set(connection.execute(_KNOWN, {"change": change_id, "low": min(every), "high": max(every)}).scalars())
    for day, keys in sorted(moved.items()):
        again = known.intersection(keys)
        values = {"change": change_id, "day": day}
        if again:
            connection.execute(
                _on(
                    "UPDATE moved_deadline SET due_on = :day WHERE change_id = :change AND deadline_id IN ({keys})",
                    again,
                    day=_DAY,
                ),
                values,
            )
        fresh = [key for key in keys if key not in known]
        if fresh:
            connection.execute(
                _on(
                    "INSERT INTO moved_deadline (change_id, deadline_id, was_due_on, due_on) "
                    "SELECT :change, id, due_on, :day FROM deadline WHERE id IN ({keys})",
                    fresh,
                    change=sa.Integer(),
                    day=_DAY,
                ),
                values,
            )
        connection.execute(
            _on(
                "UPDATE deadline SET due_on = :day, calendar_version = :version WHERE id IN ({keys})", keys, day=_DAY
            ),
            {"day": day, "version": version},
        )


_SET_COMPLAINTS = "UPDATE complaint SET next_due_on = :day, next_stage = :stage WHERE id IN ({keys})"
_SET_ORDERS = "UPDATE disposition SET next_due_on = :day, next_stage = :stage WHERE id IN ({keys})"


def _write_nearest(session: Session, text: str, nearest: dict[int, tuple[date, int, str]]) -> None:
    """The nearest deadline of complaints or orders, as ``clocks.derive`` keeps it."""
    alike: dict[tuple[date, str], list[int]] = defaultdict(list)
    for key, (day, _, stage) in nearest.items():
        alike[day, stage].append(key)
    for (day, stage), keys in sorted(alike.items()):
        session.connection().execute(_on(text, keys, day=_DAY), {"day": day, "stage": stage})


def _finish(change_id: int, *, now: datetime) -> bool:
    """Note what moved and tell it, once; False when deadlines were opened meanwhile by the old calendar.

    The reading comes before the writing: it is long, and nobody waits for it.
    """
    session: Session = db.session()
    session.rollback()
    change = session.get_one(CalendarChange, change_id, populate_existing=True)
    lines: list[DeadlineMove] = []
    if change.first_on is not None and change.last_on is not None:
        calendar = working_calendar(session)
        if list_moves(session, calendar, change.first_on, change.last_on, counted_before=change.version):
            with transaction() as written:
                _change(written, change_id).last_complaint_id = 0
            return False
        lines = list_moved(session, change)
    names = abbreviations(session)
    made_by = change.made_by
    with transaction() as written:
        change = _change(written, change_id)
        if change.state is not ChangeState.CONFIRMED:
            return True
        change.state, change.done_at = ChangeState.DONE, now
        written.flush()
        actor = load_actor(written, made_by, local_day(now)) if made_by else None
        _note(written, change, lines, names, actor=actor, now=now)
    return True


def _note(
    session: Session,
    change: CalendarChange,
    lines: Sequence[DeadlineMove],
    names: dict[int, str],
    *,
    actor: Actor | None,
    now: datetime,
) -> None:
    """One entry of the journal with the table of what moved, and one notice for each agency that it concerns."""
    table = tuple(
        {
            "agency": names.get(line.agency_id or 0, ""),
            "stage": line.stage,
            "was_due_on": line.was_due_on,
            "due_on": line.due_on,
            "deadlines": line.count,
        }
        for line in lines
    )
    event = events.DeadlinesMoved(
        change_id=change.id,
        reason=change.reason or "",
        deadlines=sum(line.count for line in lines),
        moves=table,
    )
    record(session, event, actor=actor, now=now, permission=Permission.CALENDAR_EDIT)
    by_agency: dict[int, list[DeadlineMove]] = defaultdict(list)
    for line in lines:
        if line.agency_id is not None:
            by_agency[line.agency_id].append(line)
    for agency_id, moves in sorted(by_agency.items()):
        tell_moved(session, change, agency_id, names[agency_id], moves, now=now)


@jobs.task(RECOUNT)
def recount(change_id: int) -> dict[str, int]:
    """The job: count anew what a change of the calendar touches, telling how far it is."""
    run(change_id, now=present_instant(), tell=jobs.progress)
    change = db.session().get_one(CalendarChange, change_id, populate_existing=True)
    return {"deadlines": change.moved}
