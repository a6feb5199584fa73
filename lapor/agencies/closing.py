"""What an agency has to hand over when it closes: the slices above say what there is, each of its own."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session


@dataclass(frozen=True)
class Burden:
    """A kind of thing that moves or ends with an agency. ``needs_successor``: it cannot be left without one."""

    label: str
    count: int
    needs_successor: bool = False


Counter = Callable[[Session, int, date], list[Burden]]
_counters: list[Counter] = []


def register(counter: Counter) -> None:
    """``counter(session, agency_id, day)`` tells what would move or end; wired once, in ``factory``."""
    if counter not in _counters:
        _counters.append(counter)


def burdens_of(session: Session, agency_id: int, day: date) -> list[Burden]:
    """All that would move or end with the agency on ``day``; what there is nothing of is left out."""
    return [burden for counter in _counters for burden in counter(session, agency_id, day) if burden.count]
