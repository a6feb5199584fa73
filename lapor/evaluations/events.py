"""What happened to an evaluation cycle."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar


@dataclass(frozen=True)
class CycleEvent:
    """Base: a fact about one cycle; no complaint's timeline shows it."""

    kind: ClassVar[str] = ""
    subject_kind: ClassVar[str] = "evaluation_cycle"
    complaint_id: ClassVar[int | None] = None
    subject_id: int


@dataclass(frozen=True)
class CycleCreated(CycleEvent):
    """A cycle was set up."""

    kind: ClassVar[str] = "evaluation.created"
    title: str
    starts_on: date
    ends_on: date


@dataclass(frozen=True)
class CycleChanged(CycleEvent):
    """Period, texts or signer were changed: the names of the fields, not the texts."""

    kind: ClassVar[str] = "evaluation.changed"
    fields: tuple[str, ...]


@dataclass(frozen=True)
class DataLocked(CycleEvent):
    """The figures are held still with the facts up to a day."""

    kind: ClassVar[str] = "evaluation.data_locked"
    as_of: date
    received: int
    followed_up: int
    finished: int
    on_time: int


@dataclass(frozen=True)
class DataUnlocked(CycleEvent):
    """The held figures were given up, with a reason."""

    kind: ClassVar[str] = "evaluation.data_unlocked"
    reason: str


@dataclass(frozen=True)
class CyclePublished(CycleEvent):
    """The report is final."""

    kind: ClassVar[str] = "evaluation.published"
    as_of: date
