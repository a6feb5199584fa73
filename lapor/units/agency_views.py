"""What the agency does with its units: pass on, take back, write down, return and take over their material."""

from typing import Any

from flask import Response, current_app, flash, redirect, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from wtforms import ValidationError

from lapor.complaints.models import Complaint
from lapor.core import clock
from lapor.core.db import db, lock, transaction
from lapor.core.errors import Invalid, NotAllowed, NotFound, Refusal
from lapor.dispositions import passing
from lapor.dispositions.answer_views import draft_for, need_reader, refused_page
from lapor.dispositions.authority import need_writer
from lapor.dispositions.forms import DraftForm
from lapor.dispositions.labels import MATERIAL_STATE, MATERIAL_TONE
from lapor.dispositions.material_queries import (
    find_material,
    list_unit_materials,
)
from lapor.dispositions.models import Disposition, Material, PassedOn
from lapor.dispositions.queries import NOT_FOUND
from lapor.dispositions.rules import ResponseKind
from lapor.dispositions.views import WRITE, is_prefetch, load, note_reading, step, stored_uploads
from lapor.files.services import StoredUpload
from lapor.journal.queries import chain_head
from lapor.offices.queries import list_posts
from lapor.policy import Actor, Permission, Role
from lapor.units import materials
from lapor.units.forms import BehalfForm, PassOnForm, ReasonForm
from lapor.units.requesting import list_requests, requests_pdf
from lapor.units.views import attach, bp
from lapor.web.addresses import key_of
from lapor.web.downloads import send_bytes
from lapor.web.forms import add_refusal
from lapor.web.guards import requires

__all__ = ["bp"]

PASS_ON = Permission.DISPOSITION_PASS_ON


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
        template="units/pass_on.html",
        disposition=disposition,
        units=list_unit_materials(db.session(), disposition, actor.day),
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


@bp.get("/disposisi/<int:disposition_id>/permintaan-bahan.pdf")
@requires(PASS_ON, WRITE)
def request_material(disposition_id: int) -> Response:
    """Nota dinas to the units without an account, ready to be signed; ``kepada`` names one receiver."""
    actor, disposition, complaint, may_read = load(disposition_id)
    agencies = {disposition.agency_id, disposition.head_agency_id}
    if not may_read:
        raise NotFound(NOT_FOUND)
    if not any(actor.power_for(permission, key) for permission in (PASS_ON, WRITE) for key in agencies):
        raise NotAllowed(_("Permintaan bahan jawaban dicetak oleh OPD yang menangani."))
    name = f"permintaan-bahan-{complaint.reference.lstrip('#')}.pdf"
    if is_prefetch():
        return send_bytes(b"", name, "application/pdf", inline=True)
    session: Session = db.session()
    requests = list_requests(
        session,
        disposition,
        complaint,
        day=actor.day,
        province=current_app.config["LAPOR_PROVINCE"],
        passed_id=key_of(request.args.get("kepada", "")) or None,
    )
    data = requests_pdf(
        requests,
        chain_head(session),
        identifier=f"permintaan-bahan-{disposition_id}",
        created=clock.now(),
    )
    note_reading(complaint, "sheet", actor)
    return send_bytes(data, name, "application/pdf", inline="unduh" not in request.args)


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
        attach(session, material, stored, who)

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
        template="units/behalf.html",
    )


def _refusing(sentence: str) -> Any:
    def check(_form: Any, _field: Any) -> None:
        raise ValidationError(sentence)

    return check


@bp.route("/disposisi/<int:disposition_id>/bahan/<int:material_id>/kembalikan", methods=["GET", "POST"])
@requires(WRITE)
def return_material(disposition_id: int, material_id: int) -> Any:
    """Give the material back to the unit with a reason."""
    _actor, disposition, _complaint = _need_writer(disposition_id)
    material = find_material(db.session(), disposition_id, material_id)
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
        template="units/return_material.html",
        material=material,
    )


@bp.post("/disposisi/<int:disposition_id>/bahan/<int:material_id>/pakai")
@requires(WRITE)
def take_over_material(disposition_id: int, material_id: int) -> Any:
    """Put a unit's material into the draft, under what is written on the screen."""
    actor, _disposition, _complaint = need_reader(disposition_id)
    form = DraftForm()
    if form.validate_on_submit():
        try:
            with transaction() as session:
                row = lock(session, Disposition, disposition_id)
                material = find_material(session, disposition_id, material_id)
                if material is None:
                    raise NotFound(NOT_FOUND)
                response, version = draft_for(session, row, form, actor)
                materials.take_over(
                    session,
                    row,
                    material,
                    text=form.text.data or "",
                    kind=ResponseKind(form.kind.data),
                    response=response,
                    version=version,
                    actor=actor,
                    now=clock.now(),
                )
        except (NotAllowed, NotFound):
            raise
        except Refusal as refusal:
            add_refusal(form, refusal)
        else:
            flash(_("Bahan jawaban masuk ke konsep. Sunting seperlunya."), "good")
            return redirect(url_for("dispositions.answer", disposition_id=disposition_id), code=303)
    return refused_page(disposition_id, form, actor)
