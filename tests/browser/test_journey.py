"""The main job in a real browser: from a LAPOR! export to acknowledged, answered, counted and on paper."""

import io
import re
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from openpyxl import load_workbook
from PIL import Image
from playwright.sync_api import Page, expect
from pypdf import PdfReader

from lapor.core.clock import local_day, now
from tests.export_files import Row, english, row, xlsx

SignIn = Callable[[Page, str], Page]
Open = Callable[..., Page]

BPBD = "Badan Penanggulangan Bencana Daerah"
UNKNOWN = "PUSAT DARURAT UNDATA MAJU"
TITLE = "Tanggul sungai retak"
ANSWER = "Yth. Bapak/Ibu Pelapor, tim kami sudah memeriksa tanggul dan memasang karung pasir. Terima kasih."


MINUTES = (
    "NOTULA Rapat : Evaluasi Pengelolaan SP4N-LAPOR! Tahun 2021",
    "Kamis, 6 Januari 2022",
    "Pukul 09.00 s.d. 11.40 WITA",
    # the obstacle
    "kendala yang umumnya terjadi adalah operator yang sering berganti",
    # the five decisions
    "Setiap aduan yang masuk wajib diketahui oleh pimpinan perangkat daerah.",
    "SK Tim Pengelola SP4N-LAPOR! diperbarui.",
    "Bimbingan teknis bagi admin SP4N-LAPOR! dilaksanakan pada Tahun 2022.",
    "Setiap pergantian admin dilengkapi berita acara serah terima.",
    "Seluruh admin berkomitmen bekerja sama mengelola SP4N-LAPOR!.",
    # the table of follow-ups
    "No Uraian Penanggung Jawab Batas Waktu Status 1 Menyusun konsep SK Tim Pengelola Tahun 2022",
    "3 Melaksanakan Bimtek admin Diskominfosantik 31 Maret 2022",
    "5 Menyelesaikan aduan Tahun 2021 yang belum ditanggapi BMPR, Disdik, Dinkes, Dinsos, Dishub, DLH",
    # names with their numbers
    "Fitriani Lapatandau, A.Md. Pengatur Tingkat I NIP. 19940817 201903 2 004",
    "Hasrul Toampi, S.Sos., M.Si. Pembina NIP. 19740211 200003 1 003",
    "Moh. Fajrin Alamsyah, S.Kom. NIP. 19900504 201403 1 001",
)
FIGURES = {"Aduan diterima": 46, "Ditindaklanjuti": 37, "Selesai": 32, "Selesai tepat waktu": 25}


def export(today: date) -> bytes:
    """Seven complaints in the 17-column layout with the block above, as LAPOR! gives them."""

    def made(tracking_id: str, title: str, text: str, **values: str) -> Row:
        return row(
            tracking_id,
            tanggal_laporan_masuk=english(today - timedelta(days=3)),
            judul_laporan=title,
            isi_laporan_awal=text,
            isi_laporan_akhir=text,
            **values,
        )

    return xlsx(
        [
            made(
                "99000501",
                TITLE,
                "Tanggul sungai di belakang kantor desa retak setelah hujan. Kami takut jebol malam hari.",
                instansi_terdisposisi="",
                status_laporan="Menunggu Kelengkapan Informasi",
                alasan_tunda_arsip="Mohon lengkapi lokasi kejadian.",
            ),
            made("99000502", "Kursi tunggu kurang", "Kursi tunggu di loket kurang.", instansi_terdisposisi=UNKNOWN),
            made("99000503", "Antre obat lama", "Antre obat sampai sore.", instansi_terdisposisi=UNKNOWN),
            made(
                "99000504",
                "Permintaan uang oleh petugas",
                "Petugas meminta uang agar berkas cepat selesai.",
                tipe_laporan_anonim_rahasia="Anonim|Rahasia",
                instansi_terdisposisi="Dinas Pendidikan Provinsi Sulawesi Tengah",
            ),
            made(
                "99000505",
                "Nomor darurat",
                "Nomor berapa yang dihubungi bila banjir?",
                klasifikasi_laporan="Permintaan Informasi",
                instansi_terdisposisi="Badan Penanggulangan Bencana Daerah Provinsi Sulawesi Tengah",
                status_laporan="Ditutup oleh Sistem",
            ),
            made(
                "99000506",
                "Lampu jalan padam",
                "=SEMUA lampu jalan padam sejak Minggu.",
                instansi_terdisposisi="",
                status_laporan="Belum Terverifikasi",
            ),
            made("", "Baris tanpa nomor", "Baris ini tidak mempunyai nomor."),
        ],
        generated=today.isoformat(),
    )


def photograph() -> bytes:
    """A small grey picture."""
    out = io.BytesIO()
    Image.new("L", (8, 8), 128).save(out, "PNG")
    return out.getvalue()


@pytest.fixture
def pdf_text() -> Callable[[bytes], str]:
    """The words of a PDF, spaces made single."""

    def text(content: bytes) -> str:
        assert content.startswith(b"%PDF-")
        return " ".join(" ".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages).split())

    return text


def downloaded(page: Page, link: str) -> bytes:
    """What the link of this name gives."""
    with page.expect_download() as waiting:
        page.get_by_role("link", name=link, exact=True).click()
    return waiting.value.path().read_bytes()


def press(page: Page, name: str) -> None:
    """Press the button of this name."""
    page.get_by_role("button", name=name, exact=True).click()


def link(page: Page, name: str) -> None:
    """Follow the link of this name."""
    page.get_by_role("link", name=name, exact=True).click()


def flash(page: Page, words: str) -> None:
    """The page says these words after the step."""
    expect(page.locator(".flashes")).to_contain_text(words)


def import_the_file(page: Page, content: bytes) -> None:
    page.goto("/")
    page.get_by_role("link", name="Impor dari LAPOR!").first.click()
    page.get_by_label("Berkas Laporan Ringkas").set_input_files(
        {
            "name": "laporan-ringkas.xlsx",
            "mimeType": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            "buffer": content,
        }
    )
    press(page, "Pratinjau impor")
    expect(page.get_by_role("heading", level=1)).to_have_text("Pratinjau impor")
    figures = page.locator(".figures")
    expect(figures).to_contain_text(re.compile(r"Baru\s*6\s*Berubah\s*0\s*Tetap\s*0\s*Ditolak\s*1"))
    expect(page.locator("aside")).to_contain_text(UNKNOWN)
    expect(page.get_by_role("table")).to_contain_text("Tracking ID")
    page.get_by_role("link", name=re.compile("^Baru")).click()
    table = page.get_by_role("table")
    expect(table).to_contain_text("Aduan rahasia")
    expect(table).not_to_contain_text("Permintaan uang oleh petugas")
    press(page, "Impor sekarang")
    expect(page.locator("main")).to_contain_text("6 baru, 0 berubah, 0 tetap, 1 ditolak")


def match_the_unknown_unit(page: Page) -> None:
    link(page, "Padankan")
    group = page.get_by_role("group", name=UNKNOWN)
    expect(group).to_contain_text("2 aduan menunggu.")
    group.get_by_role("combobox").select_option(label="RSUD Undata")
    press(page, "Padankan")
    expect(page.locator("main")).not_to_contain_text(UNKNOWN)


def search(page: Page, words: str) -> None:
    page.goto("/aduan")
    field = page.get_by_role("searchbox")
    field.fill(words)
    field.press("Enter")


def resume_and_verify(page: Page) -> None:
    search(page, "99000501")
    link(page, TITLE)
    expect(page.locator("main")).to_contain_text("Menunggu kelengkapan pelapor")
    press(page, "Lanjutkan aduan")
    flash(page, "Aduan dilanjutkan.")
    link(page, "Periksa dan sampaikan")
    press(page, "Verifikasi saja")
    expect(page.get_by_role("alert")).to_contain_text("Ada yang perlu diperbaiki")
    page.get_by_label("Tidak ada pejabat atau pegawai yang dilaporkan").check()
    press(page, "Verifikasi saja")
    flash(page, "Aduan diverifikasi.")


def dispose(page: Page) -> None:
    link(page, "Sampaikan ke OPD")
    page.get_by_label("OPD utama").select_option(label=BPBD)
    page.get_by_label("Catatan untuk OPD").fill("Mohon ditinjau sebelum hujan berikutnya.")
    page.get_by_text("OPD pendukung, unit, dan alasan mengalihkan").click()
    page.get_by_label("OPD pendukung").select_option(label="Dinas Sosial")
    press(page, "Sampaikan ke OPD")
    flash(page, "Aduan disampaikan.")
    expect(page.locator("aside")).to_contain_text("BPBD")
    expect(page.locator("aside")).to_contain_text("Dinsos")


def acknowledge_on_a_phone(phone: Page) -> None:
    """The head passes by what waited longer, reads this one, gives an instruction and passes it on."""
    phone.goto("/menunggu")
    while phone.get_by_role("heading", level=1).inner_text() != TITLE:
        link(phone, "Berikutnya")
    expect(phone.locator("main")).to_contain_text("Mohon ditinjau sebelum hujan berikutnya.")
    phone.get_by_label("Cek lapangan, laporkan hasilnya.").check()
    phone.get_by_label("Arahan lain").fill("Hubungi kepala desa lebih dahulu.")
    phone.locator("summary", has_text="Diteruskan kepada").click()
    phone.get_by_label("Sekretaris BPBD").check()
    press(phone, "Saya mengetahui")
    flash(phone, "Tercatat. Arahan Bapak/Ibu sudah sampai kepada Yunita Wulandari Mbatono")


def draft_and_record(page: Page) -> None:
    """The text survives a reload, is released, copied, and recorded with its evidence."""
    search(page, "99000501")
    link(page, TITLE)
    expect(page.locator("main")).to_contain_text("Hubungi kepala desa lebih dahulu.")
    page.get_by_label("Tanggapan", exact=True).fill(ANSWER)
    expect(page.locator("[data-autosave-state]")).to_contain_text("Tersimpan otomatis pukul")
    page.reload()
    expect(page.get_by_label("Tanggapan", exact=True)).to_have_value(ANSWER)
    press(page, "Kirim dan catat")
    page.get_by_label("Jawaban akhir").check()
    press(page, "Siap dikirim")
    flash(page, "Tanggapan siap dikirim.")
    press(page, "Salin teks untuk LAPOR!")
    assert page.evaluate("navigator.clipboard.readText()") == ANSWER
    page.get_by_label("Bukti (foto, PDF, dokumen)").set_input_files(
        {"name": "tanggul.png", "mimeType": "image/png", "buffer": photograph()}
    )
    press(page, "Catat: sudah dikirim di LAPOR!")
    flash(page, "Tanggapan dicatat sudah dikirim di LAPOR!.")
    expect(page.locator("main")).to_contain_text("Selesai dijawab")
    expect(page.get_by_role("link", name="tanggul.png")).to_be_visible()


def review_and_close(page: Page, case: str) -> None:
    page.goto(case)
    link(page, "Nilai mutu jawaban")
    for check in ("Menjawab pertanyaan pelapor", "Menyebut tindakan yang dilakukan", "Santun dan jelas"):
        page.get_by_label(check).check()
    press(page, "Simpan penilaian")
    expect(page.locator("main")).to_contain_text("Mutu jawaban 3 dari 4.")
    file = page.get_by_role("link", name="tanggul.png").get_attribute("href")
    answer = page.request.get(str(file))
    assert answer.body().startswith(b"\x89PNG")
    assert answer.headers["x-content-type-options"] == "nosniff"


def close(page: Page, case: str) -> None:
    page.goto(case)
    link(page, "Tutup aduan")
    page.get_by_label("Pelapor puas dengan jawaban").check()
    page.get_by_label("Penilaian pelapor").select_option("5")
    press(page, "Tutup aduan")


def without_javascript_acknowledge(page: Page) -> None:
    """The supporting agency's head, in a browser that runs no script."""
    page.goto("/menunggu")
    while page.get_by_role("heading", level=1).inner_text() != TITLE:
        link(page, "Berikutnya")
    page.get_by_label("Cukup diketahui, lanjutkan.").check()
    press(page, "Saya mengetahui")
    flash(page, "Tercatat.")


def without_javascript_answer(page: Page, case: str) -> None:
    """The supporting agency's operator keeps a draft, releases it and records it, without script."""
    page.goto(case)
    page.get_by_label("Tanggapan", exact=True).fill("Kami menyiapkan bantuan bagi warga di dekat tanggul.")
    press(page, "Simpan konsep")
    flash(page, "Konsep tersimpan")
    press(page, "Kirim dan catat")
    page.get_by_label("Jawaban akhir").check()
    press(page, "Siap dikirim")
    flash(page, "Tanggapan siap dikirim.")
    press(page, "Catat: sudah dikirim di LAPOR!")
    flash(page, "Tanggapan dicatat")
    expect(page.locator("main")).to_contain_text("Kami menyiapkan bantuan bagi warga di dekat tanggul.")


def look_at_the_others(page: Page) -> None:
    """What LAPOR! closed is still owed; a text that looks like a formula stays a text."""
    search(page, "99000505")
    link(page, "Nomor darurat")
    expect(page.locator("main")).to_contain_text("Aduan ini sudah ditutup di LAPOR!.")
    expect(page.locator("main")).to_contain_text("Menunggu diketahui pimpinan")
    search(page, "99000506")
    link(page, "Lampu jalan padam")
    expect(page.locator("main")).to_contain_text("=SEMUA lampu jalan padam sejak Minggu.")


def read_the_minutes(page: Page, pdf_text: Callable[[bytes], str]) -> None:
    page.goto("/rapat")
    link(page, "Evaluasi Pengelolaan SP4N-LAPOR! Tahun 2021")
    text = pdf_text(downloaded(page, "Unduh PDF"))
    for words in MINUTES:
        assert words in text


def read_the_report(page: Page, pdf_text: Callable[[bytes], str]) -> None:
    page.goto("/evaluasi")
    link(page, "Evaluasi Pengelolaan SP4N-LAPOR! Tahun 2021")
    figures = page.locator(".figures").first
    expect(figures).to_contain_text(
        re.compile(r"Aduan diterima\s*46\s*Ditindaklanjuti\s*37\s*Selesai\s*32\s*Selesai tepat waktu\s*25")
    )
    text = pdf_text(downloaded(page, "Unduh PDF"))
    assert "Pada 1 Januari s.d. 30 November 2021 diterima 46 aduan" in text
    assert "37 (80,4 persen) telah ditindaklanjuti, 32 (69,6 persen) selesai, dan 25 selesai tepat waktu" in text
    book = load_workbook(io.BytesIO(downloaded(page, "Unduh data (xlsx)")), read_only=True)
    found = {str(cells[0]): cells[1] for cells in book.worksheets[0].iter_rows(values_only=True) if len(cells) > 1}
    assert {name: found[name] for name in FIGURES} == FIGURES


def test_from_the_export_to_the_papers(
    page: Page, phone: Page, open_page: Open, without_javascript: Page, sign_in: SignIn
) -> None:
    today = local_day(now())
    sign_in(page, "koordinator")
    import_the_file(page, export(today))
    match_the_unknown_unit(page)
    resume_and_verify(page)
    dispose(page)
    case = page.url
    look_at_the_others(page)

    sign_in(phone, "kepala.bpbd")
    acknowledge_on_a_phone(phone)

    operator = sign_in(open_page(permissions=["clipboard-read", "clipboard-write"]), "operator.bpbd")
    draft_and_record(operator)

    review_and_close(page, case)
    page.goto(case)
    expect(page.locator("main")).to_contain_text("Aduan belum dapat ditutup: Dinsos belum menyatakan mengetahui.")

    head = sign_in(without_javascript, "kepala.dinsos")
    without_javascript_acknowledge(head)
    without_javascript_answer(sign_in(open_page(java_script_enabled=False), "operator.dinsos"), case)

    close(page, case)
    flash(page, "Aduan ditutup.")
    expect(page.locator("main")).to_contain_text("Penilaian pelapor 5 dari 5.")


def test_the_papers_of_the_demo(page: Page, sign_in: SignIn, pdf_text: Callable[[bytes], str]) -> None:
    sign_in(page, "sekretariat")
    read_the_minutes(page, pdf_text)
    read_the_report(page, pdf_text)
