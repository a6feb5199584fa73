"""The page of a unit (bidang): what was passed on to it, and its material for the answer."""

from typing import Any

from flask import Blueprint, flash, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse

from lapor.calendar.queries import working_calendar
from lapor.complaints.labels import REPORT_CLASS
from lapor.complaints.rules import OPEN_STATUSES, has_personal_data, masked
from lapor.core import clock
from lapor.core.db import db, lock, transaction
from lapor.core.errors import NotAllowed, NotFound, Refusal
from lapor.core.wording import clock_time
from lapor.dispositions import passing
from lapor.dispositions.labels import MATERIAL_STATE, MATERIAL_TONE
from lapor.dispositions.material_queries import (
    MATERIAL_FILES,
    files_of,
    material_of,
    versions_of,
)
from lapor.dispositions.models import Acknowledgement, Disposition, Material
from lapor.dispositions.passing import Passed, key_of_receiver, load_passed
from lapor.dispositions.queries import NOT_FOUND, load_disposition
from lapor.dispositions.rules import OPEN, MaterialState
from lapor.dispositions.views import note_reading, stored_uploads
from lapor.files.models import StoredFile
from lapor.files.services import StoredUpload, attach_stored, remove
from lapor.policy import Actor, Permission, scope_of
from lapor.units import materials
from lapor.units.forms import MaterialForm
from lapor.web.forms import add_refusal
from lapor.web.guards import current_actor, requires

bp = Blueprint("units", __name__)

MATERIAL = Permission.MATERIAL_WRITE


def _unit_page(found: Passed, form: MaterialForm, status: int = 200) -> Any:
    session: Session = db.session()
    disposition, complaint = found.disposition, found.complaint
    known = session.get_one(Acknowledgement, found.passed.acknowledgement_id)
    key = key_of_receiver(found.passed.post_id, found.passed.label)
    material = material_of(session, disposition.id, key)
    files = files_of(session, [material.id])[material.id] if material else []
    versions = versions_of(session, [material.id])[material.id] if material else []
    calendar = working_calendar(session)
    actor = current_actor()
    due = passing.material_due(session, calendar, found.passed, disposition, known.acknowledged_on)
    is_running = disposition.state in OPEN and complaint.status in OPEN_STATUSES
    page = render_template(
        "units/unit.html",
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
    material = material_of(
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
                attach(session, material, stored, actor)
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
            return redirect(url_for("units.unit_material", disposition_id=disposition_id), code=303)
    elif by_script:
        return jsonify(sentence=_("Konsep belum tersimpan.")), 422
    return _unit_page(load_passed(db.session(), disposition_id, actor), form, 422)


def attach(session: Session, material: Material, stored: list[StoredUpload], actor: Actor) -> None:
    """Attach stored uploads to a material."""
    disposition = session.get_one(Disposition, material.disposition_id)
    for item in stored:
        attach_stored(
            session,
            item,
            subject_kind=MATERIAL_FILES,
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
    return redirect(url_for("units.unit_material", disposition_id=disposition_id), code=303)


@bp.post("/disposisi/<int:disposition_id>/bahan/berkas/<int:file_id>/hapus")
@requires(MATERIAL)
def remove_material_file(disposition_id: int, file_id: int) -> BaseResponse:
    """The unit takes an attachment away while its material is not sent."""
    actor = current_actor()
    with transaction() as session:
        lock(session, Disposition, disposition_id)
        found = load_passed(session, disposition_id, actor)
        material = material_of(session, disposition_id, key_of_receiver(found.passed.post_id, found.passed.label))
        stored = session.get(StoredFile, file_id)
        if (
            material is None
            or stored is None
            or (stored.subject_kind, stored.subject_id) != (MATERIAL_FILES, material.id)
        ):
            raise NotFound(_("Berkas tidak ditemukan."))
        materials.need_unsent(material)
        remove(session, stored, actor=actor, now=clock.now())
    flash(_("Lampiran dihapus."), "info")
    return redirect(url_for("units.unit_material", disposition_id=disposition_id), code=303)


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
