"""*HP ini milik saya*: trusting a device, its PIN and passkey, revoking it, and the coordinator's codes."""

from typing import Any

from flask import current_app, flash, render_template, request, url_for
from flask_babel import gettext as _

from lapor.accounts import access_codes, confirming, devices, passkeys, passwords
from lapor.accounts.forms import DeviceForm, DeviceLabelForm, PasskeyForm, SearchForm, UnlockForm
from lapor.accounts.models import Account, TrustedDevice
from lapor.accounts.queries import person_name
from lapor.accounts.rules import TRUSTED_FOR, device_name, local_path
from lapor.accounts.views import bp, challenge_answer, device_here, home, may_own_device
from lapor.core import clock
from lapor.core.db import db, transaction
from lapor.core.errors import Invalid, NotAllowed, NotFound
from lapor.offices.models import Person
from lapor.policy import Actor, Permission
from lapor.web.forms import add_refusal
from lapor.web.guards import current_actor, requires
from lapor.web.htmx import redirect_to

__all__ = ["bp"]


def _owner() -> Actor:
    actor = current_actor()
    if not may_own_device(actor):
        raise NotAllowed(_("Perangkat tepercaya hanya untuk kepala OPD, yang menyatakan mengetahui aduan."))
    return actor


def _own_device_here(actor: Actor) -> TrustedDevice | None:
    device = device_here()
    return device if device is not None and device.account_id == actor.account_id else None


def _device_page(actor: Actor, form: DeviceForm | UnlockForm) -> str:
    now = clock.now()
    device = _own_device_here(actor)
    onward = local_path(request.args.get("lanjut"))
    form_label = getattr(form, "label", None)
    if form_label is not None and not form_label.data:
        form_label.data = device.label if device else device_name(request.user_agent.string) or _("Perangkat saya")
    return render_template(
        "accounts/this_device.html",
        form=form,
        device=device,
        may_set_up=devices.may_set_up(db.session(), actor, now),
        by_code=devices.came_by_code(db.session(), actor, now),
        can_use_passkeys=confirming.can_use_passkeys(),
        onward=onward,
        onward_or_home=onward or home(),
        days=TRUSTED_FOR.days,
    )


@bp.route("/perangkat-ini", methods=["GET", "POST"])
@requires(Permission.PROFILE_EDIT)
def this_device() -> Any:
    """Trust the device in hand and set its PIN; asks for the password first when it was given long ago."""
    actor = _owner()
    form = DeviceForm()
    if not devices.may_set_up(db.session(), actor, clock.now()):
        return _ask_password(actor)
    if form.validate_on_submit():
        account_id, label, pin = actor.account_id, form.label.data, form.new_pin.data
        try:
            account = db.session().get_one(Account, account_id)
            devices.check_pin(db.session(), account, pin)
            pin_hash = passwords.hash_password(pin)
            now = clock.now()
            with transaction() as session:
                account = session.get_one(Account, account_id)
                device, token = devices.trust_device(
                    session, account, token=confirming.device_token(), label=label, actor=actor, now=now
                )
                devices.set_pin(session, account, device, pin_hash=pin_hash, actor=actor, now=now)
        except Invalid as refusal:
            add_refusal(form, refusal)
        else:
            return _trusted(token)
    return _device_page(actor, form), 422 if form.is_submitted() else 200


def _ask_password(actor: Actor) -> Any:
    """The page before: the password once more, then the device."""
    form = UnlockForm()
    if form.is_submitted() and form.validate():
        try:
            if not form.confirm_password.data:
                raise Invalid(_("Masukkan kata sandi sekali lagi."), field="confirm_password")
            confirming.confirm_password(form.confirm_password.data, actor=actor, now=clock.now())
        except Invalid as refusal:
            add_refusal(form, refusal)
        else:
            onward = local_path(request.args.get("lanjut"))
            return redirect_to(url_for("accounts.this_device", lanjut=onward))
    return _device_page(actor, form), 422 if form.is_submitted() else 200


def _trusted(token: str) -> Any:
    flash(_("Perangkat ini dipercaya selama %(days)s hari.", days=TRUSTED_FOR.days), "good")
    onward = local_path(request.args.get("lanjut"))
    response: Any = redirect_to(onward or url_for("accounts.profile"))
    response.set_cookie(
        confirming.DEVICE_COOKIE,
        token,
        max_age=int(TRUSTED_FOR.total_seconds()),
        httponly=True,
        samesite="Lax",
        secure=current_app.config["SESSION_COOKIE_SECURE"],
        path="/",
    )
    return response


@bp.post("/perangkat-ini/tantangan-baru")
@requires(Permission.PROFILE_EDIT)
def registration_challenge() -> Any:
    """What the browser is asked when a passkey is made."""
    actor = _owner()
    if not confirming.can_use_passkeys() or not devices.may_set_up(db.session(), actor, clock.now()):
        return {"sentence": _("Masukkan kata sandi sekali lagi untuk mengubah perangkat.")}, 409
    account = db.session().get_one(Account, actor.account_id)
    login, account_id = account.login, account.id
    name = person_name(db.session(), actor.person_id)
    purpose = devices.Purpose(devices.REGISTER, session_id=actor.session_id)
    with transaction() as session:
        challenge = devices.begin_challenge(session, purpose, clock.now())
    base_url = current_app.config["LAPOR_BASE_URL"]
    return {
        "publicKey": passkeys.registration_options(base_url, challenge, account_id=account_id, login=login, name=name)
    }


@bp.post("/perangkat-ini/sidik-jari")
@requires(Permission.PROFILE_EDIT)
def register_passkey() -> Any:
    """Bind a passkey to the device in hand, which is trusted with it."""
    actor = _owner()
    form = PasskeyForm()
    refused = Invalid(_("Sidik jari belum dapat dibaca. Coba sekali lagi, atau pakai PIN."))
    try:
        if not form.validate_on_submit():
            raise refused
        token = _save_passkey(actor, form.credential.data, form.label.data)
    except Invalid as refusal:
        flash(refusal.sentence, "late")
        onward = local_path(request.args.get("lanjut"))
        return redirect_to(url_for("accounts.this_device", lanjut=onward))
    return _trusted(token)


def _save_passkey(actor: Actor, given: str, label: str) -> str:
    now = clock.now()
    answer = passkeys.read_answer(given)
    purpose = devices.Purpose(devices.REGISTER, session_id=actor.session_id)
    with transaction() as session:
        nonce = devices.take_challenge(session, answer.challenge, purpose, now)
    if nonce is None:
        raise Invalid(_("Permintaan sidik jari ini sudah tidak berlaku. Coba sekali lagi."))
    base_url = current_app.config["LAPOR_BASE_URL"]
    key = passkeys.check_registration(base_url, answer, devices.challenge_of(purpose, nonce))
    with transaction() as session:
        account = session.get_one(Account, actor.account_id)
        device, token = devices.trust_device(
            session,
            account,
            token=confirming.device_token(),
            label=label or device_name(request.user_agent.string),
            actor=actor,
            now=now,
        )
        devices.set_passkey(session, account, device, key=key, actor=actor, now=now)
    return token


@bp.post("/perangkat-ini/tantangan")
@requires(Permission.PROFILE_EDIT)
def act_challenge() -> Any:
    """What the passkey of this device is asked to sign for one act."""
    actor = current_actor()
    device = _own_device_here(actor)
    subject = request.form.get("subject", "")
    if device is None or device.passkey_id is None or not 0 < len(subject) <= 200:
        return {"sentence": _("Sidik jari belum didaftarkan pada perangkat ini.")}, 409
    purpose = devices.Purpose(devices.ACT, device.id, actor.session_id, subject)
    return challenge_answer(purpose, device.passkey_id)


# --- the list on the profile, and for a lost telephone ------------------------------------------------------------


@bp.post("/profil/perangkat-tepercaya/<int:device_id>/nama")
@requires(Permission.PROFILE_EDIT)
def rename_device(device_id: int) -> Any:
    """Give one's own device another label."""
    form = DeviceLabelForm()
    if form.validate_on_submit():
        with transaction() as session:
            devices.rename_device(session, device_id, label=form.label.data, actor=current_actor(), now=clock.now())
        flash(_("Nama perangkat disimpan."), "good")
    else:
        flash(_("Tulis nama perangkat, misalnya HP Samsung."), "late")
    return redirect_to(url_for("accounts.profile"))


@bp.post("/profil/perangkat-tepercaya/<int:device_id>/cabut")
@requires(Permission.PROFILE_EDIT)
def revoke_own_device(device_id: int) -> Any:
    """Trust one's own device no longer."""
    actor = current_actor()
    _revoke(actor.account_id or 0, device_id, reason="by-owner", actor=actor)
    flash(_("Kepercayaan pada perangkat itu dicabut. PIN-nya tidak berlaku lagi."), "good")
    return redirect_to(url_for("accounts.profile"))


@bp.post("/pengguna/<int:account_id>/perangkat/<int:device_id>/cabut")
@requires(Permission.ACCOUNT_MANAGE)
def revoke_device(account_id: int, device_id: int) -> Any:
    """The administrator ends the trust in a lost telephone."""
    _revoke(account_id, device_id, reason="by-administrator", actor=current_actor())
    flash(_("Kepercayaan pada perangkat itu dicabut. PIN-nya tidak berlaku lagi."), "good")
    return redirect_to(url_for("accounts.show_account", account_id=account_id))


def _revoke(account_id: int, device_id: int, *, reason: str, actor: Actor) -> None:
    with transaction() as session:
        account = session.get(Account, account_id)
        device = session.get(TrustedDevice, device_id)
        if account is None or device is None:
            raise NotFound(_("Perangkat ini tidak (lagi) dipercaya."))
        devices.revoke_device(session, account, device, reason=reason, actor=actor, now=clock.now())


# --- lost access --------------------------------------------------------------------------------------------------


@bp.get("/kode-masuk")
@requires(Permission.ACCESS_CODE_ISSUE)
def list_access_codes() -> str:
    """Heads to whom the coordinator can tell a code when they lost PIN and password."""
    form = SearchForm(request.args)
    words = (form.cari.data or "") if form.validate() else ""
    heads = access_codes.list_heads(db.session(), words, clock.local_day(clock.now()))
    return render_template("accounts/access_codes.html", form=form, heads=heads)


@bp.post("/kode-masuk/<int:account_id>")
@requires(Permission.ACCESS_CODE_ISSUE)
def issue_access_code(account_id: int) -> str:
    """Make a code; it is shown once, in the answer itself."""
    if db.session().get(Account, account_id) is None:
        raise NotFound(_("Akun tidak ditemukan."))
    one_time = passwords.one_time_code()
    with transaction() as session:
        account = session.get_one(Account, account_id)
        code = access_codes.issue_code(session, account, one_time=one_time, actor=current_actor(), now=clock.now())
        expires_at = code.expires_at
    account = db.session().get_one(Account, account_id)
    person = db.session().get_one(Person, account.person_id)
    return render_template(
        "accounts/one_time_password.html",
        login=account.login,
        name=person.full_name,
        password=one_time.words,
        expires_at=expires_at,
    )
