"""What is late by agency and stage, and what is due in a month: shades, order, months, addresses of feeds. Pure."""

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum

from lapor.dispositions.rules import Stage

LEVELS = 4
FEED_BACK, FEED_AHEAD = timedelta(days=90), timedelta(days=400)
FEED_MOST = 500
"""Entries of a feed: calendar programs fetch it whole, several times a day."""


@dataclass(frozen=True)
class LateCell:
    """How many complaints are late at one place, and the day on which the oldest of them was due."""

    count: int = 0
    oldest_due_on: date | None = None


@dataclass(frozen=True)
class LateRow:
    """What is late at one agency; ``agency_id`` None is the coordinator's desk."""

    agency_id: int | None
    name: str
    total: int
    cells: dict[Stage, LateCell] = field(default_factory=dict)

    @property
    def oldest_due_on(self) -> date | None:
        """The day on which the oldest of all was due."""
        return min((cell.oldest_due_on for cell in self.cells.values() if cell.oldest_due_on), default=None)


class Order(StrEnum):
    """The order of the rows; the value stands in the address, with a minus before it for the most first."""

    NAME = "nama"
    TOTAL = "jumlah"
    OLDEST = "terlama"
    VERIFICATION = "verification"
    ACKNOWLEDGEMENT = "acknowledgement"
    FIRST_FOLLOW_UP = "first_follow_up"
    COMPLETION = "completion"


def read_order(given: str) -> tuple[Order, bool]:
    """The order that an address asks for and whether it is descending; the most late first where it asks nonsense."""
    name = given.removeprefix("-")
    if name in {order.value for order in Order}:
        return Order(name), given.startswith("-")
    return Order.TOTAL, True


def sorted_rows(rows: Iterable[LateRow], order: Order, *, descending: bool) -> list[LateRow]:
    """The rows in order, those that are equal by name."""
    by_name = sorted(rows, key=lambda row: (row.name.casefold(), row.agency_id or 0))
    if order is Order.NAME:
        return by_name[::-1] if descending else by_name

    def value(row: LateRow) -> int:
        if order is Order.TOTAL:
            return row.total
        if order is Order.OLDEST:
            # the older the day, the longer it is late
            return -(row.oldest_due_on or date.max).toordinal()
        return row.cells.get(Stage(order.value), LateCell()).count

    return sorted(by_name, key=value, reverse=descending)


def level(count: int, most: int) -> int:
    """The shade of a number among numbers up to ``most``: 0 for nothing, 1 to LEVELS by quarters.

    Where all numbers are small none is called many: a single complaint is the lightest shade.
    """
    if count <= 0:
        return 0
    return min(LEVELS, -(-count * LEVELS // max(most, LEVELS)))


@dataclass(frozen=True)
class Month:
    """A month of a year, for the addresses and steps of the calendar."""

    year: int
    number: int

    @property
    def first(self) -> date:
        """Its first day."""
        return date(self.year, self.number, 1)

    @property
    def last(self) -> date:
        """Its last day."""
        return self.step(1).first - timedelta(days=1)

    @property
    def days(self) -> list[date]:
        """All its days."""
        return [self.first + timedelta(days=n) for n in range((self.last - self.first).days + 1)]

    def step(self, months: int) -> "Month":
        """The month so many months later, or earlier."""
        years, number = divmod(self.number - 1 + months, 12)
        return Month(self.year + years, number + 1)

    def __str__(self) -> str:
        return f"{self.year}-{self.number:02d}"


FIRST_YEAR, LAST_YEAR = 2010, 2100


def read_month(given: str, today: date) -> Month:
    """The month that an address asks for (``2026-03``), else the present one."""
    written = re.fullmatch(r"([0-9]{4})-(0[1-9]|1[0-2])", given)
    if written and FIRST_YEAR <= int(written[1]) <= LAST_YEAR:
        return Month(int(written[1]), int(written[2]))
    return Month(today.year, today.month)


@dataclass(frozen=True)
class DueDay:
    """What is due on a day: complaints in all, and how many of each stage."""

    day: date
    total: int
    stages: Sequence[tuple[Stage, int]] = ()


@dataclass(frozen=True)
class DueEntry:
    """One time limit in a feed: nothing but the number of the complaint and the stage."""

    deadline_id: int
    number: str
    stage: Stage
    due_on: date


def token_hash(token: str) -> str:
    """What is kept of the secret part of a feed's address: its SHA-256."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
