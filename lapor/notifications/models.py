"""What a person is told in the bell of the header."""

from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from lapor.core.db import Base, Instant, Key, OptionalInstant, code, refers


class Kind(StrEnum):
    """What a notice is about; it decides its mark, never who may read it."""

    ACTING = "acting"
    ABSENCE = "absence"
    VACANCY = "vacancy"
    ORDER = "order"
    COMPLAINT = "complaint"
    AGENCY = "agency"


class Notification(Base):
    """One sentence for one person, with the page that it is about.

    It is shown from ``visible_from`` on: what begins or ends on a later day is written when it is decided and shows
    itself at midnight, without anything that has to run then. ``about`` names what it hangs on ("post:12"), so that a
    changed plan takes back what nobody has seen yet. ``complaint_id`` with ``agency_id`` takes back what an agency
    must not know any more. The sentence holds a complaint's reference at most, never any of its content.
    """

    __tablename__ = "notification"
    __table_args__ = (
        sa.Index("ix_notification_person_read", "person_id", "read_at", "visible_from"),
        sa.Index("ix_notification_person_visible", "person_id", "visible_from", "id"),
        sa.Index("ix_notification_about_visible", "about", "visible_from"),
        sa.Index("ix_notification_complaint_agency", "complaint_id", "agency_id"),
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
