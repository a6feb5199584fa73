"""What a worker promises, with real processes that are really killed, on both databases: nothing lost, nothing twice.

The promises are held by dbos and by lapor.core.workers; run these before taking a newer dbos.
"""

import os
import random
import signal
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from lapor.core import clock, jobs, workers
from lapor.core.db import db, transaction
from tests.databases import Databases, PostgresDatabases
from tests.services.working import WorkerProcess, is_settled, lines, start_worker, stop_worker, wait_for


def done(prefix: str) -> list[str]:
    return [line for line in lines() if line.startswith(prefix)]


def phase(key: str) -> jobs.Phase | None:
    job = jobs.state(key)
    return None if job is None else job.phase


def lives() -> list[workers.WorkerLine]:
    db.session.rollback()
    return [line for line in workers.list_workers(db.session(), clock.now()) if line.lives]


@contextmanager
def worker(name: str = jobs.WORKER, **settings: str) -> Iterator[WorkerProcess]:
    """A worker that is gone afterwards, however the test ends."""
    process = start_worker(name, **settings)
    try:
        yield process
    finally:
        process.kill()


def begun(folder: Path, process: WorkerProcess) -> bool:
    return (folder / f"begun {process.pid}").exists()


def ask(name: str, *args: jobs.Argument, key: str) -> None:
    with transaction() as session:
        jobs.enqueue(session, name, *args, key=key)


@pytest.mark.usefixtures("bare")
def test_a_job_of_a_worker_killed_in_mid_step_is_taken_up(tmp_path: Path) -> None:
    ask("working.gated", str(tmp_path), "once", key="gated")
    with worker() as first:
        wait_for(lambda: begun(tmp_path, first))
        first.kill()
    assert phase("gated") is jobs.Phase.RUNNING
    (tmp_path / "gate").touch()
    with worker() as second:
        wait_for(lambda: is_settled("gated"))
        stop_worker(second)
    assert done("gated") == ["gated once"]
    assert phase("gated") is jobs.Phase.DONE


@pytest.mark.usefixtures("bare")
def test_forty_jobs_survive_deaths_right_after_their_commits(tmp_path: Path) -> None:
    chosen = random.Random(7).sample(range(40), 4)
    for number in range(40):
        ask("working.marked", number, str(tmp_path) if number in chosen else "", key=f"marked:{number}")
    deaths = 0
    deadline = time.monotonic() + 60
    while jobs.unfinished(1):
        with worker() as process:
            wait_for(lambda: process.poll() is not None or not jobs.unfinished(1), deadline - time.monotonic())
            deaths += process.poll() is not None
    assert deaths >= 2, "two jobs run beside each other, so one death may take two"
    assert done("marked") == [f"marked {number:03}" for number in range(40)]
    assert jobs.failed() == []


def test_one_key_from_eight_threads_is_one_job(bare: Flask) -> None:
    ready = threading.Barrier(8)
    raised: list[BaseException] = []

    def enqueue(number: int) -> None:
        try:
            with bare.app_context():
                ready.wait()
                for _ in range(5):
                    ask("working.note", number, "same", key="same")
        except BaseException as error:
            raised.append(error)

    threads = [threading.Thread(target=enqueue, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert raised == []
    assert [job.key for job in jobs.unfinished()] == ["same"]
    with worker():
        wait_for(lambda: is_settled("same"))
    assert len(done("same")) == 1


@pytest.mark.usefixtures("bare")
def test_a_job_that_always_fails_ends_in_the_list_and_stops_nobody() -> None:
    ask("working.bad", 1, key="bad")
    for number in range(5):
        ask("working.shared", number, key=f"shared:{number}")
    with worker():
        wait_for(lambda: is_settled("bad") and len(done("shared")) == 5)
    (job,) = jobs.failed()
    assert (job.key, job.attempts, job.error_kind) == ("bad", jobs.ATTEMPTS, "KeyError")
    assert job.finished_at is not None


@pytest.mark.usefixtures("bare")
def test_a_job_that_kills_its_worker_is_given_up_and_stops_nobody(tmp_path: Path) -> None:
    ask("working.deadly", str(tmp_path), key="deadly")
    for number in range(5):
        ask("working.marked", number, "", key=f"marked:{number}")
    deadline = time.monotonic() + 40
    while not is_settled("deadly"):
        with worker() as process:
            wait_for(lambda: process.poll() is not None or is_settled("deadly"), deadline - time.monotonic())
    with worker():
        wait_for(lambda: not jobs.unfinished(1))
    (job,) = jobs.failed()
    assert (job.key, job.error_kind) == ("deadly", "crashed")
    assert (tmp_path / "deadly").read_text() == "...", "as often as STARTS says in working.py"
    assert len(done("marked")) == 5

    assert jobs.cancel("deadly")
    assert jobs.failed() == []
    assert [job.key for job in jobs.cancelled()] == ["deadly"]


@pytest.mark.usefixtures("bare")
def test_two_workers_share_the_jobs_and_run_each_once() -> None:
    begun_at = time.monotonic()
    with worker("one") as one, worker("two") as two:
        wait_for(lambda: len(lives()) == 2)
        for number in range(40):
            ask("working.shared", number, key=f"shared:{number}")
        wait_for(lambda: not [job for job in jobs.unfinished() if job.name == "working.shared"])
        seconds = time.monotonic() - begun_at
        ticks = lines().count("tick")
        made = [line.split() for line in done("shared")]
        assert {line.name for line in lives()} == {"one", "two"}
    assert [int(words[1]) for words in made] == list(range(40))
    assert set(Counter(words[3] for words in made)) == {str(one.pid), str(two.pid)}
    assert ticks <= seconds + 1, "what runs by itself runs once for both"


def _can_write() -> bool:
    try:
        with db.engine.connect() as connection:
            if connection.dialect.name == "sqlite":
                connection.exec_driver_sql("ROLLBACK")
                connection.exec_driver_sql("PRAGMA busy_timeout=300")
                connection.exec_driver_sql("BEGIN IMMEDIATE")
                connection.exec_driver_sql("PRAGMA busy_timeout=15000")
            return True
    except sa.exc.OperationalError:
        return False


def _freeze(process: WorkerProcess) -> None:
    """Stop a worker, not in the moment in which it holds the only lock of SQLite."""
    while True:
        process.send_signal(signal.SIGSTOP)
        if _can_write():
            return
        process.send_signal(signal.SIGCONT)
        time.sleep(0.05)


@pytest.mark.usefixtures("bare")
def test_a_worker_that_comes_back_does_nothing_twice(tmp_path: Path) -> None:
    ask("working.gated", str(tmp_path), "once", key="gated")
    with worker("zombie", take_over="1.5", look="0.5") as zombie:
        wait_for(lambda: begun(tmp_path, zombie))
        _freeze(zombie)
        with worker("heir", take_over="1.5") as heir:
            wait_for(lambda: begun(tmp_path, heir))
            assert phase("gated") is jobs.Phase.RUNNING
            # both are in the middle of the same job now; the zombie comes first through the gate
            zombie.send_signal(signal.SIGCONT)
            (tmp_path / "gate").touch()
            assert zombie.wait(20) == os.EX_TEMPFAIL, "it learns that it is dead, and its supervisor starts another"
            wait_for(lambda: is_settled("gated"))
            assert {line.name for line in lives()} <= {"heir"}
    assert done("gated") == ["gated once"]
    assert (tmp_path / f"ended {heir.pid}").exists()
    assert not (tmp_path / f"ended {zombie.pid}").exists(), "its commit was refused"
    assert phase("gated") is jobs.Phase.DONE


@pytest.mark.usefixtures("bare")
def test_a_worker_on_another_machine_is_waited_for(tmp_path: Path) -> None:
    ask("working.gated", str(tmp_path), "once", key="gated")
    with worker() as first:
        wait_for(lambda: begun(tmp_path, first))
        first.kill()
    # as if it had run elsewhere: nobody here can see that its process is gone
    elsewhere = "elsewhere/1/1"
    with db.engine.begin() as connection:
        connection.execute(sa.update(workers.Worker).values(id=elsewhere, seen_at=clock.now()))
        schema = "dbos." if connection.dialect.name == "postgresql" else ""
        connection.execute(sa.text(f"UPDATE {schema}workflow_status SET executor_id = :id"), {"id": elsewhere})
    left_at = clock.now()
    (tmp_path / "gate").touch()
    with worker("heir", take_over="4"):
        wait_for(lambda: is_settled("gated"))
    job = jobs.state("gated")
    assert job is not None
    assert job.started_at is not None
    assert job.started_at - left_at > timedelta(seconds=2.5), "the engine counts in whole seconds"
    assert done("gated") == ["gated once"]


@pytest.mark.usefixtures("bare")
def test_a_worker_that_must_stop_gives_back_what_it_cannot_finish(tmp_path: Path) -> None:
    ask("working.gated", str(tmp_path), "once", key="gated")
    with worker("first", to_finish="1") as first:
        wait_for(lambda: begun(tmp_path, first))
        stop_worker(first)
    assert lives() == []
    (tmp_path / "gate").touch()
    with worker("second"):
        wait_for(lambda: is_settled("gated"))
    assert done("gated") == ["gated once"]


@pytest.mark.usefixtures("bare")
def test_a_running_job_that_is_cancelled_commits_nothing(tmp_path: Path) -> None:
    ask("working.gated", str(tmp_path), "never", key="gated")
    with worker() as process:
        wait_for(lambda: begun(tmp_path, process))
        assert jobs.cancel("gated")
        assert not jobs.cancel("gated")
        (tmp_path / "gate").touch()
        ask("working.note", 1, "next", key="next")
        wait_for(lambda: is_settled("next"))
        assert phase("gated") is jobs.Phase.CANCELLED
        assert done("gated") == []
        assert jobs.retry("gated"), "who changes his mind lets it run again"
        wait_for(lambda: phase("gated") is jobs.Phase.DONE)
    assert done("gated") == ["gated never"]


@pytest.mark.usefixtures("bare")
def test_an_outage_of_the_database_is_survived(databases: Databases, tmp_path: Path) -> None:
    """PostgreSQL is stopped and started; SQLite is held by somebody else for two seconds."""
    if isinstance(databases, PostgresDatabases) and databases.process is None:
        pytest.skip("the server was given and is not ours to stop")
    ask("working.gated", str(tmp_path), "once", key="gated")
    with worker() as process:
        wait_for(lambda: begun(tmp_path, process))
        for number in range(5):
            ask("working.shared", number, key=f"shared:{number}")
        db.session.remove()
        if isinstance(databases, PostgresDatabases):
            databases.stop()
            (tmp_path / "gate").touch()
            time.sleep(2)
            databases.start()
            db.engine.dispose()
        else:
            with db.engine.connect().execution_options(lapor_write=True) as holder, holder.begin():
                (tmp_path / "gate").touch()
                time.sleep(2)
        wait_for(lambda: is_settled("gated") and len(done("shared")) == 5)
        wait_for(lambda: bool(lives()))
        assert process.poll() is None
        stop_worker(process)
    assert done("gated") == ["gated once"]
    assert jobs.failed() == []
    assert {job.name for job in jobs.unfinished()} <= {"working.clock"}


def test_a_job_of_another_release_is_kept_until_a_worker_knows_it(
    monkeypatch: pytest.MonkeyPatch, bare: Flask
) -> None:
    """The web server is deployed before the worker: the queue holds a task that the worker does not have."""
    with monkeypatch.context() as newer:
        newer.setattr(jobs, "_tasks", dict(jobs._tasks))
        jobs.task("working.new")(lambda number: None)
        ask("working.new", 7, key="new")
    ask("working.note", 1, "old", key="old")
    for name in ("old release", "old release again"):
        with worker(name) as process:
            wait_for(lambda: bool(lives()) and is_settled("old"))
            time.sleep(0.5)
            stop_worker(process)
        (kept,) = [job for job in jobs.unfinished() if job.name != "working.clock"]
        assert (kept.key, kept.is_known) == ("new", False)
        assert jobs.failed() == []
    with worker("new release", new_release="yes"):
        wait_for(lambda: is_settled("new"))
    assert done("new") == ["new 7"]
