"""Passwords, login names and how failures slow down. Pure."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlsplit

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
}


def remaining_attempts(failures: Iterable[tuple[str, int]]) -> int:
    """How many attempts are left before a wait begins, from (kind of key, failures)."""
    return max(min(THROTTLES[kind].free - count for kind, count in failures), 0)


def local_path(given: str | None) -> str | None:
    """``given`` when it leads to a page of this application, else None: open redirects are refused."""
    if not given or len(given) > 500 or "\\" in given or any(ord(letter) < 33 for letter in given):
        return None
    parts = urlsplit(given)
    if parts.scheme or parts.netloc or not given.startswith("/") or given.startswith("//"):
        return None
    return given


_BROWSERS = (("Edg", "Edge"), ("OPR/", "Opera"), ("SamsungBrowser", "Samsung Internet"), ("Firefox", "Firefox"))
_MORE_BROWSERS = (("Chrome", "Chrome"), ("Safari", "Safari"))
_SYSTEMS = (("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows"), ("Mac OS", "Mac"))


def device_name(user_agent: str) -> str:
    """A device as its owner would call it: ``Chrome, Android``; "" when nothing is recognised."""

    def first(names: Iterable[tuple[str, str]]) -> list[str]:
        return [name for mark, name in names if mark in user_agent][:1]

    return ", ".join(first((*_BROWSERS, *_MORE_BROWSERS)) + first((*_SYSTEMS, ("Linux", "Linux"))))
