"""Acknowledging by paper: dates at their edges, who signed, twice, refused and owed again."""

import hashlib
from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from lapor.complaints.rules import ReportClass
from lapor.core.clock import at_local, local_day
from lapor.core.errors import Conflict, Invalid, NotAllowed
from lapor.dispositions import acknowledging, answering, returning, superseding
from lapor.dispositions.models import Acknowledgement, Deadline
from lapor.dispositions.rules import MatchedBy, RecordState, ResponseKind, ResponseState, Stage, State, Way
from lapor.documents.models import Document
from lapor.documents.rules import DocumentKind, content_digest
from lapor.evidence import proof, recording, reviewing, sheet
from lapor.evidence.models import DispositionSheet, SheetRecord
from lapor.files.rules import MediaType
from lapor.files.services import StoredUpload
from lapor.journal.models import JournalEntry
from lapor.notifications.models import Notification
from lapor.offices.models import Capacity

PRINTED = at_local(date(2026, 3, 3), 9)
WEDNESDAY = date(2026, 3, 4)
NOON = at_local(WEDNESDAY, 12)


def photos(*names):
    """Photos that were checked and stored."""
    sha256s = tuple(hashlib.sha256(name.encode()).hexdigest() for name in names or ("foto",))
    return recording.Photos(StoredUpload(sha256s[0], 1000, "lembar.jpg", MediaType.JPEG), sha256s)


@pytest.fixture
def office(make):
    """An agency with its people, and one complaint that waits since Monday."""

    class Office:
        agency = make.agency("bpbd")
        head = make.head(agency)
        operator = make.operator(agency)
        liaison = make.liaison(agency)
        coordinator = make.coordinator()
        order = make.disposition(make.complaint("Sirene tidak bunyi", is_verified=True), agency)

    return Office


def printed(session, make, office, now=PRINTED):
    return sheet.print_sheet(session, office.order, actor=make.actor(office.operator, now), now=now)


def taken(session, make, office, paper, now=NOON, **more):
    return recording.take_photos(
        session,
        paper,
        **{
            "expected": office.order.id,
            "matched_by": MatchedBy.QR,
            "photos": photos(),
            "actor": make.actor(office.operator, now),
            "now": now,
            **more,
        },
    )


def written(session, make, office, draft, now=NOON, **more):
    return recording.acknowledge_by_sheet(
        session,
        draft,
        **{
            "written_on": PRINTED.date(),
            "signer_assignment_id": office.head.assignment.id,
            "instruction": "Ditindaklanjuti.",
            "actor": make.actor(office.operator, now),
            "now": now,
            **more,
        },
    )


def known_by_paper(session, make, office, **more):
    return written(session, make, office, taken(session, make, office, printed(session, make, office)), **more)


def limit(session, order):
    return session.scalars(
        sa.select(Deadline).where(Deadline.disposition_id == order.id, Deadline.stage == Stage.ACKNOWLEDGEMENT)
    ).one()


def test_a_sheet_counts_on_the_written_date_by_the_holder_of_that_day(session, make, office):
    known = known_by_paper(session, make, office)
    assert (known.way, known.means.value, known.acknowledged_on) == (Way.SHEET, "pen", date(2026, 3, 3))
    assert (known.acknowledged_at, known.opened_at) == (NOON, PRINTED)
    assert known.person_name == office.head.person.full_name
    assert known.shown["text"].startswith("Lampu jalan")
    assert acknowledging.digest_of(known.shown) == known.digest
    assert office.order.state is State.ACKNOWLEDGED
    assert office.order.acknowledged_on == limit(session, office.order).met_on == date(2026, 3, 3)
    assert not office.order.is_owed
    told = session.scalars(sa.select(Notification).where(Notification.person_id == office.head.person.id)).all()
    assert any("dicatat oleh" in item.sentence for item in told)
    assert all("Sirene" not in item.sentence for item in told)


@pytest.mark.parametrize(
    ("day", "sentence"),
    [
        (date(2026, 3, 5), "lebih dari hari ini"),
        (date(2026, 3, 2), "mendahului tanggal lembar ini dicetak"),
        (date(2026, 3, 1), "mendahului tanggal aduan disampaikan"),
    ],
)
def test_a_date_that_cannot_be_is_refused(session, make, office, day, sentence):
    draft = taken(session, make, office, printed(session, make, office))
    with pytest.raises(Invalid, match=sentence) as refused:
        written(session, make, office, draft, written_on=day)
    assert refused.value.field == "written_on"
    assert office.order.state is State.WAITING


@pytest.mark.parametrize("day", [date(2026, 3, 3), WEDNESDAY])
def test_the_day_of_printing_and_today_are_both_good(session, make, office, day):
    draft = taken(session, make, office, printed(session, make, office))
    assert written(session, make, office, draft, written_on=day).acknowledged_on == day


def test_today_begins_at_midnight_in_the_office(session, make, office):
    """23.30 UTC on Tuesday is Wednesday morning in Palu."""
    late = at_local(WEDNESDAY, 0, 30)
    assert late.date() == date(2026, 3, 3)
    draft = taken(session, make, office, printed(session, make, office), now=late)
    assert written(session, make, office, draft, now=late, written_on=WEDNESDAY).acknowledged_on == WEDNESDAY


def test_who_held_the_powers_on_the_written_date_decides(session, make, office):
    acting = make.person("Stefanus Tobondo")
    term = make.assign(
        acting,
        office.head.post,
        starts_on=WEDNESDAY,
        ends_on=date(2026, 3, 6),
        capacity=Capacity.PLH,
        order_number="800/1",
    )
    paper = printed(session, make, office)
    signers = recording.possible_signers(session, paper, office.order, WEDNESDAY)
    assert [item.assignment_id for item in signers] == [office.head.assignment.id, term.id]
    draft = taken(session, make, office, paper)
    with pytest.raises(Invalid, match=r"yang berwenang adalah Plh\. Kepala BPBD, Stefanus Tobondo") as refused:
        written(session, make, office, draft, written_on=WEDNESDAY)
    assert refused.value.field == "signer"
    known = written(session, make, office, draft, written_on=WEDNESDAY, signer_assignment_id=term.id)
    assert (known.capacity, known.order_number, known.person_id) == ("plh", "800/1", acting.id)
    assert known.post_title == "Plh. Kepala BPBD"


def test_while_the_post_is_vacant_nobody_can_have_signed(session, make, office):
    office.head.assignment.ends_on = date(2026, 3, 3)
    draft = taken(session, make, office, printed(session, make, office))
    with pytest.raises(Invalid, match="jabatan kepala OPD ini kosong"):
        written(session, make, office, draft, written_on=WEDNESDAY)


def test_a_supervised_matter_needs_a_call(session, make, office):
    order = make.disposition(make.complaint(is_verified=True, report_class=ReportClass.SUPERVISORY), office.agency)
    office.order = order
    draft = taken(session, make, office, printed(session, make, office))
    for phone, sentence in (
        (None, "konfirmasikan dahulu"),
        (recording.PhoneCall(" ", NOON), "Tulis nama"),
        (recording.PhoneCall("Ibu Kepala", NOON + timedelta(minutes=1)), "belum terjadi"),
        (recording.PhoneCall("Ibu Kepala", PRINTED - timedelta(days=1)), "mendahului tanggal lembar"),
    ):
        with pytest.raises(Invalid, match=sentence):
            written(session, make, office, draft, phone=phone)
    known = written(session, make, office, draft, phone=recording.PhoneCall("Ibu Kepala", NOON))
    content = proof.ensure_proof(session, known, actor=None, now=NOON).content
    assert content["sheet"]["phone_name"] == "Ibu Kepala"


def test_a_sheet_is_used_once(session, make, office):
    paper = printed(session, make, office)
    written(session, make, office, taken(session, make, office, paper))
    with pytest.raises(Conflict, match="Lembar ini sudah dicatat pada 4 Maret 2026"):
        taken(session, make, office, paper, photos=photos("foto lain"))


def test_the_same_photo_is_not_used_for_another_sheet(session, make, office):
    known_by_paper(session, make, office)
    office.order = make.disposition(agency=office.agency)
    with pytest.raises(Conflict, match="Foto ini sudah pernah diunggah untuk lembar lain"):
        taken(session, make, office, printed(session, make, office))


def test_a_second_photo_before_recording_replaces_the_first(session, make, office):
    paper = printed(session, make, office)
    first = taken(session, make, office, paper)
    second = taken(session, make, office, paper, photos=photos("lebih terang"))
    assert first.state is RecordState.DROPPED
    with pytest.raises(Conflict, match="diganti dengan foto lain"):
        written(session, make, office, first)
    written(session, make, office, second)


def test_a_sheet_of_another_complaint_names_its_own(session, make, office):
    other = make.disposition(agency=office.agency)
    with pytest.raises(Invalid, match="bukan aduan ini"):
        taken(session, make, office, printed(session, make, office), expected=other.id)


def test_another_agency_may_neither_print_nor_upload_nor_record(session, make, office):
    stranger = make.operator(make.agency("disdik"))
    paper = printed(session, make, office)
    draft = taken(session, make, office, paper)
    for act in (
        lambda: sheet.print_sheet(session, office.order, actor=make.actor(stranger, NOON), now=NOON),
        lambda: taken(session, make, office, paper, actor=make.actor(stranger, NOON)),
        lambda: written(session, make, office, draft, actor=make.actor(stranger, NOON)),
        lambda: written(session, make, office, draft, actor=make.actor(office.head, NOON)),
        lambda: written(session, make, office, draft, actor=make.actor(office.coordinator, NOON)),
    ):
        with pytest.raises(NotAllowed):
            act()


def test_what_the_head_said_himself_meanwhile_comes_first(session, make, office):
    draft = taken(session, make, office, printed(session, make, office))
    make.opened(office.order, office.head)
    acknowledging.acknowledge(
        session,
        office.order,
        digest=acknowledging.digest_of(
            acknowledging.shown_to_head(session.get_one(proof.Complaint, office.order.complaint_id), office.order)
        ),
        actor=make.actor(office.head, NOON),
        now=NOON,
    )
    with pytest.raises(Conflict, match="sudah dinyatakan diketahui"):
        written(session, make, office, draft)
    with pytest.raises(Conflict):
        sheet.print_sheet(session, office.order, actor=make.actor(office.operator, NOON), now=NOON)


def test_the_same_day_the_same_sheet_is_printed_again(session, make, office):
    first = printed(session, make, office)
    assert printed(session, make, office, PRINTED + timedelta(hours=2)) is first
    complaint = session.get_one(proof.Complaint, office.order.complaint_id)
    complaint.title = "Sirene dan lampu"
    assert printed(session, make, office, PRINTED + timedelta(hours=3)) is not first
    assert printed(session, make, office, NOON) is not first
    assert session.scalar(sa.select(sa.func.count()).select_from(DispositionSheet)) == 3


def test_what_is_on_the_paper_is_what_was_known(session, make, office):
    complaint = session.get_one(proof.Complaint, office.order.complaint_id)
    complaint.text = "Hubungi 081234567890. " + "Kata " * 400
    paper = printed(session, make, office)
    complaint.text = "Sesudah dicetak diubah."
    known = written(session, make, office, taken(session, make, office, paper))
    assert "081234567890" not in known.shown["text"]
    assert known.shown["is_cut"]
    assert len(known.shown["text"]) <= sheet.PRINTED_LETTERS + 4
    assert proof.shown_matches(known)


def test_a_refused_sheet_is_owed_again(session, make, office):
    known = known_by_paper(session, make, office)
    answer = make.response(office.order, office.operator, state=ResponseState.READY)
    found = session.scalars(sa.select(SheetRecord)).one()
    with pytest.raises(Invalid, match="Tulis alasan"):
        reviewing.refuse(session, found, reason=" ", actor=make.actor(office.coordinator, NOON), now=NOON)
    with pytest.raises(NotAllowed):
        reviewing.refuse(
            session, found, reason="Bukan beliau.....", actor=make.actor(office.operator, NOON), now=NOON
        )
    paper = proof.find_proof(session, known.id)
    assert reviewing.refuse(
        session, found, reason="Tanda tangan tidak terlihat.", actor=make.actor(office.coordinator, NOON), now=NOON
    )
    session.refresh(known)
    session.refresh(answer)
    assert (known.voided_at, known.void_reason) == (NOON, "Tanda tangan tidak terlihat.")
    assert office.order.state is State.WAITING
    assert office.order.is_owed
    assert office.order.acknowledged_on is None
    due = limit(session, office.order)
    assert (due.met_on, due.is_open, due.is_void) == (None, True, False)
    assert office.order.next_due_on == due.due_on
    assert answer.state is ResponseState.DRAFT
    assert paper is not None
    assert paper.cancelled_at == NOON
    told = {
        row.person_id for row in session.scalars(sa.select(Notification)) if "ditolak koordinator" in row.sentence
    }
    assert told == {office.head.person.id, office.operator.person.id, office.liaison.person.id}
    session.commit()
    kinds = list(session.scalars(sa.select(JournalEntry.kind).order_by(JournalEntry.seq)))
    assert "disposition.sheet_refused" in kinds
    assert "document.cancelled" in kinds


def test_after_a_refusal_the_same_sheet_may_be_photographed_again(session, make, office):
    paper = printed(session, make, office)
    written(session, make, office, taken(session, make, office, paper))
    found = session.scalars(sa.select(SheetRecord)).one()
    reviewing.refuse(
        session, found, reason="Foto terlalu gelap.", actor=make.actor(office.coordinator, NOON), now=NOON
    )
    with pytest.raises(Conflict, match="Foto ini sudah ditolak"):
        taken(session, make, office, paper)
    known = written(session, make, office, taken(session, make, office, paper, photos=photos("terang")))
    assert not office.order.answered_before_known
    content = proof.ensure_proof(session, known, actor=None, now=NOON).content
    assert [item["was_refused"] for item in content["earlier"]] == [True]


def test_an_answer_on_a_word_that_did_not_stand_was_given_too_early(session, make, office):
    known_by_paper(session, make, office)
    answering.record_answer(
        session,
        office.order,
        kind=ResponseKind.FIRST,
        text="Sudah kami periksa di lapangan.",
        posted_at=NOON,
        response=None,
        before_known_reason=None,
        actor=make.actor(office.operator, NOON),
        now=NOON,
    )
    found = session.scalars(sa.select(SheetRecord)).one()
    reviewing.refuse(
        session, found, reason="Bukan tanda tangan.", actor=make.actor(office.coordinator, NOON), now=NOON
    )
    assert office.order.state is State.WAITING
    later = NOON + timedelta(days=1)
    make.opened(office.order, office.head, at=later)
    acknowledging.acknowledge(
        session,
        office.order,
        digest=acknowledging.digest_of(
            acknowledging.shown_to_head(session.get_one(proof.Complaint, office.order.complaint_id), office.order)
        ),
        actor=make.actor(office.head, later),
        now=later,
    )
    assert office.order.answered_before_known
    assert office.order.state is State.IN_PROGRESS


def test_what_lapor_had_closed_waits_again_after_a_refusal(session, make, office):
    complaint = make.complaint(is_verified=True, lapor_status="Ditutup oleh Sistem")
    office.order = make.disposition(complaint, office.agency)
    known_by_paper(session, make, office)
    assert complaint.closed_at == NOON
    found = session.scalars(sa.select(SheetRecord)).one()
    reviewing.refuse(
        session, found, reason="Foto terlalu gelap.", actor=make.actor(office.coordinator, NOON), now=NOON
    )
    assert complaint.closed_at is None
    assert office.order.is_owed


def test_what_the_coordinator_has_closed_is_reopened_first(session, make, office):
    known_by_paper(session, make, office)
    complaint = session.get_one(proof.Complaint, office.order.complaint_id)
    complaint.closed_at, complaint.close_reason = NOON, "Pelapor puas."
    acknowledging.refresh(session, complaint)
    found = session.scalars(sa.select(SheetRecord)).one()
    with pytest.raises(Conflict, match="Buka kembali aduannya"):
        reviewing.refuse(
            session, found, reason="Foto gelap sekali", actor=make.actor(office.coordinator, NOON), now=NOON
        )


def test_looked_at_and_let_stand(session, make, office):
    known_by_paper(session, make, office)
    found = session.scalars(sa.select(SheetRecord)).one()
    actor = make.actor(office.coordinator, NOON)
    reviewing.accept(session, found, actor=actor, now=NOON)
    assert (found.state, found.reviewed_by_name) == (RecordState.ACCEPTED, actor.name)
    with pytest.raises(Conflict):
        reviewing.accept(session, found, actor=actor, now=NOON)
    assert reviewing.refuse(session, found, reason="Ternyata bukan beliau.", actor=actor, now=NOON)


def test_every_acknowledgement_gets_its_proof_in_the_same_transaction(session, make, office):
    known = known_by_paper(session, make, office)
    found = session.scalars(sa.select(Document).where(Document.kind == DocumentKind.ACKNOWLEDGEMENT_PROOF)).one()
    assert (found.subject_id, found.made_by_post) == (known.id, "Kepala BPBD")
    assert content_digest(found.content) == found.digest
    assert found.content["shown_digest"] == known.digest
    assert local_day(found.made_at) == WEDNESDAY


def test_a_superseded_statement_keeps_its_proof(session, make, office):
    known = known_by_paper(session, make, office)
    make.opened(office.order, office.head)
    fresh = superseding.supersede_acknowledgement(
        session,
        office.order,
        digest=acknowledging.digest_of(
            acknowledging.shown_to_head(session.get_one(proof.Complaint, office.order.complaint_id), office.order)
        ),
        instruction="Arahan yang benar.",
        reason="Salah tulis.",
        actor=make.actor(office.head, NOON),
        now=NOON,
    )
    old, new = proof.find_proof(session, known.id), proof.find_proof(session, fresh.id)
    assert old is not None
    assert new is not None
    assert (old.superseded_by_id, new.stands) == (new.id, True)
    assert proof.chosen(proof.list_acknowledgements(session, office.order.id), None).id == fresh.id
    found = session.scalars(sa.select(SheetRecord)).one()
    assert not reviewing.refuse(
        session, found, reason="Foto terlalu gelap.", actor=make.actor(office.coordinator, NOON), now=NOON
    )
    assert office.order.state is State.ACKNOWLEDGED


def test_a_return_that_states_knowing_has_a_proof(session, make, office):
    make.opened(office.order, office.head)
    complaint = session.get_one(proof.Complaint, office.order.complaint_id)
    returning.return_to_coordinator(
        session,
        office.order,
        reason="Jalan ini kewenangan kota.",
        digest=acknowledging.digest_of(acknowledging.shown_to_head(complaint, office.order)),
        actor=make.actor(office.head, NOON),
        now=NOON,
    )
    known = session.scalars(sa.select(Acknowledgement)).one()
    found = proof.find_proof(session, known.id)
    assert found is not None
    assert found.content["is_returned"]
