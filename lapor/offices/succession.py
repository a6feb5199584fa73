"""What happens to posts when an agency closes: they end with it, and whoever held them is told by the slice above."""

from datetime import date, datetime, timedelta

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from lapor.agencies.closing import Burden
from lapor.agencies.events import AgencyClosed, AgencyReopened
from lapor.core.clock import local_day
from lapor.core.db import lock
from lapor.journal.services import record
from lapor.offices import events
from lapor.offices.models import Assignment, Person, Post
from lapor.offices.rules import post_words
from lapor.offices.services import cancel_assignment
from lapor.policy import Actor, Permission


def count_posts(session: Session, agency_id: int, day: date) -> list[Burden]:
    """The posts that end with the agency and the people who hold them on ``day`` or later."""
    posts = session.scalar(
        sa.select(sa.func.count()).select_from(Post).where(Post.agency_id == agency_id, Post.ends_on.is_(None))
    )
    holders = session.scalar(
        sa.select(sa.func.count(sa.distinct(Assignment.person_id)))
        .join(Post, Post.id == Assignment.post_id)
        .where(Post.agency_id == agency_id, sa.or_(Assignment.ends_on.is_(None), Assignment.ends_on >= day))
    )
    return [
        Burden(_("jabatan berakhir"), posts or 0),
        Burden(_("orang kehilangan penugasan di OPD ini"), holders or 0),
    ]


def on_agency_closed(session: Session, event: AgencyClosed, *, actor: Actor | None, now: datetime) -> None:
    """The posts end with the agency: powers stop with its last day, yesterday at the earliest.

    Whoever was to begin later never begins: his assignment is cancelled.
    """
    last = max(event.ends_on, local_day(now) - timedelta(days=1))
    posts = session.scalars(
        sa.select(Post).where(Post.agency_id == event.subject_id, Post.ends_on.is_(None)).order_by(Post.id)
    ).all()
    for post in posts:
        lock(session, Post, post.id)
        post.ends_on = last
        session.flush()
        _end_terms(session, post, last, actor=actor, now=now)
        record(
            session,
            events.PostEnded(subject_id=post.id, agency_id=post.agency_id, title=post.title, ends_on=last),
            actor=actor,
            now=now,
            permission=Permission.AGENCY_EDIT,
        )


def _end_terms(session: Session, post: Post, last: date, *, actor: Actor | None, now: datetime) -> None:
    rows = session.execute(
        sa.select(Assignment, Person)
        .join(Person, Person.id == Assignment.person_id)
        .where(Assignment.post_id == post.id, sa.or_(Assignment.ends_on.is_(None), Assignment.ends_on > last))
        .order_by(Assignment.id)
    ).all()
    for assignment, person in rows:
        if assignment.starts_on > local_day(now):
            cancel_assignment(session, assignment, actor=actor, now=now)
            continue
        former, assignment.ends_on = assignment.ends_on, max(last, assignment.starts_on)
        session.flush()
        record(
            session,
            events.AssignmentEnded(
                subject_id=assignment.id,
                agency_id=post.agency_id,
                person_id=person.id,
                person_name=person.full_name,
                post_id=post.id,
                post_title=post_words(post.title, assignment.capacity.value),
                capacity=assignment.capacity.value,
                role=post.kind.value,
                ends_on=assignment.ends_on,
                former_ends_on=former,
            ),
            actor=actor,
            now=now,
            permission=Permission.AGENCY_EDIT,
        )


def on_agency_reopened(
    session: Session,
    event: AgencyReopened,
    *,
    actor: Actor | None,  # noqa: ARG001
    now: datetime,  # noqa: ARG001
) -> None:
    """The posts that ended with the agency exist again; nobody holds them until somebody is assigned."""
    session.execute(
        sa.update(Post).where(Post.agency_id == event.subject_id, Post.ends_on >= event.ends_on).values(ends_on=None)
    )
