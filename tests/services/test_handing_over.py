"""Agencies that close, merge and change their names while work is open."""

from datetime import date, time, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from lapor.agencies import services
from lapor.agencies.closing import burdens_of
from lapor.agencies.models import AcknowledgedBy, Agency, AgencyKind, AgencyName
from lapor.agencies.queries import names_on
from lapor.agencies.services import Particulars
from lapor.core.clock import at_local
from lapor.core.errors import Conflict, Invalid
from lapor.dispositions.models import Acknowledgement, Deadline, Disposition
from lapor.dispositions.rules import Part, State
from lapor.journal.models import JournalEntry
from lapor.meetings.models import ActionItem, ActionItemAgency, Meeting
from lapor.notifications.models import Notification
from lapor.offices.models import Assignment, Post
from lapor.offices.queries import head_of
from lapor.policy import Actor, Role
from lapor.statistics.queries import agency_rows, coverage
from tests.factories import Make, Member

TODAY = date(2026, 3, 4)
NOW = at_local(TODAY, 10)
YESTERDAY = TODAY - timedelta(days=1)


@pytest.fixture
def actor(make: Make) -> Actor:
    return make.actor(make.administrator(), NOW)


@pytest.fixture
def old(make: Make) -> Agency:
    return make.agency("disbun", name="Dinas Perkebunan", abbreviation="DISBUN")


@pytest.fixture
def new(make: Make) -> Agency:
    return make.agency("distan", name="Dinas Pertanian", abbreviation="DISTAN")


def close(session: Session, old: Agency, new: Agency | None, actor: Actor, ends_on: date = YESTERDAY) -> None:
    services.close_agency(session, old, ends_on=ends_on, successor_id=new.id if new else None, actor=actor, now=NOW)
    session.flush()
    session.expire_all()


def told(session: Session, member: Member) -> str:
    session.flush()
    return " ".join(
        session.scalars(sa.select(Notification.sentence).where(Notification.person_id == member.person.id))
    )


def test_what_is_open_goes_to_the_successor_and_nothing_starts_anew(
    session: Session, make: Make, actor: Actor, old: Agency, new: Agency
) -> None:
    head, heir = make.head(old), make.head(new)
    make.liaison(new)
    coordinator = make.coordinator()
    waiting = make.disposition(agency=old)
    known = make.disposition(agency=old)
    given = make.acknowledged(known, head)
    finished = make.disposition(agency=old, state=State.FINISHED)
    archived = make.disposition(make.complaint(archived_at=NOW, archive_reason="ganda"), old)
    due = {row.id: row.due_on for row in session.scalars(sa.select(Deadline))}
    session.commit()
    assert [(item.count, item.label) for item in burdens_of(session, old.id, TODAY)] == [
        (1, "aduan menunggu diketahui kepala OPD"),
        (1, "aduan sedang ditangani"),
        (1, "jabatan berakhir"),
        (1, "orang kehilangan penugasan di OPD ini"),
    ]
    with pytest.raises(Invalid, match="Masih ada 2 aduan") as refusal:
        close(session, old, None, actor)
    assert refusal.value.field == "successor_id"
    session.rollback()
    close(session, old, new, actor)
    assert [row.agency_id for row in (waiting, known)] == [new.id, new.id]
    assert [row.head_agency_id for row in (waiting, known)] == [new.id, new.id]
    assert (waiting.is_owed, waiting.state, known.state) == (True, State.WAITING, State.ACKNOWLEDGED)
    assert (finished.agency_id, archived.agency_id) == (old.id, old.id)
    kept = session.get_one(Acknowledgement, given.id)
    assert (kept.disposition_id, kept.post_title, kept.superseded_by_id) == (known.id, head.post.title, None)
    assert {row.id: row.due_on for row in session.scalars(sa.select(Deadline))} == due
    assert head_of(session, old.id, TODAY) is None
    assert session.get_one(Post, head.post.id).ends_on == YESTERDAY
    assert "DISBUN ditutup dan diteruskan DISTAN. 2 aduan berjalan kini di DISTAN." in told(session, heir)
    assert "DISBUN ditutup" in told(session, coordinator)
    assert "ditetapkan sampai dengan 3 Maret 2026" in told(session, head)
    assert "kosong" not in told(session, coordinator)
    session.commit()
    facts = session.scalars(sa.select(JournalEntry.kind).order_by(JournalEntry.seq)).all()
    assert facts.count("disposition.handed_over") == 2
    assert {"agency.closed", "assignment.ended", "post.ended"} <= set(facts)


def test_a_closing_by_mistake_is_undone(session: Session, make: Make, actor: Actor, old: Agency, new: Agency) -> None:
    make.head(old)
    heir = make.head(new)
    waiting, answered = make.disposition(agency=old), make.disposition(agency=old)
    close(session, old, new, actor)
    make.acknowledged(answered, heir)
    answered.state = State.FINISHED
    session.flush()
    with pytest.raises(Invalid, match="alasan"):
        services.reopen_agency(session, old, reason=" ", actor=actor, now=NOW)
    services.reopen_agency(session, old, reason="Perda ditunda.", actor=actor, now=NOW)
    session.expire_all()
    assert (old.ends_on, old.successor_id) == (None, None)
    assert (waiting.agency_id, waiting.head_agency_id, waiting.is_owed) == (old.id, old.id, True)
    assert answered.agency_id == new.id
    assert session.scalar(sa.select(Post.ends_on).where(Post.agency_id == old.id)) is None
    assert head_of(session, old.id, TODAY) is None  # power begins with an order, never by itself
    with pytest.raises(Conflict, match="tidak ditutup"):
        services.reopen_agency(session, old, reason="lagi", actor=actor, now=NOW)


@pytest.mark.parametrize("old_leads", [True, False])
def test_two_orders_for_one_complaint_become_one(
    session: Session, make: Make, actor: Actor, old: Agency, new: Agency, old_leads: bool
) -> None:
    complaint = make.complaint(is_verified=True)
    first, second = (old, new) if old_leads else (new, old)
    lead = make.disposition(complaint, first)
    support = make.disposition(complaint, second)
    close(session, old, new, actor)
    assert (lead.agency_id, lead.part, lead.state) == (new.id, Part.LEAD, State.WAITING)
    assert support.state is State.WITHDRAWN
    assert support.withdraw_reason
    assert complaint.lead_agency_id == new.id
    active = session.scalars(sa.select(Disposition).where(Disposition.state != State.WITHDRAWN)).all()
    assert [row.id for row in active] == [lead.id]


def test_units_below_follow_their_parent(
    session: Session, make: Make, actor: Actor, old: Agency, new: Agency
) -> None:
    unit = make.agency("upt", parent_id=old.id, acknowledged_by=AcknowledgedBy.PARENT)
    order = make.disposition(agency=unit, head_agency_id=old.id)
    session.commit()
    with pytest.raises(Invalid, match="unit di bawahnya"):
        close(session, old, None, actor)
    session.rollback()
    close(session, old, new, actor)
    assert unit.parent_id == new.id
    assert (order.agency_id, order.head_agency_id) == (unit.id, new.id)


def test_whoever_was_to_begin_later_never_begins(
    session: Session, make: Make, actor: Actor, old: Agency, new: Agency
) -> None:
    coming = make.operator(old, starts_on=TODAY + timedelta(days=5))
    key = coming.assignment.id
    close(session, old, new, actor)
    assert session.get(Assignment, key) is None
    assert "dibatalkan" in told(session, coming)


def test_follow_ups_of_meetings_are_the_successors_too(
    session: Session, make: Make, actor: Actor, old: Agency, new: Agency
) -> None:
    meeting = Meeting(title="Rapat", held_on=TODAY, starts_at=time(9), place="Ruang rapat", created_at=NOW)
    session.add(meeting)
    session.flush()
    item = ActionItem(
        meeting_id=meeting.id, position=1, description="Melengkapi SOP", responsible="DISBUN", due_on=TODAY
    )
    session.add(item)
    session.flush()
    session.add(ActionItemAgency(action_item_id=item.id, agency_id=old.id))
    session.flush()
    assert any(burden.label == "tindak lanjut rapat belum selesai" for burden in burdens_of(session, old.id, TODAY))
    close(session, old, new, actor)
    owners = session.scalars(sa.select(ActionItemAgency.agency_id).order_by(ActionItemAgency.agency_id)).all()
    assert owners == sorted([old.id, new.id])


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"ends_on": TODAY + timedelta(days=1)}, "langsung berpindah"),
        ({"ends_on": date(2010, 1, 1)}, "mendahului"),
    ],
)
def test_days_of_a_closing(
    session: Session, actor: Actor, old: Agency, new: Agency, values: dict[str, date], sentence: str
) -> None:
    old.starts_on = date(2012, 1, 1)
    with pytest.raises(Invalid, match=sentence):
        close(session, old, new, actor, **values)


def test_the_oversight_is_not_closed_before_another_has_its_mark(
    session: Session, actor: Actor, old: Agency, new: Agency
) -> None:
    old.is_oversight = True
    with pytest.raises(Invalid, match="pengawas"):
        close(session, old, new, actor)


def rename(session: Session, agency: Agency, name: str, since: date | None, actor: Actor) -> bool:
    given = Particulars(name, name.removeprefix("Dinas ").upper(), AgencyKind.DINAS)
    return services.update_agency(
        session, agency, given, version=agency.version, renamed_on=since, actor=actor, now=NOW
    )


def test_names_have_a_history_and_reports_show_that_of_their_time(
    session: Session, make: Make, actor: Actor, old: Agency
) -> None:
    make.disposition(make.complaint(received_at=at_local(date(2025, 5, 5), 9), is_verified=True), old)
    make.disposition(make.complaint(is_verified=True), old)
    assert rename(session, old, "Dinas Kebun", date(2026, 1, 1), actor)
    assert rename(session, old, "Dinas Kebun dan Hutan", date(2026, 2, 1), actor)
    days = (date(2025, 12, 31), date(2026, 1, 31), date(2026, 2, 1))
    assert [names_on(session, day).get(old.id) and names_on(session, day)[old.id].name for day in days] == [
        "Dinas Perkebunan",
        "Dinas Kebun",
        None,
    ]
    before = agency_rows(session, date(2025, 1, 1), date(2025, 12, 31), as_of=TODAY)
    after = agency_rows(session, date(2026, 1, 1), date(2026, 12, 31), as_of=TODAY)
    assert [row.name for row in (*before, *after)] == ["Dinas Perkebunan", "Dinas Kebun dan Hutan"]
    assert [row.name for row in coverage(session, [2025]).rows] == ["Dinas Perkebunan"]
    services.undo_renaming(session, old, actor=actor, now=NOW)
    assert (old.name, old.abbreviation) == ("Dinas Kebun", "KEBUN")
    services.undo_renaming(session, old, actor=actor, now=NOW)
    assert old.name == "Dinas Perkebunan"
    with pytest.raises(Conflict, match="belum pernah"):
        services.undo_renaming(session, old, actor=actor, now=NOW)
    session.commit()
    facts = session.scalars(sa.select(JournalEntry.kind)).all()
    assert facts.count("agency.renamed") == 4


def test_a_spelling_that_is_put_right_leaves_no_history(session: Session, actor: Actor, old: Agency) -> None:
    assert rename(session, old, "Dinas Perkebunan Daerah", None, actor)
    assert session.scalars(sa.select(AgencyName)).all() == []


@pytest.mark.parametrize(
    ("since", "sentence"),
    [
        (TODAY + timedelta(days=1), "hari mulai berlakunya"),
        (date(2025, 6, 1), "Nama sebelumnya berlaku sampai 31 Desember 2025"),
    ],
)
def test_days_of_a_renaming(session: Session, actor: Actor, old: Agency, since: date, sentence: str) -> None:
    rename(session, old, "Dinas Kebun", date(2026, 1, 1), actor)
    with pytest.raises(Invalid, match=sentence) as refusal:
        rename(session, old, "Dinas Kebun dan Hutan", since, actor)
    assert refusal.value.field == "renamed_on"


def test_reopening_a_complaint_asks_the_successor(
    session: Session, make: Make, actor: Actor, old: Agency, new: Agency
) -> None:
    from lapor.complaints.models import Complaint
    from lapor.desk import services as desk

    coordinator = make.coordinator()
    finished = make.disposition(agency=old, state=State.FINISHED)
    close(session, old, new, actor)
    complaint = session.get_one(Complaint, finished.complaint_id)
    desk.reopen(session, complaint, reason="Pelapor belum puas.", actor=make.actor(coordinator, NOW), now=NOW)
    asked = session.scalars(
        sa.select(Disposition).where(Disposition.complaint_id == complaint.id, Disposition.round == complaint.round)
    ).one()
    assert asked.agency_id == new.id
    assert asked.state is State.WAITING


def test_a_former_head_of_the_closed_agency_has_no_power_left(
    session: Session, make: Make, actor: Actor, old: Agency, new: Agency
) -> None:
    head = make.member(Role.HEAD, old, login="kepala.lama")
    close(session, old, new, actor)
    assert make.actor(head, NOW).powers == ()
