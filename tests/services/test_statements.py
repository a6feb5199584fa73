"""What a head's statement seals: what stood for the signature, what was read, when it was opened, who may mend it."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from lapor.accounts.rules import Confirmation, Means
from lapor.calendar.services import set_setting
from lapor.complaints.models import Complaint
from lapor.complaints.rules import ReportClass
from lapor.core.clock import local_day
from lapor.core.errors import Conflict, Invalid, NotAllowed
from lapor.desk import services as desk
from lapor.dispositions import acknowledging, returning, superseding
from lapor.dispositions.acknowledging import PassOn, digest_of, shown_to_head
from lapor.dispositions.models import Acknowledgement, Mandate, PassedOn
from lapor.journal.models import JournalDetail, JournalEntry
from lapor.units import mandates
from tests.factories import MORNING

NOW = MORNING + timedelta(days=2)
BY_FINGER = Confirmation(Means.PASSKEY, "HP Bapak", {"credential": "abc", "signature": "def"})


@pytest.fixture
def office(make, session):
    """BPBD with its people and one question that waits."""

    class Office:
        agency = make.agency("bpbd")
        head = make.head(agency)
        liaison = make.liaison(agency)
        unit = make.unit(agency)
        desk = make.coordinator()
        complaint = make.complaint("Syarat relawan", is_verified=True, report_class=ReportClass.INFORMATION)
        order = make.disposition(complaint, agency)

    session.commit()
    return Office


def sealed(session, kind):
    """The values of the newest fact of this kind."""
    session.commit()
    return session.scalar(
        sa.select(JournalDetail.values)
        .join(JournalEntry, JournalEntry.seq == JournalDetail.seq)
        .where(JournalEntry.kind == kind)
        .order_by(JournalEntry.seq.desc())
        .limit(1)
    )


def read_now(session, office):
    complaint = session.get_one(Complaint, office.order.complaint_id)
    return digest_of(shown_to_head(complaint, office.order))


def known(session, make, office, **more):
    make.opened(office.order, office.head)
    return acknowledging.acknowledge(
        session,
        office.order,
        **{
            "digest": read_now(session, office),
            "instruction": "Cek.",
            "confirmation": BY_FINGER,
            "actor": make.actor(office.head, NOW),
            "now": NOW,
            **more,
        },
    )


def mended(session, make, office, member=None, now=NOW, **more):
    return superseding.supersede_acknowledgement(
        session,
        office.order,
        **{
            "digest": read_now(session, office),
            "instruction": "Cek hari ini.",
            "reason": "Kurang jelas.",
            "confirmation": BY_FINGER,
            "actor": make.actor(member or office.head, now),
            "now": now,
            **more,
        },
    )


def successor_of(make, office):
    """The next head of the agency, who took over this morning."""
    office.head.assignment.ends_on = local_day(NOW) - timedelta(days=1)
    return make.head(office.agency, "kepala.baru", post=office.head.post, starts_on=local_day(NOW))


# --- what stood for the signature --------------------------------------------------------------------------------


def test_each_way_seals_what_stood_for_the_signature(session, make, office):
    known(session, make, office)
    mended(session, make, office)
    for kind in ("disposition.acknowledged", "disposition.acknowledgement_superseded"):
        values = sealed(session, kind)
        assert (values["means"], values["device"]) == ("passkey", "HP Bapak"), kind


def test_a_return_seals_what_stood_for_the_signature(session, make, office):
    make.opened(office.order, office.head)
    returning.return_to_coordinator(
        session,
        office.order,
        reason="Kewenangan kabupaten.",
        digest=read_now(session, office),
        confirmation=BY_FINGER,
        actor=make.actor(office.head, NOW),
        now=NOW,
    )
    values = sealed(session, "disposition.returned")
    assert (values["means"], values["device"]) == ("passkey", "HP Bapak")


def by_mandate(session, make, office, now=NOW, **more):
    actor = more.pop("actor", None) or make.actor(office.liaison, now)
    return mandates.acknowledge_by_mandate(
        session,
        office.order,
        digest=read_now(session, office),
        confirmation=BY_FINGER,
        actor=actor,
        now=now,
    )


def given_mandate(session, make, office):
    set_setting(session, "mandate_allowed", True, local_day(MORNING), None, MORNING)
    make.opened(office.order, office.liaison)
    row = Mandate(
        agency_id=office.agency.id,
        number="800/12/BPBD/2026",
        dated_on=local_day(MORNING),
        starts_on=local_day(MORNING),
        ends_on=local_day(NOW),
        head_assignment_id=office.head.assignment.id,
        head_name=office.head.person.full_name,
        head_post=office.head.post.title,
        holder_assignment_id=office.liaison.assignment.id,
        holder_name=office.liaison.person.full_name,
        holder_post=office.liaison.post.title,
        entered_at=MORNING,
        entered_by_name="Koordinator",
    )
    session.add(row)
    session.flush()
    return row


def test_a_mandate_keeps_and_seals_the_signature(session, make, office):
    given_mandate(session, make, office)
    word = by_mandate(session, make, office)
    assert (word.means, word.device, word.signature) == (Means.PASSKEY, "HP Bapak", dict(BY_FINGER.proof))
    values = sealed(session, "disposition.acknowledged")
    assert (values["way"], values["means"], values["device"]) == ("mandate", "passkey", "HP Bapak")


def test_a_mandate_is_checked_on_the_day_of_the_act(session, make, office):
    given_mandate(session, make, office)
    yesterday = make.actor(office.liaison, NOW)
    with pytest.raises(NotAllowed, match="tidak memegang mandat"):
        by_mandate(session, make, office, now=NOW + timedelta(days=1), actor=yesterday)


def test_a_holder_whose_term_ended_meanwhile_has_no_mandate(session, make, office):
    given_mandate(session, make, office)
    actor = make.actor(office.liaison, NOW)
    office.liaison.assignment.ends_on = local_day(NOW) - timedelta(days=1)
    session.flush()
    with pytest.raises(NotAllowed, match="tidak memegang mandat"):
        by_mandate(session, make, office, actor=actor)


# --- mending a statement -----------------------------------------------------------------------------------------


def test_a_new_statement_is_about_what_was_read_and_opened(session, make, office):
    first = known(session, make, office)
    office.complaint.text = "Teks yang lain sama sekali."
    session.flush()
    with pytest.raises(Conflict, match="berubah setelah Bapak/Ibu membukanya"):
        mended(session, make, office, digest=first.digest)
    fresh = mended(session, make, office)
    assert fresh.digest == digest_of(fresh.shown) != first.digest
    assert fresh.opened_at == first.opened_at
    assert fresh.signature == dict(BY_FINGER.proof)


def test_a_successor_reads_it_before_he_mends_it(session, make, office):
    known(session, make, office)
    successor = successor_of(make, office)
    with pytest.raises(Invalid, match="belum dibuka"):
        mended(session, make, office, successor)
    opened = NOW + timedelta(minutes=5)
    acknowledging.note_opened(session, office.order, actor=make.actor(successor, NOW), now=opened)
    assert mended(session, make, office, successor, NOW + timedelta(minutes=9)).opened_at == opened


def test_what_runs_no_more_is_mended_only_by_who_said_it_and_opens_it_to_nobody(session, make, office):
    known(session, make, office)
    desk.archive(
        session, office.complaint, reason="Dobel dengan aduan lain.", actor=make.actor(office.desk, NOW), now=NOW
    )
    fresh = mended(session, make, office, pass_on=PassOn((office.unit.post.id,)))
    assert fresh.instruction == "Cek hari ini."
    assert session.scalars(sa.select(PassedOn)).all() == []
    successor = successor_of(make, office)
    make.opened(office.order, successor)
    with pytest.raises(NotAllowed, match="sudah tidak berjalan"):
        mended(session, make, office, successor)
    assert len(session.scalars(sa.select(Acknowledgement)).all()) == 2


def test_an_earlier_round_is_mended_only_by_who_said_it(session, make, office):
    known(session, make, office)
    office.complaint.round += 1
    session.flush()
    assert mended(session, make, office)
    successor = successor_of(make, office)
    make.opened(office.order, successor)
    with pytest.raises(NotAllowed, match="sudah tidak berjalan"):
        mended(session, make, office, successor)
