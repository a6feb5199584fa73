"""The clock: instants are UTC, rule days are days of the office (WITA)."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Asia/Makassar")


def now() -> datetime:
    """This moment, aware, UTC. Called only in views, jobs and commands; services receive it."""
    return datetime.now(UTC)


def local_day(instant: datetime) -> date:
    """The day in the office on which ``instant`` falls."""
    return instant.astimezone(ZONE).date()


def local(instant: datetime) -> datetime:
    """``instant`` as the wall clock of the office shows it."""
    return instant.astimezone(ZONE)


def at_local(day: date, hour: int, minute: int = 0) -> datetime:
    """The instant at which the office clock shows ``hour:minute`` on ``day``."""
    return datetime.combine(day, time(hour, minute), ZONE).astimezone(UTC)


def day_bounds(day: date) -> tuple[datetime, datetime]:
    """First instant of ``day`` in the office and the first of the next one."""
    return at_local(day, 0), at_local(day + timedelta(days=1), 0)
