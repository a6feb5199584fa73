"""The secret addresses from which calendar programs fetch what is due."""

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from lapor.core.db import Base, Instant, Key, OptionalInstant, refers


class CalendarFeed(Base):
    """The feed of one account: its address holds a random token, the row only the SHA-256 of it."""

    __tablename__ = "calendar_feed"
    __table_args__ = (
        sa.Index(
            "uq_calendar_feed_account_living",
            "account_id",
            unique=True,
            sqlite_where=sa.text("revoked_at IS NULL"),
            postgresql_where=sa.text("revoked_at IS NULL"),
        ),
    )

    id: Mapped[Key]
    account_id: Mapped[int] = refers("account.id", index=False)
    token_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)
    created_at: Mapped[Instant]
    revoked_at: Mapped[OptionalInstant]
