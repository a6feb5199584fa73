"""What happened to a paper of the register."""

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True)
class DocumentEvent:
    """Base: a fact about one paper. Codes are no part of it: they open the public page."""

    kind: ClassVar[str] = ""
    subject_kind: ClassVar[str] = "document"
    subject_id: int
    complaint_id: int | None
    document_kind: str


@dataclass(frozen=True)
class DocumentRegistered(DocumentEvent):
    """A paper got its code; its content stands since then."""

    kind: ClassVar[str] = "document.registered"
    digest: str
    code_digest: str


@dataclass(frozen=True)
class DocumentPrinted(DocumentEvent):
    """Its file was made, once and for all."""

    kind: ClassVar[str] = "document.printed"
    sha256: str


@dataclass(frozen=True)
class DocumentSuperseded(DocumentEvent):
    """A newer paper took its place; both stay."""

    kind: ClassVar[str] = "document.superseded"
    by_id: int


@dataclass(frozen=True)
class DocumentCancelled(DocumentEvent):
    """It counts no longer, and nothing took its place."""

    kind: ClassVar[str] = "document.cancelled"
    reason: str
