"""The kop surat of an agency, for every slice that makes papers."""

import re
from collections.abc import Sequence

from lapor.agencies.models import Agency
from lapor.printing.paper import Letterhead

_PROVINCE = re.compile(r"\s+Provinsi\s.*$", re.IGNORECASE)


def letterhead_of(agency: Agency | None, province: str) -> Letterhead:
    """The kop of the agency; ``province`` as `Provinsi Sulawesi Tengah`."""
    if agency is None:
        return letterhead_from("", (), province)
    return letterhead_from(agency.name, address_lines(agency), province)


def letterhead_from(name: str, address: Sequence[str], province: str) -> Letterhead:
    """The kop of what was noted of an agency when a paper was made."""
    return Letterhead(
        government=f"PEMERINTAH {province.upper()}",
        agency=_PROVINCE.sub("", name).upper(),
        address=tuple(address),
    )


def address_lines(agency: Agency) -> tuple[str, ...]:
    """Address and telephone, then mail and web, as the kop prints them; lines without words are left out."""
    first = ", ".join(part for part in (agency.address, f"Telepon {agency.phone}" if agency.phone else "") if part)
    second = ", ".join(
        part
        for part in (
            f"Pos-el {agency.email}" if agency.email else "",
            f"Laman {agency.website}" if agency.website else "",
        )
        if part
    )
    return tuple(line for line in (first, second) if line)
