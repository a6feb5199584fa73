"""Indicators, coverage and period figures: formulas over counts. Pure.

An indicator without data is None, never zero: "not measured" and "nothing was done" are different findings. Rates
are shares from 0 to 1, the speed score runs from 0 to 100. Sources of the formulas: domain.md "Monitoring and
evaluation"; PermenPANRB 62/2018 for the five working days of the first follow-up.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

FULL_SPEED_DAYS = 5
NO_SPEED_DAYS = 30

Histogram = tuple[tuple[int, int], ...]
"""(working days, how many cases), by rising days: enough for medians, and it says nothing about a single case."""


def follow_up_rate(followed_up: int, base: int) -> float | None:
    """TTL, tingkat tindak lanjut = with a first response / base."""
    return _share(followed_up, base)


def speed_score(days: int) -> float:
    """Score of one first response: 100 up to 5 working days after disposition, falling linearly to 0 at 30."""
    if days <= FULL_SPEED_DAYS:
        return 100.0
    if days >= NO_SPEED_DAYS:
        return 0.0
    return 100.0 * (NO_SPEED_DAYS - days) / (NO_SPEED_DAYS - FULL_SPEED_DAYS)


def speed(responses: Histogram) -> float | None:
    """KTL, kecepatan tindak lanjut = mean of the scores of the given first responses, 0 to 100.

    What was not answered is no matter of speed: TTL counts it.
    """
    cases = sum(count for _, count in responses)
    if not cases:
        return None
    return sum(speed_score(days) * count for days, count in responses) / cases


def timeliness(on_time: int, finished: int, open_overdue: int) -> float | None:
    """KWT, ketepatan waktu = finished within the class limit / (finished + open and overdue).

    An open case whose limit has passed counts against it: otherwise never finishing would be the best way to be
    punctual.
    """
    return _share(on_time, finished + open_overdue)


def completion_rate(finished: int, base: int) -> float | None:
    """TSL, tingkat penyelesaian = finished / base."""
    return _share(finished, base)


def acknowledgement_rate(in_time: int, due: int) -> float | None:
    """KPM, diketahui pimpinan = acknowledged within the limit / acknowledgements owed that are given or past due.

    One that still has time counts neither way. An answer given before the head knew is never in time (model.md).
    """
    return _share(in_time, due)


def _share(part: int, whole: int) -> float | None:
    if not 0 <= part <= max(whole, 0):
        raise ValueError("a part lies between zero and its whole")
    return part / whole if whole else None


def median(responses: Histogram) -> float | None:
    """Median of the working days, the mean of the two middle ones for an even number, or None."""
    cases = sum(count for _, count in responses)
    if not cases:
        return None

    def nth(position: int) -> int:
        passed = 0
        for days, count in responses:
            passed += count
            if passed > position:
                return days
        raise ValueError("fewer cases than counted")

    return (nth((cases - 1) // 2) + nth(cases // 2)) / 2


def histogram(days: Mapping[int, int]) -> Histogram:
    """The counts by rising days; a day before the disposition counts as the same day."""
    found: dict[int, int] = {}
    for day, count in days.items():
        found[max(day, 0)] = found.get(max(day, 0), 0) + count
    return tuple(sorted(found.items()))


def together(histograms: Iterable[Histogram]) -> Histogram:
    """All cases of several histograms in one."""
    found: dict[int, int] = {}
    for item in histograms:
        for day, count in item:
            found[day] = found.get(day, 0) + count
    return histogram(found)


@dataclass(frozen=True)
class Results:
    """What became of complaints: counts and the indicators that follow from them.

    ``received``: disposed to agencies, less archived, blocked, returned, withdrawn and forwarded. ``base``: of these,
    the ones whose course is known here (history out of LAPOR!'s export holds no response and no time). The rest are
    counts within the base. ``to_know``: acknowledgements that were given or are past their limit, ``known_in_time``
    of these within it, ``waiting``: not given and still within it. ``returned`` stands beside the base.
    """

    received: int = 0
    base: int = 0
    followed_up: int = 0
    finished: int = 0
    on_time: int = 0
    open_overdue: int = 0
    to_know: int = 0
    known_in_time: int = 0
    waiting: int = 0
    returned: int = 0
    responses: Histogram = ()

    @property
    def unmeasured(self) -> int:
        """History that counts in volume and coverage only."""
        return self.received - self.base

    @property
    def follow_up_rate(self) -> float | None:
        """TTL, a share."""
        return follow_up_rate(self.followed_up, self.base)

    @property
    def speed(self) -> float | None:
        """KTL, 0 to 100."""
        return speed(self.responses)

    @property
    def timeliness(self) -> float | None:
        """KWT, a share."""
        return timeliness(self.on_time, self.finished, self.open_overdue)

    @property
    def completion_rate(self) -> float | None:
        """TSL, a share."""
        return completion_rate(self.finished, self.base)

    @property
    def acknowledgement_rate(self) -> float | None:
        """KPM, a share."""
        return acknowledgement_rate(self.known_in_time, self.to_know)

    @property
    def median_days(self) -> float | None:
        """Median working days from disposition to first response."""
        return median(self.responses)

    def to_json(self) -> dict[str, Any]:
        """Plain values, to be frozen."""
        return asdict(self)

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> "Results":
        """The results that ``to_json`` froze."""
        return cls(**{**values, "responses": tuple((days, count) for days, count in values["responses"])})


def sum_of(results: Iterable[Results]) -> Results:
    """The results of several agencies as one."""
    items = list(results)
    counted = {
        name: sum(getattr(item, name) for item in items)
        for name in Results.__dataclass_fields__
        if name != "responses"
    }
    return Results(**counted, responses=together(item.responses for item in items))


@dataclass(frozen=True)
class AgencyRow:
    """One agency with its results. ``is_organiser``: runs SP4N itself and is not judged (office.md)."""

    agency_id: int
    name: str
    abbreviation: str
    is_organiser: bool
    results: Results

    def to_json(self) -> dict[str, Any]:
        """Plain values, to be frozen."""
        return asdict(self)

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> "AgencyRow":
        """The row that ``to_json`` froze."""
        return cls(**{**values, "results": Results.from_json(values["results"])})


@dataclass(frozen=True)
class Count:
    """How many of one kind; ``code`` is a class, a status or a channel, "" where it is not known."""

    code: str
    count: int


@dataclass(frozen=True)
class PeriodTotals:
    """All complaints received in a period, whoever handles them, and the results of those that agencies were given.

    ``months``: how many came in each month of the period, in order. ``undisposed``: neither given to an agency nor
    archived nor forwarded.
    """

    received: int
    archived: int
    forwarded: int
    undisposed: int
    classes: tuple[Count, ...]
    statuses: tuple[Count, ...]
    channels: tuple[Count, ...]
    months: tuple[Count, ...]
    results: Results

    def to_json(self) -> dict[str, Any]:
        """Plain values, to be frozen."""
        return asdict(self)

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> "PeriodTotals":
        """The totals that ``to_json`` froze."""
        counted = {
            name: tuple(Count(**item) for item in values[name])
            for name in ("classes", "statuses", "channels", "months")
        }
        return cls(**{**values, **counted, "results": Results.from_json(values["results"])})


@dataclass(frozen=True)
class CoverageRow:
    """Complaints given to one agency, per year of the table."""

    agency_id: int
    name: str
    abbreviation: str
    is_organiser: bool
    counts: tuple[int, ...]

    @property
    def total(self) -> int:
        """Complaints in all the years."""
        return sum(self.counts)


@dataclass(frozen=True)
class CoverageTable:
    """Which agencies received complaints in which year (by the day on which the complaint came in).

    ``rows``: agencies with at least one, alphabetical. ``never``: agencies without one in these years that were
    obliged in the last of them (all active agencies while no obligations are noted). ``obliged``: how many agencies
    take part, or None when nobody has said. ``until``: the last day that counts, where the last year is not whole.
    """

    years: tuple[int, ...]
    rows: tuple[CoverageRow, ...]
    never: tuple[CoverageRow, ...]
    obliged: int | None
    until: date | None = None

    @property
    def totals(self) -> tuple[int, ...]:
        """Complaints of all agencies per year."""
        return tuple(sum(row.counts[index] for row in self.rows) for index in range(len(self.years)))

    @property
    def covered_per_year(self) -> tuple[int, ...]:
        """How many agencies received complaints in each year."""
        return tuple(sum(1 for row in self.rows if row.counts[index]) for index in range(len(self.years)))

    @property
    def covered(self) -> int:
        """How many agencies received a complaint in any of the years."""
        return len(self.rows)

    @property
    def total(self) -> int:
        """Complaints of all agencies in all years."""
        return sum(row.total for row in self.rows)

    def to_json(self) -> dict[str, Any]:
        """Plain values, to be frozen."""
        return {**asdict(self), "until": self.until.isoformat() if self.until else None}

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> "CoverageTable":
        """The table that ``to_json`` froze."""

        def rows(items: Sequence[Mapping[str, Any]]) -> tuple[CoverageRow, ...]:
            return tuple(CoverageRow(**{**item, "counts": tuple(item["counts"])}) for item in items)

        return cls(
            years=tuple(values["years"]),
            rows=rows(values["rows"]),
            never=rows(values["never"]),
            obliged=values["obliged"],
            until=date.fromisoformat(values["until"]) if values["until"] else None,
        )


@dataclass(frozen=True)
class Exceptions:
    """Orders of a period's complaints: statements by way, blocks lifted, answers that went ahead of a word."""

    direct: int = 0
    sheet: int = 0
    mandate: int = 0
    lifted: int = 0
    lift_ended: int = 0
    answered_before: int = 0
    without_initials: int = 0

    def to_json(self) -> dict[str, Any]:
        """Plain values, to be frozen."""
        return asdict(self)

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> "Exceptions":
        """The counts that ``to_json`` froze."""
        return cls(**values)


def months_of(start: date, end: date) -> list[str]:
    """The months from ``start`` to ``end`` as ``2021-01``, in order."""
    found = []
    year, month = start.year, start.month
    while (year, month) <= (end.year, end.month):
        found.append(f"{year}-{month:02d}")
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
    return found
