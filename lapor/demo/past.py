"""Enters the complaints of 2019 to 2021 as records of the past: true dates, nobody owes anything."""

from collections import Counter
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lapor.calendar.queries import rule_set_in_force, working_calendar
from lapor.complaints import events
from lapor.complaints.models import Complaint
from lapor.complaints.rules import Origin, ReportedParty
from lapor.complaints.services import next_numbers
from lapor.core.clock import at_local, local_day
from lapor.core.working_days import Calendar
from lapor.demo.history import PastComplaint, past_complaints
from lapor.demo.stage import Company
from lapor.dispositions.clocks import derive, refresh
from lapor.dispositions.models import Disposition
from lapor.dispositions.rules import Part, State
from lapor.journal.services import record
from lapor.policy import Permission

ENTERED = at_local(date(2021, 12, 16), 7, 45)
"""The day on which the coordinator wrote the past down, before the evaluation of 2021 was counted."""

CLOSED_THERE = "Ditutup oleh Sistem"


def enter_past(session: Session, company: Company, now: datetime) -> None:
    """The 98 complaints with their dispositions, many at once."""
    actor = company.actor("koordinator", now)
    past = past_complaints(working_calendar(session))
    years = Counter(item.received_on.year for item in past)
    numbers = {year: iter(next_numbers(session, year, count)) for year, count in sorted(years.items())}
    rule_sets = {year: rule_set_in_force(session, date(year, 1, 1)) for year in years}
    made = [
        (_complaint(item, next(numbers[item.received_on.year]), rule_sets[item.received_on.year], now), item)
        for item in past
    ]
    session.add_all([complaint for complaint, _ in made])
    session.flush()
    orders = [_order(complaint, item, company, actor.person_id) for complaint, item in made]
    session.add_all(orders)
    session.flush()
    for (complaint, item), order in zip(made, orders, strict=True):
        derive(complaint, [order], [])
        record(
            session,
            events.Registered(complaint.id, complaint.number, item.channel),
            actor=actor,
            now=now,
            permission=Permission.COMPLAINT_REGISTER,
        )
    session.flush()


def late_closings(calendar: Calendar) -> list[datetime]:
    """When the complaints were closed that were still open as the past was written down."""
    days = {item.closed_on for item in past_complaints(calendar)}
    return [at_local(day, 15, 50) for day in sorted(days) if day > local_day(ENTERED)]


def close_late(session: Session, company: Company, now: datetime) -> None:
    """LAPOR! closed those that were due on this day."""
    actor = company.actor("koordinator", now)
    due = [i.tracking_id for i in past_complaints(working_calendar(session)) if i.closed_on == local_day(now)]
    for complaint in session.scalars(
        sa.select(Complaint).where(Complaint.tracking_id.in_(due)).order_by(Complaint.id)
    ):
        complaint.lapor_status = CLOSED_THERE
        complaint.closed_at = now
        complaint.close_reason = f"{CLOSED_THERE} di LAPOR!."
        refresh(session, complaint)
        event = events.Closed(complaint.id, complaint.close_reason, None)
        record(session, event, actor=actor, now=now, permission=Permission.COMPLAINT_PROCESS)


def _complaint(item: PastComplaint, number: str, rule_set_id: int, now: datetime) -> Complaint:
    is_closed = item.closed_on < local_day(now)
    return Complaint(
        number=number,
        tracking_id=item.tracking_id,
        origin=Origin.MANUAL,
        title=item.title,
        text=item.text,
        report_class=item.report_class,
        channel=item.channel,
        location=item.place,
        received_at=at_local(item.received_on, 9),
        received_on=item.received_on,
        is_anonymous=item.is_anonymous,
        is_confidential=item.is_confidential,
        lapor_status=CLOSED_THERE if is_closed else "Terverifikasi",
        reported_party=ReportedParty.NONE,
        verified_at=at_local(item.disposed_on, 8, 30),
        closed_at=at_local(item.closed_on, 16) if is_closed else None,
        close_reason=f"{CLOSED_THERE} di LAPOR!." if is_closed else None,
        rule_set_id=rule_set_id,
        is_history=True,
        round=1,
        created_at=now,
    )


def _order(complaint: Complaint, item: PastComplaint, company: Company, entered_by: int) -> Disposition:
    state = State.FINISHED if item.finished_on else State.IN_PROGRESS if item.first_response_on else State.WAITING
    return Disposition(
        complaint_id=complaint.id,
        agency_id=company.agencies[item.agency],
        head_agency_id=company.agencies[item.agency],
        part=Part.LEAD,
        round=1,
        origin=Origin.MANUAL,
        state=state,
        unit_name=item.unit,
        disposed_at=at_local(item.disposed_on, 9),
        disposed_on=item.disposed_on,
        disposed_by=entered_by,
        first_response_on=item.first_response_on,
        finished_on=item.finished_on,
    )
