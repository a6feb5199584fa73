"""What happened at the desk that is no fact about a single complaint."""

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True)
class ListExported:
    """A list of complaints left the system as a file; ``filters`` are those of the address."""

    kind: ClassVar[str] = "desk.list_exported"
    subject_kind: ClassVar[str] = "complaint_list"
    subject_id: ClassVar[int] = 0
    complaint_id: ClassVar[int | None] = None
    view: str
    filters: dict[str, str]
    rows: int
    file_kind: str
