"""What is late (/lewat-batas) and what is due (/kalender-tenggat); the feed of it has its own pages."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import Blueprint, abort, render_template, request, url_for
from flask_babel import gettext as _

from lapor.agenda import queries
from lapor.agenda.forms import LateForm, MonthForm
from lapor.agenda.labels import DESK, LEVEL, STAGE_DUE, STAGE_SHORT
from lapor.agenda.queries import LateTable
from lapor.agenda.rules import (
    DueDay,
    LateCell,
    LateRow,
    Month,
    Order,
    level,
    read_month,
    read_order,
    sorted_rows,
)
from lapor.calendar.queries import days_off_between, working_calendar
from lapor.core import clock
from lapor.core.db import db
from lapor.core.wording import long_date, month_year, number, weekday_date
from lapor.core.working_days import Calendar
from lapor.desk.forms import ANY_STAGE
from lapor.desk.queries import OFFICE_STAGES, agencies_of, agency_choices
from lapor.desk.rules import View
from lapor.dispositions.rules import Stage, time_left
from lapor.policy import Permission, scope_of
from lapor.printing.spreadsheet import CSV, XLSX, Cell, Column, Sheet, csv_bytes, workbook_bytes
from lapor.web.downloads import send_bytes
from lapor.web.guards import current_actor, requires

bp = Blueprint("agenda", __name__)


@dataclass(frozen=True)
class CellView:
    """A number of the table: its shade, the word for the shade, how long the oldest is late, and its list."""

    count: str
    level: int
    level_word: str
    oldest: str
    url: str


@dataclass(frozen=True)
class RowView:
    """One line of the table; cells of None have nothing late."""

    name: str
    total: CellView
    cells: tuple[CellView | None, ...]


def _table(form: LateForm) -> tuple[LateTable, Calendar, date, bool]:
    """What is late for the person who asks, today, and whether it is the whole province."""
    session, actor = db.session(), current_actor()
    scope = agencies_of(session, scope_of(actor))
    table = queries.late_table(session, scope, form.chosen, actor.day, desk=str(DESK), total=str(_("Jumlah aduan")))
    return table, working_calendar(session), actor.day, scope.everything


def _form() -> LateForm:
    return LateForm(request.args, queries.first_year(db.session()), current_actor().day.year)


def _days_late(calendar: Calendar, due: date, today: date) -> int:
    return abs(time_left(calendar, due, today).days)


@bp.get("/lewat-batas")
@requires(Permission.STATISTICS_VIEW)
def show_late() -> str:
    """How many complaints are late at which agency in which stage; each number leads to its list."""
    form = _form()
    table, calendar, today, by_agency = _table(form)
    order, descending = read_order(request.args.get("urut", ""))

    def cell(row: LateRow, found: LateCell, stage: str | None) -> CellView:
        shade = level(found.count, table.most)
        days = _days_late(calendar, found.oldest_due_on, today) if found.oldest_due_on else 0
        address: dict[str, Any] = dict(form.address)
        if row.agency_id is not None:
            address["opd"] = row.agency_id
        if stage is not None:
            address["tahap"] = stage
        return CellView(
            count=number(found.count),
            level=shade,
            level_word=str(LEVEL[shade]),
            oldest=str(_("terlama %(days)s hari kerja", days=number(days))),
            url=url_for("desk.list_complaints", tampilan=View.LATE.value, **address),
        )

    def view(row: LateRow, *, is_sum: bool = False) -> RowView:
        whole = LateCell(row.total, row.oldest_due_on)
        # a desk's row has one stage only; an agency's sum counts a complaint once, whichever stages are late
        of_sum = None if is_sum else Stage.VERIFICATION.value if row.agency_id is None else ANY_STAGE
        cells = [(stage, row.cells.get(stage)) for stage in OFFICE_STAGES]
        return RowView(
            row.name,
            cell(row, whole, of_sum),
            tuple(cell(row, found, stage.value) if found else None for stage, found in cells),
        )

    rows = sorted_rows(table.rows, order, descending=descending)
    return render_template(
        "agenda/late.html",
        form=form,
        rows=[view(row) for row in rows],
        total=view(table.total, is_sum=True) if table.total.total else None,
        by_agency=by_agency,
        stages=[STAGE_SHORT[stage] for stage in OFFICE_STAGES],
        heads=_heads(form, order, descending=descending),
        levels=list(enumerate(LEVEL))[1:],
        today=today,
        narrowed=bool(form.address),
    )


def _heads(form: LateForm, order: Order, *, descending: bool) -> dict[str, tuple[str, str | None]]:
    """By column: the address that sorts by it, the other way round where it is sorted already, and its aria-sort."""
    found = {}
    for column in Order:
        is_current = column is order
        # names begin with A, numbers with the most
        down = not descending if is_current else column is not Order.NAME
        arguments: dict[str, Any] = {**form.address, "urut": ("-" if down else "") + column.value}
        address = url_for("agenda.show_late", **arguments)
        found[column.value] = (address, ("descending" if descending else "ascending") if is_current else None)
    return found


@bp.get("/lewat-batas/unduh")
@requires(Permission.STATISTICS_VIEW)
def export_late() -> Any:
    """The table as a file: numbers only, in the order of the page."""
    kind = request.args.get("berkas", "")
    if kind not in {"xlsx", "csv"}:
        abort(400)
    form = _form()
    table, calendar, today, _by_agency = _table(form)
    order, descending = read_order(request.args.get("urut", ""))
    columns = [
        Column(_("OPD"), 24),
        *(Column(str(STAGE_SHORT[stage]), 14) for stage in OFFICE_STAGES),
        Column(_("Jumlah aduan"), 14),
        Column(_("Terlama (hari kerja)"), 14),
    ]
    rows = [
        _cells(row, calendar, today) for row in [*sorted_rows(table.rows, order, descending=descending), table.total]
    ]
    name = f"lewat-batas-waktu-{today.isoformat()}.{kind}"
    if kind == "csv":
        return send_bytes(csv_bytes(columns, rows), name, CSV)
    title = _("Lewat batas waktu per %(day)s", day=long_date(today))
    sheet = Sheet(_("Lewat batas waktu"), columns, rows, [title, form.words])
    return send_bytes(workbook_bytes([sheet], title=title, created=clock.now()), name, XLSX)


def _cells(row: LateRow, calendar: Calendar, today: date) -> list[Cell]:
    oldest = row.oldest_due_on
    return [
        row.name,
        *(row.cells.get(stage, LateCell()).count for stage in OFFICE_STAGES),
        row.total,
        _days_late(calendar, oldest, today) if oldest else None,
    ]


@dataclass(frozen=True)
class DayView:
    """One day of the month's calendar."""

    day: date
    words: str
    count: str | None
    detail: str
    url: str | None
    name: str | None
    is_working: bool
    is_today: bool
    is_past: bool


@bp.get("/kalender-tenggat")
@requires(Permission.STATISTICS_VIEW)
def show_month() -> str:
    """What is due on each day of a month: a calendar on wide screens, a list on phones."""
    session, actor = db.session(), current_actor()
    scope = agencies_of(session, scope_of(actor))
    month = read_month(request.args.get("bulan", ""), actor.day)
    several = scope.everything or len(scope.agency_ids) > 1
    form = MonthForm(request.args, agency_choices(session, scope) if several else [])
    due = queries.due_days(session, scope, month, form.agency_id)
    calendar = working_calendar(session)
    names = {row.day: row.name for row in days_off_between(session, month.first, month.last)}
    address: dict[str, Any] = {"opd": form.agency_id} if form.agency_id else {}
    days = [_day(day, due.get(day), calendar, names, actor.day, address) for day in month.days]
    return render_template(
        "agenda/month.html",
        form=form,
        several=several,
        days=days,
        blanks=month.first.weekday(),
        total=number(sum(day.total for day in due.values())),
        any_due=bool(due),
        month=month,
        month_words=month_year(month.first),
        steps=[_step(month, step, address) for step in (-1, 1)],
        present=Month(actor.day.year, actor.day.month),
        present_url=url_for("agenda.show_month", **address),
    )


def _day(
    day: date,
    due: DueDay | None,
    calendar: Calendar,
    names: dict[date, str],
    today: date,
    address: dict[str, Any],
) -> DayView:
    detail = [f"{number(count)} {STAGE_DUE[stage]}" for stage, count in (due.stages if due else ())]
    view = View.ALL.value
    return DayView(
        day=day,
        words=weekday_date(day),
        count=_("%(count)s aduan", count=number(due.total)) if due else None,
        detail=", ".join(detail),
        url=url_for("desk.list_complaints", tampilan=view, jatuh=day.isoformat(), **address) if due else None,
        name=names.get(day),
        is_working=calendar.is_working(day),
        is_today=day == today,
        is_past=day < today,
    )


def _step(month: Month, months: int, address: dict[str, Any]) -> tuple[str, str]:
    """Words and address of a neighbouring month."""
    there = month.step(months)
    return month_year(there.first), url_for("agenda.show_month", bulan=str(there), **address)
