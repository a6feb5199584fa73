"""How long what a head has begun is kept, by whom it can be written, and when it goes."""

from datetime import date

import pytest
import sqlalchemy as sa

from lapor.accounts.models import SignInSession
from lapor.complaints.events import Archived, Closed, Forwarded
from lapor.core import clock
from lapor.core.events import publish
from lapor.dispositions import services as dispositions
from lapor.inbox.models import InstructionDraft, ShownCard

NOW = "2026-03-04 10:00"
CONFIRM = "Saya mengetahui"


def count(session, model):
    session.rollback()
    return session.scalar(sa.select(sa.func.count()).select_from(model))


@pytest.fixture
def order(make, session, clock):
    """A complaint before the head of BPBD, of whom a draft stands on his card."""
    clock.at(NOW)
    agency = make.agency("bpbd")
    make.head(agency)
    make.coordinator()
    row = make.disposition(make.complaint("Tanggul retak", is_verified=True), agency)
    session.commit()
    return row


def begin(client, order):
    head = client.login("kepala.bpbd")
    head.get("/menunggu")
    head.post(f"/disposisi/{order.id}/konsep-arahan", {"instruction": "Setengah kal", "kartu": "1"})


@pytest.mark.parametrize(
    ("moment", "kept"),
    [("2026-03-04 11:00", 1), ("2026-03-04 22:29", 1), ("2026-03-04 22:31", 0)],
)
def test_a_session_that_ended_long_ago_writes_no_draft(client, session, order, clock, moment, kept):
    head = client.login("kepala.bpbd")
    form = head.get("/menunggu").form(button=CONFIRM).fill(instruction="Lewat waktu")
    clock.at(moment)
    assert form.submit(CONFIRM).url.startswith("/masuk")
    assert count(session, InstructionDraft) == kept


def test_a_revoked_session_writes_no_draft(client, session, order, clock):
    head = client.login("kepala.bpbd")
    form = head.get("/menunggu").form(button=CONFIRM).fill(instruction="HP hilang")
    session.execute(sa.update(SignInSession).values(revoked_at=clock.at("2026-03-04 10:05")))
    session.commit()
    clock.at("2026-03-04 10:45")
    assert form.submit(CONFIRM).url.startswith("/masuk")
    assert count(session, InstructionDraft) == 0


def archived(session, complaint, order, actor, now):
    publish(session, Archived(complaint.id, "Dobel dengan aduan lain."), actor=actor, now=now)


def forwarded(session, complaint, order, actor, now):
    publish(session, Forwarded(complaint.id, "Kota Palu", date(2026, 3, 4), "Lewat LAPOR!"), actor=actor, now=now)


def closed(session, complaint, order, actor, now):
    publish(session, Closed(complaint.id, "Pelapor puas.", None), actor=actor, now=now)


def withdrawn(session, complaint, order, actor, now):
    dispositions.withdraw(session, order, reason="Salah alamat OPD.", actor=actor, now=now)


@pytest.mark.parametrize("settle", [archived, forwarded, closed, withdrawn])
def test_nothing_of_a_complaint_stays_in_drafts_when_it_runs_no_more(client, session, make, order, settle):
    begin(client, order)
    assert (count(session, InstructionDraft), count(session, ShownCard)) == (1, 1)
    now = clock.now()
    order = session.get_one(type(order), order.id)
    complaint = session.get_one(type(make.complaint()), order.complaint_id)
    actor = make.actor(make.member("coordinator", login="koordinator2"), now)
    settle(session, complaint, order, actor, now)
    session.commit()
    assert (count(session, InstructionDraft), count(session, ShownCard)) == (0, 0)
