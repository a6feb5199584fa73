"""Which complaints a person sees, and whose content: the one place that turns a Scope into conditions."""

from dataclasses import dataclass, replace
from functools import lru_cache

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from lapor.agencies.models import Agency
from lapor.complaints.models import Complaint
from lapor.complaints.queries import (
    not_about_agencies_condition,
    not_about_office_condition,
    not_about_person_condition,
    withheld_condition,
)
from lapor.complaints.rules import ReportedParty
from lapor.core.db import one_of
from lapor.core.errors import NotFound
from lapor.dispositions.models import Acknowledgement, Deadline, Disposition, PassedOn, Response
from lapor.dispositions.rules import ResponseState, State
from lapor.policy import Scope

NOT_FOUND = "Aduan ini tidak ada, atau bukan untuk tugas Anda."
# Building a statement costs more than running it: conditions are kept for the scopes that were seen last.
KEPT = 128
_GONE = [State.WITHDRAWN]
_NO_LONGER_HANDLED = [State.WITHDRAWN, State.RETURNED]


def _asked(agency_ids: frozenset[int], without: list[State]) -> "sa.ColumnElement[bool]":
    """An order to one of these agencies, or one whose acknowledgement is their head's, in no state of ``without``."""
    order = aliased(Disposition)
    ids = sorted(agency_ids)
    return (
        sa.exists()
        .where(
            order.complaint_id == Complaint.id,
            sa.or_(one_of(order.agency_id, ids), one_of(order.head_agency_id, ids)),
            sa.not_(one_of(order.state, without)),
        )
        .correlate(Complaint)
    )


def _passed_on(post_ids: frozenset[int]) -> "sa.ColumnElement[bool]":
    """Passed on to one of these posts beside an acknowledgement that still stands, and not taken back.

    Of a confidential complaint only by the head himself (domain.md).
    """
    order, passed, known = aliased(Disposition), aliased(PassedOn), aliased(Acknowledgement)
    return (
        sa.exists()
        .where(
            order.complaint_id == Complaint.id,
            sa.not_(one_of(order.state, _NO_LONGER_HANDLED)),
            passed.disposition_id == order.id,
            one_of(passed.post_id, sorted(post_ids)),
            known.id == passed.acknowledgement_id,
            known.superseded_by_id.is_(None),
            known.voided_at.is_(None),
            passed.taken_back_at.is_(None),
            sa.or_(sa.not_(withheld_condition()), passed.by_head.is_(True)),
        )
        .correlate(Complaint)
    )


def _about_oversight() -> "sa.ColumnElement[bool]":
    """About the head or operator of the Inspektorat itself: that is the Sekda's (office.md 1.2)."""
    overseer = aliased(Agency)
    return sa.and_(
        one_of(Complaint.reported_party, [ReportedParty.HEAD, ReportedParty.OPERATOR]),
        Complaint.reported_agency_id.in_(sa.select(overseer.id).where(overseer.is_oversight.is_(True))),
    )


@lru_cache(maxsize=KEPT)
def visible_condition(scope: Scope) -> "sa.ColumnElement[bool]":
    """Rows of ``complaint`` that the person may know of; the content is another question (``readable_condition``).

    A coordinator sees nothing about the coordinator's own office, nobody anything about the head or operator of an
    agency for which he works himself; the stricter rule wins for a person with several posts.
    """
    ways: list[sa.ColumnElement[bool]] = []
    if scope.everything:
        ways.append(sa.true())
    if scope.agency_ids:
        ways.append(_asked(scope.agency_ids, _GONE))
    if scope.unit_post_ids:
        ways.append(_passed_on(scope.unit_post_ids))
    if not ways:
        return sa.false()
    return sa.and_(ways[0] if scope.everything else sa.or_(*ways), not_kept_from_condition(scope))


@lru_cache(maxsize=KEPT)
def not_kept_from_condition(scope: Scope) -> "sa.ColumnElement[bool]":
    """Rows that are not kept from this person because of who is reported, whatever he did with them before."""
    limits: list[sa.ColumnElement[bool]] = [sa.true()]
    if scope.reads_confidential and not scope.inspects:
        limits.append(not_about_office_condition())
    if scope.inspects:
        limits.append(sa.func.coalesce(sa.not_(_about_oversight()), sa.true()))
    if scope.agency_ids:
        limits.append(not_about_agencies_condition(scope.agency_ids))
    if scope.person_id is not None:
        limits.append(not_about_person_condition(scope.person_id))
    return sa.and_(*limits)


@lru_cache(maxsize=KEPT)
def readable_condition(scope: Scope) -> "sa.ColumnElement[bool]":
    """Of the visible rows those whose title and text the person may read."""
    ways: list[sa.ColumnElement[bool]] = [sa.not_(withheld_condition())]
    if scope.reads_confidential:
        ways.append(not_about_office_condition())
    if scope.inspects:
        ways.append(Complaint.reported_party == ReportedParty.COORDINATOR_OFFICE.value)
    if scope.agency_ids:
        ways.append(_asked(scope.agency_ids, _NO_LONGER_HANDLED))
    if scope.unit_post_ids:
        ways.append(_passed_on(scope.unit_post_ids))
    return sa.or_(*ways)


@dataclass(frozen=True)
class Seen:
    """A complaint as a person sees it: ``may_read`` false leaves only its existence and its times."""

    complaint: Complaint
    may_read: bool


def find_visible(session: Session, scope: Scope, complaint_id: int) -> Seen | None:
    """The complaint when ``scope`` sees it, with whether its content may be read, in one query; else None."""
    row = session.execute(
        sa.select(Complaint, readable_condition(scope).label("may_read")).where(
            Complaint.id == complaint_id, visible_condition(scope)
        )
    ).first()
    return Seen(row[0], bool(row.may_read)) if row else None


def load_complaint(session: Session, complaint_id: int, scope: Scope) -> tuple[Complaint, bool]:
    """The complaint and whether its content is open. Raises NotFound when it does not exist for this scope."""
    seen = find_visible(session, scope, complaint_id)
    if seen is None:
        raise NotFound(NOT_FOUND)
    return seen.complaint, seen.may_read


def load_disposition(session: Session, disposition_id: int, scope: Scope) -> tuple[Disposition, Complaint, bool]:
    """One disposition with its complaint, and whether the content is open. Raises NotFound out of scope.

    A unit sees no order as such: what was passed on to it has a page of its own (``passing.load_passed``).
    """
    disposition = session.get(Disposition, disposition_id)
    if disposition is None:
        raise NotFound(NOT_FOUND)
    own = replace(scope, unit_post_ids=frozenset()) if scope.unit_post_ids else scope
    complaint, may_read = load_complaint(session, disposition.complaint_id, own)
    return disposition, complaint, may_read


def list_deadlines(session: Session, disposition: Disposition) -> list[Deadline]:
    """The time limits of a disposition and of its complaint, in order of their dates."""
    return list(
        session.scalars(
            sa.select(Deadline)
            .where(
                Deadline.complaint_id == disposition.complaint_id,
                sa.or_(Deadline.disposition_id == disposition.id, Deadline.disposition_id.is_(None)),
            )
            .order_by(Deadline.due_on, Deadline.id)
        )
    )


def find_response(session: Session, disposition_id: int, response_id: int) -> Response | None:
    """One answer of this disposition, or None."""
    return session.scalar(
        sa.select(Response).where(Response.id == response_id, Response.disposition_id == disposition_id)
    )


def newest_draft(session: Session, disposition_id: int) -> Response | None:
    """The newest answer that is not yet recorded as given, or None."""
    return session.scalar(
        sa.select(Response)
        .where(Response.disposition_id == disposition_id, Response.state != ResponseState.POSTED.value)
        .order_by(Response.id.desc())
        .limit(1)
    )
