"""Digests: one calm message a day at the hour of the person, through a real mail server, never twice."""

import os
import signal
import subprocess
import sys
import threading
import time as time_of
from collections.abc import Iterator
from datetime import datetime, time, timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from lapor.accounts.events import AccountOpened
from lapor.agencies.models import Agency
from lapor.audit.jobs import send_anchor, tell_anchor
from lapor.calendar import planning
from lapor.calendar.models import DayOff, DayOffKind
from lapor.calendar.rules import ListedDay
from lapor.core.clock import ZONE
from lapor.core.db import db, transaction
from lapor.dispositions import recounting
from lapor.dispositions.models import Deadline
from lapor.journal.queries import chain_head
from lapor.journal.rules import anchor_words
from lapor.journal.services import record
from lapor.notifications import outbox
from lapor.notifications.digests import run_digests
from lapor.notifications.models import Delivery, DeliveryState, Digest, Kind, Notification, Reach
from lapor.notifications.services import notify, take_back_complaint
from lapor.policy import Permission
from tests import mail_server
from tests.factories import Make, Member
from tests.mail_server import MailServer

ROOT = Path(__file__).parent.parent.parent


def at(moment: str) -> datetime:
    """An instant by the clock of the office; Monday is 2 March 2026 (Ramadan: open from 08.00 to 15.00)."""
    return datetime.fromisoformat(moment).replace(tzinfo=ZONE)


@pytest.fixture
def mail(app: Flask) -> Iterator[MailServer]:
    with mail_server.running() as server:
        app.config["LAPOR_SMTP_URL"] = server.url
        yield server
        app.config["LAPOR_SMTP_URL"] = ""


def reached(session: Session, member: Member, **values: Any) -> str:
    address = f"{member.login}@contoh.go.id"
    made = {"email": address, "changed_at": at("2026-05-01 08:00"), **values}
    session.add(Reach(person_id=member.person.id, **made))
    session.flush()
    return address


@pytest.fixture
def operator(make: Make, session: Session) -> Member:
    member = make.operator(make.agency("dinas-contoh"), "admin.contoh")
    reached(session, member)
    session.commit()
    return member


def tell(
    session: Session, member: Member, sentence: str = "Aduan #99000201 jatuh tempo besok.", **values: Any
) -> None:
    given: dict[str, Any] = {"kind": Kind.REMINDER, "url": "/aduan/1", "now": at("2026-06-01 16:30"), **values}
    notify(session, [member.person.id], sentence=sentence, **given)
    session.commit()


def states(session: Session) -> list[DeliveryState]:
    session.rollback()
    return list(session.scalars(sa.select(Delivery.state).order_by(Delivery.id)))


def text_of(message: EmailMessage, kind: str = "plain") -> str:
    part = message.get_body((kind,))
    assert part is not None
    return str(part.get_content())


def test_one_grouped_message_at_the_usual_hour_and_never_again(
    session: Session, operator: Member, mail: MailServer
) -> None:
    tell(session, operator)
    tell(session, operator, "Aduan #99000202 disampaikan ke DINAS.", kind=Kind.COMPLAINT, url="/aduan/2")

    assert run_digests(at("2026-06-01 18:00"))["made"] == 0  # the office is closed
    assert run_digests(at("2026-06-02 08:29"))["made"] == 0  # not yet his hour
    assert run_digests(at("2026-06-02 08:30")) == {"made": 1, "sent": 1, "failed": 0, "uncertain": 0}
    assert run_digests(at("2026-06-02 08:35"))["made"] == 0
    assert run_digests(at("2026-06-03 08:30"))["made"] == 0  # nothing new, nothing sent

    (message,) = mail.messages
    assert message["To"] == f"{operator.person.full_name} <admin.contoh@contoh.go.id>"
    assert message["Subject"] == "Lapor: 2 hal untuk Anda, Selasa, 2 Juni 2026"
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    text = text_of(message)
    assert text.index("PENGINGAT (1)") < text.index("ADUAN (1)")
    assert "http://localhost:8000/aduan/1" in text
    assert '<a href="http://localhost:8000/aduan/2">Buka</a>' in text_of(message, "html")
    assert states(session) == [DeliveryState.SENT]


def test_the_head_of_the_chain_leaves_the_house_every_day(
    make: Make, session: Session, clock: Any, mail: MailServer
) -> None:
    assert tell_anchor(session) == 0  # nothing is written yet, or nobody is there to keep it
    make.coordinator()
    inspector = make.inspectorate()
    reached(session, inspector)
    actor = make.actor(inspector, at("2026-06-02 07:00"))
    for day in ("2026-06-02", "2026-06-03"):
        clock.at(f"{day} 07:45")
        fact = AccountOpened(inspector.person.id, inspector.login, inspector.person.id)
        record(session, fact, actor=actor, now=at(f"{day} 07:45"), permission=Permission.PROFILE_EDIT)
        session.commit()
        head = anchor_words(chain_head(session))
        assert send_anchor() == {"told": 1}
        assert send_anchor() == {"told": 0}
        assert run_digests(at(f"{day} 08:30"))["sent"] == 1
        assert head in text_of(mail.messages[-1])
    session.rollback()
    kept = session.scalars(sa.select(Notification.sentence)).all()
    assert len(kept) == 1
    assert head in kept[0]


def test_what_comes_after_the_hour_waits_for_the_next_one(
    session: Session, operator: Member, mail: MailServer
) -> None:
    tell(session, operator, now=at("2026-06-02 09:00"))
    assert run_digests(at("2026-06-02 10:00"))["made"] == 0
    assert run_digests(at("2026-06-03 08:30"))["sent"] == 1


def test_the_hour_of_the_person_and_the_rest_of_friday(make: Make, session: Session, mail: MailServer) -> None:
    agency = make.agency()
    early, noon = make.operator(agency, "pagi"), make.operator(agency, "siang")
    reached(session, early, hour=time(7, 30))
    reached(session, noon, hour=time(12, 0))
    tell(session, early, now=at("2026-06-04 17:00"))
    tell(session, noon, now=at("2026-06-04 17:00"))
    assert run_digests(at("2026-06-05 07:30"))["sent"] == 1  # Friday
    assert run_digests(at("2026-06-05 12:00"))["made"] == 0
    assert run_digests(at("2026-06-05 13:29"))["made"] == 0
    assert run_digests(at("2026-06-05 13:30"))["sent"] == 1


def test_urgent_goes_at_once_in_working_hours_else_at_the_next_opening(
    session: Session, operator: Member, mail: MailServer
) -> None:
    tell(session, operator, "Aduan #99000203 boleh dijawab lebih dahulu.", urgent=True, now=at("2026-06-02 14:00"))
    tell(session, operator, now=at("2026-06-02 14:00"))
    assert run_digests(at("2026-06-02 14:05"))["sent"] == 1
    assert mail.messages[0]["Subject"].startswith("Lapor, segera: 1 hal")

    session.add(DayOff(day=at("2026-06-03 00:00").date(), kind=DayOffKind.COLLECTIVE, name="Cuti bersama"))
    tell(session, operator, "Aduan #99000204 segera.", urgent=True, now=at("2026-06-02 20:00"))
    assert run_digests(at("2026-06-02 20:00"))["made"] == 0
    assert run_digests(at("2026-06-03 10:00"))["made"] == 0
    assert run_digests(at("2026-06-04 07:30"))["sent"] == 1
    assert run_digests(at("2026-06-04 08:30"))["sent"] == 1  # the one that was not urgent


def test_read_or_taken_back_is_not_sent(session: Session, operator: Member, mail: MailServer) -> None:
    tell(session, operator, complaint_id=7, agency_id=1)
    mail.answer = "451 come back later"
    assert run_digests(at("2026-06-02 08:30"))["failed"] == 1
    take_back_complaint(session, 7)
    session.commit()
    mail.answer = "250 OK"
    assert run_digests(at("2026-06-02 09:30"))["sent"] == 0
    assert states(session) == [DeliveryState.NEEDLESS]
    assert mail.messages == []


def test_news_can_be_left_and_duty_cannot(make: Make, session: Session, mail: MailServer) -> None:
    member = make.operator(make.agency())
    reached(session, member, news=False)
    tell(session, member, "Kabar OPD.", kind=Kind.AGENCY)
    assert run_digests(at("2026-06-02 08:30"))["made"] == 0
    tell(session, member, "Batas waktu bergeser.", kind=Kind.DEADLINE)
    assert run_digests(at("2026-06-02 08:30"))["sent"] == 1
    assert "Kabar OPD" not in text_of(mail.messages[0])


def test_nobody_without_a_post_or_an_account_is_told(make: Make, session: Session, mail: MailServer) -> None:
    agency = make.agency()
    left = make.operator(agency, "lama", ends_on=at("2026-05-31 00:00").date())
    closed = make.operator(agency, "tutup")
    closed.account.is_active = False
    for member in (left, closed):
        reached(session, member)
        tell(session, member)
    assert run_digests(at("2026-06-02 08:30"))["made"] == 0


def test_a_key_tells_once(session: Session, operator: Member) -> None:
    tell(session, operator, key="reminder:1")
    tell(session, operator, key="reminder:1")
    assert session.scalar(sa.select(sa.func.count()).select_from(Notification)) == 1


def test_a_refusal_is_tried_again_and_given_up_in_the_end(
    make: Make, session: Session, operator: Member, mail: MailServer
) -> None:
    administrator = make.administrator()
    tell(session, operator)
    mail.answer = "451 come back later"
    now = at("2026-06-02 08:30")
    assert run_digests(now)["failed"] == 1
    assert run_digests(now + timedelta(seconds=30))["failed"] == 0
    assert run_digests(now + timedelta(minutes=1, seconds=5))["failed"] == 1
    assert states(session) == [DeliveryState.FAILED]
    mail.answer = "250 OK"
    assert run_digests(now + timedelta(minutes=7))["sent"] == 1

    tell(session, operator)
    mail.recipient_answer = "550 no such user"
    assert run_digests(at("2026-06-03 08:30"))["failed"] == 1
    assert states(session) == [DeliveryState.SENT, DeliveryState.GIVEN_UP]
    fault = session.scalar(sa.select(Delivery.fault).order_by(Delivery.id.desc()))
    assert fault == "Server pos-el menolak: 550 no such user"
    told = session.scalars(sa.select(Notification.url).where(Notification.person_id == administrator.person.id)).all()
    assert told == ["/pengiriman"]


def test_a_server_out_of_reach_is_asked_once_a_pass(
    app: Flask, make: Make, session: Session, operator: Member
) -> None:
    other = make.operator(make.agency())
    reached(session, other)
    tell(session, operator)
    tell(session, other)
    app.config["LAPOR_SMTP_URL"] = "smtp://127.0.0.1:1"
    try:
        assert run_digests(at("2026-06-02 08:30")) == {"made": 2, "sent": 0, "failed": 1, "uncertain": 0}
    finally:
        app.config["LAPOR_SMTP_URL"] = ""
    assert sorted(states(session)) == [DeliveryState.FAILED, DeliveryState.QUEUED]


def test_an_answer_that_never_came_is_uncertain_and_stays_so(
    session: Session, operator: Member, mail: MailServer
) -> None:
    tell(session, operator)
    mail.hangs_up_after_content = True
    assert run_digests(at("2026-06-02 08:30"))["uncertain"] == 1
    mail.hangs_up_after_content = False
    assert run_digests(at("2026-06-02 09:30"))["sent"] == 0
    assert states(session) == [DeliveryState.UNCERTAIN]
    assert len(mail.messages) == 1


def test_many_workers_send_one_message_once(
    app: Flask, make: Make, session: Session, operator: Member, mail: MailServer
) -> None:
    agency = make.agency()
    for number in range(6):
        member = make.operator(agency, f"admin.{number}")
        reached(session, member)
        tell(session, member)
    tell(session, operator)
    faults: list[BaseException] = []

    def work() -> None:
        with app.app_context():
            try:
                run_digests(at("2026-06-02 08:30"))
            except BaseException as error:
                faults.append(error)
            finally:
                db.session.remove()

    workers = [threading.Thread(target=work) for _number in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert faults == []
    assert sorted(str(message["To"]) for message in mail.messages) == sorted({str(m["To"]) for m in mail.messages})
    assert len(mail.messages) == 7
    assert session.scalar(sa.select(sa.func.count()).select_from(Digest)) == 7


def test_who_died_half_way_leaves_a_question_and_not_a_second_message(
    app: Flask, session: Session, operator: Member, mail: MailServer
) -> None:
    """A worker is killed while the server has the message and has not answered yet."""
    tell(session, operator)
    moment = at("2026-06-02 08:30")
    program = (
        "import sys, datetime, time\n"
        "from lapor.factory import create_app\n"
        "from lapor.notifications import digests\n"
        "app = create_app({'SQLALCHEMY_DATABASE_URI': sys.argv[1], 'LAPOR_SMTP_URL': sys.argv[2]})\n"
        "real = digests.hand_over\n"
        "def hand_over(*given):\n"
        "    real(*given)\n"
        "    print('handed over', flush=True)\n"
        "    time.sleep(60)\n"
        "digests.hand_over = hand_over\n"
        "with app.app_context():\n"
        "    digests.run_digests(datetime.datetime.fromisoformat(sys.argv[3]))\n"
    )
    address = db.engine.url.render_as_string(hide_password=False)
    worker = subprocess.Popen(
        [sys.executable, "-c", program, address, mail.url, moment.isoformat()],
        cwd=ROOT,
        env={**os.environ, "LAPOR_SECRET_KEY": "a key that only tests use, long enough"},
        stdout=subprocess.PIPE,
    )
    assert worker.stdout is not None
    assert worker.stdout.readline() == b"handed over\n"
    worker.send_signal(signal.SIGKILL)
    worker.wait()
    worker.stdout.close()
    assert states(session) == [DeliveryState.SENDING]

    assert run_digests(moment + timedelta(minutes=5))["sent"] == 0
    assert states(session) == [DeliveryState.SENDING]
    assert run_digests(moment + timedelta(minutes=11)) == {"made": 0, "sent": 0, "failed": 0, "uncertain": 1}
    assert states(session) == [DeliveryState.UNCERTAIN]
    assert len(mail.messages) == 1


def test_the_one_who_comes_back_late_tells_the_truth(session: Session, operator: Member, mail: MailServer) -> None:
    tell(session, operator)
    mail.answer = "451 later"
    moment = at("2026-06-02 08:30")
    run_digests(moment)
    (key,) = outbox.due(session, moment + timedelta(minutes=2))
    parcel = outbox.take(session, key, now=moment + timedelta(minutes=2))
    assert parcel is not None
    assert outbox.take(session, key, now=moment + timedelta(minutes=2)) is None
    outbox.resolve_abandoned(session, now=moment + timedelta(minutes=20))
    assert session.scalar(sa.select(Delivery.state)) == DeliveryState.UNCERTAIN
    outbox.settle_sent(session, parcel, now=moment + timedelta(minutes=21))
    session.commit()
    assert states(session) == [DeliveryState.SENT]


def test_thousands_are_made_quickly(make: Make, session: Session, mail: MailServer) -> None:
    agency = make.agency()
    members = [make.operator(agency, f"admin.{number}") for number in range(30)]
    for member in members:
        reached(session, member)
    for number in range(100):
        notify(
            session,
            [member.person.id for member in members],
            kind=Kind.COMPLAINT,
            sentence=f"Aduan #{number}.",
            url="/",
            now=at("2026-06-01 10:00"),
        )
    session.commit()
    begun = time_of.monotonic()
    assert run_digests(at("2026-06-02 08:30"))["sent"] == 30
    assert time_of.monotonic() - begun < 20  # each goes over a connection of its own


def test_operators_are_told_once_at_their_hour_of_deadlines_that_moved(
    make: Make, session: Session, operator: Member, mail: MailServer
) -> None:
    """The last line of this work: *cuti bersama* on next Friday moves what is due then to Monday."""
    agency = session.get_one(Agency, operator.post.agency_id)
    other = make.operator(make.agency("dinas-lain"), "admin.lain")
    reached(session, other)
    for _number in range(3):
        make.disposition(make.complaint("Jembatan putus", received_at=at("2026-06-03 09:00")), agency)
    friday, now = at("2026-06-05 00:00").date(), at("2026-06-03 13:00")
    before = session.scalars(sa.select(Deadline.due_on).where(Deadline.is_open.is_(True))).all()
    assert friday in before
    session.commit()

    with transaction() as writing:
        wanted = ListedDay(friday, DayOffKind.COLLECTIVE, "Cuti bersama", is_estimated=False)
        change = planning.plan_day_off(writing, wanted, actor=None, now=now)
        planning.confirm(writing, change, reason="Keputusan bersama nomor 1", actor=None, now=now)
        change_id = change.id
    recounting.run(change_id, now=now)
    recounting.run(change_id, now=now)

    assert run_digests(at("2026-06-03 13:05"))["made"] == 0
    assert run_digests(at("2026-06-04 08:29"))["made"] == 0
    assert run_digests(at("2026-06-04 08:30")) == {"made": 1, "sent": 1, "failed": 0, "uncertain": 0}
    assert run_digests(at("2026-06-04 08:35"))["made"] == 0
    (message,) = mail.messages
    assert message["To"].addresses[0].addr_spec == "admin.contoh@contoh.go.id"
    text = text_of(message)
    assert "BATAS WAKTU (1)" in text
    assert "Cuti bersama (Jumat, 5 Juni 2026)" in text
    assert f"http://localhost:8000/kalender/perubahan/{change_id}" in text
    assert "Jembatan" not in message.as_string()
