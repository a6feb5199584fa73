"""The words of the import: why a file or a row is refused, what changed."""

from flask_babel import gettext as _

from lapor.complaints.rules import LAPOR_CLASSES
from lapor.core.wording import number
from lapor.desk.import_models import BatchState
from lapor.desk.import_rules import Field, Verdict
from lapor.desk.lapor_export import MAX_BYTES, Unreadable, UnreadableExport
from lapor.desk.lapor_rows import Unusable

_AGAIN = "Unduh ulang dari LAPOR!, menu Laporan, lalu coba lagi. Tidak ada data yang berubah."


def refusal_sentence(error: UnreadableExport) -> str:
    """What is wrong with the file and what to do; always that nothing was changed."""
    again = _(_AGAIN)
    sentences = {
        Unreadable.EMPTY: _("Berkas ini kosong.") + " " + again,
        Unreadable.TOO_LARGE: _(
            "Ukuran berkas %(size)s MB, paling besar %(most)s MB. Unduh dari LAPOR! untuk masa yang lebih pendek, "
            "lalu impor satu per satu. Tidak ada data yang berubah.",
            size=error.detail,
            most=MAX_BYTES // (1024 * 1024),
        ),
        Unreadable.LOCKED: _(
            "Berkas terkunci kata sandi, atau tersimpan sebagai Excel lama (.xls). Buka di Excel, simpan sebagai "
            ".xlsx tanpa kata sandi, lalu unggah kembali. Tidak ada data yang berubah."
        ),
        Unreadable.MACROS: _(
            "Berkas memuat makro, sedangkan ekspor LAPOR! tidak memakainya. Simpan sebagai Excel Workbook (.xlsx) "
            "tanpa makro, atau unduh ulang dari LAPOR!. Tidak ada data yang berubah."
        ),
        Unreadable.BOMB: _("Isi berkas jauh lebih besar daripada ekspor LAPOR! yang wajar.") + " " + again,
        Unreadable.BROKEN: _("Berkas rusak dan tidak dapat dibaca.") + " " + again,
        Unreadable.OTHER_FORMAT: _("Berkas ini bukan Excel (.xlsx) atau CSV.") + " " + again,
        Unreadable.NO_HEADER: _(
            'Berkas ini bukan ekspor Laporan Ringkas: kolom "Tracking ID" tidak ditemukan. Unduh ulang dari '
            "LAPOR!, menu Laporan, lalu coba lagi. Tidak ada data yang berubah."
        ),
        Unreadable.NO_ROWS: _("Berkas ini tidak berisi satu aduan pun.") + " " + again,
        Unreadable.TOO_MANY_ROWS: _(
            "Berkas berisi lebih dari %(most)s baris. Unduh dari LAPOR! untuk masa yang lebih pendek, lalu impor "
            "satu per satu. Tidak ada data yang berubah.",
            most=number(int(error.detail or 0)),
        ),
        Unreadable.TOO_SLOW: _("Berkas terlalu lama dibaca sehingga dihentikan.") + " " + again,
    }
    return str(sentences[error.reason])


def reason_sentence(reason: str, value: str | None) -> str:
    """Why a row was rejected."""
    value = value or ""
    sentences = {
        Unusable.NO_TRACKING_ID: _("Tracking ID kosong."),
        Unusable.BAD_TRACKING_ID: _('Tracking ID "%(value)s" bukan 6 sampai 10 angka.', value=value),
        Unusable.REPEATED: _("Tracking ID sama dengan baris %(value)s; baris itu yang dipakai.", value=value),
        Unusable.NO_DATE: _("Tanggal laporan masuk kosong."),
        Unusable.BAD_DATE: _('Tanggal "%(value)s" tidak dikenali.', value=value),
        Unusable.BAD_TIME: _('Waktu "%(value)s" tidak dikenali.', value=value),
        Unusable.DATE_AHEAD: _('Tanggal "%(value)s" belum tiba.', value=value),
        Unusable.TOO_LONG: _("Ada isi yang lebih panjang dari 20.000 huruf."),
        Unusable.SHIFTED: _("Baris ini berisi lebih banyak sel daripada judul kolom; pemisahnya bergeser."),
    }
    return str(sentences[Unusable(reason)])


def verdict_label(verdict: Verdict) -> str:
    """Baru, Berubah, Tetap, Ditolak."""
    labels = {
        Verdict.NEW: _("Baru"),
        Verdict.CHANGED: _("Berubah"),
        Verdict.SAME: _("Tetap"),
        Verdict.REJECTED: _("Ditolak"),
    }
    return str(labels[verdict])


def field_label(field: str) -> str:
    """The name of what changed, as LAPOR! calls it."""
    labels = {
        Field.TITLE: _("Judul"),
        Field.TEXT: _("Isi"),
        Field.STATUS: _("Status di LAPOR!"),
        Field.REPORT_CLASS: _("Klasifikasi"),
        Field.CATEGORY: _("Kategori"),
        Field.TYPE: _("Sifat (anonim/rahasia)"),
        Field.RECEIVED: _("Waktu masuk"),
        Field.UNIT: _("Instansi terdisposisi"),
        Field.CHANNEL: _("Sumber"),
        Field.LOCATION: _("Tempat"),
        Field.REPORTER: _("Nama pelapor"),
        Field.RATING: _("Penilaian pelapor"),
    }
    return str(labels[Field(field)])


def class_label(value: str) -> str:
    """Our class as LAPOR! writes it, to stand beside LAPOR!'s."""
    return next((name for name, found in LAPOR_CLASSES.items() if found.value == value), value)


def state_label(state: BatchState) -> str:
    """How far an import is."""
    labels = {
        BatchState.READING: _("Sedang dibaca"),
        BatchState.READY: _("Menunggu diimpor"),
        BatchState.IMPORTING: _("Sedang diimpor"),
        BatchState.DONE: _("Selesai"),
        BatchState.FAILED: _("Terhenti"),
    }
    return str(labels[state])


def result_sentence(new: int, changed: int, same: int, rejected: int) -> str:
    """ "648 aduan diimpor: 631 baru, 12 berubah, 5 tetap, 0 ditolak."."""
    return str(
        _(
            "%(all)s aduan diimpor: %(new)s baru, %(changed)s berubah, %(same)s tetap, %(rejected)s ditolak.",
            all=number(new + changed + same),
            new=number(new),
            changed=number(changed),
            same=number(same),
            rejected=number(rejected),
        )
    )


def matching_sentence(units: int) -> str:
    """ "4 unit perlu dipadankan dengan OPD."."""
    return str(_("%(units)s unit perlu dipadankan dengan OPD.", units=number(units)))
