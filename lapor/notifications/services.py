"""Telling people, taking back what is not so any more, and marking as read.

A notice is no fact of its own: it repeats what the journal says already, so nothing here writes the journal.
Sending the same sentence elsewhere (mail, a message) subscribes to ``Told``; the bell does not know of it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lapor.core import events
from lapor.core.errors import NotFound
from lapor.notifications.models import Kind, Notification

MAX_SENTENCE = 500


@dataclass(frozen=True)
class Told:
    """People are told something; ``visible_from`` is when they see it. Not a fact for the journal."""

    notification_ids: tuple[int, ...]
    person_ids: tuple[int, ...]
    sentence: str
    url: str
    visible_from: datetime


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
) -> list[Notification]:
    """Tell each person once; ``without`` leaves out the person who did it himself.

    ``url`` is a path of this application ("/aduan/12"); with a ``complaint_id`` the ``agency_id`` for whose sake the
    people are told belongs to it. ``sentence`` must not hold any content of a complaint. Returns what was written.
    Raises ValueError for an address outside the application.
    """
    if not url.startswith("/") or url.startswith("//"):
        raise ValueError("a notice leads to a page of this application")
    told = sorted(set(person_ids) - {without})
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
        )
        for person_id in told
    ]
    if made:
        session.add_all(made)
        session.flush()
        keys = tuple(row.id for row in made)
        events.publish(session, Told(keys, tuple(told), sentence, url, visible_from or now), actor=None, now=now)
    return made


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
