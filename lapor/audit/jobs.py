"""The head of the chain leaves the house every day: whoever rewrites the journal cannot call the messages back."""

from datetime import time

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from lapor.core import clock, jobs
from lapor.core.db import transaction
from lapor.journal.queries import chain_head
from lapor.journal.rules import anchor_words
from lapor.notifications.models import Kind, Notification
from lapor.notifications.services import notify
from lapor.offices.queries import people_with_roles
from lapor.policy import Role

SENT_AT = time(7, 45)
"""Every day, before the digests of the day are made (WITA)."""

_ABOUT = "chain-head"


@jobs.task("audit.anchor", cron=f"{SENT_AT.minute} {SENT_AT.hour} * * *")
def send_anchor() -> dict[str, int]:
    """Put the head of the chain into the digests of those who check the journal."""
    with transaction() as session:
        return {"told": tell_anchor(session)}


def tell_anchor(session: Session) -> int:
    """Tell the Inspektorat the head of the chain, once for each head; how many were told.

    Of the older ones that nobody has read only the newest is left: a mail that went out with one stays outside.
    """
    head = chain_head(session)
    if not head.seq:
        return 0
    now, key = clock.now(), f"{_ABOUT}:{head.seq}"
    older = sa.and_(Notification.about == _ABOUT, Notification.key != key)
    session.execute(sa.delete(Notification).where(older, Notification.read_at.is_(None)))
    told = notify(
        session,
        people_with_roles(session, [Role.INSPECTORATE], clock.local_day(now)),
        kind=Kind.SYSTEM,
        sentence=_("Kepala rantai catatan aktivitas hari ini: %(head)s. Simpan pesan ini.", head=anchor_words(head)),
        url="/jejak",
        about=_ABOUT,
        duty=True,
        key=key,
        now=now,
    )
    return len(told)
