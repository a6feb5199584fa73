"""Heartbeats of the processes that work on background jobs: who lives, and who will never come back.

Each process is a row of its own under an identity that no other process ever has. A worker whose machine is this
one is known to be dead as soon as its process is gone; one on another machine, or one that hangs, after
``TAKE_OVER_AFTER`` without a beat. Whoever finds it so writes it into the row, and a worker that comes back reads
there that its jobs were given away. The clocks of the machines may differ by some seconds, not by a minute.
"""

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from hashlib import sha256
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.orm import Mapped, Session, mapped_column

from lapor.core.db import WRITE, Base, Instant, Name, OptionalInstant

BEAT = timedelta(seconds=5)
TAKE_OVER_AFTER = timedelta(minutes=2)
KEPT = timedelta(days=7)
MOST_SHOWN = 20


class Worker(Base):
    """One process that works on jobs. ``ended_at``: it stopped, or was declared dead by another one."""

    __tablename__ = "worker"

    id: Mapped[str] = mapped_column(sa.String(160), primary_key=True)
    name: Mapped[Name]
    started_at: Mapped[Instant]
    seen_at: Mapped[Instant]
    ended_at: Mapped[OptionalInstant]


@dataclass(frozen=True)
class WorkerLine:
    """One worker as a page shows it: ``lives`` while it beats; ``has_stopped`` when it will not again."""

    id: str
    name: str
    started_at: datetime
    seen_at: datetime
    lives: bool
    has_stopped: bool


def identity() -> str:
    """What names this process and no other: machine, number, and when the kernel started it."""
    number = os.getpid()
    return f"{_machine()}/{number}/{_started(number) or 0}"


@cache
def _machine() -> str:
    # Numbers of processes mean something only where the same kernel counts them: cloned machines and containers may
    # have one name, so the start of the kernel and the namespace belong to it.
    try:
        counted_by = Path("/proc/sys/kernel/random/boot_id").read_text() + os.readlink("/proc/self/ns/pid")
    except OSError:
        counted_by = ""
    return f"{socket.gethostname()[:100]}-{sha256(counted_by.encode()).hexdigest()[:8]}"


def is_gone(worker: str) -> bool:
    """Whether the process of this identity ran on this machine and has ended; False for other machines."""
    host, number, started = worker.rsplit("/", 2)
    return host == _machine() and _started(int(number)) != int(started)


def _started(process: int) -> int | None:
    """The kernel's tick at which a process began, or None without one that still runs."""
    try:
        words = Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()
    except OSError:
        return None
    # a killed process that nobody has waited for keeps its number, but does nothing any more
    return None if words[0] in "ZX" else int(words[19])


def begin(engine: Engine, worker: str, name: str, now: datetime) -> None:
    """Enter this process, before it takes its first job; rows of long ago go."""
    with _writing(engine) as connection:
        connection.execute(sa.delete(Worker).where(sa.or_(Worker.id == worker, Worker.seen_at < now - KEPT)))
        connection.execute(sa.insert(Worker).values(id=worker, name=name, started_at=now, seen_at=now))


def beat(engine: Engine, worker: str, now: datetime) -> bool:
    """Tell that this process lives; False when it was declared dead meanwhile, so that it must stop."""
    with _writing(engine) as connection:
        row = connection.execute(
            sa.update(Worker).where(Worker.id == worker, Worker.ended_at.is_(None)).values(seen_at=now)
        )
    return row.rowcount == 1


def end(engine: Engine, worker: str, now: datetime) -> None:
    """Tell that this process stops; what it has not finished is free for others at once."""
    with _writing(engine) as connection:
        connection.execute(
            sa.update(Worker).where(Worker.id == worker, Worker.ended_at.is_(None)).values(ended_at=now)
        )


def living(engine: Engine, now: datetime) -> frozenset[str]:
    """The identities of the workers that live; the others are declared dead before this returns."""
    with engine.connect() as connection:
        rows = connection.execute(sa.select(Worker.id, Worker.seen_at).where(Worker.ended_at.is_(None))).all()
    limit = now - TAKE_OVER_AFTER
    dead = [row.id for row in rows if row.seen_at < limit or is_gone(row.id)]
    given_up: set[str] = set()
    if dead:
        with _writing(engine) as connection:
            for worker in dead:
                # it may have beaten since it was read
                still = sa.true() if is_gone(worker) else Worker.seen_at < limit
                row = connection.execute(
                    sa.update(Worker)
                    .where(Worker.id == worker, Worker.ended_at.is_(None), still)
                    .values(ended_at=now)
                )
                if row.rowcount:
                    given_up.add(worker)
    return frozenset(row.id for row in rows) - given_up


def list_workers(session: Session, now: datetime) -> list[WorkerLine]:
    """The last twenty workers, those that live first, then by their last beat."""
    lines = [
        WorkerLine(
            row.id, row.name, row.started_at, row.seen_at, _lives(row.ended_at, row.seen_at, now), bool(row.ended_at)
        )
        for row in session.execute(
            sa.select(Worker.id, Worker.name, Worker.started_at, Worker.seen_at, Worker.ended_at)
            .order_by(Worker.seen_at.desc(), Worker.id)
            .limit(MOST_SHOWN)
        )
    ]
    return sorted(lines, key=lambda line: not line.lives)


def is_anyone_working(session: Session, now: datetime) -> bool:
    """Whether at least one worker lives."""
    return any(
        _lives(row.ended_at, row.seen_at, now)
        for row in session.execute(sa.select(Worker.seen_at, Worker.ended_at).where(Worker.ended_at.is_(None)))
    )


def _lives(ended_at: datetime | None, seen_at: datetime, now: datetime) -> bool:
    return ended_at is None and seen_at >= now - TAKE_OVER_AFTER


@contextmanager
def _writing(engine: Engine) -> Iterator[Connection]:
    """A short write transaction of its own, outside of the session of the jobs."""
    with engine.connect().execution_options(**{WRITE: True}) as connection, connection.begin():
        yield connection
