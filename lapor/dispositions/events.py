"""What happened to a disposition."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar


@dataclass(frozen=True)
class DispositionEvent:
    """Base: a fact about one disposition of one complaint."""

    kind: ClassVar[str] = ""
    subject_kind: ClassVar[str] = "disposition"
    subject_id: int
    complaint_id: int
    agency_id: int
    agency: str


@dataclass(frozen=True)
class Disposed(DispositionEvent):
    """The complaint was given to an agency."""

    kind: ClassVar[str] = "disposition.disposed"
    part: str
    origin: str
    note: str | None


@dataclass(frozen=True)
class Opened(DispositionEvent):
    """The head saw it for the first time."""

    kind: ClassVar[str] = "disposition.opened"


@dataclass(frozen=True)
class Acknowledged(DispositionEvent):
    """The head states that he knows."""

    kind: ClassVar[str] = "disposition.acknowledged"
    acknowledgement_id: int
    person: str
    post: str
    order_number: str | None
    way: str
    opened_at: datetime
    digest: str
    instruction: str | None
    passed_on: tuple[str, ...]


@dataclass(frozen=True)
class AcknowledgementSuperseded(DispositionEvent):
    """A wrong statement was replaced by a new one; both stay."""

    kind: ClassVar[str] = "disposition.acknowledgement_superseded"
    acknowledgement_id: int
    superseded_id: int
    person: str
    post: str
    reason: str
    instruction: str | None


@dataclass(frozen=True)
class ReturnProposed(DispositionEvent):
    """The operator proposes to return it: not this agency's authority."""

    kind: ClassVar[str] = "disposition.return_proposed"
    reason: str


@dataclass(frozen=True)
class Returned(DispositionEvent):
    """The head knows and returns it in one step."""

    kind: ClassVar[str] = "disposition.returned"
    reason: str
    person: str
    post: str


@dataclass(frozen=True)
class Withdrawn(DispositionEvent):
    """The coordinator takes the order back."""

    kind: ClassVar[str] = "disposition.withdrawn"
    reason: str


@dataclass(frozen=True)
class BlockLifted(DispositionEvent):
    """The coordinator allows an answer before the head knows; the acknowledgement stays owed."""

    kind: ClassVar[str] = "disposition.block_lifted"
    reason: str


@dataclass(frozen=True)
class DraftSaved(DispositionEvent):
    """A draft of an answer was begun (later savings of the same draft are not facts)."""

    kind: ClassVar[str] = "response.draft_begun"
    response_id: int
    response_kind: str


@dataclass(frozen=True)
class Released(DispositionEvent):
    """The draft may be copied into LAPOR!."""

    kind: ClassVar[str] = "response.released"
    response_id: int
    response_kind: str


@dataclass(frozen=True)
class Answered(DispositionEvent):
    """An answer given in LAPOR! was recorded; ``before_known``: it was given before the head knew."""

    kind: ClassVar[str] = "response.recorded"
    response_id: int
    response_kind: str
    posted_on: date
    before_known: bool
    reason: str | None
    text: str


@dataclass(frozen=True)
class Reviewed(DispositionEvent):
    """The coordinator judged the quality of an answer, 0 to 4."""

    kind: ClassVar[str] = "response.reviewed"
    response_id: int
    quality: int
