"""What the liaison acknowledges under a mandate of his head."""

from typing import Any

from flask import flash, redirect, url_for
from flask_babel import gettext as _

from lapor.accounts.confirming import confirmation_of
from lapor.core import clock
from lapor.core.db import db, lock, transaction
from lapor.core.errors import NotAllowed, NotFound, Refusal
from lapor.dispositions.acknowledging import PassOn
from lapor.dispositions.models import Disposition
from lapor.dispositions.queries import NOT_FOUND, load_disposition
from lapor.dispositions.views import load
from lapor.inbox.mandate_cards import mandate_card, mandate_form, mandate_inbox, mandate_page
from lapor.inbox.views import bp
from lapor.policy import Permission, scope_of
from lapor.units import mandates
from lapor.web.forms import add_refusal
from lapor.web.guards import current_actor, requires

__all__ = ["bp"]

USE = Permission.MANDATE_USE


@bp.get("/menunggu/mandat")
@requires(USE)
def mandated() -> str:
    """What waits under a mandate, for a person who has an inbox of his own as head of another agency."""
    return mandate_inbox(current_actor())


@bp.get("/disposisi/<int:disposition_id>/mandat")
@requires(USE)
def show_mandated(disposition_id: int) -> Any:
    """The card of one order for the holder of a mandate."""
    actor, disposition, complaint, may_read = load(disposition_id)
    if not may_read:
        raise NotFound(NOT_FOUND)
    mandates.mandate_power(db.session(), actor, disposition, complaint, actor.day)
    if not disposition.is_owed:
        return redirect(url_for("desk.show_complaint", complaint_id=complaint.id), code=303)
    return mandate_page(disposition_id, actor)


@bp.post("/disposisi/<int:disposition_id>/mandat")
@requires(USE)
def acknowledge_by_mandate(disposition_id: int) -> Any:
    """The holder of a mandate states that it is known, in the head's stead."""
    actor, disposition, complaint, may_read = load(disposition_id)
    if not may_read:
        raise NotFound(NOT_FOUND)
    # before the form is looked at: what is wrong with it is shown on the card, and the card is the holder's only
    mandates.mandate_power(db.session(), actor, disposition, complaint, actor.day)
    form = mandate_form(mandate_card(disposition_id, actor))
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
            held = mandates.mandates_in_force(db.session(), actor, actor.day)
            left = len(mandates.mandated_ids(db.session(), held))
            flash(_("Tercatat atas mandat.") + (" " + _("Sisa %(count)s aduan.", count=left) if left else ""), "good")
            return redirect(url_for("inbox.mandated"), code=303)
    disposition, complaint, _may_read = load_disposition(db.session(), disposition_id, scope_of(actor))
    if not disposition.is_owed:
        flash(form.form_errors[0] if form.form_errors else _("Aduan ini sudah tidak menunggu."), "info")
        return redirect(url_for("desk.show_complaint", complaint_id=complaint.id), code=303)
    return mandate_page(disposition_id, actor, form=form), 422
