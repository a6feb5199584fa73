"""What is late (/lewat-batas), what is due (/kalender-tenggat), and the feed of it (/ical/<token>.ics)."""

import io
from datetime import date, timedelta

import openpyxl
import pytest
from flask import Flask
from icalendar import Calendar
from sqlalchemy.orm import Session

from lapor.agenda.models import CalendarFeed
from lapor.agenda.rules import token_hash
from lapor.calendar.models import DayOff
from lapor.calendar.rules import DayOffKind
from lapor.complaints.rules import ReportClass, ReportedParty
from lapor.core.clock import at_local
from lapor.dispositions.rules import Part, State
from lapor.journal.models import JournalEntry
from tests.conftest import Clock
from tests.factories import MORNING, Make
from tests.page import Page, PageClient
from tests.pages.test_desk_list import statements

MARKER = "Zamrudkhatulistiwa"
LONG_AGO = MORNING - timedelta(days=30)


@pytest.fixture(autouse=True)
def _tuesday(clock: Clock) -> None:
    """The day after complaints of tests come in."""
    clock.at("2026-03-03 10:00")


def titles(page: Page) -> set[str]:
    """The complaints of a list."""
    return {" ".join(link.text_content().split()) for link in page.css("a.row-link")}


def numbers(page: Page) -> list[tuple[int, str]]:
    """Every number of the table with the address to which it leads."""
    found = []
    for link in page.tree.xpath("//table//td//a"):
        text = link.xpath("string(text()[1])")
        found.append((int(text), link.get("href")))
    return found


def late(page: Page, name: str) -> list[str]:
    """The numbers of a row of the table, from stage to stage, the sum last."""
    row = next(row for row in page.tree.xpath("//table//tr[th[@scope='row']]") if row.xpath("string(th)") == name)
    return [(cell.xpath("string(a/text()[1])") or "0").strip() for cell in row.xpath("td")]


@pytest.fixture
def world(make: Make) -> None:
    """Late and punctual complaints of two agencies, one that both handle, one on hold, one not yet checked."""
    make.coordinator()
    bpbd, dinkes = make.agency("bpbd"), make.agency("dinkes")
    for agency in (bpbd, dinkes):
        make.head(agency)
        make.operator(agency)
    make.disposition(make.complaint("Semua tahap", is_verified=True, received_at=LONG_AGO), bpbd)
    make.disposition(
        make.complaint(
            "Penyelesaian saja", is_verified=True, received_at=LONG_AGO, report_class=ReportClass.ASPIRATION
        ),
        bpbd,
        state=State.IN_PROGRESS,
    )
    both = make.complaint("Dua OPD", is_verified=True, received_at=LONG_AGO)
    make.disposition(both, bpbd)
    make.disposition(both, dinkes, part=Part.SUPPORT)
    make.disposition(make.complaint("Tepat waktu", is_verified=True), dinkes)
    make.disposition(make.complaint("Selesai", is_verified=True, received_at=LONG_AGO), dinkes, state=State.FINISHED)
    make.disposition(
        make.complaint("Menunggu pelapor", is_verified=True, received_at=LONG_AGO, on_hold_since=date(2026, 2, 2)),
        dinkes,
    )
    make.complaint("Belum diperiksa", received_at=LONG_AGO)
    make.complaint(
        "Tahun lalu",
        received_at=at_local(date(2025, 3, 3), 9),
        report_class=ReportClass.INFORMATION,
        is_verified=False,
    )


# --- what is late


@pytest.mark.usefixtures("world")
def test_late_by_agency_and_stage(client: PageClient) -> None:
    page = client.login("koordinator").get("/lewat-batas")
    assert [text.split()[0] for text in page.rows()[1:4]] == ["BPBD", "Koordinator", "DINKES"]
    assert late(page, "BPBD") == ["0", "2", "2", "3", "3"]
    assert late(page, "DINKES") == ["0", "1", "1", "1", "1"]
    assert late(page, "Koordinator") == ["2", "0", "0", "0", "2"]
    # the complaint of two agencies counts once
    assert late(page, "Jumlah aduan") == ["2", "2", "2", "3", "5"]
    assert "2 Diketahui pimpinan, sedang terlama 20 hari kerja" in page.row("BPBD")


@pytest.mark.usefixtures("world")
@pytest.mark.parametrize(
    "query", ["", "?klasifikasi=aspiration", "?tahun=2026", "?tahun=2025&klasifikasi=information"]
)
@pytest.mark.parametrize("login", ["koordinator", "kepala.bpbd", "operator.dinkes"])
def test_each_number_leads_to_exactly_its_list(client: PageClient, login: str, query: str) -> None:
    browser = client.login(login)
    page = browser.get(f"/lewat-batas{query}")
    found = numbers(page)
    if not query:
        assert found
    for count, address in found:
        assert len(browser.get(address).css("a.row-link")) == count, address


@pytest.mark.usefixtures("world")
def test_the_list_keeps_the_stage_through_its_own_filters(client: PageClient) -> None:
    browser = client.login("koordinator")
    page = browser.get("/aduan?tampilan=lewat&tahap=completion")
    assert titles(page) == {"Semua tahap", "Penyelesaian saja", "Dua OPD"}
    assert "Lewat batas waktu: Penyelesaian." in page.text
    page = page.form(button="Terapkan").fill(klasifikasi="Aspirasi").submit()
    assert titles(page) == {"Penyelesaian saja"}


@pytest.mark.usefixtures("world")
def test_an_agency_sees_its_own_row_only(client: PageClient) -> None:
    page = client.login("operator.dinkes").get("/lewat-batas")
    assert "BPBD" not in page.text
    assert late(page, "DINKES") == ["0", "1", "1", "1", "1"]
    assert "Koordinator" not in " ".join(page.rows())
    month = client.get("/kalender-tenggat?bulan=2026-03")
    assert "1 aduan" in month.row("Rabu, 4 Maret 2026")


@pytest.mark.parametrize("role", ["unit", "administrator"])
@pytest.mark.parametrize(
    "address", ["/lewat-batas", "/lewat-batas/unduh?berkas=csv", "/kalender-tenggat", "/profil/kalender"]
)
def test_units_and_the_administrator_see_nothing_of_it(
    make: Make, client: PageClient, role: str, address: str
) -> None:
    bpbd = make.agency("bpbd")
    member = make.unit(bpbd) if role == "unit" else make.administrator()
    client.login(member.login).get(address, status=403)


@pytest.mark.usefixtures("world")
@pytest.mark.parametrize("role", ["secretariat", "leadership", "inspectorate"])
def test_readers_of_the_province_see_all_agencies(make: Make, client: PageClient, role: str) -> None:
    page = client.login(getattr(make, role)().login).get("/lewat-batas")
    assert {"BPBD", "DINKES"} <= {text.split()[0] for text in page.rows()}


@pytest.mark.usefixtures("world")
def test_sorted_by_each_column(client: PageClient) -> None:
    browser = client.login("koordinator")
    page = browser.get("/lewat-batas?urut=nama")
    assert [text.split()[0] for text in page.rows()[1:4]] == ["BPBD", "DINKES", "Koordinator"]
    head = page.tree.xpath("//th[@aria-sort='ascending']/a")[0]
    assert (head.text, head.get("href")) == ("OPD", "/lewat-batas?urut=-nama")
    assert page.follow("Pemeriksaan").rows()[1].startswith("Koordinator")


@pytest.mark.usefixtures("world")
def test_export_holds_the_numbers_of_the_page(client: PageClient) -> None:
    browser = client.login("koordinator")
    sheet = openpyxl.load_workbook(io.BytesIO(browser.get("/lewat-batas/unduh?berkas=xlsx").data)).active
    rows = [[cell for cell in row] for row in sheet.iter_rows(values_only=True)]
    assert ["BPBD", 0, 2, 2, 3, 3] in [row[:6] for row in rows]
    assert rows[-1][:6] == ["Jumlah aduan", 2, 2, 2, 3, 5]
    text = browser.get("/lewat-batas/unduh?berkas=csv&klasifikasi=aspiration").data.decode("utf-8-sig")
    assert "BPBD;0;0;0;1;1" in text
    browser.get("/lewat-batas/unduh?berkas=pdf", status=400)


def test_nothing_late_says_so(make: Make, client: PageClient) -> None:
    make.coordinator()
    assert "Tidak ada yang lewat batas waktu" in client.login("koordinator").get("/lewat-batas").text


def test_what_is_about_the_head_is_in_no_number_of_his(make: Make, client: PageClient) -> None:
    bpbd, inspektorat = make.agency("bpbd"), make.agency("inspektorat", is_oversight=True)
    head = make.head(bpbd)
    make.operator(bpbd)
    make.coordinator()
    complaint = make.complaint(
        MARKER,
        is_verified=True,
        received_at=LONG_AGO,
        reported_party=ReportedParty.HEAD,
        reported_agency_id=bpbd.id,
        reported_person_id=head.person.id,
    )
    make.disposition(complaint, inspektorat)
    other = make.complaint(
        MARKER, is_verified=True, received_at=LONG_AGO, reported_party=ReportedParty.COORDINATOR_OFFICE
    )
    make.disposition(other, inspektorat)
    for login in ("kepala.bpbd", "operator.bpbd"):
        browser = client.another().login(login)
        assert "Tidak ada yang lewat batas waktu" in browser.get("/lewat-batas").text
        assert "Tidak ada yang jatuh tempo" in browser.get("/kalender-tenggat?bulan=2026-02").text
    assert late(client.login("koordinator").get("/lewat-batas"), "INSPEKTORAT")[-1] == "1"


# --- what is due


def test_a_month_with_its_days(make: Make, client: PageClient, session: Session) -> None:
    make.coordinator()
    bpbd = make.agency("bpbd")
    session.add(DayOff(day=date(2026, 3, 19), kind=DayOffKind.NATIONAL, name="Hari Suci Nyepi"))
    make.disposition(make.complaint("Rahasia " + MARKER, is_verified=True, is_confidential=True), bpbd)
    make.disposition(make.complaint("Kedua", is_verified=True), bpbd, state=State.ACKNOWLEDGED)
    browser = client.login("koordinator")

    page = browser.get("/kalender-tenggat")

    assert page.heading == "Kalender jatuh tempo"
    assert "1 aduan" in page.row("Rabu, 4 Maret 2026")
    assert "1 menunggu diketahui" in page.row("Rabu, 4 Maret 2026")
    assert "2 aduan" in page.row("Senin, 9 Maret 2026")
    assert "hari ini" in page.row("Selasa, 3 Maret 2026")
    assert "Libur: Hari Suci Nyepi" in page.row("Kamis, 19 Maret 2026")
    assert MARKER not in page.source
    links = [link.get("href") for link in page.css("a") if "jatuh=" in (link.get("href") or "")]
    for address in links:
        day = page.tree.xpath(f"//a[contains(@href, '{address}')]/b")[0].text_content()
        assert len(browser.get(address).css("a.row-link")) == int(day.split()[0])
    assert page.follow("← Februari 2026").follow("Bulan ini").url == "/kalender-tenggat"
    assert "Tidak ada yang jatuh tempo pada April 2026" in page.follow("April 2026 →").text


@pytest.mark.usefixtures("world")
def test_a_month_of_one_agency(client: PageClient) -> None:
    browser = client.login("koordinator")
    page = browser.get("/kalender-tenggat").form(button="Terapkan").fill(opd="DINKES").submit()
    assert "opd=" in page.url
    links = [link.get("href") for link in page.css("a") if "jatuh=" in (link.get("href") or "")]
    assert links
    assert {title for address in links for title in titles(browser.get(address))} == {"Tepat waktu"}
    assert "lewat" in browser.get("/kalender-tenggat?bulan=2026-02").text


def test_the_list_of_a_day_for_an_agency(make: Make, client: PageClient) -> None:
    bpbd = make.agency("bpbd")
    make.operator(bpbd)
    make.disposition(make.complaint("Milik kami", is_verified=True), bpbd)
    make.disposition(make.complaint("Milik lain", is_verified=True))
    page = client.login("operator.bpbd").get("/aduan?tampilan=semua&jatuh=2026-03-04")
    assert titles(page) == {"Milik kami"}
    assert "Jatuh tempo Rabu, 4 Maret 2026: semua tahap." in page.text
    assert client.get("/aduan?tampilan=semua&jatuh=kapan").status == 200


def test_few_statements(make: Make, client: PageClient, app: Flask) -> None:
    make.coordinator()
    for number in range(12):
        make.disposition(make.complaint(is_verified=True, received_at=LONG_AGO), make.agency(f"opd-{number}"))
    browser = client.login("koordinator")
    for address in ("/lewat-batas", "/kalender-tenggat", "/aduan?tampilan=lewat&tahap=semua"):
        browser.get(address)
        with statements(app) as seen:
            browser.get(address)
        assert len(seen) <= 8, (address, seen)


# --- the feed


def fetch(client: PageClient, address: str) -> Calendar:
    """The feed as a calendar program reads it, without signing in."""
    answer = client.another().get(address)
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert b"\r\n" in answer.data
    return Calendar.from_ical(answer.data)


def made_address(page: Page) -> str:
    """The address that the page shows once, as a path."""
    value = page.css("#alamat")[0].get("value")
    assert value.startswith("http://localhost")
    return str(value[value.index("/ical/") :])


@pytest.mark.usefixtures("world")
def test_a_feed_is_made_shown_once_and_revoked(client: PageClient, session: Session) -> None:
    browser = client.login("operator.dinkes")
    page = browser.get("/profil").follow("Langganan kalender")
    page = page.form(button="Buat alamat langganan").submit()
    address = made_address(page)
    token = address.removeprefix("/ical/").removesuffix(".ics")
    session.rollback()
    row = session.query(CalendarFeed).one()
    assert row.token_hash == token_hash(token)
    assert token not in browser.get("/profil/kalender").source

    events = fetch(client, address).walk("VEVENT")
    words = sorted(str(event["SUMMARY"]) for event in events)
    assert len(words) == 6
    assert words[0].startswith("A-2026-")
    assert words[0].endswith(": Diketahui pimpinan")
    assert {type(event.decoded("DTSTART")) for event in events} == {date}
    assert all(event.decoded("DTEND") - event.decoded("DTSTART") == timedelta(days=1) for event in events)
    assert len({str(event["UID"]) for event in events}) == 6
    assert not {"DESCRIPTION", "LOCATION", "URL", "ATTENDEE"} & {key for event in events for key in event}

    changed = browser.get("/profil/kalender").form(button="Ganti alamat").submit()
    client.another().get(address, status=404)
    address = made_address(changed)
    assert fetch(client, address).walk("VEVENT")
    page = browser.get("/profil/kalender").form(button="Cabut langganan").submit()
    assert "Belum ada langganan." in page.text
    client.another().get(address, status=404)
    client.another().get("/ical/x.ics", status=404)
    session.rollback()
    kinds = [entry.kind for entry in session.query(JournalEntry).order_by(JournalEntry.seq)]
    assert kinds[-4:] == [
        "calendar-feed.made",
        "calendar-feed.revoked",
        "calendar-feed.made",
        "calendar-feed.revoked",
    ]


def test_a_feed_says_nothing_of_the_content(make: Make, client: PageClient) -> None:
    bpbd = make.agency("bpbd")
    make.operator(bpbd)
    complaint = make.complaint(
        MARKER, is_verified=True, is_confidential=True, tracking_id="99123456", text=MARKER, category=MARKER
    )
    make.disposition(complaint, bpbd)
    page = client.login("operator.bpbd").get("/profil/kalender").form(button="Buat alamat langganan").submit()
    data = client.another().get(made_address(page)).data.decode()
    assert complaint.number in data
    assert MARKER not in data
    assert "99123456" not in data


def test_a_feed_follows_the_posts_of_the_day(make: Make, client: PageClient, session: Session, clock: Clock) -> None:
    bpbd = make.agency("bpbd")
    operator = make.operator(bpbd)
    make.disposition(make.complaint(is_verified=True), bpbd)
    page = client.login("operator.bpbd").get("/profil/kalender").form(button="Buat alamat langganan").submit()
    address = made_address(page)
    assert len(fetch(client, address).walk("VEVENT")) == 3
    operator.assignment.ends_on = date(2026, 3, 3)
    session.commit()
    clock.at("2026-03-04 08:00")
    assert fetch(client, address).walk("VEVENT") == []
    operator.account.is_active = False
    session.commit()
    client.another().get(address, status=404)


def test_a_feed_that_is_too_long_says_so(make: Make, client: PageClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lapor.agenda.feed_views.FEED_MOST", 2)
    bpbd = make.agency("bpbd")
    make.operator(bpbd)
    make.disposition(make.complaint(is_verified=True), bpbd)
    page = client.login("operator.bpbd").get("/profil/kalender").form(button="Buat alamat langganan").submit()
    words = [str(event["SUMMARY"]) for event in fetch(client, made_address(page)).walk("VEVENT")]
    assert len(words) == 3
    assert words[-1].startswith("Batas waktu sesudah hari ini tidak dimuat.")
