"""Gives meaning to the texts of a LAPOR! row: identity, instant, confidentiality, class. Pure.

A row that cannot be taken over is rejected with a reason; the others come out cleaned. Which columns a file
has differs, so a value that is not in the file stays `None`: "not said" is not the same as "blank".
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from enum import StrEnum
from typing import Final

from lapor.desk.lapor_export import Column, TextRow

FIRST_YEAR: Final = 2011
"""LAPOR! was opened in November 2011: an earlier date is a misreading."""
LONGEST_TEXT: Final = 20_000
"""Texts of LAPOR! have up to 3,000 characters; one far beyond swallowed the rows after it."""
LONGEST_NAME: Final = 200

_TIME: Final = re.compile(r"([0-9]{1,2})[:.]([0-9]{2})(?:[:.]([0-9]{2})(?:\.[0-9]+)?)?(?: ?([AaPp])\.?[Mm]\.?)?")
_FRACTION: Final = re.compile(r"0(?:\.[0-9]+)?")
_TRACKING_ID: Final = re.compile(r"[0-9]{6,10}")
# Tab and line feed stay; the rest of the controls, lone surrogates and Excel's escapes of them carry nothing.
_CONTROLS: Final = re.compile("_x00[01][0-9A-F]_|[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\ufffe\uffff]")

_MONTHS: Final[Mapping[str, int]] = {
    name: number
    for number, names in enumerate(
        (
            "jan january januari",
            "feb february februari",
            "mar march maret",
            "apr april",
            "may mei",
            "jun june juni",
            "jul july juli",
            "aug august agu agt agustus",
            "sep sept september",
            "oct october okt oktober",
            "nov november",
            "dec december des desember",
        ),
        start=1,
    )
    for name in names.split()
}


class Unusable(StrEnum):
    """Why one row is rejected."""

    NO_TRACKING_ID = "no_tracking_id"
    BAD_TRACKING_ID = "bad_tracking_id"
    REPEATED = "repeated"
    NO_DATE = "no_date"
    BAD_DATE = "bad_date"
    BAD_TIME = "bad_time"
    DATE_AHEAD = "date_ahead"
    TOO_LONG = "too_long"
    SHIFTED = "shifted"


@dataclass(frozen=True, slots=True)
class Rejected:
    """A row that is left out; `value` is what stood there, or the row that it repeats."""

    number: int
    reason: Unusable
    value: str = ""
    tracking_id: str = ""


@dataclass(frozen=True, slots=True)
class Flags:
    """`Tipe Laporan`: what LAPOR! promised the reporter."""

    anonymous: bool
    confidential: bool

    def stricter(self, other: "Flags") -> "Flags":
        """Both promises together."""
        return Flags(self.anonymous or other.anonymous, self.confidential or other.confidential)


SEALED: Final = Flags(anonymous=True, confidential=True)
"""What is assumed where the file says nothing understandable: the most protective."""


@dataclass(frozen=True, slots=True)
class Stricter:
    """A repeated row promised more protection than the first: row `number` takes these flags."""

    number: int
    flags: Flags


@dataclass(frozen=True, slots=True)
class LaporRow:
    """A row that can be taken over.

    `texts` holds every understood column of the file, cleaned. `received_at` is None where the file has no
    date column, `flags` where it has no `Tipe Laporan`; `flags_unclear` marks a text in it that nobody knows.
    """

    number: int
    tracking_id: str
    texts: Mapping[Column, str]
    received_at: datetime | None
    flags: Flags | None
    flags_unclear: bool = False

    def text(self, column: Column) -> str | None:
        """The text of `column`: "" where it is blank, None where the file does not have it."""
        return self.texts.get(column)


def understood(rows: Iterable[TextRow], zone: tzinfo, now: datetime) -> Iterator[LaporRow | Rejected | Stricter]:
    """Each row as a `LaporRow` or `Rejected`, in order; of rows with the same Tracking ID the first counts.

    The flags of a repeated row still count (`Stricter`): a promise to a reporter is not lost with the row.
    `zone` is the zone of the times in the file, `now` the moment of the import.
    """
    seen: dict[str, tuple[int, Flags | None]] = {}
    for row in rows:
        result = understand(row, zone, now)
        if isinstance(result, Rejected) or result.tracking_id not in seen:
            if isinstance(result, LaporRow):
                seen[result.tracking_id] = (result.number, result.flags)
            yield result
            continue
        first, flags = seen[result.tracking_id]
        yield Rejected(result.number, Unusable.REPEATED, str(first), result.tracking_id)
        if flags is not None and result.flags is not None and flags.stricter(result.flags) != flags:
            seen[result.tracking_id] = (first, flags.stricter(result.flags))
            yield Stricter(first, flags.stricter(result.flags))


def understand(row: TextRow, zone: tzinfo, now: datetime) -> LaporRow | Rejected:
    """The meaning of one row, or why it has none."""
    texts = {column: clean(text) for column, text in row.texts.items()}
    raw_id = texts.get(Column.TRACKING_ID, "")
    tracking_id = tracking_id_of(raw_id)
    if tracking_id is None:
        reason = Unusable.BAD_TRACKING_ID if raw_id else Unusable.NO_TRACKING_ID
        return Rejected(row.number, reason, raw_id[:40])
    if row.excess:
        return Rejected(row.number, Unusable.SHIFTED, "", tracking_id)
    if any(len(text) > LONGEST_TEXT for text in texts.values()):
        return Rejected(row.number, Unusable.TOO_LONG, "", tracking_id)
    received_at: datetime | None = None
    if Column.DATE in texts:
        moment = _moment(texts[Column.DATE], texts.get(Column.TIME, ""), zone)
        if isinstance(moment, Unusable):
            blamed = Column.TIME if moment is Unusable.BAD_TIME else Column.DATE
            return Rejected(row.number, moment, texts[blamed][:40], tracking_id)
        if moment > now + timedelta(days=1):
            return Rejected(row.number, Unusable.DATE_AHEAD, texts[Column.DATE][:40], tracking_id)
        received_at = moment
    flags, unclear = flags_of(texts[Column.FLAGS]) if Column.FLAGS in texts else (None, False)
    texts[Column.TRACKING_ID] = tracking_id
    if Column.REPORTER in texts and (flags is None or flags.anonymous):
        # The name of an anonymous reporter is not even staged.
        texts[Column.REPORTER] = ""
    for column in _NAMES & texts.keys():
        texts[column] = " ".join(texts[column].split())[:LONGEST_NAME]
    return LaporRow(row.number, tracking_id, texts, received_at, flags, unclear)


_NAMES: Final = frozenset(
    {
        Column.REPORTER,
        Column.REPORT_CLASS,
        Column.CATEGORY_ID,
        Column.CATEGORY,
        Column.FLAGS,
        Column.CHANNEL,
        Column.PARENT,
        Column.UNIT_ID,
        Column.UNIT,
        Column.STATUS,
        Column.PROVINCE,
        Column.REGENCY,
        Column.DISTRICT,
        Column.VILLAGE,
        Column.RATING,
    }
)
"""Columns that hold a name or a word, not a text with lines."""


def clean(text: str) -> str:
    """`text` without control characters and with "\\n" as the only end of a line."""
    return _CONTROLS.sub("", text.replace("\r\n", "\n").replace("\r", "\n").replace("\u00a0", " ")).strip()


def tracking_id_of(text: str) -> str | None:
    """The Tracking ID as text (6 to 10 digits), also where Excel made it a number; None if it is none."""
    bare = text.strip().lstrip("#'").strip()
    bare = re.sub(r"\.0+$", "", bare)
    return bare if _TRACKING_ID.fullmatch(bare) else None


def flags_of(text: str) -> tuple[Flags, bool]:
    """Flags of `Tipe Laporan` ("Anonim|Rahasia") and whether a word in it is unknown: then both are set."""
    words = {word.strip().casefold() for word in re.split(r"[|,;/&+]", text)} - {"", "-"}
    known = {"anonim", "rahasia", "publik", "normal", "terbuka"}
    if words - known:
        return SEALED, True
    return Flags("anonim" in words, "rahasia" in words), False


def date_of(text: str) -> date | None:
    """The date in `18 Jan 2024`, `18 Mei 2024`, `2024-01-18`, `18/01/2024` (day first) or Excel's number."""
    text = text.strip().rstrip(".")
    found = re.fullmatch(r"([0-9]{1,2})[ \-./]+([A-Za-z]+)\.?,?[ \-./]+([0-9]{4})", text)
    if found:
        return _date(int(found[3]), _MONTHS.get(found[2].casefold(), 0), int(found[1]))
    found = re.fullmatch(r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})", text)
    if found:
        return _date(int(found[1]), int(found[2]), int(found[3]))
    found = re.fullmatch(r"([0-9]{1,2})[/.\-]([0-9]{1,2})[/.\-]([0-9]{4})", text)
    if found:
        return _date(int(found[3]), int(found[2]), int(found[1]))
    if re.fullmatch(r"[45][0-9]{4}", text):
        return date(1899, 12, 30) + timedelta(days=int(text))
    return None


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def time_of(text: str) -> time | None:
    """The time in `01:33:26`, `01.33`, `1:33:26 PM` or Excel's fraction of a day; blank is midnight."""
    text = text.strip()
    if not text:
        return time()
    found = _TIME.fullmatch(text)
    if found and not _FRACTION.fullmatch(text):
        hour, half = int(found[1]), (found[4] or "").casefold()
        if half:
            hour = hour % 12 + (12 if half == "p" else 0)
        try:
            return time(hour, int(found[2]), int(found[3] or 0))
        except ValueError:
            return None
    if _FRACTION.fullmatch(text):
        return (datetime(2000, 1, 1, tzinfo=UTC) + timedelta(seconds=round(float(text) * 86400))).time()
    return None


def _moment(date_text: str, time_text: str, zone: tzinfo) -> datetime | Unusable:
    if not date_text:
        return Unusable.NO_DATE
    day = date_of(date_text)
    if day is None:
        # Excel may have joined both: "2024-01-18 01:33:26".
        head, _, tail = date_text.rpartition(" ")
        day = date_of(head)
        if day is not None and not time_text:
            time_text = tail
    if day is None or day.year < FIRST_YEAR:
        return Unusable.BAD_DATE
    clock = time_of(time_text)
    if clock is None:
        return Unusable.BAD_TIME
    return datetime.combine(day, clock, zone).astimezone(UTC)
