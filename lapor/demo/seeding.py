"""Puts the demo into an empty database: `flask lapor demo`."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from functools import partial

import sqlalchemy as sa
from flask import current_app
from sqlalchemy.orm import Session

from lapor.accounts.models import Account
from lapor.accounts.queries import count_accounts
from lapor.calendar.queries import working_calendar
from lapor.calendar.services import ensure_basics
from lapor.complaints.models import Complaint
from lapor.core.clock import at_local, local_day
from lapor.core.db import transaction
from lapor.core.errors import Conflict
from lapor.demo.acting import Play
from lapor.demo.founding import FOUNDED, found, term_steps
from lapor.demo.past import ENTERED, close_late, enter_past, late_closings
from lapor.demo.secretarial import paper_steps
from lapor.demo.stage import Company, Days, Step
from lapor.demo.story import LIVING, OF_2022
from lapor.notifications.models import Notification
from lapor.reminders.services import ensure_rules

_FIRST_ACT = at_local(date(2022, 6, 1), 0)
"""Heads state that they know from here on: the clock's check wants what was before in the journal already."""


def prepare_demo(now: datetime) -> bool:
    """Put in the whole demo as of ``now``; returns whether anything was put in. A second call changes nothing.

    Two transactions: a head's statement is refused while the clock runs behind the journal's last entry, so the
    years before must be in it. Raises Conflict when the database holds other people's accounts already.
    """
    made = False
    with transaction() as session:
        ensure_basics(session, FOUNDED)
        ensure_rules(session, now=FOUNDED)
        if _needs_founding(session):
            found(session, local_day(now).year)
            _play(step for step in _steps(session, now) if step.at < _FIRST_ACT)
            made = True
    with transaction() as session:
        if session.scalar(sa.select(Complaint.id).where(Complaint.tracking_id == OF_2022[0].tracking_id)) is None:
            _play(step for step in _steps(session, now) if step.at >= _FIRST_ACT)
            _read_the_old_notices(session, now)
            made = True
    return made


def _read_the_old_notices(session: Session, now: datetime) -> None:
    """The people of the demo look at their bell: what is older than two days they have read."""
    session.execute(
        sa.update(Notification)
        .where(Notification.visible_from < now - timedelta(days=2), Notification.read_at.is_(None))
        .values(read_at=Notification.visible_from)
    )


def _needs_founding(session: Session) -> bool:
    if session.scalar(sa.select(Account.id).where(Account.is_demo.is_(True)).limit(1)) is not None:
        return False
    if count_accounts(session):
        raise Conflict("Data contoh hanya dipasang pada basis data yang kosong.")
    return True


def _steps(session: Session, now: datetime) -> list[Step]:
    days = Days.beginning(working_calendar(session), now)
    company = Company(session)
    play = Play(
        session,
        company,
        days,
        store=current_app.extensions["lapor_store"],
        base_url=current_app.config["LAPOR_BASE_URL"],
    )
    return [
        *term_steps(session, company, days),
        Step(ENTERED, partial(enter_past, session, company)),
        *(Step(at, partial(close_late, session, company)) for at in late_closings(days.calendar)),
        *paper_steps(session, company),
        *play.steps(OF_2022),
        *play.steps(LIVING),
    ]


def _play(steps: Iterable[Step]) -> None:
    for step in sorted(steps, key=lambda step: step.at):
        step.run(step.at)
