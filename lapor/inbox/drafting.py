"""What a head has begun on a card and not confirmed, and the card as he was shown it: kept until it is settled."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lapor.dispositions.models import Disposition
from lapor.inbox.models import InstructionDraft, ShownCard

MOST_CHOSEN, LONGEST_CHOSEN = 12, 200


@dataclass(frozen=True)
class Begun:
    """What stands in the form of a card: chosen ready instructions, typed words, to whom it is to be passed on."""

    chosen: Sequence[str] = ()
    words: str = ""
    pass_to: Sequence[int] = ()
    pass_label: str = ""

    @property
    def is_blank(self) -> bool:
        """Whether nothing was chosen or typed."""
        return not (self.chosen or self.words.strip() or self.pass_to or self.pass_label.strip())


def keep(session: Session, disposition: Disposition, begun: Begun, *, person_id: int, now: datetime) -> bool:
    """Keep ``begun`` for this person; a blank one removes what was kept. False when the order waits no more.

    No fact of the journal: nobody but this person ever sees it, and it goes with the confirmation.
    """
    if not disposition.is_owed:
        return False
    row = session.scalar(
        sa.select(InstructionDraft).where(
            InstructionDraft.disposition_id == disposition.id, InstructionDraft.person_id == person_id
        )
    )
    if begun.is_blank:
        if row is not None:
            session.delete(row)
            session.flush()
        return True
    if row is None:
        row = InstructionDraft(disposition_id=disposition.id, person_id=person_id)
        session.add(row)
    row.chosen = [words[:LONGEST_CHOSEN] for words in begun.chosen[:MOST_CHOSEN]]
    row.words = begun.words[:2000]
    row.pass_to = list(begun.pass_to)[:50]
    row.pass_label = begun.pass_label[:200]
    row.saved_at = now
    session.flush()
    return True


def keep_shown(
    session: Session, disposition_id: int, *, digest: str, shown: dict[str, Any], person_id: int, now: datetime
) -> None:
    """Keep the card as it is shown to this person now. A version that he sees again counts as the newest one."""
    session.execute(
        sa.delete(ShownCard).where(
            ShownCard.disposition_id == disposition_id, ShownCard.person_id == person_id, ShownCard.digest == digest
        )
    )
    session.add(
        ShownCard(disposition_id=disposition_id, person_id=person_id, digest=digest, shown=shown, shown_at=now)
    )
    session.flush()


def on_complaint_settled(session: Session, event: Any, *, actor: Any, now: datetime) -> None:  # noqa: ARG001
    """Subscriber: the whole complaint runs no more; what any head had begun or was shown of it goes."""
    orders = sa.select(Disposition.id).where(Disposition.complaint_id == event.complaint_id)
    for table in (InstructionDraft, ShownCard):
        session.execute(sa.delete(table).where(table.disposition_id.in_(orders)))


def on_settled(session: Session, event: Any, *, actor: Any, now: datetime) -> None:  # noqa: ARG001
    """Subscriber: the head's word is given, or no longer awaited; drafts and shown cards of the order go."""
    for table in (InstructionDraft, ShownCard):
        session.execute(sa.delete(table).where(table.disposition_id == event.subject_id))
