"""When an agency closes its successor owes the follow-ups that are not done; who decided them stays as it was."""

from datetime import date, datetime

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from lapor.agencies.closing import Burden
from lapor.agencies.events import AgencyClosed
from lapor.meetings.models import ActionItem, ActionItemAgency
from lapor.meetings.rules import ItemStatus
from lapor.policy import Actor


def _open_items(agency_id: int) -> "sa.Select[int]":
    return (
        sa.select(ActionItemAgency.action_item_id)
        .join(ActionItem, ActionItem.id == ActionItemAgency.action_item_id)
        .where(ActionItemAgency.agency_id == agency_id, ActionItem.status != ItemStatus.DONE)
        .order_by(ActionItemAgency.action_item_id)
    )


def count_items(session: Session, agency_id: int, day: date) -> list[Burden]:  # noqa: ARG001
    """Follow-ups of meetings that the agency still owes."""
    return [Burden(_("tindak lanjut rapat belum selesai"), len(session.scalars(_open_items(agency_id)).all()))]


def on_agency_closed(
    session: Session,
    event: AgencyClosed,
    *,
    actor: Actor | None,  # noqa: ARG001
    now: datetime,  # noqa: ARG001
) -> None:
    """The successor sees the open follow-ups in its list; the closed agency stays named beside it."""
    if event.successor_id is None:
        return
    has = set(
        session.scalars(
            sa.select(ActionItemAgency.action_item_id).where(ActionItemAgency.agency_id == event.successor_id)
        )
    )
    for key in session.scalars(_open_items(event.subject_id)).all():
        if key not in has:
            session.add(ActionItemAgency(action_item_id=key, agency_id=event.successor_id))
    session.flush()
