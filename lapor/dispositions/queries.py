"""Which complaints a person sees, and whose content: the one place that turns a Scope into conditions."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from lapor.agencies.models import Agency
from lapor.complaints.models import NO_DUE, Complaint
from lapor.complaints.queries import (
    not_about_agencies_condition,
    not_about_office_condition,
    withheld_condition,
)
from lapor.complaints.rules import ReportedParty
from lapor.core.db import one_of, plain_rows
from lapor.core.errors import NotFound
from lapor.dispositions.models import Acknowledgement, Deadline, Disposition, Opening, PassedOn, Response
from lapor.dispositions.rules import ResponseKind, ResponseState, Stage, State
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
    """Passed on by a head, in an acknowledgement that still stands, to one of these posts."""
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
    limits: list[sa.ColumnElement[bool]] = []
    if scope.reads_confidential and not scope.inspects:
        limits.append(not_about_office_condition())
    if scope.inspects:
        limits.append(sa.func.coalesce(sa.not_(_about_oversight()), sa.true()))
    if scope.agency_ids:
        limits.append(not_about_agencies_condition(scope.agency_ids))
    return sa.and_(ways[0] if scope.everything else sa.or_(*ways), *limits)


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
    """One disposition with its complaint, and whether the content is open. Raises NotFound out of scope."""
    disposition = session.get(Disposition, disposition_id)
    if disposition is None:
        raise NotFound(NOT_FOUND)
    complaint, may_read = load_complaint(session, disposition.complaint_id, scope)
    return disposition, complaint, may_read


@dataclass(frozen=True)
class Draft:
    """What the operator has written so far."""

    kind: ResponseKind
    text: str
    author_name: str


@dataclass(frozen=True)
class Card:
    """What the head reads before he acknowledges; ``opened``: this person has seen it before."""

    disposition: Disposition
    complaint: Complaint
    agency: Agency
    draft: Draft | None
    due: Deadline | None
    opened: bool


@lru_cache(maxsize=KEPT)
def _owed_statement(head_agency_ids: tuple[int, ...], limit: int) -> "sa.Select[int]":
    return (
        sa.select(Disposition.id)
        .where(one_of(Disposition.head_agency_id, head_agency_ids), Disposition.is_owed.is_(True))
        .order_by(Disposition.next_due_on, Disposition.id)
        .limit(limit)
    )


def owed_ids(session: Session, head_agency_ids: Iterable[int], limit: int = 200) -> list[int]:
    """Keys of the dispositions that wait for the head of these agencies, what is due first on top."""
    return [row.id for row in plain_rows(session, _owed_statement(tuple(sorted(head_agency_ids)), limit))]


_draft = aliased(Response)
_CARD = (
    sa.select(
        Disposition,
        Complaint,
        Agency,
        _draft.kind.label("draft_kind"),
        _draft.text.label("draft_text"),
        _draft.author_name.label("draft_author"),
        Deadline,
        sa.exists()
        .where(Opening.disposition_id == Disposition.id, Opening.person_id == sa.bindparam("person_id"))
        .label("opened"),
    )
    .join(Complaint, Complaint.id == Disposition.complaint_id)
    .join(Agency, Agency.id == Disposition.agency_id)
    .outerjoin(
        _draft,
        _draft.id
        == sa.select(sa.func.max(Response.id))
        .where(Response.disposition_id == Disposition.id, Response.state != ResponseState.POSTED.value)
        .correlate(Disposition)
        .scalar_subquery(),
    )
    .outerjoin(
        Deadline,
        sa.and_(
            Deadline.disposition_id == Disposition.id,
            Deadline.stage == Stage.ACKNOWLEDGEMENT.value,
            Deadline.is_void.is_(False),
        ),
    )
    .where(Disposition.id == sa.bindparam("disposition_id"))
)


def find_card(session: Session, disposition_id: int, person_id: int) -> Card | None:
    """The card of one disposition for a person, in one query: order, complaint, newest draft, time limit."""
    row = session.execute(_CARD, {"disposition_id": disposition_id, "person_id": person_id}).first()
    if row is None:
        return None
    draft = Draft(row.draft_kind, row.draft_text, row.draft_author) if row.draft_text is not None else None
    return Card(row.Disposition, row.Complaint, row.Agency, draft, row.Deadline, bool(row.opened))


@dataclass(frozen=True)
class NextDue:
    """What is due next in an agency while nothing waits for its head."""

    complaint_id: int
    reference: str
    due_on: date


def next_due(session: Session, agency_ids: Iterable[int]) -> NextDue | None:
    """The open disposition of these agencies that is due first, or None."""
    row = session.execute(
        sa.select(Complaint.id, Complaint.tracking_id, Complaint.number, Disposition.next_due_on)
        .join(Disposition, Disposition.complaint_id == Complaint.id)
        .where(
            Disposition.agency_id.in_(sorted(agency_ids)),
            Disposition.is_open.is_(True),
            Disposition.next_due_on < NO_DUE,
        )
        .order_by(Disposition.next_due_on, Disposition.id)
        .limit(1)
    ).first()
    return NextDue(row.id, f"#{row.tracking_id}" if row.tracking_id else row.number, row.next_due_on) if row else None


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
