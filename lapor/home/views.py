"""The first page of each role, the help, and the statement on accessibility."""

from typing import Any

from flask import Blueprint, current_app, render_template, url_for

from lapor.audit.queries import Chosen, list_exceptions
from lapor.calendar.queries import working_calendar
from lapor.complaints.rules import masked
from lapor.core import clock, jobs, workers
from lapor.core.db import db
from lapor.desk.queries import Filters, agencies_of, count_late_by_agency, count_views
from lapor.desk.rules import View
from lapor.desk.views import Links, horizon_of, rows_of
from lapor.dispositions.labels import MATERIAL_STATE, MATERIAL_TONE, WAITS
from lapor.dispositions.passing import list_unit_work, material_due
from lapor.dispositions.rules import MaterialState, Waits
from lapor.evaluations.queries import list_cycles
from lapor.evidence.queries import list_photos_to_record
from lapor.home.labels import topics_for
from lapor.home.queries import count_to_match, list_contacts, list_drafts, set_up
from lapor.journal.labels import exception_words
from lapor.meetings.queries import list_action_items, list_meetings
from lapor.offices.queries import list_orders_due, list_proposals
from lapor.policy import Actor, Permission, Role, Scope, allows, scope_of
from lapor.units.agency_work import list_agency_work
from lapor.units.mandates import mandated_ids, mandates_in_force
from lapor.web.guards import current_actor, public, signed_in
from lapor.web.htmx import redirect_to
from lapor.web.paging import total_label

bp = Blueprint("home", __name__)

ROWS = 20
FEW = 5
_READERS = frozenset({Role.SECRETARIAT, Role.LEADERSHIP})


def _work(actor: Actor) -> dict[str, Any]:
    """What an agency's operator or liaison does next, and what is written but not given."""
    session = db.session()
    own = agencies_of(session, Scope(agency_ids=scope_of(actor).agency_ids, person_id=actor.person_id))
    return {
        "work": rows_of(actor, own, View.TO_DO, working_calendar(session), ROWS),
        "drafts": list_drafts(session, own, FEW),
        "photos": list_photos_to_record(session, own, ROWS) if allows(actor, Permission.SHEET_RECORD) else [],
        **_agency_work(actor, own),
    }


def _passed_on(actor: Actor) -> dict[str, Any]:
    """What was passed on to a division: what it still has to write, until when, and what it has sent."""
    session = db.session()
    calendar = working_calendar(session)
    lines = []
    for line in list_unit_work(session, scope_of(actor).unit_post_ids, ROWS):
        due = material_due(session, calendar, line.passed, line.disposition, line.disposition.acknowledged_on)
        asks = not line.is_over and line.state is not MaterialState.SENT
        lines.append((line, due if asks else None))
    return {"passed_on": lines, "MATERIAL_STATE": MATERIAL_STATE, "MATERIAL_TONE": MATERIAL_TONE}


def _agency_work(actor: Actor, own: Scope) -> dict[str, Any]:
    """What waits inside the agency: for the liaison his paraf and his mandate, for the operator what came back."""
    session = db.session()
    wanted = {Waits.TAKING_OVER}
    if Role.LIAISON in actor.roles:
        wanted.add(Waits.INITIALS)
    if Role.OPERATOR in actor.roles:
        wanted.add(Waits.MENDING)
    held = mandates_in_force(session, actor, actor.day)
    return {
        "agency_work": list_agency_work(session, own.agency_ids, frozenset(wanted), ROWS),
        "WAITS": WAITS,
        "mandated": len(mandated_ids(session, held)) if held else 0,
        "rules_of": next((p.agency_id for p in actor.powers if p.role is Role.LIAISON), None),
    }


def _desk(actor: Actor) -> dict[str, Any]:
    """The queue of the coordinator, or of the Inspektorat's verifier."""
    session, scope = db.session(), scope_of(actor)
    calendar = working_calendar(session)
    found: dict[str, Any] = {"queue": rows_of(actor, scope, View.TO_CHECK, calendar, ROWS)}
    if Role.COORDINATOR in actor.roles:
        found["late_agencies"] = count_late_by_agency(session, horizon_of(calendar), scope, FEW * 2)
        found["to_match"] = count_to_match(session)
    return found


def _province(actor: Actor) -> dict[str, Any]:
    """The state of the province in a few figures, and which agencies are late."""
    session, scope = db.session(), scope_of(actor)
    horizon = horizon_of(working_calendar(session))
    views = (View.TO_DO, View.UNKNOWN, View.LATE, View.FINISHED)
    counts = count_views(session, scope, views, Filters(), horizon)
    return {
        "province": {view.value: total_label(count) for view, count in counts.views.items()},
        "late_agencies": count_late_by_agency(session, horizon, scope, FEW * 2),
    }


def _meetings(actor: Actor) -> dict[str, Any]:
    """Meetings, open follow-ups and evaluations."""
    session = db.session()
    return {
        "meetings": list_meetings(session, actor, limit=FEW),
        "items": list_action_items(session, actor, done=False, limit=FEW * 2),
        "cycles": list_cycles(session)[:FEW] if allows(actor, Permission.EVALUATION_VIEW) else [],
    }


def _assignments(actor: Actor) -> dict[str, Any]:
    """What the desk and the secretariat do for heads who are away: proposals to follow, orders that are overdue."""
    session = db.session()
    return {
        "proposals": list_proposals(session, waiting_only=True)[:ROWS],
        "overdue_orders": [
            line for line in list_orders_due(session) if line.due_on is not None and line.due_on < actor.day
        ][:ROWS],
    }


def _oversight(actor: Actor) -> dict[str, Any]:
    """What left the usual way last, for the inspectorate."""
    found = list_exceptions(db.session(), scope_of(actor), Chosen(), before=None, limit=FEW)
    return {"exceptions": found, "exception_words": exception_words}


@bp.get("/")
@signed_in
def start() -> Any:
    """What the person has to do now; a head goes straight to what waits for him."""
    actor = current_actor()
    if actor.must_change_password:
        return current_app.extensions["lapor_first_password"]()
    roles = actor.roles
    if roles == {Role.HEAD}:
        return redirect_to(url_for("inbox.show"))
    shown: dict[str, Any] = {}
    if roles & {Role.COORDINATOR, Role.INSPECTORATE}:
        shown |= _desk(actor)
    if roles & {Role.LEADERSHIP, Role.INSPECTORATE}:
        shown |= _province(actor)
    if Role.INSPECTORATE in roles:
        shown |= _oversight(actor)
    if roles & {Role.SECRETARIAT, Role.COORDINATOR}:
        shown |= _assignments(actor)
    if roles & {Role.OPERATOR, Role.LIAISON}:
        shown |= _work(actor)
    if Role.UNIT in roles:
        shown |= _passed_on(actor)
    if roles & _READERS:
        shown |= _meetings(actor)
    if Role.ADMINISTRATOR in roles:
        shown["set_up"] = set_up(db.session(), actor.day)
        shown["is_working"] = workers.is_anyone_working(db.session(), clock.now())
        shown["failed_jobs"] = jobs.count_failed(db.session())
    return render_template(
        "home/start.html",
        **shown,
        person=actor,
        is_head=Role.HEAD in roles,
        is_coordinator=Role.COORDINATOR in roles,
        may_issue_code=allows(actor, Permission.ACCESS_CODE_ISSUE),
        masked=masked,
        links=Links(),
        today=actor.day,
    )


@bp.get("/bantuan")
@signed_in
def show_help() -> str:
    """Short tasks in steps, those of the person first, and whom to ask."""
    actor = current_actor()
    own, others = topics_for(actor.roles)
    contacts = list_contacts(db.session(), clock.local_day(clock.now()))
    return render_template("home/help.html", own=own, others=others, contacts=contacts)


@bp.get("/aksesibilitas")
@public
def show_accessibility() -> str:
    """What the application does for accessibility, and where to report a barrier."""
    return render_template("home/accessibility.html")
