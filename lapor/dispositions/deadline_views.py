"""How each time limit of an order came about: one page that explains itself, on the screen and on paper."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from flask import render_template
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from lapor.agencies.models import Agency
from lapor.calendar.models import RuleSet
from lapor.calendar.queries import days_off_between, working_calendar
from lapor.calendar.rules import EVERYWHERE
from lapor.complaints.labels import REPORT_CLASS
from lapor.complaints.models import Complaint, Pause
from lapor.complaints.rules import ReportClass, masked
from lapor.core import clock
from lapor.core.clock import local_day
from lapor.core.db import db
from lapor.core.wording import long_date, long_instant, number, weekday_date
from lapor.core.working_days import Calendar
from lapor.dispositions.explaining import CalendarChange, Halt, Limit, Way, goes_on_until, way_of
from lapor.dispositions.labels import STAGE, DueView, due_view
from lapor.dispositions.models import Deadline
from lapor.dispositions.moved_queries import earlier_days
from lapor.dispositions.queries import list_deadlines
from lapor.dispositions.rules import Stage, time_left
from lapor.dispositions.views import bp, load, note_reading
from lapor.journal.queries import Fact, list_complaint_facts, list_subject_facts
from lapor.policy import Permission
from lapor.web.guards import requires

__all__ = ["bp"]

_MOVES = frozenset(
    {
        "complaint.class_corrected",
        "complaint.deadlines_recounted",
        "complaint.held",
        "complaint.resumed",
        "complaint.reopened",
    }
)

MOST_DAYS = 5
"""A new list of days off turns dozens at once; so many of them are named."""


@dataclass(frozen=True)
class Move:
    """Why and when a date was moved: a fact of the journal in words."""

    at: str
    title: str
    body: str
    by: str


@dataclass(frozen=True)
class StageView:
    """One time limit in finished words, with its way from day to day."""

    stage: str
    due: DueView | None
    due_words: str
    started_words: str
    sum_words: str
    skipped_words: str
    day_names: tuple[str, ...]
    way: Way
    is_open: bool
    is_void: bool
    met_words: str | None
    goes_on_words: str | None


@bp.get("/disposisi/<int:disposition_id>/tenggat")
@requires(Permission.COMPLAINT_VIEW)
def explain_deadlines(disposition_id: int) -> str:
    """Every time limit of an order: start, days that were skipped and why, pauses, rule, source, what moved it."""
    actor, disposition, complaint, may_read = load(disposition_id)
    session: Session = db.session()
    deadlines = list_deadlines(session, disposition)
    calendar = working_calendar(session)
    pauses = list(session.scalars(sa.select(Pause).where(Pause.complaint_id == complaint.id).order_by(Pause.id)))
    calendar_facts = [
        fact for fact in list_subject_facts(session, "calendar", EVERYWHERE) if fact.kind == "calendar.changed"
    ]
    explained = _Explained(session, complaint, calendar, deadlines, pauses, calendar_facts, actor.day)
    page = render_template(
        "dispositions/deadlines.html",
        order_words=_(
            "Kepada %(agency)s, %(day)s.",
            agency=session.get_one(Agency, disposition.agency_id).name,
            day=long_date(disposition.disposed_on),
        ),
        complaint=complaint,
        may_read=may_read,
        stages=explained.stages,
        pauses=[_pause_words(pause, calendar, actor.day, may_read=may_read) for pause in pauses],
        moves=_moves(session, complaint, deadlines, calendar_facts, may_read=may_read),
        report_class=REPORT_CLASS[complaint.report_class] if may_read else None,
        rule_set=session.get(RuleSet, complaint.rule_set_id),
        calendar_version=calendar.version,
        today=actor.day,
        printed_at=clock.now(),
    )
    if may_read:
        note_reading(complaint, "deadlines", actor)
    return page


class _Explained:
    """The time limits of one order with their ways; those that run first, the next one at the top."""

    def __init__(
        self,
        session: Session,
        complaint: Complaint,
        calendar: Calendar,
        deadlines: list[Deadline],
        pauses: list[Pause],
        calendar_facts: list[Fact],
        today: date,
    ) -> None:
        self.complaint = complaint
        self.calendar = calendar
        self.today = today
        self.halts = [Halt(pause.starts_on, pause.ends_on) for pause in pauses]
        self.changes = [change for fact in calendar_facts if (change := _change(fact)) is not None]
        first = min((item.started_on for item in deadlines), default=today)
        last = max((item.due_on for item in deadlines), default=today)
        self.names = {row.day: row.name for row in days_off_between(session, first, max(last, today))}
        ordered = sorted(deadlines, key=lambda item: (not item.is_open, item.is_void, item.due_on, item.id))
        self.stages = [self._view(item) for item in ordered]

    def _view(self, row: Deadline) -> StageView:
        limit = Limit(row.started_on, row.working_days, row.paused_days, row.due_on, row.calendar_version, row.met_on)
        stands = next((halt for halt in self.halts if halt.ends_on is None), None) if row.is_open else None
        # a pause moves what runs when it ends, so what was met before keeps its date
        over = [halt for halt in self.halts if halt.ends_on and (row.met_on is None or halt.ends_on <= row.met_on)]
        halts = self.halts if row.is_open else over
        way = way_of(limit, self.calendar, self.changes, self.names, halts, self.today)
        left = time_left(
            self.calendar, row.due_on, self.today, met_on=row.met_on, is_paused=stands is not None and row.is_open
        )
        goes_on = goes_on_until(limit, self.calendar, stands, self.today) if stands else None
        return StageView(
            stage=str(STAGE[row.stage]),
            due=None if row.is_void else due_view(left),
            due_words=weekday_date(row.due_on),
            started_words=self._started(row),
            sum_words=_sum_words(row),
            skipped_words=_skipped_words(way),
            day_names=tuple(
                f"{long_date(mark.day)}: {mark.name or _('libur menurut kalender waktu itu')}"
                for mark in way.days_off
            ),
            way=way,
            is_open=row.is_open,
            is_void=row.is_void,
            met_words=weekday_date(row.met_on) if row.met_on else None,
            goes_on_words=weekday_date(goes_on) if goes_on else None,
        )

    def _started(self, row: Deadline) -> str:
        day = weekday_date(row.started_on)
        match row.stage:
            case Stage.VERIFICATION:
                return str(_("%(day)s, hari aduan masuk", day=day))
            case Stage.REPORTER_REPLY:
                return str(_("%(day)s, hari jawaban akhir", day=day))
            case _stage:
                return str(_("%(day)s, hari aduan sampai di OPD", day=day))


def _sum_words(row: Deadline) -> str:
    days = number(row.working_days)
    if row.paused_days:
        return str(_("%(days)s hari kerja, ditambah %(paused)s hari kerja jeda", days=days, paused=row.paused_days))
    return str(_("%(days)s hari kerja", days=days))


def _skipped_words(way: Way) -> str:
    parts = []
    if way.weekends:
        parts.append(_("%(count)s hari Sabtu dan Minggu", count=number(way.weekends)))
    if way.days_off:
        parts.append(_("%(count)s hari libur", count=number(len(way.days_off))))
    if way.paused:
        parts.append(_("%(count)s hari jeda", count=number(way.paused)))
    return ", ".join(parts)


def _change(fact: Fact) -> CalendarChange | None:
    """What a version of the calendar brought; None where its values were erased."""
    values = fact.values
    if "version" not in values:
        return None
    return CalendarChange(
        int(values["version"]),
        frozenset(date.fromisoformat(day) for day in values.get("added", ())),
        frozenset(date.fromisoformat(day) for day in values.get("removed", ())),
    )


def _pause_words(pause: Pause, calendar: Calendar, today: date, *, may_read: bool) -> dict[str, Any]:
    end = pause.ends_on or today
    days = calendar.between(pause.starts_on, end) + calendar.is_working(pause.starts_on) - calendar.is_working(end)
    if end <= pause.starts_on:
        days = 0
    return {
        "starts": long_date(pause.starts_on),
        "ends": long_date(pause.ends_on) if pause.ends_on else None,
        "days": number(days),
        "expected": long_date(pause.expected_on) if pause.expected_on and not pause.ends_on else None,
        "reason": masked(pause.reason) if may_read else None,
    }


def _moves(
    session: Session, complaint: Complaint, deadlines: list[Deadline], calendar_facts: list[Fact], *, may_read: bool
) -> list[Move]:
    """The facts that moved a date of this order, the newest first. Reasons only for who may read the complaint."""
    found = [
        (fact.seq, _move(fact, may_read=may_read))
        for fact in list_complaint_facts(session, complaint.id)
        if fact.kind in _MOVES
    ]
    moved = _moved(session, deadlines)
    for fact in calendar_facts:
        change, change_id = _change(fact), fact.values.get("change_id")
        if change is None:
            continue
        if not isinstance(change_id, int):
            days = _touching(change, local_day(fact.at), deadlines)
        else:
            days = sorted(change.added | change.removed) if change_id in moved else []
        if days:
            reason = str(fact.values.get("reason") or "")
            lines = moved.get(change_id, []) if isinstance(change_id, int) else []
            found.append((fact.seq, _calendar_move(fact, change, days, lines, reason)))
    return [move for _seq, move in sorted(found, key=lambda pair: pair[0], reverse=True)]


def _moved(session: Session, deadlines: list[Deadline]) -> dict[int, list[str]]:
    """By the key of a change of the calendar: which of these time limits it moved, from which day to which."""
    stages = {row.id: STAGE[row.stage] for row in deadlines}
    found: dict[int, list[str]] = {}
    for row in earlier_days(session, sorted(stages)):
        words = _(
            "%(stage)s: dari %(was)s ke %(now)s",
            stage=stages[row.deadline_id],
            was=long_date(row.was_due_on),
            now=long_date(row.due_on),
        )
        found.setdefault(row.change_id, []).append(str(words))
    return found


def _touching(change: CalendarChange, changed_on: date, deadlines: list[Deadline]) -> list[date]:
    """The changed days that lie on the way of a time limit which was running on the day of the change.

    For changes that were made before each moved date was written down.
    """
    return sorted(
        day
        for day in change.added | change.removed
        if any(
            row.started_on < day <= row.due_on
            and row.started_on <= changed_on
            and (row.met_on is None or changed_on <= row.met_on)
            for row in deadlines
        )
    )


def _calendar_move(fact: Fact, change: CalendarChange, days: list[date], moved: list[str], reason: str) -> Move:
    turned = [
        _("%(day)s menjadi hari libur", day=long_date(day))
        if day in change.added
        else _("%(day)s menjadi hari kerja", day=long_date(day))
        for day in days[:MOST_DAYS]
    ]
    if len(days) > MOST_DAYS:
        turned.append(_("dan %(count)s hari lain", count=number(len(days) - MOST_DAYS)))
    lines = [f"{'; '.join(turned)}.", *(f"{line}." for line in moved)]
    if reason:
        lines.append(_("Alasan: %(reason)s", reason=reason))
    return Move(
        at=long_instant(fact.at),
        title=str(_("Kalender kerja berubah (versi %(version)s)", version=change.version)),
        body="\n".join(lines),
        by=fact.actor_name,
    )


def _move(fact: Fact, *, may_read: bool) -> Move:
    values = fact.values
    reason = masked(str(values.get("reason", ""))) if may_read else ""
    titles = {
        "complaint.class_corrected": _("Klasifikasi diperbaiki"),
        "complaint.deadlines_recounted": _("Batas penyelesaian dihitung ulang"),
        "complaint.held": _("Waktu dihentikan sementara, menunggu pelapor"),
        "complaint.resumed": _(
            "Waktu berjalan lagi, batas mundur %(days)s hari kerja", days=values.get("working_days_paused", 0)
        ),
        "complaint.reopened": _("Aduan dibuka kembali, putaran baru dimulai"),
    }
    body = reason
    if fact.kind == "complaint.class_corrected" and may_read and "new" in values:
        old, new = values.get("old"), values["new"]
        body = _(
            "Dari %(old)s menjadi %(new)s. %(reason)s",
            old=REPORT_CLASS[ReportClass(old) if old else None],
            new=REPORT_CLASS[ReportClass(new)],
            reason=reason,
        )
    if fact.kind == "complaint.deadlines_recounted":
        body = " ".join((*_recounted(values), reason))
    return Move(at=long_instant(fact.at), title=str(titles[fact.kind]), body=body.strip(), by=fact.actor_name)


def _recounted(values: dict[str, Any]) -> list[str]:
    """From which day to which, one sentence for each pair; several orders that moved alike are told once."""
    names = ("former_due_on", "due_on", "former_working_days", "working_days")
    pairs = zip(*(values.get(name, ()) for name in names), strict=False)
    sentences = [
        _(
            "Dari %(was)s (%(former)s hari kerja) ke %(now)s (%(days)s hari kerja).",
            was=long_date(date.fromisoformat(was)),
            former=former,
            now=long_date(date.fromisoformat(now)),
            days=days,
        )
        for was, now, former, days in pairs
    ]
    return list(dict.fromkeys(sentences))
