"""A key as a telephone holds it, in software: signs what a page asks, and whatever a test wants wrong."""

import hashlib
import json
import struct
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from fido2.cose import ES256
from fido2.webauthn import Aaguid, AttestationObject, AttestedCredentialData

from lapor.accounts.passkeys import encode

PRESENT, VERIFIED, WITH_KEY = 1, 4, 64
ORIGIN = "http://localhost:8000"


class SoftKey:
    """One credential. ``count`` grows with each signature."""

    def __init__(self, name: bytes = b"a key of a test") -> None:
        self.id = name
        self.count = 0
        self.private = ec.generate_private_key(ec.SECP256R1())

    def _client_data(self, kind: str, challenge: str, origin: str, **more: Any) -> bytes:
        return json.dumps({"type": kind, "challenge": challenge, "origin": origin, **more}).encode()

    def _seen(self, flags: int, host: str) -> bytes:
        return hashlib.sha256(host.encode()).digest() + struct.pack(">BI", flags, self.count)

    def _answer(self, response: dict[str, bytes]) -> str:
        written = {name: encode(value) for name, value in response.items()}
        return json.dumps(
            {"id": encode(self.id), "rawId": encode(self.id), "type": "public-key", "response": written}
        )

    def made(self, options: dict[str, Any], *, origin: str = ORIGIN, flags: int = PRESENT | VERIFIED) -> str:
        """The answer to ``navigator.credentials.create``."""
        key = ES256.from_cryptography_key(self.private.public_key())
        data = AttestedCredentialData.create(Aaguid.NONE, self.id, key)
        seen = self._seen(flags | WITH_KEY, options["rp"]["id"]) + bytes(data)
        return self._answer(
            {
                "clientDataJSON": self._client_data("webauthn.create", options["challenge"], origin),
                "attestationObject": bytes(AttestationObject.create("none", seen, {})),
            }
        )

    def signed(
        self,
        options: dict[str, Any],
        *,
        origin: str = ORIGIN,
        flags: int = PRESENT | VERIFIED,
        host: str | None = None,
        kind: str = "webauthn.get",
        **more: Any,
    ) -> str:
        """The answer to ``navigator.credentials.get``."""
        self.count += 1
        client_data = self._client_data(kind, options["challenge"], origin, **more)
        seen = self._seen(flags, host or options["rpId"])
        signature = self.private.sign(seen + hashlib.sha256(client_data).digest(), ec.ECDSA(hashes.SHA256()))
        return self._answer({"clientDataJSON": client_data, "authenticatorData": seen, "signature": signature})
