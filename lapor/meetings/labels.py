"""The words of meetings."""

from flask_babel import lazy_gettext as _

from lapor.meetings.rules import Attendance, CheckIn, ItemStatus, MeetingState, Part, TextKind

STATE = {
    MeetingState.DRAFT: _("Konsep"),
    MeetingState.HELD: _("Menunggu persetujuan pimpinan rapat"),
    MeetingState.APPROVED: _("Disetujui"),
}
STATE_TONE = {MeetingState.DRAFT: "plain", MeetingState.HELD: "soon", MeetingState.APPROVED: "done"}

ATTENDANCE = {
    Attendance.INVITED: _("Diundang"),
    Attendance.PRESENT: _("Hadir"),
    Attendance.REPRESENTED: _("Diwakili"),
    Attendance.EXCUSED: _("Izin"),
    Attendance.ABSENT: _("Tidak hadir"),
    Attendance.GUEST: _("Tamu/Narasumber"),
}

CHECK_IN = {CheckIn.PAPER: _("Pena"), CheckIn.PHONE: _("Ponsel")}

ITEM_STATUS = {
    ItemStatus.NOT_STARTED: _("Belum mulai"),
    ItemStatus.RUNNING: _("Berjalan"),
    ItemStatus.DONE: _("Selesai"),
}
ITEM_TONE = {ItemStatus.NOT_STARTED: "plain", ItemStatus.RUNNING: "info", ItemStatus.DONE: "done"}

PART = {
    Part.AGENDA: _("Acara"),
    Part.PARTICIPANT: _("Peserta"),
    Part.OBSTACLE: _("Kendala"),
    Part.DECISION: _("Keputusan"),
    Part.ACTION_ITEM: _("Tindak lanjut"),
}

TEXT = {
    TextKind.OPENING: _("Kata pembukaan"),
    TextKind.DISCUSSION: _("Pembahasan"),
    TextKind.CLOSING: _("Penutup"),
    TextKind.COMMITMENT: _("Komitmen bersama"),
}
