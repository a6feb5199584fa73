"""The head's inbox: one complaint at a time, acknowledged or returned.

With htmx the next card comes in the answer to the confirmation (``_card.html`` or ``_nothing.html``), without it
the browser is led to ``/menunggu``. What was typed is kept on the server until the order is settled, never in the
browser.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import current_app, flash, jsonify, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse

from lapor.accounts.confirming import confirm_view, confirmation_of
from lapor.accounts.rules import BY_PASSWORD, Confirmation
from lapor.calendar.queries import working_calendar
from lapor.complaints.labels import REPORT_CLASS
from lapor.complaints.rules import masked
from lapor.core import clock
from lapor.core.db import db, lock, transaction
from lapor.core.errors import NotAllowed, NotFound, Refusal
from lapor.core.wording import clock_time
from lapor.core.working_days import Calendar
from lapor.dispositions import acknowledging, drafting
from lapor.dispositions.authority import head_power
from lapor.dispositions.forms import RETURN_REASONS, AcknowledgeForm, ReturnForm
from lapor.dispositions.inbox_queries import (
    Card,
    Office,
    Waiting,
    find_card,
    find_shown,
    list_similar,
    list_waiting,
    load_office,
    next_due,
)
from lapor.dispositions.instructions import filled, given_instructions
from lapor.dispositions.labels import PART, RESPONSE_KIND, due_view, shown_words
from lapor.dispositions.mandate_views import mandate_inbox
from lapor.dispositions.models import Deadline, Disposition
from lapor.dispositions.queries import NOT_FOUND, load_disposition
from lapor.dispositions.reading import Change, changes_between, opening_of
from lapor.dispositions.rules import time_left
from lapor.dispositions.views import ACKNOWLEDGE, bp, is_prefetch, load, note_reading, step
from lapor.journal.services import note_read
from lapor.offices.explaining import why_not_in_force
from lapor.policy import Actor, Permission, Power, Role, scope_of
from lapor.web.addresses import key_of
from lapor.web.forms import add_refusal
from lapor.web.guards import current_actor, requires
from lapor.web.htmx import is_htmx

__all__ = ["bp"]

TEXT_SIZE = "lapor_huruf"
LARGE = "besar"


def power_for(actor: Actor, disposition: Disposition) -> Power | None:
    """The post by which this person may give the head's word on this order today, or None."""
    return next(
        (p for p in actor.powers if p.agency_id == disposition.head_agency_id and p.grants(ACKNOWLEDGE)), None
    )


def head_agencies(actor: Actor) -> list[int]:
    """The agencies whose head's word this person gives today."""
    return sorted(power.agency_id for power in actor.powers if power.grants(ACKNOWLEDGE))


# --- a card in words ---------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Place:
    """Where a card stands among those that wait: number of total; ``old``: how many may be read on one page."""

    number: int
    total: int
    old: int = 0

    @classmethod
    def among(cls, waiting: Sequence[Waiting], disposition_id: int) -> "Place":
        """The place of one order, the only one when it is not among the first that wait."""
        keys = [item.id for item in waiting]
        old = sum(1 for item in waiting if item.is_old)
        return cls(keys.index(disposition_id) + 1, len(keys), old) if disposition_id in keys else cls(1, 1, old)


@dataclass(frozen=True)
class Answer:
    """What is said together with the next card: a sentence and its tone."""

    sentence: str
    tone: str = "good"


def _form_of(card: Card, office: Office) -> AcknowledgeForm:
    own = card.own_draft
    begun = drafting.Begun(own.chosen, own.words, own.pass_to, own.pass_label) if own else None
    chips = filled(office.chips or given_instructions(), card.answer_due_on)
    form = AcknowledgeForm().prepare(chips, office.posts, begun)
    if not form.is_submitted():
        form.digest.data = _digest(card)
    return form


def _shown(card: Card) -> dict[str, Any]:
    return acknowledging.shown_to_head(card.complaint, card.disposition)


def _digest(card: Card) -> str:
    return acknowledging.digest_of(_shown(card))


def _changes(card: Card, before: Mapping[str, Any] | None) -> list[Change]:
    """What differs between a card as it was shown and as it is now, masked, in words."""
    return [] if before is None else changes_between(shown_words(before), shown_words(_shown(card)))


def _skipped(calendar: Calendar, due: Deadline) -> list[Any]:
    return sorted(day for day in calendar.days_off if due.started_on < day <= due.due_on and day.weekday() < 5)


def _card_page(
    card: Card,
    actor: Actor,
    form: AcknowledgeForm,
    office: Office,
    place: Place,
    *,
    changes: Sequence[Change] = (),
    said: Answer | None = None,
) -> str:
    session: Session = db.session()
    calendar = working_calendar(session)
    complaint, due = card.complaint, card.due
    left = None
    if due is not None:
        paused = complaint.on_hold_since is not None
        left = time_left(calendar, due.due_on, actor.day, met_on=due.met_on, is_paused=paused)
    chosen = request.form.get("huruf") if "kartu" in request.form else request.cookies.get(TEXT_SIZE)
    return render_template(
        "dispositions/_card.html" if is_htmx() else "dispositions/card.html",
        is_fragment=is_htmx(),
        card=card,
        complaint=complaint,
        opening=opening_of(masked(complaint.text)),
        form=form,
        office=office,
        power=power_for(actor, card.disposition),
        due=due_view(left) if left else None,
        skipped=_skipped(calendar, due) if due else [],
        place=place,
        changes=changes,
        said=said,
        similar=list_similar(session, card, scope_of(actor)),
        reasons=[str(words) for words in RETURN_REASONS],
        is_large=chosen == LARGE,
        now=clock.now(),
        confirm=confirm_view(actor, form.digest.data or ""),
        masked=masked,
        report_class=REPORT_CLASS[complaint.report_class],
        part=PART[card.disposition.part],
        RESPONSE_KIND=RESPONSE_KIND,
        several=len(head_agencies(actor)) > 1,
    )


def _note_shown(card: Card, actor: Actor) -> None:
    """Note in one short transaction that the holder of the post sees it, which version, and confidential reading."""
    if is_prefetch() or power_for(actor, card.disposition) is None or not card.disposition.is_owed:
        return
    shown = _shown(card)
    digest = acknowledging.digest_of(shown)
    if card.opened and card.last_shown is not None and card.last_shown.digest == digest:
        note_reading(card.complaint, "inbox", actor)
        return
    key, complaint_id, withheld, opened = (
        card.disposition.id,
        card.complaint.id,
        card.complaint.is_withheld,
        card.opened,
    )
    now = clock.now()
    with transaction() as session:
        row = lock(session, Disposition, key)  # two phones of one person: one after the other
        if not opened:
            acknowledging.note_opened(session, row, actor=actor, now=now)
        drafting.keep_shown(session, key, digest=digest, shown=shown, person_id=actor.person_id, now=now)
        if withheld:
            note_read(session, complaint_id, what="inbox", actor=actor, now=now)


def _load_card(disposition_id: int, actor: Actor) -> tuple[Card, Office]:
    session: Session = db.session()
    assignments = [power.assignment_id for power in actor.powers if power.grants(ACKNOWLEDGE)]
    card = find_card(session, disposition_id, actor.person_id, assignments)
    if card is None:
        raise NotFound(NOT_FOUND)
    return card, load_office(session, card.disposition.agency_id, actor.day)


def _show(disposition_id: int, actor: Actor, waiting: Sequence[Waiting], said: Answer | None = None) -> str:
    """The card of a waiting order; what changed since this person saw it last is pointed out."""
    card, office = _load_card(disposition_id, actor)
    before = card.last_shown.shown if card.opened and card.last_shown is not None else None
    form = _form_of(card, office) if said is None else _fresh_form(card, office)
    place = Place.among(waiting, disposition_id)
    page = _card_page(card, actor, form, office, place, changes=_changes(card, before), said=said)
    _note_shown(card, actor)
    return page


def _fresh_form(card: Card, office: Office) -> AcknowledgeForm:
    """The form of the next card: what was just sent belongs to the one before."""
    own = card.own_draft
    form = AcknowledgeForm(formdata=None)
    form.digest.data = _digest(card)
    if own is not None:
        form.ready.data, form.instruction.data = list(own.chosen), own.words
        form.pass_to.data, form.pass_label.data = list(own.pass_to), own.pass_label
    return form.prepare(filled(office.chips or given_instructions(), card.answer_due_on), office.posts, None)


def _nothing(actor: Actor, said: Answer | None = None) -> str:
    agencies = head_agencies(actor)
    power = next((p for p in actor.powers if p.role is Role.HEAD), None)
    return render_template(
        "dispositions/_nothing.html" if is_htmx() else "dispositions/nothing.html",
        is_fragment=is_htmx(),
        next_due=next_due(db.session(), agencies, scope_of(actor), actor.day) if agencies else None,
        why=why_not_in_force(db.session(), actor.person_id, actor.day),
        power=power,
        said=said,
    )


# --- pages -------------------------------------------------------------------------------------------------------


@bp.get("/menunggu")
@requires(Permission.INBOX_VIEW)
def inbox() -> str:
    """One complaint at a time: what waits for the word of this head, or for a liaison who holds his mandate."""
    actor = current_actor()
    if Role.HEAD not in actor.roles:
        return mandate_inbox(actor)
    waiting = list_waiting(db.session(), head_agencies(actor), scope_of(actor))
    if not waiting:
        return _nothing(actor)
    keys = [item.id for item in waiting]
    after = key_of(request.args.get("setelah", ""))
    start = keys.index(after) + 1 if after in keys else 0
    return _show(keys[start % len(keys)], actor, waiting)


@bp.get("/disposisi/<int:disposition_id>")
@requires(Permission.COMPLAINT_VIEW)
def show_disposition(disposition_id: int) -> Any:
    """The card for the head who owes his word; the page of the complaint for everybody else."""
    actor, disposition, complaint, may_read = load(disposition_id)
    if not disposition.is_owed or power_for(actor, disposition) is None or not may_read:
        return redirect(url_for("desk.show_complaint", complaint_id=complaint.id), code=303)
    return _show(disposition_id, actor, list_waiting(db.session(), head_agencies(actor), scope_of(actor)))


@bp.get("/disposisi/<int:disposition_id>/ketahui")
@requires(Permission.COMPLAINT_VIEW)
def acknowledge_address(disposition_id: int) -> BaseResponse:
    """A link never acknowledges: it leads to the card."""
    return redirect(url_for("dispositions.show_disposition", disposition_id=disposition_id), code=303)


@bp.post("/disposisi/<int:disposition_id>/ketahui")
@requires(ACKNOWLEDGE)
def acknowledge(disposition_id: int) -> Any:
    """The head states that he knows."""
    actor, disposition, _complaint, may_read = load(disposition_id)
    # before the form is looked at: what is wrong with it is shown on the card, and the card is this head's only
    head_power(actor, disposition)
    if not may_read:
        raise NotFound(NOT_FOUND)
    card, office = _load_card(disposition_id, actor)
    form = _form_of(card, office)
    words = form.words()
    pass_on = acknowledging.PassOn(tuple(form.pass_to.data or ()), form.pass_label.data or "")
    if form.validate_on_submit():
        try:
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
    return url_for("dispositions.show_disposition", disposition_id=key)


def _keep(disposition_id: int, actor: Actor, begun: drafting.Begun, now: datetime) -> bool:
    with transaction() as session:
        row = lock(session, Disposition, disposition_id)
        return drafting.keep(session, row, begun, person_id=actor.person_id, now=now)


# --- after a step ------------------------------------------------------------------------------------------------


def _go_on(actor: Actor, sentence: str, tone: str = "good") -> BaseResponse:
    """Lead on to the next card: in this very answer for htmx, by a redirect for a plain browser."""
    waiting = list_waiting(db.session(), head_agencies(actor), scope_of(actor))
    if waiting:
        sentence += " " + _("Sisa %(count)s aduan.", count=len(waiting))
    if not is_htmx():
        flash(sentence, tone)
        return _with_text_size(redirect(url_for("dispositions.inbox"), code=303))
    said = Answer(sentence, tone)
    page = _show(waiting[0].id, actor, waiting, said) if waiting else _nothing(actor, said)
    response = make_response(page)
    response.headers["HX-Replace-Url"] = url_for("dispositions.inbox")
    return _with_text_size(response)


def _again(disposition_id: int, actor: Actor, form: AcknowledgeForm) -> Any:
    """The same card after a refusal, with what was typed; or the next one when this one waits no more."""
    before = find_shown(db.session(), disposition_id, actor.person_id, form.digest.data or "")
    _keep(disposition_id, actor, form.begun(), clock.now())
    card, office = _load_card(disposition_id, actor)
    if not card.disposition.is_owed:
        return _go_on(
            actor, form.form_errors[0] if form.form_errors else _("Aduan ini sudah tidak menunggu."), "info"
        )
    form.digest.data = _digest(card)
    place = Place.among(list_waiting(db.session(), head_agencies(actor), scope_of(actor)), disposition_id)
    page = _card_page(card, actor, form, office, place, changes=_changes(card, before))
    _note_shown(card, actor)
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
    """Not this agency's authority: the head returns it (from the card in two taps), the operator proposes it."""
    actor, disposition, complaint, may_read = load(disposition_id)
    is_head = power_for(actor, disposition) is not None
    if is_head and may_read and "kartu" in request.form:
        return _give_back_from_card(disposition_id, actor)
    form = ReturnForm()
    if not form.is_submitted():
        form.digest.data = acknowledging.digest_of(acknowledging.shown_to_head(complaint, disposition))
        if is_head:
            form.reason.data = disposition.return_proposal

    def act(session: Session, row: Disposition, who: Actor, confirmation: Confirmation = BY_PASSWORD) -> None:
        now = clock.now()
        if is_head:
            acknowledging.return_to_coordinator(
                session,
                row,
                reason=form.reason.data,
                digest=form.digest.data or "",
                confirmation=confirmation,
                actor=who,
                now=now,
            )
        else:
            acknowledging.propose_return(session, row, reason=form.reason.data, actor=who, now=now)

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
        after=url_for("dispositions.inbox") if is_head else None,
        signs=(form.digest.data or "") if is_head else None,
    )


def _give_back_from_card(disposition_id: int, actor: Actor) -> Any:
    card, office = _load_card(disposition_id, actor)
    form = _form_of(card, office)
    reason = request.form.get("alasan", "")[:1000]
    if form.validate_on_submit():
        try:
            confirmation = confirmation_of(form, actor=actor, digest=form.digest.data or "")
            with transaction() as session:
                acknowledging.return_to_coordinator(
                    session,
                    lock(session, Disposition, disposition_id),
                    reason=reason,
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
