"""Powers pass at midnight by themselves, on every screen, in both directions; who is told of it in the bell."""

import io
from datetime import date, time, timedelta

import pytest
import sqlalchemy as sa
from PIL import Image
from sqlalchemy.orm import Session

from lapor.agencies.models import Agency
from lapor.core import clock as lapor_clock
from lapor.dispositions.models import Acknowledgement
from lapor.journal.models import JournalEntry
from lapor.meetings.models import ActionItem, ActionItemAgency, Meeting
from lapor.meetings.rules import MeetingState
from lapor.notifications.models import Kind
from lapor.notifications.services import notify
from lapor.offices.models import ActingProposal, Capacity, ProposalState
from tests.conftest import Clock
from tests.factories import Make, Member
from tests.page import PageClient


def scan_of_order() -> bytes:
    out = io.BytesIO()
    Image.new("L", (8, 8)).save(out, "PNG")
    return out.getvalue()


FIRST, LAST = date(2026, 3, 10), date(2026, 3, 12)


@pytest.fixture
def head(make: Make, clock: Clock) -> Member:
    clock.at("2026-03-09 09:00")
    return make.head(make.agency("bpbd"), name="Datuma Palewang", title="Kepala Pelaksana BPBD")


@pytest.fixture
def deputy(make: Make, head: Member) -> Member:
    """Plh. from 10 to 12 March; for the rest he heads an agency of his own."""
    other = make.head(make.agency("dlh"), name="Stefanus Tobondo", title="Kepala DLH")
    acting = make.assign(
        other.person,
        head.post,
        capacity=Capacity.PLH,
        starts_on=FIRST,
        ends_on=LAST,
        order_number="800/1/BKD/2026",
    )
    return Member(other.person, head.post, acting, other.account)


def browser(client: PageClient, session: Session, login: str) -> PageClient:
    other = PageClient(client.app, session)
    other.login(login, status=303)
    return other


def test_one_second_before_and_after_midnight_on_every_screen(
    client: PageClient, session: Session, make: Make, clock: Clock, head: Member, deputy: Member
) -> None:
    order = make.disposition(make.complaint("Tanggul retak", is_verified=True), session_agency(session, head))
    clock.at("2026-03-09 23:50")
    mine, his = browser(client, session, head.login), browser(client, session, deputy.login)
    clock.at("2026-03-09 23:59")
    card = mine.get("/menunggu")
    assert "Tanggul retak" in card.text
    assert "Tidak ada aduan yang menunggu" in his.get("/menunggu").text
    assert "Tanggul retak" not in his.get("/aduan").text
    his.get(f"/aduan/{order.complaint_id}", status=404)

    clock.at("2026-03-10 00:01")  # both sessions stay open, and the card too
    seen = his.get("/menunggu")
    assert "Tanggul retak" in seen.text
    assert "Plh. Kepala Pelaksana BPBD" in seen.text
    assert "Tanggul retak" in his.get("/aduan").text
    away = mine.get("/menunggu").text
    assert "1 aduan menunggu Plh. Kepala Pelaksana BPBD" in away
    assert "Kewenangan dijalankan Stefanus Tobondo sampai dengan Kamis, 12 Maret 2026." in away
    assert "Tidak ada aduan" not in away
    case = mine.get(f"/aduan/{order.complaint_id}").text
    assert "Tanggul retak" in case  # he reads, he does not act
    assert "Aduan ini menunggu Stefanus Tobondo (Plh. Kepala Pelaksana BPBD) sampai dengan 12 Maret 2026." in case
    assert "Bapak/Ibu bertindak sebagai Plh. Kepala Pelaksana BPBD, 10 s.d. 12 Maret 2026." in seen.text
    assert "Stefanus Tobondo" in mine.get(f"/aduan/{order.complaint_id}").text
    refused = mine.post(f"/disposisi/{order.id}/ketahui", {"digest": "0" * 64, "instruction": "Cek"}, status=403)
    assert "dijalankan Stefanus Tobondo (Plh. Kepala Pelaksana BPBD), sampai dengan 12 Maret 2026" in refused.text
    assert session.scalar(sa.select(sa.func.count()).select_from(Acknowledgement)) == 0

    clock.at("2026-03-12 23:59")
    mine, his = browser(client, session, head.login), browser(client, session, deputy.login)
    opened = his.get("/menunggu")
    assert "Tanggul retak" in opened.text
    form = opened.form(action=f"/disposisi/{order.id}/ketahui")
    clock.at("2026-03-13 00:01")
    answer = form.submit(status=403)
    assert "Masa tugas Bapak/Ibu sebagai Plh. Kepala Pelaksana BPBD berakhir kemarin." in answer.text
    assert "Aduan kini menunggu Datuma Palewang (Kepala Pelaksana BPBD)." in answer.text
    assert "Tanggul retak" not in his.get("/aduan").text
    assert "Tanggul retak" in mine.get("/menunggu").text


def session_agency(session: Session, head: Member) -> Agency:
    return session.get_one(Agency, head.post.agency_id)


def test_whose_only_post_has_ended_is_told_kindly_at_the_door(
    client: PageClient, session: Session, make: Make, clock: Clock, head: Member
) -> None:
    only = make.member(
        head.post.kind,
        post=head.post,
        login="plh",
        capacity=Capacity.PLH,
        starts_on=date(2026, 3, 9),
        ends_on=date(2026, 3, 9),
    )
    clock.at("2026-03-09 23:55")
    his = browser(client, session, only.login)
    assert "Tidak ada aduan yang menunggu" in his.get("/menunggu").text
    clock.at("2026-03-10 00:01")
    page = his.get("/menunggu", status=403)
    assert "berakhir kemarin. Aduan kini menunggu Datuma Palewang" in page.text
    assert "Belum ada penugasan hari ini" in his.get("/").whole_text


def test_a_head_proposes_the_secretariat_decides_and_all_are_told(
    client: PageClient, session: Session, make: Make, clock: Clock, head: Member
) -> None:
    make.secretariat()
    liaison = make.liaison(session_agency(session, head), name="Ismail Latopada")
    clock.at("2026-03-09 10:00")
    mine = browser(client, session, head.login)
    form = mine.get("/profil").follow("Catat bila akan berhalangan").form(name="reason")
    page = form.fill(starts_on="2026-03-10", ends_on="2026-03-12", reason="dinas luar", propose=True).submit()
    assert page.heading == "Usulkan Plh."
    page = page.form(name="person").fill(person=str(liaison.person.id)).submit()
    assert "Kewenangan berpindah setelah surat perintahnya dicatat" in page.text
    assert "menunggu surat perintah" in page.row("Ismail Latopada")
    clock.at("2026-03-10 00:01")
    mine = browser(client, session, head.login)
    assert mine.get("/menunggu")  # the proposal alone moved nothing

    theirs = browser(client, session, "sekretariat")
    bell = theirs.get("/notifikasi")
    assert "mengusulkan Ismail Latopada sebagai Plh." in bell.text
    page = theirs.get("/penugasan?tampil=usul").follow("Catat surat perintah Ismail Latopada")
    assert "Mengikuti usul Datuma Palewang" in page.text
    page = page.form(name="capacity").fill(order_pending=True).submit()
    assert "Nomor menyusul, paling lambat 17 Maret 2026" in page.text
    proposal = session.scalars(sa.select(ActingProposal)).one()
    session.refresh(proposal)
    assert proposal.state is ProposalState.ACCEPTED
    assert "Tidak ada usul" in theirs.get("/penugasan?tampil=usul").text

    his = browser(client, session, liaison.login)
    assert (
        "Bapak/Ibu bertugas sebagai Plh. Kepala Pelaksana BPBD, 10 s.d. 12 Maret 2026." in his.get("/notifikasi").text
    )
    assert "Ismail Latopada ditugaskan sebagai Plh." in mine.get("/notifikasi").text
    clock.at("2026-03-13 07:00")
    mine, his = browser(client, session, head.login), browser(client, session, liaison.login)
    assert "kewenangan Kepala Pelaksana BPBD kembali pada Bapak/Ibu" in mine.get("/notifikasi").text
    assert "berakhir pada 12 Maret 2026. Aduan menunggu Datuma Palewang" in his.get("/notifikasi").text
    clock.at("2026-03-18 00:01")
    theirs = browser(client, session, "sekretariat")
    assert "belum lengkap; jatuh temponya 17 Maret 2026" in theirs.get("/notifikasi").text
    row = theirs.get("/penugasan?tampil=menyusul").row("Ismail Latopada")
    assert "Surat terlambat, jatuh tempo 17 Maret 2026" in row
    assert "nomor surat, hasil pindai surat" in row
    page = theirs.get("/penugasan?tampil=menyusul").follow("Ismail Latopada")
    page = page.form(name="order_number").fill(order_number="800/7/BKD/2026").submit()
    assert "hasil pindai surat" in theirs.get("/penugasan?tampil=menyusul").row("Ismail Latopada")
    page = page.form(name="order_file").fill(order_file=(scan_of_order(), "surat.png")).submit()
    assert "surat.png" in page.text
    assert "Tidak ada surat yang ditunggu" in theirs.get("/penugasan?tampil=menyusul").text
    scan = page.links["surat.png"]
    assert his.get(scan).status == 200
    assert mine.get(scan).status == 200
    make.operator(session_agency(session, head))
    browser(client, session, "operator.bpbd").get(scan, status=404)


def test_a_proposal_is_declined_or_taken_back(
    client: PageClient, session: Session, make: Make, clock: Clock, head: Member
) -> None:
    make.coordinator()
    make.operator(session_agency(session, head), name="Nurlela Mokoagow")
    mine, desk = browser(client, session, head.login), browser(client, session, "koordinator")
    for _time in range(2):
        page = mine.get(f"/penugasan/{head.assignment.id}/usul").form(name="person")
        page.fill(person=list(page.options("person"))[1], starts_on="2026-03-10", ends_on="2026-03-11").submit()
    page = mine.get(f"/penugasan/{head.assignment.id}/berhalangan")
    page.form(action="/penugasan/usul/1/tarik").submit()
    page = desk.get("/penugasan?tampil=usul").follow("Tidak diikuti Nurlela Mokoagow")
    assert "wajib diisi" in page.form(name="reason").submit(status=422).text
    page.form(name="reason").fill(reason="Belum ada surat dari BKD.").submit()
    assert "tidak diikuti: Belum ada surat dari BKD." in mine.get("/notifikasi").text
    proposal = session.scalars(sa.select(ActingProposal).where(ActingProposal.state == "declined")).one()
    desk.get(f"/penugasan/baru?usul={proposal.id}")
    mine.get("/profil/kata-sandi")
    mine.post(f"/penugasan/usul/{proposal.id}/tarik", status=409)
    desk.get("/profil/kata-sandi")
    desk.post(f"/penugasan/usul/{proposal.id}/tolak", {"reason": "Lagi"}, status=409)


def test_two_agencies_under_one_head_and_each_act_names_its_post(
    client: PageClient, session: Session, make: Make, clock: Clock, head: Member, deputy: Member
) -> None:
    own = session.scalars(sa.select(Agency).where(Agency.slug == "dlh")).one()
    first = make.disposition(make.complaint("Sampah menumpuk", is_verified=True), own)
    second = make.disposition(make.complaint("Tanggul retak", is_verified=True), session_agency(session, head))
    clock.at("2026-03-10 08:00")
    his = browser(client, session, deputy.login)
    said = {}
    for _order in (first, second):
        page = his.get("/menunggu")
        title = "Tanggul retak" if "Tanggul retak" in page.text else "Sampah menumpuk"
        said[title] = page.text
        page.form(button="Saya mengetahui").submit("Saya mengetahui")
    assert "Plh. Kepala Pelaksana BPBD" in said["Tanggul retak"]
    assert "Kepala DLH" in said["Sampah menumpuk"]
    rows = session.scalars(sa.select(Acknowledgement).order_by(Acknowledgement.disposition_id)).all()
    assert [(row.disposition_id, row.post_title) for row in rows] == [
        (first.id, "Kepala DLH"),
        (second.id, "Plh. Kepala Pelaksana BPBD"),
    ]
    facts = session.execute(
        sa.select(JournalEntry.subject_id, JournalEntry.assignment_id, JournalEntry.actor_post).where(
            JournalEntry.kind.in_(["disposition.acknowledged", "disposition.opened"])
        )
    ).all()
    expected = {
        first.id: (rows[0].assignment_id, "Kepala DLH"),
        second.id: (deputy.assignment.id, rows[1].post_title),
    }
    assert facts
    assert all((fact.assignment_id, fact.actor_post) == expected[fact.subject_id] for fact in facts)


def test_a_follow_up_of_two_agencies_under_one_head_asks_as_whom(
    client: PageClient, session: Session, make: Make, clock: Clock, head: Member, deputy: Member
) -> None:
    own = session.scalars(sa.select(Agency).where(Agency.slug == "dlh")).one()
    clock.at("2026-03-10 08:00")
    meeting = Meeting(
        title="Rapat",
        held_on=FIRST,
        starts_at=time(9),
        place="Ruang rapat",
        state=MeetingState.HELD,
        created_at=lapor_clock.now(),
    )
    session.add(meeting)
    session.flush()
    items = []
    for agencies in ([own], [own, session_agency(session, head)]):
        item = ActionItem(
            meeting_id=meeting.id, position=1, description="Lengkapi SOP", responsible="OPD", due_on=LAST
        )
        session.add(item)
        session.flush()
        session.add_all(ActionItemAgency(action_item_id=item.id, agency_id=agency.id) for agency in agencies)
        items.append(item.id)
    his = browser(client, session, deputy.login)
    page = his.get(f"/rapat/tindak-lanjut/{items[0]}")
    assert "Dicatat sebagai Kepala DLH." in page.text
    page.form(name="status").fill(status="Berjalan").submit()
    page = his.get(f"/rapat/tindak-lanjut/{items[1]}")
    refused = page.form(name="status").fill(status="Berjalan").submit(status=422)
    assert "Ada yang perlu diperbaiki" in refused.text
    page.form(name="status").fill(status="Berjalan", acting_as="Plh. Kepala Pelaksana BPBD").submit()
    session.rollback()
    posts = session.scalars(
        sa.select(JournalEntry.actor_post)
        .where(JournalEntry.kind == "action-item.updated")
        .order_by(JournalEntry.seq)
    ).all()
    assert posts == ["Kepala DLH", "Plh. Kepala Pelaksana BPBD"]


def test_a_plh_of_a_plh_a_vacancy_and_who_is_told(
    client: PageClient, session: Session, make: Make, clock: Clock, head: Member, deputy: Member
) -> None:
    """Plh. for 10 to 12 March, himself away on the 11th: another stands in for that day only."""
    make.coordinator()
    make.liaison(session_agency(session, head))
    third = make.head(make.agency("bmpr"), name="Ratna Djuwita", title="Kepala BMPR")
    desk = browser(client, session, "koordinator")
    given = {"jabatan": head.post.id, "orang": third.person.id}
    page = desk.get(f"/penugasan/baru?jabatan={given['jabatan']}&orang={given['orang']}").form(name="capacity")
    page = page.fill(
        capacity="Plh. (pelaksana harian)", starts_on="2026-03-11", ends_on="2026-03-11", order_pending=True
    ).submit(status=422)
    assert "sudah dipegang Stefanus Tobondo (Plh.)" in page.text
    assert "catat bahwa beliau berhalangan" in page.text
    form = desk.get(f"/penugasan/{deputy.assignment.id}/berhalangan").form(name="reason")
    form.fill(starts_on="2026-03-11", ends_on="2026-03-11", reason="dinas luar").submit()
    page.form(name="capacity").fill(order_pending=True).submit()
    order = make.disposition(make.complaint("Tanggul retak", is_verified=True), session_agency(session, head))
    for day, holder in ((10, deputy), (11, third), (12, deputy), (13, head)):
        clock.at(f"2026-03-{day} 00:01")
        for member in (head, deputy, third):
            waits = "Tanggul retak" in browser(client, session, member.login).get("/menunggu").text
            assert waits is (member is holder), (day, member.login)
    assert order.is_owed
    clock.at("2026-03-13 09:00")
    desk = browser(client, session, "koordinator")
    form = desk.get(f"/penugasan/{head.assignment.id}").form(name="ends_on")
    form.fill(ends_on="2026-03-13").submit()
    assert "kosong" not in desk.get("/notifikasi").text
    clock.at("2026-03-14 00:00")
    desk = browser(client, session, "koordinator")
    assert "Jabatan Kepala Pelaksana BPBD kosong mulai 14 Maret 2026." in desk.get("/notifikasi").text
    assert "kosong mulai 14 Maret" in browser(client, session, "sekretaris.bpbd").get("/notifikasi").text
    assert "Jabatan kosong" in desk.get("/penugasan?tampil=kosong").row("Kepala Pelaksana BPBD")


def test_notices_are_ones_own_and_lead_to_the_thing(
    client: PageClient, session: Session, make: Make, clock: Clock, head: Member, deputy: Member
) -> None:
    clock.at("2026-03-09 10:00")
    for number in range(3):
        notify(
            session,
            [head.person.id],
            kind=Kind.COMPLAINT,
            sentence=f"Kabar nomor {number}.",
            url="/profil",
            now=lapor_clock.now(),
            visible_from=lapor_clock.now() + timedelta(days=5) if number == 2 else None,
        )
    with pytest.raises(ValueError, match="page of this application"):
        notify(session, [1], kind=Kind.ORDER, sentence="x", url="//luar.example", now=lapor_clock.now())
    mine, his = browser(client, session, head.login), browser(client, session, deputy.login)
    page = mine.get("/notifikasi")
    assert "2 belum dibaca" in page.whole_text
    assert "Kabar nomor 2" not in page.text
    his.get("/profil/kata-sandi")
    his.post("/notifikasi/1", status=404)
    his.post("/notifikasi/semua")
    mine.get("/profil/kata-sandi")
    mine.post("/notifikasi/3", status=404)  # nobody opens what is still to come
    assert mine.get("/notifikasi").form(action="/notifikasi/1").submit("Buka Kabar nomor 0.").url == "/profil"
    assert "1 belum dibaca" in mine.get("/notifikasi").whole_text
    page = mine.get("/notifikasi").form(action="/notifikasi/2").submit("Tandai sudah dibaca Kabar nomor 1.")
    assert "Semua sudah dibaca" in page.text
    assert "Kabar nomor 1" in mine.get("/notifikasi?tampil=semua").text
    clock.at("2026-03-14 10:00")
    mine = browser(client, session, head.login)
    page = mine.get("/notifikasi").form(button="Tandai semua sudah dibaca").submit()
    assert "Semua sudah dibaca" in page.text
