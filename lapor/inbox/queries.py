"""What the head's inbox lists: what waits, what may be read on one page, what he has stated."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from lapor.agencies.models import Agency
from lapor.complaints.models import NO_DUE, Complaint
from lapor.complaints.queries import not_about_agencies_condition, withheld_condition
from lapor.complaints.rules import LAPOR_CLOSED, OPEN_STATUSES, ReportClass, ReportedParty
from lapor.core.db import one_of
from lapor.core.rows import plain_rows
from lapor.dispositions.models import Acknowledgement, Deadline, Disposition, PassedOn
from lapor.dispositions.queries import KEPT, not_kept_from_condition, readable_condition, visible_condition
from lapor.dispositions.rules import Stage
from lapor.offices.models import Assignment, Person, Post
from lapor.offices.queries import covers
from lapor.policy import Role, Scope

_OPEN = sorted(OPEN_STATUSES)
_HARMLESS = sorted(item for item in ReportClass if item is not ReportClass.SUPERVISORY)


class Waiting(NamedTuple):
    """An order that waits for the head's word; ``is_old``: closed in LAPOR!, nothing is to be decided any more."""

    id: int
    is_old: bool


def old_condition() -> "sa.ColumnElement[bool]":
    """Complaints that may be read and acknowledged on one page (office.md 1.17): LAPOR! has closed them already.

    Never confidential ones, supervisory ones, ones about staff, nor ones whose class nobody has named.
    """
    return sa.and_(
        Complaint.lapor_status.in_(sorted(LAPOR_CLOSED)),
        one_of(Complaint.status, _OPEN),
        one_of(Complaint.report_class, _HARMLESS),
        sa.not_(withheld_condition()),
        sa.or_(Complaint.reported_party.is_(None), Complaint.reported_party == ReportedParty.NONE.value),
        Disposition.return_proposal.is_(None),
    )


@lru_cache(maxsize=KEPT)
def _waiting_statement(head_agency_ids: tuple[int, ...], scope: Scope, limit: int) -> "sa.Select[*tuple[Any, ...]]":
    return (
        sa.select(Disposition.id, old_condition().label("is_old"))
        .join(Complaint, Complaint.id == Disposition.complaint_id)
        .where(
            one_of(Disposition.head_agency_id, head_agency_ids),
            Disposition.is_owed.is_(True),
            not_about_agencies_condition(scope.agency_ids, scope.person_id),
        )
        .order_by(Disposition.next_due_on, Disposition.id)
        .limit(limit)
    )


def list_waiting(session: Session, head_agency_ids: Iterable[int], scope: Scope, limit: int = 200) -> list[Waiting]:
    """What waits for the head of these agencies, due first on top.

    Without what is about the head or operator of an agency for which the person works himself, or about him as the
    head that he was: a head who stands in for the Inspektur must not read the complaint about himself.
    """
    agencies = tuple(sorted(head_agency_ids))
    if not agencies:
        return []
    rows = plain_rows(session, _waiting_statement(agencies, scope, limit))
    return [Waiting(*row) for row in rows]


@dataclass(frozen=True)
class NextDue:
    """What is due next in an agency while nothing waits for its head, and who writes the answer."""

    complaint_id: int
    reference: str
    due_on: date
    responsible: str | None


def next_due(session: Session, agency_ids: Iterable[int], scope: Scope, day: date) -> NextDue | None:
    """The open order of these agencies that is due first, or None; with whoever is the agency's admin on ``day``."""
    operator = (
        sa.select(sa.func.min(Person.name))
        .select_from(Post)
        .join(Assignment, sa.and_(Assignment.post_id == Post.id, covers(day)))
        .join(Person, Person.id == Assignment.person_id)
        .where(Post.agency_id == Disposition.agency_id, Post.kind == Role.OPERATOR.value)
        .correlate(Disposition)
        .scalar_subquery()
    )
    row = session.execute(
        sa.select(
            Complaint.id, Complaint.tracking_id, Complaint.number, Disposition.next_due_on, operator.label("name")
        )
        .join(Disposition, Disposition.complaint_id == Complaint.id)
        .where(
            Disposition.agency_id.in_(sorted(agency_ids)),
            Disposition.is_open.is_(True),
            Disposition.next_due_on < NO_DUE,
            not_about_agencies_condition(scope.agency_ids, scope.person_id),
        )
        .order_by(Disposition.next_due_on, Disposition.id)
        .limit(1)
    ).first()
    if row is None:
        return None
    reference = f"#{row.tracking_id}" if row.tracking_id else row.number
    return NextDue(row.id, reference, row.next_due_on, row.name)


def list_old(session: Session, head_agency_ids: Iterable[int], limit: int) -> list[tuple[Disposition, Complaint]]:
    """The next ``limit`` waiting orders of these agencies that may be read on one page (``old_condition``)."""
    rows = session.execute(
        sa.select(Disposition, Complaint)
        .join(Complaint, Complaint.id == Disposition.complaint_id)
        .where(
            Disposition.head_agency_id.in_(sorted(head_agency_ids)), Disposition.is_owed.is_(True), old_condition()
        )
        .order_by(Disposition.next_due_on, Disposition.id)
        .limit(limit)
    )
    return [(row.Disposition, row.Complaint) for row in rows]


def is_old(session: Session, disposition_id: int) -> bool:
    """Whether this order may still be acknowledged on one page with others."""
    return (
        session.scalar(
            sa.select(Disposition.id)
            .join(Complaint, Complaint.id == Disposition.complaint_id)
            .where(Disposition.id == disposition_id, Disposition.is_owed.is_(True), old_condition())
        )
        is not None
    )


@dataclass(frozen=True)
class Known:
    """One statement that a person gave, with what came before and after it; ``title`` None: closed to him now."""

    disposition_id: int
    complaint_id: int
    reference: str
    title: str | None
    agency: str
    acknowledgement: Acknowledgement
    disposed_at: datetime
    disposed_on: date
    due_on: date | None
    first_response_on: date | None
    returned_at: datetime | None


def list_known(session: Session, person_id: int, first: date, last: date, scope: Scope) -> list[Known]:
    """What this person stated to know from ``first`` to ``last`` (WITA days), in order, in one query.

    A statement that replaced an earlier one of its order is not counted anew: the first one keeps its time. What
    turned out to be about himself is not listed; what he stated in a post that he left is. Titles only of what he
    may read today; the content of confidential ones never (this list is printed).
    """
    earlier = aliased(Acknowledgement)
    due = (
        sa.select(sa.func.max(Deadline.due_on))
        .where(Deadline.disposition_id == Disposition.id, Deadline.stage == Stage.ACKNOWLEDGEMENT.value)
        .correlate(Disposition)
        .scalar_subquery()
    )
    rows = session.execute(
        sa.select(
            Acknowledgement,
            Complaint.id.label("complaint_id"),
            Complaint.tracking_id,
            Complaint.number,
            Complaint.title,
            Agency.abbreviation,
            Disposition.id.label("disposition_id"),
            Disposition.disposed_at,
            Disposition.disposed_on,
            Disposition.first_response_on,
            Disposition.returned_at,
            due.label("due_on"),
            sa.and_(visible_condition(scope), readable_condition(scope), sa.not_(withheld_condition())).label("open"),
        )
        .join(Disposition, Disposition.id == Acknowledgement.disposition_id)
        .join(Complaint, Complaint.id == Disposition.complaint_id)
        .join(Agency, Agency.id == Disposition.agency_id)
        .where(
            Acknowledgement.person_id == person_id,
            Acknowledgement.voided_at.is_(None),
            Acknowledgement.acknowledged_on.between(first, last),
            not_kept_from_condition(scope),
            ~sa.exists().where(earlier.superseded_by_id == Acknowledgement.id),
        )
        .order_by(Acknowledgement.acknowledged_at, Acknowledgement.id)
    )
    return [
        Known(
            disposition_id=row.disposition_id,
            complaint_id=row.complaint_id,
            reference=f"#{row.tracking_id}" if row.tracking_id else row.number,
            title=row.title if row.open else None,
            agency=row.abbreviation,
            acknowledgement=row.Acknowledgement,
            disposed_at=row.disposed_at,
            disposed_on=row.disposed_on,
            due_on=row.due_on,
            first_response_on=row.first_response_on,
            returned_at=row.returned_at,
        )
        for row in rows
    ]


@dataclass(frozen=True)
class Statement:
    """The statement of a head that holds for an order, and to whom he passed it on."""

    acknowledgement: Acknowledgement
    post_ids: tuple[int, ...]
    label: str
    labels: tuple[str, ...]


def last_statement(session: Session, disposition_id: int) -> Statement | None:
    """The statement that holds today, or None while there is none (or the coordinator refused it)."""
    rows = session.execute(
        sa.select(Acknowledgement, PassedOn)
        .outerjoin(
            PassedOn,
            sa.and_(
                PassedOn.acknowledgement_id == Acknowledgement.id,
                PassedOn.by_head.is_(True),
                PassedOn.taken_back_at.is_(None),
            ),
        )
        .where(
            Acknowledgement.disposition_id == disposition_id,
            Acknowledgement.superseded_by_id.is_(None),
            Acknowledgement.voided_at.is_(None),
        )
        .order_by(Acknowledgement.id.desc(), PassedOn.id)
    ).all()
    if not rows:
        return None
    last = rows[0].Acknowledgement
    passed = [row.PassedOn for row in rows if row.Acknowledgement is last and row.PassedOn is not None]
    return Statement(
        acknowledgement=last,
        post_ids=tuple(row.post_id for row in passed if row.post_id is not None),
        label=", ".join(row.label for row in passed if row.post_id is None),
        labels=tuple(row.label for row in passed),
    )
