"""What people changed about how they are told, and what an administrator did with messages. Never an address."""

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True)
class ReachChanged:
    """A person chose when and how he is told. ``by_link``: through the link of a message, without signing in."""

    kind: ClassVar[str] = "notification.reach_changed"
    subject_kind: ClassVar[str] = "person"
    complaint_id: ClassVar[None] = None
    subject_id: int
    hour: str | None
    by_mail: bool
    by_channel: bool
    news: bool
    by_link: bool = False


@dataclass(frozen=True)
class ChannelSet:
    """The further channel was set; its address is a secret and not here."""

    kind: ClassVar[str] = "notification.channel_set"
    subject_kind: ClassVar[str] = "channel"
    complaint_id: ClassVar[None] = None
    subject_id: int
    name: str
    scheme: str


@dataclass(frozen=True)
class ChannelRemoved:
    """The further channel was switched off and its address forgotten."""

    kind: ClassVar[str] = "notification.channel_removed"
    subject_kind: ClassVar[str] = "channel"
    complaint_id: ClassVar[None] = None
    subject_id: int
    name: str


@dataclass(frozen=True)
class DeliveryRetried:
    """An administrator lets a message go out anew; ``was`` is what had become of it."""

    kind: ClassVar[str] = "notification.delivery_retried"
    subject_kind: ClassVar[str] = "delivery"
    complaint_id: ClassVar[None] = None
    subject_id: int
    was: str


@dataclass(frozen=True)
class DeliveryConfirmed:
    """An administrator has asked: an uncertain message did arrive."""

    kind: ClassVar[str] = "notification.delivery_confirmed"
    subject_kind: ClassVar[str] = "delivery"
    complaint_id: ClassVar[None] = None
    subject_id: int
