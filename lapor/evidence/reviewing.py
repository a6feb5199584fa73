"""The coordinator looks at the photo of a sheet: it stands, or the acknowledgement is void and owed again."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lapor.complaints.models import Complaint
from lapor.complaints.rules import OPEN_STATUSES
from lapor.core.clock import local_day
from lapor.core.db import lock
from lapor.core.errors import Conflict, Invalid, NotAllowed
from lapor.dispositions import events
from lapor.dispositions.authority import complaint_of, facts_of, need_desk
from lapor.dispositions.clocks import refresh
from lapor.dispositions.models import Acknowledgement, Deadline, Disposition, Response
from lapor.dispositions.rules import (
    COUNTING,
    RecordState,
    ResponseState,
    Stage,
    State,
)
from lapor.documents import services as documents
from lapor.documents.queries import find_of
from lapor.documents.rules import DocumentKind
from lapor.evidence.models import SheetRecord
from lapor.journal.services import record
from lapor.notifications.models import Kind
from lapor.notifications.services import notify
from lapor.offices.queries import head_of, holders_by_role
from lapor.policy import Actor, Permission, Role


def accept(session: Session, sheet_record: SheetRecord, *, actor: Actor, now: datetime) -> None:
    """The coordinator has looked at the photo and lets it stand."""
    disposition = lock(session, Disposition, sheet_record.disposition_id)
    need_review(session, disposition, actor)
    if sheet_record.state is not RecordState.PENDING or sheet_record.acknowledgement_id is None:
        raise Conflict("Lembar ini sudah diperiksa.")
    sheet_record.state = RecordState.ACCEPTED
    sheet_record.reviewed_at = now
    sheet_record.reviewed_by_name = actor.name
    session.flush()
    record(
        session,
        events.SheetChecked(*facts_of(session, disposition), sheet_record.id, sheet_record.acknowledgement_id),
        actor=actor,
        now=now,
        permission=Permission.SHEET_REVIEW,
    )


def need_review(session: Session, disposition: Disposition, actor: Actor) -> None:
    """Raise NotAllowed unless ``actor`` works on this complaint as coordinator."""
    if actor.power_for(Permission.SHEET_REVIEW) is None:
        raise NotAllowed("Lembar disposisi diperiksa oleh koordinator.")
    need_desk(actor, complaint_of(session, disposition))


def refuse(session: Session, sheet_record: SheetRecord, *, reason: str, actor: Actor, now: datetime) -> bool:
    """The photo does not stand: its acknowledgement is void and, where no other one stands, owed again.

    Time limits run on as if it had never been; answers that were ready for LAPOR! are drafts again. Returns whether
    it is owed again. Raises Invalid without a reason, Conflict for one that was refused or never recorded, or whose
    complaint was closed meanwhile.
    """
    disposition = lock(session, Disposition, sheet_record.disposition_id)
    need_review(session, disposition, actor)
    if len(reason.strip()) < 10:
        raise Invalid("Tulis alasan menolak dengan jelas, misalnya: tanda tangan tidak terlihat.", field="reason")
    if sheet_record.state not in COUNTING or sheet_record.acknowledgement_id is None:
        raise Conflict("Lembar ini sudah ditolak atau belum dicatat.")
    complaint = complaint_of(session, disposition)
    acknowledgement = session.get_one(Acknowledgement, sheet_record.acknowledgement_id)
    acknowledgement.voided_at = now
    acknowledgement.void_reason = reason.strip()
    sheet_record.state = RecordState.REFUSED
    sheet_record.reviewed_at = now
    sheet_record.reviewed_by_name = actor.name
    sheet_record.refuse_reason = reason.strip()
    session.flush()
    owed_again = not _stands(session, disposition) and _owe_again(session, complaint, disposition)
    proof = find_of(session, DocumentKind.ACKNOWLEDGEMENT_PROOF, "acknowledgement", acknowledgement.id)
    if proof is not None and proof.stands:
        documents.cancel(session, proof, reason=reason.strip(), actor=actor, now=now)
    refresh(session, complaint)
    record(
        session,
        events.SheetRefused(
            *facts_of(session, disposition), sheet_record.id, acknowledgement.id, reason.strip(), owed_again
        ),
        actor=actor,
        now=now,
        permission=Permission.SHEET_REVIEW,
    )
    _tell_agency(session, complaint, disposition, acknowledgement, owed_again=owed_again, actor=actor, now=now)
    return owed_again


def _stands(session: Session, disposition: Disposition) -> bool:
    return (
        session.scalar(
            sa.select(Acknowledgement.id)
            .where(
                Acknowledgement.disposition_id == disposition.id,
                Acknowledgement.superseded_by_id.is_(None),
                Acknowledgement.voided_at.is_(None),
            )
            .limit(1)
        )
        is not None
    )


def _owe_again(session: Session, complaint: Complaint, disposition: Disposition) -> bool:
    if disposition.round != complaint.round or disposition.state in {State.RETURNED, State.WITHDRAWN}:
        return False
    if complaint.closed_in_lapor and complaint.closed_at is not None and complaint.rating is None:
        # the acknowledgement itself had closed it
        complaint.closed_at = complaint.close_reason = None
    elif complaint.status not in OPEN_STATUSES:
        raise Conflict("Aduan ini sudah ditutup atau diarsipkan. Buka kembali aduannya, lalu tolak lembar ini.")
    disposition.state = State.WAITING
    disposition.acknowledged_on = None
    session.execute(
        sa.update(Deadline)
        .where(
            Deadline.disposition_id == disposition.id,
            Deadline.stage == Stage.ACKNOWLEDGEMENT,
            Deadline.is_void.is_(False),
        )
        .values(met_on=None)
        .execution_options(synchronize_session="fetch")
    )
    session.execute(
        sa.update(Response)
        .where(Response.disposition_id == disposition.id, Response.state == ResponseState.READY)
        .values(state=ResponseState.DRAFT, released_at=None)
        .execution_options(synchronize_session="fetch")
    )
    return True


def _tell_agency(
    session: Session,
    complaint: Complaint,
    disposition: Disposition,
    acknowledgement: Acknowledgement,
    *,
    owed_again: bool,
    actor: Actor,
    now: datetime,
) -> None:
    today = local_day(now)
    people = {acknowledgement.person_id}
    for role in (Role.LIAISON, Role.OPERATOR):
        people |= {person.id for person in holders_by_role(session, disposition.agency_id, role, today)}
    head = head_of(session, disposition.head_agency_id, today)
    if head is not None:
        people.add(head.person_id)
    rest = " Pernyataan mengetahui kembali ditunggu." if owed_again else ""
    notify(
        session,
        people,
        kind=Kind.COMPLAINT,
        sentence=f"Lembar disposisi aduan {complaint.reference} ditolak koordinator.{rest} Baca alasannya.",
        url=f"/aduan/{complaint.id}",
        now=now,
        complaint_id=complaint.id,
        agency_id=disposition.agency_id,
        without=actor.person_id,
    )
