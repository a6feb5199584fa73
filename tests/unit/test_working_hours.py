"""When messages may go out."""

from datetime import UTC, date, datetime, time, timedelta

from hypothesis import given
from hypothesis import strategies as st

from lapor.core import working_hours as hours
from lapor.core.clock import ZONE, at_local
from lapor.core.working_days import Calendar
from lapor.core.working_hours import GIVEN, Hours, Span, WorkingHours

MINUTE = timedelta(minutes=1)
FREE = Calendar(frozenset({date(2026, 3, 19), date(2026, 11, 25)}))
INSTANTS = st.integers(0, 9 * 365 * 24 * 60).map(lambda minutes: datetime(2019, 1, 1, tzinfo=UTC) + minutes * MINUTE)
DAYS = st.dates(date(2019, 1, 1), date(2027, 12, 31))


def _open(day: date, hour: int, minute: int = 0) -> bool:
    return GIVEN.is_open(at_local(day, hour, minute), FREE)


def test_an_ordinary_day() -> None:
    monday = date(2026, 11, 23)
    assert not _open(monday, 7, 29)
    assert _open(monday, 7, 30)
    assert _open(monday, 15, 59)
    assert not _open(monday, 16)


def test_friday_keeps_away_from_the_prayer_and_the_weekend() -> None:
    friday = date(2026, 11, 27)
    assert _open(friday, 10, 59)
    assert not _open(friday, 11)
    assert not _open(friday, 13, 29)
    assert _open(friday, 13, 30)
    assert not _open(friday, 15)
    assert GIVEN.rows[0].office(friday) == (Span(time(7, 30), time(11, 30)), Span(time(13), time(16, 30)))


def test_ramadan_lies_over_the_ordinary_hours() -> None:
    day = date(2026, 3, 3)
    assert GIVEN.of(day).name == "Ramadan 1447 H"  # type: ignore[union-attr]
    assert not _open(day, 7, 45)
    assert _open(day, 8)
    assert not _open(day, 15)


def test_closed_on_weekends_and_days_off_and_open_next_morning() -> None:
    assert not _open(date(2026, 11, 22), 10)
    assert not _open(date(2026, 11, 25), 10)
    evening = at_local(date(2026, 11, 24), 18)
    assert GIVEN.next_opening(evening, FREE) == at_local(date(2026, 11, 26), 7, 30)
    assert GIVEN.next_opening(at_local(date(2026, 11, 27), 12), FREE) == at_local(date(2026, 11, 27), 13, 30)


@given(INSTANTS, st.sets(DAYS, max_size=20))
def test_the_next_opening_is_open_and_nothing_before_it_is(instant: datetime, days_off: set[date]) -> None:
    calendar = Calendar(frozenset(days_off))
    opening = GIVEN.next_opening(instant, calendar)
    assert opening >= instant
    assert GIVEN.is_open(opening, calendar)
    assert calendar.is_working(opening.astimezone(ZONE).date())
    if opening > instant:
        step = (opening - instant) / 50
        assert not any(GIVEN.is_open(instant + step * count, calendar) for count in range(50))


@given(INSTANTS)
def test_messages_go_out_only_while_the_office_works(instant: datetime) -> None:
    local = instant.astimezone(ZONE)
    row = GIVEN.of(local.date())
    assert row is not None
    if GIVEN.is_open(instant, FREE):
        assert any(span.holds(local.time()) for span in row.office(local.date()))


def test_the_table_survives_the_setting() -> None:
    assert hours.from_json(hours.as_json(GIVEN)) == GIVEN
    assert hours.from_json(None) == GIVEN


def test_a_table_that_cannot_be_is_refused() -> None:
    base = GIVEN.rows[0]

    def of(**values: object) -> str | None:
        return hours.fault(WorkingHours((Hours(**{**base.__dict__, **values}),)))  # type: ignore[arg-type]

    assert of() is None
    assert "mendahului" in (of(ends_on=date(2017, 1, 1)) or "")
    assert "tanpa tanggal selesai" in (of(ends_on=date(2030, 1, 1)) or "")
    assert "sesudah jam buka" in (of(daily=Span(time(16), time(7))) or "")
    assert "istirahat Jumat" in (of(friday_break=Span(time(6), time(13))) or "")
    assert "tanggal yang sama" in (hours.fault(WorkingHours((base, base))) or "")


def test_an_office_that_never_opens_says_so() -> None:
    closed = Calendar(frozenset(date(2026, 1, 1) + timedelta(days=count) for count in range(500)))
    try:
        GIVEN.next_opening(at_local(date(2026, 1, 1), 9), closed)
    except LookupError:
        return
    raise AssertionError("it found an opening")
