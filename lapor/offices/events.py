"""What happens to people, posts, assignments and absences."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar


@dataclass(frozen=True)
class _OfPerson:
    """A fact about a person."""

    subject_kind: ClassVar[str] = "person"
    complaint_id: ClassVar[int | None] = None
    subject_id: int
    name: str


@dataclass(frozen=True)
class PersonCreated(_OfPerson):
    """A person was entered."""

    kind: ClassVar[str] = "person.created"
    person_kind: str


@dataclass(frozen=True)
class PersonChanged(_OfPerson):
    """Details of a person were changed; ``changed`` names the fields, not their values."""

    kind: ClassVar[str] = "person.changed"
    changed: tuple[str, ...]


@dataclass(frozen=True)
class _OfPost:
    """A fact about a post."""

    subject_kind: ClassVar[str] = "post"
    complaint_id: ClassVar[int | None] = None
    subject_id: int
    agency_id: int
    title: str


@dataclass(frozen=True)
class PostCreated(_OfPost):
    """A post was made."""

    kind: ClassVar[str] = "post.created"
    role: str
    seats: int


@dataclass(frozen=True)
class PostChanged(_OfPost):
    """A post got another title or number of seats."""

    kind: ClassVar[str] = "post.changed"
    former_title: str
    seats: int
    former_seats: int


@dataclass(frozen=True)
class PostEnded(_OfPost):
    """A post ceases to exist after a day."""

    kind: ClassVar[str] = "post.ended"
    ends_on: date


@dataclass(frozen=True)
class _OfAssignment:
    """A fact about an assignment."""

    subject_kind: ClassVar[str] = "assignment"
    complaint_id: ClassVar[int | None] = None
    subject_id: int
    agency_id: int
    person_id: int
    person_name: str
    post_id: int
    post_title: str
    capacity: str


@dataclass(frozen=True)
class Assigned(_OfAssignment):
    """A person was given a post; ``role`` is the kind of the post."""

    kind: ClassVar[str] = "assignment.made"
    role: str
    starts_on: date
    ends_on: date | None
    order_number: str | None
    order_due_on: date | None
    proposal_id: int | None = None


@dataclass(frozen=True)
class AssignmentEnded(_OfAssignment):
    """The last day of an assignment was set."""

    kind: ClassVar[str] = "assignment.ended"
    role: str
    ends_on: date
    former_ends_on: date | None


@dataclass(frozen=True)
class AssignmentCancelled(_OfAssignment):
    """An assignment that had not begun was taken back."""

    kind: ClassVar[str] = "assignment.cancelled"
    starts_on: date


@dataclass(frozen=True)
class OrderSupplied(_OfAssignment):
    """Number or scan of the order were entered; ``order_due_on`` is when the rest is due, None: complete."""

    kind: ClassVar[str] = "assignment.order-supplied"
    order_number: str | None
    order_date: date | None
    former_number: str | None = None
    file_id: int | None = None
    order_due_on: date | None = None


@dataclass(frozen=True)
class _OfProposal(_OfAssignment):
    """A fact about a head's proposal of a substitute; the subject is the head's assignment."""

    proposal_id: int
    proposed_id: int
    proposed_name: str
    starts_on: date
    ends_on: date


@dataclass(frozen=True)
class ActingProposed(_OfProposal):
    """The head proposes who acts for him; no power follows from it."""

    kind: ClassVar[str] = "acting.proposed"


@dataclass(frozen=True)
class ActingDeclined(_OfProposal):
    """The secretariat or the coordinator does not follow the proposal."""

    kind: ClassVar[str] = "acting.declined"
    reason: str


@dataclass(frozen=True)
class ActingWithdrawn(_OfProposal):
    """The head takes his proposal back."""

    kind: ClassVar[str] = "acting.withdrawn"


@dataclass(frozen=True)
class _OfAbsence(_OfAssignment):
    """A fact about an absence of the holder; the subject is the assignment."""

    starts_on: date
    ends_on: date


@dataclass(frozen=True)
class AbsenceEntered(_OfAbsence):
    """The holder is away for these days."""

    kind: ClassVar[str] = "absence.entered"
    reason: str


@dataclass(frozen=True)
class AbsenceEnded(_OfAbsence):
    """An absence was shortened or taken back; the days are those that remain (none when it was taken back)."""

    kind: ClassVar[str] = "absence.ended"
    taken_back: bool
