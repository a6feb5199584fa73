"""Pages of the import from LAPOR! and of the units that wait to be matched. They are the coordinator's alone."""

from contextlib import closing
from datetime import date
from typing import Any

from flask import Blueprint, Response, flash, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from lapor.agencies.models import AgencyKind
from lapor.agencies.services import Particulars, create_agency
from lapor.complaints.rules import masked
from lapor.core import jobs
from lapor.core.clock import local_day, now
from lapor.core.db import db, transaction
from lapor.core.errors import Invalid, NotFound
from lapor.core.wording import number
from lapor.desk import import_jobs, importing
from lapor.desk.differences import count_open, list_open, settle
from lapor.desk.import_forms import MatchForm, NewAgencyForm, StartForm, UploadForm, match_form
from lapor.desk.import_labels import (
    class_label,
    field_label,
    matching_sentence,
    reason_sentence,
    refusal_sentence,
    result_sentence,
    state_label,
    verdict_label,
)
from lapor.desk.import_models import BatchState, ImportBatch
from lapor.desk.import_queries import count_new, find_batch, list_batches, list_lines, list_unknown_units
from lapor.desk.import_rules import Verdict
from lapor.desk.lapor_export import HEADINGS, MAX_BYTES, Column, Unreadable, UnreadableExport
from lapor.desk.matching import Answer, Pending, count_pending, count_waiting, list_choices, list_pending, match
from lapor.desk.owing import count_moves
from lapor.desk.sample_export import sample_export
from lapor.desk.staging import discard
from lapor.desk.taking_over import start
from lapor.policy import Permission
from lapor.printing.spreadsheet import XLSX
from lapor.web.downloads import send_bytes
from lapor.web.forms import add_refusal
from lapor.web.guards import current_actor, requires
from lapor.web.htmx import is_htmx, redirect_to
from lapor.web.paging import PAGE_SIZE, page_number, page_of

bp = Blueprint("imports", __name__)

AT_ONCE = 1000
"""Rows up to which a file is taken over while the person waits (about two seconds); larger ones are a job."""
UNITS_ON_A_PAGE = 15
_IMPORT = Permission.COMPLAINT_IMPORT
_SHOWN = {"baru": Verdict.NEW, "berubah": Verdict.CHANGED, "ditolak": Verdict.REJECTED}


@bp.get("/aduan/impor")
@requires(_IMPORT)
def upload() -> str:
    """Where a file is chosen."""
    return _upload_page(UploadForm())


def _upload_page(form: UploadForm) -> str:
    session = db.session()
    return render_template(
        "imports/upload.html",
        form=form,
        batches=list_batches(session),
        state_label=state_label,
        pending=count_pending(session),
        differences=count_open(session),
    )


@bp.post("/aduan/impor")
@requires(_IMPORT)
def stage() -> Any:
    """Read the file and lead on to its preview."""
    form = UploadForm()
    if form.validate_on_submit():
        try:
            batch_id = importing.stage_file(
                _content(form),
                file_name=form.file.data.filename or "berkas",
                zone=form.zone.data,
                actor=current_actor(),
                now=now(),
            )
        except Invalid as refusal:
            add_refusal(form, refusal)
        else:
            return redirect_to(url_for("imports.show", batch_id=batch_id))
    return _upload_page(form), 422


def _content(form: UploadForm) -> bytes:
    """The bytes; their temporary file is gone with this call. One that is too large is measured, not kept."""
    with closing(form.file.data.stream) as stream:
        content: bytes = stream.read(MAX_BYTES + 1)
        if len(content) <= MAX_BYTES:
            return content
        size = len(content) + sum(len(part) for part in iter(lambda: stream.read(1024 * 1024), b""))
    detail = str(-(-size // (1024 * 1024)))
    raise Invalid(refusal_sentence(UnreadableExport(Unreadable.TOO_LARGE, detail)), field="file")


@bp.get("/aduan/impor/contoh.xlsx")
@requires(_IMPORT)
def sample() -> Response:
    """A fictional file to try it with."""
    return send_bytes(sample_export(local_day(now())), "contoh-laporan-ringkas.xlsx", XLSX)


@bp.get("/aduan/impor/<int:batch_id>")
@requires(_IMPORT)
def show(batch_id: int) -> Any:
    """The preview of a staged file, how far its import is, or the result."""
    batch = _batch(batch_id)
    if batch.state is BatchState.READY:
        return _preview(batch, StartForm(data={"owed_from": _day("mulai") or batch.owed_from}))
    if batch.state is BatchState.IMPORTING:
        return _progress(batch)
    return _result(batch)


def _batch(batch_id: int) -> ImportBatch:
    batch = find_batch(db.session(), batch_id)
    if batch is None:
        raise NotFound(_("Impor ini tidak ditemukan. Mungkin sudah dibatalkan; unggah kembali berkasnya."))
    return batch


def _day(name: str) -> date | None:
    try:
        return date.fromisoformat(request.args.get(name, ""))
    except ValueError:
        return None


def _lines(batch: ImportBatch, verdict: Verdict, total: int) -> Any:
    page = page_number()
    lines = list_lines(db.session(), batch.id, verdict, offset=(page - 1) * PAGE_SIZE, limit=PAGE_SIZE + 1)
    return page_of(lines, page, total)


def _preview(batch: ImportBatch, form: StartForm) -> str:
    session = db.session()
    owed_from = form.owed_from.data or batch.owed_from
    to_history, to_owed = count_moves(session, owed_from)
    counts = {Verdict.NEW: batch.new, Verdict.CHANGED: batch.changed, Verdict.REJECTED: batch.rejected}
    asked = _SHOWN.get(request.args.get("tampil", ""))
    shown = asked or next(
        (verdict for verdict in (Verdict.REJECTED, Verdict.CHANGED) if counts[verdict]), Verdict.NEW
    )
    missing = [name for name, column in HEADINGS.items() if column in _EXPECTED and column not in batch.columns]
    return render_template(
        "imports/preview.html",
        batch=batch,
        form=form,
        asks_generated=batch.generated_on is None and batch.changed > 0,
        new_ones=count_new(session, batch.id, owed_from),
        to_history=to_history,
        to_owed=to_owed,
        units=list_unknown_units(session, batch.id, now()),
        missing=missing,
        shown=shown,
        tabs=[
            (
                verdict_label(verdict),
                url_for("imports.show", batch_id=batch.id, tampil=key, mulai=owed_from.isoformat()),
                counts[verdict],
                verdict is shown,
            )
            for key, verdict in _SHOWN.items()
        ],
        page=_lines(batch, shown, counts[shown]),
        reason_sentence=reason_sentence,
        field_label=field_label,
        masked=masked,
    )


_EXPECTED = frozenset({Column.STATUS, Column.UNIT, Column.REPORT_CLASS, Column.FINAL_TEXT, Column.TITLE})
"""Columns whose absence is worth a line in the preview."""


def _progress(batch: ImportBatch) -> str:
    state = jobs.state(_job_key(batch.id))
    template = "imports/_progress.html" if is_htmx() else "imports/progress.html"
    return render_template(
        template, batch=batch, has_failed=state is None or state.phase not in (jobs.Phase.WAITING, jobs.Phase.RUNNING)
    )


def _result(batch: ImportBatch) -> Any:
    address = url_for("imports.show", batch_id=batch.id)
    if is_htmx():
        return redirect_to(address)
    pending = count_pending(db.session())
    return render_template(
        "imports/result.html",
        batch=batch,
        sentence=result_sentence(batch.new, batch.changed, batch.same, batch.rejected),
        matching=matching_sentence(pending) if pending else None,
        page=_lines(batch, Verdict.REJECTED, batch.rejected),
        reason_sentence=reason_sentence,
    )


@bp.post("/aduan/impor/<int:batch_id>")
@requires(_IMPORT)
def begin(batch_id: int) -> Any:
    """[Impor sekarang], or the preview once more with another day."""
    form = StartForm()
    if not form.validate_on_submit():
        return _preview(_batch(batch_id), form), 422
    if form.preview.data:
        return redirect_to(url_for("imports.show", batch_id=batch_id, mulai=form.owed_from.data.isoformat()))
    actor, moment = current_actor(), now()
    try:
        with transaction() as session:
            batch = start(
                session,
                batch_id,
                owed_from=form.owed_from.data,
                generated_on=form.generated_on.data,
                actor=actor,
                now=moment,
            )
            at_once = batch.expected <= AT_ONCE
            if not at_once:
                jobs.enqueue(session, import_jobs.TAKE_OVER, batch_id, key=_job_key(batch_id))
    except Invalid as refusal:
        add_refusal(form, refusal)
        return _preview(_batch(batch_id), form), 422
    if at_once:
        importing.run(batch_id, actor=actor, now=moment)
    return redirect_to(url_for("imports.show", batch_id=batch_id))


def _job_key(batch_id: int) -> str:
    return f"import:{batch_id}"


@bp.post("/aduan/impor/<int:batch_id>/lanjutkan")
@requires(_IMPORT)
def resume(batch_id: int) -> BaseResponse:
    """Go on with an import that was cut off: what is taken over already stays."""
    batch = _batch(batch_id)
    if batch.state is BatchState.IMPORTING and not jobs.retry(_job_key(batch_id)):
        with transaction() as session:
            jobs.enqueue(session, import_jobs.TAKE_OVER, batch_id, key=_job_key(batch_id))
    return redirect_to(url_for("imports.show", batch_id=batch_id))


@bp.post("/aduan/impor/<int:batch_id>/batal")
@requires(_IMPORT)
def cancel(batch_id: int) -> BaseResponse:
    """Throw the staged file away."""
    with transaction() as session:
        discard(session, batch_id)
    flash(_("Berkas dibatalkan. Tidak ada data yang berubah."), "info")
    return redirect_to(url_for("imports.upload"))


# --- units that wait to be matched -------------------------------------------------------------------------------


@bp.get("/aduan/padankan")
@requires(_IMPORT)
def match_units() -> str:
    """The units that LAPOR! names and nobody knows yet."""
    session = db.session()
    units = list_pending(session, UNITS_ON_A_PAGE)
    return _match_page(units, match_form(units, list_choices(session)), _new_agency_form(units))


def _match_page(units: list[Pending], form: MatchForm, new_agency: NewAgencyForm) -> str:
    session = db.session()
    return render_template(
        "imports/match.html",
        units=units,
        form=form,
        new_agency=new_agency,
        pending=count_pending(session),
    )


def _new_agency_form(units: list[Pending]) -> NewAgencyForm:
    form = NewAgencyForm()
    form.unit_id.choices = [(unit.unit_id, unit.name) for unit in units]
    return form


@bp.post("/aduan/padankan")
@requires(_IMPORT)
def decide_units() -> Any:
    """Decide several units at once."""
    session = db.session()
    units = list_pending(session, UNITS_ON_A_PAGE)
    form = match_form(units, list_choices(session))
    if not form.validate_on_submit():
        return _match_page(units, form, _new_agency_form(units)), 422
    answers = form.answers(units)
    if not answers:
        form.form_errors = [*form.form_errors, _("Belum ada unit yang dipilih OPD-nya.")]
        return _match_page(units, form, _new_agency_form(units)), 422
    try:
        _decide(answers)
    except Invalid as refusal:
        add_refusal(form, refusal)
        return _match_page(units, form, _new_agency_form(units)), 422
    return redirect_to(url_for("imports.match_units"))


def _decide(answers: dict[int, Answer]) -> None:
    """Store the answers and let the waiting complaints follow: at once when they are few, else as a job."""
    actor, moment = current_actor(), now()
    with transaction() as session:
        decided = match(session, answers, actor=actor, now=moment)
        waiting = count_waiting(session, decided)
        if waiting > AT_ONCE:
            key = f"settle-units:{decided[0]}:{moment.isoformat()}"
            jobs.enqueue(session, import_jobs.SETTLE_UNITS, actor.person_id, key=key)
    if waiting <= AT_ONCE:
        importing.settle_units(actor=actor, now=moment)
    flash(
        _(
            "%(units)s unit dipadankan. Berlaku untuk %(complaints)s aduan yang ada dan semua impor berikutnya.",
            units=number(len(decided)),
            complaints=number(waiting),
        ),
        "good",
    )


@bp.post("/aduan/padankan/opd")
@requires(_IMPORT)
def make_agency() -> Any:
    """Make the agency that a unit is, and match the unit to it."""
    session = db.session()
    units = list_pending(session, UNITS_ON_A_PAGE)
    form = _new_agency_form(units)
    if form.validate_on_submit():
        try:
            with transaction() as writing:
                agency = create_agency(
                    writing,
                    Particulars(form.name.data, form.abbreviation.data, AgencyKind(form.kind.data)),
                    actor=current_actor(),
                    now=now(),
                )
                agency_id = agency.id
            _decide({form.unit_id.data: Answer(agency_id)})
        except Invalid as refusal:
            add_refusal(form, refusal)
        else:
            return redirect_to(url_for("imports.match_units"))
    units = list_pending(db.session(), UNITS_ON_A_PAGE)
    return _match_page(units, match_form(units, list_choices(db.session())), form), 422


# --- where LAPOR! says otherwise than we do ----------------------------------------------------------------------


@bp.get("/aduan/beda")
@requires(_IMPORT)
def list_differences() -> str:
    """What LAPOR! changed although a person here has set it otherwise."""
    session = db.session()
    return render_template(
        "imports/differences.html",
        differences=list_open(session),
        waiting=count_open(session),
        field_label=field_label,
        class_label=class_label,
        masked=masked,
    )


@bp.post("/aduan/beda/<int:difference_id>")
@requires(_IMPORT)
def settle_difference(difference_id: int) -> BaseResponse:
    """Keep ours or take LAPOR!'s."""
    with transaction() as session:
        settle(
            session,
            difference_id,
            takes_theirs=request.form.get("pilihan") == "lapor",
            actor=current_actor(),
            now=now(),
        )
    flash(_("Tersimpan."), "good")
    return redirect_to(url_for("imports.list_differences"))
