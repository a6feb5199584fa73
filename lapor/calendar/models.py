"""Days off, rule sets and dated settings."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from lapor.calendar.rules import ChangeState, DayOffKind
from lapor.core.db import (
    Base,
    Day,
    Instant,
    Json,
    Key,
    Name,
    OptionalDay,
    OptionalInstant,
    OptionalName,
    OptionalText,
    code,
    refers,
)

__all__ = ["CalendarChange", "DayOff", "DayOffKind", "RuleLimit", "RuleSet", "Setting"]


class DayOff(Base):
    """A day on which the office does not work. Estimated days come from a list, not from a decree."""

    __tablename__ = "day_off"

    id: Mapped[Key]
    day: Mapped[Day] = mapped_column(unique=True)
    kind: Mapped[DayOffKind] = code(DayOffKind)
    name: Mapped[Name]
    is_estimated: Mapped[bool] = mapped_column(default=False)


class CalendarChange(Base):
    """A change of days off: looked at first, then confirmed with its reason, then followed by the deadlines.

    ``days`` is what ``rules.PlannedDays`` keeps. ``base_version`` is the calendar for which it was planned; a plan
    for an older one is not confirmed any more. ``first_on`` and ``last_on`` bound the days that changed between
    working and off, and are None where only names changed. ``passed`` of ``total`` complaints are counted anew, in
    order of their keys up to ``last_complaint_id``; ``moved`` deadlines got another day.
    """

    __tablename__ = "calendar_change"

    id: Mapped[Key]
    state: Mapped[ChangeState] = code(ChangeState, default=ChangeState.PLANNED)
    days: Mapped[dict[str, Any]] = mapped_column("days_json", Json)
    base_version: Mapped[int]
    made_at: Mapped[Instant]
    made_by: Mapped[int | None] = mapped_column(index=True)
    made_by_name: Mapped[OptionalName]
    reason: Mapped[OptionalText]
    confirmed_at: Mapped[OptionalInstant]
    version: Mapped[int | None]
    first_on: Mapped[OptionalDay]
    last_on: Mapped[OptionalDay]
    total: Mapped[int] = mapped_column(default=0)
    passed: Mapped[int] = mapped_column(default=0)
    moved: Mapped[int] = mapped_column(default=0)
    last_complaint_id: Mapped[int] = mapped_column(default=0)
    done_at: Mapped[OptionalInstant]


class RuleSet(Base):
    """Time limits with their source and the day from which they hold. Never rewritten: a new one takes its place."""

    __tablename__ = "rule_set"

    id: Mapped[Key]
    code: Mapped[str] = mapped_column(sa.String(60), unique=True)
    name: Mapped[Name]
    source: Mapped[OptionalText]
    effective_from: Mapped[Day] = mapped_column(index=True)


class RuleLimit(Base):
    """One time limit of a rule set, in working days; ``report_class`` "" holds for every class."""

    __tablename__ = "rule_limit"
    __table_args__ = (sa.UniqueConstraint("rule_set_id", "stage", "report_class"),)

    id: Mapped[Key]
    rule_set_id: Mapped[int] = refers("rule_set.id")
    stage: Mapped[str] = mapped_column(sa.String(40))
    report_class: Mapped[str] = mapped_column(sa.String(40), default="")
    working_days: Mapped[int]


class Setting(Base):
    """A dated setting: the value that holds from a day on. The newest one not in the future counts."""

    __tablename__ = "setting"
    __table_args__ = (sa.UniqueConstraint("key", "effective_from"),)

    id: Mapped[Key]
    key: Mapped[str] = mapped_column(sa.String(60))
    effective_from: Mapped[Day]
    value: Mapped[Any] = mapped_column("value_json", Json)
    set_at: Mapped[Instant]
