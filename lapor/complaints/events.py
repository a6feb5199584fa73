"""What happened to a complaint."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar


@dataclass(frozen=True)
class ComplaintEvent:
    """Base: a fact about one complaint."""

    kind: ClassVar[str] = ""
    subject_kind: ClassVar[str] = "complaint"
    subject_id: int

    @property
    def complaint_id(self) -> int | None:
        """The complaint itself."""
        return self.subject_id


@dataclass(frozen=True)
class Registered(ComplaintEvent):
    """Written down by hand: it came by letter, message or in person."""

    kind: ClassVar[str] = "complaint.registered"
    number: str
    channel: str


@dataclass(frozen=True)
class Imported(ComplaintEvent):
    """Came in with an export of LAPOR!."""

    kind: ClassVar[str] = "complaint.imported"
    tracking_id: str
    lapor_status: str | None
    is_history: bool


@dataclass(frozen=True)
class ChangedByImport(ComplaintEvent):
    """LAPOR! changed what it owns. Values are (old, new); long texts are not repeated."""

    kind: ClassVar[str] = "complaint.changed_by_import"
    changes: dict[str, tuple[str | None, str | None]]


@dataclass(frozen=True)
class Verified(ComplaintEvent):
    """The coordinator checked it and answered who is reported."""

    kind: ClassVar[str] = "complaint.verified"
    report_class: str
    reported_party: str
    reported_agency_id: int | None


@dataclass(frozen=True)
class ClassCorrected(ComplaintEvent):
    """The class was corrected, with a reason."""

    kind: ClassVar[str] = "complaint.class_corrected"
    old: str | None
    new: str
    reason: str


@dataclass(frozen=True)
class FlagsChanged(ComplaintEvent):
    """Anonymity or confidentiality was changed by a person, with a reason."""

    kind: ClassVar[str] = "complaint.flags_changed"
    is_anonymous: bool
    is_confidential: bool
    reason: str
    former_is_anonymous: bool
    former_is_confidential: bool


@dataclass(frozen=True)
class HeldForReporter(ComplaintEvent):
    """The clock stands still while the reporter completes his report."""

    kind: ClassVar[str] = "complaint.held"
    reason: str
    expected_on: date | None


@dataclass(frozen=True)
class Resumed(ComplaintEvent):
    """The clock goes on."""

    kind: ClassVar[str] = "complaint.resumed"
    working_days_paused: int


@dataclass(frozen=True)
class Forwarded(ComplaintEvent):
    """Not the province's authority: passed on to another institution."""

    kind: ClassVar[str] = "complaint.forwarded"
    institution: str
    forwarded_on: date
    way: str


@dataclass(frozen=True)
class Archived(ComplaintEvent):
    """Put aside with a reason."""

    kind: ClassVar[str] = "complaint.archived"
    reason: str


@dataclass(frozen=True)
class Closed(ComplaintEvent):
    """The reporter is satisfied, or silent until the limit."""

    kind: ClassVar[str] = "complaint.closed"
    reason: str
    rating: int | None


@dataclass(frozen=True)
class Reopened(ComplaintEvent):
    """A new round begins, with a new acknowledgement."""

    kind: ClassVar[str] = "complaint.reopened"
    reason: str
    round: int


@dataclass(frozen=True)
class ReporterAnswered(ComplaintEvent):
    """The reporter's reply in LAPOR!, written down by hand."""

    kind: ClassVar[str] = "complaint.reporter_answered"
    text: str


@dataclass(frozen=True)
class ReporterRevealed(ComplaintEvent):
    """The reporter's identity was shown to a person, with the reason he gave."""

    kind: ClassVar[str] = "complaint.reporter_revealed"
    reason: str
