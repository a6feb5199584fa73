"""The page of an agency with its paraf and its mandates."""

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from lapor.agencies.models import Agency
from lapor.core import clock
from lapor.core.db import db, lock, transaction
from lapor.core.errors import NotAllowed, NotFound, Refusal
from lapor.core.wording import long_date
from lapor.dispositions import initials
from lapor.dispositions.models import Mandate
from lapor.dispositions.views import stored_uploads
from lapor.files.services import attach_stored
from lapor.offices.queries import head_of
from lapor.policy import Actor, Permission, Role
from lapor.units import mandates
from lapor.units.forms import InitialsForm, MandateForm, ReasonForm
from lapor.units.views import bp
from lapor.web.forms import add_refusal
from lapor.web.guards import current_actor, requires

__all__ = ["bp"]


def _need_agency(agency_id: int) -> tuple[Actor, Agency, bool, bool]:
    """The agency, whether the person enters mandates, and whether he changes the rule of the paraf."""
    actor = current_actor()
    agency = db.session().get(Agency, agency_id)
    if agency is None:
        raise NotFound(_("OPD ini tidak ditemukan."))
    is_desk = actor.power_for(Permission.MANDATE_EDIT) is not None
    own = [p.role for p in actor.powers if p.agency_id == agency_id and p.grants(Permission.DISPOSITION_PASS_ON)]
    if not is_desk and not own:
        raise NotAllowed(_("Halaman ini untuk kepala dan Pejabat Penghubung OPD ini, koordinator, dan sekretariat."))
    return actor, agency, is_desk, is_desk or Role.HEAD in own


def _agency_page(agency_id: int, *, form: MandateForm | None = None, status: int = 200) -> Any:
    actor, agency, is_desk, may_set = _need_agency(agency_id)
    session: Session = db.session()
    asks = InitialsForm(formdata=None)
    asks.asks.data = agency.asks_initials
    if form is None:
        form = MandateForm(formdata=None)
        form.starts_on.data = actor.day
    lines = mandates.list_mandates(session, agency_id, actor.day)
    page = render_template(
        "units/agency_rules.html",
        agency=agency,
        is_desk=is_desk,
        may_set=may_set,
        sees_agencies=actor.power_for(Permission.AGENCY_VIEW) is not None,
        asks_form=asks,
        form=form,
        lines=lines,
        files=mandates.files_of(session, [line.mandate.id for line in lines]),
        is_allowed=mandates.is_allowed(session, actor.day),
        head=head_of(session, agency_id, actor.day),
        liaison=mandates.liaison_of(session, agency_id, actor.day),
        own_assignments={p.assignment_id for p in actor.powers},
    )
    return page if status == 200 else (page, status)


@bp.get("/opd/<int:agency_id>/paraf-dan-mandat")
@requires(Permission.MANDATE_EDIT, Permission.DISPOSITION_PASS_ON)
def agency_rules(agency_id: int) -> Any:
    """Whether drafts need a paraf, and the head's mandates."""
    return _agency_page(agency_id)


@bp.post("/opd/<int:agency_id>/paraf")
@requires(Permission.MANDATE_EDIT, Permission.DISPOSITION_PASS_ON)
def set_initials(agency_id: int) -> Any:
    """Turn the paraf of an agency on or off."""
    actor, _agency, _is_desk, _may_set = _need_agency(agency_id)
    form = InitialsForm()
    if form.validate():
        with transaction() as session:
            initials.set_asks_initials(
                session, lock(session, Agency, agency_id), form.asks.data, actor=actor, now=clock.now()
            )
        flash(
            _("Mulai sekarang konsep diparaf sebelum siap dikirim.")
            if form.asks.data
            else _("Konsep tidak lagi memerlukan paraf."),
            "good",
        )
    return redirect(url_for("units.agency_rules", agency_id=agency_id), code=303)


@bp.post("/opd/<int:agency_id>/mandat")
@requires(Permission.MANDATE_EDIT)
def enter_mandate(agency_id: int) -> Any:
    """Enter a head's written mandate with its scan."""
    actor, _agency, _is_desk, _may_set = _need_agency(agency_id)
    form = MandateForm()
    if form.validate_on_submit():
        try:
            stored = stored_uploads([form.file.data])
            with transaction() as session:
                now = clock.now()
                made = mandates.enter_mandate(
                    session,
                    lock(session, Agency, agency_id),
                    mandates.Paper(form.number.data, form.dated_on.data, form.starts_on.data, form.ends_on.data),
                    actor=actor,
                    now=now,
                )
                for item in stored:
                    attach_stored(
                        session,
                        item,
                        subject_kind=mandates.MANDATE_FILES,
                        subject_id=made.id,
                        complaint_id=None,
                        actor=actor,
                        now=now,
                    )
                day = made.starts_on
        except NotAllowed:
            raise
        except Refusal as refusal:
            if refusal.field == "files":
                refusal.field = "file"
            add_refusal(form, refusal)
        else:
            flash(_("Mandat dicatat, berlaku mulai %(day)s.", day=long_date(day)), "good")
            return redirect(url_for("units.agency_rules", agency_id=agency_id), code=303)
    return _agency_page(agency_id, form=form, status=422)


@bp.route("/opd/<int:agency_id>/mandat/<int:mandate_id>/akhiri", methods=["GET", "POST"])
@requires(Permission.MANDATE_EDIT, Permission.DISPOSITION_ACKNOWLEDGE)
def revoke_mandate(agency_id: int, mandate_id: int) -> Any:
    """End a mandate at once, with a reason."""
    actor, agency, _is_desk, _may_set = _need_agency(agency_id)
    mandate = db.session().get(Mandate, mandate_id)
    if mandate is None or mandate.agency_id != agency_id:
        raise NotFound(_("Mandat ini tidak ditemukan."))
    form = ReasonForm()
    number = mandate.number
    if form.validate_on_submit():
        try:
            with transaction() as session:
                mandates.revoke_mandate(
                    session,
                    lock(session, Mandate, mandate_id),
                    session.get_one(Agency, agency_id),
                    reason=form.reason.data,
                    actor=actor,
                    now=clock.now(),
                )
        except NotAllowed:
            raise
        except Refusal as refusal:
            add_refusal(form, refusal)
        else:
            flash(_("Mandat diakhiri. Yang sudah dinyatakan tetap berlaku."), "good")
            return redirect(url_for("units.agency_rules", agency_id=agency_id), code=303)
    page = render_template("units/revoke_mandate.html", form=form, agency=agency, number=number)
    return page if not form.errors else (page, 422)


def mandate_file_guard(session: Session, actor: Actor, stored: Any) -> None:
    """Who may open the scan of a mandate: the desk, the inspectorate, and the agency's head and liaison."""
    mandate = session.get(Mandate, stored.subject_id)
    if mandate is None:
        raise NotFound(_("Berkas tidak ditemukan."))
    if actor.power_for(Permission.MANDATE_EDIT) or actor.power_for(Permission.JOURNAL_VIEW):
        return
    if not any(p.agency_id == mandate.agency_id and p.role in {Role.HEAD, Role.LIAISON} for p in actor.powers):
        raise NotFound(_("Berkas tidak ditemukan."))
