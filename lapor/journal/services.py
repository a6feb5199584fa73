"""Writing the journal: the one hook in which every write ends."""

import secrets
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event as sa_event
from sqlalchemy.orm import Session

from lapor.core import events
from lapor.journal.models import JournalDetail, JournalEntry, ReadLog
from lapor.journal.rules import GENESIS, Event, Link, detail_digest, values_of
from lapor.policy import Actor, Permission

_PENDING = "journal_pending"
_CHAIN_LOCK = 0x4C61706F72
_SLICE = 1000


def record(
    session: Session,
    event: Event,
    *,
    actor: Actor | None,
    now: datetime,
    permission: Permission | None = None,
) -> None:
    """Note ``event`` as a fact of this transaction and tell its subscribers.

    ``actor`` None means the system itself. ``permission`` picks the post under which a person with
    several posts acted. The entry is chained just before commit; a rolled back transaction leaves none.
    """
    power = None
    if actor is not None:
        agency_id = getattr(event, "agency_id", None)
        power = actor.power_for(permission, agency_id) if permission else None
        power = power or (actor.powers[0] if actor.powers else None)
    entry = JournalEntry(
        at=now,
        kind=event.kind,
        person_id=actor.person_id if actor else None,
        assignment_id=power.assignment_id if power else None,
        actor_name=actor.name if actor else "Sistem",
        actor_post=power.post_title if power else "",
        subject_kind=event.subject_kind,
        subject_id=event.subject_id,
        complaint_id=event.complaint_id,
    )
    session.connection()  # a transaction is open from here on, so that its end clears what is pending
    session.info.setdefault(_PENDING, []).append((entry, values_of(event)))
    events.publish(session, event, actor=actor, now=now)


def _chain(session: Session) -> None:
    """Give the pending entries their place in the chain, as the last statements before commit."""
    pending: list[tuple[JournalEntry, dict[str, Any]]] = session.info.pop(_PENDING, [])
    if not pending:
        return
    session.flush()
    if session.get_bind().dialect.name == "postgresql":
        session.execute(sa.select(sa.func.pg_advisory_xact_lock(_CHAIN_LOCK)))
    last = session.execute(
        sa.select(JournalEntry.seq, JournalEntry.hash).order_by(JournalEntry.seq.desc()).limit(1)
    ).first()
    seq, previous = (last.seq, last.hash) if last else (0, GENESIS)
    details = []
    for entry, values in pending:
        seq += 1
        salt = secrets.token_hex(16)
        entry.seq, entry.prev = seq, previous
        entry.digest = detail_digest(salt, values)
        entry.hash = previous = link_of(entry).hash(previous)
        session.add(entry)
        details.append(JournalDetail(seq=seq, salt=salt, values=values))
    # in two steps, for the many entries of an import at once: a detail refers to its entry
    session.flush()
    session.add_all(details)
    session.flush()


def link_of(entry: JournalEntry) -> Link:
    """The sealed part of ``entry``."""
    return Link(
        seq=entry.seq,
        at=entry.at,
        kind=entry.kind,
        person_id=entry.person_id,
        assignment_id=entry.assignment_id,
        subject_kind=entry.subject_kind,
        subject_id=entry.subject_id,
        complaint_id=entry.complaint_id,
        digest=entry.digest,
    )


def broken_links(session: Session) -> Iterator[tuple[int, str]]:
    """Every entry (seq, what is wrong) at which the chain does not hold, in order.

    Erased values are no fault: their digest stays in the chain.
    """
    previous, expected, last = GENESIS, 1, -1
    while True:
        rows = session.execute(
            sa.select(JournalEntry, JournalDetail)
            .outerjoin(JournalDetail, JournalDetail.seq == JournalEntry.seq)
            .where(JournalEntry.seq > last)
            .order_by(JournalEntry.seq)
            .limit(_SLICE)
        ).all()
        for row in rows:
            entry, detail = row.JournalEntry, row.JournalDetail
            if entry.seq != expected:
                yield entry.seq, f"nomor urut {expected} hilang"
            if entry.prev != previous or entry.hash != link_of(entry).hash(previous):
                yield entry.seq, "isi catatan tidak sesuai dengan rantainya"
            if detail is not None and detail_digest(detail.salt, detail.values) != entry.digest:
                yield entry.seq, "rincian catatan telah diubah"
            previous, expected, last = entry.hash, entry.seq + 1, entry.seq
        if len(rows) < _SLICE:
            return
        session.expunge_all()


def note_read(session: Session, complaint_id: int, *, what: str, actor: Actor, now: datetime) -> None:
    """Note that the confidential content of a complaint is shown to ``actor`` now."""
    session.add(
        ReadLog(
            at=now,
            person_id=actor.person_id,
            person_name=actor.name,
            post_title=actor.powers[0].post_title if actor.powers else "",
            complaint_id=complaint_id,
            what=what,
        )
    )


@sa_event.listens_for(Session, "before_commit")
def _before_commit(session: Session) -> None:
    _chain(session)


@sa_event.listens_for(Session, "after_soft_rollback")
def _after_rollback(session: Session, _previous: Any) -> None:
    session.info.pop(_PENDING, None)
