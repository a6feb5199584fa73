"""When somebody is told, how often a message is tried, and through what it may leave. Pure."""

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from urllib.parse import quote

from lapor.core.clock import ZONE, local_day
from lapor.core.working_days import Calendar
from lapor.core.working_hours import WorkingHours

OLDEST = timedelta(days=14)
"""What has waited longer than this for its first digest (somebody had no address) is left to the bell."""
LEASE = timedelta(minutes=10)
"""A message that has been on its way for so long has lost its worker."""
MAX_ATTEMPTS = 8
_WAITS = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 180, 360, 720))
_AFTER_OPENING = timedelta(hours=1)

HOURS = tuple(time(hour, minute) for hour in range(7, 16) for minute in (0, 30) if (hour, minute) >= (7, 30))
"""What a person can choose from, 07.30 to 15.30."""

SCHEMES = frozenset({"tgram", "whatsapp", "twilio", "vonage", "sinch", "clickatell", "plivo", "msg91"})
PLACE = "{alamat}"
"""Where the address of a channel takes the person's own number or id."""
_MAX_URL = 500

_EMAIL = re.compile(
    r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,63}"
)
_HANDLE = re.compile(r"[A-Za-z0-9+@_-]{3,100}")


@dataclass(frozen=True)
class Slot:
    """The hour of a person on one working day: ``key`` names the day, ``at`` is when he may be told."""

    key: str
    at: datetime


def usual_hour(day: date, hours: WorkingHours) -> time | None:
    """The hour of who chose none: one hour after the office opens, 08.30, in Ramadan 09.00 (office.md 1.15)."""
    row = hours.of(day)
    if row is None:
        return None
    return (datetime.combine(day, row.daily.opens) + _AFTER_OPENING).time()


def slot_at(chosen: time | None, now: datetime, *, hours: WorkingHours, calendar: Calendar) -> Slot | None:
    """The last slot that has come by ``now``; None when there was none in the last two weeks.

    Where messages rest at the chosen hour (Friday prayer, the end of Friday), it comes at the next opening.
    """
    today = local_day(now)
    for back in range(OLDEST.days + 1):
        day = today - timedelta(days=back)
        hour = (chosen or usual_hour(day, hours)) if calendar.is_working(day) else None
        if hour is None:
            continue
        at = hours.next_opening(datetime.combine(day, hour, ZONE), calendar)
        if at <= now:
            return Slot(day.isoformat(), at)
    return None


def next_attempt(attempts: int, now: datetime) -> datetime | None:
    """When a message is tried again after its ``attempts``-th attempt failed; None when it is given up."""
    return None if attempts >= MAX_ATTEMPTS else now + _WAITS[min(attempts, len(_WAITS)) - 1]


def is_email(address: str) -> bool:
    """Whether ``address`` is one plain e-mail address that every server takes."""
    return len(address) <= 200 and ".." not in address and _EMAIL.fullmatch(address) is not None


def is_handle(handle: str) -> bool:
    """Whether ``handle`` can stand in a channel's address without changing where it leads."""
    return _HANDLE.fullmatch(handle) is not None


def scheme_of(url: str) -> str:
    """The scheme of a channel's address, lower case."""
    return url.split("://", 1)[0].strip().lower() if "://" in url else ""


def channel_fault(url: str) -> str | None:
    """A sentence when ``url`` cannot be a channel, else None. It never repeats the address, which is a secret."""
    if len(url) > _MAX_URL:
        return "Alamat saluran terlalu panjang."
    if scheme_of(url) not in SCHEMES:
        return "Jenis saluran ini tidak diizinkan. Yang diizinkan: " + ", ".join(sorted(SCHEMES)) + "."
    if url.count(PLACE) != 1 or PLACE in url.split("://", 1)[1].split("/", 1)[0]:
        return f"Tulis {PLACE} satu kali, sesudah garis miring, di tempat nomor atau ID penerima."
    if re.search(r"[\s\x00-\x1f?#]", url):
        return "Alamat saluran tidak boleh memuat spasi, tanda tanya, atau pagar."
    return None


def address_on(url: str, handle: str) -> str:
    """The address of one person on a channel."""
    return url.replace(PLACE, quote(handle, safe="+@"))


def whatsapp_number(phone: str | None) -> str | None:
    """The number as addresses of wa.me want it, with the country and digits only; None for none that works."""
    digits = re.sub(r"\D", "", phone or "")
    if digits.startswith("0"):
        digits = "62" + digits[1:]
    elif digits.startswith("8"):
        digits = "62" + digits
    return digits if 10 <= len(digits) <= 15 else None


def whatsapp_link(phone: str | None, text: str) -> str:
    """A link that opens WhatsApp with ``text``; without a number the sender picks the person there."""
    return f"https://wa.me/{whatsapp_number(phone) or ''}?text={quote(text)}"
