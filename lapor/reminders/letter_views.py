"""Pages of the letters above the coordinator, and of the leadership's page."""

from typing import Any

from flask import Response, current_app, flash, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from lapor.agencies.models import Agency
from lapor.core import clock
from lapor.core.db import db, lock, transaction
from lapor.core.errors import Conflict, Invalid, NotFound, Refusal
from lapor.core.wording import date_range, long_date
from lapor.policy import Permission, allows
from lapor.reminders import letters, queries
from lapor.reminders.forms import DropForm, LetterForm, SentForm
from lapor.reminders.models import Brief, Letter
from lapor.reminders.paper import LetterPaper, brief_pdf, letter_pdf, paper_of
from lapor.reminders.rules import MOVES, LetterAct
from lapor.reminders.views import EDIT, VIEW, bp
from lapor.web import paging
from lapor.web.addresses import key_of
from lapor.web.downloads import send_bytes
from lapor.web.forms import add_refusal
from lapor.web.guards import current_actor, requires
from lapor.web.htmx import redirect_to

__all__ = ["bp"]

BRIEF = Permission.BRIEF_VIEW


@bp.get("/pengingat/surat")
@requires(VIEW)
def list_letters() -> str:
    """Letters: those that wait for a decision first."""
    number = paging.page_number()
    lines = queries.list_letters(db.session(), limit=paging.PAGE_SIZE + 1, offset=(number - 1) * paging.PAGE_SIZE)
    return render_template("reminders/letters.html", page=paging.page_of(lines, number, 0))


def _letter(session: Session, letter_id: int) -> Letter:
    found = session.get(Letter, letter_id)
    if found is None:
        raise NotFound(_("Surat ini tidak ada."))
    return found


def _locked(session: Session, letter_id: int) -> Letter:
    """The letter, as the person saw it when he decided. Raises Conflict when it was changed meanwhile."""
    found: Letter | None = lock(session, Letter, letter_id)
    if found is None:
        raise NotFound(_("Surat ini tidak ada."))
    if found.version != key_of(request.form.get("version", "")):
        raise Conflict(_("Surat ini baru saja diubah orang lain. Muat ulang halamannya, lalu periksa sekali lagi."))
    return found


def _paper(session: Session, letter: Letter) -> LetterPaper:
    return paper_of(
        session,
        letter,
        queries.list_items(session, letter),
        day=clock.local_day(clock.now()),
        province=current_app.config["LAPOR_PROVINCE"],
        city=current_app.config["LAPOR_CITY"],
    )


def _letter_page(letter_id: int, **forms: Any) -> str:
    session = db.session()
    letter = _letter(session, letter_id)
    may = allows(current_actor(), EDIT)
    return render_template(
        "reminders/letter.html",
        letter=letter,
        agency=session.get_one(Agency, letter.agency_id),
        items=queries.list_items(session, letter),
        paper=_paper(session, letter),
        may={act.value: may and (letter.state, act) in MOVES for act in LetterAct},
        today=clock.local_day(clock.now()),
        **{
            "form": LetterForm(formdata=None, obj=letter),
            "sent_form": SentForm(formdata=None, prefix="kirim-", number=letter.number),
            "drop_form": DropForm(formdata=None, prefix="batal-"),
            **forms,
        },
    )


@bp.get("/pengingat/surat/<int:letter_id>")
@requires(VIEW)
def show_letter(letter_id: int) -> str:
    """One letter: its words, its list, what can be decided."""
    return _letter_page(letter_id)


@bp.get("/pengingat/surat/<int:letter_id>.pdf")
@requires(VIEW)
def letter_file(letter_id: int) -> Response:
    """The letter as a PDF; a draft says KONSEP."""
    session = db.session()
    letter = _letter(session, letter_id)
    data = letter_pdf(letter, _paper(session, letter), now=clock.now())
    name = f"surat-{letter.letter_kind.value}-{letter.id}.pdf"
    return send_bytes(data, name, "application/pdf", inline="unduh" not in request.args)


def _decide(letter_id: int, done: str, act: Any, **form: Any) -> Any:
    """Run ``act`` on the locked letter; a refusal comes back at the top of its form, or as a message."""
    try:
        with transaction() as session:
            act(session, _locked(session, letter_id), actor=current_actor(), now=clock.now())
    except Invalid as refusal:
        if not form:
            flash(refusal.sentence, "late")
            return redirect_to(url_for("reminders.show_letter", letter_id=letter_id))
        add_refusal(next(iter(form.values())), refusal)
        return _letter_page(letter_id, **form), 422
    except NotFound:
        raise
    except Refusal as refusal:
        flash(refusal.sentence, "late")
        return redirect_to(url_for("reminders.show_letter", letter_id=letter_id))
    flash(done, "good")
    return redirect_to(url_for("reminders.show_letter", letter_id=letter_id))


@bp.post("/pengingat/surat/<int:letter_id>")
@requires(EDIT)
def edit_letter(letter_id: int) -> Any:
    """Change the words of a draft."""
    form = LetterForm()
    if not form.validate():
        return _letter_page(letter_id, form=form), 422
    words = letters.LetterWords(
        subject=form.subject.data,
        request=form.request.data,
        closing=form.closing.data,
        copies=form.copies.data or None,
        number=form.number.data or None,
        dated_on=form.dated_on.data,
    )

    def act(session: Session, letter: Letter, **by: Any) -> None:
        letters.edit(session, letter, words, **by)

    return _decide(letter_id, _("Konsep disimpan."), act, form=form)


@bp.post("/pengingat/surat/<int:letter_id>/setujui")
@requires(EDIT)
def sign_off_letter(letter_id: int) -> Any:
    """Decide that the letter goes out: print, have it signed, send it."""

    def act(session: Session, letter: Letter, **by: Any) -> None:
        province, city = current_app.config["LAPOR_PROVINCE"], current_app.config["LAPOR_CITY"]
        letters.sign_off(session, letter, province=province, city=city, **by)

    return _decide(letter_id, _("Surat disetujui. Cetak, mintakan tanda tangan, lalu catat pengirimannya."), act)


@bp.post("/pengingat/surat/<int:letter_id>/konsep")
@requires(EDIT)
def take_back_letter(letter_id: int) -> Any:
    """Make a decided letter a draft again."""
    return _decide(letter_id, _("Surat kembali menjadi konsep."), letters.take_back)


@bp.post("/pengingat/surat/<int:letter_id>/kirim")
@requires(EDIT)
def log_letter_sent(letter_id: int) -> Any:
    """Note that the signed letter was sent."""
    form = SentForm(prefix="kirim-")
    if not form.validate():
        return _letter_page(letter_id, sent_form=form), 422

    def act(session: Session, letter: Letter, **by: Any) -> None:
        letters.log_sent(session, letter, number=form.number.data, sent_on=form.sent_on.data, way=form.way.data, **by)

    return _decide(letter_id, _("Pengiriman dicatat."), act, sent_form=form)


@bp.post("/pengingat/surat/<int:letter_id>/tidak-dikirim")
@requires(EDIT)
def drop_letter(letter_id: int) -> Any:
    """Decide that the letter does not go out."""
    form = DropForm(prefix="batal-")
    if not form.validate():
        return _letter_page(letter_id, drop_form=form), 422

    def act(session: Session, letter: Letter, **by: Any) -> None:
        letters.drop(session, letter, reason=form.reason.data, **by)

    return _decide(letter_id, _("Surat tidak dikirim. Alasannya tercatat."), act, drop_form=form)


def _brief(brief_id: int) -> Brief:
    found = db.session().get(Brief, brief_id)
    if found is None:
        raise NotFound(_("Ringkasan ini tidak ada."))
    return found


@bp.get("/ringkasan-pimpinan")
@requires(BRIEF)
def list_briefs() -> str:
    """The pages for the leadership, the newest first."""
    rows = queries.list_briefs(db.session(), limit=paging.PAGE_SIZE)
    return render_template("reminders/briefs.html", rows=rows, date_range=date_range)


@bp.get("/ringkasan-pimpinan/<int:brief_id>")
@requires(BRIEF)
def show_brief(brief_id: int) -> str:
    """One page for the leadership, as it stood on its day."""
    brief = _brief(brief_id)
    return render_template("reminders/brief.html", brief=brief, period=date_range(brief.first_day, brief.last_day))


@bp.get("/ringkasan-pimpinan/<int:brief_id>.pdf")
@requires(BRIEF)
def brief_file(brief_id: int) -> Response:
    """The same on paper."""
    brief = _brief(brief_id)
    data = brief_pdf(
        title=_("Ringkasan penanganan aduan SP4N-LAPOR!"),
        period=date_range(brief.first_day, brief.last_day),
        content={**brief.content, "as_of_words": long_date(clock.local_day(brief.made_at))},
        created=brief.made_at,
        identifier=f"brief-{brief.id}",
    )
    return send_bytes(data, f"ringkasan-{brief.period}.pdf", "application/pdf", inline="unduh" not in request.args)
