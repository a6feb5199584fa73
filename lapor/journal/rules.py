"""The chain of the journal: what is hashed and how it is checked. Pure."""

import hashlib
import json
import re
from dataclasses import dataclass, fields
from datetime import date, datetime
from enum import Enum, StrEnum
from typing import Any, Protocol

GENESIS = "0" * 64
ANCHOR_DIGITS = 12
_ANCHOR = re.compile(r"([0-9][0-9.]{0,24})-([0-9A-F]{12,64})")
_MISREAD = str.maketrans("OIL", "011")  # letters that no anchor has, read for the figures that look like them


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


FORM = 2
"""How entries are sealed now. An entry keeps the form in which it was sealed, so old ones stay verifiable."""


@dataclass(frozen=True)
class Link:
    """What one entry of the chain seals: who, what, when and the digest of its values, none of the values themselves.

    Form 1 left out the names, the agency and the exception; the number of the form is sealed since form 2, so that
    no entry can be passed off as an older one.
    """

    seq: int
    at: datetime
    kind: str
    person_id: int | None
    assignment_id: int | None
    subject_kind: str
    subject_id: int
    complaint_id: int | None
    digest: str
    form: int = FORM
    actor_name: str = ""
    actor_post: str = ""
    agency_id: int | None = None
    exception: str | None = None

    @property
    def after_seq(self) -> str:
        """The sealed text behind the number: what is known before the link has its place."""
        sealed: list[Any] = [
            self.at.isoformat(timespec="microseconds"),
            self.kind,
            self.person_id,
            self.assignment_id,
            self.subject_kind,
            self.subject_id,
            self.complaint_id,
            self.digest,
        ]
        if self.form != 1:
            sealed += [self.form, self.actor_name, self.actor_post, self.agency_id, self.exception]
        return canonical(sealed).decode().removeprefix("[")

    def hash(self, previous: str) -> str:
        """The hash that this entry must carry after an entry with the hash ``previous``."""
        return hashlib.sha256(f"{previous}[{self.seq},{self.after_seq}".encode()).hexdigest()


@dataclass(frozen=True, order=True)
class ChainHead:
    """The newest link of the chain: whoever keeps it outside can show later what came before it.

    An empty journal has the head ``ChainHead(0, GENESIS)``.
    """

    seq: int
    hash: str


def anchor_words(head: ChainHead) -> str:
    """``head`` as it is printed on paper, short enough to be typed: ``12.345-A1B2C3D4E5F6``.

    Twelve hex digits are 48 bits: enough that nobody finds a second chain that ends in them by chance,
    and the number says at which link they must stand.
    """
    return f"{head.seq:,}".replace(",", ".") + "-" + head.hash[:ANCHOR_DIGITS].upper()


def read_anchor(words: str) -> ChainHead | None:
    """The head that was typed from paper (``hash`` is then only its beginning), or None if it is none."""
    found = _ANCHOR.fullmatch("".join(words.split()).upper().translate(_MISREAD))
    if found is None:
        return None
    return ChainHead(seq=int(found[1].replace(".", "")), hash=found[2].lower())


class ExceptionKind(StrEnum):
    """Ways beside the usual one: lawful, but to be seen and counted."""

    LIFTED = "lifted"
    EARLY = "early"
    PAPER = "paper"
    MANDATE = "mandate"
    NO_ORDER = "no_order"
    TAKEN_BACK = "taken_back"
    REOPENED = "reopened"
    UNMASKED = "unmasked"
    ERASED = "erased"
    ACCESS = "access"


_ALWAYS = {
    "disposition.block_lifted": ExceptionKind.LIFTED,
    "disposition.withdrawn": ExceptionKind.TAKEN_BACK,
    "disposition.acknowledgement_superseded": ExceptionKind.TAKEN_BACK,
    "assignment.cancelled": ExceptionKind.TAKEN_BACK,
    "disposition.sheet_refused": ExceptionKind.TAKEN_BACK,
    "document.cancelled": ExceptionKind.TAKEN_BACK,
    "document.superseded": ExceptionKind.TAKEN_BACK,
    "file.removed": ExceptionKind.TAKEN_BACK,
    "lapor_unit.removed": ExceptionKind.TAKEN_BACK,
    "agency.reopened": ExceptionKind.REOPENED,
    "complaint.reopened": ExceptionKind.REOPENED,
    "meeting.reopened": ExceptionKind.REOPENED,
    "evaluation.data_unlocked": ExceptionKind.REOPENED,
    "complaint.reporter_revealed": ExceptionKind.UNMASKED,
    "journal.values_erased": ExceptionKind.ERASED,
    "account.code-issued": ExceptionKind.ACCESS,
}
_WAYS = {"sheet": ExceptionKind.PAPER, "mandate": ExceptionKind.MANDATE}


def exception_of(kind: str, values: dict[str, Any]) -> ExceptionKind | None:
    """Whether a fact left the usual way, and how. Sealed with the entry, so that it is counted as it was then."""
    if kind == "disposition.acknowledged":
        return _WAYS.get(str(values.get("way")))
    if kind == "response.recorded":
        return ExceptionKind.EARLY if values.get("before_known") else None
    if kind == "assignment.made":
        return ExceptionKind.NO_ORDER if values.get("order_due_on") and not values.get("order_number") else None
    if kind == "absence.ended":
        return ExceptionKind.TAKEN_BACK if values.get("taken_back") else None
    return _ALWAYS.get(kind)


@dataclass(frozen=True)
class Difference:
    """A value before and after; ``field`` is the name in the event."""

    field: str
    before: Any
    after: Any


def differences(values: dict[str, Any]) -> tuple[list[Difference], dict[str, Any]]:
    """What a fact changed, and its other values.

    Events carry former values in one of these ways: ``changes`` of field to (old, new), ``old`` beside ``new``,
    ``before`` beside ``after``, or ``former_x`` beside ``x``. A pair that is equal is no difference and is left out.
    """
    found: list[Difference] = []
    rest = dict(values)
    changes = rest.get("changes")
    if isinstance(changes, dict) and all(isinstance(pair, list) and len(pair) == 2 for pair in changes.values()):
        del rest["changes"]
        found += [Difference(name, before, after) for name, (before, after) in sorted(changes.items())]
    for before, after in (("old", "new"), ("before", "after")):
        if before in rest and after in rest:
            found.append(Difference("value", rest.pop(before), rest.pop(after)))
    for name in [name for name in rest if name.startswith("former_")]:
        after = name.removeprefix("former_")
        if after in rest:
            found.append(Difference(after, rest.pop(name), rest.pop(after)))
    return [item for item in found if item.before != item.after], rest
