"""Background jobs: enqueue inside a transaction, watch, retry, work. The only place that knows dbos.

A job has a name, arguments that are ids or short texts, and a key. The key makes it single: enqueueing a key
that exists already changes nothing, whatever became of that job, so a recurring job carries its period in its
key ("digest:42:2026-11-23"). It is stored with the caller's transaction: rolled back, there is no job.

A job may run more than once when a worker is killed in the middle: it reads its row again and commits the
change together with the mark that it was made. The engine's tables live beside ours (in the schema ``dbos`` on
PostgreSQL) and are made by ``prepare``, not by our migrations.
"""

import logging
import signal
import sqlite3
import threading
import time
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any, TypeVar, cast
from weakref import WeakKeyDictionary

from flask import Flask
from sqlalchemy import event
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session

from lapor.core.clock import ZONE
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
# A killed worker's jobs are taken up by the next one of the same name. A second machine needs another name.
WORKER = "worker-1"
ATTEMPTS = 3
SECONDS_BETWEEN_ATTEMPTS = 2.0
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


@dataclass(frozen=True)
class JobState:
    """One job as a page shows it. ``done`` of ``total`` are None until the job has told; ``error`` is a sentence."""

    key: str
    name: str
    phase: Phase
    created_at: datetime
    done: int | None = None
    total: int | None = None
    result: Result = None
    error: str | None = None


@dataclass(frozen=True)
class _Task:
    name: str
    work: Callable[..., Result]
    cron: str | None


_tasks: dict[str, _Task] = {}
_clients: "WeakKeyDictionary[Engine, DBOSClient]" = WeakKeyDictionary()
_told: ContextVar[float] = ContextVar("told", default=0.0)


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
    """The jobs that failed, newest first."""
    return _list(["ERROR", "MAX_RECOVERY_ATTEMPTS_EXCEEDED", "CANCELLED"], limit)


def unfinished(limit: int = 100) -> list[JobState]:
    """The jobs that wait or run, newest first."""
    return _list(["ENQUEUED", "DELAYED", "PENDING"], limit)


def retry(key: str) -> bool:
    """Let a failed job run again from its start; False where it has not failed. Only ever asked by a person."""
    known = state(key)
    if known is None or known.phase is not Phase.FAILED:
        return False
    from dbos import DBOSClient, DBOSPortableJSONSerializer

    # with connections of its own: it writes, and the application's engine starts its transactions as readers
    client = DBOSClient(
        system_database_url=_address(db.engine),
        serializer=DBOSPortableJSONSerializer(),
        application_name=APPLICATION,
    )
    try:
        client.rewind_workflow(key, application_version=VERSION, queue_name=QUEUE)
    finally:
        client.destroy()
    return True


def run_worker(app: Flask, *, name: str = WORKER, concurrency: int = 2, until_idle: bool = False) -> None:
    """Work until SIGTERM or SIGINT, or with ``until_idle`` until no job waits or runs.

    A stopping worker finishes what it has begun for up to 20 seconds; what is cut off then, or by a kill, is
    taken up by the next worker of the same name.
    """
    with app.app_context():
        from dbos import DBOS, DBOSConfig, DBOSPortableJSONSerializer

        config: DBOSConfig = {
            "name": APPLICATION,
            "system_database_url": _address(db.engine),
            "serializer": DBOSPortableJSONSerializer(),
            "application_version": VERSION,
            "executor_id": name,
            "log_level": "WARNING",
            "enable_otlp": False,
            "max_executor_threads": concurrency + 6,
        }
        DBOS(config=config)
        stop = threading.Event()
        if threading.current_thread() is threading.main_thread():
            for number in (signal.SIGTERM, signal.SIGINT):
                signal.signal(number, lambda *_: stop.set())
        try:
            schedules = [
                schedule for known in list(_tasks.values()) if (schedule := _register(app, known)) is not None
            ]
            DBOS.listen_queues([QUEUE])
            DBOS.launch()
            DBOS.register_queue(
                QUEUE, worker_concurrency=concurrency, polling_interval_sec=0.1 if until_idle else 1.0
            )
            if not until_idle:
                _apply_schedules(schedules)
                _log.info("the worker is ready, %d tasks", len(_tasks))
            while not stop.wait(0.1 if until_idle else 1.0):
                if until_idle and not unfinished(1):
                    break
        finally:
            DBOS.destroy(
                destroy_registry=True, workflow_completion_timeout_sec=0 if until_idle else SECONDS_TO_FINISH
            )


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


def _register(app: Flask, known: _Task) -> "ScheduleInput | None":
    from dbos import DBOS, ScheduleInput, StepOptions, error

    options = StepOptions(
        name=known.name,
        retries_allowed=True,
        max_attempts=ATTEMPTS,
        interval_seconds=SECONDS_BETWEEN_ATTEMPTS,
        backoff_rate=4.0,
        # what a rule refuses today it refuses in two seconds too
        should_retry=lambda raised: not isinstance(raised, Refusal),
    )

    def attempt(*args: Argument) -> Result:
        _told.set(0.0)
        with app.app_context():
            try:
                return known.work(*args)
            except Exception as raised:
                _log.warning("the job %s%s failed: %s", known.name, args, raised, exc_info=raised)
                raise

    def run(*args: Any) -> Result:
        # a schedule hands over its time and a context, which no task of ours takes
        given = () if known.cron else args
        try:
            return DBOS.run_step(options, attempt, *given)
        except error.DBOSMaxStepRetriesExceeded as exceeded:
            raise exceeded.errors[-1] from exceeded

    workflow = DBOS.workflow(name=known.name)(run)
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
}


def _list(statuses: list[str], limit: int) -> list[JobState]:
    client = _client(db.engine)
    found = client.list_workflows(status=statuses, limit=limit, sort_desc=True, load_input=False)
    states = [_state(client, status) for status in found]
    return sorted(states, key=lambda job: (job.created_at, job.key), reverse=True)


def _state(client: "DBOSClient", status: "WorkflowStatus") -> JobState:
    phase = _PHASES.get(status.status, Phase.FAILED)
    told = client.get_event(status.workflow_id, "progress", 0)
    done, total = told if isinstance(told, list | tuple) else (None, None)
    return JobState(
        key=status.workflow_id,
        name=status.name,
        phase=phase,
        created_at=datetime.fromtimestamp((status.created_at or 0) / 1000, UTC),
        done=done,
        total=total,
        result=status.output if phase is Phase.DONE else None,
        error=str(status.error or status.status) if phase is Phase.FAILED else None,
    )
