"""A fictional "Laporan Ringkas" to try the import with: twelve complaints in the 17-column layout."""

from datetime import date, timedelta
from io import BytesIO

import xlsxwriter

PROVINCE = "Pemerintah Provinsi Sulawesi Tengah"
COLUMNS = (
    "Tracking ID",
    "Tanggal Laporan Masuk",
    "Waktu Laporan Masuk",
    "Klasifikasi Laporan",
    "ID Kategori",
    "Kategori",
    "Judul Laporan",
    "Isi Laporan Awal",
    "Isi Laporan Akhir",
    "Tipe Laporan (Anonim/Rahasia)",
    "Sumber Laporan",
    "Instansi Induk",
    "Instansi Terdisposisi",
    "Status Laporan",
    "Alasan Tunda/Arsip",
    "Provinsi",
    "Kota/Kabupaten",
)
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_SUPERVISORY, _PLAIN = "Pengaduan Berkadar Pengawasan", "Pengaduan Tidak Berkadar Pengawasan"
_CLOSED, _VERIFIED, _WAITING = "Ditutup oleh Sistem", "Terverifikasi", "Menunggu Kelengkapan Informasi"
_BPBD = "BADAN PENANGGULANGAN BENCANA DRH"
_BMPR = "Dinas Bina Marga dan Penataan Ruang Provinsi Sulawesi Tengah"
_DINKES = "Dinas Kesehatan Provinsi Sulawesi Tengah"

# days before the file was made, time (UTC), class, category id and name, title, text, flags, channel, unit,
# status, place
_ROWS = (
    (12, "23:41:07", _PLAIN, "1397", "Jalan Berlubang", "Jalan ke pelabuhan rakyat berlubang",
     "Jalan provinsi menuju pelabuhan rakyat berlubang sepanjang satu kilometer. Dua pengendara motor sudah jatuh.",
     "", "Website", _BMPR, _VERIFIED, "Donggala"),
    (11, "02:15:50", _PLAIN, "945", "Penanggulangan Bencana", "Tenda pengungsian bocor",
     "Tenda di lokasi pengungsian bocor setiap hujan. Ada enam keluarga dengan anak kecil di dalamnya.",
     "Anonim", "Android", _BPBD, _VERIFIED, "Sigi"),
    (10, "06:02:33", _SUPERVISORY, "1498", "Lainnya terkait Kepegawaian", "Pungutan untuk surat keterangan",
     "Petugas meminta uang lima puluh ribu rupiah untuk surat yang seharusnya gratis. Saya takut dikenali.",
     "Anonim|Rahasia", "Website", "Dinas Sosial Provinsi Sulawesi Tengah", _VERIFIED, "Kota Palu"),
    (9, "08:30:12", _PLAIN, "1638", "Tenaga Kesehatan atau Instansi Kesehatan", "Antrean poli sejak subuh",
     "Antrean poli dimulai sejak subuh karena nomor dibatasi. NIK ibu saya 7271010101500002, mohon dibantu.",
     "Rahasia", "Whatsapp", "UPT. RSU UNDATA", _VERIFIED, "Kota Palu"),
    (9, "12:44:59", "Permintaan Informasi", "945", "Penanggulangan Bencana", "Nomor darurat bencana",
     "Nomor berapa yang dihubungi bila terjadi banjir pada malam hari?",
     "", "Instagram", _BPBD, _CLOSED, "Kota Palu"),
    (8, "00:20:41", "", "", "", "Lampu taman kota padam",
     "=SEMUA lampu taman padam sejak hari Minggu, mohon diperbaiki.",
     "", "SMS", "", "Belum Terverifikasi", "Kota Palu"),
    (7, "03:55:18", "Aspirasi", "954", "Lainnya terkait Ketenteraman", "Usul pos ronda di jalur evakuasi",
     "Usul supaya di jalur evakuasi ke bukit didirikan pos ronda yang dijaga bergantian.",
     "", "ios", _BPBD, _VERIFIED, "Parigi Moutong"),
    (6, "22:08:27", _PLAIN, "1638", "Tenaga Kesehatan atau Instansi Kesehatan", "Vaksin rabies kosong",
     "Vaksin rabies di rumah sakit kabupaten kosong sudah dua pekan. Anak saya digigit anjing kemarin.",
     "Rahasia", "Android", _DINKES, _VERIFIED, "Poso"),
    (5, "04:47:03", _PLAIN, "110", "Topik Lainnya", "Bantuan belum jelas",
     "Bantuan saya belum jelas.",
     "Anonim", "Website", "", _WAITING, "Tolitoli"),
    (4, "07:11:36", _PLAIN, "963", "Administrasi Kependudukan", "Kartu keluarga lama selesai",
     "Kartu keluarga saya di kabupaten belum selesai setelah tiga bulan.",
     "", "Website", "Dinas Kependudukan dan Pencatatan Sipil Kabupaten Poso", _VERIFIED, "Poso"),
    (3, "01:05:22", "Permintaan Informasi", "1448", "Pendidikan", "Syarat pindah sekolah",
     "Apa saja syarat pindah sekolah menengah atas antarkabupaten pada tengah semester?",
     "", "Website", "Dinas Pendidikan Provinsi Sulawesi Tengah", _VERIFIED, "Banggai"),
    (2, "09:38:14", _PLAIN, "110", "Topik Lainnya", "tes",
     "tes",
     "", "SMS", "", "Diarsipkan oleh Admin", ""),
)  # fmt: skip
FIRST_TRACKING_ID = 99000401


def _english(day: date) -> str:
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def sample_export(today: date) -> bytes:
    """The file, made as if LAPOR! had exported it on ``today``; nobody and nothing in it is real."""
    stream = BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    first = today - timedelta(days=max(row[0] for row in _ROWS))
    with xlsxwriter.Workbook(stream, options) as book:
        sheet = book.add_worksheet("Laporan Ringkas")
        sheet.set_column(0, len(COLUMNS) - 1, 22)
        for index, label, value in (
            (0, "Judul Laporan", "Laporan Ringkas"),
            (2, "Nama Instansi", PROVINCE),
            (4, "Tanggal Generate", today.isoformat()),
            (6, "Periode Masuk", f"({first.isoformat()}) - ({today.isoformat()})"),
            (8, "Pengelola", ""),
        ):
            sheet.write_string(index, 0, label)
            if value:
                sheet.write_string(index, 2, value)
        for column, heading in enumerate(COLUMNS):
            sheet.write_string(10, column, heading)
        for number, row in enumerate(_ROWS):
            days, clock, report_class, category_id, category, title, text, flags, channel, unit, status, place = row
            archived = "Laporan ini diarsipkan karena tidak jelas." if status.startswith("Diarsipkan") else ""
            held = "Mohon lengkapi nama bantuan dan alamat." if status == _WAITING else ""
            cells = (
                str(FIRST_TRACKING_ID + number),
                _english(today - timedelta(days=days)),
                clock,
                report_class,
                category_id,
                category,
                title,
                text,
                text,
                flags,
                channel,
                PROVINCE,
                unit,
                status,
                archived or held,
                "Sulawesi Tengah",
                place,
            )
            for column, cell in enumerate(cells):
                if cell:
                    sheet.write_string(11 + number, column, cell)
    return stream.getvalue()
