"""The outbox: making digests, taking one message so that nobody else does, and writing down what became of it.

Three short transactions surround each message and none is open while it is handed over. Who dies between taking and
writing down leaves a row that is SENDING; after a while it becomes UNCERTAIN, is shown, and is never sent again by
itself: the message may have arrived, and a second one would be worse than a question.
"""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from lapor.accounts.models import Account
from lapor.core.clock import local_day
from lapor.core.working_days import Calendar
from lapor.core.working_hours import WorkingHours
from lapor.notifications.messages import Letter, Line
from lapor.notifications.models import (
    Channel,
    Delivery,
    DeliveryState,
    Digest,
    Kind,
    Notification,
    Reach,
    Way,
)
from lapor.notifications.rules import LEASE, OLDEST, Slot, next_attempt, slot_at
from lapor.notifications.services import notify, one_writer
from lapor.offices.models import Assignment, Person
from lapor.offices.queries import covers, people_with_roles
from lapor.policy import Role

WAITING = (DeliveryState.QUEUED, DeliveryState.FAILED)


@dataclass(frozen=True)
class Ways:
    """Through what messages can leave this system today."""

    mail: bool
    channel: bool


@dataclass(frozen=True)
class Parcel:
    """One message that this worker alone may hand over."""

    delivery_id: int
    claim: str
    way: Way
    address: str
    letter: Letter
    channel_url: str


def ways_of(session: Session, *, mail: bool) -> Ways:
    """The ways that are switched on."""
    return Ways(mail, session.scalar(sa.select(Channel.id).limit(1)) is not None)


def make_digests(session: Session, ways: Ways, *, hours: WorkingHours, calendar: Calendar, now: datetime) -> int:
    """Gather what people have not read into digests of those whose hour has come; return how many were made.

    Urgent notices do not wait for the hour. Who has nothing gets nothing; nor does who holds no post today or has no
    account, because what the bell says to him is nobody else's business and no duty any more. To be called in
    working hours only.
    """
    one_writer(session)
    rows = session.execute(_to_tell(ways, now)).all()
    slots: dict[object, Slot | None] = {}
    made = 0
    for person_id, group in groupby(rows, key=lambda row: row.person_id):
        notices = list(group)
        hour = notices[0].hour
        if hour not in slots:
            slots[hour] = slot_at(hour, now, hours=hours, calendar=calendar)
        made += _make(session, person_id, notices, slots[hour], ways, now)
    return made


def _to_tell(ways: Ways, now: datetime) -> "sa.Select[*tuple[object, ...]]":
    reached = []
    if ways.mail:
        reached.append(Reach.email.is_not(None))
    if ways.channel:
        reached.append(Reach.handle.is_not(None))
    return (
        sa.select(
            Notification.id,
            Notification.person_id,
            Notification.visible_from,
            Notification.is_urgent,
            Reach.hour,
            Reach.email,
            Reach.handle,
            Reach.changed_at,
        )
        .join(Reach, Reach.person_id == Notification.person_id)
        .where(
            Notification.digest_id.is_(None),
            Notification.read_at.is_(None),
            Notification.visible_from > now - OLDEST,
            Notification.visible_from <= now,
            sa.or_(sa.false(), *reached),
            sa.or_(Notification.is_duty.is_(True), Reach.news.is_(True)),
            *_still_concerned(Notification.person_id, now),
        )
        .order_by(Notification.person_id, Notification.visible_from, Notification.id)
    )


def _still_concerned(person_id: "sa.orm.InstrumentedAttribute[int]", now: datetime) -> "list[sa.ColumnElement[bool]]":
    """That the person can sign in and holds a post today."""
    account = sa.select(Account.id).where(Account.person_id == person_id, Account.is_active.is_(True))
    post = sa.select(Assignment.id).where(Assignment.person_id == person_id, covers(local_day(now)))
    return [account.exists(), post.exists()]


def _make(
    session: Session,
    person_id: int,
    notices: "list[sa.Row[*tuple[object, ...]]]",
    slot: Slot | None,
    ways: Ways,
    now: datetime,
) -> int:
    urgent = [row.id for row in notices if row.is_urgent]
    regular: list[int] = []
    if slot is not None and slot.at >= notices[0].changed_at and not _is_made(session, person_id, slot.key):
        regular = [row.id for row in notices if row.visible_from <= slot.at]
    chosen = sorted({*urgent, *regular})
    if not chosen:
        return 0
    key = slot.key if slot is not None and regular else f"!{chosen[0]}"
    digest = Digest(person_id=person_id, slot=key, is_urgent=bool(urgent), made_at=now)
    session.add(digest)
    session.flush()
    session.execute(sa.update(Notification).where(Notification.id.in_(chosen)).values(digest_id=digest.id))
    reached = {
        Way.MAIL: notices[0].email if ways.mail else None,
        Way.CHANNEL: notices[0].handle if ways.channel else None,
    }
    session.add_all(
        Delivery(digest_id=digest.id, way=way, address=address, state=DeliveryState.QUEUED, next_attempt_at=now)
        for way, address in reached.items()
        if address
    )
    session.flush()
    return 1


def _is_made(session: Session, person_id: int, slot: str) -> bool:
    return session.scalar(sa.select(Digest.id).where(Digest.person_id == person_id, Digest.slot == slot)) is not None


def due(session: Session, now: datetime, *, limit: int = 500) -> list[int]:
    """The keys of the messages whose turn has come, the oldest first."""
    return list(
        session.scalars(
            sa.select(Delivery.id)
            .where(Delivery.state.in_(WAITING), Delivery.next_attempt_at <= now)
            .order_by(Delivery.next_attempt_at, Delivery.id)
            .limit(limit)
        )
    )


def way_of(session: Session, delivery_id: int) -> Way | None:
    """Through what a message leaves."""
    return session.scalar(sa.select(Delivery.way).where(Delivery.id == delivery_id))


def take(session: Session, delivery_id: int, *, now: datetime) -> Parcel | None:
    """Take one message for this worker; None where another has it or there is nothing left to say."""
    claim = secrets.token_hex(16)
    taken = session.execute(
        sa.update(Delivery)
        .where(Delivery.id == delivery_id, Delivery.state.in_(WAITING), Delivery.next_attempt_at <= now)
        .values(state=DeliveryState.SENDING, claim=claim, claimed_at=now, attempts=Delivery.attempts + 1)
        .execution_options(synchronize_session=False)
    )
    if taken.rowcount != 1:  # type: ignore[attr-defined]  # an update has a count
        return None
    delivery = session.get_one(Delivery, delivery_id, populate_existing=True)
    digest = session.get_one(Digest, delivery.digest_id)
    letter = _letter(session, digest, now)
    address, url = _where_to(session, digest.person_id, delivery.way)
    if letter is None or address is None:
        delivery.state, delivery.claim, delivery.fault = DeliveryState.NEEDLESS, None, None
        session.flush()
        return None
    delivery.address = address
    session.flush()
    return Parcel(delivery.id, claim, delivery.way, address, letter, url)


def _letter(session: Session, digest: Digest, now: datetime) -> Letter | None:
    """What is still to be said: what was read or taken back meanwhile is not."""
    name = session.scalar(sa.select(Person).where(Person.id == digest.person_id, *_still_concerned(Person.id, now)))
    rows = session.execute(
        sa.select(Notification.kind, Notification.sentence, Notification.url)
        .where(Notification.digest_id == digest.id, Notification.read_at.is_(None))
        .order_by(Notification.visible_from, Notification.id)
    ).all()
    if name is None or not rows:
        return None
    lines = tuple(Line(row.kind, row.sentence, row.url) for row in rows)
    return Letter(digest.id, digest.person_id, name.full_name, digest.made_at, digest.is_urgent, lines)


def _where_to(session: Session, person_id: int, way: Way) -> tuple[str | None, str]:
    """Where the person is reached now, and the channel's secret address."""
    reach = session.get(Reach, person_id)
    if reach is None or way is Way.MAIL:
        return (reach.email if reach else None), ""
    channel = session.scalar(sa.select(Channel).order_by(Channel.id.desc()).limit(1))
    return (reach.handle if channel else None), (channel.url if channel else "")


def settle_sent(session: Session, parcel: Parcel, *, now: datetime) -> None:
    """It was taken. Also true when others had given it up for uncertain meanwhile."""
    _settle(session, parcel, state=DeliveryState.SENT, sent_at=now, fault=None, claim=None)


def settle_uncertain(session: Session, parcel: Parcel, *, now: datetime) -> None:
    """It may have been taken: no answer came."""
    sentence = _("Jawaban tidak kembali; pesan mungkin sudah sampai.")
    _settle(session, parcel, state=DeliveryState.UNCERTAIN, fault=sentence)
    _tell_administrators(session, now)


def settle_failed(session: Session, parcel: Parcel, *, fault: str, permanent: bool, now: datetime) -> None:
    """It was not taken: it is tried again later, or given up."""
    attempts = session.scalar(sa.select(Delivery.attempts).where(Delivery.id == parcel.delivery_id)) or 1
    again = None if permanent else next_attempt(attempts, now)
    if again is None:
        _settle(session, parcel, state=DeliveryState.GIVEN_UP, fault=fault[:300], claim=None)
        _tell_administrators(session, now)
    else:
        _settle(session, parcel, state=DeliveryState.FAILED, fault=fault[:300], next_attempt_at=again, claim=None)


def _settle(session: Session, parcel: Parcel, **values: object) -> None:
    """Write what became of a message, unless a person has let it go out anew since."""
    session.execute(
        sa.update(Delivery)
        .where(
            Delivery.id == parcel.delivery_id,
            Delivery.claim == parcel.claim,
            Delivery.state.in_([DeliveryState.SENDING, DeliveryState.UNCERTAIN]),
        )
        .values(**values)
        .execution_options(synchronize_session=False)
    )


def resolve_abandoned(session: Session, *, now: datetime) -> int:
    """Call uncertain what a worker took and never wrote down; return how many."""
    found = session.scalars(
        sa.select(Delivery.id).where(Delivery.state == DeliveryState.SENDING, Delivery.claimed_at < now - LEASE)
    ).all()
    if found:
        session.execute(
            sa.update(Delivery)
            .where(Delivery.id.in_(found), Delivery.state == DeliveryState.SENDING)
            .values(
                state=DeliveryState.UNCERTAIN,
                fault=_("Pekerja berhenti sewaktu mengirim; pesan mungkin sudah sampai."),
            )
            .execution_options(synchronize_session=False)
        )
        _tell_administrators(session, now)
    return len(found)


def _tell_administrators(session: Session, now: datetime) -> None:
    """Once a day, in the bell: messages about messages that fail must not fail one by one."""
    day = local_day(now)
    administrators: Iterable[int] = people_with_roles(session, [Role.ADMINISTRATOR], day)
    notify(
        session,
        administrators,
        kind=Kind.SYSTEM,
        sentence=_("Ada pesan yang tidak terkirim atau tidak pasti. Mohon diperiksa."),
        url="/pengiriman",
        now=now,
        key=f"deliveries:{day.isoformat()}",
    )
