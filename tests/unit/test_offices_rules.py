"""Who holds a post on a day, numbers of people, and overlaps."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lapor.offices.rules import Term, common_days, holder_of_the_day, nip_fault, overlapping, post_words

FIRST = date(2022, 6, 1)
CAPACITIES = ("definitive", "plt", "pj", "plh")


@st.composite
def terms(draw: st.DrawFn) -> list[Term]:
    made = []
    for key in range(draw(st.integers(0, 6))):
        starts_on = FIRST + timedelta(days=draw(st.integers(0, 20)))
        length = draw(st.none() | st.integers(0, 15))
        ends_on = None if length is None else starts_on + timedelta(days=length)
        made.append(Term(key + 1, key + 100, draw(st.sampled_from(CAPACITIES)), starts_on, ends_on))
    return made


days = st.integers(-1, 40).map(lambda offset: FIRST + timedelta(days=offset))


@given(terms(), days)
def test_somebody_holds_the_powers_exactly_when_a_term_runs(held: list[Term], day: date) -> None:
    found = holder_of_the_day(held, day)
    running = [term for term in held if term.covers(day)]
    assert (found is None) == (not running)
    if found is not None:
        assert found.covers(day)
        ranks = {"plh": 3, "plt": 2, "pj": 2, "definitive": 1}
        assert ranks[found.capacity] == max(ranks[term.capacity] for term in running)


@given(terms(), days)
def test_the_order_of_the_rows_does_not_matter(held: list[Term], day: date) -> None:
    assert holder_of_the_day(held, day) == holder_of_the_day(reversed(held), day)


def test_plh_goes_before_plt_and_definitive_and_only_on_his_days() -> None:
    head = Term(1, 10, "definitive", date(2020, 1, 2), None)
    plh = Term(2, 20, "plh", date(2022, 6, 13), date(2022, 7, 22))
    assert holder_of_the_day([head, plh], date(2022, 6, 12)) == head
    assert holder_of_the_day([head, plh], date(2022, 6, 13)) == plh
    assert holder_of_the_day([head, plh], date(2022, 7, 22)) == plh
    assert holder_of_the_day([head, plh], date(2022, 7, 23)) == head


@pytest.mark.parametrize(
    ("day", "holds"),
    [(date(2022, 6, 30), False), (date(2022, 7, 1), True), (date(2022, 7, 8), True), (date(2022, 7, 9), False)],
)
def test_a_term_that_begins_tomorrow_or_ended_yesterday_has_no_power(day: date, holds: bool) -> None:
    term = Term(1, 10, "definitive", date(2022, 7, 1), date(2022, 7, 8))
    assert (holder_of_the_day([term], day) is not None) == holds


@given(terms(), st.sampled_from(CAPACITIES), days, st.none() | st.integers(0, 15), st.integers(1, 3))
def test_overlapping_says_whether_a_day_would_have_more_holders_than_seats(
    held: list[Term], capacity: str, starts_on: date, length: int | None, seats: int
) -> None:
    ends_on = None if length is None else starts_on + timedelta(days=length)
    found = overlapping(held, capacity=capacity, starts_on=starts_on, ends_on=ends_on, seats=seats)
    same = [term for term in held if (term.capacity == "plh") == (capacity == "plh")]
    last = ends_on or FIRST + timedelta(days=60)
    span = [starts_on + timedelta(days=step) for step in range((last - starts_on).days + 1)]
    assert (found is not None) == any(sum(term.covers(day) for term in same) >= seats for day in span)


def test_a_plh_stands_beside_the_definitive_holder_but_not_beside_a_plh() -> None:
    head = Term(1, 10, "definitive", date(2020, 1, 2), None)
    plh = Term(2, 20, "plh", date(2022, 6, 13), date(2022, 7, 22))
    july = {"starts_on": date(2022, 7, 4), "ends_on": date(2022, 7, 8)}
    assert overlapping([head], capacity="plh", **july) is None
    assert overlapping([head], capacity="plt", **july) == head
    assert overlapping([head, plh], capacity="plh", **july) == plh


def test_common_days() -> None:
    head = Term(1, 10, "definitive", date(2020, 1, 2), None)
    assert common_days(head, date(2022, 7, 4), date(2022, 7, 8)) == (date(2022, 7, 4), date(2022, 7, 8))
    assert common_days(head, date(2019, 7, 4), None) == (date(2020, 1, 2), None)


@pytest.mark.parametrize(
    ("kind", "nip", "fault"),
    [
        ("pns", "196904121995031002", None),
        ("pns", "19690412199503100", "length"),
        ("pns", "", "digits"),
        ("pns", "19690412199503100a", "digits"),
        ("pns", "196904311995031002", "birth"),
        ("pns", "196904121995211002", "month"),
        ("pppk", "199202112022212004", None),
        ("pppk", "199213112022212004", "birth"),
        ("non_asn", "", None),
        ("non_asn", "196904121995031002", "unwanted"),
        ("pns", "١٩٦٩٠٤١٢١٩٩٥٠٣١٠٠٢", "digits"),
    ],
)
def test_numbers_of_people(kind: str, nip: str, fault: str | None) -> None:
    assert nip_fault(kind, nip) == fault


def test_words_of_a_post() -> None:
    assert post_words("Kepala Pelaksana BPBD", "plh") == "Plh. Kepala Pelaksana BPBD"
    assert post_words("Kepala Pelaksana BPBD", "definitive") == "Kepala Pelaksana BPBD"
