"""The words of days off, time limits and settings."""

from flask_babel import lazy_gettext as _

from lapor.calendar.rules import DayOffKind

DAY_OFF = {
    DayOffKind.NATIONAL: _("Libur nasional"),
    DayOffKind.COLLECTIVE: _("Cuti bersama"),
    DayOffKind.PROVINCIAL: _("Libur daerah"),
}

MONTH = (
    _("Januari"),
    _("Februari"),
    _("Maret"),
    _("April"),
    _("Mei"),
    _("Juni"),
    _("Juli"),
    _("Agustus"),
    _("September"),
    _("Oktober"),
    _("November"),
    _("Desember"),
)

LIMIT = {
    ("verification", ""): _("Pemeriksaan oleh koordinator"),
    ("acknowledgement", ""): _("Diketahui pimpinan OPD"),
    ("first_follow_up", ""): _("Tanggapan pertama OPD"),
    ("completion", "supervisory"): _("Selesai dijawab: pengaduan berkadar pengawasan"),
    ("completion", "non_supervisory"): _("Selesai dijawab: pengaduan tidak berkadar pengawasan"),
    ("completion", "information"): _("Selesai dijawab: permintaan informasi"),
    ("completion", "aspiration"): _("Selesai dijawab: aspirasi"),
    ("completion", ""): _("Selesai dijawab: belum diklasifikasi"),
    ("reporter_reply", ""): _("Balasan pelapor sebelum aduan ditutup"),
}
"""The time limits in the order in which a complaint meets them."""

LIMIT_START = {
    "verification": _("sejak aduan masuk"),
    "acknowledgement": _("sejak disampaikan ke OPD"),
    "first_follow_up": _("sejak disampaikan ke OPD"),
    "completion": _("sejak disampaikan ke OPD"),
    "reporter_reply": _("sejak jawaban akhir"),
}

SETTING = {
    "acknowledgement_owed_from": _("Wajib diketahui pimpinan mulai tanggal"),
    "obliged_agencies": _("Banyaknya OPD yang wajib mengelola SP4N-LAPOR!"),
    "lapor_time_zone": _("Zona waktu jam pada ekspor LAPOR!"),
    "mandate_allowed": _("Mandat kepala OPD kepada Pejabat Penghubung"),
    "unit_material_days": _("Waktu bidang menyiapkan bahan jawaban (hari kerja)"),
}

SETTING_DETAIL = {
    "acknowledgement_owed_from": _(
        "Aduan yang masuk sebelum tanggal ini tersimpan sebagai riwayat dan tidak menunggu siapa pun. "
        "Bila kosong, tanggal impor pertama yang berlaku. Diubah di halaman impor agar akibatnya terlihat dahulu."
    ),
    "obliged_agencies": _("Pembagi pada cakupan, misalnya 10 dari 41 OPD menerima aduan."),
    "lapor_time_zone": _("Jam pada ekspor LAPOR! menurut pengamatan memakai UTC."),
    "mandate_allowed": _(
        "Bila ya, kepala OPD boleh memberi mandat tertulis kepada Pejabat Penghubung untuk "
        "menyatakan mengetahui permintaan informasi dan aspirasi yang tidak rahasia. Bila belum ditetapkan: tidak."
    ),
    "unit_material_days": _("Hanya ancar-ancar bagi bidang, bukan batas waktu. Bila belum ditetapkan: 3 hari kerja."),
}
