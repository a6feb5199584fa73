"""Checking the chain: every entry in order, against its own hash, its values, the head and printed anchors."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import NamedTuple

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from lapor.core.wording import number
from lapor.journal.events import ValuesErased
from lapor.journal.models import JournalDetail, JournalEntry, JournalHead
from lapor.journal.rules import GENESIS, ChainHead, Link, anchor_words, detail_digest

_SLICE = 1000


class Fault(NamedTuple):
    """Where the chain does not hold: number and time of the entry (None where there is none), and what is wrong."""

    seq: int
    at: datetime | None
    words: str


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
        form=entry.form,
        actor_name=entry.actor_name,
        actor_post=entry.actor_post,
        agency_id=entry.agency_id,
        exception=entry.exception,
    )


def broken_links(session: Session, anchors: Sequence[ChainHead] = ()) -> Iterator[Fault]:
    """Every place at which the chain does not hold, in order; an intact chain yields nothing.

    ``anchors``: heads that were kept outside, their hashes may be shortened to the first digits. Only they show that
    somebody with the database in his hands made the whole chain anew or cut its end together with the head.
    Values that were erased by ``services.erase_values`` are no fault: their digest stays in the chain.
    """
    erased = _erased(session)
    printed: dict[int, list[ChainHead]] = {}
    for anchor in anchors:
        printed.setdefault(anchor.seq, []).append(anchor)
    last = ChainHead(0, GENESIS)
    yield from _unlike(last, None, printed)
    for entry, detail in _entries(session):
        if entry.seq <= last.seq:
            yield Fault(entry.seq, entry.at, _("catatan ini disisipkan, nomor ini tidak pernah diberikan"))
            continue
        yield from _faults_of(entry, detail, last, erased)
        last = ChainHead(entry.seq, entry.hash)
        yield from _unlike(last, entry.at, printed)
    yield from _cut(last, max(printed, default=0), printed)
    yield from _head_faults(session, last)
    for seq in session.scalars(_ORPHANS):
        yield Fault(seq, None, _("ada rincian tanpa catatannya"))


def _faults_of(
    entry: JournalEntry, detail: JournalDetail | None, last: ChainHead, erased: frozenset[int]
) -> Iterator[Fault]:
    """What is wrong with one entry after the link ``last``."""
    if entry.seq > last.seq + 1:
        yield Fault(last.seq + 1, entry.at, _gap(last.seq + 1, entry.seq - 1))
    elif entry.prev != last.hash:
        yield Fault(entry.seq, entry.at, _("catatan ini tidak menyambung pada catatan sebelumnya"))
    if entry.hash != link_of(entry).hash(entry.prev):
        yield Fault(entry.seq, entry.at, _("isi catatan ini diubah"))
    if detail is None:
        if entry.seq not in erased:
            yield Fault(entry.seq, entry.at, _("rincian catatan ini hilang tanpa catatan penghapusan"))
    elif detail_digest(detail.salt, detail.values) != entry.digest:
        yield Fault(entry.seq, entry.at, _("rincian catatan ini diubah"))


def _entries(session: Session) -> Iterator[tuple[JournalEntry, JournalDetail | None]]:
    """All entries with their details in the order of their numbers, a slice in memory at a time."""
    statement = (
        sa.select(JournalEntry, JournalDetail)
        .outerjoin(JournalDetail, JournalDetail.seq == JournalEntry.seq)
        .order_by(JournalEntry.seq)
        .limit(_SLICE)
    )
    last: int | None = None
    while True:
        rows = session.execute(
            statement if last is None else statement.where(JournalEntry.seq > last),
            execution_options={"populate_existing": True},
        ).all()
        for row in rows:
            yield row.JournalEntry, row.JournalDetail
        if len(rows) < _SLICE:
            return
        last = rows[-1].JournalEntry.seq
        for row in rows:
            for item in row:
                if item is not None:
                    session.expunge(item)


def _erased(session: Session) -> frozenset[int]:
    """Numbers of the entries that lost their values by an erasure; these entries are checked like all others."""
    values = session.scalars(
        sa.select(JournalDetail.values)
        .join(JournalEntry, JournalEntry.seq == JournalDetail.seq)
        .where(JournalEntry.kind == ValuesErased.kind)
    )
    return frozenset(seq for item in values for seq in item.get("seqs", ()))


def _gap(first: int, last: int) -> str:
    if first == last:
        return str(_("catatan ini dihapus"))
    return str(_("catatan ini sampai dengan nomor %(last)s dihapus", last=number(last)))


def _unlike(last: ChainHead, at: datetime | None, printed: dict[int, list[ChainHead]]) -> Iterator[Fault]:
    """Anchors of the link ``last`` that do not fit it."""
    for anchor in printed.get(last.seq, ()):
        if not last.hash.startswith(anchor.hash):
            words = _(
                "rantai sampai catatan ini ditulis ulang, jangkar %(anchor)s tidak cocok", anchor=anchor_words(anchor)
            )
            yield Fault(last.seq, at, words)


def _cut(last: ChainHead, highest: int, printed: dict[int, list[ChainHead]]) -> Iterator[Fault]:
    """An anchor beyond the end: what it stood for is gone."""
    if highest > last.seq:
        words = _(
            "ujung rantai dipotong, jangkar %(anchor)s pernah dicetak tetapi catatan terakhir bernomor %(last)s",
            anchor=anchor_words(printed[highest][0]),
            last=number(last.seq),
        )
        yield Fault(last.seq + 1, None, words)


_HEAD = sa.select(JournalHead.seq, JournalHead.hash)
_LEAST_FORM_WITH_HEAD = sa.select(JournalEntry.seq).where(JournalEntry.form > 1).limit(1)
_ORPHANS = (
    sa.select(JournalDetail.seq)
    .outerjoin(JournalEntry, JournalEntry.seq == JournalDetail.seq)
    .where(JournalEntry.seq.is_(None))
    .order_by(JournalDetail.seq)
)


def _head_faults(session: Session, found: ChainHead) -> Iterator[Fault]:
    """Whether the chain ends where the row of the head says that it ends."""
    row = session.execute(_HEAD).first()
    if row is None:
        # a database of an older version has no head until its first write
        if session.scalar(_LEAST_FORM_WITH_HEAD) is not None:
            yield Fault(found.seq, None, _("kepala rantai hilang"))
    elif row.seq > found.seq:
        yield Fault(found.seq + 1, None, _gap(found.seq + 1, row.seq))
    elif (row.seq, row.hash) != (found.seq, found.hash):
        yield Fault(found.seq, None, _("ujung rantai tidak sama dengan kepala rantai yang tersimpan"))
