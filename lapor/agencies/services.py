"""Writing agencies and the names that LAPOR! gives them."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from lapor.agencies import events
from lapor.agencies.models import (
    AcknowledgedBy,
    Agency,
    AgencyKind,
    AgencyName,
    AgencyObligation,
    LaporUnit,
    UnitDecision,
)
from lapor.agencies.rules import (
    MAX_ABBREVIATION,
    MAX_NAME,
    Fault,
    ListedAgency,
    agency_keys,
    circle,
    name_key,
    read_agencies,
    slug_fault,
    slug_of,
)
from lapor.core.clock import local_day
from lapor.core.db import lock
from lapor.core.errors import Conflict, Invalid, NotFound
from lapor.core.wording import long_date
from lapor.journal.services import record
from lapor.policy import Actor, Permission

SECRETARIAT_SLUG = "setda"
FIRST_YEAR, LAST_YEAR = 2012, 2100


@dataclass(frozen=True)
class Particulars:
    """What is known of an agency, without its short name."""

    name: str
    abbreviation: str
    kind: AgencyKind
    skpd_code: str | None = None
    parent_id: int | None = None
    starts_on: date | None = None
    acknowledged_by: AcknowledgedBy = AcknowledgedBy.UNIT
    is_organiser: bool = False
    is_oversight: bool = False
    oversees_inspectorate: bool = False
    letter_unit: str | None = None
    address: str | None = None
    phone: str | None = None
    email: str | None = None
    website: str | None = None


_SINGLE = {
    "is_organiser": "OPD pengelola SP4N-LAPOR!",
    "is_oversight": "pengawas (Inspektorat)",
    "oversees_inspectorate": "Sekretariat Daerah",
}


def _check(session: Session, particulars: Particulars, own: Agency | None) -> None:
    """Raise Invalid for particulars that cannot stand."""
    if not particulars.name.strip():
        raise Invalid("Nama OPD wajib diisi.", field="name")
    if len(particulars.name) > MAX_NAME:
        raise Invalid("Nama OPD paling banyak 200 huruf.", field="name")
    if not particulars.abbreviation.strip():
        raise Invalid("Singkatan wajib diisi.", field="abbreviation")
    if len(particulars.abbreviation) > MAX_ABBREVIATION:
        raise Invalid("Singkatan paling banyak 40 huruf.", field="abbreviation")
    key = name_key(particulars.name)
    for agency_id, name in session.execute(sa.select(Agency.id, Agency.name).where(Agency.ends_on.is_(None))):
        if (own is None or agency_id != own.id) and name_key(name) == key:
            raise Invalid("Nama ini sudah dipakai OPD lain.", field="name")
    if particulars.parent_id is not None:
        _check_parent(session, particulars.parent_id, own)


def _check_parent(session: Session, parent_id: int, own: Agency | None) -> None:
    parents: dict[str, str | None] = {
        str(agency_id): str(parent) if parent else None
        for agency_id, parent in session.execute(sa.select(Agency.id, Agency.parent_id))
    }
    if str(parent_id) not in parents:
        raise Invalid("Induk yang dipilih tidak ditemukan.", field="parent_id")
    if own is not None:
        parents[str(own.id)] = str(parent_id)
        if circle(parents, str(own.id)):
            raise Invalid("Induk tidak boleh OPD itu sendiri atau unit di bawahnya.", field="parent_id")


def create_agency(
    session: Session, particulars: Particulars, *, slug: str | None = None, actor: Actor | None, now: datetime
) -> Agency:
    """Put in an agency. The short name (``slug``) is made from the abbreviation when none is given.

    Raises Invalid for a missing or used name or short name.
    """
    _check(session, particulars, None)
    slug = (slug or "").strip() or slug_of(particulars.abbreviation)
    fault = slug_fault(slug)
    if fault:
        raise Invalid(fault, field="slug")
    if session.scalar(sa.select(Agency.id).where(Agency.slug == slug)) is not None:
        raise Invalid("Nama pendek ini sudah dipakai OPD lain.", field="slug")
    agency = Agency(slug=slug, **_values(particulars))
    session.add(agency)
    session.flush()
    record(
        session,
        events.AgencyCreated(agency.id, slug, agency.name),
        actor=actor,
        now=now,
        permission=Permission.AGENCY_EDIT,
    )
    _keep_single(session, agency, actor=actor, now=now)
    return agency


def _values(particulars: Particulars) -> dict[str, Any]:
    values: dict[str, Any] = {item.name: getattr(particulars, item.name) for item in fields(particulars)}
    return {
        name: " ".join(value.split()) if name in {"name", "abbreviation"} else value for name, value in values.items()
    }


def _keep_single(session: Session, agency: Agency, *, actor: Actor | None, now: datetime) -> None:
    """An organiser, an oversight and a secretariat there is only one of each: the newest choice counts."""
    for flag in _SINGLE:
        if not getattr(agency, flag):
            continue
        others = session.scalars(
            sa.select(Agency).where(getattr(Agency, flag).is_(True), Agency.id != agency.id).order_by(Agency.id)
        ).all()
        for other in others:
            setattr(other, flag, False)
            session.flush()
            _record_change(session, other, {flag: (True, False)}, actor=actor, now=now)


def _record_change(
    session: Session, agency: Agency, changes: dict[str, tuple[Any, Any]], *, actor: Actor | None, now: datetime
) -> None:
    record(
        session,
        events.AgencyChanged(agency.id, changes),
        actor=actor,
        now=now,
        permission=Permission.AGENCY_EDIT,
    )


def update_agency(
    session: Session,
    agency: Agency,
    particulars: Particulars,
    *,
    version: int,
    renamed_on: date | None = None,
    actor: Actor | None,
    now: datetime,
) -> bool:
    """Change the particulars; returns whether anything changed.

    ``renamed_on``: the first day of another name or abbreviation, papers of the days before show the former one;
    None when only its spelling is put right. ``version`` is the one that the person saw. Raises Conflict when
    somebody changed the agency meanwhile, Invalid for particulars that cannot stand. A former name stays a spelling
    by which LAPOR! may mean the agency.
    """
    if agency.version != version:
        raise Conflict("Data OPD ini baru saja diubah orang lain. Muat ulang halaman, lalu ulangi isian Anda.")
    _check(session, particulars, agency)
    return _apply(session, agency, _values(particulars), renamed_on=renamed_on, actor=actor, now=now)


def _keep_former_name(
    session: Session, agency: Agency, values: Mapping[str, Any], since: date, *, actor: Actor | None, now: datetime
) -> None:
    """Papers of the days before ``since`` show the name that the agency has until now."""
    if (values["name"], values["abbreviation"]) == (agency.name, agency.abbreviation):
        return
    if since > local_day(now):
        raise Invalid("Nama baru dicatat pada hari mulai berlakunya atau sesudahnya.", field="renamed_on")
    last = since - timedelta(days=1)
    if agency.starts_on is not None and last < agency.starts_on:
        raise Invalid(
            f"OPD ini berdiri {long_date(agency.starts_on)}; nama baru berlaku sesudah hari itu.", field="renamed_on"
        )
    newest = session.scalar(sa.select(sa.func.max(AgencyName.ends_on)).where(AgencyName.agency_id == agency.id))
    if newest is not None and last <= newest:
        raise Invalid(
            f"Nama sebelumnya berlaku sampai {long_date(newest)}. Untuk memperbaiki ejaan, pilih "
            '"Hanya memperbaiki ejaan".',
            field="renamed_on",
        )
    session.add(AgencyName(agency_id=agency.id, name=agency.name, abbreviation=agency.abbreviation, ends_on=last))
    session.flush()
    record(
        session,
        events.AgencyRenamed(
            agency.id, agency.name, agency.abbreviation, values["name"], values["abbreviation"], since
        ),
        actor=actor,
        now=now,
        permission=Permission.AGENCY_EDIT,
    )


def _apply(
    session: Session,
    agency: Agency,
    values: Mapping[str, Any],
    *,
    renamed_on: date | None = None,
    actor: Actor | None,
    now: datetime,
) -> bool:
    if renamed_on is not None:
        _keep_former_name(session, agency, values, renamed_on, actor=actor, now=now)
    changes = {
        name: (getattr(agency, name), value) for name, value in values.items() if getattr(agency, name) != value
    }
    if not changes:
        return False
    former = [changes[name][0] for name in ("name", "abbreviation") if name in changes]
    for name, value in values.items():
        setattr(agency, name, value)
    session.flush()
    _record_change(session, agency, changes, actor=actor, now=now)
    _keep_single(session, agency, actor=actor, now=now)
    own = agency_keys(agency.name, agency.abbreviation)
    for spelling in former:
        key = name_key(spelling)
        if key not in own and session.scalar(sa.select(LaporUnit.id).where(LaporUnit.name_key == key)) is None:
            _add_unit(session, agency, spelling, None, actor=actor, now=now)
    return True


def check_closing(
    session: Session, agency: Agency, *, ends_on: date, successor_id: int | None, now: datetime
) -> Agency | None:
    """The successor of an agency that can be closed like this; raises as ``close_agency`` does."""
    if agency.ends_on is not None:
        raise Conflict(f"OPD ini sudah ditutup per {long_date(agency.ends_on)}.")
    if agency.starts_on is not None and ends_on < agency.starts_on:
        raise Invalid("Tanggal selesai mendahului tanggal mulai.", field="ends_on")
    if ends_on > local_day(now):
        raise Invalid(
            "Penutupan dicatat pada hari terakhirnya atau sesudahnya, karena pekerjaannya langsung berpindah.",
            field="ends_on",
        )
    for flag, words in _SINGLE.items():
        if getattr(agency, flag):
            raise Invalid(f"OPD ini ditandai {words}. Pindahkan dahulu tandanya ke OPD lain.", field="ends_on")
    return _checked_successor(session, agency, successor_id, local_day(now))


def close_agency(
    session: Session,
    agency: Agency,
    *,
    ends_on: date,
    successor_id: int | None,
    actor: Actor | None,
    now: datetime,
) -> None:
    """End an agency with the day ``ends_on``; it stays in all reports. Its work goes over to the successor now.

    Units below it get the successor as parent. The slices above hand over what they keep when they hear of it, and
    refuse (Invalid, field ``successor_id``) while work is open and there is no successor. A day in the future is
    refused: the work moves with this act. Raises Conflict when it has ended already, Invalid for a successor that is
    the agency itself, a unit below it, or has ended.
    """
    successor = check_closing(session, agency, ends_on=ends_on, successor_id=successor_id, now=now)
    units = session.scalars(
        sa.select(Agency)
        .where(Agency.parent_id == agency.id, Agency.ends_on.is_(None))
        .order_by(Agency.id)
        .with_for_update()
    ).all()
    if units and successor is None:
        raise Invalid("OPD ini masih mempunyai unit di bawahnya. Pilih OPD penerus.", field="successor_id")
    for unit in units:
        unit.parent_id = successor_id
        session.flush()
        _record_change(session, unit, {"parent_id": (agency.id, successor_id)}, actor=actor, now=now)
    agency.ends_on = ends_on
    agency.successor_id = successor_id
    session.flush()
    if successor is not None:
        _keep_known(session, agency, successor, actor=actor, now=now)
    record(
        session,
        events.AgencyClosed(
            agency.id,
            ends_on,
            successor_id,
            agency.abbreviation,
            successor.abbreviation if successor else "",
            tuple(unit.id for unit in units),
        ),
        actor=actor,
        now=now,
        permission=Permission.AGENCY_EDIT,
    )


def _keep_known(session: Session, agency: Agency, successor: Agency, *, actor: Actor | None, now: datetime) -> None:
    """LAPOR! goes on naming the closed agency for months: its names stay spellings, and lead to the successor."""
    of_successor = agency_keys(successor.name, successor.abbreviation)
    for spelling in (agency.name, agency.abbreviation):
        if name_key(spelling) not in of_successor:
            _learn_alias(session, agency, spelling, actor=actor, now=now)


def _checked_successor(session: Session, agency: Agency, successor_id: int | None, today: date) -> Agency | None:
    if successor_id is None:
        return None
    successor: Agency | None = lock(session, Agency, successor_id)
    if successor is None or successor.id == agency.id:
        raise Invalid("Pilih OPD lain sebagai penerus.", field="successor_id")
    if successor.ends_on is not None and successor.ends_on <= today:
        raise Invalid("OPD penerus sudah ditutup. Pilih OPD yang masih ada.", field="successor_id")
    if successor.parent_id == agency.id:
        raise Invalid("Penerusnya unit di bawah OPD ini. Lepaskan dahulu dari OPD induknya.", field="successor_id")
    return successor


def reopen_agency(session: Session, agency: Agency, *, reason: str, actor: Actor | None, now: datetime) -> None:
    """Undo a closing that was a mistake: what is still open at the successor comes back, posts exist again.

    Who held them is not restored: power begins with an order, never by itself. Raises Conflict when the agency is not
    closed, Invalid without a reason or when another agency has its name meanwhile.
    """
    if agency.ends_on is None:
        raise Conflict("OPD ini tidak ditutup.")
    if not reason.strip():
        raise Invalid("Tulis alasan membatalkan penutupan.", field="reason")
    key = name_key(agency.name)
    for other_id, name in session.execute(sa.select(Agency.id, Agency.name).where(Agency.ends_on.is_(None))):
        if other_id != agency.id and name_key(name) == key:
            raise Invalid("Nama OPD ini sudah dipakai OPD lain.", field="reason")
    event = events.AgencyReopened(agency.id, agency.ends_on, agency.successor_id, reason.strip(), agency.abbreviation)
    agency.ends_on = agency.successor_id = None
    session.flush()
    record(session, event, actor=actor, now=now, permission=Permission.AGENCY_EDIT)


def undo_renaming(session: Session, agency: Agency, *, actor: Actor | None, now: datetime) -> None:
    """Take back the last renaming, which was a mistake: the former name is the present one again.

    Raises Conflict when there is none, or when another agency has that name meanwhile.
    """
    last = session.scalar(
        sa.select(AgencyName).where(AgencyName.agency_id == agency.id).order_by(AgencyName.ends_on.desc()).limit(1)
    )
    if last is None:
        raise Conflict("OPD ini belum pernah berganti nama.")
    particulars = Particulars(**{item.name: getattr(agency, item.name) for item in fields(Particulars)})
    values = {**_values(particulars), "name": last.name, "abbreviation": last.abbreviation}
    _check(session, Particulars(**values), agency)
    event = events.AgencyRenamed(
        agency.id,
        agency.name,
        agency.abbreviation,
        last.name,
        last.abbreviation,
        last.ends_on + timedelta(days=1),
        is_undone=True,
    )
    agency.name, agency.abbreviation = last.name, last.abbreviation
    session.delete(last)
    session.flush()
    record(session, event, actor=actor, now=now, permission=Permission.AGENCY_EDIT)


def obligate(
    session: Session, agency: Agency, year: int, *, is_obliged: bool = True, actor: Actor | None, now: datetime
) -> bool:
    """State whether the agency is obliged to take part in SP4N-LAPOR! in a year. Returns whether that is new."""
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise Invalid("Isi tahun empat angka, misalnya 2022.", field="year")
    held = session.scalar(
        sa.select(AgencyObligation).where(AgencyObligation.agency_id == agency.id, AgencyObligation.year == year)
    )
    if (held is not None) is is_obliged:
        return False
    if held is None:
        session.add(AgencyObligation(agency_id=agency.id, year=year))
    else:
        session.delete(held)
    session.flush()
    record(
        session,
        events.AgencyObliged(agency.id, year, is_obliged),
        actor=actor,
        now=now,
        permission=Permission.AGENCY_EDIT,
    )
    return True


def add_alias(
    session: Session,
    agency: Agency,
    name: str,
    *,
    lapor_id: str | None = None,
    actor: Actor | None,
    now: datetime,
) -> LaporUnit:
    """A spelling of LAPOR! that means the agency, with LAPOR!'s id if it is known.

    Raises Invalid for a spelling that means another agency, or that waits on the page of unmatched units (there the
    complaints that wait for it are moved on as well).
    """
    name = " ".join(name.split())
    lapor_id = (lapor_id or "").strip() or None
    if not name or len(name) > MAX_NAME:
        raise Invalid("Isi nama seperti tertulis di LAPOR!, paling banyak 200 huruf.", field="name")
    if lapor_id is not None and not (lapor_id.isascii() and lapor_id.isdigit() and len(lapor_id) <= 20):
        raise Invalid("ID unit di LAPOR! hanya terdiri dari angka.", field="lapor_id")
    held = session.scalar(sa.select(LaporUnit).where(LaporUnit.name_key == name_key(name)).with_for_update())
    if held is None:
        _refuse_foreign_id(session, agency, lapor_id)
        return _add_unit(session, agency, name, lapor_id, actor=actor, now=now)
    if held.decision is UnitDecision.PENDING:
        raise Invalid("Nama ini menunggu di halaman Perlu dipadankan. Padankan di sana.", field="name")
    if held.agency_id != agency.id:
        raise Invalid("Nama ini sudah dipadankan dengan tujuan lain.", field="name")
    if lapor_id is None or held.lapor_id == lapor_id:
        raise Invalid("Nama ini sudah ada pada OPD ini.", field="name")
    _refuse_foreign_id(session, agency, lapor_id)
    held.lapor_id = lapor_id
    decide_unit(session, held, agency_id=agency.id, actor=actor, now=now)
    return held


def _refuse_foreign_id(session: Session, agency: Agency, lapor_id: str | None) -> None:
    if lapor_id is None:
        return
    other = session.scalar(
        sa.select(LaporUnit.id)
        .where(
            LaporUnit.lapor_id == lapor_id,
            sa.or_(LaporUnit.agency_id.is_(None), LaporUnit.agency_id != agency.id),
        )
        .limit(1)
    )
    if other is not None:
        raise Invalid("ID ini sudah dipakai unit lain di LAPOR!.", field="lapor_id")


def _add_unit(
    session: Session, agency: Agency, name: str, lapor_id: str | None, *, actor: Actor | None, now: datetime
) -> LaporUnit:
    unit = LaporUnit(name=name, name_key=name_key(name), lapor_id=lapor_id)
    session.add(unit)
    session.flush()
    decide_unit(session, unit, agency_id=agency.id, actor=actor, now=now)
    return unit


def decide_unit(
    session: Session,
    unit: LaporUnit,
    *,
    agency_id: int | None,
    unit_below: str | None = None,
    actor: Actor | None,
    now: datetime,
) -> None:
    """State once and for all which agency a unit of LAPOR! is; ``agency_id`` None: none of the province's.

    ``unit_below``: the unit is this one below the agency (UPT, school). The event tells those who keep complaints.
    """
    unit.decision = UnitDecision.OUTSIDE if agency_id is None else UnitDecision.AGENCY
    unit.agency_id = agency_id
    unit.unit_below = unit_below
    unit.decided_at = now
    unit.decided_by = actor.person_id if actor else None
    session.flush()
    record(
        session,
        events.UnitDecided(unit.id, unit.name, unit.lapor_id, unit.decision.value, agency_id),
        actor=actor,
        now=now,
        permission=Permission.AGENCY_EDIT,
    )


def remove_alias(session: Session, agency: Agency, unit_id: int, *, actor: Actor | None, now: datetime) -> None:
    """A spelling does not mean the agency any more: it waits for a decision when LAPOR! names it again.

    Complaints that came under it keep their agency. Raises NotFound for a spelling of another agency.
    """
    unit = session.get(LaporUnit, unit_id, with_for_update=True)
    if unit is None or unit.agency_id != agency.id:
        raise NotFound("Nama ini tidak ada pada OPD ini.")
    event = events.SpellingRemoved(unit.id, unit.name, unit.lapor_id, agency.id)
    try:
        with session.begin_nested():
            session.delete(unit)
    except IntegrityError:
        # complaints came under this spelling: it stays, undecided
        unit.decision, unit.agency_id, unit.unit_below = UnitDecision.PENDING, None, None
        unit.decided_at = unit.decided_by = None
        session.flush()
    record(
        session,
        event,
        actor=actor,
        now=now,
        permission=Permission.AGENCY_EDIT,
    )


@dataclass
class AgencyImport:
    """What became of an imported list; with faults nothing was written."""

    created: int = 0
    changed: int = 0
    same: int = 0
    faults: list[Fault] = field(default_factory=list)

    def lines(self) -> list[str]:
        """The report in words, one sentence a line."""
        if self.faults:
            refused = [f"Baris {fault.line}: {fault.reason}" for fault in self.faults]
            return [*refused, f"{len(self.faults)} baris perlu diperbaiki. Tidak ada data yang berubah."]
        total = self.created + self.changed + self.same
        return [f"{total} OPD dibaca: {self.created} baru, {self.changed} berubah, {self.same} tetap."]


def import_agencies(
    session: Session, source: bytes | Path | str, *, actor: Actor | None, now: datetime
) -> AgencyImport:
    """Take over a csv list of agencies (slug,nama,singkatan,jenis,kode_skpd,induk); a second time changes nothing.

    An agency is known by its short name, else by its exact name. An abbreviation in brackets becomes a spelling.
    Blank cells change nothing. The report names each row with a fault; then nothing at all is written.
    """
    data = source if isinstance(source, bytes) else Path(source).read_bytes()
    listed, faults = read_agencies(data, frozenset(kind.value for kind in AgencyKind))
    if not listed and not faults:
        raise Invalid("Berkas tidak memuat satu pun OPD.", field="file")
    held = _Held(session)
    faults += held.faults(listed)
    if faults:
        return AgencyImport(faults=sorted(faults, key=lambda fault: fault.line))
    report = AgencyImport()
    agencies: dict[str, Agency] = {}
    fresh: set[str] = set()
    for item in listed:
        agency = held.find(item)
        if agency is None:
            fresh.add(item.slug)
            agency = create_agency(
                session,
                Particulars(item.name, item.abbreviation, AgencyKind(item.kind), item.skpd_code),
                slug=item.slug,
                actor=actor,
                now=now,
            )
        agencies[item.slug] = agency
    for item in listed:
        agency = agencies[item.slug]
        is_changed = _apply(
            session,
            agency,
            held.values(item, agency, agencies),
            renamed_on=_first_day_of_new_name(session, agency, local_day(now)),
            actor=actor,
            now=now,
        )
        for alias in item.aliases:
            is_changed |= _learn_alias(session, agency, alias, actor=actor, now=now)
        if item.slug in fresh:
            report.created += 1
        elif is_changed:
            report.changed += 1
        else:
            report.same += 1
    return report


def _first_day_of_new_name(session: Session, agency: Agency, today: date) -> date | None:
    """A list names agencies as they are today; a second list of the same day only puts a spelling right."""
    yesterday = today - timedelta(days=1)
    newest = session.scalar(sa.select(sa.func.max(AgencyName.ends_on)).where(AgencyName.agency_id == agency.id))
    is_new = agency.starts_on is not None and yesterday < agency.starts_on
    return None if is_new or (newest is not None and newest >= yesterday) else today


def _learn_alias(session: Session, agency: Agency, alias: str, *, actor: Actor | None, now: datetime) -> bool:
    """Keep a spelling unless it is known already or waits for a person. Returns whether it is new."""
    held = session.scalar(sa.select(LaporUnit.id).where(LaporUnit.name_key == name_key(alias)))
    if held is not None:
        return False
    _add_unit(session, agency, alias, None, actor=actor, now=now)
    return True


class _Held:
    """The agencies that the database has, as an import asks for them."""

    def __init__(self, session: Session) -> None:
        rows = session.scalars(sa.select(Agency).order_by(Agency.id.desc())).all()
        self._by_slug = {row.slug: row for row in rows}
        self._by_name = {name_key(row.name): row for row in rows if row.ends_on is None}
        self._slug_of_key = {row.id: row.slug for row in rows}
        self._parents: dict[str, str | None] = {row.slug: self._slug_of_key.get(row.parent_id or 0) for row in rows}
        self._has_oversight = any(row.is_oversight for row in rows)
        self._has_secretariat = any(row.oversees_inspectorate for row in rows)
        self._foreign: dict[str, int | None] = {
            key: agency_id
            for key, agency_id in session.execute(
                sa.select(LaporUnit.name_key, LaporUnit.agency_id).where(LaporUnit.decision == UnitDecision.AGENCY)
            )
        }

    def find(self, item: ListedAgency) -> Agency | None:
        """The stored agency that a row of the list means."""
        return self._by_slug.get(item.slug) or self._by_name.get(name_key(item.name))

    def faults(self, listed: list[ListedAgency]) -> list[Fault]:
        """Rows that contradict the database or each other."""
        found: list[Fault] = []
        known = {item.slug for item in listed} | set(self._by_slug)
        parents = {**self._parents, **{item.slug: item.parent for item in listed if item.parent}}
        owners: dict[int, int] = {}
        for item in listed:
            own = self.find(item)
            named = self._by_name.get(name_key(item.name))
            if own is not None and owners.setdefault(own.id, item.line) != item.line:
                found.append(Fault(item.line, f"OPD ini sama dengan baris {owners[own.id]}."))
            elif named is not None and named is not own:
                found.append(Fault(item.line, f'Nama ini sudah dipakai OPD lain ("{named.slug}").'))
            elif item.parent and item.parent not in known:
                found.append(Fault(item.line, f'Induk "{item.parent}" tidak ditemukan.'))
            elif circle(parents, item.slug):
                found.append(Fault(item.line, "Induk tidak boleh unit di bawah OPD itu sendiri."))
            else:
                found += self._alias_faults(item, own)
        return found

    def _alias_faults(self, item: ListedAgency, own: Agency | None) -> list[Fault]:
        return [
            Fault(item.line, f'Nama lain "{alias}" sudah dipadankan dengan OPD lain.')
            for alias in item.aliases
            if self._foreign.get(name_key(alias)) not in {None, own.id if own else None}
        ]

    def values(self, item: ListedAgency, agency: Agency, agencies: Mapping[str, Agency]) -> dict[str, Any]:
        """What the row says of the agency; a blank cell says nothing."""
        values: dict[str, Any] = {
            "name": item.name,
            "abbreviation": item.abbreviation,
            "kind": AgencyKind(item.kind),
        }
        if item.skpd_code:
            values["skpd_code"] = item.skpd_code
        if item.parent:
            parent = agencies.get(item.parent) or self._by_slug[item.parent]
            values["parent_id"] = parent.id
        if agency.kind is AgencyKind.INSPEKTORAT and not self._has_oversight:
            values["is_oversight"] = self._has_oversight = True
        if item.slug == SECRETARIAT_SLUG and not self._has_secretariat:
            values["oversees_inspectorate"] = self._has_secretariat = True
        return values
