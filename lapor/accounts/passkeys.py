"""Passkeys (WebAuthn): what a browser is asked, and checking what it answers. Only this module knows fido2.

The signature is checked by Yubico's library; who may use which challenge when is decided in ``devices.py``. User
verification (finger, face, screen lock) is always required, attestation is not asked: which make of telephone a head
has is nobody's business.
"""

import base64
import binascii
import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from flask_babel import gettext as _

from lapor.accounts.rules import is_own_origin
from lapor.core.errors import Invalid

ES256, RS256 = -7, -257
"""What telephones and Windows sign with (COSE)."""
_TIMEOUT = 120_000
_LONGEST = 20_000


def encode(data: bytes) -> str:
    """Base64url without padding, as WebAuthn writes bytes in JSON."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def decode(text: str) -> bytes:
    """The bytes of base64url without padding. Raises ValueError for what is none."""
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except binascii.Error as error:
        raise ValueError("no base64url") from error


def relying_party(base_url: str) -> str:
    """The host name to which passkeys are bound: that of LAPOR_BASE_URL."""
    return urlsplit(base_url).hostname or "localhost"


def registration_options(
    base_url: str, challenge: bytes, *, account_id: int, login: str, name: str
) -> dict[str, Any]:
    """What ``navigator.credentials.create`` is asked, bytes as base64url: a key in this device, with verification."""
    return {
        "rp": {"id": relying_party(base_url), "name": "Lapor"},
        "user": {"id": encode(f"lapor-{account_id}".encode()), "name": login, "displayName": name},
        "challenge": encode(challenge),
        "pubKeyCredParams": [{"type": "public-key", "alg": ES256}, {"type": "public-key", "alg": RS256}],
        "timeout": _TIMEOUT,
        "authenticatorSelection": {
            "authenticatorAttachment": "platform",
            "residentKey": "discouraged",
            "userVerification": "required",
        },
        "attestation": "none",
    }


def signing_options(base_url: str, challenge: bytes, *, credential_id: str) -> dict[str, Any]:
    """What ``navigator.credentials.get`` is asked, bytes as base64url: this key signs this challenge."""
    return {
        "rpId": relying_party(base_url),
        "challenge": encode(challenge),
        "allowCredentials": [{"type": "public-key", "id": credential_id, "transports": ["internal"]}],
        "timeout": _TIMEOUT,
        "userVerification": "required",
    }


@dataclass(frozen=True)
class Answer:
    """What a browser sent, not yet checked; ``challenge`` is the one that it says it signed."""

    data: dict[str, Any]
    challenge: bytes
    origin: str
    is_cross_origin: bool


def read_answer(given: str) -> Answer:
    """The answer that a form carries as JSON. Raises Invalid for what is none."""
    try:
        if len(given) > _LONGEST:
            raise ValueError("too long")
        data = json.loads(given)
        client = json.loads(decode(data["response"]["clientDataJSON"]))
        return Answer(data, decode(client["challenge"]), str(client["origin"]), bool(client.get("crossOrigin")))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise _unreadable() from error


def _unreadable() -> Invalid:
    return Invalid(_("Sidik jari belum dapat dibaca. Coba sekali lagi, atau pakai cara lain."))


@dataclass(frozen=True)
class NewKey:
    """A passkey that passed: its id, its data with the public key (both base64url) and its counter."""

    credential_id: str
    credential_data: str
    count: int


def _server(base_url: str) -> Any:
    from fido2.server import Fido2Server
    from fido2.webauthn import PublicKeyCredentialRpEntity

    party = PublicKeyCredentialRpEntity(id=relying_party(base_url), name="Lapor")
    return Fido2Server(party, verify_origin=lambda origin: is_own_origin(base_url, origin))


def _state(challenge: bytes) -> dict[str, str]:
    return {"challenge": encode(challenge), "user_verification": "required"}


def check_registration(base_url: str, answer: Answer, challenge: bytes) -> NewKey:
    """The new key in an answer to ``registration_options``. Raises Invalid when anything about it is wrong."""
    if answer.is_cross_origin:
        raise _unreadable()
    try:
        checked = _server(base_url).register_complete(_state(challenge), answer.data)
        key = checked.credential_data
        if key.public_key.ALGORITHM not in (ES256, RS256):
            raise ValueError("a key that was not asked for")
        return NewKey(encode(key.credential_id), encode(bytes(key)), checked.counter)
    except Exception as error:  # whatever a hostile answer makes the parser raise, it is refused
        raise _unreadable() from error


@dataclass(frozen=True)
class Signed:
    """A signature that passed: the counter, and all that is needed to check it once more."""

    count: int
    credential_data: str
    authenticator_data: str
    client_data: str
    signature: str
    nonce: str

    def as_proof(self) -> dict[str, str]:
        """Plain values to be kept with the act."""
        return {
            "credential_data": self.credential_data,
            "authenticator_data": self.authenticator_data,
            "client_data": self.client_data,
            "signature": self.signature,
            "nonce": self.nonce,
        }


def check_signature(base_url: str, answer: Answer, challenge: bytes, *, credential_data: str, nonce: str) -> Signed:
    """The answer to ``signing_options``, signed by the key in ``credential_data``. Raises Invalid otherwise."""
    if answer.is_cross_origin:
        raise _unreadable()
    try:
        from fido2.webauthn import AttestedCredentialData, AuthenticatorData

        key = AttestedCredentialData(decode(credential_data))
        _server(base_url).authenticate_complete(_state(challenge), [key], answer.data)
        response = answer.data["response"]
        seen = AuthenticatorData(decode(response["authenticatorData"]))
        return Signed(
            count=seen.counter,
            credential_data=credential_data,
            authenticator_data=response["authenticatorData"],
            client_data=response["clientDataJSON"],
            signature=encode(decode(response["signature"])),
            nonce=nonce,
        )
    except Exception as error:  # whatever a hostile answer makes the parser raise, it is refused
        raise _unreadable() from error
