"""What happened to attached files."""

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True)
class FileEvent:
    """Base: a fact about a file of the subject (``of_kind``, ``of_id``)."""

    kind: ClassVar[str] = ""
    subject_kind: ClassVar[str] = "file"
    subject_id: int
    complaint_id: int | None
    of_kind: str
    of_id: int
    filename: str


@dataclass(frozen=True)
class FileAttached(FileEvent):
    """A file was attached; ``size`` in bytes."""

    kind: ClassVar[str] = "file.attached"
    media_type: str
    size: int
    sha256: str


@dataclass(frozen=True)
class FileRemoved(FileEvent):
    """A file was taken away from its subject; its bytes stay until they are swept."""

    kind: ClassVar[str] = "file.removed"
