"""When a rule of the table has come, whom it reaches, and the moves of a letter. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from lapor.core.working_days import Calendar
from lapor.dispositions.rules import Stage


class Receiver(StrEnum):
    """Whom a rule reaches; above the coordinator the system only drafts letters (office.md 1.13)."""

    OPERATOR = "operator"
    LIAISON = "liaison"
    HEAD = "head"
    COORDINATOR = "coordinator"
    REMINDER_LETTER = "reminder_letter"
    ASSERTION_LETTER = "assertion_letter"


LETTERS = frozenset({Receiver.REMINDER_LETTER, Receiver.ASSERTION_LETTER})

NEXT_ABOVE: Mapping[Receiver, Receiver] = {
    Receiver.OPERATOR: Receiver.LIAISON,
    Receiver.LIAISON: Receiver.HEAD,
    Receiver.HEAD: Receiver.COORDINATOR,
}
"""Who is told instead while a post is vacant."""

OF_AGENCY = frozenset({Stage.ACKNOWLEDGEMENT, Stage.FIRST_FOLLOW_UP, Stage.COMPLETION})
"""Stages that wait for an agency; the others wait for the coordinator."""

MAX_OFFSET = 60
MAX_RULES = 100


@dataclass(frozen=True)
class Rule:
    """A row of the table: ``offset_days`` working days after the due date (before it, when negative).

    ``id`` 0: it comes with the system and is not stored yet.
    """

    stage: Stage
    offset_days: int
    receiver: Receiver
    id: int = 0


def _given(stage: Stage, *steps: tuple[int, Receiver]) -> tuple[Rule, ...]:
    return tuple(Rule(stage, offset, receiver) for offset, receiver in steps)


GIVEN_RULES = (
    *_given(Stage.VERIFICATION, (-1, Receiver.COORDINATOR), (1, Receiver.COORDINATOR)),
    *_given(
        Stage.ACKNOWLEDGEMENT,
        (-1, Receiver.OPERATOR),
        (0, Receiver.LIAISON),
        (0, Receiver.HEAD),
        (2, Receiver.HEAD),
        (3, Receiver.COORDINATOR),
        (10, Receiver.REMINDER_LETTER),
        (20, Receiver.ASSERTION_LETTER),
    ),
    *_given(
        Stage.FIRST_FOLLOW_UP,
        (-2, Receiver.OPERATOR),
        (0, Receiver.OPERATOR),
        (1, Receiver.LIAISON),
        (2, Receiver.HEAD),
        (3, Receiver.COORDINATOR),
        (10, Receiver.REMINDER_LETTER),
        (20, Receiver.ASSERTION_LETTER),
    ),
    *_given(
        Stage.COMPLETION,
        (-3, Receiver.OPERATOR),
        (0, Receiver.OPERATOR),
        (1, Receiver.LIAISON),
        (2, Receiver.HEAD),
        (3, Receiver.COORDINATOR),
        (10, Receiver.REMINDER_LETTER),
        (20, Receiver.ASSERTION_LETTER),
    ),
    *_given(Stage.REPORTER_REPLY, (1, Receiver.COORDINATOR)),
)
"""The order of office.md 1.13; the days are the province's to choose."""


def rule_fault(stage: Stage, offset_days: int, receiver: Receiver) -> str | None:
    """A sentence when a rule cannot be kept, else None."""
    if abs(offset_days) > MAX_OFFSET:
        return f"Isi dengan -{MAX_OFFSET} sampai {MAX_OFFSET} hari kerja."
    if stage not in OF_AGENCY and receiver is not Receiver.COORDINATOR:
        return "Tahap ini menunggu koordinator, jadi hanya koordinator yang diingatkan."
    if receiver in LETTERS and offset_days < 1:
        return "Surat hanya dikonsepkan sesudah batas waktu lewat."
    return None


def comes_on(due_on: date, offset_days: int, calendar: Calendar) -> date:
    """The day on which a rule comes for a deadline."""
    if offset_days < 0:
        return calendar.subtract(due_on, -offset_days)
    return calendar.add(due_on, offset_days)


def latest_due(offset_days: int, today: date, calendar: Calendar) -> date:
    """The latest due date for which a rule has come by ``today``."""
    if offset_days == 0:
        return today
    if offset_days < 0:
        return calendar.add(today, -offset_days)
    worked = today if calendar.is_working(today) else calendar.subtract(today, 1)
    return calendar.subtract(worked, offset_days - 1) - timedelta(days=1)


@dataclass(frozen=True)
class Window:
    """The due dates for which ``rule`` speaks today: after ``after`` (None: all earlier ones) up to ``until``."""

    rule: Rule
    after: date | None
    until: date

    def holds(self, due_on: date) -> bool:
        """Whether the rule speaks for this due date."""
        return due_on <= self.until and (self.after is None or due_on > self.after)


def windows(rules: Iterable[Rule], today: date, calendar: Calendar) -> list[Window]:
    """For each rule the due dates for which it speaks today.

    Of the rules of one stage and receiver the newest that has come speaks, and only that one: after an outage, or
    when a rule is added, nobody is told three times the same, and nobody is left out. A window may be empty.
    """
    groups: dict[tuple[Stage, Receiver], list[Rule]] = defaultdict(list)
    for rule in rules:
        groups[rule.stage, rule.receiver].append(rule)
    found: list[Window] = []
    for group in groups.values():
        ordered = sorted(group, key=lambda rule: rule.offset_days)
        ends = [latest_due(rule.offset_days, today, calendar) for rule in ordered]
        for place, rule in enumerate(ordered):
            found.append(Window(rule, ends[place + 1] if place + 1 < len(ends) else None, ends[place]))
    return found


class LetterKind(StrEnum):
    """Letters above the coordinator: a reminder by the head of the organising agency, an assertion by the Sekda."""

    REMINDER = "reminder"
    ASSERTION = "assertion"


KIND_OF = {Receiver.REMINDER_LETTER: LetterKind.REMINDER, Receiver.ASSERTION_LETTER: LetterKind.ASSERTION}


class LetterState(StrEnum):
    """What became of a draft. The system makes it; all else is a person's decision."""

    DRAFT = "draft"
    READY = "ready"
    SENT = "sent"
    DROPPED = "dropped"


class LetterAct(StrEnum):
    """What a person decides on a letter."""

    EDIT = "edit"
    SIGN_OFF = "sign_off"
    TAKE_BACK = "take_back"
    LOG_SENT = "log_sent"
    DROP = "drop"


MOVES: Mapping[tuple[LetterState, LetterAct], LetterState] = {
    (LetterState.DRAFT, LetterAct.EDIT): LetterState.DRAFT,
    (LetterState.DRAFT, LetterAct.SIGN_OFF): LetterState.READY,
    (LetterState.DRAFT, LetterAct.DROP): LetterState.DROPPED,
    (LetterState.READY, LetterAct.TAKE_BACK): LetterState.DRAFT,
    (LetterState.READY, LetterAct.LOG_SENT): LetterState.SENT,
    (LetterState.READY, LetterAct.DROP): LetterState.DROPPED,
}


class Interval(StrEnum):
    """How often the leadership gets its page."""

    WEEKLY = "weekly"
    MONTHLY = "monthly"
    OFF = "off"


BRIEF_INTERVAL = "leadership_brief_interval"


def brief_period(interval: Interval, today: date) -> tuple[str, date, date] | None:
    """Name, first and last day of the period that a page made today is about: the last whole one; None when off."""
    if interval is Interval.OFF:
        return None
    if interval is Interval.WEEKLY:
        first = today - timedelta(days=today.weekday() + 7)
        year, week, _weekday = first.isocalendar()
        return f"{year}-W{week:02d}", first, first + timedelta(days=6)
    last = today.replace(day=1) - timedelta(days=1)
    return f"{last.year}-{last.month:02d}", last.replace(day=1), last


def ladder(receiver: Receiver) -> tuple[Receiver, ...]:
    """Who is tried in turn: the receiver, and above him while a post is vacant."""
    steps = [receiver]
    while steps[-1] in NEXT_ABOVE:
        steps.append(NEXT_ABOVE[steps[-1]])
    return tuple(steps)
