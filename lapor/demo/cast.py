"""The people of the demo and the posts that they hold. All names are invented.

A day is a date of the fixed past or a number: working days before (negative) or after the day of the first
start, so that the living part of the demo is never stale.
"""

from dataclasses import dataclass
from datetime import date

from lapor.offices.models import Capacity, PersonKind
from lapor.policy import Role

When = date | int


@dataclass(frozen=True)
class Character:
    """A person; ``login`` gives him an account. ``nip`` as it is printed, in groups."""

    key: str
    name: str
    front: str = ""
    back: str = ""
    kind: PersonKind = PersonKind.PNS
    nip: str = ""
    rank: str | None = None
    grade: str | None = None
    job: str | None = None
    sex: str = "L"
    login: str | None = None
    phone: str | None = None


@dataclass(frozen=True)
class DemoPost:
    """A post of an agency."""

    key: str
    agency: str
    role: Role
    title: str
    seats: int = 1


@dataclass(frozen=True)
class Seat:
    """A person holds a post from a day to a day (inclusive).

    ``away``: the days on which the holder is absent, with the reason.
    """

    person: str
    post: str
    since: When = date(2019, 1, 2)
    until: When | None = None
    capacity: Capacity = Capacity.DEFINITIVE
    order: str | None = None
    order_date: date | None = None
    order_pending: bool = False
    note: str | None = None
    away: tuple[When, When, str] | None = None


PPPK, NON_ASN = PersonKind.PPPK, PersonKind.NON_ASN
MADYA, MUDA, TINGKAT_1, PEMBINA = (
    ("Pembina Utama Madya", "IV/d"),
    ("Pembina Utama Muda", "IV/c"),
    ("Pembina Tingkat I", "IV/b"),
    ("Pembina", "IV/a"),
)
PENATA_1, PENATA, PENATA_MUDA_1, PENATA_MUDA, PENGATUR_1, PENGATUR = (
    ("Penata Tingkat I", "III/d"),
    ("Penata", "III/c"),
    ("Penata Muda Tingkat I", "III/b"),
    ("Penata Muda", "III/a"),
    ("Pengatur Tingkat I", "II/d"),
    ("Pengatur", "II/c"),
)
NO_RANK = (None, None)
NINE = (None, "IX")


def _c(
    key: str,
    name: str,
    nip: str,
    rank: tuple[str | None, str | None],
    job: str,
    sex: str = "L",
    login: str | None = None,
    *,
    front: str = "",
    back: str = "",
    kind: PersonKind = PersonKind.PNS,
    phone: str | None = None,
) -> Character:
    return Character(key, name, front, back, kind, nip, rank[0], rank[1], job, sex, login, phone)


PROVINCE: tuple[Character, ...] = (
    _c(
        "sekda",
        "Yunus Labaranu",
        "19660214 199003 1 004",
        MADYA,
        "Sekretaris Daerah",
        login="pimpinan",
        front="Drs.",
        back="M.Si.",
    ),
    _c("gubernur", "Dahlan Wiratama", "", NO_RANK, "Gubernur Sulawesi Tengah", kind=NON_ASN),
    _c(
        "koordinator",
        "Nirmala Sigilipu",
        "19850722 200903 2 003",
        PENATA_1,
        "Pranata Humas Ahli Muda",
        "P",
        "koordinator",
        back="S.I.Kom.",
        phone="0812-0000-0000",
    ),
    _c(
        "koordinator2",
        "Arman Dj. Tolawe",
        "19910118 201503 1 002",
        PENATA_MUDA_1,
        "Pranata Humas Ahli Pertama",
        login="koordinator2",
        back="S.Sos.",
    ),
    _c(
        "notulis",
        "Fitriani Lapatandau",
        "19940817 201903 2 004",
        PENGATUR_1,
        "Pengadministrasi Umum",
        "P",
        "sekretariat",
        back="A.Md.",
    ),
    _c(
        "kabid-ikp",
        "Hasrul Toampi",
        "19740211 200003 1 003",
        PEMBINA,
        "Kepala Bidang Informasi dan Komunikasi Publik",
        login="kabid.ikp",
        back="S.Sos., M.Si.",
    ),
    _c(
        "auditor",
        "Ni Luh Sriwahyuni",
        "19790530 200501 2 008",
        PEMBINA,
        "Auditor Ahli Madya",
        "P",
        "inspektorat",
        back="S.E., M.Ak.",
    ),
    _c(
        "inspektur",
        "Amiruddin Lakawali",
        "19670809 199203 1 005",
        MADYA,
        "Inspektur Daerah",
        login="inspektur",
        front="Drs.",
        back="M.H.",
    ),
    _c(
        "administrator",
        "Gede Prasetya",
        "19870413 201001 1 009",
        PENATA_1,
        "Pranata Komputer Ahli Muda",
        login="admin",
        back="S.T.",
    ),
)

HEADS: tuple[Character, ...] = (
    _c(
        "kepala.bkd",
        "Asmawati Ntosu",
        "19680317 199303 2 002",
        MADYA,
        "Kepala Badan",
        "P",
        "kepala.bkd",
        back="S.H., M.Si.",
    ),
    _c(
        "kepala.disnakertrans",
        "Arfan Bolompi",
        "19660620 199103 1 006",
        MADYA,
        "Kepala Dinas",
        login="kepala.disnakertrans",
        front="Drs.",
        back="M.M.",
    ),
    _c(
        "kepala.bpbd",
        "Datuma Palewang",
        "19650705 199203 1 008",
        MUDA,
        "Kepala Pelaksana",
        login="kepala.bpbd",
        front="Drs.",
    ),
    _c(
        "kepala.dinkes",
        "Nurlaela Andi Mangka",
        "19690113 199903 2 001",
        MUDA,
        "Kepala Dinas",
        "P",
        "kepala.dinkes",
        front="dr. Hj.",
        back="M.Kes.",
    ),
    _c(
        "kepala.disdik",
        "Hendrik Tadaude",
        "19671122 199403 1 004",
        MADYA,
        "Kepala Dinas",
        login="kepala.disdik",
        front="Dr.",
        back="M.Pd.",
    ),
    _c(
        "kepala.bmpr",
        "Syafrudin Lawendatu",
        "19680402 199503 1 002",
        MUDA,
        "Kepala Dinas",
        login="kepala.bmpr",
        front="Ir.",
        back="S.T., M.T.",
    ),
    _c(
        "kepala.dishub",
        "Yusran Boliyo",
        "19700914 199603 1 004",
        MUDA,
        "Kepala Biro Umum",
        login="kepala.dishub",
        front="Drs.",
        back="M.AP.",
    ),
    _c(
        "kepala.dlh",
        "Wahyuni Maraila",
        "19720228 199803 2 004",
        TINGKAT_1,
        "Kepala Dinas",
        "P",
        "kepala.dlh",
        back="S.Hut., M.Si.",
    ),
    _c(
        "kepala.dinsos",
        "Ratna Djuwita Pakaena",
        "19671231 199302 2 001",
        MUDA,
        "Kepala Dinas",
        "P",
        "kepala.dinsos",
        front="Hj.",
        back="S.Sos.",
    ),
    _c(
        "kepala.bapenda",
        "Rahmatia Lantimo",
        "19710819 199703 2 003",
        MUDA,
        "Kepala Badan",
        "P",
        "kepala.bapenda",
        back="S.E., M.Si.",
    ),
    _c(
        "kepala.rsud-undata",
        "Jeremia Sampelangi",
        "19731004 200212 1 004",
        TINGKAT_1,
        "Direktur",
        login="kepala.rsud-undata",
        front="dr.",
        back="Sp.PD.",
    ),
    _c(
        "kepala.diskominfo",
        "Salmiah Tandigau",
        "19651103 199103 2 005",
        MADYA,
        "Kepala Dinas",
        "P",
        "kepala.diskominfo",
        front="Dra. Hj.",
        back="M.Si.",
    ),
    _c("kepala-dahulu.dishub", "Mansyur Tolinggi", "19640911 199003 1 002", MADYA, "Kepala Dinas", front="Drs."),
)

LIAISONS: tuple[Character, ...] = (
    _c("sekretaris.bkd", "Ruslan Tangkilo", "19710925 199503 1 003", TINGKAT_1, "Sekretaris", front="Drs."),
    _c(
        "sekretaris.disnakertrans",
        "Sitti Rahma Lagonda",
        "19750812 199903 2 005",
        PEMBINA,
        "Sekretaris",
        "P",
        back="S.E.",
    ),
    _c(
        "sekretaris.bpbd",
        "Stefanus Tobondo",
        "19700516 199803 1 007",
        TINGKAT_1,
        "Sekretaris",
        front="Ir.",
        back="M.T.",
    ),
    _c(
        "sekretaris.dinkes",
        "Agustina Pelengka",
        "19730428 199703 2 006",
        TINGKAT_1,
        "Sekretaris",
        "P",
        back="S.K.M.",
    ),
    _c(
        "sekretaris.disdik",
        "Mardiana Sahabu",
        "19760107 200012 2 003",
        TINGKAT_1,
        "Sekretaris",
        "P",
        back="S.Pd., M.M.",
    ),
    _c("sekretaris.bmpr", "Yosep Rantepadang", "19741010 200003 1 005", PEMBINA, "Sekretaris", back="S.T."),
    _c("sekretaris.dishub", "Elvira Manoppa", "19840623 200212 2 001", PEMBINA, "Sekretaris", "P", back="S.STP."),
    _c("sekretaris.dlh", "I Made Sudarsana", "19771105 200501 1 003", PEMBINA, "Sekretaris", back="S.T."),
    _c("sekretaris.dinsos", "Lukman Tolibas", "19690505 199403 1 007", TINGKAT_1, "Sekretaris", front="Drs."),
    _c("sekretaris.bapenda", "Fredrik Mandalele", "19750317 200112 1 002", PEMBINA, "Sekretaris", back="S.E."),
    _c(
        "sekretaris.rsud-undata",
        "Hasnah Labua",
        "19780215 200312 2 006",
        PEMBINA,
        "Kepala Bagian Tata Usaha",
        "P",
        back="S.Kep., M.Kes.",
    ),
    _c("sekretaris.diskominfo", "Abdul Wahid Karim", "19720310 199803 1 009", TINGKAT_1, "Sekretaris", back="S.E."),
)

OPERATORS: tuple[Character, ...] = (
    _c(
        "operator.bkd",
        "Moh. Fajrin Alamsyah",
        "19900504 201403 1 001",
        PENATA,
        "Pranata Komputer Ahli Muda",
        back="S.Kom.",
    ),
    _c(
        "operator.disnakertrans",
        "Desrina Tumonggi",
        "19920211 202221 2 004",
        NINE,
        "Mediator Hubungan Industrial Ahli Pertama",
        "P",
        back="S.H.",
        kind=PPPK,
    ),
    _c(
        "operator.bpbd",
        "Yunita Wulandari Mbatono",
        "19930625 202221 2 011",
        NINE,
        "Analis Kebencanaan Ahli Pertama",
        "P",
        back="S.E.",
        kind=PPPK,
    ),
    _c("operator.dinkes", "Iksan Lamato", "", NO_RANK, "Tenaga Administrasi", kind=NON_ASN),
    _c(
        "operator.disdik",
        "Puspita Ayu Ningsih",
        "19950319 202012 2 007",
        PENATA_MUDA,
        "Analis Data Pendidikan",
        "P",
        back="S.Pd.",
    ),
    _c("operator2.disdik", "Rizal Mokoagi", "", NO_RANK, "Tenaga Administrasi", kind=NON_ASN),
    _c(
        "operator.bmpr",
        "Moh. Akbar Lasena",
        "19910729 201903 1 003",
        PENATA_MUDA_1,
        "Teknik Jalan dan Jembatan Ahli Pertama",
        back="S.T.",
    ),
    _c(
        "operator.dishub",
        "Sahrul Gunawan Tope",
        "19930902 201903 1 005",
        PENGATUR_1,
        "Pengelola Data",
        back="A.Md.",
    ),
    _c(
        "operator.dlh",
        "Suryani Batalipu",
        "19920714 201903 2 006",
        PENATA_MUDA,
        "Pengendali Dampak Lingkungan Ahli Pertama",
        "P",
        back="S.Si.",
    ),
    _c(
        "operator.dinsos",
        "Ahmad Zaki Mubarak",
        "19890816 201503 1 004",
        PENATA,
        "Analis Jaminan Sosial",
        back="S.Sos.",
    ),
    _c(
        "operator2.dinsos",
        "Melati Kusuma Tolando",
        "19990412 202404 2 001",
        PENATA_MUDA,
        "Pekerja Sosial Ahli Pertama",
        "P",
        back="S.Tr.Sos.",
    ),
    _c(
        "operator.bapenda",
        "Nur Afni Baculu",
        "19960628 202012 2 002",
        PENATA_MUDA,
        "Analis Pajak Daerah",
        "P",
        back="S.E.",
    ),
    _c(
        "operator.rsud-undata",
        "Dewi Anggraeni",
        "",
        NO_RANK,
        "Tenaga Administrasi BLUD",
        "P",
        back="A.Md.Kes.",
        kind=NON_ASN,
    ),
    _c(
        "operator.diskominfo",
        "Gilang Ramadhan",
        "19970130 202321 1 006",
        NINE,
        "Pranata Humas Ahli Pertama",
        back="S.Kom.",
        kind=PPPK,
    ),
    _c(
        "bidang.bmpr",
        "Hamzah Tibo",
        "19790211 200501 1 006",
        PEMBINA,
        "Kepala Bidang Preservasi Jalan",
        back="S.T.",
    ),
    _c(
        "bidang.bpbd",
        "Meldawati Torimpa",
        "19810914 200604 2 003",
        PEMBINA,
        "Kepala Bidang Rehabilitasi dan Rekonstruksi",
        "P",
        back="S.T., M.Eng.",
    ),
)

FORMER: tuple[Character, ...] = (
    _c(
        "operator-dahulu.bpbd",
        "Rahmat Hidayat Pakamundi",
        "19880309 201101 1 006",
        PENATA,
        "Pranata Komputer Ahli Muda",
        back="S.Kom.",
    ),
    _c(
        "operator-dahulu.bmpr",
        "Arsyad Lamusu",
        "19890427 201503 1 003",
        PENATA_MUDA_1,
        "Pengelola Jalan",
        back="S.T.",
    ),
    _c("operator-dahulu2.bmpr", "Nurhidayah Tampubaya", "", NO_RANK, "Tenaga Administrasi", "P", kind=NON_ASN),
)

_WITH_OWN_LOGIN = (*LIAISONS, *OPERATORS)
CHARACTERS: tuple[Character, ...] = (*PROVINCE, *HEADS, *LIAISONS, *OPERATORS, *FORMER)


def login_of(character: Character) -> str | None:
    """The login name of a person: for liaisons and admins the key itself, for those of the past none."""
    return character.key if character in _WITH_OWN_LOGIN else character.login


R = Role
_HEAD_TITLES = {
    "bkd": "Kepala Badan Kepegawaian Daerah",
    "disnakertrans": "Kepala Dinas Tenaga Kerja dan Transmigrasi",
    "bpbd": "Kepala Pelaksana BPBD",
    "dinkes": "Kepala Dinas Kesehatan",
    "disdik": "Kepala Dinas Pendidikan",
    "bmpr": "Kepala Dinas Bina Marga dan Penataan Ruang",
    "dishub": "Kepala Dinas Perhubungan",
    "dlh": "Kepala Dinas Lingkungan Hidup",
    "dinsos": "Kepala Dinas Sosial",
    "bapenda": "Kepala Badan Pendapatan Daerah",
    "rsud-undata": "Direktur RSUD Undata",
    "diskominfo": "Kepala Dinas Komunikasi, Informatika, Persandian dan Statistik",
}
_SHORT = {
    "bkd": "BKD",
    "disnakertrans": "Disnakertrans",
    "bpbd": "BPBD",
    "dinkes": "Dinkes",
    "disdik": "Disdik",
    "bmpr": "BMPR",
    "dishub": "Dishub",
    "dlh": "DLH",
    "dinsos": "Dinsos",
    "bapenda": "Bapenda",
    "rsud-undata": "RSUD Undata",
    "diskominfo": "Diskominfosantik",
}
_TWO_ADMINS = frozenset({"disdik", "dinsos"})

POSTS: tuple[DemoPost, ...] = (
    *(DemoPost(f"kepala.{slug}", slug, R.HEAD, title) for slug, title in _HEAD_TITLES.items()),
    *(
        DemoPost(
            f"sekretaris.{slug}",
            slug,
            R.LIAISON,
            "Kepala Bagian Tata Usaha RSUD Undata" if slug == "rsud-undata" else f"Sekretaris {short}",
        )
        for slug, short in _SHORT.items()
    ),
    *(
        DemoPost(f"operator.{slug}", slug, R.OPERATOR, f"Admin SP4N-LAPOR! {short}", 2 if slug in _TWO_ADMINS else 1)
        for slug, short in _SHORT.items()
    ),
    DemoPost("bidang.bmpr", "bmpr", R.UNIT, "Kepala Bidang Preservasi Jalan"),
    DemoPost("bidang.bpbd", "bpbd", R.UNIT, "Kepala Bidang Rehabilitasi dan Rekonstruksi"),
    DemoPost("kepala.inspektorat", "inspektorat", R.HEAD, "Inspektur Daerah"),
    DemoPost("auditor", "inspektorat", R.INSPECTORATE, "Auditor Ahli Madya"),
    DemoPost("kepala.setda", "setda", R.HEAD, "Sekretaris Daerah"),
    DemoPost("pimpinan", "setda", R.LEADERSHIP, "Pimpinan Daerah", 2),
    DemoPost("kepala.biro-umum", "biro-umum", R.HEAD, "Kepala Biro Umum"),
    DemoPost("admin-instansi", "diskominfo", R.COORDINATOR, "Admin Instansi SP4N-LAPOR!", 2),
    DemoPost("notulis", "diskominfo", R.SECRETARIAT, "Sekretariat SP4N-LAPOR!"),
    DemoPost("kabid-ikp", "diskominfo", R.SECRETARIAT, "Kepala Bidang Informasi dan Komunikasi Publik"),
    DemoPost("administrator", "diskominfo", R.ADMINISTRATOR, "Administrator Sistem"),
)

_ORDINARY_HEADS = tuple(slug for slug in _HEAD_TITLES if slug not in {"dinkes", "dishub", "bpbd"})
_ORDINARY_OPERATORS = tuple(slug for slug in _SHORT if slug not in {"bpbd", "bmpr", "dlh", "dinsos", "disdik"})

SEATS: tuple[Seat, ...] = (
    Seat("sekda", "kepala.setda"),
    Seat("sekda", "pimpinan"),
    Seat("inspektur", "kepala.inspektorat"),
    Seat("auditor", "auditor"),
    Seat("koordinator", "admin-instansi"),
    Seat("koordinator2", "admin-instansi"),
    Seat("notulis", "notulis"),
    Seat("kabid-ikp", "kabid-ikp"),
    Seat("administrator", "administrator"),
    *(Seat(f"kepala.{slug}", f"kepala.{slug}") for slug in _ORDINARY_HEADS),
    *(Seat(f"sekretaris.{slug}", f"sekretaris.{slug}") for slug in _SHORT),
    *(Seat(f"operator.{slug}", f"operator.{slug}") for slug in _ORDINARY_OPERATORS),
    Seat("operator.disdik", "operator.disdik", date(2021, 1, 4)),
    Seat("operator2.disdik", "operator.disdik", date(2020, 2, 3)),
    Seat("bidang.bmpr", "bidang.bmpr"),
    Seat("bidang.bpbd", "bidang.bpbd"),
    Seat(
        "kepala.bpbd",
        "kepala.bpbd",
        away=(date(2022, 6, 13), date(2022, 7, 22), "Cuti besar (ibadah haji)"),
    ),
    Seat(
        "sekretaris.bpbd",
        "kepala.bpbd",
        date(2022, 6, 13),
        date(2022, 7, 22),
        Capacity.PLH,
        "800/198/BKD/2022",
        date(2022, 6, 10),
    ),
    Seat("operator-dahulu.bpbd", "operator.bpbd", until=date(2022, 6, 30), note="Pindah tugas ke BKD."),
    Seat("operator.bpbd", "operator.bpbd", date(2022, 7, 1), order="800/212/BPBD/2022", order_date=date(2022, 6, 30)),
    Seat("operator-dahulu.bmpr", "operator.bmpr", until=-421, note="Mutasi ke UPT."),
    Seat("operator-dahulu2.bmpr", "operator.bmpr", -420, -141, note="Kontrak berakhir."),
    Seat("operator.bmpr", "operator.bmpr", -140),
    Seat("operator.dlh", "operator.dlh", until=-25, note="Pindah tugas; belum ada pengganti."),
    Seat("kepala-dahulu.dishub", "kepala.dishub", until=-61, note="Purnatugas."),
    Seat("kepala.dishub", "kepala.biro-umum"),
    Seat("kepala.dishub", "kepala.dishub", -60, None, Capacity.PLT, "800.1.11.1/077/BKD"),
    Seat("kepala.dinkes", "kepala.dinkes", away=(-3, 4, "Cuti tahunan")),
    Seat("sekretaris.dinkes", "kepala.dinkes", -3, 4, Capacity.PLH, order_pending=True),
    Seat("operator.dinsos", "operator.dinsos", until=4, note="Serah terima kepada penggantinya sedang berjalan."),
    Seat(
        "operator2.dinsos", "operator.dinsos", -1, order="800.1.3.1/056/DINSOS", note="Pengganti Ahmad Zaki Mubarak."
    ),
)
