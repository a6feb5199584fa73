"""Who holds what on a day."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from lapor.agencies.models import Agency
from lapor.core.db import one_of
from lapor.core.rows import plain_rows
from lapor.files.models import StoredFile
from lapor.journal.models import JournalEntry
from lapor.offices.models import (
    Absence,
    ActingProposal,
    Assignment,
    Capacity,
    Person,
    PersonKind,
    Post,
    ProposalState,
)
from lapor.offices.rules import Term, full_name, holder_of_the_day, needs_scan, post_words
from lapor.policy import Actor, Power, Role


@dataclass(frozen=True)
class Holder:
    """The person who holds a head's powers on a day, in the words of that day."""

    assignment_id: int
    person_id: int
    person_name: str
    post_id: int
    post_title: str
    capacity: str
    order_number: str | None
    holds_since: date
    ends_on: date | None = None

    @property
    def post_words(self) -> str:
        """``Plh. Kepala Pelaksana BPBD``."""
        return post_words(self.post_title, self.capacity)


def covers(day: date) -> "sa.ColumnElement[bool]":
    """The condition that an assignment runs on ``day``."""
    return sa.and_(Assignment.starts_on <= day, sa.or_(Assignment.ends_on.is_(None), Assignment.ends_on >= day))


def _rank(assignment: Any) -> "sa.Case[int]":
    """The order of ``rules.holder_of_the_day`` in SQL: Plh., then Plt. or Pj., then the definitive holder."""
    return sa.case(
        (assignment.capacity == Capacity.PLH, 3),
        (one_of(assignment.capacity, [Capacity.PLT, Capacity.PJ]), 2),
        else_=1,
    )


def terms_of_post(session: Session, post_id: int) -> list[Term]:
    """All terms of a post, oldest first, with their absences."""
    rows = session.scalars(
        sa.select(Assignment).where(Assignment.post_id == post_id).order_by(Assignment.starts_on, Assignment.id)
    ).all()
    absences: dict[int, list[tuple[date, date]]] = defaultdict(list)
    if rows:
        for item in session.scalars(
            sa.select(Absence)
            .where(Absence.assignment_id.in_([row.id for row in rows]))
            .order_by(Absence.starts_on, Absence.id)
        ):
            absences[item.assignment_id].append((item.starts_on, item.ends_on))
    return [
        Term(row.id, row.person_id, row.capacity, row.starts_on, row.ends_on, tuple(absences[row.id])) for row in rows
    ]


@lru_cache(maxsize=4)
def powers_statement(day: date) -> "sa.Select[*tuple[Any, ...]]":
    """People with the posts that they hold on ``day``, a row a post; to be narrowed to the person that is wanted.

    ``displaced`` marks a head whose powers are with an acting head on that day.
    """
    rival = sa.orm.aliased(Assignment)
    displaced = (
        sa.select(sa.literal(1))
        .where(
            rival.post_id == Assignment.post_id,
            rival.id != Assignment.id,
            rival.starts_on <= day,
            sa.or_(rival.ends_on.is_(None), rival.ends_on >= day),
            sa.or_(
                _rank(rival) > _rank(Assignment),
                sa.and_(
                    _rank(rival) == _rank(Assignment),
                    sa.or_(
                        rival.starts_on > Assignment.starts_on,
                        sa.and_(rival.starts_on == Assignment.starts_on, rival.id > Assignment.id),
                    ),
                ),
            ),
        )
        .correlate(Assignment)
        .exists()
    )
    return (
        sa.select(
            Person.id.label("person_id"),
            Person.name,
            Person.front_title,
            Person.back_title,
            Post.id.label("post_id"),
            Post.kind,
            Post.title,
            Post.agency_id,
            Agency.abbreviation,
            Assignment.id.label("assignment_id"),
            Assignment.capacity,
            Assignment.order_number,
            sa.and_(Post.kind == Role.HEAD, displaced).label("displaced"),
        )
        .select_from(Person)
        .outerjoin(Assignment, sa.and_(Assignment.person_id == Person.id, covers(day)))
        .outerjoin(Post, Post.id == Assignment.post_id)
        .outerjoin(Agency, Agency.id == Post.agency_id)
        .order_by(Post.kind, Post.id, Assignment.id)
    )


def actor_of_rows(
    rows: Sequence["sa.Row[Any]"],
    day: date,
    *,
    account_id: int | None = None,
    session_id: int | None = None,
    must_change_password: bool = False,
) -> Actor:
    """The person of these rows of ``powers_statement`` with the powers of ``day``.

    A head whose powers are with an acting head on that day keeps a power without force: he reads, he does not act.
    """
    powers = tuple(
        Power(
            role=Role(row.kind),
            agency_id=row.agency_id,
            agency_name=row.abbreviation,
            post_id=row.post_id,
            post_title=post_words(row.title, row.capacity),
            assignment_id=row.assignment_id,
            capacity=str(row.capacity),
            order_number=row.order_number,
            in_force=not row.displaced,
        )
        for row in rows
        if row.post_id is not None
    )
    return Actor(
        person_id=rows[0].person_id,
        name=full_name(rows[0].front_title, rows[0].name, rows[0].back_title),
        day=day,
        powers=powers,
        account_id=account_id,
        session_id=session_id,
        must_change_password=must_change_password,
    )


def load_actor(session: Session, person_id: int, day: date, *, account_id: int | None = None) -> Actor | None:
    """The person with the powers of ``day``, in one query, or None when there is no such person."""
    rows = session.execute(powers_statement(day).where(Person.id == person_id)).all()
    return actor_of_rows(rows, day, account_id=account_id) if rows else None


@lru_cache(maxsize=256)
def _heads_statement(agency_ids: tuple[int, ...], day: date) -> "sa.Select[*tuple[Any, ...]]":
    return (
        sa.select(
            Post.agency_id,
            Assignment.id,
            Assignment.capacity,
            Assignment.starts_on,
            Assignment.ends_on,
            Assignment.order_number,
            Person.id.label("person_id"),
            Person.name,
            Person.front_title,
            Person.back_title,
            Post.id.label("post_id"),
            Post.title,
        )
        .select_from(Assignment)
        .join(Post, Post.id == Assignment.post_id)
        .join(Person, Person.id == Assignment.person_id)
        .where(one_of(Post.agency_id, agency_ids), Post.kind == Role.HEAD, covers(day))
        .order_by(Post.agency_id, Assignment.id)
    )


def heads_of(session: Session, agency_ids: Sequence[int], day: date) -> dict[int, Holder]:
    """Whoever holds the head's powers of each agency on ``day``; agencies with a vacant post are left out."""
    if not agency_ids:
        return {}
    by_agency: dict[int, list[Any]] = defaultdict(list)
    for row in plain_rows(session, _heads_statement(tuple(agency_ids), day)):
        by_agency[row.agency_id].append(row)
    found: dict[int, Holder] = {}
    for agency_id, rows in by_agency.items():
        terms = [Term(row.id, row.person_id, row.capacity, row.starts_on, row.ends_on) for row in rows]
        term = holder_of_the_day(terms, day)
        for row in rows:
            if term is not None and row.id == term.assignment_id:
                name = full_name(row.front_title, row.name, row.back_title)
                found[agency_id] = Holder(
                    row.id,
                    row.person_id,
                    name,
                    row.post_id,
                    row.title,
                    str(row.capacity),
                    row.order_number,
                    row.starts_on,
                    row.ends_on,
                )
    return found


def head_of(session: Session, agency_id: int, day: date) -> Holder | None:
    """Whoever holds the head's powers of the agency on ``day``, or None while the post is vacant."""
    return heads_of(session, [agency_id], day).get(agency_id)


@lru_cache(maxsize=256)
def _posts_statement(agency_id: int, kinds: tuple[Role, ...]) -> "sa.Select[int, str]":
    return (
        sa.select(Post.id, Post.title)
        .where(Post.agency_id == agency_id, one_of(Post.kind, kinds), Post.ends_on.is_(None))
        .order_by(Post.title, Post.id)
    )


def list_posts(session: Session, agency_id: int, kinds: Sequence[Role]) -> Sequence[Post]:
    """The agency's posts of these kinds that still exist, by title."""
    return session.scalars(
        sa.select(Post)
        .where(Post.agency_id == agency_id, Post.kind.in_([kind.value for kind in kinds]), Post.ends_on.is_(None))
        .order_by(Post.title, Post.id)
    ).all()


def holders_by_role(session: Session, agency_id: int, role: Role, day: date) -> list[Person]:
    """The people who hold posts of ``role`` in the agency on ``day``, by name."""
    return list(
        session.scalars(
            sa.select(Person)
            .join(Assignment, Assignment.person_id == Person.id)
            .join(Post, Post.id == Assignment.post_id)
            .where(Post.agency_id == agency_id, Post.kind == role, covers(day))
            .order_by(Person.name, Person.id)
        )
    )


@dataclass(frozen=True)
class TermLine:
    """An assignment as lists show it."""

    id: int
    person_id: int
    person_name: str
    capacity: Capacity
    starts_on: date
    ends_on: date | None
    order_number: str | None
    order_due_on: date | None
    away_until: date | None
    in_force: bool


@dataclass(frozen=True)
class PostLine:
    """A post with who holds it today and who will."""

    id: int
    agency_id: int
    agency_name: str
    kind: Role
    title: str
    seats: int
    holders: tuple[TermLine, ...]
    upcoming: tuple[TermLine, ...]

    @property
    def vacant_seats(self) -> int:
        """Seats that nobody holds today; a Plh. stands in for a holder, he fills no seat of his own."""
        taken = sum(1 for term in self.holders if term.capacity is not Capacity.PLH)
        return max(self.seats - taken, 0)

    @property
    def is_vacant(self) -> bool:
        """Whether nobody at all has the powers of this post today."""
        return not self.holders


def list_post_lines(session: Session, day: date, *, agency_id: int | None = None) -> list[PostLine]:
    """All posts that exist on ``day`` with present and coming holders, by agency, role and title."""
    posts = session.execute(
        sa.select(Post.id, Post.agency_id, Agency.name, Post.kind, Post.title, Post.seats)
        .join(Agency, Agency.id == Post.agency_id)
        .where(
            sa.or_(Post.ends_on.is_(None), Post.ends_on >= day),
            Post.agency_id == agency_id if agency_id else sa.true(),
        )
        .order_by(Agency.name, Agency.id, Post.title, Post.id)
    ).all()
    terms: dict[int, list[Any]] = defaultdict(list)
    away = (
        sa.select(sa.func.max(Absence.ends_on))
        .where(Absence.assignment_id == Assignment.id, Absence.starts_on <= day, Absence.ends_on >= day)
        .correlate(Assignment)
        .scalar_subquery()
    )
    for row in session.execute(
        sa.select(Assignment, Person, away.label("away_until"))
        .join(Person, Person.id == Assignment.person_id)
        .join(Post, Post.id == Assignment.post_id)
        .where(
            sa.or_(Assignment.ends_on.is_(None), Assignment.ends_on >= day),
            Post.agency_id == agency_id if agency_id else sa.true(),
        )
        .order_by(Assignment.starts_on, Assignment.id)
    ):
        terms[row.Assignment.post_id].append(row)
    lines = [_post_line(post, terms[post.id], day) for post in posts]
    order = {role: place for place, role in enumerate(Role)}
    return sorted(lines, key=lambda line: (line.agency_name, line.agency_id, order[line.kind], line.title))


def _post_line(post: Any, rows: list[Any], day: date) -> PostLine:
    held = [Term(a.id, a.person_id, a.capacity.value, a.starts_on, a.ends_on) for a in (r.Assignment for r in rows)]
    first = holder_of_the_day(held, day) if post.kind is Role.HEAD else None
    lines = [
        TermLine(
            id=row.Assignment.id,
            person_id=row.Person.id,
            person_name=row.Person.full_name,
            capacity=row.Assignment.capacity,
            starts_on=row.Assignment.starts_on,
            ends_on=row.Assignment.ends_on,
            order_number=row.Assignment.order_number,
            order_due_on=row.Assignment.order_due_on,
            away_until=row.away_until,
            in_force=first is None or first.assignment_id == row.Assignment.id,
        )
        for row in rows
    ]
    return PostLine(
        id=post.id,
        agency_id=post.agency_id,
        agency_name=post.name,
        kind=post.kind,
        title=post.title,
        seats=post.seats,
        holders=tuple(line for line in lines if line.starts_on <= day),
        upcoming=tuple(line for line in lines if line.starts_on > day),
    )


def list_agency_choices(session: Session, day: date) -> list[tuple[int, str]]:
    """Key and name of each agency that exists on ``day``, by name."""
    rows = session.execute(
        sa.select(Agency.id, Agency.name)
        .where(sa.or_(Agency.ends_on.is_(None), Agency.ends_on >= day))
        .order_by(Agency.name, Agency.id)
    )
    return [(row.id, row.name) for row in rows]


def list_people(session: Session, words: str, *, limit: int, offset: int = 0) -> Sequence[Person]:
    """People whose name or number contains ``words`` (all without words), by name."""
    return session.scalars(_people(words).order_by(Person.name, Person.id).limit(limit).offset(offset)).all()


def count_people(session: Session, words: str, *, limit: int) -> int:
    """How many people ``list_people`` would find; counting stops at ``limit``."""
    found = _people(words).with_only_columns(Person.id).limit(limit).subquery()
    return session.scalar(sa.select(sa.func.count()).select_from(found)) or 0


def _people(words: str) -> "sa.Select[Any]":
    statement = sa.select(Person)
    for word in words.split():
        statement = statement.where(
            sa.or_(
                Person.name.icontains(word, autoescape=True),
                Person.nip.contains(word, autoescape=True),
                Person.job_title.icontains(word, autoescape=True),
            )
        )
    return statement


def list_person_choices(session: Session) -> list[tuple[int, str]]:
    """Key and name of everybody, with the number to tell namesakes apart, by name."""
    rows = session.scalars(sa.select(Person).order_by(Person.name, Person.id).limit(5000)).all()
    return [(row.id, f"{row.full_name} ({row.nip})" if row.nip else row.full_name) for row in rows]


def posts_of_people(session: Session, person_ids: Sequence[int], day: date) -> dict[int, list[str]]:
    """The posts that each of these people holds on ``day``, in words; empty for people without one."""
    found: dict[int, list[str]] = {person_id: [] for person_id in person_ids}
    rows = session.execute(
        sa.select(Assignment.person_id, Post.title, Assignment.capacity)
        .join(Post, Post.id == Assignment.post_id)
        .where(Assignment.person_id.in_(person_ids), covers(day))
        .order_by(Assignment.person_id, Assignment.id)
    )
    for row in rows:
        found[row.person_id].append(post_words(row.title, row.capacity.value))
    return found


@dataclass(frozen=True)
class Held:
    """An assignment of a person or of a post with the words of both."""

    assignment: Assignment
    person: Person
    post: Post
    agency_name: str

    @property
    def post_words(self) -> str:
        """``Plh. Kepala Pelaksana BPBD``."""
        return post_words(self.post.title, self.assignment.capacity.value)


def list_held(
    session: Session, *, person_id: int | None = None, post_id: int | None = None, assignment_id: int | None = None
) -> list[Held]:
    """Assignments of a person, of a post, or the one with this key, newest first."""
    statement = (
        sa.select(Assignment, Person, Post, Agency.name)
        .join(Person, Person.id == Assignment.person_id)
        .join(Post, Post.id == Assignment.post_id)
        .join(Agency, Agency.id == Post.agency_id)
        .order_by(Assignment.starts_on.desc(), Assignment.id.desc())
    )
    for column, value in (
        (Assignment.person_id, person_id),
        (Assignment.post_id, post_id),
        (Assignment.id, assignment_id),
    ):
        if value is not None:
            statement = statement.where(column == value)
    return [Held(*row) for row in session.execute(statement)]


def list_absences(session: Session, assignment_id: int) -> Sequence[Absence]:
    """The absences noted for an assignment, newest first."""
    return session.scalars(
        sa.select(Absence)
        .where(Absence.assignment_id == assignment_id)
        .order_by(Absence.starts_on.desc(), Absence.id.desc())
    ).all()


def count_orders_overdue(session: Session, day: date) -> int:
    """Assignments whose order, or its number, should have been entered before ``day``."""
    return (
        session.scalar(sa.select(sa.func.count()).select_from(Assignment).where(Assignment.order_due_on < day)) or 0
    )


@dataclass(frozen=True)
class OrderLine:
    """An assignment whose order is not complete: what is missing and until when it is due."""

    held: "Held"
    due_on: date | None
    lacks_number: bool
    lacks_scan: bool


def list_orders_due(session: Session) -> list[OrderLine]:
    """Assignments with an incomplete order, what is due first on top; ended ones too: their order is still owed."""
    has_scan = (
        sa.exists()
        .where(
            StoredFile.subject_kind == "assignment",
            StoredFile.subject_id == Assignment.id,
            StoredFile.removed_at.is_(None),
        )
        .correlate(Assignment)
    )
    rows = session.execute(
        sa.select(Assignment, Person, Post, Agency.name, has_scan.label("has_scan"))
        .join(Person, Person.id == Assignment.person_id)
        .join(Post, Post.id == Assignment.post_id)
        .join(Agency, Agency.id == Post.agency_id)
        .where(Assignment.order_due_on.is_not(None))
        .order_by(Assignment.order_due_on, Assignment.id)
    )
    return [
        OrderLine(
            Held(assignment, person, post, agency_name),
            assignment.order_due_on,
            assignment.order_number is None,
            needs_scan(post.kind, assignment.capacity) and not scanned,
        )
        for assignment, person, post, agency_name, scanned in rows
    ]


def has_acted(session: Session, assignment_id: int) -> bool:
    """Whether anything was done under this assignment."""
    found = sa.select(JournalEntry.seq).where(JournalEntry.assignment_id == assignment_id).limit(1)
    return session.execute(found).first() is not None


@dataclass(frozen=True)
class Proposed:
    """A proposal of a substitute in words."""

    proposal: ActingProposal
    proposed: Person
    holder: Person
    post: Post
    agency_name: str


def list_proposals(
    session: Session, *, waiting_only: bool = False, assignment_id: int | None = None, proposal_id: int | None = None
) -> list[Proposed]:
    """Proposals of substitutes, those that begin first on top; of one assignment, or the one with this key."""
    proposed = aliased(Person)
    statement = (
        sa.select(ActingProposal, proposed, Person, Post, Agency.name)
        .join(proposed, proposed.id == ActingProposal.person_id)
        .join(Assignment, Assignment.id == ActingProposal.assignment_id)
        .join(Person, Person.id == Assignment.person_id)
        .join(Post, Post.id == Assignment.post_id)
        .join(Agency, Agency.id == Post.agency_id)
        .order_by(ActingProposal.starts_on, ActingProposal.id)
    )
    if waiting_only:
        statement = statement.where(ActingProposal.state == ProposalState.WAITING)
    if assignment_id is not None:
        statement = statement.where(ActingProposal.assignment_id == assignment_id)
    if proposal_id is not None:
        statement = statement.where(ActingProposal.id == proposal_id)
    return [Proposed(*row) for row in session.execute(statement)]


def list_substitutes(session: Session, agency_id: int, without: int, day: date) -> list[tuple[int, str]]:
    """Key and words of those who can act for the agency's head: its own people first, then other heads, by name.

    Without numbers: a head need not see those of other people. Non-ASN are left out, they cannot act for a head.
    """
    own = Post.agency_id == agency_id
    rows = session.execute(
        sa.select(Person, Post.title, Assignment.capacity, own.label("own"))
        .join(Assignment, Assignment.person_id == Person.id)
        .join(Post, Post.id == Assignment.post_id)
        .where(
            covers(day),
            sa.or_(own, Post.kind == Role.HEAD),
            Person.kind != PersonKind.NON_ASN,
            Person.id != without,
        )
        .order_by(own.desc(), Person.name, Person.id, Assignment.id)
    )
    found: dict[int, str] = {}
    for person, title, capacity, _own in rows:
        found.setdefault(person.id, f"{person.full_name}, {post_words(title, capacity.value)}")
    return list(found.items())


def people_with_roles(
    session: Session, roles: Sequence[Role], day: date, *, agency_id: int | None = None
) -> list[int]:
    """Keys of the people who hold a post of one of ``roles`` on ``day`` (in one agency), in order."""
    statement = (
        sa.select(Assignment.person_id)
        .join(Post, Post.id == Assignment.post_id)
        .where(Post.kind.in_([role.value for role in roles]), covers(day))
        .distinct()
        .order_by(Assignment.person_id)
    )
    if agency_id is not None:
        statement = statement.where(Post.agency_id == agency_id)
    return list(session.scalars(statement))


def count_holders(session: Session, role: Role, day: date) -> int:
    """How many people hold a post of ``role`` anywhere on ``day``."""
    return (
        session.scalar(
            sa.select(sa.func.count(sa.distinct(Assignment.person_id)))
            .join(Post, Post.id == Assignment.post_id)
            .where(Post.kind == role, covers(day))
        )
        or 0
    )
