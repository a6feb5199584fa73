"""The journal's page: who did what and when, never what was said."""

from typing import Any

from flask import Blueprint, Response, render_template, request, url_for
from flask_babel import gettext as _

from lapor.core.clock import day_bounds
from lapor.core.db import db
from lapor.core.errors import Invalid
from lapor.core.wording import number
from lapor.journal.forms import FilterForm
from lapor.journal.labels import EVENT, event_words, reference
from lapor.journal.queries import Entry, list_entries
from lapor.policy import Permission
from lapor.printing.spreadsheet import CSV, Column, csv_bytes
from lapor.web.downloads import send_bytes
from lapor.web.guards import requires
from lapor.web.paging import PAGE_SIZE

bp = Blueprint("journal", __name__)

EXPORT_LIMIT = 20_000


@bp.context_processor
def words() -> dict[str, Any]:
    """The words that the page needs."""
    return {"event_words": event_words, "reference": reference}


def _chosen(form: FilterForm, *, before: int | None, limit: int) -> list[Entry]:
    form.validate()
    kind = form.jenis.data if form.jenis.data in EVENT else None
    return list_entries(
        db.session(),
        before=before,
        kind=kind,
        since=day_bounds(form.dari.data)[0] if form.dari.data else None,
        until=day_bounds(form.sampai.data)[1] if form.sampai.data else None,
        limit=limit,
    )


def _before() -> int | None:
    given = request.args.get("sebelum", "")
    return int(given) if given.isascii() and given.isdigit() and len(given) < 16 else None


@bp.get("/jejak")
@requires(Permission.JOURNAL_VIEW)
def list_facts() -> str:
    """The journal, newest first."""
    form = FilterForm.of(request.args)
    before = _before()
    rows = _chosen(form, before=before, limit=PAGE_SIZE + 1)
    filters: dict[str, Any] = {
        name: request.args[name] for name in ("jenis", "dari", "sampai") if request.args.get(name)
    }
    shown = rows[:PAGE_SIZE]
    older = url_for("journal.list_facts", **filters, sebelum=shown[-1].seq) if len(rows) > PAGE_SIZE else None
    return render_template(
        "journal/list.html",
        form=form,
        rows=shown,
        filters=filters,
        older_url=older,
        newest_url=url_for("journal.list_facts", **filters) if before is not None else None,
        export_url=url_for("journal.export_facts", **filters),
    )


@bp.get("/jejak/unduh.csv")
@requires(Permission.JOURNAL_VIEW)
def export_facts() -> Response:
    """What the filter shows, as csv, at most EXPORT_LIMIT rows."""
    rows = _chosen(FilterForm.of(request.args), before=None, limit=EXPORT_LIMIT + 1)
    if len(rows) > EXPORT_LIMIT:
        count = number(EXPORT_LIMIT)
        raise Invalid(_("Lebih dari %(count)s catatan. Persempit tanggalnya, lalu unduh kembali.", count=count))
    headings = (_("Nomor"), _("Waktu"), _("Kejadian"), _("Nama"), _("Jabatan"), _("Rujukan"))
    lines = [
        (
            row.seq,
            row.at,
            event_words(row.kind),
            row.actor_name,
            row.actor_post,
            reference(row.subject_kind, row.subject_id, row.complaint_id),
        )
        for row in rows
    ]
    return send_bytes(csv_bytes([Column(heading) for heading in headings], lines), "catatan-aktivitas.csv", CSV)
