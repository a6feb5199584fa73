"""Trusted devices, *HP ini milik saya*: what is written about them. Their PIN or passkey stands for a signature."""

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from lapor.accounts import events
from lapor.accounts.models import Account, PasskeyChallenge, SignInSession, TrustedDevice
from lapor.accounts.passkeys import NewKey
from lapor.accounts.queries import token_hash
from lapor.accounts.rules import (
    CHALLENGE_LASTS,
    FRESH,
    PIN_TRIES,
    TRUSTED_FOR,
    is_clone,
    is_fresh,
    pin_fault,
)
from lapor.accounts.throttling import count_attempt, device_keys, forgive, wait_sentence
from lapor.core.db import lock
from lapor.core.errors import Invalid, NotAllowed, NotFound
from lapor.journal.services import record
from lapor.offices.models import Person
from lapor.policy import Actor

LABEL_LENGTH = 60


def find_device(session: Session, token: str, now: datetime) -> TrustedDevice | None:
    """The device with this cookie while it is trusted: neither revoked nor expired, its account open."""
    if not token or len(token) > 100:
        return None
    return session.scalar(
        sa.select(TrustedDevice)
        .join(Account, Account.id == TrustedDevice.account_id)
        .where(
            TrustedDevice.token_hash == token_hash(token),
            TrustedDevice.revoked_at.is_(None),
            TrustedDevice.expires_at > now,
            Account.is_active.is_(True),
        )
    )


def list_devices(session: Session, account_id: int, now: datetime) -> Sequence[TrustedDevice]:
    """The devices that the account trusts, the last used first."""
    return session.scalars(
        sa.select(TrustedDevice)
        .where(
            TrustedDevice.account_id == account_id,
            TrustedDevice.revoked_at.is_(None),
            TrustedDevice.expires_at > now,
        )
        .order_by(TrustedDevice.last_used_at.desc(), TrustedDevice.id.desc())
    ).all()


def may_set_up(session: Session, actor: Actor, now: datetime) -> bool:
    """Whether the person proved a moment ago who he is: by password, or by a coordinator's code."""
    own = session.get(SignInSession, actor.session_id) if actor.session_id else None
    if own is None:
        return False
    return _by_code(own, now) or is_fresh(own.confirmed_at, now)


def came_by_code(session: Session, actor: Actor, now: datetime) -> bool:
    """Whether this session was opened by a coordinator's code a moment ago: no password need be known."""
    own = session.get(SignInSession, actor.session_id) if actor.session_id else None
    return own is not None and _by_code(own, now)


def _by_code(own: SignInSession, now: datetime) -> bool:
    return own.access_code_id is not None and timedelta() <= now - own.created_at <= FRESH


def _need_set_up(session: Session, actor: Actor, now: datetime) -> None:
    if not may_set_up(session, actor, now):
        raise Invalid(_("Masukkan kata sandi sekali lagi untuk mengubah perangkat."), field="confirm_password")


def trust_device(
    session: Session, account: Account, *, token: str, label: str, actor: Actor, now: datetime
) -> tuple[TrustedDevice, str]:
    """Trust the present device for 90 days; returns its row and the token for its cookie.

    A device that this account trusts already keeps its row, PIN and passkey and is trusted for 90 days more.
    Raises Invalid without a fresh password or code, NotAllowed for another's account.
    """
    if account.id != actor.account_id:
        raise NotAllowed(_("Perangkat hanya dapat dipercaya oleh pemilik akunnya."))
    _need_set_up(session, actor, now)
    label = label.strip()[:LABEL_LENGTH] or _("HP saya")
    device = session.scalar(
        sa.select(TrustedDevice).where(
            TrustedDevice.token_hash == token_hash(token),
            TrustedDevice.account_id == account.id,
            TrustedDevice.revoked_at.is_(None),
        )
    )
    if device is None:
        token = secrets.token_urlsafe(32)
        device = TrustedDevice(account_id=account.id, token_hash=token_hash(token), created_at=now)
        session.add(device)
    device.label = label
    device.last_used_at = now
    device.expires_at = now + TRUSTED_FOR
    session.flush()
    own = session.get(SignInSession, actor.session_id)
    if own is not None:
        own.trusted_device_id = device.id
    session.flush()
    trusted = events.DeviceTrusted(**_facts(account, device), expires_at=device.expires_at)
    record(session, trusted, actor=actor, now=now)
    return device, token


def _facts(account: Account, device: TrustedDevice) -> dict[str, Any]:
    return {**account.facts, "device_id": device.id, "label": device.label}


def check_pin(session: Session, account: Account, pin: str) -> None:
    """Raise Invalid with a sentence when this PIN would be no secret of this person."""
    person = session.get_one(Person, account.person_id)
    sentences = {
        "shape": _("PIN terdiri atas 6 angka."),
        "simple": _("PIN ini terlalu mudah ditebak. Hindari angka berurutan atau berulang."),
        "own": _("PIN ini terkait tanggal lahir, NIP, atau nomor telepon Bapak/Ibu. Pilih angka lain."),
    }
    fault = pin_fault(pin, nip=person.nip, phone=person.phone)
    if fault:
        raise Invalid(sentences[fault], field="new_pin")


def set_pin(
    session: Session, account: Account, device: TrustedDevice, *, pin_hash: str, actor: Actor, now: datetime
) -> None:
    """Set the PIN of one's own device; ``pin_hash`` belongs to a PIN that ``check_pin`` let pass.

    Raises Invalid without a fresh password or code, NotFound for another's device.
    """
    device = _own_device(session, device.id, actor, now)
    _need_set_up(session, actor, now)
    device.pin_hash = pin_hash
    device.pin_failures = 0
    forgive(session, {"device": device_keys(device.id, account.id)["device"]})
    record(session, events.PinSet(**_facts(account, device)), actor=actor, now=now)


def _own_device(session: Session, device_id: int, actor: Actor, now: datetime) -> TrustedDevice:
    device: TrustedDevice | None = lock(session, TrustedDevice, device_id)
    if device is None or device.account_id != actor.account_id or device.revoked_at or device.expires_at <= now:
        raise NotFound(_("Perangkat ini tidak (lagi) dipercaya."))
    return device


def rename_device(session: Session, device_id: int, *, label: str, actor: Actor, now: datetime) -> None:
    """Give one's own device another label. Raises NotFound for another's, Invalid for an empty label."""
    device = _own_device(session, device_id, actor, now)
    label = label.strip()[:LABEL_LENGTH]
    if not label:
        raise Invalid(_("Tulis nama perangkat, misalnya HP Samsung."), field="label")
    before, device.label = device.label, label
    if before == label:
        return
    session.flush()
    account = session.get_one(Account, device.account_id)
    record(session, events.DeviceRenamed(**_facts(account, device), before=before), actor=actor, now=now)


def revoke_device(
    session: Session, account: Account, device: TrustedDevice, *, reason: str, actor: Actor | None, now: datetime
) -> None:
    """Trust a device of ``account`` no longer: PIN, passkey and the sessions opened on it end.

    The caller has checked that ``actor`` is its owner or may manage accounts. Raises NotFound when it was revoked.
    """
    row: TrustedDevice | None = lock(session, TrustedDevice, device.id)
    if row is None or row.account_id != account.id or row.revoked_at is not None:
        raise NotFound(_("Perangkat ini tidak (lagi) dipercaya."))
    row.revoked_at = now
    row.pin_hash = None
    row.passkey_id = row.passkey_data = None
    session.execute(
        sa.update(SignInSession)
        .where(
            SignInSession.trusted_device_id == row.id,
            SignInSession.revoked_at.is_(None),
            SignInSession.id != (actor.session_id if actor and actor.session_id else 0),
        )
        .values(revoked_at=now)
    )
    session.flush()
    record(session, events.DeviceRevoked(**_facts(account, row), reason=reason), actor=actor, now=now)


# --- PIN ---------------------------------------------------------------------------------------------------------


def begin_pin(session: Session, device: TrustedDevice, now: datetime) -> str:
    """Count an attempt before the PIN is looked at and return the hash to compare with.

    To be committed on its own, whatever becomes of the act. Raises Invalid while a wait runs or without a PIN;
    nothing is counted then.
    """
    row: TrustedDevice | None = lock(session, TrustedDevice, device.id)
    if row is None or row.revoked_at is not None or row.expires_at <= now or row.pin_hash is None:
        raise Invalid(_("PIN di perangkat ini tidak berlaku. Pakai kata sandi."), field="confirm_password")
    if row.pin_failures >= PIN_TRIES:
        raise Invalid(_("PIN sudah terlalu sering salah. Pakai kata sandi."), field="confirm_password")
    attempt = count_attempt(session, device_keys(row.id, row.account_id), now)
    if attempt.blocked_until is not None:
        raise Invalid(wait_sentence(attempt.blocked_until), field="confirm_pin")
    row.pin_failures += 1
    session.flush()
    return row.pin_hash


def pin_was_wrong(session: Session, device: TrustedDevice, *, actor: Actor | None, now: datetime) -> Invalid:
    """The refusal to raise after the commit; at the fifth wrong PIN in a row the PIN is void."""
    row: TrustedDevice = lock(session, TrustedDevice, device.id)
    left = PIN_TRIES - row.pin_failures
    if left > 0:
        return Invalid(_("PIN belum tepat. Tersisa %(count)s kesempatan.", count=left), field="confirm_pin")
    if row.pin_hash is not None:
        row.pin_hash = None
        # whoever guesses may hold a telephone on which the password was given a moment ago: it is asked again
        session.execute(
            sa.update(SignInSession).where(SignInSession.trusted_device_id == row.id).values(confirmed_at=None)
        )
        if actor is not None and actor.session_id is not None:
            session.execute(
                sa.update(SignInSession).where(SignInSession.id == actor.session_id).values(confirmed_at=None)
            )
        session.flush()
        account = session.get_one(Account, row.account_id)
        voided = events.PinVoided(**_facts(account, row), failures=row.pin_failures)
        record(session, voided, actor=actor, now=now)
    return Invalid(
        _("PIN sudah %(count)s kali salah dan tidak berlaku lagi. Pakai kata sandi.", count=PIN_TRIES),
        field="confirm_password",
    )


def pin_was_right(session: Session, device: TrustedDevice, now: datetime) -> None:
    """Forget the wrong ones. Raises Invalid when the PIN or the device ended meanwhile."""
    row: TrustedDevice = lock(session, TrustedDevice, device.id)
    if row.pin_hash is None or row.revoked_at is not None:
        raise Invalid(_("PIN di perangkat ini tidak berlaku. Pakai kata sandi."), field="confirm_password")
    row.pin_failures = 0
    row.last_used_at = now
    forgive(session, device_keys(row.id, row.account_id))


# --- passkey -----------------------------------------------------------------------------------------------------

REGISTER, SIGN_IN, ACT = "register", "sign-in", "act"


@dataclass(frozen=True)
class Purpose:
    """What a passkey is asked to sign: registering it, signing in, or one act; in which session, on which device."""

    kind: str
    device_id: int | None = None
    session_id: int | None = None
    subject: str = ""


def challenge_of(purpose: Purpose, nonce: str) -> bytes:
    """What is signed: it names session and act, so that the signature proves this act and no other."""
    parts = (nonce, purpose.kind, str(purpose.session_id or ""), purpose.subject)
    return hashlib.sha256("\n".join(parts).encode()).digest()


def begin_challenge(session: Session, purpose: Purpose, now: datetime) -> bytes:
    """Make a challenge that holds five minutes and once."""
    session.execute(sa.delete(PasskeyChallenge).where(PasskeyChallenge.created_at < now - CHALLENGE_LASTS))
    nonce = secrets.token_urlsafe(24)
    challenge = challenge_of(purpose, nonce)
    session.add(
        PasskeyChallenge(
            challenge=challenge.hex(),
            purpose=purpose.kind,
            device_id=purpose.device_id,
            session_id=purpose.session_id,
            subject=purpose.subject,
            nonce=nonce,
            created_at=now,
        )
    )
    session.flush()
    return challenge


def take_challenge(session: Session, challenge: bytes, purpose: Purpose, now: datetime) -> str | None:
    """Use a challenge up and return its nonce; None when it was used, is too old or was made for something else.

    To be committed on its own, so that a refused act does not bring it back.
    """
    row = session.scalar(
        sa.select(PasskeyChallenge).where(PasskeyChallenge.challenge == challenge.hex()).with_for_update()
    )
    if row is None:
        return None
    made_for = Purpose(row.purpose, row.device_id, row.session_id, row.subject)
    age, nonce = now - row.created_at, row.nonce
    session.delete(row)
    session.flush()
    return nonce if made_for == purpose and age <= CHALLENGE_LASTS else None


def set_passkey(
    session: Session,
    account: Account,
    device: TrustedDevice,
    *,
    key: NewKey,
    actor: Actor,
    now: datetime,
) -> None:
    """Bind a verified passkey to one's own device; it replaces an earlier one.

    Raises Invalid without a fresh password or code, NotFound for another's device.
    """
    device = _own_device(session, device.id, actor, now)
    _need_set_up(session, actor, now)
    device.passkey_id, device.passkey_data = key.credential_id, key.credential_data
    device.passkey_count = key.count
    session.flush()
    record(session, events.PasskeySet(**_facts(account, device)), actor=actor, now=now)


def passkey_was_used(
    session: Session, device: TrustedDevice, *, count: int, actor: Actor | None, now: datetime
) -> Invalid | None:
    """Note the counter of a verified signature. A refusal to raise after the commit when the key may exist twice."""
    row: TrustedDevice = lock(session, TrustedDevice, device.id)
    if row.passkey_id is None or row.revoked_at is not None or row.expires_at <= now:
        return Invalid(_("Sidik jari di perangkat ini tidak berlaku. Pakai PIN atau kata sandi."))
    if is_clone(row.passkey_count, count):
        stored, row.passkey_id, row.passkey_data = row.passkey_count, None, None
        session.flush()
        account = session.get_one(Account, row.account_id)
        voided = events.PasskeyVoided(**_facts(account, row), stored=stored, given=count)
        record(session, voided, actor=actor, now=now)
        return Invalid(
            _("Sidik jari ini mungkin tersalin ke perangkat lain dan tidak berlaku lagi. Pakai PIN atau kata sandi.")
        )
    row.passkey_count = count
    row.last_used_at = now
    session.flush()
    return None
