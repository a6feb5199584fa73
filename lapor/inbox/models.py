"""What the head's inbox keeps beside the orders: ready instructions, unfinished words, cards as they were shown."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from lapor.core.db import Base, Instant, Json, Key, Name, Text, refers


class InstructionChip(Base):
    """A ready instruction of an agency, in the order that its people gave; without any the given ones hold."""

    __tablename__ = "instruction_chip"
    __table_args__ = (sa.UniqueConstraint("agency_id", "position"),)

    id: Mapped[Key]
    agency_id: Mapped[int] = refers("agency.id", index=False)
    position: Mapped[int]
    words: Mapped[Name]


class InstructionDraft(Base):
    """What a head has chosen and typed on a card and not yet confirmed; gone as soon as the order is settled.

    ``chosen``: the words of ready instructions, ``pass_to``: keys of posts.
    """

    __tablename__ = "instruction_draft"
    __table_args__ = (sa.UniqueConstraint("disposition_id", "person_id"),)

    id: Mapped[Key]
    disposition_id: Mapped[int] = refers("disposition.id", index=False)
    person_id: Mapped[int] = refers("person.id", index=False)
    chosen: Mapped[list[str]] = mapped_column("chosen_json", Json)
    words: Mapped[Text] = mapped_column(default="")
    pass_to: Mapped[list[int]] = mapped_column("pass_to_json", Json)
    pass_label: Mapped[Name] = mapped_column(default="")
    saved_at: Mapped[Instant]


class ShownCard(Base):
    """A card as a person was shown it while it waits, so that a later change can be pointed out word by word.

    What the head confirmed in the end stands in ``acknowledgement.shown``; these rows go when the order is settled.
    """

    __tablename__ = "shown_card"
    __table_args__ = (sa.UniqueConstraint("disposition_id", "person_id", "digest"),)

    id: Mapped[Key]
    disposition_id: Mapped[int] = refers("disposition.id", index=False)
    person_id: Mapped[int] = refers("person.id", index=False)
    digest: Mapped[str] = mapped_column(sa.String(64))
    shown: Mapped[dict[str, Any]] = mapped_column("shown_json", Json)
    shown_at: Mapped[Instant]
