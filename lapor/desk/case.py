"""One complaint with everything that its page shows, read in a constant number of queries."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property, lru_cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from lapor.agencies.models import Agency, LaporUnit
from lapor.calendar.queries import working_calendar
from lapor.complaints.models import Complaint
from lapor.core.errors import NotFound
from lapor.core.rows import plain_rows
from lapor.dispositions.models import Acknowledgement, Deadline, Disposition, PassedOn, Response
from lapor.dispositions.queries import KEPT, NOT_FOUND, readable_condition, visible_condition
from lapor.dispositions.rules import (
    ACTIVE,
    Part,
    ResponseState,
    Stage,
    TimeLeft,
    authority_since,
    gate_is_open,
    time_left,
)
from lapor.files.models import StoredFile
from lapor.journal.queries import Fact, list_complaint_facts
from lapor.offices.models import Assignment
from lapor.offices.queries import Holder, heads_of
from lapor.policy import Actor, Scope

RESPONSE_FILES = "response"


@dataclass(frozen=True)
class AnswerView:
    """A response with its files."""

    response: Response
    files: tuple[StoredFile, ...]


@dataclass(frozen=True)
class StatementView:
    """A head's statement that he knows: every one of them, also what was replaced or refused later.

    ``passed_to``: to whom he passed it on, in words. ``holds_since``: the first day of his term.
    """

    row: Acknowledgement
    passed_to: str | None
    holds_since: date | None


@dataclass(frozen=True)
class DispositionView:
    """What one agency was asked, how it stands, and whose word is awaited."""

    row: Disposition
    agency: Agency
    head: Holder | None
    left: TimeLeft | None
    answers: tuple[AnswerView, ...] = ()
    statements: tuple[StatementView, ...] = ()

    @cached_property
    def known(self) -> StatementView | None:
        """The first statement that counts: one that replaced it keeps its time, a refused paper never counted."""
        return next((item for item in self.statements if item.row.voided_at is None), None)

    @cached_property
    def newest(self) -> StatementView | None:
        """The statement that holds now, or None."""
        held = [item for item in self.statements if item.row.voided_at is None and item.row.superseded_by_id is None]
        return held[-1] if held else None

    @cached_property
    def authority_since(self) -> datetime | None:
        """When the powers came to the head who knows of it (while none does: to the head of today), if only after the
        order was given."""
        holder = self.known or self.head
        return authority_since(self.row.disposed_at, holder.holds_since if holder else None)

    @cached_property
    def opened_at(self) -> datetime | None:
        """When it was opened by the one who stated that he knows, as his proof says; before that by whoever did."""
        return self.known.row.opened_at if self.known else self.row.opened_at

    @cached_property
    def answered_at(self) -> datetime | None:
        """When the first answer was given in LAPOR!."""
        return min((item.response.posted_at for item in self.posted if item.response.posted_at), default=None)

    @cached_property
    def gate_is_open(self) -> bool:
        """Whether an answer may be released for LAPOR!."""
        return gate_is_open(self.row.state, is_lifted=self.row.is_lifted, is_owed=self.row.is_owed)

    @cached_property
    def is_current(self) -> bool:
        """Neither returned nor withdrawn."""
        return self.row.state in ACTIVE

    @cached_property
    def draft(self) -> Response | None:
        """The newest answer that is not yet recorded as given."""
        drafts = [item.response for item in self.answers if item.response.state is not ResponseState.POSTED]
        return drafts[-1] if drafts else None

    @cached_property
    def posted(self) -> tuple[AnswerView, ...]:
        """What was given in LAPOR!, oldest first."""
        return tuple(item for item in self.answers if item.response.state is ResponseState.POSTED)


@dataclass(frozen=True)
class Case:
    """A complaint as one person may see it.

    ``may_read`` false: it exists, with its times, but its content is closed to this person.
    """

    complaint: Complaint
    unit: LaporUnit | None
    reported_agency: Agency | None
    dispositions: tuple[DispositionView, ...]
    facts: tuple[Fact, ...]
    today: date
    may_read: bool
    verification_left: TimeLeft | None = None
    reply_left: TimeLeft | None = None
    own_agency_ids: frozenset[int] = field(default_factory=frozenset)

    @cached_property
    def current(self) -> tuple[DispositionView, ...]:
        """The dispositions at work in this round, lead first."""
        found = [item for item in self.dispositions if item.is_current and item.row.round == self.complaint.round]
        return tuple(sorted(found, key=lambda item: (item.row.part is not Part.LEAD, item.row.id)))

    @cached_property
    def listed(self) -> tuple[DispositionView, ...]:
        """Those at work with the lead first, then the earlier ones with the newest first."""
        current = self.current
        return (*current, *(item for item in reversed(self.dispositions) if item not in current))

    @cached_property
    def lead(self) -> DispositionView | None:
        """The lead agency's disposition of this round."""
        return next((item for item in self.current if item.row.part is Part.LEAD), None)

    @cached_property
    def own(self) -> DispositionView | None:
        """The disposition of the reader's own agency."""
        return next((item for item in self.current if item.row.agency_id in self.own_agency_ids), None)


_reported = aliased(Agency)


def _passed_to() -> "sa.ScalarSelect[str]":
    return (
        sa.select(sa.func.aggregate_strings(PassedOn.label, ", "))
        .where(PassedOn.acknowledgement_id == Acknowledgement.id, PassedOn.taken_back_at.is_(None))
        .correlate(Acknowledgement)
        .scalar_subquery()
    )


@lru_cache(maxsize=KEPT)
def _case_statement(scope: Scope) -> "sa.Select[*tuple[Any, ...]]":
    return (
        sa.select(
            Complaint,
            LaporUnit,
            _reported,
            Disposition,
            Agency,
            readable_condition(scope).label("may_read"),
            Acknowledgement,
            _passed_to().label("passed_to"),
            Assignment.starts_on.label("holds_since"),
        )
        .outerjoin(LaporUnit, LaporUnit.id == Complaint.lapor_unit_id)
        .outerjoin(_reported, _reported.id == Complaint.reported_agency_id)
        .outerjoin(Disposition, Disposition.complaint_id == Complaint.id)
        .outerjoin(Agency, Agency.id == Disposition.agency_id)
        .outerjoin(Acknowledgement, Acknowledgement.disposition_id == Disposition.id)
        .outerjoin(Assignment, Assignment.id == Acknowledgement.assignment_id)
        .where(Complaint.id == sa.bindparam("complaint_id"), visible_condition(scope))
        .order_by(Disposition.id, Acknowledgement.id)
    )


_DEADLINES = (
    sa.select(Deadline.disposition_id, Deadline.stage, Deadline.due_on, Deadline.is_open)
    .where(Deadline.complaint_id == sa.bindparam("complaint_id"))
    .order_by(Deadline.due_on, Deadline.id)
)
_ANSWERS = (
    sa.select(Response, StoredFile)
    .join(Disposition, Disposition.id == Response.disposition_id)
    .outerjoin(
        StoredFile,
        sa.and_(
            StoredFile.subject_kind == RESPONSE_FILES,
            StoredFile.subject_id == Response.id,
            StoredFile.removed_at.is_(None),
        ),
    )
    .where(Disposition.complaint_id == sa.bindparam("complaint_id"))
    .order_by(Response.id, StoredFile.id)
)


def load_case(session: Session, complaint_id: int, scope: Scope, actor: Actor) -> Case:
    """Everything that the page of a complaint shows. Raises NotFound when it does not exist for ``actor``."""
    rows = plain_rows(session, _case_statement(scope), {"complaint_id": complaint_id})
    if not rows:
        raise NotFound(NOT_FOUND)
    complaint: Complaint = rows[0][0]
    pairs: dict[int, tuple[Disposition, Agency]] = {}
    statements: dict[int, list[StatementView]] = defaultdict(list)
    for row in rows:
        if row.Disposition is not None:
            pairs[row.Disposition.id] = (row[3], row[4])
            if row.Acknowledgement is not None:
                word = StatementView(row.Acknowledgement, row.passed_to, row.holds_since)
                statements[row.Disposition.id].append(word)
    dispositions = [pair[0] for pair in pairs.values()]
    calendar = working_calendar(session)
    deadlines = plain_rows(session, _DEADLINES, {"complaint_id": complaint_id})
    answers = _answers(session, complaint_id) if dispositions else {}
    heads = heads_of(session, sorted({item.head_agency_id for item in dispositions}), actor.day)
    paused = complaint.on_hold_since is not None

    def left(deadline: Any) -> TimeLeft | None:
        return time_left(calendar, deadline.due_on, actor.day, is_paused=paused) if deadline else None

    def running(disposition_id: int | None, stage: Stage | None = None) -> Any:
        return next(
            (
                item
                for item in deadlines
                if item.is_open and item.disposition_id == disposition_id and (stage is None or item.stage is stage)
            ),
            None,
        )

    return Case(
        complaint=complaint,
        unit=rows[0][1],
        reported_agency=rows[0][2],
        dispositions=tuple(
            DispositionView(
                row=disposition,
                agency=agency,
                head=heads.get(disposition.head_agency_id),
                left=left(running(disposition.id)),
                answers=tuple(answers.get(disposition.id, ())),
                statements=tuple(statements[disposition.id]),
            )
            for disposition, agency in pairs.values()
        ),
        facts=tuple(list_complaint_facts(session, complaint_id)),
        today=actor.day,
        may_read=bool(rows[0].may_read),
        verification_left=left(running(None, Stage.VERIFICATION)),
        reply_left=left(running(None, Stage.REPORTER_REPLY)),
        own_agency_ids=scope.agency_ids,
    )


def _answers(session: Session, complaint_id: int) -> dict[int, list[AnswerView]]:
    rows = plain_rows(session, _ANSWERS, {"complaint_id": complaint_id})
    files: dict[int, list[StoredFile]] = defaultdict(list)
    responses: dict[int, Response] = {}
    for response, stored in rows:
        responses[response.id] = response
        if stored is not None:
            files[response.id].append(stored)
    found: dict[int, list[AnswerView]] = defaultdict(list)
    for response in responses.values():
        found[response.disposition_id].append(AnswerView(response, tuple(files[response.id])))
    return found
