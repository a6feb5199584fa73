"""What auditors look for: facts, exceptions and readings, within the complaints that they may know of."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lapor.agencies.models import Agency
from lapor.complaints.models import Complaint
from lapor.dispositions.queries import readable_condition, visible_condition
from lapor.journal.models import JournalDetail, JournalEntry, ReadLog
from lapor.journal.rules import ExceptionKind
from lapor.offices.models import Person
from lapor.policy import Scope

MOST_PEOPLE = 200
SIGNED_IN = "account.signed-in"
ACKNOWLEDGED = "disposition.acknowledged"
_OF_A_WORD = ("way", "person", "post", "written_on")


@dataclass(frozen=True)
class Chosen:
    """What narrows a list. ``person_ids``: one of these people; () means the system itself.

    ``since`` is the first instant that counts, ``until`` the first one that does not any more. ``kind`` is an event's
    kind, an exception or what was read, as the list wants it.
    """

    person_ids: tuple[int, ...] | None = None
    agency_id: int | None = None
    complaint_id: int | None = None
    kind: str | None = None
    since: datetime | None = None
    until: datetime | None = None


def people_called(session: Session, words: str) -> tuple[int, ...]:
    """People in whose name, with or without its titles, ``words`` stand, whatever the case, at most MOST_PEOPLE."""
    front = sa.case((Person.front_title == "", ""), else_=Person.front_title + " ")
    back = sa.case((Person.back_title == "", ""), else_=", " + Person.back_title)
    return tuple(
        session.scalars(
            sa.select(Person.id)
            .where((front + Person.name + back).icontains(words, autoescape=True))
            .order_by(Person.id)
            .limit(MOST_PEOPLE)
        )
    )


def complaint_called(session: Session, scope: Scope, words: str) -> int | None:
    """The complaint with this number or Tracking ID, when ``scope`` may know of it."""
    given = words.removeprefix("#").strip()
    return session.scalar(
        sa.select(Complaint.id)
        .where(sa.or_(Complaint.number == given.upper(), Complaint.tracking_id == given), visible_condition(scope))
        .order_by(Complaint.id)
        .limit(1)
    )


@dataclass(frozen=True)
class FactRow:
    """One fact without its values. ``may_read``: the content of its complaint is open to the person.

    ``word``: of a head's word whose it is, by which way and of which day ({} where that was erased); no content.
    """

    seq: int
    at: datetime
    kind: str
    person_id: int | None
    actor_name: str
    actor_post: str
    subject_kind: str
    subject_id: int
    complaint_id: int | None
    number: str | None
    tracking_id: str | None
    agency: str | None
    exception: str | None
    may_read: bool
    word: dict[str, Any] = field(default_factory=dict)

    @property
    def complaint(self) -> str | None:
        """What people call the complaint: the Tracking ID, else our number."""
        return f"#{self.tracking_id}" if self.tracking_id else self.number


@dataclass(frozen=True)
class FullFact:
    """One fact with all that is kept of it. ``values`` None: closed to the person, or erased (``is_erased``)."""

    row: FactRow
    values: dict[str, Any] | None
    is_erased: bool
    assignment_id: int | None
    digest: str
    prev: str
    hash: str


def _facts(scope: Scope) -> "sa.Select[*tuple[Any, ...]]":
    """Facts about no complaint, or about one that ``scope`` may know of."""
    return (
        sa.select(
            JournalEntry.seq,
            JournalEntry.at,
            JournalEntry.kind,
            JournalEntry.person_id,
            JournalEntry.actor_name,
            JournalEntry.actor_post,
            JournalEntry.subject_kind,
            JournalEntry.subject_id,
            JournalEntry.complaint_id,
            Complaint.number,
            Complaint.tracking_id,
            Agency.abbreviation.label("agency"),
            JournalEntry.exception,
            sa.case((JournalEntry.complaint_id.is_(None), sa.true()), else_=readable_condition(scope)).label(
                "may_read"
            ),
        )
        .outerjoin(Complaint, Complaint.id == JournalEntry.complaint_id)
        .outerjoin(Agency, Agency.id == JournalEntry.agency_id)
        .where(sa.or_(JournalEntry.complaint_id.is_(None), visible_condition(scope)))
    )


def _narrowed(statement: "sa.Select[Any]", chosen: Chosen, *, exceptions: bool) -> "sa.Select[Any]":
    entry = JournalEntry
    if chosen.person_ids is not None:
        statement = statement.where(
            entry.person_id.in_(chosen.person_ids) if chosen.person_ids else entry.person_id.is_(None)
        )
    if chosen.agency_id is not None:
        statement = statement.where(entry.agency_id == chosen.agency_id)
    if chosen.complaint_id is not None:
        statement = statement.where(entry.complaint_id == chosen.complaint_id)
    if exceptions:
        statement = statement.where(entry.exception.is_not(None))
    if chosen.kind is not None:
        statement = statement.where((entry.exception if exceptions else entry.kind) == chosen.kind)
    if chosen.since is not None:
        statement = statement.where(entry.at >= chosen.since)
    if chosen.until is not None:
        statement = statement.where(entry.at < chosen.until)
    return statement


def _row(row: Any) -> FactRow:
    values = row._mapping
    found = {name: values[name] for name in FactRow.__dataclass_fields__ if name != "word"}
    detail = (values["detail"] or {}) if found["kind"] == ACKNOWLEDGED else {}
    word = {name: detail[name] for name in _OF_A_WORD if name in detail}
    return FactRow(**{**found, "may_read": bool(found["may_read"]), "word": word})


def list_facts(session: Session, scope: Scope, chosen: Chosen, *, before: int | None, limit: int) -> list[FactRow]:
    """Facts, newest first; ``before`` is the number below which to go on.

    Sign-ins fill pages and are rarely looked for: they are left out unless their kind is chosen.
    """
    statement = (
        _narrowed(_facts(scope), chosen, exceptions=False)
        .add_columns(JournalDetail.values.label("detail"))
        .outerjoin(JournalDetail, sa.and_(JournalDetail.seq == JournalEntry.seq, JournalEntry.kind == ACKNOWLEDGED))
    )
    if chosen.kind is None:
        statement = statement.where(JournalEntry.kind != SIGNED_IN)
    if before is not None:
        statement = statement.where(JournalEntry.seq < before)
    return [_row(row) for row in session.execute(statement.order_by(JournalEntry.seq.desc()).limit(limit))]


def find_fact(session: Session, scope: Scope, seq: int) -> FullFact | None:
    """One fact with its values where the person may read them, or None out of scope."""
    statement = (
        _facts(scope)
        .add_columns(
            JournalEntry.assignment_id,
            JournalEntry.digest,
            JournalEntry.prev,
            JournalEntry.hash,
            JournalDetail.seq.label("detail_seq"),
            JournalDetail.values.label("detail"),
        )
        .outerjoin(JournalDetail, JournalDetail.seq == JournalEntry.seq)
        .where(JournalEntry.seq == seq)
    )
    found = session.execute(statement).first()
    if found is None:
        return None
    row = _row(found)
    is_erased = found.detail_seq is None
    values = dict(found.detail) if row.may_read and not is_erased else None
    return FullFact(row, values, is_erased, found.assignment_id, found.digest, found.prev, found.hash)


def neighbours(session: Session, scope: Scope, seq: int) -> tuple[int | None, int | None]:
    """The numbers of the facts before and after ``seq`` that the person may see."""
    seen = _facts(scope).with_only_columns(JournalEntry.seq).limit(1)
    earlier = session.scalar(seen.where(JournalEntry.seq < seq).order_by(JournalEntry.seq.desc()))
    later = session.scalar(seen.where(JournalEntry.seq > seq).order_by(JournalEntry.seq))
    return earlier, later


@dataclass(frozen=True)
class Exceptional:
    """One exception; ``reason`` None where it has none, was erased or is closed to the person."""

    row: FactRow
    reason: str | None


def list_exceptions(
    session: Session, scope: Scope, chosen: Chosen, *, before: int | None, limit: int
) -> list[Exceptional]:
    """Facts that left the usual way, newest first."""
    statement = (
        _narrowed(_facts(scope), chosen, exceptions=True)
        .add_columns(JournalDetail.values.label("detail"))
        .outerjoin(JournalDetail, JournalDetail.seq == JournalEntry.seq)
    )
    if before is not None:
        statement = statement.where(JournalEntry.seq < before)
    found = []
    for item in session.execute(statement.order_by(JournalEntry.seq.desc()).limit(limit)):
        row = _row(item)
        reason = (item.detail or {}).get("reason") if row.may_read else None
        found.append(Exceptional(row, reason if isinstance(reason, str) and reason else None))
    return found


def count_exceptions(session: Session, scope: Scope, chosen: Chosen) -> dict[ExceptionKind, int]:
    """How many of each kind there are within ``chosen``, whatever its kind; kinds without any are left out."""
    without_kind = Chosen(chosen.person_ids, chosen.agency_id, chosen.complaint_id, None, chosen.since, chosen.until)
    kept = _narrowed(_facts(scope), without_kind, exceptions=True).subquery()
    rows = session.execute(sa.select(kept.c.exception, sa.func.count()).group_by(kept.c.exception))
    known = set(ExceptionKind)
    return {ExceptionKind(kind): count for kind, count in rows if kind in known}


@dataclass(frozen=True)
class Reading:
    """Somebody was shown a complaint; never what stands in it."""

    id: int
    at: datetime
    person_id: int
    person_name: str
    post_title: str
    complaint_id: int
    number: str
    tracking_id: str | None
    what: str

    @property
    def complaint(self) -> str:
        """What people call the complaint."""
        return f"#{self.tracking_id}" if self.tracking_id else self.number


def list_readings(session: Session, scope: Scope, chosen: Chosen, *, before: int | None, limit: int) -> list[Reading]:
    """Who was shown which complaint, newest first; only complaints that ``scope`` may know of."""
    statement = (
        sa.select(
            ReadLog.id,
            ReadLog.at,
            ReadLog.person_id,
            ReadLog.person_name,
            ReadLog.post_title,
            ReadLog.complaint_id,
            Complaint.number,
            Complaint.tracking_id,
            ReadLog.what,
        )
        .join(Complaint, Complaint.id == ReadLog.complaint_id)
        .where(visible_condition(scope))
    )
    if chosen.person_ids is not None:
        statement = statement.where(ReadLog.person_id.in_(chosen.person_ids))
    if chosen.complaint_id is not None:
        statement = statement.where(ReadLog.complaint_id == chosen.complaint_id)
    if chosen.kind is not None:
        statement = statement.where(ReadLog.what == chosen.kind)
    if chosen.since is not None:
        statement = statement.where(ReadLog.at >= chosen.since)
    if chosen.until is not None:
        statement = statement.where(ReadLog.at < chosen.until)
    if before is not None:
        statement = statement.where(ReadLog.id < before)
    rows = session.execute(statement.order_by(ReadLog.id.desc()).limit(limit))
    return [Reading(**row._mapping) for row in rows]


def agency_choices(session: Session) -> list[tuple[int, str]]:
    """Key and name of all agencies by name, those that were closed too."""
    rows = session.execute(sa.select(Agency.id, Agency.name).order_by(Agency.name, Agency.id))
    return [(row.id, row.name) for row in rows]
