"""The way to a due date: what is counted, skipped and paused, against the rule that makes the date."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from lapor.core.working_days import Calendar
from lapor.dispositions.explaining import (
    LONGEST,
    CalendarChange,
    DayKind,
    Halt,
    Leap,
    Limit,
    calendar_at,
    goes_on_until,
    way_of,
)
from lapor.dispositions.rules import due_on

MONDAY = date(2026, 3, 2)
NYEPI = date(2026, 3, 19)
days = st.dates(date(2019, 1, 1), date(2027, 6, 1))
off = st.sets(st.dates(date(2019, 1, 1), date(2027, 12, 31)), max_size=60).map(frozenset)


def limit(calendar: Calendar, working_days: int, paused: int = 0, *, start: date = MONDAY) -> Limit:
    return Limit(start, working_days, paused, due_on(calendar, start, working_days, paused), calendar.version)


@given(days, st.integers(1, 90), off)
def test_the_way_counts_exactly_the_days_of_the_rule(start: date, count: int, closed: frozenset[date]) -> None:
    calendar = Calendar(closed)
    way = way_of(limit(calendar, count, start=start), calendar, [], {}, [], start)
    assert way.is_proven
    assert way.counted == count
    assert [mark.number for mark in way.days if mark.number] == list(range(1, count + 1))
    assert way.days[-1].is_due
    assert way.days[-1].kind is DayKind.COUNTED
    assert 1 + way.counted + way.weekends + len(way.days_off) == len(way.days)


@given(st.integers(1, 60), st.integers(0, 20), st.integers(1, 40))
def test_a_pause_is_on_the_way_and_moves_it(count: int, after: int, length: int) -> None:
    calendar = Calendar()
    starts = MONDAY + timedelta(days=1 + min(after, count - 1))
    ends = starts + timedelta(days=length)
    stood = calendar.between(starts - timedelta(days=1), ends - timedelta(days=1))
    if starts > due_on(calendar, MONDAY, count):
        return
    way = way_of(limit(calendar, count, stood), calendar, [], {}, [Halt(starts, ends)], ends)
    assert way.is_proven
    assert way.counted == count
    assert way.paused == stood


def test_a_named_day_off_is_skipped_and_named() -> None:
    calendar = Calendar(frozenset({NYEPI}), version=2)
    way = way_of(limit(calendar, 14), calendar, [], {NYEPI: "Hari Suci Nyepi"}, [], MONDAY)
    assert [(mark.day, mark.name) for mark in way.days_off] == [(NYEPI, "Hari Suci Nyepi")]
    assert way.days[-1].day == date(2026, 3, 23)


def test_a_met_limit_is_explained_by_the_calendar_of_its_day() -> None:
    before, now = Calendar(version=1), Calendar(frozenset({date(2026, 3, 4)}), version=2)
    change = CalendarChange(2, frozenset({date(2026, 3, 4)}), frozenset())
    way = way_of(limit(before, 5), now, [change], {}, [], date(2026, 6, 1))
    assert way.is_proven
    assert way.version == 1
    assert way.days_off == ()
    assert not way_of(limit(before, 5), now, [], {}, [], date(2026, 6, 1)).is_proven


@given(off, off, off)
def test_former_calendars_come_back(first: frozenset[date], second: frozenset[date], third: frozenset[date]) -> None:
    changes = [CalendarChange(2, second - first, first - second), CalendarChange(3, third - second, second - third)]
    assert calendar_at(Calendar(third, version=3), 1, changes).days_off == first
    assert calendar_at(Calendar(third, version=3), 2, changes).days_off == second


def test_a_long_way_stays_on_a_page() -> None:
    way = way_of(limit(Calendar(), 365), Calendar(), [], {}, [], MONDAY)
    leap = next(row for row in way.rows if isinstance(row, Leap))
    shown = [mark for row in way.rows if not isinstance(row, Leap) for mark in row]
    assert len(way.rows) < LONGEST
    assert leap.counted + sum(mark.kind is DayKind.COUNTED for mark in shown) == 365


def test_while_the_clock_stands_the_date_moves_with_today() -> None:
    calendar, halt = Calendar(), Halt(date(2026, 3, 4), None)
    kept = limit(calendar, 5)
    assert goes_on_until(kept, calendar, halt, date(2026, 3, 4)) == date(2026, 3, 9)
    assert goes_on_until(kept, calendar, halt, date(2026, 3, 6)) == date(2026, 3, 11)
    way = way_of(kept, calendar, [], {}, [halt], date(2026, 3, 12))
    assert way.paused == 7
    assert way.days[-1].day == date(2026, 3, 12)
