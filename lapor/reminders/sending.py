"""One pass of reminders and escalation: what the table asks for, each word once.

The rows to send are found in a read transaction and written in short write transactions, each with its row of the
ledger, its notices and its fact in the journal together. Inside it is asked again what is still to be sent, and the
ledger's unique key decides between two workers; one that dies half-way has sent what it committed and no more.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from lapor.calendar.queries import working_calendar, working_hours
from lapor.complaints.rules import WITHHELD_FROM_AGENCY, ReportedParty
from lapor.core.clock import day_bounds, local_day
from lapor.core.db import db, transaction
from lapor.core.wording import number, weekday_date
from lapor.core.working_days import Calendar
from lapor.dispositions.rules import Stage
from lapor.journal.services import record
from lapor.notifications.models import Kind
from lapor.notifications.services import notify
from lapor.offices.models import Assignment, Person, Post
from lapor.offices.queries import covers, heads_of
from lapor.offices.rules import full_name, post_words
from lapor.policy import Role
from lapor.reminders import briefs, events, letters
from lapor.reminders.entering import enter_once
from lapor.reminders.labels import awaited_words, due_words
from lapor.reminders.models import Reminder, ReminderRule
from lapor.reminders.queries import Due, list_due, list_due_locked, rules_of, running_rules, told_since
from lapor.reminders.rules import KIND_OF, LETTERS, Receiver, Rule, Window, ladder, windows
from lapor.reminders.services import ensure_rules

SLICE = 250
"""Reminders of one write transaction: less than 250 ms, so that others keep working."""
SEPARATE = 5
"""Up to so many complaints of one rule are told one by one; more come as one sentence with their number."""


@dataclass(frozen=True)
class Told:
    """A person who is reminded, in the words of the day."""

    person_id: int
    name: str
    post: str

    @property
    def words(self) -> str:
        """``Ir. Stefanus Tobondo, M.T. (Plh. Kepala Pelaksana BPBD)``."""
        return f"{self.name} ({self.post})" if self.post else self.name


_FIRST = (Receiver.COORDINATOR, Receiver.HEAD, Receiver.LIAISON, Receiver.OPERATOR, *sorted(LETTERS))
"""Own rules before those that a vacant post below hands upward: who has been told is not told again that day."""

Group = tuple[Receiver, int | None, tuple[Told, ...]]
"""Who is reached, for the sake of which agency, and the people: what is told to them together.

No people: everybody has been told of the deadline by another rule that day, so the ledger alone notes it.
"""


@dataclass
class Report:
    """What a pass did. ``opens_at``: nothing, because messages may go out only from then on."""

    reminders: int = 0
    letters: int = 0
    unreachable: int = 0
    briefs: int = 0
    opens_at: datetime | None = None


@dataclass
class _People:
    """Who holds what today, looked up once a pass."""

    session: Session
    day: date
    _staff: dict[tuple[Role, int | None], list[Told]] = field(default_factory=dict)
    _heads: dict[int, list[Told]] = field(default_factory=dict)
    _of_agency: dict[int, frozenset[int]] = field(default_factory=dict)
    _reaches: dict[tuple[Receiver, int | None, int | None], tuple[Receiver, tuple[Told, ...]]] = field(
        default_factory=dict
    )

    def staff(self, role: Role, agency_id: int | None = None) -> list[Told]:
        """Those who hold a post of ``role`` (in the agency), by name, each once."""
        key = (role, agency_id)
        if key not in self._staff:
            statement = (
                sa.select(
                    Person.id, Person.front_title, Person.name, Person.back_title, Post.title, Assignment.capacity
                )
                .join(Assignment, Assignment.person_id == Person.id)
                .join(Post, Post.id == Assignment.post_id)
                .where(Post.kind == role, covers(self.day))
                .order_by(Person.name, Person.id, Assignment.id)
            )
            if agency_id is not None:
                statement = statement.where(Post.agency_id == agency_id)
            found: dict[int, Told] = {}
            for row in self.session.execute(statement):
                name = full_name(row.front_title, row.name, row.back_title)
                found.setdefault(row.id, Told(row.id, name, post_words(row.title, row.capacity.value)))
            self._staff[key] = list(found.values())
        return self._staff[key]

    def head(self, agency_id: int) -> list[Told]:
        """Whoever holds the head's powers of the agency."""
        if agency_id not in self._heads:
            holder = heads_of(self.session, [agency_id], self.day).get(agency_id)
            self._heads[agency_id] = [Told(holder.person_id, holder.person_name, holder.post_words)] if holder else []
        return self._heads[agency_id]

    def of_agency(self, agency_id: int) -> frozenset[int]:
        """Everybody who holds a post there."""
        if agency_id not in self._of_agency:
            self._of_agency[agency_id] = frozenset(
                self.session.scalars(
                    sa.select(Assignment.person_id)
                    .join(Post, Post.id == Assignment.post_id)
                    .where(Post.agency_id == agency_id, covers(self.day))
                )
            )
        return self._of_agency[agency_id]

    def _at(self, step: Receiver, due: Due) -> list[Told]:
        if step is Receiver.COORDINATOR or due.agency_id is None or due.head_agency_id is None:
            return self.staff(Role.INSPECTORATE if due.is_about_office else Role.COORDINATOR)
        if step is Receiver.HEAD:
            return self.head(due.head_agency_id)
        return self.staff(Role.OPERATOR if step is Receiver.OPERATOR else Role.LIAISON, due.agency_id)

    def _without_reported(self, people: Iterable[Told], due: Due) -> list[Told]:
        if due.reported_party not in WITHHELD_FROM_AGENCY:
            return list(people)
        closed_to = {due.reported_person_id}
        if due.reported_agency_id is not None and due.reported_party is not ReportedParty.COORDINATOR_OFFICE:
            closed_to |= self.of_agency(due.reported_agency_id)
        return [told for told in people if told.person_id not in closed_to]

    def reached(self, receiver: Receiver, due: Due) -> tuple[Receiver, tuple[Told, ...]]:
        """Who is told: the receiver of the rule, or the next above while that post is vacant or is reported."""
        if due.reported_party in WITHHELD_FROM_AGENCY:
            return self._reached(receiver, due)
        key = (receiver, due.agency_id, due.head_agency_id)
        if key not in self._reaches:
            self._reaches[key] = self._reached(receiver, due)
        return self._reaches[key]

    def _reached(self, receiver: Receiver, due: Due) -> tuple[Receiver, tuple[Told, ...]]:
        step = receiver
        for step in ladder(receiver):
            people = self._without_reported(self._at(step, due), due)
            if people:
                return step, tuple(people)
        return step, ()


def run(now: datetime) -> Report:
    """One pass at ``now``: nothing outside working hours, on a holiday or weekend. Opens its own transactions."""
    session: Session = db.session()
    report = Report()
    today, calendar = local_day(now), working_calendar(session)
    hours = working_hours(session, today)
    if not hours.is_open(now, calendar):
        report.opens_at = hours.next_opening(now, calendar)
        return report
    rules = rules_of(running_rules(session))
    if not rules:
        with transaction() as writing:
            ensure_rules(writing, now=now)
        rules = rules_of(running_rules(session))
    people = _People(session, today)
    found = sorted(windows(rules, today, calendar), key=lambda window: _FIRST.index(window.rule.receiver))
    for window in found:
        for keys in _slices(list_due(session, window)):
            with transaction() as writing:
                _send(writing, window, keys, people, calendar, now, report)
    with transaction() as writing:
        report.briefs += briefs.make_due_brief(writing, now=now)
    return report


def _slices(found: Sequence[Due]) -> list[list[int]]:
    """Keys of deadlines in portions; those of one agency stand together, so that its people are told once."""
    by_agency: dict[int | None, list[int]] = defaultdict(list)
    for due in found:
        by_agency[due.agency_id].append(due.deadline_id)
    slices: list[list[int]] = [[]]
    for keys in by_agency.values():
        for start in range(0, len(keys), SLICE):
            portion = keys[start : start + SLICE]
            if slices[-1] and len(slices[-1]) + len(portion) > SLICE:
                slices.append([])
            slices[-1].extend(portion)
    return [portion for portion in slices if portion]


def _send(
    session: Session,
    window: Window,
    keys: Sequence[int],
    people: _People,
    calendar: Calendar,
    now: datetime,
    report: Report,
) -> None:
    """Send what is still to be sent of these deadlines by the rule, in the open transaction."""
    row = session.get(ReminderRule, window.rule.id, populate_existing=True)
    if row is None or row.ended_at is not None:
        return
    rule = window.rule
    groups: dict[Group, list[Due]] = defaultdict(list)
    listed = list_due_locked(session, window, keys)
    known = told_since(session, [due.deadline_id for due in listed], day_bounds(local_day(now))[0])
    for due in listed:
        reaches = rule.receiver
        if reaches in LETTERS and not letters.may_be_written(session, KIND_OF[reaches], due):
            reaches = Receiver.COORDINATOR
        if reaches in LETTERS:
            groups[reaches, due.head_agency_id, tuple(people.staff(Role.COORDINATOR))].append(due)
            continue
        reached, told = people.reached(reaches, due)
        if told and all((due.deadline_id, item.person_id) in known for item in told):
            groups[reached, due.agency_id, ()].append(due)
        elif told:
            groups[reached, due.agency_id, told].append(due)
        else:
            report.unreachable += 1
    drafts = {
        group: letters.put_on_draft(session, KIND_OF[group[0]], group[1], found, now=now).id
        for group, found in groups.items()
        if group[0] in LETTERS and group[1] is not None
    }
    entered = _enter(session, rule, groups, drafts, now)
    for group, found in groups.items():
        reached, _agency, told = group
        sent = [due for due in found if due.deadline_id in entered]
        if not sent or not (told or group in drafts):
            continue
        if group in drafts:
            report.letters += len(sent)
            letters.tell_of_draft(session, drafts[group], [item.person_id for item in told], now=now)
        else:
            report.reminders += len(sent)
            _tell(session, rule, reached, sent, told, calendar, now)


def _enter(
    session: Session, rule: Rule, groups: Mapping[Group, Sequence[Due]], drafts: Mapping[Group, int], now: datetime
) -> set[int]:
    """Write the ledger and the journal; returns the deadlines that this transaction was the first to enter."""
    entered = enter_once(
        session,
        Reminder,
        [
            {
                "rule_id": rule.id,
                "deadline_id": due.deadline_id,
                "due_on": due.due_on,
                "complaint_id": due.complaint_id,
                "agency_id": due.agency_id,
                "stage": rule.stage,
                "offset_days": rule.offset_days,
                "receiver": group[0],
                "told_json": [{"person_id": one.person_id, "name": one.name, "post": one.post} for one in group[2]],
                "letter_id": drafts.get(group),
                "sent_at": now,
            }
            for group, found in groups.items()
            for due in found
        ],
        unique=("rule_id", "deadline_id", "due_on"),
        returning="deadline_id",
    )
    keys = {row.deadline_id: row.id for row in entered}
    for group, found in groups.items():
        if not (group[2] or group in drafts):
            continue
        words = () if group in drafts else tuple(item.words for item in group[2])
        for due in found:
            if due.deadline_id not in keys:
                continue
            fact = events.ReminderSent(
                keys[due.deadline_id],
                due.complaint_id,
                due.agency_id,
                rule.stage.value,
                due.due_on,
                group[0].value,
                rule.offset_days,
                words,
            )
            record(session, fact, actor=None, now=now)
    return set(keys)


def _tell(
    session: Session,
    rule: Rule,
    reached: Receiver,
    sent: Sequence[Due],
    told: Sequence[Told],
    calendar: Calendar,
    now: datetime,
) -> None:
    """Put it into the bell of each: one by one, or as one sentence where there are many."""
    today = local_day(now)
    kind = Kind.ESCALATION if rule.offset_days > 0 else Kind.REMINDER
    awaited = awaited_words(rule.stage, by_head=reached is Receiver.HEAD)
    is_instead = reached is not rule.receiver and rule.receiver not in LETTERS
    remark = " " + _("Disampaikan kepada Anda karena jabatan di bawahnya kosong.") if is_instead else ""
    ids = [item.person_id for item in told]
    agency = sent[0].agency
    whose = f" ({agency})" if agency and reached is Receiver.COORDINATOR else ""
    if len(sent) > SEPARATE:
        sentence = _(
            "%(count)s aduan%(whose)s %(awaited)s, jatuh tempo paling awal %(day)s.",
            count=number(len(sent)),
            whose=whose,
            awaited=awaited,
            day=weekday_date(min(due.due_on for due in sent)),
        )
        notify(session, ids, kind=kind, sentence=sentence + remark, url=_list_url(rule, reached), now=now)
        return
    for due in sent:
        sentence = _(
            "Aduan %(reference)s%(whose)s %(awaited)s, %(when)s.",
            reference=due.reference,
            whose=whose,
            awaited=awaited,
            when=due_words(due.due_on, calendar.between(due.due_on, today)),
        )
        notify(
            session,
            ids,
            kind=kind,
            sentence=sentence + remark,
            url=_card_url(rule, reached, due),
            now=now,
            complaint_id=due.complaint_id,
            agency_id=due.agency_id,
        )


def _card_url(rule: Rule, reached: Receiver, due: Due) -> str:
    if reached is Receiver.HEAD and rule.stage is Stage.ACKNOWLEDGEMENT and due.disposition_id is not None:
        return f"/disposisi/{due.disposition_id}"
    return f"/aduan/{due.complaint_id}"


def _list_url(rule: Rule, reached: Receiver) -> str:
    if reached is Receiver.HEAD and rule.stage is Stage.ACKNOWLEDGEMENT:
        return "/menunggu"
    if rule.stage is Stage.VERIFICATION:
        return "/aduan?tampilan=periksa"
    return "/aduan?tampilan=lewat" if rule.offset_days > 0 else "/aduan?tampilan=hampir"
