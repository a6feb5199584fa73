"""The living complaints of the demo and what is done to each, act by act.

A day is a date or a number of working days before the day of the first start (see ``cast``). Acts of one complaint
stand in the order of time; ``seeding`` runs the acts of all complaints as they happened, through the services.
"""

from dataclasses import dataclass
from datetime import date

from lapor.complaints.rules import ReportClass, ReportedParty
from lapor.demo.cast import When
from lapor.dispositions.rules import ResponseKind


@dataclass(frozen=True)
class Moment:
    """An hour of the office's clock on a day."""

    day: When
    hour: int
    minute: int = 0


@dataclass(frozen=True)
class Verify:
    """The coordinator checks it; ``reported`` is the agency whose people are reported."""

    at: Moment
    party: ReportedParty = ReportedParty.NONE
    reported: str | None = None


@dataclass(frozen=True)
class Dispose:
    """The coordinator gives it to a lead agency and supporting ones."""

    at: Moment
    lead: str
    support: tuple[str, ...] = ()
    note: str | None = None


@dataclass(frozen=True)
class Know:
    """Whoever holds the head's powers on that day reads it and states that he knows."""

    at: Moment
    agency: str
    instruction: str | None = None
    pass_to: str | None = None


@dataclass(frozen=True)
class Print:
    """The agency's admin prints a Lembar Disposisi for the head's table."""

    at: Moment
    agency: str


@dataclass(frozen=True)
class Sign:
    """The admin brings in the photo of the sheet that the head signed, and writes down what stands on it."""

    at: Moment
    agency: str
    written: When
    instruction: str


@dataclass(frozen=True)
class Correct:
    """The head replaces his statement by a new one."""

    at: Moment
    agency: str
    instruction: str
    reason: str


@dataclass(frozen=True)
class Lift:
    """The coordinator allows an answer before the head knows."""

    at: Moment
    agency: str
    reason: str


@dataclass(frozen=True)
class Supply:
    """The unit to which it was passed on sends its material for the answer."""

    at: Moment
    agency: str
    unit: str
    text: str


@dataclass(frozen=True)
class Draft:
    """The agency's admin writes a draft."""

    at: Moment
    agency: str
    kind: ResponseKind
    text: str


@dataclass(frozen=True)
class Answer:
    """The agency's admin records what was answered in LAPOR!; ``early``: why before the head knew."""

    at: Moment
    agency: str
    kind: ResponseKind
    text: str
    early: str | None = None


@dataclass(frozen=True)
class GiveBack:
    """The head returns it as not his agency's authority."""

    at: Moment
    agency: str
    reason: str


@dataclass(frozen=True)
class Propose:
    """The admin proposes to return it."""

    at: Moment
    agency: str
    reason: str


@dataclass(frozen=True)
class Hold:
    """The coordinator waits for the reporter."""

    at: Moment
    reason: str


@dataclass(frozen=True)
class Resume:
    """The clocks go on."""

    at: Moment


@dataclass(frozen=True)
class Forward:
    """Passed on to another institution."""

    at: Moment
    institution: str
    way: str


@dataclass(frozen=True)
class Archive:
    """Put aside."""

    at: Moment
    reason: str


@dataclass(frozen=True)
class Close:
    """Closed with the reporter's rating."""

    at: Moment
    reason: str
    rating: int | None = None


Act = (
    Verify
    | Dispose
    | Know
    | Print
    | Sign
    | Correct
    | Lift
    | Supply
    | Draft
    | Answer
    | GiveBack
    | Propose
    | Hold
    | Resume
    | Forward
    | Archive
    | Close
)


@dataclass(frozen=True)
class LivingComplaint:
    """A complaint as the citizen wrote it. ``by_hand``: it came outside LAPOR! and was written down.

    ``lapor_unit``: the agency to which LAPOR! had given it when it was imported.
    """

    tracking_id: str
    title: str
    text: str
    report_class: ReportClass | None
    channel: str
    received: Moment
    entered: Moment
    acts: tuple[Act, ...]
    is_anonymous: bool = False
    is_confidential: bool = False
    by_hand: bool = False
    lapor_status: str = "Terverifikasi"
    lapor_unit: str | None = None
    category: str | None = None
    location: str | None = None


R, K, M = ReportClass, ResponseKind, Moment

LIVING: tuple[LivingComplaint, ...] = (
    LivingComplaint(
        "99000201",
        "Jalan provinsi rusak parah depan pasar",
        "Jalan provinsi di depan pasar Desa Sumber Makmur, Parigi Moutong, sudah berlubang dari tahun lalu dan kalau "
        "hujan jadi kolam. Minggu ini sudah dua motor jatuh, tolong ditambal dulu sebelum ada korban.",
        R.NON_SUPERVISORY,
        "Android",
        M(-9, 7, 41),
        M(-9, 8, 30),
        (
            Verify(M(-9, 9, 5)),
            Dispose(M(-8, 8, 20), "bmpr"),
            Know(M(-7, 8, 10), "bmpr", "Cek lapangan, laporkan hasilnya.", "bidang.bmpr"),
            Answer(
                M(-5, 14, 20),
                "bmpr",
                K.FIRST,
                "Yth. Bapak/Ibu Pelapor, terima kasih atas laporannya. Tim kami telah meninjau lokasi pada hari "
                "Selasa dan menemukan empat titik rusak sepanjang 120 meter. Penambalan sementara dijadwalkan "
                "minggu depan; perkembangannya akan kami sampaikan di sini.",
            ),
        ),
        is_anonymous=True,
        category="Jalan",
        location="Desa Sumber Makmur, Parigi Moutong",
    ),
    LivingComplaint(
        "99000202",
        "Lubang besar jalan pasar sumber makmur",
        "min tolong jalan depan pasar sumber makmur parigi lubangnya sudah besar sekali. tadi pagi ada ibu2 jatuh "
        "dari motor, ini so berapa kali dilapor",
        None,
        "Facebook",
        M(-1, 10, 12),
        M(-1, 13, 30),
        (),
        lapor_status="Belum Terverifikasi",
        location="Parigi Moutong",
    ),
    LivingComplaint(
        "99000203",
        "Jembatan miring habis banjir, masih dilewati truk",
        "Jembatan di ruas provinsi Desa Lembah Jaya sudah miring setelah banjir malam Minggu. Truk masih lewat, kami "
        "takut putus waktu anak-anak pulang sekolah.",
        R.NON_SUPERVISORY,
        "Call Center",
        M(-2, 7, 50),
        M(-2, 8, 2),
        (
            Verify(M(-2, 8, 6)),
            Dispose(M(-2, 8, 10), "bmpr", ("bpbd",), "Mohon ditangani hari ini juga."),
            Lift(M(-2, 8, 14), "bmpr", "Membahayakan jiwa: jembatan miring masih dilewati kendaraan berat."),
            Answer(
                M(-2, 15, 50),
                "bmpr",
                K.FIRST,
                "Yth. Bapak/Ibu, petugas sudah memasang pembatas dan hanya kendaraan di bawah 3 ton yang boleh lewat "
                "sejak pukul 16.00 WITA. Pemeriksaan struktur dilakukan besok.",
            ),
        ),
        by_hand=True,
        category="Jembatan",
        location="Desa Lembah Jaya",
    ),
    LivingComplaint(
        "99000204",
        "Gaji di bawah UMP dan tidak didaftarkan BPJS",
        "Saya kerja di gudang di Palu, gaji cuma 1,8 juta dan sudah satu tahun tidak didaftarkan BPJS. Mohon "
        "diperiksa tapi jangan sampai nama saya ketahuan bos.",
        R.SUPERVISORY,
        "Website",
        M(-6, 13, 25),
        M(-6, 14, 10),
        (
            Verify(M(-4, 9, 15)),
            Dispose(M(-4, 9, 30), "disnakertrans"),
            Know(
                M(-3, 8, 5),
                "disnakertrans",
                "Tugaskan pengawas ketenagakerjaan, jaga kerahasiaan pelapor.",
            ),
        ),
        is_anonymous=True,
        is_confidential=True,
        category="Pengupahan",
        location="Palu",
    ),
    LivingComplaint(
        "99000205",
        "Dua bulan gaji subkontraktor belum dibayar",
        "Kami 14 orang karyawan subkontraktor di Morowali belum terima gaji dua bulan. Katanya tunggu pencairan "
        "terus, kami sudah susah makan.",
        R.NON_SUPERVISORY,
        "Android",
        M(-1, 8, 15),
        M(-1, 8, 40),
        (Verify(M(-1, 9, 20)), Dispose(M(-1, 9, 25), "disnakertrans")),
        is_confidential=True,
        category="Pengupahan",
        location="Morowali",
    ),
    LivingComplaint(
        "99000206",
        "Kapan pelatihan las di BLK dibuka",
        "Min mau tanya kapan pelatihan las di BLK dibuka lagi dan syaratnya apa. Saya tamatan SMK tahun lalu.",
        R.INFORMATION,
        "Instagram",
        M(-4, 9, 2),
        M(-4, 9, 40),
        (
            Verify(M(-4, 10, 0)),
            Dispose(M(-4, 10, 5), "disnakertrans"),
            Know(M(-3, 8, 12), "disnakertrans", "Jawab dengan jelas."),
            Answer(
                M(-2, 10, 30),
                "disnakertrans",
                K.FINAL,
                "Yth. Saudara Pelapor, pendaftaran gelombang berikutnya dibuka tanggal 1 bulan depan. Syarat: KTP, "
                "ijazah terakhir, pasfoto 3x4, usia 18 s.d. 35 tahun. Pendaftaran tidak dipungut biaya.",
            ),
        ),
        category="Pelatihan Kerja",
    ),
    LivingComplaint(
        "99000207",
        "Uang komite diwajibkan 150 ribu per bulan",
        "Di SMA anak saya uang komite diwajibkan Rp150.000 per bulan, kalau tidak bayar tidak boleh ikut ujian. "
        "Setahu saya sekolah negeri tidak boleh begitu.",
        R.SUPERVISORY,
        "Website",
        M(-12, 9, 30),
        M(-12, 10, 10),
        (
            Hold(M(-12, 10, 40), "Mohon disebutkan nama sekolahnya."),
            Resume(M(-5, 9, 10)),
            Verify(M(-5, 9, 30)),
            Dispose(M(-4, 8, 50), "disdik"),
            Know(M(-3, 9, 40), "disdik", "Bentuk tim klarifikasi, bicarakan dengan saya."),
        ),
        is_anonymous=True,
        is_confidential=True,
        category="Pungutan Sekolah",
    ),
    LivingComplaint(
        "99000208",
        "Ijazah ditahan karena tunggakan",
        "ijazah adik sy ditahan sekolah krn tunggakan komite pdhal mau dipake kerja. nama ***, NIK "
        "7271000000000001 hp 0812-0000-0001 tolong dibantu",
        R.NON_SUPERVISORY,
        "SMS",
        M(-16, 8, 1),
        M(-16, 8, 45),
        (
            Verify(M(-16, 9, 10)),
            Dispose(M(-16, 9, 15), "disdik"),
            Know(M(-15, 8, 20), "disdik", "Panggil kepala sekolahnya, ijazah tidak boleh ditahan."),
            Answer(
                M(-12, 11, 10),
                "disdik",
                K.FIRST,
                "Yth. Bapak/Ibu Pelapor, kami telah menghubungi sekolah yang bersangkutan dan meminta penjelasan "
                "tertulis.",
            ),
        ),
        category="Ijazah",
    ),
    LivingComplaint(
        "99000209",
        "Guru jarang masuk di SMA kepulauan",
        "Di SMA kami di Banggai Laut ada tiga guru yang jarang masuk, kadang seminggu cuma sekali. Anak-anak "
        "pulang jam sepuluh terus.",
        R.NON_SUPERVISORY,
        "Facebook",
        M(-3, 9, 50),
        M(-3, 10, 20),
        (Verify(M(-2, 9, 0)), Dispose(M(-1, 8, 30), "disdik")),
        is_anonymous=True,
        category="Tenaga Pendidik",
        location="Banggai Laut",
    ),
    LivingComplaint(
        "99000210",
        "Syarat pindah SMA dari luar provinsi",
        "Mohon informasi syarat pindah SMA dari Kalimantan Timur ke Palu. Apakah bisa di tengah semester?",
        R.INFORMATION,
        "Email Instansi",
        M(-20, 10, 0),
        M(-1, 14, 0),
        (),
        lapor_status="Ditutup oleh Sistem",
        lapor_unit="Dinas Pendidikan",
        category="Penerimaan Siswa",
    ),
    LivingComplaint(
        "99000211",
        "Antre operasi sudah tiga minggu",
        "Bapak saya dijadwalkan operasi hernia tapi sudah tiga minggu diundur terus. Kami dari Donggala "
        "bolak-balik habis ongkos, mohon kepastian.",
        R.NON_SUPERVISORY,
        "ios",
        M(-5, 10, 20),
        M(-5, 11, 0),
        (
            Verify(M(-4, 8, 20)),
            Dispose(M(-4, 8, 25), "rsud-undata"),
            Know(M(-3, 10, 15), "rsud-undata", "Kepala ruang bedah menyiapkan kepastian jadwal."),
            Draft(
                M(-1, 11, 5),
                "rsud-undata",
                K.FIRST,
                "Yth. Bapak/Ibu, kami mohon maaf atas penundaan jadwal operasi. Kepastian tanggal sedang kami "
                "mintakan kepada dokter bedah dan akan kami sampaikan",
            ),
        ),
        is_confidential=True,
        category="Pelayanan Rumah Sakit",
        location="Donggala",
    ),
    LivingComplaint(
        "99000212",
        "Petugas loket kurang ramah",
        "Petugas loket bentak-bentak orang tua pasien BPJS waktu antre pagi. Tolong diajar dulu sopan santun.",
        R.NON_SUPERVISORY,
        "Hotline Service",
        M(-14, 8, 30),
        M(-14, 8, 50),
        (
            Verify(M(-14, 9, 10)),
            Dispose(M(-14, 9, 15), "rsud-undata"),
            Know(M(-13, 8, 40), "rsud-undata", "Bina petugasnya, minta maaf kepada pelapor."),
            Answer(
                M(-9, 10, 40),
                "rsud-undata",
                K.FINAL,
                "Yth. Bapak/Ibu, kami menyampaikan permohonan maaf atas pengalaman tersebut. Petugas telah dibina "
                "dan mulai Senin tersedia petugas pendamping lansia di loket pukul 07.00 s.d. 10.00 WITA.",
            ),
            Close(M(-6, 9, 0), "Pelapor menyatakan puas.", 4),
        ),
        is_anonymous=True,
        by_hand=True,
        category="Pelayanan Rumah Sakit",
    ),
    LivingComplaint(
        "99000213",
        "Obat TB kosong di puskesmas",
        "Obat TB di puskesmas kami di Tolitoli kosong sudah sepuluh hari. Padahal kata petugas tidak boleh putus "
        "minum.",
        R.NON_SUPERVISORY,
        "Website",
        M(-2, 10, 5),
        M(-2, 10, 45),
        (Verify(M(-1, 8, 35)), Dispose(M(-1, 8, 38), "dinkes")),
        is_confidential=True,
        category="Obat",
        location="Tolitoli",
    ),
    LivingComplaint(
        "99000214",
        "Cara urus izin praktik perawat",
        "Saya perawat baru lulus mau buka praktik di Poso. Izin praktiknya diurus di provinsi atau kabupaten?",
        R.INFORMATION,
        "Website",
        M(-5, 8, 20),
        M(-5, 8, 55),
        (
            Verify(M(-5, 9, 35)),
            Dispose(M(-5, 9, 40), "dinkes"),
            Propose(M(-5, 14, 30), "dinkes", "Izin praktik perawat diterbitkan kabupaten/kota."),
            GiveBack(M(-4, 8, 15), "dinkes", "Izin praktik perawat diterbitkan kabupaten/kota."),
        ),
        category="Perizinan",
        location="Poso",
    ),
    LivingComplaint(
        "99000215",
        "Kenaikan pangkat April belum keluar SK",
        "Berkas kenaikan pangkat periode April sudah lengkap tapi SK belum keluar. Mohon dicek di mana kendalanya.",
        R.NON_SUPERVISORY,
        "Website",
        M(-11, 8, 5),
        M(-11, 8, 35),
        (
            Verify(M(-11, 8, 50)),
            Dispose(M(-11, 8, 55), "bkd"),
            Know(M(-11, 10, 5), "bkd", "Jawab hari ini atau besok."),
            Answer(
                M(-9, 9, 20),
                "bkd",
                K.FINAL,
                "Yth. Saudara Pelapor, usulan telah disetujui dan SK dapat diambil pada Bidang Mutasi setiap hari "
                "kerja dengan membawa kartu pegawai. Terima kasih atas kesabarannya.",
            ),
            Close(M(-7, 9, 30), "Pelapor menyatakan puas.", 5),
        ),
        category="Kepegawaian",
    ),
    LivingComplaint(
        "99000216",
        "Formasi PPPK tenaga kesehatan",
        "Apakah tahun ini ada formasi PPPK perawat di provinsi? Kapan diumumkan min?",
        R.INFORMATION,
        "Instagram",
        M(-3, 8, 25),
        M(-3, 8, 45),
        (
            Verify(M(-3, 9, 0)),
            Dispose(M(-3, 9, 5), "bkd"),
            Print(M(-3, 14, 20), "bkd"),
            Sign(M(-2, 8, 30), "bkd", -2, "Siapkan jawaban sesuai pengumuman terakhir."),
        ),
        category="Kepegawaian",
    ),
    LivingComplaint(
        "99000217",
        "Pejabat minta uang untuk pindah tugas",
        "Ada pejabat yang minta uang supaya usul pindah tugas diproses. Saya takut sebut nama, tapi bukti transfer "
        "ada.",
        R.SUPERVISORY,
        "Pos Surat",
        M(-8, 9, 0),
        M(-8, 9, 30),
        (
            Verify(M(-5, 13, 20), ReportedParty.HEAD, "bkd"),
            Dispose(M(-4, 9, 50), "inspektorat"),
            Know(M(-3, 9, 10), "inspektorat", "Telaah awal oleh auditor, jaga kerahasiaan pelapor."),
        ),
        is_anonymous=True,
        is_confidential=True,
        by_hand=True,
        category="Integritas",
    ),
    LivingComplaint(
        "99000218",
        "Hunian tetap korban gempa belum jelas",
        "Kami masih tinggal di hunian sementara di Sigi sejak gempa. Sudah didata tiga kali tapi belum ada kabar "
        "kapan pindah.",
        R.NON_SUPERVISORY,
        "Tatap Muka",
        M(-7, 9, 20),
        M(-7, 9, 45),
        (
            Verify(M(-7, 10, 0)),
            Dispose(M(-7, 10, 5), "bpbd"),
            Know(M(-6, 8, 25), "bpbd", "Koordinasikan dengan Perkimtan, siapkan jawaban yang jelas.", "bidang.bpbd"),
            Answer(
                M(-4, 13, 40),
                "bpbd",
                K.FIRST,
                "Yth. Bapak/Ibu, data hunian Bapak/Ibu sedang kami cocokkan dengan Dinas Perumahan, Kawasan "
                "Permukiman dan Pertanahan. Jadwal pindah kami sampaikan setelah pencocokan selesai.",
            ),
            Supply(
                M(-1, 10, 25),
                "bpbd",
                "bidang.bpbd",
                "Pencocokan data dengan Perkimtan selesai: 42 kepala keluarga di hunian itu sudah terdaftar. "
                "Unit hunian tetap sedang dipasangi listrik, diperkirakan siap ditempati dalam tiga pekan. Undangan "
                "pembagian kunci disampaikan lewat kepala desa.",
            ),
        ),
        by_hand=True,
        category="Pascabencana",
        location="Sigi",
    ),
    LivingComplaint(
        "99000219",
        "Sirene tsunami tidak bunyi waktu latihan",
        "Waktu latihan Jumat lalu sirene di pantai tidak bunyi sama sekali. Kalau kejadian betul bagaimana, mohon "
        "dicek.",
        R.NON_SUPERVISORY,
        "Whatsapp",
        M(-1, 7, 55),
        M(-1, 8, 41),
        (Verify(M(-1, 9, 30)), Dispose(M(-1, 9, 33), "bpbd")),
        category="Kesiapsiagaan",
    ),
    LivingComplaint(
        "99000220",
        "Usul lampu di jalur evakuasi",
        "Usul saja, jalur evakuasi ke bukit dikasih lampu tenaga surya. Kalau malam gelap sekali dan banyak lubang.",
        R.ASPIRATION,
        "ios",
        M(-1, 8, 5),
        M(-1, 8, 42),
        (Verify(M(-1, 9, 36)), Dispose(M(-1, 9, 39), "bpbd")),
        category="Kesiapsiagaan",
    ),
    LivingComplaint(
        "99000221",
        "Bantuan lansia berhenti tiga bulan",
        "Bantuan lansia ibu saya sudah tiga bulan tidak masuk, umur 78 tahun. Bisa hubungi saya di 0812-0000-0002.",
        R.NON_SUPERVISORY,
        "Call Center",
        M(-6, 9, 15),
        M(-6, 9, 40),
        (
            Verify(M(-4, 8, 40)),
            Dispose(M(-3, 8, 20), "dinsos"),
            Answer(
                M(-3, 13, 30),
                "dinsos",
                K.FIRST,
                "Yth. Bapak/Ibu, data ibu sedang dipadankan karena perubahan kartu keluarga. Hasilnya kami "
                "sampaikan paling lambat Jumat.",
                "Sudah terlanjur dijawab di LAPOR! saat kepala dinas bertugas di luar kota.",
            ),
        ),
        by_hand=True,
        category="Bantuan Sosial",
    ),
    LivingComplaint(
        "99000222",
        "Satu keluarga dapat bantuan dobel",
        "Di kampung kami ada satu keluarga dapat bantuan dua nama padahal punya toko. Yang janda tua malah tidak "
        "dapat.",
        R.SUPERVISORY,
        "Website",
        M(-4, 13, 10),
        M(-4, 13, 50),
        (Verify(M(-2, 8, 45)), Dispose(M(-2, 8, 48), "dinsos")),
        is_anonymous=True,
        is_confidential=True,
        category="Bantuan Sosial",
    ),
    LivingComplaint(
        "99000223",
        "Debu truk galian masuk rumah",
        "Tiap hari puluhan truk galian lewat tanpa terpal, debunya masuk rumah. Anak saya sudah sesak napas.",
        R.NON_SUPERVISORY,
        "Android",
        M(-10, 8, 10),
        M(-10, 8, 50),
        (
            Verify(M(-10, 9, 25)),
            Hold(M(-9, 9, 20), "Mohon disebutkan nama jalan dan jam truk lewat."),
            Resume(M(-2, 9, 25)),
            Dispose(M(-1, 8, 25), "dlh", ("dishub",)),
            Know(M(-1, 13, 15), "dlh", "Periksa izin angkutnya bersama Dishub."),
        ),
        is_confidential=True,
        category="Pencemaran Udara",
    ),
    LivingComplaint(
        "99000224",
        "Kapal ke kepulauan sering batal mendadak",
        "kapal ke banggai kepulauan sering batal tanpa kabar. kami tidur di pelabuhan dua malam dgn anak kecil",
        R.NON_SUPERVISORY,
        "SMS",
        M(-15, 8, 9),
        M(-15, 8, 50),
        (
            Verify(M(-12, 9, 20)),
            Dispose(M(-8, 8, 40), "dishub"),
            Know(M(-7, 9, 5), "dishub", "Minta penjelasan operator bus."),
            Correct(
                M(-7, 9, 25),
                "dishub",
                "Minta penjelasan operator kapal.",
                "Salah tulis: yang dimaksud operator kapal, bukan bus.",
            ),
        ),
        category="Angkutan Laut",
        location="Banggai Kepulauan",
    ),
    LivingComplaint(
        "99000225",
        "Bayar pajak motor online gagal terus",
        "Bayar pajak motor lewat aplikasi gagal terus padahal saldo terpotong. Bukti pembayaran saya lampirkan.",
        R.NON_SUPERVISORY,
        "Android",
        M(-8, 8, 0),
        M(-8, 8, 35),
        (
            Verify(M(-8, 8, 50)),
            Dispose(M(-8, 8, 53), "bapenda"),
            Know(M(-8, 10, 30), "bapenda", "Cocokkan dengan bank hari ini."),
            Answer(
                M(-7, 10, 10),
                "bapenda",
                K.FINAL,
                "Yth. Bapak/Ibu, pembayaran telah kami cocokkan dengan bank dan dinyatakan lunas. STNK dapat "
                "disahkan di Samsat mana pun dengan menunjukkan KTP.",
            ),
            Close(M(-5, 8, 40), "Pelapor menyatakan puas.", 5),
        ),
        category="Pajak Kendaraan",
    ),
    LivingComplaint(
        "99000226",
        "Air PDAM mati seminggu",
        "Air PDAM di kompleks kami mati sudah seminggu tapi tagihan jalan terus. Tolong ditegur.",
        R.NON_SUPERVISORY,
        "Whatsapp",
        M(-3, 8, 35),
        M(-3, 9, 15),
        (
            Verify(M(-3, 9, 20)),
            Forward(M(-2, 9, 35), "Pemerintah Kota Palu", "Melalui LAPOR! kepada Admin Kota Palu."),
        ),
        category="Air Minum",
        location="Palu",
    ),
    LivingComplaint(
        "99000227",
        "tes tes",
        "tes",
        None,
        "SMS",
        M(-5, 8, 40),
        M(-5, 8, 58),
        (Archive(M(-5, 9, 50), "Tidak jelas: hanya berisi kata tes."),),
        lapor_status="Belum Terverifikasi",
    ),
)


def _june(day: int, hour: int, minute: int = 0) -> Moment:
    return Moment(date(2022, 6, day), hour, minute)


def _july(day: int, hour: int, minute: int = 0) -> Moment:
    return Moment(date(2022, 7, day), hour, minute)


OF_2022: tuple[LivingComplaint, ...] = (
    LivingComplaint(
        "99000118",
        "Hunian tetap belum jelas",
        "Kami sudah didata untuk hunian tetap sejak tahun lalu tetapi belum ada kepastian tempat dan waktunya.",
        R.NON_SUPERVISORY,
        "Website",
        _june(22, 8, 10),
        _june(22, 8, 40),
        (
            Verify(_june(22, 9, 0)),
            Dispose(_june(22, 9, 10), "bpbd"),
            Know(_june(23, 8, 15), "bpbd", "Mintakan data kepada bidang rehabilitasi."),
            Answer(
                _june(27, 14, 5),
                "bpbd",
                K.FIRST,
                "Yth. Bapak/Ibu, data Bapak/Ibu sedang kami periksa bersama bidang rehabilitasi.",
            ),
            Answer(
                _july(12, 10, 20),
                "bpbd",
                K.FINAL,
                "Yth. Bapak/Ibu, hunian tetap Bapak/Ibu masuk tahap kedua; undian tempat dilaksanakan bulan Agustus.",
            ),
            Close(_july(27, 9, 0), "Pelapor tidak menanggapi sepuluh hari kerja."),
        ),
        category="Pascabencana",
    ),
    LivingComplaint(
        "99000119",
        "Sirene tsunami tidak bunyi",
        "Sirene tsunami di pantai kami tidak bunyi waktu uji coba. Mohon diperiksa sebelum dibutuhkan.",
        R.NON_SUPERVISORY,
        "Android",
        _june(30, 8, 5),
        _june(30, 8, 40),
        (
            Verify(_june(30, 9, 5)),
            Dispose(_june(30, 9, 10), "bpbd"),
            Know(_july(1, 10, 20), "bpbd", "Periksa catu dayanya pekan ini."),
            Answer(
                _july(5, 13, 20),
                "bpbd",
                K.FIRST,
                "Yth. Bapak/Ibu, petugas telah memeriksa sirene dan menemukan baterai yang sudah lemah.",
            ),
            Answer(
                _july(14, 15, 10),
                "bpbd",
                K.FINAL,
                "Yth. Bapak/Ibu, baterai sirene telah diganti dan diuji pada pukul 10.00 WITA.",
            ),
            Close(_july(21, 9, 10), "Pelapor menyatakan puas.", 5),
        ),
        category="Kesiapsiagaan",
    ),
    LivingComplaint(
        "99000120",
        "Permintaan data relawan",
        "Mohon data relawan terlatih di kabupaten kami untuk keperluan pendampingan korban.",
        R.INFORMATION,
        "Email Instansi",
        _june(29, 9, 0),
        _june(29, 9, 30),
        (
            Verify(_june(29, 10, 0)),
            Dispose(_june(29, 10, 10), "bpbd"),
            Know(_june(30, 8, 25), "bpbd", "Berikan rekap tanpa nama dan nomor telepon."),
            Answer(
                _july(5, 10, 40),
                "bpbd",
                K.FINAL,
                "Yth. Bapak/Ibu, rekap jumlah relawan per kecamatan kami kirim melalui pos-el instansi.",
            ),
            Close(_july(20, 9, 5), "Pelapor tidak menanggapi sepuluh hari kerja."),
        ),
        is_confidential=True,
        category="Kerelawanan",
    ),
)
