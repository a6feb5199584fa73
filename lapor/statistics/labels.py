"""The words of counts and indicators."""

from dataclasses import dataclass
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _

from lapor.complaints.labels import REPORT_CLASS_SHORT, STATUS
from lapor.complaints.rules import ReportClass, Status
from lapor.core.wording import MONTHS
from lapor.statistics.rules import Exceptions

_SHORT_MONTH = 3


def class_words(code: str) -> str:
    """The words of a report class; "" is a complaint that was not classified."""
    return str(REPORT_CLASS_SHORT[ReportClass(code) if code else None])


def status_words(code: str) -> str:
    """The words of a shown status."""
    return str(STATUS[Status(code)])


def channel_words(code: str) -> str:
    """The channel as it was written down."""
    return code or str(gettext("Tidak tercatat"))


def month_words(code: str) -> str:
    """``Januari 2021`` for ``2021-01``."""
    year, month = code.split("-")
    return f"{MONTHS[int(month) - 1]} {year}"


def exception_lines(found: Exceptions) -> list[tuple[str, int]]:
    """Each way of knowing and each exception in words, with its count."""
    return [
        (str(gettext("Dinyatakan langsung")), found.direct),
        (str(gettext("Melalui lembar disposisi")), found.sheet),
        (str(gettext("Atas mandat tertulis")), found.mandate),
        (str(gettext("Izin khusus koordinator")), found.lifted),
        (str(gettext("Izin khusus dicabut sebelum dipakai")), found.lift_ended),
        (str(gettext("Dijawab sebelum diketahui")), found.answered_before),
        (str(gettext("Dicatat tanpa paraf")), found.without_initials),
    ]


def short_month_words(code: str) -> str:
    """``Jan`` for ``2021-01``: for the axis of a chart."""
    return MONTHS[int(code.split("-")[1]) - 1][:_SHORT_MONTH]


@dataclass(frozen=True)
class Indicator:
    """An indicator as the annex explains it."""

    code: str
    name: Any
    formula: Any
    note: Any


INDICATORS = (
    Indicator(
        "TTL",
        _("Tingkat tindak lanjut"),
        _("aduan dengan tanggapan pertama / aduan yang dinilai"),
        _("Dalam persen."),
    ),
    Indicator(
        "KTL",
        _("Kecepatan tindak lanjut"),
        _("rata-rata nilai setiap tanggapan pertama"),
        _(
            "Nilai 100 bila paling lama 5 hari kerja sejak disampaikan ke perangkat daerah, turun merata sampai 0 "
            "pada 30 hari kerja. Hari menunggu kelengkapan dari pelapor tidak dihitung."
        ),
    ),
    Indicator(
        "KWT",
        _("Ketepatan waktu"),
        _("aduan selesai dalam batas waktu / (aduan selesai + aduan yang masih terbuka dan lewat batas waktu)"),
        _("Dalam persen. Batas waktu penyelesaian mengikuti klasifikasi aduan."),
    ),
    Indicator(
        "TSL",
        _("Tingkat penyelesaian"),
        _("aduan dengan jawaban akhir / aduan yang dinilai"),
        _("Dalam persen."),
    ),
    Indicator(
        "KPM",
        _("Diketahui pimpinan"),
        _(
            "aduan yang diketahui pimpinan dalam batas waktu / "
            "aduan yang sudah diketahui atau sudah lewat batas waktunya"
        ),
        _("Dalam persen. Jawaban yang dikirim sebelum diketahui pimpinan tidak dihitung tepat waktu."),
    ),
)
