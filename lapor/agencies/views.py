"""Pages of agencies."""

from datetime import date
from typing import Any

from flask import Blueprint, Response, flash, render_template, request, url_for
from flask_babel import gettext as _

from lapor.agencies import queries, services
from lapor.agencies.closing import Burden, burdens_of
from lapor.agencies.forms import (
    AgencyForm,
    CloseForm,
    FilterForm,
    ImportForm,
    ObligationForm,
    RenameForm,
    ReopenForm,
    SpellingForm,
)
from lapor.agencies.labels import ACKNOWLEDGED_BY, KIND, MARK
from lapor.agencies.models import Agency, AgencyKind
from lapor.core import clock
from lapor.core.db import db, lock, transaction
from lapor.core.errors import Conflict, Invalid, NotFound
from lapor.policy import Permission, allows
from lapor.printing.spreadsheet import CSV, Column, csv_bytes
from lapor.web import paging
from lapor.web.downloads import send_bytes
from lapor.web.forms import add_refusal
from lapor.web.guards import current_actor, requires
from lapor.web.htmx import redirect_to

bp = Blueprint("agencies", __name__)

MAX_LIST_BYTES = 1024 * 1024
_LIST = ("slug", "nama", "singkatan", "jenis", "induk")


@bp.context_processor
def words() -> dict[str, Any]:
    """The words that the pages of this slice need."""
    return {"KIND": KIND, "ACKNOWLEDGED_BY": ACKNOWLEDGED_BY, "MARK": MARK}


def _today() -> date:
    return clock.local_day(clock.now())


def _may_edit() -> bool:
    return allows(current_actor(), Permission.AGENCY_EDIT)


def _found(agency_id: int) -> Agency:
    agency = queries.find_agency(db.session(), agency_id)
    if agency is None:
        raise NotFound(_("OPD ini tidak ditemukan."))
    return agency


def _locked(session: Any, agency_id: int) -> Agency:
    agency: Agency | None = lock(session, Agency, agency_id)
    if agency is None:
        raise NotFound(_("OPD ini tidak ditemukan."))
    return agency


def _chosen_rows(form: FilterForm, *, closed: bool) -> list[queries.AgencyRow]:
    valid = form.validate()
    kind = AgencyKind(form.jenis.data) if valid and form.jenis.data else None
    search = form.q.data or "" if valid else ""
    return queries.list_rows(db.session(), on=_today(), search=search, kind=kind, closed=closed)


@bp.get("/opd")
@requires(Permission.AGENCY_VIEW)
def list_agencies() -> str:
    """The agencies, with search and kinds; closed ones apart."""
    form = FilterForm(request.args)
    closed = request.args.get("tampil") == "ditutup"
    rows = _chosen_rows(form, closed=closed)
    number = paging.page_number()
    start = (number - 1) * paging.PAGE_SIZE
    return render_template(
        "agencies/list.html",
        form=form,
        closed=closed,
        counts=queries.count_agencies(db.session(), _today()),
        page=paging.page_of(rows[start : start + paging.PAGE_SIZE + 1], number, len(rows)),
        can_edit=_may_edit(),
    )


@bp.get("/opd/daftar.csv")
@requires(Permission.AGENCY_VIEW)
def export_agencies() -> Response:
    """What the list shows, as csv."""
    rows = _chosen_rows(FilterForm(request.args), closed=request.args.get("tampil") == "ditutup")
    lines = [(row.slug, row.name, row.abbreviation, row.kind.value, row.parent) for row in rows]
    return send_bytes(csv_bytes([Column(name) for name in _LIST], lines), "daftar-opd.csv", CSV)


@bp.route("/opd/baru", methods=["GET", "POST"])
@requires(Permission.AGENCY_EDIT)
def create_agency() -> Any:
    """Put in an agency."""
    form = AgencyForm.of(None)
    form.offer_parents(queries.agency_choices(db.session(), _today()))
    if form.validate_on_submit():
        try:
            with transaction() as session:
                made = services.create_agency(
                    session, form.particulars(), slug=form.slug.data, actor=current_actor(), now=clock.now()
                )
                agency_id = made.id
        except Invalid as refusal:
            add_refusal(form, refusal)
        else:
            flash(_("OPD ditambahkan."), "good")
            return redirect_to(url_for("agencies.show_agency", agency_id=agency_id))
    return render_template("agencies/edit.html", form=form, agency_id=None), 422 if form.is_submitted() else 200


@bp.route("/opd/impor", methods=["GET", "POST"])
@requires(Permission.AGENCY_EDIT)
def import_list() -> Any:
    """Take over a list of agencies; a list with a fault changes nothing and names its faults."""
    form, report = ImportForm(), None
    if form.validate_on_submit():
        data = form.file.data.read(MAX_LIST_BYTES + 1)
        try:
            if len(data) > MAX_LIST_BYTES:
                raise Invalid(_("Daftar OPD paling besar 1 MB. Pastikan berkasnya CSV."), field="file")
            with transaction() as session:
                report = services.import_agencies(session, data, actor=current_actor(), now=clock.now())
        except Invalid as refusal:
            add_refusal(form, refusal)
        else:
            if not report.faults:
                flash(" ".join(report.lines()), "good")
                return redirect_to(url_for("agencies.list_agencies"))
    return render_template("agencies/import.html", form=form, report=report), 422 if form.is_submitted() else 200


def _page(agency_id: int, *, spelling: SpellingForm | None = None, obligation: ObligationForm | None = None) -> str:
    """The page of an agency, with a form that was refused or with fresh ones."""
    session, today = db.session(), _today()
    agency = _found(agency_id)
    related = {row.id: row.name for row in queries.related_agencies(session, agency)}
    return render_template(
        "agencies/show.html",
        agency=agency,
        related=related,
        today=today,
        spellings=queries.spellings_of(session, agency_id),
        years=queries.years_of_obligation(session, agency_id),
        former_names=queries.former_names(session, agency_id),
        spelling_form=spelling or SpellingForm(formdata=None),
        obligation_form=obligation or ObligationForm(formdata=None, year=today.year),
        can_edit=_may_edit(),
        may_see_rules=allows(current_actor(), Permission.MANDATE_EDIT),
    )


def _back(agency_id: int) -> Any:
    return redirect_to(url_for("agencies.show_agency", agency_id=agency_id))


@bp.get("/opd/<int:agency_id>")
@requires(Permission.AGENCY_VIEW)
def show_agency(agency_id: int) -> str:
    """One agency: what is known of it and how LAPOR! calls it."""
    return _page(agency_id)


@bp.route("/opd/<int:agency_id>/ubah", methods=["GET", "POST"])
@requires(Permission.AGENCY_EDIT)
def change_agency(agency_id: int) -> Any:
    """Change the particulars and the letterhead, not the names."""
    agency = _found(agency_id)
    form = AgencyForm.of(agency)
    choices = [pair for pair in queries.agency_choices(db.session(), _today()) if pair[0] != agency_id]
    if agency.parent_id and agency.parent_id not in dict(choices):
        choices += [(row.id, row.name) for row in queries.related_agencies(db.session(), agency)]
    form.offer_parents(choices)
    name = agency.abbreviation
    if form.validate_on_submit():
        try:
            with transaction() as session:
                row = _locked(session, agency_id)
                services.update_agency(
                    session,
                    row,
                    form.particulars(row),
                    version=form.seen_version(),
                    actor=current_actor(),
                    now=clock.now(),
                )
        except (Invalid, Conflict) as refusal:
            add_refusal(form, refusal)
        else:
            flash(_("Data OPD disimpan."), "good")
            return _back(agency_id)
    page = render_template("agencies/edit.html", form=form, agency_id=agency_id, abbreviation=name)
    return page, 422 if form.is_submitted() else 200


@bp.route("/opd/<int:agency_id>/ganti-nama", methods=["GET", "POST"])
@requires(Permission.AGENCY_EDIT)
def rename_agency(agency_id: int) -> Any:
    """Another name from a day on, or a spelling put right."""
    agency = _found(agency_id)
    form, name = RenameForm(obj=agency), agency.abbreviation
    if form.validate_on_submit():
        try:
            with transaction() as session:
                row = _locked(session, agency_id)
                services.update_agency(
                    session,
                    row,
                    form.particulars(row),
                    version=form.seen_version(),
                    renamed_on=form.first_day(_today()),
                    actor=current_actor(),
                    now=clock.now(),
                )
        except (Invalid, Conflict) as refusal:
            add_refusal(form, refusal)
        else:
            flash(_("Nama OPD disimpan."), "good")
            return _back(agency_id)
    page = render_template("agencies/rename.html", form=form, agency_id=agency_id, abbreviation=name)
    return page, 422 if form.is_submitted() else 200


def _fingerprint(burdens: list[Burden], successor_id: int) -> str:
    """What the person was shown, so that a confirmation of something else shows it again."""
    return "|".join([str(successor_id), *(f"{burden.label}={burden.count}" for burden in burdens)])


@bp.route("/opd/<int:agency_id>/tutup", methods=["GET", "POST"])
@requires(Permission.AGENCY_EDIT)
def close_agency(agency_id: int) -> Any:
    """End an agency, with its successor; what moves is shown first and confirmed then."""
    agency, today = _found(agency_id), _today()
    form = CloseForm(ends_on=today)
    others = [pair for pair in queries.agency_choices(db.session(), today) if pair[0] != agency_id]
    form.successor_id.choices = [(0, _("Tidak ada")), *others]
    name = agency.name
    burdens = burdens_of(db.session(), agency_id, today)
    shows_preview = False
    if form.validate_on_submit():
        successor_id = form.successor_id.data
        seen = _fingerprint(burdens, successor_id)
        must_have = [burden for burden in burdens if burden.needs_successor]
        try:
            services.check_closing(
                db.session(), agency, ends_on=form.ends_on.data, successor_id=successor_id or None, now=clock.now()
            )
            if must_have and not successor_id:
                raise Invalid(_("Masih ada pekerjaan di OPD ini. Pilih OPD penerusnya."), field="successor_id")
            if not burdens or form.seen.data == seen:
                with transaction() as session:
                    services.close_agency(
                        session,
                        _locked(session, agency_id),
                        ends_on=form.ends_on.data,
                        successor_id=successor_id or None,
                        actor=current_actor(),
                        now=clock.now(),
                    )
                flash(_("OPD ditutup. Riwayatnya tetap tersimpan."), "good")
                return _back(agency_id)
        except (Invalid, Conflict) as refusal:
            add_refusal(form, refusal)
        else:
            form.seen.data, shows_preview = seen, True
    page = render_template(
        "agencies/close.html",
        form=form,
        agency_id=agency_id,
        name=name,
        burdens=burdens,
        shows_preview=shows_preview,
        successor=dict(others).get(form.successor_id.data or 0),
    )
    return page, 422 if form.errors else 200


@bp.route("/opd/<int:agency_id>/buka", methods=["GET", "POST"])
@requires(Permission.AGENCY_EDIT)
def reopen_agency(agency_id: int) -> Any:
    """Undo a closing that was a mistake."""
    agency, form = _found(agency_id), ReopenForm()
    name = agency.name
    if form.validate_on_submit():
        try:
            with transaction() as session:
                services.reopen_agency(
                    session,
                    _locked(session, agency_id),
                    reason=form.reason.data,
                    actor=current_actor(),
                    now=clock.now(),
                )
        except (Invalid, Conflict) as refusal:
            add_refusal(form, refusal)
        else:
            flash(_("Penutupan dibatalkan. Buat kembali penugasan pejabat dan adminnya."), "good")
            return _back(agency_id)
    page = render_template("agencies/reopen.html", form=form, agency_id=agency_id, name=name)
    return page, 422 if form.is_submitted() else 200


@bp.post("/opd/<int:agency_id>/nama/batal")
@requires(Permission.AGENCY_EDIT)
def undo_renaming(agency_id: int) -> Any:
    """Take back the last renaming."""
    with transaction() as session:
        services.undo_renaming(session, _locked(session, agency_id), actor=current_actor(), now=clock.now())
    flash(_("Penggantian nama dibatalkan."), "good")
    return _back(agency_id)


@bp.post("/opd/<int:agency_id>/nama-lapor")
@requires(Permission.AGENCY_EDIT)
def add_spelling(agency_id: int) -> Any:
    """A name of LAPOR! means this agency."""
    form = SpellingForm()
    if form.validate():
        try:
            with transaction() as session:
                services.add_alias(
                    session,
                    _locked(session, agency_id),
                    form.name.data,
                    lapor_id=form.lapor_id.data,
                    actor=current_actor(),
                    now=clock.now(),
                )
        except Invalid as refusal:
            add_refusal(form, refusal)
        else:
            flash(_("Nama ditambahkan."), "good")
            return _back(agency_id)
    return _page(agency_id, spelling=form), 422


@bp.post("/opd/<int:agency_id>/nama-lapor/<int:unit_id>/hapus")
@requires(Permission.AGENCY_EDIT)
def remove_spelling(agency_id: int, unit_id: int) -> Any:
    """A name of LAPOR! does not mean this agency any more."""
    with transaction() as session:
        services.remove_alias(session, _locked(session, agency_id), unit_id, actor=current_actor(), now=clock.now())
    flash(_("Nama dihapus dari OPD ini."), "good")
    return _back(agency_id)


@bp.post("/opd/<int:agency_id>/wajib")
@requires(Permission.AGENCY_EDIT)
def add_obligation(agency_id: int) -> Any:
    """The agency is obliged to take part in a year."""
    form = ObligationForm()
    if form.validate():
        with transaction() as session:
            services.obligate(
                session, _locked(session, agency_id), form.year.data, actor=current_actor(), now=clock.now()
            )
        return _back(agency_id)
    return _page(agency_id, obligation=form), 422


@bp.post("/opd/<int:agency_id>/wajib/<int:year>/hapus")
@requires(Permission.AGENCY_EDIT)
def remove_obligation(agency_id: int, year: int) -> Any:
    """The agency is not obliged in that year."""
    with transaction() as session:
        services.obligate(
            session, _locked(session, agency_id), year, is_obliged=False, actor=current_actor(), now=clock.now()
        )
    return _back(agency_id)
