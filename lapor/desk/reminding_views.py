"""Pages with ready WhatsApp texts: for one order, and for all that waits for a head."""

from typing import Any

import sqlalchemy as sa
from flask import Response, current_app, flash, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from lapor.agencies.models import Agency
from lapor.core import clock
from lapor.core.db import db, transaction
from lapor.core.errors import NotAllowed, NotFound
from lapor.desk import reminding
from lapor.desk.case_views import bp
from lapor.desk.reminding import Ready
from lapor.dispositions.authority import may_process
from lapor.dispositions.models import Disposition
from lapor.dispositions.queries import load_disposition
from lapor.offices.models import Assignment, Post
from lapor.policy import Actor, Permission, Role, allows, scope_of
from lapor.web.addresses import key_of
from lapor.web.guards import current_actor, requires
from lapor.web.htmx import redirect_to

__all__ = ["bp"]

REMIND = Permission.RESPONSE_WRITE


def _base_url() -> str:
    return str(current_app.config["LAPOR_BASE_URL"]).rstrip("/")


def _of_order(session: Session, disposition_id: int, actor: Actor) -> tuple[Disposition, str, list[Ready]]:
    """The order, how its complaint is called, and whom ``actor`` may remind of it."""
    disposition, complaint, _may_read = load_disposition(session, disposition_id, scope_of(actor))
    as_desk = may_process(actor, complaint)
    if not as_desk and not allows(actor, REMIND, disposition.agency_id):
        raise NotAllowed(_("Yang mengingatkan adalah koordinator, Admin OPD, atau Pejabat Penghubung OPD ini."))
    ready = reminding.ready_for(session, disposition, complaint, as_desk=as_desk, actor=actor, base_url=_base_url())
    return disposition, complaint.reference, ready


def _of_head(session: Session, agency_id: int, actor: Actor) -> tuple[Agency, list[Ready]]:
    """The agency, and its head with all that waits for him."""
    agency = session.get(Agency, agency_id)
    if agency is None:
        raise NotFound(_("OPD ini tidak ditemukan."))
    if Role.COORDINATOR not in actor.roles and not allows(actor, REMIND, agency_id):
        raise NotAllowed(_("Yang mengingatkan adalah koordinator, Admin OPD, atau Pejabat Penghubung OPD ini."))
    found = reminding.text_for_head(session, agency_id, actor=actor, base_url=_base_url())
    return agency, [found] if found is not None and found.person_id != actor.person_id else []


@bp.get("/disposisi/<int:disposition_id>/ingatkan")
@requires(REMIND, Permission.COMPLAINT_PROCESS)
def remind(disposition_id: int) -> str:
    """Ready texts for those who have something to do on an order."""
    disposition, reference, ready = _of_order(db.session(), disposition_id, current_actor())
    return render_template(
        "desk/remind.html",
        ready=ready,
        title=_("Ingatkan: aduan %(reference)s", reference=reference),
        back=url_for("desk.show_complaint", complaint_id=disposition.complaint_id),
        action=url_for("desk.note_reminder", disposition_id=disposition_id),
    )


@bp.post("/disposisi/<int:disposition_id>/ingatkan")
@requires(REMIND, Permission.COMPLAINT_PROCESS)
def note_reminder(disposition_id: int) -> Any:
    """Note that a person was reminded of an order."""
    actor = current_actor()
    with transaction() as session:
        disposition, _reference, ready = _of_order(session, disposition_id, actor)
        noted = reminding.note_reminded(
            session,
            ready,
            key_of(request.form.get("person_id", "")),
            agency_id=disposition.agency_id,
            complaint_id=disposition.complaint_id,
            actor=actor,
            now=clock.now(),
        )
    return _noted(url_for("desk.remind", disposition_id=disposition_id), noted=noted)


@bp.get("/ingatkan/<int:agency_id>")
@requires(REMIND)
def remind_head(agency_id: int) -> str:
    """The ready text for a head with all that waits for him."""
    agency, ready = _of_head(db.session(), agency_id, current_actor())
    return render_template(
        "desk/remind.html",
        ready=ready,
        title=_("Ingatkan pimpinan %(agency)s", agency=agency.abbreviation),
        back=url_for("home.start"),
        action=url_for("desk.note_head_reminder", agency_id=agency_id),
    )


@bp.post("/ingatkan/<int:agency_id>")
@requires(REMIND)
def note_head_reminder(agency_id: int) -> Any:
    """Note that a head was reminded of all that waits for him."""
    actor = current_actor()
    with transaction() as session:
        _agency, ready = _of_head(session, agency_id, actor)
        noted = reminding.note_reminded(
            session,
            ready,
            key_of(request.form.get("person_id", "")),
            agency_id=agency_id,
            complaint_id=None,
            actor=actor,
            now=clock.now(),
        )
    return _noted(url_for("desk.remind_head", agency_id=agency_id), noted=noted)


def _of_substitute(session: Session, assignment_id: int) -> tuple[Post, list[Ready]]:
    """The post, and who stands in for its head."""
    post = session.scalar(
        sa.select(Post).join(Assignment, Assignment.post_id == Post.id).where(Assignment.id == assignment_id)
    )
    if post is None:
        raise NotFound(_("Penugasan ini tidak ditemukan."))
    found = reminding.text_for_substitute(session, assignment_id, day=clock.local_day(clock.now()))
    return post, [found] if found is not None else []


@bp.get("/penugasan/<int:assignment_id>/kabari")
@requires(Permission.ASSIGNMENT_EDIT)
def tell_substitute(assignment_id: int) -> str:
    """The ready text for who stands in for a head."""
    post, ready = _of_substitute(db.session(), assignment_id)
    return render_template(
        "desk/remind.html",
        ready=ready,
        title=_("Kabari pejabat pengganti: %(post)s", post=post.title),
        back=url_for("offices.show_assignment", assignment_id=assignment_id),
        action=url_for("desk.note_substitute_told", assignment_id=assignment_id),
    )


@bp.post("/penugasan/<int:assignment_id>/kabari")
@requires(Permission.ASSIGNMENT_EDIT)
def note_substitute_told(assignment_id: int) -> Any:
    """Note that who stands in for a head was told."""
    with transaction() as session:
        post, ready = _of_substitute(session, assignment_id)
        noted = reminding.note_reminded(
            session,
            ready,
            key_of(request.form.get("person_id", "")),
            agency_id=post.agency_id,
            complaint_id=None,
            permission=Permission.ASSIGNMENT_EDIT,
            actor=current_actor(),
            now=clock.now(),
        )
    return _noted(url_for("desk.tell_substitute", assignment_id=assignment_id), noted=noted)


def _noted(back: str, *, noted: bool) -> Any:
    """Nothing to show where the page's script noted it beside opening WhatsApp; else back to the texts."""
    if request.headers.get("X-Lapor-Note") == "1":
        return Response(status=204)
    if noted:
        flash(_("Tercatat: sudah diingatkan lewat WhatsApp."), "good")
    else:
        flash(_("Pengingat ini sudah tercatat tadi."), "info")
    return redirect_to(back)
