"""The values of a fact in words: fields by name, codes by their labels, before and after word by word."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from difflib import SequenceMatcher
from typing import Any

from flask_babel import gettext as _

from lapor.audit.labels import CODES, FIELD
from lapor.complaints.rules import masked
from lapor.core.wording import long_date, long_instant, number
from lapor.journal.rules import differences

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_INSTANT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+(Z|[+-][0-9:]+)")
_MOST_WORDS = 2_000
_NOTHING = "—"
_AGENCIES = frozenset({"agency_id", "reported_agency_id", "successor_id", "from_agency_id"})
# numbers by which people call a thing
_CALLED = frozenset({"tracking_id", "lapor_id"})


@dataclass(frozen=True)
class Piece:
    """Some words of a value; ``is_changed``: they stand on one side only."""

    words: str
    is_changed: bool


@dataclass(frozen=True)
class Change:
    """One value before and after, in pieces."""

    label: str
    before: tuple[Piece, ...]
    after: tuple[Piece, ...]


@dataclass(frozen=True)
class Told:
    """What a fact says: what it changed, its other values as name and words, and the keys only machines need."""

    changes: tuple[Change, ...]
    values: tuple[tuple[str, str], ...]
    technical: tuple[tuple[str, str], ...] = ()


def told(values: dict[str, Any], agencies: Mapping[int, str], *, mask: bool, names_agency: bool = False) -> Told:
    """``values`` of a fact in words, without those that are empty.

    ``mask``: what looks like personal data of a citizen is covered. ``names_agency``: the page names the agency of
    the fact already, so it is not told again.
    """
    changed, rest = differences(values)

    def words(field: str, value: Any) -> str:
        text = value_words(field, value, agencies)
        return masked(text) if mask else text

    changes = []
    for item in changed:
        before, after = pieces(words(item.field, item.before), words(item.field, item.after))
        changes.append(Change(field_words(item.field), before, after))
    # the journal takes the agency of a fact from this value
    is_told = names_agency and "agency_id" in rest
    plain: list[tuple[str, str]] = []
    technical: list[tuple[str, str]] = []
    for name, value in sorted(rest.items()):
        shown = words(name, value)
        if shown == _NOTHING or (is_told and name in {"agency_id", "agency"}):
            continue
        is_count = name == "changed" and isinstance(value, int)
        (technical if _is_key(name) else plain).append((field_words("rows_changed" if is_count else name), shown))
    return Told(tuple(changes), tuple(plain), tuple(technical))


def _is_key(name: str) -> bool:
    """Whether a value only finds a row or a file again."""
    return (
        name not in _AGENCIES
        and (name.endswith("_id") or name in {"digest", "code_digest", "sha256"})
        and name not in _CALLED
    )


def field_words(name: str) -> str:
    """The name of a value; as it stands in the record for one that an older version wrote."""
    return str(FIELD.get(name, name))


def value_words(field: str, value: Any, agencies: Mapping[int, str]) -> str:
    """A value as a person reads it."""
    if value in (None, "", [], {}):
        return _NOTHING
    match value:
        case bool():
            return str(_("Ya") if value else _("Tidak"))
        case int() if field in _AGENCIES:
            return agencies.get(value, str(value))
        case int():
            return str(value) if field.endswith("_id") or field in {"year", "version"} else number(value)
        case list():
            return ", ".join(value_words(field, item, agencies) for item in value)
        case dict():
            return "; ".join(
                f"{field_words(str(name))}: {value_words(str(name), item, agencies)}" for name, item in value.items()
            )
    text = str(value)
    if field == "opd" and text.isdecimal():
        return agencies.get(int(text), text)
    codes = CODES.get(field)
    if codes is not None and text in codes:
        return str(codes[text])
    if _DAY.fullmatch(text):
        return long_date(date.fromisoformat(text))
    if _INSTANT.fullmatch(text):
        return long_instant(datetime.fromisoformat(text))
    return str(FIELD[text]) if field in {"fields", "changed", "field"} and text in FIELD else text


def pieces(before: str, after: str) -> tuple[tuple[Piece, ...], tuple[Piece, ...]]:
    """Both texts in pieces of whole words, those that stand on one side only marked."""
    old, new = re.findall(r"\s+|\S+", before), re.findall(r"\s+|\S+", after)
    if len(old) + len(new) > _MOST_WORDS:
        return (Piece(before, True),), (Piece(after, True),)
    left: list[Piece] = []
    right: list[Piece] = []
    for tag, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if b > a:
            left.append(Piece("".join(old[a:b]), tag != "equal" and before != _NOTHING))
        if d > c:
            right.append(Piece("".join(new[c:d]), tag != "equal" and after != _NOTHING))
    return tuple(left), tuple(right)
