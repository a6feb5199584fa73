"""The head's inbox: four facts, one card after the other, nothing typed lost, nothing acknowledged by looking."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

import pytest
import sqlalchemy as sa

from lapor.complaints.models import Complaint
from lapor.complaints.rules import ReportClass, ReportedParty
from lapor.core.db import db
from lapor.dispositions.models import Acknowledgement, Disposition, Opening, PassedOn
from lapor.dispositions.rules import Part, ResponseKind, ResponseState, State
from lapor.inbox.models import InstructionChip, InstructionDraft, ShownCard
from lapor.journal.models import JournalDetail, JournalEntry
from lapor.notifications.models import Kind, Notification
from lapor.notifications.services import notify
from lapor.offices.models import Capacity

NOW = "2026-03-04 10:00"
CONFIRM = "Saya mengetahui"
RETURN = "Kembalikan ke koordinator"
SCANNER = {"User-Agent": "Mozilla/5.0 (compatible; Microsoft Outlook SafeLinks; mail scanner)"}


@pytest.fixture(autouse=True)
def _wednesday(clock):
    clock.at(NOW)


@pytest.fixture
def bpbd(make):
    """An agency with its head and its admin."""
    agency = make.agency("bpbd")
    make.head(agency)
    make.operator(agency)
    return agency


def order(make, agency, title="Tanggul retak", **values):
    return make.disposition(make.complaint(title, is_verified=True, **values), agency)


def count(session, model, **by):
    session.rollback()
    return session.scalar(sa.select(sa.func.count()).select_from(model).filter_by(**by))


def one(session, model, **by):
    session.expire_all()
    return session.scalars(sa.select(model).filter_by(**by)).one()


@contextmanager
def statements() -> Iterator[list[str]]:
    asked: list[str] = []

    def note(_conn, _cursor, statement, *_rest):
        if not statement.startswith(("BEGIN", "COMMIT", "ROLLBACK")):
            asked.append(statement)

    sa.event.listen(db.engine, "before_cursor_execute", note)
    yield asked
    sa.event.remove(db.engine, "before_cursor_execute", note)


# --- looking is not knowing --------------------------------------------------------------------------------------


def test_no_way_of_looking_acknowledges(client, session, make, bpbd):
    head = client.login("kepala.bpbd")  # which leads to the inbox: empty as yet
    row = order(make, bpbd)
    for address in ("/menunggu", f"/disposisi/{row.id}", f"/disposisi/{row.id}/ketahui", "/menunggu/lama"):
        head.send("HEAD", address, status=303 if address.endswith("ketahui") else 200)
        head.get(address, status=503, headers={"Sec-Purpose": "prefetch;prerender"})
    assert count(session, Opening) == 0
    for address in ("/menunggu", f"/disposisi/{row.id}", f"/disposisi/{row.id}/ketahui"):
        head.get(address)
        head.get(address, headers=SCANNER)
    visitor = client.another()
    assert visitor.get(f"/disposisi/{row.id}/ketahui", headers=SCANNER).url.startswith("/masuk")
    assert count(session, Acknowledgement) == 0
    assert count(session, Opening) == 1
    assert one(session, Disposition).state is State.WAITING


def test_the_four_facts_stand_on_card_list_and_case(client, session, make, clock, bpbd):
    row = order(make, bpbd)
    operator = make.operator(bpbd, "operator.dua")
    clock.at("2026-03-04 10:05")
    head = client.login("kepala.bpbd")
    page = head.get("/menunggu")
    for words in ("Sampai 2 Maret 2026 pukul 11.00 WITA", "Dibuka 4 Maret 2026 pukul 10.05 WITA", "Diketahui belum"):
        assert words in page.text
    clock.at("2026-03-04 10:07")
    page.form(button=CONFIRM).submit(CONFIRM)
    make.response(
        one(session, Disposition), operator, state=ResponseState.POSTED, posted_at=clock.at("2026-03-04 10:30")
    )
    session.commit()
    facts = ("Sampai 2 Maret 2026", "Dibuka 4 Maret 2026", "Diketahui 4 Maret 2026", "Dijawab 4 Maret 2026")
    case = head.get(f"/aduan/{row.complaint_id}").text
    for words, moment in zip(facts, ("11.00", "10.05", "10.07", "10.30"), strict=True):
        assert f"{words} pukul {moment} WITA" in case
        assert f"{words} {moment}" in head.get("/aduan?tampilan=semua").text
    assert "Sampai 2 Maret" not in client.another().login("operator.bpbd").get("/aduan?tampilan=semua").text
    for line in ("Disampaikan ke", "Dibuka oleh pimpinan BPBD", "Diketahui Kepala BPBD"):
        assert line in case or line == "Disampaikan ke"  # the factory writes no fact of the order itself


def test_a_card_is_delivered_to_an_acting_head_on_his_first_day(client, make):
    agency = make.agency("dinkes")
    make.head(agency, "kepala.lama", ends_on=date(2026, 3, 2))
    make.head(agency, "kepala.plt", starts_on=date(2026, 3, 3), capacity=Capacity.PLT, order_number="821/7")
    order(make, agency)
    page = client.login("kepala.plt").get("/menunggu")
    assert "Kewenangan beralih 3 Maret 2026 pukul 00.00 WITA" in page.text
    assert "Bapak/Ibu bertindak sebagai Plt. Kepala DINKES, mulai 3 Maret 2026." in page.text
    assert "Dicatat atas nama Plt. Kepala DINKES, SP 821/7" in page.text


# --- one card after the other ------------------------------------------------------------------------------------


def test_with_htmx_the_next_card_comes_in_the_answer(client, session, make, bpbd):
    first, second = order(make, bpbd, "Pertama"), order(make, bpbd, "Kedua")
    head = client.login("kepala.bpbd")
    page = head.get("/menunggu")
    assert page.heading == "Pertama"
    assert "1 dari 2" in page.text
    answer = page.form(button=CONFIRM).fill(ready=["Cek lapangan, laporkan hasilnya."]).submit(CONFIRM, htmx=True)
    assert answer.heading == "Kedua"
    assert 'class="menu"' not in answer.source
    assert "Tercatat. Arahan Bapak/Ibu sudah sampai kepada" in answer.source
    assert "Sisa 1 aduan." in answer.source
    assert answer.headers["HX-Replace-Url"] == "/menunggu"
    assert answer.css("title")
    assert not answer.form(button=CONFIRM).values.getlist("ready")
    assert count(session, Opening) == 2
    last = answer.form(button=CONFIRM).submit(CONFIRM, htmx=True)
    assert "Tidak ada aduan yang menunggu" in last.source
    states = [session.get(Disposition, row.id, populate_existing=True).state for row in (first, second)]
    assert states == [State.ACKNOWLEDGED] * 2
    assert [row.instruction for row in session.scalars(sa.select(Acknowledgement).order_by(Acknowledgement.id))] == [
        "Cek lapangan, laporkan hasilnya.",
        None,
    ]


@pytest.mark.parametrize("htmx", [True, False])
def test_progress_counts_one_sitting_and_grows_with_what_arrives(client, make, bpbd, htmx):
    for number in range(3):
        order(make, bpbd, f"Nomor {number}")
    page = client.login("kepala.bpbd").get("/menunggu")
    seen = []
    for number in range(3):
        seen.append(page.tree.xpath("string(//*[@class='progress-line']/span)"))
        assert page.css("#kartu")[0].get("data-count") == ("3", "2", "2")[number]
        if number == 1:
            order(make, bpbd, "Baru masuk")
        page = page.form(button=CONFIRM).submit(CONFIRM, htmx=htmx)
    assert seen == ["1 dari 3", "2 dari 3", "3 dari 4"]
    assert page.tree.xpath("string(//*[@class='progress-line']/span)") == "4 dari 4"
    assert "Tidak ada aduan yang menunggu" in page.form(button=CONFIRM).submit(CONFIRM, htmx=htmx).source


def test_a_supporting_agency_is_told_who_answers_and_whether_it_has(client, session, make, bpbd):
    complaint = make.complaint(is_verified=True)
    lead = make.disposition(complaint, make.agency("bmpr"))
    make.disposition(complaint, bpbd, part=Part.SUPPORT)
    head = client.login("kepala.bpbd")
    assert "OPD Bapak/Ibu pendukung; yang menjawab BMPR. Belum ada jawaban dari sana." in head.get("/menunggu").text
    lead.first_response_on = date(2026, 3, 3)
    session.commit()
    assert "Tanggapan pertama sudah dikirim 3 Maret 2026." in head.get("/menunggu").text
    lead.finished_on = date(2026, 3, 4)
    session.commit()
    assert "Sudah dijawab tuntas 4 Maret 2026." in head.get("/menunggu").text


def test_the_empty_page_leads_to_what_is_due_next(client, session, make, bpbd):
    row = order(make, bpbd)
    head = client.login("kepala.bpbd")
    page = head.get("/menunggu").form(button=CONFIRM).submit(CONFIRM)
    assert page.links[one(session, Complaint).reference] == f"/aduan/{row.complaint_id}"


def test_what_the_bell_told_of_an_order_is_read_with_its_acknowledgement(client, session, make, clock, bpbd):
    first, second = order(make, bpbd, "Pertama"), order(make, bpbd, "Kedua")
    head = client.login("kepala.bpbd")
    page = head.get("/menunggu")
    mine = one(session, Opening).person_id
    others = client.another().login("operator.bpbd")
    for row in (first, second):
        notify(
            session,
            [mine, mine + 1],
            kind=Kind.COMPLAINT,
            sentence="Menunggu Bapak/Ibu.",
            url=f"/disposisi/{row.id}",
            now=clock_now(),
            complaint_id=row.complaint_id,
            agency_id=bpbd.id,
        )
    session.commit()
    assert others
    page = page.form(button=CONFIRM).submit(CONFIRM)
    unread = sa.select(Notification.complaint_id).where(
        Notification.read_at.is_(None), Notification.person_id == mine
    )
    session.rollback()
    assert session.scalars(unread).all() == [second.complaint_id]
    page.form(button=CONFIRM).fill(reason="Bukan urusan pemerintah.").submit(RETURN)
    session.rollback()
    assert session.scalars(unread).all() == []
    assert count(session, Notification, person_id=mine + 1, read_at=None) >= 2


def test_the_same_address_serves_the_fragment_and_the_page(client, make, bpbd):
    order(make, bpbd)
    head = client.login("kepala.bpbd")
    assert "<html" in head.get("/menunggu").source
    fragment = head.get("/menunggu", htmx=True)
    assert "<html" not in fragment.source
    assert fragment.heading == "Tanggul retak"
    restored = head.get("/menunggu", headers={"HX-Request": "true", "HX-History-Restore-Request": "true"})
    assert "<html" in restored.source


def test_two_cards_in_two_tabs(client, session, make, bpbd):
    order(make, bpbd, "Pertama")
    order(make, bpbd, "Kedua")
    head = client.login("kepala.bpbd")
    first = head.get("/menunggu")
    second = first.follow("Berikutnya")
    assert (first.heading, second.heading) == ("Pertama", "Kedua")
    second.form(button=CONFIRM).fill(instruction="Untuk yang kedua.").submit(CONFIRM)
    first.form(button=CONFIRM).fill(instruction="Untuk yang pertama.").submit(CONFIRM)
    found = session.execute(
        sa.select(Complaint.title, Acknowledgement.instruction)
        .join(Disposition, Disposition.id == Acknowledgement.disposition_id)
        .join(Complaint, Complaint.id == Disposition.complaint_id)
    )
    assert {tuple(row) for row in found} == {("Pertama", "Untuk yang pertama."), ("Kedua", "Untuk yang kedua.")}


def test_a_page_of_the_inbox_takes_at_most_eight_statements(app, client, session, make, bpbd):
    row = order(make, bpbd)
    head = client.login("kepala.bpbd")
    head.get("/menunggu")
    with statements() as few:
        head.get("/menunggu")
    operator = make.operator(bpbd, "operator.lagi")
    for number in range(12):
        make.unit(bpbd, f"bidang.{number}")
        answered = order(make, bpbd, f"Tanggul sungai nomor {number}", category="Bencana")
        make.response(answered, operator, kind=ResponseKind.FINAL, state=ResponseState.POSTED)
        order(make, bpbd, f"Menunggu {number}")
        session.add(InstructionChip(agency_id=bpbd.id, position=number + 1, words=f"Arahan {number}"))
    make.response(row, operator)
    session.add(
        InstructionDraft(
            disposition_id=row.id,
            person_id=one(session, Opening).person_id,
            chosen=[],
            words="x",
            pass_to=[],
            pass_label="",
            saved_at=clock_now(),
        )
    )
    session.commit()
    with statements() as many:
        head.get("/menunggu")
    assert len(few) == len(many), "\n\n".join(many)
    assert len(many) <= 8, "\n\n".join(many)


def clock_now():
    from lapor.core import clock

    return clock.now()


# --- what stands on the card -------------------------------------------------------------------------------------


def test_a_long_text_is_folded_after_its_beginning(client, make, bpbd):
    text = "Air sungai naik setiap hujan. " * 40
    order(make, bpbd, text=text)
    page = client.login("kepala.bpbd").get("/menunggu")
    assert "Baca seluruhnya" in page.text
    parts = [" ".join(element.text_content().split()) for element in page.css(".reading")]
    assert " ".join(parts) == " ".join(text.split())
    assert len(parts[0]) < 270


def test_similar_ones_show_how_they_were_answered_and_no_confidential_one(client, make, bpbd):
    operator = make.operator(bpbd, "operator.lama")
    for title, more in (
        ("Tanggul Sungai Gumbasa jebol", {}),
        ("Tanggul sungai rahasia", {"is_confidential": True}),
        ("Permintaan data", {"category": "Lain-lain"}),
    ):
        earlier = order(make, bpbd, title, **{"category": "Bencana", **more})
        make.response(
            earlier,
            operator,
            kind=ResponseKind.FINAL,
            state=ResponseState.POSTED,
            text=f"Jawaban untuk {title}: karung pasir dipasang.",
        )
        earlier.is_owed, earlier.state = False, State.FINISHED
    other = make.agency("lain")
    foreign = order(make, other, "Tanggul sungai milik OPD lain", category="Bencana")
    make.response(foreign, make.operator(other), kind=ResponseKind.FINAL, state=ResponseState.POSTED)
    order(make, bpbd, "Tanggul Sungai Palu retak", category="Bencana")
    page = client.login("kepala.bpbd").get("/menunggu")
    assert page.heading == "Tanggul Sungai Palu retak"
    page = page.follow("Tampilkan")
    assert page.heading == "Aduan serupa yang sudah dijawab"
    assert "Jawaban untuk Tanggul Sungai Gumbasa jebol: karung pasir dipasang." in page.text
    for words in ("rahasia", "Permintaan data", "OPD lain"):
        assert words not in page.text


def test_the_card_tells_how_its_date_came_about_and_whom_to_call(client, session, make, bpbd):
    from lapor.calendar.models import DayOff, DayOffKind

    session.add(DayOff(day=date(2026, 3, 3), name="Hari libur contoh", kind=DayOffKind.NATIONAL))
    session.flush()
    make.operator(bpbd, "operator.telepon").person.phone = "0811 4500 123"
    row = order(make, bpbd)
    page = client.login("kepala.bpbd").get("/menunggu")
    assert "Disampaikan Senin, 2 Maret 2026: hari ke-0." in page.text
    assert "Ditambah 2 hari kerja. Libur 3 Maret 2026 dilewati." in page.text
    assert "Jatuh tempo Kamis, 5 Maret 2026." in page.text
    assert page.links["Cara menghitung batas waktu"] == f"/disposisi/{row.id}/tenggat"
    assert "tel:08114500123" in page.links.values()


def test_an_answer_that_came_first_is_told_with_its_words(client, make, bpbd):
    row = order(make, bpbd)
    make.response(row, make.operator(bpbd, "operator.cepat"), state=ResponseState.POSTED, text="Sudah kami tinjau.")
    row.answered_before_known = True
    page = client.login("kepala.bpbd").get("/menunggu")
    assert "terlanjur dijawab di LAPOR! sebelum Bapak/Ibu mengetahui" in page.text
    assert "Sudah kami tinjau." in page.text


def test_large_letters_are_remembered_on_the_device(client, make, bpbd):
    order(make, bpbd, "Pertama")
    order(make, bpbd, "Kedua")
    head = client.login("kepala.bpbd")
    form = head.get("/menunggu").form(button=CONFIRM)
    assert form.values.get("huruf") is None
    page = form.fill(huruf=True).submit(CONFIRM)
    assert page.form(button=CONFIRM).values.get("huruf") == "besar"
    page.form(button=CONFIRM).fill(huruf=False).submit(CONFIRM)
    assert head.browser.get_cookie("lapor_huruf") is None


# --- nothing typed is lost ---------------------------------------------------------------------------------------


def test_a_changed_complaint_shows_what_changed_and_keeps_the_instruction(client, session, make, bpbd):
    row = order(make, bpbd, "Debu truk", text="Debu truk masuk rumah sejak Maret.")
    head = client.login("kepala.bpbd")
    form = head.get("/menunggu").form(button=CONFIRM)
    complaint = session.get(Complaint, row.complaint_id)
    complaint.text = "Debu truk masuk rumah sejak April, telepon 0812 3456 7890."
    complaint.report_class = ReportClass.SUPERVISORY
    form.fill(instruction="Tutup bak truk.", ready=["Jawab dengan santun dan lengkap."], pass_label="UPT Jalan")
    page = form.submit(CONFIRM, status=422)
    assert "berubah setelah Bapak/Ibu membukanya" in page.text
    changes = page.css(".changes")[0]
    gone = [" ".join(element.text_content().split()) for element in changes.iter("del")]
    new = [" ".join(element.text_content().split()) for element in changes.iter("ins")]
    assert any(words.startswith("−dihapus:") and words.endswith("Maret.") for words in gone)
    assert any("April," in words for words in new)
    assert "0812 3456 7890" not in page.source
    assert "−dihapus: tidak" in gone  # berkadar pengawasan now
    assert count(session, Acknowledgement) == 0
    again = page.form(button=CONFIRM)
    assert again.values["instruction"] == "Tutup bak truk."
    assert again.values["pass_label"] == "UPT Jalan"
    assert again.values.getlist("ready") == ["Jawab dengan santun dan lengkap."]
    again.submit(CONFIRM)
    word = one(session, Acknowledgement)
    assert word.instruction == "Jawab dengan santun dan lengkap. Tutup bak truk."
    assert word.shown["text"].startswith("Debu truk masuk rumah sejak April")
    assert (count(session, InstructionDraft), count(session, ShownCard)) == (0, 0)


def test_what_changed_since_the_last_visit_is_pointed_out_on_opening(client, session, make, bpbd):
    row = order(make, bpbd, text="Tanggul retak di hulu.")
    head = client.login("kepala.bpbd")
    assert not head.get("/menunggu").css(".changes")
    session.get(Complaint, row.complaint_id).text = "Tanggul retak di hilir."
    page = head.get("/menunggu")
    assert "hilir." in page.css(".changes")[0].text_content()
    assert not head.get("/menunggu").css(".changes")
    assert count(session, ShownCard) == 2
    assert count(session, Opening) == 1


def test_a_session_that_ended_leaves_a_draft_and_acknowledges_nothing(client, session, make, clock, bpbd):
    order(make, bpbd, "Pertama")
    row = order(make, bpbd, "Kedua")
    head = client.login("kepala.bpbd")
    form = head.get("/menunggu").follow("Berikutnya").form(button=CONFIRM)
    form.fill(instruction="Siapkan perahu karet.", ready=["Cek lapangan, laporkan hasilnya."])
    clock.at("2026-03-04 11:00")
    page = form.submit(CONFIRM)
    assert page.url.startswith("/masuk")
    assert "Waktu masuk Anda berakhir." in page.text
    assert count(session, Acknowledgement) == 0
    page = page.form(button="Masuk").fill(login="kepala.bpbd", password="lapor-demo").submit("Masuk")
    assert page.heading == "Kedua"
    assert "Arahan yang belum dikirim masih ada, tersimpan 4 Maret 2026 pukul 11.00 WITA." in page.text
    form = page.form(button=CONFIRM)
    assert form.values["instruction"] == "Siapkan perahu karet."
    assert form.values.getlist("ready") == ["Cek lapangan, laporkan hasilnya."]
    assert one(session, Disposition, id=row.id).state is State.WAITING
    form.submit(CONFIRM)
    assert count(session, InstructionDraft) == 0
    assert one(session, Acknowledgement).instruction == "Cek lapangan, laporkan hasilnya. Siapkan perahu karet."


def test_after_signing_out_nothing_is_kept_for_anybody(client, session, make, bpbd):
    order(make, bpbd)
    head = client.login("kepala.bpbd")
    form = head.get("/menunggu").form(button=CONFIRM).fill(instruction="Milik siapa?")
    head.get("/profil").form(button="Keluar").submit() if len(head.last.forms) == 1 else head.post("/keluar")
    head.get("/masuk")
    token = head.last.tree.xpath("//input[@name='csrf_token']/@value")[0]
    form.values["csrf_token"] = token
    assert form.submit(CONFIRM).url.startswith("/masuk")
    assert (count(session, InstructionDraft), count(session, Acknowledgement)) == (0, 0)


def test_a_draft_is_kept_while_typing_for_its_writer_only(client, session, make, bpbd):
    row = order(make, bpbd)
    head = client.login("kepala.bpbd")
    head.get("/menunggu")
    address = f"/disposisi/{row.id}/konsep-arahan"
    head.post(address, {"instruction": "Setengah kal", "kartu": "1"})
    assert head.get("/menunggu").form(button=CONFIRM).values["instruction"] == "Setengah kal"
    acting = make.head(bpbd, "plh.bpbd", capacity=Capacity.PLH, starts_on=date(2026, 3, 4))
    make.assign(acting.person, make.post(make.agency("lain"), "head"), starts_on=date(2026, 3, 4))
    assert client.another().login("plh.bpbd").get("/menunggu").form(button=CONFIRM).values["instruction"] == ""
    client.another().login("operator.bpbd").get("/profil")
    client.another().login("operator.bpbd").get("/profil").client.post(address, {"instruction": "x"}, status=403)
    assert count(session, InstructionDraft) == 1
    one(session, InstructionDraft)


def test_an_emptied_draft_goes(client, session, make, bpbd):
    row = order(make, bpbd)
    head = client.login("kepala.bpbd")
    head.get("/menunggu")
    address = f"/disposisi/{row.id}/konsep-arahan"
    head.post(address, {"instruction": "Setengah"})
    head.get("/menunggu")
    head.post(address, {"instruction": " "})
    assert count(session, InstructionDraft) == 0


# --- twice -------------------------------------------------------------------------------------------------------


def test_acknowledging_twice_says_who_and_when(client, session, make, clock, bpbd):
    order(make, bpbd)
    head, other = client.login("kepala.bpbd"), client.another().login("kepala.bpbd")
    form, late = (browser.get("/menunggu").form(button=CONFIRM) for browser in (head, other))
    name = one(session, Opening).person_id
    form.submit(CONFIRM)
    clock.at("2026-03-04 10:12")
    page = late.fill(instruction="Dua kali").submit(CONFIRM)
    assert "sudah dinyatakan diketahui oleh" in page.text
    assert "pukul 10.00 WITA. Tidak perlu diulang." in page.text
    assert "Tidak ada aduan yang menunggu" in page.text
    assert name
    assert count(session, Acknowledgement) == 1


# --- corrections -------------------------------------------------------------------------------------------------


def test_a_correction_changes_instruction_and_receivers_and_both_stay(client, session, make, clock, bpbd):
    first, second = make.unit(bpbd, "bidang.satu"), make.unit(bpbd, "bidang.dua", title="Kepala Bidang Dua")
    row = order(make, bpbd, "Jembatan miring")
    head = client.login("kepala.bpbd")
    form = head.get("/menunggu").form(button=CONFIRM)
    page = form.fill(pass_to=[str(first.post.id)], pass_label="UPT Wilayah I", instruction="Cek.").submit(CONFIRM)
    assert "Batalkan" not in page.text
    clock.at("2026-03-04 10:03")
    page = head.get(f"/aduan/{row.complaint_id}").follow("Perbaiki pernyataan mengetahui")
    form = page.form(button="Simpan pernyataan baru")
    assert form.values["instruction"] == "Cek."
    assert form.values.getlist("pass_to") == [str(first.post.id)]
    assert form.values["pass_label"] == "UPT Wilayah I"
    stale = page.form(button="Simpan pernyataan baru").fill(reason="Terlambat.", instruction="Lama.")
    form.fill(pass_to=[str(second.post.id)], pass_label="", instruction="Cek hari ini.", reason="Salah bidang.")
    page = form.submit("Simpan pernyataan baru")
    assert "Pernyataan mengetahui (2)" in page.text
    for words in (
        "Cek hari ini. Diteruskan kepada: Kepala Bidang Dua.",
        "Diganti pernyataan berikutnya. Salah bidang.",
    ):
        assert words in page.text
    assert "Diketahui 4 Maret 2026 pukul 10.00 WITA" in page.text
    assert "baru saja diperbaiki" in stale.submit("Simpan pernyataan baru", status=422).text
    rows = session.execute(
        sa.select(PassedOn.label, Acknowledgement.superseded_by_id.is_(None))
        .join(Acknowledgement, Acknowledgement.id == PassedOn.acknowledgement_id)
        .order_by(PassedOn.id)
    ).all()
    assert [tuple(found) for found in rows] == [
        (first.post.title, False),
        ("UPT Wilayah I", False),
        ("Kepala Bidang Dua", True),
    ]
    client.another().login("bidang.satu").get(f"/aduan/{row.complaint_id}", status=404)
    assert "Jembatan miring" in client.another().login("bidang.dua").get(f"/aduan/{row.complaint_id}").text


# --- not our authority -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("htmx", [True, False])
def test_not_our_authority_from_the_card(client, session, make, bpbd, htmx):
    row = order(make, bpbd, "Jalan nasional rusak")
    order(make, bpbd, "Berikutnya ini")
    form = client.login("kepala.bpbd").get("/menunggu").form(button=CONFIRM)
    form.fill(reason="Kewenangan instansi pusat di daerah.", other_reason="Balai jalan nasional.")
    page = form.submit(RETURN, htmx=htmx)
    assert page.heading == "Berikutnya ini"
    assert "Aduan dikembalikan ke koordinator." in page.source
    given = one(session, Disposition, id=row.id)
    assert (given.state, given.return_reason) == (
        State.RETURNED,
        "Kewenangan instansi pusat di daerah. Balai jalan nasional.",
    )
    assert "2 dari 2" in page.source
    assert one(session, Acknowledgement).disposition_id == row.id


def test_returning_a_changed_card_is_asked_again(client, session, make, bpbd):
    row = order(make, bpbd, text="Jalan rusak di Sigi.")
    form = client.login("kepala.bpbd").get("/menunggu").form(button=CONFIRM)
    session.get(Complaint, row.complaint_id).text = "Jalan rusak di Palu."
    page = form.fill(instruction="Tetap ada.", reason="Kewenangan kabupaten atau kota.").submit(RETURN, status=422)
    assert "Mohon dibaca sekali lagi." in page.text
    assert "Palu." in page.css(".changes")[0].text_content()
    again = page.form(button=CONFIRM).values
    assert (again["instruction"], again["reason"]) == ("Tetap ada.", "Kewenangan kabupaten atau kota.")
    assert one(session, Disposition).state is State.WAITING


def test_returning_asks_for_a_reason_and_a_chosen_reason_never_acknowledges(client, session, make, bpbd):
    order(make, bpbd)
    head = client.login("kepala.bpbd")
    page = head.get("/menunggu").form(button=CONFIRM).submit(RETURN, status=422)
    assert "Pilih alasannya, atau tulis alasan lain." in page.text
    page = page.form(button=CONFIRM).fill(reason="Bukan urusan pemerintah.").submit(CONFIRM, status=422)
    assert "Tekan Kembalikan ke koordinator; bila tidak jadi, pilih Tidak jadi." in page.text
    assert count(session, Acknowledgement) == 0
    page.form(button=CONFIRM).fill(reason="batal").submit(CONFIRM)
    assert one(session, Disposition).state is State.ACKNOWLEDGED


def test_the_admins_proposal_is_among_the_reasons(client, session, make, bpbd):
    row = order(make, bpbd)
    row.return_proposal = "Jembatan ini kewenangan Kabupaten Sigi."
    form = client.login("kepala.bpbd").get("/menunggu").form(button=CONFIRM)
    form.fill(reason="Jembatan ini kewenangan Kabupaten Sigi.").submit(RETURN)
    assert one(session, Disposition).return_reason == "Jembatan ini kewenangan Kabupaten Sigi."


# --- ready instructions ------------------------------------------------------------------------------------------


def test_an_agency_makes_ready_instructions_its_own(client, session, make, clock, bpbd):
    make.liaison(bpbd)
    order(make, bpbd)
    operator = client.login("operator.bpbd")
    form = operator.get("/arahan-siap-pakai").form(button="Simpan")
    assert "Tindak lanjuti sesuai ketentuan." in form.values["lines"]
    form.fill(lines="Kirim tim  TRC.\n\nKirim tim TRC.\nJawab sebelum {tanggal}.\n").submit("Simpan")
    assert [row.words for row in session.scalars(sa.select(InstructionChip).order_by(InstructionChip.position))] == [
        "Kirim tim TRC.",
        "Jawab sebelum {tanggal}.",
    ]
    card = client.another().login("kepala.bpbd").get("/menunggu")
    options = list(card.form(button=CONFIRM).options("ready"))
    assert options[0] == "Kirim tim TRC."
    assert options[1].startswith("Jawab sebelum ")
    assert options[1].endswith("2026.")
    # the agency changes them while the card is open: the words that were chosen are what lands in the instruction
    client.another().login("sekretaris.bpbd").get("/arahan-siap-pakai").form(button="Simpan").submit(
        "Kembalikan seperti semula"
    )
    assert count(session, InstructionChip) == 0
    card.form(button=CONFIRM).fill(ready=["Kirim tim TRC."]).submit(CONFIRM)
    assert one(session, Acknowledgement).instruction == "Kirim tim TRC."
    kinds = list(session.scalars(sa.select(JournalEntry.kind).where(JournalEntry.kind == "instruction.changed")))
    assert len(kinds) == 2
    details = session.scalars(
        sa.select(JournalDetail.values)
        .join(JournalEntry, JournalEntry.seq == JournalDetail.seq)
        .where(JournalEntry.kind == "instruction.changed")
        .order_by(JournalEntry.seq)
    ).all()
    assert details[0]["after"] == ["Kirim tim TRC.", "Jawab sebelum {tanggal}."]


@pytest.mark.parametrize(
    ("lines", "sentence"),
    [("x" * 121, "paling panjang 120 huruf"), ("\n".join(map(str, range(13))), "Paling banyak 12")],
)
def test_too_many_or_too_long_ones_are_refused_with_what_was_typed(client, session, make, bpbd, lines, sentence):
    form = client.login("kepala.bpbd").get("/arahan-siap-pakai").form(button="Simpan")
    page = form.fill(lines=lines).submit("Simpan", status=422)
    assert sentence in page.text
    assert page.form(button="Simpan").values["lines"].split() == lines.split()
    assert count(session, InstructionChip) == 0


def test_other_agencies_keep_their_hands_off(client, make, bpbd):
    other = make.agency("dinsos")
    make.operator(other)
    make.unit(bpbd, "bidang.bpbd")
    make.coordinator()
    client.login("operator.dinsos").get(f"/arahan-siap-pakai?opd={bpbd.id}", status=404)
    for login in ("bidang.bpbd", "koordinator"):
        client.another().login(login).get("/arahan-siap-pakai", status=403)


# --- old ones on one page ----------------------------------------------------------------------------------------


def old(make, agency, title, **values):
    return order(make, agency, title, **{"lapor_status": "Ditutup oleh Sistem", **values})


def test_old_ones_are_read_on_one_page_and_each_is_ticked(client, session, make, bpbd):
    rows = [old(make, bpbd, f"Aduan lama {number}", text=f"Isi lengkap {number}.") for number in range(12)]
    for title, more in (
        ("Rahasia lama", {"is_confidential": True}),
        ("Pengawasan lama", {"report_class": ReportClass.SUPERVISORY}),
        ("Pegawai lama", {"reported_party": ReportedParty.STAFF}),
        ("Tanpa klasifikasi", {"report_class": None}),
    ):
        old(make, bpbd, title, **more)
    order(make, bpbd, "Masih berjalan")
    head = client.login("kepala.bpbd")
    page = head.get("/menunggu")
    assert "12 aduan lama sudah ditutup di LAPOR!." in page.text
    page = page.follow("Baca dalam satu halaman")
    form = page.form(button="Saya mengetahui yang ditandai")
    assert len(form.options("read")) == 10
    assert not form.values.getlist("read")
    for number in range(10):
        assert f"Isi lengkap {number}." in page.text
    for title in ("Rahasia lama", "Pengawasan lama", "Pegawai lama", "Tanpa klasifikasi", "Masih berjalan"):
        assert title not in page.text
    assert count(session, Acknowledgement) == 0
    assert "Beri tanda pada aduan" in form.submit(status=422).text
    form = head.get("/menunggu/lama").form(button="Saya mengetahui yang ditandai")
    page = form.fill(read=[str(row.id) for row in rows[:3]]).submit()
    assert "Tercatat: 3 aduan lama diketahui." in page.text
    words = session.scalars(sa.select(Acknowledgement).order_by(Acknowledgement.id)).all()
    assert [(word.disposition_id, word.in_list) for word in words] == [(row.id, True) for row in rows[:3]]
    assert len({word.digest for word in words}) == 3
    case = head.get(f"/aduan/{rows[0].complaint_id}").text
    assert "dibaca dalam daftar" in case
    assert len(page.form(button="Saya mengetahui yang ditandai").options("read")) == 9


def test_the_list_takes_no_other_order_and_nothing_that_changed(client, session, make, bpbd):
    one_, two = old(make, bpbd, "Lama satu"), old(make, bpbd, "Lama dua")
    running, secret = order(make, bpbd, "Berjalan"), old(make, bpbd, "Rahasia", is_confidential=True)
    foreign = old(make, make.agency("lain"), "Milik lain")
    head = client.login("kepala.bpbd")
    for row in (running, secret):
        head.get(f"/disposisi/{row.id}")
    page = head.get("/menunggu/lama")
    session.get(Complaint, two.complaint_id).text = "Berubah sesudah dibuka."
    form = page.form(button="Saya mengetahui yang ditandai")
    data = {name: form.values.get(name) for name in form.names if name.startswith("digest-")}
    keys = [str(row.id) for row in (one_, two, running, secret)]
    answer = head.post("/menunggu/lama", {**data, "read": keys}, status=422)
    assert "1 aduan tercatat diketahui." in answer.text
    assert "berubah setelah Bapak/Ibu membukanya" in answer.text
    assert answer.text.count("mohon dibaca pada kartunya sendiri") == 2
    assert [row.disposition_id for row in session.scalars(sa.select(Acknowledgement))] == [one_.id]
    head.get("/menunggu/lama")
    head.post("/menunggu/lama", {"read": [str(foreign.id)]}, status=403)
    assert count(session, Acknowledgement) == 1


# --- the month ---------------------------------------------------------------------------------------------------


def test_the_recap_tells_what_how_fast_and_as_whom(client, session, make, clock, bpbd):
    row, secret = order(make, bpbd, "Tanggul retak"), order(make, bpbd, "ZAMRUD judul", is_confidential=True)
    head = client.login("kepala.bpbd")
    for title in ("Tanggul retak", "ZAMRUD judul"):
        page = head.get("/menunggu")
        assert page.heading == title
        page.form(button=CONFIRM).fill(instruction="ZAMRUD arahan" if title != "Tanggul retak" else "").submit(
            CONFIRM
        )
    clock.at("2026-03-04 10:03")
    head.get(f"/disposisi/{row.id}/perbaiki").form(button="Simpan pernyataan baru").fill(reason="Salah.").submit()
    page = head.get("/menunggu").follow("Rekap saya")
    assert "Rekap saya, Maret 2026" in page.heading
    assert "2 Aduan dinyatakan diketahui" in page.text or "Aduan dinyatakan diketahui 2" in page.text
    line = page.row("Tanggul retak")
    for words in ("diperbaiki kemudian", "4 Maret 2026 pukul 10.00 WITA", "tepat waktu", "Kepala BPBD", "Langsung"):
        assert words in line
    assert "Aduan rahasia" in page.text
    assert "ZAMRUD" not in page.source
    xlsx = head.get("/rekap-saya?bulan=2026-03&berkas=xlsx")
    assert xlsx.data.startswith(b"PK")
    csv = head.get("/rekap-saya?bulan=2026-03&berkas=csv").data.decode("utf-8-sig")
    assert "Tanggul retak" in csv
    assert "ZAMRUD" not in csv
    assert "Belum ada pernyataan pada bulan ini" in head.get("/rekap-saya?bulan=2026-02").text
    assert "Maret 2026" in head.get("/rekap-saya?bulan=1850-99").heading
    assert "Belum ada pernyataan" in client.another().login("operator.bpbd").get("/rekap-saya").text
    assert secret.id


def test_the_page_of_the_next_complaint_weighs_little(client, make, bpbd):
    import gzip

    for number in range(4):
        order(make, bpbd, f"Aduan {number}", text="Air sungai naik setiap hujan dan masuk ke rumah warga. " * 12)
    for number in range(6):
        make.unit(bpbd, f"bidang.{number}")
    head = client.login("kepala.bpbd")
    page = head.get("/menunggu")
    assert len(gzip.compress(page.data)) < 15_000
    answer = page.form(button=CONFIRM).submit(CONFIRM, htmx=True)
    assert len(gzip.compress(answer.data)) < 6_000


def test_old_openings_of_a_predecessor_do_not_count(client, session, make, clock):
    agency = make.agency("dlh")
    make.head(agency, "kepala.satu", ends_on=date(2026, 3, 4))
    make.head(agency, "kepala.dua", starts_on=date(2026, 3, 5))
    order(make, agency)
    client.login("kepala.satu").get("/menunggu")
    clock.at("2026-03-05 08:00")
    session.commit()
    page = client.another().login("kepala.dua").get("/menunggu")
    assert "Dibuka 5 Maret 2026 pukul 08.00 WITA" in page.text
    assert not page.css(".changes")
