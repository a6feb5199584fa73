"""What happened to agencies and to the names that LAPOR! gives them."""

from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar


@dataclass(frozen=True)
class AgencyEvent:
    """Base: a fact about one agency."""

    kind: ClassVar[str] = ""
    subject_kind: ClassVar[str] = "agency"
    complaint_id: ClassVar[None] = None
    subject_id: int


@dataclass(frozen=True)
class AgencyCreated(AgencyEvent):
    """An agency was put in, by form or from a list."""

    kind: ClassVar[str] = "agency.created"
    slug: str
    name: str


@dataclass(frozen=True)
class AgencyChanged(AgencyEvent):
    """Particulars of an agency were changed; values are (old, new)."""

    kind: ClassVar[str] = "agency.changed"
    changes: dict[str, tuple[Any, Any]]


@dataclass(frozen=True)
class AgencyClosed(AgencyEvent):
    """An agency ends on a day; its successor takes over."""

    kind: ClassVar[str] = "agency.closed"
    ends_on: date
    successor_id: int | None
    name: str = ""
    successor: str = ""
    moved_units: tuple[int, ...] = ()


@dataclass(frozen=True)
class AgencyReopened(AgencyEvent):
    """A closing was a mistake and is undone."""

    kind: ClassVar[str] = "agency.reopened"
    ends_on: date
    successor_id: int | None
    reason: str
    name: str


@dataclass(frozen=True)
class AgencyRenamed(AgencyEvent):
    """From ``since`` on the agency has another name; papers of the days before show the former one.

    ``is_undone``: a renaming was a mistake and the former name is the present one again.
    """

    kind: ClassVar[str] = "agency.renamed"
    former_name: str
    former_abbreviation: str
    name: str
    abbreviation: str
    since: date
    is_undone: bool = False


@dataclass(frozen=True)
class AgencyObliged(AgencyEvent):
    """Whether an agency is obliged to take part in a year was changed."""

    kind: ClassVar[str] = "agency.obliged"
    year: int
    is_obliged: bool


@dataclass(frozen=True)
class UnitDecided:
    """A unit as LAPOR! names it was decided: an agency, or none of the province's."""

    kind: ClassVar[str] = "lapor_unit.decided"
    subject_kind: ClassVar[str] = "lapor_unit"
    complaint_id: ClassVar[None] = None
    subject_id: int
    name: str
    lapor_id: str | None
    decision: str
    agency_id: int | None


@dataclass(frozen=True)
class SpellingRemoved:
    """A spelling does not stand for an agency any more."""

    kind: ClassVar[str] = "lapor_unit.removed"
    subject_kind: ClassVar[str] = "lapor_unit"
    complaint_id: ClassVar[None] = None
    subject_id: int
    name: str
    lapor_id: str | None
    agency_id: int
