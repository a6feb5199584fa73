"""What a person is told: in the bell of the header, and gathered in digests that leave the system.

A digest is made once and owns its notices; each channel that takes it is one delivery, the outbox's row. What a
message says is read from the notices when it leaves, so what was taken back meanwhile is not in it.
"""

from datetime import time
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from lapor.core.db import Base, Instant, Key, Name, OptionalInstant, code, refers


class Kind(StrEnum):
    """What a notice is about; it decides its mark, never who may read it."""

    ACTING = "acting"
    ABSENCE = "absence"
    VACANCY = "vacancy"
    ORDER = "order"
    COMPLAINT = "complaint"
    AGENCY = "agency"
    DEADLINE = "deadline"
    REMINDER = "reminder"
    ESCALATION = "escalation"
    SYSTEM = "system"


class DeliveryState(StrEnum):
    """How far a message is.

    ``FAILED`` is tried again at ``next_attempt_at``; ``GIVEN_UP`` only when a person asks for it. ``UNCERTAIN``: it
    was being handed over when its worker died or the line broke, so it may have arrived; it is never sent again by
    itself. ``NEEDLESS``: when its turn came there was nothing left to say.
    """

    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    GIVEN_UP = "given_up"
    UNCERTAIN = "uncertain"
    NEEDLESS = "needless"


class Way(StrEnum):
    """Through what a message leaves."""

    MAIL = "mail"
    CHANNEL = "channel"


class Digest(Base):
    """What one person is told elsewhere at one time. ``slot`` makes it single: "2026-11-23" for the hour that he
    chose on that day, "!" with an instant for urgent notices."""

    __tablename__ = "digest"
    __table_args__ = (sa.UniqueConstraint("person_id", "slot"),)

    id: Mapped[Key]
    person_id: Mapped[int] = refers("person.id", index=False)
    slot: Mapped[str] = mapped_column(sa.String(40))
    is_urgent: Mapped[bool] = mapped_column(default=False)
    made_at: Mapped[Instant]


class Channel(Base):
    """A way to people besides e-mail, reached by the apprise library. There is one row at most.

    ``url`` is a secret with a place for each person's own address in it; it is never shown, logged or noted.
    """

    __tablename__ = "channel"

    id: Mapped[Key]
    name: Mapped[Name]
    scheme: Mapped[str] = mapped_column(sa.String(20))
    url: Mapped[str] = mapped_column(sa.String(500))
    set_at: Mapped[Instant]


class Reach(Base):
    """How and when a person wants to be told. No row: in the bell only.

    ``email`` None: not by e-mail. ``handle`` None: not through the further channel; else his number or id there.
    ``news`` False: only what is duty.
    """

    __tablename__ = "reach"

    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), primary_key=True)
    hour: Mapped[time | None] = mapped_column(sa.Time())
    email: Mapped[str | None] = mapped_column(sa.String(200))
    handle: Mapped[str | None] = mapped_column(sa.String(100))
    news: Mapped[bool] = mapped_column(default=True)
    changed_at: Mapped[Instant]


class Delivery(Base):
    """One message of the outbox: a digest on its way to where its person was reached at the last attempt.

    ``claim`` names who is handing it over; only who took it while it was queued may send it.
    """

    __tablename__ = "delivery"
    __table_args__ = (
        sa.UniqueConstraint("digest_id", "way"),
        sa.Index("ix_delivery_state_next", "state", "next_attempt_at"),
    )

    id: Mapped[Key]
    digest_id: Mapped[int] = refers("digest.id", index=False)
    way: Mapped[Way] = code(Way)
    address: Mapped[str] = mapped_column(sa.String(200))
    state: Mapped[DeliveryState] = code(DeliveryState)
    attempts: Mapped[int] = mapped_column(default=0)
    next_attempt_at: Mapped[Instant]
    claim: Mapped[str | None] = mapped_column(sa.String(40))
    claimed_at: Mapped[OptionalInstant]
    sent_at: Mapped[OptionalInstant]
    fault: Mapped[str | None] = mapped_column(sa.String(300))


class Notification(Base):
    """One sentence for one person, with the page that it is about.

    It is shown from ``visible_from`` on: what begins or ends on a later day is written when it is decided and shows
    itself at midnight, without anything that has to run then. ``about`` names what it hangs on ("post:12"), so that a
    changed plan takes back what nobody has seen yet. ``complaint_id`` with ``agency_id`` takes back what an agency
    must not know any more. The sentence holds a complaint's reference at most, never any of its content.

    ``is_urgent``: it leaves at once in working hours. ``is_duty``: it cannot be unsubscribed. ``key`` makes it single
    for its person. ``digest_id`` is the digest that told it elsewhere.
    """

    __tablename__ = "notification"
    __table_args__ = (
        sa.Index("ix_notification_person_read", "person_id", "read_at", "visible_from"),
        sa.Index("ix_notification_person_visible", "person_id", "visible_from", "id"),
        sa.Index("ix_notification_about_visible", "about", "visible_from"),
        sa.Index("ix_notification_complaint_agency", "complaint_id", "agency_id"),
        sa.Index("ix_notification_key_person", "key", "person_id", unique=True),
        sa.Index("ix_notification_digest_id", "digest_id"),
        sa.Index(
            "ix_notification_to_tell",
            "visible_from",
            sqlite_where=sa.text("digest_id IS NULL AND read_at IS NULL"),
            postgresql_where=sa.text("digest_id IS NULL AND read_at IS NULL"),
        ),
    )

    id: Mapped[Key]
    person_id: Mapped[int] = refers("person.id", index=False)
    made_at: Mapped[Instant]
    visible_from: Mapped[Instant]
    kind: Mapped[Kind] = code(Kind)
    sentence: Mapped[str] = mapped_column(sa.String(500))
    url: Mapped[str] = mapped_column(sa.String(300))
    about: Mapped[str | None] = mapped_column(sa.String(60))
    complaint_id: Mapped[int | None]
    agency_id: Mapped[int | None]
    read_at: Mapped[OptionalInstant]
    is_urgent: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    is_duty: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    key: Mapped[str | None] = mapped_column(sa.String(120))
    digest_id: Mapped[int | None] = refers("digest.id", index=False)
