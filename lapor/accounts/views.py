"""Signing in and out, the own profile, and the administrator's list of accounts."""

from dataclasses import replace
from typing import Any

import flask
from flask import Blueprint, abort, current_app, flash, render_template, request, url_for
from flask_babel import gettext as _

from lapor.accounts import access_codes, confirming, devices, passkeys, queries, services, throttling
from lapor.accounts.forms import (
    AccountForm,
    ChangePasswordForm,
    FirstStartForm,
    NewPasswordForm,
    SearchForm,
    SignInForm,
    UnlockForm,
)
from lapor.accounts.loading import COOKIE, IDLE
from lapor.accounts.models import Account, TrustedDevice
from lapor.accounts.passwords import OneTimePassword, one_time_password
from lapor.accounts.rules import DEMO_PASSWORD, Means, device_name, is_phone, local_path
from lapor.core import clock
from lapor.core.db import db, transaction
from lapor.core.errors import Invalid, NotFound
from lapor.offices.models import Person, PersonKind
from lapor.offices.services import PersonDetails
from lapor.policy import Actor, Permission, Role, allows
from lapor.web import paging
from lapor.web.forms import add_refusal
from lapor.web.guards import current_actor, public, requires, signed_in, visitor_or_actor
from lapor.web.htmx import redirect_to

bp = Blueprint("accounts", __name__)


def home() -> str:
    """The address of the first page."""
    return f"{request.script_root}/"


@bp.route("/masuk", methods=["GET", "POST"])
@public
def sign_in() -> Any:
    """The sign-in page: PIN or passkey on one's own device, elsewhere the password."""
    onward = local_path(request.args.get("lanjut"))
    if visitor_or_actor() is not None:
        return redirect_to(onward or home())
    if queries.count_accounts(db.session()) == 0:
        return redirect_to(url_for("accounts.first_start"))
    device = device_here() if request.args.get("cara") != "sandi" else None
    form = SignInForm()
    if form.validate_on_submit():
        try:
            token = _try_to_sign_in(form.login.data, form.password.data)
        except Invalid as refusal:
            add_refusal(form, refusal)
        else:
            return _begun(token, onward)
    if device is not None and device.has_means and not form.is_submitted():
        return unlock_page(UnlockForm(formdata=None), device, onward)
    return _sign_in_page(form, onward), 422 if form.is_submitted() else 200


@bp.post("/masuk/pin")
@public
def unlock() -> Any:
    """Sign in on one's own device by PIN or passkey."""
    onward = local_path(request.args.get("lanjut"))
    if visitor_or_actor() is not None:
        return redirect_to(onward or home())
    device = device_here()
    if device is None or not device.has_means:
        flash(_("Perangkat ini tidak (lagi) dipercaya. Masuk dengan kata sandi."), "info")
        return redirect_to(url_for("accounts.sign_in", lanjut=onward))
    form, device_id, has_pin = UnlockForm(), device.id, device.pin_hash is not None
    if form.validate_on_submit():
        try:
            token = _try_to_unlock(form, device)
        except Invalid as refusal:
            # the page of a device has no field for a password, and one without a PIN none for that
            add_refusal(form, Invalid(refusal.sentence, field="confirm_pin" if has_pin else None))
        else:
            return _begun(token, onward)
    device = db.session().get(TrustedDevice, device_id)
    if device is not None and device.has_means and device.revoked_at is None:
        return unlock_page(form, device, onward), 422
    fresh = SignInForm(formdata=None)
    fresh.form_errors = [sentence for field in form for sentence in field.errors] + list(form.form_errors)
    return _sign_in_page(fresh, onward), 422


def _try_to_unlock(form: UnlockForm, device: TrustedDevice) -> str:
    now = clock.now()
    device_id, account_id = device.id, device.account_id
    if form.confirm_passkey.data and device.passkey_id:
        purpose = devices.Purpose(devices.SIGN_IN, device_id)
        confirming.sign_by_passkey(form.confirm_passkey.data, purpose, actor=None, now=now)
        means = Means.PASSKEY
    elif form.confirm_pin.data:
        confirming.unlock_by_pin(device_id, form.confirm_pin.data, actor=None, now=now)
        means = Means.PIN
    else:
        raise Invalid(_("Masukkan PIN 6 angka."))
    with transaction() as session:
        return services.open_session(
            session,
            session.get_one(Account, account_id),
            address=request.remote_addr or "",
            device=device_name(request.user_agent.string),
            means=means,
            device_id=device_id,
            now=now,
        )


@bp.post("/masuk/tantangan")
@public
def sign_in_challenge() -> Any:
    """What the passkey of this device is asked to sign for signing in."""
    device = device_here()
    if device is None or device.passkey_id is None or not confirming.can_use_passkeys():
        return {"sentence": _("Sidik jari belum didaftarkan pada perangkat ini.")}, 409
    return challenge_answer(devices.Purpose(devices.SIGN_IN, device.id), device.passkey_id)


def challenge_answer(purpose: devices.Purpose, credential_id: str) -> dict[str, Any]:
    """A new challenge for a passkey that is known, as JSON for static/js/passkey.js."""
    with transaction() as session:
        challenge = devices.begin_challenge(session, purpose, clock.now())
    base_url = current_app.config["LAPOR_BASE_URL"]
    return {"publicKey": passkeys.signing_options(base_url, challenge, credential_id=credential_id)}


def device_here() -> TrustedDevice | None:
    """The trusted device whose cookie came with this request, whoever owns it."""
    return devices.find_device(db.session(), confirming.device_token(), clock.now())


def unlock_page(form: UnlockForm, device: TrustedDevice, onward: str | None) -> str:
    """The sign-in page of a trusted device."""
    account = db.session().get_one(Account, device.account_id)
    return render_template(
        "accounts/unlock.html",
        form=form,
        device=device,
        name=queries.person_name(db.session(), account.person_id),
        onward=onward,
        has_passkey=device.passkey_id is not None and confirming.can_use_passkeys(),
    )


def _begun(token: str, onward: str | None) -> Any:
    """The answer to a right secret: the cookie, and the page that comes next."""
    flask.session.clear()
    found = queries.actor_of_token(db.session(), token, clock.now())
    address = next_address(found[0], onward) if found else home()
    return _with_cookie(redirect_to(address), token)


def next_address(actor: Actor, onward: str | None) -> str:
    """Where somebody goes who just gave a secret: first password, own device, then the page that was wanted."""
    if actor.must_change_password:
        return url_for("accounts.change_password", lanjut=onward)
    session, now = db.session(), clock.now()
    if devices.came_by_code(session, actor, now):
        return url_for("accounts.this_device", lanjut=onward)
    wanted = may_own_device(actor) and is_phone(request.user_agent.string) and devices.may_set_up(session, actor, now)
    if wanted:
        device = device_here()
        if device is None or device.account_id != actor.account_id or not device.has_means:
            return url_for("accounts.this_device", lanjut=onward)
    return onward or home()


def may_own_device(actor: Actor) -> bool:
    """Whether *HP ini milik saya* is for this person: heads, also while an acting head holds their powers."""
    return Role.HEAD in actor.roles or allows(actor, Permission.DISPOSITION_ACKNOWLEDGE)


def _try_to_sign_in(login: str, password: str) -> str:
    """The token of a new session, by password or by a coordinator's code. Raises Invalid with the sentence."""
    now = clock.now()
    address = request.remote_addr or ""
    with transaction() as session:
        attempt = throttling.begin_attempt(session, login=login, address=address, now=now)
    if attempt.blocked_until is not None:
        raise Invalid(throttling.wait_sentence(attempt.blocked_until))
    account = services.account_with_password(db.session(), login=login, password=password)
    code_id = None
    if account is None:
        account = queries.account_of_login(db.session(), login)
        code_id = access_codes.code_matches(db.session(), account, password, now)
        if code_id is None:
            raise Invalid(_not_right(attempt))
    assert account is not None
    device, account_id = device_name(request.user_agent.string), account.id
    with transaction() as session:
        account = session.get_one(Account, account_id)
        if code_id is not None:
            access_codes.use_code(session, account, code_id, device=device, now=now)
        return services.open_session(session, account, address=address, device=device, code_id=code_id, now=now)


def _not_right(attempt: throttling.Attempt) -> str:
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
    device = device_here()
    return render_template(
        "accounts/sign_in.html",
        form=form,
        onward=onward,
        demo_accounts=demo,
        demo_password=DEMO_PASSWORD,
        has_device=device is not None and device.has_means,
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
        devices=devices.list_devices(session, actor.account_id, clock.now()),
        device_here=device_here(),
        may_own_device=may_own_device(actor),
        may_subscribe=allows(actor, Permission.STATISTICS_VIEW),
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
    onward = local_path(request.args.get("lanjut"))
    by_code = devices.came_by_code(db.session(), actor, clock.now())
    form = NewPasswordForm() if by_code else ChangePasswordForm()
    if form.validate_on_submit():
        account = db.session().get_one(Account, actor.account_id)
        current = None if by_code else form.current.data
        try:
            if current is not None:
                confirming.confirm_password(current, actor=actor, now=clock.now(), field="current")
            new = services.check_new_password(db.session(), account, current=current, password=form.password.data)
            with transaction() as session:
                services.change_password(session, account, new=new, actor=actor, now=clock.now())
        except Invalid as refusal:
            add_refusal(form, refusal)
        else:
            flash(_("Kata sandi sudah diganti. Perangkat lain sudah dikeluarkan."), "good")
            if actor.must_change_password or onward or by_code:
                return redirect_to(next_address(replace(actor, must_change_password=False), onward))
            return redirect_to(url_for("accounts.profile"))
    page = render_template(
        "accounts/change_password.html",
        form=form,
        is_first=actor.must_change_password,
        by_code=by_code,
        onward=onward,
    )
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
    """Make the account of a person; its first password is shown once. Who has one already: to that account."""
    person = db.session().get(Person, person_id)
    if person is None:
        raise NotFound(_("Orang ini tidak ditemukan."))
    name = person.full_name
    form = AccountForm()
    if not form.is_submitted():
        account_id = queries.account_of_person(db.session(), person_id)
        if account_id is not None:
            return redirect_to(url_for("accounts.show_account", account_id=account_id))
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
        devices=devices.list_devices(session, account.id, clock.now()),
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
