"""Fictional load for trying and measuring: `flask lapor generate --complaints N`.

Rows are inserted in bulk, so the derived columns are written here as ``dispositions.clocks`` would derive them; a
test compares the two. Closed complaints are written without a journal; open ones come with their story.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lapor.agencies.models import Agency
from lapor.calendar.queries import limit_values, rule_set_in_force, working_calendar
from lapor.complaints import events as complaint_events
from lapor.complaints.models import NO_DUE, Complaint
from lapor.complaints.rules import Origin, ReportClass, ReportedParty
from lapor.complaints.services import next_numbers
from lapor.core.clock import at_local, local_day
from lapor.core.db import Base, transaction
from lapor.core.errors import Conflict
from lapor.core.working_days import Calendar
from lapor.demo.history import CHANNELS, PLACES, TABLE
from lapor.dispositions import events as disposition_events
from lapor.dispositions.models import Acknowledgement, Deadline, Disposition, Opening, Response
from lapor.dispositions.rules import (
    ComplaintFacts,
    DispositionFacts,
    Limits,
    Part,
    ResponseKind,
    ResponseState,
    Stage,
    State,
    Way,
    status_of,
)
from lapor.journal.services import record
from lapor.offices.models import Capacity, Person, PersonKind, Post
from lapor.offices.queries import Holder, heads_of
from lapor.offices.services import PersonDetails, assign, create_person, create_post
from lapor.policy import Role

SLICE = 2_000
YEARS = 3
OPEN_SHARE = 0.05
CONFIDENTIAL_SHARE = 0.48
ANONYMOUS_SHARE = 0.4
FIRST_TRACKING_ID = 88_000_000
"""Fictional Tracking IDs of the load; those of the demo's story begin with 9900."""

_CLASSES = (
    *[ReportClass.NON_SUPERVISORY] * 9,
    *[ReportClass.SUPERVISORY] * 6,
    *[ReportClass.INFORMATION] * 4,
    ReportClass.ASPIRATION,
)
_ANSWER = (
    "Yth. Bapak/Ibu Pelapor, laporan Anda telah kami tindak lanjuti di lapangan dan hasilnya kami sampaikan di sini."
)
_SUBJECTS = tuple((title, text) for row in TABLE for title, text, _ in row.subjects)

Row = dict[str, Any]


@dataclass
class _Slice:
    """Rows of one transaction by table."""

    complaints: list[Row] = field(default_factory=list)
    dispositions: list[Row] = field(default_factory=list)
    deadlines: list[Row] = field(default_factory=list)
    openings: list[Row] = field(default_factory=list)
    acknowledgements: list[Row] = field(default_factory=list)
    responses: list[Row] = field(default_factory=list)
    story: list[tuple[datetime, Any]] = field(default_factory=list)


@dataclass(frozen=True)
class _Office:
    """An agency with the person who holds its head's powers."""

    agency_id: int
    abbreviation: str
    head: Holder


@dataclass(frozen=True)
class _Course:
    """How far a complaint came, as positions in the list of working days; None: not yet."""

    received: int
    disposed: int
    known: int | None
    first: int | None
    finished: int | None
    closed: int | None

    @property
    def state(self) -> State:
        """The state of the order."""
        if self.finished is not None:
            return State.FINISHED
        if self.first is not None:
            return State.IN_PROGRESS
        return State.ACKNOWLEDGED if self.known is not None else State.WAITING


def generate_complaints(count: int, *, seed: int, now: datetime) -> Iterator[int]:
    """Make ``count`` complaints of the last three years, 5 % open; yields how many are made so far.

    The same for the same seed, day and agencies. Raises Conflict when there are no agencies yet.
    """
    random = Random(seed)
    with transaction() as session:
        offices = _offices(session, now)
    made = 0
    while made < count:
        size = min(SLICE, count - made)
        with transaction() as session:
            _Generator(session, offices, random, now).make(size)
        made += size
        yield made


def _offices(session: Session, now: datetime) -> list[_Office]:
    """All agencies, each with a head; a vacant post is given to a fictional person."""
    today = local_day(now)
    agencies = session.scalars(
        sa.select(Agency).where(Agency.ends_on.is_(None), Agency.oversees_inspectorate.is_(False)).order_by(Agency.id)
    ).all()
    if not agencies:
        raise Conflict("Belum ada OPD. Jalankan dahulu: flask lapor demo, atau flask lapor import-agencies.")
    held = heads_of(session, [agency.id for agency in agencies], today)
    for agency in agencies:
        if agency.id not in held:
            _appoint(session, agency, today, now)
    held = heads_of(session, [agency.id for agency in agencies], today)
    return [_Office(agency.id, agency.abbreviation, held[agency.id]) for agency in agencies]


def _appoint(session: Session, agency: Agency, today: date, now: datetime) -> None:
    post = session.scalar(
        sa.select(Post).where(Post.agency_id == agency.id, Post.kind == Role.HEAD, Post.ends_on.is_(None))
    ) or create_post(session, agency, kind=Role.HEAD, title=f"Kepala {agency.name}", actor=None, now=now)
    person: Person = create_person(
        session,
        name=f"Pejabat Rekaan {agency.abbreviation}",
        details=PersonDetails(kind=PersonKind.NON_ASN),
        actor=None,
        now=now,
    )
    assign(
        session,
        person=person,
        post=post,
        capacity=Capacity.DEFINITIVE,
        starts_on=today,
        actor=None,
        now=now,
        is_seed=True,
    )


class _Generator:
    """Makes one slice of rows and inserts them."""

    def __init__(self, session: Session, offices: list[_Office], random: Random, now: datetime) -> None:
        self.session = session
        self.offices = offices
        self.random = random
        self.now = now
        self.today = local_day(now)
        calendar = working_calendar(session)
        self.version = calendar.version
        self.days = _working_days(calendar, date(self.today.year - YEARS, 1, 2), self.today + timedelta(days=150))
        self.last = max(index for index, day in enumerate(self.days) if day <= self.today) - 1
        self.rule_sets = {year: rule_set_in_force(session, date(year, 1, 1)) for year in {d.year for d in self.days}}
        self.limits = {key: Limits(limit_values(session, key)) for key in set(self.rule_sets.values())}
        self.keys = {model: self._last_key(model) for model in (Complaint, Disposition)}

    def _last_key(self, model: type[Complaint] | type[Disposition]) -> int:
        return self.session.scalar(sa.select(sa.func.max(model.id))) or 0

    def make(self, size: int) -> None:
        """Make and insert ``size`` complaints."""
        rows = _Slice()
        courses = [self._course() for _ in range(size)]
        years = Counter(self.days[course.received].year for course in courses)
        numbers = {year: iter(next_numbers(self.session, year, count)) for year, count in sorted(years.items())}
        first_tracking_id = self._next_tracking_id()
        for index, course in enumerate(courses):
            number = next(numbers[self.days[course.received].year])
            self._complaint(rows, course, number, str(first_tracking_id + index))
        self._insert(rows)
        for at, event in sorted(rows.story, key=lambda item: item[0]):
            record(self.session, event, actor=None, now=at)

    def _next_tracking_id(self) -> int:
        last = self.session.scalar(
            sa.select(sa.func.max(Complaint.tracking_id)).where(
                Complaint.tracking_id >= str(FIRST_TRACKING_ID),
                Complaint.tracking_id < str(FIRST_TRACKING_ID + 10**6),
            )
        )
        return int(last) + 1 if last else FIRST_TRACKING_ID

    def _course(self) -> _Course:
        random = self.random
        if random.random() < OPEN_SHARE:
            disposed = self.last - random.randrange(12)
            received = max(0, disposed - random.randrange(3))
            known = disposed + random.randrange(3)
            first = known + random.randrange(4)
            reached = random.randrange(3)
            return _Course(
                received,
                disposed,
                known if reached and known <= self.last else None,
                first if reached > 1 and first <= self.last else None,
                None,
                None,
            )
        received = random.randrange(max(1, self.last - 45))
        disposed = received + random.randrange(3)
        known = disposed + random.randrange(4)
        first = known + random.randrange(7)
        finished = first + random.randrange(12)
        return _Course(received, disposed, known, first, finished, finished + random.randrange(1, 11))

    def _complaint(self, rows: _Slice, course: _Course, number: str, tracking_id: str) -> None:
        random = self.random
        office = random.choice(self.offices)
        self.keys[Complaint] += 1
        key = self.keys[Complaint]
        day = self.days[course.received]
        title, text = random.choice(_SUBJECTS)
        place = random.choice(PLACES)
        report_class = random.choice(_CLASSES)
        received_at = at_local(day, 7 + random.randrange(9), random.randrange(60))
        limits = self.limits[self.rule_sets[day.year]]
        orders = [self._order(rows, key, office, course, Part.LEAD, report_class, limits)]
        if random.random() < 0.1:
            other = random.choice(self.offices)
            if other.agency_id != office.agency_id:
                orders.append(self._order(rows, key, other, course, Part.SUPPORT, report_class, limits))
        due = min(((row["next_due_on"], row["next_stage"]) for row in orders), key=lambda item: item[0])
        self._deadline(rows, key, None, Stage.VERIFICATION, course.received, course.disposed, limits, report_class)
        if course.finished is not None:
            self._deadline(
                rows, key, None, Stage.REPORTER_REPLY, course.finished, course.closed, limits, report_class
            )
        rows.complaints.append(
            {
                "id": key,
                "number": number,
                "tracking_id": tracking_id,
                "origin": Origin.IMPORT,
                "title": f"{title} di {place}",
                "text": f"{text} Kami tinggal di {place}, mohon ditindaklanjuti secepatnya.",
                "report_class": report_class,
                "channel": random.choice(CHANNELS),
                "location": place,
                "received_at": received_at,
                "received_on": day,
                "is_anonymous": random.random() < ANONYMOUS_SHARE,
                "is_confidential": random.random() < CONFIDENTIAL_SHARE,
                "lapor_status": "Ditutup oleh Sistem" if course.closed is not None else "Terverifikasi",
                "reported_party": ReportedParty.NONE,
                "verified_at": self._at(course.disposed, 8),
                "closed_at": self._at(course.closed, 15),
                "close_reason": None if course.closed is None else "Pelapor menyatakan puas.",
                "rating": None if course.closed is None else random.choice((None, 3, 4, 5)),
                "round": 1,
                "rule_set_id": self.rule_sets[day.year],
                "is_history": False,
                "touched_at": self._at(course.disposed, 8),
                "status": status_of(
                    ComplaintFacts(is_verified=True, is_closed=course.closed is not None),
                    [DispositionFacts(row["part"], row["state"], row["first_response_on"]) for row in orders],
                ),
                "next_due_on": due[0],
                "next_stage": due[1],
                "lead_agency_id": office.agency_id,
                "created_at": received_at,
                "version": 1,
            }
        )
        if course.closed is None:
            imported = complaint_events.Imported(key, tracking_id, "Terverifikasi", is_history=False)
            rows.story.append((received_at, imported))
            rows.story += [(row["disposed_at"], self._disposed(row, office.abbreviation)) for row in orders]

    def _disposed(self, row: Row, abbreviation: str) -> disposition_events.Disposed:
        return disposition_events.Disposed(
            row["id"],
            row["complaint_id"],
            row["agency_id"],
            abbreviation,
            row["part"].value,
            row["origin"].value,
            None,
        )

    def _order(
        self,
        rows: _Slice,
        complaint_id: int,
        office: _Office,
        course: _Course,
        part: Part,
        report_class: ReportClass,
        limits: Limits,
    ) -> Row:
        self.keys[Disposition] += 1
        key = self.keys[Disposition]
        state, is_open = course.state, course.closed is None
        clocks = [
            self._deadline(rows, complaint_id, key, stage, course.disposed, met, limits, report_class)
            for stage, met in (
                (Stage.ACKNOWLEDGEMENT, course.known),
                (Stage.FIRST_FOLLOW_UP, course.first),
                (Stage.COMPLETION, course.finished),
            )
        ]
        running = [clock for clock in clocks if clock["is_open"]]
        nearest = min(running, key=lambda clock: clock["due_on"]) if running else None
        row = {
            "id": key,
            "complaint_id": complaint_id,
            "agency_id": office.agency_id,
            "head_agency_id": office.agency_id,
            "part": part,
            "round": 1,
            "origin": Origin.MANUAL,
            "state": state,
            "disposed_at": self._at(course.disposed, 9),
            "disposed_on": self.days[course.disposed],
            "opened_at": self._at(course.known, 10),
            "acknowledged_on": self._day(course.known),
            "first_response_on": self._day(course.first),
            "finished_on": self._day(course.finished),
            "answered_before_known": False,
            "is_owed": is_open and state is State.WAITING,
            "is_open": is_open,
            "next_due_on": nearest["due_on"] if nearest else NO_DUE,
            "next_stage": nearest["stage"].value if nearest else None,
            "version": 1,
        }
        rows.dispositions.append(row)
        self._acts(rows, key, office, course)
        return row

    def _acts(self, rows: _Slice, disposition_id: int, office: _Office, course: _Course) -> None:
        """What the head and the admin did to the order."""
        if course.known is None:
            return
        head = office.head
        opened_at = self._at(course.known, 10)
        rows.openings.append({"disposition_id": disposition_id, "person_id": head.person_id, "opened_at": opened_at})
        rows.acknowledgements.append(
            {
                "disposition_id": disposition_id,
                "assignment_id": head.assignment_id,
                "person_id": head.person_id,
                "person_name": head.person_name,
                "post_title": head.post_words,
                "capacity": head.capacity,
                "order_number": head.order_number,
                "way": Way.DIRECT,
                "opened_at": opened_at,
                "acknowledged_at": self._at(course.known, 11),
                "acknowledged_on": self._day(course.known),
                "digest": "0" * 64,
                "shown_json": {},
                "instruction": "Segera ditindaklanjuti.",
            }
        )
        for kind, position in ((ResponseKind.FIRST, course.first), (ResponseKind.FINAL, course.finished)):
            at = self._at(position, 13 if kind is ResponseKind.FIRST else 14)
            if at is None:
                continue
            rows.responses.append(
                {
                    "disposition_id": disposition_id,
                    "kind": kind,
                    "state": ResponseState.POSTED,
                    "text": _ANSWER,
                    "created_at": at,
                    "updated_at": at,
                    "author_id": head.person_id,
                    "author_name": "Admin Rekaan",
                    "posted_at": at,
                    "posted_on": self._day(position),
                    "logged_at": at,
                    "before_known": False,
                    "version": 1,
                }
            )

    def _deadline(
        self,
        rows: _Slice,
        complaint_id: int,
        disposition_id: int | None,
        stage: Stage,
        started: int,
        met: int | None,
        limits: Limits,
        report_class: ReportClass,
    ) -> Row:
        working_days = limits.days(stage, report_class)
        row = {
            "complaint_id": complaint_id,
            "disposition_id": disposition_id,
            "stage": stage,
            "started_on": self.days[started],
            "working_days": working_days,
            "paused_days": 0,
            "due_on": self.days[started + working_days],
            "calendar_version": self.version,
            "met_on": self._day(met),
            "is_open": met is None,
            "is_void": False,
        }
        rows.deadlines.append(row)
        return row

    def _day(self, position: int | None) -> date | None:
        return None if position is None else self.days[position]

    def _at(self, position: int | None, hour: int) -> datetime | None:
        return None if position is None else at_local(self.days[position], hour)

    def _insert(self, rows: _Slice) -> None:
        for model, values in (
            (Complaint, rows.complaints),
            (Disposition, rows.dispositions),
            (Deadline, rows.deadlines),
            (Opening, rows.openings),
            (Acknowledgement, rows.acknowledgements),
            (Response, rows.responses),
        ):
            if values:
                self.session.execute(sa.insert(Base.metadata.tables[model.__tablename__]), values)
        if self.session.get_bind().dialect.name == "postgresql":
            for model in (Complaint, Disposition):
                table = model.__tablename__
                self.session.execute(
                    sa.select(sa.func.setval(sa.func.pg_get_serial_sequence(table, "id"), self.keys[model]))
                )


def _working_days(calendar: Calendar, first: date, last: date) -> list[date]:
    span = (last - first).days
    days = (first + timedelta(days=step) for step in range(span + 1))
    return [day for day in days if calendar.is_working(day)]
