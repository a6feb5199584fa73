"""The meetings of 2022 and the evaluation of 2021 of the demo, as data."""

from dataclasses import dataclass
from datetime import date, time

from lapor.meetings.rules import Attendance, CheckIn, ItemStatus


@dataclass(frozen=True)
class DemoAgendaItem:
    """An item of the agenda with what was said about it, point by point."""

    title: str
    points: tuple[str, ...] = ()
    has_figures: bool = False


@dataclass(frozen=True)
class DemoParticipant:
    """A person of the cast on the attendance list; ``stands_in``: who came for him."""

    person: str
    agency: str
    attendance: Attendance = Attendance.PRESENT
    way: CheckIn | None = CheckIn.PAPER
    stands_in: str | None = None


@dataclass(frozen=True)
class DemoGuest:
    """A guest who is no person of the cast."""

    name: str
    post: str
    agency_name: str


@dataclass(frozen=True)
class DemoObstacle:
    """What stands in the way; ``raised_on``: when it came up before."""

    description: str
    agency: str | None = None
    raised_on: date | None = None


@dataclass(frozen=True)
class Progress:
    """What became of a follow-up; ``noted_on``: when the secretariat wrote it down."""

    noted_on: date
    status: ItemStatus
    note: str = ""
    done_on: date | None = None


@dataclass(frozen=True)
class DemoActionItem:
    """A follow-up with what became of it."""

    description: str
    due_on: date
    agencies: tuple[str, ...] = ()
    responsible: str = ""
    all_agencies: bool = False
    status: ItemStatus = ItemStatus.NOT_STARTED
    progress: tuple[Progress, ...] = ()


@dataclass(frozen=True)
class DemoMeeting:
    """A meeting from the invitation to the signed minutes."""

    title: str
    held_on: date
    starts_at: time
    opened_at: time
    ends_at: time
    place: str
    invitation_number: str
    invitation_date: date
    chair: str
    chair_post: str
    secretary: str
    agenda: tuple[DemoAgendaItem, ...]
    participants: tuple[DemoParticipant, ...]
    opening: str
    obstacles: tuple[DemoObstacle, ...]
    decisions: tuple[str, ...]
    action_items: tuple[DemoActionItem, ...]
    signed_on: date
    guests: tuple[DemoGuest, ...] = ()
    commitment: str = ""
    years: tuple[int, int] | None = None


S, A = ItemStatus, Attendance
HEAD_OF_IKP = "Kepala Bidang Informasi dan Komunikasi Publik"
RECURRING = date(2022, 1, 6)

EVALUATION_MEETING = DemoMeeting(
    title="Evaluasi Pengelolaan SP4N-LAPOR! Tahun 2021",
    held_on=date(2022, 1, 6),
    starts_at=time(9, 0),
    opened_at=time(9, 5),
    ends_at=time(11, 40),
    place="Ruang Rapat Diskominfosantik Provinsi Sulawesi Tengah, Palu",
    invitation_number="005/012/DKIPS/2022",
    invitation_date=date(2022, 1, 3),
    chair="kabid-ikp",
    chair_post=HEAD_OF_IKP,
    secretary="koordinator",
    years=(2019, 2021),
    agenda=(
        DemoAgendaItem("Pembukaan"),
        DemoAgendaItem(
            "Hasil evaluasi pengelolaan SP4N-LAPOR! Tahun 2021",
            (
                "Tiga perangkat daerah menerima plakat sebagai perangkat daerah responsif pada tanggal 20 Desember "
                "2021, yaitu Badan Kepegawaian Daerah, Dinas Tenaga Kerja dan Transmigrasi, dan Badan "
                "Penanggulangan Bencana Daerah.",
                "Admin Badan Kepegawaian Daerah menyampaikan bahwa aduan dilaporkan kepada kepala setiap pagi "
                "lewat lembar disposisi.",
            ),
            has_figures=True,
        ),
        DemoAgendaItem(
            "Kendala pengelolaan dan komitmen bersama admin",
            (
                "Ketua menyampaikan bahwa kendala yang umumnya terjadi adalah operator yang sering berganti.",
                "Admin Dinas Sosial menyampaikan bahwa akun sempat tidak dapat digunakan selama dua minggu karena "
                "admin lama pindah tugas tanpa serah terima.",
                "Admin Dinas Bina Marga dan Penataan Ruang menyampaikan bahwa bahan jawaban dari bidang teknis "
                "sering terlambat.",
                "Admin Dinas Pendidikan menyampaikan bahwa aduan sekolah perlu waktu karena harus bertanya ke "
                "cabang dinas.",
                "Admin Dinas Kesehatan menyampaikan bahwa sinyal di daerah menyulitkan dan memohon format yang "
                "ringan.",
            ),
        ),
        DemoAgendaItem(
            "Rencana tindak lanjut Tahun 2022",
            (
                "Ketua menegaskan setiap aduan yang masuk hendaknya diketahui oleh pimpinan perangkat daerah.",
                "SK Tim Pengelola diperbarui, kemudian dilaksanakan bimbingan teknis bagi admin.",
            ),
        ),
        DemoAgendaItem("Penutup"),
    ),
    participants=(
        DemoParticipant("operator.bkd", "bkd"),
        DemoParticipant("operator.disnakertrans", "disnakertrans"),
        DemoParticipant("operator-dahulu.bpbd", "bpbd"),
        DemoParticipant("operator.dinkes", "dinkes"),
        DemoParticipant("operator.disdik", "disdik"),
        DemoParticipant("operator-dahulu.bmpr", "bmpr"),
        DemoParticipant("operator.dishub", "dishub"),
        DemoParticipant("operator.dlh", "dlh"),
        DemoParticipant("operator.dinsos", "dinsos", A.REPRESENTED, stands_in="sekretaris.dinsos"),
        DemoParticipant("operator.bapenda", "bapenda", way=CheckIn.PHONE),
        DemoParticipant("operator.rsud-undata", "rsud-undata", way=CheckIn.PHONE),
        DemoParticipant("operator.diskominfo", "diskominfo"),
    ),
    opening=(
        "Ketua menyampaikan bahwa rapat bertujuan membangun komitmen bersama dalam menghadapi kendala pengelolaan "
        "SP4N-LAPOR! ke depan."
    ),
    obstacles=(
        DemoObstacle("Admin/operator sering berganti"),
        DemoObstacle("Bahan jawaban dari bidang teknis terlambat", "bmpr"),
        DemoObstacle("Pimpinan belum selalu mengetahui aduan yang masuk"),
    ),
    decisions=(
        "Setiap aduan yang masuk wajib diketahui oleh pimpinan perangkat daerah.",
        "SK Tim Pengelola SP4N-LAPOR! diperbarui.",
        "Bimbingan teknis bagi admin SP4N-LAPOR! dilaksanakan pada Tahun 2022.",
        "Setiap pergantian admin dilengkapi berita acara serah terima.",
        "Seluruh admin berkomitmen bekerja sama mengelola SP4N-LAPOR!.",
    ),
    action_items=(
        DemoActionItem(
            "Menyusun konsep SK Tim Pengelola Tahun 2022",
            date(2022, 1, 31),
            ("diskominfo",),
            "Diskominfosantik (Bidang IKP)",
            progress=(
                Progress(
                    date(2022, 2, 18),
                    S.DONE,
                    "Lewat dari 31 Januari: menunggu paraf koordinasi.",
                    date(2022, 2, 17),
                ),
            ),
        ),
        DemoActionItem(
            "Mengusulkan nama Pejabat Penghubung dan admin",
            date(2022, 1, 21),
            all_agencies=True,
            progress=(Progress(date(2022, 1, 24), S.DONE, "Lewat 1 hari kerja.", date(2022, 1, 24)),),
        ),
        DemoActionItem(
            "Melaksanakan Bimtek admin",
            date(2022, 3, 31),
            ("diskominfo",),
            progress=(
                Progress(
                    date(2022, 3, 24), S.DONE, "Dilaksanakan 22 s.d. 23 Maret 2022, 34 peserta.", date(2022, 3, 23)
                ),
            ),
        ),
        DemoActionItem(
            "Menyampaikan surat kepada kepala perangkat daerah tentang kewajiban mengetahui aduan",
            date(2022, 1, 14),
            ("diskominfo",),
            progress=(Progress(date(2022, 1, 13), S.DONE, "", date(2022, 1, 13)),),
        ),
        DemoActionItem(
            "Menyelesaikan aduan Tahun 2021 yang belum ditanggapi",
            date(2022, 1, 28),
            ("bmpr", "disdik", "dinkes", "dinsos", "dishub", "dlh"),
            status=S.RUNNING,
            progress=(
                Progress(date(2022, 7, 11), S.RUNNING, "9 dari 12 selesai (sisa BMPR 2, Disdik 1)."),
                Progress(date(2022, 7, 29), S.DONE, "Sisa 3 aduan selesai.", date(2022, 7, 28)),
            ),
        ),
    ),
    commitment=(
        "Kami, admin SP4N-LAPOR! perangkat daerah, menyatakan sanggup menindaklanjuti setiap aduan tepat waktu, "
        "menyampaikannya kepada pimpinan, dan melaksanakan serah terima bila berganti tugas."
    ),
    signed_on=date(2022, 1, 7),
)

QUARTERLY_MEETING = DemoMeeting(
    title="Rapat Koordinasi SP4N-LAPOR! Triwulan II Tahun 2022",
    held_on=date(2022, 7, 14),
    starts_at=time(9, 0),
    opened_at=time(9, 5),
    ends_at=time(11, 15),
    place="Aula Diskominfosantik Provinsi Sulawesi Tengah, Palu",
    invitation_number="005/187/DKIPS/2022",
    invitation_date=date(2022, 7, 7),
    chair="kepala.diskominfo",
    chair_post="Kepala Dinas Komunikasi, Informatika, Persandian dan Statistik",
    secretary="kabid-ikp",
    agenda=(
        DemoAgendaItem("Pembukaan"),
        DemoAgendaItem(
            "Tindak lanjut rapat sebelumnya",
            (
                "Empat dari lima tindak lanjut selesai; aduan Tahun 2021 yang belum ditanggapi masih tersisa 3 "
                "aduan.",
                "Admin BMPR menyampaikan bahwa 2 aduan menunggu jadwal pekerjaan jalan.",
            ),
        ),
        DemoAgendaItem(
            "Kendala triwulan II Tahun 2022",
            (
                "Admin kembali berganti di 4 perangkat daerah sejak Januari, antara lain BPBD per 1 Juli 2022 "
                "dengan berita acara serah terima.",
                "Plh. Kepala Pelaksana BPBD mengetahui aduan selama Kepala Pelaksana menjalankan cuti besar.",
            ),
        ),
        DemoAgendaItem(
            "Penguatan peran pimpinan dan bidang teknis",
            ("Ketua meminta kepala perangkat daerah yang berhalangan menunjuk Plh. atau memakai lembar disposisi.",),
        ),
        DemoAgendaItem("Penutup"),
    ),
    participants=(
        DemoParticipant("operator.bkd", "bkd"),
        DemoParticipant("operator.disnakertrans", "disnakertrans"),
        DemoParticipant("operator.bpbd", "bpbd"),
        DemoParticipant("operator.dinkes", "dinkes"),
        DemoParticipant("operator.disdik", "disdik"),
        DemoParticipant("operator-dahulu.bmpr", "bmpr"),
        DemoParticipant("operator.dishub", "dishub", A.REPRESENTED, stands_in="sekretaris.dishub"),
        DemoParticipant("operator.dlh", "dlh", A.EXCUSED, way=None),
        DemoParticipant("operator.dinsos", "dinsos"),
        DemoParticipant("operator.bapenda", "bapenda", way=CheckIn.PHONE),
        DemoParticipant("operator.rsud-undata", "rsud-undata", way=CheckIn.PHONE),
        DemoParticipant("operator.diskominfo", "diskominfo"),
        DemoParticipant("auditor", "inspektorat", A.GUEST),
    ),
    guests=(DemoGuest("Rizky Ananda Lasimpo, S.Kom.", "Pranata Humas Ahli Pertama", "Dinas Kominfo Kota Palu"),),
    opening="Ketua menyampaikan bahwa rapat membahas tindak lanjut rapat 6 Januari 2022 dan keadaan triwulan II.",
    obstacles=(
        DemoObstacle("Admin kembali berganti di 4 perangkat daerah sejak Januari", raised_on=RECURRING),
        DemoObstacle("Pimpinan sering dinas luar tanpa Plh. sehingga aduan tertunda"),
        DemoObstacle("Bahan jawaban dari bidang teknis terlambat", raised_on=RECURRING),
    ),
    decisions=(
        "Setiap pergantian admin wajib dilengkapi berita acara serah terima paling lambat hari terakhir bertugas.",
        "Kepala perangkat daerah yang berhalangan lebih dari 2 hari kerja agar menunjuk Plh. atau memakai lembar "
        "disposisi.",
        "Bidang teknis menyampaikan bahan jawaban paling lambat 3 hari kerja.",
    ),
    action_items=(
        DemoActionItem(
            "Menuntaskan 3 aduan sisa Tahun 2021",
            date(2022, 7, 29),
            ("bmpr", "disdik"),
            progress=(Progress(date(2022, 7, 29), S.DONE, "", date(2022, 7, 28)),),
        ),
        DemoActionItem(
            "Mendampingi 4 admin baru (Bimtek singkat)",
            date(2022, 7, 22),
            ("diskominfo",),
            progress=(Progress(date(2022, 7, 22), S.DONE, "", date(2022, 7, 21)),),
        ),
        DemoActionItem(
            "Menyusun konsep surat Sekda tentang Plh. dan aduan",
            date(2022, 7, 21),
            ("diskominfo",),
            "Bidang IKP",
            progress=(Progress(date(2022, 7, 20), S.DONE, "", date(2022, 7, 20)),),
        ),
        DemoActionItem(
            "Mengirim kartu OPD sementara triwulan II",
            date(2022, 7, 29),
            ("diskominfo",),
            "Sekretariat",
            progress=(Progress(date(2022, 7, 29), S.DONE, "", date(2022, 7, 29)),),
        ),
        DemoActionItem(
            "Menyusun SOP bahan jawaban bidang",
            date(2022, 8, 31),
            ("bmpr",),
            progress=(Progress(date(2022, 8, 22), S.RUNNING, "Konsep SOP sedang dibahas di bidang."),),
        ),
    ),
    signed_on=date(2022, 7, 15),
)

MEETINGS = (EVALUATION_MEETING, QUARTERLY_MEETING)


@dataclass(frozen=True)
class DemoCycle:
    """An evaluation from its set-up to the published report."""

    title: str
    year: int
    starts_on: date
    ends_on: date
    made_on: date
    report_date: date
    report_number: str
    introduction: str
    obstacles: str
    recommendations: str


CYCLE_2021 = DemoCycle(
    title="Evaluasi Pengelolaan SP4N-LAPOR! Tahun 2021",
    year=2021,
    starts_on=date(2021, 1, 1),
    ends_on=date(2021, 11, 30),
    made_on=date(2021, 12, 16),
    report_date=date(2021, 12, 17),
    report_number="480/412/DKIPS/2021",
    introduction=(
        "Pengaduan pelayanan publik yang disampaikan melalui SP4N-LAPOR! dievaluasi setiap tahun sebagai dasar "
        "pembinaan.\nLaporan ini memuat hasil pengelolaan aduan yang diterima dari Januari sampai dengan November "
        "2021."
    ),
    obstacles=(
        "Admin/operator perangkat daerah sering berganti tanpa serah terima.\n"
        "Bahan jawaban dari bidang teknis sering terlambat.\n"
        "Pimpinan belum selalu mengetahui aduan yang masuk."
    ),
    recommendations=(
        "Setiap aduan yang masuk diketahui oleh pimpinan perangkat daerah.\n"
        "SK Tim Pengelola SP4N-LAPOR! diperbarui dan bimbingan teknis bagi admin dilaksanakan.\n"
        "Setiap pergantian admin dilengkapi berita acara serah terima."
    ),
)
