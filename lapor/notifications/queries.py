"""Reading notices."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lapor.notifications.models import Notification


def unread_condition() -> "sa.ColumnElement[bool]":
    """Notices that a person can see and has not read; bind ``bell_person`` and ``bell_now``."""
    return sa.and_(
        Notification.person_id == sa.bindparam("bell_person"),
        Notification.read_at.is_(None),
        Notification.visible_from <= sa.bindparam("bell_now", type_=Notification.visible_from.type),
    )


def list_notices(
    session: Session, person_id: int, now: datetime, *, unread_only: bool, limit: int, offset: int = 0
) -> Sequence[Notification]:
    """What the person is told, the newest first."""
    statement = sa.select(Notification).where(Notification.person_id == person_id, Notification.visible_from <= now)
    if unread_only:
        statement = statement.where(Notification.read_at.is_(None))
    return session.scalars(
        statement.order_by(Notification.visible_from.desc(), Notification.id.desc()).limit(limit).offset(offset)
    ).all()


def count_notices(session: Session, person_id: int, now: datetime, *, limit: int) -> tuple[int, int]:
    """How many notices there are, and how many of them are unread; counting stops at ``limit``."""
    seen = sa.select(Notification.id).where(Notification.person_id == person_id, Notification.visible_from <= now)
    unread = seen.where(Notification.read_at.is_(None))
    row = session.execute(
        sa.select(
            *(
                sa.select(sa.func.count()).select_from(found.limit(limit).subquery()).scalar_subquery()
                for found in (seen, unread)
            )
        )
    ).one()
    return row[0], row[1]
