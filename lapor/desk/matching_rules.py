"""Which agency is probably meant by a unit that LAPOR! names in its own spelling. Pure: people decide."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import pairwise
from math import log

LIKELY = 0.62
"""From here on a suggestion is offered ready chosen; below it the list starts with "Pilih"."""
WORTH_SHOWING = 0.4
BELOW_LIKELY = LIKELY - 0.01
_ELSEWHERE = frozenset({"kabupaten", "kota", "kecamatan", "kelurahan", "desa"})
COMMON = 0.9
"""Words carried by more than 40 % of the agencies weigh less than this: "provinsi", "dinas"."""

_SPELT_OUT: Mapping[str, str] = {
    "drh": "daerah",
    "prov": "provinsi",
    "propinsi": "provinsi",
    "prop": "provinsi",
    "kab": "kabupaten",
    "rsu": "rumah sakit umum",
    "rsud": "rumah sakit umum daerah",
    "rs": "rumah sakit",
    "dis": "dinas",
    "sekda": "sekretariat daerah",
    "setda": "sekretariat daerah",
    "setdaprov": "sekretariat daerah provinsi",
    "dprd": "dewan perwakilan rakyat daerah",
    "sulteng": "sulawesi tengah",
    "dan": "",
    "serta": "",
    "olahraga": "olah raga",
}

_UNITS_BELOW: Mapping[str, str] = {
    **dict.fromkeys(["sma", "sman", "smk", "smkn", "slb", "slbn", "madrasah"], "dinas pendidikan"),
    "samsat": "badan pendapatan daerah",
    "kph": "dinas kehutanan",
    "blk": "dinas tenaga kerja",
    **dict.fromkeys(["upt", "uptd", "cabang", "cabdin", "balai", "laboratorium"], ""),
}
"""First words of units below an agency, with the words of the parent where the name does not tell it."""


@dataclass(frozen=True, slots=True)
class Named:
    """An agency with its names: the full one, the abbreviation, and spellings matched before."""

    agency_id: int
    name: str
    abbreviation: str = ""
    spellings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Suggestion:
    """An agency that may be meant; `score` from 0 to 1. `below`: the unit is one below this agency."""

    agency_id: int
    score: float
    below: bool = False


def words_of(name: str) -> tuple[str, ...]:
    """The words of a unit's name, abbreviations spelt out, without punctuation."""
    words = re.findall(r"[^\W_]+", name.casefold())
    return tuple(word for found in words for word in _SPELT_OUT.get(found, found).split())


class Matcher:
    """Compares names of units with the agencies; a word that many agencies carry ("dinas") says little."""

    def __init__(self, agencies: Iterable[Named]) -> None:
        self._spellings: list[tuple[int, tuple[str, ...], frozenset[str]]] = []
        self._abbreviations: dict[str, int] = {}
        carried: Counter[str] = Counter()
        count = 0
        for agency in agencies:
            count += 1
            for part in re.split(r"[()/,]", agency.abbreviation.casefold()):
                if part.strip():
                    self._abbreviations.setdefault("".join(part.split()), agency.agency_id)
            for spelling in (agency.name, *agency.spellings):
                words = words_of(spelling)
                self._spellings.append((agency.agency_id, words, frozenset(words)))
            carried.update(set(words_of(agency.name)))
        self._weights = {word: log((1 + count) / times) + 0.05 for word, times in carried.items()}
        self._unknown = log(1 + count) + 0.05

    def suggest(self, name: str, limit: int = 3) -> list[Suggestion]:
        """The agencies that `name` may mean, the likeliest first; empty when none is worth showing."""
        words = words_of(name)
        if not words:
            return []
        scores: dict[int, float] = {}
        for agency_id, spelling, known in self._spellings:
            score = self._score(words, spelling, known)
            scores[agency_id] = max(score, scores.get(agency_id, 0.0))
        for run in _runs(name):
            if run in self._abbreviations:
                agency_id = self._abbreviations[run]
                scores[agency_id] = max(scores.get(agency_id, 0.0), 0.9)
        found = [Suggestion(agency_id, round(score, 3)) for agency_id, score in scores.items()]
        if words[0] in _UNITS_BELOW and max(scores.values(), default=0.0) < LIKELY:
            found += self._parents(words, limit)
        found = [suggestion for suggestion in found if suggestion.score >= WORTH_SHOWING]
        found.sort(key=lambda suggestion: (-suggestion.score, suggestion.agency_id))
        return list({suggestion.agency_id: suggestion for suggestion in reversed(found)}.values())[::-1][:limit]

    def _parents(self, words: tuple[str, ...], limit: int) -> list[Suggestion]:
        """Agencies below which the unit may lie: those whose own words stand in its name."""
        asked = {*words, *words_of(_UNITS_BELOW[words[0]])}
        found = []
        for agency_id, _, known in self._spellings:
            rare = {word for word in known if self._weight(word) > COMMON}
            covered = sum(self._weight(word) for word in rare & asked)
            if rare and covered:
                score = 0.9 * covered / sum(self._weight(word) for word in rare)
                found.append(Suggestion(agency_id, round(score, 3), below=True))
        return sorted(found, key=lambda suggestion: (-suggestion.score, suggestion.agency_id))[:limit]

    def _score(self, words: tuple[str, ...], spelling: tuple[str, ...], known: frozenset[str]) -> float:
        asked = frozenset(words)
        shared = sum(self._weight(word) for word in asked & known)
        if not shared:
            return 0.0
        # The words of the unit must be found in the agency; words that only the agency has ("provinsi") cost less.
        missing = sum(self._weight(word) for word in asked - known)
        extra = sum(self._weight(word) for word in known - asked)
        overlap = shared / (shared + missing + 0.35 * extra)
        alike = SequenceMatcher(None, " ".join(words), " ".join(spelling), autojunk=False).ratio()
        score = 0.75 * overlap + 0.25 * alike
        # An office of a regency or a city is seldom the province's own of the same name: never chosen beforehand.
        return min(score, BELOW_LIKELY) if asked & _ELSEWHERE - known else score

    def _weight(self, word: str) -> float:
        return self._weights.get(word, self._unknown)


def _runs(name: str) -> Iterable[str]:
    """Single words and pairs of neighbours, so that "BIRO HUKUM" and "RSUD UNDATA" are found."""
    words = re.findall(r"[^\W_]+", name.casefold())
    yield from words
    yield from ("".join(pair) for pair in pairwise(words))
