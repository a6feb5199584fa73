"""Reading complaints within what a person may see."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lapor.complaints.models import Complaint
from lapor.complaints.rules import WITHHELD_FROM_AGENCY, ReportedParty
from lapor.core.db import one_of

_WITHHELD = sorted(WITHHELD_FROM_AGENCY)


def withheld_condition() -> "sa.ColumnElement[bool]":
    """Rows whose content is closed to all but those who handle them."""
    return sa.or_(
        Complaint.is_confidential.is_(True),
        sa.and_(Complaint.reported_party.is_not(None), one_of(Complaint.reported_party, _WITHHELD)),
    )


def not_about_office_condition() -> "sa.ColumnElement[bool]":
    """Rows that are not about the coordinator's own office."""
    return sa.or_(
        Complaint.reported_party.is_(None), Complaint.reported_party != ReportedParty.COORDINATOR_OFFICE.value
    )


def not_about_agencies_condition(
    agency_ids: frozenset[int], person_id: int | None = None
) -> "sa.ColumnElement[bool]":
    """Rows that are not about the head or operator of one of these agencies: such an agency sees nothing of them.

    With ``person_id`` nor about this person as the head that he was: he may hold another post by now.
    """
    not_about_them = sa.or_(
        Complaint.reported_agency_id.is_(None),
        sa.not_(one_of(Complaint.reported_agency_id, sorted(agency_ids))),
        Complaint.reported_party.is_(None),
        sa.not_(one_of(Complaint.reported_party, _WITHHELD)),
    )
    return not_about_them if person_id is None else sa.and_(not_about_them, not_about_person_condition(person_id))


def not_about_person_condition(person_id: "int | sa.BindParameter[int]") -> "sa.ColumnElement[bool]":
    """Rows that are not about this person as the head who was in office when the complaint came in."""
    return sa.or_(Complaint.reported_person_id.is_(None), Complaint.reported_person_id != person_id)


def is_withheld_now(session: Session, complaint_id: int) -> bool:
    """Whether the content of this complaint is closed at present; True for one that does not exist."""
    return session.scalar(sa.select(withheld_condition()).where(Complaint.id == complaint_id)) is not False
