"""Units that LAPOR! names: found by id, then by spelling, then by an agency's own name; else people decide."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lapor.agencies.models import Agency, LaporUnit, UnitDecision
from lapor.agencies.queries import keys_of_agencies
from lapor.agencies.rules import name_key
from lapor.agencies.services import decide_unit
from lapor.complaints.models import Complaint
from lapor.core.clock import local_day
from lapor.core.errors import Invalid
from lapor.desk.matching_rules import Matcher, Named, Suggestion
from lapor.policy import Actor

Wanted = tuple[str, str | None]
"""A unit as a row names it: name and LAPOR!'s id, if the file has one."""


class Units:
    """The known units in memory: a province has some hundred spellings, an import asks for each many times."""

    def __init__(self, session: Session, now: datetime) -> None:
        self._session = session
        known = session.scalars(sa.select(LaporUnit).order_by(LaporUnit.id)).all()
        self._by_key = {unit.name_key: unit for unit in known}
        self._by_pk = {unit.id: unit for unit in known}
        self._by_id: dict[str, LaporUnit] = {}
        for unit in known:
            self._remember(unit)
        self._agencies = keys_of_agencies(session, local_day(now))

    def _remember(self, unit: LaporUnit) -> None:
        if unit.lapor_id is None:
            return
        held = self._by_id.get(unit.lapor_id)
        if held is None or (held.decision is UnitDecision.PENDING and unit.decision is not UnitDecision.PENDING):
            self._by_id[unit.lapor_id] = unit

    def by_key(self, key: int | None) -> LaporUnit | None:
        """The unit with this primary key."""
        return self._by_pk.get(key) if key is not None else None

    def find(self, wanted: Wanted) -> LaporUnit | None:
        """The stored unit that `wanted` means, or None for a new spelling without a known id."""
        name, lapor_id = wanted
        spelt = self._by_key.get(name_key(name))
        if spelt is not None and (lapor_id is None or spelt.lapor_id in (None, lapor_id)):
            return spelt
        return (self._by_id.get(lapor_id) if lapor_id else None) or spelt

    def agency_named(self, name: str) -> int | None:
        """The agency that carries exactly this name."""
        return self._agencies.get(name_key(name))

    def learn(self, wanted: Wanted, *, now: datetime) -> LaporUnit:
        """The unit that `wanted` means; a new spelling becomes a row, decided where its id or name is known."""
        name, lapor_id = wanted
        unit = self._by_key.get(name_key(name))
        if unit is None:
            unit = LaporUnit(name=name, name_key=name_key(name), lapor_id=lapor_id, decision=UnitDecision.PENDING)
            self._session.add(unit)
            self._by_key[unit.name_key] = unit
        elif unit.lapor_id is None and lapor_id:
            unit.lapor_id = lapor_id
        elif lapor_id and unit.lapor_id != lapor_id and lapor_id in self._by_id:
            return self._by_id[lapor_id]
        if unit.decision is UnitDecision.PENDING:
            self._decide_by_what_is_known(unit, now)
        self._session.flush()
        self._by_pk[unit.id] = unit
        self._remember(unit)
        return unit

    def _decide_by_what_is_known(self, unit: LaporUnit, now: datetime) -> None:
        same = self._by_id.get(unit.lapor_id) if unit.lapor_id else None
        if same is not None and same is not unit and same.decision is not UnitDecision.PENDING:
            unit.decision, unit.agency_id, unit.unit_below = same.decision, same.agency_id, same.unit_below
            unit.decided_at, unit.decided_by = now, same.decided_by
            return
        agency_id = self.agency_named(unit.name)
        if agency_id is not None:
            unit.decision, unit.agency_id, unit.decided_at = UnitDecision.AGENCY, agency_id, now


@dataclass(frozen=True)
class Pending:
    """A unit that waits for a decision, with how many complaints wait for it and the likely agencies."""

    unit_id: int
    name: str
    lapor_id: str | None
    complaints: int
    suggestions: tuple[Suggestion, ...]


def count_pending(session: Session) -> int:
    """How many units wait to be matched."""
    return (
        session.scalar(
            sa.select(sa.func.count()).select_from(LaporUnit).where(LaporUnit.decision == UnitDecision.PENDING)
        )
        or 0
    )


def count_waiting(session: Session, unit_ids: Sequence[int]) -> int:
    """How many complaints came under these units."""
    return (
        session.scalar(sa.select(sa.func.count()).select_from(Complaint).where(Complaint.lapor_unit_id.in_(unit_ids)))
        or 0
    )


def list_pending(session: Session, limit: int = 40) -> list[Pending]:
    """The units that wait to be matched, those with most complaints first."""
    counted = (
        sa.select(LaporUnit.id, LaporUnit.name, LaporUnit.lapor_id, sa.func.count(Complaint.id).label("waiting"))
        .outerjoin(Complaint, Complaint.lapor_unit_id == LaporUnit.id)
        .where(LaporUnit.decision == UnitDecision.PENDING)
        .group_by(LaporUnit.id, LaporUnit.name, LaporUnit.lapor_id)
        .order_by(sa.desc("waiting"), LaporUnit.id)
        .limit(limit)
    )
    rows = session.execute(counted).all()
    matcher = matcher_of(session) if rows else None
    return [
        Pending(row.id, row.name, row.lapor_id, row.waiting, tuple(matcher.suggest(row.name)) if matcher else ())
        for row in rows
    ]


def matcher_of(session: Session) -> Matcher:
    """Compares with all agencies and with every spelling that was matched before."""
    spellings: dict[int, list[str]] = {}
    for agency_id, name in session.execute(
        sa.select(LaporUnit.agency_id, LaporUnit.name)
        .where(LaporUnit.agency_id.is_not(None), LaporUnit.unit_below.is_(None))
        .order_by(LaporUnit.id)
    ):
        if agency_id is not None:
            spellings.setdefault(agency_id, []).append(name)
    return Matcher(
        Named(row.id, row.name, row.abbreviation, tuple(spellings.get(row.id, ())))
        for row in session.execute(
            sa.select(Agency.id, Agency.name, Agency.abbreviation).where(Agency.ends_on.is_(None)).order_by(Agency.id)
        )
    )


def list_choices(session: Session) -> Sequence[tuple[int, str]]:
    """The agencies that can be chosen: key and name, by name."""
    return [
        (row.id, row.name)
        for row in session.execute(
            sa.select(Agency.id, Agency.name).where(Agency.ends_on.is_(None)).order_by(Agency.name, Agency.id)
        )
    ]


@dataclass(frozen=True)
class Answer:
    """What a person decided of one unit. `agency_id` None: it is none of the province's agencies."""

    agency_id: int | None
    is_below: bool = False


def match(session: Session, answers: Mapping[int, Answer], *, actor: Actor, now: datetime) -> list[int]:
    """Decide units (key to answer) once and for all, with their other spellings under the same LAPOR! id.

    Returns the keys of all units that were decided. Units that are decided already are left as they are, so that
    two people with the same page do not undo each other. Raises Invalid for an agency that does not exist.
    """
    agencies = dict(list_choices(session))
    decided: list[int] = []
    for unit_id, answer in sorted(answers.items()):
        if answer.agency_id is not None and answer.agency_id not in agencies:
            raise Invalid("OPD yang dipilih tidak ditemukan. Muat ulang halaman, lalu pilih kembali.")
        for unit in _with_other_spellings(session, unit_id):
            below = unit.name if answer.is_below and answer.agency_id is not None else None
            decide_unit(session, unit, agency_id=answer.agency_id, unit_below=below, actor=actor, now=now)
            decided.append(unit.id)
    return decided


def _with_other_spellings(session: Session, unit_id: int) -> Iterable[LaporUnit]:
    unit = session.get(LaporUnit, unit_id, with_for_update=True)
    if unit is None or unit.decision is not UnitDecision.PENDING:
        return []
    if unit.lapor_id is None:
        return [unit]
    return session.scalars(
        sa.select(LaporUnit)
        .where(LaporUnit.lapor_id == unit.lapor_id, LaporUnit.decision == UnitDecision.PENDING)
        .order_by(LaporUnit.id)
    ).all()
