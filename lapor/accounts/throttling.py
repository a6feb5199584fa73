"""Failed attempts slow down: counted before the secret is looked at, so that many at once count as many."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from lapor.accounts.models import SignInThrottle
from lapor.accounts.rules import THROTTLES, remaining_attempts, stored_login
from lapor.core.clock import local
from lapor.core.db import lock
from lapor.core.wording import clock_digits, zone_name


@dataclass(frozen=True)
class Attempt:
    """Whether an attempt may go on, and what a failure would mean.

    ``failures`` counts this attempt already; ``blocked_until`` is set when it must wait; ``remaining`` attempts are
    left before the next wait.
    """

    failures: int
    remaining: int
    blocked_until: datetime | None = None


def sign_in_keys(login: str, address: str) -> dict[str, str]:
    """Kind of key to key. Hashed: people type a password into the wrong field now and then."""
    parts = {"pair": f"{stored_login(login)}|{address}", "login": stored_login(login), "address": address}
    return {kind: f"{kind}:{hashlib.sha256(part.encode()).hexdigest()}" for kind, part in parts.items()}


def device_keys(device_id: int, account_id: int) -> dict[str, str]:
    """The keys under which wrong PINs count: the device, and all devices of the account together."""
    return {"device": f"device:{device_id}", "account": f"account:{account_id}"}


def begin_attempt(session: Session, *, login: str, address: str, now: datetime) -> Attempt:
    """Count an attempt to give the password of ``login``; see ``count_attempt``."""
    return count_attempt(session, sign_in_keys(login, address), now)


def count_attempt(session: Session, keys: Mapping[str, str], now: datetime) -> Attempt:
    """Count an attempt under each key (kind to key), before the secret is looked at.

    Nothing is counted while a wait runs: it never grows by knocking, and nobody is locked out for good.
    """
    session.execute(sa.delete(SignInThrottle).where(SignInThrottle.last_failed_at < now - timedelta(days=1)))
    rows = {kind: _row(session, key, now) for kind, key in keys.items()}
    for kind, row in rows.items():
        if now - row.last_failed_at > THROTTLES[kind].forget_after:
            row.failures, row.blocked_until = 0, None
    first = next(iter(rows.values()))
    waits = [row.blocked_until for row in rows.values() if row.blocked_until and row.blocked_until > now]
    if waits:
        return Attempt(max(row.failures for row in rows.values()), 0, max(waits))
    for kind, row in rows.items():
        row.failures += 1
        row.last_failed_at = now
        wait = THROTTLES[kind].wait_after(row.failures)
        row.blocked_until = now + wait if wait else None
    session.flush()
    return Attempt(first.failures, remaining_attempts((kind, row.failures) for kind, row in rows.items()))


def _row(session: Session, key: str, now: datetime) -> SignInThrottle:
    row: SignInThrottle | None = lock(session, SignInThrottle, key)
    if row is None:
        try:
            with session.begin_nested():
                session.add(SignInThrottle(key=key, failures=0, last_failed_at=now))
        except IntegrityError:
            pass  # another request made it between the look and the insert
        row = lock(session, SignInThrottle, key)
    assert row is not None
    return row


def forgive(session: Session, keys: Mapping[str, str]) -> None:
    """The secret was right: its failures are forgotten.

    The address and the account keep theirs but for this attempt: one right answer is no way to try the passwords of
    others or the PINs of other devices.
    """
    for kind, key in keys.items():
        row: SignInThrottle | None = lock(session, SignInThrottle, key)
        if row is None:
            continue
        if kind not in {"address", "account"}:
            session.delete(row)
        elif row.failures > 0:
            row.failures -= 1
            row.blocked_until = None
    session.flush()


def wait_sentence(until: datetime) -> str:
    """When one may try again, with seconds; nothing is locked."""
    sentence: str = _(
        "Terlalu sering salah. Anda dapat mencoba lagi pukul %(time)s %(zone)s. "
        "Akun tidak dikunci, dan kata sandi tidak diperiksa sebelum waktu itu.",
        time=f"{clock_digits(until)}.{local(until).second:02d}",
        zone=zone_name(),
    )
    return sentence
