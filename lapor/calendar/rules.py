"""The calendar's decisions: numbers of the rule sets, kinds of settings, reading a list of days off. Pure."""

import csv
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from lapor.core.working_days import Calendar

EVERYWHERE = 1
"""There is one calendar for the whole province, also for hospitals and schools (office.md 1.15)."""

FIRST_YEAR, LAST_YEAR = 2019, 2027
ESTIMATE = "(perkiraan)"


class DayOffKind(StrEnum):
    """Why the office is closed."""

    NATIONAL = "national"
    COLLECTIVE = "collective"
    PROVINCIAL = "provincial"


class ChangeState(StrEnum):
    """How far a change of days off is: only looked at, confirmed while deadlines follow, or all deadlines counted."""

    PLANNED = "planned"
    CONFIRMED = "confirmed"
    DONE = "done"


@dataclass(frozen=True)
class GivenRuleSet:
    """A rule set that comes with the system; its name is its code."""

    name: str
    source: str
    effective_from: date

    @property
    def code(self) -> str:
        """What tells it from the others."""
        return self.name


GIVEN_RULE_SETS = (
    GivenRuleSet(
        "PermenPANRB 62/2018",
        "Peraturan Menteri PANRB Nomor 62 Tahun 2018; batas waktu diketahui pimpinan adalah kebijakan provinsi.",
        date(2018, 1, 1),
    ),
    GivenRuleSet(
        "PermenPANRB 5/2025",
        "Peraturan Menteri PANRB Nomor 5 Tahun 2025; batas waktu diketahui pimpinan adalah kebijakan provinsi.",
        date(2025, 1, 1),
    ),
)

GIVEN_LIMITS: Mapping[tuple[str, str], int] = MappingProxyType(
    {
        ("verification", ""): 3,
        ("acknowledgement", ""): 2,
        ("first_follow_up", ""): 5,
        ("completion", "supervisory"): 60,
        ("completion", "non_supervisory"): 14,
        ("completion", "information"): 5,
        ("completion", "aspiration"): 5,
        ("completion", ""): 14,
        ("reporter_reply", ""): 10,
    }
)
"""Working days by stage and report class (domain.md); a blank class is given 14 days until it is verified."""

MAX_WORKING_DAYS = 365


class SettingKind(StrEnum):
    """What a setting holds."""

    DAY = "day"
    COUNT = "count"
    WORDS = "words"
    SWITCH = "switch"


SETTINGS: Mapping[str, SettingKind] = MappingProxyType(
    {
        "acknowledgement_owed_from": SettingKind.DAY,
        "obliged_agencies": SettingKind.COUNT,
        "lapor_time_zone": SettingKind.WORDS,
        "mandate_allowed": SettingKind.SWITCH,
        "unit_material_days": SettingKind.COUNT,
    }
)
"""The settings that an administrator changes on the page; services of other slices may keep further keys."""

CALENDAR_VERSION = "calendar_version"
WORKING_HOURS = "working_hours"
"""The dated table of ``core.working_hours``, kept as a whole."""


@dataclass(frozen=True)
class Fault:
    """A line of a file that cannot be accepted, and why."""

    line: int
    reason: str


@dataclass(frozen=True)
class ListedDay:
    """A day off as a list names it."""

    day: date
    kind: DayOffKind
    name: str
    is_estimated: bool


@dataclass(frozen=True)
class PlannedDays:
    """What a change does: days off that are put in or get other words, and days off that become ordinary days."""

    put: tuple[ListedDay, ...] = ()
    drop: tuple[ListedDay, ...] = ()

    def after(self, before: Iterable[date]) -> frozenset[date]:
        """The days off when the change is made."""
        return (frozenset(before) - {item.day for item in self.drop}) | {item.day for item in self.put}

    def as_json(self) -> dict[str, Any]:
        """A form that JSON can hold; ``planned_days`` reads it."""
        return {name: [_as_json(item) for item in getattr(self, name)] for name in ("put", "drop")}


def _as_json(item: ListedDay) -> list[Any]:
    return [item.day.isoformat(), item.kind.value, item.name, item.is_estimated]


def planned_days(kept: Mapping[str, Any]) -> PlannedDays:
    """What ``PlannedDays.as_json`` wrote."""
    put, drop = (
        tuple(ListedDay(date.fromisoformat(day), DayOffKind(kind), name, bool(est)) for day, kind, name, est in rows)
        for rows in (kept["put"], kept["drop"])
    )
    return PlannedDays(put, drop)


_KINDS = {
    "libur_nasional": DayOffKind.NATIONAL,
    "libur nasional": DayOffKind.NATIONAL,
    "cuti_bersama": DayOffKind.COLLECTIVE,
    "cuti bersama": DayOffKind.COLLECTIVE,
    "libur_daerah": DayOffKind.PROVINCIAL,
    "libur daerah": DayOffKind.PROVINCIAL,
}
_COLUMNS = ("tanggal", "jenis", "nama")
_MAX_NAME = 200
MAX_ROWS = 2000


def decode(data: bytes) -> str:
    """The text of a csv file: UTF-8 (with or without mark), else Windows-1252."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")


def csv_rows(text: str) -> list[list[str]]:
    """Rows of a csv text with comma, semicolon or tab, cells stripped; the delimiter is read from the first line."""
    first = text.split("\n", 1)[0]
    delimiter = max(",;\t", key=first.count)
    return [[cell.strip() for cell in row] for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)]


def read_days_off(data: bytes) -> tuple[list[ListedDay], list[Fault]]:
    """Days off of a csv file with the columns tanggal, jenis, nama; faults name the line of the file.

    A day that stands twice in the file is a fault. A name with "(perkiraan)" marks an estimate.
    """
    try:
        rows = csv_rows(decode(data))
    except csv.Error:
        return [], [Fault(1, "Berkas tidak dapat dibaca sebagai CSV.")]
    header = [cell.casefold() for cell in rows[0]] if rows else []
    missing = [name for name in _COLUMNS if name not in header]
    if missing:
        return [], [Fault(1, f"Kolom {', '.join(missing)} tidak ditemukan. Baris pertama harus: tanggal,jenis,nama.")]
    if len(rows) > MAX_ROWS:
        return [], [Fault(MAX_ROWS + 1, f"Berkas lebih dari {MAX_ROWS} baris.")]
    days: list[ListedDay] = []
    faults: list[Fault] = []
    seen: set[date] = set()
    for line, row in enumerate(rows[1:], 2):
        if not any(row):
            continue
        found = _read_day(dict(zip(header, row, strict=False)), seen)
        if isinstance(found, str):
            faults.append(Fault(line, found))
        else:
            seen.add(found.day)
            days.append(found)
    return days, faults


def _read_day(cells: Mapping[str, str], seen: set[date]) -> ListedDay | str:
    try:
        day = date.fromisoformat(cells.get("tanggal", ""))
    except ValueError:
        return f'Tanggal "{cells.get("tanggal", "")}" belum benar. Tulis misalnya 2026-03-19.'
    kind = _KINDS.get(cells.get("jenis", "").casefold())
    name = cells.get("nama", "")
    if kind is None:
        return f'Jenis "{cells.get("jenis", "")}" tidak dikenal. Isi libur_nasional, cuti_bersama, atau libur_daerah.'
    if not name:
        return "Nama hari libur wajib diisi."
    if len(name) > _MAX_NAME:
        return "Nama hari libur paling banyak 200 huruf."
    if day in seen:
        return "Tanggal ini sudah ada pada baris sebelumnya."
    return ListedDay(day, kind, name, is_estimate(name))


def is_estimate(name: str) -> bool:
    """Whether a list marks the day as estimated."""
    return ESTIMATE in name.casefold()


def kind_of_name(name: str) -> DayOffKind:
    """Collective leave or national holiday, by the words of the joint ministerial decree."""
    return DayOffKind.COLLECTIVE if name.startswith("Cuti Bersama") else DayOffKind.NATIONAL


def working_days_of_month(calendar: Calendar, year: int, month: int) -> int:
    """How many days the office works in a month."""
    first = date(year, month, 1)
    last = date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)
    return calendar.between(first - timedelta(days=1), last)


def setting_fault(key: str, value: Any) -> str | None:
    """A sentence when ``value`` is no value for the setting ``key``, else None. None unsets a setting."""
    kind = SETTINGS.get(key)
    if value is None or kind is None:
        return None
    if kind is SettingKind.DAY:
        try:
            date.fromisoformat(value)
        except (TypeError, ValueError):
            return "Tanggal belum benar. Tulis misalnya 2023-01-01."
    elif kind is SettingKind.COUNT:
        if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= 1000:
            return "Isi dengan bilangan bulat dari 0 sampai 1.000."
    elif kind is SettingKind.SWITCH:
        if not isinstance(value, bool):
            return "Isi dengan ya atau tidak."
    elif not isinstance(value, str) or not value.strip() or len(value) > _MAX_NAME:
        return "Isi dengan paling banyak 200 huruf."
    return None


def changed_days(before: Iterable[date], after: Iterable[date]) -> tuple[tuple[date, ...], tuple[date, ...]]:
    """(added, removed): days that became days off and days that became ordinary ones, in order."""
    old, new = set(before), set(after)
    return tuple(sorted(new - old)), tuple(sorted(old - new))
