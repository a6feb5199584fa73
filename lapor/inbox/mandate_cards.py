"""The same card for a liaison who holds the head's mandate, one at a time."""

from typing import Any

from flask import render_template, request
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from lapor.accounts.confirming import confirm_view
from lapor.calendar.queries import working_calendar
from lapor.complaints.labels import REPORT_CLASS
from lapor.complaints.rules import masked
from lapor.core import clock
from lapor.core.db import db, lock, transaction
from lapor.core.errors import NotFound
from lapor.dispositions.acknowledging import digest_of, shown_to_head
from lapor.dispositions.labels import RESPONSE_KIND, due_view
from lapor.dispositions.models import Disposition
from lapor.dispositions.queries import NOT_FOUND
from lapor.dispositions.rules import time_left
from lapor.dispositions.views import is_prefetch
from lapor.inbox.card_queries import Card, find_card
from lapor.inbox.forms import AcknowledgeForm
from lapor.inbox.instructions import filled, given_instructions, list_chips
from lapor.offices.queries import list_posts
from lapor.policy import Actor, Role
from lapor.units import mandates
from lapor.web.addresses import key_of


def mandate_inbox(actor: Actor) -> str:
    """What waits for a word that the liaison may give by mandate, one at a time; else why there is nothing."""
    session: Session = db.session()
    held = mandates.mandates_in_force(session, actor, actor.day)
    waiting = mandates.mandated_ids(session, held)
    if not waiting:
        return render_template("inbox/no_mandate.html", mandates=held)
    after = key_of(request.args.get("setelah", ""))
    place = (waiting.index(after) + 1 if after in waiting else 0) % len(waiting)
    page = mandate_page(waiting[place], actor, place=place + 1, total=len(waiting))
    assert isinstance(page, str)
    return page


def mandate_form(card: Card) -> AcknowledgeForm:
    session: Session = db.session()
    agency_id = card.disposition.agency_id
    posts = list_posts(session, agency_id, [Role.UNIT, Role.OPERATOR])
    chips = filled(list_chips(session, agency_id) or given_instructions(), card.answer_due_on)
    form = AcknowledgeForm().prepare(chips, [(post.id, post.title) for post in posts], None)
    form.ready.label.text = _("Arahan")
    if not form.is_submitted():
        form.digest.data = digest_of(shown_to_head(card.complaint, card.disposition))
    return form


def mandate_card(disposition_id: int, actor: Actor) -> Card:
    card = find_card(db.session(), disposition_id, actor.person_id, ())
    if card is None:
        raise NotFound(NOT_FOUND)
    return card


def mandate_page(
    disposition_id: int, actor: Actor, *, form: AcknowledgeForm | None = None, place: int = 1, total: int = 1
) -> Any:
    session: Session = db.session()
    card = mandate_card(disposition_id, actor)
    disposition, complaint = card.disposition, card.complaint
    power, mandate = mandates.mandate_power(session, actor, disposition, complaint, actor.day)
    refused = form is not None
    form = form or mandate_form(card)
    if refused:
        form.digest.data = digest_of(shown_to_head(complaint, disposition))
    left = None
    if card.due is not None:
        paused = complaint.on_hold_since is not None
        left = time_left(
            working_calendar(session), card.due.due_on, actor.day, met_on=card.due.met_on, is_paused=paused
        )
    page = render_template(
        "inbox/mandate.html",
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
