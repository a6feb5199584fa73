"""What a list of complaints offers: its views by role, its order, the next step of a row. Pure."""

from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple

from lapor.complaints.rules import Status
from lapor.dispositions.rules import State
from lapor.policy import Role


class View(StrEnum):
    """A view of the list; the value stands in the address (``tampilan``)."""

    TO_CHECK = "periksa"
    TO_DO = "tindakan"
    UNKNOWN = "menunggu"
    SOON = "hampir"
    LATE = "lewat"
    RETURNED = "dikembalikan"
    FINISHED = "selesai"
    FORWARDED = "diteruskan"
    HISTORY = "riwayat"
    ALL = "semua"


class Order(StrEnum):
    """The order of the list; the value stands in the address (``urut``)."""

    DUE = "batas"
    NEWEST = "terbaru"
    OLDEST = "terlama"


_DESK_VIEWS = (
    View.TO_CHECK,
    View.UNKNOWN,
    View.SOON,
    View.LATE,
    View.RETURNED,
    View.FINISHED,
    View.FORWARDED,
    View.HISTORY,
    View.ALL,
)
_OVERSIGHT_VIEWS = (View.TO_CHECK, View.UNKNOWN, View.LATE, View.FINISHED, View.HISTORY, View.ALL)
_READER_VIEWS = (View.UNKNOWN, View.LATE, View.FINISHED, View.FORWARDED, View.HISTORY, View.ALL)
_AGENCY_VIEWS = (View.TO_DO, View.UNKNOWN, View.LATE, View.FINISHED, View.HISTORY, View.ALL)
_UNIT_VIEWS = (View.TO_DO, View.ALL)


def views_of(roles: frozenset[Role]) -> tuple[View, ...]:
    """The views of a person with ``roles``; the first is shown when the address names none."""
    if Role.COORDINATOR in roles:
        return _DESK_VIEWS
    if Role.INSPECTORATE in roles:
        return _OVERSIGHT_VIEWS
    if roles & {Role.SECRETARIAT, Role.LEADERSHIP}:
        return _READER_VIEWS
    if roles & {Role.HEAD, Role.LIAISON, Role.OPERATOR}:
        return _AGENCY_VIEWS
    return _UNIT_VIEWS


COUNTED = frozenset({View.TO_CHECK, View.TO_DO, View.UNKNOWN, View.SOON, View.LATE, View.RETURNED})
"""Views that ask for work; the others are archives whose numbers nobody acts on, and counting them costs."""


def default_order(view: View) -> Order:
    """What runs is sorted by what is due next, what is over by its age."""
    return Order.NEWEST if view in {View.FORWARDED, View.HISTORY, View.ALL} else Order.DUE


class NextStep(StrEnum):
    """The next step of a row for the person who looks at it."""

    CHECK = "check"
    DISPOSE = "dispose"
    REDIRECT = "redirect"
    REMIND = "remind"
    RESUME = "resume"
    CLOSE = "close"
    ACKNOWLEDGE = "acknowledge"
    DRAFT = "draft"
    RESPOND = "respond"
    COMPLETE = "complete"
    MATERIAL = "material"
    OPEN = "open"


class Row(NamedTuple):
    """What the next step needs of a row; ``state`` is that of the reader's own agency, None for the desk."""

    status: Status
    state: State | None
    is_owed: bool
    is_history: bool
    about_office: bool = False


_DESK_STEPS = {
    Status.RECEIVED: NextStep.CHECK,
    Status.VERIFIED: NextStep.DISPOSE,
    Status.RETURNED: NextStep.REDIRECT,
    Status.DISPOSED: NextStep.REMIND,
    Status.ON_HOLD: NextStep.RESUME,
    Status.FINISHED: NextStep.CLOSE,
}
_OVER = frozenset({Status.CLOSED, Status.ARCHIVED, Status.FORWARDED})


@lru_cache(maxsize=4096)
def next_step(roles: frozenset[Role], row: Row) -> NextStep:
    """What this person does next with this row; OPEN when it is not his turn."""
    if row.is_history and not row.is_owed:
        return NextStep.OPEN
    if Role.COORDINATOR in roles or (Role.INSPECTORATE in roles and row.about_office):
        owes = row.is_owed and row.status in {Status.ACKNOWLEDGED, Status.IN_PROGRESS}
        return NextStep.REMIND if owes else _DESK_STEPS.get(row.status, NextStep.OPEN)
    if roles == {Role.UNIT} and row.status not in _OVER:
        return NextStep.MATERIAL
    if row.is_owed and row.state is not None and Role.HEAD in roles:
        return NextStep.ACKNOWLEDGE
    if row.state is None or row.status in _OVER or row.status is Status.ON_HOLD:
        return NextStep.OPEN
    if roles & {Role.OPERATOR, Role.LIAISON}:
        if row.state is State.WAITING:
            return NextStep.DRAFT
        if row.state is State.ACKNOWLEDGED:
            return NextStep.RESPOND
        if row.state is State.IN_PROGRESS:
            return NextStep.COMPLETE
    return NextStep.OPEN
