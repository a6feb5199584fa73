"""A row of the list in finished words: what the page, its cards and the exported file show."""

from datetime import date
from functools import cache, lru_cache
from typing import NamedTuple

from flask_babel import gettext as _

from lapor.complaints.labels import CONFIDENTIAL as CONFIDENTIAL_WORD
from lapor.complaints.labels import (
    REPORT_CLASS,
    STATUS,
    STATUS_TONE,
    WITHHELD_DETAIL,
    WITHHELD_TITLE,
)
from lapor.complaints.rules import ReportedParty, Status, masked
from lapor.core.clock import local_day
from lapor.core.wording import clock_digits, long_date, number
from lapor.core.working_days import Calendar
from lapor.desk.labels import NEXT_STEP
from lapor.desk.queries import ListRow, Times
from lapor.desk.rules import NextStep, Row, next_step
from lapor.dispositions.labels import STAGE, STATE, STATE_TONE, DueView, due_view
from lapor.dispositions.rules import Stage, State, TimeLeft, time_left
from lapor.policy import Role

_OVER = frozenset({Status.CLOSED, Status.ARCHIVED, Status.FORWARDED})


class RowView(NamedTuple):
    """One row: ``title`` masked, or the words that stand for a title that is closed to the reader."""

    id: int
    disposition_id: int | None
    title: str
    is_withheld: bool
    detail: str
    class_label: str
    agency: str | None
    awaits_agency: bool
    chip: str
    tone: str
    known: str | None
    times: str | None
    due: DueView | None
    stage: str | None
    step: NextStep
    step_label: str
    step_name: str
    row: ListRow


class Wording:
    """The words of a list, translated once for all its rows; a process has one language."""

    def __init__(self) -> None:
        self.status = {key: str(words) for key, words in STATUS.items()}
        self.state = {key: str(words) for key, words in STATE.items()}
        self.report_class = {key: str(words) for key, words in REPORT_CLASS.items()}
        self.stage = {key: str(words) for key, words in STAGE.items()}
        self.step = {key: str(words) for key, words in NEXT_STEP.items()}
        self.withheld_title = str(WITHHELD_TITLE)
        self.withheld_detail = str(WITHHELD_DETAIL)
        self.confidential = str(CONFIDENTIAL_WORD)
        self.facts = [str(words) for words in (_("Sampai"), _("Dibuka"), _("Diketahui"), _("Dijawab"))]

    def of_times(self, times: Times) -> str:
        """The four facts in one line, as far as they have come: ``Sampai 2 Maret 2026 09.00 · Dibuka ...``."""
        moments = (times.delivered_at, times.opened_at, times.known_at, times.answered_at)
        return " · ".join(
            f"{fact} {long_date(local_day(moment))} {clock_digits(moment)}"
            for fact, moment in zip(self.facts, moments, strict=True)
            if moment is not None
        )


@cache
def list_words() -> Wording:
    """The words, made at the first list."""
    return Wording()


def row_view(row: ListRow, roles: frozenset[Role], calendar: Calendar, today: date, words: Wording) -> RowView:
    """``row`` as a person with ``roles`` sees it on ``today``."""
    due = _due(row, calendar, today)
    chip, tone = _chip(row, words)
    if due is not None and due.tone == "late" and tone == "soon":
        tone = "late"
    about_office = row.reported_party is ReportedParty.COORDINATOR_OFFICE
    step = next_step(roles, Row(row.status, row.state, row.is_owed, row.is_history, about_office))
    title = words.withheld_title if row.title is None else masked(row.title)
    label = words.step[step]
    return RowView(
        id=row.id,
        disposition_id=row.disposition_id,
        title=title,
        is_withheld=row.is_withheld,
        detail=_detail(row, words),
        class_label=words.report_class[row.report_class],
        agency=row.agency,
        awaits_agency=row.agency is None and row.status not in _OVER,
        chip=chip,
        tone=tone,
        known=None if roles == {Role.UNIT} else _known(row),
        times=words.of_times(row.times) if row.times is not None else None,
        due=due,
        stage=words.stage[Stage(row.next_stage)] if row.next_stage and due and due.tone != "done" else None,
        step=step,
        step_label=label,
        step_name=f"{label}: {title}, {row.reference}",
        row=row,
    )


def _detail(row: ListRow, words: Wording) -> str:
    if row.is_withheld:
        return f"{row.reference} · {words.withheld_detail}"
    parts = [row.reference, words.report_class[row.report_class]]
    if row.channel:
        parts.append(row.channel)
    if row.is_confidential:
        parts.append(words.confidential)
    return " · ".join(parts)


def _chip(row: ListRow, words: Wording) -> tuple[str, str]:
    over = row.status in _OVER or row.status is Status.ON_HOLD
    if row.state is None or (over and row.state is not State.RETURNED):
        return words.status[row.status], STATUS_TONE[row.status]
    return words.state[row.state], STATE_TONE[row.state]


def _known(row: ListRow) -> str | None:
    """``1 dari 3 OPD mengetahui`` while one of several is still awaited."""
    if row.asked < 2 or row.known == row.asked or row.status in _OVER:
        return None
    return str(_("%(known)s dari %(asked)s OPD mengetahui", known=number(row.known), asked=number(row.asked)))


def _due(row: ListRow, calendar: Calendar, today: date) -> DueView | None:
    answered = row.status in {Status.FINISHED, Status.CLOSED} or row.state is State.FINISHED
    if answered:
        if row.completion_due_on is None or row.completion_met_on is None:
            return None
        return _due_view(calendar, row.completion_due_on, today, row.completion_met_on)
    if row.due_on is None or row.status in _OVER:
        return None
    if row.status is Status.ON_HOLD:
        return due_view(TimeLeft(due_on=row.due_on, days=0, is_paused=True))
    return _due_view(calendar, row.due_on, today, None)


@lru_cache(maxsize=4096)
def _due_view(calendar: Calendar, due: date, today: date, met_on: date | None) -> DueView:
    return due_view(time_left(calendar, due, today, met_on=met_on))
