"""Who holds a post on a day: one holder of a head's powers per day. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from lapor.policy import Role

_PLH = "plh"
_ACTING = frozenset({"plt", "pj"})
ORDER_GRACE_WORKING_DAYS = 5


@dataclass(frozen=True)
class Term:
    """An assignment on paper: who, in which capacity, from a day to a day (inclusive, None: open)."""

    assignment_id: int
    person_id: int
    capacity: str
    starts_on: date
    ends_on: date | None
    absences: tuple[tuple[date, date], ...] = ()

    def covers(self, day: date) -> bool:
        """Whether the term runs on ``day``."""
        return self.starts_on <= day and (self.ends_on is None or day <= self.ends_on)

    def is_absent(self, day: date) -> bool:
        """Whether the holder is noted as away on ``day``."""
        return any(start <= day <= end for start, end in self.absences)

    def is_absent_throughout(self, starts_on: date, ends_on: date | None) -> bool:
        """Whether the holder is noted as away on every day that his term shares with the given ones."""
        first, last = common_days(self, starts_on, ends_on)
        day = first
        for start, end in sorted(self.absences):
            if start <= day <= end:
                day = end + timedelta(days=1)
        return last is not None and day > last


def holder_of_the_day(terms: Iterable[Term], day: date) -> Term | None:
    """Whoever holds the head's powers on ``day``: Plh. first, else Plt. or Pj., else the definitive holder.

    A definitive holder who is away keeps the powers while nobody acts for him: heads travel without a Plh. most
    weeks (office.md 1.15) and a complaint must not wait for nobody.
    """
    running = [term for term in terms if term.covers(day)]
    return max(running, key=_precedence) if running else None


def _precedence(term: Term) -> tuple[int, date, int]:
    """Who goes first; the later term where two of one rank were ever stored, so that there is always one."""
    rank = 3 if term.capacity == _PLH else 2 if term.capacity in _ACTING else 1
    return rank, term.starts_on, term.assignment_id


def overlapping(
    terms: Sequence[Term], *, capacity: str, starts_on: date, ends_on: date | None, seats: int = 1
) -> Term | None:
    """A term that stands in the way of a new one because on some day all ``seats`` are taken, or None.

    A Plh. stands beside the definitive holder or a Plt.; two definitive holders of one seat, two Plt. or two Plh.
    never overlap, and a Plt. or Pj. only fills a vacant seat. A Plh. of a Plh. is the one exception: he may stand in
    on days on which the first one is noted as away, and being the later one he goes first.
    """
    rivals = [
        term
        for term in terms
        if (term.capacity == _PLH) == (capacity == _PLH)
        and (ends_on is None or term.starts_on <= ends_on)
        and (term.ends_on is None or starts_on <= term.ends_on)
        and not (capacity == _PLH and term.starts_on <= starts_on and term.is_absent_throughout(starts_on, ends_on))
    ]
    # The number of holders only grows on a day on which somebody begins.
    for day in sorted({starts_on} | {term.starts_on for term in rivals if term.starts_on > starts_on}):
        present = [term for term in rivals if term.covers(day)]
        if len(present) >= seats:
            return min(present, key=lambda term: (term.starts_on, term.assignment_id))
    return None


@dataclass(frozen=True)
class Change:
    """A day from which the powers of a post are another's; None: nobody's."""

    day: date
    former: Term | None
    current: Term | None


def changes_of_holder(terms: Sequence[Term], since: date) -> list[Change]:
    """Each day from ``since`` on at whose beginning the powers pass from one term to another, in order."""
    days = {term.starts_on for term in terms}
    days |= {term.ends_on + timedelta(days=1) for term in terms if term.ends_on is not None}
    found = []
    for day in sorted(day for day in days if day >= since):
        former, current = holder_of_the_day(terms, day - timedelta(days=1)), holder_of_the_day(terms, day)
        if (former and former.assignment_id) != (current and current.assignment_id):
            found.append(Change(day, former, current))
    return found


def common_days(term: Term, starts_on: date, ends_on: date | None) -> tuple[date, date | None]:
    """First and last day that ``term`` shares with the given days; None where neither has an end."""
    ends = [day for day in (term.ends_on, ends_on) if day is not None]
    return max(term.starts_on, starts_on), (min(ends) if ends else None)


def nip_fault(kind: str, nip: str) -> str | None:
    """What is wrong with a number, or None. PNS and PPPK have 18 digits; positions 13-14 are no month for PPPK.

    Returns "length", "digits", "birth", "month" or "unwanted" (a number for a person without one).
    """
    if kind == "non_asn":
        return "unwanted" if nip else None
    if not (nip.isascii() and nip.isdigit()):
        return "digits"
    if len(nip) != 18:
        return "length"
    try:
        date(int(nip[0:4]), int(nip[4:6]), int(nip[6:8]))
    except ValueError:
        return "birth"
    if kind == "pns" and not 1 <= int(nip[12:14]) <= 12:
        return "month"
    return None


def needs_scan(role: str, capacity: str) -> bool:
    """Whether the order itself must be in the file: for whoever acts for a head (office.md 1.15)."""
    return role == Role.HEAD and capacity in {_PLH, *_ACTING}


_CAPACITY_PREFIX = {"plt": "Plt. ", "plh": "Plh. ", "pj": "Pj. "}


def full_name(front_title: str, name: str, back_title: str) -> str:
    """A person's name with titles, as letters print it."""
    front = f"{front_title} " if front_title else ""
    back = f", {back_title}" if back_title else ""
    return f"{front}{name}{back}"


def post_words(title: str, capacity: str) -> str:
    """The post as it is written: ``Plh. Kepala Pelaksana BPBD``."""
    return _CAPACITY_PREFIX.get(capacity, "") + title


SINGLE_SEAT = frozenset({Role.HEAD})
