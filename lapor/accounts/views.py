"""Signing in and out, the own profile, and the administrator's list of accounts."""

from dataclasses import replace
from typing import Any

import flask
from flask import Blueprint, abort, current_app, flash, render_template, request, url_for
from flask_babel import gettext as _

from lapor.accounts import queries, services
from lapor.accounts.forms import AccountForm, ChangePasswordForm, FirstStartForm, SearchForm, SignInForm
from lapor.accounts.loading import COOKIE, IDLE
from lapor.accounts.models import Account
from lapor.accounts.passwords import OneTimePassword, one_time_password
from lapor.accounts.rules import DEMO_PASSWORD, device_name, local_path
from lapor.core import clock
from lapor.core.db import db, transaction
from lapor.core.errors import Invalid, NotFound
from lapor.core.wording import clock_digits, zone_name
from lapor.offices.models import Person, PersonKind
from lapor.offices.services import PersonDetails
from lapor.policy import Permission, Role
from lapor.web import paging
from lapor.web.forms import add_refusal
from lapor.web.guards import current_actor, public, requires, signed_in, visitor_or_actor
from lapor.web.htmx import redirect_to

bp = Blueprint("accounts", __name__)


def _home() -> str:
    return f"{request.script_root}/"


@bp.route("/masuk", methods=["GET", "POST"])
@public
def sign_in() -> Any:
    """The sign-in page."""
    onward = local_path(request.args.get("lanjut"))
    if visitor_or_actor() is not None:
        return redirect_to(onward or _home())
    if queries.count_accounts(db.session()) == 0:
        return redirect_to(url_for("accounts.first_start"))
    form = SignInForm()
    if form.validate_on_submit():
        try:
            token = _try_to_sign_in(form.login.data, form.password.data)
        except Invalid as refusal:
            add_refusal(form, refusal)
        else:
            flask.session.clear()
            return _with_cookie(redirect_to(onward or _home()), token)
    return _sign_in_page(form, onward), 422 if form.is_submitted() else 200


def _try_to_sign_in(login: str, password: str) -> str:
    """The token of a new session. Raises Invalid with the sentence for the person."""
    now = clock.now()
    address = request.remote_addr or ""
    with transaction() as session:
        attempt = services.begin_attempt(session, login=login, address=address, now=now)
    if attempt.blocked_until is not None:
        raise Invalid(_too_often(attempt))
    account = services.account_with_password(db.session(), login=login, password=password)
    if account is None:
        raise Invalid(_not_right(attempt))
    device = device_name(request.user_agent.string)
    with transaction() as session:
        return services.open_session(session, account, address=address, device=device, now=now)


def _too_often(attempt: services.Attempt) -> str:
    assert attempt.blocked_until is not None
    seconds = f"{clock.local(attempt.blocked_until).second:02d}"
    sentence: str = _(
        "Terlalu sering salah. Anda dapat mencoba lagi pukul %(time)s %(zone)s. "
        "Akun tidak dikunci, dan kata sandi tidak diperiksa sebelum waktu itu.",
        time=f"{clock_digits(attempt.blocked_until)}.{seconds}",
        zone=zone_name(),
    )
    return sentence


def _not_right(attempt: services.Attempt) -> str:
    wrong = _("Nama pengguna atau kata sandi belum tepat.")
    if attempt.remaining:
        left = _("Tersisa %(count)s kesempatan.", count=attempt.remaining)
    else:
        left = _("Sudah %(count)s kali salah; tunggu sebentar sebelum mencoba lagi.", count=attempt.failures)
    contact = queries.help_contact(db.session(), clock.local_day(clock.now()))
    whom = _("Lupa? Hubungi %(contact)s.", contact=contact or _("koordinator"))
    return f"{wrong} {left} {whom}"


def _sign_in_page(form: SignInForm, onward: str | None) -> str:
    demo: list[queries.DemoLine] = []
    if current_app.config["LAPOR_ENV"] == "demo":
        demo = queries.list_demo_accounts(db.session(), clock.local_day(clock.now()))
    chosen = request.args.get("sebagai")
    if request.method == "GET" and any(line.login == chosen for line in demo):
        form.login.data, form.password.data = chosen, DEMO_PASSWORD
    else:
        form.password.data = None
    return render_template(
        "accounts/sign_in.html", form=form, onward=onward, demo_accounts=demo, demo_password=DEMO_PASSWORD
    )


def _with_cookie(response: Any, token: str) -> Any:
    response.set_cookie(
        COOKIE,
        token,
        httponly=True,
        samesite="Lax",
        secure=current_app.config["SESSION_COOKIE_SECURE"],
        path="/",
    )
    return response


@bp.post("/keluar")
@signed_in
def sign_out() -> Any:
    """End the present session."""
    actor = current_actor()
    assert actor.session_id is not None
    with transaction() as session:
        services.end_session(session, actor.session_id, actor=actor, now=clock.now())
    flask.session.clear()
    flash(_("Anda sudah keluar."), "good")
    response = redirect_to(url_for("accounts.sign_in"))
    response.delete_cookie(COOKIE, path="/")
    return response


@bp.route("/mulai", methods=["GET", "POST"])
@public
def first_start() -> Any:
    """The first administrator and agency; only while there is no account at all."""
    if queries.count_accounts(db.session()):
        abort(404)
    form = FirstStartForm(kind=PersonKind.PNS.value)
    if form.validate_on_submit():
        try:
            with transaction() as session:
                services.create_first_administrator(
                    session,
                    name=form.name.data,
                    login=form.login.data,
                    password=form.password.data,
                    agency_name=form.agency_name.data,
                    agency_abbreviation=form.agency_abbreviation.data,
                    details=PersonDetails(kind=PersonKind(form.kind.data), nip=form.nip.data or ""),
                    now=clock.now(),
                )
        except Invalid as refusal:
            add_refusal(form, refusal)
        else:
            flash(_("Administrator pertama dan OPD pengelola siap. Silakan masuk."), "good")
            return redirect_to(url_for("accounts.sign_in"))
    return render_template("accounts/first_start.html", form=form), 422 if form.is_submitted() else 200


@bp.get("/profil")
@signed_in
def profile() -> str:
    """Who am I, which posts do I hold, where am I signed in."""
    actor = current_actor()
    assert actor.account_id is not None
    session = db.session()
    account = session.get_one(Account, actor.account_id)
    return render_template(
        "accounts/profile.html",
        actor=actor,
        account=account,
        person=session.get_one(Person, actor.person_id),
        sessions=queries.list_open_sessions(session, actor.account_id, clock.now() - IDLE),
        can_enter_absence=[power for power in actor.powers if power.role is Role.HEAD],
    )


@bp.post("/profil/perangkat/<int:session_id>/keluar")
@signed_in
def end_session(session_id: int) -> Any:
    """End one of the own sessions on another device."""
    with transaction() as session:
        services.end_session(session, session_id, actor=current_actor(), now=clock.now())
    flash(_("Perangkat itu sudah dikeluarkan."), "good")
    return redirect_to(url_for("accounts.profile"))


@bp.route("/profil/kata-sandi", methods=["GET", "POST"])
@signed_in
def change_password() -> Any:
    """Change the own password; the first one must be changed before anything else."""
    actor = current_actor()
    form = ChangePasswordForm()
    if form.validate_on_submit():
        account = db.session().get_one(Account, actor.account_id)
        try:
            new = services.check_new_password(
                db.session(), account, current=form.current.data, password=form.password.data
            )
            with transaction() as session:
                services.change_password(session, account, new=new, actor=actor, now=clock.now())
        except Invalid as refusal:
            add_refusal(form, refusal)
        else:
            flash(_("Kata sandi sudah diganti. Perangkat lain sudah dikeluarkan."), "good")
            return redirect_to(_home() if actor.must_change_password else url_for("accounts.profile"))
    page = render_template("accounts/change_password.html", form=form, is_first=actor.must_change_password)
    return page, 422 if form.is_submitted() else 200


@bp.get("/pengguna")
@requires(Permission.ACCOUNT_MANAGE)
def list_accounts() -> str:
    """People with an account, or those who have none yet."""
    form = SearchForm(request.args)
    words = form.cari.data if form.validate() else ""
    with_account = request.args.get("tampil") != "tanpa-akun"
    session, number = db.session(), paging.page_number()
    rows = queries.list_accounts(
        session,
        words or "",
        clock.local_day(clock.now()),
        with_account=with_account,
        limit=paging.PAGE_SIZE + 1,
        offset=(number - 1) * paging.PAGE_SIZE,
    )
    total = queries.count_matching(session, words or "", with_account=with_account, limit=paging.COUNT_LIMIT + 1)
    page = paging.page_of(rows, number, total)
    page = replace(page, total_label=_("%(count)s orang", count=page.total_label))
    return render_template("accounts/list.html", page=page, form=form, with_account=with_account)


@bp.route("/pengguna/baru/<int:person_id>", methods=["GET", "POST"])
@requires(Permission.ACCOUNT_MANAGE)
def create_account(person_id: int) -> Any:
    """Make the account of a person; its first password is shown once."""
    person = db.session().get(Person, person_id)
    if person is None:
        raise NotFound(_("Orang ini tidak ditemukan."))
    name = person.full_name
    form = AccountForm()
    if form.validate_on_submit():
        one_time = one_time_password()
        try:
            with transaction() as session:
                account = services.create_account(
                    session,
                    person,
                    login=form.login.data,
                    password_hash=one_time.hash,
                    actor=current_actor(),
                    now=clock.now(),
                )
        except Invalid as refusal:
            add_refusal(form, refusal)
        else:
            return _one_time_page(account, one_time)
    page = render_template("accounts/create.html", form=form, name=name)
    return page, 422 if form.is_submitted() else 200


def _one_time_page(account: Account, one_time: OneTimePassword) -> str:
    """Shown in the answer itself: a redirect would have to keep the password somewhere."""
    person = db.session().get_one(Person, account.person_id)
    return render_template(
        "accounts/one_time_password.html", login=account.login, name=person.full_name, password=one_time.words
    )


def _account(account_id: int) -> Account:
    account = db.session().get(Account, account_id)
    if account is None:
        raise NotFound(_("Akun tidak ditemukan."))
    return account


@bp.get("/pengguna/<int:account_id>")
@requires(Permission.ACCOUNT_MANAGE)
def show_account(account_id: int) -> str:
    """One account: reset, close, open again."""
    account = _account(account_id)
    session = db.session()
    return render_template(
        "accounts/show.html",
        account=account,
        person=session.get_one(Person, account.person_id),
        sessions=queries.list_open_sessions(session, account.id, clock.now() - IDLE),
        is_own=account.id == current_actor().account_id,
    )


@bp.post("/pengguna/<int:account_id>/kata-sandi")
@requires(Permission.ACCOUNT_MANAGE)
def reset_password(account_id: int) -> str:
    """Give a one-time password; it is shown once."""
    account = _account(account_id)
    one_time = one_time_password()
    with transaction() as session:
        services.reset_password(session, account, one_time=one_time, actor=current_actor(), now=clock.now())
    return _one_time_page(account, one_time)


@bp.post("/pengguna/<int:account_id>/tutup")
@requires(Permission.ACCOUNT_MANAGE)
def close_account(account_id: int) -> Any:
    """Close the account; its sessions end."""
    account = _account(account_id)
    with transaction() as session:
        services.close_account(session, account, actor=current_actor(), now=clock.now())
    flash(_("Akun sudah ditutup."), "good")
    return redirect_to(url_for("accounts.show_account", account_id=account_id))


@bp.post("/pengguna/<int:account_id>/buka")
@requires(Permission.ACCOUNT_MANAGE)
def reopen_account(account_id: int) -> str:
    """Open the account again with a one-time password."""
    account = _account(account_id)
    one_time = one_time_password()
    with transaction() as session:
        services.reopen_account(session, account, one_time=one_time, actor=current_actor(), now=clock.now())
    return _one_time_page(account, one_time)
