"""The figures of a cycle as a spreadsheet: the same numbers as page and report, one sheet a table."""

from collections.abc import Callable, Sequence
from datetime import datetime

from flask_babel import gettext as _

from lapor.core.wording import date_range, long_date
from lapor.evaluations.report import year_heads
from lapor.evaluations.rules import CycleFigures
from lapor.printing.spreadsheet import Cell, Column, Sheet, workbook_bytes
from lapor.statistics.labels import INDICATORS, channel_words, class_words, exception_lines, month_words, status_words
from lapor.statistics.rules import Count, Results


def figures_workbook(title: str, figures: CycleFigures, *, created: datetime) -> bytes:
    """An xlsx: summary, agencies, coverage, ways, exceptions, months, classes, statuses, channels and formulas."""
    notes = (
        title,
        _("Aduan masuk %(period)s", period=date_range(figures.starts_on, figures.ends_on)),
        _("Keadaan data %(day)s", day=long_date(figures.as_of)),
    )
    totals = figures.totals
    sheets = [
        Sheet(_("Ringkasan"), _pair(_("Ukuran"), _("Nilai"), 60, 2), _summary_rows(figures), notes),
        Sheet(_("Per perangkat daerah"), _agency_columns(), _agency_rows(figures), notes),
        _coverage_sheet(figures, notes),
        *_exception_sheets(figures, notes),
        _counts(_("Per bulan"), _("Bulan"), totals.months, month_words, notes),
        _counts(_("Klasifikasi"), _("Klasifikasi"), totals.classes, class_words, notes),
        _counts(_("Status"), _("Status"), totals.statuses, status_words, notes),
        _counts(_("Kanal"), _("Kanal"), totals.channels, channel_words, notes),
        Sheet(
            _("Rumus"),
            (Column(_("Kode"), 8), Column(_("Indikator"), 26), Column(_("Rumus"), 90), Column(_("Keterangan"), 90)),
            [(item.code, str(item.name), str(item.formula), str(item.note)) for item in INDICATORS],
        ),
    ]
    return workbook_bytes(sheets, title=title, created=created)


def _pair(first: str, second: str, width: int, decimals: int | None = None) -> tuple[Column, Column]:
    return Column(first, width), Column(second, 14, decimals)


def _counts(
    name: str, heading: str, counts: Sequence[Count], words: Callable[[str], str], notes: Sequence[str]
) -> Sheet:
    rows = [(words(item.code), item.count) for item in counts]
    return Sheet(name, _pair(heading, _("Aduan"), 40), rows, notes)


def _exception_sheets(figures: CycleFigures, notes: Sequence[str]) -> list[Sheet]:
    if figures.exceptions is None:
        return []
    return [Sheet(_("Pengecualian"), _pair(_("Uraian"), _("Jumlah"), 60), exception_lines(figures.exceptions), notes)]


def _share(value: float | None) -> float | None:
    return None if value is None else value * 100


def _summary_rows(figures: CycleFigures) -> list[tuple[str, Cell]]:
    totals, results = figures.totals, figures.totals.results
    return [
        (_("Aduan diterima"), totals.received),
        (_("Ditangani perangkat daerah"), results.received),
        (_("Belum berada di perangkat daerah"), totals.undisposed),
        (_("Diarsipkan"), totals.archived),
        (_("Diteruskan ke instansi lain"), totals.forwarded),
        (_("Dikembalikan perangkat daerah"), results.returned),
        (_("Perangkat daerah yang menerima aduan"), figures.receiving),
        (_("Aduan yang dinilai"), results.base),
        (_("Ditindaklanjuti"), results.followed_up),
        (_("Selesai"), results.finished),
        (_("Selesai tepat waktu"), results.on_time),
        (_("Masih terbuka dan lewat batas waktu"), results.open_overdue),
        (_("Diketahui pimpinan dalam batas waktu"), results.known_in_time),
        (_("Sudah diketahui atau lewat batas waktu diketahui"), results.to_know),
        (_("Median hari kerja tanggapan pertama"), results.median_days),
        (_("TTL, tingkat tindak lanjut (persen)"), _share(results.follow_up_rate)),
        (_("KTL, kecepatan tindak lanjut (0 sampai 100)"), results.speed),
        (_("KWT, ketepatan waktu (persen)"), _share(results.timeliness)),
        (_("TSL, tingkat penyelesaian (persen)"), _share(results.completion_rate)),
        (_("KPM, diketahui pimpinan (persen)"), _share(results.acknowledgement_rate)),
    ]


def _agency_columns() -> tuple[Column, ...]:
    return (
        Column(_("Perangkat daerah"), 52),
        Column(_("Singkatan"), 16),
        Column(_("Keterangan"), 26),
        Column(_("Aduan")),
        Column(_("Dinilai")),
        Column(_("Ditindaklanjuti")),
        Column(_("Selesai")),
        Column(_("Tepat waktu")),
        Column(_("Terbuka, lewat batas waktu")),
        Column(_("Diketahui dalam batas waktu")),
        Column(_("Sudah diketahui atau lewat batas waktu")),
        Column(_("Dikembalikan")),
        Column(_("Median hari kerja tanggapan pertama"), decimals=1),
        Column(_("TTL (persen)"), decimals=1),
        Column(_("KTL"), decimals=1),
        Column(_("KWT (persen)"), decimals=1),
        Column(_("TSL (persen)"), decimals=1),
        Column(_("KPM (persen)"), decimals=1),
    )


def _agency_rows(figures: CycleFigures) -> list[tuple[Cell, ...]]:
    few = {row.agency_id for row in figures.few}
    found: list[tuple[Cell, ...]] = []
    for row in figures.agencies:
        remark = ""
        if row.is_organiser:
            remark = _("pengelola, tidak dinilai")
        elif row.agency_id in few:
            remark = _("kurang dari %(count)s aduan", count=figures.minimum_cases)
        shown = row.agency_id not in few and not row.is_organiser
        found.append((row.name, row.abbreviation, remark, *_numbers(row.results, with_rates=shown)))
    return found


def _numbers(results: Results, *, with_rates: bool) -> tuple[Cell, ...]:
    rates: tuple[Cell, ...] = (
        results.median_days,
        _share(results.follow_up_rate),
        results.speed,
        _share(results.timeliness),
        _share(results.completion_rate),
        _share(results.acknowledgement_rate),
    )
    return (
        results.received,
        results.base,
        results.followed_up,
        results.finished,
        results.on_time,
        results.open_overdue,
        results.known_in_time,
        results.to_know,
        results.returned,
        *(rates if with_rates else (None,) * len(rates)),
    )


def _coverage_sheet(figures: CycleFigures, notes: Sequence[str]) -> Sheet:
    table = figures.coverage
    columns = (
        Column(_("Perangkat daerah"), 52),
        *(Column(head, 16) for head in year_heads(table)),
        Column(_("Jumlah")),
    )
    rows: list[tuple[Cell, ...]] = [(row.name, *row.counts, row.total) for row in (*table.rows, *table.never)]
    rows.append((_("Jumlah aduan"), *table.totals, table.total))
    rows.append((_("Perangkat daerah yang menerima aduan"), *table.covered_per_year, table.covered))
    if table.obliged:
        rows.append((_("Perangkat daerah yang wajib mengelola"), *(None for _year in table.years), table.obliged))
    return Sheet(_("Sebaran per tahun"), columns, rows, notes)
