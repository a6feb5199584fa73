"""Publish and subscribe inside the transaction: how a lower slice triggers a higher one.

Subscribers are wired once, in ``factory``; they run in the order of wiring, in the same transaction,
and may refuse by raising.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

Subscriber = Callable[..., None]
_subscribers: dict[type[Any], list[Subscriber]] = {}


def subscribe(event_type: type[Any], subscriber: Subscriber) -> None:
    """Call ``subscriber(session, event, actor=, now=)`` whenever an event of this very type happens."""
    wired = _subscribers.setdefault(event_type, [])
    if subscriber not in wired:
        wired.append(subscriber)


def publish(session: Session, event: Any, *, actor: Any, now: datetime) -> None:
    """Tell the subscribers of ``event``; a Refusal of one of them ends the whole transaction."""
    for subscriber in _subscribers.get(type(event), ()):
        subscriber(session, event, actor=actor, now=now)
