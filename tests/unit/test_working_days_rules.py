"""Counting working days and pauses, beside an independent reference that looks at one day after another."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from lapor.calendar.services import national_days
from lapor.core.working_days import Calendar
from lapor.dispositions.rules import due_on, paused_working_days, time_left

FIRST, LAST = date(2019, 1, 1), date(2027, 12, 31)
GIVEN = frozenset(item.day for item in national_days(2019, 2027))

days = st.dates(FIRST, LAST)
limits = st.integers(1, 60)
calendars = st.sets(days, max_size=60).map(lambda extra: Calendar(GIVEN | extra))


def works(day: date, off: frozenset[date]) -> bool:
    """Monday to Friday, not a day off: said once more, without the code under test."""
    return day.strftime("%a") not in {"Sat", "Sun"} and day not in off


def reference_due(off: frozenset[date], started_on: date, count: int) -> date:
    """The ``count``-th working day after ``started_on``, by a list of all days."""
    later = (started_on + timedelta(days=step) for step in range(1, 4000))
    return [day for _, day in zip(range(count), (day for day in later if works(day, off)), strict=False)][-1]


def reference_between(off: frozenset[date], start: date, end: date) -> int:
    """Working days after ``start`` up to ``end``."""
    return sum(works(start + timedelta(days=step), off) for step in range(1, (end - start).days + 1))


@given(calendars, days, limits)
def test_a_due_date_is_that_of_the_reference(calendar: Calendar, started_on: date, count: int) -> None:
    assert due_on(calendar, started_on, count) == reference_due(calendar.days_off, started_on, count)


@given(calendars, days, st.integers(0, 500))
def test_counting_between_days_is_that_of_the_reference(calendar: Calendar, start: date, length: int) -> None:
    end = start + timedelta(days=length)
    assert calendar.between(start, end) == reference_between(calendar.days_off, start, end)
    assert calendar.between(end, start) == -calendar.between(start, end)


@given(calendars, days, limits)
def test_counting_forth_and_back_agree(calendar: Calendar, started_on: date, count: int) -> None:
    due = due_on(calendar, started_on, count)
    assert calendar.is_working(due)
    assert calendar.between(started_on, due) == count
    back = calendar.subtract(due, count)
    assert back <= started_on
    assert calendar.between(back, started_on) == 0 or calendar.is_working(started_on)
    assert due_on(calendar, back, count) == due


@given(calendars, days, limits, days)
def test_a_holiday_added_never_makes_a_date_earlier(
    calendar: Calendar, started_on: date, count: int, holiday: date
) -> None:
    before = due_on(calendar, started_on, count)
    after = due_on(Calendar(calendar.days_off | {holiday}), started_on, count)
    assert after >= before
    touches = started_on < holiday <= before and calendar.is_working(holiday)
    assert calendar.between(before, after) == int(touches)
    assert (after != before) is touches


@given(calendars, days, limits, days, st.integers(1, 90))
def test_a_holiday_added_never_makes_a_paused_date_earlier(
    calendar: Calendar, started_on: date, count: int, holiday: date, pause: int
) -> None:
    paused = paused_working_days(calendar, started_on, started_on, started_on + timedelta(days=pause))
    after = due_on(Calendar(calendar.days_off | {holiday}), started_on, count, paused)
    assert after >= due_on(calendar, started_on, count, paused)


@given(calendars, days, limits, st.integers(0, 40), st.integers(1, 60))
def test_pausing_n_working_days_moves_it_by_n(
    calendar: Calendar, started_on: date, count: int, begins_after: int, pause: int
) -> None:
    paused_on = started_on + timedelta(days=1 + begins_after)
    resumed_on = paused_on + timedelta(days=pause)
    paused = paused_working_days(calendar, started_on, paused_on, resumed_on)
    assert paused == reference_between(
        calendar.days_off, paused_on - timedelta(days=1), resumed_on - timedelta(days=1)
    )
    before = due_on(calendar, started_on, count)
    after = due_on(calendar, started_on, count, paused)
    assert calendar.between(before, after) == paused
    if paused_on <= before:
        assert [day for day in _worked(calendar, started_on, after) if not paused_on <= day < resumed_on][
            count - 1 :
        ] == [after]


def _worked(calendar: Calendar, after: date, until: date) -> list[date]:
    span = (after + timedelta(days=step) for step in range(1, (until - after).days + 1))
    return [day for day in span if works(day, calendar.days_off)]


@given(calendars, days, limits, st.integers(0, 20), st.integers(1, 30))
def test_a_clock_that_goes_on_has_as_much_left_as_when_it_stopped(
    calendar: Calendar, started_on: date, count: int, begins_after: int, pause: int
) -> None:
    """It goes on to the day: what was left on the evening before the pause is left on the evening before it ends."""
    paused_on = started_on + timedelta(days=1 + begins_after)
    resumed_on = paused_on + timedelta(days=pause)
    before = due_on(calendar, started_on, count)
    paused = paused_working_days(calendar, started_on, paused_on, resumed_on)
    after = due_on(calendar, started_on, count, paused)
    left = calendar.between(paused_on - timedelta(days=1), before)
    assert calendar.between(resumed_on - timedelta(days=1), after) == left


@given(calendars, days, st.integers(0, 40), st.integers(1, 40))
def test_a_pause_before_the_event_counts_from_the_day_after_it(
    calendar: Calendar, started_on: date, earlier: int, later: int
) -> None:
    paused_on, resumed_on = started_on - timedelta(days=earlier), started_on + timedelta(days=later)
    expected = reference_between(calendar.days_off, started_on, resumed_on - timedelta(days=1))
    assert paused_working_days(calendar, started_on, paused_on, resumed_on) == expected
    assert paused_working_days(calendar, resumed_on, paused_on, started_on) == 0


@given(calendars, days, limits, days)
def test_late_begins_with_the_day_after(calendar: Calendar, started_on: date, count: int, today: date) -> None:
    due = due_on(calendar, started_on, count)
    assert (time_left(calendar, due, today).days < 0) is (today > due)
