"""The past of the demo: 98 complaints of 2019 to 2021 that give exactly the figures of the evaluation meeting.

Everything here is computed from the table, without chance: the same complaints come out each time.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from lapor.complaints.rules import ReportClass
from lapor.core.working_days import Calendar

CUT_OFF = date(2021, 11, 30)
"""Last day of the award's cycle: the plaques of December 2021 are for January to November."""

R = ReportClass


@dataclass(frozen=True)
class YearFigures:
    """What an agency did with the complaints of 2021.

    ``first_days``: working days from the disposition to the first response, one for each complaint followed up;
    of these the first ``finished`` ones were finished and the first ``on_time`` ones in time. ``after_cut_off``:
    how many came in December and were not followed up.
    """

    first_days: tuple[int, ...] = ()
    finished: int = 0
    on_time: int = 0
    after_cut_off: int = 0


@dataclass(frozen=True)
class AgencyYears:
    """Complaints of an agency per year, with the subjects that its citizens write about."""

    slug: str
    counts: tuple[int, int, int]
    of_2021: YearFigures
    subjects: tuple[tuple[str, str, ReportClass], ...]


TABLE: tuple[AgencyYears, ...] = (
    AgencyYears(
        "disdik",
        (3, 7, 12),
        YearFigures((4, 6, 8, 15, 19, 21, 9, 9), finished=6, on_time=3, after_cut_off=2),
        (
            (
                "Ruang kelas bocor",
                "Atap ruang kelas di SMA kami bocor, kalau hujan siswa pindah ke musala.",
                R.NON_SUPERVISORY,
            ),
            (
                "Uang seragam terlalu mahal",
                "Seragam harus dibeli di sekolah dan harganya dua kali harga pasar.",
                R.SUPERVISORY,
            ),
            (
                "Jadwal penerimaan siswa baru",
                "Kapan jadwal penerimaan siswa baru SMK dan apa syarat jalur afirmasi?",
                R.INFORMATION,
            ),
            (
                "Guru honorer belum dibayar",
                "Honor guru tidak tetap di SMK kami belum dibayar tiga bulan.",
                R.NON_SUPERVISORY,
            ),
            ("Pungutan wisuda sekolah", "Siswa diminta membayar wisuda padahal sudah ada larangan.", R.SUPERVISORY),
        ),
    ),
    AgencyYears(
        "bmpr",
        (4, 4, 9),
        YearFigures((8, 10, 18, 22, 12, 12), finished=4, on_time=2, after_cut_off=1),
        (
            (
                "Jalan provinsi berlubang",
                "Jalan provinsi di dekat jembatan berlubang besar, pengendara sering jatuh.",
                R.NON_SUPERVISORY,
            ),
            (
                "Bahu jalan longsor",
                "Bahu jalan longsor sepanjang sepuluh meter, mobil harus bergantian lewat.",
                R.NON_SUPERVISORY,
            ),
            (
                "Drainase tersumbat",
                "Selokan di tepi jalan provinsi tersumbat, air masuk ke rumah warga.",
                R.NON_SUPERVISORY,
            ),
            ("Usul marka di tikungan", "Mohon dipasang marka dan patok pengaman di tikungan tajam.", R.ASPIRATION),
        ),
    ),
    AgencyYears(
        "dinkes",
        (2, 6, 7),
        YearFigures((5, 7, 9, 20, 8), finished=4, on_time=3),
        (
            (
                "Antrean vaksin tidak teratur",
                "Antrean vaksin menumpuk sejak subuh dan tidak ada nomor antrean.",
                R.NON_SUPERVISORY,
            ),
            ("Ambulans lama datang", "Ambulans datang setelah dua jam padahal jaraknya dekat.", R.NON_SUPERVISORY),
            ("Jadwal dokter spesialis", "Hari apa dokter spesialis anak melayani di rumah sakit?", R.INFORMATION),
            ("Ruang tunggu panas", "Ruang tunggu pasien panas dan kursinya kurang.", R.NON_SUPERVISORY),
        ),
    ),
    AgencyYears(
        "bkd",
        (0, 0, 6),
        YearFigures((1, 1, 2, 2, 3, 4), finished=6, on_time=6),
        (
            (
                "Berkas pensiun",
                "Berkas pensiun orang tua saya sudah lengkap, mohon kabar kelanjutannya.",
                R.NON_SUPERVISORY,
            ),
            ("Syarat pindah tugas", "Apa syarat pindah tugas antar perangkat daerah?", R.INFORMATION),
            ("Kartu pegawai belum jadi", "Kartu pegawai saya belum terbit sejak tahun lalu.", R.NON_SUPERVISORY),
        ),
    ),
    AgencyYears(
        "disnakertrans",
        (0, 3, 5),
        YearFigures((1, 2, 3, 4, 5), finished=5, on_time=5),
        (
            ("THR tidak dibayar", "Perusahaan tempat saya bekerja belum membayar THR.", R.SUPERVISORY),
            ("Pelatihan kerja", "Kapan pendaftaran pelatihan kerja gelombang berikutnya dibuka?", R.INFORMATION),
            ("Upah lembur", "Kami lembur tiap hari, upah lembur tidak pernah dihitung.", R.NON_SUPERVISORY),
        ),
    ),
    AgencyYears(
        "bpbd",
        (6, 3, 4),
        YearFigures((1, 2, 2, 3), finished=4, on_time=4),
        (
            (
                "Bantuan stimulan rumah rusak",
                "Data bantuan stimulan kami belum keluar padahal tetangga sudah.",
                R.NON_SUPERVISORY,
            ),
            ("Tenda pengungsian rusak", "Tenda pengungsian sudah robek, anak-anak kehujanan.", R.NON_SUPERVISORY),
            ("Peta jalur evakuasi", "Di mana peta jalur evakuasi tsunami dapat diunduh?", R.INFORMATION),
        ),
    ),
    AgencyYears(
        "dinsos",
        (0, 9, 3),
        YearFigures((6, 8), finished=2, on_time=1),
        (
            (
                "Bantuan sembako tidak merata",
                "Bantuan sembako di desa kami hanya untuk keluarga aparat.",
                R.NON_SUPERVISORY,
            ),
            ("Data penerima ganda", "Ada satu rumah yang menerima dua bantuan, yang lain tidak ada.", R.SUPERVISORY),
            (
                "Kartu bantuan terblokir",
                "Kartu bantuan ibu saya terblokir, sudah dua bulan tidak bisa dipakai.",
                R.NON_SUPERVISORY,
            ),
        ),
    ),
    AgencyYears(
        "dishub",
        (0, 0, 2),
        YearFigures((6,), finished=1, on_time=1),
        (
            ("Trayek bus berhenti", "Bus ke kampung kami tidak jalan lagi sejak bulan lalu.", R.NON_SUPERVISORY),
            ("Lampu dermaga padam", "Lampu dermaga padam, penumpang turun kapal dalam gelap.", R.NON_SUPERVISORY),
        ),
    ),
    AgencyYears(
        "dlh",
        (0, 1, 1),
        YearFigures(),
        (("Sungai berbau", "Air sungai berbau dan berbusa setiap sore, ikan mati.", R.NON_SUPERVISORY),),
    ),
    AgencyYears(
        "bapenda",
        (1, 0, 0),
        YearFigures(),
        (
            (
                "Denda pajak kendaraan",
                "Bagaimana menghitung denda pajak kendaraan yang terlambat setahun?",
                R.INFORMATION,
            ),
        ),
    ),
)

PLACES = (
    "Palu",
    "Sigi",
    "Donggala",
    "Parigi Moutong",
    "Poso",
    "Tojo Una-Una",
    "Morowali",
    "Banggai",
    "Tolitoli",
    "Buol",
)
CHANNELS = ("Website", "Android", "SMS", "Website", "Facebook", "Android", "Email Instansi")
_LEFT_OVER = {"bmpr": 2, "disdik": 1}
_LIMITS = {R.SUPERVISORY: 60, R.NON_SUPERVISORY: 14, R.INFORMATION: 5, R.ASPIRATION: 5}


@dataclass(frozen=True)
class PastComplaint:
    """A finished story of the past: facts only, nobody owes anything any more."""

    tracking_id: str
    agency: str
    unit: str | None
    title: str
    text: str
    report_class: ReportClass
    channel: str
    place: str
    is_anonymous: bool
    is_confidential: bool
    received_on: date
    disposed_on: date
    first_response_on: date | None
    finished_on: date | None
    closed_on: date
    completion_days: int


def past_complaints(calendar: Calendar) -> list[PastComplaint]:
    """All 98, oldest first, with Tracking IDs from 99000001 on."""
    made = [
        _complaint(calendar, row, year, index, count)
        for row in TABLE
        for year, count in zip((2019, 2020, 2021), row.counts, strict=True)
        for index in range(count)
    ]
    made.sort(key=lambda item: (item.received_on, item.agency, item.title))
    return [_numbered(item, number) for number, item in enumerate(made, start=1)]


def _numbered(item: PastComplaint, number: int) -> PastComplaint:
    values = {**item.__dict__, "tracking_id": f"9900{number:04d}"}
    return PastComplaint(**values)


def _complaint(calendar: Calendar, row: AgencyYears, year: int, index: int, count: int) -> PastComplaint:
    figures = row.of_2021
    early = count - figures.after_cut_off if year == 2021 else count
    received_on = _received_on(calendar, row.slug, year, index, early)
    disposed_on = calendar.add(received_on, 1 + index % 2)
    title, text, report_class = row.subjects[(index + year) % len(row.subjects)]
    first_days, is_finished, is_late = _fate(figures, year, index)
    if is_finished and not is_late and first_days is not None and first_days > _LIMITS[report_class]:
        report_class = R.NON_SUPERVISORY
    if is_late and report_class is R.SUPERVISORY:
        report_class = R.NON_SUPERVISORY
    limit = _LIMITS[report_class]
    first = calendar.add(disposed_on, first_days) if first_days is not None else None
    finished = None
    if is_finished and first_days is not None:
        days = max(first_days, limit) + 3 if is_late else min(first_days + 1, limit)
        finished = calendar.add(disposed_on, days)
    place = PLACES[(index * 3 + year + len(row.slug)) % len(PLACES)]
    hidden = (index + year) % 4
    return PastComplaint(
        tracking_id="",
        agency=row.slug,
        unit="RSUD Undata" if row.slug == "dinkes" and "Ruang tunggu" in title else None,
        title=title,
        text=f"{text} Kami tinggal di {place}, mohon ditindaklanjuti.",
        report_class=report_class,
        channel=CHANNELS[(index + len(row.slug)) % len(CHANNELS)],
        place=place,
        is_anonymous=hidden in {1, 3},
        is_confidential=hidden in {2, 3},
        received_on=received_on,
        disposed_on=disposed_on,
        first_response_on=first,
        finished_on=finished,
        closed_on=_closed_on(calendar, row.slug, year, index, count, finished or first or disposed_on, is_finished),
        completion_days=limit,
    )


def _received_on(calendar: Calendar, slug: str, year: int, index: int, early: int) -> date:
    """Spread over the year; in 2021 early enough that everything is answered by the cut-off, or in December."""
    if index >= early:
        return calendar.add(date(year, 12, 5), 3 * (index - early) + len(slug) % 4)
    last = date(year, 9, 30) if year == 2021 else date(year, 11, 30)
    first = date(year, 1, 10)
    step = (last - first) / (early + 1)
    return calendar.add(first + timedelta(days=(step * (index + 1)).days), len(slug) % 5)


def _closed_on(
    calendar: Calendar, slug: str, year: int, index: int, count: int, last_act: date, is_finished: bool
) -> date:
    """Ten working days after the last act; the unfinished ones of 2021 in 2022, as the second meeting heard."""
    if year == 2021 and not is_finished:
        is_left_over = index >= count - _LEFT_OVER.get(slug, 0)
        return date(2022, 7, 28) if is_left_over else date(2022, 6, 30)
    return calendar.add(last_act, 10 if is_finished else 40)


def _fate(figures: YearFigures, year: int, index: int) -> tuple[int | None, bool, bool]:
    """Working days to the first response (None: none given), whether it was finished, whether too late."""
    if year != 2021:
        return (3 + index % 9, index % 3 != 2, index % 5 == 4)
    if index >= len(figures.first_days):
        return (None, False, False)
    return (figures.first_days[index], index < figures.finished, index >= figures.on_time)
