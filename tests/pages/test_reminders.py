"""Pages of the table of reminders, its ledger, the letters, the working hours and the leadership's page."""

from datetime import date

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from lapor.agencies.models import Agency
from lapor.calendar.models import DayOff
from lapor.complaints.models import Complaint
from lapor.core.clock import at_local
from lapor.journal.models import JournalEntry
from lapor.reminders import sending, services
from lapor.reminders.models import Letter, ReminderRule
from lapor.reminders.rules import LetterState
from tests.conftest import Clock
from tests.factories import MORNING, Make
from tests.page import PageClient

SECRET = "JUDUL-YANG-TIDAK-BOLEH-TERLIHAT"


def pdf(client: PageClient, url: str) -> bool:
    return client.send("GET", url).data.startswith(b"%PDF")


@pytest.fixture
def now(clock: Clock, session: Session) -> None:
    """Wednesday 18 March 2026, 10.00: ten working days after the head should have known."""
    session.execute(sa.delete(DayOff))
    session.execute(sa.delete(ReminderRule))
    services.ensure_rules(session, now=MORNING)
    clock.at(at_local(date(2026, 3, 18), 10))


@pytest.fixture
def dinas(make: Make) -> Agency:
    make.agency("diskominfo", is_organiser=True)
    agency = make.agency("dinsos")
    make.operator(agency, "admin.dinsos")
    make.head(agency, "kepala.dinsos")
    return agency


@pytest.fixture
def late(now: None, make: Make, dinas: Agency, session: Session) -> Complaint:
    """A confidential complaint that is late, and the pass that told so."""
    make.coordinator()
    make.leadership()
    complaint: Complaint = make.complaint(SECRET, tracking_id="99000001", is_confidential=True)
    make.disposition(complaint, dinas, disposed_at=MORNING)
    session.commit()
    sending.run(at_local(date(2026, 3, 18), 10))
    return complaint


def test_the_coordinator_edits_the_table(now: None, make: Make, client: PageClient, session: Session) -> None:
    make.coordinator()
    client.login("koordinator")
    page = client.get("/pengingat")
    assert "Kepala OPD" in page.row("2 hari kerja sesudah jatuh tempo")
    form = page.form(button="Tambah")
    page = form.fill(stage="completion", offset_days="7", receiver="head").submit("Tambah")
    assert "Kepala OPD" in page.row("7 hari kerja sesudah jatuh tempo")
    again = page.form(button="Tambah").fill(stage="completion", offset_days="7", receiver="head")
    assert "sudah ada" in again.submit("Tambah", status=422).text
    wrong = page.form(button="Tambah").fill(stage="verification", offset_days="7", receiver="head")
    assert "hanya koordinator" in wrong.submit("Tambah", status=422).text
    page = page.form(button="Hapus Penyelesaian, 7 hari kerja sesudah jatuh tempo, Kepala OPD").submit()
    assert "7 hari kerja sesudah" not in page.text
    kinds = session.scalars(sa.select(JournalEntry.kind).order_by(JournalEntry.seq.desc()).limit(2)).all()
    assert kinds == ["reminder.rule_ended", "reminder.rule_added"]


def test_others_do_not_edit_it(now: None, make: Make, dinas: Agency, client: PageClient, session: Session) -> None:
    make.inspectorate()
    client.login("inspektorat")
    page = client.get("/pengingat")
    assert "Tambah baris" not in page.text
    rule_id = session.scalar(sa.select(ReminderRule.id).limit(1))
    client.post(f"/pengingat/baris/{rule_id}/hapus", {}, status=403)
    head = client.another().login("kepala.dinsos")
    head.get("/pengingat", status=403)
    head.get("/pengingat/surat", status=403)


def test_who_was_reminded_when(late: Complaint, client: PageClient) -> None:
    client.login("koordinator")
    page = client.get("/pengingat/riwayat")
    assert "Kepala DINSOS" in page.row("2 hari kerja sesudah jatuh tempo")
    assert SECRET not in page.text
    page = client.get("/pengingat/riwayat?aduan=99000001&kepada=head&tanggal=2026-03-18")
    assert "Kepala DINSOS" in page.text
    for filters in ("aduan=99000002", "opd=1&kepada=coordinator&tanggal=2026-03-17", "opd=x&kepada=x&tanggal=x"):
        client.get(f"/pengingat/riwayat?{filters}")
    assert "Tidak ada pengingat" in client.get("/pengingat/riwayat?aduan=99000002").text


def test_the_timeline_tells_it(late: Complaint, client: PageClient) -> None:
    client.login("admin.dinsos")
    text = client.get(f"/aduan/{late.id}").text
    assert "Pengingat kepada" in text
    assert "Masuk konsep surat pengingat" in text


def test_a_letter_is_edited_signed_off_and_logged(late: Complaint, client: PageClient, session: Session) -> None:
    client.login("koordinator")
    letter = session.scalars(sa.select(Letter)).one()
    page = client.get("/pengingat/surat").follow("Dinas DINSOS Provinsi Sulawesi Tengah")
    assert "1 (satu) aduan" in page.text
    assert SECRET not in page.text
    stale = page.form(button="Setujui surat")
    form = page.form(button="Simpan konsep").fill(
        subject="Pengingat", number="480/7/DKIPS/2026", dated_on="2026-03-18"
    )
    page = form.submit("Simpan konsep")
    assert "Surat ini baru saja diubah" in stale.submit().text
    assert pdf(client, f"/pengingat/surat/{letter.id}.pdf")
    page = client.get(f"/pengingat/surat/{letter.id}").form(button="Setujui surat").submit()
    page = page.form(button="Jadikan konsep lagi").submit().form(button="Setujui surat").submit()
    form = page.form(button="Catat pengiriman")
    fields = {"kirim-number": "480/7/DKIPS/2026", "kirim-sent_on": "2026-03-19", "kirim-way": "SRIKANDI"}
    assert "belum tiba" in form.fill(**fields).submit(status=422).text
    page = form.fill(**{**fields, "kirim-sent_on": "2026-03-18"}).submit()
    assert "SRIKANDI" in page.text
    session.expire_all()
    assert session.get_one(Letter, letter.id).state is LetterState.SENT
    client.post(f"/pengingat/surat/{letter.id}/konsep", {"version": str(session.get_one(Letter, letter.id).version)})
    assert session.get_one(Letter, letter.id).state is LetterState.SENT


def test_a_letter_is_dropped_with_a_reason(late: Complaint, client: PageClient, session: Session) -> None:
    client.login("koordinator")
    letter = session.scalars(sa.select(Letter)).one()
    page = client.get(f"/pengingat/surat/{letter.id}")
    page.form(button="Jangan kirim").submit(status=422)
    page = page.form(button="Jangan kirim").fill(**{"batal-reason": "Sudah dibicarakan dengan Kadis."}).submit()
    assert "Sudah dibicarakan" in page.text
    assert "Setujui surat" not in page.text
    client.get("/pengingat/surat/9999", status=404)


def test_the_working_hours_are_a_dated_table(make: Make, client: PageClient) -> None:
    make.coordinator()
    client.login("koordinator")
    page = client.get("/pengingat/jam-kerja")
    assert "08.00–15.00" in page.row("Ramadan 1447 H")
    page = (
        page.form(button="Simpan")
        .fill(
            name="Ramadan 1449 H",
            starts_on="2028-01-28",
            ends_on="2028-02-25",
            daily_opens="08:00",
            daily_closes="15:00",
            friday_opens="08:00",
            friday_closes="15:30",
            break_opens="11:30",
            break_closes="12:30",
        )
        .submit("Simpan")
    )
    assert "11.30–12.30" in page.row("Ramadan 1449 H")
    wrong = page.form(button="Simpan").fill(name="X", starts_on="2028-05-01", ends_on="2028-04-01")
    assert "mendahului" in wrong.submit("Simpan", status=422).text
    page = page.form(button="Hapus Ramadan 1449 H").submit()
    assert "28 Januari 2028" not in page.text
    page.form(button="Hapus Jam kerja biasa").submit(status=409)


def test_the_leadership_reads_one_page(late: Complaint, client: PageClient) -> None:
    client.login("pimpinan")
    page = client.get("/ringkasan-pimpinan").follow("9 s.d. 15 Maret 2026")
    assert "Dinas DINSOS" in page.text
    assert "Pegawai Nomor" not in page.text
    assert pdf(client, page.links["Lihat PDF"])


def test_the_interval_is_chosen(now: None, make: Make, client: PageClient) -> None:
    make.coordinator()
    client.login("koordinator")
    client.post("/pengingat/ringkasan", {"interval": "monthly"})
    assert 'value="monthly" checked' in client.get("/pengingat").source
