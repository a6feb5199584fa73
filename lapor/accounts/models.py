"""Accounts, sessions as rows, and the memory of failed sign-ins."""

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from lapor.core.db import Base, Instant, Key, Name, OptionalInstant, refers


class Account(Base):
    """What a person signs in with."""

    __tablename__ = "account"

    id: Mapped[Key]
    person_id: Mapped[int] = refers("person.id", unique=True, index=False)
    login: Mapped[str] = mapped_column(sa.String(60), unique=True)
    password_hash: Mapped[str] = mapped_column(sa.String(200))
    must_change_password: Mapped[bool] = mapped_column(default=True)
    is_active: Mapped[bool] = mapped_column(default=True)
    is_demo: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[Instant]
    password_changed_at: Mapped[OptionalInstant]
    last_signed_in_at: Mapped[OptionalInstant]


class SignInSession(Base):
    """A session of an account: the cookie holds a random token, the row only its SHA-256."""

    __tablename__ = "sign_in_session"

    id: Mapped[Key]
    account_id: Mapped[int] = refers("account.id")
    token_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)
    created_at: Mapped[Instant]
    last_seen_at: Mapped[Instant]
    confirmed_at: Mapped[OptionalInstant]
    revoked_at: Mapped[OptionalInstant]
    device: Mapped[Name] = mapped_column(default="")


class SignInThrottle(Base):
    """Failed sign-ins of one login name or one address; they slow down, they never lock for good."""

    __tablename__ = "sign_in_throttle"

    key: Mapped[str] = mapped_column(sa.String(140), primary_key=True)
    failures: Mapped[int] = mapped_column(default=0)
    last_failed_at: Mapped[Instant]
    blocked_until: Mapped[OptionalInstant]
