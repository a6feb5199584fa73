"""Codes and digests of papers: what is printed, typed back and compared. Pure."""

import hashlib
import re
import secrets
from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from lapor.journal.rules import canonical

ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
CODE_LENGTH = 26
"""130 bits: nobody finds a code by trying, so the public page needs no brake."""
SHOWN_DIGITS = 12
_ADDRESS = re.compile(r"/verifikasi/([^/?#\s]+)", re.IGNORECASE)
# what hands write and eyes read instead of a sign of the alphabet
_MISREAD = str.maketrans({"0": "O", "1": "I", "8": "B"})


class DocumentKind(StrEnum):
    """Papers that the register knows."""

    ACKNOWLEDGEMENT_PROOF = "acknowledgement_proof"
    DISPOSITION_SHEET = "disposition_sheet"


def new_code() -> str:
    """A code that no paper has yet."""
    return "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH))


def read_code(words: str) -> str | None:
    """The code in what was typed or read from a QR mark (also a whole address), or None if there is none."""
    address = _ADDRESS.search(words)
    letters = re.sub(r"[\s.\-]+", "", address[1] if address else words).upper().translate(_MISREAD)
    is_code = len(letters) == CODE_LENGTH and all(letter in ALPHABET for letter in letters)
    return letters if is_code else None


def grouped(code: str) -> str:
    """The code as it is printed, to be read aloud and typed: ``ABCD EFGH IJKL ...``."""
    return " ".join(code[at : at + 4] for at in range(0, len(code), 4))


def code_digest(code: str) -> str:
    """SHA-256 of a code, for the journal: the code itself opens the public page and has no place there."""
    return hashlib.sha256(code.encode()).hexdigest()


def content_digest(content: Mapping[str, Any]) -> str:
    """SHA-256 of the one byte form of a paper's content."""
    return hashlib.sha256(canonical(dict(content))).hexdigest()


def short_digest(digest: str) -> str:
    """The first twelve digits of a digest as papers print them: ``A1B2 C3D4 E5F6``."""
    return grouped(digest[:SHOWN_DIGITS].upper())
