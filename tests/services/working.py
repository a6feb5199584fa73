"""A bare application with tasks for test_jobs.py and test_worker.py, and workers in a hurry that work on them."""

import multiprocessing
import os
import signal
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import sqlalchemy as sa
from flask import Flask

from lapor.core import jobs, workers
from lapor.core.db import db, prepare_engine, transaction
from lapor.core.errors import Invalid

ROOT = Path(__file__).parent.parent.parent

_forks = multiprocessing.get_context("forkserver")
_forks.set_forkserver_preload(["dbos", "psycopg", "sqlalchemy.dialects.sqlite", "tests.services.working"])


def make_app(address: str) -> Flask:
    """A bare application on the database at ``address``."""
    app = Flask("working")
    app.config["SQLALCHEMY_DATABASE_URI"] = address
    db.init_app(app)
    with app.app_context():
        prepare_engine(db.engine)
    return app


def note(text: str) -> None:
    """Write a line that tests count."""
    with transaction() as session:
        session.execute(sa.text("INSERT INTO line (text) VALUES (:text)"), {"text": text})


def lines() -> list[str]:
    """The lines that were written, in the order of the alphabet."""
    with db.engine.connect() as connection:
        return list(connection.execute(sa.text("SELECT text FROM line ORDER BY text")).scalars())


def work(app: Flask) -> None:
    """Work in this process until nothing waits.

    In a thread of its own: tests with a browser leave a running event loop in theirs, in which the engine does not
    start.
    """
    with ThreadPoolExecutor(1) as threads:
        assert threads.submit(jobs.run_worker, app, until_idle=True).result()


def wait_for(condition: Callable[[], bool], seconds: float = 30) -> None:
    """Return as soon as it is so."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited too long"
        time.sleep(0.05)


def is_settled(key: str) -> bool:
    """Whether the job neither waits nor runs any more."""
    job = jobs.state(key)
    return job is not None and job.phase not in (jobs.Phase.WAITING, jobs.Phase.RUNNING)


class WorkerProcess:
    """A worker in a process of its own, forked from one that has imported everything, which saves its second."""

    def __init__(self, name: str, address: str, settings: Mapping[str, str]) -> None:
        self._process = _forks.Process(target=_be_a_worker, args=(name, address, dict(settings)))
        self._process.start()
        assert self._process.pid is not None
        self.pid = self._process.pid

    def send_signal(self, number: int) -> None:
        """Nothing for a process that has ended."""
        with suppress(ProcessLookupError):
            os.kill(self.pid, number)

    def poll(self) -> int | None:
        """The code with which it ended (minus the signal that killed it), or None."""
        return self._process.exitcode

    def wait(self, seconds: float = 30) -> int:
        """The code with which it ended."""
        self._process.join(seconds)
        assert self._process.exitcode is not None, "it has not ended"
        return self._process.exitcode

    def kill(self) -> None:
        """As `kill -9` does, also while it is stopped."""
        self.send_signal(signal.SIGKILL)
        self.wait()


def start_worker(name: str = jobs.WORKER, **settings: str) -> WorkerProcess:
    """A worker on the database of the application whose context is open."""
    return WorkerProcess(name, db.engine.url.render_as_string(hide_password=False), settings)


def stop_worker(worker: WorkerProcess) -> None:
    """Ask a worker to stop, and see that it did."""
    worker.send_signal(signal.SIGTERM)
    assert worker.wait() == 0


@jobs.task("working.note")
def write_note(number: int, text: str) -> dict[str, object]:
    """Write one line."""
    note(f"{text} {number}")
    return {"number": number}


@jobs.task("working.portions")
def in_portions(folder: str) -> None:
    """Tell the progress, then wait for somebody to open the gate."""
    note("begun")
    for done in range(1, 6):
        jobs.progress(done, 10)
        time.sleep(0.15)
    deadline = time.monotonic() + 30
    while not (Path(folder) / "gate").exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    jobs.progress(10, 10)
    note("ended")


@jobs.task("working.refused")
def refused(number: int) -> None:
    """What a rule refuses is not tried again."""
    note(f"refused {number}")
    raise Invalid("Rapat sudah ditutup.")


@jobs.task("working.flaky")
def flaky(folder: str) -> None:
    """Fails at first."""
    tried = Path(folder) / "tried"
    tried.write_text(tried.read_text() + "." if tried.exists() else ".")
    if len(tried.read_text()) < 2:
        raise OSError("the disk was away")


@jobs.task("working.clock", cron="* * * * * *")
def every_second() -> None:
    """Runs by itself."""
    note("tick")


def _await(path: Path) -> None:
    deadline = time.monotonic() + 40
    while not path.exists() and time.monotonic() < deadline:
        time.sleep(0.02)


@jobs.task("working.gated")
def gated(folder: str, text: str) -> None:
    """Begin, wait in mid-step for the gate, and then write without looking whether that was done before."""
    (Path(folder) / f"begun {os.getpid()}").touch()
    _await(Path(folder) / "gate")
    note(f"gated {text}")
    (Path(folder) / f"ended {os.getpid()}").touch()


@jobs.task("working.shared")
def shared(number: int) -> None:
    """Take a moment, and tell who did it."""
    time.sleep(0.03)
    note(f"shared {number:03} by {os.getpid()}")


@jobs.task("working.marked")
def marked(number: int, folder: str) -> None:
    """A change and the mark that it was made in one commit; the process dies right after it, the first time."""
    with transaction() as session:
        mark = {"text": f"marked {number:03}"}
        if session.execute(sa.text("SELECT 1 FROM line WHERE text = :text"), mark).first():
            return
        session.execute(sa.text("INSERT INTO line (text) VALUES (:text)"), mark)
    if folder and not (Path(folder) / f"died {number}").exists():
        (Path(folder) / f"died {number}").touch()
        os.kill(os.getpid(), signal.SIGKILL)
    time.sleep(0.05)


@jobs.task("working.deadly")
def deadly(folder: str) -> None:
    """Takes its worker with it, each time."""
    with (Path(folder) / "deadly").open("a") as tries:
        tries.write(".")
    time.sleep(0.3)
    os.kill(os.getpid(), signal.SIGKILL)


@jobs.task("working.bad")
def bad(number: int) -> None:
    """Never succeeds."""
    raise KeyError(f"0812-3456-7890 is the number of somebody, {number}")


def new(number: int) -> None:
    """A task that the release before did not have; a worker of the new one registers it."""
    note(f"new {number}")


def _be_a_worker(name: str, address: str, settings: dict[str, str]) -> None:
    jobs.SECONDS_BETWEEN_LOOKS = float(settings.get("look", "0.1"))
    jobs.SECONDS_BETWEEN_ATTEMPTS = 0.05
    jobs.SECONDS_FOR_DATABASE = 0.1
    jobs.SECONDS_TO_FINISH = int(settings.get("to_finish", "10"))
    jobs.STARTS = 3
    workers.BEAT = timedelta(seconds=0.3)
    workers.TAKE_OVER_AFTER = timedelta(seconds=float(settings.get("take_over", "60")))
    if "new_release" in settings:
        jobs.task("working.new")(new)
    is_ours = jobs.run_worker(make_app(address), name=name)
    os._exit(0 if is_ours else os.EX_TEMPFAIL)
