"""The audit pages: who did what, what left the usual way, who looked; never what stands in a confidential case."""

import ast
import dataclasses
import importlib
import io
import pkgutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

import lapor
from lapor.agencies.events import AgencyChanged
from lapor.audit.labels import FIELD
from lapor.audit.wording import told
from lapor.complaints import events
from lapor.complaints.rules import ReportedParty
from lapor.core import clock
from lapor.dispositions.events import Answered, BlockLifted
from lapor.dispositions.rules import Way
from lapor.journal.labels import EVENT, EXCEPTION, READING
from lapor.journal.models import JournalEntry
from lapor.journal.queries import chain_head
from lapor.journal.rules import ExceptionKind, anchor_words, differences, exception_of
from lapor.journal.services import erase_values, note_read, record
from lapor.offices.models import Person
from lapor.policy import Actor
from tests.factories import Make
from tests.page import Page, PageClient

MARKER = "rahasia yang tidak boleh tampil"
OTHERS = ["coordinator", "secretariat", "leadership", "administrator"]


@pytest.fixture
def rina(make: Make) -> Actor:
    """The coordinator who does things."""
    return make.actor(make.coordinator(name="Rina Contoh"), clock.now())


@pytest.fixture
def inspector(client: PageClient, make: Make) -> PageClient:
    """Signed in at the Inspektorat."""
    make.inspectorate()
    return client.login("inspektorat")


def last_seq(session: Session) -> int:
    """The number of the newest fact."""
    return chain_head(session).seq


# --- the journal ------------------------------------------------------------------------------------------------


def test_it_shows_who_what_and_which_but_no_content(
    inspector: PageClient, session: Session, make: Make, rina: Actor
) -> None:
    complaint = make.complaint(is_confidential=True)
    record(session, events.Archived(complaint.id, MARKER), actor=rina, now=clock.now())
    session.commit()
    page = inspector.get("/jejak")
    row = page.row("Aduan diarsipkan")
    assert "Rina Contoh" in row
    assert complaint.reference in row
    seq = last_seq(session)
    shown = page.follow("Aduan diarsipkan")
    assert "tertutup karena aduannya bersifat rahasia" in shown.text
    exported = export(inspector, "/jejak").data.decode("utf-8-sig")
    assert "Aduan diarsipkan" in exported
    assert complaint.reference in exported
    assert MARKER not in page.whole_text + exported + shown.source
    assert inspector.get(f"/jejak/{seq}").heading == "Aduan diarsipkan"


def export(client: PageClient, address: str, kind: str = "csv", **filters: str) -> Page:
    """The file behind the download button."""
    page = client.get(address + ("?" if filters else "") + "&".join(f"{k}={v}" for k, v in filters.items()))
    return page.form(button="Unduh CSV").submit("Unduh CSV" if kind == "csv" else "Unduh Excel")


def test_the_head_of_the_chain_is_shown_with_what_it_proves_and_what_not(
    inspector: PageClient, session: Session
) -> None:
    head = anchor_words(chain_head(session))
    page = inspector.get("/jejak")
    assert head in page.text
    assert f"verify-journal --anchor {head}" in page.text
    assert "Siapa yang menguasai server dapat menulis ulang" in page.text


def test_each_filter_narrows_and_stands_in_the_address(
    inspector: PageClient, session: Session, make: Make, rina: Actor
) -> None:
    budi = make.actor(make.secretariat(name="Budi Contoh"), clock.now())
    agency = make.agency("dinas-a")
    first, second = make.complaint(), make.complaint()
    now = clock.now()
    record(session, events.Archived(first.id, "alasan"), actor=rina, now=now - timedelta(days=40))
    record(session, events.Reopened(second.id, "alasan", 2), actor=budi, now=now)
    record(session, AgencyChanged(agency.id, {"name": ("Lama", "Baru")}), actor=None, now=now)
    session.commit()
    day = clock.local_day(now)

    def rows(query: str) -> set[str]:
        listed = " ".join(inspector.get(f"/jejak?{query}").rows())
        return {word for word in ("Aduan diarsipkan", "Aduan dibuka kembali", "Data OPD diubah") if word in listed}

    assert rows("orang=rina") == {"Aduan diarsipkan"}
    person = session.get_one(Person, rina.person_id)
    person.front_title, person.back_title = "Dra.", "M.Si."
    session.commit()
    assert rows("orang=Dra. Rina Contoh, M.Si.") == {"Aduan diarsipkan"}  # as the pages themselves write the name
    assert rows("orang=CONTOH") == {"Aduan diarsipkan", "Aduan dibuka kembali"}
    assert rows("orang=sistem") == {"Data OPD diubah"}
    assert rows(f"opd={agency.id}") == {"Data OPD diubah"}
    assert rows(f"aduan={first.number}") == {"Aduan diarsipkan"}
    assert rows(f"aduan=%23{second.tracking_id}") == {"Aduan dibuka kembali"}
    assert rows("jenis=complaint.archived") == {"Aduan diarsipkan"}
    assert rows(f"sampai={day - timedelta(days=30)}") == {"Aduan diarsipkan"}
    assert rows(f"orang=rina&dari={day - timedelta(days=1)}") == set()
    assert rows(f"dari={day}&sampai={day}") == {"Aduan dibuka kembali", "Data OPD diubah"}


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("dari=kemarin", "Tanggal belum benar"),
        ("dari=2026-02-02&sampai=2026-02-01", "Tanggal akhir mendahului tanggal awal"),
        ("sampai=9999-12-31", "Tahun belum benar"),
        ("orang=Tidak+Dikenal", 'Tidak ada orang bernama "Tidak Dikenal"'),
        ("orang=%25", 'Tidak ada orang bernama "%"'),
        ("aduan=A-1999-000001", 'Aduan "A-1999-000001" tidak ditemukan'),
        ("opd=abc", "Pilihan ini tidak tersedia"),
        ("opd=99999999999999999999", "Pilihan ini tidak tersedia"),
        ("jenis=tidak-ada", "Pilihan ini tidak tersedia"),
        (f"orang={'x' * 101}", "Paling banyak 100 huruf"),
    ],
)
def test_a_filter_that_fits_nothing_gets_a_sentence_and_lists_nothing(
    inspector: PageClient, session: Session, rina: Actor, make: Make, query: str, sentence: str
) -> None:
    complaint = make.complaint()
    record(session, events.Archived(complaint.id, "alasan"), actor=rina, now=clock.now())
    session.commit()
    page = inspector.get(f"/jejak?{query}")
    assert sentence in page.text
    assert "Aduan diarsipkan" not in " ".join(page.rows())


def test_pages_go_on_below_the_last_row_with_the_filters(
    inspector: PageClient, session: Session, make: Make, rina: Actor
) -> None:
    complaint = make.complaint()
    for _place in range(60):
        record(session, events.Archived(complaint.id, "alasan"), actor=rina, now=clock.now())
    session.commit()
    page = inspector.get("/jejak?jenis=complaint.archived")
    assert len(page.rows()) == 51
    older = page.follow("Lebih lama")
    assert "jenis=complaint.archived" in older.url
    assert len(older.rows()) == 11
    assert len(older.follow("Terbaru").rows()) == 51
    assert len(inspector.get("/jejak?sebelum=abc&jenis=complaint.archived").rows()) == 51


def test_an_entry_shows_before_and_after_with_signs(
    inspector: PageClient, session: Session, make: Make, rina: Actor
) -> None:
    agency = make.agency("dinas-a")
    changes = {"name": ("Dinas Kominfo Lama", "Dinas Kominfo Baru"), "phone": (None, "0451 421999")}
    record(session, AgencyChanged(agency.id, changes), actor=rina, now=clock.now())
    session.commit()
    page = inspector.get(f"/jejak/{last_seq(session)}")
    assert [element.text for element in page.css("del")] == ["Lama"]
    assert [element.text for element in page.css("ins")] == ["Baru", "0451 421999"]
    assert "Sebelum: − Dinas Kominfo Lama" in page.text
    assert "Sesudah: + Dinas Kominfo Baru" in page.text


def test_values_of_open_complaints_are_masked_and_erased_ones_say_so(
    inspector: PageClient, session: Session, make: Make, rina: Actor
) -> None:
    complaint = make.complaint()
    record(session, events.ReporterAnswered(complaint.id, "Hubungi 081234567890 saja."), actor=rina, now=clock.now())
    session.commit()
    seq = last_seq(session)
    page = inspector.get(f"/jejak/{seq}")
    assert "Hubungi" in page.text
    assert "081234567890" not in page.source
    administrator = make.actor(make.administrator(), clock.now())
    erase_values(session, [seq], reason="Permohonan 1", actor=administrator, now=clock.now())
    session.commit()
    erased = inspector.get(f"/jejak/{seq}")
    assert "sudah dihapus" in erased.text
    assert "Hubungi" not in erased.source
    proof = erased.follow("Catatan berikutnya")
    assert proof.heading == "Nilai catatan dihapus"
    assert "Permohonan 1" in proof.text
    assert proof.follow("Catatan sebelumnya").heading == erased.heading


def test_entries_that_are_none_of_their_matters_do_not_exist(
    inspector: PageClient, session: Session, make: Make, rina: Actor
) -> None:
    """About the head of the Inspektorat itself: that is the Sekda's."""
    overseer = make.agency("inspektorat-prov", is_oversight=True)
    complaint = make.complaint(reported_party=ReportedParty.HEAD, reported_agency_id=overseer.id)
    record(session, events.Archived(complaint.id, MARKER), actor=rina, now=clock.now())
    session.commit()
    assert "Aduan diarsipkan" not in " ".join(inspector.get("/jejak").rows())
    inspector.get(f"/jejak/{last_seq(session)}", status=404)
    inspector.get("/jejak/2147483647", status=404)
    assert "tidak ditemukan" in inspector.get(f"/jejak?aduan={complaint.number}").text


def test_an_export_is_a_fact_itself_and_says_what_was_filtered(
    inspector: PageClient, session: Session, make: Make, rina: Actor
) -> None:
    complaint = make.complaint()
    record(session, events.Archived(complaint.id, "alasan"), actor=rina, now=clock.now())
    session.commit()
    book = export(inspector, "/jejak", "xlsx", orang="rina")
    sheet = openpyxl.load_workbook(io.BytesIO(book.data)).active
    assert sheet is not None
    cells = [str(cell) for row in sheet.iter_rows(values_only=True) for cell in row if cell is not None]
    assert {"Orang: rina", "Aduan diarsipkan", "Rina Contoh", complaint.reference} <= set(cells)
    entry = session.scalars(sa.select(JournalEntry).order_by(JournalEntry.seq.desc()).limit(1)).one()
    assert entry.kind == "journal.exported"
    page = inspector.get(f"/jejak/{entry.seq}")
    assert "Jenis berkas Excel" in page.text
    assert "rina" in page.text, page.text


def test_an_export_of_what_fits_nothing_is_refused(inspector: PageClient) -> None:
    token = inspector.get("/jejak?jenis=account.signed-in").form(button="Unduh CSV").values["csrf_token"]
    data = {"csrf_token": token, "berkas": "csv", "orang": "Tidak Ada"}
    assert "Tidak ada orang bernama" in inspector.post("/jejak/ekspor", data, status=422).text
    inspector.post("/jejak/ekspor", {"csrf_token": token, "berkas": "pdf"}, status=400)


# --- exceptions ---------------------------------------------------------------------------------------------------


def exceptions(session: Session, make: Make, actor: Actor) -> Any:
    """A lifted block on an open complaint and an early answer on a confidential one."""
    agency = make.agency("dinas-a")
    open_one, closed_one = make.complaint(), make.complaint(is_confidential=True)
    now = clock.now()
    order = make.disposition(open_one, agency)
    record(session, BlockLifted(order.id, open_one.id, agency.id, "DINAS-A", "Bencana"), actor=actor, now=now)
    early = Answered(
        2, closed_one.id, agency.id, "DINAS-A", 1, "first", clock.local_day(now), True, MARKER, "Jawaban"
    )
    record(session, early, actor=actor, now=now)
    record(session, dataclasses.replace(early, before_known=False), actor=actor, now=now)
    session.commit()
    return agency, open_one, closed_one


def test_exceptions_are_listed_counted_and_filtered(
    inspector: PageClient, session: Session, make: Make, rina: Actor
) -> None:
    agency, open_one, closed_one = exceptions(session, make, rina)
    page = inspector.get("/jejak/pengecualian")
    assert len(page.rows()) == 3
    assert "Bencana" in page.text
    assert open_one.reference in page.text
    assert closed_one.reference in page.text
    assert "Tertutup, aduan rahasia" in page.text
    assert MARKER not in page.source
    only = page.follow("Izin khusus koordinator")
    assert only.url == "/jejak/pengecualian?jenis=lifted"
    assert len(only.rows()) == 2
    assert len(inspector.get(f"/jejak/pengecualian?opd={agency.id}&orang=rina").rows()) == 3
    assert "Tidak ada pengecualian" in inspector.get("/jejak/pengecualian?jenis=paper").text
    assert "Pilihan ini tidak tersedia" in inspector.get("/jejak/pengecualian?jenis=x").text
    exported = export(inspector, "/jejak/pengecualian").data.decode("utf-8-sig")
    assert "Bencana" in exported
    assert MARKER not in exported


def test_every_way_beside_the_usual_one_is_an_exception() -> None:
    told = {
        ("disposition.block_lifted", ""): ExceptionKind.LIFTED,
        ("response.recorded", "before_known"): ExceptionKind.EARLY,
        ("assignment.made", "order_due_on"): ExceptionKind.NO_ORDER,
        ("complaint.reporter_revealed", ""): ExceptionKind.UNMASKED,
        ("file.removed", ""): ExceptionKind.TAKEN_BACK,
        ("assignment.cancelled", ""): ExceptionKind.TAKEN_BACK,
    }
    for (kind, flag), exception in told.items():
        assert exception_of(kind, {flag: True} if flag else {}) is exception
    assert exception_of("disposition.acknowledged", {"way": Way.SHEET.value}) is ExceptionKind.PAPER
    assert exception_of("disposition.acknowledged", {"way": Way.MANDATE.value}) is ExceptionKind.MANDATE
    assert exception_of("disposition.acknowledged", {"way": Way.DIRECT.value}) is None
    assert exception_of("assignment.made", {"order_number": "1/2026"}) is None
    assert exception_of("response.recorded", {"before_known": False}) is None


def test_differences_are_found_in_all_their_forms() -> None:
    assert differences({"changes": {"name": ["a", "b"], "same": ["c", "c"]}, "x": 1})[1] == {"x": 1}
    assert [d.field for d in differences({"changes": {"name": ["a", "b"], "same": ["c", "c"]}})[0]] == ["name"]
    assert [(d.before, d.after) for d in differences({"old": 1, "new": 2})[0]] == [(1, 2)]
    assert [(d.before, d.after) for d in differences({"before": 1, "after": 2})[0]] == [(1, 2)]
    assert [d.field for d in differences({"former_title": "a", "title": "b", "seats": 1})[0]] == ["title"]
    assert differences({"new": 3, "changes": "no pair"}) == ([], {"new": 3, "changes": "no pair"})


# --- who looked ---------------------------------------------------------------------------------------------------


def readings(session: Session, make: Make) -> Any:
    """Two readings of a confidential complaint, one of a complaint about the coordinator's office."""
    reader = make.actor(make.operator(make.agency("dinas-a"), name="Sari Pembaca"), clock.now())
    office = make.agency("kominfo")
    complaint = make.complaint(MARKER, is_confidential=True)
    about_office = make.complaint(
        MARKER, reported_party=ReportedParty.COORDINATOR_OFFICE, reported_agency_id=office.id
    )
    now = clock.now()
    note_read(session, complaint.id, what="page", actor=reader, now=now - timedelta(days=3))
    note_read(session, complaint.id, what="file", actor=reader, now=now)
    note_read(session, about_office.id, what="page", actor=reader, now=now)
    session.commit()
    return complaint, about_office


def test_the_inspectorate_sees_who_looked_and_nothing_of_what(
    inspector: PageClient, session: Session, make: Make
) -> None:
    complaint, about_office = readings(session, make)
    page = inspector.get("/jejak/pembaca")
    assert len(page.rows()) == 4
    assert "Sari Pembaca" in page.text
    assert about_office.reference in page.text
    assert MARKER not in page.source
    assert len(inspector.get(f"/jejak/pembaca?aduan={complaint.number}").rows()) == 3
    assert len(inspector.get("/jejak/pembaca?jenis=file").rows()) == 2
    assert len(inspector.get("/jejak/pembaca?orang=sari").rows()) == 4
    today = clock.local_day(clock.now())
    assert len(inspector.get(f"/jejak/pembaca?sampai={today - timedelta(days=2)}").rows()) == 2
    assert "Tidak ada orang bernama" in inspector.get("/jejak/pembaca?orang=Xyz").text
    assert MARKER not in export(inspector, "/jejak/pembaca").data.decode("utf-8-sig")


def test_the_coordinator_sees_readers_but_none_of_what_is_about_his_own_office(
    client: PageClient, session: Session, make: Make
) -> None:
    make.coordinator()
    complaint, about_office = readings(session, make)
    page = client.login("koordinator").get("/jejak/pembaca")
    assert len(page.rows()) == 3
    assert complaint.reference in page.text
    assert about_office.reference not in page.source
    assert "tidak ditemukan" in client.get(f"/jejak/pembaca?aduan={about_office.number}").text
    assert about_office.reference not in export(client, "/jejak/pembaca").data.decode("utf-8-sig")
    assert "Catatan aktivitas" not in page.links


def test_showing_the_reporter_is_noted_for_every_complaint(client: PageClient, session: Session, make: Make) -> None:
    make.coordinator()
    complaint = make.complaint(reporter_name="Warga Contoh")
    session.commit()
    client.login("koordinator")
    page = client.get(f"/aduan/{complaint.id}/data-pelapor")
    page.form(name="reason").fill(reason="Menelepon pelapor").submit()
    row = client.get("/jejak/pembaca").row("Data pelapor tanpa samaran")
    assert complaint.reference in row


# --- who may ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", [*OTHERS, "head", "liaison", "operator"])
def test_only_the_inspectorate_opens_the_journal(client: PageClient, make: Make, session: Session, role: str) -> None:
    build = getattr(make, role)
    member = build() if role in OTHERS else build(make.agency("dinas-a"))
    client.login(member.login)
    for address in ("/jejak", "/jejak/1", "/jejak/pengecualian"):
        client.get(address, status=403)
    for address in ("/jejak/ekspor", "/jejak/pengecualian/ekspor"):
        client.post(address, {"berkas": "csv"}, status=403)
    if role != "coordinator":
        client.get("/jejak/pembaca", status=403)
        client.post("/jejak/pembaca/ekspor", {"berkas": "csv"}, status=403)


# --- words --------------------------------------------------------------------------------------------------------


def events_of_all_slices() -> Iterator[type[Any]]:
    """Every class of event with a kind."""
    for module in pkgutil.walk_packages(lapor.__path__, "lapor."):
        if module.name.endswith("events") and not module.name.startswith("lapor.core"):
            for one in vars(importlib.import_module(module.name)).values():
                if isinstance(one, type) and dataclasses.is_dataclass(one) and "." in str(getattr(one, "kind", "")):
                    yield one


def test_every_kind_of_event_has_words() -> None:
    kinds = {str(one.kind) for one in events_of_all_slices()}
    assert kinds <= EVENT.keys(), sorted(kinds - EVENT.keys())


def test_every_value_of_an_event_has_a_name() -> None:
    names = {field.name for one in events_of_all_slices() for field in dataclasses.fields(one)}
    without = {name for name in names - {"subject_id", "complaint_id"} if name.removeprefix("former_") not in FIELD}
    assert not without - FIELD.keys(), sorted(without)


def test_codes_of_facts_are_told_in_words() -> None:
    """What a person reads of downloads, rules, imports and changed columns is never the code itself."""
    given: dict[str, Any] = {
        "view": "tindakan",
        "file_kind": "xlsx",
        "page": "catatan-aktivitas",
        "decision": "agency",
        "fields": ["ends_at", "chair_post"],
        "changed": 0,
        "limits": {"verification:": 3, "completion:aspiration": 5},
        "filters": {"jenis": "early", "opd": "7", "klasifikasi": "kosong"},
    }
    words = dict(told(given, {7: "BPBD"}, mask=False).values)
    assert words == {
        "Tampilan": "Perlu tindakan",
        "Jenis berkas": "Excel",
        "Halaman": "Catatan aktivitas",
        "Keputusan": "Dipadankan dengan OPD",
        "Bagian yang diubah": "Selesai, Jabatan ketua",
        "Berubah": "0",
        "Batas waktu (hari kerja)": "Pemeriksaan oleh koordinator: 3; Selesai dijawab: aspirasi: 5",
        "Saringan": "Jenis: Dijawab sebelum diketahui pimpinan; OPD: BPBD; Klasifikasi: Belum diklasifikasi",
    }


def test_every_exception_and_all_that_is_read_has_words() -> None:
    assert EXCEPTION.keys() == set(ExceptionKind)
    noted: set[str] = set()
    for path in Path(lapor.__path__[0]).rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in {"note_read", "note_reading"}:
                given = [word.value for word in node.keywords if word.arg == "what"] + node.args[1:2]
                noted |= {str(word.value) for word in given if isinstance(word, ast.Constant)}
    assert noted <= READING.keys(), sorted(noted - READING.keys())
    assert "reveal" in noted
