"""What happens to accounts and their sessions."""

from dataclasses import dataclass
from datetime import datetime
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
    means: str


@dataclass(frozen=True)
class SessionEnded(_OfAccount):
    """The person ended a session: the present one or one on another device."""

    kind: ClassVar[str] = "account.session-ended"
    session_id: int
    is_own: bool


@dataclass(frozen=True)
class CodeIssued(_OfAccount):
    """The coordinator told a code to somebody who lost PIN and password."""

    kind: ClassVar[str] = "account.code-issued"
    code_id: int
    for_name: str


@dataclass(frozen=True)
class CodeUsed(_OfAccount):
    """The code was used: by whom, on which device, and who had issued it."""

    kind: ClassVar[str] = "account.code-used"
    code_id: int
    issued_by: int
    issued_by_name: str
    device: str


@dataclass(frozen=True)
class _OfDevice(_OfAccount):
    """A fact about a trusted device of an account."""

    device_id: int
    label: str


@dataclass(frozen=True)
class DeviceTrusted(_OfDevice):
    """The owner trusts a device, or trusts it again."""

    kind: ClassVar[str] = "device.trusted"
    expires_at: datetime


@dataclass(frozen=True)
class DeviceRenamed(_OfDevice):
    """The owner gave the device another label."""

    kind: ClassVar[str] = "device.renamed"
    before: str


@dataclass(frozen=True)
class DeviceRevoked(_OfDevice):
    """A device is trusted no longer; its PIN and passkey ended, its sessions too."""

    kind: ClassVar[str] = "device.revoked"
    reason: str


@dataclass(frozen=True)
class PinSet(_OfDevice):
    """A PIN was set for the device."""

    kind: ClassVar[str] = "device.pin-set"


@dataclass(frozen=True)
class PinVoided(_OfDevice):
    """The PIN was wrong too often and holds no longer."""

    kind: ClassVar[str] = "device.pin-voided"
    failures: int


@dataclass(frozen=True)
class PasskeySet(_OfDevice):
    """A passkey was set for the device."""

    kind: ClassVar[str] = "device.passkey-set"


@dataclass(frozen=True)
class PasskeyVoided(_OfDevice):
    """The counter of the passkey did not grow: it may exist twice, so it holds no longer."""

    kind: ClassVar[str] = "device.passkey-voided"
    stored: int
    given: int
