"""What waits inside an agency besides its orders: drafts for the liaison's paraf, drafts that he returned, units'
material that nobody has taken over yet."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lapor.complaints.models import Complaint
from lapor.complaints.queries import not_about_agencies_condition
from lapor.dispositions.models import Disposition, Material, Response
from lapor.dispositions.rules import MaterialState, ResponseState, Waits


@dataclass(frozen=True)
class WorkLine:
    """A line: the complaint (its title as it is, to be masked by who shows it), what waits, from whom, since when."""

    disposition_id: int
    title: str
    reference: str
    waits: Waits
    by: str
    since: datetime


def _orders(agency_ids: frozenset[int]) -> tuple["sa.ColumnElement[bool]", ...]:
    return (
        Disposition.agency_id.in_(sorted(agency_ids)),
        Disposition.is_open.is_(True),
        not_about_agencies_condition(agency_ids),
    )


def list_agency_work(
    session: Session, agency_ids: frozenset[int], wanted: frozenset[Waits], limit: int
) -> list[WorkLine]:
    """The lines of these agencies' running orders, the longest waiting first; two queries at most."""
    if not agency_ids:
        return []
    found: list[WorkLine] = []
    drafts = []
    if Waits.INITIALS in wanted:
        drafts.append(sa.and_(Response.submitted_at.is_not(None), Response.initialled_at.is_(None)))
    if Waits.MENDING in wanted:
        drafts.append(sa.and_(Response.submitted_at.is_(None), Response.remark.is_not(None)))
    if drafts:
        for response, complaint in session.execute(
            sa.select(Response, Complaint)
            .join(Disposition, Disposition.id == Response.disposition_id)
            .join(Complaint, Complaint.id == Disposition.complaint_id)
            .where(*_orders(agency_ids), Response.state == ResponseState.DRAFT.value, sa.or_(*drafts))
            .order_by(Response.updated_at, Response.id)
            .limit(limit)
        ):
            asked = response.submitted_at is not None
            found.append(
                WorkLine(
                    response.disposition_id,
                    complaint.title,
                    complaint.reference,
                    Waits.INITIALS if asked else Waits.MENDING,
                    (response.submitted_by_name if asked else response.remarked_by_name) or response.author_name,
                    response.submitted_at or response.remarked_at or response.updated_at,
                )
            )
    if Waits.TAKING_OVER in wanted:
        for material, complaint in session.execute(
            sa.select(Material, Complaint)
            .join(Disposition, Disposition.id == Material.disposition_id)
            .join(Complaint, Complaint.id == Disposition.complaint_id)
            .where(
                *_orders(agency_ids),
                Material.state == MaterialState.SENT.value,
                Material.taken_over_at.is_(None),
            )
            .order_by(Material.sent_at, Material.id)
            .limit(limit)
        ):
            found.append(
                WorkLine(
                    material.disposition_id,
                    complaint.title,
                    complaint.reference,
                    Waits.TAKING_OVER,
                    material.label,
                    material.sent_at or material.updated_at,
                )
            )
    return sorted(found, key=lambda line: (line.since, line.disposition_id))[:limit]
