"""Pages of posts, people and assignments."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any, TypeVar

import sqlalchemy as sa
from flask import Blueprint, current_app, flash, render_template, request, url_for
from flask_babel import gettext as _
from flask_wtf.file import FileField
from sqlalchemy.orm import Session

from lapor.agencies.models import Agency
from lapor.core import clock
from lapor.core.db import db, transaction
from lapor.core.errors import Invalid, NotFound
from lapor.files.queries import list_files
from lapor.files.services import StoredUpload, check_upload, store_upload
from lapor.offices import queries, services
from lapor.offices.forms import (
    AbsenceForm,
    AssignForm,
    ChangePostForm,
    EndForm,
    FilterForm,
    OrderForm,
    PeopleSearchForm,
    PersonForm,
    PostForm,
)
from lapor.offices.labels import CAPACITY_SHORT, PERSON_KIND, PROPOSAL, ROLE, SEX
from lapor.offices.models import Absence, ActingProposal, Assignment, Capacity, Person, Post, ProposalState
from lapor.offices.queries import Held, Proposed
from lapor.offices.rules import needs_scan
from lapor.policy import Actor, Permission, Role, allows
from lapor.web import paging
from lapor.web.addresses import key_of
from lapor.web.forms import add_refusal
from lapor.web.guards import current_actor, requires
from lapor.web.htmx import redirect_to

bp = Blueprint("offices", __name__)

Row = TypeVar("Row")
VIEWS = ("semua", "kosong", "menyusul", "usul")


@bp.context_processor
def words() -> dict[str, Any]:
    """The words that the pages of this slice need."""
    return {
        "ROLE": ROLE,
        "CAPACITY_SHORT": CAPACITY_SHORT,
        "PERSON_KIND": PERSON_KIND,
        "SEX": SEX,
        "Capacity": Capacity,
        "PROPOSAL": PROPOSAL,
        "ProposalState": ProposalState,
    }


def _today() -> date:
    return clock.local_day(clock.now())


@bp.get("/penugasan")
@requires(Permission.ASSIGNMENT_VIEW)
def list_assignments() -> str:
    """Posts with who holds them today, per agency."""
    session, today = db.session(), _today()
    form = FilterForm(request.args)
    form.offer(queries.list_agency_choices(session, today))
    agency_id = form.opd.data if form.validate() else 0
    lines = queries.list_post_lines(session, today, agency_id=agency_id or None)
    orders = [x for x in queries.list_orders_due(session) if agency_id in {0, x.held.post.agency_id}]
    proposals = [x for x in queries.list_proposals(session, waiting_only=True) if agency_id in {0, x.post.agency_id}]
    shown = request.args.get("tampil", VIEWS[0])
    chosen: dict[str, Sequence[Any]] = {
        "semua": lines,
        "kosong": [x for x in lines if x.vacant_seats],
        "menyusul": orders,
        "usul": proposals,
    }
    number = paging.page_number()
    rows: Sequence[Any] = chosen.get(shown, lines)
    start = (number - 1) * paging.PAGE_SIZE
    words_of = {"semua": _("jabatan"), "kosong": _("jabatan"), "menyusul": _("penugasan"), "usul": _("usul")}
    return render_template(
        "offices/list.html",
        form=form,
        agency_id=agency_id,
        shown=shown,
        counts={name: len(found) for name, found in chosen.items()},
        page=_named(
            paging.page_of(rows[start : start + paging.PAGE_SIZE + 1], number, len(rows)),
            words_of[shown if shown in words_of else VIEWS[0]],
        ),
        today=today,
        can_edit=allows(current_actor(), Permission.ASSIGNMENT_EDIT),
        may_issue_code=allows(current_actor(), Permission.ACCESS_CODE_ISSUE),
        may_enter_mandate=allows(current_actor(), Permission.MANDATE_EDIT),
        lacking=(sum(x.lacks_number for x in orders), sum(x.lacks_scan for x in orders)),
    )


def _named(page: paging.Page[Row], what: str) -> paging.Page[Row]:
    """The page with its total in words: ``17 jabatan``."""
    return replace(page, total_label=f"{page.total_label} {what}")


@bp.route("/penugasan/baru", methods=["GET", "POST"])
@requires(Permission.ASSIGNMENT_EDIT)
def create_assignment() -> Any:
    """Give a person a post."""
    today = _today()
    form = AssignForm()
    posts = queries.list_post_lines(db.session(), today)
    form.offer(
        [(line.id, f"{line.title} ({line.agency_name})") for line in posts], queries.list_person_choices(db.session())
    )
    proposed = _proposed_of(form)
    if request.method == "GET":
        form.post.data = request.args.get("jabatan", type=int)
        form.person.data = request.args.get("orang", type=int)
        form.starts_on.data = today
        if proposed is not None:
            form.fill_from(proposed.proposal, proposed.post, today)
    if form.validate_on_submit():
        try:
            scan = read_scan(form.order_file)
            with transaction() as session:
                made = services.assign(
                    session,
                    person=session.get_one(Person, form.person.data),
                    post=session.get_one(Post, form.post.data),
                    capacity=Capacity(form.capacity.data),
                    starts_on=form.starts_on.data,
                    ends_on=form.ends_on.data,
                    order_number=form.order_number.data,
                    order_date=form.order_date.data,
                    order_pending=form.order_pending.data,
                    order_file=scan,
                    proposal=session.get(ActingProposal, key_of(form.proposal.data or "")),
                    actor=current_actor(),
                    now=clock.now(),
                )
        except Invalid as refusal:
            add_refusal(form, refusal)
        else:
            flash(_("Penugasan tercatat."), "good")
            return redirect_to(url_for("offices.show_assignment", assignment_id=made.id))
    page = render_template("offices/assign.html", form=form, proposed=proposed)
    return page, 422 if form.is_submitted() else 200


def _proposed_of(form: AssignForm) -> Proposed | None:
    """The head's proposal that the page follows, if it follows one."""
    key = key_of(form.proposal.data or request.args.get("usul", ""))
    found = queries.list_proposals(db.session(), proposal_id=key) if key else []
    return found[0] if found else None


def read_scan(field: FileField) -> StoredUpload | None:
    """The scan that was sent, looked into and stored; None without one. Raises Invalid at the field."""
    if not field.data:
        return None
    try:
        upload = check_upload(field.data.read(), field.data.filename or "")
    except Invalid as refusal:
        raise Invalid(refusal.sentence, field=field.short_name) from refusal
    return store_upload(upload, current_app.extensions["lapor_store"])


def order_file_guard(session: Session, actor: Actor, stored: Any) -> None:
    """Who may open the scan of an order: whoever sees assignments, its own holder, and the head of the agency.

    Raises NotFound for anybody else.
    """
    row = session.execute(
        sa.select(Assignment.person_id, Post.agency_id)
        .join(Post, Post.id == Assignment.post_id)
        .where(Assignment.id == stored.subject_id)
    ).first()
    heads = {power.agency_id for power in actor.powers if power.role is Role.HEAD}
    if row is None or not (
        allows(actor, Permission.ASSIGNMENT_VIEW) or row.person_id == actor.person_id or row.agency_id in heads
    ):
        raise NotFound(_("Berkas tidak ditemukan."))


def _held(assignment_id: int) -> Held:
    found = queries.list_held(db.session(), assignment_id=assignment_id)
    if not found:
        raise NotFound(_("Penugasan ini tidak ditemukan."))
    return found[0]


def _assignment_page(held: Held, end: EndForm, order: OrderForm) -> str:
    today = _today()
    assignment, actor = held.assignment, current_actor()
    return render_template(
        "offices/show_assignment.html",
        held=held,
        end=end,
        order=order,
        absences=queries.list_absences(db.session(), assignment.id),
        proposals=queries.list_proposals(db.session(), assignment_id=assignment.id),
        scans=list_files(db.session(), services.ORDER_FILES, [assignment.id]).get(assignment.id, []),
        needs_scan=needs_scan(held.post.kind, assignment.capacity),
        today=today,
        has_begun=assignment.starts_on < today
        or (assignment.starts_on == today and queries.has_acted(db.session(), assignment.id)),
        is_running=assignment.starts_on <= today,
        is_over=assignment.ends_on is not None and assignment.ends_on < today,
        can_edit=allows(actor, Permission.ASSIGNMENT_EDIT),
        can_enter_absence=allows(actor, Permission.ABSENCE_ENTER, held.post.agency_id),
    )


@bp.get("/penugasan/<int:assignment_id>")
@requires(Permission.ASSIGNMENT_VIEW)
def show_assignment(assignment_id: int) -> str:
    """One assignment: order, end, absences."""
    held = _held(assignment_id)
    end, order = EndForm(formdata=None), OrderForm(formdata=None)
    end.ends_on.data = held.assignment.ends_on or _today()
    return _assignment_page(held, end, order)


@bp.post("/penugasan/<int:assignment_id>/selesai")
@requires(Permission.ASSIGNMENT_EDIT)
def end_assignment(assignment_id: int) -> Any:
    """Set the last day of an assignment."""
    held, form = _held(assignment_id), EndForm()
    if form.validate_on_submit():
        try:
            with transaction() as session:
                services.end_assignment(
                    session, held.assignment, ends_on=form.ends_on.data, actor=current_actor(), now=clock.now()
                )
        except Invalid as refusal:
            add_refusal(form, refusal)
        else:
            flash(_("Tanggal selesai tercatat."), "good")
            return redirect_to(url_for("offices.show_assignment", assignment_id=assignment_id))
    return _assignment_page(held, form, OrderForm(formdata=None)), 422


@bp.post("/penugasan/<int:assignment_id>/nomor")
@requires(Permission.ASSIGNMENT_EDIT)
def supply_order(assignment_id: int) -> Any:
    """Enter number and scan that were to follow, or put a mistyped number right."""
    held, form = _held(assignment_id), OrderForm()
    if form.validate_on_submit():
        try:
            scan = read_scan(form.order_file)
            with transaction() as session:
                services.supply_order(
                    session,
                    held.assignment,
                    order_number=form.order_number.data,
                    order_date=form.order_date.data,
                    order_file=scan,
                    actor=current_actor(),
                    now=clock.now(),
                )
        except Invalid as refusal:
            add_refusal(form, refusal)
        else:
            flash(_("Surat penugasan dilengkapi."), "good")
            return redirect_to(url_for("offices.show_assignment", assignment_id=assignment_id))
    end = EndForm(formdata=None)
    end.ends_on.data = held.assignment.ends_on or _today()
    return _assignment_page(held, end, form), 422


@bp.post("/penugasan/<int:assignment_id>/batal")
@requires(Permission.ASSIGNMENT_EDIT)
def cancel_assignment(assignment_id: int) -> Any:
    """Take back an assignment that has not begun."""
    held = _held(assignment_id)
    post_id = held.post.id
    with transaction() as session:
        services.cancel_assignment(session, held.assignment, actor=current_actor(), now=clock.now())
    flash(_("Penugasan dibatalkan."), "good")
    return redirect_to(url_for("offices.show_post", post_id=post_id))


def _back_from_absence(held: Held) -> str:
    if allows(current_actor(), Permission.ASSIGNMENT_VIEW):
        return url_for("offices.show_assignment", assignment_id=held.assignment.id)
    return url_for("accounts.profile")


def held_for_absence(assignment_id: int) -> Held:
    """The assignment, for those who may enter an absence in its agency; for others there is none."""
    held = _held(assignment_id)
    if not allows(current_actor(), Permission.ABSENCE_ENTER, held.post.agency_id):
        raise NotFound(_("Penugasan ini tidak ditemukan."))
    return held


def is_own_head(held: Held) -> bool:
    """Whether the signed-in person is the head whose assignment this is: he proposes his substitute himself."""
    return held.post.kind is Role.HEAD and held.person.id == current_actor().person_id


@bp.route("/penugasan/<int:assignment_id>/berhalangan", methods=["GET", "POST"])
@requires(Permission.ABSENCE_ENTER)
def add_absence(assignment_id: int) -> Any:
    """Note that the holder will be away."""
    held, form = held_for_absence(assignment_id), AbsenceForm()
    if not is_own_head(held):
        del form.propose
    if form.validate_on_submit():
        try:
            with transaction() as session:
                services.add_absence(
                    session,
                    held.assignment,
                    starts_on=form.starts_on.data,
                    ends_on=form.ends_on.data,
                    reason=form.reason.data,
                    actor=current_actor(),
                    now=clock.now(),
                )
        except Invalid as refusal:
            add_refusal(form, refusal)
        else:
            flash(_("Tercatat. Selama belum ada Plh., aduan tetap menunggu pejabat ini."), "good")
            return redirect_to(
                url_for(
                    "offices.propose_acting",
                    assignment_id=assignment_id,
                    mulai=form.starts_on.data,
                    sampai=form.ends_on.data,
                )
                if "propose" in form and form.propose.data
                else _back_from_absence(held)
            )
    page = render_template(
        "offices/absence.html",
        form=form,
        held=held,
        absences=queries.list_absences(db.session(), assignment_id),
        proposals=queries.list_proposals(db.session(), assignment_id=assignment_id),
        is_own=is_own_head(held),
        today=_today(),
        back=_back_from_absence(held),
    )
    return page, 422 if form.is_submitted() else 200


@bp.post("/penugasan/berhalangan/<int:absence_id>/selesai")
@requires(Permission.ABSENCE_ENTER)
def end_absence(absence_id: int) -> Any:
    """The holder is back, or stays after all."""
    absence = db.session().get(Absence, absence_id)
    if absence is None:
        raise NotFound(_("Catatan ini tidak ditemukan."))
    held = held_for_absence(absence.assignment_id)
    with transaction() as session:
        services.end_absence(session, absence, actor=current_actor(), now=clock.now())
    flash(_("Catatan berhalangan diakhiri."), "good")
    return redirect_to(_back_from_absence(held))


@bp.get("/penugasan/jabatan/<int:post_id>")
@requires(Permission.ASSIGNMENT_VIEW)
def show_post(post_id: int) -> str:
    """A post with everybody who holds, held or will hold it."""
    post, agency = _post(post_id)
    today = _today()
    held = queries.list_held(db.session(), post_id=post_id)
    return render_template(
        "offices/show_post.html",
        post=post,
        agency=agency,
        held=held,
        is_held=any(item.assignment.ends_on is None or item.assignment.ends_on >= today for item in held),
        today=today,
        can_edit=allows(current_actor(), Permission.ASSIGNMENT_EDIT),
        may_enter_mandate=allows(current_actor(), Permission.MANDATE_EDIT),
    )


def _post(post_id: int) -> tuple[Post, Agency]:
    session = db.session()
    post = session.get(Post, post_id)
    if post is None:
        raise NotFound(_("Jabatan ini tidak ditemukan."))
    return post, session.get_one(Agency, post.agency_id)


@bp.route("/penugasan/jabatan/baru", methods=["GET", "POST"])
@requires(Permission.ASSIGNMENT_EDIT)
def create_post() -> Any:
    """Make a post of an agency."""
    form = PostForm()
    form.offer(queries.list_agency_choices(db.session(), _today()))
    if request.method == "GET":
        form.agency.data = request.args.get("opd", type=int)
    if form.validate_on_submit():
        try:
            with transaction() as session:
                post = services.create_post(
                    session,
                    session.get_one(Agency, form.agency.data),
                    kind=Role(form.kind.data),
                    title=form.title.data,
                    seats=form.seats.data,
                    actor=current_actor(),
                    now=clock.now(),
                )
        except Invalid as refusal:
            add_refusal(form, refusal)
        else:
            flash(_("Jabatan tercatat. Sekarang tentukan siapa yang memegangnya."), "good")
            return redirect_to(url_for("offices.create_assignment", jabatan=post.id))
    return render_template("offices/create_post.html", form=form), 422 if form.is_submitted() else 200


@bp.route("/penugasan/jabatan/<int:post_id>/ubah", methods=["GET", "POST"])
@requires(Permission.ASSIGNMENT_EDIT)
def change_post(post_id: int) -> Any:
    """Change title and seats of a post."""
    post, agency = _post(post_id)
    form = ChangePostForm(obj=post)
    if form.validate_on_submit():
        try:
            with transaction() as session:
                services.change_post(
                    session,
                    post,
                    title=form.title.data,
                    seats=form.seats.data,
                    actor=current_actor(),
                    now=clock.now(),
                )
        except Invalid as refusal:
            add_refusal(form, refusal)
        else:
            flash(_("Jabatan diubah."), "good")
            return redirect_to(url_for("offices.show_post", post_id=post_id))
    page = render_template("offices/change_post.html", form=form, post=post, agency=agency)
    return page, 422 if form.is_submitted() else 200


@bp.post("/penugasan/jabatan/<int:post_id>/hapus")
@requires(Permission.ASSIGNMENT_EDIT)
def end_post(post_id: int) -> Any:
    """Abolish a post that nobody holds."""
    post, _agency = _post(post_id)
    agency_id = post.agency_id
    with transaction() as session:
        services.end_post(session, post, actor=current_actor(), now=clock.now())
    flash(_("Jabatan dihapus. Riwayatnya tetap tersimpan."), "good")
    return redirect_to(url_for("offices.list_assignments", opd=agency_id))


@bp.get("/penugasan/orang")
@requires(Permission.ASSIGNMENT_VIEW)
def list_people() -> str:
    """People, with or without a post."""
    form = PeopleSearchForm(request.args)
    words_given = (form.cari.data or "") if form.validate() else ""
    session, number = db.session(), paging.page_number()
    rows = queries.list_people(
        session, words_given, limit=paging.PAGE_SIZE + 1, offset=(number - 1) * paging.PAGE_SIZE
    )
    total = queries.count_people(session, words_given, limit=paging.COUNT_LIMIT + 1)
    return render_template(
        "offices/list_people.html",
        form=form,
        page=_named(paging.page_of(rows, number, total), _("orang")),
        posts=queries.posts_of_people(session, [person.id for person in rows], _today()),
        can_edit=allows(current_actor(), Permission.ASSIGNMENT_EDIT),
    )


@bp.route("/penugasan/orang/baru", methods=["GET", "POST"])
@requires(Permission.ASSIGNMENT_EDIT)
def create_person() -> Any:
    """Enter a person."""
    form = PersonForm()
    if form.validate_on_submit():
        try:
            with transaction() as session:
                person = services.create_person(
                    session, name=form.name.data, details=form.details(), actor=current_actor(), now=clock.now()
                )
        except Invalid as refusal:
            add_refusal(form, refusal)
        else:
            flash(_("%(name)s tercatat.", name=person.full_name), "good")
            return redirect_to(url_for("offices.show_person", person_id=person.id))
    page = render_template("offices/person_form.html", form=form, person=None)
    return page, 422 if form.is_submitted() else 200


def _person(person_id: int) -> Person:
    person = db.session().get(Person, person_id)
    if person is None:
        raise NotFound(_("Orang ini tidak ditemukan."))
    return person


@bp.get("/penugasan/orang/<int:person_id>")
@requires(Permission.ASSIGNMENT_VIEW)
def show_person(person_id: int) -> str:
    """A person with all assignments."""
    actor, today = current_actor(), _today()
    held = queries.list_held(db.session(), person_id=person_id)
    is_head = any(
        item.post.kind is Role.HEAD
        and item.assignment.starts_on <= today
        and (item.assignment.ends_on is None or item.assignment.ends_on >= today)
        for item in held
    )
    return render_template(
        "offices/show_person.html",
        person=_person(person_id),
        held=held,
        today=today,
        may_issue_code=is_head and allows(actor, Permission.ACCESS_CODE_ISSUE),
        can_edit=allows(actor, Permission.ASSIGNMENT_EDIT),
        can_make_account=allows(actor, Permission.ACCOUNT_MANAGE),
    )


@bp.route("/penugasan/orang/<int:person_id>/ubah", methods=["GET", "POST"])
@requires(Permission.ASSIGNMENT_EDIT)
def change_person(person_id: int) -> Any:
    """Change the details of a person."""
    person = _person(person_id)
    form = PersonForm.of(person)
    if form.validate_on_submit():
        try:
            with transaction() as session:
                services.change_person(
                    session,
                    person,
                    name=form.name.data,
                    details=form.details(),
                    version=key_of(str(form.version.data or "")),
                    actor=current_actor(),
                    now=clock.now(),
                )
        except Invalid as refusal:
            add_refusal(form, refusal)
        else:
            flash(_("Data diubah."), "good")
            return redirect_to(url_for("offices.show_person", person_id=person_id))
    page = render_template("offices/person_form.html", form=form, person=person)
    return page, 422 if form.is_submitted() else 200
