"""Rows of statements that hot pages run at every request, without the cost of running a statement.

SQLAlchemy takes about 90 microseconds around a query of 10: it looks for the compiled text, puts parameters together,
prepares an object for the result. A page runs eight of them. What does not change from run to run is kept here; text,
types of columns and of parameters are SQLAlchemy's, and so are all other statements of the application.
"""

from collections import namedtuple
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Dialect
from sqlalchemy.orm import Session

_CONNECTION = "lapor_connection"
_KEPT = 1024


class _Prepared:
    """A statement with its text, the parameters that never change, and what turns values into ours and back."""

    def __init__(self, statement: Any, dialect: Dialect) -> None:
        compiled: Any = statement.compile(dialect=dialect)
        expanded = compiled.construct_expanded_state(compiled.params)
        self.text: str = expanded.statement
        self.order: Sequence[str] | None = expanded.positiontup if compiled.positional else None
        own = {
            name: bound.type.dialect_impl(dialect).bind_processor(dialect) for name, bound in compiled.binds.items()
        }
        self.binds = {name: turn for name, turn in {**own, **expanded.processors}.items() if turn is not None}
        self.varying = frozenset(name for name, bound in compiled.binds.items() if bound.required)
        self.fixed = {name: self._bound(name, value) for name, value in expanded.parameters.items()}
        columns = list(statement.selected_columns)
        self.turns = [
            (place, turn)
            for place, column in enumerate(columns)
            if (turn := column.type.dialect_impl(dialect).result_processor(dialect, None)) is not None
        ]
        self.objects: list[tuple[int, int, int, Callable[[Sequence[Any]], Any]]] = []
        names, at = [], 0
        for name, model in _asked(statement, columns):
            names.append(name)
            width = 1
            if model is not None:
                mapper = sa.inspect(model).mapper
                attributes = {item.columns[0].name: item.key for item in mapper.column_attrs}
                width = len(attributes)
                keys = tuple(attributes[column.name] for column in columns[at : at + width])
                identity = at + keys.index(attributes[mapper.primary_key[0].name])
                self.objects.append((at, at + width, identity, _plain_class(model, keys)._make))
            at += width
        named: Any = namedtuple("Row", names, rename=True)  # type: ignore[misc]
        self.row = named._make

    def _bound(self, name: str, value: Any) -> Any:
        turn = self.binds.get(name)
        return value if turn is None else turn(value)

    def parameters(self, values: Mapping[str, Any]) -> Any:
        """All parameters of one run, in the form that the driver takes."""
        found = self.fixed
        if self.varying:
            if self.varying != values.keys():
                raise ValueError(f"asked for {sorted(self.varying)}, given {sorted(values)}")
            found = {**found, **{name: self._bound(name, value) for name, value in values.items()}}
        return found if self.order is None else [found[name] for name in self.order]

    def rows(self, fetched: Sequence[Sequence[Any]]) -> list[Any]:
        """What the driver fetched, as named rows of our types."""
        made = []
        for row in fetched:
            values = list(row)
            for place, turn in self.turns:
                values[place] = turn(values[place])
            for start, end, identity, make in reversed(self.objects):
                values[start:end] = [None if values[identity] is None else make(values[start:end])]
            made.append(self.row(values))
        return made


def _asked(statement: Any, columns: Sequence[Any]) -> list[tuple[str, Any]]:
    """What a statement names: name and model, None for a column."""
    if not isinstance(statement, sa.Select):  # a union names columns only
        return [(str(column.key), None) for column in columns]
    told = statement.column_descriptions
    return [(str(item["name"]), item["type"] if item["expr"] is item.get("entity") else None) for item in told]


@lru_cache(maxsize=_KEPT)
def _plain_class(model: Any, keys: tuple[str, ...]) -> Any:
    """A class of read-only copies of ``model``: its columns, and the properties that are worked out of them."""
    properties = {name: value for name, value in vars(model).items() if isinstance(value, property)}
    return type(model.__name__, (namedtuple("Values", keys),), {"__slots__": (), **properties})


@lru_cache(maxsize=_KEPT)
def _prepared(statement: Any, dialect: Dialect) -> _Prepared:
    return _Prepared(statement, dialect)


def plain_rows(session: Session, statement: "sa.Executable", values: Mapping[str, Any] | None = None) -> list[Any]:
    """The rows of a statement as named tuples, in the session's transaction; models in it come as read-only copies.

    ``statement`` is one that is kept (a constant, or from a function with ``lru_cache``); ``values`` are those of its
    ``bindparam``s without a value, none of them a list. A column is named by its key or label, a
    model by its class, and it is None where an outer join found none. Nothing is flushed
    before. Raises ValueError when the values are not those that it asks for, else what SQLAlchemy raises.
    """
    connection: Connection | None = session.info.get(_CONNECTION)
    if connection is None or connection.closed:
        connection = session.info[_CONNECTION] = session.connection()
    dialect = connection.dialect
    prepared = _prepared(statement, dialect)
    parameters = prepared.parameters(values or {})
    cursor: Any = connection.connection.cursor()
    try:
        for heard in connection.dispatch.before_cursor_execute:
            heard(connection, cursor, prepared.text, parameters, None, False)
        cursor.execute(prepared.text, parameters)
        return prepared.rows(cursor.fetchall())
    except dialect.loaded_dbapi.Error as error:
        raise sa.exc.DBAPIError.instance(
            prepared.text, None, error, dialect.loaded_dbapi.Error, hide_parameters=True, dialect=dialect
        ) from None
    finally:
        cursor.close()
