"""Pages of agencies: list, import, form, spellings, closing."""

from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from lapor.agencies.models import Agency, LaporUnit
from tests.factories import Make
from tests.page import PageClient

LIST = (
    b"slug,nama,singkatan,jenis,kode_skpd,induk,keyakinan\n"
    b"setda,Sekretariat Daerah Provinsi Contoh,SETDA,sekretariat,,,tinggi\n"
    b'kominfo,"Dinas Komunikasi, Informatika Provinsi Contoh",KOMINFO (DKI),dinas,2.16,,tinggi\n'
    b"biro-umum,Biro Umum Setda Provinsi Contoh,BIRO UMUM,biro,,setda,tinggi\n"
)


@pytest.fixture
def admin(client: PageClient, make: Make) -> PageClient:
    make.administrator()
    return client.login("admin")


def test_an_administrator_imports_a_list_and_sees_it(admin: PageClient) -> None:
    page = admin.get("/opd/impor")
    shown = page.form().fill(file=(LIST, "daftar.csv")).submit("Impor sekarang")
    assert "3 OPD dibaca: 3 baru" in shown.text
    assert "Dinas Komunikasi, Informatika" in shown.row("Dinas Komunikasi")
    assert "SETDA" in shown.row("BIRO UMUM")
    again = admin.get("/opd/impor").form().fill(file=(LIST, "daftar.csv")).submit("Impor sekarang")
    assert "0 baru, 0 berubah, 3 tetap" in again.text


def test_a_faulty_list_names_its_rows_and_changes_nothing(admin: PageClient, session: Session) -> None:
    before = session.scalar(sa.select(sa.func.count()).select_from(Agency))
    bad = LIST + b"x,Dinas X,X,kantor,,,\ny,Dinas Y,Y,dinas,,tiada,\n"
    page = admin.get("/opd/impor").form().fill(file=(bad, "daftar.csv")).submit("Impor sekarang", status=422)
    assert "Baris 5:" in page.text
    assert "kantor" in page.text
    assert session.scalar(sa.select(sa.func.count()).select_from(Agency)) == before
    page = admin.get("/opd/impor").form().submit("Impor sekarang", status=422)
    assert "Pilih berkas CSV" in page.text


def test_an_agency_is_made_changed_and_closed(admin: PageClient, session: Session) -> None:
    page = (
        admin.get("/opd/baru").form().fill(name="Dinas Kebun Provinsi Contoh", abbreviation="DISBUN").submit("Simpan")
    )
    assert page.heading == "Dinas Kebun Provinsi Contoh"
    assert "disbun" in page.text
    changed = page.follow("Ubah data").form().fill(phone="0451 123", address="Jalan Kebun 1").submit("Simpan")
    assert "0451 123" in changed.text
    renamed = changed.follow("Ganti nama").form().fill(name="Dinas Perkebunan Provinsi Contoh").submit("Simpan nama")
    assert "Dinas Kebun Provinsi Contoh" in renamed.row("Dinas Kebun Provinsi Contoh")
    closed = renamed.follow("Tutup OPD").form().fill(ends_on="2020-01-31").submit("Tutup OPD")
    assert "Ditutup per 31 Januari 2020" in closed.text
    assert "Dinas Perkebunan" not in admin.get("/opd").text
    assert "Dinas Perkebunan" in admin.get("/opd?tampil=ditutup").text


def test_a_change_over_somebody_elses_is_told_and_nothing_typed_is_lost(
    admin: PageClient, session: Session, make: Make
) -> None:
    agency = make.agency("dinsos")
    form = admin.get(f"/opd/{agency.id}/ubah").form()
    admin.get(f"/opd/{agency.id}/ubah").form().fill(phone="1").submit("Simpan")
    page = form.fill(phone="2").submit("Simpan", status=422)
    assert "baru saja diubah orang lain" in page.text
    assert page.css("input#phone")[0].get("value") == "2"


def test_names_of_lapor_are_added_and_taken_away(admin: PageClient, session: Session, make: Make) -> None:
    agency, other = make.agency("dinsos"), make.agency("dinkes")
    page = admin.get(f"/opd/{agency.id}")
    page = page.form(button="Tambah nama").fill(name="Dinsos Sulteng", lapor_id="123456").submit("Tambah nama")
    assert "123456" in page.row("Dinsos Sulteng")
    refused = admin.get(f"/opd/{other.id}").form(button="Tambah nama").fill(name="DINSOS  SULTENG.")
    assert "sudah dipadankan" in refused.submit("Tambah nama", status=422).text
    page = admin.get(f"/opd/{agency.id}").form(button="Hapus Dinsos Sulteng").submit()
    assert "Belum ada ejaan lain" in page.text
    assert session.scalar(sa.select(sa.func.count()).select_from(LaporUnit)) == 0


def test_years_of_obligation(admin: PageClient, make: Make) -> None:
    agency = make.agency("dinsos")
    page = admin.get(f"/opd/{agency.id}").form(button="Tambah tahun").fill(year="2021").submit("Tambah tahun")
    assert [words for words in page.forms if "Hapus tahun 2021" in words.buttons]
    assert (
        admin.get(f"/opd/{agency.id}").form(button="Tambah tahun").fill(year="21").submit("Tambah tahun", status=422)
    )


def test_search_finds_names_abbreviations_and_spellings(admin: PageClient, make: Make) -> None:
    make.agency("dinsos"), make.agency("dinkes")
    assert "DINKES" not in admin.get("/opd?q=dinsos").text
    page = admin.get("/opd?q=100%25")
    assert "Tidak ada OPD yang cocok" in page.text
    assert "dinsos" in admin.get("/opd/daftar.csv?q=dinsos").response.get_data(as_text=True)


def test_an_empty_province_is_led_to_the_import(client: PageClient, make: Make, session: Session) -> None:
    make.administrator()
    session.execute(sa.update(Agency).values(ends_on=None, starts_on=None))
    page = client.login("admin").get("/opd?jenis=rsud")
    assert "Tidak ditemukan" in page.text


@pytest.mark.parametrize("role", ["coordinator", "inspectorate", "secretariat", "leadership"])
def test_others_read_and_do_not_change(client: PageClient, make: Make, role: str) -> None:
    agency = make.agency("dinsos")
    member: Any = getattr(make, role)()
    page = client.login(member.login).get(f"/opd/{agency.id}")
    assert "Ubah data" not in page.links
    for url in ("/opd/baru", "/opd/impor", f"/opd/{agency.id}/ubah", f"/opd/{agency.id}/tutup"):
        client.get(url, status=403)
    client.post(f"/opd/{agency.id}/wajib", {"year": "2021"}, status=403)


def test_operators_of_agencies_see_no_list(client: PageClient, make: Make) -> None:
    make.operator(make.agency("dinsos"))
    client.login("operator.dinsos").get("/opd", status=403)


def test_a_closing_shows_what_moves_and_is_undone(admin: PageClient, session: Session, make: Make) -> None:
    old, new = make.agency("disbun"), make.agency("distan")
    make.head(old, name="Iksan Lamato")
    make.disposition(agency=old)
    make.disposition(agency=old)
    page = admin.get(f"/opd/{old.id}/tutup")
    assert "2 aduan menunggu diketahui kepala OPD" in page.text
    page = page.form(name="ends_on").submit(status=422)
    assert "Masih ada pekerjaan di OPD ini. Pilih OPD penerusnya." in page.text
    page = page.form(name="ends_on").fill(successor_id=str(new.id)).submit("Tutup OPD")
    assert "Ini yang berpindah ke Dinas DISTAN Provinsi Sulawesi Tengah" in page.text
    make.disposition(agency=old)  # meanwhile there is one more: it is shown before anything moves
    page = page.form(name="ends_on").submit()
    assert "3 aduan menunggu diketahui kepala OPD" in page.text
    page = page.form(name="ends_on").submit("Ya, tutup OPD dan pindahkan")
    assert "OPD ditutup. Riwayatnya tetap tersimpan." in page.text
    assert "Dinas DISTAN" in page.text
    page = admin.get(f"/opd/{old.id}").follow("Batalkan penutupan")
    assert "wajib diisi" in page.form(name="reason").submit(status=422).text
    page = page.form(name="reason").fill(reason="Perda ditunda.").submit()
    assert "Penutupan dibatalkan." in page.text
    assert "Ditutup" not in page.text
    admin.get(f"/opd/{old.id}/buka").form(name="reason").fill(reason="lagi").submit(status=422)


def test_a_former_name_is_shown_and_taken_back(admin: PageClient, session: Session, make: Make) -> None:
    agency = make.agency("disbun", name="Dinas Perkebunan")
    form = admin.get(f"/opd/{agency.id}/ganti-nama").form()
    refused = form.fill(name="Dinas Kebun", renamed_on="2099-01-01").submit("Simpan nama", status=422)
    assert "Nama baru dicatat pada hari mulai berlakunya" in refused.text
    page = refused.form().fill(renamed_on="2022-01-01").submit("Simpan nama")
    assert page.heading == "Dinas Kebun"
    assert "Nama terdahulu Dinas Perkebunan (DISBUN) sampai dengan 31 Desember 2021" in page.text
    page = page.form(button="Batalkan penggantian nama ini").submit()
    assert page.heading == "Dinas Perkebunan"
    assert "Nama terdahulu" not in page.text
    page = admin.get(f"/opd/{agency.id}/ganti-nama").form()
    page = page.fill(name="Dinas Perkebunan Daerah", is_correction=True).submit("Simpan nama")
    assert "Nama terdahulu" not in page.text
