"""The Lembar Disposisi in pages: print it, bring the photo in, write down what is on it, look at it."""

import hashlib
from collections.abc import Sequence
from typing import Any

from flask import Response, current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from lapor.complaints.models import Complaint
from lapor.complaints.rules import ReportClass, masked
from lapor.core import clock
from lapor.core.db import db, lock, transaction
from lapor.core.errors import Invalid, NotAllowed, NotFound, Refusal
from lapor.dispositions import sheet as sheets
from lapor.dispositions import sheet_recording, sheet_reviewing
from lapor.dispositions.acknowledging import PassOn, digest_of
from lapor.dispositions.labels import RECORD_STATE, RECORD_TONE
from lapor.dispositions.models import Acknowledgement, Disposition
from lapor.dispositions.proof_paper import PaperSheet, paper_sheet, sheets_pdf
from lapor.dispositions.queries import NOT_FOUND, load_disposition
from lapor.dispositions.rules import COUNTING, MatchedBy, RecordState
from lapor.dispositions.sheet_forms import RefuseSheetForm, SheetPhotoForm, SheetRecordForm
from lapor.dispositions.sheet_models import DispositionSheet, SheetRecord
from lapor.dispositions.sheet_queries import (
    count_records,
    latest_sheet,
    list_records,
    owed_of_agencies,
    records_of_disposition,
)
from lapor.dispositions.views import bp, is_prefetch, load, note_reading
from lapor.documents.filing import file_of, head_of
from lapor.documents.models import Document
from lapor.documents.rules import read_code
from lapor.files.barcodes import qr_texts
from lapor.files.joining import photos_as_pdf
from lapor.files.queries import list_files
from lapor.files.rules import REFUSED_KIND, MediaType
from lapor.files.services import CheckedUpload, check_upload, store_upload
from lapor.journal.rules import ChainHead
from lapor.offices.queries import list_posts
from lapor.policy import Actor, Permission, Role, scope_of
from lapor.web import paging
from lapor.web.addresses import key_of
from lapor.web.downloads import send_bytes
from lapor.web.forms import add_refusal
from lapor.web.guards import current_actor, requires

__all__ = ["bp"]

PRINT = Permission.SHEET_PRINT
RECORD = Permission.SHEET_RECORD
REVIEW = Permission.SHEET_REVIEW
MAX_PHOTOS = 6
MAX_AT_ONCE = 20
_ONLY_PHOTOS = "Unggah foto (JPEG atau PNG) atau PDF hasil pindai."
PICTURES = frozenset({MediaType.JPEG, MediaType.PNG})


def _reader(disposition_id: int) -> tuple[Actor, Disposition, Complaint]:
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


# --- printing --------------------------------------------------------------------------------------------------


@bp.get("/disposisi/<int:disposition_id>/lembar")
@requires(PRINT, REVIEW)
def sheet_page(disposition_id: int) -> str:
    """The sheet of a disposition: printed, photographed, and how it stands."""
    actor, disposition, complaint = _reader(disposition_id)
    session = db.session()
    last = latest_sheet(session, disposition_id)
    document = session.get_one(Document, last.document_id) if last else None
    agencies = {disposition.agency_id, disposition.head_agency_id}
    may = {
        permission: any(power.agency_id in agencies and power.grants(permission) for power in actor.powers)
        for permission in (PRINT, RECORD)
    }
    page = render_template(
        "documents/sheet.html" if document else "dispositions/sheet_page.html",
        layout="dispositions/sheet_page.html",
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
    actor, _disposition, complaint = _reader(disposition_id)
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
    return redirect(url_for("dispositions.sheet_file", sheet_id=key), code=303)


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
    actor, disposition, complaint = _reader(found.disposition_id)
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
    return redirect(url_for("dispositions.sheets_file", lembar=made), code=303)


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


# --- bringing the photo in -------------------------------------------------------------------------------------


@bp.route("/disposisi/lembar/unggah", methods=["GET", "POST"])
@requires(RECORD)
def upload_sheet() -> Any:
    """A photo of any sheet of the agency: its QR mark says which complaint it is."""
    return _upload(None)


@bp.route("/disposisi/<int:disposition_id>/lembar/unggah", methods=["GET", "POST"])
@requires(RECORD)
def upload_sheet_of(disposition_id: int) -> Any:
    """A photo of the sheet of this complaint."""
    actor, disposition, _complaint = _reader(disposition_id)
    sheet_recording.need_record(actor, disposition)
    return _upload(disposition_id)


def _upload(disposition_id: int | None) -> Any:
    actor = current_actor()
    form = SheetPhotoForm()
    if form.validate_on_submit():
        try:
            key = _take(form, disposition_id, actor)
        except Refusal as refusal:
            # whose sheet it is may not be told to another agency
            add_refusal(form, _hidden(refusal) if isinstance(refusal, NotAllowed | NotFound) else refusal)
        else:
            return redirect(url_for("dispositions.record_sheet", record_id=key), code=303)
    complaint = load(disposition_id)[2] if disposition_id is not None else None
    page = render_template("dispositions/sheet_upload.html", form=form, complaint=complaint)
    return (page, 422) if form.errors else page


def _hidden(_refusal: Refusal) -> Invalid:
    return Invalid(_("Lembar ini bukan lembar disposisi OPD Anda. Periksa fotonya."), field="photos")


def _take(form: SheetPhotoForm, disposition_id: int | None, actor: Actor) -> int:
    uploads = _checked(form)
    code, matched_by = _code(form, uploads)
    kept = _one_file(uploads)
    photos = sheet_recording.Photos(
        store_upload(kept, current_app.extensions["lapor_store"]),
        tuple(hashlib.sha256(item.data).hexdigest() for item in uploads),
    )
    with transaction() as session:
        found = sheet_recording.sheet_of_code(session, code)
        if not load_disposition(session, found.disposition_id, scope_of(actor))[2]:
            raise NotFound(NOT_FOUND)
        made = sheet_recording.take_photos(
            session,
            found,
            expected=disposition_id,
            matched_by=matched_by,
            photos=photos,
            actor=actor,
            now=clock.now(),
        )
        return made.id


def _checked(form: SheetPhotoForm) -> list[CheckedUpload]:
    given = [item for item in form.photos.data or [] if item and item.filename]
    if not given:
        raise Invalid(_("Pilih foto lembar disposisi yang sudah ditandatangani."), field="photos")
    if len(given) > MAX_PHOTOS:
        raise Invalid(_("Paling banyak %(count)s foto untuk satu lembar.", count=MAX_PHOTOS), field="photos")
    uploads = []
    for item in given:
        try:
            uploads.append(check_upload(item.read(), item.filename or ""))
        except Invalid as refusal:
            unwanted = refusal.sentence == REFUSED_KIND
            raise Invalid(_ONLY_PHOTOS if unwanted else refusal.sentence, field="photos") from refusal
    kinds = {item.media_type for item in uploads}
    if not kinds <= {*PICTURES, MediaType.PDF}:
        raise Invalid(_ONLY_PHOTOS, field="photos")
    if MediaType.PDF in kinds and len(uploads) > 1:
        raise Invalid(_("Pilih satu PDF saja, atau beberapa foto."), field="photos")
    return uploads


def _code(form: SheetPhotoForm, uploads: Sequence[CheckedUpload]) -> tuple[str, MatchedBy]:
    """The code of the sheet: from the QR mark, else as typed."""
    typed = read_code(form.code.data or "")
    if form.code.data and typed is None:
        raise Invalid(
            _("Kode ini belum lengkap atau salah tulis. Kode terdiri atas 26 huruf dan angka."), field="code"
        )
    texts = [text for item in uploads for text in qr_texts(item.data, item.media_type)]
    found = list(dict.fromkeys(code for code in map(read_code, texts) if code))
    if len(found) > 1:
        raise Invalid(_("Pada foto ini ada lebih dari satu lembar. Foto dan unggah satu per satu."), field="photos")
    if found and typed and found[0] != typed:
        raise Invalid(_("Kode yang diketik berbeda dari tanda QR pada foto. Periksa keduanya."), field="code")
    if found:
        return found[0], MatchedBy.QR
    if typed:
        return typed, MatchedBy.TYPED
    raise Invalid(
        _(
            "Tanda QR pada foto tidak terbaca. Foto ulang dengan terang dan utuh, atau pilih fotonya sekali lagi dan "
            "ketik kodenya di sini."
        ),
        field="code",
    )


def _one_file(uploads: Sequence[CheckedUpload]) -> CheckedUpload:
    if len(uploads) == 1:
        return uploads[0]
    joined = photos_as_pdf([item.data for item in uploads], title=_("Lembar Disposisi"))
    return CheckedUpload(joined, "lembar-disposisi.pdf", MediaType.PDF)


# --- writing down what is on it --------------------------------------------------------------------------------


@bp.route("/disposisi/lembar/catat/<int:record_id>", methods=["GET", "POST"])
@requires(RECORD)
def record_sheet(record_id: int) -> Any:
    """Date, signature and ticks of a photographed sheet."""
    session = db.session()
    found = session.get(SheetRecord, record_id)
    if found is None:
        raise NotFound(_("Foto lembar ini tidak ada, atau bukan untuk OPD Anda."))
    actor, disposition, complaint = _reader(found.disposition_id)
    sheet_recording.need_record(actor, disposition)
    if found.state is not RecordState.DRAFT:
        flash(_("Foto lembar ini sudah dicatat atau diganti dengan foto lain."), "info")
        return redirect(url_for("dispositions.sheet_page", disposition_id=disposition.id), code=303)
    disposition_id = disposition.id
    form = _record_form(session, found, disposition, complaint, actor)
    if form.validate_on_submit():
        try:
            _record(form, record_id, disposition_id, actor)
        except NotAllowed:
            raise
        except Refusal as refusal:
            add_refusal(form, refusal)
        else:
            flash(_("Tercatat sebagai diketahui melalui lembar disposisi. Koordinator akan melihat fotonya."), "good")
            return redirect(url_for("desk.show_complaint", complaint_id=complaint.id), code=303)
    session = db.session()
    found = session.get_one(SheetRecord, record_id)
    complaint = load(disposition_id)[2]
    page = render_template(
        "dispositions/sheet_record.html",
        form=form,
        record=found,
        complaint=complaint,
        sheet=session.get_one(DispositionSheet, found.sheet_id),
        file=_file_of(session, found),
        is_picture=_is_picture(session, found),
        masked=masked,
    )
    note_reading(complaint, "sheet", actor)
    return (page, 422) if form.errors else page


def _record_form(
    session: Session, found: SheetRecord, disposition: Disposition, complaint: Complaint, actor: Actor
) -> SheetRecordForm:
    printed = session.get_one(DispositionSheet, found.sheet_id)
    signers = sheet_recording.possible_signers(session, printed, disposition, actor.day)
    posts = list_posts(session, disposition.agency_id, [Role.LIAISON, Role.UNIT])
    return SheetRecordForm().prepare(
        signers=[(item.assignment_id, f"{item.post_words}, {item.person_name}") for item in signers],
        posts=[(post.id, post.title) for post in posts],
        needs_call=complaint.report_class is ReportClass.SUPERVISORY,
    )


def _record(form: SheetRecordForm, record_id: int, disposition_id: int, actor: Actor) -> None:
    phone = None
    if "phone_confirmed" in form and form.phone_confirmed.data:
        called_at = form.called_at()
        if called_at is None:
            raise Invalid(_("Isi tanggal dan pukul telepon."), field="phone_on")
        phone = sheet_recording.PhoneCall(form.phone_name.data or "", called_at)
    with transaction() as session:
        lock(session, Disposition, disposition_id)
        sheet_recording.acknowledge_by_sheet(
            session,
            lock(session, SheetRecord, record_id),
            written_on=form.written_on.data,
            signer_assignment_id=form.signer.data,
            instruction=form.words(),
            pass_on=PassOn(tuple(form.pass_to.data or ()), form.pass_label.data or ""),
            phone=phone,
            actor=actor,
            now=clock.now(),
        )


def _file_of(session: Session, found: SheetRecord) -> Any:
    files = list_files(session, sheet_recording.RECORD_FILES, [found.id]).get(found.id, [])
    return files[-1] if files else None


def _is_picture(session: Session, found: SheetRecord) -> bool:
    stored = _file_of(session, found)
    return stored is not None and stored.media_type in {kind.value for kind in PICTURES}


# --- the coordinator looks at it -------------------------------------------------------------------------------


@bp.get("/disposisi/lembar")
@requires(REVIEW)
def list_sheets() -> str:
    """Acknowledgements by paper: those that nobody has looked at, or with ``tampil=semua`` the others."""
    session, actor, page = db.session(), current_actor(), paging.page_number()
    done = request.args.get("tampil") == "semua"
    states = [RecordState.ACCEPTED, RecordState.REFUSED] if done else [RecordState.PENDING]
    scope = scope_of(actor)
    total = count_records(session, scope, states, limit=paging.COUNT_LIMIT + 1)
    lines = list_records(session, scope, states, limit=paging.PAGE_SIZE + 1, offset=(page - 1) * paging.PAGE_SIZE)
    return render_template(
        "dispositions/sheet_list.html",
        page=paging.page_of(lines, page, total),
        done=done,
        waiting=count_records(session, scope, [RecordState.PENDING], limit=paging.COUNT_LIMIT + 1),
        states=RECORD_STATE,
        tones=RECORD_TONE,
        masked=masked,
    )


@bp.route("/disposisi/lembar/periksa/<int:record_id>", methods=["GET", "POST"])
@requires(REVIEW)
def review_sheet(record_id: int) -> Any:
    """The photo beside what was written down; let it stand, or refuse it with a reason."""
    session = db.session()
    found = session.get(SheetRecord, record_id)
    if found is None or found.acknowledgement_id is None:
        raise NotFound(_("Lembar ini tidak ada, atau belum dicatat."))
    actor, disposition, complaint = _reader(found.disposition_id)
    sheet_reviewing.need_review(session, disposition, actor)
    disposition_id = disposition.id
    form = RefuseSheetForm()
    accepts = request.form.get("act") == "accept"
    if request.method == "POST" and (accepts or form.validate()):
        try:
            sentence = _review(record_id, disposition_id, form, accepts=accepts, actor=actor)
        except NotAllowed:
            raise
        except Refusal as refusal:
            add_refusal(form, refusal)
        else:
            flash(sentence, "good")
            return redirect(url_for("dispositions.list_sheets"), code=303)
    session = db.session()
    found = session.get_one(SheetRecord, record_id)
    disposition, complaint = load(disposition_id)[1:3]
    printed = session.get_one(DispositionSheet, found.sheet_id)
    page = render_template(
        "dispositions/sheet_review.html",
        form=form,
        record=found,
        sheet=printed,
        acknowledgement=session.get_one(Acknowledgement, found.acknowledgement_id),
        complaint=complaint,
        disposition=disposition,
        file=_file_of(session, found),
        is_picture=_is_picture(session, found),
        has_changed=digest_of(sheets.shown_on_sheet(complaint, disposition)) != printed.digest,
        may_decide=found.state in COUNTING,
        is_pending=found.state is RecordState.PENDING,
        states=RECORD_STATE,
        tones=RECORD_TONE,
        masked=masked,
    )
    note_reading(complaint, "sheet", actor)
    return (page, 422) if form.errors else page


def _review(record_id: int, disposition_id: int, form: RefuseSheetForm, *, accepts: bool, actor: Actor) -> str:
    now = clock.now()
    with transaction() as session:
        lock(session, Disposition, disposition_id)
        row = lock(session, SheetRecord, record_id)
        if accepts:
            sheet_reviewing.accept(session, row, actor=actor, now=now)
            return str(_("Lembar dinyatakan sudah diperiksa."))
        owed_again = sheet_reviewing.refuse(session, row, reason=form.reason.data or "", actor=actor, now=now)
    if owed_again:
        return str(_("Lembar ditolak. Pernyataan mengetahui kembali ditunggu dan OPD sudah diberi tahu."))
    return str(_("Lembar ditolak dan OPD sudah diberi tahu."))


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
