"""Migrations go up, down and up again on the database of this run, and end where the models are."""

from collections.abc import Iterator
from pathlib import Path

import flask_migrate
import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask

from lapor.core import jobs
from lapor.core.db import Base, db
from lapor.factory import create_app
from tests.conftest import ROOT, configuration
from tests.databases import Databases

FOLDER = str(ROOT / "migrations")


@pytest.fixture
def empty_app(databases: Databases, files: Path) -> Iterator[Flask]:
    """The application on a database without a table."""
    app = create_app(configuration(databases.empty("migrations"), files))
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


def our_tables() -> set[str]:
    return {name for name in sa.inspect(db.engine).get_table_names() if not jobs.is_job_table(name)}


def test_up_down_up(empty_app: Flask) -> None:
    flask_migrate.upgrade(directory=FOLDER)
    jobs.prepare(db.engine)
    first = our_tables()
    flask_migrate.downgrade(directory=FOLDER, revision="base")
    assert our_tables() == {"alembic_version"}
    flask_migrate.upgrade(directory=FOLDER)
    assert our_tables() == first


def test_the_head_is_what_the_models_say(empty_app: Flask) -> None:
    flask_migrate.upgrade(directory=FOLDER)
    jobs.prepare(db.engine)
    with db.engine.connect() as connection:
        context = MigrationContext.configure(
            connection,
            opts={
                "compare_type": True,
                "include_name": lambda name, kind, parents: kind != "table" or not jobs.is_job_table(name),
            },
        )
        assert compare_metadata(context, Base.metadata) == []


def test_there_is_one_head(empty_app: Flask) -> None:
    config = empty_app.extensions["migrate"].migrate.get_config(FOLDER)
    assert len(ScriptDirectory.from_config(config).get_heads()) == 1


def test_no_table_of_ours_has_a_name_of_the_job_engine() -> None:
    assert [name for name in Base.metadata.tables if jobs.is_job_table(name)] == []
