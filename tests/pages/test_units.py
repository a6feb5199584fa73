"""Units (bidang): what they see, their material for the answer, passing on later, taking back, paper."""

import io
import subprocess
from datetime import timedelta

import pikepdf
import pytest
import sqlalchemy as sa

from lapor.complaints.models import Complaint
from lapor.dispositions.models import Material, MaterialVersion, PassedOn, Response
from lapor.dispositions.rules import MaterialState, State
from lapor.files.models import StoredFile
from lapor.journal.models import ReadLog
from lapor.notifications.models import Notification
from lapor.policy import Role
from tests.factories import MORNING

NOW = "2026-03-04 10:00"
MARKER = "Zamrudkhatulistiwa"
USE = "Pakai sebagai konsep: Kepala Bidang Kedaruratan"


@pytest.fixture(autouse=True)
def _wednesday(clock):
    clock.at(NOW)


class Office:
    """BPBD with head, liaison, operator and two units; one order that the head passed on to the first."""

    def __init__(self, make, session, *, ticked=True, **complaint):
        self.make, self.session = make, session
        self.bpbd = make.agency("bpbd", name="Badan Penanggulangan Bencana Daerah")
        self.head = make.head(self.bpbd)
        self.liaison = make.liaison(self.bpbd)
        self.operator = make.operator(self.bpbd)
        self.unit = make.unit(self.bpbd, title="Kepala Bidang Kedaruratan")
        self.other = make.unit(self.bpbd, "bidang2.bpbd", title="Kepala Bidang Rehabilitasi")
        self.complaint = make.complaint("Hunian bocor", text=f"{MARKER} atap bocor", is_verified=True, **complaint)
        self.order = make.disposition(self.complaint, self.bpbd)
        self.known = make.acknowledged(self.order, self.head, instruction="Cek lapangan.")
        self.passed = self.pass_to(self.unit) if ticked else None
        self.page = f"/disposisi/{self.order.id}/bahan"
        self.answer = f"/disposisi/{self.order.id}/tanggapan"
        session.commit()

    def pass_to(self, unit, **values):
        row = PassedOn(
            acknowledgement_id=self.known.id,
            disposition_id=self.order.id,
            post_id=unit.post.id,
            label=unit.post.title,
            **values,
        )
        self.session.add(row)
        self.session.flush()
        return row


@pytest.fixture
def office(make, session):
    return Office(make, session)


def send(client, office, text="Tim sudah memasang terpal di empat rumah."):
    page = client.login("bidang.bpbd").get(office.page)
    return page.form(button="Kirim bahan jawaban").fill(text=text).submit("Kirim bahan jawaban")


def pdf():
    out = io.BytesIO()
    made = pikepdf.new()
    made.add_blank_page()
    made.save(out)
    return out.getvalue(), "laporan.pdf"


def one(session, model):
    session.expire_all()
    return session.scalars(sa.select(model)).one()


# --- what a unit sees -------------------------------------------------------------------------------------------


def test_a_unit_finds_its_work_and_nothing_else_of_the_case(client, make, session, office):
    dishub = make.agency("dishub")
    second = make.disposition(office.complaint, dishub)
    secret = make.disposition(make.complaint("Bukan untuknya", is_verified=True), office.bpbd)
    make.response(second, make.operator(dishub), text="Jawaban OPD lain")
    session.commit()
    unit = client.login("bidang.bpbd")
    page = unit.get("/")
    assert page.heading == "Pekerjaan saya"
    assert "Hunian bocor" in page.text
    assert "Belum ditulis" in page.text
    assert "Bukan untuknya" not in page.source

    page = unit.get(f"/aduan/{office.complaint.id}")
    assert page.url == office.page
    assert "Cek lapangan." in page.text
    assert MARKER in page.text
    assert "Jawaban OPD lain" not in page.source
    assert "DISHUB" not in page.source
    assert "Perjalanan aduan" not in page.text

    page = unit.get("/aduan")
    assert "Hunian bocor" in page.text
    assert "Bukan untuknya" not in page.source
    assert unit.get("/aduan?q=Bukan+untuknya").text.count("Bukan untuknya") <= 1  # the search box itself
    for address in (
        f"/aduan/{secret.complaint_id}",
        f"/disposisi/{secret.id}/bahan",
        f"/disposisi/{second.id}/bahan",
        f"/disposisi/{office.order.id}/tenggat",
        f"/disposisi/{second.id}/tenggat",
        f"/disposisi/{office.order.id}",
        "/disposisi/99999/bahan",
    ):
        assert MARKER not in unit.get(address, status=404).source
    for address in ("/statistik", "/menunggu", office.answer, f"/disposisi/{office.order.id}/teruskan"):
        unit.get(address, status=403)
    unit.post("/aduan/ekspor", {"berkas": "csv"}, status=403)


def test_nothing_is_left_to_the_unit_once_it_is_taken_back(client, session, office):
    send(client, office)
    head = client.another().login("kepala.bpbd")
    page = head.get(f"/aduan/{office.complaint.id}").follow("Teruskan kepada bidang")
    page = page.follow("Tarik dari Kepala Bidang Kedaruratan")
    page.form(button="Tarik").submit("Tarik", status=422)
    page = page.form(button="Tarik").fill(reason="Salah bidang.").submit("Tarik")
    assert "Penerusan kepada Kepala Bidang Kedaruratan ditarik" in page.text
    for address in (office.page, f"/aduan/{office.complaint.id}"):
        assert MARKER not in client.get(address, status=404).source
    for address in ("/", "/aduan"):
        assert "Hunian bocor" not in client.get(address).source
    client.post(office.page, {"text": "x", "act": "send"}, status=404)
    # what was sent stays with the agency
    page = client.another().login("operator.bpbd").get(office.answer)
    assert "Tim sudah memasang terpal" in page.text
    assert "Penerusan sudah ditarik." in page.text
    head.post(f"/disposisi/{office.order.id}/teruskan/{office.passed.id}/tarik", {"reason": "Lagi"}, status=422)


def test_a_former_holder_and_a_unit_of_another_agency_see_nothing(client, make, session, office):
    foreign = make.agency("disdik")
    make.unit(foreign, "bidang.disdik")
    former = make.person("Mantan Kabid")
    make.account(former, "mantan")
    make.assign(former, office.unit.post, ends_on=(MORNING - timedelta(days=1)).date())
    session.commit()
    for login in ("bidang.disdik", "mantan", "bidang2.bpbd"):
        other = client.another().login(login)
        status = 403 if login == "mantan" else 404
        assert MARKER not in other.get(office.page, status=status).source
        other.post(office.page, {"text": "Dari luar", "act": "send"}, status=status)
    session.expire_all()
    assert session.scalar(sa.select(sa.func.count()).select_from(Material)) == 0


def test_a_confidential_complaint_reaches_a_unit_only_by_the_heads_own_tick(client, make, session):
    office = Office(make, session, ticked=False, is_confidential=True)
    office.pass_to(office.other, by_head=False)
    office.pass_to(office.unit)
    session.commit()
    assert MARKER not in client.login("bidang2.bpbd").get(office.page, status=404).source
    assert "Hunian bocor" not in client.get("/").source
    page = client.another().login("bidang.bpbd").get(office.page)
    assert MARKER in page.text
    session.rollback()
    read = session.scalars(sa.select(ReadLog)).one()
    assert (read.person_id, read.what) == (office.unit.person.id, "unit")
    liaison = client.another().login("sekretaris.bpbd")
    liaison.get(f"/disposisi/{office.order.id}/teruskan", status=403)
    assert "Teruskan kepada bidang" not in liaison.get(f"/aduan/{office.complaint.id}").links


# --- the material -----------------------------------------------------------------------------------------------


def test_from_the_unit_to_the_draft_with_what_was_typed_kept(client, session, office):
    page = send(client, office)
    assert "Bahan jawaban terkirim" in page.text
    assert "Sudah dikirim" in page.text
    operator = client.another().login("operator.bpbd")
    assert "Bahan jawaban sudah ada" in operator.get("/").text
    page = operator.get(office.answer)
    assert "Tim sudah memasang terpal" in page.text
    form = page.form("konsep")
    page = form.fill(text="Yth. Bapak/Ibu Pelapor,").submit(USE)
    draft = one(session, Response)
    assert draft.text == "Yth. Bapak/Ibu Pelapor,\n\nTim sudah memasang terpal di empat rumah."
    assert one(session, Material).taken_over_by_name == office.operator.person.full_name
    # a second tap adds nothing
    page.form("konsep").submit(USE)
    assert one(session, Response).text == draft.text
    assert "Bahan jawaban sudah ada" not in operator.get("/").text
    text = operator.get(f"/aduan/{office.complaint.id}").text
    assert "Bahan jawaban Kepala Bidang Kedaruratan dikirim" in text
    assert "dipakai dalam konsep" in text


def test_returned_with_a_reason_corrected_and_sent_again(client, session, office):
    send(client, office)
    operator = client.another().login("operator.bpbd")
    page = operator.get(office.answer).follow("Kembalikan ke bidang: Kepala Bidang Kedaruratan")
    assert "Tim sudah memasang terpal" in page.text
    page.form(button="Kembalikan ke bidang").submit("Kembalikan ke bidang", status=422)
    page.form(button="Kembalikan ke bidang").fill(reason="Sebutkan tanggalnya.").submit("Kembalikan ke bidang")
    page = client.get("/")
    assert "Dikembalikan untuk diperbaiki" in page.text
    page = client.get(office.page)
    assert "Sebutkan tanggalnya." in page.text
    page.form(button="Kirim bahan jawaban").fill(text="Terpal dipasang 3 Maret 2026.").submit("Kirim bahan jawaban")
    session.expire_all()
    versions = session.scalars(sa.select(MaterialVersion).order_by(MaterialVersion.number)).all()
    assert [row.return_reason for row in versions] == ["Sebutkan tanggalnya.", None]
    assert one(session, Material).state is MaterialState.SENT
    told = session.scalars(sa.select(Notification.sentence).where(Notification.person_id == office.unit.person.id))
    assert any("dikembalikan" in sentence for sentence in told)


def test_recalled_while_unused_then_refused(client, session, office):
    send(client, office)
    client.post(office.page, {"text": "Diubah diam-diam", "act": "send"}, status=422)
    page = client.get(office.page).form(button="Tarik untuk diperbaiki").submit("Tarik untuk diperbaiki")
    assert page.form(button="Kirim bahan jawaban").values["text"].startswith("Tim sudah")
    page.form(button="Kirim bahan jawaban").submit("Kirim bahan jawaban")
    operator = client.another().login("operator.bpbd")
    operator.get(office.answer).form("konsep").submit(USE)
    assert "Tarik untuk diperbaiki" not in client.get(office.page).source
    client.post(f"{office.page}/tarik", {}, status=409)


def test_a_stale_draft_is_not_written_over_and_nothing_typed_is_lost(client, make, session, office):
    second = make.person("Pengganti Kabid")
    make.account(second, "kabid2")
    make.assign(second, office.unit.post)
    session.commit()
    mine = client.login("bidang.bpbd").get(office.page).form(button="Simpan konsep")
    theirs = client.another().login("kabid2").get(office.page).form(button="Simpan konsep")
    theirs.fill(text="Tulisan rekan").submit("Simpan konsep")
    page = mine.fill(text="Tulisan saya").submit("Simpan konsep", status=422)
    assert "Tulisan Anda masih di layar" in page.text
    assert page.form(button="Simpan konsep").values["text"] == "Tulisan saya"
    assert one(session, Material).text == "Tulisan rekan"


def test_what_a_unit_cannot_do(client, session, office):
    unit = client.login("bidang.bpbd")
    page = unit.get(office.page).form(button="Kirim bahan jawaban").submit("Kirim bahan jawaban", status=422)
    assert "Tulis bahan jawaban dahulu." in page.text
    for address in (office.answer, f"{office.answer}/catat", f"/disposisi/{office.order.id}/ketahui"):
        unit.post(address, {"kind": "final", "text": "Sudah.", "posted_on": "2026-03-04"}, status=403)
    unit.post(f"/disposisi/{office.order.id}/teruskan", {"pass_to": str(office.other.post.id)}, status=403)
    session.expire_all()
    assert session.scalar(sa.select(sa.func.count()).select_from(Response)) == 0


def test_files_of_a_material_are_the_units_and_the_agencys(client, session, make, office):
    page = client.login("bidang.bpbd").get(office.page)
    form = page.form(button="Simpan konsep")
    form.fill(text="Dengan foto.", files=pdf()).submit("Simpan konsep")
    stored = one(session, StoredFile)
    address = f"/berkas/{stored.id}"
    client.get(address)
    client.another().login("operator.bpbd").get(address)
    client.another().login("bidang2.bpbd").get(address, status=404)
    client.get(office.page).form(action=f"/berkas/{stored.id}/hapus").submit()
    session.expire_all()
    assert stored.removed_at is not None


# --- passing on later, and paper --------------------------------------------------------------------------------


def test_the_liaison_passes_on_and_takes_back_his_own_only(client, session, office):
    liaison = client.login("sekretaris.bpbd")
    page = liaison.get(f"/aduan/{office.complaint.id}").follow("Teruskan kepada bidang")
    assert "Tarik dari Kepala Bidang Kedaruratan" not in page.links
    page.form(button="Teruskan").submit("Teruskan", status=422)
    page = page.form(button="Teruskan").fill(pass_to=[str(office.other.post.id)]).submit("Teruskan")
    assert "Diteruskan kepada Kepala Bidang Rehabilitasi" in page.text
    other = client.another().login("bidang2.bpbd")
    assert "Hunian bocor" in other.get("/").text
    liaison.post(f"/disposisi/{office.order.id}/teruskan/{office.passed.id}/tarik", {"reason": "Coba"}, status=403)
    page = liaison.get(f"/disposisi/{office.order.id}/teruskan").follow("Tarik dari Kepala Bidang Rehabilitasi")
    page.form(button="Tarik").fill(reason="Cukup satu bidang.").submit("Tarik")
    assert "Hunian bocor" not in other.get("/").source
    # a post of another agency, and one that has it already
    foreign = office.make.unit(office.make.agency("disdik"), "bidang.disdik")
    session.commit()
    address = f"/disposisi/{office.order.id}/teruskan"
    liaison.post(address, {"pass_to": str(foreign.post.id)}, status=422)
    liaison.post(address, {"pass_to": str(office.unit.post.id)}, status=422)
    client.another().login("operator.bpbd").get(address, status=403)


def test_nobody_passes_on_before_the_head_knows(client, make, session, office):
    waiting = make.disposition(make.complaint(is_verified=True), office.bpbd)
    session.commit()
    liaison = client.login("sekretaris.bpbd")
    page = liaison.post(f"/disposisi/{waiting.id}/teruskan", {"pass_to": str(office.unit.post.id)}, status=422)
    assert "setelah pimpinan mengetahui" in page.text
    assert "Teruskan kepada bidang" not in liaison.get(f"/aduan/{waiting.complaint_id}").links


def test_material_on_paper_is_written_down_in_the_units_name(client, session, office):
    head = client.login("kepala.bpbd")
    page = head.get(f"/disposisi/{office.order.id}/teruskan")
    page.form(button="Teruskan").fill(pass_label="UPT Pusdalops").submit("Teruskan")
    operator = client.another().login("operator.bpbd")
    page = operator.get(office.answer).follow("Catat dari kertas: UPT Pusdalops")
    form = page.form(button="Catat bahan jawaban")
    words = {"behalf_name": "Budi Santoso", "text": "Pompa dikirim."}
    page = form.fill(**words, behalf_on="2026-03-09").submit("Catat bahan jawaban", status=422)
    assert "tidak boleh di masa depan" in page.text
    assert page.form(button="Catat bahan jawaban").values["text"] == "Pompa dikirim."
    form.fill(**words, behalf_on="2026-02-20").submit("Catat bahan jawaban", status=422)
    page = form.fill(**words, behalf_on="2026-03-03").submit("Catat bahan jawaban")
    wanted = f"Dicatat oleh {office.operator.person.full_name} atas nama Budi Santoso, tertanggal 3 Maret 2026."
    assert wanted in page.text
    form.fill(**words, behalf_on="2026-03-03").submit("Catat bahan jawaban", status=422)
    # the unit with an account writes for itself; one whose account was closed brings paper
    assert "Catat dari kertas: Kepala Bidang Kedaruratan" not in page.links
    office.unit.account.is_active = False
    session.commit()
    assert "Catat dari kertas: Kepala Bidang Kedaruratan" in operator.get(office.answer).links


def words_of(file):
    assert file.headers["Content-Type"] == "application/pdf"
    found = subprocess.run(["pdftotext", "-layout", "-", "-"], input=file.data, capture_output=True, check=True)
    return " ".join(found.stdout.decode().split())


def test_units_without_an_account_are_asked_by_nota_dinas(client, make, session, office):
    liaison = client.login("sekretaris.bpbd")
    address = f"/disposisi/{office.order.id}/permintaan-bahan.pdf"
    page = liaison.get(address, status=409)  # the only unit has an account
    assert "Tidak ada bidang tanpa akun" in page.text
    page = liaison.get(f"/disposisi/{office.order.id}/teruskan")
    page.form(button="Teruskan").fill(pass_label="UPT Pusdalops").submit("Teruskan")
    page = liaison.get(f"/disposisi/{office.order.id}/teruskan")
    page.form(button="Teruskan").fill(pass_label="Balai Hidrologi").submit("Teruskan")

    operator = client.another().login("operator.bpbd")
    one_paper = words_of(operator.get(operator.get(office.answer).links["Cetak permintaan bahan: UPT Pusdalops"]))
    for part in (
        "NOTA DINAS",
        "UPT Pusdalops",
        "Permintaan bahan jawaban aduan",
        MARKER,
        "Cek lapangan.",
        f"kepada {office.operator.person.full_name} (Admin SP4N-LAPOR!) paling lambat Senin, 9 Maret 2026",
        f"{office.liaison.post.title.upper()},",
        office.liaison.person.full_name,
        "Catatan aktivitas",
    ):
        assert part in one_paper, part
    assert "Balai Hidrologi" not in one_paper
    both = words_of(operator.get(address))
    assert both.count("NOTA DINAS") == 2
    assert "Kepala Bidang Kedaruratan" not in both

    make.operator(make.agency("dishub"))
    make.inspectorate()
    session.commit()
    client.another().login("operator.dishub").get(address, status=404)
    client.another().login("inspektorat").get(address, status=403)


def test_a_confidential_complaint_goes_on_paper_only_where_the_head_ticked(client, session, office):
    session.add_all(
        PassedOn(
            acknowledgement_id=office.known.id,
            disposition_id=office.order.id,
            label=label,
            by_head=by_head,
        )
        for label, by_head in (("UPT Pusdalops", True), ("Balai Hidrologi", False))
    )
    office.complaint.is_confidential = True
    session.commit()
    words = words_of(client.login("operator.bpbd").get(f"/disposisi/{office.order.id}/permintaan-bahan.pdf"))
    assert "RAHASIA: sampaikan dalam amplop tertutup" in words
    assert "Balai Hidrologi" not in words
    session.expire_all()
    assert [row.what for row in session.scalars(sa.select(ReadLog))] == ["sheet"]


def test_the_head_who_ticks_brings_it_to_the_unit(client, make, session):
    bpbd = make.agency("bpbd")
    make.head(bpbd)
    unit = make.unit(bpbd)
    order = make.disposition(make.complaint("Pohon tumbang", is_verified=True), bpbd)
    session.commit()
    head = client.login("kepala.bpbd")
    page = head.get("/menunggu")
    page.form(button="Saya mengetahui").fill(pass_to=[str(unit.post.id)]).submit("Saya mengetahui")
    page = client.another().login("bidang.bpbd").get("/")
    assert "Pohon tumbang" in page.text
    assert page.follow("Pohon tumbang").url == f"/disposisi/{order.id}/bahan"


def test_over_is_over(client, session, office):
    session.get_one(type(office.order), office.order.id).state = State.WITHDRAWN
    session.commit()
    client.login("bidang.bpbd").get(office.page, status=404)


def test_a_person_with_two_posts_sees_the_case_by_the_wider_one(client, make, session, office):
    make.assign(office.operator.person, office.unit.post)
    session.commit()
    operator = client.login("operator.bpbd")
    page = operator.get(f"/aduan/{office.complaint.id}")
    assert "Perjalanan aduan" in page.text
    assert one(session, Complaint).id == office.complaint.id
    assert Role.UNIT in {office.unit.post.kind}
