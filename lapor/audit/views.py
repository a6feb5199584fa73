"""The audit pages: who did what, what left the usual way, who looked. They show; nothing is changed here."""

from collections.abc import Callable, Sequence
from typing import Any

from flask import Blueprint, Response, abort, render_template, request, url_for
from flask_babel import gettext as _

from lapor.audit import queries
from lapor.audit.forms import FilterForm
from lapor.audit.jobs import SENT_AT
from lapor.audit.queries import Chosen
from lapor.audit.wording import told
from lapor.core import clock
from lapor.core.db import db, transaction
from lapor.core.errors import Invalid, NotFound
from lapor.core.wording import number
from lapor.journal.events import JournalExported
from lapor.journal.labels import (
    EVENT,
    EXCEPTION,
    READING,
    event_words,
    exception_words,
    paper_words,
    reading_words,
    reference,
)
from lapor.journal.queries import chain_head, last_instant
from lapor.journal.rules import anchor_words
from lapor.journal.services import record
from lapor.policy import Permission, allows, scope_of
from lapor.printing.spreadsheet import CSV, XLSX, Cell, Column, Sheet, csv_bytes, workbook_bytes
from lapor.web.addresses import key_of
from lapor.web.downloads import send_bytes
from lapor.web.guards import current_actor, requires
from lapor.web.paging import PAGE_SIZE

bp = Blueprint("audit", __name__)

VIEW = Permission.JOURNAL_VIEW
READERS = Permission.READERS_VIEW
EXPORT_LIMIT = 20_000


@bp.context_processor
def words() -> dict[str, Any]:
    """The words that the pages need, and their tabs."""
    return {
        "event_words": event_words,
        "fact_words": fact_words,
        "exception_words": exception_words,
        "reading_words": reading_words,
        "reference": reference,
        "tabs_of": _tabs,
    }


def fact_words(row: queries.FactRow) -> str:
    """What happened: of a word on paper also who signed it, for its admin only wrote it down."""
    paper = paper_words(row.kind, row.exception, row.word, actor_name=row.actor_name, actor_post=row.actor_post)
    return paper or event_words(row.kind)


def _tabs() -> list[tuple[str, str, None, bool]]:
    """The audit pages that the person may open."""
    pages = [("audit.list_facts", _("Catatan aktivitas"), VIEW), ("audit.list_exceptions", _("Pengecualian"), VIEW)]
    pages.append(("audit.list_readings", _("Pembaca"), READERS))
    actor = current_actor()
    return [
        (label, url_for(endpoint), None, request.endpoint == endpoint)
        for endpoint, label, permission in pages
        if allows(actor, permission)
    ]


def _facts_form(given: Any) -> FilterForm:
    kinds = [(kind, str(label)) for kind, label in EVENT.items()]
    return FilterForm.of(given, kinds, _("Semua kejadian"), queries.agency_choices(db.session()))


def _exceptions_form(given: Any) -> FilterForm:
    kinds = [(kind.value, str(label)) for kind, label in EXCEPTION.items()]
    return FilterForm.of(given, kinds, _("Semua pengecualian"), queries.agency_choices(db.session()))


def _readings_form(given: Any) -> FilterForm:
    return FilterForm.of(given, [(what, str(label)) for what, label in READING.items()], _("Semua tampilan"), None)


def _before() -> int | None:
    """The number below which the address asks to go on (``sebelum``)."""
    return key_of(request.args.get("sebelum", "")) or None


def _page(
    template: str, endpoint: str, form: FilterForm, rows_of: Callable[[Chosen, int | None, int], Any], **words: Any
) -> str:
    """One page of a list, newest first, going on below the last row that is shown."""
    chosen = form.chosen(db.session(), scope_of(current_actor()))
    before = _before()
    rows: list[Any] = rows_of(chosen, before, PAGE_SIZE + 1) if chosen is not None else []
    shown = rows[:PAGE_SIZE]
    filters: dict[str, Any] = dict(form.address)
    older = None
    if len(rows) > PAGE_SIZE:
        older = url_for(endpoint, **filters, sebelum=_key(shown[-1]))
    return render_template(
        template,
        form=form,
        rows=shown,
        filters=filters,
        older_url=older,
        newest_url=url_for(endpoint, **filters) if before is not None else None,
        all_url=url_for(endpoint),
        **words,
    )


def _key(row: Any) -> int:
    """The number by which a list goes on."""
    found: int = row.seq if hasattr(row, "seq") else row.row.seq if hasattr(row, "row") else row.id
    return found


@bp.get("/jejak")
@requires(VIEW)
def list_facts() -> str:
    """The journal, newest first, with the head of its chain."""
    session, scope = db.session(), scope_of(current_actor())
    return _page(
        "audit/facts.html",
        "audit.list_facts",
        _facts_form(request.args),
        lambda chosen, before, limit: queries.list_facts(session, scope, chosen, before=before, limit=limit),
        anchor=anchor_words(chain_head(session)),
        anchor_sent_at=SENT_AT,
        anchored_at=last_instant(session),
        signed_in=queries.SIGNED_IN,
    )


@bp.get("/jejak/<int:seq>")
@requires(VIEW)
def show_fact(seq: int) -> str:
    """One fact with its values, before and after. Raises NotFound for one that is none of the person's matters."""
    session, scope = db.session(), scope_of(current_actor())
    fact = queries.find_fact(session, scope, seq)
    if fact is None:
        raise NotFound(_("Catatan ini tidak ada, atau bukan untuk tugas Anda."))
    agencies = dict(queries.agency_choices(session))
    # an agency's own telephone number is no secret; everything else may hold a citizen's
    shown = None
    if fact.values is not None:
        shown = told(
            fact.values,
            agencies,
            mask=fact.row.subject_kind != "agency",
            names_agency=fact.row.agency is not None,
        )
    earlier, later = queries.neighbours(session, scope, seq)
    return render_template("audit/fact.html", fact=fact, row=fact.row, told=shown, earlier=earlier, later=later)


@bp.get("/jejak/pengecualian")
@requires(VIEW)
def list_exceptions() -> str:
    """What left the usual way, lawfully: visible and counted."""
    session, scope = db.session(), scope_of(current_actor())
    form = _exceptions_form(request.args)
    chosen = form.chosen(session, scope)
    counts = queries.count_exceptions(session, scope, chosen) if chosen is not None else {}
    address: dict[str, Any] = {name: value for name, value in form.address.items() if name != "jenis"}
    return _page(
        "audit/exceptions.html",
        "audit.list_exceptions",
        form,
        lambda chosen, before, limit: queries.list_exceptions(session, scope, chosen, before=before, limit=limit),
        counts=[
            (str(EXCEPTION[kind]), url_for("audit.list_exceptions", **address, jenis=kind.value), count)
            for kind, count in sorted(counts.items(), key=lambda item: (-item[1], item[0]))
        ],
    )


@bp.get("/jejak/pembaca")
@requires(READERS)
def list_readings() -> str:
    """Who was shown confidential complaints or unmasked personal data, and when."""
    session, scope = db.session(), scope_of(current_actor())
    return _page(
        "audit/readings.html",
        "audit.list_readings",
        _readings_form(request.args),
        lambda chosen, before, limit: queries.list_readings(session, scope, chosen, before=before, limit=limit),
    )


def _export(
    page: str,
    form: FilterForm,
    columns: Sequence[Column],
    cells_of: Callable[[Any, Chosen], list[list[Cell]]],
    permission: Permission,
) -> Response:
    """What the filters show as a file; that it left the system is a fact itself.

    Raises Invalid for filters that fit nothing and for more than EXPORT_LIMIT rows.
    """
    file_kind = request.form.get("berkas", "")
    if file_kind not in {"xlsx", "csv"}:
        abort(400)
    actor, now = current_actor(), clock.now()
    with transaction() as session:
        chosen = form.chosen(session, scope_of(actor))
        if chosen is None:
            raise Invalid(next(str(field.errors[0]) for field in form if field.errors))
        rows = cells_of(session, chosen)
        if len(rows) > EXPORT_LIMIT:
            count = number(EXPORT_LIMIT)
            raise Invalid(_("Lebih dari %(count)s baris. Persempit tanggalnya, lalu unduh kembali.", count=count))
        event = JournalExported(page, form.address, len(rows), file_kind)
        record(session, event, actor=actor, now=now, permission=permission)
    name = f"{page}-{clock.local_day(now).isoformat()}.{file_kind}"
    if file_kind == "csv":
        return send_bytes(csv_bytes(columns, rows), name, CSV)
    title = page.replace("-", " ").capitalize()
    notes = [f"{form[key].label.text}: {value}" for key, value in form.address.items()]
    return send_bytes(workbook_bytes([Sheet(title, columns, rows, notes)], title=title, created=now), name, XLSX)


def _fact_cells(row: queries.FactRow) -> list[Cell]:
    return [
        row.seq,
        row.at,
        fact_words(row),
        row.actor_name,
        row.actor_post,
        row.agency,
        row.complaint,
        reference(row.subject_kind, row.subject_id, None),
        exception_words(row.exception) if row.exception else None,
    ]


def _fact_columns() -> list[Column]:
    return [
        Column(_("Nomor"), 9),
        Column(_("Waktu"), 20),
        Column(_("Kejadian"), 34),
        Column(_("Nama"), 28),
        Column(_("Jabatan"), 34),
        Column(_("OPD"), 14),
        Column(_("Aduan"), 16),
        Column(_("Rujukan"), 20),
        Column(_("Pengecualian"), 30),
    ]


@bp.post("/jejak/ekspor")
@requires(VIEW)
def export_facts() -> Response:
    """The journal as the filters show it."""
    scope = scope_of(current_actor())
    return _export(
        "catatan-aktivitas",
        _facts_form(request.form),
        _fact_columns(),
        lambda session, chosen: [
            _fact_cells(row)
            for row in queries.list_facts(session, scope, chosen, before=None, limit=EXPORT_LIMIT + 1)
        ],
        VIEW,
    )


@bp.post("/jejak/pengecualian/ekspor")
@requires(VIEW)
def export_exceptions() -> Response:
    """The exceptions as the filters show them, with their reasons where these are open."""
    scope = scope_of(current_actor())
    return _export(
        "pengecualian",
        _exceptions_form(request.form),
        [*_fact_columns(), Column(_("Alasan"), 50)],
        lambda session, chosen: [
            [*_fact_cells(item.row), item.reason]
            for item in queries.list_exceptions(session, scope, chosen, before=None, limit=EXPORT_LIMIT + 1)
        ],
        VIEW,
    )


@bp.post("/jejak/pembaca/ekspor")
@requires(READERS)
def export_readings() -> Response:
    """The readings as the filters show them."""
    scope = scope_of(current_actor())
    columns = [
        Column(_("Waktu"), 20),
        Column(_("Nama"), 28),
        Column(_("Jabatan"), 34),
        Column(_("Aduan"), 16),
        Column(_("Yang ditampilkan"), 34),
    ]
    return _export(
        "pembaca",
        _readings_form(request.form),
        columns,
        lambda session, chosen: [
            [row.at, row.person_name, row.post_title, row.complaint, reading_words(row.what)]
            for row in queries.list_readings(session, scope, chosen, before=None, limit=EXPORT_LIMIT + 1)
        ],
        READERS,
    )
