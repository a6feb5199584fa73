"""The pages of the import and of matching, as the coordinator sees them; nobody else does."""

from datetime import UTC, date, datetime

import pytest
import sqlalchemy as sa

from lapor.agencies.models import Agency
from lapor.complaints.models import Complaint
from lapor.desk import import_views
from lapor.desk.import_models import ImportBatch
from lapor.desk.lapor_export import read
from lapor.desk.lapor_rows import LaporRow, understood
from lapor.desk.sample_export import sample_export
from lapor.dispositions.models import Disposition
from tests.export_files import LAYOUT_20, csv_file, row, rows, xlsx
from tests.services.working import work

DISHUB = "Dinas Perhubungan Provinsi Sulawesi Tengah"


@pytest.fixture
def desk(session, client, make, clock):
    """The coordinator at work on 4 March 2024."""
    clock.at("2024-03-04 09:00")
    make.coordinator()
    make.agency("dishub", name=DISHUB)
    session.commit()
    return client.login("koordinator")


def upload(desk, content, name="ekspor.xlsx", *, status=200):
    form = desk.get("/aduan/impor").form(button="Pratinjau impor")
    return form.fill(file=(content, name)).submit(status=status)


def test_from_the_file_to_the_result(desk, session):
    page = upload(desk, xlsx([*rows(3), row("12")]))
    assert page.heading == "Pratinjau impor"
    assert 'Tracking ID "12" bukan 6 sampai 10 angka.' in page.text
    assert session.scalar(sa.select(sa.func.count()).select_from(Complaint)) == 0
    result = page.form(button="Impor sekarang").submit("Impor sekarang")
    assert "3 aduan diimpor: 3 baru, 0 berubah, 0 tetap, 1 ditolak." in result.text
    assert "Baris yang ditolak" in result.text
    again = upload(desk, csv_file(rows(3), delimiter=";"), "ekspor.csv")
    assert "Tetap 3" in again.text


def test_the_day_is_recounted_before_anything_is_written(desk, session):
    page = upload(desk, xlsx([row("99000901"), row("99000902", tanggal_laporan_masuk="1 Feb 2023")]))
    form = page.form(button="Impor sekarang").fill(owed_from="2024-01-01")
    page = form.submit("Hitung ulang dengan tanggal ini")
    assert "dari 2 aduan baru: 1 menjadi riwayat, 1 wajib diketahui pimpinan" in page.text
    page = desk.get(page.tree.xpath("//nav[@class='tabs']//a/@href")[1])
    assert "1 menjadi riwayat" in page.text
    page.form(button="Impor sekarang").submit("Impor sekarang")
    assert session.scalars(sa.select(Disposition.is_owed).order_by(Disposition.complaint_id)).all() == [True, False]


def test_what_changes_is_shown_field_by_field_but_no_confidential_words(desk, session):
    first = [row("99000901"), row("99000902", judul_laporan="PENANDA satu", tipe_laporan_anonim_rahasia="Rahasia")]
    upload(desk, xlsx(first)).form(button="Impor sekarang").submit("Impor sekarang")
    second = [
        row("99000901", judul_laporan="Judul baru 0812-0000-0003"),
        row("99000902", judul_laporan="PENANDA dua", tipe_laporan_anonim_rahasia="Rahasia"),
    ]
    page = upload(desk, xlsx(second, generated="2024-03-01"))
    assert "Lampu jalan padam → Judul baru [nomor telepon disamarkan]" in page.text
    assert "PENANDA" not in page.source
    assert "isi rahasia tidak ditampilkan di sini" in page.text


def test_it_asks_when_the_file_does_not_say_its_date(desk, session):
    upload(desk, xlsx([row()])).form(button="Impor sekarang").submit("Impor sekarang")
    page = upload(desk, xlsx([row(judul_laporan="Judul baru")], LAYOUT_20, generated=None))
    refused = page.form(button="Impor sekarang").submit("Impor sekarang", status=422)
    assert "Isi tanggal berkas ini dibuat di LAPOR!" in refused.text
    done = refused.form(button="Impor sekarang").fill(generated_on="2024-03-04").submit("Impor sekarang")
    assert "1 berubah" in done.text


@pytest.mark.parametrize(
    ("content", "name", "sentence"),
    [
        (b"nama,umur\n", "x.csv", 'kolom "Tracking ID" tidak ditemukan'),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "x.xlsx", "Berkas terkunci kata sandi"),
        (b"PK\x03\x04", "x.xlsx", "Berkas rusak"),
    ],
)
def test_a_refused_file_says_what_to_do(desk, session, content, name, sentence):
    page = upload(desk, content, name, status=422)
    assert sentence in page.text
    assert session.scalar(sa.select(sa.func.count()).select_from(ImportBatch)) == 0


def test_a_file_that_is_too_large_is_measured(desk, monkeypatch):
    monkeypatch.setattr(import_views, "MAX_BYTES", 100_000)
    page = upload(desk, b"x" * 200_000, status=422)
    assert "Ukuran berkas 1 MB, paling besar 10 MB." in page.text


def test_without_a_file_it_asks_for_one(desk):
    page = desk.get("/aduan/impor").form(button="Pratinjau impor").submit(status=422)
    assert "Pilih berkas yang diunduh dari LAPOR!." in page.text


def test_a_staged_file_can_be_thrown_away(desk, session):
    page = upload(desk, xlsx(rows(2)))
    address = page.url
    back = page.form(button="Batalkan berkas ini").submit()
    assert "Berkas dibatalkan. Tidak ada data yang berubah." in back.text
    desk.get(address, status=404)


def test_a_large_file_is_a_job_that_can_be_left_and_found_again(desk, session, app, monkeypatch):
    monkeypatch.setattr(import_views, "AT_ONCE", 5)
    page = upload(desk, xlsx(rows(8)))
    page = page.form(button="Impor sekarang").submit("Impor sekarang")
    assert page.heading == "Sedang diimpor"
    assert "0 dari 8" in page.text
    session.commit()
    work(app)
    assert "8 aduan diimpor: 8 baru" in desk.get(page.url).text


def test_units_are_matched_several_at_once(desk, session, make):
    names = ["Dinas Perhubungan Sulteng", "UPT Pelabuhan Rekaan", "Kantor Rekaan A", "Kantor Rekaan B"]
    content = xlsx([row(str(99000901 + index), instansi_terdisposisi=name) for index, name in enumerate(names)])
    page = upload(desk, content)
    result = page.form(button="Impor sekarang").submit("Impor sekarang")
    page = result.follow("Padankan")
    dishub = session.scalars(sa.select(Agency).where(Agency.slug == "dishub")).one()
    form = page.form(button="Padankan")
    choices = [name for name in form.names if name.startswith("unit_")]
    likely = [name for name in choices if DISHUB in form.options(name)]
    assert len(choices) == len(likely) == 4
    page = form.fill({choices[1]: str(dishub.id), choices[1].replace("unit", "below"): True, "rest_outside": True})
    page = page.submit("Padankan")
    assert "4 unit dipadankan." in page.text
    assert "Semua unit sudah dipadankan" in page.text
    given = session.execute(sa.select(Disposition.agency_id, Disposition.unit_name).order_by(Disposition.id)).all()
    assert (dishub.id, "UPT Pelabuhan Rekaan") in given


def test_an_agency_is_made_where_it_is_missed(desk, session):
    upload(desk, xlsx([row(instansi_terdisposisi="Dinas Antariksa Rekaan")])).form(button="Impor sekarang").submit(
        "Impor sekarang"
    )
    page = desk.get("/aduan/padankan")
    form = page.form(button="Buat OPD dan padankan")
    refused = form.fill(name="", abbreviation="").submit(status=422)
    form = refused.form(button="Buat OPD dan padankan")
    done = form.fill(name="Dinas Antariksa Provinsi Sulawesi Tengah", abbreviation="Disantar").submit()
    assert "1 unit dipadankan." in done.text
    made = session.scalars(sa.select(Agency).where(Agency.abbreviation == "Disantar")).one()
    assert session.scalars(sa.select(Disposition.agency_id)).all() == [made.id]


def test_nothing_chosen_is_said(desk):
    upload(desk, xlsx([row(instansi_terdisposisi="Kantor Rekaan")])).form(button="Impor sekarang").submit(
        "Impor sekarang"
    )
    page = desk.get("/aduan/padankan").form(button="Padankan").submit("Padankan", status=422)
    assert "Belum ada unit yang dipilih OPD-nya." in page.text


@pytest.mark.parametrize("login", ["sekretariat", "pimpinan", "inspektorat", "admin", "kepala.dishub"])
def test_nobody_else_comes_in(desk, session, make, login):
    agency = session.scalars(sa.select(Agency).where(Agency.slug == "dishub")).one()
    make.secretariat()
    make.leadership()
    make.inspectorate()
    make.administrator()
    make.head(agency)
    session.commit()
    other = desk.another().login(login)
    for address in ("/aduan/impor", "/aduan/padankan", "/aduan/impor/contoh.xlsx", "/aduan/impor/1"):
        other.get(address, status=403)


def test_the_sample_has_what_the_demo_shows(desk):
    assert desk.get("/aduan/impor/contoh.xlsx").data.startswith(b"PK")
    export = read(sample_export(date(2024, 3, 4)))
    found = list(understood(export.rows, UTC, datetime(2024, 3, 4, 12, tzinfo=UTC)))
    assert len(found) == 12
    assert all(isinstance(line, LaporRow) for line in found)
    assert any(line.texts["final_text"].startswith("=") for line in found)
    assert {"BADAN PENANGGULANGAN BENCANA DRH", "UPT. RSU UNDATA"} <= {line.texts["unit"] for line in found}
    assert "" in {line.texts["report_class"] for line in found}


def test_differences_are_settled_by_a_person(desk, session):
    upload(desk, xlsx([row("99000901"), row("99000902")])).form(button="Impor sekarang").submit("Impor sekarang")
    now = datetime(2024, 3, 4, 2, tzinfo=UTC)
    for complaint in session.scalars(sa.select(Complaint)):
        complaint.title, complaint.touched_at = "Judul dari koordinator", now
    session.commit()
    changed = [row(str(number), judul_laporan="Judul dari LAPOR!") for number in (99000901, 99000902)]
    page = upload(desk, xlsx(changed, generated="2024-03-01"))
    page.form(button="Impor sekarang").submit("Impor sekarang")
    page = desk.get("/aduan/impor").follow("Putuskan")
    assert "Judul dari koordinator" in page.text
    page = page.forms[-1].submit("Pakai dari LAPOR!")
    page = page.forms[-1].submit("Pertahankan yang di sini")
    assert "Tidak ada yang berbeda" in page.text
    session.expire_all()
    titles = session.scalars(sa.select(Complaint.title).order_by(Complaint.id)).all()
    assert titles == ["Judul dari koordinator", "Judul dari LAPOR!"]
