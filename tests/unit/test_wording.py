"""Dates and numbers in Indonesian words."""

from datetime import UTC, date, datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lapor.core import wording


def test_dates_are_written_as_on_official_paper() -> None:
    day = date(2022, 1, 6)
    assert wording.long_date(day) == "6 Januari 2022"
    assert wording.weekday_date(day) == "Kamis, 6 Januari 2022"
    assert wording.month_year(day) == "Januari 2022"
    assert wording.date_in_words(day) == "tanggal enam bulan Januari tahun dua ribu dua puluh dua"
    assert wording.date_in_digits(date(2022, 7, 1)) == "1-7-2022"


@pytest.mark.parametrize(
    ("first", "last", "text"),
    [
        (date(2022, 6, 13), date(2022, 6, 13), "13 Juni 2022"),
        (date(2022, 6, 13), date(2022, 6, 15), "13 s.d. 15 Juni 2022"),
        (date(2022, 6, 13), date(2022, 7, 22), "13 Juni s.d. 22 Juli 2022"),
        (date(2021, 12, 30), date(2022, 1, 2), "30 Desember 2021 s.d. 2 Januari 2022"),
    ],
)
def test_a_range_names_only_what_differs(first: date, last: date, text: str) -> None:
    assert wording.date_range(first, last) == text


def test_times_are_in_the_zone_of_the_office() -> None:
    instant = datetime(2022, 1, 6, 6, 30, tzinfo=UTC)
    assert wording.clock_time(instant) == "14.30 WITA"
    assert wording.long_instant(instant) == "6 Januari 2022 pukul 14.30 WITA"
    assert wording.long_instant(datetime(2022, 1, 5, 16, 5, tzinfo=UTC)) == "6 Januari 2022 pukul 00.05 WITA"
    assert wording.time_range(time(9), time(11, 40)) == "09.00 s.d. 11.40 WITA"
    assert wording.time_range(time(9), None) == "09.00 WITA s.d. selesai"


@pytest.mark.parametrize(
    ("value", "decimals", "text"),
    [
        (1234.5, 1, "1.234,5"),
        (0, 0, "0"),
        (1234567, 0, "1.234.567"),
        (2.5, 0, "3"),
        (-0.04, 1, "0,0"),
        (65.25, 1, "65,3"),
        (-1234.5, 1, "-1.234,5"),
    ],
)
def test_numbers(value: float, decimals: int, text: str) -> None:
    assert wording.number(value, decimals) == text


def test_percent() -> None:
    assert wording.percent(37 / 49) == "75,5 persen"
    assert wording.percent(32 / 49) == "65,3 persen"
    assert wording.percent(1, 0) == "100 persen"


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (0, "nol"),
        (1, "satu"),
        (10, "sepuluh"),
        (11, "sebelas"),
        (12, "dua belas"),
        (21, "dua puluh satu"),
        (100, "seratus"),
        (111, "seratus sebelas"),
        (1000, "seribu"),
        (1100, "seribu seratus"),
        (2000, "dua ribu"),
        (2019, "dua ribu sembilan belas"),
        (2022, "dua ribu dua puluh dua"),
        (11_000, "sebelas ribu"),
        (101_000, "seratus satu ribu"),
        (1_001_000, "satu juta seribu"),
        (2_000_000_000_015, "dua triliun lima belas"),
        (-7, "minus tujuh"),
    ],
)
def test_spelled(value: int, words: str) -> None:
    assert wording.spelled(value) == words


def read_back(words: str) -> int:
    """The number that the words say, read from left to right by other rules than the writer's."""
    names = ("satu", "dua", "tiga", "empat", "lima", "enam", "tujuh", "delapan", "sembilan")
    units = {name: value for value, name in enumerate(names, 1)}
    scales = {"ribu": 10**3, "juta": 10**6, "miliar": 10**9, "triliun": 10**12}
    total = group = unit = 0
    for word in words.split():
        if word in units:
            unit = units[word]
        elif word == "belas":
            group, unit = group + 10 + unit, 0
        elif word == "puluh":
            group, unit = group + 10 * unit, 0
        elif word == "ratus":
            group, unit = group + 100 * unit, 0
        elif word in scales:
            total, group, unit = total + (group + unit) * scales[word], 0, 0
        elif word == "seribu":
            total += 1000
        else:
            group += {"sepuluh": 10, "sebelas": 11, "seratus": 100, "nol": 0}[word]
    return total + group + unit


@given(st.integers(min_value=0, max_value=10**15 - 1))
def test_spelled_numbers_read_back_as_themselves(value: int) -> None:
    assert read_back(wording.spelled(value)) == value


def test_numbers_too_large_to_spell_are_refused() -> None:
    with pytest.raises(ValueError, match="too large"):
        wording.spelled(10**15)


@given(st.dates())
def test_every_date_can_be_read_back(day: date) -> None:
    number, month, year = wording.long_date(day).split()
    assert date(int(year), wording.MONTHS.index(month) + 1, int(number)) == day


@given(st.decimals(min_value=-(10**9), max_value=10**9, allow_nan=False, places=3), st.integers(0, 3))
def test_written_numbers_stay_close(value: object, decimals: int) -> None:
    from decimal import Decimal

    assert isinstance(value, Decimal)
    text = wording.number(value, decimals)
    back = Decimal(text.replace(".", "").replace(",", "."))
    assert abs(back - value) <= Decimal("0.5").scaleb(-decimals)


@given(st.integers(min_value=1, max_value=3999))
def test_roman_numerals_read_back(value: int) -> None:
    amounts = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100, "D": 500, "M": 1000}
    digits = [amounts[sign] for sign in wording.roman(value)]
    following = [*digits[1:], 0]
    assert sum(-a if a < b else a for a, b in zip(digits, following, strict=True)) == value


def test_letters_run_past_z() -> None:
    assert [wording.letter(n) for n in (1, 2, 26, 27, 52, 53)] == ["a", "b", "z", "aa", "az", "ba"]


@pytest.mark.parametrize("write", [wording.roman, wording.letter])
def test_positions_begin_at_one(write: object) -> None:
    assert callable(write)
    with pytest.raises(ValueError, match="begin at one"):
        write(0)


def test_lists_of_words() -> None:
    assert wording.joined([]) == ""
    assert wording.joined(["A"]) == "A"
    assert wording.joined(["A", "B"]) == "A dan B"
    assert wording.joined(["A", "B", "C"]) == "A, B, dan C"


def test_counted() -> None:
    assert wording.counted(3) == "3 (tiga)"


def test_nip_is_grouped_only_when_it_is_one() -> None:
    assert wording.nip_grouped("196904121995031002") == "19690412 199503 1 002"
    assert wording.nip_grouped("19690412 199503 1 002") == "19690412 199503 1 002"
    assert wording.nip_grouped("12345") == "12345"
    assert wording.nip_grouped("") == ""
