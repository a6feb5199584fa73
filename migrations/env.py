"""Migrations: batch mode for SQLite, the engine's own tables of background jobs left alone."""

from typing import Any

from alembic import context
from flask import current_app

from lapor.core.db import Base, CodeType, UtcInstant
from lapor.core.jobs import is_job_table

config = context.config


def include_object(_object: Any, name: str | None, kind: str, reflected: bool, _compare_to: Any) -> bool:
    """Leave out what belongs to the job engine."""
    return not (kind == "table" and reflected and name is not None and is_job_table(name))


def render_item(kind: str, item: Any, _context: Any) -> str | bool:
    """Write our column types as the plain ones below them: a migration must not change when our code does."""
    if kind == "type" and isinstance(item, CodeType):
        return f"sa.String(length={item.impl.length})"
    if kind == "type" and isinstance(item, UtcInstant):
        return "sa.DateTime(timezone=True)"
    return False


def run_migrations_online() -> None:
    """Run on the application's own engine, in one transaction."""
    engine = current_app.extensions["migrate"].db.engine
    with engine.connect() as connection:
        if connection.dialect.name == "sqlite":
            # foreign keys stay off while batch mode rebuilds tables
            connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
            connection.commit()
        context.configure(
            connection=connection,
            target_metadata=Base.metadata,
            include_object=include_object,
            render_item=render_item,
            render_as_batch=True,
            compare_type=True,
        )
        with context.begin_transaction():
            context.run_migrations()
        connection.commit()
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql("PRAGMA foreign_keys=ON")
            connection.commit()


run_migrations_online()
