"""Reading the journal."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lapor.core.db import plain_rows
from lapor.journal.models import JournalDetail, JournalEntry, ReadLog


@dataclass(frozen=True)
class Fact:
    """One entry with its values ({} where they were erased)."""

    seq: int
    at: datetime
    kind: str
    actor_name: str
    actor_post: str
    subject_kind: str
    subject_id: int
    complaint_id: int | None
    values: dict[str, Any]


def _facts(session: Session, statement: "sa.Select[Any]", **values: int) -> list[Fact]:
    return [
        Fact(seq, at, kind, actor_name, actor_post, subject_kind, subject_id, complaint_id, detail or {})
        for seq, at, kind, actor_name, actor_post, subject_kind, subject_id, complaint_id, detail in plain_rows(
            session, statement, values
        )
    ]


def _joined() -> "sa.Select[Any]":
    return sa.select(
        JournalEntry.seq,
        JournalEntry.at,
        JournalEntry.kind,
        JournalEntry.actor_name,
        JournalEntry.actor_post,
        JournalEntry.subject_kind,
        JournalEntry.subject_id,
        JournalEntry.complaint_id,
        JournalDetail.values,
    ).outerjoin(JournalDetail, JournalDetail.seq == JournalEntry.seq)


_STORY = _joined().where(JournalEntry.complaint_id == sa.bindparam("complaint_id")).order_by(JournalEntry.seq.desc())


def list_complaint_facts(session: Session, complaint_id: int) -> list[Fact]:
    """The story of a complaint, newest first."""
    return _facts(session, _STORY, complaint_id=complaint_id)


def list_subject_facts(session: Session, subject_kind: str, subject_id: int) -> list[Fact]:
    """What happened to one subject, newest first."""
    return _facts(
        session,
        _joined()
        .where(JournalEntry.subject_kind == subject_kind, JournalEntry.subject_id == subject_id)
        .order_by(JournalEntry.seq.desc()),
    )


@dataclass(frozen=True)
class Entry:
    """One entry of the chain without its values: what an auditor sees of confidential matters too."""

    seq: int
    at: datetime
    kind: str
    actor_name: str
    actor_post: str
    subject_kind: str
    subject_id: int
    complaint_id: int | None


def list_entries(
    session: Session,
    *,
    before: int | None = None,
    kind: str | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    limit: int = 50,
) -> list[Entry]:
    """The journal without values, newest first; ``before`` is the seq below which to go on.

    ``since`` is the first instant that counts, ``until`` the first one that does not any more.
    """
    statement = sa.select(
        JournalEntry.seq,
        JournalEntry.at,
        JournalEntry.kind,
        JournalEntry.actor_name,
        JournalEntry.actor_post,
        JournalEntry.subject_kind,
        JournalEntry.subject_id,
        JournalEntry.complaint_id,
    )
    if before is not None:
        statement = statement.where(JournalEntry.seq < before)
    if kind:
        statement = statement.where(JournalEntry.kind == kind)
    if since is not None:
        statement = statement.where(JournalEntry.at >= since)
    if until is not None:
        statement = statement.where(JournalEntry.at < until)
    rows = session.execute(statement.order_by(JournalEntry.seq.desc()).limit(limit))
    return [Entry(**row._mapping) for row in rows]


def list_reads(session: Session, complaint_id: int, limit: int = 200) -> Sequence[ReadLog]:
    """Who was shown the confidential content, newest first."""
    return session.scalars(
        sa.select(ReadLog).where(ReadLog.complaint_id == complaint_id).order_by(ReadLog.id.desc()).limit(limit)
    ).all()


def last_instant(session: Session) -> datetime | None:
    """When the newest entry was written, or None in an empty journal."""
    return session.scalar(sa.select(JournalEntry.at).order_by(JournalEntry.seq.desc()).limit(1))
