"""The head's statement that he knows, and his return of what is not his agency's authority."""

import hashlib
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lapor.accounts.rules import BY_PASSWORD, Confirmation
from lapor.complaints.models import Complaint
from lapor.complaints.rules import OPEN_STATUSES
from lapor.core.clock import local_day
from lapor.core.errors import Conflict, Invalid
from lapor.core.wording import clock_time, weekday_date
from lapor.dispositions import events
from lapor.dispositions.authority import (
    complaint_of,
    facts_of,
    holding_power,
    need_move,
)
from lapor.dispositions.clocks import (
    active_dispositions,
    meet_deadline,
    refresh,
)
from lapor.dispositions.models import (
    Acknowledgement,
    Disposition,
    Opening,
    PassedOn,
)
from lapor.dispositions.rules import (
    OPEN,
    Act,
    Stage,
    State,
    Way,
)
from lapor.journal.queries import last_instant
from lapor.journal.rules import canonical
from lapor.journal.services import record
from lapor.offices.models import Post
from lapor.policy import Actor, Permission, Power

CLOCK_TOLERANCE = timedelta(minutes=2)


def shown_to_head(complaint: Complaint, disposition: Disposition) -> dict[str, Any]:
    """Exactly what the head reads before he acknowledges, as plain values; its digest is kept for ever."""
    return {
        "number": complaint.number,
        "tracking_id": complaint.tracking_id,
        "title": complaint.title,
        "text": complaint.text,
        "class": complaint.report_class.value if complaint.report_class else None,
        "category": complaint.category,
        "location": complaint.location,
        "channel": complaint.channel,
        "received_at": complaint.received_at.isoformat(),
        "is_anonymous": complaint.is_anonymous,
        "is_confidential": complaint.is_confidential,
        "lapor_status": complaint.lapor_status,
        "part": disposition.part.value,
        "note": disposition.note,
        "round": disposition.round,
    }


def digest_of(shown: dict[str, Any]) -> str:
    """SHA-256 of what was shown."""
    return hashlib.sha256(canonical(shown)).hexdigest()


def note_opened(session: Session, disposition: Disposition, *, actor: Actor, now: datetime) -> None:
    """Note that the holder of the head's post saw it; only the first time of each person."""
    known = session.scalar(
        sa.select(Opening.id).where(Opening.disposition_id == disposition.id, Opening.person_id == actor.person_id)
    )
    if known is not None:
        return
    session.add(Opening(disposition_id=disposition.id, person_id=actor.person_id, opened_at=now))
    if disposition.opened_at is None:
        disposition.opened_at = now
    session.flush()
    record(
        session,
        events.Opened(*facts_of(session, disposition)),
        actor=actor,
        now=now,
        permission=Permission.DISPOSITION_ACKNOWLEDGE,
    )


@dataclass(frozen=True)
class PassOn:
    """To whom the head passes the complaint on: posts of his agency, and a name on paper."""

    post_ids: tuple[int, ...] = ()
    label: str = ""


def acknowledge(
    session: Session,
    disposition: Disposition,
    *,
    digest: str,
    instruction: str | None = None,
    pass_on: PassOn | None = None,
    in_list: bool = False,
    confirmation: Confirmation = BY_PASSWORD,
    actor: Actor,
    now: datetime,
) -> Acknowledgement:
    """The head states that he knows. Kept for ever: who, capacity, order, when opened, when, and what was shown.

    ``confirmation``: what stood for the signature, checked by ``accounts.confirming`` for this very act.
    ``in_list``: it was read on one page with other old ones; that stays visible.

    Raises NotAllowed for anybody but the holder of the head's post today, Conflict when it was acknowledged
    already or changed since it was opened, Invalid when it was never opened by this person or the server's clock
    runs behind the journal.
    """
    power = holding_power(session, actor, disposition, now)
    complaint = complaint_of(session, disposition)
    need_move(disposition, Act.ACKNOWLEDGE, already_known(session, disposition))
    if complaint.status not in OPEN_STATUSES:
        raise Conflict("Aduan ini sudah tidak menunggu pernyataan mengetahui.")
    need_clock(session, now)
    shown = shown_to_head(complaint, disposition)
    if digest_of(shown) != digest:
        raise Conflict(
            "Aduan ini berubah setelah Bapak/Ibu membukanya. Mohon dibaca sekali lagi, lalu nyatakan mengetahui."
        )
    opened_at = opened_by(session, disposition, actor)
    today = local_day(now)
    acknowledgement = write_acknowledgement(
        session,
        disposition,
        power,
        shown,
        opened_at=opened_at,
        instruction=instruction,
        confirmation=confirmation,
        actor=actor,
        now=now,
    )
    acknowledgement.in_list = in_list
    passed = write_passed_on(session, acknowledgement, disposition, pass_on or PassOn())
    settle(session, complaint, disposition, known_on=today, now=now)
    record(
        session,
        events.Acknowledged(
            *facts_of(session, disposition),
            acknowledgement.id,
            actor.name,
            power.post_title,
            power.order_number,
            Way.DIRECT.value,
            opened_at,
            digest,
            acknowledgement.instruction,
            passed,
            confirmation.means.value,
            confirmation.device,
            in_list=in_list,
        ),
        actor=actor,
        now=now,
        power=power,
    )
    return acknowledgement


def opened_by(session: Session, disposition: Disposition, actor: Actor) -> datetime:
    """When this person opened it; a colleague's or predecessor's reading does not count."""
    found = session.scalar(
        sa.select(Opening.opened_at).where(
            Opening.disposition_id == disposition.id, Opening.person_id == actor.person_id
        )
    )
    if found is None:
        raise Invalid("Aduan ini belum dibuka. Mohon dibaca dahulu, lalu nyatakan mengetahui.")
    return found


def need_clock(session: Session, now: datetime) -> None:
    """Raise Invalid while the server's clock runs behind the newest entry of the journal."""
    last = last_instant(session)
    if last is not None and now + CLOCK_TOLERANCE < last:
        raise Invalid(
            f"Jam server mundur ({weekday_date(local_day(now))}, {clock_time(now)}). Pernyataan mengetahui "
            "dihentikan sementara sampai administrator membetulkan jam."
        )


def already_known(session: Session, disposition: Disposition) -> str:
    """The sentence for an acknowledgement that comes too late: who has given it, and when."""
    last = session.execute(
        sa.select(Acknowledgement.person_name, Acknowledgement.acknowledged_at)
        .where(Acknowledgement.disposition_id == disposition.id, Acknowledgement.voided_at.is_(None))
        .order_by(Acknowledgement.id.desc())
        .limit(1)
    ).first()
    if last is None:
        return "Aduan ini sudah tidak menunggu pernyataan mengetahui."
    day = weekday_date(local_day(last.acknowledged_at))
    return (
        f"Aduan ini sudah dinyatakan diketahui oleh {last.person_name} pada {day} pukul "
        f"{clock_time(last.acknowledged_at)}. Tidak perlu diulang."
    )


def settle(
    session: Session, complaint: Complaint, disposition: Disposition, *, known_on: date, now: datetime
) -> None:
    """What follows from every acknowledgement, whichever way it came: state, clock, derived columns."""
    disposition.acknowledged_on = known_on
    if disposition.first_response_on is not None and disposition.first_response_on < known_on:
        # only after a refused sheet: an answer went out on a word that did not stand
        disposition.answered_before_known = disposition.answered_before_known or _was_refused(session, disposition)
    disposition.state = _state_after_knowing(complaint, disposition)
    meet_deadline(session, complaint.id, disposition.id, Stage.ACKNOWLEDGEMENT, known_on)
    complaint.touched_at = complaint.touched_at or now
    _close_where_lapor_did(session, complaint, now)
    refresh(session, complaint)


def _was_refused(session: Session, disposition: Disposition) -> bool:
    return (
        session.scalar(
            sa.select(Acknowledgement.id)
            .where(Acknowledgement.disposition_id == disposition.id, Acknowledgement.voided_at.is_not(None))
            .limit(1)
        )
        is not None
    )


def _state_after_knowing(complaint: Complaint, disposition: Disposition) -> State:
    if disposition.finished_on is not None or complaint.closed_in_lapor:
        return State.FINISHED
    return State.IN_PROGRESS if disposition.first_response_on is not None else State.ACKNOWLEDGED


def _close_where_lapor_did(session: Session, complaint: Complaint, now: datetime) -> None:
    """Closed in LAPOR! already: only the acknowledgement was owed (model.md)."""
    session.flush()
    if not complaint.closed_in_lapor or complaint.closed_at is not None:
        return
    if not any(item.state in OPEN for item in active_dispositions(session, complaint)):
        complaint.closed_at = now
        complaint.close_reason = f"Sudah ditutup di LAPOR! ({complaint.lapor_status})."


def write_acknowledgement(
    session: Session,
    disposition: Disposition,
    power: Power,
    shown: dict[str, Any],
    *,
    opened_at: datetime,
    instruction: str | None,
    way: Way = Way.DIRECT,
    mandate_id: int | None = None,
    confirmation: Confirmation,
    actor: Actor,
    now: datetime,
) -> Acknowledgement:
    """Keep the statement itself; the caller settles and records. Raises Invalid for too long an instruction."""
    words = (instruction or "").strip()
    if len(words) > 2000:
        raise Invalid("Arahan paling banyak 2.000 huruf.", field="instruction")
    acknowledgement = Acknowledgement(
        disposition_id=disposition.id,
        assignment_id=power.assignment_id,
        person_id=actor.person_id,
        person_name=actor.name,
        post_title=power.post_title,
        capacity=power.capacity,
        order_number=power.order_number,
        way=way,
        mandate_id=mandate_id,
        opened_at=opened_at,
        acknowledged_at=now,
        acknowledged_on=local_day(now),
        digest=digest_of(shown),
        shown=shown,
        instruction=words or None,
        means=confirmation.means,
        device=confirmation.device,
        signature=dict(confirmation.proof) if confirmation.proof else None,
    )
    session.add(acknowledgement)
    session.flush()
    return acknowledgement


def write_passed_on(
    session: Session,
    acknowledgement: Acknowledgement,
    disposition: Disposition,
    pass_on: PassOn,
    *,
    by_head: bool = True,
) -> tuple[str, ...]:
    """Note to whom it is passed on with the statement; returns their words.

    ``by_head``: the head ticked them himself. Raises Invalid for a post of another agency.
    """
    labels: list[str] = []
    if pass_on.post_ids:
        posts = session.scalars(
            sa.select(Post)
            .where(
                Post.id.in_(pass_on.post_ids),
                Post.agency_id.in_([disposition.agency_id, disposition.head_agency_id]),
                Post.ends_on.is_(None),
            )
            .order_by(Post.title, Post.id)
        ).all()
        if len(posts) != len(set(pass_on.post_ids)):
            raise Invalid("Pilih penerima dari daftar jabatan OPD ini.", field="pass_to")
        for post in posts:
            session.add(
                PassedOn(
                    acknowledgement_id=acknowledgement.id,
                    disposition_id=disposition.id,
                    post_id=post.id,
                    label=post.title,
                    by_head=by_head,
                )
            )
            labels.append(post.title)
    label = pass_on.label.strip()[:200]
    if label:
        session.add(
            PassedOn(
                acknowledgement_id=acknowledgement.id,
                disposition_id=disposition.id,
                post_id=None,
                label=label,
                by_head=by_head,
            )
        )
        labels.append(label)
    session.flush()
    return tuple(labels)
