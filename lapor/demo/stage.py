"""What the demo's acts stand on: the days relative to the first start, and the people, posts and agencies by key."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lapor.accounts.models import Account
from lapor.agencies.models import Agency
from lapor.core.clock import at_local, local_day
from lapor.core.working_days import Calendar
from lapor.demo.cast import CHARACTERS, POSTS, When
from lapor.demo.story import Moment
from lapor.offices.models import Assignment, Person, Post
from lapor.offices.queries import head_of, load_actor
from lapor.policy import Actor


@dataclass(frozen=True)
class Days:
    """Turns the demo's days into dates: numbers are working days before or after the day of the first start."""

    calendar: Calendar
    first_day: date

    @classmethod
    def beginning(cls, calendar: Calendar, now: datetime) -> "Days":
        """The first start is now; on a day off its place is taken by the last working day before."""
        today = local_day(now)
        return cls(calendar, today if calendar.is_working(today) else calendar.subtract(today, 1))

    def day(self, when: When) -> date:
        """The date that ``when`` means."""
        if isinstance(when, date):
            return when
        if when < 0:
            return self.calendar.subtract(self.first_day, -when)
        return self.calendar.add(self.first_day, when)

    def at(self, moment: Moment) -> datetime:
        """The instant that ``moment`` means."""
        return at_local(self.day(moment.day), moment.hour, moment.minute)


@dataclass(frozen=True)
class Step:
    """One act of the demo at its instant; ``run`` is told the instant."""

    at: datetime
    run: Callable[[datetime], object]


class Company:
    """The cast in the database: agencies, people and posts by the names that the data uses."""

    def __init__(self, session: Session) -> None:
        self.session = session
        # terms begin before the first act of a day and end after the last one, so a day's powers stay as they are
        self._actors: dict[tuple[int, date], Actor] = {}
        self.agencies = dict(session.execute(sa.select(Agency.slug, Agency.id)).all())
        people = dict(session.execute(sa.select(Person.name, Person.id)).all())
        self.people = {item.key: people[item.name] for item in CHARACTERS if item.name in people}
        posts = {
            (agency_id, title): key
            for agency_id, title, key in session.execute(sa.select(Post.agency_id, Post.title, Post.id))
        }
        self.posts = {
            item.key: posts[self.agencies[item.agency], item.title]
            for item in POSTS
            if (self.agencies.get(item.agency), item.title) in posts
        }

    def actor(self, person: str, now: datetime) -> Actor:
        """The person with the powers of that day."""
        return self.actor_of(self.people[person], now)

    def actor_of(self, person_id: int, now: datetime) -> Actor:
        """The person with this key, with the powers of that day."""
        key = person_id, local_day(now)
        if key not in self._actors:
            account_id = self.session.scalar(sa.select(Account.id).where(Account.person_id == person_id))
            found = load_actor(self.session, person_id, local_day(now), account_id=account_id)
            if found is None:
                raise LookupError(f"no person {person_id}")
            self._actors[key] = found
        return self._actors[key]

    def head(self, agency: str, now: datetime) -> Actor:
        """Whoever holds the head's powers of the agency on that day."""
        holder = head_of(self.session, self.agencies[agency], local_day(now))
        if holder is None:
            raise LookupError(f"nobody heads {agency} on {local_day(now)}")
        return self.actor_of(holder.person_id, now)

    def operator(self, agency: str, now: datetime) -> Actor:
        """The agency's admin of that day, the one who is longest in the post."""
        day = local_day(now)
        person_id = self.session.scalar(
            sa.select(Assignment.person_id)
            .where(
                Assignment.post_id == self.posts[f"operator.{agency}"],
                Assignment.starts_on <= day,
                sa.or_(Assignment.ends_on.is_(None), Assignment.ends_on >= day),
            )
            .order_by(Assignment.starts_on, Assignment.id)
            .limit(1)
        )
        if person_id is None:
            raise LookupError(f"nobody is admin of {agency} on {day}")
        return self.actor_of(person_id, now)

    def post(self, key: str) -> Post:
        """The post with this key."""
        return self.session.get_one(Post, self.posts[key])

    def person(self, key: str) -> Person:
        """The person with this key."""
        return self.session.get_one(Person, self.people[key])

    def agency(self, slug: str) -> Agency:
        """The agency with this short name."""
        return self.session.get_one(Agency, self.agencies[slug])
