"""The summary (/statistik): an agency sees its own figures beside the province's, the province sees all agencies."""

from datetime import date
from typing import Any

from flask import Blueprint, render_template, request
from flask_babel import gettext as _

from lapor.core import clock
from lapor.core.db import db
from lapor.policy import Permission, Scope, scope_of
from lapor.statistics import charts, queries
from lapor.statistics.exceptions import exceptions_of
from lapor.statistics.labels import INDICATORS, month_words
from lapor.statistics.rules import AgencyRow, Results
from lapor.web.addresses import key_of
from lapor.web.guards import current_actor, requires

bp = Blueprint("statistics", __name__)

COVERAGE_YEARS = 3


def _year(years: list[int], current: int) -> int:
    """The year that the address asks for, else the running one, else the latest with complaints."""
    given = key_of(request.args.get("tahun", ""))
    if given in years:
        return given
    return current if current in years or not years else years[0]


def _own(rows: list[AgencyRow], scope: Scope, names: dict[int, str]) -> list[tuple[str, Results]]:
    """The results of the person's own agencies, also of one that was given nothing."""
    found = {row.agency_id: row.results for row in rows}
    return [(names[key], found.get(key, Results())) for key in sorted(scope.agency_ids, key=lambda key: names[key])]


@bp.get("/statistik")
@requires(Permission.STATISTICS_VIEW)
def summary() -> Any:
    """Figures of one year of complaints received; names of other agencies only for the province (office.md)."""
    session, actor = db.session(), current_actor()
    scope = scope_of(actor)
    today = clock.local_day(clock.now())
    years = queries.years_with_complaints(session)
    year = _year(years, today.year)
    start, end = date(year, 1, 1), date(year, 12, 31)
    rows = queries.agency_rows(session, start, end, as_of=today)
    totals = queries.period_totals(session, start, end, as_of=today, agencies=rows)
    names = {power.agency_id: power.agency_name for power in actor.powers}
    return render_template(
        "statistics/summary.html",
        years=years,
        year=year,
        today=today,
        totals=totals,
        month_chart=charts.month_chart(totals),
        indicators=INDICATORS,
        month_words=month_words,
        own=[] if scope.everything else _own(rows, scope, names),
        rows=rows if scope.everything else None,
        coverage=queries.coverage(session, range(year - COVERAGE_YEARS + 1, year + 1)) if scope.everything else None,
        exceptions=exceptions_of(
            session, start, end, as_of=today, agency_ids=None if scope.everything else scope.agency_ids
        ),
        title=_("Ringkasan Tahun %(year)s", year=year),
    )
