"""The liaison's paraf on drafts, his home page, and the exception path of the coordinator."""

import pytest
import sqlalchemy as sa

from lapor.dispositions.models import Disposition, Response
from lapor.dispositions.rules import ResponseState, State
from lapor.notifications.models import Notification
from tests.factories import MORNING

NOW = "2026-03-04 10:00"
KNOWN = "Siap dikirim"


@pytest.fixture(autouse=True)
def _wednesday(clock):
    clock.at(NOW)


class Office:
    """BPBD whose drafts need a paraf, with one order that the head knows."""

    def __init__(self, make, session, *, asks=True, known=True):
        self.bpbd = make.agency("bpbd", asks_initials=asks)
        self.head, self.liaison = make.head(self.bpbd), make.liaison(self.bpbd)
        self.operator, self.coordinator = make.operator(self.bpbd), make.coordinator()
        self.complaint = make.complaint("Hunian bocor", is_verified=True)
        self.order = make.disposition(self.complaint, self.bpbd)
        if known:
            make.acknowledged(self.order, self.head)
        self.case = f"/aduan/{self.complaint.id}"
        self.answer = f"/disposisi/{self.order.id}/tanggapan"
        session.commit()


@pytest.fixture
def office(make, session):
    return Office(make, session)


def one(session, model):
    session.expire_all()
    return session.scalars(sa.select(model)).one()


def ask(client, office, text="Yth. Bapak/Ibu, tim kami ke lokasi.\nTerima kasih."):
    page = client.login("operator.bpbd").get(office.answer)
    return page.form("konsep").fill(text=text).submit("Ajukan ke Pejabat Penghubung")


# --- paraf ------------------------------------------------------------------------------------------------------


def test_returned_with_a_remark_then_initialled_then_ready(client, session, office):
    page = ask(client, office)
    assert "Menunggu paraf Pejabat Penghubung" in page.text
    assert KNOWN not in page.form("konsep").buttons
    liaison = client.another().login("sekretaris.bpbd")
    page = liaison.get("/")
    assert "Menunggu paraf Anda" in page.text
    page = page.follow("Hunian bocor")
    back = liaison.get(office.answer).follow("Kembalikan konsep dengan catatan")
    assert "tim kami ke lokasi" in back.text
    back.form(button="Kembalikan konsep").submit("Kembalikan konsep", status=422)
    back.form(button="Kembalikan konsep").fill(remark="Sebutkan harinya.").submit("Kembalikan konsep")

    page = client.get("/")
    assert "Dikembalikan dengan catatan" in page.text
    page = client.get(office.answer)
    assert "Sebutkan harinya." in page.text
    page = (
        page.form("konsep").fill(text="Yth. Bapak/Ibu, Kamis.\nTerima kasih.").submit("Ajukan ke Pejabat Penghubung")
    )
    assert "Sebutkan harinya." not in page.text
    page = liaison.get(office.answer).form("konsep").submit("Beri paraf")
    assert f"Sudah diparaf {office.liaison.person.full_name}" in page.text
    page = client.get(office.answer).form("konsep").submit(KNOWN)
    assert "Salin teks untuk LAPOR!" in page.whole_text
    form = client.get(office.answer).form("konsep")
    page = form.fill(kind="final", posted_on="2026-03-04", posted_time="09:50").submit(
        "Catat: sudah dikirim di LAPOR!"
    )
    assert f"Diparaf {office.liaison.person.full_name.rstrip('.')}" in page.text
    assert "Tanpa paraf" not in page.text
    assert one(session, Response).without_initials is False
    told = session.scalars(sa.select(Notification.sentence).order_by(Notification.id)).all()
    assert [words.split("#")[0] for words in told][:1] == ["Konsep tanggapan aduan "]


def test_a_change_after_the_paraf_asks_for_it_again(client, session, office):
    ask(client, office)
    liaison = client.another().login("sekretaris.bpbd")
    liaison.get(office.answer).form("konsep").submit("Beri paraf")
    client.get(office.answer).form("konsep").submit("Simpan konsep")
    assert one(session, Response).initialled_at is not None
    page = client.get(office.answer).form("konsep").fill(text="Lain sama sekali.").submit("Simpan konsep")
    assert one(session, Response).initialled_at is None
    page = client.post(office.answer, {"act": "release", "kind": "first", "text": "Lain sama sekali."}, status=422)
    assert "belum diparaf Pejabat Penghubung. Konsep tersimpan" in page.text
    assert one(session, Response).state is ResponseState.DRAFT


def test_a_stale_page_gives_no_paraf(client, session, office):
    ask(client, office)
    liaison = client.another().login("sekretaris.bpbd")
    page = liaison.get(office.answer)
    remark = page.follow("Kembalikan konsep dengan catatan")
    client.get(office.answer).form("konsep").fill(text="Diganti admin.").submit("Simpan konsep")
    page = page.form("konsep").submit("Beri paraf", status=422)
    assert "menyimpan bagian yang sama" in page.text
    page = remark.form(button="Kembalikan konsep").fill(remark="Catatan saya").submit("Kembalikan konsep", status=422)
    assert page.form(button="Kembalikan konsep").values["remark"] == "Catatan saya"
    draft = one(session, Response)
    assert (draft.text, draft.initialled_at, draft.remark) == ("Diganti admin.", None, None)


def test_only_the_liaison_of_the_agency_gives_the_paraf(client, session, make, office):
    make.liaison(make.agency("disdik"))
    session.commit()
    ask(client, office)
    client.post(office.answer, {"act": "initial", "kind": "first", "text": "Saya paraf sendiri."}, status=403)
    other = client.another().login("sekretaris.disdik")
    other.post(office.answer, {"act": "initial", "kind": "first", "text": "Dari luar."}, status=404)
    desk = client.another().login("koordinator")
    draft = one(session, Response)
    words = {"act": "initial", "kind": "first", "response_id": str(draft.id), "version": str(draft.version)}
    desk.post(office.answer, {**words, "text": "Koordinator."}, status=403)
    draft = one(session, Response)
    client.another().login("operator.bpbd").get(f"{office.answer}/{draft.id}/catatan", status=403)
    assert draft.initialled_at is None
    assert draft.text.startswith("Yth. Bapak/Ibu, tim kami")


def test_a_fact_is_recorded_also_without_a_paraf_and_says_so(client, session, office):
    page = client.login("operator.bpbd").get(office.answer)
    form = page.form("konsep")
    words = {"text": "Sudah dijawab.", "kind": "first", "posted_on": "2026-03-04", "posted_time": "09:00"}
    page = form.fill(**words).submit("Catat: sudah dikirim di LAPOR!")
    assert "Tanpa paraf Pejabat Penghubung." in page.text


def test_switched_off_or_vacant_nothing_is_asked(client, make, session):
    office = Office(make, session, asks=False)
    page = client.login("operator.bpbd").get(office.answer)
    assert "Ajukan ke Pejabat Penghubung" not in page.source
    client.post(office.answer, {"act": "submit", "kind": "first", "text": "Halo."}, status=422)
    page = client.another().login("kepala.bpbd").get(f"/opd/{office.bpbd.id}/paraf-dan-mandat")
    page = page.form(button="Simpan").fill(asks=True).submit("Simpan")
    assert "Mulai sekarang konsep diparaf" in page.text
    assert "Ajukan ke Pejabat Penghubung" in client.get(office.answer).source
    session.expire_all()
    session.get_one(type(office.liaison.assignment), office.liaison.assignment.id).ends_on = MORNING.date()
    session.commit()
    assert "Ajukan ke Pejabat Penghubung" not in client.get(office.answer).source


def test_who_changes_the_rule_of_the_paraf(client, make, session, office):
    make.secretariat()
    make.head(make.agency("disdik"))
    session.commit()
    address = f"/opd/{office.bpbd.id}/paraf"
    for login, status in (("operator.bpbd", 403), ("sekretaris.bpbd", 403), ("kepala.disdik", 403)):
        client.another().login(login).post(address, {}, status=status)
    session.expire_all()
    assert session.get_one(type(office.bpbd), office.bpbd.id).asks_initials is True
    client.another().login("sekretariat").post(address, {})
    session.expire_all()
    assert session.get_one(type(office.bpbd), office.bpbd.id).asks_initials is False


def test_the_liaison_sees_all_of_the_agency_and_acknowledges_nothing(client, make, session):
    office = Office(make, session, known=False)
    liaison = client.login("sekretaris.bpbd")
    assert "Hunian bocor" in liaison.get("/").text
    assert "Hunian bocor" in liaison.get("/aduan").text
    assert "Perjalanan aduan" in liaison.get(office.case).text
    liaison.get(f"/disposisi/{office.order.id}/tenggat")
    liaison.get("/statistik")
    assert "Anda tidak memegang mandat" in liaison.get("/menunggu").text
    liaison.post(f"/disposisi/{office.order.id}/ketahui", {"digest": "x"}, status=403)
    liaison.post(f"/disposisi/{office.order.id}/mandat", {"digest": "x"}, status=403)
    session.expire_all()
    assert one(session, Disposition).state is State.WAITING


def test_the_head_reads_who_wrote_and_who_initialled(client, make, session):
    office = Office(make, session, known=False)
    ask(client, office)
    liaison = client.another().login("sekretaris.bpbd")
    page = liaison.get(office.answer).form("konsep").submit("Beri paraf")
    assert KNOWN not in page.form("konsep").buttons
    page = client.another().login("kepala.bpbd").get("/menunggu")
    assert f"Konsep tanggapan dari {office.operator.person.full_name}" in page.text
    assert f"diparaf {office.liaison.person.full_name}" in page.text


# --- the exception path -----------------------------------------------------------------------------------------


def test_lifted_seen_taken_back_and_still_owed(client, make, session):
    office = Office(make, session, asks=False, known=False)
    desk = client.login("koordinator")
    page = desk.get(office.case).follow("Izin khusus")
    page.form(button="Beri izin khusus").fill(reason="pendek").submit("Beri izin khusus", status=422)
    page = page.form(button="Beri izin khusus").fill(reason="Membahayakan jiwa warga.").submit("Beri izin khusus")
    assert "Izin khusus koordinator" in page.text
    desk.post(f"/disposisi/{office.order.id}/izin", {"reason": "Membahayakan jiwa warga."}, status=422)
    head = client.another().login("kepala.bpbd")
    assert "Membahayakan jiwa warga." in head.get("/menunggu").text
    told = session.scalars(sa.select(Notification).where(Notification.person_id == office.head.person.id)).all()
    assert any("izin" in row.sentence for row in told)
    operator = client.another().login("operator.bpbd")
    operator.get(office.answer).form("konsep").fill(text="Sudah ditutup.").submit(KNOWN)
    assert one(session, Response).state is ResponseState.READY

    page = desk.get(office.case).follow("Cabut izin khusus")
    page.form(button="Cabut izin khusus").submit("Cabut izin khusus", status=422)
    page = page.form(button="Cabut izin khusus").fill(reason="Sudah aman.").submit("Cabut izin khusus")
    assert "Izin khusus untuk BPBD dicabut" in page.text
    assert one(session, Response).state is ResponseState.DRAFT
    operator.post(office.answer, {"act": "release", "kind": "first", "text": "Sudah ditutup."}, status=422)
    desk.post(f"/disposisi/{office.order.id}/izin/cabut", {"reason": "Dua kali."}, status=422)
    for login in ("operator.bpbd", "kepala.bpbd", "sekretaris.bpbd"):
        other = client.another().login(login)
        other.post(f"/disposisi/{office.order.id}/izin", {"reason": "Membahayakan jiwa warga."}, status=403)
        other.post(f"/disposisi/{office.order.id}/izin/cabut", {"reason": "Alasan"}, status=403)


def test_a_used_leave_stays_and_the_word_is_owed_before_closing(client, make, session):
    office = Office(make, session, asks=False, known=False)
    desk = client.login("koordinator")
    desk.post(f"/disposisi/{office.order.id}/izin", {"reason": "Membahayakan jiwa warga."})
    form = client.another().login("operator.bpbd").get(office.answer).form("konsep")
    form.fill(text="Sudah.", kind="final", posted_on="2026-03-04", posted_time="09:00").submit(
        "Catat: sudah dikirim di LAPOR!"
    )
    page = desk.post(f"/disposisi/{office.order.id}/izin/cabut", {"reason": "Terlambat."}, status=422)
    assert "sudah dipakai" in page.text
    page = desk.get(f"/aduan/{office.complaint.id}/tutup")
    form = page.form(button="Tutup aduan").fill(reason="Pelapor puas dengan jawaban.")
    page = form.submit("Tutup aduan", status=422)
    assert "belum menyatakan mengetahui" in page.text


@pytest.mark.parametrize("state", [State.FINISHED, State.WITHDRAWN, State.RETURNED, State.ACKNOWLEDGED])
def test_nothing_to_lift(client, make, session, state):
    make.coordinator()
    order = make.disposition(make.complaint(is_verified=True), make.agency("bpbd"), state=state)
    session.commit()
    client.login("koordinator").post(
        f"/disposisi/{order.id}/izin", {"reason": "Membahayakan jiwa warga."}, status=422
    )
    assert one(session, Disposition).lifted_at is None


def test_only_its_author_throws_a_draft_away_and_is_asked_first(client, session, office):
    page = client.login("operator.bpbd").get(office.answer)
    page.form("konsep").fill(text="Konsep yang tidak jadi.").submit("Simpan konsep")
    liaison = client.another().login("sekretaris.bpbd")
    assert "Hapus konsep" not in liaison.get(office.answer).links
    draft = one(session, Response)
    liaison.get(f"{office.answer}/{draft.id}/hapus", status=403)
    asked = client.get(office.answer).follow("Hapus konsep")
    assert "Konsep yang tidak jadi." in asked.text
    assert one(session, Response).id == draft.id
    assert "Konsep dihapus." in asked.form(button="Hapus konsep").submit("Hapus konsep").text
    session.expire_all()
    assert session.scalars(sa.select(Response)).all() == []
