"""What happened to the calendar, the rule sets and the settings."""

from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar

from lapor.calendar.rules import EVERYWHERE


@dataclass(frozen=True)
class CalendarChanged:
    """Days off were added, changed or removed, and why; open deadlines that touch these days are counted anew.

    ``version`` is the new version of the calendar. ``added`` and ``removed`` are the days that changed from working
    to off and back; both are empty when only names or kinds changed. ``change_id``: the change that a person planned.
    """

    kind: ClassVar[str] = "calendar.changed"
    subject_kind: ClassVar[str] = "calendar"
    subject_id: ClassVar[int] = EVERYWHERE
    complaint_id: ClassVar[None] = None
    version: int
    added: tuple[date, ...] = ()
    removed: tuple[date, ...] = ()
    renamed: tuple[date, ...] = ()
    reason: str = ""
    change_id: int | None = None


@dataclass(frozen=True)
class RuleSetAdded:
    """A rule set with its time limits was put in."""

    kind: ClassVar[str] = "rule_set.added"
    subject_kind: ClassVar[str] = "rule_set"
    complaint_id: ClassVar[None] = None
    subject_id: int
    code: str
    effective_from: date
    limits: dict[str, int]
    source: str = ""


@dataclass(frozen=True)
class SettingChanged:
    """A setting got a value that holds from a day on."""

    kind: ClassVar[str] = "setting.changed"
    subject_kind: ClassVar[str] = "setting"
    complaint_id: ClassVar[None] = None
    subject_id: int
    key: str
    effective_from: date
    old: Any
    new: Any
