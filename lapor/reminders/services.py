"""Changing the table of reminders, the working hours and the leadership's interval."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lapor.calendar.rules import WORKING_HOURS
from lapor.calendar.services import ALWAYS, set_setting
from lapor.core.clock import local_day
from lapor.core.errors import Conflict, Invalid
from lapor.core.working_hours import WorkingHours, as_json, fault
from lapor.dispositions.rules import Stage
from lapor.journal.services import record
from lapor.policy import Actor, Permission
from lapor.reminders import events
from lapor.reminders.models import ReminderRule
from lapor.reminders.rules import BRIEF_INTERVAL, GIVEN_RULES, MAX_RULES, Interval, Receiver, rule_fault


def ensure_rules(session: Session, *, now: datetime) -> bool:
    """Put in the given table where there never was one; what the coordinator takes out later stays away."""
    if session.scalar(sa.select(sa.func.count()).select_from(ReminderRule)):
        return False
    session.add_all(
        ReminderRule(stage=given.stage, offset_days=given.offset_days, receiver=given.receiver, made_at=now)
        for given in GIVEN_RULES
    )
    session.flush()
    return True


def add_rule(
    session: Session, *, stage: Stage, offset_days: int, receiver: Receiver, actor: Actor, now: datetime
) -> ReminderRule:
    """Add a row to the table. Raises Invalid when it cannot be, or stands there already."""
    sentence = rule_fault(stage, offset_days, receiver)
    if sentence:
        raise Invalid(sentence, field="offset_days")
    running = session.scalars(sa.select(ReminderRule).where(ReminderRule.ended_at.is_(None))).all()
    if any((row.stage, row.offset_days, row.receiver) == (stage, offset_days, receiver) for row in running):
        raise Invalid("Baris ini sudah ada.", field="offset_days")
    if len(running) >= MAX_RULES:
        raise Invalid(f"Paling banyak {MAX_RULES} baris.", field="offset_days")
    row = ReminderRule(stage=stage, offset_days=offset_days, receiver=receiver, made_at=now)
    session.add(row)
    session.flush()
    record(
        session,
        events.RuleAdded(row.id, stage.value, offset_days, receiver.value),
        actor=actor,
        now=now,
        permission=Permission.REMINDER_EDIT,
    )
    return row


def end_rule(session: Session, rule: ReminderRule, *, actor: Actor, now: datetime) -> None:
    """Take a row out of the table; what it sent stays in the ledger. Raises Conflict when it is out already."""
    if rule.ended_at is not None:
        raise Conflict("Baris ini sudah dihapus.")
    rule.ended_at = now
    session.flush()
    record(
        session,
        events.RuleEnded(rule.id, rule.stage.value, rule.offset_days, rule.receiver.value),
        actor=actor,
        now=now,
        permission=Permission.REMINDER_EDIT,
    )


def set_working_hours(session: Session, table: WorkingHours, *, actor: Actor, now: datetime) -> None:
    """Replace the dated table of hours; the journal keeps what it was. Raises Invalid for a table that cannot be."""
    sentence = fault(table)
    if sentence:
        raise Invalid(sentence)
    set_setting(session, WORKING_HOURS, as_json(table), ALWAYS, actor, now)


def set_brief_interval(session: Session, interval: Interval, *, actor: Actor, now: datetime) -> None:
    """Choose from today on how often the leadership gets its page."""
    set_setting(session, BRIEF_INTERVAL, interval.value, local_day(now), actor, now)
