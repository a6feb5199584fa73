"""One page for the leadership at its interval: agencies by state, no names of staff (office.md 1.13)."""

from dataclasses import asdict
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from lapor.calendar.queries import setting_value
from lapor.core.clock import local_day
from lapor.core.wording import date_range
from lapor.journal.services import record
from lapor.notifications.models import Kind
from lapor.notifications.services import notify
from lapor.offices.queries import people_with_roles
from lapor.policy import Role
from lapor.reminders import events
from lapor.reminders.entering import enter_once
from lapor.reminders.models import Brief
from lapor.reminders.queries import agency_states
from lapor.reminders.rules import BRIEF_INTERVAL, Interval, brief_period


def interval_on(session: Session, now: datetime) -> Interval:
    """How often the leadership gets its page; weekly until the coordinator chooses."""
    return Interval(setting_value(session, BRIEF_INTERVAL, local_day(now), Interval.WEEKLY.value))


def make_due_brief(session: Session, *, now: datetime) -> int:
    """Make the page about the last whole week or month, once, and tell the leadership; returns how many were made."""
    today = local_day(now)
    period = brief_period(interval_on(session, now), today)
    if period is None:
        return 0
    name, first, last = period
    if session.scalar(sa.select(Brief.id).where(Brief.period == name)) is not None:
        return 0
    states = agency_states(session, today, first, last)
    content: dict[str, Any] = {
        "as_of": today.isoformat(),
        "late": [asdict(row) for row in states if row.late],
        "running": [asdict(row) for row in states if not row.late and (row.open or row.waiting)],
        "done": [asdict(row) for row in states if not (row.late or row.open or row.waiting)],
        "total": {key: sum(getattr(row, key) for row in states) for key in ("open", "waiting", "late", "finished")},
    }
    made = enter_once(
        session,
        Brief,
        [{"period": name, "first_day": first, "last_day": last, "made_at": now, "content_json": content}],
        unique=("period",),
        returning="period",
    )
    if not made:
        return 0
    key = made[0][0]
    record(session, events.BriefMade(key, name), actor=None, now=now)
    sentence = _("Ringkasan penanganan aduan %(period)s siap dibaca.", period=date_range(first, last))
    leaders = people_with_roles(session, [Role.LEADERSHIP], today)
    url = f"/ringkasan-pimpinan/{key}"
    notify(session, leaders, kind=Kind.REMINDER, sentence=sentence, url=url, now=now, key=f"brief:{key}", duty=False)
    return 1
