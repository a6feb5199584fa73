"""Accounts, sessions and trusted devices as rows, and the memory of failed attempts."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from lapor.core.db import Base, Instant, Key, Name, OptionalInstant, OptionalText, refers


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

    @property
    def facts(self) -> dict[str, Any]:
        """What every event of the account names."""
        return {"subject_id": self.id, "login": self.login, "person_id": self.person_id}


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
    trusted_device_id: Mapped[int | None] = refers("trusted_device.id", index=False)
    access_code_id: Mapped[int | None] = refers("access_code.id", index=False)


class TrustedDevice(Base):
    """*HP ini milik saya*: a browser that its owner trusts. Its cookie holds a random token, the row its SHA-256.

    It belongs to the account: what its owner may do comes from the posts that he holds on the day. PIN and passkey
    are bound to the row, so they end with it. ``passkey_id``, ``passkey_data`` (with the public key) and
    ``passkey_count`` are base64url and the counter of the last signature.
    """

    __tablename__ = "trusted_device"

    id: Mapped[Key]
    account_id: Mapped[int] = refers("account.id")
    label: Mapped[Name]
    token_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)
    created_at: Mapped[Instant]
    last_used_at: Mapped[Instant]
    expires_at: Mapped[Instant]
    revoked_at: Mapped[OptionalInstant]
    pin_hash: Mapped[str | None] = mapped_column(sa.String(200))
    pin_failures: Mapped[int] = mapped_column(default=0)
    passkey_id: Mapped[OptionalText]
    passkey_data: Mapped[OptionalText]
    passkey_count: Mapped[int] = mapped_column(default=0)

    @property
    def has_means(self) -> bool:
        """Whether it can stand for the signature: it has a PIN or a passkey."""
        return bool(self.pin_hash or self.passkey_id)


class PasskeyChallenge(Base):
    """What a passkey is asked to sign, once: its hash binds the purpose, the session and the act."""

    __tablename__ = "passkey_challenge"

    id: Mapped[Key]
    challenge: Mapped[str] = mapped_column(sa.String(64), unique=True)
    purpose: Mapped[str] = mapped_column(sa.String(20))
    device_id: Mapped[int | None] = refers("trusted_device.id", index=False)
    session_id: Mapped[int | None] = refers("sign_in_session.id", index=False)
    subject: Mapped[Name]
    nonce: Mapped[str] = mapped_column(sa.String(64))
    created_at: Mapped[Instant]


class AccessCode(Base):
    """A code by which somebody who lost PIN and password comes in once; told by the coordinator, never written."""

    __tablename__ = "access_code"

    id: Mapped[Key]
    account_id: Mapped[int] = refers("account.id")
    code_hash: Mapped[str] = mapped_column(sa.String(200))
    issued_by: Mapped[int] = refers("person.id", index=False)
    issued_by_name: Mapped[Name]
    created_at: Mapped[Instant]
    expires_at: Mapped[Instant]
    used_at: Mapped[OptionalInstant]


class SignInThrottle(Base):
    """Failed attempts of a login name, an address or a device; they slow down, they never lock for good."""

    __tablename__ = "sign_in_throttle"

    key: Mapped[str] = mapped_column(sa.String(140), primary_key=True)
    failures: Mapped[int] = mapped_column(default=0)
    last_failed_at: Mapped[Instant]
    blocked_until: Mapped[OptionalInstant]
