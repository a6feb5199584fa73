"""Complaints that are alike and what the head said to them."""

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lapor.complaints.models import Complaint
from lapor.complaints.queries import withheld_condition
from lapor.dispositions.models import Disposition, Response
from lapor.dispositions.queries import KEPT, readable_condition, visible_condition
from lapor.dispositions.rules import ResponseState
from lapor.inbox.reading import telling_words
from lapor.policy import Scope


@dataclass(frozen=True)
class Similar:
    """An earlier complaint of the same agency that was answered: how that answer went."""

    complaint_id: int
    title: str
    reference: str
    received_on: date
    finished_on: date | None
    answer: str


SEARCHED = 300
"""So many of the agency's newest answered orders are looked through."""
_LOOKED_AT = 12
_SAME_CATEGORY = 2
_ALIKE = 2


@lru_cache(maxsize=KEPT)
def _similar_statement(scope: Scope, count: int) -> "sa.Select[*tuple[Any, ...]]":
    """First the newest of the agency, of these the most alike, and only of those who may read them."""
    newest = (
        sa.select(Disposition.id, Disposition.complaint_id, Disposition.finished_on)
        .where(
            Disposition.agency_id == sa.bindparam("agency_id"),
            Disposition.complaint_id != sa.bindparam("complaint_id"),
            Disposition.finished_on.is_not(None),
        )
        .order_by(Disposition.id.desc())
        .limit(SEARCHED)
        .subquery("newest")
    )
    where = sa.func.coalesce(Complaint.location, "") + " " + Complaint.title
    same = Complaint.category == sa.bindparam("category")
    likeness: sa.ColumnElement[int] = sa.case((same, _SAME_CATEGORY), else_=0)
    for index in range(count):
        likeness = likeness + sa.case((where.ilike(sa.bindparam(f"word{index}")), 1), else_=0)
    alike = (
        sa.select(newest.c.id, newest.c.complaint_id, newest.c.finished_on, likeness.label("likeness"))
        .join(Complaint, Complaint.id == newest.c.complaint_id)
        .where(likeness >= _ALIKE, sa.not_(withheld_condition()))
        .order_by(likeness.desc(), newest.c.id.desc())
        .limit(_LOOKED_AT)
        .subquery("alike")
    )
    final = (
        sa.select(sa.func.max(Response.id))
        .where(Response.disposition_id == alike.c.id, Response.state == ResponseState.POSTED.value)
        .correlate(alike)
        .scalar_subquery()
    )
    return (
        sa.select(
            Complaint.id,
            Complaint.title,
            Complaint.tracking_id,
            Complaint.number,
            Complaint.received_on,
            alike.c.finished_on,
            Response.text,
        )
        .select_from(alike)
        .join(Complaint, Complaint.id == alike.c.complaint_id)
        .join(Response, Response.id == final)
        .where(visible_condition(scope), readable_condition(scope))
        .order_by(alike.c.likeness.desc(), alike.c.id.desc())
        .limit(3)
    )


def list_similar(session: Session, complaint: Complaint, agency_id: int, scope: Scope) -> list[Similar]:
    """At most three earlier complaints of this agency that resemble this one, with their last answer; one query.

    Alike: the same category, or two telling words of title and place in common. Confidential ones are left out, so
    that a fold on a card never shows what would have to be noted as a reading.
    """
    words = telling_words(complaint.location, complaint.title)
    rows = session.execute(
        _similar_statement(scope, len(words)),
        {
            "agency_id": agency_id,
            "complaint_id": complaint.id,
            "category": complaint.category or "",
            **{f"word{index}": f"%{word}%" for index, word in enumerate(words)},
        },
    )
    return [
        Similar(
            complaint_id=row.id,
            title=row.title,
            reference=f"#{row.tracking_id}" if row.tracking_id else row.number,
            received_on=row.received_on,
            finished_on=row.finished_on,
            answer=row.text,
        )
        for row in rows
    ]
