"""Reading the calendar, the rule sets and the dated settings."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from weakref import WeakKeyDictionary

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lapor.calendar.models import DayOff, RuleLimit, RuleSet, Setting
from lapor.calendar.rules import CALENDAR_VERSION, WORKING_HOURS
from lapor.core.db import WRITE
from lapor.core.rows import plain_rows
from lapor.core.working_days import Calendar
from lapor.core.working_hours import WorkingHours, from_json


def _version() -> "sa.Select[tuple[Any]]":
    return (
        sa.select(Setting.value)
        .where(Setting.key == CALENDAR_VERSION)
        .order_by(Setting.effective_from.desc(), Setting.id.desc())
        .limit(1)
    )


_FINGERPRINT = sa.select(sa.func.count(DayOff.id), sa.func.max(DayOff.id), _version().scalar_subquery())

_calendars: "WeakKeyDictionary[sa.Engine, tuple[tuple[Any, ...], Calendar]]" = WeakKeyDictionary()


def working_calendar(session: Session) -> Calendar:
    """The days off with the version of the calendar.

    The days are read again only when they have changed: every change raises the version, and keys and number of the
    rows tell of changes past our services. One short query otherwise. What a write transaction sees is not kept: it
    may be rolled back, and another change would come under the same version.
    """
    fingerprint = tuple(plain_rows(session, _FINGERPRINT)[0])
    engine = session.connection().engine
    kept = _calendars.get(engine)
    if kept is not None and kept[0] == fingerprint:
        return kept[1]
    days = session.scalars(sa.select(DayOff.day).order_by(DayOff.day)).all()
    found = Calendar(frozenset(days), version=int(fingerprint[2] or 1))
    if not session.info.get(WRITE):
        _calendars[engine] = (fingerprint, found)
    return found


def calendar_version(session: Session) -> int:
    """The version of the calendar; it rises with each change of days off. 1 before anything was put in."""
    return int(session.scalar(_version()) or 1)


def day_off(session: Session, key: int) -> DayOff | None:
    """One day off by its key."""
    return session.get(DayOff, key)


def days_off_of_year(session: Session, year: int) -> Sequence[DayOff]:
    """The days off of a year, in order."""
    return session.scalars(
        sa.select(DayOff).where(DayOff.day >= date(year, 1, 1), DayOff.day <= date(year, 12, 31)).order_by(DayOff.day)
    ).all()


def days_off_between(session: Session, first: date, last: date) -> Sequence[DayOff]:
    """The days off from ``first`` to ``last`` (inclusive), in order."""
    return session.scalars(
        sa.select(DayOff).where(DayOff.day >= first, DayOff.day <= last).order_by(DayOff.day)
    ).all()


def years_with_days_off(session: Session) -> list[int]:
    """Years that the calendar covers, in order."""
    first, last = (
        session.scalar(sa.select(sa.func.min(DayOff.day))),
        session.scalar(sa.select(sa.func.max(DayOff.day))),
    )
    return [] if first is None or last is None else list(range(first.year, last.year + 1))


def rule_set_in_force(session: Session, day: date) -> int:
    """Key of the rule set in force on ``day``: the newest of those that began last; before the first it is the first.

    Raises LookupError when there is none at all (``ensure_basics`` has not run).
    """
    began = RuleSet.effective_from <= day
    found = session.scalar(
        sa.select(RuleSet.id)
        .order_by(
            sa.case((began, 0), else_=1),
            sa.case((began, RuleSet.effective_from)).desc(),
            sa.case((began, RuleSet.id)).desc(),
            RuleSet.effective_from,
            RuleSet.id,
        )
        .limit(1)
    )
    if found is None:
        raise LookupError("there is no rule set: run `flask lapor prepare`")
    return found


def limit_values(session: Session, rule_set_id: int) -> dict[tuple[str, str], int]:
    """Working days by (stage, report class); the class "" holds for every class that has no own row."""
    rows = session.execute(
        sa.select(RuleLimit.stage, RuleLimit.report_class, RuleLimit.working_days)
        .where(RuleLimit.rule_set_id == rule_set_id)
        .order_by(RuleLimit.id)
    )
    return {(stage, report_class): days for stage, report_class, days in rows}


@dataclass(frozen=True)
class RuleSetView:
    """A rule set with its numbers, as the page of settings shows it."""

    id: int
    code: str
    name: str
    source: str | None
    effective_from: date
    limits: dict[tuple[str, str], int]


def rule_sets(session: Session) -> list[RuleSetView]:
    """All rule sets with their numbers, the newest first."""
    limits: dict[int, dict[tuple[str, str], int]] = {}
    for limit in session.scalars(sa.select(RuleLimit).order_by(RuleLimit.id)):
        limits.setdefault(limit.rule_set_id, {})[limit.stage, limit.report_class] = limit.working_days
    return [
        RuleSetView(row.id, row.code, row.name, row.source, row.effective_from, limits.get(row.id, {}))
        for row in session.scalars(sa.select(RuleSet).order_by(RuleSet.effective_from.desc(), RuleSet.id.desc()))
    ]


def setting_value(session: Session, key: str, day: date, default: Any = None) -> Any:
    """The value of a setting that holds on ``day``; ``default`` where there is none or it was unset."""
    found = session.scalar(
        sa.select(Setting.value)
        .where(Setting.key == key, Setting.effective_from <= day)
        .order_by(Setting.effective_from.desc(), Setting.id.desc())
        .limit(1)
    )
    return default if found is None else found


def working_hours(session: Session, day: date) -> WorkingHours:
    """The table of hours in which messages may go out, as it stands on ``day``; the given one where none was set."""
    return from_json(setting_value(session, WORKING_HOURS, day))


def list_settings(session: Session, keys: Sequence[str]) -> Sequence[Setting]:
    """All values of these settings with their dates, by key and the newest first."""
    return session.scalars(
        sa.select(Setting)
        .where(Setting.key.in_(keys))
        .order_by(Setting.key, Setting.effective_from.desc(), Setting.id.desc())
    ).all()


def rule_set_names(session: Session) -> dict[int, str]:
    """The names of all rule sets by key."""
    rows = session.execute(sa.select(RuleSet.id, RuleSet.name).order_by(RuleSet.id))
    return {key: name for key, name in rows}
