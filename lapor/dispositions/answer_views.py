"""Answers: the draft, the release for LAPOR!, the record of what was given there, its quality."""

from datetime import datetime, timedelta
from typing import Any

from flask import flash, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse

from lapor.agencies.models import Agency
from lapor.complaints.labels import REPORT_CLASS
from lapor.complaints.models import Complaint
from lapor.complaints.rules import has_personal_data, masked
from lapor.core import clock
from lapor.core.db import db, lock, transaction
from lapor.core.errors import NotAllowed, NotFound, Refusal
from lapor.core.wording import clock_time
from lapor.dispositions import answering, initials, passing
from lapor.dispositions.authority import may_process
from lapor.dispositions.forms import (
    DiscardForm,
    DraftForm,
    RecordForm,
    RemarkForm,
    ReviewForm,
)
from lapor.dispositions.labels import MATERIAL_STATE, MATERIAL_TONE
from lapor.dispositions.material_queries import list_unit_materials
from lapor.dispositions.models import Disposition, Response
from lapor.dispositions.queries import (
    NOT_FOUND,
    find_response,
    newest_draft,
)
from lapor.dispositions.rules import ResponseKind, ResponseState, State, gate_is_open
from lapor.dispositions.views import (
    RESPONSE_FILES,
    WRITE,
    bp,
    load,
    note_reading,
    step,
    stored_uploads,
)
from lapor.files.services import attach_stored
from lapor.policy import Actor, Permission, Role
from lapor.web.addresses import key_of
from lapor.web.forms import add_refusal
from lapor.web.guards import requires

__all__ = ["bp"]


def need_reader(disposition_id: int) -> tuple[Actor, Disposition, Complaint]:
    """Who writes or judges answers of this order. Raises NotFound or NotAllowed."""
    actor, disposition, complaint, may_read = load(disposition_id)
    if not may_read:
        raise NotFound(NOT_FOUND)
    is_agency = any(
        p.agency_id == disposition.agency_id and p.grants(WRITE) and p.role is not Role.COORDINATOR
        for p in actor.powers
    )
    if not is_agency and not may_process(actor, complaint):
        raise NotAllowed("Tanggapan hanya ditulis oleh admin OPD yang menangani.")
    return actor, disposition, complaint


def _answer_page(
    disposition: Disposition,
    complaint: Complaint,
    draft: Response | None,
    form: RecordForm,
    actor: Actor,
    status: int = 200,
) -> Any:
    is_open = gate_is_open(disposition.state, is_lifted=disposition.is_lifted, is_owed=disposition.is_owed)
    session: Session = db.session()
    page = render_template(
        "dispositions/answer.html",
        disposition=disposition,
        complaint=complaint,
        draft=draft,
        form=form,
        gate_is_open=is_open,
        is_ready=draft is not None and draft.state is ResponseState.READY,
        masked=masked,
        looks_personal=has_personal_data(form.text.data or ""),
        report_class=REPORT_CLASS[complaint.report_class],
        today=actor.day,
        units=list_unit_materials(session, disposition, actor.day),
        MATERIAL_STATE=MATERIAL_STATE,
        MATERIAL_TONE=MATERIAL_TONE,
        asks_initials=initials.asks_initials(session, session.get_one(Agency, disposition.agency_id), actor),
        may_initial=initials.initialling_power(actor, disposition.agency_id) is not None,
        may_pass_on=passing.may_pass_on(actor, disposition, complaint),
        may_discard=draft is not None and answering.may_discard(draft, actor),
    )
    note_reading(complaint, "answer", actor)
    return page if status == 200 else (page, status)


def _filled_record_form(disposition: Disposition, draft: Response | None, *, now_text: tuple[Any, Any]) -> RecordForm:
    form = RecordForm(formdata=None)
    form.kind.data = (
        draft.kind.value
        if draft
        else (ResponseKind.FIRST.value if disposition.first_response_on is None else ResponseKind.FINAL.value)
    )
    form.text.data = draft.text if draft else ""
    form.response_id.data = str(draft.id) if draft else ""
    form.version.data = draft.version if draft else None
    form.posted_on.data, form.posted_time.data = now_text
    return form


@bp.get("/disposisi/<int:disposition_id>/tanggapan")
@requires(WRITE)
def answer(disposition_id: int) -> Any:
    """Write an answer, release it for LAPOR!, record what was given there."""
    actor, disposition, complaint = need_reader(disposition_id)
    draft = newest_draft(db.session(), disposition_id)
    moment = clock.local(clock.now())
    form = _filled_record_form(disposition, draft, now_text=(moment.date(), moment.time()))
    return _answer_page(disposition, complaint, draft, form, actor)


@bp.post("/disposisi/<int:disposition_id>/tanggapan")
@requires(WRITE)
def save_answer(disposition_id: int) -> Any:
    """Keep a draft, release it, or have it initialled; `act` says which. Autosave asks for JSON."""
    actor, _disposition, complaint = need_reader(disposition_id)
    form = DraftForm()
    act = request.form.get("act", "draft")
    by_script = request.headers.get("Accept", "").startswith("application/json")
    if form.validate_on_submit():
        try:
            with transaction() as session:
                row = lock(session, Disposition, disposition_id)
                response = _store_draft(session, row, form, actor)
                _carry_out(session, act, response, actor)
                version = response.version
        except NotAllowed:
            raise
        except Refusal as refusal:
            if by_script:
                return jsonify(sentence=refusal.sentence), refusal.status
            if act in {"release", "submit", "initial"}:
                _keep_text(disposition_id, form, actor)
            add_refusal(form, refusal)
        else:
            if by_script:
                return jsonify(version=version, response_id=response.id)
            return _after_draft(act, disposition_id, complaint.id)
    elif by_script:
        return jsonify(sentence=_("Konsep belum tersimpan.")), 422
    return refused_page(disposition_id, form, actor)


def refused_page(disposition_id: int, form: DraftForm, actor: Actor) -> Any:
    """The page after a refusal, with what was typed and why it was refused."""
    _actor, disposition, complaint, _may_read = load(disposition_id)
    draft = newest_draft(db.session(), disposition_id)
    moment = clock.local(clock.now())
    page_form = _filled_record_form(disposition, draft, now_text=(moment.date(), moment.time()))
    page_form.text.data = form.text.data
    page_form.kind.data = form.kind.data
    page_form.form_errors = [*form.form_errors, *form.text.errors, *form.kind.errors]
    return _answer_page(disposition, complaint, draft, page_form, actor, 422)


def _carry_out(session: Session, act: str, response: Response, actor: Actor) -> None:
    now = clock.now()
    if act == "release":
        answering.release(session, response, actor=actor, now=now)
    elif act == "submit":
        initials.submit(session, response, actor=actor, now=now)
    elif act == "initial":
        # the text was stored just now, so the paraf stands under what is on the liaison's screen
        initials.initial(session, response, actor=actor, now=now)


def _keep_text(disposition_id: int, form: DraftForm, actor: Actor) -> None:
    """The release was refused; the text is kept all the same."""
    try:
        with transaction() as session:
            _store_draft(session, lock(session, Disposition, disposition_id), form, actor)
    except Refusal:
        return


def draft_for(
    session: Session, row: Disposition, form: DraftForm, actor: Actor
) -> tuple[Response | None, int | None]:
    """The draft that the form is about, and the version that the person has seen of it."""
    response = find_response(session, row.id, key_of(form.response_id.data or ""))
    if response is not None:
        return response, form.version.data
    # the page knew of no draft: one that a colleague has begun meanwhile is not written over
    response = newest_draft(session, row.id)
    return response, 0 if response is not None and response.author_id != actor.person_id else None


def _store_draft(session: Session, row: Disposition, form: DraftForm, actor: Actor) -> Response:
    response, version = draft_for(session, row, form, actor)
    return answering.save_draft(
        session,
        row,
        kind=ResponseKind(form.kind.data),
        text=form.text.data or "",
        response=response,
        version=version,
        actor=actor,
        now=clock.now(),
    )


def _after_draft(act: str, disposition_id: int, complaint_id: int) -> BaseResponse:
    if act == "release":
        flash(_("Tanggapan siap dikirim. Salin teksnya ke LAPOR!, lalu catat di sini."), "good")
        return redirect(url_for("dispositions.answer", disposition_id=disposition_id), code=303)
    if act == "submit":
        flash(_("Konsep diajukan kepada Pejabat Penghubung."), "good")
        return redirect(url_for("dispositions.answer", disposition_id=disposition_id), code=303)
    if act == "initial":
        flash(_("Paraf Anda tercatat."), "good")
        return redirect(url_for("dispositions.answer", disposition_id=disposition_id), code=303)
    if act == "continue":
        return redirect(url_for("dispositions.answer", disposition_id=disposition_id), code=303)
    flash(_("Konsep tersimpan pukul %(time)s.", time=clock_time(clock.now())), "good")
    return redirect(url_for("desk.show_complaint", complaint_id=complaint_id), code=303)


@bp.route("/disposisi/<int:disposition_id>/tanggapan/<int:response_id>/hapus", methods=["GET", "POST"])
@requires(WRITE)
def discard_draft(disposition_id: int, response_id: int) -> Any:
    """Ask whether the draft is to be thrown away, then do it; its author only."""
    actor, _disposition, _complaint = need_reader(disposition_id)
    draft = find_response(db.session(), disposition_id, response_id)
    if draft is None or draft.state is ResponseState.POSTED:
        raise NotFound(NOT_FOUND)
    if not answering.may_discard(draft, actor):
        raise NotAllowed(_("Konsep hanya dihapus oleh penulisnya. Anda dapat mengubahnya."))
    form = DiscardForm()
    if not form.is_submitted():
        form.version.data = draft.version

    def act(session: Session, _row: Disposition, who: Actor) -> None:
        answering.discard_draft(
            session,
            lock(session, Response, response_id),
            version=form.version.data,
            actor=who,
            now=clock.now(),
        )

    return step(
        disposition_id,
        form,
        act,
        title=_("Hapus konsep ini?"),
        button=_("Hapus konsep"),
        done=_("Konsep dihapus."),
        explanation=masked(draft.text),
        danger=True,
    )


@bp.post("/disposisi/<int:disposition_id>/tanggapan/catat")
@requires(WRITE)
def record_answer(disposition_id: int) -> Any:
    """Record an answer that was given in LAPOR!; before the head knows only as a fact with its reason."""
    actor, disposition, complaint = need_reader(disposition_id)
    form = RecordForm()
    if form.validate_on_submit():
        try:
            stored = stored_uploads(form.files.data)
            with transaction() as session:
                row = lock(session, Disposition, disposition_id)
                given = form.response_id.data or ""
                now = clock.now()
                response = answering.record_answer(
                    session,
                    row,
                    kind=ResponseKind(form.kind.data),
                    text=form.text.data or "",
                    posted_at=min(form.posted_at(), now) if _same_minute(form, now) else form.posted_at(),
                    response=find_response(session, row.id, key_of(given)),
                    before_known_reason=_early_reason(row, form),
                    actor=actor,
                    now=now,
                )
                for item in stored:
                    attach_stored(
                        session,
                        item,
                        subject_kind=RESPONSE_FILES,
                        subject_id=response.id,
                        complaint_id=row.complaint_id,
                        actor=actor,
                        now=now,
                    )
        except NotAllowed:
            raise
        except Refusal as refusal:
            add_refusal(form, refusal)
            _keep_text(disposition_id, form, actor)
        else:
            flash(_("Tanggapan dicatat sudah dikirim di LAPOR!."), "good")
            return redirect(url_for("desk.show_complaint", complaint_id=complaint.id), code=303)
    _actor, disposition, complaint, _may_read = load(disposition_id)
    draft = newest_draft(db.session(), disposition_id)
    if draft is not None:
        form.version.data = draft.version
        form.response_id.data = str(draft.id)
    return _answer_page(disposition, complaint, draft, form, actor, 422)


@bp.route("/disposisi/<int:disposition_id>/tanggapan/<int:response_id>/catatan", methods=["GET", "POST"])
@requires(Permission.RESPONSE_INITIAL)
def return_draft(disposition_id: int, response_id: int) -> Any:
    """The liaison returns a draft to its author with a remark."""
    need_reader(disposition_id)
    response = find_response(db.session(), disposition_id, response_id)
    if response is None:
        raise NotFound(NOT_FOUND)
    form = RemarkForm()
    if not form.is_submitted():
        form.version.data = response.version

    def act(session: Session, _row: Disposition, actor: Actor) -> None:
        initials.send_back(
            session,
            lock(session, Response, response_id),
            remark=form.remark.data or "",
            version=form.version.data,
            actor=actor,
            now=clock.now(),
        )

    return step(
        disposition_id,
        form,
        act,
        title=_("Kembalikan konsep dengan catatan"),
        button=_("Kembalikan konsep"),
        done=_("Konsep dikembalikan kepada penyusun dengan catatan Anda."),
        after=url_for("dispositions.answer", disposition_id=disposition_id),
        template="dispositions/return_draft.html",
        draft=response,
    )


def _same_minute(form: RecordForm, now: datetime) -> bool:
    """The form knows minutes only: this very minute is now, not the future."""
    return abs(form.posted_at() - now) < timedelta(minutes=1)


def _early_reason(row: Disposition, form: RecordForm) -> str | None:
    if row.state is not State.WAITING or not row.is_owed or row.is_lifted:
        return None
    # a page from before the gate closed has no such field: it is told that the gate is closed
    return (form.before_known_reason.data or "") if form.before_known_reason.raw_data else None


@bp.route("/disposisi/<int:disposition_id>/tanggapan/<int:response_id>/nilai", methods=["GET", "POST"])
@requires(Permission.RESPONSE_REVIEW)
def review(disposition_id: int, response_id: int) -> Any:
    """The coordinator judges the quality of an answer on the checklist."""
    need_reader(disposition_id)
    response = find_response(db.session(), disposition_id, response_id)
    if response is None:
        raise NotFound(NOT_FOUND)
    form = ReviewForm(data=_checks_of(response))

    def act(session: Session, _row: Disposition, actor: Actor) -> None:
        answering.review(
            session,
            lock(session, Response, response_id),
            checks={name: bool(form[name].data) for name in answering.QUALITY_CHECKS},
            leaks_personal_data=bool(form.leak.data),
            actor=actor,
            now=clock.now(),
        )

    return step(
        disposition_id,
        form,
        act,
        title=_("Nilai mutu jawaban"),
        button=_("Simpan penilaian"),
        is_desk=True,
        done=_("Penilaian mutu dicatat."),
        explanation=masked(response.text),
    )


def _checks_of(response: Response) -> dict[str, bool]:
    return {str(name): bool(value) for name, value in (response.quality_checks or {}).items()}
