"""Codes for heads who lost PIN and password: told by the coordinator face to face or by voice, used once."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from lapor.accounts import events, passwords
from lapor.accounts.models import AccessCode, Account
from lapor.accounts.passwords import OneTimePassword
from lapor.accounts.rules import CODE_DIGITS, CODE_LASTS
from lapor.core.clock import local_day
from lapor.core.db import lock
from lapor.core.errors import Conflict, Invalid, NotAllowed
from lapor.journal.services import record
from lapor.offices.models import Assignment, Person, Post
from lapor.offices.queries import covers, load_actor
from lapor.offices.rules import post_words
from lapor.policy import PROVINCIAL, Actor, Permission, Role, allows


@dataclass(frozen=True)
class HeadLine:
    """A head of today with an open account, as the coordinator's page lists him."""

    account_id: int
    name: str
    post: str
    last_signed_in_at: datetime | None


def list_heads(session: Session, words: str, day: date) -> list[HeadLine]:
    """The heads of ``day`` who have an open account and whose name, post or login contains ``words``, by post."""
    statement: Any = (
        sa.select(Account.id, Account.last_signed_in_at, Person, Post.title, Assignment.capacity)
        .join(Person, Person.id == Account.person_id)
        .join(Assignment, sa.and_(Assignment.person_id == Person.id, covers(day)))
        .join(Post, Post.id == Assignment.post_id)
        .where(Post.kind == Role.HEAD, Account.is_active.is_(True))
        .order_by(Post.title, Person.name, Assignment.id)
    )
    for word in words.split():
        statement = statement.where(
            sa.or_(
                Person.name.icontains(word, autoescape=True),
                Post.title.icontains(word, autoescape=True),
                Account.login.contains(word.lower(), autoescape=True),
            )
        )
    return [
        HeadLine(account_id, person.full_name, post_words(title, capacity.value), seen)
        for account_id, seen, person, title, capacity in session.execute(statement)
    ]


def need_issuer(session: Session, account: Account, actor: Actor, now: datetime) -> None:
    """Raise unless ``actor`` may let the owner of ``account`` in by a code.

    Only heads, so that a code never opens the office's own powers, and never for oneself: two persons are needed.
    """
    if not allows(actor, Permission.ACCESS_CODE_ISSUE):
        raise NotAllowed(_("Kode masuk diberikan oleh koordinator."))
    if account.person_id == actor.person_id:
        raise Conflict(_("Kode untuk diri sendiri diberikan oleh koordinator lain."))
    owner = load_actor(session, account.person_id, local_day(now))
    if owner is None or Role.HEAD not in owner.roles or owner.roles & PROVINCIAL:
        raise Conflict(_("Kode masuk hanya untuk kepala OPD. Yang lain dibantu administrator."))
    if not account.is_active:
        raise Conflict(_("Akun ini sudah ditutup."))


def issue_code(
    session: Session, account: Account, *, one_time: OneTimePassword, actor: Actor, now: datetime
) -> AccessCode:
    """Give the account a code for 15 minutes; an earlier one that was not used ends.

    Raises NotAllowed or Conflict as ``need_issuer`` does.
    """
    need_issuer(session, account, actor, now)
    session.execute(
        sa.update(AccessCode)
        .where(AccessCode.account_id == account.id, AccessCode.used_at.is_(None), AccessCode.expires_at > now)
        .values(expires_at=now)
    )
    code = AccessCode(
        account_id=account.id,
        code_hash=one_time.hash,
        issued_by=actor.person_id,
        issued_by_name=actor.name,
        created_at=now,
        expires_at=now + CODE_LASTS,
    )
    session.add(code)
    session.flush()
    person = session.get_one(Person, account.person_id)
    issued = events.CodeIssued(**account.facts, code_id=code.id, for_name=person.full_name)
    record(session, issued, actor=actor, now=now, permission=Permission.ACCESS_CODE_ISSUE)
    return code


def code_matches(session: Session, account: Account | None, given: str, now: datetime) -> int | None:
    """The key of the account's living code when ``given`` is it; None otherwise.

    As slow for an unknown account as for a known one; what cannot be a code costs nothing.
    """
    digits = "".join(given.split()).replace("-", "")
    if len(digits) != CODE_DIGITS or not (digits.isascii() and digits.isdigit()):
        return None
    found = None
    if account is not None:
        found = session.execute(
            sa.select(AccessCode.id, AccessCode.code_hash)
            .where(AccessCode.account_id == account.id, AccessCode.used_at.is_(None), AccessCode.expires_at > now)
            .order_by(AccessCode.id.desc())
            .limit(1)
        ).first()
    right = passwords.matches(found.code_hash if found else None, digits)
    return found.id if found and right else None


def use_code(session: Session, account: Account, code_id: int, *, device: str, now: datetime) -> None:
    """Use a code up; the journal names who issued and who used it. Raises Invalid when it is used or too old."""
    code: AccessCode | None = lock(session, AccessCode, code_id)
    if code is None or code.account_id != account.id or code.used_at is not None or code.expires_at <= now:
        raise Invalid(_("Kode ini sudah dipakai atau lewat waktunya. Mintalah kode baru kepada koordinator."))
    code.used_at = now
    session.flush()
    actor = load_actor(session, account.person_id, local_day(now), account_id=account.id)
    used = events.CodeUsed(
        **account.facts,
        code_id=code.id,
        issued_by=code.issued_by,
        issued_by_name=code.issued_by_name,
        device=device[:200],
    )
    record(session, used, actor=actor, now=now)
