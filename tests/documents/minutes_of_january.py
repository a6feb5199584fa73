"""The meeting of 6 January 2022 as finished words (fictional people): what the notula must show."""

from dataclasses import replace
from datetime import UTC, datetime

from lapor.meetings.minutes import (
    AgencyFigures,
    AttendanceGroup,
    AttendanceRow,
    Discussion,
    Figures,
    FollowUpRow,
    MinutesDocument,
    NamedPost,
    ObstacleRow,
    attendance_sentence,
)
from lapor.printing.paper import Letterhead, Signature

FIGURES = Figures(
    years=(2019, 2020, 2021),
    agencies=(
        AgencyFigures("Dinas Pendidikan", (3, 7, 12), 12, 8, 6, 3, 9),
        AgencyFigures("Dinas Bina Marga dan Penataan Ruang", (4, 4, 9), 9, 6, 4, 2, 12),
        AgencyFigures("Dinas Kesehatan", (2, 6, 7), 7, 5, 4, 3, 8),
        AgencyFigures("Badan Kepegawaian Daerah", (None, None, 6), 6, 6, 6, 6, 2),
        AgencyFigures("Dinas Tenaga Kerja dan Transmigrasi", (None, 3, 5), 5, 5, 5, 5, 3),
        AgencyFigures("Badan Penanggulangan Bencana Daerah", (6, 3, 4), 4, 4, 4, 4, 2),
        AgencyFigures("Dinas Sosial", (None, 9, 3), 3, 2, 2, 1, 7),
        AgencyFigures("Dinas Perhubungan", (None, None, 2), 2, 1, 1, 1, 6),
        AgencyFigures("Dinas Lingkungan Hidup", (None, 1, 1), 1, 0, 0, 0, None),
        AgencyFigures("Badan Pendapatan Daerah", (1, None, None)),
    ),
    obliged=41,
    as_of="6 Januari 2022",
    source="Sistem Lapor",
)

_ATTENDANCE = (
    ("Moh. Fajrin Alamsyah, S.Kom.", "NIP. 19900504 201403 1 001", "Badan Kepegawaian Daerah", "Hadir"),
    (
        "Rahmat Hidayat Pakamundi, S.Kom.",
        "NIP. 19880309 201101 1 006",
        "Badan Penanggulangan Bencana Daerah",
        "Hadir",
    ),
    ("Drs. Lukman Tolibas", "NIP. 19690505 199403 1 007", "Dinas Sosial", "Mewakili Ahmad Zaki Mubarak, S.Sos."),
    ("Dewi Anggraeni, A.Md.Kes.", "", "RSUD Undata", "Hadir (melalui ponsel)"),
)

JANUARY = MinutesDocument(
    letterhead=Letterhead(
        government="PEMERINTAH PROVINSI SULAWESI TENGAH",
        agency="DINAS KOMUNIKASI, INFORMATIKA, PERSANDIAN DAN STATISTIK",
        address=(
            "Jalan Contoh Nomor 1 Palu, Kode Pos 94111, Telepon (0451) 000000",
            "Pos-el diskominfo@contoh.go.id, Laman contoh.go.id",
        ),
    ),
    draft=True,
    heading="NOTULA",
    title="Evaluasi Pengelolaan SP4N-LAPOR! Tahun 2021",
    day="Kamis, 6 Januari 2022",
    invitation="Nomor 005/012/DKIPS/2022 tanggal 3 Januari 2022",
    hours="Pukul 09.00 s.d. 11.40 WITA",
    place="Ruang Rapat Diskominfosantik Provinsi Sulawesi Tengah, Palu",
    agenda=(
        "Pembukaan",
        "Hasil evaluasi pengelolaan SP4N-LAPOR! Tahun 2021",
        "Kendala pengelolaan dan komitmen bersama admin",
        "Rencana tindak lanjut Tahun 2022",
        "Penutup",
    ),
    chair=NamedPost("Hasrul Toampi, S.Sos., M.Si.", "Kepala Bidang Informasi dan Komunikasi Publik"),
    secretary=NamedPost("Nirmala Sigilipu, S.I.Kom.", "Pranata Humas Ahli Muda"),
    minute_taker=NamedPost("Fitriani Lapatandau, A.Md.", "Pengadministrasi Umum"),
    attendance=attendance_sentence(12, 11, 1, 0, 12),
    opening=(
        "Rapat dibuka oleh Ketua pada pukul 09.05 WITA. Ketua menyampaikan bahwa rapat bertujuan membangun "
        "komitmen bersama dalam menghadapi kendala pengelolaan SP4N-LAPOR! ke depan.",
    ),
    discussions=(
        Discussion("Acara 2: Hasil evaluasi pengelolaan SP4N-LAPOR! Tahun 2021", FIGURES.sentences),
        Discussion(
            "Acara 3: Kendala pengelolaan dan komitmen bersama admin",
            (
                "Admin Dinas Sosial menyampaikan bahwa akun sempat tidak dapat digunakan selama dua minggu "
                "karena admin lama pindah tugas tanpa serah terima.",
                "Admin Dinas Bina Marga dan Penataan Ruang menyampaikan bahwa bahan jawaban dari bidang teknis "
                "sering terlambat.",
            ),
        ),
        Discussion(
            "Acara 4: Rencana tindak lanjut Tahun 2022",
            ("Ketua menegaskan setiap aduan yang masuk hendaknya diketahui oleh pimpinan perangkat daerah.",),
        ),
    ),
    obstacles=(
        ObstacleRow("Admin/operator sering berganti", "Umum", "-"),
        ObstacleRow("Bahan jawaban dari bidang teknis terlambat", "BMPR", "-"),
        ObstacleRow("Pimpinan belum selalu mengetahui aduan yang masuk", "Umum", "-"),
    ),
    decisions=(
        "Setiap aduan yang masuk wajib diketahui oleh pimpinan perangkat daerah.",
        "SK Tim Pengelola SP4N-LAPOR! diperbarui.",
        "Bimbingan teknis bagi admin SP4N-LAPOR! dilaksanakan pada Tahun 2022.",
        "Setiap pergantian admin dilengkapi berita acara serah terima.",
        "Seluruh admin berkomitmen bekerja sama mengelola SP4N-LAPOR!.",
    ),
    previous_meeting="Tidak ada (rapat pertama yang dicatat).",
    previous_follow_ups=(),
    follow_ups=(
        FollowUpRow(
            "Menyusun konsep SK Tim Pengelola Tahun 2022",
            "Diskominfosantik (Bidang IKP)",
            "31 Januari 2022",
            "Belum mulai",
        ),
        FollowUpRow(
            "Mengusulkan nama Pejabat Penghubung dan admin",
            "Seluruh perangkat daerah",
            "21 Januari 2022",
            "Belum mulai",
        ),
        FollowUpRow("Melaksanakan Bimtek admin", "Diskominfosantik", "31 Maret 2022", "Belum mulai"),
        FollowUpRow(
            "Menyampaikan surat kepada kepala perangkat daerah tentang kewajiban mengetahui aduan",
            "Diskominfosantik",
            "14 Januari 2022",
            "Belum mulai",
        ),
        FollowUpRow(
            "Menyelesaikan aduan Tahun 2021 yang belum ditanggapi",
            "BMPR, Disdik, Dinkes, Dinsos, Dishub, DLH",
            "28 Januari 2022",
            "Berjalan",
        ),
    ),
    closing=("Rapat ditutup oleh Ketua pada pukul 11.40 WITA.",),
    signatures=(
        Signature(("Notulis,",), "Fitriani Lapatandau, A.Md.", "Pengatur Tingkat I", "NIP. 19940817 201903 2 004"),
        Signature(
            ("PIMPINAN RAPAT", "KEPALA BIDANG INFORMASI DAN KOMUNIKASI PUBLIK,"),
            "Hasrul Toampi, S.Sos., M.Si.",
            "Pembina",
            "NIP. 19740211 200003 1 003",
        ),
    ),
    attendance_groups=(
        AttendanceGroup(
            "Peserta",
            tuple(
                AttendanceRow(name, nip, "Admin SP4N-LAPOR!", agency, remark)
                for name, nip, agency, remark in _ATTENDANCE
            ),
        ),
    ),
    commitment=(
        "Kami, admin SP4N-LAPOR! perangkat daerah, menyatakan sanggup menindaklanjuti setiap aduan tepat waktu, "
        "menyampaikannya kepada pimpinan, dan melaksanakan serah terima bila berganti tugas."
    ),
    photographs=(),
    figures=FIGURES,
    identifier="notula-1-1",
    created=datetime(2022, 1, 6, 4, 0, tzinfo=UTC),
)

SECOND = replace(
    JANUARY,
    draft=False,
    previous_meeting="Rapat Evaluasi Pengelolaan SP4N-LAPOR! Tahun 2021, Kamis, 6 Januari 2022:",
    previous_follow_ups=(
        FollowUpRow(
            "Menyusun konsep SK Tim Pengelola Tahun 2022",
            "Diskominfosantik (Bidang IKP)",
            "31 Januari 2022",
            "Selesai 17 Februari 2022",
            "menunggu paraf koordinasi",
        ),
        FollowUpRow(
            "Melaksanakan Bimtek admin", "Diskominfosantik", "31 Maret 2022", "Selesai 23 Maret 2022", "34 peserta"
        ),
    ),
    obstacles=(ObstacleRow("Admin kembali berganti di 4 OPD sejak Januari", "Umum", "Rapat 6 Januari 2022"),),
)
