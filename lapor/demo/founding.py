"""Puts the demo's agencies, people, posts and terms into the database, each at the time at which it began."""

from collections.abc import Iterator
from datetime import date, datetime
from functools import partial

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lapor.accounts.passwords import hash_password
from lapor.accounts.rules import DEMO_PASSWORD
from lapor.accounts.services import create_account
from lapor.agencies.models import AgencyObligation
from lapor.agencies.services import Particulars, add_alias, create_agency
from lapor.calendar.services import set_setting
from lapor.core.clock import at_local
from lapor.demo.agencies import AGENCIES, FIRST_OBLIGED_YEAR, OBLIGED
from lapor.demo.cast import CHARACTERS, POSTS, SEATS, Seat, login_of
from lapor.demo.stage import Company, Days, Step
from lapor.desk.owing import OWED_FROM
from lapor.offices.models import Assignment, Capacity
from lapor.offices.services import PersonDetails, add_absence, assign, create_person, create_post, end_assignment
from lapor.policy import Actor

FOUNDED = at_local(date(2019, 1, 2), 7, 30)
OWED_SINCE = date(2022, 1, 10)
"""Acknowledgements are owed from the Monday after the evaluation meeting of 6 January 2022."""

PROVINCE_SUFFIX = " Provinsi Sulawesi Tengah"
ADDRESS = "Jalan Contoh Nomor 1 Palu, Kode Pos 94111"
PHONE = "(0451) 000000"


def found(session: Session, last_year: int) -> None:
    """Agencies with the obligations until ``last_year``, people with their accounts, and posts."""
    password_hash = hash_password(DEMO_PASSWORD)
    made: dict[str, int] = {}
    for item in AGENCIES:
        agency = create_agency(
            session,
            Particulars(
                name=item.name,
                abbreviation=item.abbreviation,
                kind=item.kind,
                parent_id=made[item.parent] if item.parent else None,
                is_organiser=item.is_organiser,
                is_oversight=item.is_oversight,
                oversees_inspectorate=item.oversees_inspectorate,
                letter_unit=item.letter_unit or item.abbreviation.upper(),
                address=ADDRESS,
                phone=PHONE,
                email=f"{item.slug}@contoh.go.id",
                website="contoh.go.id",
            ),
            slug=item.slug,
            actor=None,
            now=FOUNDED,
        )
        made[item.slug] = agency.id
        add_alias(session, agency, item.name + PROVINCE_SUFFIX, actor=None, now=FOUNDED)
    session.add_all(
        AgencyObligation(agency_id=made[slug], year=year)
        for slug in OBLIGED
        for year in range(FIRST_OBLIGED_YEAR, last_year + 1)
    )
    for character in CHARACTERS:
        person = create_person(
            session,
            name=character.name,
            details=PersonDetails(
                kind=character.kind,
                nip=character.nip,
                front_title=character.front,
                back_title=character.back,
                rank=character.rank,
                grade=character.grade,
                job_title=character.job,
                sex=character.sex,
                phone=character.phone,
            ),
            actor=None,
            now=FOUNDED,
        )
        login = login_of(character)
        if login is not None:
            create_account(
                session,
                person,
                login=login,
                password_hash=password_hash,
                must_change_password=False,
                is_demo=True,
                actor=None,
                now=FOUNDED,
            )
    company = Company(session)
    for post in POSTS:
        create_post(
            session,
            company.agency(post.agency),
            kind=post.role,
            title=post.title,
            seats=post.seats,
            actor=None,
            now=FOUNDED,
        )


def term_steps(session: Session, company: Company, days: Days) -> Iterator[Step]:
    """Who takes and leaves which post, each on its day; those from the beginning at the foundation."""
    for seat in SEATS:
        begins = days.day(seat.since)
        yield Step(max(at_local(begins, 7, 31), FOUNDED), partial(_take_post, session, company, seat, days))
        if seat.away is not None:
            yield Step(
                at_local(max(days.day(seat.away[0]), begins), 7, 30), partial(_go_away, session, company, seat, days)
            )
        if seat.until is not None and seat.capacity is not Capacity.PLH:
            noted = min(days.day(seat.until), days.day(-1))
            yield Step(at_local(noted, 15, 30), partial(_leave_post, session, company, seat, days))
    yield Step(at_local(OWED_SINCE, 7, 40), partial(_owe_from, session, company))


def _take_post(session: Session, company: Company, seat: Seat, days: Days, now: datetime) -> None:
    is_acting = seat.capacity is Capacity.PLH
    assign(
        session,
        person=company.person(seat.person),
        post=company.post(seat.post),
        capacity=seat.capacity,
        starts_on=days.day(seat.since),
        ends_on=days.day(seat.until) if seat.until is not None and is_acting else None,
        order_number=seat.order,
        order_date=seat.order_date,
        order_pending=seat.order_pending,
        note=seat.note,
        actor=_entered_by(company, now),
        now=now,
        is_seed=seat.order is None and not seat.order_pending,
    )


def _go_away(session: Session, company: Company, seat: Seat, days: Days, now: datetime) -> None:
    if seat.away is None:
        return
    first, last, reason = seat.away
    add_absence(
        session,
        _term(session, company, seat, days),
        starts_on=days.day(first),
        ends_on=days.day(last),
        reason=reason,
        actor=_entered_by(company, now),
        now=now,
    )


def _leave_post(session: Session, company: Company, seat: Seat, days: Days, now: datetime) -> None:
    if seat.until is None:
        return
    end_assignment(
        session,
        _term(session, company, seat, days),
        ends_on=days.day(seat.until),
        actor=company.actor("notulis", now),
        now=now,
    )


def _owe_from(session: Session, company: Company, now: datetime) -> None:
    actor = company.actor("koordinator", now)
    set_setting(session, OWED_FROM, OWED_SINCE.isoformat(), OWED_SINCE, actor, now)


def _entered_by(company: Company, now: datetime) -> Actor | None:
    return None if now < at_local(date(2019, 1, 3), 0) else company.actor("notulis", now)


def _term(session: Session, company: Company, seat: Seat, days: Days) -> Assignment:
    return session.scalars(
        sa.select(Assignment).where(
            Assignment.person_id == company.people[seat.person],
            Assignment.post_id == company.posts[seat.post],
            Assignment.starts_on == days.day(seat.since),
        )
    ).one()
