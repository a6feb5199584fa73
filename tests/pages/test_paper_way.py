"""A head's word on paper as it is told everywhere: his word, written down by the admin, never the admin's own."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from lapor.core.clock import at_local
from lapor.dispositions.rules import MatchedBy
from lapor.evidence import recording, sheet
from lapor.files.rules import MediaType
from lapor.files.services import StoredUpload
from lapor.journal.models import JournalDetail, JournalEntry

PRINTED = at_local(date(2026, 3, 3), 9)
RECORDED = PRINTED + timedelta(hours=2)
SAID = "Diketahui Kepala BPBD, Drs. Abdul Rahman Lamato, M.Si. di atas kertas, tertanggal 3 Maret 2026"


@pytest.fixture
def order(make, session, clock):
    """A sheet that Yunita printed, the head signed and Yunita wrote down."""
    clock.at("2026-03-04 10:00")
    agency = make.agency("bpbd")
    head = make.head(agency)
    head.person.name, head.person.front_title, head.person.back_title = "Abdul Rahman Lamato", "Drs.", "M.Si."
    session.flush()
    admin = make.operator(agency, name="Yunita", title="Admin")
    make.inspectorate()
    make.coordinator()
    row = make.disposition(make.complaint("Sirene tidak bunyi", is_verified=True), agency)
    paper = sheet.print_sheet(session, row, actor=make.actor(admin, PRINTED), now=PRINTED)
    photos = recording.Photos(StoredUpload("1" * 64, 1000, "lembar.jpg", MediaType.JPEG), ("1" * 64,))
    actor = make.actor(admin, RECORDED)
    draft = recording.take_photos(
        session, paper, expected=row.id, matched_by=MatchedBy.QR, photos=photos, actor=actor, now=RECORDED
    )
    recording.acknowledge_by_sheet(
        session,
        draft,
        written_on=date(2026, 3, 3),
        signer_assignment_id=head.assignment.id,
        instruction="Periksa.",
        actor=actor,
        now=RECORDED,
    )
    session.commit()
    return row


def test_a_recorded_sheet_is_an_exception_that_is_counted_and_exported(client, order):
    inspector = client.login("inspektorat")
    page = inspector.get("/jejak/pengecualian")
    assert len(page.rows()) == 1 + 1
    assert len(page.follow("Diketahui di atas kertas").rows()) == 1 + 1
    assert "Tidak ada pengecualian" in inspector.get("/jejak/pengecualian?jenis=mandate").text
    assert SAID in page.text
    data = inspector.get("/jejak/pengecualian").form(button="Unduh CSV").submit("Unduh CSV").data
    assert SAID in data.decode("utf-8-sig")


def test_the_sheet_seals_the_pen_and_no_opening(session, order):
    values = session.scalar(
        sa.select(JournalDetail.values)
        .join(JournalEntry, JournalEntry.seq == JournalDetail.seq)
        .where(JournalEntry.kind == "disposition.acknowledged")
    )
    assert (values["means"], values["device"], values["opened_at"]) == ("pen", None, None)


def test_the_journal_says_who_signed_and_who_wrote_it_down(client, session, order):
    inspector = client.login("inspektorat")
    page = inspector.get("/jejak?jenis=disposition.acknowledged")
    assert f"{SAID}, dicatat oleh Yunita (Admin)" in page.text
    page = inspector.get(f"/jejak/{session.scalar(seq_of_the_word())}")
    assert page.heading == f"{SAID}, dicatat oleh Yunita (Admin)"
    assert "Dicatat oleh Yunita, Admin" in page.text
    assert f"{SAID}, dicatat oleh Yunita (Admin)" in export(inspector)


def export(inspector):
    page = inspector.get("/jejak?jenis=disposition.acknowledged")
    return page.form(button="Unduh CSV").submit("Unduh CSV").data.decode("utf-8-sig")


def seq_of_the_word():
    return sa.select(JournalEntry.seq).where(JournalEntry.kind == "disposition.acknowledged")


def test_an_erased_word_on_paper_is_still_not_the_admins(client, session, order):
    session.execute(sa.delete(JournalDetail))
    session.commit()
    said = "Diketahui pimpinan OPD di atas kertas, dicatat oleh Yunita (Admin)"
    assert said in client.login("inspektorat").get("/jejak?jenis=disposition.acknowledged").text
    assert said in client.another().login("koordinator").get(f"/aduan/{order.complaint_id}").text


def test_the_page_of_the_case_and_its_evidence_say_paper(client, order):
    desk = client.login("koordinator")
    page = desk.get(f"/aduan/{order.complaint_id}")
    assert f"{SAID}, dicatat oleh Yunita (Admin)" in page.text
    assert "Dibuka dibaca di atas kertas" in page.text
    page = desk.get(f"/disposisi/{order.id}/bukti")
    assert "Dibuka dibaca di atas kertas" in page.text
    assert "tertanggal 3 Maret 2026, dicatat 3 Maret 2026 pukul 11.00 WITA oleh Yunita" in page.text
    assert "pukul 09.00 WITA" not in page.text
