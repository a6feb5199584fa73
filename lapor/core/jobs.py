"""Background jobs: enqueue inside a transaction, watch, retry, work. The only place that knows dbos.

A job has a name, arguments that are ids or short texts, and a key. The key makes it single: enqueueing a key
that exists already changes nothing, whatever became of that job, so a recurring job carries its period in its
key ("digest:42:2026-11-23"). It is stored with the caller's transaction: rolled back, there is no job.

A job may run more than once when a worker is killed in the middle: it reads its row again and commits the
change together with the mark that it was made. What cannot be taken back (a mail) comes after a commit of its own.
A worker whose job was given to another one, because it hung or was cut off, cannot commit any more: each write
transaction of a job holds only while the job is still its own.

The engine's tables live beside ours (in the schema ``dbos`` on PostgreSQL) and are made by ``prepare``, not by our
migrations. It is pinned below 3.5, since a few of its private names are used: tests/services/test_worker.py says what
they must do.
"""

import logging
import signal
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any, TypeVar, cast
from weakref import WeakKeyDictionary

import sqlalchemy as sa
from flask import Flask
from sqlalchemy import event
from sqlalchemy.engine import Engine
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.orm import Session

from lapor.core import workers
from lapor.core.clock import ZONE
from lapor.core.clock import now as clock_now
from lapor.core.db import WRITE, db
from lapor.core.errors import Refusal

if TYPE_CHECKING:
    from dbos import DBOS, DBOSClient, ScheduleInput, WorkflowStatus

Argument = int | str
Result = dict[str, Any] | None
Work = TypeVar("Work", bound=Callable[..., Result])

APPLICATION = "lapor"
QUEUE = "lapor"
# One constant for all releases: with the engine's default, a digest of the code, each deployment would strand
# the jobs of the one before. A task whose arguments change gets a new name instead.
VERSION = "1"
WORKER = "worker-1"
ATTEMPTS = 3
SECONDS_BETWEEN_ATTEMPTS = 2.0
# A job that takes its worker with it each time is given up, so that the others get their turn.
STARTS = 5
SECONDS_BETWEEN_LOOKS = 1.0
SECONDS_FOR_DATABASE = 1.0
# An outage of the database is nobody's failed attempt, unless the job itself brings it down again and again.
OUTAGES = 10
# What runs by itself leaves hundreds of rows a day; other keys are kept, since they keep a job single.
KEPT_SCHEDULED = timedelta(days=30)
SECONDS_BETWEEN_PROGRESS = 0.5
SECONDS_TO_FINISH = 20

_TABLES = frozenset(
    [
        "application_versions",
        "dbos_migrations",
        "event_dispatch_kv",
        "notifications",
        "operation_outputs",
        "queues",
        "streams",
        "workflow_events",
        "workflow_events_history",
        "workflow_input",
        "workflow_output",
        "workflow_schedules",
        "workflow_status",
    ]
)

_log = logging.getLogger(__name__)


def _milliseconds(modifier: str) -> float:
    if modifier != "subsec":
        raise ValueError(f"unixepoch({modifier!r}) is not provided")
    return round(time.time(), 3)


if sqlite3.sqlite_version_info < (3, 42):

    @event.listens_for(Engine, "connect")
    def _teach_milliseconds(connection: object, _record: object) -> None:
        # With Python 3.12 and newer dbos takes unixepoch('subsec') for granted; SQLite before 3.42, as Debian 12
        # has it, answers NULL and the engine does not start.
        if isinstance(connection, sqlite3.Connection):
            connection.create_function("unixepoch", 1, _milliseconds)


class Phase(StrEnum):
    """How far a job is."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


@dataclass(frozen=True)
class JobState:
    """One job as a page shows it. ``done`` of ``total`` are None until the job has told.

    ``error`` is what was raised, as it was said: it can hold whatever a library repeats, so only who asked for the
    job may read it; ``error_kind`` names the class of it and nothing else ("crashed" for a job that took its worker
    with it ``STARTS`` times). ``attempts``: how often it was tried. ``is_known``: False for a task that this
    release does not have; such a job is kept until one does. ``due_at``: the end of a delay that still runs.
    """

    key: str
    name: str
    phase: Phase
    created_at: datetime
    done: int | None = None
    total: int | None = None
    result: Result = None
    error: str | None = None
    error_kind: str | None = None
    attempts: int = 0
    started_at: datetime | None = None
    finished_at: datetime | None = None
    due_at: datetime | None = None
    is_known: bool = True


@dataclass(frozen=True)
class _Task:
    name: str
    work: Callable[..., Result]
    cron: str | None


_tasks: dict[str, _Task] = {}
_clients: "WeakKeyDictionary[Engine, DBOSClient]" = WeakKeyDictionary()
_told: ContextVar[float] = ContextVar("told", default=0.0)
_claim: ContextVar["_Claim | None"] = ContextVar("claim", default=None)
_stop = threading.Event()


@dataclass(frozen=True)
class _Claim:
    """By what right the running job writes: the token that the engine wrote into its row for this one run."""

    key: str
    token: str


_OWNER = sa.text("SELECT owner_xid FROM workflow_status WHERE workflow_uuid = :key")
_OWNER_LOCKED = sa.text("SELECT owner_xid FROM dbos.workflow_status WHERE workflow_uuid = :key FOR NO KEY UPDATE")


@event.listens_for(Session, "before_commit")
def _only_while_ours(session: Session) -> None:
    claim = _claim.get()
    if claim is None or not session.info.get(WRITE):
        return
    from dbos import error

    connection = session.connection()
    # SQLite has locked everything by now; the lock on the row keeps it ours until the commit
    statement = _OWNER if connection.dialect.name == "sqlite" else _OWNER_LOCKED
    if connection.execute(statement, {"key": claim.key}).scalar() != claim.token:
        # the engine's own word for a job that was given away or cancelled: it stops there and records nothing
        raise error.DBOSWorkflowConflictIDError(claim.key)


def task(name: str, *, cron: str | None = None) -> Callable[[Work], Work]:
    """Register a function as the task ``name``, called with the ids that were enqueued, in the app's context.

    It returns None or a small dictionary that JSON can hold. ``cron`` ("*/5 * * * *", Central Indonesian time)
    lets a worker start it by itself, without arguments, once for all workers. Raises ValueError for a name that
    is taken.
    """

    def register(work: Work) -> Work:
        known = _tasks.get(name)
        if known is not None and known.work.__qualname__ != work.__qualname__:
            raise ValueError(f"two tasks are named {name}")
        _tasks[name] = _Task(name, work, cron)
        return work

    return register


def is_job_table(name: str | None) -> bool:
    """Whether a table of this name belongs to the job engine; our migrations leave those alone."""
    return name in _TABLES


def prepare(engine: Engine) -> None:
    """Make or renew the engine's tables in the database of ``engine``; changes nothing when they are there."""
    _dbos().migrate(_address(engine))


def enqueue(session: Session, name: str, *args: Argument, key: str, delay: timedelta | None = None) -> str:
    """Ask for the task ``name`` with ``args`` as part of the open transaction; return the key.

    It starts after the commit, not before ``delay`` has passed. Raises LookupError for an unknown task.
    """
    if name not in _tasks:
        raise LookupError(f"no task is named {name}")
    from dbos import EnqueueOptions

    options = EnqueueOptions(
        workflow_name=name, queue_name=QUEUE, workflow_id=key, app_version=VERSION, application_name=APPLICATION
    )
    if delay is not None:
        options["delay_seconds"] = delay.total_seconds()
    session.flush()
    connection = session.connection()
    _client(connection.engine).enqueue_in_transaction(connection, options, *args)
    return key


def progress(done: int, total: int) -> None:
    """Tell how far the running job is. Written twice a second at most, and at the end.

    On SQLite nobody can write beside an open write transaction, so inside one nothing is told: commit a long
    job in portions.
    """
    now = time.monotonic()
    if done < total and now - _told.get() < SECONDS_BETWEEN_PROGRESS:
        return
    session: Session = db.session()
    if session.info.get(WRITE) and session.get_bind().dialect.name == "sqlite":
        return
    _told.set(now)
    _dbos().set_event("progress", [done, total])


def state(key: str) -> JobState | None:
    """How far the job with this key is, or None where none was enqueued (or its transaction is still open)."""
    client = _client(db.engine)
    found = client.list_workflows(workflow_ids=[key], load_input=False)
    return _state(client, found[0]) if found else None


def failed(limit: int = 100) -> list[JobState]:
    """The jobs that failed and were not given up by a person, newest first."""
    return _list(["ERROR", "MAX_RECOVERY_ATTEMPTS_EXCEEDED"], limit, Phase.FAILED)


def unfinished(limit: int = 100) -> list[JobState]:
    """The jobs that wait or run, newest first."""
    return _list(["ENQUEUED", "DELAYED", "PENDING"], limit)


def cancelled(limit: int = 100) -> list[JobState]:
    """The jobs that a person gave up, newest first."""
    return _list(["ERROR", "CANCELLED"], limit, Phase.CANCELLED)


def done(limit: int = 100) -> list[JobState]:
    """The jobs that were done, newest first."""
    return _list(["SUCCESS"], limit)


def task_names() -> frozenset[str]:
    """The names of all tasks that this release knows."""
    return frozenset(_tasks)


def count_failed(session: Session) -> int:
    """How many jobs failed and were not given up; asked of the table itself, for a page that needs no engine."""
    schema = "dbos." if session.get_bind().dialect.name == "postgresql" else ""
    # names of our own only, no value from outside
    statement = f"SELECT count(*) FROM {schema}workflow_status WHERE status IN ('ERROR', '{_CRASHED}')"  # noqa: S608
    unmarked = "AND (attributes IS NULL OR CAST(attributes AS TEXT) NOT LIKE :mark)"
    return int(session.execute(sa.text(f"{statement} {unmarked}"), {"mark": f"%{_GIVEN_UP}%"}).scalar_one())


def retry(key: str) -> bool:
    """Let a failed or cancelled job run again from its start; False for any other. Only ever asked by a person."""
    known = state(key)
    if known is None or known.phase not in (Phase.FAILED, Phase.CANCELLED):
        return False
    with _writer() as client:
        client.update_workflow_attributes(key, None)
        client.rewind_workflow(key, application_version=VERSION, queue_name=QUEUE)
    return True


def cancel(key: str) -> bool:
    """Give up a job that waits, runs or failed; False for one that is done, cancelled or unknown.

    One that runs goes on to its next commit, which is refused. Only ever asked by a person.
    """
    known = state(key)
    if known is None or known.phase in (Phase.DONE, Phase.CANCELLED):
        return False
    with _writer() as client:
        # the engine leaves a job that ended in an error as it is
        client.update_workflow_attributes(key, {_GIVEN_UP: True})
        client.cancel_workflow(key)
    return True


def run_worker(app: Flask, *, name: str = WORKER, concurrency: int = 2, until_idle: bool = False) -> bool:
    """Work until SIGTERM or SIGINT, or with ``until_idle`` until no job waits or runs.

    A stopping worker finishes what it has begun for up to 20 seconds. What is cut off then, or by a kill, is taken
    up by whichever worker finds it: at once on the same machine, elsewhere after ``workers.TAKE_OVER_AFTER``.
    Returns False when another worker took over because this one seemed dead: the process must end at once then,
    its threads may still be in the middle of something.
    """
    with app.app_context():
        from dbos import DBOS, DBOSConfig, DBOSPortableJSONSerializer

        engine = db.engine
        me = workers.identity()
        config: DBOSConfig = {
            "name": APPLICATION,
            "system_database_url": _address(engine),
            "serializer": DBOSPortableJSONSerializer(),
            "application_version": VERSION,
            "executor_id": me,
            "log_level": "WARNING",
            "enable_otlp": False,
            "max_executor_threads": concurrency + 6,
        }
        DBOS(config=config)
        _stop.clear()
        if threading.current_thread() is threading.main_thread():
            for number in (signal.SIGTERM, signal.SIGINT):
                signal.signal(number, lambda *_: _stop.set())
        is_ours = True
        try:
            schedules = [
                schedule for known in list(_tasks.values()) if (schedule := _register(app, known)) is not None
            ]
            # a job is never anybody's whose row is not there
            workers.begin(engine, me, name, clock_now())
            DBOS.listen_queues([QUEUE])
            DBOS.launch()
            look = 0.1 if until_idle else SECONDS_BETWEEN_LOOKS
            DBOS.register_queue(QUEUE, worker_concurrency=concurrency, polling_interval_sec=look)
            if not until_idle:
                _apply_schedules(schedules)
                _log.info("the worker is ready, %d tasks", len(_tasks))
            is_ours = _watch(engine, me, until_idle=until_idle, look=look)
        finally:
            DBOS.destroy(
                destroy_registry=True,
                workflow_completion_timeout_sec=SECONDS_TO_FINISH if is_ours and not until_idle else 0,
            )
            _retire(engine, me)
        return is_ours


def _watch(engine: Engine, me: str, *, until_idle: bool, look: float) -> bool:
    """Beat, and give back what dead workers have begun, until told to stop; False once declared dead oneself."""
    beaten: datetime | None = None
    is_away = False
    while True:
        now = clock_now()
        if beaten is None or now - beaten >= workers.BEAT or now < beaten:
            try:
                if not workers.beat(engine, me, now):
                    _log.error("another worker has taken over the jobs of this one")
                    return False
                # who has slept himself cannot tell who else did
                if beaten is None or now - beaten < 3 * workers.BEAT:
                    _take_over(workers.living(engine, now))
                if is_away:
                    _log.warning("the database answers again")
                is_away = False
            except SQLAlchemyError as error:
                if not is_away:
                    _log.warning("the database does not answer, the worker waits: %s", error)
                is_away = True
            beaten = now
        if _stop.wait(look):
            return True
        if until_idle and not unfinished(1):
            return True


def _take_over(living: frozenset[str]) -> None:
    """Put the begun jobs of all who do not live back into the queue; the engine lets one worker have each.

    A task that this release does not have stays where it is, until a worker comes that knows it.
    """
    from dbos import DBOS
    from dbos._dbos import _get_dbos_instance

    for job in DBOS.list_workflows(status="PENDING", load_input=False, load_output=False):
        if job.executor_id and job.executor_id not in living and job.name in _tasks:
            _log.warning("taking over %s from %s", job.workflow_id, job.executor_id)
            _get_dbos_instance()._sys_db.reenqueue_for_recovery(job.workflow_id, [job.executor_id], QUEUE)


def _retire(engine: Engine, me: str) -> None:
    try:
        workers.end(engine, me, clock_now())
    except SQLAlchemyError as error:
        _log.warning("the database did not learn that this worker has stopped: %s", error)


def _dbos() -> "type[DBOS]":
    # half a second and 30 MB that a web process pays only when it first enqueues
    from dbos import DBOS

    logging.getLogger("dbos").setLevel(logging.WARNING)
    return DBOS


def _address(engine: Engine) -> str:
    return engine.url.render_as_string(hide_password=False)


def _client(engine: Engine) -> "DBOSClient":
    client = _clients.get(engine)
    if client is None:
        from dbos import DBOSClient, DBOSPortableJSONSerializer

        logging.getLogger("dbos").setLevel(logging.WARNING)
        client = DBOSClient(
            system_database_engine=engine,
            serializer=DBOSPortableJSONSerializer(),
            application_name=APPLICATION,
            lazy=True,
        )
        _clients[engine] = client
    return client


@contextmanager
def _writer() -> "Iterator[DBOSClient]":
    # with connections of its own: the application's engine starts its transactions as readers
    from dbos import DBOSClient, DBOSPortableJSONSerializer

    client = DBOSClient(
        system_database_url=_address(db.engine),
        serializer=DBOSPortableJSONSerializer(),
        application_name=APPLICATION,
    )
    try:
        yield client
    finally:
        client.destroy()


def _current_claim() -> _Claim:
    from dbos._context import assert_current_dbos_context

    context = assert_current_dbos_context()
    if context.owner_xid is None:
        raise RuntimeError("a job runs without a claim")
    return _Claim(context.workflow_id, context.owner_xid)


def _is_outage(app: Flask, raised: Exception) -> bool:
    """Whether the database went away under a job; returns when it answers again, or this worker stops."""
    if not isinstance(raised, DBAPIError):
        return False
    was_away = bool(raised.connection_invalidated)
    while not _stop.is_set():
        try:
            with app.app_context(), db.engine.connect() as connection:
                connection.execute(sa.text("SELECT 1"))
            break
        except SQLAlchemyError:
            was_away = True
            _stop.wait(SECONDS_FOR_DATABASE)
    return was_away


def _register(app: Flask, known: _Task) -> "ScheduleInput | None":
    from dbos import DBOS, ScheduleInput, StepOptions, error

    options = StepOptions(
        name=known.name,
        retries_allowed=True,
        max_attempts=ATTEMPTS,
        interval_seconds=SECONDS_BETWEEN_ATTEMPTS,
        backoff_rate=4.0,
        # what a rule refuses today it refuses in two seconds too, and what was given away stays so
        should_retry=lambda raised: not isinstance(raised, Refusal | error.DBOSWorkflowConflictIDError),
    )

    def attempt(*args: Argument) -> Result:
        _told.set(0.0)
        claimed = _claim.set(_current_claim())
        outages = 0
        try:
            while True:
                try:
                    with app.app_context():
                        return known.work(*args)
                except error.DBOSWorkflowConflictIDError:
                    _log.warning("the job %s%s was given to another worker or cancelled", known.name, args)
                    raise
                except Exception as raised:
                    outages += 1
                    if outages <= OUTAGES and _is_outage(app, raised):
                        continue
                    _log.warning("the job %s%s failed: %s", known.name, args, raised, exc_info=raised)
                    raise
        finally:
            _claim.reset(claimed)

    def run(*args: Any) -> Result:
        # a schedule hands over its time and a context, which no task of ours takes
        given = () if known.cron else args
        try:
            return DBOS.run_step(options, attempt, *given)
        except error.DBOSMaxStepRetriesExceeded as exceeded:
            DBOS.set_event("attempts", len(exceeded.errors))
            raise exceeded.errors[-1] from exceeded

    workflow = DBOS.workflow(name=known.name, max_recovery_attempts=STARTS - 1)(run)
    if known.cron is None:
        return None
    return ScheduleInput(
        schedule_name=known.name,
        workflow_fn=cast("Callable[[datetime, Any], None]", workflow),
        schedule=known.cron,
        cron_timezone=str(ZONE),
        queue_name=QUEUE,
        context=None,
    )


def _apply_schedules(schedules: "list[ScheduleInput]") -> None:
    from dbos import DBOS

    wanted = {schedule["schedule_name"] for schedule in schedules}
    for known in DBOS.list_schedules():
        if known["schedule_name"] not in wanted:
            DBOS.delete_schedule(known["schedule_name"])
    if schedules:
        DBOS.apply_schedules(schedules)


_PHASES = {
    "ENQUEUED": Phase.WAITING,
    "DELAYED": Phase.WAITING,
    "PENDING": Phase.RUNNING,
    "SUCCESS": Phase.DONE,
    "CANCELLED": Phase.CANCELLED,
}
_GIVEN_UP = "given_up"
_CRASHED = "MAX_RECOVERY_ATTEMPTS_EXCEEDED"


def _list(statuses: list[str], limit: int, only: Phase | None = None) -> list[JobState]:
    client = _client(db.engine)
    found: list[WorkflowStatus] = []
    offset = 0
    while len(found) < limit:
        some = client.list_workflows(
            status=statuses, limit=limit, offset=offset, sort_desc=True, load_input=False, load_output=True
        )
        found += [status for status in some if only is None or _phase(status) is only]
        offset += limit
        if len(some) < limit:
            break
    states = [_state(client, status) for status in found[:limit]]
    return sorted(states, key=lambda job: (job.created_at, job.key), reverse=True)


def _phase(status: "WorkflowStatus") -> Phase:
    if status.status == "ERROR" and (status.attributes or {}).get(_GIVEN_UP):
        return Phase.CANCELLED
    return _PHASES.get(status.status, Phase.FAILED)


def _instant(milliseconds: int | None) -> datetime | None:
    return None if milliseconds is None else datetime.fromtimestamp(milliseconds / 1000, UTC)


def _error_kind(status: "WorkflowStatus") -> str | None:
    if status.status == _CRASHED:
        return "crashed"
    # the portable form of an error keeps the name of its class beside what was said
    return None if status.error is None else str(getattr(status.error, "name", type(status.error).__name__))


def _state(client: "DBOSClient", status: "WorkflowStatus") -> JobState:
    phase = _phase(status)
    told = client.get_event(status.workflow_id, "progress", 0) if phase in (Phase.RUNNING, Phase.DONE) else None
    done, total = told if isinstance(told, list | tuple) else (None, None)
    # the starts are counted by the engine, the attempts within the last one by the job when it gives up
    starts = status.recovery_attempts or 0
    tried = client.get_event(status.workflow_id, "attempts", 0) if phase is Phase.FAILED else None
    return JobState(
        key=status.workflow_id,
        name=status.name,
        phase=phase,
        created_at=datetime.fromtimestamp((status.created_at or 0) / 1000, UTC),
        done=done,
        total=total,
        result=status.output if phase is Phase.DONE else None,
        error=str(status.error or status.status) if phase is Phase.FAILED else None,
        error_kind=_error_kind(status),
        attempts=starts - 1 + tried if starts and isinstance(tried, int) else starts,
        started_at=_instant(status.dequeued_at),
        finished_at=_instant(status.completed_at),
        due_at=_instant(status.delay_until_epoch_ms) if status.status == "DELAYED" else None,
        is_known=status.name in _tasks,
    )


_PORTION = 200
_BY_ITSELF = "sched-"


@task("jobs.tidy", cron="17 3 * * *")
def tidy() -> dict[str, int]:
    """Forget what ran by itself and was done a month ago, some at a time; what failed stays."""
    before = (clock_now() - KEPT_SCHEDULED).isoformat()
    forgotten = 0
    with _writer() as client:
        while True:
            old = client.list_workflows(
                status="SUCCESS",
                workflow_id_prefix=_BY_ITSELF,
                completed_before=before,
                limit=_PORTION,
                load_input=False,
                load_output=False,
            )
            client.delete_workflows([job.workflow_id for job in old])
            forgotten += len(old)
            if len(old) < _PORTION:
                return {"forgotten": forgotten}
