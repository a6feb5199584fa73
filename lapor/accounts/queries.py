"""Reading accounts and sessions."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lapor.accounts.models import Account, SignInSession
from lapor.accounts.rules import stored_login
from lapor.core.clock import local_day
from lapor.core.rows import plain_rows
from lapor.offices.models import Assignment, Person, Post
from lapor.offices.queries import actor_of_rows, covers, posts_of_people, powers_statement
from lapor.offices.rules import post_words
from lapor.policy import PROVINCIAL, Actor, Role


def token_hash(token: str) -> str:
    """What the table keeps of a session's token."""
    return hashlib.sha256(token.encode()).hexdigest()


@lru_cache(maxsize=4)
def _actor_statement(day: date) -> "sa.Select[*tuple[Any, ...]]":
    return (
        powers_statement(day)
        .add_columns(
            SignInSession.id.label("session_id"),
            SignInSession.last_seen_at,
            Account.id.label("account_id"),
            Account.must_change_password,
        )
        .join(Account, Account.person_id == Person.id)
        .join(SignInSession, SignInSession.account_id == Account.id)
        .where(
            SignInSession.token_hash == sa.bindparam("token_hash"),
            SignInSession.revoked_at.is_(None),
            Account.is_active.is_(True),
        )
    )


def account_of_person(session: Session, person_id: int) -> int | None:
    """The key of the account of a person, open or closed, or None."""
    return session.scalar(sa.select(Account.id).where(Account.person_id == person_id))


def actor_of_token(session: Session, token: str, now: datetime) -> tuple[Actor, datetime] | None:
    """The person behind a session's token with the powers of today and when he was last seen, in one query.

    None when the session is unknown or revoked, or its account is closed.
    """
    day = local_day(now)
    rows = plain_rows(session, _actor_statement(day), {"token_hash": token_hash(token)})
    if not rows:
        return None
    first = rows[0]
    actor = actor_of_rows(
        rows,
        day,
        account_id=first.account_id,
        session_id=first.session_id,
        must_change_password=first.must_change_password,
    )
    return actor, first.last_seen_at


def account_of_login(session: Session, login: str) -> Account | None:
    """The account with this login name, whatever its case."""
    return session.scalar(sa.select(Account).where(Account.login == stored_login(login)))


def count_accounts(session: Session) -> int:
    """How many accounts there are; none means that the first administrator is still to be made."""
    return session.scalar(sa.select(sa.func.count()).select_from(Account)) or 0


def person_name(session: Session, person_id: int) -> str:
    """The name of a person without titles."""
    return session.scalars(sa.select(Person.name).where(Person.id == person_id)).one()


@dataclass(frozen=True)
class AccountLine:
    """A person with the account, if there is one, and the posts of today."""

    person_id: int
    name: str
    account_id: int | None
    login: str | None
    is_active: bool
    must_change_password: bool
    last_signed_in_at: datetime | None
    posts: tuple[str, ...]


def _matching(words: str, *, with_account: bool) -> Any:
    statement: Any = sa.select(Person, Account).outerjoin(Account, Account.person_id == Person.id)
    statement = statement.where(Account.id.is_not(None) if with_account else Account.id.is_(None))
    for word in words.split():
        statement = statement.where(
            sa.or_(
                Person.name.icontains(word, autoescape=True), Account.login.contains(word.lower(), autoescape=True)
            )
        )
    return statement


def list_accounts(
    session: Session, words: str, day: date, *, with_account: bool, limit: int, offset: int = 0
) -> list[AccountLine]:
    """People with (or without) an account whose name or login contains ``words``, by name."""
    rows = session.execute(
        _matching(words, with_account=with_account).order_by(Person.name, Person.id).limit(limit).offset(offset)
    ).all()
    posts = posts_of_people(session, [person.id for person, _ in rows], day)
    return [
        AccountLine(
            person_id=person.id,
            name=person.full_name,
            account_id=account.id if account else None,
            login=account.login if account else None,
            is_active=bool(account and account.is_active),
            must_change_password=bool(account and account.must_change_password),
            last_signed_in_at=account.last_signed_in_at if account else None,
            posts=tuple(posts[person.id]),
        )
        for person, account in rows
    ]


def count_matching(session: Session, words: str, *, with_account: bool, limit: int) -> int:
    """How many people ``list_accounts`` would find; counting stops at ``limit``."""
    found = _matching(words, with_account=with_account).with_only_columns(Person.id).limit(limit).subquery()
    return session.scalar(sa.select(sa.func.count()).select_from(found)) or 0


@dataclass(frozen=True)
class DemoLine:
    """A demo account as the sign-in page of the demo offers it."""

    login: str
    name: str
    post: str
    is_provincial: bool


def list_demo_accounts(session: Session, day: date) -> list[DemoLine]:
    """The open demo accounts, those of the province first, each with a post of ``day``."""
    rows = session.execute(
        sa.select(Account.login, Person, Post.title, Post.kind, Assignment.capacity)
        .join(Person, Person.id == Account.person_id)
        .outerjoin(Assignment, sa.and_(Assignment.person_id == Person.id, covers(day)))
        .outerjoin(Post, Post.id == Assignment.post_id)
        .where(Account.is_demo.is_(True), Account.is_active.is_(True))
        .order_by(Account.login, Assignment.id)
    ).all()
    lines: dict[str, DemoLine] = {}
    for login, person, title, kind, capacity in rows:
        post = post_words(title, capacity.value) if title else ""
        provincial = kind in PROVINCIAL
        lines.setdefault(login, DemoLine(login, person.full_name, post, provincial))
    return sorted(lines.values(), key=lambda line: (not line.is_provincial, line.login))


def list_open_sessions(session: Session, account_id: int, since: datetime) -> Sequence[SignInSession]:
    """The sessions of an account that are not ended and were seen after ``since``, newest first."""
    return session.scalars(
        sa.select(SignInSession)
        .where(
            SignInSession.account_id == account_id,
            SignInSession.revoked_at.is_(None),
            SignInSession.last_seen_at > since,
        )
        .order_by(SignInSession.last_seen_at.desc(), SignInSession.id.desc())
    ).all()


def help_contact(session: Session, day: date) -> str | None:
    """Name and telephone of a coordinator of ``day``, to whom one turns when one cannot sign in, or None."""
    row = session.execute(
        sa.select(Person)
        .join(Assignment, Assignment.person_id == Person.id)
        .join(Post, Post.id == Assignment.post_id)
        .where(Post.kind == Role.COORDINATOR, covers(day), Person.phone.is_not(None))
        .order_by(Assignment.id)
        .limit(1)
    ).scalar()
    return f"{row.name}, {row.phone}" if row else None
