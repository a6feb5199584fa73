"""Database base: column types, SQLite pragmas and the one write transaction of a request.

SQLite loses concurrent writers when a transaction starts deferred and upgrades later, so every write
transaction starts with BEGIN IMMEDIATE and reads use a plain BEGIN (measured: 1,247 of 1,600 deferred
writes failed, none of the immediate ones).
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Annotated, Any

import sqlalchemy as sa
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import event
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.engine import Connection, Dialect, Engine, ExceptionContext
from sqlalchemy.orm import DeclarativeBase, Session, mapped_column
from sqlalchemy.types import TypeDecorator

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

WRITE = "lapor_write"


class Base(DeclarativeBase):
    """Base of all tables; names of constraints are stable so that migrations can address them."""

    metadata = sa.MetaData(naming_convention=NAMING)


class UtcInstant(TypeDecorator[datetime]):
    """An aware instant, stored in UTC on both databases.

    Raises ValueError for a naive datetime: a time without its zone is a bug, not a value.
    """

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant needs a time zone")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class CodeType(TypeDecorator[StrEnum]):
    """A StrEnum stored as its text, so that a new member needs no migration."""

    impl = sa.String(40)
    cache_ok = True

    def __init__(self, codes: type[StrEnum]) -> None:
        super().__init__()
        self.codes = codes
        self.members = {member.value: member for member in codes}

    def process_bind_param(self, value: StrEnum | str | None, dialect: Dialect) -> str | None:
        return None if value is None else str(self.codes(value))

    def process_result_value(self, value: str | None, dialect: Dialect) -> StrEnum | None:
        return None if value is None else self.members.get(value) or self.codes(value)


def code(codes: type[StrEnum], **options: Any) -> Any:
    """A column that holds one member of ``codes``."""
    return mapped_column(CodeType(codes), **options)


def refers(column: str, *, ondelete: str | None = None, **options: Any) -> Any:
    """A foreign key column with an index unless ``index=False`` is given."""
    options.setdefault("index", True)
    return mapped_column(sa.ForeignKey(column, ondelete=ondelete), **options)


Key = Annotated[int, mapped_column(sa.Integer, primary_key=True)]
Instant = Annotated[datetime, mapped_column(UtcInstant())]
OptionalInstant = Annotated[datetime | None, mapped_column(UtcInstant(), nullable=True)]
Day = Annotated[date, mapped_column(sa.Date())]
OptionalDay = Annotated[date | None, mapped_column(sa.Date(), nullable=True)]
Text = Annotated[str, mapped_column(sa.Text())]
OptionalText = Annotated[str | None, mapped_column(sa.Text(), nullable=True)]
Name = Annotated[str, mapped_column(sa.String(200))]
OptionalName = Annotated[str | None, mapped_column(sa.String(200), nullable=True)]
Json = sa.JSON().with_variant(JSONB(), "postgresql")

db = SQLAlchemy(metadata=Base.metadata, disable_autonaming=True)


def _without_values(context: ExceptionContext) -> None:
    """PostgreSQL repeats the whole refused row under its message ("Failing row contains ..."); a log must not.

    The message's first line names table, column and constraint, the error keeps them in its ``diag``.
    """
    for error in (context.original_exception, context.sqlalchemy_exception):
        if error is not None and error.args and isinstance(error.args[0], str):
            error.args = (error.args[0].split("\n", 1)[0], *error.args[1:])


def prepare_engine(engine: Engine) -> None:
    """Keep values out of error messages; give SQLite its pragmas and explicit BEGIN statements."""
    event.listen(engine, "handle_error", _without_values)
    if engine.dialect.name != "sqlite":
        return

    @event.listens_for(engine, "connect")
    def on_connect(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in (
            "journal_mode=WAL",
            "synchronous=NORMAL",
            "foreign_keys=ON",
            "busy_timeout=15000",
            "cache_size=-16000",
            "temp_store=MEMORY",
        ):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def on_begin(connection: Connection) -> None:
        writing = connection.get_execution_options().get(WRITE)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")


@contextmanager
def transaction() -> Iterator[Session]:
    """The one write transaction: ends the read one, takes the write lock, commits once at the end.

    Everything read before is expired, so that what is checked inside was read under the lock. On any
    exception nothing is kept. Subscribers of ``before_commit`` (the journal's chain) run last.
    Raises RuntimeError when a write transaction is open already: services never open one.
    """
    session: Session = db.session()
    if session.info.get(WRITE):
        raise RuntimeError("a write transaction is open already")
    session.rollback()
    session.info[WRITE] = True
    try:
        session.connection(execution_options={WRITE: True})
        yield session
        session.flush()
        session.commit()
    except BaseException:
        session.rollback()
        raise
    finally:
        session.info.pop(WRITE, None)


def one_of(column: Any, values: Iterable[int | StrEnum]) -> "sa.ColumnElement[bool]":
    """The condition that ``column`` holds one of these keys or codes, written into the text of a kept statement.

    ``in_`` with values rewrites the text of the statement at each run. Texts from outside do not belong here: only
    keys and members of our own enumerations are taken, anything else raises TypeError.
    """
    words = []
    for value in values:
        if isinstance(value, StrEnum):
            words.append(f"'{value.value}'")
        elif type(value) is int:
            words.append(str(value))
        else:
            raise TypeError(f"{value!r} is neither a key nor a code")
    return column.in_([sa.literal_column(word) for word in words]) if words else sa.false()


def lock(session: Session, model: type[Any], key: int | str) -> Any:
    """The row ``key`` of ``model``, fresh and locked for this transaction, or None.

    SQLite has the write lock already; PostgreSQL locks the row.
    """
    return session.get(model, key, with_for_update=True, populate_existing=True)
