"""The words of the desk: channels of complaints that came outside LAPOR!, views of the list, next steps."""

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _

from lapor.desk.rules import NextStep, Order, View

# What is kept is the Indonesian word itself, as LAPOR!'s exports do for their own channels.
CHANNELS = (
    "Surat",
    "WhatsApp",
    "Tatap muka",
    "Telepon",
    "SMS",
    "Pos-el",
    "Media sosial",
    "Lainnya",
)

VIEW: Mapping[View, Any] = {
    View.TO_CHECK: _("Perlu diperiksa"),
    View.TO_DO: _("Perlu tindakan"),
    View.UNKNOWN: _("Menunggu diketahui pimpinan"),
    View.SOON: _("Hampir jatuh tempo"),
    View.LATE: _("Lewat batas waktu"),
    View.RETURNED: _("Dikembalikan OPD"),
    View.FINISHED: _("Selesai dijawab"),
    View.FORWARDED: _("Diteruskan"),
    View.HISTORY: _("Riwayat"),
    View.ALL: _("Semua"),
}

ORDER: Mapping[Order, Any] = {
    Order.DUE: _("Batas waktu terdekat"),
    Order.NEWEST: _("Terbaru"),
    Order.OLDEST: _("Terlama"),
}

NEXT_STEP: Mapping[NextStep, Any] = {
    NextStep.CHECK: _("Periksa"),
    NextStep.DISPOSE: _("Sampaikan ke OPD"),
    NextStep.REDIRECT: _("Tentukan tujuan"),
    NextStep.REMIND: _("Ingatkan"),
    NextStep.RESUME: _("Lanjutkan"),
    NextStep.CLOSE: _("Tutup aduan"),
    NextStep.ACKNOWLEDGE: _("Baca dan ketahui"),
    NextStep.DRAFT: _("Siapkan konsep"),
    NextStep.RESPOND: _("Tulis tanggapan"),
    NextStep.COMPLETE: _("Catat jawaban"),
    NextStep.MATERIAL: _("Bahan jawaban"),
    NextStep.OPEN: _("Buka"),
}
