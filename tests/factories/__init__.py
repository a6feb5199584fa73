"""Builders for tests: `make.agency()`, `make.head(agency)`, `make.complaint(...)`, `make.disposition(...)`.

Rows are written directly, in the state that a test wants them, with their derived columns computed; what services
do is tested through services. Whatever a test does not name gets a plain fictional value.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Any

import sqlalchemy as sa
from argon2 import PasswordHasher
from sqlalchemy.orm import Session

from lapor.accounts.models import Account
from lapor.agencies.models import Agency, AgencyKind, AgencyObligation
from lapor.calendar.models import RuleLimit, RuleSet
from lapor.calendar.queries import rule_set_in_force, working_calendar
from lapor.calendar.rules import GIVEN_LIMITS, GIVEN_RULE_SETS
from lapor.complaints.models import Complaint
from lapor.complaints.rules import Origin, ReportClass, ReportedParty
from lapor.core.clock import at_local, local_day
from lapor.core.working_days import Calendar
from lapor.dispositions import clocks
from lapor.dispositions.models import Acknowledgement, Disposition, Opening, Response
from lapor.dispositions.rules import Part, ResponseKind, ResponseState, Stage, State, Way
from lapor.offices.models import Assignment, Capacity, Person, PersonKind, Post
from lapor.offices.queries import load_actor
from lapor.policy import Actor, Role

PASSWORD = "lapor-demo"
MORNING = at_local(date(2026, 3, 2), 9)
"""Monday 2 March 2026, 09.00 WITA: when complaints of tests come in unless they say otherwise."""

TITLES = {
    Role.HEAD: "Kepala",
    Role.LIAISON: "Sekretaris",
    Role.OPERATOR: "Admin SP4N-LAPOR!",
    Role.UNIT: "Kepala Bidang",
    Role.COORDINATOR: "Admin Instansi",
    Role.SECRETARIAT: "Notulis",
    Role.LEADERSHIP: "Sekretaris Daerah",
    Role.INSPECTORATE: "Auditor",
    Role.ADMINISTRATOR: "Pengelola Sistem",
}


@cache
def _password_hash() -> str:
    return PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)


@dataclass(frozen=True)
class Member:
    """A person in a post, with his account."""

    person: Person
    post: Post
    assignment: Assignment
    account: Account

    @property
    def login(self) -> str:
        """The name to sign in with; the password is PASSWORD."""
        return self.account.login


class Make:
    """Makes rows in one session. Nothing is committed here."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self._number = 0
        self._put_in_rule_sets()

    def _put_in_rule_sets(self) -> None:
        """The time limits in force; the calendar stays without holidays until a test puts some in."""
        if self.session.scalar(sa.select(sa.func.count()).select_from(RuleSet)):
            return
        for given in GIVEN_RULE_SETS:
            made = self._add(
                RuleSet(code=given.code, name=given.name, source=given.source, effective_from=given.effective_from)
            )
            for (stage, report_class), days in GIVEN_LIMITS.items():
                self.session.add(
                    RuleLimit(rule_set_id=made.id, stage=stage, report_class=report_class, working_days=days)
                )
        self.session.flush()

    def _next(self) -> int:
        self._number += 1
        return self._number

    def _add(self, row: Any) -> Any:
        self.session.add(row)
        self.session.flush()
        return row

    # agencies, people, posts

    def agency(self, slug: str | None = None, **values: Any) -> Agency:
        """An agency; `slug` also gives its abbreviation."""
        slug = slug or f"opd-{self._next()}"
        row: Agency = self._add(
            Agency(
                **{
                    "slug": slug,
                    "name": f"Dinas {slug.upper()} Provinsi Sulawesi Tengah",
                    "abbreviation": slug.upper(),
                    "kind": AgencyKind.DINAS,
                    **values,
                }
            )
        )
        return row

    def obliged(self, agency: Agency, year: int) -> AgencyObligation:
        """The agency takes part in SP4N-LAPOR! in that year."""
        row: AgencyObligation = self._add(AgencyObligation(agency_id=agency.id, year=year))
        return row

    def person(self, name: str | None = None, **values: Any) -> Person:
        """A civil servant with a valid number of his own."""
        count = self._next()
        kind = values.get("kind", PersonKind.PNS)
        number = None if kind is PersonKind.NON_ASN else f"19800101200501{count:04d}"
        row: Person = self._add(
            Person(
                **{
                    "name": name or f"Pegawai Nomor {count}",
                    "kind": kind,
                    "nip": number,
                    "rank": "Penata",
                    "grade": "III/c",
                    **values,
                }
            )
        )
        return row

    def post(self, agency: Agency, role: Role, title: str | None = None, **values: Any) -> Post:
        """A new post of the agency."""
        words = title or f"{TITLES[role]} {agency.abbreviation}"
        row: Post = self._add(Post(agency_id=agency.id, kind=role, title=words, **values))
        return row

    def assign(
        self,
        person: Person,
        post: Post,
        *,
        starts_on: date = date(2020, 1, 2),
        ends_on: date | None = None,
        capacity: Capacity = Capacity.DEFINITIVE,
        **values: Any,
    ) -> Assignment:
        """The person holds the post from a day (to a day)."""
        row: Assignment = self._add(
            Assignment(
                person_id=person.id,
                post_id=post.id,
                capacity=capacity,
                starts_on=starts_on,
                ends_on=ends_on,
                **values,
            )
        )
        return row

    def account(self, person: Person, login: str | None = None, **values: Any) -> Account:
        """An account of the person with PASSWORD."""
        row: Account = self._add(
            Account(
                **{
                    "person_id": person.id,
                    "login": login or f"akun{person.id}",
                    "password_hash": _password_hash(),
                    "must_change_password": False,
                    "created_at": datetime(2020, 1, 2, tzinfo=UTC),
                    **values,
                }
            )
        )
        return row

    def member(
        self,
        role: Role,
        agency: Agency | None = None,
        *,
        login: str | None = None,
        name: str | None = None,
        **term: Any,
    ) -> Member:
        """A person in a post of `role`, with an account. Provincial roles get an office of their own.

        `post=` puts him into an existing post; `starts_on=`, `ends_on=`, `capacity=` and the order describe the term.
        """
        post = term.pop("post", None)
        if post is None:
            post = self.post(agency or self.office(), role, term.pop("title", None))
        person = self.person(name)
        return Member(person, post, self.assign(person, post, **term), self.account(person, login))

    def office(self) -> Agency:
        """The organiser's agency, in which the provincial roles sit."""
        found = self.session.scalar(sa.select(Agency).where(Agency.is_organiser).order_by(Agency.id))
        return found or self.agency("diskominfo", is_organiser=True)

    def head(self, agency: Agency, login: str | None = None, **term: Any) -> Member:
        """The head of the agency."""
        return self.member(Role.HEAD, agency, login=login or f"kepala.{agency.slug}", **term)

    def liaison(self, agency: Agency, login: str | None = None, **term: Any) -> Member:
        """The agency's Pejabat Penghubung."""
        return self.member(Role.LIAISON, agency, login=login or f"sekretaris.{agency.slug}", **term)

    def operator(self, agency: Agency, login: str | None = None, **term: Any) -> Member:
        """The agency's admin."""
        return self.member(Role.OPERATOR, agency, login=login or f"operator.{agency.slug}", **term)

    def unit(self, agency: Agency, login: str | None = None, **term: Any) -> Member:
        """A head of division to whom complaints are passed on."""
        return self.member(Role.UNIT, agency, login=login or f"bidang.{agency.slug}", **term)

    def coordinator(self, login: str = "koordinator", **term: Any) -> Member:
        """The province's coordinator."""
        return self.member(Role.COORDINATOR, login=login, **term)

    def secretariat(self, login: str = "sekretariat", **term: Any) -> Member:
        """The secretariat."""
        return self.member(Role.SECRETARIAT, login=login, **term)

    def leadership(self, login: str = "pimpinan", **term: Any) -> Member:
        """The province's leadership."""
        return self.member(Role.LEADERSHIP, login=login, **term)

    def inspectorate(self, login: str = "inspektorat", **term: Any) -> Member:
        """An auditor of the Inspektorat."""
        return self.member(Role.INSPECTORATE, login=login, **term)

    def administrator(self, login: str = "admin", **term: Any) -> Member:
        """The administrator of the system."""
        return self.member(Role.ADMINISTRATOR, login=login, **term)

    def actor(self, member: Member | Person, now: datetime = MORNING) -> Actor:
        """The person with the powers of the day of `now`, as services want him."""
        person, account = (member.person, member.account) if isinstance(member, Member) else (member, None)
        found = load_actor(self.session, person.id, local_day(now), account_id=account.id if account else None)
        assert found is not None
        return found

    def calendar(self) -> Calendar:
        """The working days as the database has them."""
        return working_calendar(self.session)

    # complaints

    def complaint(self, title: str | None = None, **values: Any) -> Complaint:
        """A complaint that has just come in. `is_verified=True` verifies it on the day it came."""
        count = self._next()
        received_at: datetime = values.pop("received_at", MORNING)
        verified = values.pop("is_verified", False)
        if verified:
            values.setdefault("verified_at", received_at + timedelta(hours=1))
            values.setdefault("reported_party", ReportedParty.NONE)
        received_on = local_day(received_at)
        row: Complaint = self._add(
            Complaint(
                **{
                    "number": f"A-{received_on.year}-{900000 + count}",
                    "tracking_id": str(99800000 + count),
                    "origin": Origin.MANUAL,
                    "title": title or f"Lampu jalan padam nomor {count}",
                    "text": "Lampu jalan di depan pasar padam sejak sepekan. Mohon diperiksa.",
                    "report_class": ReportClass.NON_SUPERVISORY,
                    "channel": "Website",
                    "received_at": received_at,
                    "received_on": received_on,
                    "rule_set_id": rule_set_in_force(self.session, received_on),
                    "created_at": received_at,
                    **values,
                }
            )
        )
        if row.verified_at is None and not row.is_history:
            clocks.open_deadline(self.session, row, Stage.VERIFICATION, received_on)
        clocks.refresh(self.session, row)
        return row

    def disposition(
        self,
        complaint: Complaint | None = None,
        agency: Agency | None = None,
        *,
        state: State = State.WAITING,
        disposed_at: datetime | None = None,
        **values: Any,
    ) -> Disposition:
        """An order to an agency with its three deadlines; the complaint counts as verified.

        In a state beyond WAITING the dates that belong to it are filled in, but no acknowledgement row is made:
        see `acknowledged`.
        """
        agency = agency or self.agency()
        complaint = complaint or self.complaint(is_verified=True)
        disposed_at = disposed_at or complaint.received_at + timedelta(hours=2)
        day = local_day(disposed_at)
        if complaint.verified_at is None:
            complaint.verified_at = disposed_at
            complaint.reported_party = complaint.reported_party or ReportedParty.NONE
            clocks.meet_deadline(self.session, complaint.id, None, Stage.VERIFICATION, day)
        has_lead = self.session.scalar(
            sa.select(sa.func.count())
            .select_from(Disposition)
            .where(Disposition.complaint_id == complaint.id, Disposition.part == Part.LEAD)
        )
        known = state in {State.ACKNOWLEDGED, State.IN_PROGRESS, State.FINISHED}
        row: Disposition = self._add(
            Disposition(
                **{
                    "complaint_id": complaint.id,
                    "agency_id": agency.id,
                    "head_agency_id": agency.id,
                    "part": Part.SUPPORT if has_lead else Part.LEAD,
                    "round": complaint.round,
                    "origin": Origin.MANUAL,
                    "state": state,
                    "disposed_at": disposed_at,
                    "disposed_on": day,
                    "acknowledged_on": day if known else None,
                    "first_response_on": day if state in {State.IN_PROGRESS, State.FINISHED} else None,
                    "finished_on": day if state is State.FINISHED else None,
                    **values,
                }
            )
        )
        if not complaint.is_history:
            clocks.start_clocks(self.session, complaint, row, day)
        for stage, met in (
            (Stage.ACKNOWLEDGEMENT, row.acknowledged_on),
            (Stage.FIRST_FOLLOW_UP, row.first_response_on),
            (Stage.COMPLETION, row.finished_on),
        ):
            if met is not None:
                clocks.meet_deadline(self.session, complaint.id, row.id, stage, met)
        clocks.refresh(self.session, complaint)
        return row

    def opened(self, disposition: Disposition, by: Member, *, at: datetime | None = None) -> Opening:
        """The head saw it: what he needs before he can acknowledge through the service."""
        at = at or disposition.disposed_at + timedelta(minutes=30)
        row: Opening = self._add(Opening(disposition_id=disposition.id, person_id=by.person.id, opened_at=at))
        disposition.opened_at = disposition.opened_at or at
        self.session.flush()
        return row

    def acknowledged(
        self, disposition: Disposition, by: Member, *, at: datetime | None = None, **values: Any
    ) -> Acknowledgement:
        """The head's statement that he knows."""
        at = at or disposition.disposed_at + timedelta(hours=1)
        day = local_day(at)
        row: Acknowledgement = self._add(
            Acknowledgement(
                **{
                    "disposition_id": disposition.id,
                    "assignment_id": by.assignment.id,
                    "person_id": by.person.id,
                    "person_name": by.person.full_name,
                    "post_title": by.post.title,
                    "capacity": by.assignment.capacity.value,
                    "way": Way.DIRECT,
                    "opened_at": at - timedelta(minutes=1),
                    "acknowledged_at": at,
                    "acknowledged_on": day,
                    "digest": "0" * 64,
                    "shown": {},
                    **values,
                }
            )
        )
        disposition.opened_at = disposition.opened_at or row.opened_at
        disposition.acknowledged_on = day
        if disposition.state is State.WAITING:
            disposition.state = State.IN_PROGRESS if disposition.first_response_on else State.ACKNOWLEDGED
        self._meet(disposition, Stage.ACKNOWLEDGEMENT, day)
        return row

    def response(
        self,
        disposition: Disposition,
        by: Member,
        *,
        kind: ResponseKind = ResponseKind.FIRST,
        state: ResponseState = ResponseState.DRAFT,
        posted_at: datetime | None = None,
        **values: Any,
    ) -> Response:
        """A draft, or with `state` POSTED an answer that was given in LAPOR!."""
        at = posted_at or disposition.disposed_at + timedelta(hours=2)
        posted = state is ResponseState.POSTED
        row: Response = self._add(
            Response(
                **{
                    "disposition_id": disposition.id,
                    "kind": kind,
                    "state": state,
                    "text": "Yth. Bapak/Ibu Pelapor, laporan Anda sedang kami periksa di lapangan.",
                    "created_at": at,
                    "updated_at": at,
                    "author_id": by.person.id,
                    "author_name": by.person.full_name,
                    "posted_at": at if posted else None,
                    "posted_on": local_day(at) if posted else None,
                    "logged_at": at if posted else None,
                    **values,
                }
            )
        )
        if posted:
            day = local_day(at)
            if disposition.first_response_on is None:
                disposition.first_response_on = day
                self._meet(disposition, Stage.FIRST_FOLLOW_UP, day)
            if kind is ResponseKind.FINAL:
                disposition.finished_on = day
                disposition.state = State.FINISHED
                self._meet(disposition, Stage.COMPLETION, day)
            elif disposition.state is State.ACKNOWLEDGED:
                disposition.state = State.IN_PROGRESS
                self._meet(disposition, Stage.FIRST_FOLLOW_UP, day)
        return row

    def _meet(self, disposition: Disposition, stage: Stage, day: date) -> None:
        complaint = self.session.get_one(Complaint, disposition.complaint_id)
        clocks.meet_deadline(self.session, complaint.id, disposition.id, stage, day)
        clocks.refresh(self.session, complaint)
