"""Requests that no page of ours makes: tried passwords, broken files, impossible keys and headers, others' orders."""

import io

import pytest
import sqlalchemy as sa
from flask import request

from lapor.complaints.rules import ReportedParty
from lapor.dispositions.models import Acknowledgement, Disposition, Material, PassedOn
from lapor.documents.models import Document
from lapor.inbox.models import InstructionDraft
from lapor.web.requests import LaporRequest
from tests.pages.test_units import Office, one

NOW = "2026-03-04 10:00"
MARKER = "Zamrudkhatulistiwa"
HUGE = "9" * 20
NUL = "a\x00b"


@pytest.fixture(autouse=True)
def _wednesday(clock):
    clock.at(NOW)


def test_the_present_password_cannot_be_guessed_on_the_profile(client, make):
    make.coordinator()
    client.login("koordinator").get("/profil/kata-sandi")
    new = "Kuda-terbang-9-langit"
    for _ in range(12):
        page = client.post(
            "/profil/kata-sandi", {"current": "salah sekali", "password": new, "repeat": new}, status=422
        )
    assert "coba lagi" in page.text.lower() or "tunggu" in page.text.lower(), page.text
    page = client.post("/profil/kata-sandi", {"current": "lapor-demo", "password": new, "repeat": new}, status=422)
    assert "Kata sandi sudah diganti." not in page.text


def test_the_recap_is_silent_about_what_is_about_oneself(client, session, make):
    agency = make.agency("bpbd")
    head = make.head(agency)
    plain = make.disposition(make.complaint("Jalan rusak", is_verified=True), agency)
    about = make.complaint(f"{MARKER} setoran", is_verified=True)
    make.acknowledged(plain, head)
    make.acknowledged(make.disposition(about, agency), head, instruction=f"{MARKER} arahan")
    session.commit()
    head_page = client.login("kepala.bpbd")
    assert MARKER in head_page.get("/rekap-saya?bulan=2026-03").source
    about.reported_party, about.reported_agency_id = ReportedParty.HEAD, agency.id
    about.reported_person_id = head.person.id
    session.commit()
    page = head_page.get("/rekap-saya?bulan=2026-03")
    assert "Jalan rusak" in page.text
    assert MARKER not in page.source
    assert about.reference not in page.source
    csv = head_page.get("/rekap-saya?bulan=2026-03&berkas=csv").data.decode("utf-8-sig")
    assert MARKER not in csv
    assert about.reference not in csv


@pytest.mark.parametrize("data", [b"MZ\x90\x00", b"", b"%PDF-1.4 broken", b"\xff\xd8\xff\xe0broken"])
def test_a_refused_file_of_a_unit_gives_a_sentence(client, session, make, data):
    office = Office(make, session)
    address = f"/disposisi/{office.order.id}/teruskan/{office.passed.id}/catat"
    client.login("operator.bpbd").get(address)
    page = client.post(
        address,
        {
            "text": "Terpal dipasang.",
            "behalf_name": "Kepala Bidang",
            "behalf_on": "2026-03-04",
            "files": (io.BytesIO(data), "bahan.pdf"),
        },
        status=422,
    )
    assert "Ada yang perlu diperbaiki Foto atau pindaian kertasnya: " in page.text
    session.rollback()
    assert session.scalars(sa.select(Material)).all() == []


def test_the_public_page_forgets_the_reference_of_what_is_withheld(client, session, make):
    agency = make.agency("bpbd")
    head = make.head(agency)
    make.operator(agency)
    complaint = make.complaint("Jalan rusak", is_verified=True)
    order = make.disposition(complaint, agency)
    make.acknowledged(order, head)
    session.commit()
    client.login("operator.bpbd").get(f"/disposisi/{order.id}/ketahui.pdf")
    address, visitor = f"/verifikasi/{one(session, Document).code}", client.another()
    assert complaint.reference in visitor.get(address).text
    complaint.is_confidential = True
    session.commit()
    assert complaint.reference not in visitor.get(address).source
    complaint.is_confidential, complaint.reported_party = False, ReportedParty.HEAD
    session.commit()
    assert complaint.reference not in visitor.get(address).source


def test_a_failing_statement_shows_no_values(session):
    with pytest.raises(sa.exc.DBAPIError) as failed:
        session.execute(sa.text("SELECT * FROM nowhere WHERE x = :x"), {"x": MARKER})
    session.rollback()
    assert MARKER not in str(failed.value)


QUERIES = (
    *("q", "cari", "hal", "sebelum", "setelah", "tahun", "bulan", "dari", "sampai", "orang", "opd", "aduan", "jenis"),
    *("kepada", "kode", "lanjut", "tampil", "urut", "pernyataan", "berkas", "status", "klasifikasi", "lembar"),
)


@pytest.mark.parametrize(
    "login", ["koordinator", "inspektorat", "admin", "sekretariat", "kepala.bpbd", "operator.bpbd"]
)
def test_no_address_fails_on_what_no_row_can_have(app, client, session, make, login):
    """PostgreSQL stores no NUL and no key beyond 32 bits; it would answer with a failure."""
    agency = make.agency("bpbd")
    for role in ("coordinator", "inspectorate", "administrator", "secretariat"):
        getattr(make, role)()
    make.head(agency)
    make.operator(agency)
    make.disposition(make.complaint(is_verified=True), agency)
    session.commit()
    browser = client.login(login).browser
    for rule in app.url_map.iter_rules():
        if "GET" not in (rule.methods or ()) or rule.endpoint == "static":
            continue
        for value in (HUGE, "0", "%00", str(2**31)):
            address = rule.rule
            for name in rule.arguments:
                start = address.index("<", address[: address.index(name)].rindex("<"))
                address = address.replace(address[start : address.index(">", start) + 1], value, 1)
            if not rule.arguments:
                address += "?" + "&".join(f"{name}={value}" for name in QUERIES)
            status = browser.get(address).status_code
            assert status < 500, (address, status)
            if rule.arguments and "POST" in (rule.methods or ()):
                assert browser.post(address, data={"x": NUL}).status_code < 500, address


@pytest.mark.parametrize(
    "given",
    [
        {"pass_to": HUGE},
        {"pass_to": "x"},
        {"pass_to": "²"},
        {"ready": "x" * 500_000},
        {"ready": NUL, "instruction": NUL, "pass_label": NUL},
        {"instruction": "x" * 500_000, "pass_label": "x" * 500_000},
    ],
    ids=lambda given: next(iter(given)),
)
def test_a_crafted_draft_is_kept_short_and_breaks_no_card(client, session, make, given):
    agency = make.agency("bpbd")
    make.head(agency)
    order = make.disposition(make.complaint(is_verified=True), agency)
    session.commit()
    client.login("kepala.bpbd").get(f"/disposisi/{order.id}")
    client.post(f"/disposisi/{order.id}/konsep-arahan", given)
    for row in session.scalars(sa.select(InstructionDraft)).all():
        assert sum(map(len, [*row.chosen, row.words, row.pass_label])) <= 12 * 200 + 2200
    form = client.get(f"/disposisi/{order.id}").form(button="Saya mengetahui")
    form.fill(instruction="Cek lapangan.").submit("Saya mengetahui", status=303)
    session.rollback()
    assert session.scalar(sa.select(sa.func.count()).select_from(Acknowledgement)) == 1


def test_no_nul_reaches_a_view(app):
    """Of no field and no argument, however it is read: PostgreSQL refuses it even inside JSON."""
    with app.test_request_context("/?q=a%00b", method="POST", data={"ready": [NUL, NUL], "x\x00": "y"}):
        assert isinstance(request._get_current_object(), LaporRequest)
        assert (request.args["q"], request.form.getlist("ready"), request.form["x"]) == ("ab", ["ab", "ab"], "y")


def test_parts_of_another_order_are_reached_through_no_address_of_this_one(client, session, make):
    """Both orders are the same agency's, so only the address is wrong."""
    office = Office(make, session)
    second = make.disposition(make.complaint("Jalan rusak", is_verified=True), office.bpbd)
    known = make.acknowledged(second, office.head)
    passed = PassedOn(
        acknowledgement_id=known.id, disposition_id=second.id, post_id=office.unit.post.id, label="Bidang"
    )
    session.add(passed)
    session.commit()
    unit = client.login("bidang.bpbd")
    unit.get(office.page).form(button="Kirim bahan jawaban").fill(text="Terpal.").submit("Kirim bahan jawaban")
    material = one(session, Material)
    operator, head = client.another().login("operator.bpbd"), client.another().login("kepala.bpbd")
    operator.get("/profil")
    head.get("/profil")
    head.post(f"/disposisi/{office.order.id}/teruskan/{passed.id}/tarik", {"reason": "Keliru"}, status=404)
    written = {"text": "Bahan", "behalf_name": "Nama", "behalf_on": "2026-03-04"}
    operator.post(f"/disposisi/{office.order.id}/teruskan/{passed.id}/catat", written, status=404)
    back = f"/disposisi/{second.id}/bahan/{material.id}"
    operator.post(f"{back}/kembalikan", {"reason": "Belum lengkap"}, status=404)
    operator.post(f"{back}/pakai", {"kind": "first", "text": ""}, status=404)
    operator.get(f"/disposisi/{second.id}/tanda-bukti?pernyataan={office.known.id}", status=404)
    session.rollback()
    assert session.get_one(PassedOn, passed.id).taken_back_at is None
    assert session.scalars(sa.select(Material.disposition_id)).all() == [office.order.id]


def test_a_return_signs_what_is_shown_also_after_the_word(client, session, make):
    agency = make.agency("bpbd")
    head = make.head(agency)
    order = make.disposition(make.complaint(is_verified=True), agency)
    make.acknowledged(order, head)
    session.commit()
    client.login("kepala.bpbd").get(f"/disposisi/{order.id}/kembalikan")
    given = {"reason": "Jalan ini kewenangan kabupaten.", "confirm_password": "lapor-demo"}
    page = client.post(f"/disposisi/{order.id}/kembalikan", {**given, "digest": "0" * 64}, status=422)
    assert "berubah setelah" in page.text
    session.rollback()
    assert session.get_one(Disposition, order.id).returned_at is None
    form = page.form(button="Kembalikan ke koordinator").fill(reason=given["reason"])
    form.submit("Kembalikan ke koordinator", status=303)
    session.rollback()
    assert session.get_one(Disposition, order.id).returned_at is not None


@pytest.mark.parametrize(
    "headers",
    [
        {"Referer": "http://[nowhere"},
        {"Referer": "http://localhost:99999999/x"},
        {"Host": "[nowhere"},
        {"Cookie": 'lapor_session="\\000\\377"; lapor_device="\\000"; huruf="\\000"'},
        {"Accept-Language": "²" * 100},
        {"HX-Request": "true", "HX-Current-URL": "http://[nowhere"},
        {"Range": "bytes=-9999999999999999999999"},
        {"Content-Type": "multipart/form-data"},
        {"If-Modified-Since": "x", "If-None-Match": '"'},
    ],
    ids=lambda headers: next(iter(headers)),
)
@pytest.mark.parametrize("is_signed_in", [False, True])
def test_no_header_makes_a_page_fail(app, client, session, make, monkeypatch, headers, is_signed_in):
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", False)
    agency = make.agency("bpbd")
    make.head(agency)
    order = make.disposition(make.complaint(is_verified=True), agency)
    session.commit()
    if is_signed_in:
        client.login("kepala.bpbd")
    sent = {name: value.encode().decode("latin-1") for name, value in headers.items()}
    for method, address in (
        ("GET", "/"),
        ("GET", "/masuk?lanjut=//[nowhere"),
        ("GET", "/masuk?lanjut=http://[nowhere"),
        ("POST", "/masuk"),
        ("POST", f"/disposisi/{order.id}/ketahui"),
        ("POST", f"/disposisi/{order.id}/konsep-arahan"),
        ("GET", f"/disposisi/{order.id}"),
        ("POST", "/perangkat-ini/tantangan"),
    ):
        for base in ("http://localhost", "https://localhost"):
            answer = client.browser.open(address, method=method, headers=sent, base_url=base)
            assert answer.status_code < 500, (method, base, address)
