"""The chain of the journal: what is hashed and how it is checked. Pure."""

import hashlib
import json
from dataclasses import dataclass, fields
from datetime import date, datetime
from enum import Enum
from typing import Any, Protocol

GENESIS = "0" * 64


class Event(Protocol):
    """What happened: a frozen dataclass of plain values with a kind and the subject it happened to."""

    @property
    def kind(self) -> str:
        """Past tense, slice first: ``disposition.acknowledged``."""

    @property
    def subject_kind(self) -> str:
        """What it happened to: ``disposition``."""

    @property
    def subject_id(self) -> int:
        """Key of the subject."""

    @property
    def complaint_id(self) -> int | None:
        """The complaint on whose timeline it stands, if any."""


def values_of(event: Any) -> dict[str, Any]:
    """The event's own fields as plain JSON values, without the ids that the entry carries itself."""
    return {
        item.name: _plain(getattr(event, item.name))
        for item in fields(event)
        if item.name not in {"subject_id", "complaint_id"}
    }


def _plain(value: Any) -> Any:
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, tuple | list | frozenset | set):
        return [_plain(item) for item in value]
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    return value


def canonical(values: Any) -> bytes:
    """One byte form of ``values``: the same content always hashes to the same digest."""
    return json.dumps(values, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def detail_digest(salt: str, values: dict[str, Any]) -> str:
    """Digest of the erasable values; the salt keeps short values from being guessed back."""
    return hashlib.sha256(salt.encode() + canonical(values)).hexdigest()


@dataclass(frozen=True)
class Link:
    """What one entry of the chain seals: ids, kinds and the digest of its values, no personal text."""

    seq: int
    at: datetime
    kind: str
    person_id: int | None
    assignment_id: int | None
    subject_kind: str
    subject_id: int
    complaint_id: int | None
    digest: str

    def hash(self, previous: str) -> str:
        """The hash that this entry must carry after an entry with the hash ``previous``."""
        sealed = [
            self.seq,
            self.at.isoformat(timespec="microseconds"),
            self.kind,
            self.person_id,
            self.assignment_id,
            self.subject_kind,
            self.subject_id,
            self.complaint_id,
            self.digest,
        ]
        return hashlib.sha256(previous.encode() + canonical(sealed)).hexdigest()
