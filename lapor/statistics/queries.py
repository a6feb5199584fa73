"""Counting complaints and what became of them: a constant number of grouped queries, whatever the volume.

Which complaints count (domain.md "Monitoring and evaluation", model.md): the lead agency's disposition of the
running round; not what is archived, blocked, forwarded, merged, returned or withdrawn. The agency is the one that
was asked, so a complaint about a head counts for the Inspektorat and never for the agency that is reported.

What is known of their course: imported history counts in volume and coverage only, because LAPOR!'s export holds no
response and no time; so does an imported complaint that was closed in LAPOR! before its clock could start here.
Facts after ``as_of`` do not count, so that the figures of a past day can be made again.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from lapor.agencies.models import Agency, AgencyObligation
from lapor.agencies.queries import names_on
from lapor.calendar.queries import limit_values, setting_value, working_calendar
from lapor.complaints.models import Complaint
from lapor.complaints.rules import Origin, Status
from lapor.core.clock import day_bounds
from lapor.core.working_days import Calendar
from lapor.dispositions.models import Deadline, Disposition
from lapor.dispositions.rules import ACTIVE, Limits, Part, Stage, State, due_on
from lapor.statistics.rules import (
    AgencyRow,
    Count,
    CoverageRow,
    CoverageTable,
    PeriodTotals,
    Results,
    histogram,
    months_of,
    sum_of,
)

OBLIGED_SETTING = "obliged_agencies"

_FirstFollowUp = aliased(Deadline, name="first_follow_up")
_Completion = aliased(Deadline, name="completion")
_Acknowledgement = aliased(Deadline, name="acknowledgement_due")
_OUTSIDE = (Status.ARCHIVED.value, Status.FORWARDED.value)

_given = sa.and_(
    Disposition.part == Part.LEAD,
    Disposition.state.in_(sorted(state.value for state in ACTIVE)),
    Disposition.round == Complaint.round,
    Complaint.merged_into_id.is_(None),
    Complaint.status.not_in(_OUTSIDE),
)
_imported_history = sa.and_(Complaint.is_history.is_(True), Disposition.origin == Origin.IMPORT)
_course_is_known = sa.and_(
    sa.not_(_imported_history),
    sa.or_(
        Disposition.origin == Origin.MANUAL,
        _FirstFollowUp.id.is_not(None),
        Disposition.first_response_on.is_not(None),
    ),
)


def _received(start: date, end: date) -> "sa.ColumnElement[bool]":
    return Complaint.received_on.between(start, end)


def _deadline_of(stage: Stage, deadline: Any) -> "sa.ColumnElement[bool]":
    return sa.and_(deadline.disposition_id == Disposition.id, deadline.stage == stage, deadline.is_void.is_(False))


def _count(condition: "sa.ColumnElement[bool]") -> "sa.ColumnElement[int]":
    return sa.func.coalesce(sa.func.sum(sa.case((condition, 1), else_=0)), 0)


def agency_rows(session: Session, start: date, end: date, *, as_of: date) -> list[AgencyRow]:
    """Results per agency of complaints received from ``start`` to ``end``, alphabetical.

    Agencies that were given none in the period are left out; each has the name that it had at the end of the period.
    At most seven queries and the calendar.
    """
    counts = _counts(session, start, end, as_of)
    returned = _returned(session, start, end)
    responses = _responses(session, start, end, as_of)
    without_clock = _without_clock(session, start, end, as_of)
    keys = sorted(set(counts) | set(returned))
    if not keys:
        return []
    agencies = session.execute(
        sa.select(Agency.id, Agency.name, Agency.abbreviation, Agency.is_organiser).where(Agency.id.in_(keys))
    ).all()
    former = names_on(session, min(end, as_of))
    rows = []
    for agency in agencies:
        counted = dict(counts.get(agency.id, {}))
        on_time, open_overdue = without_clock.get(agency.id, (0, 0))
        counted["on_time"] = counted.get("on_time", 0) + on_time
        counted["open_overdue"] = counted.get("open_overdue", 0) + open_overdue
        results = Results(
            **counted,
            returned=returned.get(agency.id, 0),
            responses=histogram(responses.get(agency.id, {})),
        )
        called = former.get(agency.id, agency)
        rows.append(AgencyRow(agency.id, called.name, called.abbreviation, agency.is_organiser, results))
    return sorted(rows, key=lambda row: (row.name.casefold(), row.agency_id))


def _still_open_on(as_of: date) -> "sa.ColumnElement[bool]":
    """Not finished on that day, not closed before its end, and no pause runs."""
    return sa.and_(
        sa.or_(Disposition.finished_on.is_(None), Disposition.finished_on > as_of),
        sa.or_(Complaint.closed_at.is_(None), Complaint.closed_at >= day_bounds(as_of)[1]),
        Complaint.on_hold_since.is_(None),
    )


def _counts(session: Session, start: date, end: date, as_of: date) -> dict[int, dict[str, int]]:
    """Counts of ``Results`` per agency, in one query."""
    known = _course_is_known
    finished = sa.and_(known, Disposition.finished_on <= as_of)
    # a leave that was taken back was never used (dispositions.services.end_lift)
    without_leave = sa.or_(Disposition.lifted_at.is_(None), Disposition.lift_ended_at.is_not(None))
    early_without_leave = sa.and_(Disposition.answered_before_known.is_(True), without_leave)
    owed = sa.and_(sa.not_(_imported_history), _Acknowledgement.id.is_not(None))
    given = sa.and_(owed, _Acknowledgement.met_on.is_not(None), _Acknowledgement.met_on <= as_of)
    unknown = sa.and_(owed, sa.or_(_Acknowledgement.met_on.is_(None), _Acknowledgement.met_on > as_of))
    columns = {
        "received": sa.func.count(Disposition.id),
        "base": _count(known),
        "followed_up": _count(sa.and_(known, Disposition.first_response_on <= as_of)),
        "finished": _count(finished),
        "on_time": _count(sa.and_(finished, Disposition.finished_on <= _Completion.due_on)),
        "open_overdue": _count(sa.and_(known, _still_open_on(as_of), _Completion.due_on < as_of)),
        "to_know": _count(sa.or_(given, sa.and_(unknown, _Acknowledgement.due_on < as_of))),
        "known_in_time": _count(
            sa.and_(given, _Acknowledgement.met_on <= _Acknowledgement.due_on, sa.not_(early_without_leave))
        ),
        "waiting": _count(sa.and_(unknown, _Acknowledgement.due_on >= as_of)),
    }
    statement = (
        sa.select(Disposition.agency_id, *(column.label(name) for name, column in columns.items()))
        .join(Complaint, Complaint.id == Disposition.complaint_id)
        .outerjoin(_FirstFollowUp, _deadline_of(Stage.FIRST_FOLLOW_UP, _FirstFollowUp))
        .outerjoin(_Completion, _deadline_of(Stage.COMPLETION, _Completion))
        .outerjoin(_Acknowledgement, _deadline_of(Stage.ACKNOWLEDGEMENT, _Acknowledgement))
        .where(_given, _received(start, end))
        .group_by(Disposition.agency_id)
        .order_by(Disposition.agency_id)
    )
    return {row.agency_id: {name: int(getattr(row, name)) for name in columns} for row in session.execute(statement)}


def _returned(session: Session, start: date, end: date) -> dict[int, int]:
    """How many complaints of the period each agency gave back as not its authority."""
    statement = (
        sa.select(Disposition.agency_id, sa.func.count(sa.distinct(Disposition.complaint_id)).label("returned"))
        .join(Complaint, Complaint.id == Disposition.complaint_id)
        .where(
            Disposition.part == Part.LEAD,
            Disposition.state == State.RETURNED,
            Complaint.merged_into_id.is_(None),
            _received(start, end),
        )
        .group_by(Disposition.agency_id)
        .order_by(Disposition.agency_id)
    )
    return {row.agency_id: row.returned for row in session.execute(statement)}


def _responses(session: Session, start: date, end: date, as_of: date) -> dict[int, dict[int, int]]:
    """Working days from disposition to first response, less those of pauses: how many cases of each, per agency."""
    columns = (
        Disposition.agency_id,
        Disposition.disposed_on,
        Disposition.first_response_on,
        _FirstFollowUp.paused_days,
    )
    rows = session.execute(
        sa.select(*columns, sa.func.count(Disposition.id).label("cases"))
        .join(Complaint, Complaint.id == Disposition.complaint_id)
        .outerjoin(_FirstFollowUp, _deadline_of(Stage.FIRST_FOLLOW_UP, _FirstFollowUp))
        .where(_given, _course_is_known, _received(start, end), Disposition.first_response_on <= as_of)
        .group_by(*columns)
        .order_by(*columns)
    ).all()
    found: dict[int, dict[int, int]] = defaultdict(lambda: defaultdict(int))
    if rows:
        calendar = working_calendar(session)
        for row in rows:
            days = max(calendar.between(row.disposed_on, row.first_response_on) - (row.paused_days or 0), 0)
            found[row.agency_id][days] += row.cases
    return found


def _without_clock(session: Session, start: date, end: date, as_of: date) -> dict[int, tuple[int, int]]:
    """Finished on time and open overdue of dispositions that were entered by hand and never had a clock.

    Their limit is worked out from the class and the rule set: history that was written down with its true dates.
    """
    rows = session.execute(
        sa.select(
            Disposition.agency_id,
            Disposition.disposed_on,
            Disposition.finished_on,
            Complaint.report_class,
            Complaint.rule_set_id,
            _still_open_on(as_of).label("is_open"),
        )
        .join(Complaint, Complaint.id == Disposition.complaint_id)
        .outerjoin(_FirstFollowUp, _deadline_of(Stage.FIRST_FOLLOW_UP, _FirstFollowUp))
        .outerjoin(_Completion, _deadline_of(Stage.COMPLETION, _Completion))
        .where(
            _given,
            _course_is_known,
            _received(start, end),
            Disposition.origin == Origin.MANUAL,
            _Completion.id.is_(None),
        )
        .order_by(Disposition.id)
    ).all()
    if not rows:
        return {}
    calendar = working_calendar(session)
    limits = {key: Limits(limit_values(session, key)) for key in sorted({row.rule_set_id for row in rows})}
    found: dict[int, list[int]] = defaultdict(lambda: [0, 0])
    for row in rows:
        due = _due(calendar, limits, row)
        if row.finished_on is not None and row.finished_on <= as_of:
            found[row.agency_id][0] += row.finished_on <= due
        elif row.is_open:
            found[row.agency_id][1] += due < as_of
    return {key: (on_time, overdue) for key, (on_time, overdue) in found.items()}


def _due(calendar: Calendar, limits: Mapping[int, Limits], row: Any) -> date:
    return due_on(calendar, row.disposed_on, limits[row.rule_set_id].days(Stage.COMPLETION, row.report_class))


def period_totals(
    session: Session, start: date, end: date, *, as_of: date, agencies: Sequence[AgencyRow] | None = None
) -> PeriodTotals:
    """All complaints received from ``start`` to ``end``, by class, status, channel and month.

    ``agencies``: the rows of ``agency_rows`` for the same period, where they are at hand. Statuses are those of the
    moment of asking. One query more than ``agency_rows``.
    """
    year, month = (sa.extract(part, Complaint.received_on) for part in ("year", "month"))
    dimensions = (Complaint.report_class, Complaint.status, Complaint.channel, year, month)
    rows = session.execute(
        sa.select(*dimensions, sa.func.count(Complaint.id))
        .where(_received(start, end), Complaint.merged_into_id.is_(None))
        .group_by(*dimensions)
    ).all()
    classes: dict[str, int] = defaultdict(int)
    statuses: dict[str, int] = defaultdict(int)
    channels: dict[str, int] = defaultdict(int)
    months = dict.fromkeys(months_of(start, end), 0)
    for report_class, status, channel, of_year, of_month, count in rows:
        classes[report_class.value if report_class else ""] += count
        statuses[status.value] += count
        channels[channel or ""] += count
        months[f"{int(of_year)}-{int(of_month):02d}"] += count
    rows_of_agencies = agency_rows(session, start, end, as_of=as_of) if agencies is None else agencies
    results = sum_of(row.results for row in rows_of_agencies)
    received = sum(statuses.values())
    archived, forwarded = statuses.get(Status.ARCHIVED.value, 0), statuses.get(Status.FORWARDED.value, 0)
    return PeriodTotals(
        received=received,
        archived=archived,
        forwarded=forwarded,
        undisposed=max(received - archived - forwarded - results.received, 0),
        classes=_by_size(classes),
        statuses=_by_size(statuses),
        channels=_by_size(channels),
        months=tuple(Count(code, count) for code, count in months.items()),
        results=results,
    )


def _by_size(counts: Mapping[str, int]) -> tuple[Count, ...]:
    return tuple(Count(code, count) for code, count in sorted(counts.items(), key=lambda item: (-item[1], item[0])))


def coverage(session: Session, years: Sequence[int], *, until: date | None = None) -> CoverageTable:
    """Which agencies received how many complaints in each of ``years``; ``until`` cuts the last year short.

    History counts here. The number of obliged agencies is that of the last year: from the list of obligations, else
    the setting in force at the year's end, else the newest setting. Three or four queries.
    """
    years = tuple(sorted(years))
    first, last = date(years[0], 1, 1), date(years[-1], 12, 31)
    end = min(until, last) if until else last
    year = sa.extract("year", Complaint.received_on)
    counts: dict[int, dict[int, int]] = defaultdict(dict)
    for agency_id, of_year, count in session.execute(
        sa.select(Disposition.agency_id, year, sa.func.count(sa.distinct(Complaint.id)))
        .join(Complaint, Complaint.id == Disposition.complaint_id)
        .where(_given, _received(first, end))
        .group_by(Disposition.agency_id, year)
    ):
        counts[agency_id][int(of_year)] = count
    obliged = set(session.scalars(sa.select(AgencyObligation.agency_id).where(AgencyObligation.year == years[-1])))
    rows, never = [], []
    former = names_on(session, end)
    for agency in session.scalars(sa.select(Agency).order_by(Agency.name, Agency.id)):
        called = former.get(agency.id, agency)
        row = CoverageRow(
            agency.id,
            called.name,
            called.abbreviation,
            agency.is_organiser,
            tuple(counts.get(agency.id, {}).get(item, 0) for item in years),
        )
        if row.total:
            rows.append(row)
        elif (agency.id in obliged) if obliged else _takes_part(agency, first, last):
            never.append(row)
    return CoverageTable(
        years=years,
        rows=tuple(sorted(rows, key=lambda row: (row.name.casefold(), row.agency_id))),
        never=tuple(sorted(never, key=lambda row: (row.name.casefold(), row.agency_id))),
        obliged=len(obliged) or _obliged_setting(session, last),
        until=end if end != last else None,
    )


def _takes_part(agency: Agency, first: date, last: date) -> bool:
    """While nobody has noted who is obliged: every agency of its own that existed in these years."""
    return (
        agency.parent_id is None
        and not agency.oversees_inspectorate
        and (agency.starts_on is None or agency.starts_on <= last)
        and (agency.ends_on is None or agency.ends_on >= first)
    )


def _obliged_setting(session: Session, day: date) -> int | None:
    found = setting_value(session, OBLIGED_SETTING, day)
    if found is None:
        found = setting_value(session, OBLIGED_SETTING, date.max)
    return None if found is None else int(found)


def years_with_complaints(session: Session) -> list[int]:
    """Years in which complaints came in, the newest first."""
    year = sa.extract("year", Complaint.received_on)
    return [int(value) for value in session.scalars(sa.select(year).distinct().order_by(year.desc()))]
