"""A wrong statement of a head is replaced by a new one with a reason; both stay and both are shown."""

from typing import Any

import sqlalchemy as sa
from flask import flash, redirect, request, url_for
from flask_babel import gettext as _

from lapor.core import clock
from lapor.core.db import db, lock, transaction
from lapor.core.errors import NotAllowed, NotFound
from lapor.dispositions import acknowledging, superseding
from lapor.dispositions.authority import head_power
from lapor.dispositions.models import Disposition, Opening
from lapor.dispositions.queries import NOT_FOUND
from lapor.dispositions.views import ACKNOWLEDGE, load, step
from lapor.inbox.card_queries import load_office
from lapor.inbox.forms import SupersedeForm
from lapor.inbox.queries import last_statement
from lapor.inbox.views import bp
from lapor.policy import Actor
from lapor.web.addresses import key_of
from lapor.web.guards import requires

__all__ = ["bp"]


@bp.route("/disposisi/<int:disposition_id>/perbaiki", methods=["GET", "POST"])
@requires(ACKNOWLEDGE)
def supersede(disposition_id: int) -> Any:
    """Correct the instruction, or to whom it was passed on, with a reason. Nothing is taken back or deleted."""
    actor, disposition, complaint, may_read = load(disposition_id)
    head_power(actor, disposition)
    if not may_read:
        raise NotFound(NOT_FOUND)
    statement = last_statement(db.session(), disposition_id)
    if statement is None:
        flash(_("Belum ada pernyataan mengetahui yang dapat diperbaiki."), "info")
        return redirect(url_for("desk.show_complaint", complaint_id=complaint.id), code=303)
    if not superseding.may_correct(complaint, disposition, statement.acknowledgement, person_id=actor.person_id):
        raise NotAllowed(superseding.CLOSED_TO_OTHERS)
    runs = superseding.still_runs(complaint, disposition)
    form = SupersedeForm()
    form.pass_to.choices = load_office(db.session(), disposition.agency_id, actor.day).posts
    if not form.is_submitted():
        form.replaces.data = str(statement.acknowledgement.id)
        form.instruction.data = statement.acknowledgement.instruction
        form.pass_to.data = list(statement.post_ids)
        form.pass_label.data = statement.label
    page = step(
        disposition_id,
        form,
        lambda session, row, who, confirmation: superseding.supersede_acknowledgement(
            session,
            row,
            digest=form.digest.data or "",
            instruction=form.instruction.data,
            reason=form.reason.data,
            pass_on=acknowledging.PassOn(tuple(form.pass_to.data or ()), form.pass_label.data or ""),
            replaces=key_of(form.replaces.data or ""),
            confirmation=confirmation,
            actor=who,
            now=clock.now(),
        ),
        signs=True,
        title=_("Perbaiki pernyataan"),
        button=_("Simpan pernyataan baru"),
        done=_("Pernyataan baru dicatat. Pernyataan lama tetap tersimpan."),
        explanation=_("Pernyataan lama tidak dihapus. Yang baru berlaku sejak sekarang, beserta alasannya."),
        template="inbox/supersede.html",
        statement=statement,
        runs=runs,
    )
    if request.method == "GET":
        _note_opened(disposition_id, actor)
    return page


def _note_opened(disposition_id: int, actor: Actor) -> None:
    """Whoever corrects has read it: a successor, or who signed on paper, sees it here for the first time."""
    seen = sa.select(Opening.id).where(Opening.disposition_id == disposition_id, Opening.person_id == actor.person_id)
    if db.session.scalar(seen) is not None:
        return
    with transaction() as session:
        row = lock(session, Disposition, disposition_id)
        acknowledging.note_opened(session, row, actor=actor, now=clock.now())
