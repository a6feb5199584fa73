"""Indonesian words for dates, times and numbers, as official papers and screens write them.

Pure functions: no database, no request, no locale of the machine. Rules: PUEBI/EYD for numbers in words,
Permendagri 1/2023 for dates on official papers (month in full, never 06/01/2022).
"""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from typing import Final
from zoneinfo import ZoneInfo

from lapor.core.clock import ZONE

MONTHS: Final = (
    "Januari",
    "Februari",
    "Maret",
    "April",
    "Mei",
    "Juni",
    "Juli",
    "Agustus",
    "September",
    "Oktober",
    "November",
    "Desember",
)
MONTHS_SHORT: Final = ("Jan", "Feb", "Mar", "Apr", "Mei", "Jun", "Jul", "Agu", "Sep", "Okt", "Nov", "Des")
WEEKDAYS: Final = ("Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu", "Minggu")

_UNITS: Final = ("nol", "satu", "dua", "tiga", "empat", "lima", "enam", "tujuh", "delapan", "sembilan")
_SCALES: Final = ((10**12, "triliun"), (10**9, "miliar"), (10**6, "juta"), (10**3, "ribu"))
_ROMAN: Final = (
    (1000, "M"),
    (900, "CM"),
    (500, "D"),
    (400, "CD"),
    (100, "C"),
    (90, "XC"),
    (50, "L"),
    (40, "XL"),
    (10, "X"),
    (9, "IX"),
    (5, "V"),
    (4, "IV"),
    (1, "I"),
)
_ZONE_NAMES: Final = {7: "WIB", 8: "WITA", 9: "WIT"}
_NIP_DIGITS: Final = 18


def long_date(day: date) -> str:
    """`6 Januari 2022`."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def month_year(day: date) -> str:
    """`Januari 2022`."""
    return f"{MONTHS[day.month - 1]} {day.year}"


def weekday_date(day: date) -> str:
    """`Kamis, 6 Januari 2022`."""
    return f"{WEEKDAYS[day.weekday()]}, {long_date(day)}"


def date_range(first: date, last: date) -> str:
    """`13 s.d. 15 Juni 2022`, naming month and year only where they differ; one day stays one date."""
    if first == last:
        return long_date(first)
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day} s.d. {long_date(last)}"
    if first.year == last.year:
        return f"{first.day} {MONTHS[first.month - 1]} s.d. {long_date(last)}"
    return f"{long_date(first)} s.d. {long_date(last)}"


def date_in_words(day: date) -> str:
    """`tanggal enam bulan Januari tahun dua ribu dua puluh dua`, for a berita acara."""
    return f"tanggal {spelled(day.day)} bulan {MONTHS[day.month - 1]} tahun {spelled(day.year)}"


def date_in_digits(day: date) -> str:
    """`1-7-2022`: the bracketed form that follows the words in a berita acara."""
    return f"{day.day}-{day.month}-{day.year}"


def clock_digits(moment: datetime | time) -> str:
    """`14.30` in the office's zone; an aware datetime is converted, a bare time is taken as local."""
    local = moment.astimezone(ZONE) if isinstance(moment, datetime) else moment
    return f"{local.hour:02d}.{local.minute:02d}"


def clock_time(moment: datetime | time) -> str:
    """`14.30 WITA`."""
    return f"{clock_digits(moment)} {zone_name()}"


def time_range(start: datetime | time, end: datetime | time | None) -> str:
    """`09.00 s.d. 11.40 WITA`; with an open end `09.00 WITA s.d. selesai`."""
    if end is None:
        return f"{clock_time(start)} s.d. selesai"
    return f"{clock_digits(start)} s.d. {clock_time(end)}"


def long_instant(moment: datetime) -> str:
    """`6 Januari 2022 pukul 14.30 WITA`."""
    local = moment.astimezone(ZONE)
    return f"{long_date(local)} pukul {local.hour:02d}.{local.minute:02d} {zone_name()}"


def zone_name() -> str:
    """Short name of the office's zone: WIB, WITA or WIT; elsewhere the offset such as `UTC+02.00`."""
    return _name_of(ZONE)


@cache
def _name_of(zone: ZoneInfo) -> str:
    offset = datetime(2022, 1, 6, 12, tzinfo=zone).utcoffset() or timedelta()
    hours = offset / timedelta(hours=1)
    known = _ZONE_NAMES.get(int(hours)) if hours == int(hours) else None
    if known:
        return known
    minutes = int(abs(offset) / timedelta(minutes=1))
    return f"UTC{'+' if offset >= timedelta() else '-'}{minutes // 60:02d}.{minutes % 60:02d}"


def number(value: int | float | Decimal, decimals: int = 0) -> str:
    """`1.234,5`: dots between thousands, comma before the decimals, halves rounded away from zero."""
    if isinstance(value, int) and not decimals:
        return f"{value:,}".replace(",", ".")
    exact = Decimal(str(value)).quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)
    # -0,0 would read as a mistake on paper.
    exact = exact if exact else abs(exact)
    return f"{exact:,.{decimals}f}".translate(str.maketrans(",.", ".,"))


def percent(share: float | Decimal, decimals: int = 1) -> str:
    """`75,5 persen` for the share 0.755."""
    return f"{number(Decimal(str(share)) * 100, decimals)} persen"


def spelled(value: int) -> str:
    """A whole number in Indonesian words: 11 `sebelas`, 1.000 `seribu`, 2.022 `dua ribu dua puluh dua`.

    Raises ValueError from one thousand trillion on, for which no paper has a use.
    """
    if value < 0:
        return f"minus {spelled(-value)}"
    if value >= 10**15:
        raise ValueError(f"cannot spell {value}: too large")
    return " ".join(_spelled_words(value)) if value else _UNITS[0]


def _spelled_words(value: int) -> list[str]:
    for scale, name in _SCALES:
        if value >= scale:
            many, rest = divmod(value, scale)
            head = ["seribu"] if (many, scale) == (1, 1000) else [*_spelled_words(many), name]
            return [*head, *_spelled_words(rest)]
    if value >= 100:
        many, rest = divmod(value, 100)
        head = ["seratus"] if many == 1 else [_UNITS[many], "ratus"]
        return [*head, *_spelled_words(rest)]
    if value >= 20:
        many, rest = divmod(value, 10)
        return [_UNITS[many], "puluh", *_spelled_words(rest)]
    if value >= 12:
        return [_UNITS[value - 10], "belas"]
    if value >= 10:
        return ["sebelas" if value == 11 else "sepuluh"]
    return [_UNITS[value]] if value else []


def counted(value: int) -> str:
    """`3 (tiga)`, as papers state a count that matters."""
    return f"{number(value)} ({spelled(value)})"


def roman(value: int) -> str:
    """Roman numeral for annexes and chapters; raises ValueError below one."""
    if value < 1:
        raise ValueError("Roman numerals begin at one")
    parts: list[str] = []
    for amount, letters in _ROMAN:
        many, value = divmod(value, amount)
        parts.append(letters * many)
    return "".join(parts)


def letter(position: int) -> str:
    """Letter for the n-th lettered point, from 1: a, b, ... z, aa, ab; raises ValueError below one."""
    if position < 1:
        raise ValueError("lettered points begin at one")
    letters = ""
    while position:
        position, index = divmod(position - 1, 26)
        letters = chr(ord("a") + index) + letters
    return letters


def joined(words: Sequence[str]) -> str:
    """`A, B, dan C`; two words without comma: `A dan B`."""
    if len(words) > 2:
        return f"{', '.join(words[:-1])}, dan {words[-1]}"
    return " dan ".join(words)


def nip_grouped(nip: str) -> str:
    """An 18 digit NIP or NI PPPK in groups 8-6-1-3 (`19690412 199503 1 002`); anything else unchanged."""
    digits = nip.replace(" ", "")
    if len(digits) != _NIP_DIGITS or not digits.isdigit():
        return nip
    return f"{digits[:8]} {digits[8:14]} {digits[14]} {digits[15:]}"
