"""Units (bidang): passing on to them, their page with the material for the answer, returning and taking it over."""

from typing import Any

from flask import flash, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse

from lapor.calendar.queries import working_calendar
from lapor.complaints.labels import REPORT_CLASS
from lapor.complaints.models import Complaint
from lapor.complaints.rules import OPEN_STATUSES, has_personal_data, masked
from lapor.core import clock
from lapor.core.db import db, lock, transaction
from lapor.core.errors import Invalid, NotAllowed, NotFound, Refusal
from lapor.core.wording import clock_time
from lapor.dispositions import materials, passing
from lapor.dispositions.authority import need_writer
from lapor.dispositions.labels import MATERIAL_STATE, MATERIAL_TONE
from lapor.dispositions.models import Acknowledgement, Disposition, Material, PassedOn
from lapor.dispositions.passing import Passed, key_of_receiver, load_passed
from lapor.dispositions.queries import NOT_FOUND, load_disposition
from lapor.dispositions.rules import OPEN, MaterialState
from lapor.dispositions.unit_forms import BehalfForm, MaterialForm, PassOnForm, ReasonForm
from lapor.dispositions.views import WRITE, bp, load, note_reading, step, stored_uploads
from lapor.files.models import StoredFile
from lapor.files.services import StoredUpload, attach_stored, remove
from lapor.offices.queries import list_posts
from lapor.policy import Actor, Permission, Role, scope_of
from lapor.web.forms import add_refusal
from lapor.web.guards import current_actor, requires

__all__ = ["bp"]

PASS_ON = Permission.DISPOSITION_PASS_ON
MATERIAL = Permission.MATERIAL_WRITE


# --- the unit's own page ----------------------------------------------------------------------------------------


def _unit_page(found: Passed, form: MaterialForm, status: int = 200) -> Any:
    session: Session = db.session()
    disposition, complaint = found.disposition, found.complaint
    known = session.get_one(Acknowledgement, found.passed.acknowledgement_id)
    key = key_of_receiver(found.passed.post_id, found.passed.label)
    material = materials.material_of(session, disposition.id, key)
    files = materials.files_of(session, [material.id])[material.id] if material else []
    versions = materials.versions_of(session, [material.id])[material.id] if material else []
    calendar = working_calendar(session)
    actor = current_actor()
    due = passing.material_due(session, calendar, found.passed, disposition, known.acknowledged_on)
    is_running = disposition.state in OPEN and complaint.status in OPEN_STATUSES
    page = render_template(
        "dispositions/unit.html",
        disposition=disposition,
        complaint=complaint,
        passed=found.passed,
        known=known,
        form=form,
        material=material,
        is_sent=material is not None and material.state is MaterialState.SENT,
        is_running=is_running,
        due=due,
        today=actor.day,
        files=files,
        versions=versions,
        MATERIAL_STATE=MATERIAL_STATE,
        MATERIAL_TONE=MATERIAL_TONE,
        looks_personal=has_personal_data(form.text.data or ""),
        masked=masked,
        report_class=REPORT_CLASS[complaint.report_class],
    )
    note_reading(complaint, "unit", actor)
    return page if status == 200 else (page, status)


def _filled(found: Passed) -> MaterialForm:
    form = MaterialForm(formdata=None)
    material = materials.material_of(
        db.session(), found.disposition.id, key_of_receiver(found.passed.post_id, found.passed.label)
    )
    if material is not None:
        form.text.data = material.text
        form.version.data = material.version
    return form


@bp.get("/disposisi/<int:disposition_id>/bahan")
@requires(MATERIAL)
def unit_material(disposition_id: int) -> Any:
    """What was passed on to this unit, and its material for the answer."""
    found = load_passed(db.session(), disposition_id, current_actor())
    return _unit_page(found, _filled(found))


@bp.post("/disposisi/<int:disposition_id>/bahan")
@requires(MATERIAL)
def save_material(disposition_id: int) -> Any:
    """Keep the draft of the material or send it; ``act`` says which. Autosave asks for JSON."""
    actor = current_actor()
    load_passed(db.session(), disposition_id, actor)
    form = MaterialForm()
    act = request.form.get("act", "draft")
    by_script = request.headers.get("Accept", "").startswith("application/json")
    if form.validate_on_submit():
        try:
            stored = [] if by_script else stored_uploads(form.files.data)
            with transaction() as session:
                lock(session, Disposition, disposition_id)
                now = clock.now()
                material = materials.write_material(
                    session,
                    load_passed(session, disposition_id, actor),
                    text=form.text.data or "",
                    version=form.version.data,
                    actor=actor,
                    now=now,
                )
                _attach(session, material, stored, actor)
                if act == "send":
                    materials.send_material(session, material, actor=actor, now=now)
                version = material.version
        except (NotAllowed, NotFound):
            raise
        except Refusal as refusal:
            if by_script:
                return jsonify(sentence=refusal.sentence), refusal.status
            add_refusal(form, refusal)
        else:
            if by_script:
                return jsonify(version=version)
            if act == "send":
                flash(_("Bahan jawaban terkirim kepada admin OPD. Terima kasih."), "good")
                return redirect(url_for("home.start"), code=303)
            flash(_("Konsep tersimpan pukul %(time)s.", time=clock_time(clock.now())), "good")
            return redirect(url_for("dispositions.unit_material", disposition_id=disposition_id), code=303)
    elif by_script:
        return jsonify(sentence=_("Konsep belum tersimpan.")), 422
    return _unit_page(load_passed(db.session(), disposition_id, actor), form, 422)


def _attach(session: Session, material: Material, stored: list[StoredUpload], actor: Actor) -> None:
    disposition = session.get_one(Disposition, material.disposition_id)
    for item in stored:
        attach_stored(
            session,
            item,
            subject_kind=materials.MATERIAL_FILES,
            subject_id=material.id,
            complaint_id=disposition.complaint_id,
            actor=actor,
            now=clock.now(),
        )


@bp.post("/disposisi/<int:disposition_id>/bahan/tarik")
@requires(MATERIAL)
def recall_material(disposition_id: int) -> BaseResponse:
    """The unit takes its material back to mend it."""
    actor = current_actor()
    with transaction() as session:
        lock(session, Disposition, disposition_id)
        materials.recall_material(session, load_passed(session, disposition_id, actor), actor=actor, now=clock.now())
    flash(_("Bahan jawaban ditarik. Perbaiki, lalu kirim lagi."), "info")
    return redirect(url_for("dispositions.unit_material", disposition_id=disposition_id), code=303)


@bp.post("/disposisi/<int:disposition_id>/bahan/berkas/<int:file_id>/hapus")
@requires(MATERIAL)
def remove_material_file(disposition_id: int, file_id: int) -> BaseResponse:
    """The unit takes an attachment away while its material is not sent."""
    actor = current_actor()
    with transaction() as session:
        lock(session, Disposition, disposition_id)
        found = load_passed(session, disposition_id, actor)
        material = materials.material_of(
            session, disposition_id, key_of_receiver(found.passed.post_id, found.passed.label)
        )
        stored = session.get(StoredFile, file_id)
        if (
            material is None
            or stored is None
            or (stored.subject_kind, stored.subject_id) != (materials.MATERIAL_FILES, material.id)
        ):
            raise NotFound(_("Berkas tidak ditemukan."))
        materials.need_unsent(material)
        remove(session, stored, actor=actor, now=clock.now())
    flash(_("Lampiran dihapus."), "info")
    return redirect(url_for("dispositions.unit_material", disposition_id=disposition_id), code=303)


def material_file_guard(session: Session, actor: Actor, stored: Any) -> None:
    """Who may open the files of a material: its unit, and whoever reads the case. Raises NotFound otherwise."""
    material = session.get(Material, stored.subject_id)
    if material is None:
        raise NotFound(NOT_FOUND)
    own = passing.find_own(session, material.disposition_id, actor)
    if own is not None and key_of_receiver(own.passed.post_id, own.passed.label) == material.passed_key:
        note_reading(own.complaint, "file", actor)
        return
    _disposition, complaint, may_read = load_disposition(session, material.disposition_id, scope_of(actor))
    if not may_read:
        raise NotFound(NOT_FOUND)
    note_reading(complaint, "file", actor)


# --- passing on beside the acknowledgement ----------------------------------------------------------------------


def _pass_on_form(disposition: Disposition) -> PassOnForm:
    form = PassOnForm()
    session: Session = db.session()
    have = {item.post_id for item in passing.list_passed(session, disposition.id)}
    posts = list_posts(session, disposition.agency_id, [Role.UNIT])
    form.pass_to.choices = [(post.id, post.title) for post in posts if post.id not in have]
    return form


@bp.route("/disposisi/<int:disposition_id>/teruskan", methods=["GET", "POST"])
@requires(PASS_ON)
def pass_on(disposition_id: int) -> Any:
    """Pass on to further units, and see to whom it was passed on; head or liaison."""
    actor, disposition, complaint, may_read = load(disposition_id)
    if not may_read:
        raise NotFound(NOT_FOUND)
    passing.need_passing(actor, disposition, complaint)
    form = _pass_on_form(disposition)

    def act(session: Session, row: Disposition, who: Actor) -> None:
        passing.pass_on_later(
            session,
            row,
            post_ids=form.pass_to.data or (),
            label=form.pass_label.data or "",
            actor=who,
            now=clock.now(),
        )

    return step(
        disposition_id,
        form,
        act,
        title=_("Teruskan kepada bidang"),
        button=_("Teruskan"),
        done=_("Aduan diteruskan. Penerima yang mempunyai akun menemukannya di Pekerjaan saya."),
        template="dispositions/pass_on.html",
        disposition=disposition,
        units=materials.list_unit_materials(db.session(), disposition, actor.day),
        is_head=any(p.role is Role.HEAD for p in [passing.need_passing(actor, disposition, complaint)]),
        MATERIAL_STATE=MATERIAL_STATE,
        MATERIAL_TONE=MATERIAL_TONE,
    )


def _passed(disposition_id: int, passed_id: int) -> PassedOn:
    found = passing.find_passed(db.session(), disposition_id, passed_id)
    if found is None:
        raise NotFound(_("Penerusan ini tidak ada lagi."))
    return found


@bp.route("/disposisi/<int:disposition_id>/teruskan/<int:passed_id>/tarik", methods=["GET", "POST"])
@requires(PASS_ON)
def take_back(disposition_id: int, passed_id: int) -> Any:
    """Take a passing back with a reason; from then on the unit sees nothing of it."""
    actor, disposition, complaint, _may_read = load(disposition_id)
    passing.need_passing(actor, disposition, complaint)
    passed = _passed(disposition_id, passed_id)
    form = ReasonForm()

    def act(session: Session, row: Disposition, who: Actor) -> None:
        passing.take_back(
            session, row, lock(session, PassedOn, passed_id), reason=form.reason.data, actor=who, now=clock.now()
        )

    return step(
        disposition_id,
        form,
        act,
        title=_("Tarik dari %(name)s", name=passed.label),
        button=_("Tarik"),
        done=_("Penerusan ditarik. Bidang tidak lagi melihat aduan ini."),
        explanation=_("Bahan jawaban yang sudah dikirim tetap tersimpan. Penarikan dan alasannya tercatat."),
    )


# --- what the agency does with the material ---------------------------------------------------------------------


def _need_writer(disposition_id: int) -> tuple[Actor, Disposition, Complaint]:
    actor, disposition, complaint, may_read = load(disposition_id)
    if not may_read:
        raise NotFound(NOT_FOUND)
    need_writer(actor, disposition, complaint)
    return actor, disposition, complaint


@bp.route("/disposisi/<int:disposition_id>/teruskan/<int:passed_id>/catat", methods=["GET", "POST"])
@requires(WRITE)
def record_material(disposition_id: int, passed_id: int) -> Any:
    """Material that came on paper is written down in the name of who wrote it."""
    _actor, disposition, _complaint = _need_writer(disposition_id)
    passed = _passed(disposition_id, passed_id)
    form = BehalfForm()

    def act(session: Session, row: Disposition, who: Actor) -> None:
        material = materials.record_for_unit(
            session,
            row,
            lock(session, PassedOn, passed_id),
            text=form.text.data or "",
            behalf_name=form.behalf_name.data or "",
            behalf_on=form.behalf_on.data,
            actor=who,
            now=clock.now(),
        )
        _attach(session, material, stored, who)

    stored: list[StoredUpload] = []
    if form.is_submitted():
        try:
            stored = stored_uploads(form.files.data)
        except Invalid as refusal:
            form.files.validators = [_refusing(refusal.sentence)]
    return step(
        disposition_id,
        form,
        act,
        title=_("Catat bahan jawaban %(name)s", name=passed.label),
        button=_("Catat bahan jawaban"),
        done=_("Bahan jawaban dicatat atas nama bidang."),
        explanation=_("Salin seperti pada kertasnya. Tercatat bahwa Anda yang menuliskannya, atas nama penyusunnya."),
        after=url_for("dispositions.answer", disposition_id=disposition.id),
        template="dispositions/behalf.html",
    )


def _refusing(sentence: str) -> Any:
    def check(_form: Any, _field: Any) -> None:
        raise ValueError(sentence)

    return check


@bp.route("/disposisi/<int:disposition_id>/bahan/<int:material_id>/kembalikan", methods=["GET", "POST"])
@requires(WRITE)
def return_material(disposition_id: int, material_id: int) -> Any:
    """Give the material back to the unit with a reason."""
    _actor, disposition, _complaint = _need_writer(disposition_id)
    material = materials.find_material(db.session(), disposition_id, material_id)
    if material is None:
        raise NotFound(NOT_FOUND)
    form = ReasonForm()
    form.reason.label.text = _("Apa yang perlu diperbaiki?")

    def act(session: Session, row: Disposition, who: Actor) -> None:
        materials.return_material(
            session, row, lock(session, Material, material_id), reason=form.reason.data, actor=who, now=clock.now()
        )

    return step(
        disposition_id,
        form,
        act,
        title=_("Kembalikan bahan jawaban %(name)s", name=material.label),
        button=_("Kembalikan ke bidang"),
        done=_("Bahan jawaban dikembalikan ke bidang."),
        after=url_for("dispositions.answer", disposition_id=disposition.id),
        template="dispositions/return_material.html",
        material=material,
    )
