"""The photo of a signed sheet: uploaded, matched to its complaint, written down."""

import hashlib
from collections.abc import Sequence
from typing import Any

from flask import current_app, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from lapor.complaints.models import Complaint
from lapor.complaints.rules import ReportClass, masked
from lapor.core import clock
from lapor.core.db import db, lock, transaction
from lapor.core.errors import Invalid, NotAllowed, NotFound, Refusal
from lapor.dispositions.acknowledging import PassOn
from lapor.dispositions.models import Disposition
from lapor.dispositions.queries import NOT_FOUND, load_disposition
from lapor.dispositions.rules import MatchedBy, RecordState
from lapor.dispositions.views import load, note_reading
from lapor.documents.rules import read_code
from lapor.evidence import recording
from lapor.evidence.forms import SheetPhotoForm, SheetRecordForm
from lapor.evidence.models import DispositionSheet, SheetRecord
from lapor.evidence.sheet_views import RECORD, reader
from lapor.evidence.views import bp
from lapor.files.barcodes import qr_texts
from lapor.files.joining import photos_as_pdf
from lapor.files.rules import REFUSED_KIND, MediaType
from lapor.files.services import CheckedUpload, check_upload, store_upload
from lapor.offices.queries import list_posts
from lapor.policy import Actor, Role, scope_of
from lapor.web.forms import add_refusal
from lapor.web.guards import current_actor, requires

__all__ = ["bp"]

MAX_PHOTOS = 6
_ONLY_PHOTOS = "Unggah foto (JPEG atau PNG) atau PDF hasil pindai."


@bp.route("/disposisi/lembar/unggah", methods=["GET", "POST"])
@requires(RECORD)
def upload_sheet() -> Any:
    """A photo of any sheet of the agency: its QR mark says which complaint it is."""
    return _upload(None)


@bp.route("/disposisi/<int:disposition_id>/lembar/unggah", methods=["GET", "POST"])
@requires(RECORD)
def upload_sheet_of(disposition_id: int) -> Any:
    """A photo of the sheet of this complaint."""
    actor, disposition, _complaint = reader(disposition_id)
    recording.need_record(actor, disposition)
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
            return redirect(url_for("evidence.record_sheet", record_id=key), code=303)
    complaint = load(disposition_id)[2] if disposition_id is not None else None
    page = render_template("evidence/sheet_upload.html", form=form, complaint=complaint)
    return (page, 422) if form.errors else page


def _hidden(_refusal: Refusal) -> Invalid:
    return Invalid(_("Lembar ini bukan lembar disposisi OPD Anda. Periksa fotonya."), field="photos")


def _take(form: SheetPhotoForm, disposition_id: int | None, actor: Actor) -> int:
    uploads = _checked(form)
    code, matched_by = _code(form, uploads)
    kept = _one_file(uploads)
    photos = recording.Photos(
        store_upload(kept, current_app.extensions["lapor_store"]),
        tuple(hashlib.sha256(item.data).hexdigest() for item in uploads),
    )
    with transaction() as session:
        found = recording.sheet_of_code(session, code)
        if not load_disposition(session, found.disposition_id, scope_of(actor))[2]:
            raise NotFound(NOT_FOUND)
        made = recording.take_photos(
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
    if not kinds <= {*recording.PICTURES, MediaType.PDF}:
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


@bp.route("/disposisi/lembar/catat/<int:record_id>", methods=["GET", "POST"])
@requires(RECORD)
def record_sheet(record_id: int) -> Any:
    """Date, signature and ticks of a photographed sheet."""
    session = db.session()
    found = session.get(SheetRecord, record_id)
    if found is None:
        raise NotFound(_("Foto lembar ini tidak ada, atau bukan untuk OPD Anda."))
    actor, disposition, complaint = reader(found.disposition_id)
    recording.need_record(actor, disposition)
    if found.state is not RecordState.DRAFT:
        flash(_("Foto lembar ini sudah dicatat atau diganti dengan foto lain."), "info")
        return redirect(url_for("evidence.sheet_page", disposition_id=disposition.id), code=303)
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
    photo = recording.photo_of(session, found)
    page = render_template(
        "evidence/sheet_record.html",
        form=form,
        record=found,
        complaint=complaint,
        sheet=session.get_one(DispositionSheet, found.sheet_id),
        file=photo,
        is_picture=recording.is_picture(photo),
        masked=masked,
    )
    note_reading(complaint, "sheet", actor)
    return (page, 422) if form.errors else page


def _record_form(
    session: Session, found: SheetRecord, disposition: Disposition, complaint: Complaint, actor: Actor
) -> SheetRecordForm:
    printed = session.get_one(DispositionSheet, found.sheet_id)
    signers = recording.possible_signers(session, printed, disposition, actor.day)
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
        phone = recording.PhoneCall(form.phone_name.data or "", called_at)
    with transaction() as session:
        lock(session, Disposition, disposition_id)
        recording.acknowledge_by_sheet(
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
