"""The bare application of the tests of background jobs."""

from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from flask import Flask

from lapor.core import jobs, workers
from lapor.core.db import Base, db
from tests.databases import Databases
from tests.services import working


@pytest.fixture
def bare(databases: Databases) -> Iterator[Flask]:
    """A bare application with the engine's tables, the heartbeats and a table of lines."""
    app = working.make_app(databases.empty("jobs"))
    with app.app_context():
        jobs.prepare(db.engine)
        Base.metadata.create_all(db.engine, tables=[Base.metadata.tables[workers.Worker.__tablename__]])
        with db.engine.begin() as connection:
            connection.execute(sa.text("CREATE TABLE line (text VARCHAR(100))"))
        yield app
        db.session.remove()
        db.engine.dispose()
