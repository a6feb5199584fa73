"""Old complaints that LAPOR! has closed, read on one page (office.md 1.17).

It is no button that acknowledges all: ten at most stand on the page, each with its whole text; each is ticked by
itself after reading; what is confidential, supervisory, about staff or without a class is read one by one on its own
card. Each gets a statement of its own, on which it stands that it was read in the list.
"""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from lapor.accounts.confirming import confirm_view, confirmation_of
from lapor.accounts.rules import Confirmation, digest_of_several
from lapor.complaints.labels import REPORT_CLASS
from lapor.complaints.models import Complaint
from lapor.complaints.rules import masked
from lapor.core import clock
from lapor.core.db import db, lock, transaction
from lapor.core.errors import Conflict, Invalid, NotAllowed
from lapor.dispositions import acknowledging
from lapor.dispositions.models import Disposition
from lapor.dispositions.views import ACKNOWLEDGE, is_prefetch
from lapor.inbox.cards import head_agencies
from lapor.inbox.forms import OldListForm
from lapor.inbox.queries import is_old, list_old, list_waiting
from lapor.inbox.views import bp
from lapor.policy import Actor, scope_of
from lapor.web.addresses import key_of
from lapor.web.forms import add_refusal
from lapor.web.guards import current_actor, requires

__all__ = ["bp"]

ON_A_PAGE = 10

Rows = list[tuple[Disposition, Complaint]]


def _digest(disposition: Disposition, complaint: Complaint) -> str:
    return acknowledging.digest_of(acknowledging.shown_to_head(complaint, disposition))


def _page(actor: Actor, form: OldListForm, rows: Rows, status: int = 200) -> Any:
    total = sum(1 for item in list_waiting(db.session(), head_agencies(actor), scope_of(actor)) if item.is_old)
    shown = [(disposition, complaint, _digest(disposition, complaint)) for disposition, complaint in rows]
    of_all = digest_of_several(digest for _disposition, _complaint, digest in shown)
    page = render_template(
        "inbox/old_list.html",
        form=form,
        rows=shown,
        confirm=confirm_view(actor, of_all),
        total=total,
        masked=masked,
        REPORT_CLASS=REPORT_CLASS,
        powers=[power for power in actor.powers if power.grants(ACKNOWLEDGE)],
    )
    _note_opened([disposition.id for disposition, _complaint in rows], actor)
    return page, status


def _digest_sent() -> str:
    """One digest of all the cards that stood on the page which was sent."""
    return digest_of_several(value for name, value in request.form.items() if name.startswith("digest-"))


def _note_opened(keys: list[int], actor: Actor) -> None:
    if is_prefetch() or not keys:
        return
    now = clock.now()
    with transaction() as session:
        for key in keys:
            acknowledging.note_opened(session, lock(session, Disposition, key), actor=actor, now=now)


@bp.route("/menunggu/lama", methods=["GET", "POST"])
@requires(ACKNOWLEDGE)
def old_list() -> Any:
    """Read several old ones, tick each that was read, confirm once."""
    actor = current_actor()
    rows = list_old(db.session(), head_agencies(actor), ON_A_PAGE)
    form = OldListForm()
    # what was shown is no longer on the page when a colleague was faster: it is refused below, with a sentence
    form.read.choices = [(key, key) for key in {*(str(row.id) for row, _c in rows), *(form.read.data or [])}]
    if not form.validate_on_submit():
        return _page(actor, form, rows, 422 if form.errors else 200)
    keys = [key_of(key) for key in form.read.data][:ON_A_PAGE]
    try:
        confirmation = confirmation_of(form, actor=actor, digest=_digest_sent())
    except Invalid as refusal:
        add_refusal(form, refusal)
        return _page(actor, form, list_old(db.session(), head_agencies(actor), ON_A_PAGE), 422)
    done, refused = _acknowledge_each(keys, actor, confirmation)
    if refused:
        form.form_errors = refused
        if done:
            form.form_errors = [_("%(count)s aduan tercatat diketahui.", count=done), *refused]
        form.read.data = []
        return _page(actor, form, list_old(db.session(), head_agencies(actor), ON_A_PAGE), 422)
    flash(_("Tercatat: %(count)s aduan lama diketahui.", count=done), "good")
    left = any(item.is_old for item in list_waiting(db.session(), head_agencies(actor), scope_of(actor)))
    return redirect(url_for("inbox.old_list" if left else "inbox.show"), code=303)


def _acknowledge_each(keys: list[int], actor: Actor, confirmation: Confirmation) -> tuple[int, list[str]]:
    """One statement for each; what changed or was settled meanwhile is left out. Returns number and refusals."""
    done, refused = 0, []
    now = clock.now()
    with transaction() as session:
        for key in sorted(keys):
            sentence = _acknowledge_one(session, key, actor, confirmation, now)
            if sentence is None:
                done += 1
            else:
                refused.append(sentence)
    return done, refused


def _acknowledge_one(session: Session, key: int, actor: Actor, confirmation: Confirmation, now: Any) -> str | None:
    row = lock(session, Disposition, key)
    if row is None or row.head_agency_id not in head_agencies(actor):
        raise NotAllowed(_("Hanya pemegang jabatan kepala OPD pada hari ini yang dapat menyatakan mengetahui."))
    complaint = session.get_one(Complaint, row.complaint_id)
    if row.is_owed and not is_old(session, key):
        return str(_("%(reference)s: mohon dibaca pada kartunya sendiri.", reference=complaint.reference))
    try:
        acknowledging.acknowledge(
            session,
            row,
            digest=request.form.get(f"digest-{key}", ""),
            in_list=True,
            confirmation=confirmation,
            actor=actor,
            now=now,
        )
    except (Conflict, Invalid) as refusal:  # raised before anything of this one is written
        return f"{complaint.reference}: {refusal.sentence}"
    return None
