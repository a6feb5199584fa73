"""The minutes (notula) as one frozen document of finished words and numbers.

What is in a `MinutesDocument` is all that the paper shows: for the same document the PDF's bytes are the
same. Order of parts and words: Permendagri 1/2023 and the office's practice (notula without a number,
notulis signs left, pimpinan rapat right).
"""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from flask import render_template

from lapor.core.wording import joined, number, percent
from lapor.printing.charts import Series, column_chart
from lapor.printing.paper import Letterhead, Photograph, Signature
from lapor.printing.pdf import render_pdf


@dataclass(frozen=True)
class NamedPost:
    """A person of the meeting's table with the post as it is printed in brackets."""

    name: str
    post: str


@dataclass(frozen=True)
class Discussion:
    """What was said under one agenda item, point by point."""

    heading: str
    points: tuple[str, ...]


@dataclass(frozen=True)
class ObstacleRow:
    """One obstacle; ``raised_before`` says when it came up earlier or is `-`."""

    description: str
    agency: str
    raised_before: str


@dataclass(frozen=True)
class FollowUpRow:
    """One follow-up as printed; ``status`` is finished words, ``note`` stands under it."""

    description: str
    responsible: str
    due: str
    status: str
    note: str = ""


@dataclass(frozen=True)
class AttendanceRow:
    """One line of the attendance list."""

    name: str
    number: str
    post: str
    agency: str
    remark: str


@dataclass(frozen=True)
class AttendanceGroup:
    """Lines of the attendance list under one heading (participants, guests, excused)."""

    heading: str
    rows: tuple[AttendanceRow, ...]


@dataclass(frozen=True)
class AgencyFigures:
    """Figures of one agency: complaints per year (None: there were none) and those of the evaluated year.

    ``measured``: of the received ones, those whose course is known here (None: all). History that came out of
    LAPOR!'s export counts in volume only.
    """

    agency: str
    per_year: tuple[int | None, ...]
    received: int = 0
    followed_up: int = 0
    finished: int = 0
    on_time: int = 0
    median_days: float | None = None
    measured: int | None = None

    @property
    def base(self) -> int:
        """Complaints of the evaluated year whose course is known."""
        return self.received if self.measured is None else self.measured

    @property
    def total(self) -> int:
        """Complaints in all the years."""
        return sum(count or 0 for count in self.per_year)


@dataclass(frozen=True)
class Figures:
    """Data of Lampiran III: coverage over the years and the result of the evaluated (last) year.

    ``obliged`` is the number of agencies that take part in SP4N-LAPOR!; ``as_of`` and ``source`` are words.
    """

    years: tuple[int, ...]
    agencies: tuple[AgencyFigures, ...]
    obliged: int
    as_of: str
    source: str

    @property
    def year(self) -> int:
        """The evaluated year: the last one."""
        return self.years[-1]

    @property
    def span(self) -> str:
        """`2019 s.d. 2021`, or the one year."""
        return f"{self.years[0]} s.d. {self.years[-1]}" if len(self.years) > 1 else str(self.years[0])

    @property
    def yearly_totals(self) -> tuple[int, ...]:
        """Complaints of all agencies per year."""
        return tuple(sum(row.per_year[i] or 0 for row in self.agencies) for i in range(len(self.years)))

    @property
    def yearly_agencies(self) -> tuple[int, ...]:
        """How many agencies received complaints in each year."""
        return tuple(sum(1 for row in self.agencies if row.per_year[i]) for i in range(len(self.years)))

    @property
    def covered(self) -> tuple[AgencyFigures, ...]:
        """Agencies that received at least one complaint in these years."""
        return tuple(row for row in self.agencies if row.total)

    @property
    def evaluated(self) -> tuple[AgencyFigures, ...]:
        """Agencies that received complaints in the evaluated year."""
        return tuple(row for row in self.agencies if row.received)

    @property
    def total(self) -> int:
        """Complaints of all agencies in all the years."""
        return sum(row.total for row in self.agencies)

    def sum_of(self, field: str) -> int:
        """Sum of one figure of the evaluated year over all agencies."""
        return sum(getattr(row, field) for row in self.agencies)

    @property
    def sentences(self) -> tuple[str, ...]:
        """The figures as the discussion states them: coverage first, then the evaluated year."""
        without = self.obliged - len(self.covered)
        others = (
            "; perangkat daerah lainnya belum menerima aduan (Lampiran III)" if without > 0 else " (Lampiran III)"
        )
        coverage = (
            f"Sepanjang Tahun {self.span} terdapat {number(self.total)} aduan pada {len(self.covered)} "
            f"perangkat daerah{others}."
        )
        return (coverage, self._sentence_of_year())

    def _sentence_of_year(self) -> str:
        received, base = self.sum_of("received"), self.sum_of("base")
        if not received:
            return f"Pada Tahun {self.year} belum diterima aduan."
        came = f"Pada Tahun {self.year} diterima {number(received)} aduan"
        if not base:
            return f"{came}; tindak lanjutnya hanya tercatat di SP4N-LAPOR! dan belum diukur."
        followed, finished = self.sum_of("followed_up"), self.sum_of("finished")
        of_base = "" if base == received else f"dari {number(base)} aduan yang penanganannya tercatat, "
        return (
            f"{came}; {of_base}{number(followed)} aduan ({percent(followed / base)}) telah ditindaklanjuti dan "
            f"{number(finished)} aduan ({percent(finished / base)}) selesai."
        )

    def to_json(self) -> dict[str, Any]:
        """Plain values, to be frozen with the approved minutes."""
        return asdict(self)

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> "Figures":
        """The figures that `to_json` froze."""
        agencies = tuple(AgencyFigures(**{**row, "per_year": tuple(row["per_year"])}) for row in values["agencies"])
        return cls(**{**values, "years": tuple(values["years"]), "agencies": agencies})


@dataclass(frozen=True)
class MinutesDocument:
    """Everything that the notula prints, in the order in which it prints it."""

    letterhead: Letterhead
    draft: bool
    heading: str
    title: str
    day: str
    invitation: str
    hours: str
    place: str
    agenda: tuple[str, ...]
    chair: NamedPost | None
    secretary: NamedPost | None
    minute_taker: NamedPost | None
    attendance: str
    opening: tuple[str, ...]
    discussions: tuple[Discussion, ...]
    obstacles: tuple[ObstacleRow, ...]
    decisions: tuple[str, ...]
    previous_meeting: str
    previous_follow_ups: tuple[FollowUpRow, ...]
    follow_ups: tuple[FollowUpRow, ...]
    closing: tuple[str, ...]
    signatures: tuple[Signature, ...]
    attendance_groups: tuple[AttendanceGroup, ...]
    commitment: str
    photographs: tuple[Photograph, ...]
    figures: Figures | None
    identifier: str
    created: datetime
    anchor: str = ""

    @property
    def full_title(self) -> str:
        """Title of the file: what a reader's window and a screen reader announce."""
        return f"{'Konsep n' if self.draft else 'N'}otula {self.title}, {self.day}"


def attendance_sentence(present: int, admins: int, substitutes: int, guests: int, agencies: int) -> str:
    """`12 orang (11 admin dan 1 wakil) dari 12 perangkat daerah/unit`; parts that are zero are left out."""
    kinds = [
        f"{number(count)} {word}"
        for count, word in ((admins, "admin"), (substitutes, "wakil"), (guests, "tamu"))
        if count
    ]
    detail = f" ({joined(kinds)})" if kinds else ""
    return f"{number(present)} orang{detail} dari {number(agencies)} perangkat daerah/unit"


def minutes_html(document: MinutesDocument) -> str:
    """The notula as the page that is printed."""
    figures = document.figures
    chart = (
        column_chart(
            f"Jumlah aduan per tahun {figures.span}",
            [str(year) for year in figures.years],
            [Series("Aduan", figures.yearly_totals)],
        )
        if figures and len(figures.years) > 1
        else None
    )
    return render_template(
        "documents/notula.html",
        minutes=document,
        draft=document.draft,
        anchor=document.anchor,
        chart=chart,
        number=number,
    )


def minutes_pdf_bytes(document: MinutesDocument) -> bytes:
    """The notula as a tagged PDF; 0.3 to 0.6 s, so it is made outside any transaction."""
    return render_pdf(
        minutes_html(document),
        title=document.full_title,
        identifier=document.identifier,
        created=document.created,
    )
