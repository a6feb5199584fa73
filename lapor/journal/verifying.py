"""Checking the chain: every entry in order, against its own hash, its values, the head and printed anchors."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from lapor.core.wording import number
from lapor.journal.events import ValuesErased
from lapor.journal.models import JournalDetail, JournalEntry, JournalHead
from lapor.journal.rules import GENESIS, ChainHead, Link, anchor_words, detail_digest

_SLICE = 1000
# what loading or hashing a row raises whose columns hold something else than their types promise
_UNREADABLE = (ValueError, TypeError, AttributeError, OverflowError, sa.exc.DBAPIError)


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
    for seq, pair in _entries(session):
        at = pair.entry.at if pair else None
        if seq <= last.seq:
            yield Fault(seq, at, _("catatan ini disisipkan, nomor ini tidak pernah diberikan"))
            continue
        yield from _faults_of(seq, pair, last, erased)
        last = ChainHead(seq, _hash_of(session, seq, pair))
        yield from _unlike(last, at, printed)
    yield from _cut(last, max(printed, default=0), printed)
    yield from _head_faults(session, last)
    for seq in session.scalars(_ORPHANS):
        yield Fault(seq, None, _("ada rincian tanpa catatannya"))


class _Pair(NamedTuple):
    """An entry with its values; ``detail`` None where they are gone."""

    entry: JournalEntry
    detail: JournalDetail | None


def _faults_of(seq: int, pair: _Pair | None, last: ChainHead, erased: frozenset[int]) -> list[Fault]:
    """What is wrong with the entry ``seq`` after the link ``last``; ``pair`` None: its row cannot be read."""
    if pair is not None:
        try:
            return list(_differences(pair.entry, pair.detail, last, erased))
        except _UNREADABLE:
            pass
    return [Fault(seq, None, _("isi catatan ini diubah, barisnya tidak dapat dibaca lagi"))]


def _differences(
    entry: JournalEntry, detail: JournalDetail | None, last: ChainHead, erased: frozenset[int]
) -> Iterator[Fault]:
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


def _entries(session: Session) -> Iterator[tuple[int, _Pair | None]]:
    """The numbers of all entries in order with their rows, a slice in memory at a time; None: cannot be read."""
    last: int | None = None
    while True:
        seqs = session.scalars(_NUMBERS if last is None else _NUMBERS.where(JournalEntry.seq > last)).all()
        try:
            found: dict[int, _Pair | None] = {**_pairs(session, seqs)}
        except _UNREADABLE:
            found = {seq: _pair_alone(session, seq) for seq in seqs}
        for seq in seqs:
            yield seq, found.get(seq)
        if len(seqs) < _SLICE:
            return
        last = seqs[-1]
        for pair in found.values():
            for item in pair or ():
                if item is not None:
                    session.expunge(item)


_NUMBERS = sa.select(JournalEntry.seq).order_by(JournalEntry.seq).limit(_SLICE)
_ROWS = (
    sa.select(JournalEntry, JournalDetail)
    .outerjoin(JournalDetail, JournalDetail.seq == JournalEntry.seq)
    .where(JournalEntry.seq.in_(sa.bindparam("seqs", expanding=True)))
)


def _pairs(session: Session, seqs: Sequence[int]) -> dict[int, _Pair]:
    rows = session.execute(_ROWS, {"seqs": seqs}, execution_options={"populate_existing": True})
    return {row.JournalEntry.seq: _Pair(row.JournalEntry, row.JournalDetail) for row in rows}


def _pair_alone(session: Session, seq: int) -> _Pair | None:
    try:
        return _pairs(session, [seq]).get(seq)
    except _UNREADABLE:
        return None


def _hash_of(session: Session, seq: int, pair: _Pair | None) -> str:
    """The hash to which the next entry must link, also of a row that cannot be read as a whole."""
    found: Any = pair.entry.hash if pair else session.scalar(_HASH, {"seq": seq})
    return found if isinstance(found, str) else ""


_HASH = sa.select(JournalEntry.hash).where(JournalEntry.seq == sa.bindparam("seq"))


def _erased(session: Session) -> frozenset[int]:
    """Numbers of the entries that lost their values by an erasure.

    Only an erasure whose own values are under its digest counts; its entry is checked like all others.
    """
    found: set[int] = set()
    for seq in session.scalars(_ERASURES):
        pair = _pair_alone(session, seq)
        try:
            if pair and pair.detail and detail_digest(pair.detail.salt, pair.detail.values) == pair.entry.digest:
                found.update(_numbers_in(pair.detail.values))
        except _UNREADABLE:
            continue  # named when its turn comes
    return frozenset(found)


_ERASURES = sa.select(JournalEntry.seq).where(JournalEntry.kind == ValuesErased.kind).order_by(JournalEntry.seq)


def _numbers_in(values: Any) -> Iterable[int]:
    seqs = values.get("seqs") if isinstance(values, dict) else None
    return [seq for seq in seqs if type(seq) is int] if isinstance(seqs, list) else ()


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
    elif type(row.seq) is not int:
        yield Fault(found.seq, None, _("kepala rantai tidak dapat dibaca lagi"))
    elif row.seq > found.seq:
        yield Fault(found.seq + 1, None, _gap(found.seq + 1, row.seq))
    elif (row.seq, row.hash) != (found.seq, found.hash):
        yield Fault(found.seq, None, _("ujung rantai tidak sama dengan kepala rantai yang tersimpan"))
