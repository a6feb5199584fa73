"""The calendar's own rules: lists of days off, months, settings."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lapor.calendar.rules import (
    DayOffKind,
    changed_days,
    read_days_off,
    setting_fault,
    working_days_of_month,
)
from lapor.calendar.services import national_days
from lapor.core.working_days import Calendar


def test_a_list_of_days_off_is_read() -> None:
    data = b"tanggal;jenis;nama\n2030-01-01;libur_nasional;Tahun Baru\n2030-02-04;cuti_bersama;Cuti (perkiraan)\n\n"
    days, faults = read_days_off(data)
    assert not faults
    assert [(d.day, d.kind, d.is_estimated) for d in days] == [
        (date(2030, 1, 1), DayOffKind.NATIONAL, False),
        (date(2030, 2, 4), DayOffKind.COLLECTIVE, True),
    ]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("01/02/2030,libur_nasional,X", "Tanggal"),
        ("2030-02-30,libur_nasional,X", "Tanggal"),
        ("2030-02-01,libur,X", "Jenis"),
        ("2030-02-01,libur_nasional,", "Nama"),
        ("2030-01-01,libur_nasional,Lagi", "sudah ada"),
        ("2030-02-01", "Jenis"),
    ],
)
def test_a_faulty_row_is_named(row: str, reason: str) -> None:
    days, faults = read_days_off(f"tanggal,jenis,nama\n2030-01-01,libur_nasional,A\n{row}\n".encode())
    assert len(days) == 1
    assert [fault.line for fault in faults] == [3]
    assert reason in faults[0].reason


def test_a_list_without_its_columns_is_refused() -> None:
    days, faults = read_days_off(b"date,name\n2030-01-01,A\n")
    assert not days
    assert "tanggal" in faults[0].reason


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused_in_words(data: bytes) -> None:
    days, faults = read_days_off(data)
    assert all(fault.reason.endswith((".", "libur_daerah.")) for fault in faults)
    assert len({day.day for day in days}) == len(days)


@given(
    st.integers(2019, 2040), st.integers(1, 12), st.sets(st.dates(date(2019, 1, 1), date(2040, 12, 31)), max_size=9)
)
def test_working_days_of_a_month_are_counted_one_by_one(year: int, month: int, off: set[date]) -> None:
    calendar = Calendar(frozenset(off))
    days = [date(year, month, day) for day in range(1, 32) if _exists(year, month, day)]
    assert working_days_of_month(calendar, year, month) == sum(calendar.is_working(day) for day in days)


def _exists(year: int, month: int, day: int) -> bool:
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True


def test_days_that_change_are_told() -> None:
    one, two, three = (date(2030, 1, day) for day in (1, 2, 3))
    assert changed_days([one, two], [two, three]) == ((three,), (one,))


def test_the_package_knows_holidays_and_collective_leave_in_indonesian() -> None:
    days = {item.day: item for item in national_days(2022, 2022)}
    assert days[date(2022, 8, 17)].kind is DayOffKind.NATIONAL
    assert days[date(2022, 5, 4)].kind is DayOffKind.COLLECTIVE
    assert days[date(2022, 5, 4)].name == "Cuti Bersama Hari Raya Idul Fitri"
    assert any(item.is_estimated for item in national_days(2027, 2027))


@pytest.mark.parametrize(
    ("key", "value", "is_good"),
    [
        ("acknowledgement_owed_from", "2023-01-01", True),
        ("acknowledgement_owed_from", None, True),
        ("acknowledgement_owed_from", "1 Januari 2023", False),
        ("acknowledgement_owed_from", 5, False),
        ("obliged_agencies", 41, True),
        ("obliged_agencies", "41", False),
        ("obliged_agencies", True, False),
        ("lapor_time_zone", "UTC", True),
        ("lapor_time_zone", " ", False),
        ("something.of.another.slice", {"a": 1}, True),
    ],
)
def test_a_setting_takes_only_its_own_kind(key: str, value: object, *, is_good: bool) -> None:
    assert (setting_fault(key, value) is None) is is_good
