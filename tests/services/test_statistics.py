"""What counts in volume, coverage, follow-up, speed and acknowledgement, and what does not."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from lapor.calendar.queries import working_calendar
from lapor.calendar.services import set_setting
from lapor.complaints.rules import Origin, ReportedParty
from lapor.core.clock import at_local
from lapor.dispositions.models import Disposition
from lapor.dispositions.rules import Part, State
from lapor.statistics.queries import agency_rows, coverage, period_totals, years_with_complaints
from lapor.statistics.rules import AgencyRow, Results
from tests.evaluated_year import make_years
from tests.factories import Make

START, END = date(2026, 1, 1), date(2026, 12, 31)
MONDAY = at_local(date(2026, 3, 2), 9)


def results(session: Session, slug: str, as_of: date = END, start: date = START, end: date = END) -> Results:
    rows = [row for row in agency_rows(session, start, end, as_of=as_of) if row.abbreviation == slug.upper()]
    return rows[0].results if rows else Results()


def test_the_known_years_give_their_known_figures(session: Session, make: Make) -> None:
    make_years(make)
    year = (date(2021, 1, 1), date(2021, 12, 31))
    whole = period_totals(session, *year, as_of=date(2022, 1, 6)).results
    assert (whole.received, whole.base) == (49, 49)
    assert (whole.followed_up, whole.finished, whole.on_time) == (37, 32, 25)
    cut = period_totals(session, year[0], date(2021, 11, 30), as_of=date(2022, 1, 6)).results
    assert (cut.received, cut.followed_up, cut.finished, cut.on_time) == (46, 37, 32, 25)
    assert cut.acknowledgement_rate is None
    medians = {
        row.abbreviation: row.results.median_days for row in agency_rows(session, *year, as_of=date(2022, 1, 6))
    }
    first_five = {"DISDIK": 9, "BMPR": 12, "DINKES": 8, "BKD": 2, "DISNAKERTRANS": 3}
    assert medians == {**first_five, "BPBD": 2, "DINSOS": 7, "DISHUB": 6, "DLH": None}


def test_coverage_of_the_known_years(session: Session, make: Make) -> None:
    make_years(make)
    table = coverage(session, (2019, 2020, 2021))
    assert table.totals == (16, 33, 49)
    assert table.covered_per_year == (5, 7, 9)
    assert (table.total, table.covered, table.obliged, len(table.never)) == (98, 10, 41, 31)
    assert table.until is None
    cut = coverage(session, (2019, 2020, 2021), until=date(2021, 11, 30))
    assert (cut.totals, cut.until) == ((16, 33, 46), date(2021, 11, 30))


def test_nothing_at_all_is_no_failure(session: Session, make: Make) -> None:
    make.agency("bkd")
    totals = period_totals(session, START, END, as_of=END)
    assert totals.received == 0
    assert totals.results.follow_up_rate is None
    assert [item.count for item in totals.months] == [0] * 12
    table = coverage(session, [2026])
    assert (table.rows, table.obliged, [row.abbreviation for row in table.never]) == ((), None, ["BKD"])
    assert years_with_complaints(session) == []


def test_what_is_archived_forwarded_merged_returned_or_withdrawn_is_no_agencys_base(
    session: Session, make: Make
) -> None:
    agency = make.agency("bkd")
    kept = make.complaint(is_verified=True)
    make.disposition(kept, agency)
    make.disposition(make.complaint(is_verified=True, archived_at=MONDAY), agency)
    make.disposition(make.complaint(is_verified=True, forwarded_on=MONDAY.date()), agency)
    make.disposition(make.complaint(is_verified=True, merged_into_id=kept.id), agency)
    make.disposition(make.complaint(is_verified=True), agency, state=State.RETURNED)
    make.disposition(make.complaint(is_verified=True), agency, state=State.WITHDRAWN)
    make.disposition(make.complaint(is_verified=True, lapor_status="Konten Terblokir"), agency)
    found = results(session, "bkd")
    assert (found.received, found.base, found.returned) == (1, 1, 1)
    totals = period_totals(session, START, END, as_of=END)
    assert (totals.received, totals.archived, totals.forwarded, totals.undisposed) == (6, 2, 1, 2)
    assert coverage(session, [2026]).total == 1


def test_a_supporting_agency_is_not_counted(session: Session, make: Make) -> None:
    lead, support = make.agency("bkd"), make.agency("bpbd")
    complaint = make.complaint(is_verified=True)
    make.disposition(complaint, lead)
    assert make.disposition(complaint, support).part is Part.SUPPORT
    assert results(session, "bpbd") == Results()
    assert coverage(session, [2026]).covered == 1


def test_imported_history_counts_in_volume_and_coverage_only(session: Session, make: Make) -> None:
    agency = make.agency("bkd")
    history = make.complaint(is_verified=True, is_history=True, origin=Origin.IMPORT)
    make.disposition(history, agency, origin=Origin.IMPORT)
    found = results(session, "bkd")
    assert (found.received, found.base, found.unmeasured, found.to_know) == (1, 0, 1, 0)
    assert found.follow_up_rate is None
    assert coverage(session, [2026]).total == 1


def test_history_written_down_with_true_dates_counts_in_speed(session: Session, make: Make) -> None:
    agency = make.agency("bkd")
    history = make.complaint(is_verified=True, is_history=True)
    make.disposition(history, agency, state=State.FINISHED, first_response_on=date(2026, 3, 4), acknowledged_on=None)
    found = results(session, "bkd")
    assert (found.base, found.followed_up, found.finished, found.on_time) == (1, 1, 1, 1)
    assert (found.median_days, found.to_know) == (2, 0)


def test_an_import_that_was_closed_before_its_clock_began_owes_the_acknowledgement_only(
    session: Session, make: Make
) -> None:
    agency = make.agency("bkd")
    closed = make.complaint(is_verified=True, origin=Origin.IMPORT, lapor_status="Ditutup oleh Sistem")
    make.disposition(closed, agency, origin=Origin.IMPORT)
    found = results(session, "bkd")
    assert (found.received, found.base, found.to_know, found.known_in_time) == (1, 0, 1, 0)
    assert found.acknowledgement_rate == 0


def test_an_open_overdue_complaint_counts_against_timeliness(session: Session, make: Make) -> None:
    agency = make.agency("bkd")
    make.disposition(make.complaint(is_verified=True), agency, state=State.FINISHED)
    make.disposition(make.complaint(is_verified=True), agency, state=State.IN_PROGRESS)
    found = results(session, "bkd", as_of=date(2026, 3, 20))
    assert (found.on_time, found.open_overdue) == (1, 0)
    found = results(session, "bkd", as_of=date(2026, 6, 30))
    assert (found.finished, found.open_overdue, found.timeliness) == (1, 1, 0.5)


def test_a_complaint_that_waits_for_the_reporter_is_not_overdue(session: Session, make: Make) -> None:
    agency = make.agency("bkd")
    complaint = make.complaint(is_verified=True, on_hold_since=date(2026, 3, 5))
    make.disposition(complaint, agency)
    assert results(session, "bkd", as_of=date(2026, 6, 30)).open_overdue == 0


def test_facts_after_the_day_do_not_count(session: Session, make: Make) -> None:
    agency = make.agency("bkd")
    disposition = make.disposition(make.complaint(is_verified=True), agency, state=State.FINISHED)
    disposition.first_response_on, disposition.finished_on = date(2026, 3, 10), date(2026, 3, 12)
    session.flush()
    before = results(session, "bkd", as_of=date(2026, 3, 9))
    assert (before.followed_up, before.finished, before.responses) == (0, 0, ())
    assert results(session, "bkd", as_of=date(2026, 3, 10)).followed_up == 1


@pytest.mark.parametrize(
    ("known_after", "early", "lifted", "expected"),
    [
        (1, False, False, (1, 1, 0)),
        (9, False, False, (1, 0, 0)),
        (1, True, False, (1, 0, 0)),
        (1, True, True, (1, 1, 0)),
        (None, False, False, (1, 0, 0)),
    ],
)
def test_acknowledgements(
    session: Session, make: Make, known_after: int | None, early: bool, lifted: bool, expected: tuple[int, int, int]
) -> None:
    agency = make.agency("bkd")
    head = make.head(agency)
    disposition = make.disposition(make.complaint(is_verified=True), agency)
    disposition.answered_before_known = early
    disposition.lifted_at = MONDAY if lifted else None
    if known_after is not None:
        make.acknowledged(disposition, head, at=MONDAY + timedelta(days=known_after))
    found = results(session, "bkd", as_of=date(2026, 4, 30))
    assert (found.to_know, found.known_in_time, found.waiting) == expected


def test_an_acknowledgement_that_still_has_time_counts_neither_way(session: Session, make: Make) -> None:
    make.disposition(make.complaint(is_verified=True), make.agency("bkd"))
    found = results(session, "bkd", as_of=date(2026, 3, 3))
    assert (found.to_know, found.waiting, found.acknowledgement_rate) == (0, 1, None)


def test_pauses_are_taken_off_the_speed(session: Session, make: Make) -> None:
    disposition = make.disposition(
        make.complaint(is_verified=True),
        make.agency("bkd"),
        state=State.IN_PROGRESS,
        first_response_on=date(2026, 3, 16),
    )
    session.execute(
        sa.text("UPDATE deadline SET paused_days = 4 WHERE disposition_id = :key"), {"key": disposition.id}
    )
    assert results(session, "bkd").median_days == 6


def test_a_complaint_about_a_head_counts_for_the_inspectorate(session: Session, make: Make) -> None:
    reported, inspectorate = make.agency("bkd"), make.agency("inspektorat", is_oversight=True)
    complaint = make.complaint(verified_at=MONDAY, reported_party=ReportedParty.HEAD, reported_agency_id=reported.id)
    make.disposition(complaint, inspectorate)
    rows: list[AgencyRow] = agency_rows(session, START, END, as_of=END)
    assert [row.abbreviation for row in rows] == ["INSPEKTORAT"]


def test_only_the_running_round_counts(session: Session, make: Make) -> None:
    agency = make.agency("bkd")
    complaint = make.complaint(is_verified=True)
    make.disposition(complaint, agency, state=State.FINISHED)
    complaint.round = 2
    session.flush()
    make.disposition(complaint, agency, part=Part.LEAD)
    found = results(session, "bkd")
    assert (found.received, found.finished) == (1, 0)


def test_the_obliged_come_from_the_setting_where_no_list_is_kept(session: Session, make: Make) -> None:
    make.agency("bkd")
    set_setting(
        session, "obliged_agencies", 41, date(2026, 5, 1), None, datetime.fromisoformat("2026-05-01T01:00+00:00")
    )
    assert coverage(session, [2026]).obliged == 41
    assert coverage(session, [2021]).obliged == 41


def test_closed_agencies_and_units_are_not_called_without_complaints(session: Session, make: Make) -> None:
    parent = make.agency("dinkes")
    make.agency("rsud", parent_id=parent.id)
    make.agency("lama", ends_on=date(2020, 12, 31))
    assert [row.abbreviation for row in coverage(session, [2026]).never] == ["DINKES"]


def test_the_number_of_queries_does_not_depend_on_the_rows(session: Session, make: Make) -> None:
    def queries() -> int:
        seen: list[Any] = []
        engine = session.get_bind()
        listener = lambda *arguments: seen.append(arguments[2])  # noqa: E731
        sa.event.listen(engine, "before_cursor_execute", listener)
        rows = agency_rows(session, date(2021, 1, 1), date(2021, 12, 31), as_of=date(2022, 1, 6))
        period_totals(session, date(2021, 1, 1), date(2021, 12, 31), as_of=date(2022, 1, 6), agencies=rows)
        coverage(session, (2019, 2020, 2021))
        sa.event.remove(engine, "before_cursor_execute", listener)
        return len(seen)

    make_years(make)
    working_calendar(session)  # read once for all that asks afterwards
    session.expunge_all()
    first = queries()
    for agency_id in list(session.scalars(sa.select(Disposition.agency_id).distinct()))[:3]:
        agency = session.get_one(type(make.office()), agency_id)
        for _number in range(5):
            make.disposition(make.complaint(is_verified=True, received_at=at_local(date(2021, 5, 3), 9)), agency)
    session.expunge_all()
    assert queries() == first
    assert first <= 14
