"""The words of a complaint: its status, its class, its flags (words.md)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _

from lapor.complaints.rules import Origin, ReportClass, ReportedParty, Status
from lapor.core.wording import long_date

STATUS: Mapping[Status, Any] = {
    Status.RECEIVED: _("Baru masuk"),
    Status.VERIFIED: _("Terverifikasi"),
    Status.DISPOSED: _("Menunggu diketahui pimpinan"),
    Status.ACKNOWLEDGED: _("Diketahui pimpinan"),
    Status.IN_PROGRESS: _("Sedang ditangani"),
    Status.FINISHED: _("Selesai dijawab"),
    Status.CLOSED: _("Ditutup"),
    Status.ON_HOLD: _("Menunggu kelengkapan pelapor"),
    Status.RETURNED: _("Dikembalikan OPD"),
    Status.FORWARDED: _("Diteruskan ke instansi lain"),
    Status.ARCHIVED: _("Diarsipkan"),
}

# late, soon, info, done or plain; each tone has a shape of its own (templates/macros/look.html)
STATUS_TONE: Mapping[Status, str] = {
    Status.RECEIVED: "info",
    Status.VERIFIED: "info",
    Status.DISPOSED: "soon",
    Status.ACKNOWLEDGED: "info",
    Status.IN_PROGRESS: "info",
    Status.FINISHED: "done",
    Status.CLOSED: "done",
    Status.ON_HOLD: "plain",
    Status.RETURNED: "soon",
    Status.FORWARDED: "plain",
    Status.ARCHIVED: "plain",
}

REPORT_CLASS: Mapping[ReportClass | None, Any] = {
    ReportClass.SUPERVISORY: _("Pengaduan berkadar pengawasan"),
    ReportClass.NON_SUPERVISORY: _("Pengaduan tidak berkadar pengawasan"),
    ReportClass.INFORMATION: _("Permintaan informasi"),
    ReportClass.ASPIRATION: _("Aspirasi"),
    None: _("Belum diklasifikasi"),
}

REPORT_CLASS_SHORT: Mapping[ReportClass | None, Any] = {
    ReportClass.SUPERVISORY: _("Berkadar pengawasan"),
    ReportClass.NON_SUPERVISORY: _("Tidak berkadar"),
    ReportClass.INFORMATION: _("Permintaan informasi"),
    ReportClass.ASPIRATION: _("Aspirasi"),
    None: _("Belum diklasifikasi"),
}

REPORTED_PARTY: Mapping[ReportedParty, Any] = {
    ReportedParty.NONE: _("Bukan pimpinan atau pegawai OPD"),
    ReportedParty.STAFF: _("Pegawai OPD"),
    ReportedParty.HEAD: _("Pimpinan OPD"),
    ReportedParty.OPERATOR: _("Admin OPD"),
    ReportedParty.COORDINATOR_OFFICE: _("Kantor koordinator"),
}

ORIGIN: Mapping[Origin, Any] = {
    Origin.MANUAL: _("Dicatat langsung"),
    Origin.IMPORT: _("Impor dari LAPOR!"),
}

ANONYMOUS = _("Anonim")
CONFIDENTIAL = _("Rahasia")
WITHHELD_TITLE = _("Aduan rahasia")
WITHHELD_DETAIL = _("isi hanya untuk yang menangani")


@dataclass(frozen=True)
class StatusView:
    """A status as a page shows it: chip, the sentence under it, the tone of the chip."""

    label: str
    sentence: str
    tone: str


@lru_cache(maxsize=1024)
def status_view(
    status: Status,
    *,
    known_by: str | None = None,
    known_on: date | None = None,
    on_hold_since: date | None = None,
    forwarded_to: str | None = None,
    forwarded_on: date | None = None,
    archive_reason: str | None = None,
) -> StatusView:
    """The words of ``status``; what is unknown (``known_by`` is the title of the head's post) is left out."""
    return StatusView(
        str(STATUS[status]),
        _sentence(status, known_by, known_on, on_hold_since, forwarded_to, forwarded_on, archive_reason),
        STATUS_TONE[status],
    )


def _sentence(
    status: Status,
    known_by: str | None,
    known_on: date | None,
    on_hold_since: date | None,
    forwarded_to: str | None,
    forwarded_on: date | None,
    archive_reason: str | None,
) -> str:
    if status is Status.ACKNOWLEDGED and known_by and known_on:
        return str(
            gettext(
                "Diketahui oleh %(post)s pada %(day)s. Tanggapan dapat disiapkan untuk dikirim.",
                post=known_by,
                day=long_date(known_on),
            )
        )
    if status is Status.ON_HOLD and on_hold_since:
        return str(gettext("Batas waktu dihentikan sementara sejak %(day)s.", day=long_date(on_hold_since)))
    if status is Status.FORWARDED and forwarded_to and forwarded_on:
        return str(
            gettext(
                "Bukan kewenangan provinsi. Diteruskan ke %(institution)s pada %(day)s.",
                institution=forwarded_to,
                day=long_date(forwarded_on),
            )
        )
    if status is Status.ARCHIVED and archive_reason:
        return str(gettext("Tidak ditindaklanjuti karena %(reason)s", reason=_ended(archive_reason)))
    return str(STATUS_SENTENCE[status])


def _ended(reason: str) -> str:
    """A reason at the end of a sentence: begins small, ends with one full stop."""
    words = reason.strip()
    if words[:2].istitle() and not words[:2].isupper():
        words = words[0].lower() + words[1:]
    return words if words.endswith((".", "?", "!")) else f"{words}."


STATUS_SENTENCE: Mapping[Status, Any] = {
    Status.RECEIVED: _("Belum diperiksa oleh koordinator."),
    Status.VERIFIED: _("Sudah diperiksa, menunggu disampaikan ke OPD."),
    Status.DISPOSED: _("Sudah di OPD, belum dinyatakan diketahui oleh kepala OPD."),
    Status.ACKNOWLEDGED: _("Sudah diketahui kepala OPD. Tanggapan dapat disiapkan untuk dikirim."),
    Status.IN_PROGRESS: _("Tanggapan pertama sudah disampaikan kepada pelapor."),
    Status.FINISHED: _("Jawaban akhir sudah disampaikan, menunggu tanggapan pelapor."),
    Status.CLOSED: _("Pelapor puas, atau tidak menanggapi sampai batas waktu."),
    Status.ON_HOLD: _("Batas waktu dihentikan sementara."),
    Status.RETURNED: _("OPD menyatakan bukan kewenangannya. Koordinator menentukan tujuan berikutnya."),
    Status.FORWARDED: _("Bukan kewenangan provinsi. Sudah diteruskan ke instansi lain."),
    Status.ARCHIVED: _("Tidak ditindaklanjuti."),
}
