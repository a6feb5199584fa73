"""Pages of the calendar and the settings."""

from datetime import date

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from lapor.calendar import queries, services
from lapor.calendar.models import CalendarChange, DayOff, Setting
from lapor.calendar.rules import DayOffKind
from lapor.complaints.models import Complaint
from lapor.core import clock
from lapor.dispositions import recounting
from tests.factories import Make
from tests.page import Page, PageClient
from tests.services.working import work


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


def save(page: Page) -> Page:
    """Confirm the change that the page shows."""
    button = next(word for word in ("Simpan dan geser batas waktu", "Simpan") if word in page.text)
    return page.form(button=button).fill(reason="SKB Nomor 9 Tahun 2022").submit(button)


def test_a_day_off_is_looked_at_first_then_added_and_removed(coordinator: PageClient, session: Session) -> None:
    form = coordinator.get("/kalender?tahun=2022").form(button="Periksa dahulu")
    page = form.fill(day="2022-04-13", name="Hari jadi provinsi").submit("Periksa dahulu")
    assert "Tidak ada batas waktu berjalan yang bergeser." in page.text
    assert queries.working_calendar(session).is_working(date(2022, 4, 13))
    without = page.form(button="Simpan").submit("Simpan", status=422)
    assert "Tulis dasar perubahan" in without.text
    page = save(without)
    assert "0 batas waktu bergeser" in page.text
    page = coordinator.get("/kalender?tahun=2022")
    assert "Libur daerah" in page.row("13 April 2022")
    again = page.form(button="Periksa dahulu").fill(day="2022-04-13", name="Lagi")
    assert "sudah tercatat" in again.submit("Periksa dahulu", status=422).text
    save(coordinator.get("/kalender?tahun=2022").form(button="Hapus 13 April 2022").submit())
    assert "13 April 2022" not in coordinator.get("/kalender?tahun=2022").text
    session.expire_all()
    assert queries.working_calendar(session).version == 3


def test_a_plan_can_be_thrown_away(coordinator: PageClient, session: Session) -> None:
    page = coordinator.get("/kalender?tahun=2022").form(button="Hapus 4 Mei 2022").submit()
    assert "Bukan lagi hari libur" in page.text
    page = page.form(button="Batalkan perubahan").submit()
    assert "Kalender tetap" in page.text
    assert session.scalar(sa.select(sa.func.count()).select_from(CalendarChange)) == 0


def test_a_day_off_is_corrected_in_one_change(coordinator: PageClient, session: Session) -> None:
    page = coordinator.get("/kalender?tahun=2027").follow("Ubah 10 Maret 2027")
    page = page.form().fill(day="2027-03-17", name="Idul Fitri", is_estimated=False).submit("Periksa dahulu")
    assert "17 Maret 2027" in page.text
    assert "10 Maret 2027" in page.text
    save(page)
    session.expire_all()
    calendar = queries.working_calendar(session)
    assert (calendar.is_working(date(2027, 3, 17)), calendar.is_working(date(2027, 3, 10))) == (False, True)
    coordinator.get("/kalender/hari-libur/99999", status=404)


def test_the_page_says_how_many_deadlines_move_and_who_may_see_which(
    client: PageClient, session: Session, make: Make
) -> None:
    make.coordinator()
    bpbd, dinsos = make.agency("bpbd"), make.agency("dinsos")
    make.operator(bpbd)
    make.operator(dinsos)
    make.operator(make.agency("dinkes"))
    first, second = make.disposition(agency=bpbd), make.disposition(agency=dinsos)
    day = queries.working_calendar(session).add(first.disposed_on, 1)
    client.login("koordinator")
    form = client.get(f"/kalender?tahun={day.year}").form(button="Periksa dahulu")
    page = form.fill(day=day.isoformat(), name="Cuti bersama", kind="collective").submit("Periksa dahulu")
    assert "6 batas waktu yang masih berjalan akan bergeser." in page.text
    assert "+1 hari kerja" in page.row("BPBD")
    address = page.url
    page = save(page)
    assert "6 batas waktu bergeser" in page.text
    assert "BPBD" in page.text
    assert "DINSOS" in client.get(f"{address}/daftar.csv").data.decode("utf-8-sig")
    explained = client.get(f"/disposisi/{first.id}/tenggat")
    assert "Cuti bersama" in explained.text

    client.post("/keluar", {})
    client.login("operator.bpbd")
    own = client.get(address)
    assert session.get_one(Complaint, first.complaint_id).reference in own.text
    assert session.get_one(Complaint, second.complaint_id).reference not in own.text
    assert "DINSOS" not in own.text
    assert "DINSOS" not in client.get(f"{address}/daftar.csv").data.decode("utf-8-sig")
    assert "Kalender kerja berubah: Cuti bersama" in client.get("/notifikasi").text
    client.post(address, {"reason": "x" * 9}, status=403)
    client.post("/keluar", {})
    client.login("operator.dinkes").get(address, status=404)


def test_a_plan_is_seen_by_those_who_edit_the_calendar_only(client: PageClient, make: Make) -> None:
    make.coordinator()
    make.secretariat()
    client.login("koordinator")
    page = client.get("/kalender?tahun=2022").form(button="Hapus 4 Mei 2022").submit()
    client.post("/keluar", {})
    client.login("sekretariat").get(page.url, status=404)


def test_many_deadlines_are_counted_by_the_worker(
    coordinator: PageClient, session: Session, make: Make, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recounting, "AT_ONCE", 0)
    order = make.disposition()
    day = queries.working_calendar(session).add(order.disposed_on, 1)
    form = coordinator.get(f"/kalender?tahun={day.year}").form(button="Periksa dahulu")
    page = form.fill(day=day.isoformat(), name="Cuti bersama").submit("Periksa dahulu")
    page = save(page)
    assert "Batas waktu sedang dihitung ulang" in page.text
    assert "0 dari 1" in page.text
    work(app)
    assert "3 batas waktu bergeser" in coordinator.get(page.url).text
    coordinator.post(f"{page.url}/lanjutkan", {})


def test_an_estimate_is_confirmed(coordinator: PageClient) -> None:
    page = coordinator.get("/kalender?tahun=2027").form(button="Nyatakan pasti 10 Maret 2027").submit()
    assert "Perkiraan" not in page.row("10 Maret 2027")


def test_a_list_is_imported_and_exported(coordinator: PageClient) -> None:
    data = b"tanggal,jenis,nama\n2030-01-01,libur_nasional,Tahun Baru\n"
    page = coordinator.get("/kalender/impor").form().fill(file=(data, "a.csv")).submit("Periksa dahulu")
    save(page)
    text = coordinator.get("/kalender/libur.csv?tahun=2030").data.decode("utf-8-sig")
    assert text.split() == ["tanggal;jenis;nama", "2030-01-01;libur_nasional;Tahun", "Baru"]
    same = coordinator.get("/kalender/impor").form().fill(file=(data, "a.csv")).submit("Periksa dahulu")
    assert "Tidak ada yang berubah" in same.text
    bad = coordinator.get("/kalender/impor").form().fill(file=(data + b"x,y,z\n", "a.csv"))
    assert "Baris 3:" in bad.submit("Periksa dahulu", status=422).text


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


def test_a_rule_set_is_added_and_never_rewritten(admin: PageClient, session: Session) -> None:
    form = admin.get("/pengaturan").follow("Tambah aturan").form()
    form.fill(name="Peraturan Gubernur 1/2030", source="Pergub", effective_from="2030-01-01", limit_1="1")
    page = form.submit("Simpan")
    assert "Belum berlaku" in page.text
    assert "Dasar hukum: Pergub" in page.text
    key = queries.rule_set_in_force(session, date(2030, 1, 1))
    assert queries.limit_values(session, key)["acknowledgement", ""] == 1
    form = page.follow("Buat aturan baru dari ini Peraturan Gubernur 1/2030").form()
    form.fill(name="Peraturan Gubernur 1/2030 (ralat)", source="Pergub", effective_from="2030-01-01")
    form.submit("Simpan")
    session.expire_all()
    newer = queries.rule_set_in_force(session, date(2030, 1, 1))
    assert newer != key
    assert queries.limit_values(session, newer)["acknowledgement", ""] == 1
    form = admin.get(f"/pengaturan/aturan/baru?dari={key}").form()
    form.fill(name="Nol", source="Pergub", effective_from="2031-01-01", limit_1="0").submit("Simpan", status=422)


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
