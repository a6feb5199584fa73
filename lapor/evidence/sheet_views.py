"""The Lembar Disposisi in pages: print one or all that wait, see how it stands."""

from typing import Any

from flask import Response, current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from lapor.complaints.models import Complaint
from lapor.core import clock
from lapor.core.db import db, lock, transaction
from lapor.core.errors import NotAllowed, NotFound, Refusal
from lapor.dispositions.labels import RECORD_STATE, RECORD_TONE
from lapor.dispositions.models import Disposition
from lapor.dispositions.queries import NOT_FOUND, load_disposition
from lapor.dispositions.rules import RecordState
from lapor.dispositions.views import is_prefetch, load, note_reading
from lapor.documents.filing import file_of, head_of
from lapor.documents.models import Document
from lapor.evidence import sheet as sheets
from lapor.evidence.models import DispositionSheet, SheetRecord
from lapor.evidence.paper import PaperSheet, paper_sheet, sheets_pdf
from lapor.evidence.queries import (
    latest_sheet,
    owed_of_agencies,
    records_of_disposition,
)
from lapor.evidence.views import bp
from lapor.journal.rules import ChainHead
from lapor.policy import Actor, Permission, scope_of
from lapor.web.addresses import key_of
from lapor.web.downloads import send_bytes
from lapor.web.guards import current_actor, requires

__all__ = ["bp"]

PRINT = Permission.SHEET_PRINT
RECORD = Permission.SHEET_RECORD
REVIEW = Permission.SHEET_REVIEW
MAX_AT_ONCE = 20


def reader(disposition_id: int) -> tuple[Actor, Disposition, Complaint]:
    """The person, the order and its complaint; raises NotFound for who may not read the complaint."""
    actor, disposition, complaint, may_read = load(disposition_id)
    if not may_read:
        raise NotFound(NOT_FOUND)
    return actor, disposition, complaint


def _paper(document: Document, head: ChainHead) -> PaperSheet:
    return paper_sheet(
        document,
        head,
        base_url=current_app.config["LAPOR_BASE_URL"],
        province=current_app.config["LAPOR_PROVINCE"],
    )


@bp.get("/disposisi/<int:disposition_id>/lembar")
@requires(PRINT, REVIEW)
def sheet_page(disposition_id: int) -> str:
    """The sheet of a disposition: printed, photographed, and how it stands."""
    actor, disposition, complaint = reader(disposition_id)
    session = db.session()
    last = latest_sheet(session, disposition_id)
    document = session.get_one(Document, last.document_id) if last else None
    agencies = {disposition.agency_id, disposition.head_agency_id}
    may = {
        permission: any(power.agency_id in agencies and power.grants(permission) for power in actor.powers)
        for permission in (PRINT, RECORD)
    }
    page = render_template(
        "documents/sheet.html" if document else "evidence/sheet_page.html",
        layout="evidence/sheet_page.html",
        title=_("Lembar Disposisi"),
        papers=[_paper(document, head_of(document))] if document else [],
        size="a5",
        complaint=complaint,
        disposition=disposition,
        sheet=last,
        records=records_of_disposition(session, disposition_id),
        states=RECORD_STATE,
        tones=RECORD_TONE,
        draft=RecordState.DRAFT,
        may_print=may[PRINT] and disposition.is_owed,
        may_record=may[RECORD] and disposition.is_owed,
    )
    note_reading(complaint, "sheet", actor)
    return page


@bp.post("/disposisi/<int:disposition_id>/lembar")
@requires(PRINT)
def print_sheet(disposition_id: int) -> Any:
    """Make a sheet with its own code and show its file."""
    actor, _disposition, complaint = reader(disposition_id)
    try:
        with transaction() as session:
            made = sheets.print_sheet(
                session, lock(session, Disposition, disposition_id), actor=actor, now=clock.now()
            )
            key = made.id
    except NotAllowed:
        raise
    except Refusal as refusal:
        flash(refusal.sentence, "soon")
        return redirect(url_for("desk.show_complaint", complaint_id=complaint.id), code=303)
    return redirect(url_for("evidence.sheet_file", sheet_id=key), code=303)


@bp.get("/disposisi/lembar/<int:sheet_id>.pdf")
@requires(PRINT)
def sheet_file(sheet_id: int) -> Response:
    """One sheet on A5, the same bytes each time."""
    actor, _sheet, document, complaint = _sheet_for_print(db.session(), sheet_id)
    name = f"lembar-disposisi-{complaint.reference.lstrip('#')}.pdf"
    if is_prefetch():
        return send_bytes(b"", name, "application/pdf", inline=True)

    def render(found: Document, head: ChainHead) -> bytes:
        title = f"{found.title} {found.content['reference']}"
        return sheets_pdf([_paper(found, head)], title=title, identifier=found.code, created=found.made_at)

    data = file_of(document, render, store=current_app.extensions["lapor_store"], actor=actor, now=clock.now())
    note_reading(complaint, "sheet", actor)
    return send_bytes(data, name, "application/pdf", inline="unduh" not in request.args)


def _sheet_for_print(session: Session, sheet_id: int) -> tuple[Actor, DispositionSheet, Document, Complaint]:
    found = session.get(DispositionSheet, sheet_id)
    if found is None:
        raise NotFound(_("Lembar ini tidak ada, atau bukan untuk OPD Anda."))
    actor, disposition, complaint = reader(found.disposition_id)
    sheets.need_print(actor, disposition)
    return actor, found, session.get_one(Document, found.document_id), complaint


@bp.post("/disposisi/lembar/cetak")
@requires(PRINT)
def print_all_sheets() -> Any:
    """Sheets of everything that waits for the head of the person's agencies, two on a page."""
    actor = current_actor()
    agencies = sorted({power.agency_id for power in actor.powers if power.grants(PRINT)})
    waiting = owed_of_agencies(db.session(), agencies, limit=MAX_AT_ONCE)
    if not waiting:
        flash(_("Tidak ada aduan yang menunggu, jadi tidak ada lembar yang perlu dicetak."), "info")
        return redirect(url_for("home.start"), code=303)
    with transaction() as session:
        made = [
            sheets.print_sheet(session, lock(session, Disposition, key), actor=actor, now=clock.now()).id
            for key in waiting
            if load_disposition(session, key, scope_of(actor))[2]
        ]
    return redirect(url_for("evidence.sheets_file", lembar=made), code=303)


@bp.get("/disposisi/lembar/cetak.pdf")
@requires(PRINT)
def sheets_file() -> Response:
    """Several sheets on A4, two beside each other, to be cut."""
    session = db.session()
    keys = [key for key in map(key_of, request.args.getlist("lembar")[:MAX_AT_ONCE]) if key]
    if not keys:
        raise NotFound(_("Tidak ada lembar yang dipilih."))
    found = [_sheet_for_print(session, key) for key in dict.fromkeys(keys)]
    papers = [_paper(document, head_of(document)) for _actor, _row, document, _complaint in found]
    newest = max((document for _actor, _row, document, _complaint in found), key=lambda item: item.id)
    data = sheets_pdf(
        papers,
        title=_("Lembar Disposisi"),
        identifier=newest.code,
        created=newest.made_at,
        size="a4-wide",
    )
    for actor, _row, _document, complaint in found:
        note_reading(complaint, "sheet", actor)
    return send_bytes(data, "lembar-disposisi.pdf", "application/pdf", inline="unduh" not in request.args)


def sheet_file_guard(session: Session, actor: Actor, stored: Any) -> None:
    """Who may open the photo of a sheet: whoever reads the complaint and prints, records or reviews sheets."""
    found = session.get(SheetRecord, stored.subject_id)
    if found is None:
        raise NotFound(NOT_FOUND)
    disposition, complaint, may_read = load_disposition(session, found.disposition_id, scope_of(actor))
    agencies = (disposition.agency_id, disposition.head_agency_id)
    if not may_read or not any(
        actor.power_for(permission, agency_id) for permission in (PRINT, RECORD, REVIEW) for agency_id in agencies
    ):
        raise NotFound(NOT_FOUND)
    note_reading(complaint, "file", actor)
