"""Hashing of passwords, PINs and codes: argon2id with 19 MiB, two passes, one lane (OWASP's minimum; about 60 ms)."""

import secrets
from dataclasses import dataclass

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from lapor.accounts.rules import CODE_DIGITS

_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)

# Verified for unknown login names, so that the time of the answer does not tell which names exist.
_NOBODY = "$argon2id$v=19$m=19456,t=2,p=1$6iT/ze+5+fpRl9d9X0Fs+w$KWJkC4vnAIny43xJfxKPXlhamrJ/s+gkZ39UAxaR4YE"
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # without those that are misread


def hash_password(password: str) -> str:
    """The hash to store."""
    return _hasher.hash(password)


def matches(password_hash: str | None, password: str) -> bool:
    """Whether ``password`` belongs to the hash; takes equally long without a hash and is then False."""
    try:
        _hasher.verify(password_hash or _NOBODY, password)
    except (VerificationError, InvalidHashError):
        return False
    return password_hash is not None


@dataclass(frozen=True)
class OneTimePassword:
    """A password or a code to be shown or read out once, with the hash to store."""

    words: str
    hash: str


def one_time_password() -> OneTimePassword:
    """Three groups of four letters that are not misread, about 59 bits. Slow: call it before the transaction."""
    words = "-".join("".join(secrets.choice(_LETTERS) for _ in range(4)) for _ in range(3))
    return OneTimePassword(words, hash_password(words))


def one_time_code() -> OneTimePassword:
    """Digits in two groups, easy to read out on the telephone. Slow: call it before the transaction."""
    digits = "".join(secrets.choice("0123456789") for _ in range(CODE_DIGITS))
    half = CODE_DIGITS // 2
    return OneTimePassword(f"{digits[:half]} {digits[half:]}", hash_password(digits))
