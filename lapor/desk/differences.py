"""Where LAPOR! says otherwise than a person here has set: a task until somebody settles it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from lapor.complaints.models import Complaint
from lapor.complaints.queries import not_about_office_condition
from lapor.core.errors import Conflict, NotFound
from lapor.desk.import_events import DifferenceSettled
from lapor.desk.import_models import LaporDifference
from lapor.desk.import_rules import Field, class_of, shown_title
from lapor.dispositions.authority import need_desk
from lapor.dispositions.clocks import reclass_deadlines, refresh
from lapor.journal.services import record
from lapor.policy import Actor, Permission


@dataclass(frozen=True)
class Difference:
    """One open task. The words of confidential complaints are not in it (`is_withheld`)."""

    id: int
    complaint_id: int
    reference: str
    title: str
    field: str
    ours: str
    theirs: str
    is_withheld: bool
    can_take: bool


def _title(complaint: Complaint) -> None:
    complaint.title = shown_title(complaint.lapor_title, complaint.lapor_text)


def _text(complaint: Complaint) -> None:
    complaint.text = complaint.lapor_text or ""


def _class(complaint: Complaint) -> None:
    complaint.report_class = class_of(complaint.lapor_class)
    complaint.class_reason = None


def _category(complaint: Complaint) -> None:
    complaint.category = complaint.lapor_category or None


_TAKE: Mapping[str, Callable[[Complaint], None]] = {
    Field.TITLE: _title,
    Field.TEXT: _text,
    Field.REPORT_CLASS: _class,
    Field.CATEGORY: _category,
}
"""What can simply be taken over; a status, a unit or weaker confidentiality are steps on the complaint's page."""


def count_open(session: Session) -> int:
    """How many differences wait; those that ``list_open`` leaves out are not counted either."""
    return (
        session.scalar(
            sa.select(sa.func.count())
            .select_from(LaporDifference)
            .join(Complaint, Complaint.id == LaporDifference.complaint_id)
            .where(LaporDifference.settled_at.is_(None), not_about_office_condition())
        )
        or 0
    )


def list_open(session: Session, limit: int = 50) -> list[Difference]:
    """The open differences, oldest first; not of complaints about the coordinator's own office."""
    rows = session.execute(
        sa.select(LaporDifference, Complaint)
        .join(Complaint, Complaint.id == LaporDifference.complaint_id)
        .where(LaporDifference.settled_at.is_(None), not_about_office_condition())
        .order_by(LaporDifference.id)
        .limit(limit)
    )
    return [_view(difference, complaint) for difference, complaint in rows]


def _view(difference: LaporDifference, complaint: Complaint) -> Difference:
    ours, theirs = _pair(complaint, difference.field)
    hides = complaint.is_withheld and difference.field in (Field.TITLE, Field.TEXT)
    return Difference(
        id=difference.id,
        complaint_id=complaint.id,
        reference=complaint.reference,
        title="" if complaint.is_withheld else complaint.title,
        field=difference.field,
        ours="" if hides else ours,
        theirs="" if hides else theirs,
        is_withheld=complaint.is_withheld,
        can_take=difference.field in _TAKE,
    )


def _pair(complaint: Complaint, field: str) -> tuple[str, str]:
    pairs: dict[str, tuple[str | None, str | None]] = {
        Field.TITLE: (complaint.title, complaint.lapor_title),
        Field.TEXT: (complaint.text[:300], (complaint.lapor_text or "")[:300]),
        Field.REPORT_CLASS: (complaint.report_class.value if complaint.report_class else "", complaint.lapor_class),
        Field.CATEGORY: (complaint.category, complaint.lapor_category),
        Field.STATUS: ("", complaint.lapor_status),
        Field.TYPE: ("", complaint.lapor_type),
    }
    ours, theirs = pairs.get(field, ("", ""))
    return ours or "", theirs or ""


def settle(
    session: Session, difference_id: int, *, takes_theirs: bool, actor: Actor, now: datetime
) -> LaporDifference:
    """Keep ours, or take LAPOR!'s where that is possible.

    Raises NotFound, NotAllowed for a complaint that is not this person's, Conflict when it is settled already.
    """
    difference = session.get(LaporDifference, difference_id, with_for_update=True)
    if difference is None:
        raise NotFound(_("Perbedaan ini tidak ditemukan."))
    if difference.settled_at is not None:
        raise Conflict(_("Perbedaan ini sudah diputuskan."))
    complaint = session.get_one(Complaint, difference.complaint_id, with_for_update=True)
    need_desk(actor, complaint)
    takes_theirs = takes_theirs and difference.field in _TAKE
    if takes_theirs:
        _TAKE[difference.field](complaint)
        session.flush()
        if difference.field == Field.REPORT_CLASS:
            reclass_deadlines(session, complaint, reason=_("Mengikuti klasifikasi LAPOR!"), actor=actor, now=now)
        refresh(session, complaint)
    difference.settled_at, difference.settled_by = now, actor.person_id
    session.flush()
    record(
        session,
        DifferenceSettled(complaint.id, difference.field, takes_theirs),
        actor=actor,
        now=now,
        permission=Permission.COMPLAINT_PROCESS,
    )
    return difference
