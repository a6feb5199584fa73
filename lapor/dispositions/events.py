"""What happened to a disposition."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, ClassVar

from lapor.calendar.rules import EVERYWHERE


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
    """The head states that he knows. ``opened_at`` None: he read it on paper."""

    kind: ClassVar[str] = "disposition.acknowledged"
    acknowledgement_id: int
    person: str
    post: str
    order_number: str | None
    way: str
    opened_at: datetime | None
    digest: str
    instruction: str | None
    passed_on: tuple[str, ...]
    means: str
    device: str | None
    in_list: bool = False
    written_on: date | None = None
    mandate_number: str | None = None
    mandate_of: str | None = None


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
    passed_on: tuple[str, ...]
    digest: str
    means: str
    device: str | None


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
    means: str
    device: str | None


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


@dataclass(frozen=True)
class LiftEnded(DispositionEvent):
    """The coordinator took his leave to answer early back, before it was used."""

    kind: ClassVar[str] = "disposition.lift_ended"
    reason: str


@dataclass(frozen=True)
class OpenedByMandate(DispositionEvent):
    """The holder of a mandate saw it for the first time; the head himself did not."""

    kind: ClassVar[str] = "disposition.opened_by_mandate"


@dataclass(frozen=True)
class PassedOnLater(DispositionEvent):
    """Passed on to units beside the acknowledgement, by the head or the liaison."""

    kind: ClassVar[str] = "disposition.passed_on"
    names: tuple[str, ...]
    by_head: bool


@dataclass(frozen=True)
class TakenBack(DispositionEvent):
    """What was passed on to a unit was taken back."""

    kind: ClassVar[str] = "disposition.taken_back"
    name: str
    reason: str


@dataclass(frozen=True)
class MaterialSent(DispositionEvent):
    """A unit sent its material for the answer; ``behalf``: in whose name paper was written down."""

    kind: ClassVar[str] = "material.sent"
    material_id: int
    name: str
    number: int
    text: str
    behalf: str | None
    behalf_on: date | None


@dataclass(frozen=True)
class MaterialRecalled(DispositionEvent):
    """A unit took its material back to mend it, before anybody had taken it over."""

    kind: ClassVar[str] = "material.recalled"
    material_id: int
    name: str


@dataclass(frozen=True)
class MaterialReturned(DispositionEvent):
    """The operator or the liaison gave the material back to the unit."""

    kind: ClassVar[str] = "material.returned"
    material_id: int
    name: str
    reason: str


@dataclass(frozen=True)
class MaterialTakenOver(DispositionEvent):
    """The material was put into the draft of the answer."""

    kind: ClassVar[str] = "material.taken_over"
    material_id: int
    name: str
    response_id: int


@dataclass(frozen=True)
class InitialsAsked(DispositionEvent):
    """The draft was laid before the liaison."""

    kind: ClassVar[str] = "response.initials_asked"
    response_id: int
    response_kind: str


@dataclass(frozen=True)
class Initialled(DispositionEvent):
    """The liaison (or the head) gave his paraf; ``digest`` is that of the text that he saw."""

    kind: ClassVar[str] = "response.initialled"
    response_id: int
    response_kind: str
    person: str
    post: str
    digest: str


@dataclass(frozen=True)
class InitialsRefused(DispositionEvent):
    """The draft went back to its author with a remark."""

    kind: ClassVar[str] = "response.initials_refused"
    response_id: int
    response_kind: str
    remark: str


@dataclass(frozen=True)
class InitialsSettingChanged:
    """From now on drafts of this agency need the liaison's paraf, or no longer."""

    kind: ClassVar[str] = "agency.initials_changed"
    subject_kind: ClassVar[str] = "agency"
    complaint_id: ClassVar[None] = None
    subject_id: int
    agency_id: int
    asks: bool


@dataclass(frozen=True)
class MandateEvent:
    """Base: a fact about a head's written mandate."""

    kind: ClassVar[str] = ""
    subject_kind: ClassVar[str] = "mandate"
    complaint_id: ClassVar[None] = None
    subject_id: int
    agency_id: int
    agency: str
    number: str


@dataclass(frozen=True)
class MandateEntered(MandateEvent):
    """A written mandate was entered."""

    kind: ClassVar[str] = "mandate.entered"
    dated_on: date
    starts_on: date
    ends_on: date
    head: str
    holder: str


@dataclass(frozen=True)
class MandateRevoked(MandateEvent):
    """A mandate was ended before its last day."""

    kind: ClassVar[str] = "mandate.revoked"
    reason: str


@dataclass(frozen=True)
class InstructionsChanged:
    """An agency changed its ready instructions; none means the given ones."""

    kind: ClassVar[str] = "instruction.changed"
    subject_kind: ClassVar[str] = "agency"
    complaint_id: ClassVar[None] = None
    subject_id: int
    before: tuple[str, ...]
    after: tuple[str, ...]

    @property
    def agency_id(self) -> int:
        """Whose ready instructions they are."""
        return self.subject_id


@dataclass(frozen=True)
class SheetPrinted(DispositionEvent):
    """A Lembar Disposisi was printed; ``digest`` is that of what stands on it."""

    kind: ClassVar[str] = "disposition.sheet_printed"
    sheet_id: int
    digest: str


@dataclass(frozen=True)
class SheetPhotographed(DispositionEvent):
    """A photo of a signed sheet was brought in; nothing is acknowledged by that."""

    kind: ClassVar[str] = "disposition.sheet_photographed"
    record_id: int
    matched_by: str


@dataclass(frozen=True)
class SheetChecked(DispositionEvent):
    """The coordinator looked at the photo and let it stand."""

    kind: ClassVar[str] = "disposition.sheet_checked"
    record_id: int
    acknowledgement_id: int


@dataclass(frozen=True)
class SheetRefused(DispositionEvent):
    """The coordinator refused the photo: the acknowledgement does not count, and where it was the last one it is
    owed again."""

    kind: ClassVar[str] = "disposition.sheet_refused"
    record_id: int
    acknowledgement_id: int
    reason: str
    owed_again: bool


@dataclass(frozen=True)
class HandedOver(DispositionEvent):
    """The agency was closed and its successor has the order now; ``agency`` is the successor.

    ``is_merged``: the successor had an order for the same complaint already, and this one ended.
    """

    kind: ClassVar[str] = "disposition.handed_over"
    from_agency_id: int
    from_agency: str
    state: str
    is_merged: bool = False


@dataclass(frozen=True)
class HandedBack(DispositionEvent):
    """The closing was undone and the order is the former agency's again; ``agency`` is the former one."""

    kind: ClassVar[str] = "disposition.handed_back"
    from_agency: str


@dataclass(frozen=True)
class DeadlinesMoved:
    """All open deadlines that a change of the calendar touched are counted anew: why, and the table of what moved.

    ``moves``: for each agency (blank: the coordinator's desk), stage, former and new day how many ``deadlines``.
    """

    kind: ClassVar[str] = "calendar.deadlines_moved"
    subject_kind: ClassVar[str] = "calendar"
    subject_id: ClassVar[int] = EVERYWHERE
    complaint_id: ClassVar[None] = None
    change_id: int
    reason: str
    deadlines: int
    moves: tuple[dict[str, Any], ...]


@dataclass(frozen=True)
class DeadlinesRecounted:
    """The class of a complaint was corrected, so its open limits of completion are counted anew."""

    kind: ClassVar[str] = "complaint.deadlines_recounted"
    subject_kind: ClassVar[str] = "complaint"
    subject_id: int
    complaint_id: int
    reason: str
    former_working_days: tuple[int, ...]
    working_days: tuple[int, ...]
    former_due_on: tuple[date, ...]
    due_on: tuple[date, ...]
