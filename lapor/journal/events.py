"""What happened to the journal itself."""

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True)
class ValuesErased:
    """The values of entries were erased by law; ``seqs`` are their numbers, the subject is the first of them.

    This entry is what tells a lawful erasure from tampering: its own values are never erased.
    """

    kind: ClassVar[str] = "journal.values_erased"
    subject_kind: ClassVar[str] = "journal_entry"
    complaint_id: ClassVar[None] = None
    subject_id: int
    seqs: tuple[int, ...]
    reason: str


@dataclass(frozen=True)
class JournalExported:
    """A part of the journal, of the readers or of the exceptions left the system as a file."""

    kind: ClassVar[str] = "journal.exported"
    subject_kind: ClassVar[str] = "journal"
    subject_id: ClassVar[int] = 0
    complaint_id: ClassVar[None] = None
    page: str
    filters: dict[str, str]
    rows: int
    file_kind: str
