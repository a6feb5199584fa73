"""What all tests share: the application on a fresh database, a page client, a clock, a closed network.

``pytest`` runs on SQLite, ``pytest --db postgres`` on a PostgreSQL server of its own. The application is
imported inside the fixtures, so that tests of pure rules start without it.
"""

import socket
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import flask_migrate
import pytest
import time_machine
from flask import Flask
from sqlalchemy.orm import Session

from lapor.core import clock as lapor_clock
from tests.databases import Databases, PostgresDatabases, SqliteDatabases
from tests.factories import Make
from tests.page import PageClient

ROOT = Path(__file__).parent.parent


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--db", choices=("sqlite", "postgres"), default="sqlite", help="database of the tests")


def pytest_report_header(config: pytest.Config) -> str:
    return f"database: {config.getoption('--db')}"


@pytest.fixture(autouse=True, scope="session")
def _network_is_closed() -> Iterator[None]:
    """Nothing in a test leaves this machine; what tries fails with a sentence."""
    open_socket = socket.socket.connect
    open_socket_ex = socket.socket.connect_ex

    def check(address: Any) -> None:
        host = address[0] if isinstance(address, tuple) else None
        if host is not None and host not in {"127.0.0.1", "::1", "localhost"}:
            raise AssertionError(f"a test wanted to reach {host}")

    def connect(self: socket.socket, address: Any) -> None:
        check(address)
        open_socket(self, address)

    def connect_ex(self: socket.socket, address: Any) -> int:
        check(address)
        return open_socket_ex(self, address)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", connect)
        patch.setattr(socket.socket, "connect_ex", connect_ex)
        yield


def configuration(address: str, files: Path) -> dict[str, object]:
    """The settings of an application under test."""
    return {
        "TESTING": True,
        "SECRET_KEY": "a key that only tests use",
        "SQLALCHEMY_DATABASE_URI": address,
        "LAPOR_FILES": str(files),
    }


def migrate(address: str, files: Path) -> None:
    """Bring the database at ``address`` to the newest version, with the tables of background jobs."""
    from lapor.core import jobs
    from lapor.core.db import db
    from lapor.factory import create_app

    app = create_app(configuration(address, files))
    with app.app_context():
        flask_migrate.upgrade(directory=str(ROOT / "migrations"))
        jobs.prepare(db.engine)
        db.engine.dispose()


def migrate_and_fill(address: str, files: Path) -> None:
    """A database with all that `make run` shows on its first start."""
    from lapor.calendar.services import ensure_basics
    from lapor.core.db import db, transaction
    from lapor.demo.seeding import prepare_demo
    from lapor.factory import create_app

    migrate(address, files)
    app = create_app(configuration(address, files))
    with app.app_context():
        with transaction() as session:
            ensure_basics(session, lapor_clock.now())
        prepare_demo(lapor_clock.now())
        db.session.remove()
        db.engine.dispose()


@pytest.fixture(scope="session")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of stored files; what is in it is named by its content, so tests may share it."""
    return tmp_path_factory.mktemp("files")


@pytest.fixture(scope="session")
def databases(request: pytest.FixtureRequest, files: Path) -> Iterator[Databases]:
    """The maker of databases that ``--db`` names."""
    kind = PostgresDatabases if request.config.getoption("--db") == "postgres" else SqliteDatabases
    made = kind(
        {
            "migrated": lambda address: migrate(address, files),
            "demo": lambda address: migrate_and_fill(address, files),
        }
    )
    yield made
    made.close()


class _Apps:
    """One application for each kind of database, because building it and compiling templates takes long."""

    def __init__(self, databases: Databases, files: Path) -> None:
        self.databases = databases
        self.files = files
        self.made: dict[str, Flask] = {}

    def on_fresh(self, kind: str) -> Flask:
        from lapor.factory import create_app

        self.disconnect(kind)
        address = self.databases.fresh(kind)
        if kind not in self.made:
            self.made[kind] = create_app(configuration(address, self.files))
        return self.made[kind]

    def disconnect(self, kind: str) -> None:
        from lapor.calendar import queries
        from lapor.core.db import db

        if kind in self.made:
            with self.made[kind].app_context():
                db.engine.dispose()
        # another database behind the same engine may have as many days off and the same version
        queries._calendars.clear()


@pytest.fixture(scope="session")
def _apps(databases: Databases, files: Path) -> _Apps:
    return _Apps(databases, files)


@pytest.fixture
def app(_apps: _Apps) -> Iterator[Flask]:
    """The application on a database that holds what the migrations put there and nothing else."""
    yield _apps.on_fresh("migrated")
    _apps.disconnect("migrated")


@pytest.fixture
def demo_app(_apps: _Apps) -> Iterator[Flask]:
    """The application on the fictional demo data, as `make run` shows it."""
    yield _apps.on_fresh("demo")
    _apps.disconnect("demo")


@pytest.fixture
def demo_client(demo_app: Flask) -> PageClient:
    """A browser without JavaScript on the demo data: ``demo_client.login("koordinator")``."""
    return PageClient(demo_app)


@pytest.fixture
def session(app: Flask) -> Iterator[Session]:
    """The session of services under test. It is committed before each request of ``client``."""
    from lapor.core.db import db

    with app.app_context():
        session: Session = db.session()
        yield session
        session.rollback()
        db.session.remove()


@pytest.fixture
def make(session: Session) -> Make:
    """Builders of fictional rows: ``make.agency()``, ``make.head(agency)``, ``make.complaint()`` ..."""
    return Make(session)


@pytest.fixture
def client(app: Flask, request: pytest.FixtureRequest) -> PageClient:
    """A browser without JavaScript that checks every page which it is shown."""
    if "session" in request.fixturenames:
        return PageClient(app, request.getfixturevalue("session"))
    return PageClient(app)


class Clock:
    """Time as a test wants it; hours without a zone are meant in Central Indonesian time."""

    def __init__(self) -> None:
        self._travel: time_machine.travel | None = None

    def at(self, moment: str | datetime) -> datetime:
        """Stop the clock at ``moment`` ("2022-01-06 14:30") and return it as an aware instant."""
        when = datetime.fromisoformat(moment) if isinstance(moment, str) else moment
        if when.tzinfo is None:
            when = when.replace(tzinfo=lapor_clock.ZONE)
        self.run()
        self._travel = time_machine.travel(when, tick=False)
        self._travel.start()
        return lapor_clock.now()

    def run(self) -> None:
        """Let the real time run again."""
        if self._travel is not None:
            self._travel.stop()
            self._travel = None


@pytest.fixture
def clock() -> Iterator[Clock]:
    """Stops and moves the time: ``now = clock.at("2022-01-06 14:30")``."""
    made = Clock()
    yield made
    made.run()
