"""Reading sheets and what became of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lapor.agencies.models import Agency
from lapor.complaints.models import Complaint
from lapor.complaints.queries import not_about_agencies_condition
from lapor.dispositions.models import Acknowledgement, Disposition
from lapor.dispositions.queries import readable_condition, visible_condition
from lapor.dispositions.rules import RecordState
from lapor.documents.models import Document
from lapor.evidence.models import DispositionSheet, SheetRecord
from lapor.offices.models import Assignment, Post
from lapor.offices.queries import Holder, head_of
from lapor.policy import Role, Scope


def find_sheet(session: Session, document_id: int) -> DispositionSheet | None:
    """The sheet that is this paper of the register, or None."""
    return session.scalar(sa.select(DispositionSheet).where(DispositionSheet.document_id == document_id))


def latest_sheet(session: Session, disposition_id: int) -> DispositionSheet | None:
    """The sheet of a disposition that was printed last, or None."""
    return session.scalar(
        sa.select(DispositionSheet)
        .where(DispositionSheet.disposition_id == disposition_id)
        .order_by(DispositionSheet.id.desc())
        .limit(1)
    )


def sheet_document(session: Session, sheet: DispositionSheet) -> Document:
    """The paper of the register that this sheet is."""
    return session.get_one(Document, sheet.document_id)


def signers_between(session: Session, head_agency_id: int, first: date, last: date) -> list[Holder]:
    """Whoever held the head's powers of the agency on a day from ``first`` to ``last``, in order of days."""
    rows = session.execute(
        sa.select(Assignment.starts_on, Assignment.ends_on)
        .join(Post, Post.id == Assignment.post_id)
        .where(
            Post.agency_id == head_agency_id,
            Post.kind == Role.HEAD,
            Assignment.starts_on <= last,
            sa.or_(Assignment.ends_on.is_(None), Assignment.ends_on >= first),
        )
        .order_by(Assignment.id)
    ).all()
    turns = {first} | {row.starts_on for row in rows}
    turns |= {row.ends_on + timedelta(days=1) for row in rows if row.ends_on is not None}
    found: dict[int, Holder] = {}
    for day in sorted(day for day in turns if first <= day <= last):
        holder = head_of(session, head_agency_id, day)
        if holder is not None:
            found.setdefault(holder.assignment_id, holder)
    return list(found.values())


@dataclass(frozen=True)
class RecordLine:
    """A recorded sheet as the coordinator's list shows it; ``may_read`` false hides the complaint's title."""

    record: SheetRecord
    acknowledgement: Acknowledgement
    complaint: Complaint
    agency: Agency
    may_read: bool


def list_records(
    session: Session, scope: Scope, states: Sequence[RecordState], *, limit: int, offset: int = 0
) -> list[RecordLine]:
    """Recorded sheets in these states that ``scope`` sees: what waits longest first, what is done newest first."""
    newest = SheetRecord.id.desc() if RecordState.PENDING not in states else SheetRecord.id
    rows = session.execute(
        sa.select(SheetRecord, Acknowledgement, Complaint, Agency, readable_condition(scope).label("may_read"))
        .join(Acknowledgement, Acknowledgement.id == SheetRecord.acknowledgement_id)
        .join(Disposition, Disposition.id == SheetRecord.disposition_id)
        .join(Complaint, Complaint.id == Disposition.complaint_id)
        .join(Agency, Agency.id == Disposition.agency_id)
        .where(SheetRecord.state.in_([state.value for state in states]), visible_condition(scope))
        .order_by(newest)
        .limit(limit)
        .offset(offset)
    ).all()
    return [RecordLine(row[0], row[1], row[2], row[3], bool(row.may_read)) for row in rows]


def count_records(session: Session, scope: Scope, states: Sequence[RecordState], *, limit: int) -> int:
    """How many ``list_records`` would find; counting stops at ``limit``."""
    found = (
        sa.select(SheetRecord.id)
        .join(Disposition, Disposition.id == SheetRecord.disposition_id)
        .join(Complaint, Complaint.id == Disposition.complaint_id)
        .where(SheetRecord.state.in_([state.value for state in states]), visible_condition(scope))
        .limit(limit)
        .subquery()
    )
    return session.scalar(sa.select(sa.func.count()).select_from(found)) or 0


def record_of(session: Session, acknowledgement_id: int) -> SheetRecord | None:
    """The record from which an acknowledgement by paper came, or None."""
    return session.scalar(sa.select(SheetRecord).where(SheetRecord.acknowledgement_id == acknowledgement_id))


def records_of_disposition(session: Session, disposition_id: int) -> list[SheetRecord]:
    """Photographed sheets of a disposition, newest first, without those that another photo replaced."""
    return list(
        session.scalars(
            sa.select(SheetRecord)
            .where(SheetRecord.disposition_id == disposition_id, SheetRecord.state != RecordState.DROPPED)
            .order_by(SheetRecord.id.desc())
        )
    )


@dataclass(frozen=True)
class PhotoLine:
    """A photo of a sheet that nobody has written down yet; the title as it is, to be masked by who shows it."""

    record_id: int
    title: str
    reference: str
    uploaded_at: datetime
    uploaded_by_name: str


def list_photos_to_record(session: Session, scope: Scope, limit: int) -> list[PhotoLine]:
    """Photos that the agencies of ``scope`` put off, for complaints that still wait; the oldest first."""
    rows = session.execute(
        sa.select(SheetRecord, Complaint)
        .join(Disposition, Disposition.id == SheetRecord.disposition_id)
        .join(Complaint, Complaint.id == Disposition.complaint_id)
        .where(
            SheetRecord.state == RecordState.DRAFT.value,
            Disposition.is_owed.is_(True),
            sa.or_(
                Disposition.agency_id.in_(sorted(scope.agency_ids)),
                Disposition.head_agency_id.in_(sorted(scope.agency_ids)),
            ),
            not_about_agencies_condition(scope.agency_ids, scope.person_id),
            readable_condition(scope),
        )
        .order_by(SheetRecord.uploaded_at, SheetRecord.id)
        .limit(limit)
    )
    return [
        PhotoLine(record.id, complaint.title, complaint.reference, record.uploaded_at, record.uploaded_by_name)
        for record, complaint in rows
    ]


def owed_of_agencies(session: Session, agency_ids: Sequence[int], *, limit: int) -> list[int]:
    """Keys of what waits for the head of these agencies, or was asked of them; what is due first on top."""
    return list(
        session.scalars(
            sa.select(Disposition.id)
            .join(Complaint, Complaint.id == Disposition.complaint_id)
            .where(
                sa.or_(Disposition.agency_id.in_(agency_ids), Disposition.head_agency_id.in_(agency_ids)),
                Disposition.is_owed.is_(True),
                not_about_agencies_condition(frozenset(agency_ids)),
            )
            .order_by(Disposition.next_due_on, Disposition.id)
            .limit(limit)
        )
    )
