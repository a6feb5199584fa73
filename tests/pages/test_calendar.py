"""Pages of the calendar and the settings."""

from datetime import date

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from lapor.calendar import queries, services
from lapor.calendar.models import DayOff, Setting
from lapor.calendar.rules import DayOffKind
from lapor.core import clock
from tests.factories import Make
from tests.page import PageClient


@pytest.fixture(autouse=True)
def _basics(session: Session) -> None:
    """The calendar as the first start leaves it."""
    session.execute(sa.delete(DayOff))
    session.execute(sa.delete(Setting))
    services.ensure_basics(session, clock.now())


@pytest.fixture
def coordinator(client: PageClient, make: Make) -> PageClient:
    make.coordinator()
    return client.login("koordinator")


@pytest.fixture
def admin(client: PageClient, make: Make) -> PageClient:
    make.administrator()
    return client.login("admin")


def test_a_year_shows_its_days_off_and_working_days(coordinator: PageClient) -> None:
    page = coordinator.get("/kalender?tahun=2022")
    assert "Cuti bersama" in page.row("4 Mei 2022")
    assert page.row("Mei 15") == "Mei 15"
    assert "Perkiraan" in coordinator.get("/kalender?tahun=2027").row("Idul Fitri (perkiraan)")
    for year in ("1999", "22", "abcd"):
        coordinator.get(f"/kalender?tahun={year}", status=404)


def test_a_day_off_is_added_and_removed(coordinator: PageClient, session: Session) -> None:
    form = coordinator.get("/kalender?tahun=2022").form(button="Tambah")
    page = form.fill(day="2022-04-13", name="Hari jadi provinsi").submit("Tambah")
    assert "Libur daerah" in page.row("13 April 2022")
    again = page.form(button="Tambah").fill(day="2022-04-13", name="Lagi").submit("Tambah", status=422)
    assert "sudah tercatat" in again.text
    page = coordinator.get("/kalender?tahun=2022").form(button="Hapus 13 April 2022").submit()
    assert "13 April 2022" not in page.text.replace("Hapus 13", "")
    assert queries.working_calendar(session).version == 3


def test_an_estimate_is_confirmed(coordinator: PageClient) -> None:
    page = coordinator.get("/kalender?tahun=2027").form(button="Nyatakan pasti 10 Maret 2027").submit()
    assert "Perkiraan" not in page.row("10 Maret 2027")


def test_a_list_is_imported_and_exported(coordinator: PageClient) -> None:
    data = b"tanggal,jenis,nama\n2030-01-01,libur_nasional,Tahun Baru\n"
    page = coordinator.get("/kalender/impor").form().fill(file=(data, "a.csv")).submit("Impor sekarang")
    assert "1 baru" in page.text
    text = coordinator.get("/kalender/libur.csv?tahun=2030").data.decode("utf-8-sig")
    assert text.split() == ["tanggal;jenis;nama", "2030-01-01;libur_nasional;Tahun", "Baru"]
    bad = coordinator.get("/kalender/impor").form().fill(file=(data + b"x,y,z\n", "a.csv"))
    assert "Baris 3:" in bad.submit("Impor sekarang", status=422).text


def test_others_read_the_calendar(client: PageClient, make: Make) -> None:
    make.secretariat()
    page = client.login("sekretariat").get("/kalender?tahun=2022")
    assert "Hapus" not in page.text
    client.get("/kalender/impor", status=403)
    client.post("/kalender/hari-libur", {"day": "2022-04-13", "name": "x", "kind": "provincial"}, status=403)


def test_operators_of_agencies_do_not_open_it(client: PageClient, make: Make) -> None:
    make.operator(make.agency("dinsos"))
    client.login("operator.dinsos").get("/kalender", status=403)
    client.get("/pengaturan", status=403)


def test_settings_show_rule_sets_with_numbers_and_sources(admin: PageClient) -> None:
    page = admin.get("/pengaturan")
    assert "Diketahui pimpinan OPD 2" in page.row("Diketahui pimpinan OPD")
    assert "Peraturan Menteri PANRB Nomor 62 Tahun 2018" in page.text
    assert "Berlaku sekarang" in page.text


def test_a_setting_gets_a_dated_value(admin: PageClient, session: Session) -> None:
    form = admin.get("/pengaturan").form(button="Simpan")
    page = form.fill(key="obliged_agencies", value="41", effective_from="2022-01-01").submit("Simpan")
    assert "berlaku mulai 1 Januari 2022" in page.text
    assert queries.setting_value(session, "obliged_agencies", date(2022, 1, 1)) == 41
    form = admin.get("/pengaturan").form(button="Simpan")
    page = form.fill(key="obliged_agencies", value="banyak", effective_from="2022-01-01")
    assert "bilangan bulat" in page.submit("Simpan", status=422).text


def test_a_rule_set_is_added_and_its_numbers_mended(admin: PageClient, session: Session) -> None:
    form = admin.get("/pengaturan").follow("Tambah aturan").form()
    form.fill(name="Peraturan Gubernur 1/2030", source="Pergub", effective_from="2030-01-01", limit_1="1")
    page = form.submit("Simpan")
    assert "Belum berlaku" in page.text
    key = queries.rule_set_in_force(session, date(2030, 1, 1))
    assert queries.limit_values(session, key)["acknowledgement", ""] == 1
    page = admin.get(f"/pengaturan/aturan/{key}").form().fill(limit_1="2").submit("Simpan")
    session.expire_all()
    assert queries.limit_values(session, key)["acknowledgement", ""] == 2
    admin.get(f"/pengaturan/aturan/{key}").form().fill(limit_1="0").submit("Simpan", status=422)
    admin.get("/pengaturan/aturan/9999", status=404)


def test_the_coordinator_reads_settings_only(coordinator: PageClient) -> None:
    page = coordinator.get("/pengaturan")
    assert "Ubah pengaturan" not in page.text
    coordinator.get("/pengaturan/aturan/baru", status=403)
    coordinator.post("/pengaturan/nilai", {"key": "obliged_agencies", "value": "1"}, status=403)


def test_days_off_of_all_kinds_have_words(coordinator: PageClient, session: Session) -> None:
    for place, kind in enumerate(DayOffKind, 1):
        session.add(DayOff(day=date(2035, 1, place), kind=kind, name=f"Hari {place}"))
    page = coordinator.get("/kalender?tahun=2035")
    assert len([row for row in page.rows() if "Januari 2035" in row]) == len(DayOffKind)
