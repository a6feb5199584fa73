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


@dataclass(frozen=True)
class PersonReminded:
    """Somebody was reminded over WhatsApp by a person, with a ready text that holds no content.

    ``complaint_id`` None: of all that waits for the head of the agency.
    """

    kind: ClassVar[str] = "person.reminded"
    subject_kind: ClassVar[str] = "person"
    subject_id: int
    complaint_id: int | None
    person: str
    post: str
    agency_id: int
