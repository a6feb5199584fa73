"""Signing in, passwords and accounts: every write."""

import secrets
from dataclasses import dataclass, fields
from datetime import datetime

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from lapor.accounts import events, passwords
from lapor.accounts.devices import came_by_code, list_devices, revoke_device
from lapor.accounts.models import Account, SignInSession
from lapor.accounts.passwords import OneTimePassword
from lapor.accounts.queries import account_of_login, count_accounts, person_name, token_hash
from lapor.accounts.rules import (
    MAXIMUM_LENGTH,
    MINIMUM_LENGTH,
    Means,
    login_fault,
    password_fault,
    stored_login,
)
from lapor.accounts.throttling import forgive, sign_in_keys
from lapor.agencies.models import Agency, AgencyKind
from lapor.agencies.services import Particulars, create_agency, update_agency
from lapor.config import ConfigurationError
from lapor.core.clock import local_day
from lapor.core.db import lock
from lapor.core.errors import Conflict, Invalid, NotFound
from lapor.journal.services import record
from lapor.offices.models import Capacity, Person, PersonKind, Post
from lapor.offices.queries import load_actor
from lapor.offices.services import PersonDetails, assign, create_person, create_post
from lapor.policy import Actor, Permission, Role


def account_with_password(session: Session, *, login: str, password: str) -> Account | None:
    """The account when the password is right, closed ones included; takes equally long for an unknown login.

    Slow on purpose (about 60 ms): call it outside the write transaction.
    """
    account = account_of_login(session, login)
    right = passwords.matches(account.password_hash if account else None, password[:MAXIMUM_LENGTH])
    return account if right else None


def open_session(
    session: Session,
    account: Account,
    *,
    address: str,
    device: str,
    means: Means = Means.PASSWORD,
    device_id: int | None = None,
    code_id: int | None = None,
    now: datetime,
) -> str:
    """Begin a session and return the token for the cookie; the failures of this login are forgotten.

    ``device_id`` names the trusted device that was unlocked by ``means``, ``code_id`` the coordinator's code that was
    used instead of a password. Only a password stands for a signature later (``confirmed_at``).
    Raises Invalid for a closed account.
    """
    account = _locked(session, account.id)
    if not account.is_active:
        raise Invalid(_("Akun ini sudah ditutup. Hubungi administrator."))
    if device_id is None:
        forgive(session, sign_in_keys(account.login, address))
    token = secrets.token_urlsafe(32)
    row = SignInSession(
        account_id=account.id,
        token_hash=token_hash(token),
        created_at=now,
        last_seen_at=now,
        confirmed_at=now if means is Means.PASSWORD and code_id is None else None,
        device=device[:200],
        trusted_device_id=device_id,
        access_code_id=code_id,
    )
    session.add(row)
    account.last_signed_in_at = now
    session.flush()
    actor = load_actor(session, account.person_id, local_day(now), account_id=account.id)
    record(
        session,
        events.SignedIn(**account.facts, device=device[:200], means="code" if code_id else means.value),
        actor=actor,
        now=now,
    )
    return token


def end_session(session: Session, session_id: int, *, actor: Actor, now: datetime) -> None:
    """End one of the actor's own sessions. Raises NotFound for another's or one that has ended."""
    row = session.scalar(
        sa.select(SignInSession).where(
            SignInSession.id == session_id,
            SignInSession.account_id == actor.account_id,
            SignInSession.revoked_at.is_(None),
        )
    )
    if row is None:
        raise NotFound(_("Perangkat ini sudah keluar."))
    row.revoked_at = now
    session.flush()
    account = session.get_one(Account, row.account_id)
    record(
        session,
        events.SessionEnded(**account.facts, session_id=session_id, is_own=session_id == actor.session_id),
        actor=actor,
        now=now,
    )


def _end_access(
    session: Session, account: Account, *, keep: int | None = None, reason: str, actor: Actor | None, now: datetime
) -> None:
    """End sessions and trusted devices of the account, all but session ``keep`` and the device that it is on."""
    kept = session.get(SignInSession, keep) if keep else None
    session.execute(
        sa.update(SignInSession)
        .where(
            SignInSession.account_id == account.id,
            SignInSession.revoked_at.is_(None),
            SignInSession.id != (keep or 0),
        )
        .values(revoked_at=now)
    )
    for device in list_devices(session, account.id, now):
        if kept is None or device.id != kept.trusted_device_id:
            revoke_device(session, account, device, reason=reason, actor=actor, now=now)


def _locked(session: Session, account_id: int) -> Account:
    account: Account | None = lock(session, Account, account_id)
    if account is None:
        raise NotFound(_("Akun tidak ditemukan."))
    return account


def _check_password(password: str, *, login: str, name: str, is_demo: bool) -> None:
    sentences = {
        "short": _(
            "Kata sandi sedikitnya %(least)s huruf; yang diisi %(given)s.",
            least=MINIMUM_LENGTH,
            given=len(password),
        ),
        "long": _("Kata sandi paling panjang %(most)s huruf.", most=MAXIMUM_LENGTH),
        "demo": _("Kata sandi contoh tidak boleh dipakai. Pilih kata sandi lain."),
        "common": _("Kata sandi ini terlalu sering dipakai orang. Pilih beberapa kata yang tidak berhubungan."),
        "simple": _("Kata sandi ini terlalu sederhana. Pakai huruf dan angka yang lebih beragam."),
        "own": _("Kata sandi tidak boleh memuat nama atau nama pengguna Anda."),
    }
    fault = password_fault(password, login=login, name=name, is_demo=is_demo)
    if fault:
        raise Invalid(sentences[fault], field="password")


@dataclass(frozen=True)
class NewPassword:
    """A checked change of a password: the hash that was seen and the one to store."""

    seen_hash: str
    hash: str
    knew_current: bool = True


def check_new_password(session: Session, account: Account, *, current: str | None, password: str) -> NewPassword:
    """Check the current and the new password and hash the new one.

    ``current`` None: the person came in by a coordinator's code, which ``change_password`` looks at again.
    Slow on purpose: call it before the write transaction. Raises Invalid when the current one is wrong or the new
    one is refused.
    """
    if current is not None and not passwords.matches(account.password_hash, current[:MAXIMUM_LENGTH]):
        raise Invalid(_("Kata sandi sekarang belum tepat."), field="current")
    if password == current:
        raise Invalid(_("Kata sandi baru harus berbeda dari yang sekarang."), field="password")
    name = person_name(session, account.person_id)
    _check_password(password, login=account.login, name=name, is_demo=account.is_demo)
    return NewPassword(account.password_hash, passwords.hash_password(password), current is not None)


def change_password(session: Session, account: Account, *, new: NewPassword, actor: Actor, now: datetime) -> None:
    """The person changes the own password; every other session and trusted device of the account ends.

    Raises Conflict when the password was changed or reset since it was checked, Invalid when neither the current
    one nor a coordinator's code of a moment ago was given.
    """
    account = _locked(session, account.id)
    if not new.knew_current and not came_by_code(session, actor, now):
        raise Invalid(_("Kata sandi sekarang perlu diisi."))
    if account.password_hash != new.seen_hash:
        raise Conflict(_("Kata sandi akun ini baru saja diganti. Silakan masuk kembali."))
    account.password_hash = new.hash
    account.must_change_password = False
    account.password_changed_at = now
    _end_access(session, account, keep=actor.session_id, reason="password-changed", actor=actor, now=now)
    own = session.get(SignInSession, actor.session_id) if actor.session_id else None
    if own is not None:
        own.confirmed_at = now
        own.access_code_id = None
    session.flush()
    record(session, events.PasswordChanged(**account.facts), actor=actor, now=now)


def reset_password(
    session: Session, account: Account, *, one_time: OneTimePassword, actor: Actor, now: datetime
) -> None:
    """Give the account a one-time password that is changed at the next sign-in; its sessions end."""
    account = _locked(session, account.id)
    account.password_hash = one_time.hash
    account.must_change_password = True
    account.password_changed_at = now
    _end_access(session, account, reason="password-reset", actor=actor, now=now)
    session.flush()
    record(
        session,
        events.PasswordReset(**account.facts),
        actor=actor,
        now=now,
        permission=Permission.ACCOUNT_MANAGE,
    )


def create_account(
    session: Session,
    person: Person,
    *,
    login: str,
    password: str | None = None,
    password_hash: str | None = None,
    must_change_password: bool = True,
    is_demo: bool = False,
    actor: Actor | None,
    now: datetime,
) -> Account:
    """Make the account of a person.

    Exactly one of ``password`` and ``password_hash`` (hashing takes 60 ms, demo data shares one hash) is given.
    Raises Invalid for a login name or password that is refused or taken, or a person who has an account.
    """
    login = stored_login(login)
    if login_fault(login):
        raise Invalid(
            _("Nama pengguna memuat 2 sampai 59 huruf kecil, angka, titik, atau tanda hubung."), field="login"
        )
    if account_of_login(session, login) is not None:
        raise Invalid(_("Nama pengguna ini sudah dipakai. Pilih yang lain."), field="login")
    if session.scalar(sa.select(Account.id).where(Account.person_id == person.id)) is not None:
        raise Invalid(_("%(name)s sudah memiliki akun.", name=person.full_name), field="login")
    if password is not None:
        _check_password(password, login=login, name=person.name, is_demo=is_demo)
        password_hash = passwords.hash_password(password)
    if password_hash is None:
        raise ValueError("an account needs a password or its hash")
    account = Account(
        person_id=person.id,
        login=login,
        password_hash=password_hash,
        must_change_password=must_change_password,
        is_demo=is_demo,
        created_at=now,
    )
    session.add(account)
    session.flush()
    record(
        session,
        events.AccountCreated(**account.facts),
        actor=actor,
        now=now,
        permission=Permission.ACCOUNT_MANAGE,
    )
    return account


def close_account(session: Session, account: Account, *, actor: Actor, now: datetime) -> None:
    """Close an account; its sessions end. Raises Conflict for the own one or a closed one."""
    account = _locked(session, account.id)
    if account.id == actor.account_id:
        raise Conflict(_("Akun sendiri tidak dapat ditutup. Minta administrator lain."))
    if not account.is_active:
        raise Conflict(_("Akun ini sudah ditutup."))
    account.is_active = False
    _end_access(session, account, reason="account-closed", actor=actor, now=now)
    session.flush()
    record(
        session,
        events.AccountClosed(**account.facts),
        actor=actor,
        now=now,
        permission=Permission.ACCOUNT_MANAGE,
    )


def reopen_account(
    session: Session, account: Account, *, one_time: OneTimePassword, actor: Actor, now: datetime
) -> None:
    """Open a closed account again with a one-time password. Raises Conflict for an open one."""
    account = _locked(session, account.id)
    if account.is_active:
        raise Conflict(_("Akun ini tidak ditutup."))
    account.is_active = True
    session.flush()
    record(
        session,
        events.AccountOpened(**account.facts),
        actor=actor,
        now=now,
        permission=Permission.ACCOUNT_MANAGE,
    )
    reset_password(session, account, one_time=one_time, actor=actor, now=now)


def create_first_administrator(
    session: Session,
    *,
    name: str,
    login: str,
    password: str,
    agency_name: str,
    agency_abbreviation: str,
    details: PersonDetails | None = None,
    now: datetime,
) -> Account:
    """Make the first administrator with the organising agency and its posts.

    Only the administrator's post is held; those of the head, coordinator and secretariat wait as vacant ones.
    Raises Conflict when there is an account already, Invalid for what is refused.
    """
    if session.get_bind().dialect.name == "postgresql":
        # two first starts at once must not make two first administrators; SQLite holds the write lock already
        session.execute(sa.text("LOCK TABLE account IN EXCLUSIVE MODE"))
    if count_accounts(session):
        raise Conflict(_("Administrator pertama sudah dibuat. Silakan masuk."))
    agency = _organiser(session, " ".join(agency_name.split()), " ".join(agency_abbreviation.split()), now)
    person = create_person(
        session, name=name, details=details or PersonDetails(kind=PersonKind.NON_ASN), actor=None, now=now
    )
    posts: dict[Role, Post] = {}
    for role, title, seats in (
        (Role.ADMINISTRATOR, _("Administrator sistem"), 3),
        (Role.COORDINATOR, _("Koordinator (Admin Instansi)"), 3),
        (Role.SECRETARIAT, _("Sekretariat"), 3),
        (Role.HEAD, _("Kepala %(agency)s", agency=agency.abbreviation), 1),
    ):
        if role is Role.HEAD and _has_head(session, agency):
            continue
        posts[role] = create_post(session, agency, kind=role, title=title, seats=seats, actor=None, now=now)
    assign(
        session,
        person=person,
        post=posts[Role.ADMINISTRATOR],
        capacity=Capacity.DEFINITIVE,
        starts_on=local_day(now),
        actor=None,
        now=now,
        is_seed=True,
    )
    return create_account(
        session, person, login=login, password=password, must_change_password=False, actor=None, now=now
    )


def _organiser(session: Session, name: str, abbreviation: str, now: datetime) -> Agency:
    """The agency that runs the system: one that was imported before under this name, else a new one."""
    known = session.scalar(sa.select(Agency).where(sa.func.lower(Agency.name) == name.lower()).order_by(Agency.id))
    try:
        if known is None:
            new = Particulars(name=name, abbreviation=abbreviation, kind=AgencyKind.DINAS, is_organiser=True)
            return create_agency(session, new, actor=None, now=now)
        values = {item.name: getattr(known, item.name) for item in fields(Particulars)}
        marked = Particulars(**{**values, "is_organiser": True})
        update_agency(session, known, marked, version=known.version, actor=None, now=now)
    except Invalid as refusal:
        field = "agency_name" if refusal.field == "name" else "agency_abbreviation"
        raise Invalid(refusal.sentence, field=field) from refusal
    return known


def _has_head(session: Session, agency: Agency) -> bool:
    return session.scalar(sa.select(Post.id).where(Post.agency_id == agency.id, Post.kind == Role.HEAD)) is not None


def refuse_demo_accounts(session: Session, environment: str) -> None:
    """Raise ConfigurationError when a production start would serve open demo accounts; says which and the mend."""
    if environment != "production":
        return
    logins = session.scalars(
        sa.select(Account.login)
        .where(Account.is_demo.is_(True), Account.is_active.is_(True))
        .order_by(Account.login)
        .limit(6)
    ).all()
    if not logins:
        return
    named = ", ".join(logins[:5]) + (", ..." if len(logins) > 5 else "")
    raise ConfigurationError(
        f"LAPOR_ENV=production menolak akun contoh: {named}. Pakai basis data yang kosong (DATABASE_URL); "
        "data contoh tidak dapat menjadi data sungguhan."
    )
