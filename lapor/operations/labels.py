"""Words for background jobs and for what goes wrong with them."""

from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _

from lapor.core.jobs import JobState, Phase

TASK: dict[str, Any] = {
    "audit.anchor": _("Mengirim kepala rantai catatan kepada Inspektorat"),
    "deadlines.recount": _("Menghitung ulang batas waktu"),
    "notifications.deliver": _("Mengirim pesan"),
    "notifications.digests": _("Mengirim ringkasan harian"),
    "jobs.tidy": _("Membersihkan catatan pekerjaan terjadwal"),
    "reminders.tick": _("Memeriksa pengingat dan eskalasi"),
    "import.take-over": _("Mengambil alih berkas impor dari LAPOR!"),
    "import.settle-units": _("Membagikan aduan dari unit yang sudah dipadankan"),
}
"""What each task does; a test asks for the words of a new one."""

PHASE: dict[Phase, Any] = {
    Phase.WAITING: _("Menunggu"),
    Phase.RUNNING: _("Sedang dikerjakan"),
    Phase.DONE: _("Selesai"),
    Phase.FAILED: _("Gagal"),
    Phase.CANCELLED: _("Dibatalkan"),
}
TONE: dict[Phase, str] = {
    Phase.WAITING: "plain",
    Phase.RUNNING: "info",
    Phase.DONE: "done",
    Phase.FAILED: "late",
    Phase.CANCELLED: "plain",
}

_REFUSED = _("Ditolak oleh aturan aplikasi. Mengulang saja biasanya tidak menolong.")
_NETWORK = _(
    "Layanan di luar aplikasi tidak terjangkau atau menolak. Periksa jaringan dan pengaturannya, lalu ulangi."
)
_DATABASE = _("Basis data menolak atau tidak menjawab. Jalankan flask lapor doctor, lalu ulangi.")
_STORAGE = _("Berkas atau ruang simpan tidak dapat dipakai. Jalankan flask lapor doctor, lalu ulangi.")
_ERROR: dict[str, Any] = {
    "crashed": _("Pekerja berhenti mendadak setiap kali mengerjakannya, mungkin kehabisan memori."),
    **dict.fromkeys(("Refusal", "Invalid", "NotAllowed", "NotFound", "Conflict"), _REFUSED),
    **dict.fromkeys(("OperationalError", "InterfaceError", "IntegrityError", "DataError"), _DATABASE),
    **dict.fromkeys(
        ("ConnectionError", "ConnectionRefusedError", "ConnectionResetError", "TimeoutError", "gaierror"), _NETWORK
    ),
    **dict.fromkeys(("OSError", "FileNotFoundError", "PermissionError"), _STORAGE),
    "MemoryError": _("Memori server tidak cukup."),
}


def task_words(name: str) -> str:
    """What the task does; its own name where this release has no words for it."""
    return str(TASK.get(name, name))


def error_words(job: JobState) -> str:
    """Why a job failed, by the class of the error only: what was said then may hold names or numbers of people."""
    kind = job.error_kind or ""
    if kind.startswith("SMTP"):
        return str(_NETWORK)
    known = _ERROR.get(kind)
    return str(known) if known is not None else gettext("Kesalahan program (%(kind)s). Rinciannya di log.", kind=kind)
