"""When the office is open for messages: a dated table of hours, with the Friday break and the month of Ramadan. Pure.

Only messages use the hours (office.md 1.15): a deadline counts days. On Fridays messages keep a distance from the
prayer and from the end of the week, because nobody acts on what comes then.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from lapor.core.clock import ZONE
from lapor.core.working_days import Calendar

FRIDAY = 4
MARGIN = timedelta(minutes=30)
"""How long before and after the Friday break no message goes out."""
LAST_ON_FRIDAY = time(15)
"""No message goes out on a Friday from here on."""
_MAX_DAYS = 400


@dataclass(frozen=True)
class Span:
    """From ``opens`` (inclusive) to ``closes`` (exclusive), by the clock of the office."""

    opens: time
    closes: time

    def holds(self, moment: time) -> bool:
        """Whether ``moment`` lies in the span."""
        return self.opens <= moment < self.closes


@dataclass(frozen=True)
class Hours:
    """One row of the table: the hours from ``starts_on`` to ``ends_on`` inclusive (None: for good)."""

    name: str
    starts_on: date
    ends_on: date | None
    daily: Span
    friday: Span
    friday_break: Span

    def covers(self, day: date) -> bool:
        """Whether the row speaks about ``day``."""
        return self.starts_on <= day and (self.ends_on is None or day <= self.ends_on)

    def office(self, day: date) -> tuple[Span, ...]:
        """When the office works on ``day``, were it a working day."""
        if day.weekday() != FRIDAY:
            return (self.daily,)
        return _cut((self.friday,), self.friday_break)

    def messages(self, day: date) -> tuple[Span, ...]:
        """When messages may go out on ``day``, were it a working day."""
        if day.weekday() != FRIDAY:
            return (self.daily,)
        around = Span(_moved(self.friday_break.opens, -MARGIN), _moved(self.friday_break.closes, MARGIN))
        return _cut(_cut((self.friday,), around), Span(LAST_ON_FRIDAY, time.max))


@dataclass(frozen=True)
class WorkingHours:
    """The dated table. For a day the row that began last counts, so a Ramadan lies over the ordinary hours."""

    rows: tuple[Hours, ...]

    def of(self, day: date) -> Hours | None:
        """The row that counts on ``day``; None where the table says nothing about it."""
        return max((row for row in self.rows if row.covers(day)), key=lambda row: row.starts_on, default=None)

    def is_open(self, instant: datetime, calendar: Calendar) -> bool:
        """Whether messages may go out at ``instant`` (aware)."""
        local = instant.astimezone(ZONE)
        return any(span.holds(local.time()) for span in self._spans(local.date(), calendar))

    def next_opening(self, instant: datetime, calendar: Calendar) -> datetime:
        """``instant`` itself while messages may go out, else the next moment at which they may, in the same zone.

        Raises LookupError when the office never opens within 400 days.
        """
        local = instant.astimezone(ZONE)
        for ahead in range(_MAX_DAYS):
            day = local.date() + timedelta(days=ahead)
            for span in self._spans(day, calendar):
                if ahead == 0 and span.holds(local.time()):
                    return instant
                if ahead > 0 or local.time() < span.opens:
                    return datetime.combine(day, span.opens, ZONE).astimezone(instant.tzinfo)
        raise LookupError("the office never opens")

    def _spans(self, day: date, calendar: Calendar) -> tuple[Span, ...]:
        row = self.of(day) if calendar.is_working(day) else None
        return row.messages(day) if row else ()


def _moved(moment: time, by: timedelta) -> time:
    return (datetime.combine(date(2000, 1, 2), moment) + by).time()


def _cut(spans: Sequence[Span], hole: Span) -> tuple[Span, ...]:
    """``spans`` without ``hole``."""
    left: list[Span] = []
    for span in spans:
        parts = (Span(span.opens, min(span.closes, hole.opens)), Span(max(span.opens, hole.closes), span.closes))
        left.extend(part for part in parts if part.opens < part.closes)
    return tuple(left)


ORDINARY = Hours(
    "Jam kerja biasa",
    date(2018, 1, 1),
    None,
    Span(time(7, 30), time(16)),
    Span(time(7, 30), time(16, 30)),
    Span(time(11, 30), time(13)),
)


def ramadan(first: date, last: date, name: str) -> Hours:
    """The hours of a month of Ramadan."""
    return Hours(
        name,
        first,
        last,
        Span(time(8), time(15)),
        Span(time(8), time(15, 30)),
        Span(time(11, 30), time(13)),
    )


GIVEN = WorkingHours(
    (
        ORDINARY,
        ramadan(date(2019, 5, 6), date(2019, 6, 4), "Ramadan 1440 H"),
        ramadan(date(2020, 4, 24), date(2020, 5, 23), "Ramadan 1441 H"),
        ramadan(date(2021, 4, 13), date(2021, 5, 12), "Ramadan 1442 H"),
        ramadan(date(2022, 4, 3), date(2022, 5, 1), "Ramadan 1443 H"),
        ramadan(date(2023, 3, 23), date(2023, 4, 21), "Ramadan 1444 H"),
        ramadan(date(2024, 3, 12), date(2024, 4, 9), "Ramadan 1445 H"),
        ramadan(date(2025, 3, 1), date(2025, 3, 30), "Ramadan 1446 H"),
        ramadan(date(2026, 2, 19), date(2026, 3, 20), "Ramadan 1447 H"),
        ramadan(date(2027, 2, 8), date(2027, 3, 9), "Ramadan 1448 H (perkiraan)"),
    )
)
"""What holds until the office writes its own table: the working hours of Presidential Regulation 21/2023, practice
of the province for the ends of the days; Ramadan as the government fixed it, 2027 estimated."""


def as_json(table: WorkingHours) -> list[dict[str, Any]]:
    """The table as the setting ``working_hours`` keeps it."""
    return [
        {
            "name": row.name,
            "starts_on": row.starts_on.isoformat(),
            "ends_on": row.ends_on.isoformat() if row.ends_on else None,
            "daily": _written(row.daily),
            "friday": _written(row.friday),
            "friday_break": _written(row.friday_break),
        }
        for row in table.rows
    ]


def from_json(value: Sequence[Mapping[str, Any]] | None) -> WorkingHours:
    """The table that the setting keeps; the given one where nothing was set."""
    if not value:
        return GIVEN
    return WorkingHours(
        tuple(
            Hours(
                row["name"],
                date.fromisoformat(row["starts_on"]),
                date.fromisoformat(row["ends_on"]) if row["ends_on"] else None,
                _read(row["daily"]),
                _read(row["friday"]),
                _read(row["friday_break"]),
            )
            for row in value
        )
    )


def fault(table: WorkingHours) -> str | None:
    """A sentence when the table cannot be kept, else None."""
    for row in table.rows:
        if row.ends_on is not None and row.ends_on < row.starts_on:
            return f"{row.name}: tanggal selesai mendahului tanggal mulai."
        if any(span.closes <= span.opens for span in (row.daily, row.friday, row.friday_break)):
            return f"{row.name}: jam tutup harus sesudah jam buka."
        if not row.friday.opens < row.friday_break.opens < row.friday_break.closes < row.friday.closes:
            return f"{row.name}: istirahat Jumat harus berada di dalam jam kerja Jumat."
    if not any(row.ends_on is None for row in table.rows):
        return "Harus ada satu baris jam kerja tanpa tanggal selesai."
    starts = [row.starts_on for row in table.rows]
    if len(set(starts)) < len(starts):
        return "Dua baris tidak dapat mulai pada tanggal yang sama."
    return None


def _written(span: Span) -> list[str]:
    return [span.opens.strftime("%H:%M"), span.closes.strftime("%H:%M")]


def _read(value: Sequence[str]) -> Span:
    return Span(time.fromisoformat(value[0]), time.fromisoformat(value[1]))
