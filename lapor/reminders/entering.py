"""Entering rows that may exist only once, without failing when another worker was faster."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session


@lru_cache(maxsize=16)
def _statement(table: sa.Table, dialect: str, unique: tuple[str, ...], returning: tuple[str, ...]) -> Any:
    insert: Any = postgresql.insert if dialect == "postgresql" else sqlite.insert
    return (
        insert(table)
        .on_conflict_do_nothing(index_elements=list(unique))
        .returning(*(table.c[name] for name in returning))
    )


def enter_once(
    session: Session, model: type[Any], rows: Sequence[dict[str, Any]], *, unique: tuple[str, ...], returning: str
) -> "Sequence[sa.Row[*tuple[Any, ...]]]":
    """Insert ``rows`` (by names of columns) but those whose ``unique`` columns exist already.

    Returns the key and the column ``returning`` of what was inserted. On PostgreSQL it waits for another transaction
    that is inserting the same.
    """
    if not rows:
        return []
    session.flush()
    statement = _statement(model.__table__, session.get_bind().dialect.name, unique, ("id", returning))
    found: Sequence[sa.Row[*tuple[Any, ...]]] = session.connection().execute(statement, list(rows)).all()
    return found
