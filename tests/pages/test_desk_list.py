"""/aduan and /aduan/baru: views, search, what is closed to whom, the exported file, the number of queries."""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any

import openpyxl
import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy import event
from sqlalchemy.orm import Session

from lapor.complaints.models import Complaint
from lapor.complaints.rules import ReportClass, ReportedParty, Status
from lapor.core.clock import at_local
from lapor.dispositions.rules import State
from lapor.journal.models import JournalEntry, ReadLog
from tests.conftest import Clock
from tests.factories import MORNING, Make
from tests.page import Page, PageClient

MARKER = "Zamrudkhatulistiwa"


@pytest.fixture(autouse=True)
def _tuesday(clock: Clock) -> None:
    """The day after complaints of tests come in."""
    clock.at("2026-03-03 10:00")


@contextmanager
def statements(app: Flask) -> Iterator[list[str]]:
    """The statements that the database is asked meanwhile."""
    from lapor.core.db import db

    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if not statement.startswith(("BEGIN", "PRAGMA")):
            seen.append(statement)

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(engine, "before_cursor_execute", note)


def tab(page: Page, label: str) -> str:
    """The count that a tab shows."""
    found = [text for text in page.links if text.startswith(label)]
    assert len(found) == 1, (label, sorted(page.links))
    return found[0].removeprefix(label).strip()


# --- the coordinator


def test_coordinator_begins_with_what_is_to_be_checked(make: Make, client: PageClient) -> None:
    make.coordinator()
    new = make.complaint("Jembatan gantung putus", tracking_id="9312044")
    make.complaint("Riwayat lama", is_history=True)
    make.disposition(make.complaint("Sudah di OPD", is_verified=True))

    page = client.login("koordinator").get("/aduan")

    assert page.heading == "Aduan"
    assert [row for row in page.rows() if "Jembatan gantung putus" in row]
    assert "Riwayat lama" not in page.text
    assert "Sudah di OPD" not in page.text
    row = page.row("Jembatan gantung putus")
    assert "#9312044 · Pengaduan tidak berkadar pengawasan · Website" in row
    assert "Baru masuk" in row
    assert "Sisa 2 hari kerja 5 Maret 2026" in row
    assert page.links["Periksa"] == f"/aduan/{new.id}/verifikasi"
    assert tab(page, "Perlu diperiksa") == "1"
    assert tab(page, "Menunggu diketahui pimpinan") == "1"
    assert tab(page, "Riwayat") == ""
    assert tab(page, "Semua") == ""
    assert tab(page.follow("Semua"), "Semua") == "3"


def test_views_of_the_coordinator(make: Make, client: PageClient) -> None:
    make.coordinator()
    bpbd = make.agency("bpbd")
    make.disposition(
        make.complaint("Baru saja diberikan", is_verified=True, received_at=MORNING + timedelta(days=1)), bpbd
    )
    make.disposition(make.complaint("Sudah lewat", is_verified=True, received_at=MORNING - timedelta(days=20)), bpbd)
    make.disposition(
        make.complaint("Besok jatuh tempo", is_verified=True, received_at=MORNING - timedelta(days=3)), bpbd
    )
    make.disposition(make.complaint("Ditolak OPD", is_verified=True), bpbd, state=State.RETURNED, returned_at=MORNING)
    make.disposition(make.complaint("Sudah dijawab", is_verified=True), bpbd, state=State.FINISHED)
    make.complaint("Jalan nasional", forwarded_on=date(2026, 3, 2), forwarded_to="BPJN", is_verified=True)
    browser = client.login("koordinator")

    def titles(view: str) -> set[str]:
        page = browser.get(f"/aduan?tampilan={view}")
        return {str(link.text) for link in page.css("a.row-link")}

    assert titles("menunggu") == {"Baru saja diberikan", "Sudah lewat", "Besok jatuh tempo"}
    assert titles("lewat") == {"Sudah lewat"}
    assert titles("hampir") == {"Besok jatuh tempo"}
    assert titles("dikembalikan") == {"Ditolak OPD"}
    assert titles("selesai") == {"Sudah dijawab"}
    assert titles("diteruskan") == {"Jalan nasional"}
    assert len(titles("semua")) == 6
    late = browser.get("/aduan?tampilan=lewat")
    assert "hari kerja" in late.row("Sudah lewat")
    assert "1 lewat batas waktu, 1 hampir jatuh tempo" in late.text
    assert "Selesai tepat waktu" in browser.get("/aduan?tampilan=selesai").row("Sudah dijawab")


def test_unknown_values_in_the_address_are_ignored(make: Make, client: PageClient) -> None:
    make.coordinator()
    make.complaint("Jembatan gantung putus")
    page = client.login("koordinator").get("/aduan?tampilan=x&opd=999&klasifikasi=y&status=z&tahun=abc&urut=q&hal=0")
    assert "Jembatan gantung putus" in page.text


def test_filters_narrow_and_stay_in_the_address(make: Make, client: PageClient) -> None:
    make.coordinator()
    bpbd, dishub = make.agency("bpbd"), make.agency("dishub")
    make.disposition(make.complaint("Banjir rob", is_verified=True, report_class=ReportClass.INFORMATION), bpbd)
    make.disposition(make.complaint("Halte rusak", is_verified=True), dishub)
    make.disposition(make.complaint("Tanpa kelas", is_verified=True, report_class=None), dishub)
    make.disposition(
        make.complaint("Tahun lalu", is_verified=True, received_at=at_local(date(2025, 3, 3), 9)), dishub
    )
    browser = client.login("koordinator")

    def found(query: str) -> list[str]:
        return [str(link.text) for link in browser.get(f"/aduan?tampilan=semua&{query}").css("a.row-link")]

    assert found(f"opd={bpbd.id}") == ["Banjir rob"]
    assert found("klasifikasi=information") == ["Banjir rob"]
    assert found("klasifikasi=kosong") == ["Tanpa kelas"]
    assert found("tahun=2025") == ["Tahun lalu"]
    assert found("status=closed") == []
    assert found("q=halte+RUSAK") == ["Halte rusak"]
    assert found("q=100%25") == []
    assert found("urut=terlama")[0] == "Tahun lalu"
    page = browser.get(f"/aduan?tampilan=semua&opd={dishub.id}")
    assert f"opd={dishub.id}" in page.links[next(t for t in page.links if t.startswith("Lewat batas waktu"))]
    assert (
        page.form(button="Terapkan").fill(klasifikasi="aspiration").submit().text.count("Tidak ada yang sesuai") == 1
    )


def test_a_pasted_tracking_id_is_found_from_any_view(make: Make, client: PageClient) -> None:
    make.coordinator()
    wanted = make.complaint("Sudah riwayat", tracking_id="9312044", is_history=True)
    make.complaint("Mirip", tracking_id="19312044")
    browser = client.login("koordinator")
    for words in ("9312044", "%239312044", wanted.number.lower()):
        page = browser.get(f"/aduan?tampilan=periksa&q={words}")
        assert [link.text for link in page.css("a.row-link")] == ["Sudah riwayat"], words


def test_pages_follow_each_other_and_keep_the_filter(make: Make, client: PageClient) -> None:
    make.coordinator()
    for count in range(53):
        make.complaint(f"Lampu padam {count}")
    page = client.login("koordinator").get("/aduan?tampilan=semua&q=lampu")
    assert len(page.css("a.row-link")) == 50
    assert tab(page, "Semua") == "53"
    second = page.follow("Berikutnya")
    assert len(second.css("a.row-link")) == 3
    assert "q=lampu" in second.links["Sebelumnya"]


def test_personal_numbers_in_titles_are_masked(make: Make, client: PageClient) -> None:
    make.coordinator()
    make.complaint("Hubungi 0812-3456-7890 segera")
    page = client.login("koordinator").get("/aduan")
    assert "7890" not in page.source
    assert "[nomor telepon disamarkan]" in page.text


# --- what is closed to whom


def test_confidential_rows_are_closed_and_cannot_be_found_by_their_title(make: Make, client: PageClient) -> None:
    make.secretariat()
    make.leadership()
    make.coordinator()
    make.inspectorate()
    bpbd, dishub = make.agency("bpbd"), make.agency("dishub")
    make.operator(bpbd)
    make.operator(dishub)
    secret = make.complaint(f"Pungutan {MARKER}", is_confidential=True, is_verified=True, tracking_id="9312377")
    make.disposition(secret, bpbd)

    for login in ("sekretariat", "pimpinan", "inspektorat"):
        browser = client.another().login(login)
        page = browser.get("/aduan?tampilan=semua")
        assert MARKER not in page.source, login
        row = page.row("Aduan rahasia")
        assert "#9312377 · isi hanya untuk yang menangani" in row
        hits = browser.get(f"/aduan?tampilan=semua&q={MARKER}")
        assert tab(hits, "Semua") == "0", login
        assert MARKER not in hits.source.replace(f'value="{MARKER}"', "").replace(f"q={MARKER}", "").replace(
            f'kata "{MARKER}"', ""
        ).replace(f"&#34;{MARKER}&#34;", "")
        assert "Aduan rahasia" in browser.get("/aduan?q=9312377").text
    for login in ("koordinator", "operator.bpbd"):
        assert MARKER in client.another().login(login).get("/aduan?tampilan=semua").text, login
    assert "Pungutan" not in client.another().login("operator.dishub").get("/aduan?tampilan=semua").source
    assert MARKER not in client.another().login("operator.dishub").get("/aduan?tampilan=semua&q=9312377").source


def test_a_returned_confidential_complaint_is_closed_again(make: Make, client: PageClient) -> None:
    bpbd = make.agency("bpbd")
    make.operator(bpbd)
    secret = make.complaint(f"Pungutan {MARKER}", is_confidential=True, is_verified=True)
    make.disposition(secret, bpbd, state=State.RETURNED, returned_at=MORNING)
    page = client.login("operator.bpbd").get("/aduan?tampilan=semua")
    assert MARKER not in page.source
    assert "Aduan rahasia" in page.text


def test_about_a_head_that_agency_sees_nothing(make: Make, client: PageClient) -> None:
    bpbd = make.agency("bpbd")
    for role in (make.head, make.operator):
        role(bpbd)
    about = make.complaint(
        MARKER, is_verified=True, reported_party=ReportedParty.HEAD, reported_agency_id=bpbd.id, tracking_id="9312555"
    )
    make.disposition(about, bpbd)
    for login in ("kepala.bpbd", "operator.bpbd"):
        browser = client.another().login(login)
        page = browser.get("/aduan?tampilan=semua")
        assert tab(page, "Semua") == "0"
        assert "9312555" not in page.source
        assert "Tidak ditemukan" in browser.get("/aduan?q=9312555").text


def test_about_the_coordinators_office_only_the_inspectorate_reads(make: Make, client: PageClient) -> None:
    office = make.office()
    make.coordinator()
    make.inspectorate()
    make.complaint(
        MARKER,
        reported_party=ReportedParty.COORDINATOR_OFFICE,
        reported_agency_id=office.id,
        verified_at=MORNING,
    )
    coordinator = client.another().login("koordinator").get("/aduan?tampilan=semua")
    assert tab(coordinator, "Semua") == "0"
    assert MARKER not in coordinator.source
    inspector = client.another().login("inspektorat").get("/aduan")
    assert MARKER in inspector.text
    assert tab(inspector, "Perlu diperiksa") == "1"


def test_about_the_inspectorates_own_head_its_auditors_see_nothing(make: Make, client: PageClient) -> None:
    oversight = make.agency("inspektorat", is_oversight=True)
    make.inspectorate()
    make.complaint(MARKER, is_verified=True, reported_party=ReportedParty.HEAD, reported_agency_id=oversight.id)
    page = client.login("inspektorat").get("/aduan?tampilan=semua")
    assert tab(page, "Semua") == "0"


# --- agencies


def test_an_agency_sees_its_own_with_the_next_step(make: Make, client: PageClient) -> None:
    bpbd, dishub = make.agency("bpbd"), make.agency("dishub")
    make.operator(bpbd)
    head = make.head(bpbd)
    waiting = make.disposition(make.complaint("Menunggu kepala", is_verified=True), bpbd)
    known = make.disposition(make.complaint("Sudah diketahui", is_verified=True), bpbd)
    make.acknowledged(known, head)
    make.disposition(make.complaint("Sudah dijawab", is_verified=True), bpbd, state=State.FINISHED)
    make.disposition(make.complaint("Milik Dishub", is_verified=True), dishub)
    make.disposition(make.complaint("Ditarik", is_verified=True), bpbd, state=State.WITHDRAWN)

    page = client.another().login("operator.bpbd").get("/aduan")
    assert "Milik Dishub" not in page.source
    assert "Ditarik" not in page.source
    assert tab(page, "Perlu tindakan") == "2"
    assert tab(page, "Menunggu diketahui pimpinan") == "1"
    assert tab(page, "Selesai dijawab") == ""
    assert tab(page.follow("Selesai dijawab"), "Selesai dijawab") == "1"
    assert page.links["Siapkan konsep"] == f"/disposisi/{waiting.id}/tanggapan"
    assert page.links["Tulis tanggapan"] == f"/disposisi/{known.id}/tanggapan"
    own_head = client.another().login("kepala.bpbd").get("/aduan")
    assert own_head.links["Baca dan ketahui"] == f"/disposisi/{waiting.id}"
    client.another().login("operator.bpbd").get("/aduan/baru", status=403)


def test_a_complaint_asked_twice_of_an_agency_is_one_row(make: Make, client: PageClient) -> None:
    bpbd = make.agency("bpbd")
    make.operator(bpbd)
    complaint = make.complaint("Dua kali", is_verified=True)
    make.disposition(complaint, bpbd, state=State.RETURNED, returned_at=MORNING)
    make.disposition(complaint, bpbd)
    page = client.login("operator.bpbd").get("/aduan?tampilan=semua")
    assert len(page.css("a.row-link")) == 1
    assert "Menunggu diketahui pimpinan" in page.row("Dua kali")


def test_a_division_sees_only_what_was_passed_on(make: Make, client: PageClient, session: Session) -> None:
    from lapor.dispositions.models import PassedOn

    bpbd = make.agency("bpbd")
    head, unit = make.head(bpbd), make.unit(bpbd)
    order = make.disposition(make.complaint("Diteruskan ke bidang", is_verified=True), bpbd)
    known = make.acknowledged(order, head)
    session.add(PassedOn(acknowledgement_id=known.id, disposition_id=order.id, post_id=unit.post.id, label="Bidang"))
    make.disposition(make.complaint("Bukan untuk bidang", is_verified=True), bpbd)
    page = client.login("bidang.bpbd").get("/aduan")
    assert "Diteruskan ke bidang" in page.text
    assert "Bukan untuk bidang" not in page.source


def test_administrator_reads_no_complaints(make: Make, client: PageClient) -> None:
    make.administrator()
    client.login("admin").get("/aduan", status=403)


# --- the exported file


def test_export_is_what_is_shown(make: Make, client: PageClient, session: Session) -> None:
    make.coordinator()
    make.complaint('=HYPERLINK("x") telepon 0812-3456-7890', tracking_id="9312044")
    make.complaint("Rahasia besar", is_confidential=True)
    page = client.login("koordinator").get("/aduan?tampilan=semua&q=")
    form = page.form(button="Unduh Excel")
    book = openpyxl.load_workbook(io.BytesIO(form.submit("Unduh Excel").data))
    cells = [[cell.value for cell in row] for row in book.active.iter_rows()]
    titles = [row[2] for row in cells]
    assert '=HYPERLINK("x") telepon [nomor telepon disamarkan]' in titles
    assert book.active.cell(row=4, column=3).data_type == "s"
    text = form.submit("Unduh CSV").data.decode("utf-8-sig")
    assert "\"'=HYPERLINK" in text or "'=HYPERLINK" in text
    assert "7890" not in text
    kinds = session.scalars(sa.select(JournalEntry.kind).order_by(JournalEntry.seq)).all()
    assert kinds.count("desk.list_exported") == 2
    assert session.scalar(sa.select(sa.func.count()).select_from(ReadLog)) == 2


def test_export_closes_what_the_list_closes_and_needs_the_permission(make: Make, client: PageClient) -> None:
    bpbd = make.agency("bpbd")
    make.operator(bpbd)
    make.secretariat()
    secret = make.complaint(MARKER, is_confidential=True, is_verified=True)
    make.disposition(secret, bpbd, state=State.RETURNED, returned_at=MORNING)
    page = client.login("operator.bpbd").get("/aduan?tampilan=semua")
    data = page.form(button="Unduh CSV").submit("Unduh CSV").data.decode("utf-8-sig")
    assert MARKER not in data
    assert "Aduan rahasia" in data
    other = client.another().login("sekretariat")
    assert "Unduh" not in other.get("/aduan?tampilan=semua").text
    other.post("/aduan/ekspor", {"berkas": "csv"}, status=403)


# --- registration


def fill_new(page: Page, **more: str | bool) -> Any:
    """The form of a complaint by letter."""
    values: dict[str, str | bool] = {
        "channel": "Surat",
        "received_on": "2026-03-02",
        "received_time": "14:05",
        "title": "Atap sekolah bocor",
        "text": "Atap ruang kelas bocor sejak Januari.",
        **more,
    }
    return page.form(button="Catat aduan").fill(values)


def test_registration_by_hand_leads_to_the_case(make: Make, client: PageClient, session: Session) -> None:
    make.coordinator()
    page = client.login("koordinator").get("/aduan/baru")
    done = fill_new(page, tracking_id="#9312999", report_class="aspiration", reporter_name="Ibu Tini").submit()
    complaint = session.scalars(sa.select(Complaint)).one()
    assert done.url.startswith(f"/aduan/{complaint.id}")
    assert f"Aduan tercatat dengan nomor {complaint.number}." in done.text
    assert complaint.number.startswith("A-2026-")
    assert complaint.tracking_id == "9312999"
    assert complaint.received_at == at_local(date(2026, 3, 2), 14, 5)
    assert complaint.status is Status.RECEIVED
    assert complaint.next_due_on == date(2026, 3, 5)
    assert complaint.report_class is ReportClass.ASPIRATION


def test_anonymous_reporters_are_not_kept_and_personal_data_is_warned_of(
    make: Make, client: PageClient, session: Session
) -> None:
    make.coordinator()
    page = client.login("koordinator").get("/aduan/baru")
    done = fill_new(
        page, is_anonymous=True, reporter_name="Ibu Tini", text="Hubungi saya di 0812 3456 7890."
    ).submit()
    assert "disamarkan di layar" in done.text
    assert session.scalars(sa.select(Complaint.reporter_name)).one() is None


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"title": ""}, "Judul wajib diisi."),
        ({"text": "  "}, "Isi aduan wajib diisi."),
        ({"channel": ""}, "Pilih lewat mana aduan ini masuk."),
        ({"received_on": "2026-03-04"}, "Waktu masuk tidak boleh di masa depan."),
        ({"received_on": "kemarin"}, "Tanggal belum benar."),
        ({"tracking_id": "12ab"}, "Tracking ID terdiri dari 6 sampai 10 angka."),
    ],
)
def test_registration_says_what_is_missing(
    make: Make, client: PageClient, session: Session, change: dict[str, str], sentence: str
) -> None:
    make.coordinator()
    page = client.login("koordinator").get("/aduan/baru")
    refused = fill_new(page, **change).submit(status=422)
    assert sentence in refused.text
    assert session.scalar(sa.select(sa.func.count()).select_from(Complaint)) == 0
    kept = refused.form(button="Catat aduan").element.xpath(".//input[@name='category']")
    assert kept


# --- speed


@pytest.mark.parametrize("login", ["koordinator", "operator.bpbd", "sekretariat"])
def test_at_most_eight_statements_however_many_rows(
    app: Flask, make: Make, client: PageClient, session: Session, login: str
) -> None:
    make.coordinator()
    make.secretariat()
    bpbd = make.agency("bpbd")
    make.operator(bpbd)
    make.disposition(make.complaint(is_verified=True), bpbd)
    browser = client.login(login)
    browser.get("/aduan?tampilan=semua")
    with statements(app) as few:
        browser.get("/aduan?tampilan=semua")
    for _count in range(30):
        make.disposition(make.complaint(is_verified=True), bpbd)
    session.commit()
    with statements(app) as many:
        browser.get("/aduan?tampilan=semua")
    assert len(many) == len(few), "\n".join(many)
    assert len(many) <= 8, "\n".join(many)
