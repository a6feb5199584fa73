"""Writing the calendar, the rule sets and the dated settings."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import holidays
import sqlalchemy as sa
from sqlalchemy.orm import Session

from lapor.calendar import events
from lapor.calendar.models import DayOff, RuleLimit, RuleSet, Setting
from lapor.calendar.rules import (
    CALENDAR_VERSION,
    FIRST_YEAR,
    GIVEN_LIMITS,
    GIVEN_RULE_SETS,
    LAST_YEAR,
    MAX_WORKING_DAYS,
    DayOffKind,
    Fault,
    ListedDay,
    changed_days,
    is_estimate,
    kind_of_name,
    read_days_off,
    setting_fault,
)
from lapor.core.errors import Conflict, Invalid
from lapor.journal.services import record
from lapor.policy import Actor, Permission

ALWAYS = date(2018, 1, 1)
"""The day from which undated facts of the system hold."""


def ensure_basics(session: Session, now: datetime) -> bool:
    """Put in the days off and the rule sets where they are missing; returns whether anything was put in.

    Days off are put in once: what an administrator removed later stays away.
    """
    made = False
    codes = set(session.scalars(sa.select(RuleSet.code)))
    for given in GIVEN_RULE_SETS:
        if given.code not in codes:
            add_rule_set(
                session,
                name=given.name,
                source=given.source,
                effective_from=given.effective_from,
                limits=GIVEN_LIMITS,
                actor=None,
                now=now,
            )
            made = True
    is_known = session.scalar(sa.select(Setting.id).where(Setting.key == CALENDAR_VERSION).limit(1))
    if is_known is None:
        known = set(session.scalars(sa.select(DayOff.day)))
        listed = [day for day in national_days(FIRST_YEAR, LAST_YEAR) if day.day not in known]
        for item in listed:
            session.add(DayOff(day=item.day, kind=item.kind, name=item.name, is_estimated=item.is_estimated))
        session.flush()
        _changed(session, added=tuple(item.day for item in listed), removed=(), actor=None, now=now)
        made = True
    return made


def national_days(first_year: int, last_year: int) -> list[ListedDay]:
    """National holidays and collective leave as the `holidays` package knows them, in order."""
    known = holidays.country_holidays(
        "ID", years=range(first_year, last_year + 1), categories=("public", "government"), language="id"
    )
    return [ListedDay(day, kind_of_name(name), name, is_estimate(name)) for day, name in sorted(known.items())]


def add_rule_set(
    session: Session,
    *,
    name: str,
    source: str,
    effective_from: date,
    limits: Mapping[tuple[str, str], int],
    actor: Actor | None,
    now: datetime,
) -> RuleSet:
    """Put in a rule set that holds for complaints received from ``effective_from`` on.

    ``limits`` are working days by (stage, report class). Raises Invalid for a used name or day, or a number outside
    1 to 365.
    """
    name = name.strip()
    if not name:
        raise Invalid("Nama aturan wajib diisi.", field="name")
    if session.scalar(sa.select(RuleSet.id).where(RuleSet.code == name)) is not None:
        raise Invalid("Nama ini sudah dipakai aturan lain.", field="name")
    if session.scalar(sa.select(RuleSet.id).where(RuleSet.effective_from == effective_from)) is not None:
        raise Invalid("Sudah ada aturan yang berlaku mulai tanggal ini.", field="effective_from")
    for working_days in limits.values():
        _check_limit(working_days)
    made = RuleSet(code=name, name=name, source=source.strip() or None, effective_from=effective_from)
    session.add(made)
    session.flush()
    for (stage, report_class), working_days in limits.items():
        session.add(RuleLimit(rule_set_id=made.id, stage=stage, report_class=report_class, working_days=working_days))
    session.flush()
    numbers = {f"{stage}:{report_class}": days for (stage, report_class), days in limits.items()}
    record(
        session,
        events.RuleSetAdded(made.id, name, effective_from, numbers),
        actor=actor,
        now=now,
        permission=Permission.SETTINGS_EDIT,
    )
    return made


def _check_limit(working_days: int) -> None:
    if not 1 <= working_days <= MAX_WORKING_DAYS:
        raise Invalid("Isi dengan 1 sampai 365 hari kerja.", field="working_days")


def _changed(
    session: Session,
    *,
    added: tuple[date, ...],
    removed: tuple[date, ...],
    renamed: tuple[date, ...] = (),
    actor: Actor | None,
    now: datetime,
) -> None:
    """Raise the version of the calendar and tell those who keep deadlines."""
    held = session.scalar(
        sa.select(Setting)
        .where(Setting.key == CALENDAR_VERSION)
        .order_by(Setting.effective_from.desc(), Setting.id.desc())
        .limit(1)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if held is None:
        held = Setting(key=CALENDAR_VERSION, effective_from=ALWAYS, value=1, set_at=now)
        session.add(held)
    else:
        held.value = int(held.value) + 1
        held.set_at = now
    session.flush()
    record(
        session,
        events.CalendarChanged(version=int(held.value), added=added, removed=removed, renamed=renamed),
        actor=actor,
        now=now,
        permission=Permission.CALENDAR_EDIT,
    )


def add_day_off(
    session: Session,
    *,
    day: date,
    kind: DayOffKind,
    name: str,
    is_estimated: bool = False,
    actor: Actor | None,
    now: datetime,
) -> DayOff:
    """Close the office on ``day``. Raises Invalid when the day is off already or has no name."""
    if not name.strip():
        raise Invalid("Nama hari libur wajib diisi.", field="name")
    held = session.scalar(sa.select(DayOff).where(DayOff.day == day))
    if held is not None:
        raise Invalid(f"Tanggal ini sudah tercatat sebagai hari libur: {held.name}.", field="day")
    made = DayOff(day=day, kind=kind, name=name.strip(), is_estimated=is_estimated)
    session.add(made)
    session.flush()
    _changed(session, added=(day,), removed=(), actor=actor, now=now)
    return made


def remove_day_off(session: Session, day_off: DayOff, *, actor: Actor | None, now: datetime) -> None:
    """Make a day off an ordinary day again."""
    day = day_off.day
    session.delete(day_off)
    session.flush()
    _changed(session, added=(), removed=(day,), actor=actor, now=now)


def confirm_day_off(session: Session, day_off: DayOff, *, actor: Actor | None, now: datetime) -> None:
    """The decree has fixed an estimated day: it is no estimate any more. Raises Conflict when it was none."""
    if not day_off.is_estimated:
        raise Conflict("Tanggal ini sudah pasti.")
    day_off.is_estimated = False
    day_off.name = day_off.name.replace("(perkiraan)", "").strip()
    session.flush()
    _changed(session, added=(), removed=(), renamed=(day_off.day,), actor=actor, now=now)


@dataclass(frozen=True)
class DaysOffReport:
    """What became of an imported list of days off; with faults nothing was written."""

    added: int = 0
    changed: int = 0
    same: int = 0
    removed: int = 0
    faults: tuple[Fault, ...] = ()


def import_days_off(
    session: Session, data: bytes, *, replace_years: bool = False, actor: Actor | None, now: datetime
) -> DaysOffReport:
    """Take over a csv list (tanggal,jenis,nama).

    ``replace_years``: national and collective days that the list lacks are removed in the years that it names, as a
    changed decree wants it; provincial days stay. A list with a fault changes nothing.
    """
    listed, faults = read_days_off(data)
    if faults:
        return DaysOffReport(faults=tuple(faults))
    if not listed:
        raise Invalid("Berkas tidak memuat satu pun hari libur.", field="file")
    held = {row.day: row for row in session.scalars(sa.select(DayOff).order_by(DayOff.day))}
    before = set(held)
    renamed: list[date] = []
    added = same = 0
    for item in listed:
        row = held.get(item.day)
        if row is None:
            session.add(DayOff(day=item.day, kind=item.kind, name=item.name, is_estimated=item.is_estimated))
            added += 1
        elif (row.kind, row.name, row.is_estimated) == (item.kind, item.name, item.is_estimated):
            same += 1
        else:
            row.kind, row.name, row.is_estimated = item.kind, item.name, item.is_estimated
            renamed.append(item.day)
    dropped: set[date] = set()
    if replace_years:
        years, kept = {item.day.year for item in listed}, {item.day for item in listed}
        for day, row in held.items():
            if day.year in years and day not in kept and row.kind is not DayOffKind.PROVINCIAL:
                session.delete(row)
                dropped.add(day)
    session.flush()
    after = (before - dropped) | {item.day for item in listed}
    new_days, old_days = changed_days(before, after)
    if new_days or old_days or renamed:
        _changed(session, added=new_days, removed=old_days, renamed=tuple(renamed), actor=actor, now=now)
    return DaysOffReport(added=added, changed=len(renamed), same=same, removed=len(dropped))


def set_setting(
    session: Session, key: str, value: Any, effective_from: date, actor: Actor | None, now: datetime
) -> Setting:
    """Give a setting a value that holds from ``effective_from`` on; the same day again replaces the value.

    Raises Invalid for a value that is none for this setting. Nothing is noted when nothing changes.
    """
    fault = setting_fault(key, value)
    if fault:
        raise Invalid(fault, field="value")
    held = session.scalar(
        sa.select(Setting).where(Setting.key == key, Setting.effective_from == effective_from).with_for_update()
    )
    old = None
    if held is None:
        held = Setting(key=key, effective_from=effective_from, value=value, set_at=now)
        session.add(held)
    elif held.value == value:
        return held
    else:
        old = held.value
        held.value, held.set_at = value, now
    session.flush()
    record(
        session,
        events.SettingChanged(held.id, key, effective_from, old, value),
        actor=actor,
        now=now,
        permission=Permission.SETTINGS_EDIT,
    )
    return held


def set_limit(
    session: Session,
    rule_set_id: int,
    *,
    stage: str,
    report_class: str,
    working_days: int,
    actor: Actor | None,
    now: datetime,
) -> None:
    """Change one time limit, in working days. Deadlines that already run keep theirs.

    Raises Invalid for a number outside 1 to 365 or a limit that the rule set does not have.
    """
    _check_limit(working_days)
    limit = session.scalar(
        sa.select(RuleLimit)
        .where(
            RuleLimit.rule_set_id == rule_set_id,
            RuleLimit.stage == stage,
            RuleLimit.report_class == report_class,
        )
        .with_for_update()
    )
    if limit is None:
        raise Invalid("Batas waktu ini tidak ada pada aturan tersebut.", field="working_days")
    if limit.working_days == working_days:
        return
    old, limit.working_days = limit.working_days, working_days
    session.flush()
    record(
        session,
        events.RuleLimitChanged(rule_set_id, stage, report_class, old, working_days),
        actor=actor,
        now=now,
        permission=Permission.SETTINGS_EDIT,
    )
