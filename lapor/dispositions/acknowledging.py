"""The head's statement that he knows, and his return of what is not his agency's authority."""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lapor.complaints.models import Complaint
from lapor.complaints.rules import OPEN_STATUSES
from lapor.core.clock import local_day
from lapor.core.errors import Conflict, Invalid, NotAllowed
from lapor.core.wording import clock_time, weekday_date
from lapor.dispositions import events
from lapor.dispositions.authority import (
    complaint_of,
    facts_of,
    head_power,
    need_move,
    need_running,
)
from lapor.dispositions.clocks import (
    active_dispositions,
    meet_deadline,
    refresh,
    void_deadlines,
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
    actor: Actor,
    now: datetime,
) -> Acknowledgement:
    """The head states that he knows. Kept for ever: who, capacity, order, when opened, when, and what was shown.

    Raises NotAllowed for anybody but the holder of the head's post today, Conflict when it was acknowledged
    already or changed since it was opened, Invalid when it was never opened by this person or the server's clock
    runs behind the journal.
    """
    power = head_power(actor, disposition)
    complaint = complaint_of(session, disposition)
    need_move(disposition, Act.ACKNOWLEDGE, _already_known(session, disposition))
    if complaint.status not in OPEN_STATUSES:
        raise Conflict("Aduan ini sudah tidak menunggu pernyataan mengetahui.")
    _need_clock(session, now)
    shown = shown_to_head(complaint, disposition)
    if digest_of(shown) != digest:
        raise Conflict(
            "Aduan ini berubah setelah Bapak/Ibu membukanya. Mohon dibaca sekali lagi, lalu nyatakan mengetahui."
        )
    opened_at = _opened_at(session, disposition, actor)
    today = local_day(now)
    acknowledgement = _write_acknowledgement(
        session, disposition, power, shown, opened_at=opened_at, instruction=instruction, actor=actor, now=now
    )
    passed = _pass_on(session, acknowledgement, disposition, pass_on or PassOn())
    disposition.acknowledged_on = today
    disposition.state = _state_after_knowing(complaint, disposition)
    meet_deadline(session, complaint.id, disposition.id, Stage.ACKNOWLEDGEMENT, today)
    complaint.touched_at = complaint.touched_at or now
    _close_where_lapor_did(session, complaint, now)
    refresh(session, complaint)
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
        ),
        actor=actor,
        now=now,
        permission=Permission.DISPOSITION_ACKNOWLEDGE,
    )
    return acknowledgement


def _opened_at(session: Session, disposition: Disposition, actor: Actor) -> datetime:
    """When this person opened it; a colleague's or predecessor's reading does not count."""
    found = session.scalar(
        sa.select(Opening.opened_at).where(
            Opening.disposition_id == disposition.id, Opening.person_id == actor.person_id
        )
    )
    if found is None:
        raise Invalid("Aduan ini belum dibuka. Mohon dibaca dahulu, lalu nyatakan mengetahui.")
    return found


def _need_clock(session: Session, now: datetime) -> None:
    last = last_instant(session)
    if last is not None and now + CLOCK_TOLERANCE < last:
        raise Invalid(
            f"Jam server mundur ({weekday_date(local_day(now))}, {clock_time(now)}). Pernyataan mengetahui "
            "dihentikan sementara sampai administrator membetulkan jam."
        )


def _already_known(session: Session, disposition: Disposition) -> str:
    last = session.execute(
        sa.select(Acknowledgement.person_name, Acknowledgement.acknowledged_at)
        .where(Acknowledgement.disposition_id == disposition.id)
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


def _write_acknowledgement(
    session: Session,
    disposition: Disposition,
    power: Power,
    shown: dict[str, Any],
    *,
    opened_at: datetime,
    instruction: str | None,
    actor: Actor,
    now: datetime,
) -> Acknowledgement:
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
        way=Way.DIRECT,
        opened_at=opened_at,
        acknowledged_at=now,
        acknowledged_on=local_day(now),
        digest=digest_of(shown),
        shown=shown,
        instruction=words or None,
    )
    session.add(acknowledgement)
    session.flush()
    return acknowledgement


def _pass_on(
    session: Session, acknowledgement: Acknowledgement, disposition: Disposition, pass_on: PassOn
) -> tuple[str, ...]:
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
                )
            )
            labels.append(post.title)
    label = pass_on.label.strip()[:200]
    if label:
        session.add(
            PassedOn(acknowledgement_id=acknowledgement.id, disposition_id=disposition.id, post_id=None, label=label)
        )
        labels.append(label)
    session.flush()
    return tuple(labels)


def supersede_acknowledgement(
    session: Session,
    disposition: Disposition,
    *,
    instruction: str | None,
    reason: str,
    actor: Actor,
    now: datetime,
) -> Acknowledgement:
    """Replace a wrong statement by a new one with a reason; both stay, the first keeps its time."""
    power = head_power(actor, disposition)
    complaint = complaint_of(session, disposition)
    if not reason.strip():
        raise Invalid("Tulis alasan memperbaiki pernyataan.", field="reason")
    last = session.scalar(
        sa.select(Acknowledgement)
        .where(Acknowledgement.disposition_id == disposition.id, Acknowledgement.superseded_by_id.is_(None))
        .order_by(Acknowledgement.id.desc())
        .limit(1)
    )
    if last is None:
        raise Conflict("Belum ada pernyataan mengetahui yang dapat diperbaiki.")
    _need_clock(session, now)
    fresh = _write_acknowledgement(
        session,
        disposition,
        power,
        shown_to_head(complaint, disposition),
        opened_at=last.opened_at if last.person_id == actor.person_id else now,
        instruction=instruction,
        actor=actor,
        now=now,
    )
    for passed in session.scalars(
        sa.select(PassedOn).where(PassedOn.acknowledgement_id == last.id).order_by(PassedOn.id)
    ):
        session.add(
            PassedOn(
                acknowledgement_id=fresh.id,
                disposition_id=disposition.id,
                post_id=passed.post_id,
                label=passed.label,
            )
        )
    last.superseded_by_id = fresh.id
    last.supersede_reason = reason.strip()
    session.flush()
    record(
        session,
        events.AcknowledgementSuperseded(
            *facts_of(session, disposition),
            fresh.id,
            last.id,
            actor.name,
            power.post_title,
            reason.strip(),
            fresh.instruction,
        ),
        actor=actor,
        now=now,
        permission=Permission.DISPOSITION_ACKNOWLEDGE,
    )
    return fresh


def propose_return(session: Session, disposition: Disposition, *, reason: str, actor: Actor, now: datetime) -> None:
    """The operator proposes to return it; the head decides."""
    complaint = complaint_of(session, disposition)
    if not any(
        p.grants(Permission.DISPOSITION_PROPOSE_RETURN) and p.agency_id == disposition.agency_id for p in actor.powers
    ):
        raise NotAllowed("Usul pengembalian dibuat oleh admin OPD yang menerima aduan.")
    need_running(complaint)
    need_move(disposition, Act.PROPOSE_RETURN, "Disposisi ini sudah selesai, dikembalikan, atau ditarik.")
    if len(reason.strip()) < 10:
        raise Invalid("Tulis alasan mengapa aduan ini bukan kewenangan OPD Anda.", field="reason")
    disposition.return_proposed_at = now
    disposition.return_proposal = reason.strip()
    session.flush()
    record(
        session,
        events.ReturnProposed(*facts_of(session, disposition), reason.strip()),
        actor=actor,
        now=now,
        permission=Permission.DISPOSITION_PROPOSE_RETURN,
    )


def return_to_coordinator(
    session: Session, disposition: Disposition, *, reason: str, digest: str, actor: Actor, now: datetime
) -> None:
    """Knowing and returning in one step: the head states that it is not his agency's authority."""
    power = head_power(actor, disposition)
    complaint = complaint_of(session, disposition)
    need_running(complaint)
    need_move(disposition, Act.RETURN, "Disposisi ini sudah selesai, dikembalikan, atau ditarik.")
    if len(reason.strip()) < 10:
        raise Invalid("Tulis alasan mengapa aduan ini bukan kewenangan OPD Bapak/Ibu.", field="reason")
    if disposition.state is State.WAITING:
        _need_clock(session, now)
        shown = shown_to_head(complaint, disposition)
        if digest_of(shown) != digest:
            raise Conflict("Aduan ini berubah setelah Bapak/Ibu membukanya. Mohon dibaca sekali lagi.")
        _write_acknowledgement(
            session,
            disposition,
            power,
            shown,
            opened_at=_opened_at(session, disposition, actor),
            instruction=None,
            actor=actor,
            now=now,
        )
        disposition.acknowledged_on = local_day(now)
        meet_deadline(session, complaint.id, disposition.id, Stage.ACKNOWLEDGEMENT, local_day(now))
    disposition.state = State.RETURNED
    disposition.returned_at = now
    disposition.return_reason = reason.strip()
    void_deadlines(session, disposition.id)
    complaint.touched_at = complaint.touched_at or now
    refresh(session, complaint)
    record(
        session,
        events.Returned(*facts_of(session, disposition), reason.strip(), actor.name, power.post_title),
        actor=actor,
        now=now,
        permission=Permission.DISPOSITION_ACKNOWLEDGE,
    )
