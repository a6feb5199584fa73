"""Proposals of substitutes: the head proposes, the secretariat or the coordinator enters the order or declines."""

from datetime import date
from typing import Any

from flask import flash, render_template, request, url_for
from flask_babel import gettext as _

from lapor.core import clock
from lapor.core.db import db, transaction
from lapor.core.errors import Invalid, NotFound
from lapor.offices import queries, services
from lapor.offices.explaining import why_not_in_force
from lapor.offices.forms import DeclineForm, ProposalForm
from lapor.offices.models import ActingProposal, Person
from lapor.offices.queries import Proposed
from lapor.offices.views import bp, held_for_absence, is_own_head
from lapor.policy import GRANTS, Actor, Permission, Role
from lapor.web.forms import add_refusal
from lapor.web.guards import current_actor, requires
from lapor.web.htmx import redirect_to

__all__ = ["bp"]


_HEADS = GRANTS[Role.HEAD] - GRANTS[Role.OPERATOR]


def why_not(actor: Actor, wanted: tuple[Permission, ...]) -> str | None:
    """The sentence for a head without force before a page that only a head in force may open, or None."""
    if not _HEADS & set(wanted):
        return None
    return why_not_in_force(db.session(), actor.person_id, actor.day)


def _day_of(name: str, otherwise: date) -> date:
    try:
        return date.fromisoformat(request.args.get(name, ""))
    except ValueError:
        return otherwise


@bp.route("/penugasan/<int:assignment_id>/usul", methods=["GET", "POST"])
@requires(Permission.ABSENCE_ENTER)
def propose_acting(assignment_id: int) -> Any:
    """The head proposes who acts for him; it is in force when the order is entered."""
    held, form = held_for_absence(assignment_id), ProposalForm()
    if not is_own_head(held):
        raise NotFound(_("Penugasan ini tidak ditemukan."))
    actor = current_actor()
    form.offer(queries.list_substitutes(db.session(), held.post.agency_id, actor.person_id, actor.day))
    if request.method == "GET":
        form.starts_on.data = _day_of("mulai", actor.day)
        form.ends_on.data = _day_of("sampai", actor.day)
    if form.validate_on_submit():
        try:
            with transaction() as session:
                services.propose_acting(
                    session,
                    held.assignment,
                    person=session.get_one(Person, form.person.data),
                    starts_on=form.starts_on.data,
                    ends_on=form.ends_on.data,
                    note=form.note.data,
                    actor=actor,
                    now=clock.now(),
                )
        except Invalid as refusal:
            add_refusal(form, refusal)
        else:
            flash(
                _("Usul Bapak/Ibu tercatat. Kewenangan berpindah setelah surat perintahnya dicatat sekretariat."),
                "good",
            )
            return redirect_to(url_for("offices.add_absence", assignment_id=assignment_id))
    page = render_template("offices/propose.html", form=form, held=held)
    return page, 422 if form.is_submitted() else 200


def _proposed(proposal_id: int) -> Proposed:
    found = queries.list_proposals(db.session(), proposal_id=proposal_id)
    if not found:
        raise NotFound(_("Usul ini tidak ditemukan."))
    return found[0]


@bp.post("/penugasan/usul/<int:proposal_id>/tarik")
@requires(Permission.ABSENCE_ENTER)
def withdraw_proposal(proposal_id: int) -> Any:
    """The head takes his own proposal back."""
    found = _proposed(proposal_id)
    if found.holder.id != current_actor().person_id:
        raise NotFound(_("Usul ini tidak ditemukan."))
    assignment_id = found.proposal.assignment_id
    with transaction() as session:
        services.withdraw_proposal(
            session, session.get_one(ActingProposal, proposal_id), actor=current_actor(), now=clock.now()
        )
    flash(_("Usul ditarik."), "good")
    return redirect_to(url_for("offices.add_absence", assignment_id=assignment_id))


@bp.route("/penugasan/usul/<int:proposal_id>/tolak", methods=["GET", "POST"])
@requires(Permission.ASSIGNMENT_EDIT)
def decline_proposal(proposal_id: int) -> Any:
    """A proposal is not followed, with a reason."""
    found, form = _proposed(proposal_id), DeclineForm()
    if form.validate_on_submit():
        try:
            with transaction() as session:
                services.decline_proposal(
                    session,
                    session.get_one(ActingProposal, proposal_id),
                    reason=form.reason.data,
                    actor=current_actor(),
                    now=clock.now(),
                )
        except Invalid as refusal:
            add_refusal(form, refusal)
        else:
            flash(_("Tercatat. Kepala OPD diberi tahu alasannya."), "good")
            return redirect_to(url_for("offices.list_assignments", tampil="usul"))
    page = render_template("offices/decline.html", form=form, found=found)
    return page, 422 if form.is_submitted() else 200
