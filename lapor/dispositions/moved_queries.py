"""Reading which deadlines moved with a change of the calendar. Numbers and days only, never what a complaint says."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lapor.agencies.models import Agency
from lapor.calendar.models import CalendarChange
from lapor.complaints.models import Complaint
from lapor.dispositions.models import Deadline, Disposition, MovedDeadline
from lapor.dispositions.queries import visible_condition
from lapor.dispositions.rules import Stage
from lapor.policy import Scope
from lapor.web.paging import COUNT_LIMIT


@dataclass(frozen=True)
class MovedRow:
    """One deadline that moved; ``agency`` None: a clock of the complaint itself."""

    complaint_id: int
    reference: str
    agency: str | None
    stage: Stage
    was_due_on: date
    due_on: date


_Rows = sa.Select[*tuple[Any, ...]]


def _narrowed(statement: _Rows, change_id: int, scope: Scope) -> _Rows:
    """Only rows of this change that the person may know of; of an agency's people only their own agency's clocks."""
    found = (
        statement.select_from(MovedDeadline)
        .join(Deadline, Deadline.id == MovedDeadline.deadline_id)
        .join(Complaint, Complaint.id == Deadline.complaint_id)
        .outerjoin(Disposition, Disposition.id == Deadline.disposition_id)
        .outerjoin(Agency, Agency.id == Disposition.agency_id)
        .where(MovedDeadline.change_id == change_id, visible_condition(scope))
    )
    if not scope.everything:
        found = found.where(
            sa.or_(
                Disposition.agency_id.in_(sorted(scope.agency_ids)),
                Disposition.head_agency_id.in_(sorted(scope.agency_ids)),
            )
        )
    return found


def list_rows(session: Session, change_id: int, scope: Scope, *, limit: int, offset: int) -> list[MovedRow]:
    """The deadlines that moved, by their new day."""
    statement = _narrowed(
        sa.select(
            Complaint.id,
            Complaint.tracking_id,
            Complaint.number,
            Agency.abbreviation,
            Deadline.stage,
            MovedDeadline.was_due_on,
            MovedDeadline.due_on,
        ),
        change_id,
        scope,
    )
    rows = session.execute(
        statement.order_by(MovedDeadline.due_on, MovedDeadline.deadline_id).limit(limit).offset(offset)
    )
    return [
        MovedRow(key, f"#{tracking_id}" if tracking_id else own, agency, stage, was, due)
        for key, tracking_id, own, agency, stage, was, due in rows
    ]


def count_rows(session: Session, change_id: int, scope: Scope) -> int:
    """How many rows ``list_rows`` would find; counting stops at the limit of the pages."""
    found = _narrowed(sa.select(MovedDeadline.deadline_id), change_id, scope).limit(COUNT_LIMIT + 1)
    return session.scalar(sa.select(sa.func.count()).select_from(found.subquery())) or 0


def may_open(session: Session, change_id: int, scope: Scope) -> bool:
    """Whether the change concerns this person: he sees the whole province, or deadlines of his agency moved."""
    if scope.everything:
        return True
    found = _narrowed(sa.select(MovedDeadline.deadline_id), change_id, scope).limit(1)
    return session.execute(found).first() is not None


@dataclass(frozen=True)
class EarlierDay:
    """That a deadline had another day before the calendar changed, and why it changed."""

    deadline_id: int
    was_due_on: date
    due_on: date
    reason: str
    change_id: int


def earlier_days(session: Session, deadline_ids: Sequence[int]) -> list[EarlierDay]:
    """The days that these deadlines had before changes of the calendar, the oldest change first."""
    rows = session.execute(
        sa.select(
            MovedDeadline.deadline_id,
            MovedDeadline.was_due_on,
            MovedDeadline.due_on,
            CalendarChange.reason,
            CalendarChange.id,
        )
        .join(CalendarChange, CalendarChange.id == MovedDeadline.change_id)
        .where(MovedDeadline.deadline_id.in_(deadline_ids))
        .order_by(MovedDeadline.deadline_id, CalendarChange.id)
    )
    return [EarlierDay(key, was, due, reason or "", change_id) for key, was, due, reason, change_id in rows]
