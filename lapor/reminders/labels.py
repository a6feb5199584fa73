"""The words of reminders and letters."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _

from lapor.core.wording import weekday_date
from lapor.dispositions.rules import Stage
from lapor.reminders.rules import Interval, LetterKind, LetterState, Receiver

RECEIVER: Mapping[Receiver, Any] = {
    Receiver.OPERATOR: _("Admin OPD"),
    Receiver.LIAISON: _("Pejabat Penghubung"),
    Receiver.HEAD: _("Kepala OPD"),
    Receiver.COORDINATOR: _("Koordinator"),
    Receiver.REMINDER_LETTER: _("Konsep surat pengingat"),
    Receiver.ASSERTION_LETTER: _("Konsep surat penegasan"),
}

LETTER_KIND: Mapping[LetterKind, Any] = {
    LetterKind.REMINDER: _("Surat pengingat"),
    LetterKind.ASSERTION: _("Surat penegasan"),
}

LETTER_STATE: Mapping[LetterState, Any] = {
    LetterState.DRAFT: _("Konsep"),
    LetterState.READY: _("Disetujui, menunggu dikirim"),
    LetterState.SENT: _("Dikirim"),
    LetterState.DROPPED: _("Tidak dikirim"),
}

LETTER_TONE: Mapping[LetterState, str] = {
    LetterState.DRAFT: "soon",
    LetterState.READY: "info",
    LetterState.SENT: "done",
    LetterState.DROPPED: "plain",
}

INTERVAL: Mapping[Interval, Any] = {
    Interval.WEEKLY: _("Setiap minggu"),
    Interval.MONTHLY: _("Setiap bulan"),
    Interval.OFF: _("Tidak dibuat"),
}

AWAITED: Mapping[Stage, Any] = {
    Stage.VERIFICATION: _("menunggu diperiksa"),
    Stage.ACKNOWLEDGEMENT: _("menunggu diketahui pimpinan"),
    Stage.FIRST_FOLLOW_UP: _("menunggu tanggapan pertama"),
    Stage.COMPLETION: _("menunggu jawaban akhir"),
    Stage.REPORTER_REPLY: _("dapat ditutup bila pelapor tidak menanggapi"),
}


def offset_words(offset_days: int) -> str:
    """``2 hari kerja sebelum jatuh tempo``."""
    if offset_days == 0:
        return str(gettext("Pada hari jatuh tempo"))
    if offset_days < 0:
        return str(gettext("%(days)s hari kerja sebelum jatuh tempo", days=-offset_days))
    return str(gettext("%(days)s hari kerja sesudah jatuh tempo", days=offset_days))


def awaited_words(stage: Stage, *, by_head: bool) -> str:
    """What a complaint waits for; ``by_head``: the reader is the head himself."""
    if by_head and stage is Stage.ACKNOWLEDGEMENT:
        return str(gettext("menunggu diketahui Bapak/Ibu"))
    return str(AWAITED[stage])


def due_words(due_on: date, late_days: int) -> str:
    """When it is due; ``late_days``: working days since then, negative before it."""
    day = weekday_date(due_on)
    if late_days > 0:
        return str(gettext("lewat %(days)s hari kerja (jatuh tempo %(day)s)", days=late_days, day=day))
    if late_days == 0:
        return str(gettext("jatuh tempo hari ini"))
    return str(gettext("jatuh tempo %(day)s (%(days)s hari kerja lagi)", day=day, days=-late_days))
