"""The list of complaints and their registration by hand."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from flask import Blueprint, abort, flash, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from lapor.calendar.queries import working_calendar
from lapor.complaints.rules import has_personal_data
from lapor.core import clock
from lapor.core.db import db, transaction
from lapor.core.errors import Invalid
from lapor.core.wording import number, weekday_date
from lapor.core.working_days import Calendar
from lapor.desk import services
from lapor.desk.events import ListExported
from lapor.desk.forms import FilterForm, RegisterForm, asked_view
from lapor.desk.labels import VIEW
from lapor.desk.listing import RowView, list_words, row_view
from lapor.desk.queries import (
    OFFICE_STAGES,
    Filters,
    Horizon,
    ListCounts,
    ListRow,
    agencies_of,
    agency_choices,
    count_views,
    list_rows,
    next_due,
)
from lapor.desk.rules import COUNTED, NextStep, View, default_order, views_of
from lapor.dispositions.labels import STAGE
from lapor.journal.services import note_read, record
from lapor.policy import Actor, Permission, Role, Scope, allows, scope_of
from lapor.printing.spreadsheet import CSV, XLSX, Cell, Column, Sheet, csv_bytes, workbook_bytes
from lapor.web.downloads import send_bytes
from lapor.web.forms import add_refusal
from lapor.web.guards import current_actor, requires
from lapor.web.htmx import redirect_to
from lapor.web.links import address_pattern
from lapor.web.paging import PAGE_SIZE, Page, page_number, page_of, total_label

bp = Blueprint("desk", __name__)

EXPORT_LIMIT = 5000

_STEP_ENDPOINTS = {
    NextStep.CHECK: "desk.verify_complaint",
    NextStep.DISPOSE: "desk.dispose_complaint",
    NextStep.REDIRECT: "desk.dispose_complaint",
    NextStep.CLOSE: "desk.close_complaint",
}
_ORDER_ENDPOINTS = {
    NextStep.REMIND: "desk.remind",
    NextStep.ACKNOWLEDGE: "inbox.show_disposition",
    NextStep.DRAFT: "dispositions.answer",
    NextStep.RESPOND: "dispositions.answer",
    NextStep.COMPLETE: "dispositions.answer",
}


class Links:
    """Where the rows of a list lead: to the complaint, and to its next step."""

    def __init__(self) -> None:
        self.show = address_pattern("desk.show_complaint", "complaint_id")
        self._steps = {step: address_pattern(name, "complaint_id") for step, name in _STEP_ENDPOINTS.items()}
        self._orders = {step: address_pattern(name, "disposition_id") for step, name in _ORDER_ENDPOINTS.items()}

    def step(self, row: RowView) -> str:
        """Where the next step of a row is done."""
        if row.disposition_id is not None and row.step in self._orders:
            return self._orders[row.step](row.disposition_id)
        return self._steps.get(row.step, self.show)(row.id)


def horizon_of(calendar: Calendar) -> Horizon:
    """Today, and the next working day, up to which a due date counts as near."""
    today = clock.local_day(clock.now())
    return Horizon(today, calendar.add(today, 1))


def rows_of(actor: Actor, scope: Scope, view: View, calendar: Calendar, limit: int) -> list[RowView]:
    """The first rows of a view in the view's own order, in finished words."""
    horizon = horizon_of(calendar)
    rows = list_rows(
        db.session(),
        scope,
        view,
        Filters(),
        default_order(view),
        horizon,
        limit=limit,
        with_times=Role.HEAD in actor.roles,
    )
    words = list_words()
    return [row_view(row, actor.roles, calendar, horizon.today, words) for row in rows]


@bp.get("/aduan")
@requires(Permission.COMPLAINT_VIEW)
def list_complaints() -> str:
    """The list of the complaints that the person sees, in the views of his role."""
    actor, session = current_actor(), db.session()
    scope = agencies_of(session, scope_of(actor))
    views = views_of(actor.roles)
    view = asked_view(views)
    form = FilterForm(request.args, _agencies(session, scope, request.args), view)
    filters = form.filters
    if filters.reference is not None:
        view = View.ALL
    calendar = working_calendar(session)
    horizon = horizon_of(calendar)
    counts = count_views(
        session, scope, [item for item in views if item in COUNTED or item is view], filters, horizon
    )
    if Role.INSPECTORATE in actor.roles and Role.COORDINATOR not in actor.roles and _names_no_view():
        # the inspectorate checks few complaints itself: its first page is the first view that holds something
        view = next((item for item in views if counts.views.get(item)), view)
    form.offer_years(counts.first_year, horizon.today.year)
    page = page_number()
    rows: list[ListRow] = []
    if counts.views[view]:
        start = (page - 1) * PAGE_SIZE
        rows = list_rows(
            session,
            scope,
            view,
            filters,
            form.order,
            horizon,
            limit=PAGE_SIZE + 1,
            offset=start,
            with_times=Role.HEAD in actor.roles,
        )
    words = list_words()
    shown = [row_view(row, actor.roles, calendar, horizon.today, words) for row in rows]
    return render_template(
        "desk/list.html",
        page=_counted(page_of(shown, page, counts.views[view])),
        tabs=_tabs(views, view, counts, form),
        form=form,
        view=view,
        narrowed=filters.any,
        lead=_limit_words(filters) if filters.by_limit else _lead(counts, narrowed=filters.any),
        links=Links(),
        by_agency=scope.everything,
        upcoming=next_due(session, scope, horizon) if not rows and view is View.LATE and not filters.any else None,
        may_see_dates=allows(actor, Permission.STATISTICS_VIEW),
        may_export=allows(actor, Permission.COMPLAINT_EXPORT),
        may_register=allows(actor, Permission.COMPLAINT_REGISTER),
        may_import=allows(actor, Permission.COMPLAINT_IMPORT),
        is_oversight=Role.INSPECTORATE in actor.roles and Role.COORDINATOR not in actor.roles,
    )


def _agencies(session: Session, scope: Scope, arguments: Mapping[str, str]) -> list[tuple[int, str]]:
    """The agencies that the list may be narrowed to; people of agencies choose only on the way from another page."""
    return agency_choices(session, scope) if scope.everything or arguments.get("opd") else []


def _names_no_view() -> bool:
    """Whether the address leaves it to the page which view is shown."""
    return not request.args.get("tampilan") and not request.args.get("q")


def _counted(page: Page[RowView]) -> Page[RowView]:
    return replace(page, total_label=_("%(count)s aduan", count=page.total_label))


def _tabs(
    views: Iterable[View], current: View, counts: ListCounts, form: FilterForm
) -> list[tuple[str, str, str | None, bool]]:
    """Words, address, count and whether it is the present one; the filters go along."""
    address: dict[str, Any] = {name: value for name, value in form.address.items() if name != "urut"}
    return [
        (
            str(VIEW[view]),
            url_for("desk.list_complaints", tampilan=view.value, **address),
            total_label(counts.views[view]) if view in counts.views else None,
            view is current,
        )
        for view in views
    ]


def _limit_words(filters: Filters) -> str:
    """Which limits the list is narrowed to."""
    stages = [str(STAGE[stage]) for stage in OFFICE_STAGES if stage in filters.stages]
    what = _("semua tahap") if len(stages) in {0, len(OFFICE_STAGES)} else ", ".join(stages)
    if filters.due_on is None:
        return str(_("Lewat batas waktu: %(stages)s.", stages=what))
    return str(_("Jatuh tempo %(day)s: %(stages)s.", day=weekday_date(filters.due_on), stages=what))


def _lead(counts: ListCounts, *, narrowed: bool) -> str:
    if narrowed:
        return ""
    parts = []
    if counts.views.get(View.LATE):
        parts.append(_("%(count)s lewat batas waktu", count=total_label(counts.views[View.LATE])))
    if counts.views.get(View.SOON):
        parts.append(_("%(count)s hampir jatuh tempo", count=total_label(counts.views[View.SOON])))
    return ", ".join(parts)


@bp.post("/aduan/ekspor")
@requires(Permission.COMPLAINT_EXPORT)
def export_list() -> Any:
    """The shown list as a file: masked, without titles that are closed to the reader, noted in the journal."""
    actor, now = current_actor(), clock.now()
    kind = request.form.get("berkas", "")
    if kind not in {"xlsx", "csv"}:
        abort(400)
    view = asked_view(views_of(actor.roles))
    with transaction() as session:
        scope = agencies_of(session, scope_of(actor))
        form = FilterForm(request.form, _agencies(session, scope, request.form), view)
        filters = form.filters
        view = View.ALL if filters.reference is not None else view
        calendar = working_calendar(session)
        horizon = horizon_of(calendar)
        rows = list_rows(
            session,
            scope,
            view,
            filters,
            form.order,
            horizon,
            limit=EXPORT_LIMIT,
            with_times=Role.HEAD in actor.roles,
        )
        words = list_words()
        shown = [row_view(row, actor.roles, calendar, horizon.today, words) for row in rows]
        record(
            session,
            ListExported(view.value, form.address, len(shown), kind),
            actor=actor,
            now=now,
            permission=Permission.COMPLAINT_EXPORT,
        )
        for row in rows:
            if row.is_closed_content and not row.is_withheld:
                note_read(session, row.id, what="export", actor=actor, now=now)
    name = f"daftar-aduan-{horizon.today.isoformat()}.{kind}"
    table = [_cells(row) for row in shown]
    if kind == "csv":
        return send_bytes(csv_bytes(_COLUMNS, table), name, CSV)
    notes = [_("Daftar aduan: %(view)s", view=VIEW[view])]
    if len(shown) == EXPORT_LIMIT:
        notes.append(
            _("Hanya %(count)s baris pertama. Persempit saringan untuk sisanya.", count=number(EXPORT_LIMIT))
        )
    sheet = Sheet("Aduan", _COLUMNS, table, notes)
    return send_bytes(workbook_bytes([sheet], title="Daftar aduan", created=now), name, XLSX)


_COLUMNS = (
    Column("Nomor", 16),
    Column("Tracking ID", 13),
    Column("Judul", 50),
    Column("Klasifikasi", 32),
    Column("Saluran", 14),
    Column("Tanggal masuk", 17),
    Column("OPD", 16),
    Column("Keadaan", 28),
    Column("Batas waktu", 17),
    Column("Sisa waktu", 26),
    Column("Anonim", 9),
    Column("Rahasia", 9),
)


def _cells(view: RowView) -> list[Cell]:
    row = view.row
    return [
        row.number,
        row.tracking_id,
        view.title,
        None if view.is_withheld else view.class_label,
        None if view.is_withheld else row.channel,
        row.received_on,
        view.agency,
        view.chip,
        row.due_on if view.due else None,
        view.due.label if view.due else None,
        row.is_anonymous,
        row.is_closed_content,
    ]


@bp.route("/aduan/baru", methods=["GET", "POST"])
@requires(Permission.COMPLAINT_REGISTER)
def new_complaint() -> Any:
    """Write down a complaint that came outside LAPOR!."""
    form = RegisterForm()
    now = clock.now()
    if request.method == "GET":
        form.received_on.data = clock.local_day(now)
        form.received_time.data = clock.local(now).time().replace(second=0, microsecond=0)
    if form.validate_on_submit():
        try:
            with transaction() as session:
                complaint = services.register(session, form.particulars, actor=current_actor(), now=now)
                key, reference = complaint.id, complaint.number
        except Invalid as refusal:
            add_refusal(form, refusal)
        else:
            flash(_("Aduan tercatat dengan nomor %(number)s.", number=reference), "good")
            if has_personal_data(f"{form.title.data}\n{form.text.data}"):
                flash(
                    _(
                        "Teks aduan memuat yang tampak seperti NIK, nomor telepon, atau pos-el. "
                        "Bagian itu disamarkan di layar, cetakan, dan ekspor."
                    ),
                    "soon",
                )
            return redirect_to(url_for("desk.show_complaint", complaint_id=key))
    return render_template("desk/new.html", form=form), 422 if form.is_submitted() else 200
