"""Who holds a post on a day, numbers of people, and overlaps."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lapor.offices.rules import (
    Term,
    changes_of_holder,
    common_days,
    holder_of_the_day,
    nip_fault,
    overlapping,
    post_words,
)

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


DAYS = st.integers(0, 40).map(lambda number: date(2026, 3, 1) + timedelta(days=number))


@st.composite
def any_terms(draw: st.DrawFn) -> list[Term]:
    """Terms of one post as they may come to lie beside and inside each other."""
    terms = []
    for key in range(1, draw(st.integers(1, 7)) + 1):
        first = draw(DAYS)
        last = draw(st.one_of(st.none(), st.integers(0, 20).map(lambda n, first=first: first + timedelta(days=n))))
        terms.append(Term(key, draw(st.integers(1, 4)), draw(st.sampled_from(CAPACITIES)), first, last))
    return terms


@given(any_terms(), DAYS)
def test_the_changes_tell_who_holds_the_powers_on_every_day(terms: list[Term], since: date) -> None:
    changes = changes_of_holder(terms, since)
    assert [change.day for change in changes] == sorted({change.day for change in changes})
    holder = holder_of_the_day(terms, since - timedelta(days=1))
    due = {change.day: change for change in changes}
    for number in range(80):
        day = since + timedelta(days=number)
        if day in due:
            assert due[day].former == holder
            holder = due[day].current
        assert holder == holder_of_the_day(terms, day)


def test_a_plh_of_a_plh_needs_him_to_be_away_throughout() -> None:
    first, last = date(2026, 3, 10), date(2026, 3, 20)
    nested = {"capacity": "plh", "starts_on": date(2026, 3, 12), "ends_on": date(2026, 3, 14)}

    def acting(*absences: tuple[date, date]) -> list[Term]:
        return [Term(1, 1, "definitive", date(2020, 1, 1), None), Term(2, 2, "plh", first, last, absences)]

    stands = overlapping(acting((date(2026, 3, 12), date(2026, 3, 13))), **nested)
    assert stands is not None
    assert stands.assignment_id == 2
    away = acting((date(2026, 3, 12), date(2026, 3, 12)), (date(2026, 3, 13), date(2026, 3, 15)))
    assert overlapping(away, **nested) is None
    terms = [*away, Term(3, 3, "plh", nested["starts_on"], nested["ends_on"])]
    holders = [holder_of_the_day(terms, date(2026, 3, day)) for day in (9, 11, 12, 14, 15, 21)]
    assert [term.assignment_id for term in holders if term] == [1, 2, 3, 3, 2, 1]
    assert overlapping(terms, **nested) is not None  # and nobody beside the third


def test_a_plt_who_is_away_has_a_plh_like_any_other() -> None:
    terms = [
        Term(1, 1, "plt", date(2026, 3, 1), None),
        Term(2, 2, "plh", date(2026, 3, 5), date(2026, 3, 6)),
    ]
    holders = [holder_of_the_day(terms, date(2026, 3, day)) for day in (4, 5, 6, 7)]
    assert [term.assignment_id for term in holders if term] == [1, 2, 2, 1]
