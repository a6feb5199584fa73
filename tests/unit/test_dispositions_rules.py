"""States, gate, shown status and time limits at their edges."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lapor.complaints.rules import ReportClass, Status
from lapor.core.working_days import Calendar
from lapor.dispositions.rules import (
    ACTIVE,
    MOVES,
    OPEN,
    Act,
    ComplaintFacts,
    DispositionFacts,
    Limits,
    Part,
    Stage,
    State,
    due_on,
    gate_is_open,
    move_for,
    status_of,
    time_left,
)
from lapor.policy import Role

DAYS = st.dates(date(2019, 1, 1), date(2027, 12, 31))
FACTS = st.builds(
    DispositionFacts,
    st.sampled_from(Part),
    st.sampled_from(State),
    st.one_of(st.none(), DAYS),
)
VERIFIED = ComplaintFacts(is_verified=True)


@pytest.mark.parametrize(
    ("state", "status"),
    [
        (State.WAITING, Status.DISPOSED),
        (State.ACKNOWLEDGED, Status.ACKNOWLEDGED),
        (State.IN_PROGRESS, Status.IN_PROGRESS),
        (State.FINISHED, Status.FINISHED),
        (State.RETURNED, Status.RETURNED),
        (State.WITHDRAWN, Status.VERIFIED),
    ],
)
def test_the_lead_decides(state, status):
    assert status_of(VERIFIED, [DispositionFacts(Part.LEAD, state)]) is status


def test_an_open_supporter_keeps_an_answered_complaint_running():
    rows = [DispositionFacts(Part.LEAD, State.FINISHED), DispositionFacts(Part.SUPPORT, State.WAITING)]
    assert status_of(VERIFIED, rows) is Status.IN_PROGRESS


def test_an_answer_before_the_head_knew_shows_as_in_progress():
    row = DispositionFacts(Part.LEAD, State.WAITING, date(2026, 3, 2))
    assert status_of(VERIFIED, [row]) is Status.IN_PROGRESS


@given(st.lists(FACTS, max_size=4))
def test_what_ended_a_complaint_wins_over_its_dispositions(rows):
    assert status_of(ComplaintFacts(is_verified=True, is_archived=True), rows) is Status.ARCHIVED
    assert status_of(ComplaintFacts(is_verified=True, is_closed=True), rows) is Status.CLOSED
    assert status_of(ComplaintFacts(is_verified=True, is_forwarded=True), rows) is Status.FORWARDED
    assert status_of(ComplaintFacts(is_verified=True, is_on_hold=True), rows) is Status.ON_HOLD


@given(st.lists(FACTS, max_size=4))
def test_finished_only_with_a_finished_lead_and_nothing_open(rows):
    if status_of(VERIFIED, rows) is Status.FINISHED:
        active = [row for row in rows if row.state in ACTIVE]
        assert not any(row.state in OPEN for row in active)
        assert any(row.part is Part.LEAD and row.state is State.FINISHED for row in active)


def test_only_heads_acknowledge_and_return():
    for move in MOVES:
        if move.act in {Act.ACKNOWLEDGE, Act.RETURN}:
            assert move.roles == {Role.HEAD}


@given(st.sampled_from(State), st.sampled_from(Act))
def test_nothing_leads_out_of_a_returned_or_withdrawn_disposition(state, act):
    move = move_for(state, act)
    if state in {State.RETURNED, State.WITHDRAWN, State.FINISHED}:
        assert move is None
    elif move is not None:
        assert state in move.states


@given(st.sampled_from(State), st.booleans(), st.booleans())
def test_the_gate_is_closed_only_while_a_word_is_owed(state, lifted, owed):
    closed = not gate_is_open(state, is_lifted=lifted, is_owed=owed)
    assert closed == (state is State.WAITING and owed and not lifted)


def test_limits_by_class_and_the_blank_class():
    limits = Limits({("completion", "supervisory"): 60, ("completion", ""): 14, ("acknowledgement", ""): 2})
    assert limits.days(Stage.COMPLETION, ReportClass.SUPERVISORY) == 60
    assert limits.days(Stage.COMPLETION, None) == 14
    assert limits.days(Stage.ACKNOWLEDGEMENT, ReportClass.ASPIRATION) == 2
    assert Limits({}).days(Stage.COMPLETION, None) == 14


def test_late_from_midnight_after_the_due_date():
    calendar = Calendar(frozenset({date(2026, 3, 9)}))
    friday = date(2026, 3, 6)
    assert time_left(calendar, friday, friday).days == 0
    saturday = time_left(calendar, friday, date(2026, 3, 7))
    assert saturday.days == -1
    assert time_left(calendar, friday, date(2026, 3, 10)).days == -1
    assert time_left(calendar, friday, date(2026, 3, 11)).days == -2
    assert time_left(calendar, friday, date(2026, 3, 20), met_on=friday).days == 0


@given(DAYS, st.integers(1, 70), st.integers(0, 20), st.frozensets(DAYS, max_size=40))
def test_a_due_date_is_a_working_day_strictly_after_its_event(start, days, paused, off):
    calendar = Calendar(off)
    due = due_on(calendar, start, days, paused)
    assert due > start
    assert calendar.is_working(due)
    assert calendar.between(start, due) == days + paused
    assert due_on(calendar, start, days, paused + 1) > due


@given(DAYS, DAYS, st.frozensets(DAYS, max_size=40))
def test_counting_working_days_agrees_with_looking_at_each_day(start, end, off):
    calendar = Calendar(off)
    first, last = min(start, end), max(start, end)
    counted = sum(calendar.is_working(first + timedelta(days=n)) for n in range(1, (last - first).days + 1))
    assert calendar.between(first, last) == counted
    assert calendar.between(last, first) == -counted


@given(DAYS, st.integers(1, 60))
def test_subtracting_undoes_adding(start, days):
    calendar = Calendar(frozenset({date(2024, 5, 1)}))
    due = calendar.add(start, days)
    assert calendar.between(calendar.subtract(due, days), due) == days
