"""Writing minutes through the services: what is checked, what is frozen, who may."""

from datetime import date, time

import pytest
from sqlalchemy.orm import Session

from lapor.core.clock import at_local
from lapor.core.errors import Conflict, Invalid, NotAllowed
from lapor.journal.queries import chain_head, list_subject_facts
from lapor.journal.rules import anchor_words
from lapor.meetings import queries, services
from lapor.meetings.composing import compose_minutes
from lapor.meetings.models import Meeting
from lapor.meetings.rules import Attendance, CheckIn, ItemStatus, MeetingState, Part, TextKind
from lapor.offices.models import PersonKind
from lapor.policy import Role
from tests.factories import Make

DAY = date(2026, 3, 5)
NOW = at_local(date(2026, 3, 6), 10)
PROVINCE = "Provinsi Sulawesi Tengah"


def details(**values: object) -> services.Details:
    """The head of a plain meeting."""
    return services.Details(
        **{"title": "Evaluasi Triwulan I", "held_on": DAY, "starts_at": time(9), "place": "Aula", **values}  # type: ignore[arg-type]
    )


@pytest.fixture
def meeting(session: Session, make: Make) -> Meeting:
    """A complete meeting whose minutes can be submitted."""
    chair = make.member(Role.HEAD, make.office(), name="Hasrul Toampi", title="Kepala Bidang IKP")
    taker = make.secretariat()
    bkd = make.agency("bkd")
    make.operator(bkd)
    made = services.create_meeting(
        session,
        details(
            ends_at=time(11, 40), opened_at=time(9, 5), chair_id=chair.person.id, minute_taker_id=taker.person.id
        ),
        actor=make.actor(taker, NOW),
        now=NOW,
    )
    seed = {"actor": None, "now": NOW}
    item = services.add_agenda_item(session, made, title="Hasil evaluasi", **seed)
    services.write_text(session, made, TextKind.DISCUSSION, "Pokok satu.\n\nPokok dua.", agenda_item=item, **seed)
    services.invite_operators(session, made, **seed)
    rows = queries.list_rows(session, Part.PARTICIPANT, made.id)
    mark = services.Mark(rows[0].id, Attendance.PRESENT, CheckIn.PHONE, "")
    services.take_attendance(session, made, [mark], actor=make.actor(taker, NOW), now=NOW)
    services.add_obstacle(session, made, description="Admin sering berganti", **seed)
    services.add_decision(session, made, description="Setiap aduan diketahui pimpinan.", **seed)
    services.add_action_item(
        session, made, description="Menyusun konsep SK", due_on=date(2026, 3, 31), agencies=[bkd], **seed
    )
    return made


def test_the_document_says_what_was_entered(session: Session, meeting: Meeting) -> None:
    document = compose_minutes(session, meeting, province=PROVINCE)
    assert document.draft
    assert document.letterhead.government == "PEMERINTAH PROVINSI SULAWESI TENGAH"
    assert document.hours == "Pukul 09.00 s.d. 11.40 WITA"
    assert document.chair is not None
    assert document.chair.post == "Kepala Bidang IKP"
    assert document.attendance == "1 orang (1 admin) dari 1 perangkat daerah/unit"
    assert document.opening == ("Rapat dibuka oleh Ketua pada pukul 09.05 WITA.",)
    assert document.discussions[0].points == ("Pokok satu.", "Pokok dua.")
    assert document.obstacles[0].agency == "Umum"
    assert document.follow_ups[0].responsible == "BKD"
    assert document.closing == ("Rapat ditutup oleh Ketua pada pukul 11.40 WITA.",)
    assert document.attendance_groups[0].rows[0].remark == "Hadir (melalui ponsel)"
    left, right = document.signatures
    assert left.above == ("Notulis,",)
    assert right.above == ("PIMPINAN RAPAT", "KEPALA BIDANG IKP,")
    assert right.number.startswith("NIP. 19800101 200501 ")


def test_approved_minutes_stand_still(session: Session, make: Make, meeting: Meeting) -> None:
    services.submit_minutes(session, meeting, actor=None, now=NOW)
    services.approve_minutes(session, meeting, signed_on=date(2026, 3, 6), province=PROVINCE, actor=None, now=NOW)
    before = compose_minutes(session, meeting, province=PROVINCE)
    item = queries.list_rows(session, Part.ACTION_ITEM, meeting.id)[0]
    services.update_action_item(session, item, status=ItemStatus.DONE, actor=None, now=NOW)
    make.office().name = "Dinas Lain"
    session.flush()
    after = compose_minutes(session, meeting, province=PROVINCE)
    assert after == before
    assert not after.draft
    assert after.follow_ups[0].status == "Belum mulai"
    with pytest.raises(Conflict, match="sudah disetujui"):
        services.add_decision(session, meeting, description="Lagi", actor=None, now=NOW)


def test_approved_minutes_print_the_link_of_their_approval(session: Session, meeting: Meeting) -> None:
    services.submit_minutes(session, meeting, actor=None, now=NOW)
    session.commit()
    assert compose_minutes(session, meeting, province=PROVINCE).anchor == anchor_words(chain_head(session))
    services.approve_minutes(session, meeting, signed_on=date(2026, 3, 6), province=PROVINCE, actor=None, now=NOW)
    session.commit()
    approved = anchor_words(chain_head(session))
    item = queries.list_rows(session, Part.ACTION_ITEM, meeting.id)[0]
    services.update_action_item(session, item, status=ItemStatus.DONE, actor=None, now=NOW)
    session.commit()
    assert compose_minutes(session, meeting, province=PROVINCE).anchor == approved
    assert approved != anchor_words(chain_head(session))


def test_reopened_minutes_are_a_draft_again(session: Session, make: Make, meeting: Meeting) -> None:
    services.submit_minutes(session, meeting, actor=None, now=NOW)
    services.approve_minutes(session, meeting, signed_on=date(2026, 3, 6), province=PROVINCE, actor=None, now=NOW)
    actor = make.actor(make.coordinator(), NOW)
    with pytest.raises(Invalid, match="alasan"):
        services.reopen_minutes(session, meeting, reason="", actor=actor, now=NOW)
    services.reopen_minutes(session, meeting, reason="Nama keliru", actor=actor, now=NOW)
    session.refresh(meeting)
    assert meeting.state is MeetingState.DRAFT
    assert meeting.frozen is None


def test_incomplete_minutes_name_what_is_lacking(session: Session) -> None:
    empty = services.create_meeting(session, details(), actor=None, now=NOW)
    with pytest.raises(Invalid) as refusal:
        services.submit_minutes(session, empty, actor=None, now=NOW)
    for words in ("jam selesai", "ketua rapat", "pencatat", "acara", "peserta yang hadir", "keputusan"):
        assert words in refusal.value.sentence


def test_approval_needs_a_submitted_paper_and_a_possible_day(session: Session, meeting: Meeting) -> None:
    with pytest.raises(Conflict, match="Ajukan"):
        services.approve_minutes(session, meeting, signed_on=DAY, province=PROVINCE, actor=None, now=NOW)
    services.submit_minutes(session, meeting, actor=None, now=NOW)
    for day in (date(2026, 3, 4), date(2026, 3, 7)):
        with pytest.raises(Invalid, match="Tanggal tanda tangan"):
            services.approve_minutes(session, meeting, signed_on=day, province=PROVINCE, actor=None, now=NOW)


def test_two_people_cannot_overwrite_each_other(session: Session, make: Make, meeting: Meeting) -> None:
    text = queries.text_of(queries.list_texts(session, meeting.id), TextKind.OPENING)
    assert text is not None
    first, second = make.actor(make.coordinator(), NOW), make.actor(make.secretariat("sekretariat2"), NOW)
    services.save_text(session, text, body="Versi satu", version=1, actor=first, now=NOW)
    with pytest.raises(Conflict) as refusal:
        services.save_text(session, text, body="Versi dua", version=1, actor=second, now=NOW)
    assert first.name in refusal.value.sentence
    assert "10.00 WITA" in refusal.value.sentence
    assert text.body == "Versi satu"
    # the same words twice are no conflict: the answer to the first save was lost on the way
    services.save_text(session, text, body="Versi satu", version=1, actor=second, now=NOW)


def test_autosave_does_not_flood_the_journal(session: Session, make: Make, meeting: Meeting) -> None:
    text = queries.text_of(queries.list_texts(session, meeting.id), TextKind.CLOSING)
    assert text is not None
    actor = make.actor(make.coordinator(), NOW)
    for number in range(1, 6):
        services.save_text(session, text, body=f"Kata {number}", version=number, actor=actor, now=NOW)
    session.commit()
    facts = [f for f in list_subject_facts(session, "meeting", meeting.id) if f.kind == "meeting.text-saved"]
    assert sum(1 for fact in facts if fact.actor_name == actor.name) == 1


def test_follow_ups_are_carried_until_done(session: Session, meeting: Meeting) -> None:
    later = services.create_meeting(session, details(title="Kedua", held_on=date(2026, 6, 4)), actor=None, now=NOW)
    last = services.create_meeting(session, details(title="Ketiga", held_on=date(2026, 9, 3)), actor=None, now=NOW)
    assert [item.description for item, _ in queries.carried_items(session, later)] == ["Menyusun konsep SK"]
    assert [asked.id for _, asked in queries.carried_items(session, last)] == [meeting.id]
    item = queries.list_rows(session, Part.ACTION_ITEM, meeting.id)[0]
    services.update_action_item(
        session, item, status=ItemStatus.DONE, done_on=DAY, note="menunggu paraf", actor=None, now=NOW
    )
    assert len(queries.carried_items(session, later)) == 1
    assert queries.carried_items(session, last) == []
    document = compose_minutes(session, later, province=PROVINCE)
    assert document.previous_follow_ups[0].status == "Selesai 5 Maret 2026"
    assert document.previous_follow_ups[0].note == "menunggu paraf"


def test_a_repeated_obstacle_names_the_earlier_meeting(session: Session, meeting: Meeting) -> None:
    later = services.create_meeting(session, details(held_on=date(2026, 6, 4)), actor=None, now=NOW)
    row = services.add_obstacle(session, later, description="admin sering berganti", actor=None, now=NOW)
    assert row.raised_on == DAY


def test_who_may_update_a_follow_up(session: Session, make: Make, meeting: Meeting) -> None:
    bkd = queries.seats_on(session, DAY, role=Role.OPERATOR)[0]
    item = queries.list_rows(session, Part.ACTION_ITEM, meeting.id)[0]
    own, other = make.actor(bkd.person, NOW), make.actor(make.operator(make.agency("dinkes")), NOW)
    with pytest.raises(NotAllowed):
        services.update_action_item(session, item, status=ItemStatus.RUNNING, actor=own, now=NOW)
    services.submit_minutes(session, meeting, actor=None, now=NOW)
    services.update_action_item(session, item, status=ItemStatus.RUNNING, actor=own, now=NOW)
    with pytest.raises(NotAllowed):
        services.update_action_item(session, item, status=ItemStatus.DONE, actor=other, now=NOW)
    for day in (date(2026, 3, 4), date(2026, 3, 7)):
        with pytest.raises(Invalid):
            services.update_action_item(session, item, status=ItemStatus.DONE, done_on=day, actor=own, now=NOW)


def test_agencies_see_only_meetings_that_invited_them(session: Session, make: Make, meeting: Meeting) -> None:
    bkd = queries.seats_on(session, DAY, role=Role.OPERATOR)[0]
    own, other = make.actor(bkd.person, NOW), make.actor(make.operator(make.agency("dinkes")), NOW)
    assert queries.find_meeting(session, own, meeting.id) is None
    services.submit_minutes(session, meeting, actor=None, now=NOW)
    assert queries.find_meeting(session, own, meeting.id) is not None
    assert queries.find_meeting(session, other, meeting.id) is None
    for member in (make.leadership(), make.inspectorate(), make.coordinator()):
        assert queries.find_meeting(session, make.actor(member, NOW), meeting.id) is not None


def test_only_the_secretariat_and_the_coordinator_write(session: Session, make: Make, meeting: Meeting) -> None:
    for member in (make.leadership(), make.inspectorate()):
        with pytest.raises(NotAllowed):
            services.add_decision(session, meeting, description="Tidak", actor=make.actor(member, NOW), now=NOW)


def test_lines_are_reordered_and_written_discussions_are_kept(session: Session, make: Make, meeting: Meeting) -> None:
    actor = make.actor(make.coordinator(), NOW)
    second = services.add_agenda_item(session, meeting, title="Penutup", actor=actor, now=NOW)
    services.move_row(session, meeting, Part.AGENDA, second, up=True, actor=actor, now=NOW)
    services.move_row(session, meeting, Part.AGENDA, second, up=True, actor=actor, now=NOW)
    titles = [row.title for row in queries.list_rows(session, Part.AGENDA, meeting.id)]
    assert titles == ["Penutup", "Hasil evaluasi"]
    services.remove_row(session, meeting, Part.AGENDA, second, actor=actor, now=NOW)
    written = queries.list_rows(session, Part.AGENDA, meeting.id)[0]
    with pytest.raises(Conflict, match="pembahasannya"):
        services.remove_row(session, meeting, Part.AGENDA, written, actor=actor, now=NOW)


def test_a_representative_has_a_name_and_stands_on_the_paper(session: Session, make: Make, meeting: Meeting) -> None:
    agency = make.agency("dinsos")
    stand_in = make.liaison(agency, name="Lukman Tolibas").person
    with pytest.raises(Invalid, match="mewakili"):
        services.add_participant(
            session, meeting, make.person(), agency=agency, attendance=Attendance.REPRESENTED, actor=None, now=NOW
        )
    services.add_participant(
        session,
        meeting,
        make.person("Ahmad Zaki", kind=PersonKind.NON_ASN),
        agency=agency,
        attendance=Attendance.REPRESENTED,
        way=CheckIn.PAPER,
        represented_by=stand_in,
        actor=None,
        now=NOW,
    )
    services.add_participant(
        session,
        meeting,
        services.Guest("Ibu Tamu", agency_name="Kominfo Kota Palu"),
        attendance=Attendance.GUEST,
        actor=None,
        now=NOW,
    )
    document = compose_minutes(session, meeting, province=PROVINCE)
    assert document.attendance == "3 orang (1 admin, 1 wakil, dan 1 tamu) dari 3 perangkat daerah/unit"
    row = document.attendance_groups[0].rows[1]
    assert (row.name, row.remark) == ("Lukman Tolibas", "Mewakili Ahmad Zaki")
    assert row.number.startswith("NIP. ")
    assert row.post == "Sekretaris DINSOS"
    assert document.attendance_groups[1].heading == "Narasumber/Tamu"


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"ends_at": time(8)}, "ends_at"),
        ({"ends_at": time(10), "opened_at": time(11)}, "opened_at"),
        ({"invitation_date": date(2026, 3, 9)}, "invitation_date"),
        ({"year_from": 2021}, "year_to"),
        ({"year_from": 2022, "year_to": 2021}, "year_from"),
        ({"year_from": 2010, "year_to": 2021}, "year_from"),
    ],
)
def test_what_does_not_fit_is_refused_at_its_field(session: Session, values: dict[str, object], field: str) -> None:
    with pytest.raises(Invalid) as refusal:
        services.create_meeting(session, details(**values), actor=None, now=NOW)
    assert refusal.value.field == field


def test_a_stale_form_of_the_head_is_refused(session: Session, make: Make, meeting: Meeting) -> None:
    actor = make.actor(make.coordinator(), NOW)
    version = meeting.version
    services.change_meeting(session, meeting, details(place="Ruang B"), version=version, actor=actor, now=NOW)
    with pytest.raises(Conflict, match="diubah orang lain"):
        services.change_meeting(session, meeting, details(place="Ruang C"), version=version, actor=actor, now=NOW)
