"""Counting what is late and what is due, within what a person may know of; reading feeds."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lapor.accounts.models import Account
from lapor.agencies.models import Agency
from lapor.agenda.models import CalendarFeed
from lapor.agenda.rules import FEED_AHEAD, FEED_BACK, DueDay, DueEntry, LateCell, LateRow, Month
from lapor.complaints.models import Complaint
from lapor.complaints.rules import ReportClass
from lapor.desk.queries import OFFICE_STAGES, running_limits
from lapor.dispositions.models import Deadline, Disposition
from lapor.dispositions.rules import Stage
from lapor.policy import Scope


@dataclass(frozen=True)
class Chosen:
    """What narrows the table of what is late: class (or none yet) and year of arrival."""

    report_class: ReportClass | None = None
    unclassified: bool = False
    year: int | None = None

    def conditions(self) -> list["sa.ColumnElement[bool]"]:
        """As conditions on ``complaint``; the same ones by which the list narrows."""
        found: list[sa.ColumnElement[bool]] = []
        if self.report_class is not None:
            found.append(Complaint.report_class == self.report_class.value)
        if self.unclassified:
            found.append(Complaint.report_class.is_(None))
        if self.year is not None:
            found.append(Complaint.received_on.between(date(self.year, 1, 1), date(self.year, 12, 31)))
        return found


def _limits(*columns: Any) -> "sa.Select[*tuple[Any, ...]]":
    return (
        sa.select(*columns)
        .select_from(Deadline)
        .join(Complaint, Complaint.id == Deadline.complaint_id)
        .outerjoin(Disposition, Disposition.id == Deadline.disposition_id)
    )


def _counts(each: Any) -> list[Any]:
    """How many of ``each`` are late, in all and for each stage, and the oldest day of each stage."""
    columns: list[Any] = [sa.func.count(sa.distinct(each))]
    for stage in OFFICE_STAGES:
        columns += [
            sa.func.count(sa.distinct(sa.case((Deadline.stage == stage.value, each)))),
            sa.func.min(sa.case((Deadline.stage == stage.value, Deadline.due_on))),
        ]
    return columns


def _cells(counted: Sequence[Any]) -> dict[Stage, LateCell]:
    pairs = zip(OFFICE_STAGES, counted[::2], counted[1::2], strict=True)
    return {stage: LateCell(count, oldest) for stage, count, oldest in pairs if count}


@dataclass(frozen=True)
class LateTable:
    """What is late: a row for each agency with any, and the province (or the own agencies) in one row.

    The sum of the province counts a complaint once, however many agencies are late with it, as its list does.
    """

    rows: list[LateRow]
    total: LateRow

    @property
    def most(self) -> int:
        """The largest number of a single cell."""
        return max((cell.count for row in self.rows for cell in row.cells.values()), default=0)


def late_table(session: Session, scope: Scope, chosen: Chosen, today: date, *, desk: str, total: str) -> LateTable:
    """What is late on ``today``, in two statements; ``desk`` names the coordinator's row, ``total`` the sum."""
    conditions = [*running_limits(scope, before=today), *chosen.conditions()]
    rows = session.execute(
        _limits(Disposition.agency_id, Agency.abbreviation, *_counts(Complaint.id))
        .outerjoin(Agency, Agency.id == Disposition.agency_id)
        .where(*conditions)
        .group_by(Disposition.agency_id, Agency.abbreviation)
        .order_by(Agency.abbreviation, Disposition.agency_id)
    )
    found = [LateRow(key, name or desk, count, _cells(rest)) for key, name, count, *rest in rows]
    each = Complaint.id if scope.everything else Disposition.id
    count, *rest = session.execute(_limits(*_counts(each)).where(*conditions)).one()
    return LateTable(found, LateRow(None, total, count, _cells(rest)))


def due_days(session: Session, scope: Scope, month: Month, agency_id: int | None) -> dict[date, DueDay]:
    """What still has to be kept on each day of the month, of one agency or of all that the person sees."""
    each = Complaint.id if scope.everything else Disposition.id
    conditions = [*running_limits(scope), Deadline.due_on.between(month.first, month.last)]
    if agency_id is not None:
        conditions.append(Disposition.agency_id == agency_id)
    counts = [
        sa.func.count(sa.distinct(each)),
        *(sa.func.count(sa.distinct(sa.case((Deadline.stage == stage.value, each)))) for stage in OFFICE_STAGES),
    ]
    rows = session.execute(
        _limits(Deadline.due_on, *counts).where(*conditions).group_by(Deadline.due_on).order_by(Deadline.due_on)
    )
    return {
        day: DueDay(day, total, [(stage, count) for stage, count in zip(OFFICE_STAGES, rest, strict=True) if count])
        for day, total, *rest in rows
    }


def due_entries(session: Session, scope: Scope, today: date, limit: int) -> list[DueEntry]:
    """The running time limits of a feed, the earliest first."""
    rows = session.execute(
        _limits(Deadline.id, Complaint.number, Deadline.stage, Deadline.due_on)
        .where(*running_limits(scope), Deadline.due_on.between(today - FEED_BACK, today + FEED_AHEAD))
        .order_by(Deadline.due_on, Deadline.id)
        .limit(limit)
    )
    return [DueEntry(*row) for row in rows]


def first_year(session: Session) -> int | None:
    """The year in which the oldest complaint came in."""
    first = session.scalar(sa.select(sa.func.min(Complaint.received_on)))
    return first.year if first else None


def living_feed(session: Session, account_id: int) -> CalendarFeed | None:
    """The feed of an account that has not been revoked, or None."""
    return session.scalar(
        sa.select(CalendarFeed).where(CalendarFeed.account_id == account_id, CalendarFeed.revoked_at.is_(None))
    )


def owner_of_feed(session: Session, hashed: str) -> tuple[int, int] | None:
    """Account and person of the living feed with this hash whose account is open, or None."""
    row = session.execute(
        sa.select(Account.id, Account.person_id)
        .join(CalendarFeed, CalendarFeed.account_id == Account.id)
        .where(CalendarFeed.token_hash == hashed, CalendarFeed.revoked_at.is_(None), Account.is_active.is_(True))
    ).first()
    return (row[0], row[1]) if row else None
