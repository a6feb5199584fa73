"""Pages of the table of reminders, its ledger and the working hours."""

from datetime import date, timedelta
from typing import Any

from flask import Blueprint, flash, render_template, request, url_for
from flask_babel import gettext as _

from lapor.calendar.queries import working_calendar, working_hours
from lapor.core import clock
from lapor.core.db import db, lock, transaction
from lapor.core.errors import Conflict, Invalid, NotFound
from lapor.core.working_hours import WorkingHours
from lapor.dispositions.labels import STAGE
from lapor.dispositions.rules import Stage
from lapor.offices.queries import list_agency_choices
from lapor.policy import Permission, allows, scope_of
from lapor.reminders import briefs, queries, services
from lapor.reminders.forms import HoursForm, IntervalForm, RuleForm
from lapor.reminders.jobs import TICK
from lapor.reminders.labels import LETTER_KIND, LETTER_STATE, LETTER_TONE, RECEIVER, offset_words
from lapor.reminders.models import ReminderRule
from lapor.reminders.rules import Interval, LetterState, Receiver
from lapor.web import paging
from lapor.web.addresses import key_of
from lapor.web.forms import add_refusal
from lapor.web.guards import current_actor, requires
from lapor.web.htmx import redirect_to

__all__ = ["TICK", "bp"]

bp = Blueprint("reminders", __name__)

VIEW, EDIT, HOURS = Permission.REMINDER_VIEW, Permission.REMINDER_EDIT, Permission.CALENDAR_EDIT


@bp.context_processor
def words() -> dict[str, Any]:
    """The words that the pages of this slice need."""
    return {
        "STAGE": STAGE,
        "RECEIVER": RECEIVER,
        "LETTER_KIND": LETTER_KIND,
        "LETTER_STATE": LETTER_STATE,
        "LETTER_TONE": LETTER_TONE,
        "offset_words": offset_words,
        "reminder_tabs": _tabs,
    }


def _tabs() -> list[tuple[str, str, int | None, bool]]:
    """The pages of this slice that the person may open."""
    actor, here = current_actor(), request.endpoint
    found = []
    if allows(actor, VIEW):
        waiting = queries.count_letters(db.session(), LetterState.DRAFT) or None
        found += [
            (_("Tabel pengingat"), "reminders.show_table", None),
            (_("Siapa diingatkan kapan"), "reminders.show_ledger", None),
            (_("Surat"), "reminders.list_letters", waiting),
        ]
    if allows(actor, HOURS):
        found.append((_("Jam kerja"), "reminders.show_hours", None))
    return [(label, url_for(endpoint), count, endpoint == here) for label, endpoint, count in found]


def _table_page(form: RuleForm | None = None) -> str:
    session = db.session()
    rows: dict[Stage, list[ReminderRule]] = {stage: [] for stage in Stage}
    for row in queries.running_rules(session):
        rows[row.stage].append(row)
    now = clock.now()
    calendar, hours = working_calendar(session), working_hours(session, clock.local_day(now))
    return render_template(
        "reminders/table.html",
        rows=rows,
        form=form or RuleForm(formdata=None, offset_days=1),
        interval=IntervalForm(formdata=None, interval=briefs.interval_on(session, now).value),
        may_edit=allows(current_actor(), EDIT),
        is_open=hours.is_open(now, calendar),
        opens_at=hours.next_opening(now, calendar),
    )


@bp.get("/pengingat")
@requires(VIEW)
def show_table() -> str:
    """Who is reminded when, by stage."""
    return _table_page()


@bp.post("/pengingat/baris")
@requires(EDIT)
def add_rule() -> Any:
    """Add a row to the table."""
    form = RuleForm()
    if form.validate():
        try:
            with transaction() as session:
                services.add_rule(
                    session,
                    stage=Stage(form.stage.data),
                    offset_days=form.offset_days.data,
                    receiver=Receiver(form.receiver.data),
                    actor=current_actor(),
                    now=clock.now(),
                )
        except Invalid as refusal:
            add_refusal(form, refusal)
        else:
            flash(_("Baris pengingat ditambahkan."), "good")
            return redirect_to(url_for("reminders.show_table"))
    return _table_page(form), 422


@bp.post("/pengingat/baris/<int:rule_id>/hapus")
@requires(EDIT)
def end_rule(rule_id: int) -> Any:
    """Take a row out of the table."""
    with transaction() as session:
        rule = lock(session, ReminderRule, rule_id)
        if rule is None:
            raise NotFound(_("Baris ini tidak ada."))
        services.end_rule(session, rule, actor=current_actor(), now=clock.now())
    flash(_("Baris pengingat dihapus. Yang sudah dikirim tetap tercatat."), "good")
    return redirect_to(url_for("reminders.show_table"))


@bp.post("/pengingat/ringkasan")
@requires(EDIT)
def set_interval() -> Any:
    """Choose how often the leadership gets its page."""
    form = IntervalForm()
    if form.validate():
        with transaction() as session:
            services.set_brief_interval(session, Interval(form.interval.data), actor=current_actor(), now=clock.now())
        flash(_("Pilihan disimpan."), "good")
    return redirect_to(url_for("reminders.show_table"))


def _day(given: str) -> date | None:
    try:
        return date.fromisoformat(given) if len(given) == 10 else None
    except ValueError:
        return None


@bp.get("/pengingat/riwayat")
@requires(VIEW)
def show_ledger() -> str:
    """Who was reminded when, by which rule."""
    given = request.args.get("kepada", "")
    filters = queries.LedgerFilters(
        reference=request.args.get("aduan", "").strip()[:30],
        agency_id=key_of(request.args.get("opd", "")) or None,
        receiver=Receiver(given) if given in set(Receiver) else None,
        day=_day(request.args.get("tanggal", "")),
    )
    session, actor, number = db.session(), current_actor(), paging.page_number()
    lines = queries.list_ledger(
        session,
        scope_of(actor),
        filters,
        limit=paging.PAGE_SIZE + 1,
        offset=(number - 1) * paging.PAGE_SIZE,
    )
    return render_template(
        "reminders/ledger.html",
        page=paging.page_of(lines, number, 0),
        filters=filters,
        agencies=list_agency_choices(session, actor.day),
        is_narrowed=filters != queries.LedgerFilters(),
    )


def _hours_page(form: HoursForm | None = None) -> str:
    today = clock.local_day(clock.now())
    table = working_hours(db.session(), today)
    last = max(table.rows, key=lambda row: row.starts_on)
    fresh = form or HoursForm(
        formdata=None,
        daily_opens=last.daily.opens,
        daily_closes=last.daily.closes,
        friday_opens=last.friday.opens,
        friday_closes=last.friday.closes,
        break_opens=last.friday_break.opens,
        break_closes=last.friday_break.closes,
    )
    return render_template(
        "reminders/hours.html",
        rows=sorted(table.rows, key=lambda row: row.starts_on, reverse=True),
        current=table.of(today),
        friday=today + timedelta(days=(4 - today.weekday()) % 7),
        form=fresh,
    )


@bp.get("/pengingat/jam-kerja")
@requires(HOURS)
def show_hours() -> str:
    """The dated table of hours in which messages go out."""
    return _hours_page()


@bp.post("/pengingat/jam-kerja")
@requires(HOURS)
def put_hours() -> Any:
    """Put a row into the table; one that begins on the same day is replaced."""
    form = HoursForm()
    if form.validate():
        row, now = form.row(), clock.now()
        try:
            with transaction() as session:
                table = working_hours(session, clock.local_day(now))
                others = tuple(item for item in table.rows if item.starts_on != row.starts_on)
                services.set_working_hours(session, WorkingHours((*others, row)), actor=current_actor(), now=now)
        except Invalid as refusal:
            add_refusal(form, refusal)
        else:
            flash(_("Jam kerja disimpan."), "good")
            return redirect_to(url_for("reminders.show_hours"))
    return _hours_page(form), 422


@bp.post("/pengingat/jam-kerja/<starts_on>/hapus")
@requires(HOURS)
def remove_hours(starts_on: str) -> Any:
    """Take a row out of the table. Raises Conflict when no row would be left that has no end."""
    day, now = _day(starts_on), clock.now()
    with transaction() as session:
        table = working_hours(session, clock.local_day(now))
        left = tuple(row for row in table.rows if row.starts_on != day)
        if len(left) == len(table.rows):
            raise NotFound(_("Baris ini tidak ada."))
        try:
            services.set_working_hours(session, WorkingHours(left), actor=current_actor(), now=now)
        except Invalid as refusal:
            raise Conflict(refusal.sentence) from refusal
    flash(_("Baris jam kerja dihapus."), "good")
    return redirect_to(url_for("reminders.show_hours"))
