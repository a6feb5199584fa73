"""Makes fictional "Laporan Ringkas" files in every layout that was seen, so that no real row is needed.

`rows()` gives complete rows, `LAYOUT_17`, `LAYOUT_20`, `LAYOUT_26` the columns; `xlsx`, `csv_file` write files.
"""

import csv
import random
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from io import BytesIO, StringIO

import xlsxwriter

MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

LAYOUT_17 = (
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
LAYOUT_20 = (
    *LAYOUT_17[:12],
    "ID Instansi Terdisposisi",
    *LAYOUT_17[12:],
    "Kecamatan",
    "Kelurahan",
)
LAYOUT_26 = (
    *LAYOUT_20[:3],
    "Nama Pelapor",
    *LAYOUT_20[3:],
    "Nomor SK",
    "Url SK",
    "Url Dokumen Laporan Tahunan",
    "Laporan yang Masuk melalui Kanal Aduan Setwapres",
    "Rating",
)

PROVINCE = "Pemerintah Provinsi Sulawesi Tengah"
UNITS = {
    "Badan Penanggulangan Bencana Daerah Provinsi Sulawesi Tengah": "880001",
    "Dinas Perhubungan Provinsi Sulawesi Tengah": "880002",
    "Dinas Pendidikan Prov. Sulawesi Tengah": "880003",
    "UPT. RSU UNDATA": "880004",
}
CLASSES = (
    "Pengaduan Berkadar Pengawasan",
    "Pengaduan Tidak Berkadar Pengawasan",
    "Permintaan Informasi",
    "Aspirasi",
    "",
)
STATUSES = ("Ditutup oleh Sistem", "Terverifikasi", "Menunggu Kelengkapan Informasi", "Belum Terverifikasi")
TEXTS = (
    ("Lampu jalan padam", "Lampu jalan di depan pasar padam sejak sepekan. Mohon diperiksa."),
    ("Jadwal kapal berubah", "Jadwal kapal berubah tanpa kabar; penumpang tidur di pelabuhan."),
    ("Antrean loket", "Antrean loket pagi hari panjang, kursi tunggu tidak cukup."),
)

Row = dict[str, str]


def english(day: date) -> str:
    """The day as LAPOR! writes it: `18 Jan 2024`."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def row(tracking_id: str = "99000901", **values: str) -> Row:
    """One complete fictional row; `values` are named by the words of the heading: `status_laporan="..."`."""
    made: Row = {
        "Tracking ID": tracking_id,
        "Tanggal Laporan Masuk": "18 Jan 2024",
        "Waktu Laporan Masuk": "01:33:26",
        "Nama Pelapor": "",
        "Klasifikasi Laporan": "Pengaduan Tidak Berkadar Pengawasan",
        "ID Kategori": "1398",
        "Kategori": "Penerangan Jalan",
        "Judul Laporan": "Lampu jalan padam",
        "Isi Laporan Awal": "Lampu jalan padam sejak sepekan.",
        "Isi Laporan Akhir": "Lampu jalan di depan pasar padam sejak sepekan.",
        "Tipe Laporan (Anonim/Rahasia)": "",
        "Sumber Laporan": "Website",
        "Instansi Induk": PROVINCE,
        "ID Instansi Terdisposisi": "880002",
        "Instansi Terdisposisi": "Dinas Perhubungan Provinsi Sulawesi Tengah",
        "Status Laporan": "Terverifikasi",
        "Alasan Tunda/Arsip": "",
        "Provinsi": "Sulawesi Tengah",
        "Kota/Kabupaten": "Kota Palu",
        "Kecamatan": "",
        "Kelurahan": "",
        "Nomor SK": "",
        "Url SK": "",
        "Url Dokumen Laporan Tahunan": "",
        "Laporan yang Masuk melalui Kanal Aduan Setwapres": "",
        "Rating": "",
    }
    named = {_key(heading): heading for heading in made}
    for key, value in values.items():
        made[named[key]] = value
    return made


def _key(heading: str) -> str:
    letters = "".join(sign if sign.isalnum() else " " for sign in heading.lower())
    return "_".join(letters.split())


def rows(count: int, *, seed: int = 7, first: int = 99100001, start: date = date(2022, 1, 3)) -> list[Row]:
    """`count` fictional rows spread over the days after `start`; the same for the same `seed`."""
    pick = random.Random(seed)
    made = []
    for number in range(count):
        title, text = pick.choice(TEXTS)
        unit = pick.choice([*UNITS, ""])
        moment = datetime(start.year, start.month, start.day, tzinfo=UTC) + timedelta(
            minutes=pick.randrange(60 * 24 * 700)
        )
        made.append(
            row(
                str(first + number),
                tanggal_laporan_masuk=english(moment.date()),
                waktu_laporan_masuk=moment.strftime("%H:%M:%S"),
                klasifikasi_laporan=pick.choice(CLASSES),
                judul_laporan=f"{title} {number}",
                isi_laporan_awal=text,
                isi_laporan_akhir=f"{text} Kejadian nomor {number}. " + "Mohon perhatian dinas terkait. " * 20,
                tipe_laporan_anonim_rahasia=pick.choice(["", "Anonim", "Rahasia", "Anonim|Rahasia"]),
                instansi_terdisposisi=unit,
                id_instansi_terdisposisi=UNITS.get(unit, ""),
                status_laporan=pick.choice(STATUSES),
            )
        )
    return made


def metadata(generated: str = "2024-02-01") -> list[list[str]]:
    """The block in rows 1 to 9 and the blank row 10, as in the 17-column layout."""
    return [
        ["Judul Laporan", "", "Laporan Ringkas"],
        [],
        ["Nama Instansi", "", PROVINCE],
        [],
        ["Tanggal Generate", "", generated],
        [],
        ["Periode Masuk", "", "(2022-01-01) - (2023-12-31)"],
        [],
        ["Pengelola"],
        [],
    ]


def xlsx(
    rows: Iterable[Mapping[str, str]],
    layout: Sequence[str] = LAYOUT_17,
    *,
    generated: str | None = "2024-02-01",
    sheet: str = "Laporan Ringkas",
    numbers: Iterable[str] = (),
) -> bytes:
    """A workbook; with `generated` the metadata stands above. `numbers`: columns that Excel made numbers."""
    out = BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    page = book.add_worksheet(sheet)
    block = metadata(generated) if generated else []
    for index, cells in enumerate([*block, list(layout)]):
        for place, text in enumerate(cells):
            if text:
                page.write_string(index, place, text)
    for index, values in enumerate(rows, start=len(block) + 1):
        for place, heading in enumerate(layout):
            text = values.get(heading, "")
            if text and heading in set(numbers):
                page.write_number(index, place, float(text))
            elif text:
                page.write_string(index, place, text)
    book.close()
    return out.getvalue()


def csv_file(
    rows: Iterable[Mapping[str, str]],
    layout: Sequence[str] = LAYOUT_17,
    *,
    delimiter: str = ",",
    encoding: str = "utf-8",
    generated: str | None = None,
) -> bytes:
    """The same as text."""
    out = StringIO(newline="")
    writer = csv.writer(out, delimiter=delimiter)
    for cells in metadata(generated) if generated else []:
        writer.writerow(cells)
    writer.writerow(layout)
    for values in rows:
        writer.writerow([values.get(heading, "") for heading in layout])
    return out.getvalue().encode(encoding)
