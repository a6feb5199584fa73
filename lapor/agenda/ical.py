"""A feed as iCalendar (RFC 5545), as Outlook, Google Calendar and telephones subscribe to it.

The one place that knows the icalendar library. An entry says the number of the complaint and the stage, nothing else:
the file lies on servers of others. Our own number, because with a Tracking ID anybody can ask LAPOR! for the rest.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from flask_babel import gettext as _

from lapor.agenda.rules import DueEntry
from lapor.dispositions.labels import STAGE

MEDIA_TYPE = "text/calendar; charset=utf-8"
if TYPE_CHECKING:
    from icalendar import Event

_REFRESH = timedelta(hours=4)


def feed_bytes(entries: Sequence[DueEntry], *, host: str, zone: str, now: datetime, more_after: date | None) -> bytes:
    """The calendar file; ``more_after``: the last day that is told when there were more entries than a feed holds."""
    from icalendar import Calendar

    calendar = Calendar()
    calendar.add("prodid", "-//Lapor//Batas waktu//ID")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", str(_("Batas waktu aduan")))
    calendar.add("x-wr-timezone", zone)
    calendar.add("refresh-interval", _REFRESH, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", f"PT{_REFRESH // timedelta(hours=1)}H")
    for entry in entries:
        words = _("%(number)s: %(stage)s", number=entry.number, stage=STAGE[entry.stage])
        calendar.add_component(_day(entry.due_on, str(words), f"batas-{entry.deadline_id}@{host}", now))
    if more_after is not None:
        words = _("Batas waktu sesudah hari ini tidak dimuat. Buka Kalender jatuh tempo.")
        calendar.add_component(_day(more_after, str(words), f"batas-lain@{host}", now))
    written: bytes = calendar.to_ical()
    return written


def _day(day: date, words: str, uid: str, now: datetime) -> "Event":
    """An entry of a whole day that blocks nobody's time."""
    from icalendar import Event

    event = Event()
    event.add("uid", uid)
    event.add("dtstamp", now)
    event.add("dtstart", day)
    event.add("dtend", day + timedelta(days=1))
    event.add("summary", words)
    event.add("transp", "TRANSPARENT")
    event.add("class", "PRIVATE")
    event.add("x-microsoft-cdo-alldayevent", "TRUE")
    event.add("x-microsoft-cdo-busystatus", "FREE")
    return event
