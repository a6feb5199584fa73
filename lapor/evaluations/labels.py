"""The words of a cycle's states."""

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _

from lapor.evaluations.rules import CycleState

STATE: Mapping[CycleState, Any] = {
    CycleState.DRAFT: _("Konsep"),
    CycleState.LOCKED: _("Data dikunci"),
    CycleState.PUBLISHED: _("Diterbitkan"),
}

STATE_TONE: Mapping[CycleState, str] = {
    CycleState.DRAFT: "plain",
    CycleState.LOCKED: "info",
    CycleState.PUBLISHED: "done",
}

STATE_SENTENCE: Mapping[CycleState, Any] = {
    CycleState.DRAFT: _("Angka mengikuti data hari ini dan masih dapat berubah."),
    CycleState.LOCKED: _("Angka sudah dikunci. Teks laporan masih dapat diubah."),
    CycleState.PUBLISHED: _("Laporan sudah final, angka dan teks tidak berubah lagi."),
}
