"""The page of one complaint and the coordinator's steps on it."""

from collections.abc import Callable
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse

from lapor.agencies.queries import agency_choices
from lapor.complaints.labels import REPORT_CLASS, REPORTED_PARTY, status_view
from lapor.complaints.models import Complaint
from lapor.complaints.rules import ReportClass, ReportedParty, has_personal_data, masked
from lapor.complaints.services import answered_by_reporter, attach_tracking_id, change_flags, reveal_reporter
from lapor.core import clock
from lapor.core.db import db, lock, transaction
from lapor.core.errors import NotAllowed, Refusal
from lapor.desk import case_forms as forms
from lapor.desk import services
from lapor.desk.case import Case, DispositionView, load_case
from lapor.desk.timeline import entries_of
from lapor.desk.views import bp
from lapor.dispositions.authority import may_process
from lapor.dispositions.forms import RESPONSE_KINDS
from lapor.dispositions.labels import PART, RESPONSE_KIND, STAGE, STATE, STATE_TONE, WAY, due_view
from lapor.dispositions.passing import may_pass_on, unit_order
from lapor.dispositions.queries import find_visible, load_complaint
from lapor.dispositions.rules import ResponseKind
from lapor.dispositions.services import dispose
from lapor.dispositions.superseding import may_correct
from lapor.dispositions.views import note_reading
from lapor.journal.labels import reading_words
from lapor.journal.queries import list_reads
from lapor.policy import Actor, Permission, Role, allows, scope_of
from lapor.web.forms import LaporForm, add_refusal
from lapor.web.guards import current_actor, requires

__all__ = ["bp"]

VIEW = Permission.COMPLAINT_VIEW
PROCESS = Permission.COMPLAINT_PROCESS


def _draft_kinds(own: DispositionView | None) -> list[tuple[str, Any, bool]]:
    """The kinds of answers to choose from: that of the draft, else the one that comes next, is chosen."""
    if own is None:
        return []
    first = own.row.first_response_on is None
    chosen = own.draft.kind if own.draft else ResponseKind.FIRST if first else ResponseKind.FINAL
    return [(kind, label, kind == chosen) for kind, label in RESPONSE_KINDS]


def _known_by(lead: DispositionView | None) -> str | None:
    """The post that stated it, as it was held that day; the head of today where only history is known."""
    if lead is None:
        return None
    if lead.known is not None:
        return lead.known.row.post_title
    return lead.head.post_words if lead.head else None


def case_words(case: Case, actor: Actor) -> dict[str, Any]:
    """What the templates of a case need besides the case itself."""
    complaint = case.complaint
    lead = case.lead
    status = status_view(
        complaint.status,
        known_by=_known_by(lead),
        known_on=lead.row.acknowledged_on if lead else None,
        on_hold_since=complaint.on_hold_since,
        forwarded_to=complaint.forwarded_to,
        forwarded_on=complaint.forwarded_on,
        archive_reason=complaint.archive_reason,
    )
    is_desk = may_process(actor, complaint)
    due = next((item.left for item in case.current if item.left), None) or case.verification_left or case.reply_left
    return {
        "case": case,
        "complaint": complaint,
        "status": status,
        "is_desk": is_desk,
        "due": due_view(due) if due else None,
        "due_view": due_view,
        "report_class": REPORT_CLASS[complaint.report_class],
        "reported_party": REPORTED_PARTY[complaint.reported_party] if complaint.reported_party else None,
        "PART": PART,
        "STATE": STATE,
        "STATE_TONE": STATE_TONE,
        "STAGE": STAGE,
        "RESPONSE_KIND": RESPONSE_KIND,
        "WAY": WAY,
        "draft_kinds": _draft_kinds(case.own),
        "masked": masked,
        "entries": entries_of(case.facts, may_read=case.may_read, is_desk=is_desk),
        "may_write": case.own is not None
        and case.own.row.is_open
        and allows(actor, Permission.RESPONSE_WRITE, case.own.row.agency_id)
        and bool(actor.roles & {Role.OPERATOR, Role.LIAISON}),
        "may_acknowledge": next(
            (
                item
                for item in case.current
                if item.row.is_owed
                and any(
                    p.agency_id == item.row.head_agency_id and p.grants(Permission.DISPOSITION_ACKNOWLEDGE)
                    for p in actor.powers
                )
            ),
            None,
        ),
        "acted_for": next(
            (
                item.head
                for item in case.current
                if item.row.is_owed
                and item.head is not None
                and any(p.agency_id == item.row.head_agency_id and not p.in_force for p in actor.powers)
            ),
            None,
        ),
        "may_supersede": {
            item.row.id
            for item in case.current
            if item.newest is not None
            and may_correct(complaint, item.row, item.newest.row, person_id=actor.person_id)
            and any(
                p.agency_id == item.row.head_agency_id and p.grants(Permission.DISPOSITION_ACKNOWLEDGE)
                for p in actor.powers
            )
        },
        "may_pass_on": {item.row.id for item in case.current if may_pass_on(actor, item.row, complaint)},
        "may_remind": {
            item.row.id
            for item in case.current
            if (is_desk and item.row.is_open)
            or (item.row.is_owed and allows(actor, Permission.RESPONSE_WRITE, item.row.agency_id) and not is_desk)
        },
        "may_see_journal": allows(actor, Permission.JOURNAL_VIEW),
        "may_reveal": is_desk and allows(actor, Permission.REPORTER_REVEAL),
        "has_hidden_data": has_personal_data(complaint.text)
        or bool(complaint.reporter_name or complaint.reporter_contact),
        "waiting": sum(1 for item in case.current if item.row.is_owed),
    }


@bp.get("/aduan/<int:complaint_id>")
@requires(VIEW)
def show_complaint(complaint_id: int) -> Any:
    """The page of a complaint: the citizen's words, the story under them, the next step beside.

    A unit sees only what was passed on to it: it is led to its own page.
    """
    actor = current_actor()
    session: Session = db.session()
    scope = scope_of(actor)
    case = load_case(session, complaint_id, scope, actor)
    own_order = unit_order(session, scope, complaint_id)
    if own_order is not None:
        return redirect(url_for("units.unit_material", disposition_id=own_order), code=303)
    words = case_words(case, actor)
    page = render_template("desk/show.html", **words, reveal=None)
    if case.may_read:
        note_reading(case.complaint, "page", actor)
    return page


def _process(complaint_id: int) -> tuple[Actor, Complaint]:
    """The complaint for a step of the desk. Raises NotFound out of scope, NotAllowed for others than the desk."""
    actor = current_actor()
    complaint, may_read = load_complaint(db.session(), complaint_id, scope_of(actor))
    if not may_read or not may_process(actor, complaint):
        raise NotAllowed("Langkah ini hanya untuk koordinator.")
    return actor, complaint


def _step(
    complaint_id: int,
    form: LaporForm,
    act: Callable[[Session, Complaint, Actor], Any],
    *,
    title: str,
    button: str,
    done: str,
    explanation: str = "",
    danger: bool = False,
    template: str = "desk/step.html",
    **words: Any,
) -> Any:
    """One step of the desk on its own page: shows the form, carries it out, or shows what is wrong with it."""
    actor, complaint = _process(complaint_id)
    if request.method == "POST" and form.validate_on_submit():
        try:
            with transaction() as session:
                fresh = lock(session, Complaint, complaint_id)
                act(session, fresh, actor)
        except Refusal as refusal:
            add_refusal(form, refusal)
        else:
            if find_visible(db.session(), scope_of(actor), complaint_id) is None:
                flash(_("Aduan ini sekarang ditangani verifikator Inspektorat dan tertutup bagi Anda."), "info")
                return redirect(url_for("desk.list_complaints"), code=303)
            flash(done, "good")
            return redirect(url_for("desk.show_complaint", complaint_id=complaint_id), code=303)
    complaint, _may_read = load_complaint(db.session(), complaint_id, scope_of(actor))
    page = render_template(
        template,
        complaint=complaint,
        form=form,
        title=title,
        button=button,
        explanation=explanation,
        danger=danger,
        masked=masked,
        report_class=REPORT_CLASS[complaint.report_class],
        **words,
    )
    note_reading(complaint, "step", actor)
    return page if not form.errors else (page, 422)


@bp.get("/aduan/<int:complaint_id>/pembaca")
@requires(PROCESS)
def list_readers(complaint_id: int) -> str:
    """Who was shown the content of a confidential complaint, and when."""
    _actor, complaint = _process(complaint_id)
    return render_template(
        "desk/readers.html",
        complaint=complaint,
        reads=list_reads(db.session(), complaint_id),
        reading_words=reading_words,
    )


@bp.route("/aduan/<int:complaint_id>/verifikasi", methods=["GET", "POST"])
@requires(PROCESS)
def verify_complaint(complaint_id: int) -> Any:
    """Class, who is reported, and in the same step the agency."""
    actor, complaint = _process(complaint_id)
    agencies = agency_choices(db.session(), actor.day)
    form = forms.VerifyForm().prepare(agencies)
    order = forms.DisposeForm().prepare(agencies)
    if request.method == "GET":
        form.report_class.data = complaint.report_class.value if complaint.report_class else None
        form.reported_party.data = complaint.reported_party.value if complaint.reported_party else None
        form.reported_agency_id.data = complaint.reported_agency_id or 0
    wants_order = request.form.get("step") == "dispose"

    def act(session: Session, fresh: Complaint, actor: Actor) -> None:
        now = clock.now()
        services.verify(
            session,
            fresh,
            report_class=ReportClass(form.report_class.data),
            class_reason=form.class_reason.data,
            reported_party=ReportedParty(form.reported_party.data),
            reported_agency_id=form.reported_agency_id.data or None,
            actor=actor,
            now=now,
        )
        if wants_order:
            _dispose(session, fresh, order, actor)

    if request.method == "POST" and wants_order and not order.lead.data:
        order.lead.errors = [_("Pilih OPD utama, atau tekan Verifikasi saja.")]
        form.form_errors = [_("Pilih OPD utama, atau tekan Verifikasi saja.")]
        page = render_template(
            "desk/verify.html",
            complaint=complaint,
            form=form,
            order=order,
            masked=masked,
            report_class=REPORT_CLASS[complaint.report_class],
        )
        note_reading(complaint, "step", actor)
        return page, 422
    return _step(
        complaint_id,
        form,
        act,
        title=_("Verifikasi"),
        button=_("Verifikasi"),
        done=_("Aduan diverifikasi dan disampaikan ke OPD.") if wants_order else _("Aduan diverifikasi."),
        template="desk/verify.html",
        order=order,
    )


def _dispose(session: Session, complaint: Complaint, form: forms.DisposeForm, actor: Actor) -> None:
    dispose(
        session,
        complaint,
        lead_id=form.lead.data,
        support_ids=form.supports.data or [],
        note=form.note.data or None,
        unit_name=form.unit_name.data or None,
        redirect_reason=form.redirect_reason.data,
        actor=actor,
        now=clock.now(),
    )


@bp.route("/aduan/<int:complaint_id>/sampaikan", methods=["GET", "POST"])
@requires(PROCESS)
def dispose_complaint(complaint_id: int) -> Any:
    """To one lead agency and any supporting ones; also redirecting to another lead."""
    actor, complaint = _process(complaint_id)
    form = forms.DisposeForm().prepare(agency_choices(db.session(), actor.day))
    if request.method == "GET":
        form.lead.data = complaint.lead_agency_id or 0
    return _step(
        complaint_id,
        form,
        lambda session, fresh, who: _dispose(session, fresh, form, who),
        title=_("Sampaikan ke OPD"),
        button=_("Sampaikan ke OPD"),
        done=_("Aduan disampaikan. Kepala OPD sekarang melihatnya pada halaman Menunggu Bapak/Ibu."),
        template="desk/dispose.html",
    )


@bp.route("/aduan/<int:complaint_id>/teruskan", methods=["GET", "POST"])
@requires(PROCESS)
def forward_complaint(complaint_id: int) -> Any:
    """To an institution outside the province."""
    form = forms.ForwardForm()
    if request.method == "GET":
        form.forwarded_on.data = current_actor().day

    def act(session: Session, fresh: Complaint, actor: Actor) -> None:
        services.forward(
            session,
            fresh,
            institution=form.institution.data,
            forwarded_on=form.forwarded_on.data,
            way=form.way.data or "",
            actor=actor,
            now=clock.now(),
        )

    return _step(
        complaint_id,
        form,
        act,
        title=_("Teruskan ke instansi lain"),
        button=_("Teruskan"),
        done=_("Aduan dicatat diteruskan ke instansi lain."),
        explanation=_("Untuk aduan yang bukan kewenangan provinsi. Aduan keluar dari hitungan semua OPD."),
        template="desk/forward.html",
        institutions=forms.INSTITUTIONS,
    )


@bp.route("/aduan/<int:complaint_id>/minta-kelengkapan", methods=["GET", "POST"])
@requires(PROCESS)
def hold_complaint(complaint_id: int) -> Any:
    """Wait for the reporter; the clocks stand still."""
    form = forms.HoldForm()
    return _step(
        complaint_id,
        form,
        lambda session, fresh, actor: services.hold(
            session,
            fresh,
            reason=form.reason.data,
            expected_on=form.expected_on.data,
            actor=actor,
            now=clock.now(),
        ),
        title=_("Minta kelengkapan pelapor"),
        button=_("Hentikan batas waktu sementara"),
        done=_("Batas waktu dihentikan sementara."),
        explanation=_("Batas waktu berhenti hari ini dan berjalan lagi saat aduan dilanjutkan."),
    )


@bp.post("/aduan/<int:complaint_id>/lanjutkan")
@requires(PROCESS)
def resume_complaint(complaint_id: int) -> BaseResponse:
    """The clocks go on."""
    actor, _complaint = _process(complaint_id)
    with transaction() as session:
        days = services.resume(session, lock(session, Complaint, complaint_id), actor=actor, now=clock.now())
    flash(_("Aduan dilanjutkan. Batas waktu mundur %(days)s hari kerja.", days=days), "good")
    return redirect(url_for("desk.show_complaint", complaint_id=complaint_id), code=303)


@bp.route("/aduan/<int:complaint_id>/arsipkan", methods=["GET", "POST"])
@requires(PROCESS)
def archive_complaint(complaint_id: int) -> Any:
    """Put aside with a reason."""
    form = forms.ArchiveForm()
    return _step(
        complaint_id,
        form,
        lambda session, fresh, actor: services.archive(
            session, fresh, reason=form.reason.data, actor=actor, now=clock.now()
        ),
        title=_("Arsipkan"),
        button=_("Arsipkan"),
        done=_("Aduan diarsipkan."),
        explanation=_("Aduan tidak ditindaklanjuti dan keluar dari hitungan. Dapat dibuka kembali dengan alasan."),
        danger=True,
    )


@bp.route("/aduan/<int:complaint_id>/tutup", methods=["GET", "POST"])
@requires(PROCESS)
def close_complaint(complaint_id: int) -> Any:
    """Close an answered complaint."""
    form = forms.CloseForm()
    return _step(
        complaint_id,
        form,
        lambda session, fresh, actor: services.close(
            session,
            fresh,
            reason=form.reason.data,
            rating=int(form.rating.data) if form.rating.data else None,
            actor=actor,
            now=clock.now(),
        ),
        title=_("Tutup aduan"),
        button=_("Tutup aduan"),
        done=_("Aduan ditutup."),
    )


@bp.route("/aduan/<int:complaint_id>/buka-kembali", methods=["GET", "POST"])
@requires(PROCESS)
def reopen_complaint(complaint_id: int) -> Any:
    """A new round with a new acknowledgement."""
    form = forms.ReopenForm()
    return _step(
        complaint_id,
        form,
        lambda session, fresh, actor: services.reopen(
            session, fresh, reason=form.reason.data, actor=actor, now=clock.now()
        ),
        title=_("Buka kembali"),
        button=_("Buka kembali"),
        done=_("Aduan dibuka kembali. Kepala OPD diminta menyatakan mengetahui sekali lagi."),
        explanation=_("Putaran baru: OPD yang sama diminta menjawab, dan pimpinannya menyatakan mengetahui lagi."),
    )


@bp.route("/aduan/<int:complaint_id>/sifat", methods=["GET", "POST"])
@requires(PROCESS)
def change_complaint_flags(complaint_id: int) -> Any:
    """Anonymity and confidentiality by hand."""
    _actor, complaint = _process(complaint_id)
    form = forms.FlagsForm()
    if request.method == "GET":
        form.is_anonymous.data = complaint.is_anonymous
        form.is_confidential.data = complaint.is_confidential
    return _step(
        complaint_id,
        form,
        lambda session, fresh, actor: change_flags(
            session,
            fresh,
            is_anonymous=form.is_anonymous.data,
            is_confidential=form.is_confidential.data,
            reason=form.reason.data,
            actor=actor,
            now=clock.now(),
        ),
        title=_("Ubah sifat aduan"),
        button=_("Simpan"),
        done=_("Sifat aduan diubah."),
        explanation=_("Perubahan dicatat beserta alasannya. Bila menjadi anonim, nama pelapor dihapus dari sistem."),
    )


@bp.route("/aduan/<int:complaint_id>/jawaban-pelapor", methods=["GET", "POST"])
@requires(PROCESS)
def note_reporter_reply(complaint_id: int) -> Any:
    """What the reporter wrote back in LAPOR!."""
    form = forms.ReporterReplyForm()
    return _step(
        complaint_id,
        form,
        lambda session, fresh, actor: answered_by_reporter(
            session, fresh, form.text.data, actor=actor, now=clock.now()
        ),
        title=_("Catat jawaban pelapor"),
        button=_("Catat"),
        done=_("Jawaban pelapor dicatat."),
    )


@bp.route("/aduan/<int:complaint_id>/tracking-id", methods=["GET", "POST"])
@requires(PROCESS)
def attach_tracking(complaint_id: int) -> Any:
    """The number that LAPOR! gave a complaint written down here."""
    _actor, complaint = _process(complaint_id)
    if complaint.tracking_id:
        abort(404)
    form = forms.TrackingForm()
    return _step(
        complaint_id,
        form,
        lambda session, fresh, _who: attach_tracking_id(session, fresh, form.tracking_id.data, now=clock.now()),
        title=_("Tambahkan Tracking ID"),
        button=_("Simpan"),
        done=_("Tracking ID disimpan. Impor berikutnya akan memperbarui aduan ini, bukan menggandakannya."),
    )


@bp.route("/aduan/<int:complaint_id>/data-pelapor", methods=["GET", "POST"])
@requires(Permission.REPORTER_REVEAL)
def reveal_complaint(complaint_id: int) -> Any:
    """Show the reporter's data and the unmasked text, with a reason that is noted first."""
    actor, complaint = _process(complaint_id)
    form = forms.RevealForm()
    if form.validate_on_submit():
        try:
            with transaction() as session:
                fresh = lock(session, Complaint, complaint_id)
                reveal_reporter(session, fresh, form.reason.data, actor=actor, now=clock.now())
        except Refusal as refusal:
            add_refusal(form, refusal)
        else:
            complaint, _may_read = load_complaint(db.session(), complaint_id, scope_of(actor))
            return render_template("desk/revealed.html", complaint=complaint)
    page = render_template(
        "desk/step.html",
        complaint=complaint,
        form=form,
        title=_("Tampilkan data pelapor"),
        button=_("Tampilkan data pelapor (tercatat)"),
        explanation=_("Nama Anda, waktu, dan alasan ini dicatat pada catatan aktivitas."),
        danger=False,
        masked=masked,
        report_class=REPORT_CLASS[complaint.report_class],
    )
    return page if not form.errors else (page, 422)
