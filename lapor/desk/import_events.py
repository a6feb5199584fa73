"""What happened to an import."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar


@dataclass(frozen=True)
class FileImported:
    """A file of LAPOR! was taken over completely."""

    kind: ClassVar[str] = "import.finished"
    subject_kind: ClassVar[str] = "import"
    complaint_id: ClassVar[int | None] = None
    subject_id: int
    file_name: str
    new: int
    changed: int
    same: int
    rejected: int


@dataclass(frozen=True)
class OwedFromChanged:
    """The day from which heads owe an acknowledgement of imported complaints was changed."""

    kind: ClassVar[str] = "import.owed_from_changed"
    subject_kind: ClassVar[str] = "import"
    complaint_id: ClassVar[int | None] = None
    subject_id: int
    old: date | None
    new: date
    becomes_history: int
    becomes_owed: int


@dataclass(frozen=True)
class DifferenceSettled:
    """A person decided what holds where LAPOR! says otherwise than we do."""

    kind: ClassVar[str] = "complaint.difference_settled"
    subject_kind: ClassVar[str] = "complaint"
    subject_id: int
    field: str
    took_theirs: bool

    @property
    def complaint_id(self) -> int | None:
        """The complaint itself."""
        return self.subject_id
