"""Formulas of the indicators at their edges; what has no data is None and never zero."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lapor.evaluations.rules import (
    Act,
    CycleFigures,
    CycleState,
    Order,
    as_of_fault,
    in_order,
    is_possible,
    is_whole_year,
    period_fault,
)
from lapor.statistics.rules import (
    AgencyRow,
    Count,
    CoverageRow,
    CoverageTable,
    PeriodTotals,
    Results,
    acknowledgement_rate,
    completion_rate,
    follow_up_rate,
    histogram,
    median,
    months_of,
    speed,
    speed_score,
    sum_of,
    timeliness,
    together,
)

days = st.integers(0, 400)
histograms = st.dictionaries(days, st.integers(1, 50), max_size=12).map(histogram)


@st.composite
def results(draw: st.DrawFn) -> Results:
    base = draw(st.integers(0, 200))
    followed = draw(st.integers(0, base))
    finished = draw(st.integers(0, followed))
    due = draw(st.integers(0, 200))
    return Results(
        received=base + draw(st.integers(0, 50)),
        base=base,
        followed_up=followed,
        finished=finished,
        on_time=draw(st.integers(0, finished)),
        open_overdue=draw(st.integers(0, base - finished)),
        to_know=due,
        known_in_time=draw(st.integers(0, due)),
        waiting=draw(st.integers(0, 20)),
        returned=draw(st.integers(0, 20)),
        responses=draw(histograms),
    )


def test_without_data_there_is_no_indicator() -> None:
    empty = Results()
    assert follow_up_rate(0, 0) is None
    assert completion_rate(0, 0) is None
    assert timeliness(0, 0, 0) is None
    assert acknowledgement_rate(0, 0) is None
    assert speed(()) is None
    assert median(()) is None
    assert (empty.follow_up_rate, empty.speed, empty.timeliness, empty.median_days) == (None, None, None, None)


def test_nothing_done_is_zero_and_not_unknown() -> None:
    assert follow_up_rate(0, 4) == 0
    assert timeliness(0, 0, 3) == 0
    assert acknowledgement_rate(0, 1) == 0


@pytest.mark.parametrize(("part", "whole"), [(1, 0), (-1, 3), (4, 3)])
def test_a_part_greater_than_its_whole_is_a_mistake(part: int, whole: int) -> None:
    with pytest.raises(ValueError, match="part"):
        follow_up_rate(part, whole)


@pytest.mark.parametrize(
    ("working_days", "score"),
    [(0, 100), (5, 100), (6, 96), (10, 80), (17, 52), (29, 4), (30, 0), (31, 0), (400, 0)],
)
def test_speed_is_full_up_to_five_days_and_nothing_at_thirty(working_days: int, score: float) -> None:
    assert speed_score(working_days) == pytest.approx(score)


@given(days, days)
def test_slower_is_never_better(first: int, second: int) -> None:
    slow, quick = max(first, second), min(first, second)
    assert 0 <= speed_score(slow) <= speed_score(quick) <= 100


def test_open_overdue_cases_count_against_timeliness() -> None:
    assert timeliness(5, 5, 0) == 1
    assert timeliness(5, 5, 5) == 0.5


@given(st.lists(days, max_size=60))
def test_the_median_of_the_counts_is_the_median_of_the_cases(cases: list[int]) -> None:
    counts: dict[int, int] = {}
    for case in cases:
        counts[case] = counts.get(case, 0) + 1
    ordered = sorted(cases)
    middle = len(ordered) // 2
    if not cases:
        expected = None
    elif len(ordered) % 2:
        expected = float(ordered[middle])
    else:
        expected = (ordered[middle - 1] + ordered[middle]) / 2
    assert median(histogram(counts)) == expected


@given(st.lists(histograms, max_size=5))
def test_histograms_together_hold_every_case(items: list[tuple[tuple[int, int], ...]]) -> None:
    merged = together(items)
    assert sum(count for _, count in merged) == sum(count for item in items for _, count in item)
    assert list(merged) == sorted(merged)


@given(st.lists(results(), max_size=6))
def test_the_province_is_the_sum_of_its_agencies(items: list[Results]) -> None:
    whole = sum_of(items)
    assert whole.received == sum(item.received for item in items)
    for rate in (whole.follow_up_rate, whole.timeliness, whole.completion_rate, whole.acknowledgement_rate):
        assert rate is None or 0 <= rate <= 1
    assert whole.speed is None or 0 <= whole.speed <= 100


def test_an_answer_before_the_disposition_counts_as_the_same_day() -> None:
    assert histogram({-3: 2, 0: 1, 4: 1}) == ((0, 3), (4, 1))


def test_months_run_over_the_turn_of_a_year() -> None:
    assert months_of(date(2021, 11, 30), date(2022, 2, 1)) == ["2021-11", "2021-12", "2022-01", "2022-02"]


def row(name: str, key: int, **values: int) -> AgencyRow:
    return AgencyRow(key, name, name, is_organiser=False, results=Results(**values))


@given(st.lists(results(), min_size=1, max_size=4))
def test_frozen_figures_come_back_as_they_were(items: list[Results]) -> None:
    agencies = tuple(AgencyRow(i, f"OPD {i}", f"O{i}", i == 0, item) for i, item in enumerate(items))
    totals = PeriodTotals(
        9,
        1,
        0,
        2,
        (Count("", 9),),
        (Count("received", 9),),
        (Count("Website", 9),),
        (Count("2021-01", 9),),
        sum_of(items),
    )
    coverage = CoverageTable(
        (2020, 2021), (CoverageRow(1, "OPD 1", "O1", False, (0, 9)),), (), 41, date(2021, 11, 30)
    )
    figures = CycleFigures(date(2021, 1, 1), date(2021, 11, 30), date(2021, 12, 20), 3, totals, agencies, coverage)
    assert CycleFigures.from_json(figures.to_json()) == figures


def test_few_cases_and_the_organiser_stand_apart() -> None:
    agencies = (
        row("A", 1, received=3, base=3),
        row("B", 2, received=5, base=2),
        row("C", 3, returned=1),
        AgencyRow(4, "D", "D", is_organiser=True, results=Results(received=9, base=9)),
    )
    totals = PeriodTotals(0, 0, 0, 0, (), (), (), (), Results())
    coverage = CoverageTable((2021,), (), (), None)
    figures = CycleFigures(date(2021, 1, 1), date(2021, 12, 31), date(2022, 1, 6), 3, totals, agencies, coverage)
    assert [item.name for item in figures.judged] == ["A"]
    assert [item.name for item in figures.few] == ["B"]
    assert [item.name for item in figures.organisers] == ["D"]
    assert figures.receiving == 3


def test_agencies_without_data_come_last_in_either_order() -> None:
    rows = [
        row("C", 3, base=2, followed_up=2),
        row("A", 1),
        row("B", 2, base=2, followed_up=1),
        row("D", 4, base=2, followed_up=2),
    ]
    assert [r.name for r in in_order(rows, Order.FOLLOW_UP, descending=True)] == ["C", "D", "B", "A"]
    assert [r.name for r in in_order(rows, Order.FOLLOW_UP, descending=False)] == ["B", "C", "D", "A"]
    assert [r.name for r in in_order(rows, Order.NAME, descending=False)] == ["A", "B", "C", "D"]


def test_a_period_lies_in_its_year() -> None:
    assert period_fault(2021, date(2021, 1, 1), date(2021, 11, 30)) is None
    assert period_fault(2021, date(2021, 5, 2), date(2021, 5, 1)).code == "order"  # type: ignore[union-attr]
    assert period_fault(2021, date(2020, 12, 1), date(2021, 5, 1)).field == "starts_on"  # type: ignore[union-attr]
    assert period_fault(2021, date(2021, 12, 1), date(2022, 1, 1)).field == "ends_on"  # type: ignore[union-attr]


def test_data_are_locked_between_the_end_of_the_period_and_today() -> None:
    end, today = date(2021, 11, 30), date(2021, 12, 20)
    assert as_of_fault(date(2021, 11, 29), end, today) == "early"
    assert as_of_fault(end, end, today) is None
    assert as_of_fault(today, end, today) is None
    assert as_of_fault(date(2021, 12, 21), end, today) == "future"


def test_a_published_cycle_does_not_move() -> None:
    assert not any(is_possible(CycleState.PUBLISHED, act) for act in Act)
    assert is_possible(CycleState.LOCKED, Act.CHANGE_TEXT)
    assert not is_possible(CycleState.LOCKED, Act.CHANGE_PERIOD)
    assert not is_possible(CycleState.DRAFT, Act.PUBLISH)


def test_only_the_calendar_year_is_named_as_a_year() -> None:
    assert is_whole_year(date(2021, 1, 1), date(2021, 12, 31))
    assert not is_whole_year(date(2021, 1, 1), date(2021, 11, 30))
