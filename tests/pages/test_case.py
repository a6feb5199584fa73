"""The main job in pages: verify, dispose, acknowledge, answer, close, and every step that is refused."""

from datetime import date

import sqlalchemy as sa

from lapor.agencies.models import Agency
from lapor.calendar.models import DayOff, DayOffKind
from lapor.complaints.models import Complaint
from lapor.complaints.rules import ReportClass, ReportedParty, Status
from lapor.dispositions.models import Acknowledgement, Disposition, Response
from lapor.dispositions.rules import State
from lapor.journal.models import ReadLog

NOW = "2026-03-04 10:00"


def one(session, model, **by):
    return session.scalars(sa.select(model).filter_by(**by)).one()


def verify(page, agency, **more):
    form = page.follow("Periksa dan sampaikan").form(button="Verifikasi dan sampaikan")
    return form.fill(reported_party="none", lead=str(agency.id), **more).submit("Verifikasi dan sampaikan")


def test_the_whole_path_of_one_complaint(client, session, make, clock):
    clock.at(NOW)
    agency = make.agency("bpbd", name="Badan Penanggulangan Bencana Daerah")
    make.coordinator()
    make.head(agency, "kepala.bpbd")
    make.operator(agency, "operator.bpbd")
    complaint = make.complaint("Hunian sementara bocor")
    address = f"/aduan/{complaint.id}"

    page = verify(client.login("koordinator").get(address), agency, note="Mohon segera.")
    assert "Menunggu diketahui pimpinan" in page.text
    assert "Kepala BPBD" in page.text

    operator = client.another().login("operator.bpbd")
    page = operator.get(address)
    page = (
        page.form(button="Simpan konsep").fill(text="Yth. Pelapor, tim kami ke lokasi besok.").submit("Simpan konsep")
    )
    assert "Konsep tersimpan" in page.text
    page = operator.get(address).form(button="Kirim dan catat").submit("Kirim dan catat")
    assert "belum menyatakan mengetahui" in page.text
    assert "Siap dikirim" not in page.form(button="Simpan konsep").buttons

    head = client.another().login("kepala.bpbd")
    page = head.get("/menunggu")
    assert page.heading == "Hunian sementara bocor"
    assert "Mohon segera." in page.text
    assert "Dicatat atas nama Kepala BPBD" in page.text
    page = page.form(button="Saya mengetahui").fill(instruction="Cek dan laporkan.").submit("Saya mengetahui")
    assert "Tercatat." in page.text
    assert "Tidak ada aduan yang menunggu" in page.text
    word = one(session, Acknowledgement)
    assert (word.post_title, word.capacity, word.instruction) == ("Kepala BPBD", "definitive", "Cek dan laporkan.")

    page = operator.get(address).form(button="Kirim dan catat").submit("Kirim dan catat")
    page = page.form(button="Siap dikirim").submit("Siap dikirim")
    assert "Salin teks untuk LAPOR!" in page.whole_text
    clock.at("2026-03-04 10:25")
    form = page.form(button="Catat: sudah dikirim di LAPOR!")
    page = form.fill(kind="final", posted_on="2026-03-04", posted_time="10:20").submit(
        "Catat: sudah dikirim di LAPOR!"
    )
    assert "Selesai dijawab" in page.text
    assert "tim kami ke lokasi besok" in page.text

    page = client.get(address).follow("Tutup aduan")
    page = (
        page.form(button="Tutup aduan").fill(reason="Pelapor puas dengan jawaban.", rating="5").submit("Tutup aduan")
    )
    session.expire_all()
    assert one(session, Complaint).status is Status.CLOSED
    assert "Penilaian pelapor 5 dari 5." in page.text
    for line in ("Diverifikasi koordinator", "Disampaikan ke BPBD", "Diketahui Kepala BPBD", "Ditutup"):
        assert line in page.text


def test_nothing_is_released_or_closed_before_the_head_knows(client, session, make, clock):
    clock.at(NOW)
    agency = make.agency("bpbd")
    make.coordinator()
    make.head(agency, "kepala.bpbd")
    make.operator(agency, "operator.bpbd")
    order = make.disposition(make.complaint(is_verified=True), agency)
    complaint_id, order_id = order.complaint_id, order.id

    operator = client.login("operator.bpbd")
    operator.get(f"/disposisi/{order_id}/tanggapan")
    page = operator.post(
        f"/disposisi/{order_id}/tanggapan", {"act": "release", "kind": "first", "text": "Sudah kami cek."}, status=422
    )
    assert "belum menyatakan mengetahui. Konsep tersimpan." in page.text
    assert one(session, Response).text == "Sudah kami cek."
    page = operator.post(
        f"/disposisi/{order_id}/tanggapan/catat",
        {"kind": "final", "text": "Sudah.", "posted_on": "2026-03-04", "posted_time": "09:00"},
        status=422,
    )
    assert "belum menyatakan mengetahui" in page.text
    operator.post(f"/disposisi/{order_id}/ketahui", {"digest": "x"}, status=403)

    desk = client.another().login("koordinator")
    page = desk.get(f"/aduan/{complaint_id}/tutup")
    page = (
        page.form(button="Tutup aduan").fill(reason="Pelapor puas dengan jawaban.").submit("Tutup aduan", status=422)
    )
    assert "belum menyatakan mengetahui" in page.text
    desk.post(f"/disposisi/{order_id}/ketahui", {"digest": "x"}, status=403)
    session.expire_all()
    assert one(session, Disposition).state is State.WAITING
    assert session.scalar(sa.select(sa.func.count()).select_from(Acknowledgement)) == 0


def test_an_answer_that_was_given_too_early_is_recorded_as_it_is(client, session, make, clock):
    clock.at(NOW)
    agency = make.agency("dinsos")
    make.head(agency, "kepala.dinsos")
    make.operator(agency, "operator.dinsos")
    make.coordinator()
    order = make.disposition(make.complaint(is_verified=True), agency)
    page = client.login("operator.dinsos").get(f"/disposisi/{order.id}/tanggapan")
    missing = page.form(button="Catat jawaban yang terlanjur").fill(kind="final", text="Data sedang dipadankan.")
    refused = missing.submit("Catat jawaban yang terlanjur", status=422)
    assert "Tulis alasan mengapa sudah dijawab sebelum pimpinan mengetahui." in refused.text
    page = (
        page.form(button="Catat jawaban yang terlanjur")
        .fill(
            kind="final",
            text="Data sedang dipadankan.",
            posted_on="2026-03-03",
            posted_time="15:00",
            before_known_reason="Kepala di Jakarta, pelapor menunggu.",
        )
        .submit("Catat jawaban yang terlanjur")
    )
    assert "Dijawab sebelum diketahui pimpinan" in page.text
    session.expire_all()
    row = one(session, Disposition)
    assert (row.state, row.is_owed, row.first_response_on) == (State.WAITING, True, date(2026, 3, 3))
    head = client.another().login("kepala.dinsos")
    page = head.get("/menunggu")
    assert "terlanjur dijawab" in page.text
    page.form(button="Saya mengetahui").submit("Saya mengetahui")
    session.expire_all()
    assert one(session, Disposition).state is State.FINISHED


def test_only_the_holder_of_the_day_acknowledges(client, session, make, clock):
    clock.at(NOW)
    agency, other = make.agency("dinkes"), make.agency("dishub")
    make.head(agency, "kepala.lama", ends_on=date(2026, 3, 3))
    make.head(agency, "kepala.besok", starts_on=date(2026, 3, 5))
    make.head(other, "kepala.dishub")
    order = make.disposition(make.complaint(is_verified=True), agency)
    for login in ("kepala.lama", "kepala.besok", "kepala.dishub"):
        browser = client.another().login(login)
        answer = browser.send("POST", f"/disposisi/{order.id}/ketahui", status=400)
        assert answer.status == 400  # without the token of a page
        browser.get("/profil")
        status = 404 if login == "kepala.dishub" else 403
        browser.post(f"/disposisi/{order.id}/ketahui", {"digest": "0"}, status=status)
    assert session.scalar(sa.select(sa.func.count()).select_from(Acknowledgement)) == 0


def test_a_link_never_acknowledges_and_a_changed_text_is_read_again(client, session, make, clock):
    clock.at(NOW)
    agency = make.agency("dlh")
    make.head(agency, "kepala.dlh")
    order = make.disposition(make.complaint("Debu truk", is_verified=True), agency)
    head = client.login("kepala.dlh")
    page = head.get(f"/disposisi/{order.id}/ketahui")
    assert one(session, Disposition).state is State.WAITING
    complaint = session.get(Complaint, order.complaint_id)
    complaint.text = "Debu truk masuk rumah, anak saya sesak."
    page = page.form(button="Saya mengetahui").submit("Saya mengetahui", status=422)
    assert "berubah setelah Bapak/Ibu membukanya" in page.text
    assert "anak saya sesak" in page.text
    page.form(button="Saya mengetahui").submit("Saya mengetahui")
    session.expire_all()
    assert one(session, Disposition).state is State.ACKNOWLEDGED


def test_a_complaint_about_the_head_reaches_the_inspektur_and_never_that_head(client, session, make, clock):
    clock.at(NOW)
    agency = make.agency("bkd")
    inspektorat = make.agency("inspektorat", is_oversight=True)
    make.coordinator()
    make.head(agency, "kepala.bkd")
    make.operator(agency, "operator.bkd")
    make.head(inspektorat, "inspektur")
    order = make.disposition(make.complaint("Kepala minta setoran", report_class=ReportClass.SUPERVISORY), agency)
    address = f"/aduan/{order.complaint_id}"
    desk = client.login("koordinator")
    page = desk.get(f"{address}/verifikasi")
    page = (
        page.form(button="Verifikasi dan sampaikan")
        .fill(reported_party="head", reported_agency_id=str(agency.id), lead=str(agency.id))
        .submit("Verifikasi dan sampaikan", status=422)
    )
    assert "hanya disampaikan ke Inspektorat" in page.text
    page = (
        page.form(button="Verifikasi dan sampaikan")
        .fill(reported_party="head", reported_agency_id=str(agency.id), lead=str(inspektorat.id))
        .submit("Verifikasi dan sampaikan")
    )
    assert "INSPEKTORAT" in page.text
    for login in ("kepala.bkd", "operator.bkd"):
        other = client.another().login(login)
        other.get(address, status=404)
        other.get(f"/disposisi/{order.id}", status=404)
        assert "setoran" not in other.get("/aduan?tampilan=semua").whole_text
    page = client.another().login("inspektur").get("/menunggu")
    assert page.heading == "Kepala minta setoran"
    assert one(session, Complaint).reported_party is ReportedParty.HEAD


def test_returning_is_knowing_and_the_coordinator_disposes_again(client, session, make, clock):
    clock.at(NOW)
    agency, right = make.agency("dinkes"), make.agency("dpmptsp")
    make.coordinator()
    make.head(agency, "kepala.dinkes")
    make.operator(agency, "operator.dinkes")
    order = make.disposition(make.complaint(is_verified=True), agency)
    operator = client.login("operator.dinkes")
    page = operator.get(f"/disposisi/{order.id}/kembalikan")
    page.form(button="Usulkan kepada pimpinan").fill(reason="Izin praktik diterbitkan kabupaten.").submit()
    assert one(session, Disposition).state is State.WAITING
    head = client.another().login("kepala.dinkes")
    form = head.get("/menunggu").form(button="Kembalikan ke koordinator")
    form.fill(reason="Izin praktik diterbitkan kabupaten.").submit("Kembalikan ke koordinator")
    session.expire_all()
    row = one(session, Disposition)
    assert (row.state, row.acknowledged_on) == (State.RETURNED, date(2026, 3, 4))
    page = client.another().login("koordinator").get(f"/aduan/{row.complaint_id}")
    assert "Dikembalikan OPD" in page.text
    form = page.follow("Sampaikan ke OPD").form(button="Sampaikan ke OPD")
    page = form.fill(lead=str(right.id)).submit("Sampaikan ke OPD")
    assert "Menunggu diketahui pimpinan" in page.text


def test_confidential_content_is_closed_and_each_view_is_noted(client, session, make, clock):
    clock.at(NOW)
    agency, other = make.agency("disdik"), make.agency("bapenda")
    for build in (make.coordinator, make.secretariat, make.leadership, make.inspectorate):
        build()
    make.administrator()
    make.head(agency, "kepala.disdik")
    make.operator(agency, "operator.disdik")
    make.operator(other, "operator.bapenda")
    marker = "MARKAHRAHASIA"
    order = make.disposition(
        make.complaint(f"{marker} judul", text=f"{marker} isi", is_verified=True, is_confidential=True), agency
    )
    address = f"/aduan/{order.complaint_id}"
    for login, status, reads in (
        ("koordinator", 200, True),
        ("operator.disdik", 200, True),
        ("sekretariat", 200, False),
        ("pimpinan", 200, False),
        ("inspektorat", 200, False),
        ("operator.bapenda", 404, False),
        ("admin", 403, False),
    ):
        before = session.scalar(sa.select(sa.func.count()).select_from(ReadLog))
        page = client.another().login(login).get(address, status=status)
        assert (marker in page.whole_text) is reads, login
        after = session.scalar(sa.select(sa.func.count()).select_from(ReadLog))
        assert after - before == (1 if reads else 0), login
    readers = client.another().login("koordinator").get(address).follow("Siapa yang membaca")
    assert "Admin SP4N-LAPOR! DISDIK" in readers.text
    client.another().login("operator.disdik").get(f"{address}/pembaca", status=403)
    head = client.another().login("kepala.disdik")
    seen = sa.select(sa.func.count()).select_from(ReadLog).where(ReadLog.what == "inbox")
    before = session.scalar(seen)
    assert marker in head.get("/menunggu").whole_text
    assert session.scalar(seen) == before + 1


def test_hold_resume_archive_forward_and_reopen(client, session, make, clock):
    clock.at(NOW)
    make.coordinator()
    agency = make.agency("bmpr")
    make.head(agency, "kepala.bmpr")
    order = make.disposition(make.complaint(is_verified=True), agency)
    address = f"/aduan/{order.complaint_id}"
    due = order.next_due_on
    desk = client.login("koordinator")
    page = desk.get(f"{address}/minta-kelengkapan").form(button="Hentikan batas waktu sementara")
    page = page.fill(reason="Lokasi belum jelas.", expected_on="2026-03-09").submit()
    assert "Menunggu kelengkapan pelapor" in page.text
    assert "Dihentikan sementara" in page.text
    clock.at("2026-03-09 08:00")
    page = client.another().login("koordinator").get(address)
    page = page.form(button="Lanjutkan aduan").submit("Lanjutkan aduan")
    assert "mundur 3 hari kerja" in page.text
    session.expire_all()
    assert make.calendar().between(due, one(session, Disposition).next_due_on) == 3
    page = page.client.get(f"{address}/arsipkan").form(button="Arsipkan").fill(reason="Uji coba.").submit(status=422)
    assert "belum menyatakan mengetahui" in page.text
    new = make.complaint("Air PDAM mati")
    page = page.client.get(f"/aduan/{new.id}/teruskan").form(button="Teruskan")
    page = page.fill(institution="Pemerintah Kota Palu", forwarded_on="2026-03-09").submit()
    assert "Diteruskan ke instansi lain" in page.text
    form = page.follow("Buka kembali").form(button="Buka kembali").fill(reason="Ternyata kewenangan provinsi.")
    page = form.submit("Buka kembali")
    assert "putaran" in page.text.lower() or "Dibuka kembali" in page.text
    assert session.get(Complaint, new.id).round == 2
    assert session.get(Agency, agency.id) is not None


def test_bad_input_keeps_what_was_typed(client, session, make, clock):
    clock.at(NOW)
    make.coordinator()
    agency = make.agency("bmpr")
    make.head(agency, "kepala.bmpr")
    make.operator(agency, "operator.bmpr")
    order = make.disposition(make.complaint(is_verified=True), agency, state=State.ACKNOWLEDGED)
    operator = client.login("operator.bmpr")
    form = operator.get(f"/disposisi/{order.id}/tanggapan").form(button="Catat: sudah dikirim di LAPOR!")
    page = form.fill(text="Sudah ditambal.", posted_on="2026-03-05", posted_time="08:00").submit(
        "Catat: sudah dikirim di LAPOR!", status=422
    )
    assert "tidak boleh di masa depan" in page.text
    assert "Sudah ditambal." in page.whole_text
    form = page.form(button="Catat: sudah dikirim di LAPOR!").fill(posted_on="2026-03-01", posted_time="08:00")
    page = form.submit("Catat: sudah dikirim di LAPOR!", status=422)
    assert "mendahului masuknya aduan" in page.text
    form = page.form(button="Catat: sudah dikirim di LAPOR!").fill(
        posted_on="2026-03-04", posted_time="09:00", files=(b"<html>", "bukti.pdf")
    )
    page = form.submit("Catat: sudah dikirim di LAPOR!", status=422)
    assert "Sudah ditambal." in page.whole_text
    operator.get("/aduan/99999", status=404)
    operator.get(f"/aduan/{order.complaint_id}/verifikasi", status=403)


def test_a_page_of_a_case_takes_a_constant_number_of_statements(app, client, session, make, clock):
    clock.at(NOW)
    make.coordinator()
    session.add(DayOff(day=date(2026, 3, 19), kind=DayOffKind.NATIONAL, name="Hari Suci Nyepi"))
    agency = make.agency("bmpr")
    make.head(agency, "kepala.bmpr")
    operator = make.operator(agency, "operator.bmpr")
    few = make.disposition(make.complaint(is_verified=True), agency, state=State.ACKNOWLEDGED)
    many = make.disposition(make.complaint(is_verified=True), agency, state=State.ACKNOWLEDGED)
    for _ in range(12):
        make.response(many, operator)
    browser = client.login("operator.bmpr")
    counts = []
    for order in (few, many):
        address = f"/aduan/{order.complaint_id}"
        browser.get(address)
        statements = []
        from lapor.core.db import db

        def count(_conn, _cursor, statement, *_rest, into=statements):
            into.append(statement)

        sa.event.listen(db.engine, "before_cursor_execute", count)
        browser.get(address)
        sa.event.remove(db.engine, "before_cursor_execute", count)
        counts.append([s for s in statements if not s.startswith(("BEGIN", "COMMIT", "ROLLBACK"))])
    assert len(counts[0]) == len(counts[1])
    assert len(counts[0]) <= 8, "\n\n".join(counts[0])


def test_superseding_keeps_who_it_was_passed_on_to_and_both_statements(client, session, make, clock):
    clock.at(NOW)
    agency = make.agency("bmpr")
    make.head(agency, "kepala.bmpr")
    unit = make.unit(agency, "bidang.bmpr")
    order = make.disposition(make.complaint("Jembatan miring", is_verified=True), agency)
    head = client.login("kepala.bmpr")
    form = head.get("/menunggu").form(button="Saya mengetahui")
    form.fill(pass_to=[str(unit.post.id)], instruction="Cek.").submit("Saya mengetahui")
    address = f"/aduan/{order.complaint_id}"
    assert "Jembatan miring" in client.another().login("bidang.bmpr").get(address).text
    form = head.get(f"/disposisi/{order.id}/perbaiki").form(button="Simpan pernyataan baru")
    page = form.fill(instruction="Cek hari ini.", reason="Arahan kurang jelas.").submit("Simpan pernyataan baru")
    assert "diperbaiki oleh Kepala BMPR" in page.text
    first, second = session.scalars(sa.select(Acknowledgement).order_by(Acknowledgement.id)).all()
    assert (first.superseded_by_id, first.instruction, second.instruction) == (second.id, "Cek.", "Cek hari ini.")
    assert "Jembatan miring" in client.another().login("bidang.bmpr").get(address).text


def test_a_complaint_about_the_own_office_leaves_the_coordinator_with_a_word(client, session, make, clock):
    clock.at(NOW)
    make.coordinator()
    make.inspectorate()
    complaint = make.complaint("Pungutan di kantor koordinator")
    form = client.login("koordinator").get(f"/aduan/{complaint.id}/verifikasi").form(button="Verifikasi saja")
    page = form.fill(reported_party="coordinator_office").submit("Verifikasi saja")
    assert "verifikator Inspektorat" in page.text
    client.get(f"/aduan/{complaint.id}", status=404)
    page = client.another().login("inspektorat").get(f"/aduan/{complaint.id}")
    assert page.heading == "Pungutan di kantor koordinator"
