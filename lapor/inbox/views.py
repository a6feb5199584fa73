"""The head's inbox: one complaint at a time, acknowledged or returned.

With htmx the next card comes in the answer to the confirmation (``_card.html`` or ``_nothing.html``), without it
the browser is led to ``/menunggu``. What was typed is kept on the server until the order is settled, never in the
browser.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask import Blueprint, current_app, flash, jsonify, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse

from lapor.accounts.confirming import confirmation_of
from lapor.accounts.rules import BY_PASSWORD, Confirmation
from lapor.complaints.rules import masked
from lapor.core import clock
from lapor.core.db import db, lock, transaction
from lapor.core.errors import Invalid, NotAllowed, NotFound, Refusal
from lapor.core.wording import clock_time
from lapor.dispositions import acknowledging, returning
from lapor.dispositions.authority import head_power
from lapor.dispositions.models import Disposition
from lapor.dispositions.queries import NOT_FOUND, load_disposition
from lapor.dispositions.views import ACKNOWLEDGE, load, step
from lapor.inbox import drafting
from lapor.inbox.card_queries import find_shown
from lapor.inbox.cards import (
    LARGE,
    SETTLED,
    TEXT_SIZE,
    Answer,
    Place,
    card_page,
    changes_since,
    digest_of_card,
    form_of,
    head_agencies,
    load_card,
    note_shown,
    nothing,
    power_for,
    settled_so_far,
    show_card,
)
from lapor.inbox.forms import AcknowledgeForm, CardForm, ReturnForm
from lapor.inbox.mandate_cards import mandate_inbox
from lapor.inbox.queries import list_waiting
from lapor.inbox.similar import list_similar
from lapor.policy import Actor, Permission, Role, scope_of
from lapor.web.addresses import key_of
from lapor.web.forms import add_refusal
from lapor.web.guards import current_actor, requires
from lapor.web.htmx import is_htmx

bp = Blueprint("inbox", __name__)


@bp.get("/menunggu")
@requires(Permission.INBOX_VIEW)
def show() -> str:
    """One complaint at a time: what waits for the word of this head, or for a liaison who holds his mandate."""
    actor = current_actor()
    if Role.HEAD not in actor.roles:
        return mandate_inbox(actor)
    waiting = list_waiting(db.session(), head_agencies(actor), scope_of(actor))
    if not waiting:
        return nothing(actor)
    keys = [item.id for item in waiting]
    after = key_of(request.args.get("setelah", ""))
    start = keys.index(after) + 1 if after in keys else 0
    return show_card(keys[start % len(keys)], actor, waiting, done=settled_so_far())


@bp.get("/disposisi/<int:disposition_id>")
@requires(Permission.COMPLAINT_VIEW)
def show_disposition(disposition_id: int) -> Any:
    """The card for the head who owes his word; the page of the complaint for everybody else."""
    actor, disposition, complaint, may_read = load(disposition_id)
    if not disposition.is_owed or power_for(actor, disposition) is None or not may_read:
        return redirect(url_for("desk.show_complaint", complaint_id=complaint.id), code=303)
    return show_card(disposition_id, actor, list_waiting(db.session(), head_agencies(actor), scope_of(actor)))


@bp.get("/disposisi/<int:disposition_id>/serupa")
@requires(Permission.COMPLAINT_VIEW)
def show_similar(disposition_id: int) -> str:
    """Earlier complaints of this agency that resemble this one, with their answers."""
    actor, disposition, complaint, may_read = load(disposition_id)
    if not may_read:
        raise NotFound(NOT_FOUND)
    return render_template(
        "inbox/_serupa.html" if is_htmx() else "inbox/similar.html",
        complaint=complaint,
        disposition=disposition,
        similar=list_similar(db.session(), complaint, disposition.agency_id, scope_of(actor)),
        masked=masked,
    )


@bp.get("/disposisi/<int:disposition_id>/ketahui")
@requires(Permission.COMPLAINT_VIEW)
def acknowledge_address(disposition_id: int) -> BaseResponse:
    """A link never acknowledges: it leads to the card."""
    return redirect(url_for("inbox.show_disposition", disposition_id=disposition_id), code=303)


@bp.post("/disposisi/<int:disposition_id>/ketahui")
@requires(ACKNOWLEDGE)
def acknowledge(disposition_id: int) -> Any:
    """The head states that he knows."""
    actor, disposition, _complaint, may_read = load(disposition_id)
    # before the form is looked at: what is wrong with it is shown on the card, and the card is this head's only
    head_power(actor, disposition)
    if not may_read:
        raise NotFound(NOT_FOUND)
    card, office = load_card(disposition_id, actor)
    form = form_of(card, office)
    words = form.words()
    pass_on = acknowledging.PassOn(tuple(form.pass_to.data or ()), form.pass_label.data or "")
    if form.validate_on_submit():
        try:
            if form.return_reason():  # a statement cannot be taken back: he must not give it where he meant the other
                raise Invalid(
                    _(
                        "Bapak/Ibu memilih alasan pengembalian. Tekan Kembalikan ke koordinator; "
                        "bila tidak jadi, pilih Tidak jadi."
                    ),
                    field="reason",
                )
            confirmation = confirmation_of(form, actor=actor, digest=form.digest.data or "")
            with transaction() as session:
                acknowledging.acknowledge(
                    session,
                    lock(session, Disposition, disposition_id),
                    digest=form.digest.data or "",
                    instruction=words,
                    pass_on=pass_on,
                    confirmation=confirmation,
                    actor=actor,
                    now=clock.now(),
                )
        except NotAllowed:
            raise
        except Refusal as refusal:
            add_refusal(form, refusal)
        else:
            told = office.operator.person_name if office.operator else None
            sentence = _("Tercatat.")
            if told and words:
                sentence += " " + _("Arahan Bapak/Ibu sudah sampai kepada %(name)s.", name=told.rstrip("."))
            return _go_on(actor, sentence)
    return _again(disposition_id, actor, form)


@bp.post("/disposisi/<int:disposition_id>/konsep-arahan")
@requires(ACKNOWLEDGE)
def keep_draft(disposition_id: int) -> Any:
    """Keep what the head has chosen and typed so far; the card asks for it by itself while he writes."""
    actor, disposition, _complaint, may_read = load(disposition_id)
    head_power(actor, disposition)
    if not may_read:
        raise NotFound(NOT_FOUND)
    now = clock.now()
    if not _keep(disposition_id, actor, AcknowledgeForm().begun(), now):
        return jsonify(sentence=_("Aduan ini sudah tidak menunggu.")), 409
    sentence = _("Tersimpan otomatis pukul %(time)s, belum dikirim.", time=clock_time(now))
    return _with_text_size(jsonify(sentence=sentence))


def keep_refused(actor: Actor, values: Mapping[str, Any]) -> str | None:
    """Keep what arrived when the session had ended: nothing is acknowledged, and nothing typed is lost.

    Returns the address of the card, to go on there after signing in; None when it is not this person's card.
    """
    key = int(values["disposition_id"])
    try:
        disposition, _complaint, may_read = load_disposition(db.session(), key, scope_of(actor))
    except NotFound:
        return None
    if power_for(actor, disposition) is None or not may_read:
        return None
    _keep(key, actor, AcknowledgeForm().begun(), clock.now())
    return url_for("inbox.show_disposition", disposition_id=key)


def _keep(disposition_id: int, actor: Actor, begun: drafting.Begun, now: datetime) -> bool:
    with transaction() as session:
        row = lock(session, Disposition, disposition_id)
        return drafting.keep(session, row, begun, person_id=actor.person_id, now=now)


# --- after a step ------------------------------------------------------------------------------------------------


def _go_on(actor: Actor, sentence: str, tone: str = "good") -> BaseResponse:
    """Lead on to the next card: in this very answer for htmx, by a redirect for a plain browser."""
    done = settled_so_far() + (tone == "good")
    waiting = list_waiting(db.session(), head_agencies(actor), scope_of(actor))
    if waiting:
        sentence += " " + _("Sisa %(count)s aduan.", count=len(waiting))
    if not is_htmx():
        flash(sentence, tone)
        carried: dict[str, Any] = {SETTLED: done} if done and waiting else {}
        return _with_text_size(redirect(url_for("inbox.show", **carried), code=303))
    said = Answer(sentence, tone)
    page = show_card(waiting[0].id, actor, waiting, said, done=done) if waiting else nothing(actor, said)
    response = make_response(page)
    response.headers["HX-Replace-Url"] = url_for("inbox.show")
    return _with_text_size(response)


def _again(disposition_id: int, actor: Actor, form: CardForm) -> Any:
    """The same card after a refusal, with what was typed; or the next one when this one waits no more."""
    before = find_shown(db.session(), disposition_id, actor.person_id, form.digest.data or "")
    _keep(disposition_id, actor, form.begun(), clock.now())
    card, office = load_card(disposition_id, actor)
    if not card.disposition.is_owed:
        return _go_on(
            actor, form.form_errors[0] if form.form_errors else _("Aduan ini sudah tidak menunggu."), "info"
        )
    form.digest.data = digest_of_card(card)
    waiting = list_waiting(db.session(), head_agencies(actor), scope_of(actor))
    place = Place.among(waiting, disposition_id, settled_so_far())
    page = card_page(card, actor, form, office, place, changes=changes_since(card, before))
    note_shown(card, actor)
    return _with_text_size(make_response(page, 422))


def _with_text_size(response: BaseResponse) -> BaseResponse:
    """Remember on this device how large the head wants to read."""
    if "kartu" in request.form:
        if request.form.get("huruf") == LARGE:
            response.set_cookie(
                TEXT_SIZE,
                LARGE,
                max_age=365 * 24 * 3600,
                httponly=True,
                samesite="Lax",
                secure=current_app.config["SESSION_COOKIE_SECURE"],
            )
        elif TEXT_SIZE in request.cookies:
            response.delete_cookie(TEXT_SIZE)
    return response


@bp.route("/disposisi/<int:disposition_id>/kembalikan", methods=["GET", "POST"])
@requires(ACKNOWLEDGE, Permission.DISPOSITION_PROPOSE_RETURN)
def give_back(disposition_id: int) -> Any:
    """Not this agency's authority: the head returns it (on the card or here), the operator proposes it."""
    actor, disposition, _complaint, may_read = load(disposition_id)
    is_head = power_for(actor, disposition) is not None
    if is_head and may_read and "kartu" in request.form:
        return _give_back_from_card(disposition_id, actor)
    form = ReturnForm()
    if is_head and not form.is_submitted():
        form.reason.data = disposition.return_proposal

    def act(session: Session, row: Disposition, who: Actor, confirmation: Confirmation = BY_PASSWORD) -> None:
        now = clock.now()
        if is_head:
            returning.return_to_coordinator(
                session,
                row,
                reason=form.reason.data,
                digest=form.digest.data or "",
                confirmation=confirmation,
                actor=who,
                now=now,
            )
        else:
            returning.propose_return(session, row, reason=form.reason.data, actor=who, now=now)

    return step(
        disposition_id,
        form,
        act,
        title=_("Bukan kewenangan kami"),
        button=_("Kembalikan ke koordinator") if is_head else _("Usulkan kepada pimpinan"),
        done=_("Aduan dikembalikan ke koordinator.") if is_head else _("Usul dicatat. Pimpinan yang memutuskan."),
        explanation=_("Dengan mengembalikan, Bapak/Ibu juga menyatakan telah mengetahui aduan ini.")
        if is_head
        else _("Pimpinan OPD yang memutuskan; usul Anda tampil pada kartu aduannya."),
        after=url_for("inbox.show") if is_head else None,
        signs=is_head,
    )


def _give_back_from_card(disposition_id: int, actor: Actor) -> Any:
    card, office = load_card(disposition_id, actor)
    form = form_of(card, office)
    if form.validate_on_submit():
        try:
            if not form.return_reason():
                raise Invalid(_("Pilih alasannya, atau tulis alasan lain."), field="reason")
            confirmation = confirmation_of(form, actor=actor, digest=form.digest.data or "")
            with transaction() as session:
                returning.return_to_coordinator(
                    session,
                    lock(session, Disposition, disposition_id),
                    reason=form.return_reason(),
                    digest=form.digest.data or "",
                    confirmation=confirmation,
                    actor=actor,
                    now=clock.now(),
                )
        except NotAllowed:
            raise
        except Refusal as refusal:
            add_refusal(form, refusal)
        else:
            return _go_on(actor, _("Aduan dikembalikan ke koordinator."))
    return _again(disposition_id, actor, form)
