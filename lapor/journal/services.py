"""Writing the journal: the one hook in which every write ends."""

import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy import event as sa_event
from sqlalchemy.orm import Session

from lapor.core import events
from lapor.core.errors import Invalid, NotAllowed
from lapor.journal import chaining
from lapor.journal.chaining import Pending
from lapor.journal.events import ValuesErased
from lapor.journal.models import JournalDetail, JournalEntry, ReadLog
from lapor.journal.rules import Event, Link, detail_digest, exception_of, values_of
from lapor.policy import Actor, Permission, Power, allows

_PENDING = "journal_pending"


def record(
    session: Session,
    event: Event,
    *,
    actor: Actor | None,
    now: datetime,
    permission: Permission | None = None,
    power: Power | None = None,
) -> None:
    """Note ``event`` as a fact of this transaction and tell its subscribers.

    ``actor`` None means the system itself. ``power`` is the post under which a person with several posts acted;
    where the service does not say it, ``permission`` and the event's agency pick it. What was done under several
    posts at once (an export of two agencies) names them all. The entry is chained just
    before commit; a rolled back transaction leaves none.
    """
    given = power
    if actor is not None and power is None:
        if permission is not None:
            power = actor.power_for(permission, getattr(event, "agency_id", None)) or actor.power_for(permission)
        power = power or (actor.powers[0] if actor.powers else None)
    values = values_of(event)
    salt = secrets.token_hex(16)
    link = Link(
        seq=0,
        at=now,
        kind=event.kind,
        person_id=actor.person_id if actor else None,
        assignment_id=power.assignment_id if power else None,
        actor_name=actor.name if actor else "Sistem",
        actor_post=_posts(actor, permission, event, given, power),
        subject_kind=event.subject_kind,
        subject_id=event.subject_id,
        complaint_id=event.complaint_id,
        agency_id=_agency_of(event) or (power.agency_id if power else None),
        exception=exception_of(event.kind, values),
        digest=detail_digest(salt, values),
    )
    session.connection()  # a transaction is open from here on, so that its end clears what is pending
    session.info.setdefault(_PENDING, []).append(Pending(link, salt, values))
    events.publish(session, event, actor=actor, now=now)


def _posts(
    actor: Actor | None, permission: Permission | None, event: Event, given: Power | None, power: Power | None
) -> str:
    """The post in whose name it was done; all that carry the permission where nothing tells which one it was."""
    if actor is None or power is None:
        return ""
    if given is not None or permission is None or _agency_of(event) is not None:
        return power.post_title
    titles = [power.post_title, *(item.post_title for item in actor.powers if item.grants(permission))]
    return "; ".join(dict.fromkeys(titles))[:200]


def _agency_of(event: Event) -> int | None:
    """The agency that a fact is about, where the event names one."""
    return event.subject_id if event.subject_kind == "agency" else getattr(event, "agency_id", None)


def erase_values(session: Session, seqs: Sequence[int], *, reason: str, actor: Actor, now: datetime) -> list[int]:
    """Erase what entries say, for good; that they happened, when and by whom stays, and the chain stays whole.

    For personal data that the law wants gone (UU 27/2022). The act is an entry of its own, with the reason. Returns
    the numbers whose values were erased now; those erased before are passed over. Raises NotAllowed for others than
    the administrator, Invalid without a reason, for a number that does not exist, for the entry of an erasure, and
    when nothing is left to erase.
    """
    if not allows(actor, Permission.JOURNAL_ERASE):
        raise NotAllowed(_("Hanya administrator yang menghapus nilai catatan."))
    if not reason.strip():
        raise Invalid(_("Tulis alasan penghapusan, misalnya nomor permohonannya."), field="reason")
    asked = sorted(set(seqs))
    kinds = {row.seq: row.kind for row in session.execute(_KINDS, {"seqs": asked})}
    for seq in asked:
        if seq not in kinds:
            raise Invalid(_("Catatan nomor %(seq)s tidak ada.", seq=seq), field="seqs")
        if kinds[seq] == ValuesErased.kind:
            raise Invalid(_("Catatan nomor %(seq)s adalah bukti penghapusan, jadi tetap ada.", seq=seq), field="seqs")
    there = sorted(session.scalars(_HAVE_VALUES, {"seqs": asked}))
    if not there:
        raise Invalid(_("Nilai catatan ini sudah dihapus."), field="seqs")
    session.execute(_ERASE, {"seqs": there})
    event = ValuesErased(subject_id=there[0], seqs=tuple(there), reason=reason.strip())
    record(session, event, actor=actor, now=now, permission=Permission.JOURNAL_ERASE)
    return there


_SEQS: sa.BindParameter[Sequence[int]] = sa.bindparam("seqs", expanding=True)
_KINDS = sa.select(JournalEntry.seq, JournalEntry.kind).where(JournalEntry.seq.in_(_SEQS))
_HAVE_VALUES = sa.select(JournalDetail.seq).where(JournalDetail.seq.in_(_SEQS))
_ERASE = sa.delete(JournalDetail).where(JournalDetail.seq.in_(_SEQS))


def note_read(session: Session, complaint_id: int, *, what: str, actor: Actor, now: datetime) -> None:
    """Note that confidential content or unmasked personal data of a complaint are shown to ``actor`` now.

    ``what``: a key of ``labels.READING``.
    """
    session.add(
        ReadLog(
            at=now,
            person_id=actor.person_id,
            person_name=actor.name,
            post_title="; ".join(dict.fromkeys(power.post_title for power in actor.powers))[:200],
            complaint_id=complaint_id,
            what=what,
        )
    )


@sa_event.listens_for(Session, "before_commit")
def _before_commit(session: Session) -> None:
    pending: list[Pending] = session.info.pop(_PENDING, [])
    if pending:
        session.flush()
        chaining.link(session, pending)


@sa_event.listens_for(Session, "after_soft_rollback")
def _after_rollback(session: Session, _previous: Any) -> None:
    session.info.pop(_PENDING, None)
