"""The contract of lapor.core.jobs, held by dbos: looked at again with each new version of it."""

import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from lapor.core import jobs
from lapor.core.db import db, transaction
from tests.services.working import ROOT, lines, start_worker, stop_worker, wait_for, work


def test_a_job_is_stored_with_the_transaction_and_runs_once_for_its_key(bare: Flask) -> None:
    with transaction() as session:
        assert jobs.enqueue(session, "working.note", 1, "one", key="note:1") == "note:1"
        jobs.enqueue(session, "working.note", 2, "two", key="note:2")
    waiting = jobs.state("note:1")
    assert waiting is not None
    assert (waiting.name, waiting.phase) == ("working.note", jobs.Phase.WAITING)
    assert [job.key for job in jobs.unfinished()] == ["note:2", "note:1"]

    work(bare)
    done = jobs.state("note:1")
    assert done is not None
    assert (done.phase, done.result, done.error) == (jobs.Phase.DONE, {"number": 1}, None)

    with transaction() as session:
        jobs.enqueue(session, "working.note", 1, "again", key="note:1")
    work(bare)
    assert lines() == ["one 1", "two 2"]
    assert jobs.unfinished() == []
    assert jobs.failed() == []


def test_rolled_back_is_no_job(bare: Flask) -> None:
    def enqueue_and_stumble() -> None:
        with transaction() as session:
            jobs.enqueue(session, "working.note", 1, "never", key="note:1")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        enqueue_and_stumble()
    assert jobs.state("note:1") is None
    work(bare)
    assert lines() == []


def test_an_unknown_task_is_refused(bare: Flask) -> None:
    with pytest.raises(LookupError), transaction() as session:
        jobs.enqueue(session, "working.unknown", key="x")


def test_a_name_is_given_once() -> None:
    with pytest.raises(ValueError, match="two tasks"):
        jobs.task("working.note")(lambda: None)


def test_a_delayed_job_waits(bare: Flask) -> None:
    with transaction() as session:
        jobs.enqueue(session, "working.note", 1, "later", key="later", delay=timedelta(seconds=1.5))
    begun = time.monotonic()
    work(bare)
    assert time.monotonic() - begun >= 1
    assert lines() == ["later 1"]


def test_what_a_rule_refuses_fails_at_once_and_a_person_may_retry(bare: Flask) -> None:
    with transaction() as session:
        jobs.enqueue(session, "working.refused", 7, key="refused:7")
    work(bare)
    (job,) = jobs.failed()
    assert (job.key, job.phase, job.error) == ("refused:7", jobs.Phase.FAILED, "Rapat sudah ditutup.")
    assert lines() == ["refused 7"]

    assert jobs.retry("refused:7")
    assert not jobs.retry("refused:7"), "it waits already"
    assert not jobs.retry("unknown")
    work(bare)
    assert lines() == ["refused 7", "refused 7"]


def test_an_accident_is_tried_again(bare: Flask, tmp_path: Path) -> None:
    with transaction() as session:
        jobs.enqueue(session, "working.flaky", str(tmp_path), key="flaky")
    work(bare)
    job = jobs.state("flaky")
    assert job is not None
    assert job.phase is jobs.Phase.DONE
    assert (tmp_path / "tried").read_text() == ".."


def test_progress_is_seen_and_a_killed_workers_job_is_taken_up(bare: Flask, tmp_path: Path) -> None:
    with transaction() as session:
        jobs.enqueue(session, "working.portions", str(tmp_path), key="portions")
    first = start_worker()
    try:

        def half_done() -> bool:
            job = jobs.state("portions")
            return job is not None and job.done is not None and 2 <= job.done <= 5

        wait_for(half_done)
        job = jobs.state("portions")
        assert job is not None
        assert (job.phase, job.total) == (jobs.Phase.RUNNING, 10)
    finally:
        first.kill()
    assert "ended" not in lines()

    (tmp_path / "gate").touch()
    second = start_worker()
    try:
        wait_for(lambda: "ended" in lines())
        wait_for(lambda: jobs.unfinished() == [])
    finally:
        stop_worker(second)
    job = jobs.state("portions")
    assert job is not None
    assert (job.phase, job.done, job.total) == (jobs.Phase.DONE, 10, 10)
    assert [line for line in lines() if line != "tick"] == ["begun", "begun", "ended"]


def test_a_scheduled_task_runs_by_itself_and_is_forgotten_in_time(
    bare: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    with transaction() as session:
        jobs.enqueue(session, "working.note", 1, "kept", key="note:1")
    worker = start_worker()
    try:
        wait_for(lambda: lines().count("tick") >= 2)
    finally:
        stop_worker(worker)
    work(bare)
    assert jobs.tidy() == {"forgotten": 0}
    ticks = len(jobs.done()) - 1
    assert ticks >= 2
    monkeypatch.setattr(jobs, "KEPT_SCHEDULED", timedelta(seconds=-1))
    monkeypatch.setattr(jobs, "_PORTION", 2)
    assert jobs.tidy() == {"forgotten": ticks}
    assert [job.key for job in jobs.done()] == ["note:1"]


def test_every_table_of_the_engine_is_known(bare: Flask) -> None:
    schema = "dbos" if db.engine.dialect.name == "postgresql" else None
    there = set(sa.inspect(db.engine).get_table_names(schema=schema)) - {"line", "worker"}
    assert there
    assert {name for name in there if not jobs.is_job_table(name)} == set()
    assert not jobs.is_job_table("complaint")


def test_preparing_twice_changes_nothing(bare: Flask) -> None:
    with transaction() as session:
        jobs.enqueue(session, "working.note", 1, "one", key="note:1")
    jobs.prepare(db.engine)
    assert jobs.state("note:1") is not None


def test_the_web_process_does_not_pay_for_the_engine() -> None:
    code = "import sys, lapor.core.jobs; sys.exit('dbos' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0
