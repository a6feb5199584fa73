"""Changing days off in two steps: a plan that shows what would follow, then the change itself with its reason."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from lapor.calendar.models import CalendarChange, DayOff
from lapor.calendar.queries import calendar_version, working_calendar
from lapor.calendar.rules import (
    ChangeState,
    DayOffKind,
    Fault,
    ListedDay,
    PlannedDays,
    changed_days,
    planned_days,
    read_days_off,
)
from lapor.calendar.services import lock_calendar, note_change
from lapor.core.errors import Conflict, Invalid
from lapor.core.working_days import Calendar
from lapor.policy import Actor

LEAST_REASON = 5


def listed(row: DayOff) -> ListedDay:
    """A day off as a plain value."""
    return ListedDay(row.day, row.kind, row.name, row.is_estimated)


def plan_day_off(
    session: Session,
    wanted: ListedDay,
    *,
    instead_of: DayOff | None = None,
    actor: Actor | None,
    now: datetime,
) -> CalendarChange:
    """Plan a new day off, or the correction of ``instead_of``: another date, kind or name.

    Raises Invalid without a name, for a day that is off already, and where nothing would change.
    """
    wanted = ListedDay(wanted.day, wanted.kind, wanted.name.strip(), wanted.is_estimated)
    if not wanted.name:
        raise Invalid(_("Nama hari libur wajib diisi."), field="name")
    held = session.scalar(sa.select(DayOff).where(DayOff.day == wanted.day))
    if held is not None and (instead_of is None or held.id != instead_of.id):
        raise Invalid(_("Tanggal ini sudah tercatat sebagai hari libur: %(name)s.", name=held.name), field="day")
    if instead_of is not None and listed(instead_of) == wanted:
        raise Invalid(_("Belum ada yang diubah."), field="day")
    moves_away = instead_of is not None and instead_of.day != wanted.day
    drop = (listed(instead_of),) if instead_of is not None and moves_away else ()
    return _plan(session, PlannedDays((wanted,), drop), actor=actor, now=now)


def plan_removal(session: Session, day_off: DayOff, *, actor: Actor | None, now: datetime) -> CalendarChange:
    """Plan that a day off becomes an ordinary day."""
    return _plan(session, PlannedDays(drop=(listed(day_off),)), actor=actor, now=now)


@dataclass(frozen=True)
class ListPlan:
    """What a list of days off would change; ``change`` None: nothing, or the list has faults."""

    change: CalendarChange | None = None
    faults: tuple[Fault, ...] = ()


def plan_list(
    session: Session, data: bytes, *, replace_years: bool = False, actor: Actor | None, now: datetime
) -> ListPlan:
    """Plan what a csv list (tanggal,jenis,nama) changes; a list with a fault plans nothing.

    ``replace_years``: national and collective days that the list lacks go in the years that it names, as a changed
    decree wants it; provincial days stay. Raises Invalid for a list without a day.
    """
    found, faults = read_days_off(data)
    if faults:
        return ListPlan(faults=tuple(faults))
    if not found:
        raise Invalid(_("Berkas tidak memuat satu pun hari libur."), field="file")
    held = {row.day: listed(row) for row in session.scalars(sa.select(DayOff).order_by(DayOff.day))}
    put = tuple(item for item in found if held.get(item.day) != item)
    years, kept = {item.day.year for item in found}, {item.day for item in found}
    drop = tuple(
        item
        for day, item in held.items()
        if replace_years and day.year in years and day not in kept and item.kind is not DayOffKind.PROVINCIAL
    )
    if not put and not drop:
        return ListPlan()
    return ListPlan(_plan(session, PlannedDays(put, drop), actor=actor, now=now))


def _plan(session: Session, planned: PlannedDays, *, actor: Actor | None, now: datetime) -> CalendarChange:
    """Keep the plan; what the same person planned before and did not confirm is dropped."""
    person_id = actor.person_id if actor else None
    session.execute(
        sa.delete(CalendarChange).where(
            CalendarChange.state == ChangeState.PLANNED, CalendarChange.made_by.is_not_distinct_from(person_id)
        )
    )
    made = CalendarChange(
        state=ChangeState.PLANNED,
        days=planned.as_json(),
        base_version=calendar_version(session),
        made_at=now,
        made_by=person_id,
        made_by_name=actor.name if actor else None,
    )
    session.add(made)
    session.flush()
    return made


def planned_calendar(session: Session, change: CalendarChange) -> Calendar:
    """The calendar as it would be with the change."""
    present = working_calendar(session)
    return Calendar(planned_days(change.days).after(present.days_off), version=present.version + 1)


def turned_days(session: Session, change: CalendarChange) -> tuple[tuple[date, ...], tuple[date, ...]]:
    """(added, removed) of a plan: days that become days off, and those that become ordinary, in order."""
    present = working_calendar(session)
    return changed_days(present.days_off, planned_days(change.days).after(present.days_off))


def confirm(session: Session, change: CalendarChange, *, reason: str, actor: Actor | None, now: datetime) -> None:
    """Make the planned change. Who keeps deadlines counts them anew after it.

    Raises Conflict for a change that was made already or was planned for an older calendar; Invalid without a reason.
    """
    if change.state is not ChangeState.PLANNED:
        raise Conflict(_("Perubahan ini sudah disimpan."))
    if len(reason.strip()) < LEAST_REASON:
        raise Invalid(_("Tulis dasar perubahan, misalnya nomor keputusan bersama."), field="reason")
    lock_calendar(session)
    if change.base_version != calendar_version(session):
        raise Conflict(_("Kalender sudah berubah sejak perubahan ini diperiksa. Susun kembali perubahannya."))
    if session.scalar(sa.select(CalendarChange.id).where(CalendarChange.state == ChangeState.CONFIRMED).limit(1)):
        raise Conflict(_("Batas waktu masih dihitung ulang untuk perubahan sebelumnya. Coba lagi sebentar."))
    planned = planned_days(change.days)
    added, removed = turned_days(session, change)
    _write(session, planned)
    turned = sorted({*added, *removed})
    change.state = ChangeState.CONFIRMED
    change.reason = reason.strip()
    change.confirmed_at = now
    change.first_on, change.last_on = (turned[0], turned[-1]) if turned else (None, None)
    renamed = tuple(item.day for item in planned.put if item.day not in added)
    change.version = note_change(
        session,
        added=added,
        removed=removed,
        renamed=renamed,
        reason=change.reason,
        change_id=change.id,
        actor=actor,
        now=now,
    )
    session.flush()


def _write(session: Session, planned: PlannedDays) -> None:
    days = [item.day for item in (*planned.put, *planned.drop)]
    held = {row.day: row for row in _held(session, days)}
    for item in planned.drop:
        if item.day in held:
            session.delete(held[item.day])
    for item in planned.put:
        if item.day in held:
            row = held[item.day]
            row.kind, row.name, row.is_estimated = item.kind, item.name, item.is_estimated
        else:
            session.add(DayOff(day=item.day, kind=item.kind, name=item.name, is_estimated=item.is_estimated))
    session.flush()


def _held(session: Session, days: Sequence[date]) -> Sequence[DayOff]:
    """The rows of these days; between the first and the last, because a list may name thousands."""
    if not days:
        return []
    wanted = set(days)
    rows = session.scalars(
        sa.select(DayOff).where(DayOff.day >= min(days), DayOff.day <= max(days)).order_by(DayOff.day)
    )
    return [row for row in rows if row.day in wanted]


def discard(session: Session, change: CalendarChange) -> None:
    """Throw a plan away. Raises Conflict for a change that was made already."""
    if change.state is not ChangeState.PLANNED:
        raise Conflict(_("Perubahan ini sudah disimpan."))
    session.delete(change)
    session.flush()
