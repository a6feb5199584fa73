"""Orders to agencies in pages: what all their pages share, and the coordinator's steps."""

from typing import Any

import sqlalchemy as sa
from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from lapor.accounts.confirming import confirm_view, confirmation_of
from lapor.complaints.labels import REPORT_CLASS
from lapor.complaints.models import Complaint
from lapor.complaints.queries import withheld_condition
from lapor.complaints.rules import masked
from lapor.core import clock
from lapor.core.db import db, lock, transaction
from lapor.core.errors import Invalid, NotAllowed, NotFound, Refusal
from lapor.dispositions import services
from lapor.dispositions.acknowledging import digest_of, shown_to_head
from lapor.dispositions.authority import need_desk
from lapor.dispositions.forms import (
    EndLiftForm,
    LiftForm,
    WithdrawForm,
)
from lapor.dispositions.models import Disposition, Opening, Response
from lapor.dispositions.queries import (
    NOT_FOUND,
    load_disposition,
)
from lapor.files.services import StoredUpload, check_upload, store_upload
from lapor.journal.services import note_read
from lapor.offices.explaining import why_not_in_force
from lapor.policy import Actor, Permission, scope_of
from lapor.web.forms import LaporForm, add_refusal
from lapor.web.guards import current_actor, requires

bp = Blueprint("dispositions", __name__)

ACKNOWLEDGE = Permission.DISPOSITION_ACKNOWLEDGE
WRITE = Permission.RESPONSE_WRITE
RESPONSE_FILES = "response"
MAX_FILES = 10


# --- reading is noted ------------------------------------------------------------------------------------------


def is_prefetch() -> bool:
    """Whether nobody looks: a HEAD request (what fetches ahead is turned away at the door)."""
    return request.method == "HEAD"


def note_reading(complaint: Complaint, what: str, actor: Actor) -> None:
    """Note that confidential content is shown now, before the page goes out; if that fails it is not shown."""
    if not complaint.is_withheld or is_prefetch():
        return
    key = complaint.id
    with transaction() as session:
        note_read(session, key, what=what, actor=actor, now=clock.now())


def stored_uploads(given: Any) -> list[StoredUpload]:
    """The files of a form, looked into and stored. Raises Invalid with the field ``files``."""
    uploads = []
    for item in given or []:
        if item and item.filename:
            try:
                uploads.append(check_upload(item.read(), item.filename))
            except Invalid as refusal:
                raise Invalid(refusal.sentence, field="files") from refusal
    if len(uploads) > MAX_FILES:
        raise Invalid(_("Paling banyak %(count)s berkas sekaligus.", count=MAX_FILES), field="files")
    return [store_upload(item, current_app.extensions["lapor_store"]) for item in uploads]


def load(disposition_id: int) -> tuple[Actor, Disposition, Complaint, bool]:
    actor, session = current_actor(), db.session()
    try:
        disposition, complaint, may_read = load_disposition(session, disposition_id, scope_of(actor))
    except NotFound as refusal:
        why = _why_gone(session, actor, disposition_id)
        raise NotAllowed(why) if why else refusal from None
    return actor, disposition, complaint, may_read


def _why_gone(session: Session, actor: Actor, disposition_id: int) -> str | None:
    """The sentence for a head whose term ended while this order waited; nobody else learns that it exists.

    Nor does he of one whose content is closed.
    """
    row = session.execute(
        sa.select(Disposition.head_agency_id)
        .join(Opening, sa.and_(Opening.disposition_id == Disposition.id, Opening.person_id == actor.person_id))
        .join(Complaint, Complaint.id == Disposition.complaint_id)
        .where(Disposition.id == disposition_id, sa.not_(withheld_condition()))
    ).first()
    return why_not_in_force(session, actor.person_id, actor.day, agency_id=row[0]) if row else None


def step(
    disposition_id: int,
    form: LaporForm,
    act: Any,
    *,
    title: str,
    button: str,
    done: str,
    explanation: str = "",
    after: str | None = None,
    is_desk: bool = False,
    signs: bool = False,
    template: str = "dispositions/step.html",
    **words: Any,
) -> Any:
    """One step on its own page: shows the form, carries it out, or shows what is wrong with it.

    ``signs``: the head states something with this step. The form (with ConfirmFields and a field ``digest``) then
    carries the digest of what the page shows and asks for what stands for his signature under it; ``act`` is called
    with the ``confirmation`` and compares the digest.
    """
    actor, _row, complaint, may_read = load(disposition_id)
    if not may_read:
        raise NotFound(NOT_FOUND)
    if is_desk:
        need_desk(actor, complaint)
    if form.validate_on_submit():
        try:
            given = {}
            if signs:
                given["confirmation"] = confirmation_of(form, actor=actor, digest=form["digest"].data or "")
            with transaction() as session:
                act(session, lock(session, Disposition, disposition_id), actor, **given)
        except NotAllowed:
            raise
        except Refusal as refusal:
            add_refusal(form, refusal)
        else:
            flash(done, "good")
            return redirect(after or url_for("desk.show_complaint", complaint_id=complaint.id), code=303)
    _actor, disposition, complaint, _may_read = load(disposition_id)
    digest = digest_of(shown_to_head(complaint, disposition)) if signs else ""
    if signs:
        form["digest"].data = digest
    page = render_template(
        template,
        complaint=complaint,
        form=form,
        title=title,
        button=button,
        explanation=explanation,
        confirm=confirm_view(actor, digest) if signs else None,
        masked=masked,
        report_class=REPORT_CLASS[complaint.report_class],
        **words,
    )
    note_reading(complaint, "step", actor)
    return page if not form.errors else (page, 422)


@bp.route("/disposisi/<int:disposition_id>/izin", methods=["GET", "POST"])
@requires(Permission.DISPOSITION_LIFT)
def lift(disposition_id: int) -> Any:
    """The coordinator allows an answer before the head knows."""
    form = LiftForm()
    return step(
        disposition_id,
        form,
        lambda session, row, actor: services.lift_block(
            session, row, reason=form.reason.data, actor=actor, now=clock.now()
        ),
        title=_("Izin khusus koordinator"),
        button=_("Beri izin khusus"),
        is_desk=True,
        done=_("Izin khusus dicatat. OPD boleh menjawab lebih dahulu; pernyataan mengetahui tetap wajib."),
        explanation=_("Hanya untuk keadaan mendesak. Izin ini dicatat dan tampil pada halaman aduan."),
    )


@bp.route("/disposisi/<int:disposition_id>/izin/cabut", methods=["GET", "POST"])
@requires(Permission.DISPOSITION_LIFT)
def end_lift(disposition_id: int) -> Any:
    """The coordinator takes an unused leave to answer early back."""
    form = EndLiftForm()
    return step(
        disposition_id,
        form,
        lambda session, row, actor: services.end_lift(
            session, row, reason=form.reason.data, actor=actor, now=clock.now()
        ),
        title=_("Cabut izin khusus"),
        button=_("Cabut izin khusus"),
        is_desk=True,
        done=_("Izin khusus dicabut. Tanggapan kembali menunggu pernyataan mengetahui."),
        explanation=_("Yang sudah ditandai siap dikirim kembali menjadi konsep. Izin dan pencabutannya tercatat."),
    )


@bp.route("/disposisi/<int:disposition_id>/tarik", methods=["GET", "POST"])
@requires(Permission.COMPLAINT_PROCESS)
def withdraw(disposition_id: int) -> Any:
    """The coordinator takes an order back."""
    form = WithdrawForm()
    return step(
        disposition_id,
        form,
        lambda session, row, actor: services.withdraw(
            session, row, reason=form.reason.data, actor=actor, now=clock.now()
        ),
        title=_("Tarik dari OPD"),
        button=_("Tarik dari OPD"),
        is_desk=True,
        done=_("Aduan ditarik dari OPD."),
        explanation=_("OPD tidak lagi berkewajiban atas aduan ini. Penarikan dan alasannya tetap tercatat."),
    )


def file_guard(session: Session, actor: Actor, stored: Any) -> None:
    """Who may open the files of an answer: whoever may read the complaint. Raises NotFound otherwise."""
    response = session.get(Response, stored.subject_id)
    if response is None:
        raise NotFound(NOT_FOUND)
    _disposition, complaint, may_read = load_disposition(session, response.disposition_id, scope_of(actor))
    if not may_read:
        raise NotFound(NOT_FOUND)
    note_reading(complaint, "file", actor)
