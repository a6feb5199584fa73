"""The words of an order to an agency: its state, its time limits, its answers (words.md)."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _

from lapor.core.wording import long_date, number
from lapor.dispositions.rules import Part, ResponseKind, ResponseState, Stage, State, TimeLeft, Way

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
