"""Reading cycles, their figures, and who may sign their reports."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lapor.agencies.models import Agency
from lapor.core.errors import NotFound
from lapor.evaluations.models import EvaluationCycle
from lapor.evaluations.rules import CycleFigures, CycleState
from lapor.offices.labels import number_words
from lapor.offices.models import Assignment, Person, Post
from lapor.offices.rules import post_words
from lapor.policy import Role
from lapor.statistics.exceptions import exceptions_of
from lapor.statistics.queries import agency_rows, coverage, period_totals

COVERAGE_YEARS = 3


@dataclass(frozen=True)
class CycleLine:
    """One cycle as the list shows it."""

    id: int
    title: str
    year: int
    starts_on: date
    ends_on: date
    state: CycleState
    data_as_of: date | None


def list_cycles(session: Session) -> list[CycleLine]:
    """All cycles, the latest period first."""
    rows = session.execute(
        sa.select(
            EvaluationCycle.id,
            EvaluationCycle.title,
            EvaluationCycle.year,
            EvaluationCycle.starts_on,
            EvaluationCycle.ends_on,
            EvaluationCycle.state,
            EvaluationCycle.data_as_of,
        ).order_by(EvaluationCycle.year.desc(), EvaluationCycle.ends_on.desc(), EvaluationCycle.id.desc())
    )
    return [
        CycleLine(row.id, row.title, row.year, row.starts_on, row.ends_on, row.state, row.data_as_of) for row in rows
    ]


def find_cycle(session: Session, cycle_id: int) -> EvaluationCycle:
    """The cycle; raises NotFound where there is none."""
    cycle = session.get(EvaluationCycle, cycle_id)
    if cycle is None:
        raise NotFound("Evaluasi ini tidak ditemukan.")
    return cycle


def figures_of(session: Session, cycle: EvaluationCycle, today: date) -> CycleFigures:
    """The figures held still at the locking, or those of ``today`` while the cycle is a draft."""
    if cycle.figures is not None:
        return CycleFigures.from_json(cycle.figures)
    return count_figures(session, cycle, today)


def count_figures(session: Session, cycle: EvaluationCycle, as_of: date) -> CycleFigures:
    """The figures counted anew with the facts up to ``as_of``: about fifteen queries, whatever the volume."""
    agencies = agency_rows(session, cycle.starts_on, cycle.ends_on, as_of=as_of)
    return CycleFigures(
        starts_on=cycle.starts_on,
        ends_on=cycle.ends_on,
        as_of=as_of,
        minimum_cases=cycle.minimum_cases,
        totals=period_totals(session, cycle.starts_on, cycle.ends_on, as_of=as_of, agencies=agencies),
        agencies=tuple(agencies),
        coverage=coverage(session, range(cycle.year - COVERAGE_YEARS + 1, cycle.year + 1), until=cycle.ends_on),
        exceptions=exceptions_of(session, cycle.starts_on, cycle.ends_on, as_of=as_of),
    )


@dataclass(frozen=True)
class Signer:
    """Who signs a report, in the words of his assignment."""

    assignment_id: int
    name: str
    post_title: str
    rank: str
    number: str
    agency_id: int
    starts_on: date
    ends_on: date | None


def _signers() -> "sa.Select[Assignment, Post, Person]":
    return (
        sa.select(Assignment, Post, Person)
        .join(Post, Post.id == Assignment.post_id)
        .join(Person, Person.id == Assignment.person_id)
    )


def _signer(assignment: Assignment, post: Post, person: Person) -> Signer:
    return Signer(
        assignment_id=assignment.id,
        name=person.full_name,
        post_title=post_words(post.title, assignment.capacity.value),
        rank=person.rank or "",
        number=number_words(person),
        agency_id=post.agency_id,
        starts_on=assignment.starts_on,
        ends_on=assignment.ends_on,
    )


def signer_choices(session: Session, starts_on: date, today: date, chosen: int | None = None) -> list[Signer]:
    """Who held the organiser's head's post or led the province between ``starts_on`` and ``today``.

    ``chosen`` stays in the list whoever it is.
    """
    in_time = sa.and_(
        Assignment.starts_on <= today, sa.or_(Assignment.ends_on.is_(None), Assignment.ends_on >= starts_on)
    )
    heads = sa.and_(Agency.is_organiser.is_(True), Post.kind == Role.HEAD)
    rows = session.execute(
        _signers()
        .join(Agency, Agency.id == Post.agency_id)
        .where(
            sa.or_(
                sa.and_(in_time, sa.or_(heads, Post.kind == Role.LEADERSHIP)),
                Assignment.id == (chosen if chosen is not None else -1),
            )
        )
        .order_by(Agency.is_organiser.desc(), Post.title, Assignment.starts_on.desc(), Assignment.id)
    )
    return [_signer(assignment, post, person) for assignment, post, person in rows]


def find_signer(session: Session, assignment_id: int | None) -> Signer | None:
    """The signer of this assignment, or None."""
    if assignment_id is None:
        return None
    row = session.execute(_signers().where(Assignment.id == assignment_id)).first()
    return _signer(row[0], row[1], row[2]) if row else None


def find_organiser(session: Session) -> Agency | None:
    """The agency that runs SP4N in the province, under whose letterhead the report goes out."""
    return session.scalar(
        sa.select(Agency)
        .where(Agency.is_organiser.is_(True))
        .order_by(Agency.parent_id.is_not(None), Agency.id)
        .limit(1)
    )


def texts_of(text: str) -> Sequence[str]:
    """The paragraphs of a text that was typed one paragraph a line."""
    return tuple(line.strip() for line in text.splitlines() if line.strip())
