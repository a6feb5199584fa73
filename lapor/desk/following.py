"""What LAPOR! changed of a known complaint: its own columns always, ours where nobody has set them otherwise."""

from collections.abc import Sequence
from datetime import date, datetime

import sqlalchemy as sa
from flask_babel import gettext
from sqlalchemy.orm import Session

from lapor.complaints import events as complaint_events
from lapor.complaints.models import Complaint, Pause
from lapor.complaints.rules import Origin
from lapor.core.clock import local_day
from lapor.desk.import_models import ImportBatch, LaporDifference
from lapor.desk.import_rules import (
    Change,
    Course,
    Field,
    Incoming,
    class_of,
    course_of,
    shown_title,
)
from lapor.desk.lapor_rows import Flags
from lapor.desk.matching import Units
from lapor.desk.owing import closed_there, give, has_order, waits_for_agency
from lapor.desk.staging import Held, generated_at, learn_unit
from lapor.dispositions.clocks import (
    add_pause,
    reclass_deadlines,
    refresh,
)
from lapor.journal.services import record
from lapor.policy import Actor, Permission

_P = Permission.COMPLAINT_IMPORT


_SILENT = frozenset({Field.TITLE, Field.TEXT, Field.REPORTER})
"""The journal notes that these changed, not what they say."""


def follow(
    session: Session,
    batch: ImportBatch,
    held: Held,
    incoming: Incoming,
    found: Sequence[Change],
    units: Units,
    *,
    actor: Actor | None,
    now: datetime,
) -> None:
    """Write what LAPOR! changed into its own columns, let ours follow where nobody has set them otherwise."""
    complaint = held.complaint
    differs: set[Field] = set()
    for change in found:
        if _CHANGES[change.field](session, complaint, incoming, units, now):
            differs.add(change.field)
    if held.stored.joins:
        complaint.lapor_received = (incoming.received_raw or "")[:200]
    complaint.lapor_generated_at = generated_at(batch) or complaint.lapor_generated_at
    text_changed = {change.field for change in found} & {Field.TITLE, Field.TEXT} and not held.stored.joins
    if text_changed and complaint.touched_at is not None:
        complaint.lapor_changed_at = now
    for field in differs:
        _note_difference(session, complaint.id, field, now)
    session.flush()
    refresh(session, complaint)
    event = complaint_events.ChangedByImport(
        complaint.id,
        {
            change.field.value: (None, None) if change.field in _SILENT else (change.old[:200], change.new[:200])
            for change in found
        },
    )
    record(session, event, actor=actor, now=now, permission=_P)


def _note_difference(session: Session, complaint_id: int, field: Field, now: datetime) -> None:
    noted = session.scalar(
        sa.select(LaporDifference).where(
            LaporDifference.complaint_id == complaint_id, LaporDifference.field == field.value
        )
    )
    if noted is None:
        session.add(LaporDifference(complaint_id=complaint_id, field=field.value, seen_at=now))
    else:
        noted.seen_at, noted.settled_at, noted.settled_by = now, None, None


def _title(_session: Session, complaint: Complaint, incoming: Incoming, _units: Units, _now: datetime) -> bool:
    followed = complaint.title == shown_title(complaint.lapor_title, complaint.lapor_text)
    complaint.lapor_title = incoming.title
    if followed:
        complaint.title = shown_title(incoming.title, incoming.text or complaint.lapor_text)
    return complaint.title != incoming.title


def _text(_session: Session, complaint: Complaint, incoming: Incoming, _units: Units, _now: datetime) -> bool:
    followed = complaint.text == (complaint.lapor_text or "")
    title_followed = complaint.title == shown_title(complaint.lapor_title, complaint.lapor_text)
    complaint.lapor_text = incoming.text
    if followed:
        complaint.text = incoming.text or ""
        if title_followed:
            complaint.title = shown_title(complaint.lapor_title, incoming.text)
    return complaint.text != incoming.text


def _report_class(session: Session, complaint: Complaint, incoming: Incoming, _units: Units, now: datetime) -> bool:
    followed = complaint.report_class is class_of(complaint.lapor_class)
    complaint.lapor_class = incoming.report_class
    wanted = class_of(incoming.report_class)
    if followed and wanted is not complaint.report_class:
        complaint.report_class = wanted
        session.flush()
        reason = gettext("Klasifikasi berubah menurut impor dari LAPOR!")
        reclass_deadlines(session, complaint, reason=reason, actor=None, now=now)
    return complaint.report_class is not wanted


def _category(_session: Session, complaint: Complaint, incoming: Incoming, _units: Units, _now: datetime) -> bool:
    followed = (complaint.category or "") == (complaint.lapor_category or "")
    complaint.lapor_category = incoming.category
    if followed:
        complaint.category = incoming.category or None
    return (complaint.category or "") != (incoming.category or "")


def _type(_session: Session, complaint: Complaint, incoming: Incoming, _units: Units, _now: datetime) -> bool:
    """The stricter flag wins; where LAPOR! has become less strict a person decides."""
    complaint.lapor_type = incoming.type
    if incoming.flags is None:
        return False
    held = Flags(complaint.is_anonymous, complaint.is_confidential)
    stricter = held.stricter(incoming.flags)
    complaint.is_anonymous, complaint.is_confidential = stricter.anonymous, stricter.confidential
    if stricter.anonymous:
        complaint.reporter_name = None
        complaint.reporter_contact = None
    return stricter != incoming.flags


def _received(_session: Session, complaint: Complaint, incoming: Incoming, _units: Units, _now: datetime) -> bool:
    complaint.lapor_received = (incoming.received_raw or "")[:200]
    if complaint.origin is Origin.MANUAL or complaint.touched_at is not None or incoming.received_at is None:
        return True
    complaint.received_at = incoming.received_at
    complaint.received_on = local_day(incoming.received_at)
    return False


def _channel(_session: Session, complaint: Complaint, incoming: Incoming, _units: Units, _now: datetime) -> bool:
    complaint.channel = incoming.channel
    return False


def _location(_session: Session, complaint: Complaint, incoming: Incoming, _units: Units, _now: datetime) -> bool:
    complaint.location = incoming.location
    return False


def _reporter(_session: Session, complaint: Complaint, incoming: Incoming, _units: Units, _now: datetime) -> bool:
    if not complaint.is_anonymous:
        complaint.reporter_name = incoming.reporter
    return False


def _rating(_session: Session, complaint: Complaint, incoming: Incoming, _units: Units, _now: datetime) -> bool:
    complaint.rating = incoming.rating
    return False


def _status(session: Session, complaint: Complaint, incoming: Incoming, units: Units, now: datetime) -> bool:
    """LAPOR!'s status; ours follows only while nobody here has worked on the complaint."""
    before, after = course_of(complaint.lapor_status), course_of(incoming.status)
    complaint.lapor_status = incoming.status
    if before is after:
        return False
    if complaint.touched_at is not None:
        return not (after is Course.CLOSED and complaint.closed_at is not None)
    today = local_day(now)
    if before is Course.ON_HOLD and complaint.on_hold_since is not None:
        _resume(session, complaint, today)
    if after is Course.ON_HOLD:
        reason = incoming.reason or incoming.status or ""
        complaint.on_hold_since, complaint.on_hold_reason = today, reason
        session.add(Pause(complaint_id=complaint.id, starts_on=today, reason=reason))
    unit = units.by_key(complaint.lapor_unit_id)
    if after is Course.CLOSED and not complaint.is_history and not waits_for_agency(unit):
        complaint.closed_at, complaint.close_reason = now, closed_there(incoming.status)
    elif before is Course.CLOSED:
        complaint.closed_at = complaint.close_reason = None
    complaint.archive_reason = (incoming.reason or incoming.status) if after is Course.ARCHIVED else None
    return False


def _resume(session: Session, complaint: Complaint, today: date) -> None:
    session.flush()
    for pause in session.scalars(
        sa.select(Pause).where(Pause.complaint_id == complaint.id, Pause.ends_on.is_(None)).order_by(Pause.id)
    ):
        pause.ends_on = today
        add_pause(session, complaint, pause, today)
    complaint.on_hold_since = complaint.on_hold_reason = complaint.on_hold_until = None


def _unit(session: Session, complaint: Complaint, incoming: Incoming, units: Units, now: datetime) -> bool:
    """LAPOR! gave it to another unit: the first order follows, a later one is for a person."""
    unit = learn_unit(incoming, units, now)
    complaint.lapor_unit_id = unit.id if unit else None
    session.flush()
    if complaint.touched_at is not None or has_order(session, complaint):
        return True
    if unit is not None and unit.agency_id is not None:
        give(session, complaint, unit, actor=None, now=now)
    return False


_CHANGES = {
    Field.TITLE: _title,
    Field.TEXT: _text,
    Field.STATUS: _status,
    Field.REPORT_CLASS: _report_class,
    Field.CATEGORY: _category,
    Field.TYPE: _type,
    Field.RECEIVED: _received,
    Field.UNIT: _unit,
    Field.CHANNEL: _channel,
    Field.LOCATION: _location,
    Field.REPORTER: _reporter,
    Field.RATING: _rating,
}
