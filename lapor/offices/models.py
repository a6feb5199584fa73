"""People, posts, assignments and absences: the post owns the work, the person holds the post for a time."""

from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from lapor.core.db import (
    Base,
    Day,
    Instant,
    Key,
    Name,
    OptionalDay,
    OptionalInstant,
    OptionalName,
    OptionalText,
    code,
    refers,
)
from lapor.offices.rules import full_name
from lapor.policy import Role


class PersonKind(StrEnum):
    """Civil servant, contract civil servant, or neither (no number is kept for the last)."""

    PNS = "pns"
    PPPK = "pppk"
    NON_ASN = "non_asn"


class Capacity(StrEnum):
    """In which capacity a post is held."""

    DEFINITIVE = "definitive"
    PLT = "plt"
    PLH = "plh"
    PJ = "pj"


class Person(Base):
    """A person. The name stands without titles; documents add them by their own rules."""

    __tablename__ = "person"

    id: Mapped[Key]
    name: Mapped[Name]
    front_title: Mapped[str] = mapped_column(sa.String(60), default="")
    back_title: Mapped[str] = mapped_column(sa.String(80), default="")
    kind: Mapped[PersonKind] = code(PersonKind)
    nip: Mapped[str | None] = mapped_column(sa.String(18), unique=True)
    rank: Mapped[OptionalName]
    grade: Mapped[str | None] = mapped_column(sa.String(10))
    job_title: Mapped[OptionalName]
    sex: Mapped[str | None] = mapped_column(sa.String(1))
    phone: Mapped[OptionalName]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}

    @property
    def full_name(self) -> str:
        """Name with titles, as letters print it."""
        return full_name(self.front_title, self.name, self.back_title)


class Post(Base):
    """A post of an agency. The title is data: Kepala Pelaksana, Inspektur, Direktur."""

    __tablename__ = "post"
    __table_args__ = (sa.Index("ix_post_agency_kind", "agency_id", "kind"),)

    id: Mapped[Key]
    agency_id: Mapped[int] = refers("agency.id", index=False)
    kind: Mapped[Role] = code(Role)
    title: Mapped[Name]
    seats: Mapped[int] = mapped_column(default=1)
    ends_on: Mapped[OptionalDay]


class Assignment(Base):
    """A person holds a post from a day to a day (inclusive).

    ``order_due_on``: until when the number, or for an acting head the scan of the order, is to follow; None once
    nothing is missing. The scan is a stored file of the kind ``assignment``.
    """

    __tablename__ = "assignment"
    __table_args__ = (
        sa.Index("ix_assignment_post_days", "post_id", "starts_on", "ends_on"),
        sa.CheckConstraint("ends_on IS NULL OR ends_on >= starts_on", name="days_in_order"),
    )

    id: Mapped[Key]
    person_id: Mapped[int] = refers("person.id")
    post_id: Mapped[int] = refers("post.id", index=False)
    capacity: Mapped[Capacity] = code(Capacity, default=Capacity.DEFINITIVE)
    starts_on: Mapped[Day]
    ends_on: Mapped[OptionalDay]
    order_number: Mapped[OptionalName]
    order_date: Mapped[OptionalDay]
    order_due_on: Mapped[OptionalDay]
    note: Mapped[OptionalText]


class ProposalState(StrEnum):
    """What became of a head's proposal of a substitute."""

    WAITING = "waiting"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


class ActingProposal(Base):
    """A head proposes who acts for him (usul Plh.). It gives no power: the order does, as an assignment."""

    __tablename__ = "acting_proposal"
    __table_args__ = (
        sa.CheckConstraint("ends_on >= starts_on", name="days_in_order"),
        sa.Index("ix_acting_proposal_state", "state", "starts_on", "id"),
    )

    id: Mapped[Key]
    assignment_id: Mapped[int] = refers("assignment.id")
    person_id: Mapped[int] = refers("person.id")
    starts_on: Mapped[Day]
    ends_on: Mapped[Day]
    note: Mapped[OptionalText]
    proposed_by: Mapped[int]
    proposed_at: Mapped[Instant]
    state: Mapped[ProposalState] = code(ProposalState, default=ProposalState.WAITING)
    decided_by: Mapped[int | None]
    decided_at: Mapped[OptionalInstant]
    reason: Mapped[OptionalText]
    made_assignment_id: Mapped[int | None] = refers("assignment.id")


class Absence(Base):
    """The holder is away: while an acting head is named for these days, the powers are his."""

    __tablename__ = "absence"
    __table_args__ = (sa.CheckConstraint("ends_on >= starts_on", name="days_in_order"),)

    id: Mapped[Key]
    assignment_id: Mapped[int] = refers("assignment.id")
    starts_on: Mapped[Day]
    ends_on: Mapped[Day]
    reason: Mapped[Name]
