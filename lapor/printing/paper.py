"""The parts that all official papers share, as finished words: letterhead, signatures, people.

Frozen values without a rule of their own: a slice builds them, `templates/macros/paper.html` sets them.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Letterhead:
    """Kop surat: government line and agency line in the ratio 3:4 (Permendagri 1/2023), then the address.

    ``emblem`` is a data: URL of the uploaded emblem; without one the words alone stand in the middle.
    """

    government: str
    agency: str
    unit: str = ""
    address: tuple[str, ...] = ()
    emblem: str | None = None
    emblem_words: str = ""


@dataclass(frozen=True)
class Signature:
    """One signature block: what stands above the name, the name, rank in words and the grouped number.

    ``number`` carries its own label (`NIP. 19690412 199503 1 002`) and is empty for those who have none.
    """

    above: tuple[str, ...]
    name: str
    rank: str = ""
    number: str = ""


@dataclass(frozen=True)
class Photograph:
    """A picture with the words under it; ``url`` is a data: URL."""

    url: str
    caption: str
