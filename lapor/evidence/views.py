"""The Tanda Bukti Diketahui Pimpinan as a file and as a page, and what was shown when the head acknowledged."""

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, current_app, render_template, request, url_for
from flask_babel import gettext as _

from lapor.complaints.models import Complaint
from lapor.core import clock
from lapor.core.db import db, transaction
from lapor.core.errors import NotAllowed
from lapor.dispositions.labels import WAY
from lapor.dispositions.models import Acknowledgement, Disposition
from lapor.dispositions.views import is_prefetch, load, note_reading
from lapor.documents.filing import file_of, head_of
from lapor.documents.models import Document
from lapor.documents.rules import content_digest, grouped, short_digest
from lapor.evidence.paper import canonical_rows, paper_proof, proof_html, proof_pdf
from lapor.evidence.proof import (
    chosen,
    ensure_proof,
    find_proof,
    holds,
    list_acknowledgements,
    shown_matches,
)
from lapor.evidence.queries import record_of
from lapor.journal.rules import ChainHead, anchor_words
from lapor.policy import Actor, Permission
from lapor.web.addresses import key_of
from lapor.web.downloads import send_bytes
from lapor.web.guards import requires

bp = Blueprint("evidence", __name__)

VIEW = Permission.PROOF_VIEW


@dataclass(frozen=True)
class _Proof:
    """One statement with its paper, and how this reader may see it."""

    actor: Actor
    complaint: Complaint
    acknowledgement: Acknowledgement
    document: Document
    masked_copy: bool


def need_viewer(actor: Actor, disposition: Disposition) -> None:
    """Raise NotAllowed unless ``actor`` may see the proofs of this disposition (provincial roles: of each)."""
    if not any(actor.power_for(VIEW, agency_id) for agency_id in (disposition.agency_id, disposition.head_agency_id)):
        raise NotAllowed("Tanda bukti hanya untuk OPD yang menangani, koordinator, dan Inspektorat.")


def _load_proof(disposition_id: int) -> _Proof:
    actor, disposition, complaint, may_read = load(disposition_id)
    need_viewer(actor, disposition)
    session = db.session()
    wanted = key_of(request.args.get("pernyataan", "")) or None
    acknowledgement = chosen(list_acknowledgements(session, disposition_id), wanted)
    document = find_proof(session, acknowledgement.id)
    if document is None:
        key = acknowledgement.id
        with transaction() as writing:  # given before there was a register
            old = writing.get_one(Acknowledgement, key)
            document_id = ensure_proof(writing, old, actor=actor, now=clock.now()).id
        document = db.session().get_one(Document, document_id)
    return _Proof(
        actor,
        complaint,
        acknowledgement,
        document,
        masked_copy=not may_read and not document.content["is_withheld"],
    )


@bp.get("/disposisi/<int:disposition_id>/ketahui.pdf")
@requires(VIEW)
def proof_file(disposition_id: int) -> Response:
    """The Tanda Bukti: the same bytes for every reader and every time."""
    proof = _load_proof(disposition_id)
    base_url, province = current_app.config["LAPOR_BASE_URL"], current_app.config["LAPOR_PROVINCE"]
    name = f"tanda-bukti-{proof.complaint.reference.lstrip('#')}.pdf"
    if is_prefetch():
        return send_bytes(b"", name, "application/pdf", inline=True)

    def render(document: Document, head: ChainHead) -> bytes:
        return proof_pdf(document, head, base_url=base_url, province=province)

    if proof.masked_copy:
        data = proof_pdf(
            proof.document, head_of(proof.document), base_url=base_url, province=province, masked_copy=True
        )
    else:
        data = file_of(
            proof.document,
            render,
            store=current_app.extensions["lapor_store"],
            actor=proof.actor,
            now=clock.now(),
        )
    note_reading(proof.complaint, "proof", proof.actor)
    return send_bytes(data, name, "application/pdf", inline="unduh" not in request.args)


@bp.get("/disposisi/<int:disposition_id>/tanda-bukti")
@requires(VIEW)
def proof_page(disposition_id: int) -> str:
    """The Tanda Bukti as a page."""
    proof = _load_proof(disposition_id)
    paper = paper_proof(
        proof.document,
        head_of(proof.document),
        base_url=current_app.config["LAPOR_BASE_URL"],
        province=current_app.config["LAPOR_PROVINCE"],
        masked_copy=proof.masked_copy,
    )
    page = proof_html(
        paper,
        "documents/screen.html",
        complaint=proof.complaint,
        document=proof.document,
        paper_name=_("Tanda bukti"),
        file_url=url_for(
            "evidence.proof_file",
            disposition_id=disposition_id,
            pernyataan=proof.acknowledgement.id,
            unduh=1,
        ),
    )
    note_reading(proof.complaint, "proof", proof.actor)
    return page


@bp.get("/disposisi/<int:disposition_id>/bukti")
@requires(VIEW)
def show(disposition_id: int) -> str:
    """What was shown when the head acknowledged, with its digest made again; times only for whom it is closed."""
    actor, disposition, complaint, may_read = load(disposition_id)
    need_viewer(actor, disposition)
    session = db.session()
    lines: list[dict[str, Any]] = []
    for item in reversed(list_acknowledgements(session, disposition_id)):
        document = find_proof(session, item.id)
        lines.append(
            {
                "row": item,
                "holds": holds(item),
                "way": WAY[item.way],
                "rows": canonical_rows(item.shown) if may_read else [],
                "digest": grouped(item.digest.upper()),
                "matches": shown_matches(item),
                "document": document,
                "document_matches": document is not None and content_digest(document.content) == document.digest,
                "document_digest": short_digest(document.digest) if document else None,
                "anchor": anchor_words(head_of(document)) if document else None,
                "record": record_of(session, item.id),
            }
        )
    page = render_template(
        "evidence/show.html",
        complaint=complaint,
        disposition=disposition,
        may_read=may_read,
        lines=lines,
    )
    if may_read:
        note_reading(complaint, "evidence", actor)
    return page
