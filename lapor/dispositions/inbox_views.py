"""The head's inbox: one complaint at a time, acknowledged or returned."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse

from lapor.calendar.queries import working_calendar
from lapor.complaints.labels import REPORT_CLASS
from lapor.complaints.rules import masked
from lapor.core import clock
from lapor.core.db import db, lock, transaction
from lapor.core.errors import NotAllowed, NotFound, Refusal
from lapor.dispositions import acknowledging
from lapor.dispositions.authority import head_power
from lapor.dispositions.forms import (
    AcknowledgeForm,
    ReturnForm,
    SupersedeForm,
)
from lapor.dispositions.labels import PART, RESPONSE_KIND, due_view
from lapor.dispositions.models import Disposition
from lapor.dispositions.queries import (
    NOT_FOUND,
    Card,
    find_card,
    next_due,
    owed_ids,
)
from lapor.dispositions.rules import time_left
from lapor.dispositions.views import ACKNOWLEDGE, bp, is_prefetch, load, note_reading, step
from lapor.journal.services import note_read
from lapor.offices.queries import holders_by_role, post_choices
from lapor.policy import Actor, Permission, Power, Role
from lapor.web.addresses import key_of
from lapor.web.forms import add_refusal
from lapor.web.guards import current_actor, requires

__all__ = ["bp"]


def power_for(actor: Actor, disposition: Disposition) -> Power | None:
    return next(
        (p for p in actor.powers if p.agency_id == disposition.head_agency_id and p.grants(ACKNOWLEDGE)), None
    )


def _head_agencies(actor: Actor) -> list[int]:
    return sorted(power.agency_id for power in actor.powers if power.grants(ACKNOWLEDGE))


def _card_page(card: Card, actor: Actor, form: AcknowledgeForm, *, place: int, total: int, skip: int | None) -> str:
    session: Session = db.session()
    calendar = working_calendar(session)
    left = None
    if card.due is not None:
        left = time_left(
            calendar,
            card.due.due_on,
            actor.day,
            met_on=card.due.met_on,
            is_paused=card.complaint.on_hold_since is not None,
        )
    complaint = card.complaint
    return render_template(
        "dispositions/card.html",
        card=card,
        complaint=complaint,
        form=form,
        power=power_for(actor, card.disposition),
        due=due_view(left) if left else None,
        place=place,
        total=total,
        skip=skip,
        masked=masked,
        report_class=REPORT_CLASS[complaint.report_class],
        part=PART[card.disposition.part],
        response_kind=RESPONSE_KIND[card.draft.kind] if card.draft else None,
        minutes=max(1, round(len(complaint.text) / 900)),
        several=len([p for p in actor.powers if p.grants(ACKNOWLEDGE)]) > 1,
    )


def _acknowledge_form(card: Card) -> AcknowledgeForm:
    session: Session = db.session()
    posts = post_choices(session, card.disposition.agency_id, (Role.LIAISON, Role.UNIT, Role.OPERATOR))
    form = AcknowledgeForm().prepare(posts)
    if not form.is_submitted():
        form.digest.data = acknowledging.digest_of(acknowledging.shown_to_head(card.complaint, card.disposition))
    return form


def _note_opened(card: Card, actor: Actor) -> None:
    """Note in one short transaction that the holder of the post saw it, and that confidential content was shown."""
    if is_prefetch() or power_for(actor, card.disposition) is None or not card.disposition.is_owed:
        return
    if card.opened:
        note_reading(card.complaint, "inbox", actor)
        return
    key, complaint_id, withheld = card.disposition.id, card.complaint.id, card.complaint.is_withheld
    now = clock.now()
    with transaction() as session:
        acknowledging.note_opened(session, lock(session, Disposition, key), actor=actor, now=now)
        if withheld:
            note_read(session, complaint_id, what="inbox", actor=actor, now=now)


@bp.get("/menunggu")
@requires(Permission.INBOX_VIEW)
def inbox() -> str:
    """One complaint at a time: what waits for the word of this head."""
    actor = current_actor()
    session: Session = db.session()
    agencies = _head_agencies(actor)
    waiting = owed_ids(session, agencies) if agencies else []
    if not waiting:
        power = next((p for p in actor.powers if p.role is Role.HEAD), None)
        return render_template(
            "dispositions/nothing.html",
            next_due=next_due(session, agencies) if agencies else None,
            without_force=power is not None and not power.in_force,
            power=power,
        )
    after = key_of(request.args.get("setelah", ""))
    start = waiting.index(after) + 1 if after in waiting else 0
    place = start % len(waiting)
    card = find_card(session, waiting[place], actor.person_id)
    if card is None:
        raise NotFound(NOT_FOUND)
    skip = card.disposition.id if len(waiting) > 1 else None
    page = _card_page(card, actor, _acknowledge_form(card), place=place + 1, total=len(waiting), skip=skip)
    _note_opened(card, actor)
    return page


@bp.get("/disposisi/<int:disposition_id>")
@requires(Permission.COMPLAINT_VIEW)
def show_disposition(disposition_id: int) -> Any:
    """The card for the head who owes his word; the page of the complaint for everybody else."""
    actor, disposition, complaint, may_read = load(disposition_id)
    if not disposition.is_owed or power_for(actor, disposition) is None or not may_read:
        return redirect(url_for("desk.show_complaint", complaint_id=complaint.id), code=303)
    card = find_card(db.session(), disposition_id, actor.person_id)
    if card is None:
        raise NotFound(NOT_FOUND)
    page = _card_page(card, actor, _acknowledge_form(card), place=1, total=1, skip=None)
    _note_opened(card, actor)
    return page


@bp.get("/disposisi/<int:disposition_id>/ketahui")
@requires(Permission.COMPLAINT_VIEW)
def acknowledge_address(disposition_id: int) -> BaseResponse:
    """A link never acknowledges: it leads to the card."""
    return redirect(url_for("dispositions.show_disposition", disposition_id=disposition_id), code=303)


@bp.post("/disposisi/<int:disposition_id>/ketahui")
@requires(ACKNOWLEDGE)
def acknowledge(disposition_id: int) -> Any:
    """The head states that he knows."""
    actor, disposition, complaint, may_read = load(disposition_id)
    # before the form is looked at: what is wrong with it is shown on the card, and the card is this head's only
    head_power(actor, disposition)
    card = find_card(db.session(), disposition_id, actor.person_id) if may_read else None
    if card is None:
        raise NotFound(NOT_FOUND)
    form = _acknowledge_form(card)
    if form.validate_on_submit():
        try:
            with transaction() as session:
                acknowledging.acknowledge(
                    session,
                    lock(session, Disposition, disposition_id),
                    digest=form.digest.data or "",
                    instruction=form.words(),
                    pass_on=acknowledging.PassOn(tuple(form.pass_to.data or ()), form.pass_label.data or ""),
                    actor=actor,
                    now=clock.now(),
                )
        except NotAllowed:
            raise
        except Refusal as refusal:
            add_refusal(form, refusal)
        else:
            return _after_acknowledging(actor, card)
    card = find_card(db.session(), disposition_id, actor.person_id)
    if card is None or not card.disposition.is_owed:
        flash(form.form_errors[0] if form.form_errors else _("Aduan ini sudah tidak menunggu."), "info")
        return redirect(url_for("desk.show_complaint", complaint_id=complaint.id), code=303)
    form.digest.data = acknowledging.digest_of(acknowledging.shown_to_head(card.complaint, card.disposition))
    page = _card_page(card, actor, form, place=1, total=1, skip=None)
    _note_opened(card, actor)
    return page, 422


def _after_acknowledging(actor: Actor, card: Card) -> BaseResponse:
    session: Session = db.session()
    left = len(owed_ids(session, _head_agencies(actor)))
    operators = holders_by_role(session, card.disposition.agency_id, Role.OPERATOR, actor.day)
    told = operators[0].full_name if operators else None
    sentence = _("Tercatat.")
    if told:
        sentence += " " + _("Arahan Bapak/Ibu sudah sampai kepada %(name)s.", name=told.rstrip("."))
    if left:
        sentence += " " + _("Sisa %(count)s aduan.", count=left)
    flash(sentence, "good")
    return redirect(url_for("dispositions.inbox"), code=303)


@bp.route("/disposisi/<int:disposition_id>/perbaiki", methods=["GET", "POST"])
@requires(ACKNOWLEDGE)
def supersede(disposition_id: int) -> Any:
    """A wrong statement is replaced by a new one; both stay."""
    form = SupersedeForm()
    return step(
        disposition_id,
        form,
        lambda session, row, actor: acknowledging.supersede_acknowledgement(
            session,
            row,
            instruction=form.instruction.data,
            reason=form.reason.data,
            actor=actor,
            now=clock.now(),
        ),
        title=_("Perbaiki pernyataan"),
        button=_("Simpan pernyataan baru"),
        done=_("Pernyataan baru dicatat. Pernyataan lama tetap tersimpan."),
        explanation=_("Pernyataan lama tidak dihapus. Yang baru berlaku sejak sekarang, beserta alasannya."),
    )


@bp.route("/disposisi/<int:disposition_id>/kembalikan", methods=["GET", "POST"])
@requires(ACKNOWLEDGE, Permission.DISPOSITION_PROPOSE_RETURN)
def give_back(disposition_id: int) -> Any:
    """Not this agency's authority: the head returns it, the operator proposes it."""
    actor, disposition, complaint, _may_read = load(disposition_id)
    form = ReturnForm()
    is_head = power_for(actor, disposition) is not None
    if not form.is_submitted():
        form.digest.data = acknowledging.digest_of(acknowledging.shown_to_head(complaint, disposition))
        if is_head:
            form.reason.data = disposition.return_proposal

    def act(session: Session, row: Disposition, who: Actor) -> None:
        now = clock.now()
        if is_head:
            acknowledging.return_to_coordinator(
                session, row, reason=form.reason.data, digest=form.digest.data or "", actor=who, now=now
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
    )
