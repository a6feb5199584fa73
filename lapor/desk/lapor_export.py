"""Reads the file "Laporan Ringkas" that SP4N-LAPOR! exports: bytes in, metadata and rows of text out.

Nothing here knows the database or the web. The layout was seen with 17, 20 and about 26 columns, with a block
of metadata above the header or without; so the header is found by its first cell, columns are mapped by name.
Files come from outside: they are checked before they are opened (container, sizes, macros, password) and
`read_apart` opens them in a child process with a limit on time and memory.

Meaning is given to the texts by `lapor.desk.lapor_rows`; this module only says what stands in the file.
"""

import csv
import ctypes
import json
import resource
import signal
import subprocess
import sys
import tempfile
import threading
import warnings
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from enum import StrEnum
from io import BytesIO, StringIO
from typing import Any, Final

MAX_BYTES: Final = 10 * 1024 * 1024
"""Largest file that is accepted; a year of a large regency is 0.3 MB."""
MAX_ROWS: Final = 50_000
MAX_COLUMNS: Final = 60
MAX_HEADER_ROW: Final = 40
MAX_CELL: Final = 32_767
"""Characters that a cell of Excel can hold; a CSV cell beyond it is no cell of an export."""

MAX_ENTRIES: Final = 200
MAX_UNPACKED: Final = 250 * 1024 * 1024
MAX_RATIO: Final = 120
"""Real exports are packed about 9:1, sheets of repeated text 40:1, bombs 1,000:1."""

CHILD_SECONDS: Final = 60
CHILD_MEMORY: Final = 1024 * 1024 * 1024
"""Address space, not resident memory: the interpreter alone maps about 150 MB."""


class Column(StrEnum):
    """A column of the export that is understood; the value is its key in the staging table."""

    TRACKING_ID = "tracking_id"
    DATE = "date"
    TIME = "time"
    REPORTER = "reporter"
    REPORT_CLASS = "report_class"
    CATEGORY_ID = "category_id"
    CATEGORY = "category"
    TITLE = "title"
    FIRST_TEXT = "first_text"
    FINAL_TEXT = "final_text"
    FLAGS = "flags"
    CHANNEL = "channel"
    PARENT = "parent"
    UNIT_ID = "unit_id"
    UNIT = "unit"
    STATUS = "status"
    REASON = "reason"
    PROVINCE = "province"
    REGENCY = "regency"
    DISTRICT = "district"
    VILLAGE = "village"
    RATING = "rating"


HEADINGS: Final[Mapping[str, Column]] = {
    "tracking id": Column.TRACKING_ID,
    "tanggal laporan masuk": Column.DATE,
    "waktu laporan masuk": Column.TIME,
    "nama pelapor": Column.REPORTER,
    "klasifikasi laporan": Column.REPORT_CLASS,
    "id kategori": Column.CATEGORY_ID,
    "kategori": Column.CATEGORY,
    "judul laporan": Column.TITLE,
    "isi laporan awal": Column.FIRST_TEXT,
    "isi laporan akhir": Column.FINAL_TEXT,
    "tipe laporan (anonim/rahasia)": Column.FLAGS,
    "tipe laporan": Column.FLAGS,
    "sumber laporan": Column.CHANNEL,
    "instansi induk": Column.PARENT,
    "id instansi terdisposisi": Column.UNIT_ID,
    "instansi terdisposisi": Column.UNIT,
    "status laporan": Column.STATUS,
    "alasan tunda/arsip": Column.REASON,
    "provinsi": Column.PROVINCE,
    "kota/kabupaten": Column.REGENCY,
    "kecamatan": Column.DISTRICT,
    "kelurahan": Column.VILLAGE,
    "rating": Column.RATING,
}
"""Names of columns as LAPOR! writes them, in small letters, one space between words."""


class Unreadable(StrEnum):
    """Why a whole file is refused."""

    EMPTY = "empty"
    TOO_LARGE = "too_large"
    LOCKED = "locked"
    MACROS = "macros"
    BOMB = "bomb"
    BROKEN = "broken"
    OTHER_FORMAT = "other_format"
    NO_HEADER = "no_header"
    NO_ROWS = "no_rows"
    TOO_MANY_ROWS = "too_many_rows"
    TOO_SLOW = "too_slow"


class UnreadableExport(Exception):
    """The file is refused as a whole; `detail` is a number or name for the sentence."""

    def __init__(self, reason: Unreadable, detail: str = "") -> None:
        super().__init__(reason, detail)
        self.reason = reason
        self.detail = detail


@dataclass(frozen=True, slots=True)
class Heading:
    """What stands above the rows: the metadata block and the columns."""

    row: int
    """Row of the header as Excel counts."""
    columns: tuple[Column, ...]
    """The understood columns that the file has."""
    unknown: tuple[str, ...]
    """Names of columns that nobody understands; they are left out."""
    metadata: Mapping[str, str] = field(default_factory=dict)
    """The block above the header: label to value, as written."""

    @property
    def generated_on(self) -> date | None:
        """`Tanggal Generate`: the day on which LAPOR! made the file, if it says so."""
        text = self.metadata.get("Tanggal Generate", "")[:10]
        try:
            return date.fromisoformat(text)
        except ValueError:
            return None

    @property
    def institution(self) -> str:
        """`Nama Instansi`, or nothing."""
        return self.metadata.get("Nama Instansi", "")

    @property
    def period(self) -> str:
        """`Periode Masuk` as written, or nothing."""
        return self.metadata.get("Periode Masuk", "")


@dataclass(frozen=True, slots=True)
class TextRow:
    """One row: its number as Excel counts and the text of each understood column of the file."""

    number: int
    texts: Mapping[Column, str]
    excess: bool = False
    """The row of a CSV file has more cells than the header: a separator inside a text was not quoted."""


@dataclass(frozen=True, slots=True)
class Export:
    """A file that could be opened. `rows` may be walked once and may still raise `UnreadableExport`."""

    heading: Heading
    rows: Iterator[TextRow]


def read(content: bytes) -> Export:
    """Open an export in this process. Raises `UnreadableExport`."""
    kind = _kind_of(content)
    if kind == "xlsx":
        return _mapped(_sheet_rows(content), aligned=True)
    return _mapped(_csv_rows(content), aligned=False)


def read_apart(content: bytes, seconds: int = CHILD_SECONDS, memory: int = CHILD_MEMORY) -> Export:
    """Open an export in a child process that dies with us, after `seconds`, or beyond `memory` bytes.

    The checks that need no parser run here first. Raises `UnreadableExport`, also while `rows` is walked.
    """
    _kind_of(content)
    return _from_child(content, seconds, memory)


# ---------------------------------------------------------------------------------------- what kind of file


_OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_FOREIGN: Final = (
    b"%PDF",
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"GIF8",
    b"Rar!",
    b"7z\xbc\xaf",
    b"\x1f\x8b",
    b"\x7fELF",
    b"MZ",
)


def _kind_of(content: bytes) -> str:
    if not content.strip():
        raise UnreadableExport(Unreadable.EMPTY)
    if len(content) > MAX_BYTES:
        raise UnreadableExport(Unreadable.TOO_LARGE, str(-(-len(content) // (1024 * 1024))))
    if content.startswith(_OLE):
        # Excel wraps a workbook with a password in the container of the old .xls; one way mends both.
        raise UnreadableExport(Unreadable.LOCKED)
    if content.startswith(b"PK"):
        _check_container(content)
        return "xlsx"
    if content.startswith(_FOREIGN):
        raise UnreadableExport(Unreadable.OTHER_FORMAT)
    return "csv"


def _check_container(content: bytes) -> None:
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise UnreadableExport(Unreadable.BROKEN) from error
    unpacked = sum(entry.file_size for entry in entries)
    packed = sum(entry.compress_size for entry in entries)
    names = {entry.filename.lower() for entry in entries}
    if len(entries) > MAX_ENTRIES or unpacked > MAX_UNPACKED:
        raise UnreadableExport(Unreadable.BOMB)
    if unpacked > 1024 * 1024 and unpacked > MAX_RATIO * max(packed, 1):
        raise UnreadableExport(Unreadable.BOMB)
    if any(entry.flag_bits & 1 for entry in entries):
        raise UnreadableExport(Unreadable.LOCKED)
    if any(name.rsplit("/", 1)[-1].startswith("vbaproject") or "/macrosheets/" in name for name in names):
        raise UnreadableExport(Unreadable.MACROS)
    if "xl/workbook.xml" not in names:
        raise UnreadableExport(Unreadable.OTHER_FORMAT)


# ------------------------------------------------------------------------------------------------ raw rows

_RawRow = tuple[int, list[str]]


def _sheet_rows(content: bytes) -> Iterator[_RawRow]:
    # Imported where it is used: the web process, which reads through the child, never pays for it.
    import openpyxl  # noqa: PLC0415

    try:
        book = openpyxl.load_workbook(BytesIO(content), read_only=True, data_only=True, keep_links=False)
        names = sorted(book.sheetnames[:10], key=lambda name: name.strip().casefold() != "laporan ringkas")
        for name in names:
            sheet = book[name]
            if not hasattr(sheet, "iter_rows"):
                continue
            found = False
            rows = sheet.iter_rows(max_row=MAX_HEADER_ROW + MAX_ROWS + 1, max_col=MAX_COLUMNS, values_only=True)
            ahead: list[_RawRow] = []
            for number, values in enumerate(rows, start=1):
                row = (number, [_text(value) for value in values])
                if found:
                    yield row
                    continue
                ahead.append(row)
                if _is_header(row[1]):
                    found = True
                    yield from ahead
                elif number > MAX_HEADER_ROW:
                    break
            if found:
                return
    except UnreadableExport:
        raise
    except MemoryError:
        raise
    except Exception as error:
        # The parser meets whatever was sent; every way in which it stumbles means the same to the person.
        raise UnreadableExport(Unreadable.BROKEN) from error


def _text(value: Any) -> str:
    """The cell as LAPOR! would have written it: numbers without ".0", dates in ISO form."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d") if value.time() == time() else value.strftime("%Y-%m-%d %H:%M:%S")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, time):
        return value.strftime("%H:%M:%S")
    return str(value)


def _csv_rows(content: bytes) -> Iterator[_RawRow]:
    text = _decoded(content)
    delimiter = _delimiter_of(text)
    csv.field_size_limit(MAX_CELL)
    try:
        for number, cells in enumerate(csv.reader(StringIO(text, newline=""), delimiter=delimiter), start=1):
            yield number, cells[:MAX_COLUMNS]
    except csv.Error as error:
        raise UnreadableExport(Unreadable.BROKEN) from error


def _decoded(content: bytes) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings = ["utf-16"]
    else:
        # Windows-1252 leaves five bytes undefined; a file that uses one of them is no text of an office.
        encodings = ["utf-8-sig", "cp1252"]
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" in text:
            break
        return text
    raise UnreadableExport(Unreadable.OTHER_FORMAT)


def _delimiter_of(text: str) -> str:
    """The character after the first cell of the header: a comma in the metadata block misleads nobody."""
    for line in text.splitlines()[: MAX_HEADER_ROW * 2]:
        start = line.lstrip("\ufeff \"'")
        if start[: len("tracking id")].casefold() == "tracking id":
            rest = start[len("tracking id") :].lstrip(" \"'")
            if not rest:
                return ","
            if rest[0] in ",;\t":
                return rest[0]
    raise UnreadableExport(Unreadable.NO_HEADER)


# ----------------------------------------------------------------------------------------- header, columns


def _plain(text: str) -> str:
    return " ".join(text.replace("\ufeff", "").replace("\u00a0", " ").split())


def _is_header(cells: list[str]) -> bool:
    return bool(cells) and _plain(cells[0]).casefold() == "tracking id"


def _mapped(raw: Iterator[_RawRow], *, aligned: bool) -> Export:
    metadata: dict[str, str] = {}
    for number, cells in raw:
        if _is_header(cells):
            break
        if number > MAX_HEADER_ROW:
            raise UnreadableExport(Unreadable.NO_HEADER)
        filled = [_plain(cell) for cell in cells if _plain(cell)]
        if len(filled) > 1:
            metadata.setdefault(filled[0].rstrip(" :"), filled[1][:300])
    else:
        raise UnreadableExport(Unreadable.NO_HEADER)
    places: dict[Column, int] = {}
    unknown: list[str] = []
    for place, cell in enumerate(cells):
        name = _plain(cell)
        column = HEADINGS.get(name.casefold())
        if column is not None and column not in places:
            places[column] = place
        elif name:
            unknown.append(name[:100])
    heading = Heading(number, tuple(places), tuple(unknown), metadata)
    return Export(heading, _filled(raw, places, number, MAX_COLUMNS if aligned else len(cells)))


def _filled(raw: Iterator[_RawRow], places: Mapping[Column, int], header: int, width: int) -> Iterator[TextRow]:
    count = 0
    for number, cells in raw:
        texts = {column: cells[place].strip() if place < len(cells) else "" for column, place in places.items()}
        if not any(texts.values()):
            continue
        count += 1
        if number - header > MAX_ROWS:
            raise UnreadableExport(Unreadable.TOO_MANY_ROWS, str(MAX_ROWS))
        yield TextRow(number, texts, any(cell.strip() for cell in cells[width:]))
    if not count:
        raise UnreadableExport(Unreadable.NO_ROWS)


# ------------------------------------------------------------------------------------------- child process


def _from_child(content: bytes, seconds: int, memory: int) -> Export:
    lines = _lines_of(content, seconds, memory)
    first = next(lines, None)
    if first is None:
        raise UnreadableExport(Unreadable.BROKEN)
    heading = Heading(
        first["row"],
        tuple(Column(name) for name in first["columns"]),
        tuple(first["unknown"]),
        first["metadata"],
    )
    rows = (
        TextRow(line["row"], dict(zip(heading.columns, line["texts"], strict=True)), line["excess"]) for line in lines
    )
    return Export(heading, rows)


def _lines_of(content: bytes, seconds: int, memory: int) -> Iterator[dict[str, Any]]:
    """What the child writes, line by line; it is gone when the walk ends, however it ends."""
    with tempfile.TemporaryFile() as file:  # has no name: gone with the last handle, also after a crash
        file.write(content)
        file.seek(0)
        child = subprocess.Popen(  # noqa: S603  # our own file and two numbers
            # -I: neither the folder nor the environment of the caller decides which modules are loaded.
            [sys.executable, "-I", __file__, str(seconds), str(memory)],
            stdin=file,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
    # The limit of the child is processor time; the clock only ends one that hangs.
    watch = threading.Timer(seconds * 5, child.kill)
    watch.daemon = True
    watch.start()
    try:
        for line in child.stdout or ():
            message = json.loads(line)
            if "refused" in message:
                raise UnreadableExport(Unreadable(message["refused"]), message["detail"])
            yield message
        code = child.wait()
        if code in (-signal.SIGXCPU, -signal.SIGKILL):
            raise UnreadableExport(Unreadable.TOO_SLOW)
        if code != 0:
            raise UnreadableExport(Unreadable.BROKEN)
    finally:
        watch.cancel()
        child.kill()
        child.wait()
        if child.stdout is not None:
            child.stdout.close()


def _main(arguments: list[str]) -> None:
    """The child: the file on standard input, one JSON object a line on standard output."""
    seconds, memory = (int(argument) for argument in arguments)
    _die_with_parent()
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    warnings.simplefilter("ignore")
    try:
        export = read(sys.stdin.buffer.read())
        heading = export.heading
        _say(row=heading.row, columns=heading.columns, unknown=heading.unknown, metadata=heading.metadata)
        for row in export.rows:
            _say(row=row.number, texts=list(row.texts.values()), excess=row.excess)
    except UnreadableExport as error:
        _say(refused=error.reason, detail=error.detail)
    except MemoryError:
        _say(refused=Unreadable.BOMB, detail="")


def _say(**message: object) -> None:
    sys.stdout.write(json.dumps(message) + "\n")


def _die_with_parent() -> None:
    set_parent_death_signal = 1  # PR_SET_PDEATHSIG of prctl(2)
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(set_parent_death_signal, signal.SIGKILL)


if __name__ == "__main__":
    _main(sys.argv[1:])
