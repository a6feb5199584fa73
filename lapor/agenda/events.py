"""What happens to the calendar feeds of people."""

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True)
class _OfFeed:
    """A fact about the feed of an account."""

    subject_kind: ClassVar[str] = "account"
    complaint_id: ClassVar[int | None] = None
    subject_id: int
    feed_id: int


@dataclass(frozen=True)
class FeedMade(_OfFeed):
    """A secret address was made from which a calendar program fetches the person's time limits."""

    kind: ClassVar[str] = "calendar-feed.made"


@dataclass(frozen=True)
class FeedRevoked(_OfFeed):
    """The address does not work any more."""

    kind: ClassVar[str] = "calendar-feed.revoked"
