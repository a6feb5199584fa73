"""Making and revoking the secret address of a person's calendar feed."""

from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from lapor.accounts.models import Account
from lapor.agenda.events import FeedMade, FeedRevoked
from lapor.agenda.models import CalendarFeed
from lapor.agenda.queries import living_feed
from lapor.core.db import lock
from lapor.core.errors import Conflict, NotAllowed
from lapor.journal.services import record
from lapor.policy import Actor, Permission, allows


def make_feed(session: Session, *, hashed: str, actor: Actor, now: datetime) -> CalendarFeed:
    """Give the actor's account a feed whose token has the hash ``hashed``; an earlier one ends.

    Raises NotAllowed for people who have nothing to do with time limits.
    """
    if actor.account_id is None or not allows(actor, Permission.STATISTICS_VIEW):
        raise NotAllowed(_("Langganan kalender hanya untuk yang menangani aduan."))
    lock(session, Account, actor.account_id)
    before = living_feed(session, actor.account_id)
    if before is not None:
        before.revoked_at = now
        session.flush()
        record(session, FeedRevoked(actor.account_id, before.id), actor=actor, now=now)
    made = CalendarFeed(account_id=actor.account_id, token_hash=hashed, created_at=now)
    session.add(made)
    session.flush()
    record(session, FeedMade(actor.account_id, made.id), actor=actor, now=now)
    return made


def revoke_feed(session: Session, *, actor: Actor, now: datetime) -> None:
    """End the actor's own feed. Raises Conflict when there is none."""
    if actor.account_id is not None:
        lock(session, Account, actor.account_id)
    feed = living_feed(session, actor.account_id) if actor.account_id is not None else None
    if feed is None:
        raise Conflict(_("Tidak ada langganan kalender yang berjalan."))
    feed.revoked_at = now
    session.flush()
    record(session, FeedRevoked(feed.account_id, feed.id), actor=actor, now=now)
