"""A complaint as a card of the head: its words, its form, where it stands, that it was shown."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import render_template, request
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from lapor.accounts.confirming import ConfirmFields, confirm_view
from lapor.calendar.queries import working_calendar
from lapor.complaints.labels import REPORT_CLASS
from lapor.complaints.rules import masked
from lapor.core import clock
from lapor.core.db import db, lock, transaction
from lapor.core.errors import NotFound
from lapor.core.wording import date_range, long_date
from lapor.dispositions import acknowledging
from lapor.dispositions.labels import PART, RESPONSE_KIND, due_view, shown_words
from lapor.dispositions.models import Disposition
from lapor.dispositions.queries import NOT_FOUND
from lapor.dispositions.rules import time_left
from lapor.dispositions.views import ACKNOWLEDGE, is_prefetch, note_reading
from lapor.inbox import drafting
from lapor.inbox.card_queries import Card, Office, find_card, load_office
from lapor.inbox.forms import CardForm
from lapor.inbox.instructions import filled, given_instructions
from lapor.inbox.queries import Waiting, list_waiting, next_due
from lapor.inbox.reading import Change, changes_between, opening_of
from lapor.journal.services import note_read
from lapor.offices.explaining import why_not_in_force
from lapor.offices.models import Capacity
from lapor.offices.queries import Holder, heads_of
from lapor.policy import Actor, Power, Role, scope_of
from lapor.web.addresses import key_of
from lapor.web.htmx import is_htmx

TEXT_SIZE = "lapor_huruf"
LARGE = "besar"
SETTLED = "selesai"
MOST_SETTLED = 999


def power_for(actor: Actor, disposition: Disposition) -> Power | None:
    """The post by which this person may give the head's word on this order today, or None."""
    return next(
        (p for p in actor.powers if p.agency_id == disposition.head_agency_id and p.grants(ACKNOWLEDGE)), None
    )


def head_agencies(actor: Actor) -> list[int]:
    """The agencies whose head's word this person gives today."""
    return sorted(power.agency_id for power in actor.powers if power.grants(ACKNOWLEDGE))


@dataclass(frozen=True)
class Place:
    """Where a card stands in one sitting: number of total, with the ``done`` ones that were settled in it.

    ``waiting``: how many wait still. ``old``: how many of them may be read on one page.
    """

    number: int
    waiting: int
    done: int = 0
    old: int = 0

    @property
    def total(self) -> int:
        """Settled in this sitting and still waiting; grows when a new one arrives."""
        return self.done + self.waiting

    @classmethod
    def among(cls, waiting: Sequence[Waiting], disposition_id: int, done: int) -> "Place":
        """The place of one order, the only one that waits when it is not among the first."""
        keys = [item.id for item in waiting]
        old = sum(1 for item in waiting if item.is_old)
        if disposition_id not in keys:
            return cls(done + 1, 1, done, old)
        return cls(done + keys.index(disposition_id) + 1, len(keys), done, old)


def settled_so_far() -> int:
    """How many this person has settled in this sitting: carried along by the card itself, kept nowhere."""
    given = request.form.get(SETTLED) or request.args.get(SETTLED, "")
    return min(key_of(given), MOST_SETTLED)


@dataclass(frozen=True)
class Answer:
    """What is said together with the next card: a sentence and its tone."""

    sentence: str
    tone: str = "good"


def form_of(card: Card, office: Office) -> CardForm:
    own = card.own_draft
    begun = drafting.Begun(own.chosen, own.words, own.pass_to, own.pass_label) if own else None
    chips = filled(office.chips or given_instructions(), card.answer_due_on)
    form = CardForm().offer_reasons(card.disposition.return_proposal)
    form.prepare(chips, office.posts, begun)
    if not form.is_submitted():
        form.digest.data = digest_of_card(card)
    return form


def _shown(card: Card) -> dict[str, Any]:
    return acknowledging.shown_to_head(card.complaint, card.disposition)


def digest_of_card(card: Card) -> str:
    return acknowledging.digest_of(_shown(card))


def changes_since(card: Card, before: Mapping[str, Any] | None) -> list[Change]:
    """What differs between a card as it was shown and as it is now, masked, in words."""
    current = _shown(card)
    return [] if before is None or before == current else changes_between(shown_words(before), shown_words(current))


def card_page(
    card: Card,
    actor: Actor,
    form: CardForm,
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
        "inbox/_card.html" if is_htmx() else "inbox/card.html",
        is_fragment=is_htmx(),
        card=card,
        complaint=complaint,
        opening=opening_of(masked(complaint.text)),
        form=form,
        office=office,
        power=power_for(actor, card.disposition),
        due=due_view(left) if left else None,
        skipped=calendar.skipped(due.started_on, due.due_on) if due else (),
        place=place,
        changes=changes,
        said=said,
        acting=_acting(card, power_for(actor, card.disposition)),
        only_confirm=set(form.errors) <= set(ConfirmFields.NAMES),
        is_large=chosen == LARGE,
        now=clock.now(),
        confirm=confirm_view(actor, form.digest.data or ""),
        masked=masked,
        report_class=REPORT_CLASS[complaint.report_class],
        part=PART[card.disposition.part],
        RESPONSE_KIND=RESPONSE_KIND,
        several=len(head_agencies(actor)) > 1,
    )


def note_shown(card: Card, actor: Actor) -> None:
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
        if row.is_owed:  # not settled since the card was read
            drafting.keep_shown(session, key, digest=digest, shown=shown, person_id=actor.person_id, now=now)
        if withheld:
            note_read(session, complaint_id, what="inbox", actor=actor, now=now)


def load_card(disposition_id: int, actor: Actor) -> tuple[Card, Office]:
    session: Session = db.session()
    assignments = [power.assignment_id for power in actor.powers if power.grants(ACKNOWLEDGE)]
    card = find_card(session, disposition_id, actor.person_id, assignments)
    if card is None:
        raise NotFound(NOT_FOUND)
    return card, load_office(session, card.disposition.agency_id, actor.day)


def show_card(
    disposition_id: int, actor: Actor, waiting: Sequence[Waiting], said: Answer | None = None, *, done: int = 0
) -> str:
    """The card of a waiting order; what changed since this person saw it last is pointed out.

    ``done``: how many he has settled in this sitting.
    """
    card, office = load_card(disposition_id, actor)
    before = card.last_shown.shown if card.opened and card.last_shown is not None else None
    form = form_of(card, office) if said is None else _fresh_form(card, office)
    place = Place.among(waiting, disposition_id, done)
    page = card_page(card, actor, form, office, place, changes=changes_since(card, before), said=said)
    note_shown(card, actor)
    return page


def _fresh_form(card: Card, office: Office) -> CardForm:
    """The form of the next card: what was just sent belongs to the one before."""
    own = card.own_draft
    form = CardForm(formdata=None).offer_reasons(card.disposition.return_proposal)
    form.digest.data = digest_of_card(card)
    if own is not None:
        form.ready.data, form.instruction.data = list(own.chosen), own.words
        form.pass_to.data, form.pass_label.data = list(own.pass_to), own.pass_label
    form.prepare(filled(office.chips or given_instructions(), card.answer_due_on), office.posts, None)
    return form


def _acting(card: Card, power: Power | None) -> str | None:
    """The days on which this person stands in for another, in words; None in his own post."""
    if power is None or power.capacity == Capacity.DEFINITIVE or card.holds_since is None:
        return None
    if card.holds_until is None:
        return str(_("mulai %(day)s", day=long_date(card.holds_since)))
    return date_range(card.holds_since, card.holds_until)


@dataclass(frozen=True)
class Elsewhere:
    """What waits for another while the powers of a head are with him: how many, and who he is."""

    count: int
    holder: Holder


def _elsewhere(actor: Actor) -> list[Elsewhere]:
    """For a head on leave: what waits for the one who stands in for him, as numbers only."""
    away = [power.agency_id for power in actor.powers if power.role is Role.HEAD and not power.in_force]
    if not away:
        return []
    session: Session = db.session()
    found = []
    for agency_id, holder in heads_of(session, sorted(set(away)), actor.day).items():
        count = len(list_waiting(session, [agency_id], scope_of(actor)))
        if count:
            found.append(Elsewhere(count, holder))
    return found


def nothing(actor: Actor, said: Answer | None = None) -> str:
    agencies = head_agencies(actor)
    power = next((p for p in actor.powers if p.role is Role.HEAD), None)
    elsewhere = _elsewhere(actor)
    return render_template(
        "inbox/_nothing.html" if is_htmx() else "inbox/nothing.html",
        is_fragment=is_htmx(),
        next_due=next_due(db.session(), agencies, scope_of(actor), actor.day) if agencies else None,
        elsewhere=elsewhere,
        why=why_not_in_force(db.session(), actor.person_id, actor.day) if not elsewhere else None,
        power=power,
        said=said,
    )
