"""A wrong statement of a head is replaced by a new one with a reason; both stay and both are shown."""

from typing import Any

from flask import flash, redirect, url_for
from flask_babel import gettext as _

from lapor.core import clock
from lapor.core.db import db
from lapor.core.errors import NotFound
from lapor.dispositions import acknowledging, superseding
from lapor.dispositions.authority import head_power
from lapor.dispositions.queries import NOT_FOUND
from lapor.dispositions.views import ACKNOWLEDGE, load, step
from lapor.inbox.card_queries import load_office
from lapor.inbox.forms import SupersedeForm
from lapor.inbox.queries import last_statement
from lapor.inbox.views import bp
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
    form = SupersedeForm()
    form.pass_to.choices = load_office(db.session(), disposition.agency_id, actor.day).posts
    if not form.is_submitted():
        form.replaces.data = str(statement.acknowledgement.id)
        form.instruction.data = statement.acknowledgement.instruction
        form.pass_to.data = list(statement.post_ids)
        form.pass_label.data = statement.label
    return step(
        disposition_id,
        form,
        lambda session, row, who, confirmation: superseding.supersede_acknowledgement(
            session,
            row,
            instruction=form.instruction.data,
            reason=form.reason.data,
            pass_on=acknowledging.PassOn(tuple(form.pass_to.data or ()), form.pass_label.data or ""),
            replaces=key_of(form.replaces.data or ""),
            confirmation=confirmation,
            actor=who,
            now=clock.now(),
        ),
        signs=statement.acknowledgement.digest,
        title=_("Perbaiki pernyataan"),
        button=_("Simpan pernyataan baru"),
        done=_("Pernyataan baru dicatat. Pernyataan lama tetap tersimpan."),
        explanation=_("Pernyataan lama tidak dihapus. Yang baru berlaku sejak sekarang, beserta alasannya."),
        template="inbox/supersede.html",
        statement=statement,
    )
