"""Giving facts their place in the chain, as the last statements before commit.

Writers queue for the one row of the head, so none links to what another one may still take back. All else of the
transaction is done before, and what is hashed is ready but for number and predecessor: the queue moves quickly.
"""

import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert as insert_pg
from sqlalchemy.dialects.sqlite import insert as insert_sqlite
from sqlalchemy.orm import Session

from lapor.core.db import Base
from lapor.journal.models import JournalHead
from lapor.journal.queries import chain_head
from lapor.journal.rules import Link

_ONLY = 1
_FEW = 3
_TABLES = Base.metadata.tables
_HEAD = _TABLES["journal_head"]


class Pending(NamedTuple):
    """A fact that waits for its place: the link (its number is not known yet), and its values with their salt."""

    link: Link
    salt: str
    values: dict[str, Any]


def link(session: Session, facts: Sequence[Pending]) -> None:
    """Write ``facts`` behind the newest link. Nobody else can follow until this transaction ends."""
    if session.get_bind().dialect.name == "postgresql" and len(facts) <= _FEW:
        for fact in facts:
            _link_in_the_database(session, fact)
    else:
        _link_many(session, facts)


def _link_many(session: Session, facts: Sequence[Pending]) -> None:
    head = session.execute(_LOCKED_HEAD).first()
    if head is None:
        _put_in_head(session)
        head = session.execute(_LOCKED_HEAD).one()
    seq, previous, before = head.seq, head.hash, head.hash
    entries, details = [], []
    for fact in facts:
        seq += 1
        linked = replace(fact.link, seq=seq)
        before, previous = previous, linked.hash(previous)
        entries.append({**vars(linked), "prev": before, "hash": previous})
        details.append({"seq": seq, "salt": fact.salt, "values_json": fact.values})
    session.execute(ADD_ENTRIES, entries)
    session.execute(ADD_DETAILS, details)
    session.execute(_MOVE_HEAD, {"to_seq": seq, "to_prev": before, "to_hash": previous})


ADD_ENTRIES = sa.insert(_TABLES["journal_entry"])
ADD_DETAILS = sa.insert(_TABLES["journal_detail"])
_LOCKED_HEAD = sa.select(_HEAD.c.seq, _HEAD.c.hash).where(_HEAD.c.id == _ONLY).with_for_update()
_MOVE_HEAD = (
    sa.update(_HEAD)
    .where(_HEAD.c.id == _ONLY)
    .values(seq=sa.bindparam("to_seq"), prev=sa.bindparam("to_prev"), hash=sa.bindparam("to_hash"))
)


def _link_in_the_database(session: Session, fact: Pending) -> None:
    """The same in one statement, which hashes on the server: a process that waits for its turn (its own threads, the
    network) between reading the head and moving it would keep all other writers waiting.
    """
    given = {
        **vars(fact.link),
        "salt": fact.salt,
        "values": json.dumps(fact.values, ensure_ascii=False),
        "after_seq": fact.link.after_seq,
    }
    connection = session.connection()
    if connection.exec_driver_sql(_LINK_ONE, given).rowcount == 0:
        _put_in_head(session)
        connection.exec_driver_sql(_LINK_ONE, given)


_LINK_ONE = """
WITH head AS (
  UPDATE journal_head
  SET seq = seq + 1, prev = hash,
      hash = encode(sha256(convert_to(hash || '[' || (seq + 1) || ',' || %(after_seq)s::text, 'UTF8')), 'hex')
  WHERE id = 1
  RETURNING seq, prev, hash
), entry AS (
  INSERT INTO journal_entry (seq, at, kind, person_id, assignment_id, actor_name, actor_post, subject_kind,
    subject_id, complaint_id, agency_id, exception, form, digest, prev, hash)
  SELECT seq, %(at)s, %(kind)s, %(person_id)s, %(assignment_id)s, %(actor_name)s, %(actor_post)s, %(subject_kind)s,
    %(subject_id)s, %(complaint_id)s, %(agency_id)s, %(exception)s, %(form)s, %(digest)s, prev, hash
  FROM head
)
INSERT INTO journal_detail (seq, salt, values_json) SELECT seq, %(salt)s, %(values)s::jsonb FROM head
"""


def _put_in_head(session: Session) -> None:
    """Make the row of the head, from the chain where there is one; a second writer waits and finds it made."""
    head = chain_head(session)
    values = {"id": _ONLY, "seq": head.seq, "prev": head.hash, "hash": head.hash}
    if session.get_bind().dialect.name == "postgresql":
        session.execute(insert_pg(JournalHead).values(values).on_conflict_do_nothing())
    else:
        session.execute(insert_sqlite(JournalHead).values(values).on_conflict_do_nothing())
