"""Whether statements and papers still say what the journal sealed when they were made.

The chain guards its own tables only. What people read (``acknowledgement``, ``document``) are copies beside it, and
somebody with the database in his hands edits those first.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from sqlalchemy.orm import Session

from lapor.complaints.models import Complaint
from lapor.core.clock import local_day
from lapor.core.wording import number
from lapor.dispositions.acknowledging import digest_of
from lapor.dispositions.events import Acknowledged, AcknowledgementSuperseded, Returned, SheetRefused
from lapor.dispositions.models import Acknowledgement, Disposition
from lapor.dispositions.rules import Way
from lapor.documents.events import DocumentCancelled, DocumentPrinted, DocumentRegistered, DocumentSuperseded
from lapor.documents.models import Document
from lapor.documents.queries import is_link
from lapor.documents.rules import code_digest, content_digest
from lapor.evidence.proof import SUBJECT
from lapor.journal.models import JournalDetail, JournalEntry
from lapor.journal.rules import detail_digest

_SLICE = 300
# what loading a row raises whose columns hold something else than their types promise (SQLite stores anything)
_UNREADABLE = (ValueError, TypeError, AttributeError, LookupError, OverflowError, sa.exc.DBAPIError)
_GENERATED = "0" * 64
"""What `flask lapor generate` writes for a digest: its load has no story, and production refuses it."""


class Sealed(NamedTuple):
    """A fact whose values are under the digest in the chain; ``values`` None: they were erased."""

    seq: int
    at: datetime
    kind: str
    person_id: int | None
    subject_id: int
    complaint_id: int | None
    values: dict[str, Any] | None


def mismatches(session: Session, *, with_generated: bool = False) -> Iterator[str]:
    """Each statement and each paper that differs from its fact, as a sentence that names what differs.

    Reads slices of a few hundred rows. The chain itself is checked before (``journal.verifying``): here a fact counts
    when its values are under its own digest. What was erased by law is not compared. ``with_generated``: rows of the
    fictional load, which have no facts, are passed over.
    """
    for ids in _slices(session, Disposition.id):
        yield from _checked(session, ids, lambda s, part: _statements(s, part, with_generated), _lost_statement)
    yield from _without_subject(session, _STATED, "disposition", Disposition.id, _("disposisi"))
    for ids in _slices(session, Document.id):
        yield from _checked(session, ids, _papers, _lost_paper)
    yield from _without_subject(session, (DocumentRegistered.kind,), "document", Document.id, _("dokumen"))


_STATED = (Acknowledged.kind, AcknowledgementSuperseded.kind)
_OF_ORDERS = (*_STATED, Returned.kind, SheetRefused.kind)
_OF_PAPERS = (DocumentRegistered.kind, DocumentPrinted.kind, DocumentSuperseded.kind, DocumentCancelled.kind)

_NAMES = {
    "person_name": lazy_gettext("nama"),
    "person_id": lazy_gettext("orang"),
    "post_title": lazy_gettext("jabatan"),
    "capacity": lazy_gettext("kedudukan"),
    "order_number": lazy_gettext("surat perintah"),
    "way": lazy_gettext("cara"),
    "means": lazy_gettext("cara memastikan orangnya"),
    "device": lazy_gettext("perangkat"),
    "in_list": lazy_gettext("dibaca dalam daftar"),
    "opened_at": lazy_gettext("waktu dibuka"),
    "acknowledged_at": lazy_gettext("waktu diketahui"),
    "acknowledged_on": lazy_gettext("tanggal diketahui"),
    "digest": lazy_gettext("sidik yang dibaca"),
    "shown": lazy_gettext("isi yang dibaca"),
    "instruction": lazy_gettext("arahan"),
    "superseded_by_id": lazy_gettext("penggantinya"),
    "voided_at": lazy_gettext("penolakannya"),
    "void_reason": lazy_gettext("alasan penolakan"),
    "content": lazy_gettext("isi"),
    "document_digest": lazy_gettext("sidik dokumen"),
    "code": lazy_gettext("kode"),
    "kind": lazy_gettext("jenis"),
    "complaint_id": lazy_gettext("aduan"),
    "file_sha256": lazy_gettext("sidik berkas"),
    "cancelled_at": lazy_gettext("pembatalan"),
    "chain_seq": lazy_gettext("mata rantai"),
}


def _named(fields: Iterable[str]) -> str:
    return ", ".join(str(_NAMES[field]) for field in dict.fromkeys(fields))


# --- slices of rows, and their facts -----------------------------------------------------------------------------


def _slices(session: Session, key: Any) -> Iterator[Sequence[int]]:
    statement = sa.select(key).order_by(key).limit(_SLICE)
    ids: Sequence[int] = session.scalars(statement).all()
    while ids:
        yield ids
        ids = session.scalars(statement.where(key > ids[-1])).all()


def _checked(
    session: Session,
    ids: Sequence[int],
    check: Callable[[Session, Sequence[int]], Iterator[str]],
    lost: Callable[[int], str],
) -> list[str]:
    """What ``check`` finds in these rows; one by one where a row among them cannot be read."""
    try:
        return list(check(session, ids))
    except _UNREADABLE:
        if len(ids) == 1:
            return [lost(ids[0])]
        return [words for key in ids for words in _checked(session, [key], check, lost)]


def _lost_statement(key: int) -> str:
    return str(_("Pernyataan mengetahui pada disposisi nomor %(key)s tidak dapat dibaca lagi", key=number(key)))


def _lost_paper(key: int) -> str:
    return str(_("Dokumen nomor %(key)s tidak dapat dibaca lagi", key=number(key)))


_SUBJECTS: sa.BindParameter[Sequence[int]] = sa.bindparam("subjects", expanding=True)
_KINDS: sa.BindParameter[Sequence[str]] = sa.bindparam("kinds", expanding=True)
_FACTS = (
    sa.select(
        JournalEntry.seq,
        JournalEntry.at,
        JournalEntry.kind,
        JournalEntry.person_id,
        JournalEntry.subject_id,
        JournalEntry.complaint_id,
        JournalEntry.digest,
        JournalDetail.salt,
        JournalDetail.values,
    )
    .outerjoin(JournalDetail, JournalDetail.seq == JournalEntry.seq)
    .where(
        JournalEntry.subject_kind == sa.bindparam("subject_kind"),
        JournalEntry.subject_id.in_(_SUBJECTS),
        JournalEntry.kind.in_(_KINDS),
    )
    .order_by(JournalEntry.seq)
)


def _facts(session: Session, subject_kind: str, ids: Sequence[int], kinds: Sequence[str]) -> dict[int, list[Sealed]]:
    """The facts about these subjects, oldest first."""
    found: dict[int, list[Sealed]] = defaultdict(list)
    for row in session.execute(_FACTS, {"subject_kind": subject_kind, "subjects": ids, "kinds": kinds}):
        holds = row.salt is not None and detail_digest(row.salt, row.values) == row.digest
        values = row.values if holds and isinstance(row.values, dict) else None
        fact = Sealed(row.seq, row.at, row.kind, row.person_id, row.subject_id, row.complaint_id, values)
        found[row.subject_id].append(fact)
    return found


def _without_subject(
    session: Session, kinds: Sequence[str], subject_kind: str, key: Any, words: str
) -> Iterator[str]:
    """Facts whose row is gone altogether."""
    rows = session.execute(
        sa.select(JournalEntry.seq, JournalEntry.subject_id)
        .outerjoin(key.class_, key == JournalEntry.subject_id)
        .where(JournalEntry.kind.in_(kinds), JournalEntry.subject_kind == subject_kind, key.is_(None))
        .order_by(JournalEntry.seq)
    )
    for row in rows:
        yield _(
            "Catatan %(seq)s menyebut %(words)s nomor %(key)s yang tidak ada lagi",
            seq=number(row.seq),
            words=words,
            key=number(row.subject_id) if type(row.subject_id) is int else row.subject_id,
        )


def _same_instant(one: Any, other: Any) -> bool:
    first, second = (datetime.fromisoformat(item) if isinstance(item, str) else item for item in (one, other))
    return bool(first == second)


# --- statements --------------------------------------------------------------------------------------------------


def _statements(session: Session, ids: Sequence[int], with_generated: bool) -> Iterator[str]:
    facts = _facts(session, "disposition", ids, _OF_ORDERS)
    given: dict[int, list[Acknowledgement]] = defaultdict(list)
    for row in session.scalars(
        sa.select(Acknowledgement)
        .where(Acknowledgement.disposition_id.in_(ids))
        .order_by(Acknowledgement.id)
        .execution_options(populate_existing=True)
    ):
        given[row.disposition_id].append(row)
    orders = session.execute(
        sa.select(
            Disposition.id,
            Disposition.acknowledged_on,
            Complaint.tracking_id,
            Complaint.number,
        )
        .join(Complaint, Complaint.id == Disposition.complaint_id)
        .where(Disposition.id.in_(ids))
        .order_by(Disposition.id)
    ).all()
    for order in orders:
        reference = f"#{order.tracking_id}" if order.tracking_id else order.number
        known, told = given[order.id], facts[order.id]
        if with_generated and not told and any(row.digest == _GENERATED for row in known):
            continue
        yield from _of_order(known, told, reference)
        if not _fits(order.acknowledged_on, known):
            yield _(
                "Disposisi nomor %(key)s (aduan %(reference)s) tidak sesuai pernyataannya: tanggal diketahui",
                key=number(order.id),
                reference=reference,
            )
    for rows in given.values():
        for row in rows:
            session.expunge(row)


def _fits(day: Any, known: Sequence[Acknowledgement]) -> bool:
    """The order carries the day of its first statement that counts; of a refused one where it is owed no more."""
    if day is None:
        return all(row.voided_at is not None for row in known)
    standing = [row.acknowledged_on for row in known if row.voided_at is None][:1]
    return day in (standing + [row.acknowledged_on for row in known if row.voided_at is not None])


def _of_order(known: Sequence[Acknowledgement], told: Sequence[Sealed], reference: str) -> Iterator[str]:
    """The statements of one order against its facts."""
    is_whole = all(fact.values is not None for fact in told)
    by_id = {row.id: row for row in known}
    first_facts: dict[int, Sealed] = {}
    for fact in told:
        if fact.kind in _STATED and fact.values is not None:
            first_facts[int(fact.values["acknowledgement_id"])] = fact
    for key, fact in first_facts.items():
        if key not in by_id:
            yield _(
                "Pernyataan mengetahui nomor %(key)s (aduan %(reference)s) menurut catatan %(seq)s tidak ada lagi",
                key=number(key),
                reference=reference,
                seq=number(fact.seq),
            )
    for row in known:
        found = first_facts.get(row.id) or _returned_with(row, told)
        if found is None:
            if is_whole:
                yield _(
                    "Pernyataan mengetahui nomor %(key)s (aduan %(reference)s) tidak ada catatannya",
                    key=number(row.id),
                    reference=reference,
                )
            continue
        fields = list(_differing(row, found))
        if is_whole:
            fields += _settled(row, told)
        if fields:
            yield _statement_words(row.id, reference, found.seq, fields)


def _statement_words(key: int, reference: str, seq: int, fields: Iterable[str]) -> str:
    return str(
        _(
            "Pernyataan mengetahui nomor %(key)s (aduan %(reference)s) tidak sesuai catatan %(seq)s: %(fields)s",
            key=number(key),
            reference=reference,
            seq=number(seq),
            fields=_named(fields),
        )
    )


def _returned_with(row: Acknowledgement, told: Sequence[Sealed]) -> Sealed | None:
    """A head who returns a waiting complaint states with that very act that he knows."""
    return next((fact for fact in told if fact.kind == Returned.kind and fact.at == row.acknowledged_at), None)


_SAME = (
    ("person", "person_name"),
    ("post", "post_title"),
    ("order_number", "order_number"),
    ("way", "way"),
    ("digest", "digest"),
    ("instruction", "instruction"),
)
_HOW = (("means", "means"), ("device", "device"), ("in_list", "in_list"))


def _differing(row: Acknowledgement, fact: Sealed) -> Iterator[str]:
    """The columns of a statement that are not what its fact says; what an older version did not seal is left out."""
    values = fact.values or {}
    for name, column in _SAME:
        if name in values and getattr(row, column) != values[name]:
            yield column
    # older versions wrote the three of a mandate into each other's place, and a password for the pen
    if isinstance(values.get("in_list"), bool):
        for name, column in _HOW:
            is_pen = name == "means" and row.way is Way.SHEET
            if name in values and not is_pen and getattr(row, column) != values[name]:
                yield column
    # a sheet was opened by nobody: when it was printed stands on its proof
    if values.get("opened_at") is not None and not _same_instant(row.opened_at, values["opened_at"]):
        yield "opened_at"
    if row.acknowledged_at != fact.at:
        yield "acknowledged_at"
    day = values.get("written_on") or local_day(fact.at).isoformat()
    if row.acknowledged_on.isoformat() != day:
        yield "acknowledged_on"
    if row.way is not Way.SHEET and row.person_id != fact.person_id:
        yield "person_id"
    if digest_of(row.shown) != row.digest:
        yield "shown"


def _settled(row: Acknowledgement, told: Sequence[Sealed]) -> Iterator[str]:
    """Whether it was replaced or refused just as the facts say."""
    by, refused = None, None
    for fact in told:
        values = fact.values or {}
        if fact.kind == AcknowledgementSuperseded.kind and values["superseded_id"] == row.id:
            by = values["acknowledgement_id"]
        elif fact.kind == SheetRefused.kind and values["acknowledgement_id"] == row.id:
            refused = fact
    if row.superseded_by_id != by:
        yield "superseded_by_id"
    if row.voided_at != (refused.at if refused else None):
        yield "voided_at"
    if row.void_reason != ((refused.values or {})["reason"] if refused else None):
        yield "void_reason"


# --- papers ------------------------------------------------------------------------------------------------------


def _papers(session: Session, ids: Sequence[int]) -> Iterator[str]:
    facts = _facts(session, "document", ids, _OF_PAPERS)
    papers = session.scalars(
        sa.select(Document)
        .where(Document.id.in_(ids))
        .order_by(Document.id)
        .execution_options(populate_existing=True)
    ).all()
    proofs = [paper.subject_id for paper in papers if paper.subject_kind == SUBJECT]
    stated = {
        row.Acknowledgement.id: row
        for row in session.execute(
            sa.select(Acknowledgement, Complaint.tracking_id, Complaint.number)
            .join(Disposition, Disposition.id == Acknowledgement.disposition_id)
            .join(Complaint, Complaint.id == Disposition.complaint_id)
            .where(Acknowledgement.id.in_(proofs))
            .execution_options(populate_existing=True)
        )
    }
    for paper in papers:
        told = facts[paper.id]
        registered = next((fact for fact in told if fact.kind == DocumentRegistered.kind), None)
        if registered is None:
            yield _("Dokumen nomor %(key)s tidak ada catatannya", key=number(paper.id))
            continue
        fields = list(_paper_differing(paper, registered, told))
        link = (paper.chain_seq, paper.chain_hash)
        if link != (None, None) and not is_link(*link):
            fields.append("chain_seq")
        if fields:
            yield _(
                "Dokumen nomor %(key)s tidak sesuai catatan %(seq)s: %(fields)s",
                key=number(paper.id),
                seq=number(registered.seq),
                fields=_named(fields),
            )
        elif paper.subject_kind == SUBJECT and registered.values is not None:
            row = stated.get(paper.subject_id)
            if row is None:
                yield _("Dokumen nomor %(key)s membuktikan pernyataan yang tidak ada lagi", key=number(paper.id))
                continue
            against = list(_against_proof(row.Acknowledgement, paper.content))
            if against:
                reference = f"#{row.tracking_id}" if row.tracking_id else row.number
                yield _statement_words(paper.subject_id, reference, registered.seq, against)
    for paper in papers:
        session.expunge(paper)
    for row in stated.values():
        session.expunge(row.Acknowledgement)


def _paper_differing(paper: Document, registered: Sealed, told: Sequence[Sealed]) -> Iterator[str]:
    values = registered.values
    if values is not None:
        if paper.digest != values["digest"]:
            yield "document_digest"
        if content_digest(paper.content) != values["digest"]:
            yield "content"
        if "code_digest" in values and code_digest(paper.code) != values["code_digest"]:
            yield "code"
        if paper.kind.value != values["document_kind"]:
            yield "kind"
    if paper.complaint_id != registered.complaint_id:
        yield "complaint_id"
    if any(fact.values is None for fact in told):
        return
    later = {fact.kind: fact for fact in told}
    for kind, name, column in (
        (DocumentPrinted.kind, "sha256", "file_sha256"),
        (DocumentSuperseded.kind, "by_id", "superseded_by_id"),
    ):
        fact = later.get(kind)
        if getattr(paper, column) != ((fact.values or {})[name] if fact else None):
            yield column
    for kind, column, named in (
        (DocumentSuperseded.kind, "superseded_at", "superseded_by_id"),
        (DocumentCancelled.kind, "cancelled_at", "cancelled_at"),
    ):
        if getattr(paper, column) != (later[kind].at if kind in later else None):
            yield named


_ON_PROOF = (
    ("person", "person_name"),
    ("post", "post_title"),
    ("capacity", "capacity"),
    ("order_number", "order_number"),
    ("way", "way"),
    ("means", "means"),
    ("device", "device"),
    ("shown_digest", "digest"),
)


def _against_proof(row: Acknowledgement, content: dict[str, Any]) -> Iterator[str]:
    """The columns of a statement that are not what its own proof, sealed by the journal, says."""
    for name, column in _ON_PROOF:
        if name in content and getattr(row, column) != content[name]:
            yield column
    for name in ("opened_at", "acknowledged_at"):
        if not _same_instant(getattr(row, name), content[name]):
            yield name
    if row.acknowledged_on.isoformat() != content["acknowledged_on"]:
        yield "acknowledged_on"
    if (row.instruction is not None) is not content["has_instruction"]:
        yield "instruction"
