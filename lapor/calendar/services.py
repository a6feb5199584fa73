"""Writing the calendar, the rule sets and the dated settings."""

from collections.abc import Mapping
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
    ListedDay,
    is_estimate,
    kind_of_name,
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
        note_change(session, added=tuple(item.day for item in listed), actor=None, now=now)
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

    ``limits`` are working days by (stage, report class). A complaint that is there already keeps the set that it has.
    Of two sets from the same day the newer one holds, so that a slip of the pen is put right by a new set and none is
    ever rewritten. Raises Invalid for a used name, a missing source, or a number outside 1 to 365.
    """
    name = name.strip()
    if not name:
        raise Invalid("Nama aturan wajib diisi.", field="name")
    if session.scalar(sa.select(RuleSet.id).where(RuleSet.code == name)) is not None:
        raise Invalid("Nama ini sudah dipakai aturan lain.", field="name")
    if not source.strip():
        raise Invalid("Dasar hukum aturan wajib diisi.", field="source")
    for working_days in limits.values():
        _check_limit(working_days)
    made = RuleSet(code=name, name=name, source=source.strip(), effective_from=effective_from)
    session.add(made)
    session.flush()
    for (stage, report_class), working_days in limits.items():
        session.add(RuleLimit(rule_set_id=made.id, stage=stage, report_class=report_class, working_days=working_days))
    session.flush()
    numbers = {f"{stage}:{report_class}": days for (stage, report_class), days in limits.items()}
    record(
        session,
        events.RuleSetAdded(made.id, name, effective_from, numbers, source.strip()),
        actor=actor,
        now=now,
        permission=Permission.SETTINGS_EDIT,
    )
    return made


def _check_limit(working_days: int) -> None:
    if not 1 <= working_days <= MAX_WORKING_DAYS:
        raise Invalid("Isi dengan 1 sampai 365 hari kerja.", field="working_days")


def lock_calendar(session: Session) -> Setting | None:
    """The row of the calendar's version, fresh and locked, so that changes of days off come one after another."""
    return session.scalar(
        sa.select(Setting)
        .where(Setting.key == CALENDAR_VERSION)
        .order_by(Setting.effective_from.desc(), Setting.id.desc())
        .limit(1)
        .with_for_update()
        .execution_options(populate_existing=True)
    )


def note_change(
    session: Session,
    *,
    added: tuple[date, ...] = (),
    removed: tuple[date, ...] = (),
    renamed: tuple[date, ...] = (),
    reason: str = "",
    change_id: int | None = None,
    actor: Actor | None,
    now: datetime,
) -> int:
    """Raise the version of the calendar after days off were changed, and tell those who keep deadlines.

    Returns the new version.
    """
    held = lock_calendar(session)
    if held is None:
        # clocks that were counted before anything was put in carry version 1
        first = 1 if change_id is None else 2
        held = Setting(key=CALENDAR_VERSION, effective_from=ALWAYS, value=first, set_at=now)
        session.add(held)
    else:
        held.value = int(held.value) + 1
        held.set_at = now
    session.flush()
    version = int(held.value)
    record(
        session,
        events.CalendarChanged(
            version=version, added=added, removed=removed, renamed=renamed, reason=reason, change_id=change_id
        ),
        actor=actor,
        now=now,
        permission=Permission.CALENDAR_EDIT,
    )
    return version


def confirm_day_off(session: Session, day_off: DayOff, *, actor: Actor | None, now: datetime) -> None:
    """The decree has fixed an estimated day: it is no estimate any more. Raises Conflict when it was none."""
    if not day_off.is_estimated:
        raise Conflict("Tanggal ini sudah pasti.")
    day_off.is_estimated = False
    day_off.name = day_off.name.replace("(perkiraan)", "").strip()
    session.flush()
    note_change(session, renamed=(day_off.day,), actor=actor, now=now)


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
