"""Reading the journal."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lapor.core.rows import plain_rows
from lapor.journal.models import JournalDetail, JournalEntry, ReadLog
from lapor.journal.rules import GENESIS, ChainHead


@dataclass(frozen=True)
class Fact:
    """One entry with its values ({} where they were erased); ``exception`` is sealed with it and is never erased."""

    seq: int
    at: datetime
    kind: str
    actor_name: str
    actor_post: str
    subject_kind: str
    subject_id: int
    complaint_id: int | None
    values: dict[str, Any]
    exception: str | None = None


def _facts(session: Session, statement: "sa.Select[Any]", **values: int) -> list[Fact]:
    return [
        Fact(seq, at, kind, actor_name, actor_post, subject_kind, subject_id, complaint_id, detail or {}, exception)
        for (
            seq,
            at,
            kind,
            actor_name,
            actor_post,
            subject_kind,
            subject_id,
            complaint_id,
            detail,
            exception,
        ) in plain_rows(session, statement, values)
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
        JournalEntry.exception,
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


def list_reads(session: Session, complaint_id: int, limit: int = 200) -> Sequence[ReadLog]:
    """Who was shown the confidential content, newest first."""
    return session.scalars(
        sa.select(ReadLog).where(ReadLog.complaint_id == complaint_id).order_by(ReadLog.id.desc()).limit(limit)
    ).all()


def last_instant(session: Session) -> datetime | None:
    """When the newest entry was written, or None in an empty journal."""
    return session.scalar(sa.select(JournalEntry.at).order_by(JournalEntry.seq.desc()).limit(1))


def chain_head(session: Session) -> ChainHead:
    """The newest link of the chain that is written; what the running transaction still holds back is not in it."""
    with session.no_autoflush:
        row = session.execute(_HEAD).first()
    return ChainHead(seq=row.seq, hash=row.hash) if row else ChainHead(seq=0, hash=GENESIS)


def head_of_fact(session: Session, kind: str, subject_kind: str, subject_id: int) -> ChainHead:
    """The link with which something last happened to a subject; the newest one of all where it never did.

    What was settled by that fact (minutes approved, a report published) prints it: it stays the same on each copy.
    """
    row = session.execute(_OF_FACT, {"kind": kind, "subject_kind": subject_kind, "subject_id": subject_id}).first()
    return ChainHead(seq=row.seq, hash=row.hash) if row else chain_head(session)


_OF_FACT = (
    sa.select(JournalEntry.seq, JournalEntry.hash)
    .where(
        JournalEntry.kind == sa.bindparam("kind"),
        JournalEntry.subject_kind == sa.bindparam("subject_kind"),
        JournalEntry.subject_id == sa.bindparam("subject_id"),
    )
    .order_by(JournalEntry.seq.desc())
    .limit(1)
)
_HEAD = sa.select(JournalEntry.seq, JournalEntry.hash).order_by(JournalEntry.seq.desc()).limit(1)
