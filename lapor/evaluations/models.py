"""Evaluation cycles."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from lapor.core.db import (
    Base,
    Day,
    Instant,
    Key,
    Name,
    OptionalDay,
    OptionalInstant,
    OptionalName,
    Text,
    code,
    refers,
)
from lapor.evaluations.rules import MINIMUM_CASES, CycleState

# Unlocking empties the figures: None must become SQL's NULL, not the JSON value null.
_FIGURES = sa.JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")


class EvaluationCycle(Base):
    """One evaluation: complaints received from ``starts_on`` to ``ends_on`` (inclusive cut-off).

    ``figures`` hold the results still from the moment of locking (``data_as_of`` is the day whose facts count), so
    that a published report can be made again years later. The texts are what the report says besides the figures,
    one paragraph a line. ``signer_id`` names the assignment under which the report is signed.
    """

    __tablename__ = "evaluation_cycle"
    __table_args__ = (
        sa.CheckConstraint("ends_on >= starts_on", name="days_in_order"),
        sa.CheckConstraint("minimum_cases >= 1", name="minimum_cases"),
        sa.CheckConstraint("state = 'draft' OR figures_json IS NOT NULL", name="locked_has_figures"),
        sa.Index("ix_evaluation_cycle_period", "year", "ends_on", "id"),
    )

    id: Mapped[Key]
    title: Mapped[Name]
    year: Mapped[int]
    starts_on: Mapped[Day]
    ends_on: Mapped[Day]
    minimum_cases: Mapped[int] = mapped_column(default=MINIMUM_CASES)
    state: Mapped[CycleState] = code(CycleState, default=CycleState.DRAFT)
    data_as_of: Mapped[OptionalDay]
    figures: Mapped[dict[str, Any] | None] = mapped_column("figures_json", _FIGURES, nullable=True)
    locked_at: Mapped[OptionalInstant]
    published_at: Mapped[OptionalInstant]
    introduction: Mapped[Text] = mapped_column(default="")
    obstacles: Mapped[Text] = mapped_column(default="")
    recommendations: Mapped[Text] = mapped_column(default="")
    report_number: Mapped[OptionalName]
    report_date: Mapped[OptionalDay]
    signer_id: Mapped[int | None] = refers("assignment.id")
    created_at: Mapped[Instant]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}
