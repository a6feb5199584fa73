"""How a due date came about, day by day: what was counted, what was skipped and why. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from lapor.core.working_days import Calendar

_DAY = timedelta(days=1)
_WEEK = 7
_WEEKEND = 5
LONGEST = 18
"""Weeks that are shown one by one; of a longer way the middle becomes one line, so that it stays on one page."""
_HEAD, _TAIL = 10, 5


class DayKind(StrEnum):
    """What one day was for a time limit."""

    START = "start"
    COUNTED = "counted"
    WEEKEND = "weekend"
    OFF = "off"
    PAUSED = "paused"
    OUTSIDE = "outside"


@dataclass(frozen=True)
class Halt:
    """The clock stood still from ``starts_on``; ``ends_on`` is the day on which it went on, None while it stands."""

    starts_on: date
    ends_on: date | None

    def holds(self, day: date) -> bool:
        """First day in, the day of going on out (model.md)."""
        return self.starts_on <= day and (self.ends_on is None or day < self.ends_on)


@dataclass(frozen=True)
class DayMark:
    """One day of the way: ``number`` is the working day that it was counted as, ``name`` that of a day off."""

    day: date
    kind: DayKind
    number: int | None = None
    name: str | None = None
    is_due: bool = False
    is_met: bool = False


@dataclass(frozen=True)
class Leap:
    """Weeks in the middle of a long way as one line: so many weeks, so many days counted and paused in them."""

    weeks: int
    first: date
    last: date
    counted: int
    paused: int


@dataclass(frozen=True)
class CalendarChange:
    """What a version of the calendar brought: days that became days off, and days that became ordinary ones."""

    version: int
    added: frozenset[date]
    removed: frozenset[date]


@dataclass(frozen=True)
class Limit:
    """A time limit as it is kept: its start, its length, what it came to, and when it was met."""

    started_on: date
    working_days: int
    paused_days: int
    due_on: date
    calendar_version: int
    met_on: date | None = None


@dataclass(frozen=True)
class Way:
    """The way from the start to the due date.

    ``is_proven``: counting gives the date that is kept; otherwise the page must say that it does not.
    ``version`` is that of the calendar by which it was counted.
    """

    days: tuple[DayMark, ...]
    is_proven: bool
    version: int

    @property
    def counted(self) -> int:
        """Working days up to the due date."""
        return sum(mark.kind is DayKind.COUNTED for mark in self.days)

    @property
    def paused(self) -> int:
        """Working days on which the clock stood still."""
        return sum(mark.kind is DayKind.PAUSED for mark in self.days)

    @property
    def weekends(self) -> int:
        """Saturdays and Sundays that were skipped."""
        return sum(mark.kind is DayKind.WEEKEND for mark in self.days)

    @property
    def days_off(self) -> tuple[DayMark, ...]:
        """Days off from Monday to Friday that were skipped, each with its name."""
        return tuple(mark for mark in self.days if mark.kind is DayKind.OFF)

    @property
    def rows(self) -> tuple[tuple[DayMark, ...] | Leap, ...]:
        """Weeks from Monday to Sunday; days before the start and after the end are marked as outside."""
        weeks = _weeks(self.days)
        if len(weeks) <= LONGEST:
            return tuple(weeks)
        middle = [mark for week in weeks[_HEAD:-_TAIL] for mark in week]
        leap = Leap(
            weeks=len(weeks) - _HEAD - _TAIL,
            first=middle[0].day,
            last=middle[-1].day,
            counted=sum(mark.kind is DayKind.COUNTED for mark in middle),
            paused=sum(mark.kind is DayKind.PAUSED for mark in middle),
        )
        return (*weeks[:_HEAD], leap, *weeks[-_TAIL:])


def calendar_at(current: Calendar, version: int, changes: Iterable[CalendarChange]) -> Calendar:
    """The calendar as it was at ``version``: later changes are taken back, the newest first."""
    days = set(current.days_off)
    for change in sorted(changes, key=lambda change: change.version, reverse=True):
        if change.version > version:
            days -= change.added
            days |= change.removed
    return Calendar(frozenset(days), version=version)


def way_of(
    limit: Limit,
    current: Calendar,
    changes: Sequence[CalendarChange],
    names: Mapping[date, str],
    halts: Sequence[Halt],
    today: date,
) -> Way:
    """The way of a time limit, by the calendar of its version; by the current one where only that explains it.

    While the clock stands still the way ends on ``today`` or on the kept date, whichever is later.
    """
    tried = [calendar_at(current, limit.calendar_version, changes), current]
    ways = [_walk(limit, calendar, names, halts, today) for calendar in tried]
    return next((way for way in ways if way.is_proven), ways[-1])


def _walk(limit: Limit, calendar: Calendar, names: Mapping[date, str], halts: Sequence[Halt], today: date) -> Way:
    stands = any(halt.ends_on is None for halt in halts)
    last = max(limit.due_on, today if stands and limit.met_on is None else limit.due_on)
    days = [_mark(limit.started_on, DayKind.START, limit)]
    number = at_due = 0
    day = limit.started_on
    while day < last:
        day += _DAY
        if day.weekday() >= _WEEKEND:
            days.append(_mark(day, DayKind.WEEKEND, limit, name=names.get(day)))
        elif day in calendar.days_off:
            days.append(_mark(day, DayKind.OFF, limit, name=names.get(day)))
        elif any(halt.holds(day) and (halt.ends_on is not None or day <= today) for halt in halts):
            days.append(_mark(day, DayKind.PAUSED, limit))
        else:
            number += 1
            days.append(_mark(day, DayKind.COUNTED, limit, number=number))
        if day == limit.due_on:
            at_due = number
    proven = stands or (at_due == limit.working_days and calendar.is_working(limit.due_on))
    return Way(tuple(days), proven, calendar.version)


def _mark(day: date, kind: DayKind, limit: Limit, *, number: int | None = None, name: str | None = None) -> DayMark:
    return DayMark(day, kind, number, name, is_due=day == limit.due_on, is_met=day == limit.met_on)


def _weeks(days: Sequence[DayMark]) -> list[tuple[DayMark, ...]]:
    """The days in rows of seven, filled up at both ends."""
    first, last = days[0].day, days[-1].day
    before = [DayMark(first - _DAY * n, DayKind.OUTSIDE) for n in range(first.weekday(), 0, -1)]
    after = [DayMark(last + _DAY * n, DayKind.OUTSIDE) for n in range(1, _WEEK - last.weekday())]
    whole = [*before, *days, *after]
    return [tuple(whole[start : start + _WEEK]) for start in range(0, len(whole), _WEEK)]


def goes_on_until(limit: Limit, calendar: Calendar, halt: Halt, today: date) -> date:
    """The due date if the clock that stands still since ``halt`` went on today."""
    first = max(halt.starts_on, limit.started_on + _DAY)
    stood = max(calendar.between(first - _DAY, today - _DAY), 0) if today > first else 0
    return calendar.add(limit.started_on, limit.working_days + limit.paused_days + stood)
