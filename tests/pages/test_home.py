"""The first page of each role, the help, the statement on accessibility."""

from datetime import date, timedelta

import pytest
from sqlalchemy.orm import Session

from lapor.complaints.rules import ReportedParty
from lapor.dispositions.models import PassedOn
from lapor.dispositions.rules import State
from lapor.policy import Role
from tests.conftest import Clock
from tests.factories import MORNING, Make
from tests.page import PageClient

MARKER = "Zamrudkhatulistiwa"


@pytest.fixture(autouse=True)
def _tuesday(clock: Clock) -> None:
    """The day after complaints of tests come in."""
    clock.at("2026-03-03 10:00")


def test_a_head_goes_to_what_waits_for_him(make: Make, client: PageClient) -> None:
    make.head(make.agency("bpbd"))
    assert client.login("kepala.bpbd").get("/").url == "/menunggu"


def test_operator_sees_his_work_by_what_is_due_next(make: Make, client: PageClient) -> None:
    bpbd = make.agency("bpbd")
    operator, head = make.operator(bpbd), make.head(bpbd)
    make.disposition(make.complaint("Baru datang", is_verified=True), bpbd)
    late = make.disposition(
        make.complaint("Sudah lama", is_verified=True, received_at=MORNING - timedelta(days=20)), bpbd
    )
    make.acknowledged(late, head)
    make.response(late, operator, text="Sedang kami periksa.")
    make.disposition(make.complaint(MARKER, is_verified=True), make.agency("dishub"))

    page = client.login("operator.bpbd").get("/")

    assert page.heading == "Pekerjaan saya"
    assert [link.text for link in page.css("a.row-link")] == ["Sudah lama", "Baru datang"]
    assert page.links["Tulis tanggapan"] == f"/disposisi/{late.id}/tanggapan"
    assert "Konsep yang belum dikirim" in page.text
    assert MARKER not in page.source


def test_an_operator_without_work_reads_good_news(make: Make, client: PageClient) -> None:
    make.operator(make.agency("bpbd"))
    assert "Tidak ada yang perlu dikerjakan" in client.login("operator.bpbd").get("/").text


def test_coordinator_sees_the_queue_and_who_is_late(make: Make, client: PageClient) -> None:
    make.coordinator()
    bpbd = make.agency("bpbd")
    new = make.complaint("Belum diperiksa")
    make.disposition(make.complaint(is_verified=True, received_at=MORNING - timedelta(days=20)), bpbd)
    make.complaint(
        MARKER, verified_at=MORNING, reported_party=ReportedParty.COORDINATOR_OFFICE, reported_agency_id=bpbd.id
    )
    page = client.login("koordinator").get("/")
    assert page.heading == "Perlu diperiksa"
    assert page.links["Periksa"] == f"/aduan/{new.id}/verifikasi"
    assert page.links["BPBD"] == f"/aduan?tampilan=lewat&opd={bpbd.id}"
    assert MARKER not in page.source
    assert "Sudah lewat" not in page.text


def test_the_inspectorate_checks_what_is_about_the_coordinators_office(make: Make, client: PageClient) -> None:
    make.inspectorate()
    office = make.office()
    make.complaint("Belum diperiksa")
    make.complaint(
        MARKER, verified_at=MORNING, reported_party=ReportedParty.COORDINATOR_OFFICE, reported_agency_id=office.id
    )
    page = client.login("inspektorat").get("/")
    assert MARKER in page.text
    assert "Belum diperiksa" not in page.text


@pytest.mark.parametrize("login", ["sekretariat", "pimpinan"])
def test_readers_see_numbers_and_no_confidential_words(make: Make, client: PageClient, login: str) -> None:
    make.secretariat()
    make.leadership()
    bpbd = make.agency("bpbd")
    secret = make.complaint(MARKER, is_confidential=True, is_verified=True, received_at=MORNING - timedelta(days=20))
    make.disposition(secret, bpbd)
    page = client.login(login).get("/")
    assert MARKER not in page.source
    assert "Rapat" in page.text
    if login == "pimpinan":
        assert page.heading == "Keadaan aduan provinsi"
        assert "BPBD" in page.text


def test_the_administrator_sees_what_is_to_be_set_up(make: Make, client: PageClient) -> None:
    make.administrator()
    page = client.login("admin").get("/")
    assert page.heading == "Yang perlu disiapkan"
    assert "Belum ada koordinator" in page.text


def test_a_division_sees_what_was_passed_on(make: Make, client: PageClient, session: Session) -> None:
    bpbd = make.agency("bpbd")
    head, unit = make.head(bpbd), make.unit(bpbd)
    order = make.disposition(make.complaint("Diteruskan ke bidang", is_verified=True), bpbd)
    known = make.acknowledged(order, head)
    session.add(PassedOn(acknowledgement_id=known.id, disposition_id=order.id, post_id=unit.post.id, label="Bidang"))
    page = client.login("bidang.bpbd").get("/")
    assert page.heading == "Pekerjaan saya"
    assert "Diteruskan ke bidang" in page.text


def test_a_person_with_two_posts_finds_both(make: Make, client: PageClient) -> None:
    bpbd = make.agency("bpbd")
    coordinator = make.coordinator()
    make.assign(coordinator.person, make.post(bpbd, Role.OPERATOR))
    make.assign(coordinator.person, make.post(bpbd, Role.HEAD))
    make.complaint("Belum diperiksa")
    make.disposition(make.complaint("Milik BPBD", is_verified=True), bpbd, state=State.ACKNOWLEDGED)
    page = client.login("koordinator").get("/")
    for words in ("Belum diperiksa", "Milik BPBD", "Pekerjaan saya", "Lihat aduan yang menunggu Bapak/Ibu"):
        assert words in page.text


def test_without_a_post_today_the_page_says_whom_to_ask(make: Make, client: PageClient) -> None:
    make.operator(make.agency("bpbd"), ends_on=date(2026, 3, 2))
    page = client.login("operator.bpbd").get("/")
    assert "Belum ada penugasan hari ini" in page.text
    assert page.follow("Siapa yang bisa saya tanya?").heading == "Bantuan"


def test_help_begins_with_ones_own_tasks_and_names_the_coordinator(make: Make, client: PageClient) -> None:
    make.operator(make.agency("bpbd"))
    coordinator = make.coordinator()
    coordinator.person.phone = "0812-0000-1234"
    page = client.login("operator.bpbd").get("/bantuan")
    assert page.links["Menyiapkan konsep tanggapan"] == "#menyiapkan-jawaban"
    assert coordinator.person.full_name in page.text
    assert page.links["WhatsApp 0812-0000-1234"] == "https://wa.me/6281200001234"
    for anchor in [link for link in page.links.values() if link.startswith("#")]:
        assert page.css(anchor), anchor


@pytest.mark.parametrize("login", ["inspektorat", "sekretariat", "pimpinan", "admin"])
def test_the_menu_leads_back_to_the_first_page(make: Make, client: PageClient, login: str) -> None:
    {"inspektorat": make.inspectorate, "sekretariat": make.secretariat, "pimpinan": make.leadership}.get(
        login, make.administrator
    )()
    assert client.login(login).get("/bantuan").links["Beranda"] == "/"


def test_accessibility_is_public(make: Make, client: PageClient) -> None:
    make.administrator()
    assert client.get("/aksesibilitas").heading == "Aksesibilitas"
    assert client.get("/bantuan").url.startswith("/masuk")
