"""One pass of reminders: who is told, what is said, and that each word is said once."""

import threading
from datetime import date, datetime, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from lapor.agencies.models import Agency
from lapor.calendar.models import DayOff
from lapor.calendar.rules import DayOffKind
from lapor.complaints.models import Complaint
from lapor.complaints.rules import ReportedParty
from lapor.core.clock import at_local
from lapor.core.db import db
from lapor.dispositions.models import Deadline
from lapor.dispositions.rules import Stage, State
from lapor.journal.models import JournalEntry
from lapor.notifications.models import Notification
from lapor.offices.models import Capacity
from lapor.policy import Role
from lapor.reminders import letters, sending, services
from lapor.reminders.models import Brief, Letter, LetterItem, Reminder, ReminderRule
from lapor.reminders.rules import Interval, LetterKind, LetterState, Receiver
from tests.conftest import Clock
from tests.factories import MORNING, Make

SECRET = "JUDUL-YANG-TIDAK-BOLEH-TERLIHAT"
DISPOSED = MORNING
"""Monday 2 March 2026: known by 4 March, first word by 9 March, done by 23 March (no days off in these tests)."""


def at(day: int, hour: int = 9, month: int = 3) -> datetime:
    return at_local(date(2026, month, day), hour)


@pytest.fixture(autouse=True)
def _no_days_off(session: Session) -> None:
    session.execute(sa.delete(DayOff))
    session.execute(sa.delete(ReminderRule))
    session.commit()


@pytest.fixture
def dinas(make: Make) -> Agency:
    """An agency with everybody that the table knows, and the office of the coordinator."""
    make.coordinator()
    agency = make.agency("dinsos")
    make.operator(agency, "admin.dinsos")
    make.liaison(agency, "sekretaris.dinsos")
    make.head(agency, "kepala.dinsos")
    return agency


def only(session: Session, *rules: tuple[Stage, int, Receiver]) -> None:
    """Let the table hold these rows and no other."""
    session.execute(sa.delete(ReminderRule))
    session.add_all(
        ReminderRule(stage=stage, offset_days=offset, receiver=receiver, made_at=MORNING)
        for stage, offset, receiver in rules
    )
    session.commit()


def run(session: Session, now: datetime) -> sending.Report:
    session.commit()
    return sending.run(now)


def told(session: Session) -> list[tuple[str, str]]:
    """Who was told what, in order."""
    from lapor.accounts.models import Account

    rows = session.execute(
        sa.select(Account.login, Notification.sentence)
        .join(Account, Account.person_id == Notification.person_id)
        .order_by(Notification.id, Account.login)
    )
    return [(login, sentence) for login, sentence in rows]


def ledger(session: Session) -> list[tuple[Stage, int, Receiver]]:
    rows = session.scalars(sa.select(Reminder).order_by(Reminder.id))
    return [(row.stage, row.offset_days, row.receiver) for row in rows]


def test_the_ladder_is_climbed_step_by_step(session: Session, make: Make, dinas: Agency) -> None:
    make.disposition(make.complaint(tracking_id="99000001"), dinas, disposed_at=DISPOSED)
    expected = {
        3: {Receiver.OPERATOR},
        4: {Receiver.LIAISON, Receiver.HEAD},
        5: set(),
        6: {Receiver.HEAD},
        9: {Receiver.COORDINATOR},
        10: set(),
    }
    for day, receivers in expected.items():
        session.execute(sa.delete(Notification))
        before = len(ledger(session))
        run(session, at(day))
        new = {row[2] for row in ledger(session)[before:] if row[0] is Stage.ACKNOWLEDGEMENT}
        assert new == receivers, day


def test_words_name_reference_and_time_and_nothing_else(session: Session, make: Make, dinas: Agency) -> None:
    only(
        session,
        (Stage.ACKNOWLEDGEMENT, -1, Receiver.OPERATOR),
        (Stage.ACKNOWLEDGEMENT, 0, Receiver.HEAD),
        (Stage.ACKNOWLEDGEMENT, 1, Receiver.COORDINATOR),
    )
    complaint = make.complaint(SECRET, tracking_id="99000002", is_confidential=True)
    order = make.disposition(complaint, dinas, disposed_at=DISPOSED)
    for day in (3, 4, 5):
        run(session, at(day))
    assert told(session) == [
        (
            "admin.dinsos",
            "Aduan #99000002 menunggu diketahui pimpinan, jatuh tempo Rabu, 4 Maret 2026 (1 hari kerja lagi).",
        ),
        ("kepala.dinsos", "Aduan #99000002 menunggu diketahui Bapak/Ibu, jatuh tempo hari ini."),
        (
            "koordinator",
            "Aduan #99000002 (DINSOS) menunggu diketahui pimpinan, "
            "lewat 1 hari kerja (jatuh tempo Rabu, 4 Maret 2026).",
        ),
    ]
    urls = session.scalars(sa.select(Notification.url).order_by(Notification.id)).all()
    assert urls == [f"/aduan/{complaint.id}", f"/disposisi/{order.id}", f"/aduan/{complaint.id}"]


def test_nothing_outside_working_hours_or_on_a_day_off(session: Session, make: Make, dinas: Agency) -> None:
    make.disposition(make.complaint(), dinas, disposed_at=DISPOSED)
    session.add(DayOff(day=date(2026, 3, 9), kind=DayOffKind.PROVINCIAL, name="Libur"))
    for now, opens in (
        (at(4, 7), at(4, 8)),
        (at(4, 15), at(5, 8)),
        (at(6, 12), at_local(date(2026, 3, 6), 13, 30)),
        (at(7, 10), at(10, 8)),
        (at(9, 10), at(10, 8)),
    ):
        report = run(session, now)
        assert (report.reminders, report.opens_at) == (0, opens)
    assert not ledger(session)
    assert run(session, at(10)).reminders


def test_each_is_sent_once_and_anew_for_a_new_due_date(session: Session, make: Make, dinas: Agency) -> None:
    only(session, (Stage.ACKNOWLEDGEMENT, 0, Receiver.HEAD))
    order = make.disposition(make.complaint(), dinas, disposed_at=DISPOSED)
    assert run(session, at(4)).reminders == 1
    assert [run(session, at(day, 10)).reminders for day in (4, 5, 6)] == [0, 0, 0]
    deadline = session.scalars(
        sa.select(Deadline).where(Deadline.disposition_id == order.id, Deadline.stage == Stage.ACKNOWLEDGEMENT)
    ).one()
    deadline.due_on += timedelta(days=1)
    assert run(session, at(6, 10)).reminders == 1
    assert len(told(session)) == 2


def test_what_was_done_or_waits_for_the_reporter_is_left_alone(session: Session, make: Make, dinas: Agency) -> None:
    only(session, (Stage.ACKNOWLEDGEMENT, 0, Receiver.HEAD))
    make.disposition(make.complaint(), dinas, state=State.ACKNOWLEDGED, disposed_at=DISPOSED)
    held = make.complaint()
    make.disposition(held, dinas, disposed_at=DISPOSED)
    held.on_hold_since = date(2026, 3, 3)
    assert run(session, at(9)).reminders == 0


def test_after_an_outage_only_the_newest_step_of_each_is_sent(session: Session, make: Make, dinas: Agency) -> None:
    make.disposition(make.complaint(), dinas, disposed_at=DISPOSED)
    run(session, at(16))
    heads = [row for row in ledger(session) if row[0] is Stage.ACKNOWLEDGEMENT and row[2] is Receiver.HEAD]
    assert heads == [(Stage.ACKNOWLEDGEMENT, 2, Receiver.HEAD)]


def test_a_vacant_post_hands_upward(session: Session, make: Make) -> None:
    make.coordinator()
    agency = make.agency("kosong")
    make.liaison(agency, "sekretaris")
    only(session, (Stage.ACKNOWLEDGEMENT, -1, Receiver.OPERATOR), (Stage.ACKNOWLEDGEMENT, 0, Receiver.HEAD))
    make.disposition(make.complaint(), agency, disposed_at=DISPOSED)
    run(session, at(3))
    run(session, at(4))
    assert [login for login, _sentence in told(session)] == ["sekretaris", "koordinator"]
    assert all("jabatan di bawahnya kosong" in sentence for _login, sentence in told(session))
    assert [row[2] for row in ledger(session)] == [Receiver.LIAISON, Receiver.COORDINATOR]


def test_nobody_is_told_twice_a_day_of_the_same(session: Session, make: Make) -> None:
    make.coordinator()
    agency = make.agency("sepi")
    make.head(agency, "kepala.sepi")
    only(session, *((Stage.ACKNOWLEDGEMENT, 0, receiver) for receiver in list(Receiver)[:3]))
    make.disposition(make.complaint(), agency, disposed_at=DISPOSED)
    assert run(session, at(4)).reminders == 1
    assert [login for login, _sentence in told(session)] == ["kepala.sepi"]
    assert "jabatan di bawahnya" not in told(session)[0][1]
    # the ledger notes that the other two rules had come
    assert len(ledger(session)) == 3
    assert run(session, at(5)).reminders == 0


def test_the_acting_head_is_reminded(session: Session, make: Make, dinas: Agency) -> None:
    only(session, (Stage.ACKNOWLEDGEMENT, 0, Receiver.HEAD))
    make.head(dinas, "plh", capacity=Capacity.PLH, starts_on=date(2026, 3, 3), ends_on=date(2026, 3, 6))
    make.disposition(make.complaint(), dinas, disposed_at=DISPOSED)
    run(session, at(4))
    assert [login for login, _sentence in told(session)] == ["plh"]


def test_nothing_about_a_head_reaches_him_or_his_agency(session: Session, make: Make, dinas: Agency) -> None:
    inspectorate = make.agency("inspektorat", is_oversight=True)
    make.head(inspectorate, "inspektur")
    head = make.head(make.agency("lain"), "kepala.lain")
    only(session, *((Stage.ACKNOWLEDGEMENT, 1, receiver) for receiver in list(Receiver)[:4]))
    complaint = make.complaint(
        tracking_id="99000007",
        reported_party=ReportedParty.HEAD,
        reported_agency_id=head.post.agency_id,
        reported_person_id=head.person.id,
    )
    # the one who is reported has become the Inspektorat's operator meanwhile
    make.assign(head.person, make.post(inspectorate, Role.OPERATOR))
    make.operator(inspectorate, "admin.inspektorat")
    make.disposition(complaint, inspectorate, disposed_at=DISPOSED)
    run(session, at(9))
    assert "kepala.lain" not in {login for login, _sentence in told(session)}
    assert {login for login, _sentence in told(session)} == {"inspektur", "admin.inspektorat", "koordinator"}


def test_what_is_about_the_office_goes_to_the_inspectorate(session: Session, make: Make, dinas: Agency) -> None:
    make.inspectorate()
    only(
        session,
        (Stage.ACKNOWLEDGEMENT, 1, Receiver.COORDINATOR),
        (Stage.ACKNOWLEDGEMENT, 2, Receiver.REMINDER_LETTER),
    )
    complaint = make.complaint(reported_party=ReportedParty.COORDINATOR_OFFICE)
    make.disposition(complaint, dinas, disposed_at=DISPOSED)
    run(session, at(16))
    assert {login for login, _sentence in told(session)} == {"inspektorat"}
    assert not session.scalar(sa.select(sa.func.count()).select_from(Letter))


def test_many_come_as_one_sentence(session: Session, make: Make, dinas: Agency) -> None:
    only(session, (Stage.ACKNOWLEDGEMENT, 1, Receiver.OPERATOR))
    for _count in range(12):
        make.disposition(make.complaint(), dinas, disposed_at=DISPOSED)
    assert run(session, at(5)).reminders == 12
    assert told(session) == [
        ("admin.dinsos", "12 aduan menunggu diketahui pimpinan, jatuh tempo paling awal Rabu, 4 Maret 2026.")
    ]


def test_the_journal_tells_who_was_reminded_by_which_rule(session: Session, make: Make, dinas: Agency) -> None:
    from lapor.desk.timeline import entries_of
    from lapor.journal.queries import list_complaint_facts

    only(session, (Stage.ACKNOWLEDGEMENT, 0, Receiver.HEAD))
    complaint = make.complaint()
    make.disposition(complaint, dinas, disposed_at=DISPOSED)
    run(session, at(4))
    entry = session.scalars(sa.select(JournalEntry).where(JournalEntry.kind == "reminder.sent")).one()
    assert (entry.actor_name, entry.complaint_id, entry.agency_id) == ("Sistem", complaint.id, dinas.id)
    words = entries_of(list_complaint_facts(session, complaint.id), may_read=False, is_desk=False)[0].title
    assert words.startswith("Pengingat kepada Pegawai Nomor")
    assert "(Kepala DINSOS): Diketahui pimpinan, pada hari jatuh tempo (4 Maret 2026)" in words


def test_a_rule_that_was_taken_out_is_silent(session: Session, make: Make, dinas: Agency) -> None:
    actor = make.actor(make.coordinator("koordinator.dua"))
    rule = services.add_rule(
        session, stage=Stage.ACKNOWLEDGEMENT, offset_days=0, receiver=Receiver.HEAD, actor=actor, now=MORNING
    )
    services.end_rule(session, rule, actor=actor, now=MORNING)
    make.disposition(make.complaint(), dinas, disposed_at=DISPOSED)
    # a table that was emptied stays empty
    assert run(session, at(9)).reminders == 0


def test_letters_are_drafted_and_decided_by_a_person(session: Session, make: Make, dinas: Agency) -> None:
    only(session, (Stage.ACKNOWLEDGEMENT, 10, Receiver.REMINDER_LETTER))
    complaint = make.complaint(SECRET, is_confidential=True)
    make.disposition(complaint, dinas, disposed_at=DISPOSED)
    other = make.disposition(make.complaint(), dinas, disposed_at=DISPOSED)
    assert run(session, at(18)).letters == 2
    assert run(session, at(18, 10)).letters == 0
    letter = session.scalars(sa.select(Letter)).one()
    assert (letter.state, letter.letter_kind, letter.agency_id) == (LetterState.DRAFT, LetterKind.REMINDER, dinas.id)
    assert [login for login, _sentence in told(session)] == ["koordinator"]
    actor = make.actor(make.coordinator("koordinator.dua"), at(18))
    make.acknowledged(other, make.head(make.agency("x")), at=at(18))
    letters.sign_off(session, letter, province="Provinsi Sulawesi Tengah", city="Palu", actor=actor, now=at(18))
    assert letter.paper is not None
    assert len(letter.paper["rows"]) == 1
    assert SECRET not in str(letter.paper)
    letters.log_sent(
        session, letter, number="480/12", sent_on=date(2026, 3, 18), way="SRIKANDI", actor=actor, now=at(18)
    )
    assert letter.state is LetterState.SENT
    session.commit()
    # what comes later goes into a new draft
    make.disposition(make.complaint(), dinas, disposed_at=at(3))
    run(session, at(19))
    assert session.scalar(sa.select(sa.func.count()).select_from(Letter)) == 2


def test_one_page_for_the_leadership_a_week(session: Session, make: Make, dinas: Agency) -> None:
    make.leadership()
    make.disposition(make.complaint(), dinas, disposed_at=DISPOSED)
    assert [run(session, at(day)).briefs for day in (9, 10, 16)] == [1, 0, 1]
    brief = session.scalars(sa.select(Brief).order_by(Brief.id)).first()
    assert brief is not None
    assert (brief.period, brief.content["total"]["waiting"]) == ("2026-W10", 1)
    assert len([login for login, _sentence in told(session) if login == "pimpinan"]) == 2
    actor = make.actor(make.coordinator("koordinator.dua"), at(16))
    services.set_brief_interval(session, Interval.OFF, actor=actor, now=at(16))
    assert run(session, at(23)).briefs == 0


def test_two_workers_at_once_send_each_word_once(app: Flask, session: Session, make: Make, dinas: Agency) -> None:
    for _count in range(30):
        make.disposition(make.complaint(), dinas, disposed_at=DISPOSED)
    session.commit()
    start, failed = threading.Barrier(3), []

    def work() -> None:
        with app.app_context():
            start.wait()
            try:
                sending.run(at(18))
            except Exception as error:
                failed.append(error)
            finally:
                db.session.remove()

    workers = [threading.Thread(target=work) for _count in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert not failed
    entries = session.execute(
        sa.select(Reminder.rule_id, Reminder.deadline_id, Reminder.due_on, sa.func.count()).group_by(
            Reminder.rule_id, Reminder.deadline_id, Reminder.due_on
        )
    ).all()
    assert entries
    assert {row[3] for row in entries} == {1}
    doubled = session.execute(
        sa.select(Notification.person_id, Notification.sentence, sa.func.count())
        .group_by(Notification.person_id, Notification.sentence)
        .having(sa.func.count() > 1)
    ).all()
    assert not doubled
    facts = session.scalar(
        sa.select(sa.func.count()).select_from(JournalEntry).where(JournalEntry.kind == "reminder.sent")
    )
    assert facts == len(entries)
    items = session.scalar(sa.select(sa.func.count()).select_from(LetterItem))
    assert items == len([row for row in ledger(session) if row[2] is Receiver.REMINDER_LETTER])


def test_a_worker_that_dies_half_way_leaves_nothing_half_done(
    session: Session, make: Make, dinas: Agency, monkeypatch: pytest.MonkeyPatch
) -> None:
    only(session, (Stage.ACKNOWLEDGEMENT, 1, Receiver.OPERATOR), (Stage.ACKNOWLEDGEMENT, 1, Receiver.HEAD))
    make.disposition(make.complaint(), dinas, disposed_at=DISPOSED)
    session.commit()
    tell, calls = sending._tell, []

    def die_at_the_second(*args: object, **values: object) -> None:
        calls.append(1)
        if len(calls) == 2:
            raise SystemExit("killed")
        tell(*args, **values)  # type: ignore[arg-type]

    monkeypatch.setattr(sending, "_tell", die_at_the_second)
    with pytest.raises(SystemExit):
        sending.run(at(5))
    assert (len(ledger(session)), len(told(session))) == (1, 1)
    session.commit()
    monkeypatch.undo()
    assert run(session, at(5)).reminders == 1
    assert (len(ledger(session)), len(told(session))) == (2, 2)


def test_verification_reminds_the_coordinator(session: Session, make: Make) -> None:
    make.coordinator()
    make.complaint(tracking_id="99000009", received_at=DISPOSED)
    run(session, at(4))
    assert [login for login, _sentence in told(session)] == ["koordinator"]
    assert session.scalar(sa.select(sa.func.count()).select_from(Complaint)) == 1


def test_the_command_makes_one_pass(app: Flask, session: Session, make: Make, dinas: Agency, clock: Clock) -> None:
    make.disposition(make.complaint(), dinas, disposed_at=DISPOSED)
    session.commit()
    clock.at(at(4))
    told_so = app.test_cli_runner().invoke(args=["lapor", "tick"])
    assert (told_so.exit_code, told_so.output) == (0, "3 pengingat, 0 aduan pada konsep surat.\n")
    clock.at(at(7))
    assert "Di luar jam kerja" in app.test_cli_runner().invoke(args=["lapor", "tick"]).output


def test_no_letter_to_the_head_who_is_reported(session: Session, make: Make, dinas: Agency) -> None:
    only(session, (Stage.ACKNOWLEDGEMENT, 1, Receiver.REMINDER_LETTER))
    former = make.agency("lama")
    head = make.head(make.agency("baru"), "kepala.baru")
    complaint = make.complaint(
        reported_party=ReportedParty.HEAD, reported_agency_id=former.id, reported_person_id=head.person.id
    )
    make.disposition(complaint, session.get_one(Agency, head.post.agency_id), disposed_at=DISPOSED)
    run(session, at(9))
    assert session.scalar(sa.select(sa.func.count()).select_from(Letter)) == 0
    assert [login for login, _sentence in told(session)] == ["koordinator"]
