"""A change of the calendar on its page: what it would move, how far the counting is, and what moved."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, flash, render_template, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse

from lapor.agencies.queries import abbreviations
from lapor.calendar import planning
from lapor.calendar.labels import DAY_OFF
from lapor.calendar.models import CalendarChange
from lapor.calendar.rules import ChangeState, PlannedDays, planned_days
from lapor.core import clock, jobs
from lapor.core.db import db, lock, transaction
from lapor.core.errors import Invalid, NotFound
from lapor.core.wording import number
from lapor.dispositions import recounting
from lapor.dispositions.forms import CalendarChangeForm
from lapor.dispositions.labels import STAGE
from lapor.dispositions.moved_queries import MovedRow, count_rows, list_rows, may_open
from lapor.dispositions.rules import DeadlineMove
from lapor.policy import Permission, allows, scope_of
from lapor.printing.spreadsheet import CSV, Column, csv_bytes
from lapor.web.downloads import send_bytes
from lapor.web.forms import add_refusal
from lapor.web.guards import current_actor, requires
from lapor.web.htmx import is_htmx, redirect_to
from lapor.web.paging import PAGE_SIZE, Page, page_number, page_of

bp = Blueprint("calendar_changes", __name__)

_EDIT = Permission.CALENDAR_EDIT
CSV_ROWS = 400_000


@dataclass(frozen=True)
class AgencyLine:
    """How many deadlines of one agency move, and by how many working days at least and at most."""

    agency: str
    count: int
    least: int
    most: int


def _find(session: Session, change_id: int) -> CalendarChange:
    """The change, if this person may see it: a plan only who edits the calendar, a change also whose work moved."""
    change, actor = session.get(CalendarChange, change_id), current_actor()
    if change is not None:
        if allows(actor, _EDIT):
            return change
        if change.state is not ChangeState.PLANNED and may_open(session, change.id, scope_of(actor)):
            return change
    raise NotFound(_("Perubahan kalender ini tidak ditemukan."))


def agency_lines(session: Session, moves: Sequence[DeadlineMove]) -> list[AgencyLine]:
    """The moves by agency, by name; the desk of the coordinator last."""
    names = abbreviations(session)
    by_agency: dict[int, list[DeadlineMove]] = {}
    for move in moves:
        by_agency.setdefault(move.agency_id or 0, []).append(move)
    lines = [
        AgencyLine(
            names.get(key) or str(_("Meja koordinator")),
            sum(item.count for item in found),
            min(item.working_days for item in found),
            max(item.working_days for item in found),
        )
        for key, found in by_agency.items()
    ]
    desk = str(_("Meja koordinator"))
    return sorted(lines, key=lambda line: (line.agency == desk, line.agency))


@bp.get("/kalender/perubahan/<int:change_id>")
@requires(Permission.COMPLAINT_VIEW, _EDIT)
def show(change_id: int) -> str:
    """What a change would move before it is saved; afterwards how far the counting is, and what moved."""
    session = db.session()
    change = _find(session, change_id)
    if change.state is ChangeState.PLANNED:
        return _plan_page(change, CalendarChangeForm(formdata=None))
    if change.state is ChangeState.CONFIRMED:
        return _progress_page(change)
    return _done_page(change)


def _plan_page(change: CalendarChange, form: CalendarChangeForm) -> str:
    session = db.session()
    moves = recounting.preview(session, change)
    return render_template(
        "calendar_changes/plan.html",
        change=change,
        planned=planned_days(change.days),
        form=form,
        total=sum(move.count for move in moves),
        farthest=max((move.working_days for move in moves), key=abs, default=0),
        pairs=_pairs(moves),
        lines=agency_lines(session, moves),
        DAY_OFF=DAY_OFF,
        year=_year(planned_days(change.days)),
    )


def _year(planned: PlannedDays) -> int:
    return min(item.day for item in (*planned.put, *planned.drop)).year


def _pairs(moves: Sequence[DeadlineMove]) -> list[tuple[Any, Any, int, int]]:
    """(former day, new day, how many, working days) over all agencies, in order."""
    found: dict[tuple[Any, Any], list[int]] = {}
    for move in moves:
        pair = found.setdefault((move.was_due_on, move.due_on), [0, move.working_days])
        pair[0] += move.count
    return [(was, due, count, days) for (was, due), (count, days) in sorted(found.items())]


def _progress_page(change: CalendarChange) -> str:
    job = jobs.state(recounting.job_key(change.id))
    template = "calendar_changes/_progress.html" if is_htmx() else "calendar_changes/progress.html"
    return render_template(
        template,
        change=change,
        planned=planned_days(change.days),
        has_failed=job is None or job.phase is jobs.Phase.FAILED,
        can_edit=allows(current_actor(), _EDIT),
        is_done=False,
    )


def _done_page(change: CalendarChange) -> str:
    if is_htmx():
        return render_template("calendar_changes/_progress.html", change=change, is_done=True)
    session, actor = db.session(), current_actor()
    scope = scope_of(actor)
    moves = recounting.list_moved(session, change) if scope.everything or allows(actor, _EDIT) else []
    page = page_number()
    rows: Page[MovedRow] | None = None
    if not scope.nothing:
        total = count_rows(session, change.id, scope)
        found = list_rows(session, change.id, scope, limit=PAGE_SIZE + 1, offset=(page - 1) * PAGE_SIZE)
        rows = page_of(found, page, total)
    return render_template(
        "calendar_changes/done.html",
        change=change,
        planned=planned_days(change.days),
        lines=agency_lines(session, moves),
        pairs=_pairs(moves),
        page=rows,
        STAGE=STAGE,
        DAY_OFF=DAY_OFF,
        year=_year(planned_days(change.days)),
        can_edit=allows(actor, _EDIT),
    )


@bp.post("/kalender/perubahan/<int:change_id>")
@requires(_EDIT)
def confirm(change_id: int) -> Any:
    """Save the planned change with its reason and let the open deadlines follow."""
    form = CalendarChangeForm()
    actor, moment = current_actor(), clock.now()
    if form.validate():
        try:
            with transaction() as session:
                change = _locked(session, change_id)
                planning.confirm(session, change, reason=form.reason.data, actor=actor, now=moment)
                at_once = change.total <= recounting.AT_ONCE
        except Invalid as refusal:
            add_refusal(form, refusal)
        else:
            if at_once:
                recounting.run(change_id, now=moment)
                moved = db.session().get_one(CalendarChange, change_id, populate_existing=True).moved
                flash(_("Kalender disimpan. %(count)s batas waktu bergeser.", count=number(moved)), "good")
            return redirect_to(url_for("calendar_changes.show", change_id=change_id))
    return _plan_page(_find(db.session(), change_id), form), 422


def _locked(session: Session, change_id: int) -> CalendarChange:
    found: CalendarChange | None = lock(session, CalendarChange, change_id)
    if found is None:
        raise NotFound(_("Perubahan kalender ini tidak ditemukan."))
    return found


@bp.post("/kalender/perubahan/<int:change_id>/batal")
@requires(_EDIT)
def discard(change_id: int) -> BaseResponse:
    """Throw a plan away."""
    with transaction() as session:
        change = _locked(session, change_id)
        year = _year(planned_days(change.days))
        planning.discard(session, change)
    flash(_("Perubahan dibatalkan. Kalender tetap."), "info")
    return redirect_to(url_for("calendar.show_year", tahun=year))


@bp.post("/kalender/perubahan/<int:change_id>/lanjutkan")
@requires(_EDIT)
def resume(change_id: int) -> BaseResponse:
    """Go on with a counting that was cut off; what is counted stays."""
    change = _find(db.session(), change_id)
    key = recounting.job_key(change_id)
    if change.state is ChangeState.CONFIRMED and not jobs.retry(key):
        with transaction() as session:
            jobs.enqueue(session, recounting.RECOUNT, change_id, key=key)
    return redirect_to(url_for("calendar_changes.show", change_id=change_id))


@bp.get("/kalender/perubahan/<int:change_id>/daftar.csv")
@requires(Permission.COMPLAINT_VIEW)
def export(change_id: int) -> Response:
    """The deadlines that moved, as far as this person may know of their complaints: numbers and days only."""
    session = db.session()
    change = _find(session, change_id)
    columns = [Column(str(name)) for name in (_("Aduan"), _("OPD"), _("Tahap"), _("Semula"), _("Menjadi"))]
    rows = list_rows(session, change.id, scope_of(current_actor()), limit=CSV_ROWS, offset=0)
    lines = [
        (row.reference, row.agency or str(_("Meja koordinator")), str(STAGE[row.stage]), row.was_due_on, row.due_on)
        for row in rows
    ]
    return send_bytes(csv_bytes(columns, lines), f"batas-waktu-bergeser-{change.id}.csv", CSV)
