"""Reading agencies and the names that LAPOR! gives them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from lapor.agencies.models import Agency, AgencyKind, AgencyName, AgencyObligation, LaporUnit, UnitDecision
from lapor.agencies.rules import agency_keys

_SUCCESSIONS = 10


def _exists_on(day: date) -> "sa.ColumnElement[bool]":
    return sa.and_(
        sa.or_(Agency.starts_on.is_(None), Agency.starts_on <= day),
        sa.or_(Agency.ends_on.is_(None), Agency.ends_on >= day),
    )


def list_agencies(
    session: Session, *, on: date | None = None, kinds: Collection[AgencyKind] | None = None
) -> Sequence[Agency]:
    """Agencies by name; those that exist on the day ``on`` (None: closed ones too), of these kinds."""
    statement = sa.select(Agency).order_by(Agency.name, Agency.id)
    if on is not None:
        statement = statement.where(_exists_on(on))
    if kinds is not None:
        statement = statement.where(Agency.kind.in_(kinds))
    return session.scalars(statement).all()


def find_agency(session: Session, key: int) -> Agency | None:
    """The agency with this key."""
    return session.get(Agency, key)


@dataclass(frozen=True)
class NameOfDay:
    """What an agency was called on a day."""

    name: str
    abbreviation: str


def names_on(session: Session, day: date) -> dict[int, NameOfDay]:
    """What the agencies that were renamed since were called on ``day``; all others have their present name still."""
    found: dict[int, NameOfDay] = {}
    for row in session.scalars(sa.select(AgencyName).where(AgencyName.ends_on >= day).order_by(AgencyName.ends_on)):
        found.setdefault(row.agency_id, NameOfDay(row.name, row.abbreviation))
    return found


def abbreviations(session: Session) -> dict[int, str]:
    """The short names of all agencies by key, ended ones too."""
    rows = session.execute(sa.select(Agency.id, Agency.abbreviation).order_by(Agency.id))
    return {key: name for key, name in rows}


def former_names(session: Session, agency_id: int) -> Sequence[AgencyName]:
    """The former names of an agency, the newest first."""
    return session.scalars(
        sa.select(AgencyName).where(AgencyName.agency_id == agency_id).order_by(AgencyName.ends_on.desc())
    ).all()


def related_agencies(session: Session, agency: Agency) -> Sequence[Agency]:
    """The parent and the successor of an agency, as far as it has them."""
    keys = [key for key in (agency.parent_id, agency.successor_id) if key is not None]
    return session.scalars(sa.select(Agency).where(Agency.id.in_(keys)).order_by(Agency.id)).all() if keys else []


def agency_choices(session: Session, day: date) -> list[tuple[int, str]]:
    """Key and name of the agencies that exist on ``day``, by name: for select fields."""
    rows = session.execute(sa.select(Agency.id, Agency.name).where(_exists_on(day)).order_by(Agency.name, Agency.id))
    return [(key, name) for key, name in rows]


def organiser_agency(session: Session) -> Agency | None:
    """The agency that runs SP4N-LAPOR! for the province (the coordinator's office)."""
    return session.scalar(
        sa.select(Agency)
        .where(Agency.is_organiser.is_(True))
        .order_by(Agency.ends_on.is_not(None), Agency.id)
        .limit(1)
    )


def current_agency_id(session: Session, agency_id: int, day: date) -> int | None:
    """The agency that has the work of ``agency_id`` on ``day``: itself, or its successor after its end.

    None when it has ended without a successor.
    """
    current: int | None = agency_id
    for _step in range(_SUCCESSIONS):
        if current is None:
            return None
        row = session.execute(
            sa.select(Agency.ends_on, Agency.successor_id).where(Agency.id == current)
        ).one_or_none()
        if row is None or row.ends_on is None or row.ends_on >= day:
            return current if row is not None else None
        current = row.successor_id
    return None


def years_of_obligation(session: Session, agency_id: int) -> list[int]:
    """The years in which the agency is obliged to take part, the newest first."""
    return list(
        session.scalars(
            sa.select(AgencyObligation.year)
            .where(AgencyObligation.agency_id == agency_id)
            .order_by(AgencyObligation.year.desc())
        )
    )


def spellings_of(session: Session, agency_id: int) -> Sequence[LaporUnit]:
    """The names and ids by which LAPOR! means the agency or a unit below it, by name."""
    return session.scalars(
        sa.select(LaporUnit)
        .where(LaporUnit.agency_id == agency_id, LaporUnit.decision == UnitDecision.AGENCY)
        .order_by(LaporUnit.name, LaporUnit.id)
    ).all()


def keys_of_agencies(session: Session, day: date) -> dict[str, int]:
    """Agency by every key that its own name and abbreviation give; keys that two agencies share are left out."""
    found: dict[str, int] = {}
    shared: set[str] = set()
    rows = session.execute(
        sa.select(Agency.id, Agency.name, Agency.abbreviation).where(_exists_on(day)).order_by(Agency.id)
    )
    for agency_id, name, abbreviation in rows:
        for key in agency_keys(name, abbreviation):
            if found.setdefault(key, agency_id) != agency_id:
                shared.add(key)
    return {key: agency_id for key, agency_id in found.items() if key not in shared}


@dataclass(frozen=True)
class AgencyRow:
    """A line of the list of agencies."""

    id: int
    slug: str
    name: str
    abbreviation: str
    kind: AgencyKind
    parent: str | None
    ends_on: date | None
    is_organiser: bool
    is_oversight: bool
    spellings: int


def list_rows(
    session: Session, *, on: date, search: str = "", kind: AgencyKind | None = None, closed: bool = False
) -> list[AgencyRow]:
    """Lines of the list: agencies in being on ``on`` (or the closed ones), by name, with the number of spellings.

    ``search`` looks in name, abbreviation, short name and the spellings of LAPOR!.
    """
    parent = aliased(Agency)
    spellings = (
        sa.select(LaporUnit.agency_id, sa.func.count().label("count"))
        .where(LaporUnit.decision == UnitDecision.AGENCY)
        .group_by(LaporUnit.agency_id)
        .subquery()
    )
    statement = (
        sa.select(
            Agency.id,
            Agency.slug,
            Agency.name,
            Agency.abbreviation,
            Agency.kind,
            parent.abbreviation.label("parent"),
            Agency.ends_on,
            Agency.is_organiser,
            Agency.is_oversight,
            sa.func.coalesce(spellings.c.count, 0).label("spellings"),
        )
        .outerjoin(parent, parent.id == Agency.parent_id)
        .outerjoin(spellings, spellings.c.agency_id == Agency.id)
        .order_by(Agency.name, Agency.id)
    )
    statement = statement.where(Agency.ends_on < on if closed else _exists_on(on))
    if kind is not None:
        statement = statement.where(Agency.kind == kind)
    if search.strip():
        words = search.strip()
        in_spellings = sa.select(LaporUnit.agency_id).where(
            LaporUnit.agency_id.is_not(None), LaporUnit.name.icontains(words, autoescape=True)
        )
        statement = statement.where(
            sa.or_(
                Agency.name.icontains(words, autoescape=True),
                Agency.abbreviation.icontains(words, autoescape=True),
                Agency.slug.icontains(words, autoescape=True),
                Agency.id.in_(in_spellings),
            )
        )
    return [AgencyRow(**row._mapping) for row in session.execute(statement)]


def count_agencies(session: Session, on: date) -> tuple[int, int]:
    """How many agencies are in being on ``on``, and how many are closed."""
    row = session.execute(
        sa.select(
            sa.func.coalesce(sa.func.sum(sa.case((_exists_on(on), 1), else_=0)), 0),
            sa.func.coalesce(sa.func.sum(sa.case((Agency.ends_on < on, 1), else_=0)), 0),
        )
    ).one()
    return int(row[0]), int(row[1])
