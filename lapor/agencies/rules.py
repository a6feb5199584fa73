"""Names of agencies: the spelling by which they are matched exactly, and reading a list of agencies. Pure."""

import csv
import hashlib
import io
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

MAX_NAME = 200
MAX_ABBREVIATION = 40
MAX_ROWS = 2000
SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
MAX_SLUG = 60

_SPELT_OUT: Mapping[str, str] = MappingProxyType(
    {
        "prov": "provinsi",
        "propinsi": "provinsi",
        "kab": "kabupaten",
        "kec": "kecamatan",
        "drh": "daerah",
        "setda": "sekretariat daerah",
        "setwan": "sekretariat dprd",
        "uptd": "upt",
        "rsu": "rumah sakit umum",
        "rsud": "rumah sakit umum daerah",
        "rsj": "rumah sakit jiwa",
        "sulteng": "sulawesi tengah",
        "sulsel": "sulawesi selatan",
        "sulbar": "sulawesi barat",
        "sultra": "sulawesi tenggara",
        "sulut": "sulawesi utara",
    }
)
_PROVINCE = re.compile(r" provinsi( [a-z]+){1,3}$")
_HOSPITAL_UNIT = re.compile(r"^upt (?=rumah sakit )")
_OFFICE_OF_BUREAU = re.compile(r"^(biro .+) sekretariat daerah$")


def name_key(name: str) -> str:
    """The spelling by which two writings of one name are the same; at most 200 letters, never empty for a name.

    Case, punctuation and accents do not count, the office's usual abbreviations are spelt out (PROV., DRH, RSUD,
    SETDA). It is a key for exact matches, not for likeness: region names stay in it, so that the office of a regency
    or of another province never passes for the province's own. Applying it twice changes nothing.
    """
    plain = unicodedata.normalize("NFKD", name).replace("&", " dan ").encode("ascii", "ignore").decode().casefold()
    words = re.findall(r"[a-z0-9]+", plain.replace("'", ""))
    key = " ".join(_SPELT_OUT.get(word, word) for word in words).replace("olah raga", "olahraga")
    if not key:
        return hashlib.sha256(name.encode()).hexdigest() if name.strip() else ""
    if len(key) <= MAX_NAME:
        return key
    return key[:130].rsplit(" ", 1)[0] + " " + hashlib.sha256(key.encode()).hexdigest()


def agency_keys(name: str, abbreviation: str) -> frozenset[str]:
    """Every spelling under which LAPOR! may mean an agency: its name, with and without its own province, and its
    abbreviation, with and without that province."""
    full = name_key(name)
    found = _PROVINCE.search(full)
    province = found.group(0) if found else ""
    short = full.removesuffix(province)
    bases = {short, name_key(abbreviation)}
    bases |= {_HOSPITAL_UNIT.sub("", base) for base in bases}
    bases |= {_OFFICE_OF_BUREAU.sub(r"\1", base) for base in bases}
    return frozenset(key for base in bases if base for key in (base, base + province))


def slug_of(abbreviation: str) -> str:
    """A proposal for the short name in addresses, from an abbreviation: "RSUD Undata" gives "rsud-undata"."""
    plain = unicodedata.normalize("NFKD", abbreviation).encode("ascii", "ignore").decode().casefold()
    return "-".join(re.findall(r"[a-z0-9]+", plain))[:MAX_SLUG].strip("-")


def slug_fault(slug: str) -> str | None:
    """A sentence when ``slug`` cannot be used, else None."""
    if len(slug) > MAX_SLUG or not SLUG.fullmatch(slug):
        return "Nama pendek hanya huruf kecil, angka, dan tanda hubung, paling banyak 60 huruf, misalnya rsud-undata."
    return None


@dataclass(frozen=True)
class Fault:
    """A line of a file that cannot be accepted, and why."""

    line: int
    reason: str


@dataclass(frozen=True)
class ListedAgency:
    """An agency as a list names it."""

    line: int
    slug: str
    name: str
    abbreviation: str
    aliases: tuple[str, ...]
    kind: str
    skpd_code: str | None
    parent: str | None


_COLUMNS = ("slug", "nama", "singkatan", "jenis")
_WITH_ALIAS = re.compile(r"^(?P<abbreviation>[^()]+?)\s*\((?P<alias>[^()]+)\)$")


def split_abbreviation(text: str) -> tuple[str, tuple[str, ...]]:
    """("DISNAKERTRANS", ("NAKERTRANS",)) of "DISNAKERTRANS (NAKERTRANS)"."""
    found = _WITH_ALIAS.match(text)
    if found is None:
        return text, ()
    aliases = tuple(part.strip() for part in re.split(r"[,;/]", found["alias"]) if part.strip())
    return found["abbreviation"], aliases


def read_agencies(data: bytes, kinds: frozenset[str]) -> tuple[list[ListedAgency], list[Fault]]:
    """Agencies of a csv file with the columns slug, nama, singkatan, jenis and, if they are there, kode_skpd, induk.

    Comma, semicolon or tab, UTF-8 or Windows-1252; further columns are not read. Each fault names the row of the
    file, counted as a spreadsheet shows it.
    """
    rows = _rows(data)
    header = [cell.casefold() for cell in rows[0]] if rows else []
    missing = [name for name in _COLUMNS if name not in header]
    if missing:
        names = ", ".join(missing)
        sentence = f"Kolom {names} tidak ditemukan. Baris pertama: slug,nama,singkatan,jenis,kode_skpd,induk."
        return [], [Fault(1, sentence)]
    if len(rows) > MAX_ROWS:
        return [], [Fault(MAX_ROWS + 1, f"Berkas lebih dari {MAX_ROWS} baris.")]
    listed: list[ListedAgency] = []
    faults: list[Fault] = []
    slugs: dict[str, int] = {}
    named: dict[str, int] = {}
    for line, row in enumerate(rows[1:], 2):
        if not any(row):
            continue
        if len(row) > len(header):
            faults.append(
                Fault(line, "Isi baris lebih banyak daripada kolom. Periksa tanda kutip pada nama berkoma.")
            )
            continue
        item = _listed(line, dict(zip(header, row, strict=False)))
        reason = _row_fault(item, kinds)
        key = name_key(item.name)
        if reason is None and item.slug in slugs:
            reason = f'Nama pendek "{item.slug}" sudah dipakai pada baris {slugs[item.slug]}.'
        if reason is None and key in named:
            reason = f"Nama OPD ini sudah ada pada baris {named[key]}."
        if reason is not None:
            faults.append(Fault(line, reason))
            continue
        slugs[item.slug] = named[key] = line
        listed.append(item)
    return listed, faults


def _rows(data: bytes) -> list[list[str]]:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("cp1252", "replace")
    delimiter = max(",;\t", key=text.split("\n", 1)[0].count)
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    except csv.Error:
        return []
    return [[" ".join(cell.split()) for cell in row] for row in rows]


def _listed(line: int, cells: Mapping[str, str]) -> ListedAgency:
    abbreviation, aliases = split_abbreviation(cells.get("singkatan", ""))
    return ListedAgency(
        line=line,
        slug=cells.get("slug", ""),
        name=cells.get("nama", ""),
        abbreviation=abbreviation,
        aliases=aliases,
        kind=cells.get("jenis", "").casefold(),
        skpd_code=cells.get("kode_skpd") or None,
        parent=cells.get("induk") or None,
    )


def _row_fault(item: ListedAgency, kinds: frozenset[str]) -> str | None:
    if not item.slug:
        return "Nama pendek (slug) wajib diisi."
    if slug_fault(item.slug):
        return f'Nama pendek "{item.slug}": hanya huruf kecil, angka, dan tanda hubung, paling banyak 60 huruf.'
    if not item.name:
        return "Nama OPD wajib diisi."
    if len(item.name) > MAX_NAME or len(item.skpd_code or "") > MAX_NAME:
        return "Nama OPD dan kode SKPD paling banyak 200 huruf."
    if not item.abbreviation:
        return "Singkatan wajib diisi."
    if len(item.abbreviation) > MAX_ABBREVIATION:
        return "Singkatan paling banyak 40 huruf."
    if item.kind not in kinds:
        return f'Jenis "{item.kind}" tidak dikenal. Isi salah satu: {", ".join(sorted(kinds))}.'
    if item.parent == item.slug:
        return "Induk tidak boleh OPD itu sendiri."
    return None


def circle(parents: Mapping[str, str | None], start: str) -> bool:
    """Whether going from ``start`` to its parent again and again comes back to where it was."""
    seen = {start}
    current = parents.get(start)
    while current is not None:
        if current in seen:
            return True
        seen.add(current)
        current = parents.get(current)
    return False
