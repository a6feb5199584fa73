"""The mandate to the Sekretaris: entering and ending it, his inbox, what it carries and what never."""

import io
from datetime import date

import pikepdf
import pytest
import sqlalchemy as sa

from lapor.calendar.services import set_setting
from lapor.complaints.rules import ReportClass, ReportedParty
from lapor.dispositions.models import Acknowledgement, Disposition, Mandate
from lapor.dispositions.rules import State, Way, mandate_covers
from lapor.offices.models import Capacity
from lapor.policy import Role
from tests.factories import MORNING

NOW = "2026-03-04 10:00"


@pytest.fixture(autouse=True)
def _wednesday(clock):
    clock.at(NOW)


def scan():
    out = io.BytesIO()
    pdf = pikepdf.new()
    pdf.add_blank_page()
    pdf.save(out)
    return out.getvalue(), "mandat.pdf"


class Office:
    """BPBD with head and liaison; the province allows mandates; one information request waits."""

    def __init__(self, make, session, *, allowed=True):
        self.make = make
        self.bpbd = make.agency("bpbd")
        self.head, self.liaison = make.head(self.bpbd), make.liaison(self.bpbd)
        self.operator, self.desk = make.operator(self.bpbd), make.coordinator()
        if allowed:
            set_setting(session, "mandate_allowed", True, date(2026, 1, 1), None, MORNING)
        self.order = self.waiting("Syarat relawan", report_class=ReportClass.INFORMATION)
        self.page = f"/opd/{self.bpbd.id}/paraf-dan-mandat"
        session.commit()

    def waiting(self, title, **values):
        return self.make.disposition(self.make.complaint(title, is_verified=True, **values), self.bpbd)


@pytest.fixture
def office(make, session):
    return Office(make, session)


PAPER = {
    "number": "800/12/BPBD/2026",
    "dated_on": "2026-03-03",
    "starts_on": "2026-03-04",
    "ends_on": "2026-06-30",
}


def enter(client, office, status=200, **more):
    page = client.another().login("koordinator").get(office.page)
    form = page.form(button="Catat mandat")
    return form.fill(**{**PAPER, "file": scan(), **more}).submit("Catat mandat", status=status)


def one(session, model):
    session.expire_all()
    return session.scalars(sa.select(model)).one()


def test_by_mandate_from_the_paper_to_the_timeline(client, session, office):
    page = enter(client, office)
    assert "Mandat dicatat, berlaku mulai 4 Maret 2026." in page.text
    assert "Berlaku" in page.row("800/12/BPBD/2026")
    liaison = client.login("sekretaris.bpbd")
    page = liaison.get("/")
    assert "1 aduan menunggu dinyatakan diketahui atas mandat kepala OPD." in page.text
    page = liaison.get("/menunggu")
    assert page.heading == "Syarat relawan"
    assert "atas mandat Kepala BPBD nomor 800/12/BPBD/2026" in page.text
    page = (
        page.form(button="Mengetahui atas mandat").fill(instruction="Jawab singkat.").submit("Mengetahui atas mandat")
    )
    assert "Tercatat atas mandat." in page.text
    word, mandate = one(session, Acknowledgement), one(session, Mandate)
    assert (word.way, word.mandate_id, word.assignment_id) == (Way.MANDATE, mandate.id, office.liaison.assignment.id)
    assert one(session, Disposition).state is State.ACKNOWLEDGED
    text = liaison.get(f"/aduan/{office.order.complaint_id}").text
    assert "Atas mandat Kepala BPBD nomor 800/12/BPBD/2026." in text
    assert "Dibuka penerima mandat BPBD" in text
    assert session.scalar(sa.select(sa.func.count()).select_from(Acknowledgement)) == 1


@pytest.mark.parametrize(
    ("values", "carried"),
    [
        ({"report_class": ReportClass.ASPIRATION}, True),
        ({"report_class": ReportClass.INFORMATION, "reported_party": ReportedParty.STAFF}, True),
        ({"report_class": ReportClass.NON_SUPERVISORY}, False),
        ({"report_class": ReportClass.SUPERVISORY}, False),
        ({"report_class": None}, False),
        ({"report_class": ReportClass.INFORMATION, "is_confidential": True}, False),
        ({"report_class": ReportClass.INFORMATION, "reported_party": ReportedParty.HEAD}, False),
    ],
)
def test_what_a_mandate_carries(client, session, office, values, carried):
    order = office.waiting("Yang ditanyakan", **values)
    complaint = session.get_one(type(office.make.complaint()), order.complaint_id)
    assert carried is mandate_covers(
        complaint.report_class, complaint.reported_party, is_withheld=complaint.is_withheld
    )
    session.commit()
    enter(client, office)
    liaison = client.login("sekretaris.bpbd")
    address = f"/disposisi/{order.id}/mandat"
    if carried:
        assert liaison.get(address).heading == "Yang ditanyakan"
    else:
        liaison.get(address, status=403)
        liaison.post(address, {"digest": "x"}, status=403)
    counted = f"{2 if carried else 1} aduan menunggu dinyatakan diketahui atas mandat"
    assert counted in liaison.get("/").text
    session.expire_all()
    assert session.scalar(sa.select(sa.func.count()).select_from(Acknowledgement)) == 0


def test_without_the_provinces_leave_there_is_no_mandate(client, make, session):
    office = Office(make, session, allowed=False)
    desk = client.login("koordinator")
    assert "Belum diizinkan provinsi" in desk.get(office.page).text
    page = desk.post(f"/opd/{office.bpbd.id}/mandat", {**PAPER, "file": scan()}, status=422)
    assert session.scalar(sa.select(sa.func.count()).select_from(Mandate)) == 0
    assert page.status == 422
    make.administrator()
    session.commit()
    admin = client.another().login("admin")
    form = admin.get("/pengaturan").form(button="Simpan pilihan")
    assert form.options("mandate_allowed-value") == {"Ya": "ya", "Tidak": "tidak"}
    name, day = "mandate_allowed-value", "mandate_allowed-effective_from"
    admin.post("/pengaturan/pilihan/mandate_allowed", {name: "mungkin", day: "2026-03-04"}, status=422)
    admin.post("/pengaturan/pilihan/obliged_agencies", {"obliged_agencies-value": "ya"}, status=404)
    page = form.fill(**{name: "ya", day: "2026-03-04"}).submit("Simpan pilihan")
    assert "ya berlaku mulai 4 Maret 2026" in page.text
    enter(client, office)
    liaison = client.another().login("sekretaris.bpbd")
    assert liaison.get("/menunggu").heading == "Syarat relawan"
    form.fill(**{name: "tidak", day: "2026-03-04"}).submit("Simpan pilihan")
    assert "Tidak ada aduan" not in liaison.get("/menunggu").text
    liaison.post(f"/disposisi/{office.order.id}/mandat", {"digest": "x"}, status=403)


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ({"starts_on": "2026-03-03", "dated_on": "2026-03-02"}, "tidak berlaku surut"),
        ({"dated_on": "2026-03-05", "starts_on": "2026-03-06"}, "tidak boleh di masa depan"),
        ({"ends_on": "2026-03-01"}, "Tanggal selesai mendahului tanggal mulai."),
        ({"ends_on": "2030-03-01"}, "paling lama dua tahun"),
        ({"number": " "}, "wajib diisi"),
        ({"file": (b"bukan berkas", "mandat.pdf")}, "tidak diterima"),
    ],
)
def test_a_paper_that_cannot_be(client, session, office, more, sentence):
    page = enter(client, office, status=422, **more)
    assert sentence in page.text
    assert page.form(button="Catat mandat").values["ends_on"] == {**PAPER, **more}["ends_on"]
    assert session.scalar(sa.select(sa.func.count()).select_from(Mandate)) == 0


def test_one_mandate_at_a_time(client, session, office):
    enter(client, office)
    assert "Masih ada mandat" in enter(client, office, status=422, number="800/13/BPBD/2026").text
    head = client.login("kepala.bpbd")
    page = head.get(office.page).follow("Akhiri 800/12/BPBD/2026")
    page.form(button="Akhiri mandat").submit("Akhiri mandat", status=422)
    page = page.form(button="Akhiri mandat").fill(reason="Saya baca sendiri.").submit("Akhiri mandat")
    assert "Diakhiri 4 Maret 2026: Saya baca sendiri." in page.text
    assert "Anda tidak memegang mandat" in client.another().login("sekretaris.bpbd").get("/menunggu").text
    enter(client, office, number="800/13/BPBD/2026")


def test_it_ends_on_its_last_day_and_when_a_holder_changes(client, clock, make, session, office):
    enter(client, office)
    liaison = client.login("sekretaris.bpbd")
    clock.at("2026-06-30 10:00")
    liaison = client.another().login("sekretaris.bpbd")
    assert liaison.get("/menunggu").heading == "Syarat relawan"
    clock.at("2026-07-01 10:00")
    liaison = client.another().login("sekretaris.bpbd")
    assert "Anda tidak memegang mandat" in liaison.get("/menunggu").text

    clock.at("2026-04-01 10:00")
    acting = make.member(
        Role.HEAD,
        post=office.head.post,
        login="plh",
        capacity=Capacity.PLH,
        starts_on=date(2026, 4, 1),
        ends_on=date(2026, 4, 2),
    )
    assert acting.assignment.capacity is Capacity.PLH
    session.commit()
    liaison = client.another().login("sekretaris.bpbd")
    assert "Anda tidak memegang mandat" in liaison.get("/menunggu").text
    page = client.another().login("koordinator").get(office.page)
    assert "Tidak berlaku selama kewenangan kepala dijalankan Plh. atau Plt." in page.text
    clock.at("2026-04-03 10:00")
    assert client.another().login("sekretaris.bpbd").get("/menunggu").heading == "Syarat relawan"

    session.get_one(type(office.head.assignment), office.head.assignment.id).ends_on = date(2026, 4, 6)
    make.member(Role.HEAD, post=office.head.post, login="kepala2", starts_on=date(2026, 4, 7))
    session.commit()
    clock.at("2026-04-07 10:00")
    assert "Anda tidak memegang mandat" in client.another().login("sekretaris.bpbd").get("/menunggu").text
    page = client.another().login("koordinator").get(office.page)
    assert "pemberi mandat tidak lagi memegang jabatan" in page.text


def test_who_sees_and_enters_mandates(client, make, session, office):
    enter(client, office)
    make.inspectorate()
    make.head(make.agency("disdik"))
    make.leadership()
    session.commit()
    from lapor.files.models import StoredFile

    address = f"/berkas/{one(session, StoredFile).id}"
    for login, status in (("kepala.bpbd", 200), ("sekretaris.bpbd", 200), ("inspektorat", 200), ("koordinator", 200)):
        client.another().login(login).get(address, status=status)
    for login in ("operator.bpbd", "kepala.disdik", "pimpinan"):
        client.another().login(login).get(address, status=404)
    for login in ("operator.bpbd", "kepala.disdik", "pimpinan", "inspektorat"):
        client.another().login(login).get(office.page, status=403)
    for login in ("sekretaris.bpbd", "kepala.bpbd", "operator.bpbd"):
        client.another().login(login).post(f"/opd/{office.bpbd.id}/mandat", PAPER, status=403)
    for login in ("sekretaris.bpbd", "kepala.disdik"):
        client.another().login(login).post(
            f"/opd/{office.bpbd.id}/mandat/{one(session, Mandate).id}/akhiri", {"reason": "x"}, status=403
        )


def test_a_stale_card_keeps_the_words(client, session, office):
    enter(client, office)
    liaison = client.login("sekretaris.bpbd")
    form = liaison.get("/menunggu").form(button="Mengetahui atas mandat")
    complaint = session.get_one(type(office.make.complaint()), office.order.complaint_id)
    complaint.text = "Isi yang baru sama sekali."
    session.commit()
    page = form.fill(instruction="Arahan panjang saya").submit("Mengetahui atas mandat", status=422)
    assert "berubah setelah Anda membukanya" in page.text
    assert page.form(button="Mengetahui atas mandat").values["instruction"] == "Arahan panjang saya"
    page.form(button="Mengetahui atas mandat").submit("Mengetahui atas mandat")
    assert one(session, Acknowledgement).instruction == "Arahan panjang saya"


def test_the_head_answers_first(client, session, office):
    enter(client, office)
    liaison = client.login("sekretaris.bpbd")
    form = liaison.get("/menunggu").form(button="Mengetahui atas mandat")
    head = client.another().login("kepala.bpbd")
    head.get("/menunggu").form(button="Saya mengetahui").submit("Saya mengetahui")
    page = form.submit("Mengetahui atas mandat")
    assert "sudah dinyatakan diketahui oleh" in page.text
    assert one(session, Acknowledgement).way is Way.DIRECT
