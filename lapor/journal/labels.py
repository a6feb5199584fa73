"""What happened, in words: one line for each kind of event of every slice, without any content.

The journal imports no slice, so the kinds stand here as texts; a test compares them with the events.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _

from lapor.core.wording import long_date
from lapor.journal.rules import ExceptionKind

EVENT = {
    "absence.entered": _("Berhalangan dicatat"),
    "absence.ended": _("Berhalangan diakhiri"),
    "account.created": _("Akun dibuat"),
    "account.opened": _("Akun dibuka kembali"),
    "account.closed": _("Akun ditutup"),
    "account.signed-in": _("Masuk"),
    "account.session-ended": _("Perangkat dikeluarkan"),
    "account.password-changed": _("Kata sandi diganti"),
    "account.password-reset": _("Kata sandi diatur ulang"),
    "account.code-issued": _("Kode masuk sekali pakai diberikan"),
    "account.code-used": _("Kode masuk sekali pakai dipakai"),
    "acting.proposed": _("Plh. diusulkan"),
    "acting.declined": _("Usul Plh. tidak diikuti"),
    "acting.withdrawn": _("Usul Plh. ditarik"),
    "action-item.updated": _("Tindak lanjut rapat diperbarui"),
    "agency.created": _("OPD ditambahkan"),
    "agency.changed": _("Data OPD diubah"),
    "agency.closed": _("OPD ditutup"),
    "agency.initials_changed": _("Aturan paraf tanggapan diubah"),
    "agency.reopened": _("Penutupan OPD dibatalkan"),
    "agency.renamed": _("Nama OPD diganti"),
    "agency.obliged": _("Kewajiban OPD diubah"),
    "assignment.made": _("Penugasan dibuat"),
    "assignment.ended": _("Penugasan diakhiri"),
    "assignment.cancelled": _("Penugasan dibatalkan"),
    "assignment.order-supplied": _("Surat penugasan dilengkapi"),
    "brief.made": _("Ringkasan untuk pimpinan dibuat"),
    "calendar.changed": _("Kalender kerja diubah"),
    "calendar.deadlines_moved": _("Batas waktu bergeser karena kalender"),
    "calendar-feed.made": _("Langganan kalender dibuat"),
    "calendar-feed.revoked": _("Langganan kalender dicabut"),
    "complaint.registered": _("Aduan dicatat"),
    "complaint.imported": _("Aduan diimpor"),
    "complaint.changed_by_import": _("Aduan berubah menurut LAPOR!"),
    "complaint.difference_settled": _("Perbedaan dengan LAPOR! diputuskan"),
    "complaint.verified": _("Aduan diperiksa"),
    "complaint.class_corrected": _("Klasifikasi diperbaiki"),
    "complaint.flags_changed": _("Sifat aduan diubah"),
    "complaint.deadlines_recounted": _("Batas waktu dihitung ulang"),
    "complaint.held": _("Menunggu kelengkapan pelapor"),
    "complaint.resumed": _("Dilanjutkan setelah dilengkapi"),
    "complaint.forwarded": _("Diteruskan ke instansi lain"),
    "complaint.archived": _("Aduan diarsipkan"),
    "complaint.closed": _("Aduan ditutup"),
    "complaint.reopened": _("Aduan dibuka kembali"),
    "complaint.reporter_answered": _("Jawaban pelapor dicatat"),
    "complaint.reporter_revealed": _("Data pelapor ditampilkan"),
    "desk.list_exported": _("Daftar aduan diunduh"),
    "device.trusted": _("Perangkat dipercaya"),
    "device.renamed": _("Nama perangkat diganti"),
    "device.revoked": _("Kepercayaan pada perangkat dicabut"),
    "device.pin-set": _("PIN perangkat dibuat"),
    "device.pin-voided": _("PIN perangkat tidak berlaku lagi"),
    "device.passkey-set": _("Sidik jari perangkat didaftarkan"),
    "device.passkey-voided": _("Sidik jari perangkat tidak berlaku lagi"),
    "disposition.disposed": _("Disampaikan ke OPD"),
    "disposition.opened": _("Dibuka oleh pimpinan OPD"),
    "disposition.acknowledged": _("Diketahui pimpinan OPD"),
    "disposition.acknowledgement_superseded": _("Pernyataan mengetahui diganti"),
    "disposition.handed_over": _("Dialihkan ke OPD penerus"),
    "disposition.handed_back": _("Dikembalikan dari OPD penerus"),
    "disposition.block_lifted": _("Izin khusus koordinator"),
    "disposition.lift_ended": _("Izin khusus dicabut"),
    "disposition.opened_by_mandate": _("Dibuka oleh penerima mandat"),
    "disposition.passed_on": _("Diteruskan kepada bidang"),
    "disposition.taken_back": _("Penerusan kepada bidang ditarik"),
    "disposition.return_proposed": _("Pengembalian diusulkan"),
    "disposition.returned": _("Dikembalikan OPD"),
    "disposition.withdrawn": _("Penyampaian ke OPD ditarik"),
    "disposition.sheet_printed": _("Lembar disposisi dicetak"),
    "disposition.sheet_photographed": _("Foto lembar disposisi diunggah"),
    "disposition.sheet_checked": _("Lembar disposisi diperiksa"),
    "disposition.sheet_refused": _("Lembar disposisi ditolak"),
    "document.registered": _("Dokumen didaftarkan"),
    "document.printed": _("Berkas dokumen dibuat"),
    "document.superseded": _("Dokumen diganti"),
    "document.cancelled": _("Dokumen dibatalkan"),
    "evaluation.created": _("Evaluasi dibuat"),
    "evaluation.changed": _("Evaluasi diubah"),
    "evaluation.data_locked": _("Data evaluasi dikunci"),
    "evaluation.data_unlocked": _("Kunci data evaluasi dibuka"),
    "evaluation.published": _("Evaluasi diumumkan"),
    "file.attached": _("Berkas dilampirkan"),
    "file.removed": _("Berkas dihapus"),
    "import.finished": _("Impor dari LAPOR! selesai"),
    "import.owed_from_changed": _("Tanggal wajib diketahui pimpinan diubah"),
    "instruction.changed": _("Arahan siap pakai diubah"),
    "job.cancelled": _("Pekerjaan latar dibatalkan"),
    "job.retried": _("Pekerjaan latar diulangi"),
    "journal.exported": _("Catatan aktivitas diunduh"),
    "journal.values_erased": _("Nilai catatan dihapus"),
    "lapor_unit.decided": _("Nama di LAPOR! dipadankan"),
    "lapor_unit.removed": _("Nama di LAPOR! dilepas dari OPD"),
    "letter.changed": _("Konsep surat diubah"),
    "letter.drafted": _("Konsep surat dibuat"),
    "letter.dropped": _("Surat tidak dikirim"),
    "letter.sent": _("Pengiriman surat dicatat"),
    "letter.signed_off": _("Surat disetujui"),
    "letter.taken_back": _("Surat kembali menjadi konsep"),
    "mandate.entered": _("Mandat pimpinan dicatat"),
    "mandate.revoked": _("Mandat pimpinan diakhiri"),
    "material.recalled": _("Bahan jawaban ditarik untuk diperbaiki"),
    "material.returned": _("Bahan jawaban dikembalikan"),
    "material.sent": _("Bahan jawaban dikirim"),
    "material.taken_over": _("Bahan jawaban dipakai"),
    "meeting.created": _("Rapat dibuat"),
    "meeting.changed": _("Data rapat diubah"),
    "meeting.text-saved": _("Naskah notula disimpan"),
    "meeting.part-added": _("Bagian notula ditambahkan"),
    "meeting.part-changed": _("Bagian notula diubah"),
    "meeting.part-removed": _("Bagian notula dihapus"),
    "meeting.attendance-taken": _("Kehadiran dicatat"),
    "meeting.submitted": _("Notula diajukan"),
    "meeting.approved": _("Notula disetujui"),
    "meeting.reopened": _("Notula dibuka kembali"),
    "notification.reach_changed": _("Pilihan pemberitahuan diubah"),
    "notification.channel_set": _("Saluran pesan dipasang"),
    "notification.channel_removed": _("Saluran pesan dilepas"),
    "notification.delivery_retried": _("Pesan dikirim ulang"),
    "notification.delivery_confirmed": _("Pesan dipastikan sampai"),
    "person.created": _("Data orang ditambahkan"),
    "person.changed": _("Data orang diubah"),
    "person.reminded": _("Diingatkan lewat WhatsApp"),
    "post.created": _("Jabatan ditambahkan"),
    "post.changed": _("Jabatan diubah"),
    "post.ended": _("Jabatan dihapus"),
    "reminder.rule_added": _("Baris pengingat ditambahkan"),
    "reminder.rule_ended": _("Baris pengingat dihapus"),
    "reminder.sent": _("Pengingat dikirim"),
    "response.draft_begun": _("Konsep tanggapan dimulai"),
    "response.initials_asked": _("Konsep diajukan untuk paraf"),
    "response.initialled": _("Konsep diparaf"),
    "response.initials_refused": _("Konsep dikembalikan dengan catatan"),
    "response.released": _("Tanggapan siap dikirim"),
    "response.recorded": _("Tanggapan dicatat"),
    "response.reviewed": _("Mutu tanggapan dinilai"),
    "rule_set.added": _("Aturan batas waktu ditambahkan"),
    "rule_set.limit_changed": _("Angka batas waktu diubah"),
    "setting.changed": _("Pengaturan diubah"),
}

SUBJECT = {
    "absence": _("Berhalangan"),
    "account": _("Akun"),
    "action_item": _("Tindak lanjut rapat"),
    "agency": _("OPD"),
    "assignment": _("Penugasan"),
    "calendar": _("Kalender kerja"),
    "brief": _("Ringkasan untuk pimpinan"),
    "complaint": _("Aduan"),
    "complaint_list": _("Daftar aduan"),
    "disposition": _("Disposisi"),
    "document": _("Dokumen"),
    "evaluation_cycle": _("Evaluasi"),
    "file": _("Berkas"),
    "import": _("Impor"),
    "job": _("Pekerjaan latar"),
    "journal": _("Catatan aktivitas"),
    "journal_entry": _("Catatan"),
    "lapor_unit": _("Nama di LAPOR!"),
    "letter": _("Surat pengingat atau penegasan"),
    "mandate": _("Mandat pimpinan"),
    "meeting": _("Rapat"),
    "channel": _("Saluran pesan"),
    "delivery": _("Pengiriman pesan"),
    "person": _("Orang"),
    "post": _("Jabatan"),
    "reminder": _("Pengingat"),
    "reminder_rule": _("Baris pengingat"),
    "response": _("Tanggapan"),
    "rule_set": _("Aturan batas waktu"),
    "setting": _("Pengaturan"),
}


EXCEPTION = {
    ExceptionKind.LIFTED: _("Izin khusus koordinator"),
    ExceptionKind.EARLY: _("Dijawab sebelum diketahui pimpinan"),
    ExceptionKind.PAPER: _("Diketahui di atas kertas"),
    ExceptionKind.MANDATE: _("Diketahui dengan mandat"),
    ExceptionKind.NO_ORDER: _("Penugasan dicatat sebelum ada nomor surat"),
    ExceptionKind.TAKEN_BACK: _("Dibatalkan, ditarik, atau dihapus"),
    ExceptionKind.REOPENED: _("Dibuka kembali"),
    ExceptionKind.UNMASKED: _("Data pelapor ditampilkan"),
    ExceptionKind.ERASED: _("Nilai catatan dihapus"),
    ExceptionKind.ACCESS: _("Kode masuk sekali pakai"),
}

READING = {
    "page": _("Halaman aduan"),
    "step": _("Halaman langkah koordinator"),
    "answer": _("Halaman tanggapan"),
    "deadlines": _("Rincian batas waktu"),
    "file": _("Berkas lampiran"),
    "inbox": _("Kartu pada Menunggu Bapak/Ibu"),
    "export": _("Unduhan daftar aduan"),
    "proof": _("Tanda bukti (PDF)"),
    "evidence": _("Catatan yang diperlihatkan kepada pimpinan"),
    "sheet": _("Lembar disposisi"),
    "unit": _("Halaman bahan jawaban"),
    "reveal": _("Data pelapor tanpa samaran"),
}


def exception_words(code: str) -> str:
    """The words of an exception; the code itself for one that an older version wrote."""
    return str(EXCEPTION[ExceptionKind(code)]) if code in set(ExceptionKind) else code


def reading_words(what: str) -> str:
    """What was shown; the code itself for one that an older version wrote."""
    return str(READING.get(what, what))


def paper_words(
    kind: str, exception: str | None, values: Mapping[str, Any], *, actor_name: str, actor_post: str
) -> str | None:
    """A head's word that came on paper, as a sentence: who signed it, and who only wrote it down.

    ``values``: of the fact, {} where they were erased; then the sealed ``exception`` tells. None for any other fact.
    """
    is_paper = exception == ExceptionKind.PAPER or values.get("way") == "sheet"
    if kind != "disposition.acknowledged" or not is_paper:
        return None
    scribe = f"{actor_name} ({actor_post})" if actor_post else actor_name
    if not values.get("person") or not values.get("written_on"):
        return str(gettext("Diketahui pimpinan OPD di atas kertas, dicatat oleh %(scribe)s", scribe=scribe))
    words = gettext(
        "Diketahui %(post)s, %(person)s di atas kertas, tertanggal %(day)s, dicatat oleh %(scribe)s",
        post=values.get("post", ""),
        person=values["person"],
        day=long_date(date.fromisoformat(values["written_on"])),
        scribe=scribe,
    )
    return str(words)


def event_words(kind: str) -> str:
    """The words of a kind of event; the kind itself for one that an older version wrote."""
    return str(EVENT.get(kind, kind))


def reference(subject_kind: str, subject_id: int, complaint_id: int | None) -> str:
    """What it happened to, as kind and number (0: there is only one of its kind), without any content."""
    words = f"{SUBJECT.get(subject_kind, subject_kind)} {subject_id or ''}".rstrip()
    if complaint_id is None or subject_kind == "complaint":
        return words
    return f"{words}, {SUBJECT['complaint']} {complaint_id}"
