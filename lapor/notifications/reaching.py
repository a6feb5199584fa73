"""How people are told: their own choice, and what the administrator sets and mends."""

from dataclasses import dataclass
from datetime import datetime, time

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from lapor.core.db import lock
from lapor.core.errors import Conflict, Invalid, NotFound
from lapor.journal.services import record
from lapor.notifications import channels, events
from lapor.notifications.models import Channel, Delivery, DeliveryState, Digest, Reach, Way
from lapor.notifications.rules import channel_fault, is_email, is_handle, scheme_of
from lapor.offices.models import Person
from lapor.policy import Actor, Permission

TO_LOOK_AT = (DeliveryState.UNCERTAIN, DeliveryState.GIVEN_UP, DeliveryState.FAILED)
_AGAIN = frozenset({DeliveryState.UNCERTAIN, DeliveryState.GIVEN_UP, DeliveryState.FAILED})


@dataclass(frozen=True)
class DeliveryLine:
    """One message as the administrator sees it: to whom and how far, never what it says."""

    row: Delivery
    person: str
    is_urgent: bool
    made_at: datetime


def reach_of(session: Session, person_id: int) -> Reach | None:
    """How the person is told besides the bell; None while he chose nothing."""
    return session.get(Reach, person_id)


def channel_in_use(session: Session) -> Channel | None:
    """The further channel, or None."""
    return session.scalar(sa.select(Channel).order_by(Channel.id.desc()).limit(1))


def channel_name(session: Session) -> str | None:
    """What the further channel is called, or None."""
    return session.scalar(sa.select(Channel.name).order_by(Channel.id.desc()).limit(1))


def did_not_arrive(session: Session, person_id: int) -> str | None:
    """The address that refused the person's newest e-mail; None while it did not, or once he wrote another one."""
    newest = session.execute(
        sa.select(Delivery.state, Delivery.address, Reach.email)
        .join(Digest, Digest.id == Delivery.digest_id)
        .join(Reach, Reach.person_id == Digest.person_id)
        .where(Digest.person_id == person_id, Delivery.way == Way.MAIL)
        .order_by(Delivery.id.desc())
        .limit(1)
    ).one_or_none()
    if newest is None or newest.state is not DeliveryState.GIVEN_UP or newest.address != newest.email:
        return None
    return str(newest.address)


def set_reach(
    session: Session,
    *,
    hour: time | None,
    email: str | None,
    handle: str | None,
    news: bool,
    actor: Actor,
    now: datetime,
) -> Reach:
    """Keep when and how ``actor`` wants to be told.

    Raises Invalid for an address that is none, and for taking the last way away while a post is held: what is duty
    must arrive somewhere once it did.
    """
    if email and not is_email(email):
        raise Invalid(_("Alamat pos-el belum benar. Tulis misalnya nama@sulteng.go.id."), field="email")
    if handle and not is_handle(handle):
        raise Invalid(_("Nomor atau ID hanya memuat huruf, angka, tanda tambah, dan garis."), field="handle")
    held: Reach | None = lock(session, Reach, actor.person_id)
    if held is not None and (held.email or held.handle) and not (email or handle) and actor.powers:
        raise Invalid(
            _(
                "Selama memegang jabatan, alamat dapat diganti tetapi tidak dikosongkan: yang merupakan tugas "
                "tetap dikirim."
            ),
            field="email",
        )
    if held is None:
        held = Reach(person_id=actor.person_id, changed_at=now)
        session.add(held)
    elif (held.hour, held.email, held.handle, held.news) == (hour, email, handle, news):
        return held
    held.hour, held.email, held.handle, held.news, held.changed_at = hour, email, handle, news, now
    session.flush()
    record(session, _changed(held), actor=actor, now=now, permission=Permission.PROFILE_EDIT)
    return held


def end_news(session: Session, person_id: int, *, now: datetime) -> None:
    """End a person's news by the link of a message; what is duty goes on. Nothing happens a second time."""
    held = lock(session, Reach, person_id)
    if held is None or not held.news:
        return
    held.news = False
    session.flush()
    record(session, _changed(held, by_link=True), actor=None, now=now)


def _changed(held: Reach, *, by_link: bool = False) -> events.ReachChanged:
    return events.ReachChanged(
        subject_id=held.person_id,
        hour=held.hour.strftime("%H.%M") if held.hour else None,
        by_mail=held.email is not None,
        by_channel=held.handle is not None,
        news=held.news,
        by_link=by_link,
    )


def set_channel(session: Session, *, name: str, url: str, actor: Actor, now: datetime) -> Channel:
    """Switch the further channel on, in place of the one before. Raises Invalid for an address of another kind."""
    fault = channel_fault(url)
    if fault:
        raise Invalid(fault, field="url")
    if not channels.is_installed():
        raise Invalid(_("Pustaka apprise belum dipasang di server ini."), field="url")
    if not channels.is_understood(url):
        raise Invalid(_("Alamat saluran ini tidak dikenali pustaka apprise."), field="url")
    session.execute(sa.delete(Channel))
    made = Channel(name=name, scheme=scheme_of(url), url=url, set_at=now)
    session.add(made)
    session.flush()
    event = events.ChannelSet(made.id, made.name, made.scheme)
    record(session, event, actor=actor, now=now, permission=Permission.SETTINGS_EDIT)
    return made


def remove_channel(session: Session, *, actor: Actor, now: datetime) -> None:
    """Switch the further channel off and forget its address; what still waits for it is not sent."""
    held = channel_in_use(session)
    if held is None:
        return
    event = events.ChannelRemoved(held.id, held.name)
    session.execute(sa.delete(Channel))
    record(session, event, actor=actor, now=now, permission=Permission.SETTINGS_EDIT)


def list_deliveries(session: Session, *, all_of_them: bool, limit: int, offset: int = 0) -> list[DeliveryLine]:
    """Messages, the newest first; only those that somebody must look at unless ``all_of_them``."""
    statement = (
        sa.select(Delivery, Person, Digest.is_urgent, Digest.made_at)
        .join(Digest, Digest.id == Delivery.digest_id)
        .join(Person, Person.id == Digest.person_id)
        .order_by(Delivery.id.desc())
        .limit(limit)
        .offset(offset)
    )
    if not all_of_them:
        statement = statement.where(Delivery.state.in_(TO_LOOK_AT))
    return [
        DeliveryLine(row.Delivery, row.Person.full_name, row.is_urgent, row.made_at)
        for row in session.execute(statement)
    ]


def count_deliveries(session: Session, *, limit: int) -> tuple[int, int]:
    """How many messages there are, and how many somebody must look at; counting stops at ``limit``."""
    every = sa.select(Delivery.id)
    found = [
        session.scalar(sa.select(sa.func.count()).select_from(statement.limit(limit).subquery())) or 0
        for statement in (every, every.where(Delivery.state.in_(TO_LOOK_AT)))
    ]
    return found[0], found[1]


def let_out_again(session: Session, delivery_id: int, *, actor: Actor, now: datetime) -> Delivery:
    """Let a message that failed, was given up or is uncertain go out anew. Raises NotFound and Conflict."""
    delivery = _to_mend(session, delivery_id, _AGAIN)
    was = delivery.state
    delivery.state, delivery.attempts, delivery.next_attempt_at, delivery.claim = DeliveryState.QUEUED, 0, now, None
    session.flush()
    event = events.DeliveryRetried(delivery.id, was.value)
    record(session, event, actor=actor, now=now, permission=Permission.OPERATIONS_VIEW)
    return delivery


def confirm_arrived(session: Session, delivery_id: int, *, actor: Actor, now: datetime) -> Delivery:
    """Note that an uncertain message did arrive. Raises NotFound and Conflict."""
    delivery = _to_mend(session, delivery_id, frozenset({DeliveryState.UNCERTAIN}))
    delivery.state, delivery.claim, delivery.sent_at, delivery.fault = (
        DeliveryState.SENT,
        None,
        delivery.claimed_at,
        None,
    )
    session.flush()
    event = events.DeliveryConfirmed(delivery.id)
    record(session, event, actor=actor, now=now, permission=Permission.OPERATIONS_VIEW)
    return delivery


def _to_mend(session: Session, delivery_id: int, states: frozenset[DeliveryState]) -> Delivery:
    found: Delivery | None = lock(session, Delivery, delivery_id)
    if found is None:
        raise NotFound(_("Pesan ini tidak ditemukan."))
    if found.state not in states:
        raise Conflict(_("Keadaan pesan ini sudah berubah. Muat ulang halaman."))
    return found
