"""What happens to meetings and their follow-ups."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar


@dataclass(frozen=True)
class _OfMeeting:
    """A fact about a meeting."""

    subject_kind: ClassVar[str] = "meeting"
    complaint_id: ClassVar[int | None] = None
    subject_id: int
    title: str


@dataclass(frozen=True)
class MeetingCreated(_OfMeeting):
    """A meeting was planned or entered."""

    kind: ClassVar[str] = "meeting.created"
    held_on: date


@dataclass(frozen=True)
class MeetingChanged(_OfMeeting):
    """The head of the minutes was changed; ``changed`` names the fields."""

    kind: ClassVar[str] = "meeting.changed"
    changed: tuple[str, ...]


@dataclass(frozen=True)
class MinutesTextSaved(_OfMeeting):
    """A long text of the minutes was written; further saves of the same person within minutes are not noted."""

    kind: ClassVar[str] = "meeting.text-saved"
    text: str


@dataclass(frozen=True)
class PartAdded(_OfMeeting):
    """A line was added to a list of the minutes."""

    kind: ClassVar[str] = "meeting.part-added"
    part: str
    words: str


@dataclass(frozen=True)
class PartChanged(_OfMeeting):
    """A line of a list of the minutes was changed or moved."""

    kind: ClassVar[str] = "meeting.part-changed"
    part: str
    words: str


@dataclass(frozen=True)
class PartRemoved(_OfMeeting):
    """A line of a list of the minutes was removed."""

    kind: ClassVar[str] = "meeting.part-removed"
    part: str
    words: str


@dataclass(frozen=True)
class AttendanceTaken(_OfMeeting):
    """The attendance list was filled in."""

    kind: ClassVar[str] = "meeting.attendance-taken"
    people: int


@dataclass(frozen=True)
class MinutesSubmitted(_OfMeeting):
    """The minutes went to the chair."""

    kind: ClassVar[str] = "meeting.submitted"


@dataclass(frozen=True)
class MinutesApproved(_OfMeeting):
    """The chair signed; the words and figures stand still from here on."""

    kind: ClassVar[str] = "meeting.approved"
    signed_on: date
    digest: str


@dataclass(frozen=True)
class MinutesReopened(_OfMeeting):
    """Approved minutes were opened again."""

    kind: ClassVar[str] = "meeting.reopened"
    reason: str


@dataclass(frozen=True)
class ActionItemUpdated:
    """A follow-up got another status; the subject is the follow-up."""

    kind: ClassVar[str] = "action-item.updated"
    subject_kind: ClassVar[str] = "action_item"
    complaint_id: ClassVar[int | None] = None
    subject_id: int
    meeting_id: int
    description: str
    status: str
    done_on: date | None
    former_status: str
