"""The page on which an agency makes the ready instructions its own."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from lapor.core import clock
from lapor.core.db import db, transaction
from lapor.core.errors import NotAllowed, NotFound, Refusal
from lapor.inbox.forms import InstructionsForm
from lapor.inbox.instructions import (
    LONGEST,
    MOST,
    given_instructions,
    list_chips,
    powers_to_edit,
    save_chips,
)
from lapor.inbox.views import bp
from lapor.policy import Permission
from lapor.web.addresses import key_of
from lapor.web.forms import add_refusal
from lapor.web.guards import current_actor, requires

__all__ = ["bp"]


@bp.route("/arahan-siap-pakai", methods=["GET", "POST"])
@requires(Permission.INSTRUCTION_EDIT)
def edit_instructions() -> Any:
    """One line is one button on the head's card; none brings the given ones back."""
    actor = current_actor()
    powers = powers_to_edit(actor)
    wanted = key_of(request.args.get("opd", "")) or powers[0].agency_id
    power = next((item for item in powers if item.agency_id == wanted), None)
    if power is None:
        raise NotFound(_("OPD ini bukan untuk tugas Anda."))
    form = InstructionsForm()
    if form.validate_on_submit():
        lines = [] if "reset" in request.form else (form.lines.data or "").splitlines()
        try:
            with transaction() as session:
                kept = save_chips(session, power.agency_id, lines, actor=actor, now=clock.now())
        except NotAllowed:
            raise
        except Refusal as refusal:
            add_refusal(form, refusal)
        else:
            flash(
                _("Arahan siap pakai tersimpan.") if kept else _("Arahan siap pakai kembali seperti semula."), "good"
            )
            return redirect(url_for("inbox.edit_instructions", opd=power.agency_id), code=303)
    own = list_chips(db.session(), power.agency_id)
    if not form.is_submitted():
        form.lines.data = "\n".join(own or given_instructions())
    page = render_template(
        "inbox/instructions.html",
        form=form,
        power=power,
        powers=powers,
        is_own=bool(own),
        given=given_instructions(),
        most=MOST,
        longest=LONGEST,
    )
    return page if not form.errors else (page, 422)
