"""What happened, in words: one line for each kind of event of every slice, without any content.

The journal imports no slice, so the kinds stand here as texts; a test compares them with the events.
"""

from flask_babel import lazy_gettext as _

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
    "action-item.updated": _("Tindak lanjut rapat diperbarui"),
    "agency.created": _("OPD ditambahkan"),
    "agency.changed": _("Data OPD diubah"),
    "agency.closed": _("OPD ditutup"),
    "agency.obliged": _("Kewajiban OPD diubah"),
    "assignment.made": _("Penugasan dibuat"),
    "assignment.ended": _("Penugasan diakhiri"),
    "assignment.cancelled": _("Penugasan dibatalkan"),
    "assignment.order-supplied": _("Nomor surat penugasan dilengkapi"),
    "calendar.changed": _("Kalender kerja diubah"),
    "complaint.registered": _("Aduan dicatat"),
    "complaint.imported": _("Aduan diimpor"),
    "complaint.changed_by_import": _("Aduan berubah menurut LAPOR!"),
    "complaint.difference_settled": _("Perbedaan dengan LAPOR! diputuskan"),
    "complaint.verified": _("Aduan diperiksa"),
    "complaint.class_corrected": _("Klasifikasi diperbaiki"),
    "complaint.flags_changed": _("Sifat aduan diubah"),
    "complaint.held": _("Menunggu kelengkapan pelapor"),
    "complaint.resumed": _("Dilanjutkan setelah dilengkapi"),
    "complaint.forwarded": _("Diteruskan ke instansi lain"),
    "complaint.archived": _("Aduan diarsipkan"),
    "complaint.closed": _("Aduan ditutup"),
    "complaint.reopened": _("Aduan dibuka kembali"),
    "complaint.reporter_answered": _("Jawaban pelapor dicatat"),
    "complaint.reporter_revealed": _("Data pelapor ditampilkan"),
    "desk.list_exported": _("Daftar aduan diunduh"),
    "disposition.disposed": _("Disampaikan ke OPD"),
    "disposition.opened": _("Dibuka oleh pimpinan OPD"),
    "disposition.acknowledged": _("Diketahui pimpinan OPD"),
    "disposition.acknowledgement_superseded": _("Pernyataan mengetahui diganti"),
    "disposition.block_lifted": _("Izin khusus koordinator"),
    "disposition.return_proposed": _("Pengembalian diusulkan"),
    "disposition.returned": _("Dikembalikan OPD"),
    "disposition.withdrawn": _("Penyampaian ke OPD ditarik"),
    "evaluation.created": _("Evaluasi dibuat"),
    "evaluation.changed": _("Evaluasi diubah"),
    "evaluation.data_locked": _("Data evaluasi dikunci"),
    "evaluation.data_unlocked": _("Kunci data evaluasi dibuka"),
    "evaluation.published": _("Evaluasi diumumkan"),
    "file.attached": _("Berkas dilampirkan"),
    "file.removed": _("Berkas dihapus"),
    "import.finished": _("Impor dari LAPOR! selesai"),
    "import.owed_from_changed": _("Tanggal wajib diketahui pimpinan diubah"),
    "lapor_unit.decided": _("Nama di LAPOR! dipadankan"),
    "lapor_unit.removed": _("Nama di LAPOR! dilepas dari OPD"),
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
    "person.created": _("Data orang ditambahkan"),
    "person.changed": _("Data orang diubah"),
    "post.created": _("Jabatan ditambahkan"),
    "post.changed": _("Jabatan diubah"),
    "post.ended": _("Jabatan dihapus"),
    "response.draft_begun": _("Konsep tanggapan dimulai"),
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
    "complaint": _("Aduan"),
    "complaint_list": _("Daftar aduan"),
    "disposition": _("Disposisi"),
    "evaluation_cycle": _("Evaluasi"),
    "file": _("Berkas"),
    "import": _("Impor"),
    "lapor_unit": _("Nama di LAPOR!"),
    "meeting": _("Rapat"),
    "person": _("Orang"),
    "post": _("Jabatan"),
    "response": _("Tanggapan"),
    "rule_set": _("Aturan batas waktu"),
    "setting": _("Pengaturan"),
}


def event_words(kind: str) -> str:
    """The words of a kind of event; the kind itself for one that an older version wrote."""
    return str(EVENT.get(kind, kind))


def reference(subject_kind: str, subject_id: int, complaint_id: int | None) -> str:
    """What it happened to, as kind and number, without any content."""
    words = f"{SUBJECT.get(subject_kind, subject_kind)} {subject_id}"
    if complaint_id is None or subject_kind == "complaint":
        return words
    return f"{words}, {SUBJECT['complaint']} {complaint_id}"
