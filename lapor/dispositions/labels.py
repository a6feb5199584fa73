"""The words of an order to an agency: its state, its time limits, its answers (words.md)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _

from lapor.complaints.labels import REPORT_CLASS
from lapor.complaints.rules import ReportClass, masked
from lapor.core.wording import long_date, long_instant, number
from lapor.dispositions.rules import (
    MaterialState,
    Part,
    RecordState,
    ResponseKind,
    ResponseState,
    Stage,
    State,
    TimeLeft,
    Waits,
    Way,
)

STATE: Mapping[State, Any] = {
    State.WAITING: _("Menunggu diketahui pimpinan"),
    State.ACKNOWLEDGED: _("Diketahui pimpinan"),
    State.IN_PROGRESS: _("Sedang ditangani"),
    State.FINISHED: _("Selesai dijawab"),
    State.RETURNED: _("Dikembalikan ke koordinator"),
    State.WITHDRAWN: _("Ditarik koordinator"),
}

STATE_TONE: Mapping[State, str] = {
    State.WAITING: "soon",
    State.ACKNOWLEDGED: "info",
    State.IN_PROGRESS: "info",
    State.FINISHED: "done",
    State.RETURNED: "plain",
    State.WITHDRAWN: "plain",
}

PART: Mapping[Part, Any] = {
    Part.LEAD: _("Penanggung jawab"),
    Part.SUPPORT: _("Pendukung"),
}

STAGE: Mapping[Stage, Any] = {
    Stage.VERIFICATION: _("Pemeriksaan oleh koordinator"),
    Stage.ACKNOWLEDGEMENT: _("Diketahui pimpinan"),
    Stage.FIRST_FOLLOW_UP: _("Tindak lanjut pertama"),
    Stage.COMPLETION: _("Penyelesaian"),
    Stage.REPORTER_REPLY: _("Tanggapan pelapor"),
}

RESPONSE_KIND: Mapping[ResponseKind, Any] = {
    ResponseKind.FIRST: _("Tindak lanjut pertama"),
    ResponseKind.PROGRESS: _("Perkembangan"),
    ResponseKind.FINAL: _("Jawaban akhir"),
    ResponseKind.COMPLETION_REQUEST: _("Permintaan kelengkapan"),
}

RESPONSE_STATE: Mapping[ResponseState, Any] = {
    ResponseState.DRAFT: _("Konsep"),
    ResponseState.READY: _("Siap dikirim"),
    ResponseState.POSTED: _("Sudah dikirim di LAPOR!"),
}

WAITS: Mapping[Waits, Any] = {
    Waits.INITIALS: _("Menunggu paraf Anda"),
    Waits.MENDING: _("Dikembalikan dengan catatan"),
    Waits.TAKING_OVER: _("Bahan jawaban sudah ada"),
}

MATERIAL_STATE: Mapping[MaterialState | None, Any] = {
    None: _("Belum ditulis"),
    MaterialState.DRAFT: _("Konsep"),
    MaterialState.SENT: _("Sudah dikirim"),
    MaterialState.RETURNED: _("Dikembalikan untuk diperbaiki"),
}

MATERIAL_TONE: Mapping[MaterialState | None, str] = {
    None: "soon",
    MaterialState.DRAFT: "plain",
    MaterialState.SENT: "done",
    MaterialState.RETURNED: "late",
}

RESPONSE_STATE_TONE: Mapping[ResponseState, str] = {
    ResponseState.DRAFT: "plain",
    ResponseState.READY: "info",
    ResponseState.POSTED: "done",
}

WAY: Mapping[Way, Any] = {
    Way.DIRECT: _("Langsung"),
    Way.SHEET: _("Melalui lembar disposisi"),
    Way.MANDATE: _("Atas nama, dengan mandat tertulis"),
}

RECORD_STATE: Mapping[RecordState, Any] = {
    RecordState.DRAFT: _("Foto diunggah, belum dicatat"),
    RecordState.PENDING: _("Menunggu dilihat koordinator"),
    RecordState.ACCEPTED: _("Sudah diperiksa koordinator"),
    RecordState.REFUSED: _("Ditolak koordinator"),
    RecordState.DROPPED: _("Diganti foto lain"),
}

RECORD_TONE: Mapping[RecordState, str] = {
    RecordState.DRAFT: "soon",
    RecordState.PENDING: "info",
    RecordState.ACCEPTED: "done",
    RecordState.REFUSED: "late",
    RecordState.DROPPED: "plain",
}

BEFORE_KNOWN = _("Dijawab sebelum diketahui pimpinan")
LIFTED = _("Izin khusus koordinator")


@dataclass(frozen=True)
class DueView:
    """A due date as a list shows it: ``tone`` is late, soon, info, done or plain."""

    label: str
    tone: str
    date_text: str


@lru_cache(maxsize=4096)
def due_view(left: TimeLeft) -> DueView:
    """``Sisa 3 hari kerja`` with its date, in the words of words.md."""
    return DueView(_due_label(left), _due_tone(left), long_date(left.due_on))


def _due_label(left: TimeLeft) -> str:
    days = number(abs(left.days))
    if left.met_on is not None:
        if left.met_on <= left.due_on:
            return str(gettext("Selesai tepat waktu"))
        return str(gettext("Selesai, lewat %(days)s hari kerja", days=days))
    if left.is_paused:
        return str(gettext("Dihentikan sementara"))
    if left.days < 0:
        return str(gettext("Lewat %(days)s hari kerja", days=days))
    if left.days == 0:
        return str(gettext("Jatuh tempo hari ini"))
    return str(gettext("Sisa %(days)s hari kerja", days=days))


def _due_tone(left: TimeLeft) -> str:
    if left.met_on is not None:
        return "done" if left.met_on <= left.due_on else "plain"
    if left.is_paused:
        return "plain"
    if left.days < 0:
        return "late"
    return "soon" if left.days <= 1 else "info"


SHOWN: Mapping[str, Any] = {
    "number": _("Nomor"),
    "tracking_id": _("Tracking ID"),
    "title": _("Judul"),
    "text": _("Isi aduan"),
    "class": _("Klasifikasi"),
    "category": _("Kategori"),
    "location": _("Lokasi"),
    "channel": _("Saluran"),
    "received_at": _("Masuk"),
    "is_anonymous": _("Anonim"),
    "is_confidential": _("Rahasia"),
    "lapor_status": _("Status di LAPOR!"),
    "part": _("Peran OPD"),
    "note": _("Catatan koordinator"),
    "round": _("Putaran"),
}


def shown_words(shown: Mapping[str, Any]) -> dict[str, str]:
    """A card as it was shown (``acknowledging.shown_to_head``): names and values in words, masked."""
    return {str(SHOWN.get(name, gettext("Keterangan lain"))): _shown_value(name, shown[name]) for name in shown}


def _shown_value(name: str, value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(gettext("Ya")) if value else str(gettext("Tidak"))
    if name == "class":
        return str(REPORT_CLASS[ReportClass(value)])
    if name == "part":
        return str(PART[Part(value)])
    if name == "received_at":
        return long_instant(datetime.fromisoformat(value))
    return masked(str(value))
