"""Telling people, taking back what is not so any more, and marking as read.

A notice is no fact of its own: it repeats what the journal says already, so nothing here writes the journal.
Sending the same sentence elsewhere (mail, a message) is the work of ``digests``: a notice that stays unread is in the
person's next one.
"""

from collections.abc import Iterable
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lapor.core.errors import NotFound
from lapor.notifications.models import Kind, Notification

MAX_SENTENCE = 500
_LOCK = 4_801_001  # any number that nothing else in this database locks


DUTY = frozenset({Kind.ACTING, Kind.DEADLINE, Kind.REMINDER, Kind.ESCALATION})
"""What nobody can unsubscribe from: his posts, the deadlines of his work, reminders. What is urgent is duty too."""


def notify(
    session: Session,
    person_ids: Iterable[int],
    *,
    kind: Kind,
    sentence: str,
    url: str,
    now: datetime,
    visible_from: datetime | None = None,
    about: str | None = None,
    complaint_id: int | None = None,
    agency_id: int | None = None,
    without: int | None = None,
    urgent: bool = False,
    duty: bool | None = None,
    key: str | None = None,
) -> list[Notification]:
    """Tell each person once; ``without`` leaves out the person who did it himself.

    ``urgent``: it leaves the system at once in working hours (a lifted block, an order of today with a near limit),
    else it waits for the person's digest. ``duty``: it cannot be unsubscribed; None means that urgency and
    ``kind`` decide (``DUTY``). ``key`` (at most 120 letters) names the occasion: whoever was told under it is not
    told again, whichever worker tries.

    ``url`` is a path of this application ("/aduan/12"); with a ``complaint_id`` the ``agency_id`` for whose sake the
    people are told belongs to it. ``sentence`` must not hold any content of a complaint. Returns what was written.
    Raises ValueError for an address outside the application.
    """
    if not url.startswith("/") or url.startswith("//"):
        raise ValueError("a notice leads to a page of this application")
    told = sorted(set(person_ids) - {without})
    if key is not None and told:
        one_writer(session)
        known = set(
            session.scalars(
                sa.select(Notification.person_id).where(Notification.key == key, Notification.person_id.in_(told))
            )
        )
        told = [person_id for person_id in told if person_id not in known]
    made = [
        Notification(
            person_id=person_id,
            made_at=now,
            visible_from=visible_from or now,
            kind=kind,
            sentence=sentence[:MAX_SENTENCE],
            url=url,
            about=about,
            complaint_id=complaint_id,
            agency_id=agency_id,
            is_urgent=urgent,
            is_duty=urgent or kind in DUTY if duty is None else duty,
            key=key,
        )
        for person_id in told
    ]
    if made:
        session.add_all(made)
        session.flush()
    return made


def one_writer(session: Session) -> None:
    """Let no other transaction look for what was told already until this one ends.

    SQLite has one writer at a time anyway; without it two workers of PostgreSQL would both find nothing.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(sa.select(sa.func.pg_advisory_xact_lock(_LOCK)))


def take_back_planned(session: Session, about: str, *, now: datetime) -> None:
    """Remove what hangs on ``about`` and nobody has seen yet, because its plan has changed."""
    session.execute(sa.delete(Notification).where(Notification.about == about, Notification.visible_from > now))


def take_back_complaint(session: Session, complaint_id: int, *, agency_id: int | None = None) -> None:
    """Remove every notice of a complaint for the sake of an agency (None: of all), read ones too: the people there
    must not know of it any more."""
    statement = sa.delete(Notification).where(Notification.complaint_id == complaint_id)
    if agency_id is not None:
        statement = statement.where(Notification.agency_id == agency_id)
    session.execute(statement)


def mark_read(session: Session, notification_id: int, *, person_id: int, now: datetime) -> Notification:
    """Mark one of the person's notices as read and return it; raises NotFound for another's or a coming one."""
    row = session.get(Notification, notification_id)
    if row is None or row.person_id != person_id or row.visible_from > now:
        raise NotFound("Pemberitahuan ini tidak ada, atau bukan untuk Anda.")
    row.read_at = row.read_at or now
    session.flush()
    return row


def mark_complaint_read(
    session: Session, complaint_id: int, *, agency_id: int, person_ids: Iterable[int], now: datetime
) -> None:
    """Mark what these people were told of a complaint for the sake of an agency as read: they have acted on it."""
    session.execute(
        sa.update(Notification)
        .where(
            Notification.complaint_id == complaint_id,
            Notification.agency_id == agency_id,
            Notification.person_id.in_(sorted(set(person_ids))),
            Notification.visible_from <= now,
            Notification.read_at.is_(None),
        )
        .values(read_at=now)
    )


def mark_all_read(session: Session, *, person_id: int, now: datetime) -> None:
    """Mark everything that the person can see now as read."""
    session.execute(
        sa.update(Notification)
        .where(
            Notification.person_id == person_id,
            Notification.visible_from <= now,
            Notification.read_at.is_(None),
        )
        .values(read_at=now)
    )
