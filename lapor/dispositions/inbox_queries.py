"""What the head's inbox asks: what waits, one card with all that stands on it, what was alike before.

The page of one card takes a constant number of statements; everything that belongs to the order comes in one.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from lapor.agencies.models import Agency
from lapor.complaints.models import NO_DUE, Complaint
from lapor.complaints.queries import not_about_agencies_condition, withheld_condition
from lapor.complaints.rules import LAPOR_CLOSED, OPEN_STATUSES, ReportClass, ReportedParty
from lapor.dispositions.inbox_models import InstructionChip, InstructionDraft, ShownCard
from lapor.dispositions.models import Acknowledgement, Deadline, Disposition, Opening, PassedOn, Response
from lapor.dispositions.queries import KEPT, readable_condition, visible_condition
from lapor.dispositions.reading import telling_words
from lapor.dispositions.rules import ResponseKind, ResponseState, Stage, delivered_at
from lapor.offices.models import Assignment, Person, Post
from lapor.offices.queries import covers
from lapor.policy import Role, Scope

_OPEN = sorted(status.value for status in OPEN_STATUSES)
_HARMLESS = sorted(item.value for item in ReportClass if item is not ReportClass.SUPERVISORY)


# --- what waits --------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Waiting:
    """An order that waits for the head's word; ``is_old``: closed in LAPOR!, nothing is to be decided any more."""

    id: int
    is_old: bool


def old_condition() -> "sa.ColumnElement[bool]":
    """Complaints that may be read and acknowledged on one page (office.md 1.17): LAPOR! has closed them already.

    Never confidential ones, supervisory ones, ones about staff, nor ones whose class nobody has named.
    """
    return sa.and_(
        Complaint.lapor_status.in_(sorted(LAPOR_CLOSED)),
        Complaint.status.in_(_OPEN),
        Complaint.report_class.in_(_HARMLESS),
        sa.not_(withheld_condition()),
        sa.or_(Complaint.reported_party.is_(None), Complaint.reported_party == ReportedParty.NONE.value),
        Disposition.return_proposal.is_(None),
    )


@lru_cache(maxsize=KEPT)
def _waiting_statement(head_agency_ids: tuple[int, ...], scope: Scope, limit: int) -> "sa.Select[*tuple[Any, ...]]":
    return (
        sa.select(Disposition.id, old_condition().label("is_old"))
        .join(Complaint, Complaint.id == Disposition.complaint_id)
        .where(
            Disposition.head_agency_id.in_(head_agency_ids),
            Disposition.is_owed.is_(True),
            not_about_agencies_condition(scope.agency_ids, scope.person_id),
        )
        .order_by(Disposition.next_due_on, Disposition.id)
        .limit(limit)
    )


def list_waiting(session: Session, head_agency_ids: Iterable[int], scope: Scope, limit: int = 200) -> list[Waiting]:
    """What waits for the head of these agencies, due first on top.

    Without what is about the head or operator of an agency for which the person works himself, or about him as the
    head that he was: a head who stands in for the Inspektur must not read the complaint about himself.
    """
    agencies = tuple(sorted(head_agency_ids))
    if not agencies:
        return []
    rows = session.execute(_waiting_statement(agencies, scope, limit))
    return [Waiting(row.id, bool(row.is_old)) for row in rows]


# --- one card ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Draft:
    """What the operator has written so far; ``initialled_by``: the liaison who gave his paraf under this text."""

    kind: ResponseKind
    text: str
    author_name: str
    initialled_by: str | None = None


@dataclass(frozen=True)
class Given:
    """What was answered in LAPOR! before the head knew."""

    kind: ResponseKind
    text: str
    posted_at: datetime


@dataclass(frozen=True)
class Card:
    """What the head reads before he acknowledges, and what he himself has done with it so far.

    ``opened_at``: when this person first saw it. ``holds_since``: the first day of his assignment. ``last_shown``:
    the card as he was shown it last. ``answer_due_on``: when the agency's whole answer is due.
    """

    disposition: Disposition
    complaint: Complaint
    agency: Agency
    draft: Draft | None
    given: Given | None
    due: Deadline | None
    answer_due_on: date | None
    opened_at: datetime | None
    holds_since: date | None
    own_draft: InstructionDraft | None
    last_shown: ShownCard | None

    @property
    def opened(self) -> bool:
        """Whether this person has seen it before."""
        return self.opened_at is not None

    @property
    def delivered_at(self) -> datetime:
        """When it first lay before this person."""
        return delivered_at(self.disposition.disposed_at, self.holds_since)


_draft = aliased(Response)
_given = aliased(Response)


def _newest(posted: bool) -> "sa.ScalarSelect[int]":
    state = Response.state == ResponseState.POSTED.value
    return (
        sa.select(sa.func.max(Response.id))
        .where(Response.disposition_id == Disposition.id, state if posted else sa.not_(state))
        .correlate(Disposition)
        .scalar_subquery()
    )


_CARD = (
    sa.select(
        Disposition,
        Complaint,
        Agency,
        Deadline,
        InstructionDraft,
        ShownCard,
        _draft.kind.label("draft_kind"),
        _draft.text.label("draft_text"),
        _draft.author_name.label("draft_author"),
        _draft.initialled_by_name.label("draft_initialled_by"),
        _given.kind.label("given_kind"),
        _given.text.label("given_text"),
        _given.posted_at.label("given_at"),
        Opening.opened_at.label("seen_at"),
        sa.select(sa.func.max(Assignment.starts_on))
        .join(Post, Post.id == Assignment.post_id)
        .where(
            Assignment.id.in_(sa.bindparam("assignment_ids", expanding=True)),
            Post.agency_id == Disposition.head_agency_id,
        )
        .correlate(Disposition)
        .scalar_subquery()
        .label("holds_since"),
        sa.select(sa.func.max(Deadline.due_on))
        .where(
            Deadline.disposition_id == Disposition.id,
            Deadline.stage == Stage.COMPLETION.value,
            Deadline.is_void.is_(False),
        )
        .correlate(Disposition)
        .scalar_subquery()
        .label("answer_due_on"),
    )
    .join(Complaint, Complaint.id == Disposition.complaint_id)
    .join(Agency, Agency.id == Disposition.agency_id)
    .outerjoin(_draft, _draft.id == _newest(posted=False))
    .outerjoin(_given, _given.id == _newest(posted=True))
    .outerjoin(
        Opening,
        sa.and_(Opening.disposition_id == Disposition.id, Opening.person_id == sa.bindparam("person_id")),
    )
    .outerjoin(
        InstructionDraft,
        sa.and_(
            InstructionDraft.disposition_id == Disposition.id,
            InstructionDraft.person_id == sa.bindparam("person_id"),
        ),
    )
    .outerjoin(
        ShownCard,
        ShownCard.id
        == sa.select(sa.func.max(ShownCard.id))
        .where(ShownCard.disposition_id == Disposition.id, ShownCard.person_id == sa.bindparam("person_id"))
        .correlate(Disposition)
        .scalar_subquery(),
    )
    .outerjoin(
        Deadline,
        sa.and_(
            Deadline.disposition_id == Disposition.id,
            Deadline.stage == Stage.ACKNOWLEDGEMENT.value,
            Deadline.is_void.is_(False),
        ),
    )
    .where(Disposition.id == sa.bindparam("disposition_id"))
)


def find_card(session: Session, disposition_id: int, person_id: int, assignment_ids: Sequence[int]) -> Card | None:
    """The card of one order for a person who holds heads' posts by these assignments, in one query; else None."""
    row = session.execute(
        _CARD,
        {"disposition_id": disposition_id, "person_id": person_id, "assignment_ids": list(assignment_ids)},
    ).first()
    if row is None:
        return None
    return Card(
        disposition=row.Disposition,
        complaint=row.Complaint,
        agency=row.Agency,
        draft=Draft(row.draft_kind, row.draft_text, row.draft_author, row.draft_initialled_by)
        if row.draft_text is not None
        else None,
        given=Given(row.given_kind, row.given_text, row.given_at) if row.given_at is not None else None,
        due=row.Deadline,
        answer_due_on=row.answer_due_on,
        opened_at=row.seen_at,
        holds_since=row.holds_since,
        own_draft=row.InstructionDraft,
        last_shown=row.ShownCard,
    )


def find_shown(session: Session, disposition_id: int, person_id: int, digest: str) -> Mapping[str, Any] | None:
    """The card as it was shown to this person under ``digest``, or None when it never was."""
    return session.scalar(
        sa.select(ShownCard.shown).where(
            ShownCard.disposition_id == disposition_id, ShownCard.person_id == person_id, ShownCard.digest == digest
        )
    )


@dataclass(frozen=True)
class Helper:
    """A post to which the head can pass on; whoever holds it today with his telephone, if anybody does."""

    post_id: int
    title: str
    role: Role
    person_name: str | None
    phone: str | None


@dataclass(frozen=True)
class Office:
    """What a card needs of an agency: to whom to pass on, and its ready instructions ([] while none are its own)."""

    helpers: tuple[Helper, ...]
    chips: tuple[str, ...]

    @property
    def operator(self) -> Helper | None:
        """The admin who holds his post today; one with a telephone first."""
        found = [item for item in self.helpers if item.role is Role.OPERATOR and item.person_name]
        return next((item for item in found if item.phone), found[0] if found else None)

    @property
    def posts(self) -> list[tuple[int, str]]:
        """Key and title of each post, once."""
        return list({item.post_id: (item.post_id, item.title) for item in self.helpers}.values())


@lru_cache(maxsize=4)
def _office_statement(day: date) -> "sa.CompoundSelect[*tuple[Any, ...]]":
    full_name = (
        sa.case((Person.front_title != "", Person.front_title + " "), else_="")
        + Person.name
        + sa.case((Person.back_title != "", sa.literal(", ") + Person.back_title), else_="")
    )
    helpers = (
        sa.select(
            sa.literal(0).label("position"),
            Post.title.label("words"),
            Post.id.label("post_id"),
            sa.cast(Post.kind, sa.String(40)).label("kind"),
            full_name.label("person_name"),
            Person.phone.label("phone"),
        )
        .outerjoin(Assignment, sa.and_(Assignment.post_id == Post.id, covers(day)))
        .outerjoin(Person, Person.id == Assignment.person_id)
        .where(
            Post.agency_id == sa.bindparam("agency_id"),
            Post.kind.in_([Role.LIAISON.value, Role.UNIT.value, Role.OPERATOR.value]),
            Post.ends_on.is_(None),
        )
    )
    chips = sa.select(
        InstructionChip.position,
        InstructionChip.words,
        sa.literal(0),
        sa.literal(""),
        sa.cast(sa.null(), sa.String(200)),
        sa.cast(sa.null(), sa.String(200)),
    ).where(InstructionChip.agency_id == sa.bindparam("agency_id"))
    return sa.union_all(helpers, chips).order_by("position", "words", "post_id", "person_name")


def load_office(session: Session, agency_id: int, day: date) -> Office:
    """Posts, holders of ``day`` and ready instructions of an agency, in one query."""
    rows = session.execute(_office_statement(day), {"agency_id": agency_id}).all()
    return Office(
        helpers=tuple(
            Helper(row.post_id, row.words, Role(row.kind), row.person_name, row.phone) for row in rows if row.post_id
        ),
        chips=tuple(row.words for row in rows if not row.post_id),
    )


# --- what was alike before ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Similar:
    """An earlier complaint of the same agency that was answered: how that answer went."""

    complaint_id: int
    title: str
    reference: str
    received_on: date
    finished_on: date | None
    answer: str


SEARCHED = 300
"""So many of the agency's newest answered orders are looked through."""
_LOOKED_AT = 12
_SAME_CATEGORY = 2
_ALIKE = 2


@lru_cache(maxsize=KEPT)
def _similar_statement(scope: Scope, count: int) -> "sa.Select[*tuple[Any, ...]]":
    """First the newest of the agency, of these the most alike, and only of those who may read them."""
    newest = (
        sa.select(Disposition.id, Disposition.complaint_id, Disposition.finished_on)
        .where(
            Disposition.agency_id == sa.bindparam("agency_id"),
            Disposition.complaint_id != sa.bindparam("complaint_id"),
            Disposition.finished_on.is_not(None),
        )
        .order_by(Disposition.id.desc())
        .limit(SEARCHED)
        .subquery("newest")
    )
    where = sa.func.coalesce(Complaint.location, "") + " " + Complaint.title
    same = Complaint.category == sa.bindparam("category")
    likeness: sa.ColumnElement[int] = sa.case((same, _SAME_CATEGORY), else_=0)
    for index in range(count):
        likeness = likeness + sa.case((where.ilike(sa.bindparam(f"word{index}")), 1), else_=0)
    alike = (
        sa.select(newest.c.id, newest.c.complaint_id, newest.c.finished_on, likeness.label("likeness"))
        .join(Complaint, Complaint.id == newest.c.complaint_id)
        .where(likeness >= _ALIKE, sa.not_(withheld_condition()))
        .order_by(likeness.desc(), newest.c.id.desc())
        .limit(_LOOKED_AT)
        .subquery("alike")
    )
    final = (
        sa.select(sa.func.max(Response.id))
        .where(Response.disposition_id == alike.c.id, Response.state == ResponseState.POSTED.value)
        .correlate(alike)
        .scalar_subquery()
    )
    return (
        sa.select(
            Complaint.id,
            Complaint.title,
            Complaint.tracking_id,
            Complaint.number,
            Complaint.received_on,
            alike.c.finished_on,
            Response.text,
        )
        .select_from(alike)
        .join(Complaint, Complaint.id == alike.c.complaint_id)
        .join(Response, Response.id == final)
        .where(visible_condition(scope), readable_condition(scope))
        .order_by(alike.c.likeness.desc(), alike.c.id.desc())
        .limit(3)
    )


def list_similar(session: Session, card: Card, scope: Scope) -> list[Similar]:
    """At most three earlier complaints of this agency that resemble the card's, with their last answer; one query.

    Alike: the same category, or two telling words of title and place in common. Confidential ones are left out, so
    that a fold on a card never shows what would have to be noted as a reading.
    """
    complaint = card.complaint
    words = telling_words(complaint.location, complaint.title)
    rows = session.execute(
        _similar_statement(scope, len(words)),
        {
            "agency_id": card.disposition.agency_id,
            "complaint_id": complaint.id,
            "category": complaint.category or "",
            **{f"word{index}": f"%{word}%" for index, word in enumerate(words)},
        },
    )
    return [
        Similar(
            complaint_id=row.id,
            title=row.title,
            reference=f"#{row.tracking_id}" if row.tracking_id else row.number,
            received_on=row.received_on,
            finished_on=row.finished_on,
            answer=row.text,
        )
        for row in rows
    ]


# --- nothing to do, old ones, the month --------------------------------------------------------------------------


@dataclass(frozen=True)
class NextDue:
    """What is due next in an agency while nothing waits for its head, and who writes the answer."""

    complaint_id: int
    reference: str
    due_on: date
    responsible: str | None


def next_due(session: Session, agency_ids: Iterable[int], scope: Scope, day: date) -> NextDue | None:
    """The open order of these agencies that is due first, or None; with whoever is the agency's admin on ``day``."""
    operator = (
        sa.select(sa.func.min(Person.name))
        .select_from(Post)
        .join(Assignment, sa.and_(Assignment.post_id == Post.id, covers(day)))
        .join(Person, Person.id == Assignment.person_id)
        .where(Post.agency_id == Disposition.agency_id, Post.kind == Role.OPERATOR.value)
        .correlate(Disposition)
        .scalar_subquery()
    )
    row = session.execute(
        sa.select(
            Complaint.id, Complaint.tracking_id, Complaint.number, Disposition.next_due_on, operator.label("name")
        )
        .join(Disposition, Disposition.complaint_id == Complaint.id)
        .where(
            Disposition.agency_id.in_(sorted(agency_ids)),
            Disposition.is_open.is_(True),
            Disposition.next_due_on < NO_DUE,
            not_about_agencies_condition(scope.agency_ids, scope.person_id),
        )
        .order_by(Disposition.next_due_on, Disposition.id)
        .limit(1)
    ).first()
    if row is None:
        return None
    reference = f"#{row.tracking_id}" if row.tracking_id else row.number
    return NextDue(row.id, reference, row.next_due_on, row.name)


def list_old(session: Session, head_agency_ids: Iterable[int], limit: int) -> list[tuple[Disposition, Complaint]]:
    """The next ``limit`` waiting orders of these agencies that may be read on one page (``old_condition``)."""
    rows = session.execute(
        sa.select(Disposition, Complaint)
        .join(Complaint, Complaint.id == Disposition.complaint_id)
        .where(
            Disposition.head_agency_id.in_(sorted(head_agency_ids)), Disposition.is_owed.is_(True), old_condition()
        )
        .order_by(Disposition.next_due_on, Disposition.id)
        .limit(limit)
    )
    return [(row.Disposition, row.Complaint) for row in rows]


def is_old(session: Session, disposition_id: int) -> bool:
    """Whether this order may still be acknowledged on one page with others."""
    return (
        session.scalar(
            sa.select(Disposition.id)
            .join(Complaint, Complaint.id == Disposition.complaint_id)
            .where(Disposition.id == disposition_id, Disposition.is_owed.is_(True), old_condition())
        )
        is not None
    )


@dataclass(frozen=True)
class Known:
    """One statement that a person gave, with what came before and after it; ``title`` None: closed to him now."""

    disposition_id: int
    complaint_id: int
    reference: str
    title: str | None
    agency: str
    acknowledgement: Acknowledgement
    disposed_at: datetime
    disposed_on: date
    due_on: date | None
    first_response_on: date | None
    returned_at: datetime | None


def list_known(session: Session, person_id: int, first: date, last: date, scope: Scope) -> list[Known]:
    """What this person stated to know from ``first`` to ``last`` (WITA days), in order, in one query.

    A statement that replaced an earlier one of its order is not counted anew: the first one keeps its time.
    Titles only of what he may read today; the content of confidential ones never (this list is printed).
    """
    earlier = aliased(Acknowledgement)
    due = (
        sa.select(sa.func.max(Deadline.due_on))
        .where(Deadline.disposition_id == Disposition.id, Deadline.stage == Stage.ACKNOWLEDGEMENT.value)
        .correlate(Disposition)
        .scalar_subquery()
    )
    rows = session.execute(
        sa.select(
            Acknowledgement,
            Complaint.id.label("complaint_id"),
            Complaint.tracking_id,
            Complaint.number,
            Complaint.title,
            Agency.abbreviation,
            Disposition.id.label("disposition_id"),
            Disposition.disposed_at,
            Disposition.disposed_on,
            Disposition.first_response_on,
            Disposition.returned_at,
            due.label("due_on"),
            sa.and_(visible_condition(scope), readable_condition(scope), sa.not_(withheld_condition())).label("open"),
        )
        .join(Disposition, Disposition.id == Acknowledgement.disposition_id)
        .join(Complaint, Complaint.id == Disposition.complaint_id)
        .join(Agency, Agency.id == Disposition.agency_id)
        .where(
            Acknowledgement.person_id == person_id,
            Acknowledgement.voided_at.is_(None),
            Acknowledgement.acknowledged_on.between(first, last),
            ~sa.exists().where(earlier.superseded_by_id == Acknowledgement.id),
        )
        .order_by(Acknowledgement.acknowledged_at, Acknowledgement.id)
    )
    return [
        Known(
            disposition_id=row.disposition_id,
            complaint_id=row.complaint_id,
            reference=f"#{row.tracking_id}" if row.tracking_id else row.number,
            title=row.title if row.open else None,
            agency=row.abbreviation,
            acknowledgement=row.Acknowledgement,
            disposed_at=row.disposed_at,
            disposed_on=row.disposed_on,
            due_on=row.due_on,
            first_response_on=row.first_response_on,
            returned_at=row.returned_at,
        )
        for row in rows
    ]


@dataclass(frozen=True)
class Statement:
    """The statement of a head that holds for an order, and to whom he passed it on."""

    acknowledgement: Acknowledgement
    post_ids: tuple[int, ...]
    label: str
    labels: tuple[str, ...]


def last_statement(session: Session, disposition_id: int) -> Statement | None:
    """The statement that holds today, or None while there is none (or the coordinator refused it)."""
    rows = session.execute(
        sa.select(Acknowledgement, PassedOn)
        .outerjoin(
            PassedOn,
            sa.and_(
                PassedOn.acknowledgement_id == Acknowledgement.id,
                PassedOn.by_head.is_(True),
                PassedOn.taken_back_at.is_(None),
            ),
        )
        .where(
            Acknowledgement.disposition_id == disposition_id,
            Acknowledgement.superseded_by_id.is_(None),
            Acknowledgement.voided_at.is_(None),
        )
        .order_by(Acknowledgement.id.desc(), PassedOn.id)
    ).all()
    if not rows:
        return None
    last = rows[0].Acknowledgement
    passed = [row.PassedOn for row in rows if row.Acknowledgement is last and row.PassedOn is not None]
    return Statement(
        acknowledgement=last,
        post_ids=tuple(row.post_id for row in passed if row.post_id is not None),
        label=", ".join(row.label for row in passed if row.post_id is None),
        labels=tuple(row.label for row in passed),
    )
