"""The charts of counts, the same on a page and on paper; the caller puts the same numbers beside each as a table."""

from collections.abc import Callable, Sequence

from flask_babel import gettext as _
from markupsafe import Markup

from lapor.printing.charts import Series, bar_chart, column_chart
from lapor.statistics.labels import channel_words, class_words, short_month_words, status_words
from lapor.statistics.rules import AgencyRow, Count, CoverageTable, PeriodTotals


def month_chart(totals: PeriodTotals) -> Markup:
    """Complaints received per month, as columns."""
    return column_chart(
        _("Jumlah aduan per bulan"),
        [short_month_words(item.code) for item in totals.months],
        [Series(_("Aduan"), [item.count for item in totals.months])],
    )


def class_chart(totals: PeriodTotals) -> Markup:
    """Complaints per report class, as bars."""
    return _bars(_("Jumlah aduan menurut klasifikasi"), totals.classes, class_words)


def status_chart(totals: PeriodTotals) -> Markup:
    """Complaints per shown status, as bars."""
    return _bars(_("Jumlah aduan menurut status"), totals.statuses, status_words)


def channel_chart(totals: PeriodTotals) -> Markup:
    """Complaints per channel, as bars."""
    return _bars(_("Jumlah aduan menurut kanal"), totals.channels, channel_words)


def coverage_chart(table: CoverageTable) -> Markup:
    """Complaints per year, as columns."""
    return column_chart(
        _("Jumlah aduan per tahun"), [str(year) for year in table.years], [Series(_("Aduan"), table.totals)]
    )


def agency_chart(rows: Sequence[AgencyRow]) -> Markup:
    """Complaints per agency, the most first, as bars."""
    most_first = sorted(
        (row for row in rows if row.results.received), key=lambda row: (-row.results.received, row.name.casefold())
    )
    return bar_chart(
        _("Jumlah aduan menurut perangkat daerah"),
        [row.abbreviation for row in most_first],
        [row.results.received for row in most_first],
    )


def _bars(title: str, counts: Sequence[Count], words: Callable[[str], str]) -> Markup:
    return bar_chart(title, [words(item.code) for item in counts], [item.count for item in counts])
