"""Counting working days: Monday to Friday less the days off that the calendar names."""

from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field
from datetime import date, timedelta

_WEEKEND = 5


@dataclass(frozen=True)
class Calendar:
    """Working days of the office.

    ``days_off`` are national holidays, collective leave and provincial days; weekends need not be in it.
    """

    days_off: frozenset[date] = frozenset()
    version: int = 1
    _sorted_weekday_off: tuple[date, ...] = field(init=False, repr=False, compare=False, default=())

    def __post_init__(self) -> None:
        weekdays = sorted(day for day in self.days_off if day.weekday() < _WEEKEND)
        object.__setattr__(self, "_sorted_weekday_off", tuple(weekdays))

    def skipped(self, after: date, until: date) -> tuple[date, ...]:
        """Days off from Monday to Friday after ``after`` up to and including ``until``, in order."""
        off = self._sorted_weekday_off
        return off[bisect_right(off, after) : bisect_right(off, until)]

    def is_working(self, day: date) -> bool:
        """Whether the office works on ``day``."""
        return day.weekday() < _WEEKEND and day not in self.days_off

    def add(self, day: date, working_days: int) -> date:
        """The n-th working day strictly after ``day``; the day of the event is day 0 (office.md 1.15).

        ``working_days`` 0 gives ``day`` itself. Raises ValueError for a negative count.
        """
        if working_days < 0:
            raise ValueError("a deadline lies after its event")
        current = day
        left = working_days
        while left > 0:
            current += timedelta(days=1)
            if self.is_working(current):
                left -= 1
        return current

    def subtract(self, day: date, working_days: int) -> date:
        """The n-th working day strictly before ``day``."""
        current = day
        left = working_days
        while left > 0:
            current -= timedelta(days=1)
            if self.is_working(current):
                left -= 1
        return current

    def between(self, start: date, end: date) -> int:
        """Working days after ``start`` up to and including ``end``; negative when ``end`` is earlier."""
        if end < start:
            return -self.between(end, start)
        whole, rest = divmod((end - start).days, 7)
        count = whole * 5
        weekday = start.weekday()
        for step in range(1, rest + 1):
            if (weekday + step) % 7 < _WEEKEND:
                count += 1
        off = self._sorted_weekday_off
        return count - (bisect_left(off, end + timedelta(days=1)) - bisect_left(off, start + timedelta(days=1)))
