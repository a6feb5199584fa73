"""The coordinator looks at the sheets that agencies have written down."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from lapor.complaints.rules import masked
from lapor.core import clock
from lapor.core.db import db, lock, transaction
from lapor.core.errors import NotAllowed, NotFound, Refusal
from lapor.dispositions.acknowledging import digest_of
from lapor.dispositions.labels import RECORD_STATE, RECORD_TONE
from lapor.dispositions.models import Acknowledgement, Disposition
from lapor.dispositions.rules import COUNTING, RecordState
from lapor.dispositions.views import load, note_reading
from lapor.evidence import recording, reviewing
from lapor.evidence import sheet as sheets
from lapor.evidence.forms import RefuseSheetForm
from lapor.evidence.models import DispositionSheet, SheetRecord
from lapor.evidence.proof import passed_on_words
from lapor.evidence.queries import (
    count_records,
    list_records,
)
from lapor.evidence.sheet_views import REVIEW, reader
from lapor.evidence.views import bp
from lapor.policy import Actor, scope_of
from lapor.web import paging
from lapor.web.forms import add_refusal
from lapor.web.guards import current_actor, requires

__all__ = ["bp"]


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
        "evidence/sheet_list.html",
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
    actor, disposition, complaint = reader(found.disposition_id)
    reviewing.need_review(session, disposition, actor)
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
            return redirect(url_for("evidence.list_sheets"), code=303)
    session = db.session()
    found = session.get_one(SheetRecord, record_id)
    disposition, complaint = load(disposition_id)[1:3]
    printed = session.get_one(DispositionSheet, found.sheet_id)
    acknowledgement = session.get_one(Acknowledgement, found.acknowledgement_id)
    photo = recording.photo_of(session, found)
    page = render_template(
        "evidence/sheet_review.html",
        form=form,
        record=found,
        sheet=printed,
        acknowledgement=acknowledgement,
        passed_on=passed_on_words(session, acknowledgement),
        complaint=complaint,
        disposition=disposition,
        file=photo,
        is_picture=recording.is_picture(photo),
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
            reviewing.accept(session, row, actor=actor, now=now)
            return str(_("Lembar dinyatakan sudah diperiksa."))
        owed_again = reviewing.refuse(session, row, reason=form.reason.data or "", actor=actor, now=now)
    if owed_again:
        return str(_("Lembar ditolak. Pernyataan mengetahui kembali ditunggu dan OPD sudah diberi tahu."))
    return str(_("Lembar ditolak dan OPD sudah diberi tahu."))
