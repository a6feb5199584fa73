"""What happens to accounts and their sessions."""

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True)
class _OfAccount:
    """A fact about an account."""

    subject_kind: ClassVar[str] = "account"
    complaint_id: ClassVar[int | None] = None
    subject_id: int
    login: str
    person_id: int


@dataclass(frozen=True)
class AccountCreated(_OfAccount):
    """A person got an account."""

    kind: ClassVar[str] = "account.created"


@dataclass(frozen=True)
class AccountClosed(_OfAccount):
    """An account was closed; its sessions ended."""

    kind: ClassVar[str] = "account.closed"


@dataclass(frozen=True)
class AccountOpened(_OfAccount):
    """A closed account was opened again."""

    kind: ClassVar[str] = "account.opened"


@dataclass(frozen=True)
class PasswordChanged(_OfAccount):
    """The person changed the password; all other sessions ended."""

    kind: ClassVar[str] = "account.password-changed"


@dataclass(frozen=True)
class PasswordReset(_OfAccount):
    """The administrator gave a one-time password; all sessions ended."""

    kind: ClassVar[str] = "account.password-reset"


@dataclass(frozen=True)
class SignedIn(_OfAccount):
    """A session began."""

    kind: ClassVar[str] = "account.signed-in"
    device: str


@dataclass(frozen=True)
class SessionEnded(_OfAccount):
    """The person ended a session: the present one or one on another device."""

    kind: ClassVar[str] = "account.session-ended"
    session_id: int
    is_own: bool
