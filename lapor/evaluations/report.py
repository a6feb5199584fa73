"""The evaluation report (laporan evaluasi) as one frozen document of finished words and numbers.

Order of parts: documents.md rule 9. For the same document the PDF's bytes are the same. It prints counts and names
of agencies only: no complaint, no reporter.
"""

from dataclasses import dataclass
from datetime import date, datetime

from flask import current_app, render_template
from flask_babel import gettext as _
from markupsafe import Markup
from sqlalchemy.orm import Session

from lapor.agencies.letterhead import letterhead_of
from lapor.core.clock import local_day
from lapor.core.wording import date_range, long_date, number, percent
from lapor.evaluations.events import CyclePublished
from lapor.evaluations.models import EvaluationCycle
from lapor.evaluations.queries import Signer, figures_of, find_cycle, find_organiser, find_signer, texts_of
from lapor.evaluations.rules import CycleFigures, CycleState, is_whole_year
from lapor.journal.queries import chain_head, head_of_fact
from lapor.journal.rules import ChainHead, anchor_words
from lapor.printing.paper import Letterhead, Signature
from lapor.printing.pdf import render_pdf
from lapor.statistics import charts
from lapor.statistics.labels import INDICATORS, channel_words, class_words, exception_lines, month_words, status_words
from lapor.statistics.rules import CoverageTable


@dataclass(frozen=True)
class ReportDocument:
    """Everything that the report prints."""

    letterhead: Letterhead
    draft: bool
    title: str
    year: int
    period: str
    as_of: str
    number: str
    place: str
    day: str
    summary: tuple[str, ...]
    introduction: tuple[str, ...]
    bases: tuple[str, ...]
    obstacles: tuple[str, ...]
    recommendations: tuple[str, ...]
    figures: CycleFigures
    source: str
    signature: Signature
    identifier: str
    created: datetime
    anchor: str

    @property
    def full_title(self) -> str:
        """Title of the file: what a reader's window and a screen reader announce."""
        return f"{'Konsep l' if self.draft else 'L'}aporan {self.title}"


@dataclass(frozen=True)
class Charts:
    """The charts of a cycle, made once for a page or a report."""

    months: Markup
    classes: Markup
    statuses: Markup
    channels: Markup
    years: Markup
    agencies: Markup


def charts_of(figures: CycleFigures) -> Charts:
    """The charts of ``figures``."""
    totals = figures.totals
    return Charts(
        months=charts.month_chart(totals),
        classes=charts.class_chart(totals),
        statuses=charts.status_chart(totals),
        channels=charts.channel_chart(totals),
        years=charts.coverage_chart(figures.coverage),
        agencies=charts.agency_chart(figures.agencies),
    )


def year_heads(table: CoverageTable) -> tuple[str, ...]:
    """Headings of the coverage table: the last year says where it was cut."""
    heads = [str(year) for year in table.years]
    if table.until is not None:
        heads[-1] = _("%(year)s (s.d. %(day)s)", year=heads[-1], day=long_date(table.until).rsplit(" ", 1)[0])
    return tuple(heads)


def summary_of(figures: CycleFigures) -> tuple[str, ...]:
    """What the leadership reads first, as sentences; what was not measured is said to be so."""
    totals, results = figures.totals, figures.totals.results
    period = date_range(figures.starts_on, figures.ends_on)
    if not totals.received:
        return (
            _("Pada %(period)s belum ada aduan yang diterima.", period=period),
            *_coverage_sentence(figures.coverage),
        )
    found = [
        _(
            "Pada %(period)s diterima %(received)s aduan; %(given)s di antaranya ditangani oleh %(agencies)s "
            "perangkat daerah.",
            period=period,
            received=number(totals.received),
            given=number(results.received),
            agencies=number(figures.receiving),
        )
    ]
    if results.base:
        found.append(
            _(
                "Dari %(base)s aduan yang dinilai, %(followed)s (%(followed_share)s) telah ditindaklanjuti, "
                "%(finished)s (%(finished_share)s) selesai, dan %(on_time)s selesai tepat waktu.",
                base=number(results.base),
                followed=number(results.followed_up),
                followed_share=percent(results.follow_up_rate or 0),
                finished=number(results.finished),
                finished_share=percent(results.completion_rate or 0),
                on_time=number(results.on_time),
            )
        )
    if results.open_overdue:
        found.append(
            _("%(count)s aduan masih terbuka dan sudah lewat batas waktu.", count=number(results.open_overdue))
        )
    if results.median_days is not None:
        found.append(
            _(
                "Tanggapan pertama diberikan dalam %(days)s hari kerja (nilai tengah).",
                days=days_words(results.median_days),
            )
        )
    if results.acknowledgement_rate is None:
        found.append(_("Pernyataan mengetahui oleh pimpinan perangkat daerah belum diukur pada masa ini."))
    else:
        found.append(
            _(
                "Pimpinan perangkat daerah mengetahui %(known)s dari %(due)s aduan (%(share)s) dalam batas waktu.",
                known=number(results.known_in_time),
                due=number(results.to_know),
                share=percent(results.acknowledgement_rate),
            )
        )
    if results.unmeasured:
        found.append(
            _(
                "%(count)s aduan riwayat dari LAPOR! dihitung dalam jumlah dan sebaran, tidak dalam penilaian, "
                "karena ekspor LAPOR! tidak memuat waktu dan isi tanggapan.",
                count=number(results.unmeasured),
            )
        )
    return (*found, *_coverage_sentence(figures.coverage))


def _coverage_sentence(table: CoverageTable) -> tuple[str, ...]:
    words = {
        "span": f"{table.years[0]} s.d. {table.years[-1]}" if len(table.years) > 1 else str(table.years[0]),
        "total": number(table.total),
        "covered": number(table.covered),
    }
    if table.obliged:
        return (
            _(
                "Sepanjang Tahun %(span)s terdapat %(total)s aduan pada %(covered)s dari %(obliged)s perangkat "
                "daerah yang wajib mengelola SP4N-LAPOR!.",
                obliged=number(table.obliged),
                **words,
            ),
        )
    return (_("Sepanjang Tahun %(span)s terdapat %(total)s aduan pada %(covered)s perangkat daerah.", **words),)


def days_words(days: float) -> str:
    """Working days with one decimal only where there is a half."""
    return number(days, 0 if days == int(days) else 1)


def _bases(year: int) -> tuple[str, ...]:
    found = [
        _("Undang-Undang Nomor 25 Tahun 2009 tentang Pelayanan Publik;"),
        _("Peraturan Presiden Nomor 76 Tahun 2013 tentang Pengelolaan Pengaduan Pelayanan Publik;"),
        _(
            "Peraturan Menteri Pendayagunaan Aparatur Negara dan Reformasi Birokrasi Nomor 62 Tahun 2018 tentang "
            "Pedoman Sistem Pengelolaan Pengaduan Pelayanan Publik Nasional;"
        ),
        _(
            "Peraturan Menteri Pendayagunaan Aparatur Negara dan Reformasi Birokrasi Nomor 46 Tahun 2020 tentang "
            "Road Map SP4N Tahun 2020-2024."
        ),
    ]
    if year >= 2025:
        found[-1:] = [
            _("Peraturan Menteri Pendayagunaan Aparatur Negara dan Reformasi Birokrasi Nomor 5 Tahun 2025.")
        ]
    return tuple(found)


def _signature(signer: Signer | None) -> Signature:
    if signer is None:
        return Signature(above=(_("PENANDA TANGAN,"),), name="..............................")
    post = signer.post_title
    prefix, title = post.split(" ", 1) if post.startswith(("Plt. ", "Plh. ", "Pj. ")) else ("", post)
    return Signature(
        above=(f"{prefix} {title.upper()},".lstrip(),),
        name=signer.name,
        rank=signer.rank,
        number=signer.number,
    )


def build_report(session: Session, cycle: EvaluationCycle, *, now: datetime) -> ReportDocument:
    """The report of ``cycle`` as it stands: with the locked figures, or as a draft with those of today."""
    figures = figures_of(session, cycle, local_day(now))
    organiser = find_organiser(session)
    letterhead = letterhead_of(organiser, str(current_app.config["LAPOR_PROVINCE"]))
    draft = cycle.state is not CycleState.PUBLISHED
    as_of = long_date(figures.as_of)
    office = organiser.name if organiser is not None else letterhead.government.title()
    return ReportDocument(
        letterhead=letterhead,
        draft=draft,
        title=cycle.title,
        year=cycle.year,
        period=_period(cycle.starts_on, cycle.ends_on),
        as_of=as_of,
        number=cycle.report_number or "",
        place=str(current_app.config["LAPOR_CITY"]),
        day=long_date(cycle.report_date) if cycle.report_date else "",
        summary=summary_of(figures),
        introduction=tuple(texts_of(cycle.introduction)),
        bases=_bases(cycle.year),
        obstacles=tuple(texts_of(cycle.obstacles)),
        recommendations=tuple(texts_of(cycle.recommendations)),
        figures=figures,
        source=_("Sumber: data pengelolaan SP4N-LAPOR!, %(office)s, keadaan %(day)s.", office=office, day=as_of),
        signature=_signature(find_signer(session, cycle.signer_id)),
        identifier=f"laporan-evaluasi-{cycle.id}-{cycle.version}-{figures.as_of.isoformat()}",
        created=cycle.published_at or now,
        anchor=anchor_words(_head(session, cycle)),
    )


def _head(session: Session, cycle: EvaluationCycle) -> ChainHead:
    """The link that a report prints: a draft the newest one, a published report that of its publication."""
    if cycle.state is not CycleState.PUBLISHED:
        return chain_head(session)
    return head_of_fact(session, CyclePublished.kind, CyclePublished.subject_kind, cycle.id)


def _period(starts_on: date, ends_on: date) -> str:
    """The period in words; a whole year is named as the year."""
    return (
        _("Tahun %(year)s", year=starts_on.year)
        if is_whole_year(starts_on, ends_on)
        else date_range(starts_on, ends_on)
    )


def report_html(document: ReportDocument) -> str:
    """The report as the page that is printed."""
    return render_template(
        "documents/laporan.html",
        report=document,
        draft=document.draft,
        anchor=document.anchor,
        charts=charts_of(document.figures),
        year_heads=year_heads(document.figures.coverage),
        indicators=INDICATORS,
        month_words=month_words,
        class_words=class_words,
        status_words=status_words,
        channel_words=channel_words,
        exception_lines=exception_lines,
    )


def report_pdf_bytes(document: ReportDocument) -> bytes:
    """The report as a tagged PDF; one to three seconds, so it is made outside any transaction."""
    return render_pdf(
        report_html(document), title=document.full_title, identifier=document.identifier, created=document.created
    )


def evaluation_pdf(session: Session, cycle_id: int, *, now: datetime) -> bytes:
    """The report of a cycle as PDF; raises NotFound where there is no such cycle."""
    return report_pdf_bytes(build_report(session, find_cycle(session, cycle_id), now=now))
