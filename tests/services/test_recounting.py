"""Open deadlines after a change of the calendar, a pause and a corrected class."""

from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from lapor.calendar import planning
from lapor.calendar.models import CalendarChange
from lapor.calendar.queries import working_calendar
from lapor.calendar.rules import ChangeState, DayOffKind, ListedDay
from lapor.complaints.models import Complaint, Pause
from lapor.complaints.rules import ReportClass, ReportedParty
from lapor.core import jobs
from lapor.core.db import transaction
from lapor.desk import services as desk
from lapor.dispositions import clocks, recounting
from lapor.dispositions.models import Deadline, Disposition, MovedDeadline
from lapor.dispositions.moved_queries import earlier_days, list_rows
from lapor.dispositions.rules import Stage, State, due_on
from lapor.journal.models import JournalDetail, JournalEntry
from lapor.journal.verifying import broken_links
from lapor.notifications.models import Kind, Notification
from lapor.policy import Actor, scope_of
from tests.factories import MORNING, Make
from tests.services.working import work

NOW = MORNING + timedelta(hours=4)
STARTED = MORNING.date()


@pytest.fixture
def actor(make: Make) -> Actor:
    return make.actor(make.coordinator())


def plan(session: Session, day: date, actor: Actor, name: str = "Cuti bersama Natal") -> CalendarChange:
    wanted = ListedDay(day, DayOffKind.COLLECTIVE, name, False)
    return planning.plan_day_off(session, wanted, actor=actor, now=NOW)


def confirm(session: Session, change: CalendarChange, actor: Actor) -> int:
    planning.confirm(session, change, reason="SKB Nomor 9", actor=actor, now=NOW)
    key = change.id
    session.commit()
    return key


def first_working_day(session: Session) -> date:
    return working_calendar(session).add(STARTED, 1)


def of_stage(session: Session, disposition: Disposition, stage: Stage) -> Deadline:
    return session.scalars(
        sa.select(Deadline).where(Deadline.disposition_id == disposition.id, Deadline.stage == stage)
    ).one()


def facts(session: Session, kind: str) -> list[dict[str, object]]:
    rows = session.scalars(
        sa.select(JournalDetail)
        .join(JournalEntry, JournalEntry.seq == JournalDetail.seq)
        .where(JournalEntry.kind == kind)
        .order_by(JournalEntry.seq)
    )
    return [row.values for row in rows]


def test_a_day_off_moves_what_runs_over_it_and_nothing_else(session: Session, make: Make, actor: Actor) -> None:
    agency = make.agency("bpbd")
    operator = make.operator(agency)
    order = make.disposition(agency=agency)
    known = make.disposition(agency=make.agency("dinsos"), state=State.ACKNOWLEDGED)
    calendar = working_calendar(session)
    late_day = calendar.add(STARTED, 3)
    before = {row.id: row.due_on for row in session.scalars(sa.select(Deadline))}
    change = plan(session, late_day, actor)
    moves = recounting.preview(session, change)
    planned = sum(line.count for line in moves)
    assert {line.working_days for line in moves} == {1}
    assert {line.stage for line in moves} == {Stage.FIRST_FOLLOW_UP, Stage.COMPLETION}
    assert before == {row.id: row.due_on for row in session.scalars(sa.select(Deadline))}

    recounting.run(confirm(session, change, actor), now=NOW)

    session.expire_all()
    fresh = working_calendar(session)
    moved = session.scalars(sa.select(MovedDeadline).order_by(MovedDeadline.deadline_id)).all()
    assert len(moved) == planned == 4
    for row in session.scalars(sa.select(Deadline)):
        was_met = row.met_on is not None
        assert row.due_on == (before[row.id] if was_met else due_on(fresh, row.started_on, row.working_days))
    assert (
        of_stage(session, order, Stage.ACKNOWLEDGEMENT).due_on
        == before[of_stage(session, order, Stage.ACKNOWLEDGEMENT).id]
    )
    assert (change.state, change.moved, change.passed) == (ChangeState.DONE, 4, 2)
    told = facts(session, "calendar.deadlines_moved")
    assert [(row["reason"], row["deadlines"]) for row in told] == [("SKB Nomor 9", 4)]
    table = told[0]["moves"]
    assert isinstance(table, list)
    assert {row["agency"] for row in table} == {"BPBD", "DINSOS"}
    notices = session.scalars(sa.select(Notification).where(Notification.kind == Kind.DEADLINE)).all()
    assert [row.person_id for row in notices] == [operator.person.id]
    assert "Cuti bersama Natal" in notices[0].sentence
    assert "2 batas waktu BPBD bergeser" in notices[0].sentence
    own = list_rows(session, change.id, scope_of(make.actor(operator)), limit=50, offset=0)
    assert {row.agency for row in own} == {"BPBD"}
    assert earlier_days(session, [moved[0].deadline_id])[0].was_due_on == before[moved[0].deadline_id]
    assert known.next_due_on == of_stage(session, known, Stage.FIRST_FOLLOW_UP).due_on
    session.commit()
    assert not list(broken_links(session))


def test_derived_days_are_those_that_a_refresh_gives(session: Session, make: Make, actor: Actor) -> None:
    agencies = [make.agency() for _ in range(3)]
    for count in range(12):
        order = make.disposition(agency=agencies[count % 3], disposed_at=MORNING - timedelta(days=count))
        if count % 4 == 0:
            make.disposition(order_complaint(session, order), agencies[(count + 1) % 3])
    change = plan(session, first_working_day(session), actor)
    recounting.run(confirm(session, change, actor), now=NOW)
    session.expire_all()

    def derived() -> list[tuple[date, str | None]]:
        complaints = session.scalars(sa.select(Complaint).order_by(Complaint.id)).all()
        orders = session.scalars(sa.select(Disposition).order_by(Disposition.id)).all()
        return [(row.next_due_on, row.next_stage) for row in (*complaints, *orders)]

    counted = derived()
    for complaint in session.scalars(sa.select(Complaint).order_by(Complaint.id)):
        clocks.refresh(session, complaint)
    assert derived() == counted


def order_complaint(session: Session, order: Disposition) -> Complaint:
    return session.get_one(Complaint, order.complaint_id)


def test_a_counting_that_was_cut_off_goes_on_where_it_stood(
    session: Session, make: Make, actor: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(5):
        make.disposition()
    key = confirm(session, plan(session, first_working_day(session), actor), actor)
    monkeypatch.setattr(recounting, "FIRST_SLICE", 2)
    monkeypatch.setattr(recounting, "LEAST_SLICE", 2)
    monkeypatch.setattr(recounting, "MOST_SLICE", 2)
    seen: list[tuple[int, int]] = []

    def tell(done: int, total: int) -> None:
        seen.append((done, total))
        if len(seen) == 2:
            raise ConnectionError("the worker was killed")

    with pytest.raises(ConnectionError):
        recounting.run(key, now=NOW, tell=tell)
    session.rollback()
    assert session.get_one(CalendarChange, key).state is ChangeState.CONFIRMED
    assert session.scalar(sa.select(sa.func.count()).select_from(MovedDeadline)) == 12
    recounting.run(key, now=NOW)
    recounting.run(key, now=NOW)
    session.rollback()
    change = session.get_one(CalendarChange, key)
    assert (change.state, change.passed, change.moved) == (ChangeState.DONE, 5, 15)
    assert [row["deadlines"] for row in facts(session, "calendar.deadlines_moved")] == [15]


def test_the_job_counts_what_nobody_counted_at_once(session: Session, make: Make, actor: Actor, app: Flask) -> None:
    make.disposition()
    key = confirm(session, plan(session, first_working_day(session), actor), actor)
    work(app)
    session.rollback()
    assert session.get_one(CalendarChange, key).state is ChangeState.DONE
    job = jobs.state(recounting.job_key(key))
    assert job is not None
    assert job.result == {"deadlines": 3}


def test_a_clock_that_began_by_the_old_calendar_is_found_at_the_end(
    session: Session, make: Make, actor: Actor
) -> None:
    order = make.disposition()
    day = first_working_day(session)
    stale = of_stage(session, order, Stage.COMPLETION)
    was = stale.due_on
    key = confirm(session, plan(session, day, actor), actor)
    with transaction() as written:
        written.get_one(CalendarChange, key).last_complaint_id = order.complaint_id
    recounting.run(key, now=NOW)
    session.rollback()
    assert of_stage(session, order, Stage.COMPLETION).due_on > was


def test_a_pause_stops_the_clock_and_it_goes_on_to_the_day(session: Session, make: Make, actor: Actor) -> None:
    order = make.disposition()
    complaint = order_complaint(session, order)
    calendar = working_calendar(session)
    before = of_stage(session, order, Stage.COMPLETION).due_on
    ends = calendar.add(STARTED, 4)
    desk.hold(session, complaint, reason="Foto lokasi", expected_on=ends, actor=actor, now=NOW)
    pause = session.scalars(sa.select(Pause)).one()
    assert (pause.starts_on, pause.expected_on, pause.ends_on) == (STARTED, ends, None)
    resumed = datetime(ends.year, ends.month, ends.day, 2, tzinfo=UTC)
    desk.resume(session, complaint, actor=actor, now=resumed)
    # the day of the event is day 0 and was not counted, so three of the four paused days move it
    assert calendar.between(before, of_stage(session, order, Stage.COMPLETION).due_on) == 3
    assert complaint.next_due_on == of_stage(session, order, Stage.ACKNOWLEDGEMENT).due_on


def test_a_corrected_class_recounts_with_a_reason(session: Session, make: Make, actor: Actor) -> None:
    order = make.disposition()
    complaint = order_complaint(session, order)
    before = of_stage(session, order, Stage.COMPLETION)
    former = (before.working_days, before.due_on)

    def verify(report_class: ReportClass) -> None:
        desk.verify(
            session,
            complaint,
            report_class=report_class,
            class_reason="Menyangkut pungutan liar",
            reported_party=ReportedParty.NONE,
            reported_agency_id=None,
            actor=actor,
            now=NOW,
        )

    rule_set = complaint.rule_set_id
    verify(ReportClass.SUPERVISORY)
    after = of_stage(session, order, Stage.COMPLETION)
    assert (former[0], after.working_days) == (14, 60)
    assert after.due_on == working_calendar(session).add(after.started_on, 60)
    assert complaint.rule_set_id == rule_set
    verify(ReportClass.SUPERVISORY)
    session.commit()
    told = facts(session, "complaint.deadlines_recounted")
    assert [row["reason"] for row in told] == ["Menyangkut pungutan liar"]
    assert (told[0]["former_due_on"], told[0]["due_on"]) == ([former[1].isoformat()], [after.due_on.isoformat()])
