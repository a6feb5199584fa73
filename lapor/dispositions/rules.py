"""States and moves of a disposition, the gate before the answer, the shown status, the deadlines. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from lapor.complaints.rules import ReportClass, ReportedParty, Status
from lapor.core.clock import at_local
from lapor.core.working_days import Calendar
from lapor.policy import Role


class State(StrEnum):
    """What became of one order to one agency."""

    WAITING = "waiting"
    ACKNOWLEDGED = "acknowledged"
    IN_PROGRESS = "in_progress"
    FINISHED = "finished"
    RETURNED = "returned"
    WITHDRAWN = "withdrawn"


ACTIVE = frozenset({State.WAITING, State.ACKNOWLEDGED, State.IN_PROGRESS, State.FINISHED})
OPEN = frozenset({State.WAITING, State.ACKNOWLEDGED, State.IN_PROGRESS})


class Part(StrEnum):
    """Lead answers, supporting agencies help."""

    LEAD = "lead"
    SUPPORT = "support"


class Act(StrEnum):
    """What a person can do to a disposition."""

    ACKNOWLEDGE = "acknowledge"
    PROPOSE_RETURN = "propose_return"
    RETURN = "return"
    WITHDRAW = "withdraw"
    LIFT = "lift"
    DRAFT = "draft"
    RELEASE = "release"
    RECORD_FIRST = "record_first"
    RECORD_FINAL = "record_final"
    RECORD_EARLY = "record_early"


class Guard(StrEnum):
    """What must hold besides the state."""

    NONE = "none"
    KNOWN_OR_LIFTED = "known_or_lifted"
    HOLDER_OF_THE_DAY = "holder_of_the_day"


@dataclass(frozen=True)
class Move:
    """One allowed step: in these states, by this act, by these roles, under this guard, into that state.

    ``to`` None leaves the state as it is.
    """

    states: frozenset[State]
    act: Act
    roles: frozenset[Role]
    guard: Guard
    to: State | None


_WRITERS = frozenset({Role.OPERATOR, Role.LIAISON, Role.COORDINATOR})
_DESK = frozenset({Role.COORDINATOR, Role.INSPECTORATE})

MOVES: tuple[Move, ...] = (
    Move(
        frozenset({State.WAITING}),
        Act.ACKNOWLEDGE,
        frozenset({Role.HEAD}),
        Guard.HOLDER_OF_THE_DAY,
        State.ACKNOWLEDGED,
    ),
    Move(OPEN, Act.PROPOSE_RETURN, frozenset({Role.OPERATOR, Role.LIAISON}), Guard.NONE, None),
    Move(OPEN, Act.RETURN, frozenset({Role.HEAD}), Guard.HOLDER_OF_THE_DAY, State.RETURNED),
    Move(OPEN, Act.WITHDRAW, _DESK, Guard.NONE, State.WITHDRAWN),
    Move(frozenset({State.WAITING}), Act.LIFT, frozenset({Role.COORDINATOR}), Guard.NONE, None),
    Move(OPEN, Act.DRAFT, _WRITERS, Guard.NONE, None),
    Move(OPEN, Act.RELEASE, _WRITERS, Guard.KNOWN_OR_LIFTED, None),
    Move(OPEN, Act.RECORD_FIRST, _WRITERS, Guard.KNOWN_OR_LIFTED, State.IN_PROGRESS),
    Move(OPEN, Act.RECORD_FINAL, _WRITERS, Guard.KNOWN_OR_LIFTED, State.FINISHED),
    Move(frozenset({State.WAITING}), Act.RECORD_EARLY, _WRITERS, Guard.NONE, None),
)


def move_for(state: State, act: Act) -> Move | None:
    """The move that ``act`` makes from ``state``, or None when there is none."""
    return next((move for move in MOVES if move.act is act and state in move.states), None)


class Way(StrEnum):
    """How the head's acknowledgement was given (model.md): counted apart, printed on the proof."""

    DIRECT = "direct"
    SHEET = "sheet"
    MANDATE = "mandate"


class RecordState(StrEnum):
    """What became of a photographed sheet: photo only, recorded, looked at by the coordinator, refused, replaced."""

    DRAFT = "draft"
    PENDING = "pending"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    DROPPED = "dropped"


COUNTING = frozenset({RecordState.PENDING, RecordState.ACCEPTED})
"""A sheet whose record counts is used up."""


class MatchedBy(StrEnum):
    """How a photo was matched to its sheet."""

    QR = "qr"
    TYPED = "typed"


class DateFault(StrEnum):
    """What is wrong with the date that was written on a sheet."""

    FUTURE = "future"
    BEFORE_ORDER = "before_order"
    BEFORE_PRINT = "before_print"


def written_date_fault(written_on: date, *, disposed_on: date, printed_on: date, today: date) -> DateFault | None:
    """Why a sheet cannot have been signed on ``written_on``, or None: all days are days of the office."""
    if written_on > today:
        return DateFault.FUTURE
    if written_on < disposed_on:
        return DateFault.BEFORE_ORDER
    return DateFault.BEFORE_PRINT if written_on < printed_on else None


class ResponseKind(StrEnum):
    """What a response is for."""

    FIRST = "first"
    PROGRESS = "progress"
    FINAL = "final"
    COMPLETION_REQUEST = "completion_request"


class ResponseState(StrEnum):
    """Draft, released for copying into LAPOR!, or recorded as given there."""

    DRAFT = "draft"
    READY = "ready"
    POSTED = "posted"


_MANDATED_CLASSES = frozenset({ReportClass.INFORMATION, ReportClass.ASPIRATION})


def mandate_covers(
    report_class: ReportClass | None, reported_party: ReportedParty | None, *, is_withheld: bool
) -> bool:
    """Whether a mandate to the liaison carries (model.md): information requests and aspirations only, never
    confidential, and only where the question who is reported was answered and it is not the head."""
    return (
        report_class in _MANDATED_CLASSES
        and not is_withheld
        and reported_party in {ReportedParty.NONE, ReportedParty.STAFF}
    )


class MaterialState(StrEnum):
    """What became of a unit's material for the answer."""

    DRAFT = "draft"
    SENT = "sent"
    RETURNED = "returned"


class Waits(StrEnum):
    """What a line of an agency's work waits for."""

    INITIALS = "initials"
    MENDING = "mending"
    TAKING_OVER = "taking_over"


def gate_is_open(state: State, *, is_lifted: bool, is_owed: bool) -> bool:
    """Whether a response may be released for LAPOR!: the head knows, or the block is lifted, or nothing is owed."""
    return state is not State.WAITING or is_lifted or not is_owed


@dataclass(frozen=True)
class DispositionFacts:
    """What the shown status needs of one disposition of the running round."""

    part: Part
    state: State
    first_response_on: date | None = None


@dataclass(frozen=True)
class ComplaintFacts:
    """What the shown status needs of the complaint itself."""

    is_verified: bool
    is_on_hold: bool = False
    is_forwarded: bool = False
    is_archived: bool = False
    is_closed: bool = False


def status_of(complaint: ComplaintFacts, dispositions: Sequence[DispositionFacts]) -> Status:
    """The status that everybody sees; the lead agency decides (model.md).

    It is "waiting for the head" while the lead waits, finished when the lead's final response is recorded and no
    disposition is open.
    """
    if complaint.is_archived:
        return Status.ARCHIVED
    if complaint.is_closed:
        return Status.CLOSED
    if complaint.is_forwarded:
        return Status.FORWARDED
    if complaint.is_on_hold:
        return Status.ON_HOLD
    active = [item for item in dispositions if item.state in ACTIVE]
    lead = next((item for item in active if item.part is Part.LEAD), None)
    if lead is None:
        if any(item.state is State.RETURNED for item in dispositions):
            return Status.RETURNED
        return Status.VERIFIED if complaint.is_verified else Status.RECEIVED
    if lead.state is State.WAITING:
        return Status.IN_PROGRESS if lead.first_response_on else Status.DISPOSED
    if lead.state is State.ACKNOWLEDGED:
        return Status.ACKNOWLEDGED
    if lead.state is State.FINISHED and not any(item.state in OPEN for item in active):
        return Status.FINISHED
    return Status.IN_PROGRESS


class Stage(StrEnum):
    """What a time limit is for."""

    VERIFICATION = "verification"
    ACKNOWLEDGEMENT = "acknowledgement"
    FIRST_FOLLOW_UP = "first_follow_up"
    COMPLETION = "completion"
    REPORTER_REPLY = "reporter_reply"


UNCLASSIFIED_COMPLETION = 14


@dataclass(frozen=True)
class Limits:
    """Time limits of one rule set in working days, by (stage, class); the class "" holds for all."""

    values: Mapping[tuple[str, str], int]

    def days(self, stage: Stage, report_class: ReportClass | None) -> int:
        """Working days for ``stage``; a blank class gets 14 for completion (model.md)."""
        specific = self.values.get((stage.value, report_class.value if report_class else ""))
        if specific is not None:
            return specific
        general = self.values.get((stage.value, ""))
        if general is not None:
            return general
        return UNCLASSIFIED_COMPLETION


def due_on(calendar: Calendar, started_on: date, working_days: int, paused_days: int = 0) -> date:
    """The n-th working day strictly after the event's date, moved by the working days of pauses."""
    return calendar.add(started_on, working_days + paused_days)


def paused_working_days(calendar: Calendar, started_on: date, paused_on: date, resumed_on: date) -> int:
    """Working days by which a pause moves a clock: its first day counts, the day on which it goes on does not.

    The day of the event is day 0, so a pause that begins with it or before counts from the day after. They are
    counted once, when the clock goes on: a day off that is decreed later takes none of them away.
    """
    last_before = max(paused_on - timedelta(days=1), started_on)
    return max(calendar.between(last_before, resumed_on - timedelta(days=1)), 0)


@dataclass(frozen=True)
class DeadlineMove:
    """How many deadlines of one agency and stage go from one day to another when the calendar changes.

    ``agency_id`` None: clocks of the complaint itself, which the coordinator's desk keeps. ``working_days``: how far,
    in working days of the new calendar, negative when it becomes earlier.
    """

    agency_id: int | None
    stage: Stage
    was_due_on: date
    due_on: date
    count: int
    working_days: int


@dataclass(frozen=True)
class TimeLeft:
    """How a due date stands on a day, in working days: ``days`` left (>= 0) or late (< 0)."""

    due_on: date
    days: int
    is_paused: bool = False
    met_on: date | None = None


def time_left(
    calendar: Calendar, due: date, today: date, *, met_on: date | None = None, is_paused: bool = False
) -> TimeLeft:
    """What is left until ``due`` on ``today``, or how late it was when met.

    Late from 00.00 of the day after the due date, also when that is not a working day: at least one day late.
    """
    day = met_on or today
    days = calendar.between(day, due)
    if day > due:
        days = min(days, -1)
    return TimeLeft(due_on=due, days=days, is_paused=is_paused and met_on is None, met_on=met_on)


def authority_since(disposed_at: datetime, holds_since: date | None) -> datetime | None:
    """When a head's powers came to their holder, if that was after the order was given to the agency; else None.

    A delivery is never moved by it: the order came when it came, and what the holder had of it himself begins here.
    ``holds_since`` None: the term is not known, or the post is vacant.
    """
    began = at_local(holds_since, 0) if holds_since is not None else disposed_at
    return began if began > disposed_at else None
