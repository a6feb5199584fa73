"""An application with a few tasks for tests/services/test_jobs.py; run as a program it is a worker."""

import os
import sys
import time
from pathlib import Path

import sqlalchemy as sa
from flask import Flask

from lapor.core import jobs
from lapor.core.db import db, prepare_engine, transaction
from lapor.core.errors import Invalid


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


if __name__ == "__main__":
    jobs.run_worker(make_app(os.environ["DATABASE_URL"]), name=sys.argv[1])
