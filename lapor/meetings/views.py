"""Pages of meetings: the list, the minutes as a document that is filled in, the PDF, follow-ups."""

from datetime import date
from typing import Any

from flask import Blueprint, Response, current_app, flash, jsonify, render_template, request, url_for
from flask_babel import gettext as _

from lapor.core import clock
from lapor.core.db import db, transaction
from lapor.core.errors import Conflict, Invalid, NotFound, Refusal
from lapor.meetings import labels, queries, rows, services
from lapor.meetings.composing import compose_minutes, shown_figures
from lapor.meetings.forms import ApproveForm, MeetingForm, ReopenForm, StatusForm, TextForm
from lapor.meetings.minutes import minutes_pdf_bytes
from lapor.meetings.models import ActionItem, Meeting, MeetingText
from lapor.meetings.rules import (
    Attendance,
    CheckIn,
    ItemStatus,
    MeetingState,
    Part,
    TextKind,
    head_count,
)
from lapor.policy import Permission, allows
from lapor.web import paging
from lapor.web.addresses import key_of
from lapor.web.downloads import send_bytes
from lapor.web.forms import add_refusal
from lapor.web.guards import current_actor, requires
from lapor.web.htmx import redirect_to

bp = Blueprint("meetings", __name__)

_LIST = "/rapat/<int:meeting_id>/<any(acara,peserta,kendala,keputusan,'tindak-lanjut'):slug>"


def _meeting(meeting_id: int) -> Meeting:
    meeting = queries.find_meeting(db.session(), current_actor(), meeting_id)
    if meeting is None:
        raise NotFound(_("Rapat tidak ditemukan."))
    return meeting


def _page_of(meeting: Meeting, anchor: str = "") -> str:
    return url_for("meetings.show", meeting_id=meeting.id, _anchor=anchor or None)


@bp.get("/rapat")
@requires(Permission.MEETING_VIEW)
def list_meetings() -> Any:
    """The meetings that the person may see."""
    session, actor, page = db.session(), current_actor(), paging.page_number()
    found = queries.list_meetings(session, actor, limit=paging.PAGE_SIZE + 1, offset=(page - 1) * paging.PAGE_SIZE)
    total = queries.count_meetings(session, actor, limit=paging.COUNT_LIMIT + 1)
    return render_template(
        "meetings/list.html",
        page=paging.page_of(found, page, total),
        labels=labels,
        may_edit=allows(actor, Permission.MEETING_EDIT),
    )


def _details(form: MeetingForm) -> services.Details:
    values = {name: value for name, value in form.data.items() if name not in {"csrf_token", "version"}}
    for name in ("chair_post", "secretary_post", "minute_taker_post"):
        values[name] = values[name] or ""
    values["invitation_number"] = values["invitation_number"] or None
    return services.Details(**values)


@bp.route("/rapat/baru", methods=["GET", "POST"])
@requires(Permission.MEETING_EDIT)
def create() -> Any:
    """A new meeting."""
    form = MeetingForm()
    form.offer(queries.people_choices(db.session()))
    if form.validate_on_submit():
        try:
            with transaction() as session:
                meeting = services.create_meeting(session, _details(form), actor=current_actor(), now=clock.now())
                address = _page_of(meeting)
        except Invalid as refusal:
            add_refusal(form, refusal)
        else:
            flash(_("Rapat tersimpan. Isi acara dan daftar hadir, lalu tulis notula selama rapat berjalan."), "good")
            return redirect_to(address)
    return render_template("meetings/identity.html", form=form, meeting=None), 422 if form.is_submitted() else 200


@bp.route("/rapat/<int:meeting_id>/ubah", methods=["GET", "POST"])
@requires(Permission.MEETING_EDIT)
def change(meeting_id: int) -> Any:
    """The head of the minutes."""
    meeting = _meeting(meeting_id)
    form = MeetingForm(obj=meeting)
    form.offer(queries.people_choices(db.session()))
    if form.validate_on_submit():
        given = request.form.get("version", "")
        try:
            with transaction() as session:
                services.change_meeting(
                    session,
                    session.get_one(Meeting, meeting_id),
                    _details(form),
                    version=key_of(given),
                    actor=current_actor(),
                    now=clock.now(),
                )
        except Refusal as refusal:
            add_refusal(form, refusal)
            meeting = _meeting(meeting_id)
            form.version.data = str(meeting.version)
        else:
            return redirect_to(_page_of(meeting))
    return render_template("meetings/identity.html", form=form, meeting=meeting), 422 if form.is_submitted() else 200


@bp.get("/rapat/<int:meeting_id>")
@requires(Permission.MEETING_VIEW)
def show(meeting_id: int) -> Any:
    """The meeting as one document."""
    return _show(_meeting(meeting_id))


def _show(meeting: Meeting, *, approve: ApproveForm | None = None, problem: str = "") -> str:
    session, actor = db.session(), current_actor()
    may_edit = allows(actor, Permission.MEETING_EDIT)
    lists = {part.value: queries.list_rows(session, part, meeting.id) for part in Part}
    texts = queries.list_texts(session, meeting.id)
    participants = lists[Part.PARTICIPANT.value]
    if approve is None:
        approve = ApproveForm(formdata=None, signed_on=clock.local_day(clock.now()))
    return render_template(
        "meetings/show.html",
        meeting=meeting,
        lists=lists,
        texts={(text.kind.value, text.agenda_item_id): text for text in texts},
        agencies=dict(rows.abbreviations(session, meeting.held_on)),
        carried=queries.carried_items(session, meeting),
        previous=session.get(Meeting, meeting.previous_id) if meeting.previous_id else None,
        head=head_count([(row.attendance, row.agency_name) for row in participants]),
        figures=shown_figures(session, meeting),
        people=rows.table_of(session, meeting),
        labels=labels,
        Part=Part,
        TextKind=TextKind,
        may_edit=may_edit,
        is_open=may_edit and meeting.state is not MeetingState.APPROVED,
        approve_form=approve,
        reopen_form=ReopenForm(formdata=None),
        problem=problem,
        today=clock.local_day(clock.now()),
    )


@bp.route("/rapat/<int:meeting_id>/teks/<int:text_id>", methods=["GET", "POST"])
@requires(Permission.MEETING_EDIT)
def save_text(meeting_id: int, text_id: int) -> Any:
    """A long text: autosave posts here and gets JSON, a plain form gets the page or the two versions side by side."""
    meeting = _meeting(meeting_id)
    text = db.session().get(MeetingText, text_id)
    if text is None or text.meeting_id != meeting.id:
        raise NotFound(_("Bagian notula ini tidak ada lagi."))
    form = TextForm(obj=text)
    by_script = request.accept_mimetypes.best == "application/json"
    if request.method == "GET":
        return render_template("meetings/text.html", form=form, meeting=meeting, text=text, labels=labels)
    sentence = ""
    if form.validate():
        given = request.form.get("version", "")
        try:
            with transaction() as session:
                saved = services.save_text(
                    session,
                    session.get_one(MeetingText, text_id),
                    body=(form.body.data or "").replace("\r\n", "\n"),
                    version=key_of(given),
                    actor=current_actor(),
                    now=clock.now(),
                )
                version = saved.version
        except Conflict as refusal:
            sentence = refusal.sentence
        else:
            if by_script:
                return jsonify(version=version)
            return redirect_to(_page_of(meeting, f"teks-{text_id}"))
    else:
        sentence = "; ".join(form.body.errors)
    if by_script:
        return jsonify(sentence=sentence), 409
    text = db.session().get(MeetingText, text_id)
    page = render_template(
        "meetings/text.html", form=form, meeting=meeting, text=text, labels=labels, sentence=sentence
    )
    return page, 409


@bp.route(f"{_LIST}/tambah", methods=["GET", "POST"])
@requires(Permission.MEETING_EDIT)
def add_row(meeting_id: int, slug: str) -> Any:
    """A new line of a list of the minutes."""
    meeting, part = _meeting(meeting_id), rows.PARTS[slug]
    form = rows.form_for(db.session(), part, meeting)
    if form.validate_on_submit():
        try:
            with transaction() as session:
                rows.add(
                    session, session.get_one(Meeting, meeting_id), part, form, actor=current_actor(), now=clock.now()
                )
        except Refusal as refusal:
            add_refusal(form, refusal)
        else:
            if request.form.get("lagi"):
                return redirect_to(url_for("meetings.add_row", meeting_id=meeting_id, slug=slug))
            return redirect_to(_page_of(meeting, slug))
    page = render_template(
        "meetings/row.html", form=form, meeting=meeting, part=part, slug=slug, row=None, labels=labels
    )
    return page, 422 if form.is_submitted() else 200


def _row(meeting: Meeting, part: Part, row_id: int) -> Any:
    row = queries.find_row(db.session(), part, meeting.id, row_id)
    if row is None:
        raise NotFound(_("Baris ini sudah tidak ada pada notula."))
    return row


@bp.route(f"{_LIST}/<int:row_id>", methods=["GET", "POST"])
@requires(Permission.MEETING_EDIT)
def change_row(meeting_id: int, slug: str, row_id: int) -> Any:
    """A line of a list of the minutes."""
    meeting, part = _meeting(meeting_id), rows.PARTS[slug]
    row = _row(meeting, part, row_id)
    form = rows.form_for(db.session(), part, meeting, row)
    if form.validate_on_submit():
        try:
            with transaction() as session:
                rows.change(
                    session,
                    session.get_one(Meeting, meeting_id),
                    part,
                    session.get_one(type(row), row_id),
                    form,
                    actor=current_actor(),
                    now=clock.now(),
                )
        except Refusal as refusal:
            add_refusal(form, refusal)
        else:
            return redirect_to(_page_of(meeting, slug))
    page = render_template(
        "meetings/row.html", form=form, meeting=meeting, part=part, slug=slug, row=row, labels=labels
    )
    return page, 422 if form.is_submitted() else 200


@bp.post(f"{_LIST}/<int:row_id>/<any(hapus,naik,turun):act>")
@requires(Permission.MEETING_EDIT)
def arrange_row(meeting_id: int, slug: str, row_id: int, act: str) -> Any:
    """Remove a line or change its place."""
    meeting, part = _meeting(meeting_id), rows.PARTS[slug]
    model, actor = type(_row(meeting, part, row_id)), current_actor()
    with transaction() as session:
        fresh, row = session.get_one(Meeting, meeting_id), session.get_one(model, row_id)
        if act == "hapus":
            services.remove_row(session, fresh, part, row, actor=actor, now=clock.now())
        else:
            services.move_row(session, fresh, part, row, up=act == "naik", actor=actor, now=clock.now())
    return redirect_to(_page_of(meeting, slug))


@bp.post("/rapat/<int:meeting_id>/peserta/admin-opd")
@requires(Permission.MEETING_EDIT)
def invite_operators(meeting_id: int) -> Any:
    """All admins of the agencies on the attendance list."""
    meeting = _meeting(meeting_id)
    with transaction() as session:
        added = services.invite_operators(
            session, session.get_one(Meeting, meeting_id), actor=current_actor(), now=clock.now()
        )
    flash(_("%(count)s admin OPD ditambahkan pada daftar hadir.", count=added), "good" if added else "info")
    return redirect_to(_page_of(meeting, "peserta"))


@bp.route("/rapat/<int:meeting_id>/daftar-hadir", methods=["GET", "POST"])
@requires(Permission.MEETING_EDIT)
def attendance(meeting_id: int) -> Any:
    """The attendance sheet: everybody on one page."""
    meeting = _meeting(meeting_id)
    sentence = ""
    if request.method == "POST":
        try:
            with transaction() as session:
                fresh = session.get_one(Meeting, meeting_id)
                marks = _marks(queries.list_rows(session, Part.PARTICIPANT, meeting_id))
                services.take_attendance(session, fresh, marks, actor=current_actor(), now=clock.now())
        except Invalid as refusal:
            sentence = refusal.sentence
        else:
            flash(_("Daftar hadir tersimpan."), "good")
            return redirect_to(_page_of(meeting, "peserta"))
    page = render_template(
        "meetings/attendance.html",
        meeting=meeting,
        participants=queries.list_rows(db.session(), Part.PARTICIPANT, meeting_id),
        given=request.form,
        labels=labels,
        sentence=sentence,
    )
    return page, 422 if sentence else 200


def _marks(participants: Any) -> list[services.Mark]:
    """What the sheet says; a participant who was added meanwhile keeps what he has."""
    marks = []
    for row in participants:
        given = request.form.get(f"hadir-{row.id}")
        if given not in set(Attendance):
            continue
        way = request.form.get(f"cara-{row.id}")
        marks.append(
            services.Mark(
                row.id,
                Attendance(given),
                CheckIn(way) if way in set(CheckIn) else None,
                request.form.get(f"wakil-{row.id}", "").strip()[:200],
            )
        )
    return marks


@bp.post("/rapat/<int:meeting_id>/ajukan")
@requires(Permission.MEETING_EDIT)
def submit(meeting_id: int) -> Any:
    """Hand the minutes to the chair."""
    meeting = _meeting(meeting_id)
    try:
        with transaction() as session:
            services.submit_minutes(
                session, session.get_one(Meeting, meeting_id), actor=current_actor(), now=clock.now()
            )
    except Invalid as refusal:
        return _show(_meeting(meeting_id), problem=refusal.sentence), 422
    flash(_("Notula diajukan ke pimpinan rapat. Unduh, tanda tangani, lalu catat persetujuannya."), "good")
    return redirect_to(_page_of(meeting))


@bp.post("/rapat/<int:meeting_id>/setujui")
@requires(Permission.MEETING_EDIT)
def approve(meeting_id: int) -> Any:
    """The chair signed."""
    meeting, form = _meeting(meeting_id), ApproveForm()
    if form.validate():
        try:
            with transaction() as session:
                services.approve_minutes(
                    session,
                    session.get_one(Meeting, meeting_id),
                    signed_on=form.signed_on.data,
                    province=current_app.config["LAPOR_PROVINCE"],
                    actor=current_actor(),
                    now=clock.now(),
                )
        except Invalid as refusal:
            add_refusal(form, refusal)
        else:
            flash(_("Notula disetujui. Isi dan angkanya tetap seperti yang ditandatangani."), "good")
            return redirect_to(_page_of(meeting))
    return _show(_meeting(meeting_id), approve=form), 422


@bp.post("/rapat/<int:meeting_id>/buka-kembali")
@requires(Permission.MEETING_EDIT)
def reopen(meeting_id: int) -> Any:
    """Open the minutes again."""
    meeting = _meeting(meeting_id)
    try:
        with transaction() as session:
            services.reopen_minutes(
                session,
                session.get_one(Meeting, meeting_id),
                reason=request.form.get("reason", "").strip()[:300],
                actor=current_actor(),
                now=clock.now(),
            )
    except Invalid as refusal:
        return _show(_meeting(meeting_id), problem=refusal.sentence), 422
    flash(_("Notula dibuka kembali sebagai konsep."), "info")
    return redirect_to(_page_of(meeting))


@bp.get("/rapat/<int:meeting_id>/notula.pdf")
@requires(Permission.MEETING_VIEW)
def minutes(meeting_id: int) -> Response:
    """The minutes on paper: a draft until they are approved."""
    meeting = _meeting(meeting_id)
    document = compose_minutes(db.session(), meeting, province=current_app.config["LAPOR_PROVINCE"])
    name = f"{'konsep-' if document.draft else ''}notula-{meeting.held_on.isoformat()}.pdf"
    db.session().rollback()
    is_download = "unduh" in request.args
    return send_bytes(minutes_pdf_bytes(document), name, "application/pdf", inline=not is_download)


@bp.get("/rapat/tindak-lanjut")
@requires(Permission.ACTION_ITEM_UPDATE)
def action_items() -> Any:
    """Follow-ups of the person's agency, of all agencies for the secretariat."""
    session, actor, page = db.session(), current_actor(), paging.page_number()
    done = request.args.get("tampil") == "selesai"
    found = queries.list_action_items(
        session, actor, done=done, limit=paging.PAGE_SIZE + 1, offset=(page - 1) * paging.PAGE_SIZE
    )
    total = queries.count_action_items(session, actor, done=done, limit=paging.COUNT_LIMIT + 1)
    return render_template(
        "meetings/action_items.html",
        page=paging.page_of(found, page, total),
        done=done,
        labels=labels,
        today=clock.local_day(clock.now()),
        may_see_meeting=allows(actor, Permission.MEETING_EDIT),
    )


@bp.route("/rapat/tindak-lanjut/<int:item_id>", methods=["GET", "POST"])
@requires(Permission.ACTION_ITEM_UPDATE)
def action_item(item_id: int) -> Any:
    """How far one follow-up is."""
    found = queries.find_action_item(db.session(), current_actor(), item_id)
    if found is None:
        raise NotFound(_("Tindak lanjut tidak ditemukan."))
    item, meeting = found
    form = StatusForm(status=item.status.value, done_on=item.done_on, note=item.note)
    powers = queries.powers_for_item(db.session(), current_actor(), item)
    form.offer(powers)
    onward = _onward(item_id)
    if form.validate_on_submit():
        try:
            _update(item_id, form)
        except Invalid as refusal:
            add_refusal(form, refusal)
        else:
            flash(_("Status tindak lanjut tersimpan."), "good")
            return redirect_to(onward)
    page = render_template(
        "meetings/action_item.html", form=form, item=item, meeting=meeting, onward=onward, powers=powers
    )
    return page, 422 if form.is_submitted() else 200


def _onward(item_id: int) -> str:
    """Where the person came from: the minutes that look back on the item, or the list."""
    meeting_id = request.args.get("rapat", type=int)
    if meeting_id:
        return url_for("meetings.show", meeting_id=meeting_id, _anchor=f"lanjutan-{item_id}")
    return url_for("meetings.action_items")


def _update(item_id: int, form: StatusForm) -> None:
    done_on: date | None = form.done_on.data
    with transaction() as session:
        services.update_action_item(
            session,
            session.get_one(ActionItem, item_id),
            status=ItemStatus(form.status.data),
            done_on=done_on,
            note=form.note.data or "",
            acting_as=form.chosen(),
            actor=current_actor(),
            now=clock.now(),
        )
