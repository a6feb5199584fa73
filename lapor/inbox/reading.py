"""Helps for reading on a small screen: the beginning of a long text, what changed in it, what resembles it. Pure."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

LONG_TEXT = 420
"""From so many letters a text is folded: about nine lines of a small telephone."""
OPENING = 200
MOST_WORDS = 3000
_SENTENCE_END = re.compile(r"[.!?]['\")\]]?\s")
_WORD = re.compile(r"[^\W\d_]{4,}")
# they stand in most complaints and tell nothing about their matter
_COMMON_WORDS = """
    ada adalah akan aduan agar anda apakah atas atau bagi bahwa bapak baru bagaimana belum berada bila bisa
    dalam dapat dari daerah dengan desa dinas dulu hari harus hingga ingin instansi jalan jika juga kabupaten
    kami kamu kapan karena kecamatan kelurahan kembali kenapa kepada kota kurang lagi lain laporan lebih maka
    masih masyarakat mengapa mohon oleh pada padahal palu para pihak propinsi provinsi sampai sangat saya
    sebagai sejak selalu semua sering serta sini situ sudah sulawesi supaya tapi tanpa telah tengah tentang
    terhadap terima tersebut tidak tolong untuk warga yang
"""
_COMMON = frozenset(_COMMON_WORDS.split())


@dataclass(frozen=True)
class Opening:
    """The beginning of a text and what follows; ``rest`` is empty when the whole text is short."""

    lines: str
    rest: str


def opening_of(text: str) -> Opening:
    """``text`` with its first sentences (about three lines of a telephone) apart, when it is long.

    Cut after a sentence where one ends in reach, else after a word; nothing is left out or written anew.
    """
    if len(text) <= LONG_TEXT:
        return Opening(text, "")
    ends = [found.end() for found in _SENTENCE_END.finditer(text, 0, OPENING + 60)]
    cut = next((end for end in reversed(ends) if end >= OPENING // 2), None)
    if cut is None:
        space = text.rfind(" ", OPENING // 2, OPENING)
        cut = space + 1 if space > 0 else OPENING
    return Opening(text[:cut].rstrip(), text[cut:].lstrip())


@dataclass(frozen=True)
class Piece:
    """Some words of a text: ``kind`` is same, gone or new."""

    kind: str
    words: str


@dataclass(frozen=True)
class Change:
    """One value that is not what it was when it was shown; ``pieces`` tell the old and the new in one line."""

    name: str
    pieces: tuple[Piece, ...]


def _pieces(old: str, new: str) -> Iterator[Piece]:
    before, after = re.findall(r"\S+\s*", old), re.findall(r"\S+\s*", new)
    if len(before) + len(after) > MOST_WORDS:  # comparing takes time with the square of the words
        before, after = [old], [new]
    for kind, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if kind == "equal":
            yield Piece("same", _shortened("".join(before[a:b])))
            continue
        if a < b:
            yield Piece("gone", "".join(before[a:b]).strip())
        if c < d:
            yield Piece("new", "".join(after[c:d]).strip())


def _shortened(words: str) -> str:
    """The ends of a long stretch that stayed as it was, in whole words."""
    each = words.split(" ")
    return words if len(words) <= 160 or len(each) <= 20 else f"{' '.join(each[:8])} … {' '.join(each[-8:])}"


def changes_between(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[Change]:
    """What differs between two cards as they were shown (texts of both are compared word by word), by their order."""
    found = []
    for name in [*old, *(name for name in new if name not in old)]:
        before, after = old.get(name), new.get(name)
        if before != after:
            found.append(Change(name, tuple(_pieces(_text(before), _text(after)))))
    return found


def _text(value: Any) -> str:
    return "" if value is None else str(value)


def telling_words(*texts: str | None, most: int = 4) -> tuple[str, ...]:
    """The words of a title and a place that tell what a complaint is about: not the common ones, longest first."""
    words = {word.lower() for text in texts if text for word in _WORD.findall(text)} - _COMMON
    return tuple(sorted(words, key=lambda word: (-len(word), word))[:most])
