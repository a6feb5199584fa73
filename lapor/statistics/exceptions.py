"""By which way heads knew, and every exception, counted apart from the indicators (model.md, office.md 33)."""

from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lapor.complaints.models import Complaint
from lapor.complaints.queries import not_about_agencies_condition
from lapor.core.clock import day_bounds
from lapor.dispositions.models import Acknowledgement, Disposition, Response
from lapor.dispositions.rules import Way
from lapor.statistics.rules import Exceptions


def exceptions_of(
    session: Session, start: date, end: date, *, as_of: date, agency_ids: frozenset[int] | None = None
) -> Exceptions:
    """The exceptions among complaints received from ``start`` to ``end``, as far as they were known on ``as_of``.

    ``agency_ids`` narrows to these agencies' orders. Three queries. A statement that was replaced or refused later
    does not count, a leave that was taken back counts in both numbers.
    """
    until = day_bounds(as_of)[1]
    of_period: list[Any] = [Complaint.received_on.between(start, end), Complaint.merged_into_id.is_(None)]
    if agency_ids is not None:
        of_period += [Disposition.agency_id.in_(sorted(agency_ids)), not_about_agencies_condition(agency_ids)]

    def count(condition: "sa.ColumnElement[bool]") -> "sa.ColumnElement[int]":
        return sa.func.coalesce(sa.func.sum(sa.case((condition, 1), else_=0)), 0)

    ways = session.execute(
        sa.select(*(count(Acknowledgement.way == way.value).label(way.value) for way in Way))
        .select_from(Acknowledgement)
        .join(Disposition, Disposition.id == Acknowledgement.disposition_id)
        .join(Complaint, Complaint.id == Disposition.complaint_id)
        .where(
            *of_period,
            Acknowledgement.superseded_by_id.is_(None),
            Acknowledgement.voided_at.is_(None),
            Acknowledgement.acknowledged_at < until,
        )
    ).one()
    orders = session.execute(
        sa.select(
            count(Disposition.lifted_at < until).label("lifted"),
            count(Disposition.lift_ended_at < until).label("lift_ended"),
        )
        .select_from(Disposition)
        .join(Complaint, Complaint.id == Disposition.complaint_id)
        .where(*of_period)
    ).one()
    answers = session.execute(
        sa.select(
            sa.func.count(sa.distinct(sa.case((Response.before_known.is_(True), Disposition.id)))).label("before"),
            count(Response.without_initials.is_(True)).label("without_initials"),
        )
        .select_from(Response)
        .join(Disposition, Disposition.id == Response.disposition_id)
        .join(Complaint, Complaint.id == Disposition.complaint_id)
        .where(*of_period, Response.logged_at < until)
    ).one()
    return Exceptions(
        direct=int(ways.direct),
        sheet=int(ways.sheet),
        mandate=int(ways.mandate),
        lifted=int(orders.lifted),
        lift_ended=int(orders.lift_ended),
        answered_before=int(answers.before),
        without_initials=int(answers.without_initials),
    )
