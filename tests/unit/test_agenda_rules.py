"""Shades, order and months of what is late and due."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lapor.agenda.rules import (
    LEVELS,
    LateCell,
    LateRow,
    Month,
    Order,
    level,
    read_month,
    read_order,
    sorted_rows,
    token_hash,
)
from lapor.dispositions.rules import Stage

TODAY = date(2026, 3, 3)


@given(st.integers(0, 5000), st.integers(0, 5000))
def test_shades_grow_with_the_number(count: int, most: int) -> None:
    assert 0 <= level(count, most) <= LEVELS
    assert (level(count, most) == 0) == (count == 0)
    assert level(count, most) <= level(count + 1, most)


def test_a_single_complaint_is_no_alarm() -> None:
    assert level(1, 1) == 1
    assert level(40, 40) == LEVELS
    assert level(10, 40) == 1
    assert level(11, 40) == 2


@pytest.mark.parametrize(
    ("given_words", "found"),
    [
        ("nama", (Order.NAME, False)),
        ("-terlama", (Order.OLDEST, True)),
        ("", (Order.TOTAL, True)),
        ("--nama", (Order.TOTAL, True)),
        ("x", (Order.TOTAL, True)),
    ],
)
def test_orders_of_the_address(given_words: str, found: tuple[Order, bool]) -> None:
    assert read_order(given_words) == found


def test_rows_in_order() -> None:
    old, new = date(2026, 1, 5), date(2026, 2, 5)
    rows = [
        LateRow(1, "Bpbd", 3, {Stage.COMPLETION: LateCell(3, new)}),
        LateRow(2, "Dinkes", 5, {Stage.ACKNOWLEDGEMENT: LateCell(5, new)}),
        LateRow(3, "Disdik", 3, {Stage.COMPLETION: LateCell(1, old), Stage.ACKNOWLEDGEMENT: LateCell(3, new)}),
    ]

    def names(order: Order, *, descending: bool) -> list[str]:
        return [row.name for row in sorted_rows(rows, order, descending=descending)]

    assert names(Order.TOTAL, descending=True) == ["Dinkes", "Bpbd", "Disdik"]
    assert names(Order.NAME, descending=True) == ["Disdik", "Dinkes", "Bpbd"]
    assert names(Order.COMPLETION, descending=True) == ["Bpbd", "Disdik", "Dinkes"]
    assert names(Order.OLDEST, descending=True)[0] == "Disdik"


@pytest.mark.parametrize("words", ["", "2026-13", "2026-00", "26-03", "2026-3x", "9999-01", "٢٠٢٦-٠٣", "2026-03-01"])
def test_a_month_that_is_none_is_the_present_one(words: str) -> None:
    assert read_month(words, TODAY) == Month(2026, 3)


@given(st.integers(2010, 2100), st.integers(1, 12), st.integers(-30, 30))
def test_steps_of_months(year: int, number: int, steps: int) -> None:
    month = Month(year, number)
    assert month.step(steps).step(-steps) == month
    assert month.days[0] == month.first
    assert month.days[-1] == month.last
    assert month.step(1).first > month.last
    assert read_month(str(month), TODAY) == month


def test_only_the_hash_of_a_token_is_kept() -> None:
    assert len(token_hash("abc")) == 64
    assert token_hash("\ud800") != token_hash("abc")
