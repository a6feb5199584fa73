"""/disposisi/<id>/tenggat: a date explains itself."""

from datetime import date

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from lapor.calendar import planning
from lapor.calendar.models import DayOff, Setting
from lapor.calendar.rules import CALENDAR_VERSION, DayOffKind, ListedDay
from lapor.calendar.services import ALWAYS, note_change
from lapor.complaints.models import Pause
from lapor.complaints.rules import ReportClass, ReportedParty
from lapor.core import clock as lapor_clock
from lapor.desk import services as desk_services
from lapor.dispositions import recounting
from lapor.dispositions.models import Deadline
from lapor.dispositions.rules import Stage
from lapor.journal.models import ReadLog
from lapor.policy import Actor
from tests.conftest import Clock
from tests.factories import Make
from tests.page import Page, PageClient

MARKER = "Zamrudkhatulistiwa"


def close_on(session: Session, day: date, name: str, actor: Actor) -> None:
    """The office is closed on ``day``, from now on."""
    session.add(DayOff(day=day, kind=DayOffKind.PROVINCIAL, name=name))
    session.flush()
    note_change(session, added=(day,), actor=actor, now=lapor_clock.now())


@pytest.fixture(autouse=True)
def _tuesday(clock: Clock, session: Session) -> None:
    """The day after complaints of tests come in, with the first version of the calendar."""
    now = clock.at("2026-03-03 10:00")
    session.add(Setting(key=CALENDAR_VERSION, effective_from=ALWAYS, value=1, set_at=now))


def cells(page: Page, caption: str) -> list[str]:
    """The days of the small calendar under ``caption``, without what lies outside of it."""
    table = next(table for table in page.css("table.days") if caption in table.text_content())
    found = [" ".join(cell.text_content().split()) for cell in table.xpath(".//td")]
    return [text for text in found if text != "di luar hitungan"]


def test_every_day_from_start_to_due_is_named(make: Make, client: PageClient, session: Session) -> None:
    bpbd = make.agency("bpbd")
    make.operator(bpbd)
    coordinator = make.coordinator()
    close_on(session, date(2026, 3, 19), "Hari Suci Nyepi", make.actor(coordinator))
    order = make.disposition(make.complaint(is_verified=True), bpbd)

    page = client.login("operator.bpbd").get(f"/disposisi/{order.id}/tenggat")

    days = cells(page, "Penyelesaian, hari demi hari")
    assert days[0] == "2 Mar mulai"
    assert days[1] == "3 ke-1"
    assert "19 libur Hari Suci Nyepi" in days
    assert days[-1] == "23 ke-14 batas"
    assert "7 akhir pekan" in days
    assert "19 Maret 2026: Hari Suci Nyepi" in page.text
    assert "6 hari Sabtu dan Minggu, 1 hari libur" in page.text
    assert "PermenPANRB 5/2025, berlaku mulai 1 Januari 2025" in page.text
    assert "Peraturan Menteri PANRB Nomor 5 Tahun 2025" in page.text
    assert "Senin, 23 Maret 2026" in page.text
    assert "versi 2" in page.text
    assert page.text.index("Diketahui pimpinan") < page.text.index("Penyelesaian")


def test_a_day_off_that_comes_later_tells_when_and_why(make: Make, client: PageClient, session: Session) -> None:
    bpbd = make.agency("bpbd")
    make.operator(bpbd)
    coordinator = make.coordinator()
    order = make.disposition(make.complaint(is_verified=True), bpbd)
    session.commit()
    wanted = ListedDay(date(2026, 3, 6), DayOffKind.COLLECTIVE, "Cuti bersama", is_estimated=False)
    actor, now = make.actor(coordinator), lapor_clock.now()
    change = planning.plan_day_off(session, wanted, actor=actor, now=now)
    planning.confirm(session, change, reason="SKB Tiga Menteri", actor=actor, now=now)
    session.commit()
    recounting.run(change.id, now=now)

    page = client.login("operator.bpbd").get(f"/disposisi/{order.id}/tenggat")

    assert "Kalender kerja berubah (versi 2)" in page.text
    assert "6 Maret 2026 menjadi hari libur." in page.text
    assert "Tindak lanjut pertama: dari 9 Maret 2026 ke 10 Maret 2026." in page.text
    assert "Alasan: SKB Tiga Menteri" in page.text
    assert "6 libur Cuti bersama" in cells(page, "Tindak lanjut pertama, hari demi hari")
    assert coordinator.person.full_name in page.text


def test_a_met_limit_keeps_the_calendar_of_its_day(make: Make, client: PageClient, session: Session) -> None:
    bpbd = make.agency("bpbd")
    head = make.head(bpbd)
    coordinator = make.coordinator()
    order = make.disposition(make.complaint(is_verified=True), bpbd)
    make.acknowledged(order, head)
    close_on(session, date(2026, 3, 3), "Hari jadi", make.actor(coordinator))

    page = client.login("koordinator").get(f"/disposisi/{order.id}/tenggat")

    assert cells(page, "Diketahui pimpinan, hari demi hari") == ["2 Mar mulai tuntas", "3 ke-1", "4 ke-2 batas"]
    assert "Diketahui pimpinan: dihitung dengan versi 1" in page.text
    assert "Senin, 2 Maret 2026" in page.text


def test_pauses_with_their_reason(make: Make, client: PageClient, session: Session, clock: Clock) -> None:
    bpbd = make.agency("bpbd")
    make.operator(bpbd)
    coordinator = make.coordinator()
    complaint = make.complaint(is_verified=True)
    order = make.disposition(complaint, bpbd)
    desk_services.hold(
        session,
        complaint,
        reason="Alamat belum jelas.",
        expected_on=date(2026, 3, 9),
        actor=make.actor(coordinator),
        now=lapor_clock.now(),
    )
    page = client.login("operator.bpbd").get(f"/disposisi/{order.id}/tenggat")
    assert "Dihentikan sementara" in page.text
    assert "Bila dilanjutkan hari ini: Senin, 9 Maret 2026" in page.text
    assert "masih berlangsung" in page.text
    assert "Diperkirakan lengkap 9 Maret 2026." in page.text

    clock.at("2026-03-06 10:00")
    desk_services.resume(session, complaint, actor=make.actor(coordinator), now=lapor_clock.now())
    page = client.login("operator.bpbd").get(f"/disposisi/{order.id}/tenggat")
    assert cells(page, "Tindak lanjut pertama, hari demi hari") == [
        "2 Mar mulai",
        "3 jeda",
        "4 jeda",
        "5 jeda",
        "6 ke-1",
        "7 akhir pekan",
        "8 akhir pekan",
        "9 ke-2",
        "10 ke-3",
        "11 ke-4",
        "12 ke-5 batas",
    ]
    assert "5 hari kerja, ditambah 3 hari kerja jeda" in page.text
    assert "3 Maret 2026, dilanjutkan 6 Maret 2026: 3 hari kerja." in page.text
    assert "Alamat belum jelas." in page.text
    assert "Waktu berjalan lagi, batas mundur 3 hari kerja" in page.text


def test_reasons_stay_closed_with_the_content(make: Make, client: PageClient, session: Session) -> None:
    bpbd = make.agency("bpbd")
    make.leadership()
    make.operator(bpbd)
    coordinator = make.coordinator()
    complaint = make.complaint(f"Rahasia {MARKER}", is_verified=True, is_confidential=True)
    order = make.disposition(complaint, bpbd)
    desk_services.hold(
        session,
        complaint,
        reason=f"Tentang {MARKER}.",
        expected_on=date(2026, 3, 9),
        actor=make.actor(coordinator),
        now=lapor_clock.now(),
    )
    session.commit()
    before = session.scalar(sa.select(sa.func.count()).select_from(ReadLog))

    page = client.login("pimpinan").get(f"/disposisi/{order.id}/tenggat")

    assert MARKER not in page.source
    assert "berkadar" not in page.text
    session.rollback()
    assert session.scalar(sa.select(sa.func.count()).select_from(ReadLog)) == before
    assert MARKER in client.another().login("operator.bpbd").get(f"/disposisi/{order.id}/tenggat").text


def test_sixty_days_with_a_year_of_pause_stay_short(make: Make, client: PageClient, session: Session) -> None:
    bpbd = make.agency("bpbd")
    make.operator(bpbd)
    complaint = make.complaint(is_verified=True, report_class=ReportClass.SUPERVISORY)
    order = make.disposition(complaint, bpbd)
    pause = Pause(complaint_id=complaint.id, starts_on=date(2026, 3, 9), ends_on=date(2026, 12, 7), reason="Lama")
    session.add(pause)
    row = session.scalars(
        sa.select(Deadline).where(Deadline.disposition_id == order.id, Deadline.stage == Stage.COMPLETION)
    ).one()
    calendar = make.calendar()
    row.paused_days = calendar.between(date(2026, 3, 8), date(2026, 12, 6))
    row.due_on = calendar.add(row.started_on, row.working_days + row.paused_days)
    page = client.login("operator.bpbd").get(f"/disposisi/{order.id}/tenggat")
    days = cells(page, "Penyelesaian, hari demi hari")
    assert any("hari jeda" in text for text in days)
    assert days[-1].endswith("ke-60 batas")
    assert len(days) < 120


def test_a_corrected_class_tells_from_which_day_to_which(make: Make, client: PageClient, session: Session) -> None:
    bpbd = make.agency("bpbd")
    make.operator(bpbd)
    coordinator = make.coordinator()
    complaint = make.complaint(is_verified=True)
    order = make.disposition(complaint, bpbd)
    desk_services.verify(
        session,
        complaint,
        report_class=ReportClass.INFORMATION,
        class_reason="Hanya bertanya jadwal.",
        reported_party=ReportedParty.NONE,
        reported_agency_id=None,
        actor=make.actor(coordinator),
        now=lapor_clock.now(),
    )
    page = client.login("operator.bpbd").get(f"/disposisi/{order.id}/tenggat")
    assert "Batas penyelesaian dihitung ulang" in page.text
    assert "Dari 20 Maret 2026 (14 hari kerja) ke 9 Maret 2026 (5 hari kerja). Hanya bertanya jadwal." in page.text
    assert "Permintaan Informasi" in page.text or "Permintaan informasi" in page.text
    assert cells(page, "Penyelesaian, hari demi hari")[-1] == "9 ke-5 batas"
