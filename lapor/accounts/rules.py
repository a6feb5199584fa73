"""Passwords, login names and how failures slow down. Pure."""

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import pairwise
from urllib.parse import urlsplit


class Means(StrEnum):
    """What stands for the signature under an act: given at a keyboard, on an own device, or by hand on paper."""

    PASSWORD = "password"  # noqa: S105 (a code, no secret)
    PIN = "pin"
    PASSKEY = "passkey"
    PEN = "pen"


@dataclass(frozen=True)
class Confirmation:
    """What stood for the signature under one act.

    ``device`` is the label of the trusted device, or None on a foreign one. ``proof`` is what a passkey signed, as
    plain values (see ``passkeys.Signed``): anybody with the digest of the act can check it again.
    """

    means: Means
    device: str | None = None
    proof: Mapping[str, str] | None = None


BY_PASSWORD = Confirmation(Means.PASSWORD)

TRUSTED_FOR = timedelta(days=90)
"""How long a device stays trusted after its owner gave his password on it (office.md 1.3)."""
FRESH = timedelta(minutes=15)
"""How long a password that was given in this session stands for the signature on a foreign device."""
CODE_LASTS = timedelta(minutes=15)
CHALLENGE_LASTS = timedelta(minutes=5)
PIN_TRIES = 5
CODE_DIGITS = 8

DEMO_PASSWORD = "lapor-demo"  # noqa: S105 (fictional accounts of the demo only; production refuses to start with them)
MINIMUM_LENGTH = 10
MAXIMUM_LENGTH = 200  # longer input would only burn time in the hash

_COMMON_WORDS = """
1234567890 12345678910 0123456789 0987654321 1q2w3e4r5t 1qaz2wsx3edc qwertyuiop qwerty1234
qwerty12345 asdfghjkl1 password12 password123 password1234 passw0rd123 p@ssw0rd123 iloveyou123
letmein1234 welcome123 admin12345 admin123456 administrator superadmin operator123 operator1234
bismillah bismillah1 bismillah123 alhamdulillah indonesia indonesia1 indonesia123 indonesia45
merdeka1945 garuda12345 pancasila1 rahasia123 rahasia1234 katasandi123 katasandi1 sayangku123
sayangkamu cintaku123 sulteng123 sulteng2022 sulteng2023 sulteng2024 sulteng2025 sulawesitengah
palu123456 laporsp4n laporsp4n123 sp4nlapor lapor12345 lapor123456 kominfo123 kominfo1234 diskominfo
diskominfo1 diskominfo123 diskominfosantik abcdefghij abcd123456 abc1234567 aku12345678 selamatpagi
semangat45 monyet12345 doraemon123 naruto12345 persija1928
"""
_COMMON = frozenset(_COMMON_WORDS.split())

_LOGIN = re.compile(r"[a-z0-9](?:[a-z0-9]|[.\-_](?=[a-z0-9])){1,58}")


def plain(text: str) -> str:
    """Letters and digits only, in lower case: what people mean when two passwords look alike."""
    return "".join(letter for letter in text.casefold() if letter.isalnum())


def password_fault(password: str, *, login: str, name: str, is_demo: bool = False) -> str | None:
    """What is wrong with a new password, or None.

    Returns "short", "long", "demo", "common", "simple" or "own" (contains the person's own name or login).
    """
    if password == DEMO_PASSWORD:
        return None if is_demo else "demo"
    if len(password) < MINIMUM_LENGTH:
        return "short"
    if len(password) > MAXIMUM_LENGTH:
        return "long"
    reduced = plain(password)
    if reduced in _COMMON or password.casefold() in _COMMON:
        return "common"
    if len(set(password)) < 5:
        return "simple"
    own = [plain(login), *(plain(word) for word in name.split())]
    if any(len(word) >= 4 and word in reduced for word in own):
        return "own"
    return None


def stored_login(given: str) -> str:
    """A login name as it is stored and compared: small letters, no spaces around it."""
    return given.strip().lower()


def login_fault(login: str) -> bool:
    """Whether a login name cannot be used: 2 to 59 small letters, digits, and single . - _ between them."""
    return _LOGIN.fullmatch(login) is None


@dataclass(frozen=True)
class Throttle:
    """How failures of one kind of key slow down: so many are free, then the wait doubles up to a limit."""

    free: int
    forget_after: timedelta
    first_wait: timedelta = timedelta(seconds=5)
    longest_wait: timedelta = timedelta(minutes=15)

    def wait_after(self, failures: int) -> timedelta:
        """How long the next attempt must wait after so many failures; never for good."""
        if failures < self.free:
            return timedelta()
        doublings = min(failures - self.free, 20)
        return min(self.first_wait * (1 << doublings), self.longest_wait)


# The pair is strict. The login alone is generous, so that a stranger elsewhere cannot keep a person out, and the
# address alone too: a whole agency sits behind one.
THROTTLES = {
    "pair": Throttle(free=5, forget_after=timedelta(days=1)),
    "login": Throttle(free=20, forget_after=timedelta(days=1)),
    "address": Throttle(free=50, forget_after=timedelta(hours=1)),
    # a PIN is short: its device waits early and its PIN ends at the fifth mistake, all devices together wait too
    "device": Throttle(free=3, forget_after=timedelta(days=1)),
    "account": Throttle(free=10, forget_after=timedelta(days=1)),
}


def remaining_attempts(failures: Iterable[tuple[str, int]]) -> int:
    """How many attempts are left before a wait begins, from (kind of key, failures)."""
    return max(min(THROTTLES[kind].free - count for kind, count in failures), 0)


def local_path(given: str | None) -> str | None:
    """``given`` when it leads to a page of this application, else None: open redirects are refused."""
    if not given or len(given) > 500 or "\\" in given or any(ord(letter) < 33 for letter in given):
        return None
    return given if given.startswith("/") and not given.startswith("//") else None


# Found in published lists of the PINs that people choose, besides what the rules below catch; 17 August 1945.
_COMMON_PIN_WORDS = """
112233 123321 123654 142536 147258 147369 159357 159753 258369 258456 321654 332211 357159 445566 456123 456789
654123 741852 753159 786786 789456 963852 998877 101010 102030 203040 170845 081745 450817
"""
_COMMON_PINS = frozenset(_COMMON_PIN_WORDS.split())


def pin_fault(pin: str, *, nip: str | None, phone: str | None = None) -> str | None:
    """What is wrong with a new PIN, or None.

    Returns "shape" (not six digits), "simple" (a row, a repetition, one that many people choose) or "own" (day of
    birth as in the NIP, a piece of the NIP or the end of the telephone number).
    """
    if len(pin) != 6 or not (pin.isascii() and pin.isdigit()):
        return "shape"
    steps = {(int(later) - int(earlier)) % 10 for earlier, later in pairwise(pin)}
    if len(set(pin)) <= 2 or len(steps) == 1 or pin[:3] == pin[3:] or pin in _COMMON_PINS:
        return "simple"
    digits = "".join(letter for letter in nip or "" if letter.isdigit())
    year, month, day = digits[:4], digits[4:6], digits[6:8]
    born = {day + month + year[2:], year[2:] + month + day, month + day + year[2:], year + month, month + year}
    call = "".join(letter for letter in phone or "" if letter.isdigit())
    if pin in born | {day + year, year + day, digits[-6:], call[-6:]}:
        return "own"
    return None


@dataclass(frozen=True)
class Asked:
    """What a form asks before an act: a PIN, a passkey, a password; ``password`` alone also as the way out."""

    pin: bool
    passkey: bool
    password: bool

    @property
    def nothing(self) -> bool:
        """Whether the password that was given a moment ago is enough."""
        return not (self.pin or self.passkey or self.password)


def asked(*, has_pin: bool, has_passkey: bool, confirmed_at: datetime | None, now: datetime) -> Asked:
    """What an act needs: PIN or passkey of the trusted device each time, elsewhere a password that is fresh.

    ``has_pin`` and ``has_passkey`` are those of this device and this account, both false on a foreign device.
    """
    if has_pin or has_passkey:
        return Asked(pin=has_pin, passkey=has_passkey, password=False)
    return Asked(pin=False, passkey=False, password=not is_fresh(confirmed_at, now))


def is_fresh(confirmed_at: datetime | None, now: datetime) -> bool:
    """Whether a password given at ``confirmed_at`` still counts; one from a clock ahead of ours does not."""
    return confirmed_at is not None and timedelta() <= now - confirmed_at <= FRESH


def is_clone(stored: int, given: int) -> bool:
    """Whether a passkey's counter shows that the key exists twice: it must grow unless it is not kept at all."""
    return given <= stored and (given, stored) != (0, 0)


def is_own_origin(base_url: str, origin: str) -> bool:
    """Whether a passkey was used on a page of this system; on localhost any port is the developer's own."""
    own, given = urlsplit(base_url), urlsplit(origin)
    if (own.scheme, own.hostname) != (given.scheme, given.hostname):
        return False
    return own.hostname == "localhost" or origin == f"{own.scheme}://{own.netloc}"


def digest_of_several(digests: Iterable[str]) -> str:
    """One SHA-256 for an act about several things, whatever their order."""
    return hashlib.sha256("\n".join(sorted(digests)).encode()).hexdigest()


def is_phone(user_agent: str) -> bool:
    """Whether a browser says that it runs on a telephone or tablet."""
    return any(mark in user_agent for mark in ("Android", "iPhone", "iPad", "Mobile"))


_BROWSERS = (
    ("WhatsApp", "WhatsApp"),
    ("; wv)", "Aplikasi"),
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox", "Firefox"),
)
_MORE_BROWSERS = (("Chrome", "Chrome"), ("Safari", "Safari"))
_SYSTEMS = (("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows"), ("Mac OS", "Mac"))


def device_name(user_agent: str) -> str:
    """A device as its owner would call it: ``Chrome, Android``; "" when nothing is recognised."""

    def first(names: Iterable[tuple[str, str]]) -> list[str]:
        return [name for mark, name in names if mark in user_agent][:1]

    return ", ".join(first((*_BROWSERS, *_MORE_BROWSERS)) + first((*_SYSTEMS, ("Linux", "Linux"))))
