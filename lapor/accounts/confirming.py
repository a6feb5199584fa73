"""What stands for the signature under an act: asked in the act's own form and checked before the act.

    confirm = confirm_view(actor, digest)                         # what the form must ask
    {% include "accounts/_confirm.html" %}                        # in the form, with ``form`` and ``confirm``
    confirmation = confirmation_of(form, actor=actor, digest=digest)     # before the act's transaction

``digest`` is that of what the person was shown; with the address to which the form is sent it names the act, so that
a passkey signs this act and no other. Failures are counted in transactions of their own: an act that is refused
afterwards does not bring them back.
"""

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, ClassVar

import sqlalchemy as sa
from flask import current_app, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from wtforms import HiddenField, PasswordField
from wtforms.validators import Length, Optional
from wtforms.widgets import PasswordInput

from lapor.accounts import devices, passkeys, passwords, throttling
from lapor.accounts.models import Account, SignInSession, TrustedDevice
from lapor.accounts.queries import token_hash
from lapor.accounts.rules import BY_PASSWORD, MAXIMUM_LENGTH, Asked, Confirmation, Means, asked
from lapor.core import clock
from lapor.core.db import db, lock, transaction
from lapor.core.errors import Invalid
from lapor.core.rows import plain_rows
from lapor.policy import Actor

__all__ = ["BY_PASSWORD", "ConfirmFields", "ConfirmView", "Confirmation", "confirm_view", "confirmation_of"]

DEVICE_COOKIE = "lapor_device"


class ConfirmFields:
    """Fields for a form whose act needs a confirmation; mixed in before LaporForm."""

    NAMES: ClassVar[tuple[str, ...]] = ("confirm_pin", "confirm_password", "confirm_passkey")

    confirm_pin = PasswordField(
        lazy_gettext("PIN 6 angka"), [Optional(), Length(max=20)], widget=PasswordInput(hide_value=True)
    )
    confirm_password = PasswordField(
        lazy_gettext("Kata sandi"), [Optional(), Length(max=MAXIMUM_LENGTH)], widget=PasswordInput(hide_value=True)
    )
    confirm_passkey = HiddenField(validators=[Optional(), Length(max=20_000)])


@dataclass(frozen=True)
class ConfirmView:
    """What the form must ask, for the fragment; ``device`` is the label of the trusted device."""

    asked: Asked
    device: str | None
    digest: str


@dataclass(frozen=True)
class Standing:
    """What is known of the present session and device; ``device_id`` None on a foreign device."""

    confirmed_at: datetime | None
    device_id: int | None
    label: str | None
    has_pin: bool
    has_passkey: bool


@lru_cache(maxsize=1)
def _standing_statement() -> Any:
    return (
        sa.select(
            SignInSession.confirmed_at,
            TrustedDevice.id,
            TrustedDevice.label,
            TrustedDevice.pin_hash.is_not(None).label("has_pin"),
            TrustedDevice.passkey_id.is_not(None).label("has_passkey"),
        )
        .outerjoin(
            TrustedDevice,
            sa.and_(
                TrustedDevice.account_id == SignInSession.account_id,
                TrustedDevice.token_hash == sa.bindparam("token_hash"),
                TrustedDevice.revoked_at.is_(None),
                TrustedDevice.expires_at > sa.bindparam("now", type_=SignInSession.created_at.type),
            ),
        )
        .where(SignInSession.id == sa.bindparam("session_id"))
    )


def standing_of(actor: Actor, now: datetime) -> Standing:
    """The present session and device of ``actor``, in one statement; another's device counts as foreign."""
    rows = plain_rows(
        db.session(),
        _standing_statement(),
        {"token_hash": token_hash(device_token()), "now": now, "session_id": actor.session_id or 0},
    )
    if not rows:
        return Standing(None, None, None, False, False)
    row = rows[0]
    known = row.id is not None
    return Standing(row.confirmed_at, row.id, row.label, known and bool(row.has_pin), known and bool(row.has_passkey))


def device_token() -> str:
    """What the browser's own cookie for trusted devices holds; "" without one."""
    token = request.cookies.get(DEVICE_COOKIE, "")
    return token if len(token) <= 100 else ""


def can_use_passkeys() -> bool:
    """Whether passkeys work here: they are bound to the host name of LAPOR_BASE_URL."""
    own = passkeys.relying_party(current_app.config["LAPOR_BASE_URL"])
    return request.host.rsplit(":", 1)[0] == own


def _asked(standing: Standing, now: datetime) -> Asked:
    return asked(
        has_pin=standing.has_pin,
        has_passkey=standing.has_passkey,
        confirmed_at=standing.confirmed_at,
        now=now,
    )


def confirm_view(actor: Actor, digest: str) -> ConfirmView:
    """What a form must ask before this act; read only."""
    now = clock.now()
    standing = standing_of(actor, now)
    return ConfirmView(_asked(standing, now), standing.label, digest)


def confirmation_of(form: Any, *, actor: Actor, digest: str) -> Confirmation:
    """Check what the form gave and return what stands for the signature.

    On a trusted device a passkey, a PIN, or as the way out the password; on a foreign one a password that was given
    in this session within 15 minutes, or now. Raises Invalid with the field. Opens transactions of its own, so it is
    called before that of the act.
    """
    now = clock.now()
    standing = standing_of(actor, now)
    if standing.device_id is not None and form.confirm_passkey.data and standing.has_passkey:
        subject = f"{request.script_root}{request.path}:{digest}"
        purpose = devices.Purpose(devices.ACT, standing.device_id, actor.session_id, subject)
        proof = sign_by_passkey(form.confirm_passkey.data, purpose, actor=actor, now=now)
        return Confirmation(Means.PASSKEY, standing.label, proof)
    if standing.device_id is not None and form.confirm_pin.data and standing.has_pin:
        unlock_by_pin(standing.device_id, form.confirm_pin.data, actor=actor, now=now)
        return Confirmation(Means.PIN, standing.label)
    if form.confirm_password.data:
        confirm_password(form.confirm_password.data, actor=actor, now=now)
        return Confirmation(Means.PASSWORD, standing.label)
    needed = _asked(standing, now)
    if needed.nothing:
        return BY_PASSWORD
    if needed.pin and needed.passkey:
        raise Invalid(_("Masukkan PIN atau gunakan sidik jari."), field="confirm_pin")
    if needed.pin:
        raise Invalid(_("Masukkan PIN 6 angka."), field="confirm_pin")
    if needed.passkey:
        raise Invalid(_("Gunakan sidik jari, atau masukkan kata sandi."), field="confirm_password")
    raise Invalid(_("Masukkan kata sandi sekali lagi untuk menyatakannya."), field="confirm_password")


def unlock_by_pin(device_id: int, pin: str, *, actor: Actor | None, now: datetime) -> None:
    """Check the PIN of a device. Raises Invalid with the field; slow on purpose, outside of transactions."""
    with transaction() as session:
        pin_hash = devices.begin_pin(session, session.get_one(TrustedDevice, device_id), now)
    right = passwords.matches(pin_hash, pin.strip()[:20])
    refusal = None
    with transaction() as session:
        device = session.get_one(TrustedDevice, device_id)
        if right:
            devices.pin_was_right(session, device, now)
        else:
            refusal = devices.pin_was_wrong(session, device, actor=actor, now=now)
    if refusal is not None:
        raise refusal


def confirm_password(password: str, *, actor: Actor, now: datetime, field: str = "confirm_password") -> None:
    """Check the own password again; from now on it is fresh in this session. Raises Invalid with ``field``.

    Wrong ones count with those of the sign-in page: no form that asks for the password is a second door.
    """
    account = db.session.get_one(Account, actor.account_id)
    login, password_hash, address = account.login, account.password_hash, request.remote_addr or ""
    with transaction() as session:
        attempt = throttling.begin_attempt(session, login=login, address=address, now=now)
    if attempt.blocked_until is not None:
        raise Invalid(throttling.wait_sentence(attempt.blocked_until), field=field)
    if not passwords.matches(password_hash, password[:MAXIMUM_LENGTH]):
        raise Invalid(
            _("Kata sandi belum tepat. Tersisa %(count)s kesempatan.", count=attempt.remaining),
            field=field,
        )
    with transaction() as session:
        throttling.forgive(session, throttling.sign_in_keys(login, address))
        own: SignInSession | None = lock(session, SignInSession, actor.session_id or 0)
        if own is None or own.revoked_at is not None:
            raise Invalid(_("Waktu masuk Anda berakhir. Silakan masuk kembali."), field=field)
        own.confirmed_at = now


def sign_by_passkey(given: str, purpose: devices.Purpose, *, actor: Actor | None, now: datetime) -> dict[str, str]:
    """Check a passkey's signature for ``purpose`` and return the proof. Raises Invalid at ``confirm_passkey``."""
    try:
        answer = passkeys.read_answer(given)
        with transaction() as session:
            nonce = devices.take_challenge(session, answer.challenge, purpose, now)
            device = session.get_one(TrustedDevice, purpose.device_id)
            credential_data = device.passkey_data
        if nonce is None or credential_data is None:
            raise Invalid(_("Permintaan sidik jari ini sudah tidak berlaku. Coba sekali lagi."))
        signed = passkeys.check_signature(
            current_app.config["LAPOR_BASE_URL"],
            answer,
            devices.challenge_of(purpose, nonce),
            credential_data=credential_data,
            nonce=nonce,
        )
        with transaction() as session:
            refusal = devices.passkey_was_used(
                session, session.get_one(TrustedDevice, purpose.device_id), count=signed.count, actor=actor, now=now
            )
        if refusal is not None:
            raise refusal
    except Invalid as refusal:
        raise Invalid(refusal.sentence, field="confirm_passkey") from refusal
    return signed.as_proof()
