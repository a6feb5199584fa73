"""A cycle's states and moves, and what the report may say about itself. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from lapor.statistics.rules import AgencyRow, CoverageTable, Exceptions, PeriodTotals

MINIMUM_CASES = 3
"""Fewest complaints with which an agency stands in the table of results; a default that each cycle may change."""


class CycleState(StrEnum):
    """Draft follows the data of the day, locked holds the figures still, published is final."""

    DRAFT = "draft"
    LOCKED = "locked"
    PUBLISHED = "published"


class Act(StrEnum):
    """What a person can do to a cycle."""

    CHANGE_PERIOD = "change_period"
    CHANGE_TEXT = "change_text"
    LOCK = "lock"
    UNLOCK = "unlock"
    PUBLISH = "publish"


_MOVES = {
    Act.CHANGE_PERIOD: frozenset({CycleState.DRAFT}),
    Act.CHANGE_TEXT: frozenset({CycleState.DRAFT, CycleState.LOCKED}),
    Act.LOCK: frozenset({CycleState.DRAFT}),
    Act.UNLOCK: frozenset({CycleState.LOCKED}),
    Act.PUBLISH: frozenset({CycleState.LOCKED}),
}


def is_possible(state: CycleState, act: Act) -> bool:
    """Whether ``act`` can be done in ``state``; nothing can be done to a published cycle."""
    return state in _MOVES[act]


@dataclass(frozen=True)
class Fault:
    """What is wrong with a cycle's particulars: the field and a code."""

    field: str
    code: str


def period_fault(year: int, starts_on: date, ends_on: date) -> Fault | None:
    """What is wrong with a period, or None. It lies in its year, because the report compares whole years with it."""
    if ends_on < starts_on:
        return Fault("ends_on", "order")
    if starts_on.year != year:
        return Fault("starts_on", "year")
    if ends_on.year != year:
        return Fault("ends_on", "year")
    return None


def as_of_fault(as_of: date, ends_on: date, today: date) -> str | None:
    """What is wrong with the day on which data are locked: "early" before the period's end, "future", or None."""
    if as_of < ends_on:
        return "early"
    return "future" if as_of > today else None


def is_whole_year(starts_on: date, ends_on: date) -> bool:
    """Whether the period is the calendar year from 1 January to 31 December."""
    return (starts_on.month, starts_on.day, ends_on.month, ends_on.day) == (1, 1, 12, 31) and (
        starts_on.year == ends_on.year
    )


@dataclass(frozen=True)
class CycleFigures:
    """The results of a cycle on the day ``as_of``: all that page, report and spreadsheet show.

    ``exceptions`` None: they were held still before exceptions were counted with them.
    """

    starts_on: date
    ends_on: date
    as_of: date
    minimum_cases: int
    totals: PeriodTotals
    agencies: tuple[AgencyRow, ...]
    coverage: CoverageTable
    exceptions: Exceptions | None = None

    @property
    def judged(self) -> tuple[AgencyRow, ...]:
        """Agencies with enough complaints of known course to be shown with their indicators, alphabetical."""
        return tuple(row for row in self.agencies if not row.is_organiser and row.results.base >= self.minimum_cases)

    @property
    def few(self) -> tuple[AgencyRow, ...]:
        """Agencies whose complaints are too few to say something by rates."""
        return tuple(
            row
            for row in self.agencies
            if not row.is_organiser and row.results.received and row.results.base < self.minimum_cases
        )

    @property
    def organisers(self) -> tuple[AgencyRow, ...]:
        """Those who run SP4N themselves: shown, not judged (office.md "Fairness")."""
        return tuple(row for row in self.agencies if row.is_organiser and row.results.received)

    @property
    def receiving(self) -> int:
        """How many agencies were given complaints in the period."""
        return sum(1 for row in self.agencies if row.results.received)

    def to_json(self) -> dict[str, Any]:
        """Plain values, to be frozen."""
        return {
            "starts_on": self.starts_on.isoformat(),
            "ends_on": self.ends_on.isoformat(),
            "as_of": self.as_of.isoformat(),
            "minimum_cases": self.minimum_cases,
            "totals": self.totals.to_json(),
            "agencies": [row.to_json() for row in self.agencies],
            "coverage": self.coverage.to_json(),
            "exceptions": self.exceptions.to_json() if self.exceptions else None,
        }

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> "CycleFigures":
        """The figures that ``to_json`` froze."""
        return cls(
            starts_on=date.fromisoformat(values["starts_on"]),
            ends_on=date.fromisoformat(values["ends_on"]),
            as_of=date.fromisoformat(values["as_of"]),
            minimum_cases=values["minimum_cases"],
            totals=PeriodTotals.from_json(values["totals"]),
            agencies=tuple(AgencyRow.from_json(row) for row in values["agencies"]),
            coverage=CoverageTable.from_json(values["coverage"]),
            exceptions=Exceptions.from_json(values["exceptions"]) if values.get("exceptions") else None,
        )


class Order(StrEnum):
    """Columns by which the table of agencies can be put in order, as they stand in the address."""

    NAME = "nama"
    FOLLOW_UP = "ttl"
    SPEED = "ktl"
    TIMELINESS = "kwt"
    COMPLETION = "tsl"
    ACKNOWLEDGED = "kpm"


def in_order(rows: Sequence[AgencyRow], order: Order, *, descending: bool) -> list[AgencyRow]:
    """``rows`` by one column; those without data come last either way, equal ones by name."""

    def value(row: AgencyRow) -> float | None:
        results = row.results
        return {
            Order.FOLLOW_UP: results.follow_up_rate,
            Order.SPEED: results.speed,
            Order.TIMELINESS: results.timeliness,
            Order.COMPLETION: results.completion_rate,
            Order.ACKNOWLEDGED: results.acknowledgement_rate,
        }[order]

    by_name = sorted(rows, key=lambda row: (row.name.casefold(), row.agency_id))
    if order is Order.NAME:
        return by_name[::-1] if descending else by_name
    measured = [row for row in by_name if value(row) is not None]
    measured.sort(key=lambda row: (value(row) or 0.0) * (-1 if descending else 1))
    return [*measured, *(row for row in by_name if value(row) is None)]
