"""Complaints that are new here, many at once, with the order to the agency that LAPOR! has named."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lapor.agencies.models import AcknowledgedBy, Agency, LaporUnit, UnitDecision
from lapor.calendar.queries import RuleSetView, rule_sets, working_calendar
from lapor.complaints import events as complaint_events
from lapor.complaints.models import Complaint, Pause
from lapor.complaints.rules import Origin
from lapor.complaints.services import next_numbers
from lapor.core.clock import local_day
from lapor.desk.import_models import ImportBatch
from lapor.desk.import_rules import (
    Course,
    Incoming,
    class_of,
    course_of,
    flags_for_new,
    is_history,
    shown_title,
)
from lapor.desk.matching import Units
from lapor.desk.owing import closed_there, waits_for_agency
from lapor.desk.staging import generated_at, learn_unit
from lapor.dispositions import events as disposition_events
from lapor.dispositions.clocks import (
    derive,
    make_deadline,
    stages_of,
)
from lapor.dispositions.models import Deadline, Disposition
from lapor.dispositions.rules import Limits, Part, Stage, State
from lapor.journal.services import record
from lapor.policy import Actor, Permission

_P = Permission.COMPLAINT_IMPORT


class _Rules:
    """Calendar, limits and agencies, read once for a slice."""

    def __init__(self, session: Session) -> None:
        self.calendar = working_calendar(session)
        self._sets = rule_sets(session)
        self.agencies = {agency.id: agency for agency in session.scalars(sa.select(Agency).order_by(Agency.id))}

    def in_force(self, day: date) -> RuleSetView:
        """The rule set in force on ``day``; before the first one it is the first one."""
        if not self._sets:
            raise LookupError("there is no rule set: run `flask lapor prepare`")
        return next((item for item in self._sets if item.effective_from <= day), self._sets[-1])

    def limits(self, complaint: Complaint) -> Limits:
        """The time limits that the complaint keeps."""
        return Limits(next(item.limits for item in self._sets if item.id == complaint.rule_set_id))

    def current(self, agency_id: int, day: date) -> int:
        """The agency that has the work on ``day``: itself, or the successor of one that has ended."""
        for _step in range(len(self.agencies)):
            agency = self.agencies[agency_id]
            if agency.successor_id is None or agency.ends_on is None or agency.ends_on >= day:
                break
            agency_id = agency.successor_id
        return agency_id

    def head_of(self, agency_id: int) -> int:
        """The agency whose head acknowledges: a unit's parent, where it is set so."""
        agency = self.agencies[agency_id]
        if agency.parent_id is not None and agency.acknowledged_by is AcknowledgedBy.PARENT:
            return agency.parent_id
        return agency_id


def create(
    session: Session,
    batch: ImportBatch,
    fresh: Sequence[Incoming],
    units: Units,
    *,
    actor: Actor | None,
    now: datetime,
) -> None:
    """Complaints that are new here, with the order to the agency that LAPOR! has named. One flush for each table."""
    rules = _Rules(session)
    numbers = _numbers(session, fresh)
    made: list[tuple[Complaint, LaporUnit | None]] = []
    for incoming in fresh:
        unit = learn_unit(incoming, units, now)
        complaint = _complaint(batch, incoming, next(numbers[_received_on(incoming).year]), rules, unit, now)
        made.append((complaint, unit))
    session.add_all([complaint for complaint, _ in made])
    session.flush()
    orders: dict[int, Disposition] = {}
    for complaint, unit in made:
        if complaint.on_hold_since is not None:
            reason = complaint.on_hold_reason or ""
            session.add(Pause(complaint_id=complaint.id, starts_on=complaint.on_hold_since, reason=reason))
        if unit is not None and unit.agency_id is not None:
            agency_id = rules.current(unit.agency_id, local_day(now))
            orders[complaint.id] = _order(complaint, unit, agency_id, rules, actor, now)
    session.add_all(orders.values())
    session.flush()
    clocks: dict[int, list[Deadline]] = {}
    for complaint, unit in made:
        clocks[complaint.id] = _clocks(complaint, orders.get(complaint.id), unit, rules, local_day(now))
        session.add_all(clocks[complaint.id])
    session.flush()
    for complaint, _ in made:
        order = orders.get(complaint.id)
        ordered = sorted(clocks[complaint.id], key=lambda clock: (clock.due_on, clock.id))
        derive(complaint, [order] if order else [], ordered)
        event = complaint_events.Imported(
            complaint.id, str(complaint.tracking_id), complaint.lapor_status, complaint.is_history
        )
        record(session, event, actor=actor, now=now, permission=_P)
        if order is not None:
            _record_order(session, order, rules.agencies[order.agency_id].abbreviation, actor, now)
    session.flush()


def _record_order(
    session: Session, order: Disposition, abbreviation: str, actor: Actor | None, now: datetime
) -> None:
    event = disposition_events.Disposed(
        order.id, order.complaint_id, order.agency_id, abbreviation, order.part.value, order.origin.value, None
    )
    record(session, event, actor=actor, now=now, permission=_P)


def _received_on(incoming: Incoming) -> date:
    if incoming.received_at is None:
        raise RuntimeError("a new row without its date was staged")
    return local_day(incoming.received_at)


def _numbers(session: Session, fresh: Iterable[Incoming]) -> Mapping[int, Iterator[str]]:
    years = Counter(_received_on(incoming).year for incoming in fresh)
    return {year: iter(next_numbers(session, year, count)) for year, count in sorted(years.items())}


def _complaint(
    batch: ImportBatch, incoming: Incoming, number: str, rules: _Rules, unit: LaporUnit | None, now: datetime
) -> Complaint:
    received_on = _received_on(incoming)
    flags = flags_for_new(incoming.flags)
    course = course_of(incoming.status)
    history = is_history(received_on, batch.owed_from, was_touched=False)
    complaint = Complaint(
        number=number,
        tracking_id=incoming.tracking_id,
        origin=Origin.IMPORT,
        title=shown_title(incoming.title, incoming.text),
        text=incoming.text or "",
        report_class=class_of(incoming.report_class),
        category=incoming.category or None,
        channel=incoming.channel or None,
        location=incoming.location or None,
        received_at=incoming.received_at,
        received_on=received_on,
        is_anonymous=flags.anonymous,
        is_confidential=flags.confidential,
        reporter_name=None if flags.anonymous else incoming.reporter or None,
        lapor_title=incoming.title,
        lapor_text=incoming.text,
        lapor_status=incoming.status,
        lapor_class=incoming.report_class,
        lapor_category=incoming.category,
        lapor_type=incoming.type,
        lapor_received=(incoming.received_raw or "")[:200],
        lapor_generated_at=generated_at(batch),
        lapor_unit_id=unit.id if unit else None,
        rating=incoming.rating,
        rule_set_id=rules.in_force(received_on).id,
        is_history=history,
        round=1,
        created_at=now,
    )
    if course is Course.ON_HOLD:
        complaint.on_hold_since = local_day(now)
        complaint.on_hold_reason = incoming.reason or incoming.status
    if course is Course.CLOSED and not history and not waits_for_agency(unit):
        complaint.closed_at = now
        complaint.close_reason = closed_there(incoming.status)
    if course is Course.ARCHIVED:
        complaint.archive_reason = incoming.reason or incoming.status
    return complaint


def _order(
    complaint: Complaint, unit: LaporUnit, agency_id: int, rules: _Rules, actor: Actor | None, now: datetime
) -> Disposition:
    return Disposition(
        complaint_id=complaint.id,
        agency_id=agency_id,
        head_agency_id=rules.head_of(agency_id),
        part=Part.LEAD,
        round=complaint.round,
        origin=Origin.IMPORT,
        state=State.WAITING,
        unit_name=unit.unit_below,
        disposed_at=now,
        disposed_on=local_day(now),
        disposed_by=actor.person_id if actor else None,
    )


def _clocks(
    complaint: Complaint, order: Disposition | None, unit: LaporUnit | None, rules: _Rules, today: date
) -> list[Deadline]:
    if complaint.is_history or complaint.archived_in_lapor or complaint.closed_at is not None:
        return []
    limits = rules.limits(complaint)
    if order is not None:
        return [
            make_deadline(complaint, stage, today, order, limits, rules.calendar) for stage in stages_of(complaint)
        ]
    if unit is not None and unit.decision is UnitDecision.PENDING:
        return []
    return [make_deadline(complaint, Stage.VERIFICATION, today, None, limits, rules.calendar)]
