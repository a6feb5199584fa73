"""Counts of the menu, in one statement."""

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lapor.agencies.models import LaporUnit, UnitDecision
from lapor.complaints.models import Complaint
from lapor.complaints.queries import not_about_agencies_condition, not_about_office_condition
from lapor.complaints.rules import ReportedParty, Status
from lapor.dispositions.models import Disposition
from lapor.policy import Actor, Permission, Role, Scope

STOP = 1000


@dataclass(frozen=True)
class MenuCounts:
    """How much waits for a person; 0 where the role does not ask for it."""

    owed: int = 0
    agency_open: int = 0
    to_check: int = 0
    to_match: int = 0
    to_inspect: int = 0


def to_check_condition() -> "sa.ColumnElement[bool]":
    """Complaints that wait for the coordinator: new, verified but not given, returned by an agency."""
    return sa.and_(
        Complaint.status.in_([Status.RECEIVED.value, Status.VERIFIED.value, Status.RETURNED.value]),
        Complaint.is_history.is_(False),
        not_about_office_condition(),
    )


def menu_counts(session: Session, actor: Actor, scope: Scope) -> MenuCounts:
    """The counts of the menu of ``actor``; counting stops at 1,000."""
    wanted: list[sa.ScalarSelect[int]] = []
    names: list[str] = []

    def count(name: str, statement: "sa.Select[int]") -> None:
        names.append(name)
        wanted.append(sa.select(sa.func.count()).select_from(statement.limit(STOP).subquery()).scalar_subquery())

    heads = sorted(p.agency_id for p in actor.powers if p.grants(Permission.DISPOSITION_ACKNOWLEDGE))
    if heads:
        count(
            "owed",
            sa.select(Disposition.id).where(Disposition.head_agency_id.in_(heads), Disposition.is_owed.is_(True)),
        )
    if scope.agency_ids and actor.roles & {Role.OPERATOR, Role.LIAISON}:
        count(
            "agency_open",
            sa.select(Disposition.id)
            .join(Complaint, Complaint.id == Disposition.complaint_id)
            .where(
                Disposition.agency_id.in_(sorted(scope.agency_ids)),
                Disposition.is_open.is_(True),
                not_about_agencies_condition(scope.agency_ids),
            ),
        )
    if Role.COORDINATOR in actor.roles:
        count("to_check", sa.select(Complaint.id).where(to_check_condition()))
        count("to_match", sa.select(LaporUnit.id).where(LaporUnit.decision == UnitDecision.PENDING))
    if Role.INSPECTORATE in actor.roles:
        count(
            "to_inspect",
            sa.select(Complaint.id).where(
                Complaint.reported_party == ReportedParty.COORDINATOR_OFFICE,
                Complaint.status.in_([Status.RECEIVED.value, Status.VERIFIED.value, Status.RETURNED.value]),
            ),
        )
    if not wanted:
        return MenuCounts()
    row = session.execute(sa.select(*wanted)).one()
    return MenuCounts(**dict(zip(names, row, strict=True)))
