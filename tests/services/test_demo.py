"""The demo: the figures of the evaluation meeting, the living complaints, the papers; nothing twice."""

from datetime import date
from statistics import median

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from lapor.accounts.models import Account
from lapor.accounts.queries import list_demo_accounts
from lapor.accounts.rules import Means
from lapor.agencies.models import Agency
from lapor.calendar.queries import working_calendar
from lapor.calendar.services import ensure_basics, national_days
from lapor.complaints.models import Complaint
from lapor.complaints.rules import Origin, Status
from lapor.core.clock import ZONE, local_day
from lapor.core.errors import Conflict
from lapor.core.working_days import Calendar
from lapor.demo.agencies import OBLIGED
from lapor.demo.cast import CHARACTERS
from lapor.demo.generate import generate_complaints
from lapor.demo.history import CUT_OFF, TABLE, past_complaints
from lapor.demo.seeding import prepare_demo
from lapor.demo.story import LIVING, OF_2022
from lapor.dispositions.clocks import refresh
from lapor.dispositions.models import Acknowledgement, Deadline, Disposition, Response
from lapor.dispositions.rules import RecordState, Way, time_left
from lapor.documents.models import Document
from lapor.documents.rules import read_code
from lapor.evaluations.models import EvaluationCycle
from lapor.evaluations.rules import CycleFigures
from lapor.evidence import recording
from lapor.evidence.checking import mismatches
from lapor.evidence.models import DispositionSheet, SheetRecord
from lapor.files.barcodes import qr_texts
from lapor.files.rules import MediaType
from lapor.journal.models import JournalEntry
from lapor.journal.verifying import broken_links
from lapor.meetings.composing import compose_minutes
from lapor.meetings.models import Meeting
from lapor.offices.queries import head_of
from lapor.offices.rules import nip_fault
from tests.conftest import Clock
from tests.factories import Make

TUESDAY = "2026-11-24 10:00"
PROVINCE = "Provinsi Sulawesi Tengah"

STATES = {
    "99000201": (Status.IN_PROGRESS, "completion", 6),
    "99000202": (Status.RECEIVED, "verification", 2),
    "99000203": (Status.IN_PROGRESS, "acknowledgement", 0),
    "99000204": (Status.ACKNOWLEDGED, "first_follow_up", 1),
    "99000205": (Status.DISPOSED, "acknowledgement", 1),
    "99000206": (Status.FINISHED, "reporter_reply", 8),
    "99000207": (Status.ACKNOWLEDGED, "first_follow_up", 1),
    "99000208": (Status.IN_PROGRESS, "completion", -2),
    "99000209": (Status.DISPOSED, "acknowledgement", 1),
    "99000210": (Status.DISPOSED, "acknowledgement", 1),
    "99000211": (Status.ACKNOWLEDGED, "first_follow_up", 1),
    "99000212": (Status.CLOSED, None, None),
    "99000213": (Status.DISPOSED, "acknowledgement", 1),
    "99000214": (Status.RETURNED, None, None),
    "99000215": (Status.CLOSED, None, None),
    "99000216": (Status.ACKNOWLEDGED, "first_follow_up", 2),
    "99000217": (Status.ACKNOWLEDGED, "first_follow_up", 1),
    "99000218": (Status.IN_PROGRESS, "completion", 7),
    "99000219": (Status.DISPOSED, "acknowledgement", 1),
    "99000220": (Status.DISPOSED, "acknowledgement", 1),
    "99000221": (Status.IN_PROGRESS, "acknowledgement", -1),
    "99000222": (Status.DISPOSED, "acknowledgement", 0),
    "99000223": (Status.ACKNOWLEDGED, "acknowledgement", 1),
    "99000224": (Status.ACKNOWLEDGED, "first_follow_up", -3),
    "99000225": (Status.CLOSED, None, None),
    "99000226": (Status.FORWARDED, None, None),
    "99000227": (Status.ARCHIVED, None, None),
}


def test_the_past_gives_the_table_of_the_meeting() -> None:
    calendar = Calendar(frozenset(day.day for day in national_days(2019, 2027)))
    past = past_complaints(calendar)
    assert past == past_complaints(calendar)
    assert [sum(item.received_on.year == year for item in past) for year in (2019, 2020, 2021)] == [16, 33, 49]
    assert len({item.agency for item in past}) == 10
    result = {}
    for row in TABLE:
        own = [item for item in past if item.agency == row.slug and item.received_on.year == 2021]
        first = [calendar.between(item.disposed_on, item.first_response_on) for item in own if item.first_response_on]
        done = [item for item in own if item.finished_on]
        on_time = [i for i in done if calendar.between(i.disposed_on, i.finished_on or CUT_OFF) <= i.completion_days]
        result[row.slug] = (len(own), len(first), len(done), len(on_time), median(first) if first else None)
        acts = [day for item in own for day in (item.first_response_on, item.finished_on) if day]
        assert all(day <= CUT_OFF for day in acts)
    assert result == {
        "disdik": (12, 8, 6, 3, 9),
        "bmpr": (9, 6, 4, 2, 12),
        "dinkes": (7, 5, 4, 3, 8),
        "bkd": (6, 6, 6, 6, 2),
        "disnakertrans": (5, 5, 5, 5, 3),
        "bpbd": (4, 4, 4, 4, 2),
        "dinsos": (3, 2, 2, 1, 7),
        "dishub": (2, 1, 1, 1, 6),
        "dlh": (1, 0, 0, 0, None),
        "bapenda": (0, 0, 0, 0, None),
    }
    assert sum(item.received_on > CUT_OFF for item in past) == 3


def test_the_cast_is_complete() -> None:
    assert len(OBLIGED) == 41
    assert not [c.key for c in CHARACTERS if nip_fault(c.kind.value, c.nip.replace(" ", ""))]
    assert len({c.name for c in CHARACTERS}) == len(CHARACTERS)
    assert [item.tracking_id for item in LIVING] == sorted(STATES)


@pytest.mark.slow
def test_the_story_stands_as_it_is_told(app: Flask, session: Session, clock: Clock) -> None:
    now = clock.at(TUESDAY)
    assert prepare_demo(now)
    today, calendar = local_day(now), working_calendar(session)
    found = {}
    for complaint in session.scalars(sa.select(Complaint).where(Complaint.tracking_id.in_(STATES))):
        left = time_left(calendar, complaint.next_due_on, today).days if complaint.next_stage else None
        found[complaint.tracking_id] = (complaint.status, complaint.next_stage, left)
    assert found == STATES

    counts = [
        session.scalar(sa.select(sa.func.count()).select_from(Complaint).where(Complaint.is_history.is_(is_history)))
        for is_history in (True, False)
    ]
    assert counts == [98, len(LIVING) + len(OF_2022)]
    assert list(broken_links(session)) == []
    instants = list(session.scalars(sa.select(JournalEntry.at).order_by(JournalEntry.seq)))
    assert instants == sorted(instants)
    assert instants[-1] < now

    acting = session.scalars(
        sa.select(Acknowledgement)
        .join(Disposition, Disposition.id == Acknowledgement.disposition_id)
        .join(Complaint, Complaint.id == Disposition.complaint_id)
        .where(Complaint.tracking_id == "99000119")
    ).one()
    assert (acting.capacity, acting.person_name) == ("plh", "Ir. Stefanus Tobondo, M.T.")
    assert f"{acting.acknowledged_at.astimezone(ZONE):%Y-%m-%d %H:%M}" == "2022-07-01 10:20"
    heads = {
        slug: head_of(session, agency_id, today)
        for slug, agency_id in session.execute(sa.select(Agency.slug, Agency.id))
    }
    assert [(holder.capacity, holder.order_number) for slug in ("dinkes", "dishub") if (holder := heads[slug])] == [
        ("plh", None),
        ("plt", "800.1.11.1/077/BKD"),
    ]
    _on_paper_and_put_right(session, app)
    early = session.scalars(
        sa.select(Complaint.tracking_id)
        .join(Disposition, Disposition.complaint_id == Complaint.id)
        .where(Disposition.answered_before_known.is_(True), Disposition.lifted_at.is_(None))
    )
    assert list(early) == ["99000221"]


def _on_paper_and_put_right(session: Session, app: Flask) -> None:
    def stated(tracking_id: str) -> list[Acknowledgement]:
        return list(
            session.scalars(
                sa.select(Acknowledgement)
                .join(Disposition, Disposition.id == Acknowledgement.disposition_id)
                .join(Complaint, Complaint.id == Disposition.complaint_id)
                .where(Complaint.tracking_id == tracking_id)
                .order_by(Acknowledgement.id)
            )
        )

    (signed,) = stated("99000216")
    assert (signed.way, signed.means, signed.person_name) == (Way.SHEET, Means.PEN, "Asmawati Ntosu, S.H., M.Si.")
    brought = session.scalars(sa.select(SheetRecord)).one()
    assert (brought.state, brought.acknowledgement_id) == (RecordState.PENDING, signed.id)
    photo = recording.photo_of(session, brought)
    assert photo is not None
    paper = session.get_one(Document, session.get_one(DispositionSheet, brought.sheet_id).document_id)
    marks = qr_texts(app.extensions["lapor_store"].get(photo.sha256), MediaType.JPEG)
    assert [read_code(text) for text in marks] == [paper.code]
    wrong, right = stated("99000224")
    assert (wrong.superseded_by_id, right.superseded_by_id) == (right.id, None)
    assert not list(mismatches(session))


@pytest.mark.slow
def test_papers_carry_the_figures_and_nothing_is_put_in_twice(session: Session, clock: Clock) -> None:
    now = clock.at(TUESDAY)
    assert prepare_demo(now)
    first, second = session.scalars(sa.select(Meeting).order_by(Meeting.held_on)).all()
    minutes = compose_minutes(session, first, province=PROVINCE)
    assert minutes.attendance == "12 orang (11 admin dan 1 wakil) dari 12 perangkat daerah/unit"
    assert minutes.figures is not None
    assert (minutes.figures.obliged, minutes.figures.total, len(minutes.figures.covered)) == (41, 98, 10)
    totals = [minutes.figures.sum_of(name) for name in ("received", "followed_up", "finished", "on_time")]
    assert totals == [49, 37, 32, 25]
    assert [len(part) for part in (minutes.obstacles, minutes.decisions, minutes.follow_ups)] == [3, 5, 5]
    later = compose_minutes(session, second, province=PROVINCE)
    assert [row.status for row in later.previous_follow_ups] == [
        "Selesai 17 Februari 2022",
        "Selesai 24 Januari 2022",
        "Selesai 23 Maret 2022",
        "Selesai 13 Januari 2022",
        "Berjalan",
    ]
    cycle = session.scalars(sa.select(EvaluationCycle)).one()
    assert cycle.figures is not None
    figures = CycleFigures.from_json(cycle.figures)
    results = figures.totals.results
    assert [figures.totals.received, results.followed_up, results.finished, results.on_time] == [46, 37, 32, 25]

    accounts = {line.login: line for line in list_demo_accounts(session, local_day(now))}
    for login in (
        "admin",
        "koordinator",
        "sekretariat",
        "pimpinan",
        "inspektorat",
        "kepala.bpbd",
        "operator2.disdik",
    ):
        assert login in accounts
    assert session.scalar(sa.select(sa.func.count()).where(Account.must_change_password)) == 0

    def rows() -> list[int]:
        tables = (Agency, Account, Complaint, Disposition, Deadline, Response, JournalEntry, Meeting)
        return [session.scalar(sa.select(sa.func.count()).select_from(table)) or 0 for table in tables]

    before = rows()
    session.commit()
    assert not prepare_demo(clock.at("2026-12-08 10:00"))
    assert rows() == before


def test_the_demo_stays_out_of_a_used_database(session: Session, make: Make, clock: Clock) -> None:
    now = clock.at(TUESDAY)
    make.coordinator()
    session.commit()
    with pytest.raises(Conflict):
        prepare_demo(now)


def test_a_load_is_derived_as_the_services_would(session: Session, make: Make, clock: Clock) -> None:
    now = clock.at(TUESDAY)
    ensure_basics(session, now)
    for slug in ("bpbd", "dishub"):
        make.head(make.agency(slug))
    make.agency("esdm")
    session.commit()
    assert list(generate_complaints(300, seed=3, now=now)) == [300]
    complaints = session.scalars(sa.select(Complaint).order_by(Complaint.id)).all()
    assert len(complaints) == 300
    assert {item.origin for item in complaints} == {Origin.IMPORT}
    assert 0.35 < sum(item.is_confidential for item in complaints) / 300 < 0.6
    assert 2 < sum(item.closed_at is None for item in complaints) < 40
    assert min(item.received_on for item in complaints) >= date(2023, 1, 1)
    for complaint in complaints:
        before = derived(session, complaint)
        refresh(session, complaint)
        assert derived(session, complaint) == before


def derived(session: Session, complaint: Complaint) -> list[object]:
    """Everything that `refresh` keeps."""
    orders = session.scalars(sa.select(Disposition).where(Disposition.complaint_id == complaint.id))
    clocks = session.scalars(sa.select(Deadline).where(Deadline.complaint_id == complaint.id))
    return [
        (complaint.status, complaint.next_due_on, complaint.next_stage, complaint.lead_agency_id),
        [(order.is_open, order.is_owed, order.next_due_on, order.next_stage) for order in orders],
        [clock.is_open for clock in clocks],
    ]
