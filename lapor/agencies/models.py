"""Agencies (OPD) and what LAPOR! calls them."""

from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from lapor.core.db import (
    Base,
    Day,
    Key,
    Name,
    OptionalDay,
    OptionalInstant,
    OptionalName,
    OptionalText,
    code,
    refers,
)


class AgencyKind(StrEnum):
    """Kinds as in the province's list (column ``jenis``)."""

    BADAN = "badan"
    DINAS = "dinas"
    BIRO = "biro"
    INSPEKTORAT = "inspektorat"
    SATUAN = "satuan"
    SEKRETARIAT = "sekretariat"
    RSUD = "rsud"
    UPT = "upt"


class AcknowledgedBy(StrEnum):
    """Who states that he knows for a unit below an agency: its own head, the parent's, or both."""

    UNIT = "unit"
    PARENT = "parent"
    BOTH = "both"


class Agency(Base):
    """An agency. It is never deleted: it ends on a day and may have a successor."""

    __tablename__ = "agency"

    id: Mapped[Key]
    slug: Mapped[str] = mapped_column(sa.String(60), unique=True)
    name: Mapped[Name]
    abbreviation: Mapped[str] = mapped_column(sa.String(40))
    kind: Mapped[AgencyKind] = code(AgencyKind)
    skpd_code: Mapped[OptionalName]
    parent_id: Mapped[int | None] = refers("agency.id")
    successor_id: Mapped[int | None] = refers("agency.id")
    starts_on: Mapped[OptionalDay]
    ends_on: Mapped[OptionalDay]
    acknowledged_by: Mapped[AcknowledgedBy] = code(AcknowledgedBy, default=AcknowledgedBy.UNIT)
    asks_initials: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    is_organiser: Mapped[bool] = mapped_column(default=False)
    is_oversight: Mapped[bool] = mapped_column(default=False)
    oversees_inspectorate: Mapped[bool] = mapped_column(default=False)
    letter_unit: Mapped[OptionalName]
    address: Mapped[OptionalText]
    phone: Mapped[OptionalName]
    email: Mapped[OptionalName]
    website: Mapped[OptionalName]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}


class AgencyName(Base):
    """A former name of an agency, and the last day on which it was in use: papers of that time show it."""

    __tablename__ = "agency_name"
    __table_args__ = (sa.UniqueConstraint("agency_id", "ends_on"),)

    id: Mapped[Key]
    agency_id: Mapped[int] = refers("agency.id", index=False)
    name: Mapped[Name]
    abbreviation: Mapped[str] = mapped_column(sa.String(40))
    ends_on: Mapped[Day]


class AgencyObligation(Base):
    """Whether an agency is obliged to take part in SP4N in a year: the N of "10 of N"."""

    __tablename__ = "agency_obligation"
    __table_args__ = (sa.UniqueConstraint("agency_id", "year"),)

    id: Mapped[Key]
    agency_id: Mapped[int] = refers("agency.id")
    year: Mapped[int]


class UnitDecision(StrEnum):
    """What is known of a unit that LAPOR! names."""

    PENDING = "pending"
    AGENCY = "agency"
    OUTSIDE = "outside"


class LaporUnit(Base):
    """A unit as LAPOR! names it, matched to an agency once and for all by a person or by its name.

    ``name_key`` is the normalised spelling (``agencies.rules.name_key``). One LAPOR! id may come with several
    spellings; every spelling is a row.
    """

    __tablename__ = "lapor_unit"
    __table_args__ = (sa.Index("ix_lapor_unit_decision", "decision", "id"),)

    id: Mapped[Key]
    name: Mapped[Name]
    name_key: Mapped[str] = mapped_column(sa.String(200), unique=True)
    lapor_id: Mapped[str | None] = mapped_column(sa.String(20), index=True)
    decision: Mapped[UnitDecision] = code(UnitDecision, default=UnitDecision.PENDING)
    agency_id: Mapped[int | None] = refers("agency.id")
    unit_below: Mapped[OptionalName]
    decided_at: Mapped[OptionalInstant]
    decided_by: Mapped[int | None]
