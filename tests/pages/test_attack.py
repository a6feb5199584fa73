"""What a hostile or clumsy hand sends: crafted requests, nonsense in addresses and forms, readings unnoted."""

import time
from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from lapor.complaints.rules import ReportedParty, masked
from lapor.desk import services as desk
from lapor.desk.differences import count_open, list_open
from lapor.desk.import_models import LaporDifference
from lapor.dispositions import acknowledging, returning
from lapor.dispositions.models import Acknowledgement, Disposition, Opening, Response
from lapor.dispositions.rules import State
from lapor.journal.models import ReadLog
from lapor.meetings.models import Meeting
from tests.factories import MORNING

NOW = "2026-03-04 10:00"
MARKER = "Zamrudkhatulistiwa"
HUGE = "9" * 20


@pytest.fixture(autouse=True)
def _wednesday(clock):
    clock.at(NOW)


def read(session, **by):
    session.rollback()
    return session.scalar(sa.select(sa.func.count()).select_from(ReadLog).filter_by(**by))


# --- the head's card is the head's only -------------------------------------------------------------------------


@pytest.mark.parametrize("broken", [{"pass_to": "999"}, {"instruction": "x" * 3000}])
def test_a_broken_form_shows_the_card_to_no_other_head(client, session, make, broken):
    own, other = make.agency("bpbd"), make.agency("disdik")
    make.head(own)
    make.head(other)
    complaint = make.complaint(is_verified=True, is_confidential=True, text=f"{MARKER} isi")
    order = make.disposition(complaint, own)
    make.disposition(complaint, other, state=State.RETURNED)
    session.commit()
    client.login("kepala.disdik").get("/profil")
    page = client.post(f"/disposisi/{order.id}/ketahui", {"digest": "x", **broken}, status=403)
    assert MARKER not in page.source
    assert read(session) == 0


def test_a_broken_form_shows_confidential_words_to_no_leader(client, session, make):
    own, secretariat = make.agency("bpbd"), make.agency("setda")
    make.head(own)
    leader = make.leadership()
    make.assign(leader.person, make.head(secretariat).post, starts_on=date(2026, 3, 4))
    order = make.disposition(make.complaint(is_verified=True, is_confidential=True, text=f"{MARKER} isi"), own)
    session.commit()
    client.login("pimpinan").get("/profil")
    page = client.post(f"/disposisi/{order.id}/ketahui", {"pass_to": "999"}, status=403)
    assert MARKER not in page.source


def test_a_head_returns_only_what_he_himself_opened(session, make):
    agency = make.agency("bpbd")
    head, before = make.head(agency), make.member("head", make.agency("lama"), login="lama")
    order = make.disposition(make.complaint(is_verified=True), agency)
    make.opened(order, before)
    complaint = session.get_one(type(make.complaint()), order.complaint_id)
    given = {
        "reason": "Jalan ini kewenangan kabupaten.",
        "digest": acknowledging.digest_of(acknowledging.shown_to_head(complaint, order)),
        "actor": make.actor(head, MORNING + timedelta(days=1)),
        "now": MORNING + timedelta(days=1),
    }
    with pytest.raises(acknowledging.Invalid, match="belum dibuka"):
        returning.return_to_coordinator(session, order, **given)
    opened = make.opened(order, head, at=MORNING + timedelta(hours=20))
    returning.return_to_coordinator(session, order, **given)
    assert session.scalars(sa.select(Acknowledgement.opened_at)).one() == opened.opened_at


# --- every reading of confidential words is noted ---------------------------------------------------------------


@pytest.mark.parametrize(
    "header", [{"Sec-Purpose": "prefetch;prerender"}, {"Purpose": "Prefetch"}, {"X-Moz": "prefetch"}]
)
def test_what_fetches_ahead_is_shown_nothing_and_notes_nothing(client, session, make, header):
    agency = make.agency("bpbd")
    make.head(agency)
    order = make.disposition(make.complaint(is_verified=True, is_confidential=True, text=f"{MARKER} isi"), agency)
    session.commit()
    client.login("kepala.bpbd")
    for address in ("/menunggu", f"/disposisi/{order.id}", f"/aduan/{order.complaint_id}"):
        assert MARKER not in client.get(address, status=503, headers=header).response.get_data(as_text=True)
    session.rollback()
    assert (
        session.scalars(sa.select(Opening.id)).all()
        == session.scalars(sa.select(ReadLog.id).where(ReadLog.what == "inbox")).all()
    )


def test_a_refused_step_is_a_reading_too(client, session, make):
    make.coordinator()
    agency = make.agency("bpbd")
    make.operator(agency)
    order = make.disposition(make.complaint(is_verified=True, is_confidential=True), agency)
    session.commit()
    client.login("koordinator").get("/profil")
    client.post(f"/aduan/{order.complaint_id}/arsipkan", {"reason": ""}, status=422)
    client.post(f"/aduan/{order.complaint_id}/verifikasi", {"step": "dispose"}, status=422)
    client.post(f"/disposisi/{order.id}/tarik", {"reason": ""}, status=422)
    operator = client.another().login("operator.bpbd")
    operator.get("/profil")
    operator.post(f"/disposisi/{order.id}/tanggapan", {"kind": "nonsens"}, status=422)
    operator.post(f"/disposisi/{order.id}/tanggapan/catat", {"kind": "nonsens"}, status=422)
    assert read(session, complaint_id=order.complaint_id) == 5


# --- about the coordinator's own office -------------------------------------------------------------------------


def test_the_inspektorats_verifier_keeps_the_office_that_is_reported(session, make):
    office = make.office()
    make.coordinator()
    verifier = make.inspectorate(post=make.post(make.agency("inspektorat", is_oversight=True), "inspectorate"))
    complaint = make.complaint(
        is_verified=True, reported_party=ReportedParty.COORDINATOR_OFFICE, reported_agency_id=office.id
    )
    desk.verify(
        session,
        complaint,
        report_class=complaint.report_class,
        class_reason=None,
        reported_party=ReportedParty.COORDINATOR_OFFICE,
        reported_agency_id=None,
        actor=make.actor(verifier),
        now=MORNING,
    )
    assert complaint.reported_agency_id == office.id


def test_differences_about_the_office_are_not_even_counted(session, make):
    office = make.office()
    for party in (ReportedParty.NONE, ReportedParty.COORDINATOR_OFFICE):
        complaint = make.complaint(
            is_verified=True,
            reported_party=party,
            reported_agency_id=office.id if party is not ReportedParty.NONE else None,
        )
        session.add(LaporDifference(complaint_id=complaint.id, field="category", seen_at=MORNING))
    session.flush()
    assert count_open(session) == len(list_open(session)) == 1


# --- drafts -----------------------------------------------------------------------------------------------------


def test_a_page_that_knew_of_no_draft_does_not_write_over_a_colleagues(client, session, make):
    agency = make.agency("bpbd")
    make.operator(agency)
    make.operator(agency, "operator2.bpbd")
    order = make.disposition(make.complaint(is_verified=True), agency)
    session.commit()
    address = f"/disposisi/{order.id}/tanggapan"
    first, second = client.login("operator.bpbd"), client.another().login("operator2.bpbd")
    first.get("/profil")
    second.get("/profil")
    first.post(address, {"kind": "first", "text": "Konsep yang pertama."})
    page = second.post(address, {"kind": "first", "text": "Konsep yang kedua."}, status=422)
    assert "menyimpan bagian yang sama" in page.text
    session.rollback()
    assert session.scalars(sa.select(Response.text)).all() == ["Konsep yang pertama."]


# --- nonsense in addresses and forms ----------------------------------------------------------------------------


@pytest.mark.parametrize("key", ["9223372036854775808", str(2**31), "9" * 40, "0"])
@pytest.mark.parametrize(
    "address", ["/aduan/{}", "/disposisi/{}", "/berkas/{}", "/rapat/{}", "/opd/{}", "/evaluasi/{}"]
)
def test_keys_that_no_row_has_are_not_found(client, make, address, key):
    make.coordinator()
    client.login("koordinator").get(address.format(key), status=404)


@pytest.mark.parametrize("value", ["²", "-1", HUGE, "9" * 5000, "٣", "20000", "%00", "0000-00-00"])
def test_nonsense_in_filters_is_ignored(client, make, value):
    make.coordinator()
    agency = make.agency("bpbd")
    make.head(agency)
    make.disposition(make.complaint(is_verified=True), agency)
    client.login("koordinator")
    for name in ("hal", "tahun", "urut", "tampilan", "q", "opd", "status", "klasifikasi"):
        client.get(f"/aduan?{name}={value}")
    client.get(f"/statistik?tahun={value}")
    client.get(f"/rapat/tindak-lanjut?hal={value}")
    client.another().login("kepala.bpbd").get(f"/menunggu?setelah={value}")


@pytest.mark.parametrize("key", ["²", HUGE, "9" * 5000, "-1", "x"])
def test_nonsense_as_the_key_of_an_answer_is_no_key(client, session, make, key):
    agency = make.agency("bpbd")
    make.operator(agency)
    order = make.disposition(make.complaint(is_verified=True), agency)
    session.commit()
    client.login("operator.bpbd").get("/profil")
    client.post(f"/disposisi/{order.id}/tanggapan", {"kind": "first", "text": "Konsep.", "response_id": key})
    client.post(
        f"/disposisi/{order.id}/tanggapan/catat",
        {"kind": "first", "text": "Konsep.", "response_id": key, "posted_on": "2026-03-04", "posted_time": "09:00"},
        status=422,
    )
    session.rollback()
    assert session.get_one(Disposition, order.id).state is State.WAITING


MEETING = {"title": "Rapat", "held_on": "2026-03-04", "starts_at": "09.00", "place": "Aula"}


@pytest.mark.parametrize(
    "broken",
    [
        {"starts_at": HUGE},
        {"starts_at": "\n"},
        {"held_on": "9999-12-31"},
        {"held_on": "0001-01-01"},
        {"year_to": HUGE},
        {"year_to": "0"},
        {"title": " \n "},
    ],
)
def test_a_meeting_with_nonsense_is_refused(client, session, make, broken):
    make.secretariat()
    client.login("sekretariat").get("/rapat/baru")
    client.post("/rapat/baru", {**MEETING, **broken}, status=422)
    session.rollback()
    assert session.scalars(sa.select(Meeting.id)).all() == []


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
def test_a_day_that_no_paper_carries_is_no_day_off(client, make, day):
    make.coordinator()
    client.login("koordinator").get("/kalender")
    page = client.post("/kalender/hari-libur", {"day": day, "name": "Libur", "kind": "provincial"}, status=422)
    assert "Tahun belum benar" in page.text


def test_control_characters_are_left_out_of_typed_words(client, session, make):
    """PostgreSQL would refuse a NUL, a spreadsheet the others."""
    make.coordinator()
    form = client.login("koordinator").get("/aduan/baru").form(button="Catat aduan")
    page = form.fill(
        channel="Surat", title="Jalan\x00 rusak\x1b[31m", text="Baris satu\x01\nBaris\tdua", received_time="09:00"
    ).submit()
    assert page.heading == "Jalan rusak[31m"
    client.get("/aduan?q=rusak%00")
    assert client.post("/aduan/ekspor", {"berkas": "xlsx", "q": "rusak"}).status == 200


@pytest.mark.parametrize("version", ["x", "\n", "²", HUGE])
def test_versions_that_are_no_numbers_are_a_conflict_and_no_failure(client, make, version):
    make.administrator()
    agency = make.agency("bpbd")
    person = make.person()
    client.login("admin").get("/profil")
    of_person = {"name": "Nama", "kind": "pns", "nip": person.nip, "version": version}
    client.post(f"/penugasan/orang/{person.id}/ubah", of_person, status=409)
    of_agency = {"name": agency.name, "abbreviation": "BPBD", "kind": "dinas", "acknowledged_by": "\n"}
    client.post(f"/opd/{agency.id}/ubah", {**of_agency, "version": version}, status=422)


@pytest.mark.parametrize("text", ["x" * 20_000, "1" * 20_000, "08" * 10_000, "a@" + "-" * 19_000, "a." * 10_000])
def test_masking_takes_no_time_to_speak_of(text):
    """It was quadratic: one text of 20,000 letters held the server for seconds each time it was shown."""
    start = time.perf_counter()
    masked(text)
    assert time.perf_counter() - start < 0.5
