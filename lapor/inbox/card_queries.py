"""One card with all that stands on it, in a constant number of statements."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from lapor.agencies.models import Agency
from lapor.complaints.models import Complaint
from lapor.core.db import one_of
from lapor.core.rows import plain_rows
from lapor.dispositions.models import Deadline, Disposition, Opening, Response
from lapor.dispositions.queries import KEPT
from lapor.dispositions.rules import ACTIVE, Part, ResponseKind, ResponseState, Stage, authority_since
from lapor.inbox.models import InstructionChip, InstructionDraft, ShownCard
from lapor.offices.models import Assignment, Person, Post
from lapor.offices.queries import covers
from lapor.policy import Role

_DIGEST = re.compile(r"[0-9a-f]{64}")


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
class Lead:
    """The agency that answers for all, for the head of a supporting one; the days are None while it has not."""

    agency: str
    first_response_on: date | None
    finished_on: date | None


@dataclass(frozen=True)
class Card:
    """What the head reads before he acknowledges, and what he himself has done with it so far.

    ``opened_at``: when this person first saw it. ``holds_since``, ``holds_until``: the first and last day of his
    assignment. ``lead``: who answers, where this agency only supports. ``last_shown``: the card as he was shown it
    last. ``answer_due_on``: when the agency's whole answer is due.
    """

    disposition: Disposition
    complaint: Complaint
    draft: Draft | None
    given: Given | None
    due: Deadline | None
    answer_due_on: date | None
    opened_at: datetime | None
    holds_since: date | None
    holds_until: date | None
    lead: Lead | None
    own_draft: InstructionDraft | None
    last_shown: ShownCard | None

    @property
    def opened(self) -> bool:
        """Whether this person has seen it before."""
        return self.opened_at is not None

    @property
    def authority_since(self) -> datetime | None:
        """When the powers came to this person, if only after the order was given to the agency."""
        return authority_since(self.disposition.disposed_at, self.holds_since)


_draft = aliased(Response)
_given = aliased(Response)
_lead = aliased(Disposition)
_lead_agency = aliased(Agency)


def _newest(posted: bool) -> "sa.ScalarSelect[int]":
    state = Response.state == ResponseState.POSTED.value
    return (
        sa.select(sa.func.max(Response.id))
        .where(Response.disposition_id == Disposition.id, state if posted else sa.not_(state))
        .correlate(Disposition)
        .scalar_subquery()
    )


def _own_term(day: "sa.ColumnElement[Any]", label: str, assignment_ids: Sequence[int]) -> "sa.Label[Any]":
    """A day of this person's assignment to the head's post of the order's agency."""
    return (
        sa.select(day)
        .select_from(Assignment)
        .join(Post, Post.id == Assignment.post_id)
        .where(
            one_of(Assignment.id, assignment_ids),
            Post.agency_id == Disposition.head_agency_id,
        )
        .correlate(Disposition)
        .scalar_subquery()
        .label(label)
    )


_other = aliased(Disposition)
_LEAD_KEY = (
    sa.select(sa.func.max(_other.id))
    .where(
        Disposition.part == Part.SUPPORT.value,
        _other.complaint_id == Disposition.complaint_id,
        _other.round == Disposition.round,
        _other.part == Part.LEAD.value,
        one_of(_other.state, sorted(ACTIVE)),
    )
    .correlate(Disposition)
    .scalar_subquery()
)


@lru_cache(maxsize=KEPT)
def _card_statement(assignment_ids: tuple[int, ...]) -> "sa.Select[*tuple[Any, ...]]":
    return (
        sa.select(
            Disposition,
            Complaint,
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
            _own_term(sa.func.max(Assignment.starts_on), "holds_since", assignment_ids),
            _own_term(sa.func.min(sa.type_coerce(Assignment.ends_on, sa.Date)), "holds_until", assignment_ids),
            _lead_agency.abbreviation.label("lead_agency"),
            _lead.first_response_on.label("lead_answered_on"),
            _lead.finished_on.label("lead_finished_on"),
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
        .outerjoin(_lead, _lead.id == _LEAD_KEY)
        .outerjoin(_lead_agency, _lead_agency.id == _lead.agency_id)
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
    rows = plain_rows(
        session,
        _card_statement(tuple(sorted(assignment_ids))),
        {"disposition_id": disposition_id, "person_id": person_id},
    )
    if not rows:
        return None
    row = rows[0]
    return Card(
        disposition=row.Disposition,
        complaint=row.Complaint,
        draft=Draft(row.draft_kind, row.draft_text, row.draft_author, row.draft_initialled_by)
        if row.draft_text is not None
        else None,
        given=Given(row.given_kind, row.given_text, row.given_at) if row.given_at is not None else None,
        due=row.Deadline,
        answer_due_on=row.answer_due_on,
        opened_at=row.seen_at,
        holds_since=row.holds_since,
        holds_until=row.holds_until,
        lead=Lead(row.lead_agency, row.lead_answered_on, row.lead_finished_on) if row.lead_agency else None,
        own_draft=row.InstructionDraft,
        last_shown=row.ShownCard,
    )


def find_shown(session: Session, disposition_id: int, person_id: int, digest: str) -> Mapping[str, Any] | None:
    """The card as it was shown to this person under ``digest``, or None when it never was (or is no digest)."""
    if not _DIGEST.fullmatch(digest):
        return None
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
            one_of(Post.kind, [Role.LIAISON, Role.UNIT, Role.OPERATOR]),
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
    rows = plain_rows(session, _office_statement(day), {"agency_id": agency_id})
    return Office(
        helpers=tuple(
            Helper(row.post_id, row.words, Role(row.kind), row.person_name, row.phone) for row in rows if row.post_id
        ),
        chips=tuple(row.words for row in rows if not row.post_id),
    )
