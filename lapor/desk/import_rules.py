"""Decisions of the import: what changed, who owes an acknowledgement, what LAPOR!'s status means. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from lapor.complaints.rules import (
    LAPOR_ARCHIVED,
    LAPOR_CLASSES,
    LAPOR_CLOSED,
    LAPOR_WAITING_FOR_REPORTER,
    ReportClass,
)
from lapor.desk.lapor_export import Column
from lapor.desk.lapor_rows import SEALED, Flags


class Verdict(StrEnum):
    """What becomes of a row."""

    NEW = "new"
    CHANGED = "changed"
    SAME = "same"
    REJECTED = "rejected"


class Field(StrEnum):
    """What LAPOR! owns of a complaint and a later file may change."""

    TITLE = "title"
    TEXT = "text"
    STATUS = "status"
    REPORT_CLASS = "class"
    CATEGORY = "category"
    TYPE = "type"
    RECEIVED = "received"
    UNIT = "unit"
    CHANNEL = "channel"
    LOCATION = "location"
    REPORTER = "reporter"
    RATING = "rating"


@dataclass(frozen=True, slots=True)
class Incoming:
    """What a row says in our terms. None: the file has no such column. "" : the cell is blank."""

    tracking_id: str
    received_at: datetime | None
    received_raw: str | None
    title: str | None
    text: str | None
    status: str | None
    report_class: str | None
    category: str | None
    type: str | None
    flags: Flags | None
    unit_name: str | None
    unit_id: str | None
    channel: str | None
    location: str | None
    location_is_short: bool
    reporter: str | None
    reason: str | None
    rating: int | None


@dataclass(frozen=True, slots=True)
class Stored:
    """What is stored of the same complaint: LAPOR!'s columns as they came last."""

    title: str | None
    text: str | None
    status: str | None
    report_class: str | None
    category: str | None
    type: str | None
    received_at: datetime
    is_anonymous: bool
    is_confidential: bool
    unit_name: str | None
    channel: str | None
    location: str | None
    reporter: str | None
    rating: int | None
    joins: bool = False
    """Registered by hand with this Tracking ID: LAPOR!'s columns are still empty."""
    is_ours: bool = False
    """Registered by hand: channel, place and reporter are ours, LAPOR! does not change them."""


@dataclass(frozen=True, slots=True)
class Change:
    """One value that LAPOR! has changed, as words for the preview."""

    field: Field
    old: str
    new: str


def incoming_of(
    tracking_id: str,
    received_at: datetime | None,
    flags: Flags | None,
    texts: Mapping[str, str],
    zone: str,
) -> Incoming:
    """A staged row in our terms. The text is the one that LAPOR!'s administrator edited, else the first one."""
    final, first = texts.get(Column.FINAL_TEXT), texts.get(Column.FIRST_TEXT)
    places = [texts[column] for column in _PLACES if texts.get(column)]
    raw = " ".join(part for part in (texts.get(Column.DATE, ""), texts.get(Column.TIME, "")) if part)
    rating = texts.get(Column.RATING, "")
    return Incoming(
        tracking_id=tracking_id,
        received_at=received_at,
        received_raw=f"{raw} {zone}" if raw else None,
        title=texts.get(Column.TITLE),
        text=None if final is None and first is None else (final or first or ""),
        status=texts.get(Column.STATUS),
        report_class=texts.get(Column.REPORT_CLASS),
        category=texts.get(Column.CATEGORY),
        type=texts.get(Column.FLAGS),
        flags=flags,
        unit_name=texts.get(Column.UNIT),
        unit_id=_unit_id(texts.get(Column.UNIT_ID)),
        channel=texts.get(Column.CHANNEL),
        location=", ".join(dict.fromkeys(places)) if _PLACES & texts.keys() else None,
        location_is_short=not texts.keys() >= _PLACES,
        reporter=texts.get(Column.REPORTER),
        reason=texts.get(Column.REASON),
        rating=int(rating) if rating in {"1", "2", "3", "4", "5"} else None,
    )


def _unit_id(text: str | None) -> str | None:
    return text if text and text.isascii() and text.isdigit() and len(text) <= 20 else None


_PLACES = dict.fromkeys((Column.VILLAGE, Column.DISTRICT, Column.REGENCY, Column.PROVINCE)).keys()
"""The place, the smallest part first."""


def changes(stored: Stored, incoming: Incoming, *, is_same_unit: bool) -> list[Change]:
    """What LAPOR! changed since it was stored; empty when nothing did.

    A column that the file lacks changes nothing; a blank cell takes away a class, a category or a unit, but never a
    text, a status or a place. Flags only grow (`Flags.stricter`).
    """
    found: list[Change] = []

    def compare(field: Field, old: str | None, new: str | None, *, may_blank: bool = False) -> None:
        if new is None or (not new and not may_blank) or (old or "") == new:
            return
        found.append(Change(field, old or "", new))

    compare(Field.TITLE, stored.title, incoming.title)
    compare(Field.TEXT, stored.text, incoming.text)
    compare(Field.STATUS, stored.status, incoming.status)
    compare(Field.REPORT_CLASS, stored.report_class, incoming.report_class, may_blank=True)
    compare(Field.CATEGORY, stored.category, incoming.category, may_blank=True)
    if incoming.flags is not None:
        held = Flags(stored.is_anonymous, stored.is_confidential)
        if held.stricter(incoming.flags) != held or (stored.type or "") != (incoming.type or ""):
            found.append(Change(Field.TYPE, stored.type or "", incoming.type or ""))
    if incoming.received_at is not None and incoming.received_at != stored.received_at and not stored.is_ours:
        found.append(Change(Field.RECEIVED, stored.received_at.isoformat(), incoming.received_at.isoformat()))
    if not is_same_unit:
        found.append(Change(Field.UNIT, stored.unit_name or "", incoming.unit_name or ""))
    if incoming.rating is not None and incoming.rating != stored.rating:
        found.append(Change(Field.RATING, str(stored.rating or ""), str(incoming.rating)))
    if stored.is_ours:
        return found
    compare(Field.CHANNEL, stored.channel, incoming.channel)
    if not (incoming.location_is_short and _parts(incoming.location) <= _parts(stored.location)):
        compare(Field.LOCATION, stored.location, incoming.location)
    if not stored.is_anonymous:
        compare(Field.REPORTER, stored.reporter, incoming.reporter)
    return found


def _parts(location: str | None) -> set[str]:
    return set((location or "").split(", "))


def shown_title(title: str | None, text: str | None) -> str:
    """The title that is shown: LAPOR!'s, else the beginning of the text."""
    if title:
        return title
    words = " ".join((text or "").split())
    if not words:
        return "Tanpa judul"
    return words if len(words) <= 80 else words[:80].rsplit(" ", 1)[0] + " …"


def class_of(text: str | None) -> ReportClass | None:
    """The class that LAPOR! writes out; None for a blank or an unknown one, which waits for verification."""
    wanted = " ".join((text or "").split()).casefold()
    return next((found for name, found in LAPOR_CLASSES.items() if name.casefold() == wanted), None)


def flags_for_new(flags: Flags | None) -> Flags:
    """Flags of a complaint that is new here: a file without `Tipe Laporan` gets the most protective ones."""
    return SEALED if flags is None else flags


class Course(StrEnum):
    """What LAPOR!'s status means for us."""

    OPEN = "open"
    ON_HOLD = "on_hold"
    CLOSED = "closed"
    ARCHIVED = "archived"


def course_of(status: str | None) -> Course:
    """The course that LAPOR!'s status stands for; an unknown one is open, so that a person looks at it."""
    if status in LAPOR_ARCHIVED:
        return Course.ARCHIVED
    if status in LAPOR_CLOSED:
        return Course.CLOSED
    if status == LAPOR_WAITING_FOR_REPORTER:
        return Course.ON_HOLD
    return Course.OPEN


def is_history(received_on: date, owed_from: date, *, was_touched: bool) -> bool:
    """Whether a complaint is history: received before the day from which heads owe an acknowledgement.

    What a person has touched never becomes history (model.md).
    """
    return received_on < owed_from and not was_touched


def owes(received_on: date, owed_from: date, *, agency_is_known: bool, status: str | None) -> bool:
    """Whether the head owes an acknowledgement of an imported complaint, whatever LAPOR! calls it (domain.md)."""
    return received_on >= owed_from and agency_is_known and course_of(status) is not Course.ARCHIVED


def is_older(generated_on: date | None, stored_on: date | None) -> bool:
    """Whether a file made on `generated_on` is older than what is stored: then it overwrites nothing."""
    return generated_on is not None and stored_on is not None and generated_on < stored_on
