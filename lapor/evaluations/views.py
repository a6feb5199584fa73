"""Pages of evaluations: the list, one cycle with its figures, the report, the spreadsheet."""

from typing import Any

from flask import Blueprint, Response, flash, render_template, request, url_for
from flask_babel import gettext as _

from lapor.core import clock
from lapor.core.db import db, lock, transaction
from lapor.core.errors import Invalid, NotFound
from lapor.core.wording import date_range
from lapor.evaluations import queries, services
from lapor.evaluations.forms import CycleForm, LockForm, UnlockForm
from lapor.evaluations.labels import STATE, STATE_SENTENCE, STATE_TONE
from lapor.evaluations.models import EvaluationCycle
from lapor.evaluations.report import charts_of, evaluation_pdf, summary_of, year_heads
from lapor.evaluations.rules import Act, Order, in_order, is_possible
from lapor.evaluations.workbook import figures_workbook
from lapor.policy import Permission, allows
from lapor.printing.spreadsheet import XLSX
from lapor.statistics.exceptions import exceptions_of
from lapor.statistics.labels import INDICATORS, channel_words, class_words, month_words, status_words
from lapor.web.downloads import send_bytes
from lapor.web.forms import add_refusal
from lapor.web.guards import current_actor, requires
from lapor.web.htmx import redirect_to

bp = Blueprint("evaluations", __name__)


def _may_edit() -> bool:
    return allows(current_actor(), Permission.EVALUATION_EDIT)


def _locked(session: Any, cycle_id: int) -> EvaluationCycle:
    """The cycle, fresh and locked for writing; raises NotFound where there is none."""
    cycle = lock(session, EvaluationCycle, cycle_id)
    if cycle is None:
        raise NotFound("Evaluasi ini tidak ditemukan.")
    found: EvaluationCycle = cycle
    return found


@bp.get("/evaluasi")
@requires(Permission.EVALUATION_VIEW)
def list_cycles() -> str:
    """All cycles."""
    return render_template(
        "evaluations/list.html",
        cycles=queries.list_cycles(db.session()),
        states=STATE,
        tones=STATE_TONE,
        may_edit=_may_edit(),
        date_range=date_range,
    )


@bp.route("/evaluasi/baru", methods=["GET", "POST"])
@requires(Permission.EVALUATION_EDIT)
def create() -> Any:
    """Set up a cycle."""
    form = CycleForm()
    today = clock.local_day(clock.now())
    if not form.is_submitted():
        form.year.data = today.year
        form.starts_on.data, form.ends_on.data = today.replace(month=1, day=1), today.replace(month=12, day=31)
    first = form.starts_on.data or today
    form.offer_signers(queries.signer_choices(db.session(), first, today))
    if form.validate_on_submit():
        try:
            with transaction() as session:
                cycle = services.create_cycle(session, form.particulars(), actor=current_actor(), now=clock.now())
                key = cycle.id
        except Invalid as refusal:
            add_refusal(form, refusal)
        else:
            flash(_("Evaluasi sudah dibuat. Angkanya mengikuti data hari ini sampai dikunci."), "good")
            return redirect_to(url_for("evaluations.show", cycle_id=key))
    return render_template("evaluations/edit.html", form=form, cycle=None), 422 if form.is_submitted() else 200


@bp.get("/evaluasi/<int:cycle_id>")
@requires(Permission.EVALUATION_VIEW)
def show(cycle_id: int) -> str:
    """One cycle with its figures; ``urut`` puts the table of agencies in order."""
    session = db.session()
    cycle = queries.find_cycle(session, cycle_id)
    figures = queries.figures_of(session, cycle, clock.local_day(clock.now()))
    wanted = request.args.get("urut", Order.NAME.value)
    order = next((item for item in Order if item.value == wanted.removeprefix("-")), Order.NAME)
    descending = wanted.startswith("-")
    may_edit = _may_edit()
    return render_template(
        "evaluations/show.html",
        cycle=cycle,
        figures=figures,
        charts=charts_of(figures),
        exceptions=figures.exceptions or exceptions_of(session, cycle.starts_on, cycle.ends_on, as_of=figures.as_of),
        summary=summary_of(figures),
        year_heads=year_heads(figures.coverage),
        judged=in_order(figures.judged, order, descending=descending),
        order=order,
        descending=descending,
        indicators=INDICATORS,
        date_range=date_range,
        month_words=month_words,
        class_words=class_words,
        status_words=status_words,
        channel_words=channel_words,
        state=STATE[cycle.state],
        tone=STATE_TONE[cycle.state],
        state_sentence=STATE_SENTENCE[cycle.state],
        obstacles=queries.texts_of(cycle.obstacles),
        recommendations=queries.texts_of(cycle.recommendations),
        possible={act.value for act in Act if may_edit and is_possible(cycle.state, act)},
    )


@bp.route("/evaluasi/<int:cycle_id>/ubah", methods=["GET", "POST"])
@requires(Permission.EVALUATION_EDIT)
def edit(cycle_id: int) -> Any:
    """Change period, texts or signer."""
    cycle = queries.find_cycle(db.session(), cycle_id)
    form = CycleForm(obj=cycle)
    today = clock.local_day(clock.now())
    form.offer_signers(queries.signer_choices(db.session(), cycle.starts_on, today, cycle.signer_id))
    if form.validate_on_submit():
        try:
            with transaction() as session:
                services.edit_cycle(
                    session, _locked(session, cycle_id), form.particulars(), actor=current_actor(), now=clock.now()
                )
        except Invalid as refusal:
            add_refusal(form, refusal)
        else:
            flash(_("Perubahan sudah disimpan."), "good")
            return redirect_to(url_for("evaluations.show", cycle_id=cycle_id))
    cycle = queries.find_cycle(db.session(), cycle_id)
    return render_template("evaluations/edit.html", form=form, cycle=cycle), 422 if form.is_submitted() else 200


@bp.route("/evaluasi/<int:cycle_id>/kunci", methods=["GET", "POST"])
@requires(Permission.EVALUATION_EDIT)
def lock_data(cycle_id: int) -> Any:
    """Hold the figures still."""
    cycle = queries.find_cycle(db.session(), cycle_id)
    form = LockForm()
    form.start_with(max(cycle.ends_on, clock.local_day(clock.now())))
    if form.validate_on_submit():
        try:
            with transaction() as session:
                services.lock_data(
                    session,
                    _locked(session, cycle_id),
                    as_of=form.as_of.data,
                    actor=current_actor(),
                    now=clock.now(),
                )
        except Invalid as refusal:
            add_refusal(form, refusal)
        else:
            flash(_("Data sudah dikunci. Angka laporan tidak berubah lagi."), "good")
            return redirect_to(url_for("evaluations.show", cycle_id=cycle_id))
    cycle = queries.find_cycle(db.session(), cycle_id)
    return render_template("evaluations/lock.html", form=form, cycle=cycle), 422 if form.is_submitted() else 200


@bp.route("/evaluasi/<int:cycle_id>/buka-kunci", methods=["GET", "POST"])
@requires(Permission.EVALUATION_EDIT)
def unlock_data(cycle_id: int) -> Any:
    """Give the held figures up, with a reason."""
    form = UnlockForm()
    if form.validate_on_submit():
        with transaction() as session:
            services.unlock_data(
                session, _locked(session, cycle_id), reason=form.reason.data, actor=current_actor(), now=clock.now()
            )
        flash(_("Kunci data dibuka. Angka mengikuti data hari ini lagi."), "info")
        return redirect_to(url_for("evaluations.show", cycle_id=cycle_id))
    cycle = queries.find_cycle(db.session(), cycle_id)
    return render_template("evaluations/unlock.html", form=form, cycle=cycle), 422 if form.is_submitted() else 200


@bp.post("/evaluasi/<int:cycle_id>/terbitkan")
@requires(Permission.EVALUATION_EDIT)
def publish(cycle_id: int) -> Any:
    """Make the report final."""
    try:
        with transaction() as session:
            services.publish_cycle(session, _locked(session, cycle_id), actor=current_actor(), now=clock.now())
    except Invalid as refusal:
        flash(refusal.sentence, "late")
    else:
        flash(_("Laporan sudah diterbitkan."), "good")
    return redirect_to(url_for("evaluations.show", cycle_id=cycle_id))


@bp.get("/evaluasi/<int:cycle_id>/laporan.pdf")
@requires(Permission.EVALUATION_VIEW)
def report(cycle_id: int) -> Response:
    """The report as PDF; one to three seconds."""
    data = evaluation_pdf(db.session(), cycle_id, now=clock.now())
    is_download = "unduh" in request.args
    return send_bytes(data, f"laporan-evaluasi-{cycle_id}.pdf", "application/pdf", inline=not is_download)


@bp.get("/evaluasi/<int:cycle_id>/data.xlsx")
@requires(Permission.EVALUATION_VIEW)
def spreadsheet(cycle_id: int) -> Response:
    """The figures as a spreadsheet."""
    now = clock.now()
    cycle = queries.find_cycle(db.session(), cycle_id)
    figures = queries.figures_of(db.session(), cycle, clock.local_day(now))
    data = figures_workbook(cycle.title, figures, created=cycle.published_at or now)
    return send_bytes(data, f"data-evaluasi-{cycle_id}.xlsx", XLSX)
