"""The Lembar Disposisi and the Tanda Bukti in pages: the whole way, every role, what is refused or hidden."""

import io
import subprocess

import pytest
import sqlalchemy as sa
from PIL import Image

from lapor.complaints.rules import ReportClass
from lapor.dispositions.models import Acknowledgement, Disposition
from lapor.dispositions.rules import MatchedBy, RecordState, State, Way
from lapor.documents.models import Document
from lapor.documents.rules import DocumentKind, grouped, read_code
from lapor.evidence.models import DispositionSheet, SheetRecord
from lapor.files.models import StoredFile
from lapor.files.rules import MediaType
from lapor.journal.models import ReadLog

NOW = "2026-03-04 10:00"
UPLOAD, CAUGHT = "Unggah foto", "Catat sebagai diketahui"


def one(session, model, **by):
    session.expire_all()
    return session.scalars(sa.select(model).filter_by(**by)).one()


def photo_of(pdf, folder, angle=3):
    """A photo of the first page as a telephone takes it."""
    (folder / "lembar.pdf").write_bytes(pdf)
    command = ["pdftoppm", "-r", "130", "-png", "-singlefile", str(folder / "lembar.pdf"), str(folder / "lembar")]
    subprocess.run(command, check=True, capture_output=True)
    picture = Image.open(folder / "lembar.png").convert("RGB").rotate(angle, expand=True, fillcolor=(90, 80, 70))
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=60)
    return out.getvalue()


def blank():
    out = io.BytesIO()
    Image.new("RGB", (300, 300), "white").save(out, "JPEG")
    return out.getvalue()


@pytest.fixture
def office(make, session, clock):
    clock.at(NOW)

    class Office:
        agency = make.agency("bpbd")
        head = make.head(agency, "kepala.bpbd")
        operator = make.operator(agency, "operator.bpbd")
        liaison = make.liaison(agency, "sekretaris.bpbd")
        coordinator = make.coordinator()
        order_id = make.disposition(make.complaint("Sirene tidak bunyi", is_verified=True), agency).id

    session.commit()
    return Office


def printed(browser, order_id):
    """The file of a new sheet."""
    return browser.get(f"/disposisi/{order_id}/lembar").form(button="Cetak lembar disposisi").submit()


def uploaded(browser, address, *photos, code="", status=200):
    form = browser.get(address).form(button=UPLOAD)
    form.fill(code=code)
    form.values.setlist("photos", [(io.BytesIO(data), f"foto{place}.jpg") for place, data in enumerate(photos)])
    return form.submit(UPLOAD, status=status)


def test_the_whole_way_of_one_sheet(client, session, office, tmp_path):
    operator = client.login("operator.bpbd")
    assert "Lembar disposisi di atas kertas" in operator.get("/aduan/1").text
    paper = printed(operator, office.order_id)
    assert paper.headers["Content-Type"] == "application/pdf"
    assert paper.data == operator.get(paper.url).data
    photo = photo_of(paper.data, tmp_path)

    page = uploaded(operator, "/disposisi/lembar/unggah", photo)
    assert page.heading == "Catat isi lembar disposisi"
    assert "Dikenali dari tanda QR." in page.text
    assert page.css("img.photo")
    assert operator.get(page.css("img.photo")[0].get("src")).headers["Content-Type"] == "image/jpeg"
    later = operator.get("/")  # put off: it waits on the first page
    assert "Foto lembar belum dicatat" in later.text
    page = later.follow("Sirene tidak bunyi")
    form = page.form(button=CAUGHT)
    page = form.fill(
        written_on="2026-03-04",
        wishes=["Ditindaklanjuti", "Dibicarakan"],
        instruction="Tolong hari ini.",
        pass_label="UPT Pusdalops",
    ).submit(CAUGHT)
    assert "Foto lembar belum dicatat" not in operator.get("/").text
    assert "Tercatat sebagai diketahui melalui lembar disposisi." in page.text
    assert "di atas kertas, tertanggal 4 Maret 2026, dicatat oleh" in page.text
    word = one(session, Acknowledgement)
    assert (word.way, word.person_id) == (Way.SHEET, office.head.person.id)
    assert word.instruction == "Ditindaklanjuti. Dibicarakan. Tolong hari ini."
    assert one(session, Disposition).state is State.ACKNOWLEDGED

    page = uploaded(operator, "/disposisi/lembar/unggah", photo, status=422)
    assert "Lembar ini sudah dicatat pada 4 Maret 2026" in page.text

    desk = client.another().login("koordinator")
    page = desk.get("/disposisi/lembar")
    assert "Sirene tidak bunyi" in page.text
    page = page.follow("Sirene tidak bunyi")
    assert "Tolong hari ini." in page.text
    assert "Diteruskan kepada UPT Pusdalops" in page.text
    page.form(button="Tolak lembar").fill(reason="").submit("Tolak lembar", status=422)
    form = desk.get(page.url).form(button="Tolak lembar")
    page = form.fill(reason="Tanda tangan tidak terlihat.").submit("Tolak lembar")
    assert "kembali ditunggu" in page.text
    assert one(session, Disposition).state is State.WAITING
    assert "Tanda tangan tidak terlihat." in desk.get("/aduan/1").text
    assert "Tanda tangan tidak terlihat." in operator.get(f"/disposisi/{office.order_id}/lembar").text
    assert "ditolak koordinator" in operator.get("/notifikasi").text
    assert "Ditolak koordinator" in desk.get("/disposisi/lembar?tampil=semua").text
    page = operator.get(f"/disposisi/{office.order_id}/ketahui.pdf", status=404)
    assert "sudah ditolak koordinator" in page.text
    page = operator.get(f"/disposisi/{office.order_id}/bukti").follow("Tanda bukti tanggal 4 Maret 2026")
    assert "Dibatalkan: ditolak koordinator" in page.text
    page = desk.another().get(f"/verifikasi/{one(session, Document, kind=DocumentKind.ACKNOWLEDGEMENT_PROOF).code}")
    assert "Dibatalkan." in page.text


def test_let_stand(client, session, office, tmp_path):
    operator = client.login("operator.bpbd")
    page = uploaded(operator, "/disposisi/lembar/unggah", photo_of(printed(operator, office.order_id).data, tmp_path))
    page.form(button=CAUGHT).fill(written_on="2026-03-04").submit(CAUGHT)
    desk = client.another().login("koordinator")
    page = desk.get("/disposisi/lembar").follow("Sirene tidak bunyi")
    page = page.form(button="Sesuai, sudah dilihat").submit()
    assert "Tidak ada lembar yang perlu dilihat." in page.text
    assert one(session, SheetRecord).state is RecordState.ACCEPTED


def test_several_photos_become_one_pdf(client, session, office, tmp_path):
    operator = client.login("operator.bpbd")
    photo = photo_of(printed(operator, office.order_id).data, tmp_path)
    page = uploaded(operator, f"/disposisi/{office.order_id}/lembar/unggah", blank(), photo)
    assert "Buka foto lembar (PDF)" in page.text
    stored = one(session, StoredFile)
    assert (stored.media_type, stored.subject_kind) == (MediaType.PDF.value, "sheet_record")


def test_a_mark_that_cannot_be_read_is_typed(client, session, office):
    operator = client.login("operator.bpbd")
    printed(operator, office.order_id)
    address = f"/disposisi/{office.order_id}/lembar/unggah"
    page = uploaded(operator, address, blank(), status=422)
    assert "Tanda QR pada foto tidak terbaca." in page.text
    page = uploaded(operator, address, blank(), code="ABC", status=422)
    assert "belum lengkap atau salah tulis" in page.text
    page = uploaded(operator, address, blank(), code="A" * 26, status=422)
    assert "Kode ini tidak tercatat." in page.text
    code = one(session, Document).code
    page = uploaded(operator, address, blank(), code=grouped(code).lower())
    assert "Kodenya diketik." in page.text
    assert one(session, SheetRecord).matched_by is MatchedBy.TYPED
    assert read_code(grouped(code)) == code


def test_files_that_are_no_photo_of_a_sheet(client, office):
    operator = client.login("operator.bpbd")
    address = f"/disposisi/{office.order_id}/lembar/unggah"
    assert "Pilih foto lembar" in uploaded(operator, address, status=422).text
    assert "JPEG atau PNG" in uploaded(operator, address, b"<svg/>", status=422).text
    assert "Paling banyak 6 foto" in uploaded(operator, address, *[blank()] * 7, status=422).text
    assert "HEIC" in uploaded(operator, address, b"\0\0\0\x18ftypheic" + b"\0" * 40, status=422).text


def test_the_sheet_of_another_complaint_or_agency(client, session, make, office, tmp_path):
    other = make.disposition(make.complaint("Jalan lain", is_verified=True), office.agency).id
    stranger_agency = make.agency("disdik")
    make.head(stranger_agency)
    make.operator(stranger_agency, "operator.disdik")
    session.commit()
    operator = client.login("operator.bpbd")
    photo = photo_of(printed(operator, office.order_id).data, tmp_path)
    page = uploaded(operator, f"/disposisi/{other}/lembar/unggah", photo, status=422)
    assert "bukan aduan ini" in page.text
    stranger = client.another().login("operator.disdik")
    page = uploaded(stranger, "/disposisi/lembar/unggah", photo, status=422)
    assert "Lembar ini bukan lembar disposisi OPD Anda." in page.text
    assert "Sirene" not in page.whole_text
    assert one(session, DispositionSheet).disposition_id == office.order_id
    sheet_id = one(session, DispositionSheet).id
    stranger.get(f"/disposisi/lembar/{sheet_id}.pdf", status=404)
    stranger.get(f"/disposisi/{office.order_id}/lembar", status=404)
    stranger.post(f"/disposisi/{office.order_id}/lembar", {}, status=404)
    stranger.get(f"/disposisi/lembar/cetak.pdf?lembar={sheet_id}", status=404)


def test_dates_come_back_with_their_sentence(client, session, office, tmp_path):
    operator = client.login("operator.bpbd")
    page = uploaded(operator, "/disposisi/lembar/unggah", photo_of(printed(operator, office.order_id).data, tmp_path))
    for day, sentence in (("2026-03-05", "lebih dari hari ini"), ("2026-03-01", "mendahului tanggal aduan")):
        page = page.form(button=CAUGHT).fill(written_on=day, instruction="Segera.").submit(CAUGHT, status=422)
        assert sentence in page.text
        assert "Segera." in page.source
    page.form(button=CAUGHT).fill(written_on="").submit(CAUGHT, status=422)
    assert one(session, Disposition).state is State.WAITING


def test_a_supervised_matter_asks_for_the_call(client, session, make, office, tmp_path):
    order = make.disposition(make.complaint(is_verified=True, report_class=ReportClass.SUPERVISORY), office.agency)
    key = order.id
    session.commit()
    operator = client.login("operator.bpbd")
    page = uploaded(operator, "/disposisi/lembar/unggah", photo_of(printed(operator, key).data, tmp_path))
    page = page.form(button=CAUGHT).fill(written_on="2026-03-04").submit(CAUGHT, status=422)
    assert "konfirmasikan dahulu" in page.text
    page = page.form(button=CAUGHT).fill(phone_confirmed=True).submit(CAUGHT, status=422)
    assert "Isi tanggal dan pukul telepon." in page.text
    form = page.form(button=CAUGHT)
    form.fill(phone_confirmed=True, phone_name="Ibu Kepala", phone_on="2026-03-04", phone_time="09:30").submit(CAUGHT)
    assert one(session, SheetRecord).phone_name == "Ibu Kepala"


def test_all_waiting_sheets_at_once(client, session, make, office):
    make.disposition(make.complaint("Kedua", is_verified=True), office.agency)
    session.commit()
    operator = client.login("operator.bpbd")
    page = operator.get("/").form(button="Cetak semua lembar disposisi").submit()
    assert page.headers["Content-Type"] == "application/pdf"
    assert session.scalar(sa.select(sa.func.count()).select_from(DispositionSheet)) == 2


def test_who_may_do_what(client, session, make, office):
    for member in (make.secretariat(), make.leadership(), make.administrator(), make.unit(office.agency)):
        browser = client.another().login(member.login)
        for address in (
            f"/disposisi/{office.order_id}/lembar",
            f"/disposisi/{office.order_id}/ketahui.pdf",
            f"/disposisi/{office.order_id}/bukti",
            "/disposisi/lembar",
            "/disposisi/lembar/unggah",
        ):
            browser.get(address, status=403)
    head = client.another().login("kepala.bpbd")
    printed(head, office.order_id)
    head.get("/disposisi/lembar/unggah", status=403)
    head.get("/disposisi/lembar", status=403)
    desk = client.another().login("koordinator")
    desk.get("/disposisi/lembar/unggah", status=403)
    desk.post(f"/disposisi/{office.order_id}/lembar", {}, status=403)
    liaison = client.another().login("sekretaris.bpbd")
    printed(liaison, office.order_id)
    liaison.get("/disposisi/lembar", status=403)


def known(make, session, office, *, order_id=None, **values):
    order = session.get(Disposition, order_id or office.order_id)
    row = make.acknowledged(order, office.head, **values)
    session.commit()
    return row


def test_the_proof_is_the_same_for_everybody(client, session, make, office):
    make.inspectorate()
    known(make, session, office, instruction="Cek lapangan.")
    files = {
        name: client.another().login(name).get(f"/disposisi/{office.order_id}/ketahui.pdf").data
        for name in ("kepala.bpbd", "operator.bpbd", "sekretaris.bpbd", "koordinator", "inspektorat")
    }
    assert len(set(files.values())) == 1
    document = one(session, Document)
    assert document.file_sha256 is not None
    assert document.chain_seq is not None
    page = client.another().login("inspektorat").get(f"/disposisi/{office.order_id}/tanda-bukti")
    assert "Cek lapangan." in page.text
    assert grouped(document.code) in page.text
    assert session.scalar(sa.select(sa.func.count()).select_from(Document)) == 1


def test_no_proof_before_the_word(client, office):
    page = client.login("operator.bpbd").get(f"/disposisi/{office.order_id}/ketahui.pdf", status=404)
    assert "belum dinyatakan diketahui" in page.text
    page = client.get(f"/disposisi/{office.order_id}/bukti")
    assert "Belum ada pernyataan mengetahui." in page.text


def test_the_evidence_tells_a_changed_text(client, session, make, office):
    from lapor.dispositions.acknowledging import digest_of

    shown = {"title": "Sirene tidak bunyi", "text": "Hubungi 081234567890."}
    row = known(make, session, office, shown=shown, digest=digest_of(shown))
    browser = client.login("koordinator")
    browser.get(f"/disposisi/{office.order_id}/ketahui.pdf")
    page = browser.get(f"/disposisi/{office.order_id}/bukti")
    assert "Teks sesuai dengan sidiknya" in page.text
    assert "Tanda bukti sesuai dengan sidiknya" in page.text
    assert "[nomor telepon disamarkan]" in page.whole_text
    assert "081234567890" not in page.source
    session.execute(
        sa.update(Acknowledgement).where(Acknowledgement.id == row.id).values(shown={**shown, "title": "Lain"})
    )
    document = one(session, Document)
    session.execute(
        sa.update(Document).where(Document.id == document.id).values(content={**document.content, "title": "Lain"})
    )
    session.commit()
    page = browser.get(f"/disposisi/{office.order_id}/bukti")
    assert "Teks TIDAK sesuai dengan sidiknya" in page.text
    assert "Tanda bukti TIDAK sesuai dengan sidiknya" in page.text


def test_a_confidential_proof_shows_times_only_and_each_reading_is_noted(client, session, make, office):
    make.inspectorate()
    complaint = make.complaint("ZXRAHASIAQ judul", text="ZXRAHASIAQ isi", is_verified=True, is_confidential=True)
    order_id = make.disposition(complaint, office.agency).id
    key = complaint.id
    known(
        make, session, office, order_id=order_id, instruction="ZXRAHASIAQ arahan", shown={"title": "ZXRAHASIAQ judul"}
    )
    auditor = client.login("inspektorat")
    page = auditor.get(f"/disposisi/{order_id}/bukti")
    assert "ZXRAHASIAQ" not in page.source
    assert "Isi aduan rahasia hanya untuk yang menangani." in page.text
    page = auditor.get(f"/disposisi/{order_id}/tanda-bukti")
    assert "ZXRAHASIAQ" not in page.source
    file = auditor.get(f"/disposisi/{order_id}/ketahui.pdf").data
    words = subprocess.run(["pdftotext", "-", "-"], input=file, capture_output=True, check=True).stdout
    assert b"ZXRAHASIAQ" not in words
    assert b"Rahasia (judul tidak dicetak)" in words
    noted = session.scalars(sa.select(ReadLog).where(ReadLog.complaint_id == key, ReadLog.what == "proof")).all()
    assert len(noted) == 2
    page = client.another().get(f"/verifikasi/{one(session, Document).code}")
    assert "tidak ditampilkan untuk umum" in page.text
    assert complaint.tracking_id not in page.text
    assert office.head.person.name not in page.text
    operator = client.another().login("operator.bpbd")
    assert "ZXRAHASIAQ judul" in operator.get(f"/disposisi/{order_id}/bukti").whole_text


def test_what_became_confidential_is_masked_for_the_auditor(client, session, make, office):
    make.inspectorate()
    known(make, session, office, instruction="ZXRAHASIAQ arahan")
    owner = client.login("operator.bpbd").get(f"/disposisi/{office.order_id}/ketahui.pdf").data
    order = session.get(Disposition, office.order_id)
    complaint = session.get(type(make.complaint()), order.complaint_id)
    complaint.is_confidential = True
    session.commit()
    auditor = client.another().login("inspektorat")
    file = auditor.get(f"/disposisi/{office.order_id}/ketahui.pdf").data
    words = subprocess.run(["pdftotext", "-", "-"], input=file, capture_output=True, check=True).stdout
    assert b"ZXRAHASIAQ" not in words
    assert b"Sirene" not in words
    assert b"Salinan tersamar" in words
    assert "ZXRAHASIAQ" not in auditor.get(f"/disposisi/{office.order_id}/tanda-bukti").source
    assert client.get(f"/disposisi/{office.order_id}/ketahui.pdf").data == owner


def test_each_statement_keeps_its_own_proof(client, session, make, office):
    first = known(make, session, office, instruction="Arahan pertama.")
    second = known(make, session, office, instruction="Arahan kedua.")
    first.superseded_by_id = second.id
    session.commit()
    browser = client.login("operator.bpbd")
    assert "Arahan kedua." in browser.get(f"/disposisi/{office.order_id}/tanda-bukti").text
    page = browser.get(f"/disposisi/{office.order_id}/tanda-bukti?pernyataan={first.id}")
    assert "Arahan pertama." in page.text
    browser.get(f"/disposisi/{office.order_id}/tanda-bukti?pernyataan=999", status=404)


def test_the_public_page(client, session, make, office):
    known(make, session, office)
    file = client.login("operator.bpbd").get(f"/disposisi/{office.order_id}/ketahui.pdf").data
    document = one(session, Document)
    visitor = client.another()
    page = visitor.get(f"/verifikasi?kode={grouped(document.code).replace(' ', '+')}")
    assert page.heading == "Tanda Bukti Diketahui Pimpinan"
    assert "Tercatat." in page.text
    assert page.headers["X-Robots-Tag"] == "noindex, nofollow"
    for words in ("Kepala BPBD", document.public_words, grouped(document.digest[:12].upper())):
        assert words in page.text
    for words in (office.head.person.name, "Sirene"):
        assert words not in page.whole_text
    form = page.form(button="Bandingkan")
    assert "Pilih berkas PDF" in form.submit(status=422).text
    assert "Sama." in visitor.get(page.url).form(button="Bandingkan").fill(file=(file, "bukti.pdf")).submit().text
    form = visitor.get(page.url).form(button="Bandingkan")
    assert "Berbeda." in form.fill(file=(file + b" ", "bukti.pdf")).submit().text
    assert session.scalar(sa.select(sa.func.count()).select_from(StoredFile)) == 0


def test_unknown_codes_get_a_helpful_page(client):
    page = client.get("/verifikasi/" + "A" * 26, status=404)
    assert "Kode ini tidak tercatat." in page.text
    assert "Periksa" in page.form(action="/verifikasi").buttons
    client.get("/verifikasi/%3Cscript%3E", status=404)
    assert "belum lengkap" in client.get("/verifikasi?kode=ABC", status=422).text
    assert client.get("/verifikasi").heading == "Periksa keaslian dokumen"
