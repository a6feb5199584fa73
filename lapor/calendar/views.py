"""Pages of the calendar, the rule sets and the settings."""

from dataclasses import asdict
from datetime import date
from typing import Any

from flask import Blueprint, Response, flash, render_template, request, url_for
from flask_babel import gettext as _

from lapor.calendar import planning, queries, services
from lapor.calendar.forms import DayOffForm, DaysOffImportForm, RuleSetForm, SettingForm, SwitchForm
from lapor.calendar.labels import DAY_OFF, LIMIT, MONTH, SETTING, SETTING_DETAIL
from lapor.calendar.models import DayOff
from lapor.calendar.rules import SETTINGS, DayOffKind, Fault, SettingKind, working_days_of_month
from lapor.core import clock
from lapor.core.db import db, lock, transaction
from lapor.core.errors import Invalid, NotFound
from lapor.policy import Permission, allows
from lapor.printing.spreadsheet import CSV, Column, csv_bytes
from lapor.web.addresses import key_of
from lapor.web.downloads import send_bytes
from lapor.web.forms import add_refusal
from lapor.web.guards import current_actor, requires
from lapor.web.htmx import redirect_to

bp = Blueprint("calendar", __name__)

MAX_LIST_BYTES = 512 * 1024
FIRST_YEAR, LAST_YEAR = 2010, 2100
_CSV_KINDS = {
    DayOffKind.NATIONAL: "libur_nasional",
    DayOffKind.COLLECTIVE: "cuti_bersama",
    DayOffKind.PROVINCIAL: "libur_daerah",
}


@bp.context_processor
def words() -> dict[str, Any]:
    """The words that the pages of this slice need."""
    return {"DAY_OFF": DAY_OFF, "MONTH": MONTH, "LIMIT": LIMIT, "SETTING": SETTING, "SETTING_DETAIL": SETTING_DETAIL}


def _today() -> date:
    return clock.local_day(clock.now())


def _year() -> int:
    """The year that the address asks for, else this one. Raises NotFound outside the calendar."""
    given = request.args.get("tahun", "")
    if not given:
        return _today().year
    if not (given.isascii() and given.isdigit() and len(given) == 4 and FIRST_YEAR <= int(given) <= LAST_YEAR):
        raise NotFound(_("Tahun ini tidak ada pada kalender."))
    return int(given)


def _year_page(year: int, form: DayOffForm | None = None) -> str:
    session = db.session()
    calendar = queries.working_calendar(session)
    months = [working_days_of_month(calendar, year, month) for month in range(1, 13)]
    return render_template(
        "calendar/year.html",
        year=year,
        years=sorted({*queries.years_with_days_off(session), _today().year, year}),
        days=queries.days_off_of_year(session, year),
        months=months,
        form=form or DayOffForm(formdata=None),
        can_edit=allows(current_actor(), Permission.CALENDAR_EDIT),
    )


@bp.get("/kalender")
@requires(Permission.AGENCY_VIEW, Permission.CALENDAR_EDIT)
def show_year() -> str:
    """The days off of a year and the working days of its months."""
    return _year_page(_year())


@bp.get("/kalender/libur.csv")
@requires(Permission.AGENCY_VIEW, Permission.CALENDAR_EDIT)
def export_year() -> Response:
    """The days off of a year, in the form in which they can be imported."""
    year = _year()
    lines = [(row.day, _CSV_KINDS[row.kind], row.name) for row in queries.days_off_of_year(db.session(), year)]
    columns = [Column(name) for name in ("tanggal", "jenis", "nama")]
    return send_bytes(csv_bytes(columns, lines), f"hari-libur-{year}.csv", CSV)


def _to_change(change_id: int) -> Any:
    """On to the page that says what the planned change would move, and asks for its reason."""
    return redirect_to(url_for("calendar_changes.show", change_id=change_id))


@bp.post("/kalender/hari-libur")
@requires(Permission.CALENDAR_EDIT)
def add_day_off() -> Any:
    """Plan that the office is closed on a day."""
    form = DayOffForm()
    if form.validate():
        try:
            with transaction() as session:
                change = planning.plan_day_off(session, form.wanted(), actor=current_actor(), now=clock.now()).id
        except Invalid as refusal:
            add_refusal(form, refusal)
        else:
            return _to_change(change)
    return _year_page(form.day.data.year if form.day.data else _today().year, form), 422


def _found(session: Any, day_off_id: int) -> DayOff:
    found: DayOff | None = queries.day_off(session, day_off_id)
    if found is None:
        raise NotFound(_("Hari libur ini sudah tidak ada."))
    return found


@bp.route("/kalender/hari-libur/<int:day_off_id>", methods=["GET", "POST"])
@requires(Permission.CALENDAR_EDIT)
def change_day_off(day_off_id: int) -> Any:
    """Plan another date, kind or name for a day off."""
    held = planning.listed(_found(db.session(), day_off_id))
    form = DayOffForm(data=asdict(held)) if request.method == "GET" else DayOffForm()
    if form.validate_on_submit():
        try:
            with transaction() as session:
                change = planning.plan_day_off(
                    session,
                    form.wanted(),
                    instead_of=_found(session, day_off_id),
                    actor=current_actor(),
                    now=clock.now(),
                ).id
        except Invalid as refusal:
            add_refusal(form, refusal)
        else:
            return _to_change(change)
    return render_template("calendar/day_off.html", form=form, held=held), 422 if form.is_submitted() else 200


@bp.post("/kalender/hari-libur/<int:day_off_id>/hapus")
@requires(Permission.CALENDAR_EDIT)
def remove_day_off(day_off_id: int) -> Any:
    """Plan that a day off becomes an ordinary day."""
    with transaction() as session:
        found = _found(session, day_off_id)
        change = planning.plan_removal(session, found, actor=current_actor(), now=clock.now()).id
    return _to_change(change)


@bp.post("/kalender/hari-libur/<int:day_off_id>/pasti")
@requires(Permission.CALENDAR_EDIT)
def confirm_day_off(day_off_id: int) -> Any:
    """An estimated day off has been fixed by decree; no deadline moves."""
    with transaction() as session:
        found: DayOff | None = lock(session, DayOff, day_off_id)
        if found is None:
            raise NotFound(_("Hari libur ini sudah tidak ada."))
        year = found.day.year
        services.confirm_day_off(session, found, actor=current_actor(), now=clock.now())
    flash(_("Tanggal dinyatakan pasti."), "good")
    return redirect_to(url_for("calendar.show_year", tahun=year))


@bp.route("/kalender/impor", methods=["GET", "POST"])
@requires(Permission.CALENDAR_EDIT)
def import_days_off() -> Any:
    """Plan what a list of days off changes; a list with a fault changes nothing and names its faults."""
    form = DaysOffImportForm()
    faults: tuple[Fault, ...] = ()
    if form.validate_on_submit():
        data = form.file.data.read(MAX_LIST_BYTES + 1)
        try:
            if len(data) > MAX_LIST_BYTES:
                raise Invalid(_("Daftar hari libur paling besar 512 KB. Pastikan berkasnya CSV."), field="file")
            with transaction() as session:
                plan = planning.plan_list(
                    session,
                    data,
                    replace_years=form.replace_years.data,
                    actor=current_actor(),
                    now=clock.now(),
                )
                change = plan.change.id if plan.change else None
        except Invalid as refusal:
            add_refusal(form, refusal)
        else:
            if change is not None:
                return _to_change(change)
            if not plan.faults:
                flash(_("Isi berkas sudah sama dengan kalender. Tidak ada yang berubah."), "info")
                return redirect_to(url_for("calendar.show_year"))
            faults = plan.faults
    return render_template("calendar/import.html", form=form, faults=faults), 422 if form.is_submitted() else 200


def _settings_page(form: SettingForm | None = None, refused: dict[str, SwitchForm] | None = None) -> str:
    """The page, with a form that was refused (``refused``: that of a yes-or-no setting) or with fresh ones."""
    session, today = db.session(), _today()
    rule_sets = queries.rule_sets(session)
    in_force = queries.rule_set_in_force(session, today) if rule_sets else None
    dated: dict[str, list[Any]] = {key: [] for key in SETTINGS}
    for row in queries.list_settings(session, list(SETTINGS)):
        dated[row.key].append(row)
    switches = {
        key: SwitchForm(formdata=None, prefix=f"{key}-", value=_switched(dated[key], today), effective_from=today)
        for key, kind in SETTINGS.items()
        if kind is SettingKind.SWITCH
    }
    return render_template(
        "calendar/settings.html",
        rule_sets=rule_sets,
        in_force=in_force,
        dated=dated,
        today=today,
        is_day={key: kind is SettingKind.DAY for key, kind in SETTINGS.items()},
        as_day=date.fromisoformat,
        form=form or SettingForm(formdata=None, effective_from=today),
        switches={**switches, **(refused or {})},
        can_edit=allows(current_actor(), Permission.SETTINGS_EDIT),
    )


def _switched(rows: list[Any], today: date) -> str:
    """What a yes-or-no setting says today; not set is no."""
    in_force = [row for row in rows if row.effective_from <= today]
    newest = max(in_force, key=lambda row: row.effective_from, default=None)
    return "ya" if newest is not None and newest.value is True else "tidak"


@bp.get("/pengaturan")
@requires(Permission.AGENCY_VIEW, Permission.SETTINGS_EDIT)
def settings() -> str:
    """The time limits with their sources, and the dated settings."""
    return _settings_page()


@bp.post("/pengaturan/nilai")
@requires(Permission.SETTINGS_EDIT)
def set_setting() -> Any:
    """A setting gets a value from a day on."""
    form = SettingForm()
    if form.validate():
        try:
            with transaction() as session:
                services.set_setting(
                    session,
                    form.key.data,
                    form.typed_value(),
                    form.effective_from.data,
                    current_actor(),
                    clock.now(),
                )
        except Invalid as refusal:
            add_refusal(form, refusal)
        else:
            flash(_("Pengaturan disimpan."), "good")
            return redirect_to(url_for("calendar.settings"))
    return _settings_page(form), 422


@bp.post("/pengaturan/pilihan/<key>")
@requires(Permission.SETTINGS_EDIT)
def set_switch(key: str) -> Any:
    """A setting is switched to yes or no from a day on. Raises NotFound for a key that is no such setting."""
    if SETTINGS.get(key) is not SettingKind.SWITCH:
        raise NotFound(_("Pengaturan ini tidak ada."))
    form = SwitchForm(prefix=f"{key}-")
    if form.validate():
        try:
            with transaction() as session:
                services.set_setting(
                    session,
                    key,
                    form.value.data == "ya",
                    form.effective_from.data,
                    current_actor(),
                    clock.now(),
                )
        except Invalid as refusal:
            add_refusal(form, refusal)
        else:
            flash(_("Pengaturan disimpan."), "good")
            return redirect_to(url_for("calendar.settings"))
    return _settings_page(refused={key: form}), 422


@bp.route("/pengaturan/aturan/baru", methods=["GET", "POST"])
@requires(Permission.SETTINGS_EDIT)
def create_rule_set() -> Any:
    """A rule set that holds from a day on; it starts with the numbers of the one that it follows (``dari``), else of
    the newest."""
    form = RuleSetForm()
    if request.method == "GET":
        held = queries.rule_sets(db.session())
        wanted = key_of(request.args.get("dari", ""))
        first = next((row for row in held if row.id == wanted), held[0] if held else None)
        form.put(first.limits if first else {})
    if form.validate_on_submit():
        try:
            with transaction() as session:
                services.add_rule_set(
                    session,
                    name=form.name.data,
                    source=form.source.data,
                    effective_from=form.effective_from.data,
                    limits=form.limits(),
                    actor=current_actor(),
                    now=clock.now(),
                )
        except Invalid as refusal:
            add_refusal(form, refusal)
        else:
            flash(_("Aturan ditambahkan. Aduan yang sudah masuk tetap memakai aturannya."), "good")
            return redirect_to(url_for("calendar.settings"))
    return render_template("calendar/rule_set.html", form=form), 422 if form.is_submitted() else 200
