"""The mandate in pages: the liaison's own inbox, and the page of an agency with its paraf and its mandates."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from lapor.accounts.confirming import confirm_view, confirmation_of
from lapor.agencies.models import Agency
from lapor.calendar.queries import working_calendar
from lapor.complaints.labels import REPORT_CLASS
from lapor.complaints.rules import masked
from lapor.core import clock
from lapor.core.db import db, lock, transaction
from lapor.core.errors import NotAllowed, NotFound, Refusal
from lapor.core.wording import long_date
from lapor.dispositions import initials, mandates
from lapor.dispositions.acknowledging import PassOn, digest_of, shown_to_head
from lapor.dispositions.forms import AcknowledgeForm
from lapor.dispositions.inbox_queries import Card, find_card
from lapor.dispositions.instructions import filled, given_instructions, list_chips
from lapor.dispositions.labels import RESPONSE_KIND, due_view
from lapor.dispositions.models import Disposition, Mandate
from lapor.dispositions.queries import NOT_FOUND, load_disposition
from lapor.dispositions.rules import time_left
from lapor.dispositions.unit_forms import InitialsForm, MandateForm, ReasonForm
from lapor.dispositions.views import bp, is_prefetch, load, stored_uploads
from lapor.files.services import attach_stored
from lapor.offices.queries import head_of, list_posts
from lapor.policy import Actor, Permission, Role, scope_of
from lapor.web.addresses import key_of
from lapor.web.forms import add_refusal
from lapor.web.guards import current_actor, requires

__all__ = ["bp"]

USE = Permission.MANDATE_USE


# --- the liaison's inbox ----------------------------------------------------------------------------------------


def mandate_inbox(actor: Actor) -> str:
    """What waits for a word that the liaison may give by mandate, one at a time; else why there is nothing."""
    session: Session = db.session()
    held = mandates.mandates_in_force(session, actor)
    waiting = mandates.mandated_ids(session, held)
    if not waiting:
        return render_template("dispositions/no_mandate.html", mandates=held)
    after = key_of(request.args.get("setelah", ""))
    place = (waiting.index(after) + 1 if after in waiting else 0) % len(waiting)
    page = _card_page(waiting[place], actor, place=place + 1, total=len(waiting))
    assert isinstance(page, str)
    return page


@bp.get("/menunggu/mandat")
@requires(USE)
def mandated() -> str:
    """What waits under a mandate, for a person who has an inbox of his own as head of another agency."""
    return mandate_inbox(current_actor())


def _form(card: Card) -> AcknowledgeForm:
    session: Session = db.session()
    agency_id = card.disposition.agency_id
    posts = list_posts(session, agency_id, [Role.UNIT, Role.OPERATOR])
    chips = filled(list_chips(session, agency_id) or given_instructions(), card.answer_due_on)
    form = AcknowledgeForm().prepare(chips, [(post.id, post.title) for post in posts], None)
    form.ready.label.text = _("Arahan")
    if not form.is_submitted():
        form.digest.data = digest_of(shown_to_head(card.complaint, card.disposition))
    return form


def _card(disposition_id: int, actor: Actor) -> Card:
    card = find_card(db.session(), disposition_id, actor.person_id, ())
    if card is None:
        raise NotFound(NOT_FOUND)
    return card


def _card_page(
    disposition_id: int, actor: Actor, *, form: AcknowledgeForm | None = None, place: int = 1, total: int = 1
) -> Any:
    session: Session = db.session()
    card = _card(disposition_id, actor)
    disposition, complaint = card.disposition, card.complaint
    power, mandate = mandates.mandate_power(session, actor, disposition, complaint)
    refused = form is not None
    form = form or _form(card)
    if refused:
        form.digest.data = digest_of(shown_to_head(complaint, disposition))
    left = None
    if card.due is not None:
        paused = complaint.on_hold_since is not None
        left = time_left(
            working_calendar(session), card.due.due_on, actor.day, met_on=card.due.met_on, is_paused=paused
        )
    page = render_template(
        "dispositions/mandate.html",
        card=card,
        complaint=complaint,
        form=form,
        power=power,
        mandate=mandate,
        confirm=confirm_view(actor, form.digest.data or ""),
        due=due_view(left) if left else None,
        place=place,
        total=total,
        masked=masked,
        report_class=REPORT_CLASS[complaint.report_class],
        RESPONSE_KIND=RESPONSE_KIND,
    )
    if not is_prefetch() and not card.opened:
        now = clock.now()
        with transaction() as fresh:
            mandates.note_opened_by_mandate(fresh, lock(fresh, Disposition, disposition_id), actor=actor, now=now)
    return page


@bp.get("/disposisi/<int:disposition_id>/mandat")
@requires(USE)
def show_mandated(disposition_id: int) -> Any:
    """The card of one order for the holder of a mandate."""
    actor, disposition, complaint, may_read = load(disposition_id)
    if not may_read:
        raise NotFound(NOT_FOUND)
    mandates.mandate_power(db.session(), actor, disposition, complaint)
    if not disposition.is_owed:
        return redirect(url_for("desk.show_complaint", complaint_id=complaint.id), code=303)
    return _card_page(disposition_id, actor)


@bp.post("/disposisi/<int:disposition_id>/mandat")
@requires(USE)
def acknowledge_by_mandate(disposition_id: int) -> Any:
    """The holder of a mandate states that it is known, in the head's stead."""
    actor, disposition, complaint, may_read = load(disposition_id)
    if not may_read:
        raise NotFound(NOT_FOUND)
    # before the form is looked at: what is wrong with it is shown on the card, and the card is the holder's only
    mandates.mandate_power(db.session(), actor, disposition, complaint)
    form = _form(_card(disposition_id, actor))
    if form.validate_on_submit():
        try:
            confirmation = confirmation_of(form, actor=actor, digest=form.digest.data or "")
            with transaction() as session:
                mandates.acknowledge_by_mandate(
                    session,
                    lock(session, Disposition, disposition_id),
                    digest=form.digest.data or "",
                    instruction=form.words(),
                    pass_on=PassOn(tuple(form.pass_to.data or ()), form.pass_label.data or ""),
                    confirmation=confirmation,
                    actor=actor,
                    now=clock.now(),
                )
        except NotAllowed:
            raise
        except Refusal as refusal:
            add_refusal(form, refusal)
        else:
            left = len(mandates.mandated_ids(db.session(), mandates.mandates_in_force(db.session(), actor)))
            flash(_("Tercatat atas mandat.") + (" " + _("Sisa %(count)s aduan.", count=left) if left else ""), "good")
            return redirect(url_for("dispositions.mandated"), code=303)
    disposition, complaint, _may_read = load_disposition(db.session(), disposition_id, scope_of(actor))
    if not disposition.is_owed:
        flash(form.form_errors[0] if form.form_errors else _("Aduan ini sudah tidak menunggu."), "info")
        return redirect(url_for("desk.show_complaint", complaint_id=complaint.id), code=303)
    return _card_page(disposition_id, actor, form=form), 422


# --- an agency's paraf and mandates -----------------------------------------------------------------------------


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
        "dispositions/agency_rules.html",
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
    return redirect(url_for("dispositions.agency_rules", agency_id=agency_id), code=303)


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
            return redirect(url_for("dispositions.agency_rules", agency_id=agency_id), code=303)
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
            return redirect(url_for("dispositions.agency_rules", agency_id=agency_id), code=303)
    page = render_template("dispositions/revoke_mandate.html", form=form, agency=agency, number=number)
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
