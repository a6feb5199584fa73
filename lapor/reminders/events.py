"""What happened to reminders, to their table and to the letters above them."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar


@dataclass(frozen=True)
class ReminderSent:
    """People were reminded of a time limit, by which rule. ``told`` are names with posts, as they were then."""

    kind: ClassVar[str] = "reminder.sent"
    subject_kind: ClassVar[str] = "reminder"
    subject_id: int
    complaint_id: int
    agency_id: int | None
    stage: str
    due_on: date
    receiver: str
    offset_days: int
    told: tuple[str, ...]


@dataclass(frozen=True)
class RuleAdded:
    """A row was added to the table of reminders."""

    kind: ClassVar[str] = "reminder.rule_added"
    subject_kind: ClassVar[str] = "reminder_rule"
    complaint_id: ClassVar[None] = None
    subject_id: int
    stage: str
    offset_days: int
    receiver: str


@dataclass(frozen=True)
class RuleEnded:
    """A row was taken out of the table of reminders."""

    kind: ClassVar[str] = "reminder.rule_ended"
    subject_kind: ClassVar[str] = "reminder_rule"
    complaint_id: ClassVar[None] = None
    subject_id: int
    stage: str
    offset_days: int
    receiver: str


@dataclass(frozen=True)
class LetterEvent:
    """Base: a fact about one letter to the head of an agency."""

    kind: ClassVar[str] = ""
    subject_kind: ClassVar[str] = "letter"
    complaint_id: ClassVar[None] = None
    subject_id: int
    agency_id: int
    letter_kind: str


@dataclass(frozen=True)
class LetterDrafted(LetterEvent):
    """The system made a draft; nobody has decided on it yet."""

    kind: ClassVar[str] = "letter.drafted"


@dataclass(frozen=True)
class LetterChanged(LetterEvent):
    """Somebody edited the draft."""

    kind: ClassVar[str] = "letter.changed"
    fields: tuple[str, ...]


@dataclass(frozen=True)
class LetterSignedOff(LetterEvent):
    """Somebody decided that the letter goes out; ``complaints`` is how many it lists."""

    kind: ClassVar[str] = "letter.signed_off"
    complaints: int


@dataclass(frozen=True)
class LetterTakenBack(LetterEvent):
    """A decided letter became a draft again."""

    kind: ClassVar[str] = "letter.taken_back"


@dataclass(frozen=True)
class LetterSent(LetterEvent):
    """Somebody noted that the signed letter was sent, with its number, day and way."""

    kind: ClassVar[str] = "letter.sent"
    number: str
    sent_on: date
    way: str


@dataclass(frozen=True)
class LetterDropped(LetterEvent):
    """Somebody decided that the letter does not go out."""

    kind: ClassVar[str] = "letter.dropped"
    reason: str


@dataclass(frozen=True)
class BriefMade:
    """The page for the leadership was made for a period."""

    kind: ClassVar[str] = "brief.made"
    subject_kind: ClassVar[str] = "brief"
    complaint_id: ClassVar[None] = None
    subject_id: int
    period: str
