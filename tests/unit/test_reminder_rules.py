"""When a rule of the table has come: against an independent count."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from lapor.core.working_days import Calendar
from lapor.dispositions.rules import Stage
from lapor.reminders.rules import (
    GIVEN_RULES,
    LETTERS,
    MAX_OFFSET,
    MOVES,
    Interval,
    LetterAct,
    LetterState,
    Receiver,
    Rule,
    brief_period,
    comes_on,
    ladder,
    latest_due,
    rule_fault,
    windows,
)

DAYS = st.dates(date(2019, 1, 1), date(2027, 12, 31))
OFFSETS = st.integers(-15, 15)
CALENDARS = st.sets(DAYS, max_size=40).map(lambda days: Calendar(frozenset(days)))


def _has_come(due_on: date, offset: int, today: date, calendar: Calendar) -> bool:
    """Counted day by day, as a clerk would with his finger on the wall calendar."""
    step, left, day = (1 if offset > 0 else -1), abs(offset), due_on
    while left:
        day += timedelta(days=step)
        if day.weekday() < 5 and day not in calendar.days_off:
            left -= 1
    return day <= today


@given(DAYS, OFFSETS, st.integers(-40, 40), CALENDARS)
def test_latest_due_is_the_border(today: date, offset: int, distance: int, calendar: Calendar) -> None:
    due_on = today + timedelta(days=distance)
    assert (due_on <= latest_due(offset, today, calendar)) == _has_come(due_on, offset, today, calendar)
    assert (comes_on(due_on, offset, calendar) <= today) == _has_come(due_on, offset, today, calendar)


@given(DAYS, st.sets(OFFSETS, max_size=6), st.integers(-60, 60), CALENDARS)
def test_only_the_newest_rule_that_has_come_speaks(
    today: date, offsets: set[int], distance: int, calendar: Calendar
) -> None:
    due_on = today + timedelta(days=distance)
    rules = [Rule(Stage.COMPLETION, offset, Receiver.OPERATOR) for offset in offsets]
    come = [rule for rule in rules if _has_come(due_on, rule.offset_days, today, calendar)]
    spoken = [window.rule for window in windows(rules, today, calendar) if window.holds(due_on)]
    assert spoken == ([max(come, key=lambda rule: rule.offset_days)] if come else [])


@given(DAYS, OFFSETS, CALENDARS, DAYS)
def test_a_holiday_more_never_brings_an_escalation_earlier(
    due_on: date, offset: int, calendar: Calendar, holiday: date
) -> None:
    longer = Calendar(calendar.days_off | {holiday})
    if offset >= 0:
        assert comes_on(due_on, offset, longer) >= comes_on(due_on, offset, calendar)
    else:
        assert comes_on(due_on, offset, longer) <= comes_on(due_on, offset, calendar)


def test_receivers_do_not_silence_each_other() -> None:
    today = date(2026, 11, 24)
    found = windows(GIVEN_RULES, today, Calendar())
    spoken = [window.rule for window in found if window.rule.stage is Stage.COMPLETION and window.holds(today)]
    assert [rule.receiver for rule in spoken] == [Receiver.OPERATOR]
    late = today - timedelta(days=60)
    spoken = [window.rule for window in found if window.rule.stage is Stage.COMPLETION and window.holds(late)]
    assert {rule.receiver for rule in spoken} == set(Receiver)


def test_the_given_table_can_be_kept_and_climbs() -> None:
    for rule in GIVEN_RULES:
        assert rule_fault(rule.stage, rule.offset_days, rule.receiver) is None
    assert len(set(GIVEN_RULES)) == len(GIVEN_RULES)
    for stage in (Stage.ACKNOWLEDGEMENT, Stage.FIRST_FOLLOW_UP, Stage.COMPLETION):
        first = {
            receiver: min(
                rule.offset_days for rule in GIVEN_RULES if (rule.stage, rule.receiver) == (stage, receiver)
            )
            for receiver in Receiver
        }
        assert [first[receiver] for receiver in Receiver] == sorted(first.values())


def test_what_cannot_be_kept() -> None:
    assert rule_fault(Stage.VERIFICATION, 1, Receiver.HEAD)
    assert rule_fault(Stage.COMPLETION, MAX_OFFSET + 1, Receiver.HEAD)
    for letter in LETTERS:
        assert rule_fault(Stage.COMPLETION, 0, letter)
        assert rule_fault(Stage.COMPLETION, 1, letter) is None


def test_who_is_tried_in_turn() -> None:
    assert ladder(Receiver.OPERATOR) == (
        Receiver.OPERATOR,
        Receiver.LIAISON,
        Receiver.HEAD,
        Receiver.COORDINATOR,
    )
    assert ladder(Receiver.COORDINATOR) == (Receiver.COORDINATOR,)


@given(DAYS)
def test_a_brief_is_about_the_last_whole_period(today: date) -> None:
    week = brief_period(Interval.WEEKLY, today)
    assert week is not None
    assert week[1].weekday() == 0
    assert week[2] - week[1] == timedelta(days=6)
    assert timedelta() < today - week[2] <= timedelta(days=7)
    month = brief_period(Interval.MONTHLY, today)
    assert month is not None
    assert month[2] + timedelta(days=1) == today.replace(day=1)
    assert month[1].day == 1
    assert brief_period(Interval.OFF, today) is None


def test_what_was_sent_or_dropped_stays_so() -> None:
    for state in (LetterState.SENT, LetterState.DROPPED):
        assert not [act for act in LetterAct if (state, act) in MOVES]
