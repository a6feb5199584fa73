"""Passing on to units (bidang): who got a complaint, passing on later, taking back, and what a unit may see."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lapor.accounts.models import Account
from lapor.agencies.models import Agency
from lapor.calendar.queries import setting_value
from lapor.complaints.models import NO_DUE, Complaint
from lapor.complaints.queries import withheld_condition
from lapor.complaints.rules import OPEN_STATUSES
from lapor.core.clock import local_day
from lapor.core.errors import Conflict, Invalid, NotAllowed, NotFound
from lapor.core.working_days import Calendar
from lapor.dispositions import events
from lapor.dispositions.authority import complaint_of, facts_of, need_running
from lapor.dispositions.models import Acknowledgement, Disposition, Material, PassedOn
from lapor.dispositions.queries import NOT_FOUND, visible_condition
from lapor.dispositions.rules import OPEN, MaterialState, State
from lapor.journal.services import record
from lapor.notifications.models import Kind
from lapor.notifications.services import notify
from lapor.offices.models import Assignment, Person, Post
from lapor.offices.queries import covers, head_of
from lapor.policy import Actor, Permission, Power, Role, Scope

MATERIAL_DAYS = "unit_material_days"
"""The setting: working days that a unit has for its material, as a hint; nothing is late by it."""
DEFAULT_MATERIAL_DAYS = 3
MAX_LABEL = 200
_GONE = [State.WITHDRAWN.value, State.RETURNED.value]


def key_of_receiver(post_id: int | None, label: str) -> str:
    """What tells one receiver of an order from another, also when a statement is superseded."""
    return f"post:{post_id}" if post_id is not None else f"label:{label}"


def _stands() -> "sa.ColumnElement[bool]":
    """The statement was neither superseded nor (a paper that the coordinator refused) voided."""
    return sa.and_(Acknowledgement.superseded_by_id.is_(None), Acknowledgement.voided_at.is_(None))


def _standing() -> "sa.Select[PassedOn]":
    """What was passed on by a statement that still stands and was not taken back."""
    return (
        sa.select(PassedOn)
        .join(Acknowledgement, Acknowledgement.id == PassedOn.acknowledgement_id)
        .where(_stands(), PassedOn.taken_back_at.is_(None))
        .order_by(PassedOn.id)
    )


def list_passed(session: Session, disposition_id: int) -> Sequence[PassedOn]:
    """To whom an order is passed on today, in the order of passing."""
    return session.scalars(_standing().where(PassedOn.disposition_id == disposition_id)).all()


def unit_order(session: Session, scope: Scope, complaint_id: int) -> int | None:
    """The order through which a unit sees this complaint, or None for a person who sees it by another post too.

    A unit sees nothing of the case but what was passed on to it, so its readers are led to their own page.
    """
    if not scope.unit_post_ids or _sees_otherwise(session, scope, complaint_id):
        return None
    return session.scalar(
        _passed_to(scope.unit_post_ids)
        .where(Disposition.complaint_id == complaint_id)
        .with_only_columns(Disposition.id, maintain_column_froms=True)
        .order_by(None)
        .order_by(Disposition.id.desc())
        .limit(1)
    )


def _sees_otherwise(session: Session, scope: Scope, complaint_id: int) -> bool:
    own = replace(scope, unit_post_ids=frozenset())
    if own.nothing:
        return False
    found = session.scalar(sa.select(Complaint.id).where(Complaint.id == complaint_id, visible_condition(own)))
    return found is not None


def _passed_to(post_ids: frozenset[int]) -> "sa.Select[PassedOn, Disposition, Complaint]":
    """Orders passed on to these posts: running or over, never withdrawn or returned; a confidential one only when
    the head ticked the unit himself (domain.md)."""
    return (
        sa.select(PassedOn, Disposition, Complaint)
        .join(Acknowledgement, Acknowledgement.id == PassedOn.acknowledgement_id)
        .join(Disposition, Disposition.id == PassedOn.disposition_id)
        .join(Complaint, Complaint.id == Disposition.complaint_id)
        .where(
            _stands(),
            PassedOn.taken_back_at.is_(None),
            PassedOn.post_id.in_(sorted(post_ids)),
            Disposition.state.not_in(_GONE),
            sa.or_(sa.not_(withheld_condition()), PassedOn.by_head.is_(True)),
        )
        .order_by(PassedOn.id)
    )


@dataclass(frozen=True)
class Passed:
    """An order as a unit has it: by which of the person's posts, and until when the material is wished for."""

    passed: PassedOn
    disposition: Disposition
    complaint: Complaint
    power: Power


def load_passed(session: Session, disposition_id: int, actor: Actor) -> Passed:
    """The order as it was passed on to a unit of ``actor``. Raises NotFound for everybody else."""
    found = find_own(session, disposition_id, actor)
    if found is None:
        raise NotFound(NOT_FOUND)
    return found


def find_own(session: Session, disposition_id: int, actor: Actor) -> Passed | None:
    """The order as it was passed on to a unit of ``actor``, or None."""
    units = {p.post_id: p for p in actor.powers if p.role is Role.UNIT and p.grants(Permission.MATERIAL_WRITE)}
    row = None
    if units:
        row = session.execute(
            _passed_to(frozenset(units)).where(PassedOn.disposition_id == disposition_id).limit(1)
        ).first()
    if row is None or row.PassedOn.post_id is None:
        return None
    return Passed(row.PassedOn, row.Disposition, row.Complaint, units[row.PassedOn.post_id])


def material_due(
    session: Session, calendar: Calendar, passed: PassedOn, disposition: Disposition, known_on: date | None
) -> date:
    """Until when the unit's material is wished for: some working days after the passing, never after the answer's
    own limit. A hint: nothing is late by it."""
    start = local_day(passed.passed_at) if passed.passed_at else known_on or disposition.disposed_on
    days = max(1, int(setting_value(session, MATERIAL_DAYS, start, DEFAULT_MATERIAL_DAYS)))
    due = calendar.add(start, days)
    return min(due, disposition.next_due_on) if disposition.next_due_on != NO_DUE else due


@dataclass(frozen=True)
class UnitWork:
    """A line of a unit's work: title as it is, to be masked by who shows it."""

    disposition_id: int
    title: str
    reference: str
    is_withheld: bool
    agency: str
    passed: PassedOn
    disposition: Disposition
    state: MaterialState | None
    is_over: bool


def list_unit_work(session: Session, post_ids: frozenset[int], limit: int) -> list[UnitWork]:
    """What was passed on to these posts: what still asks for a word first, then what was sent, then what is over."""
    if not post_ids:
        return []
    waits = sa.case(
        (Disposition.is_open.is_(False), 2),
        (Material.state == MaterialState.SENT.value, 1),
        else_=0,
    )
    rows = session.execute(
        _passed_to(post_ids)
        .join(Agency, Agency.id == Disposition.agency_id)
        .outerjoin(Material, _material_of_passed())
        .add_columns(Agency.abbreviation, Material.state)
        .order_by(None)
        .order_by(waits, Disposition.next_due_on, PassedOn.id)
        .limit(limit)
    )
    return [
        UnitWork(
            disposition_id=row.Disposition.id,
            title=row.Complaint.title,
            reference=row.Complaint.reference,
            is_withheld=row.Complaint.is_withheld,
            agency=row.abbreviation,
            passed=row.PassedOn,
            disposition=row.Disposition,
            state=row.state,
            is_over=not row.Disposition.is_open,
        )
        for row in rows
    ]


def _material_of_passed() -> "sa.ColumnElement[bool]":
    return sa.and_(Material.disposition_id == PassedOn.disposition_id, Material.post_id == PassedOn.post_id)


def unit_waiting(post_ids: frozenset[int]) -> "sa.Select[int]":
    """Keys of the passings that still wait for these units' material, for counting."""
    return (
        _passed_to(post_ids)
        .outerjoin(Material, _material_of_passed())
        .where(
            Disposition.is_open.is_(True),
            sa.or_(Material.id.is_(None), Material.state != MaterialState.SENT.value),
        )
        .with_only_columns(PassedOn.id, maintain_column_froms=True)
        .order_by(None)
    )


@dataclass(frozen=True)
class UnitHolder:
    """Who holds a unit's post; without an account his material comes on paper."""

    person_id: int
    name: str
    has_account: bool


def holders_of_posts(session: Session, post_ids: Iterable[int], day: date) -> dict[int, list[UnitHolder]]:
    """Everybody who holds each of these posts on ``day``, by name."""
    keys = sorted(set(post_ids))
    found: dict[int, list[UnitHolder]] = {key: [] for key in keys}
    rows = session.execute(
        sa.select(Assignment.post_id, Person, Account.id)
        .join(Person, Person.id == Assignment.person_id)
        .outerjoin(Account, sa.and_(Account.person_id == Person.id, Account.is_active.is_(True)))
        .where(Assignment.post_id.in_(keys), covers(day))
        .order_by(Assignment.post_id, Person.name, Person.id)
    )
    for post_id, person, account_id in rows:
        found[post_id].append(UnitHolder(person.id, person.full_name, account_id is not None))
    return found


def reminded_first(session: Session, agency_id: int, head_agency_id: int, day: date) -> list[list[int]]:
    """Whom a reminder reaches, step by step: the Pejabat Penghubung, then the head (office.md 1.5).

    A step without anybody is left out, so that a vacant post does not swallow the reminder.
    """
    liaisons = list(
        session.scalars(
            sa.select(Assignment.person_id)
            .join(Post, Post.id == Assignment.post_id)
            .where(Post.agency_id == agency_id, Post.kind == Role.LIAISON, covers(day))
            .order_by(Assignment.person_id)
        )
    )
    head = head_of(session, head_agency_id, day)
    steps = [liaisons, [head.person_id] if head else []]
    return [step for step in steps if step]


# --- passing on beside the acknowledgement ----------------------------------------------------------------------


def passing_power(actor: Actor, disposition: Disposition) -> Power | None:
    """The post by which ``actor`` passes this order on: the head's first, else the liaison's of the agency."""
    powers = [
        power
        for power in actor.powers
        if power.grants(Permission.DISPOSITION_PASS_ON)
        and power.agency_id in {disposition.agency_id, disposition.head_agency_id}
    ]
    powers.sort(key=lambda power: power.role is not Role.HEAD)
    return powers[0] if powers else None


def may_pass_on(actor: Actor, disposition: Disposition, complaint: Complaint) -> bool:
    """Whether ``actor`` may pass this order on now (``pass_on_later``), for showing the way there."""
    power = passing_power(actor, disposition)
    return (
        power is not None
        and disposition.is_open
        and disposition.acknowledged_on is not None
        and disposition.state in OPEN
        and (power.role is Role.HEAD or not complaint.is_withheld)
    )


def need_passing(actor: Actor, disposition: Disposition, complaint: Complaint) -> Power:
    """The post by which ``actor`` may pass on or take back. Raises NotAllowed otherwise.

    A confidential complaint reaches a unit only when the head ticked it himself (domain.md).
    """
    power = passing_power(actor, disposition)
    if power is None:
        raise NotAllowed("Aduan diteruskan oleh kepala OPD atau Pejabat Penghubung OPD yang menangani.")
    if complaint.is_withheld and power.role is not Role.HEAD:
        raise NotAllowed("Aduan rahasia hanya diteruskan kepada bidang oleh kepala OPD sendiri.")
    return power


def pass_on_later(
    session: Session,
    disposition: Disposition,
    *,
    post_ids: Sequence[int],
    label: str = "",
    actor: Actor,
    now: datetime,
) -> tuple[str, ...]:
    """Pass an order that the head knows on to further units; returns their names.

    Raises NotAllowed for others than head and liaison, Conflict before the head knows or when the order is over,
    Invalid for nobody, a post of another agency or one that has it already.
    """
    complaint = complaint_of(session, disposition)
    power = need_passing(actor, disposition, complaint)
    need_running(complaint)
    known = session.scalar(
        sa.select(Acknowledgement)
        .where(Acknowledgement.disposition_id == disposition.id, _stands())
        .order_by(Acknowledgement.id.desc())
        .limit(1)
    )
    if known is None or disposition.state not in OPEN:
        raise Conflict("Aduan diteruskan kepada bidang setelah pimpinan mengetahui dan selama masih ditangani.")
    have = {key_of_receiver(item.post_id, item.label): item.label for item in list_passed(session, disposition.id)}
    made = [PassedOn(post_id=post.id, label=post.title) for post in _posts_of(session, disposition, post_ids)]
    words = " ".join(label.split())[:MAX_LABEL]
    if words:
        made.append(PassedOn(post_id=None, label=words))
    if not made:
        raise Invalid("Pilih paling sedikit satu penerima.", field="pass_to")
    for item in made:
        if key_of_receiver(item.post_id, item.label) in have:
            raise Invalid(f"Aduan ini sudah diteruskan kepada {item.label}.", field="pass_to")
        item.acknowledgement_id = known.id
        item.disposition_id = disposition.id
        item.by_head = power.role is Role.HEAD
        item.passed_at = now
        item.passed_by_name = actor.name
        session.add(item)
    session.flush()
    names = tuple(item.label for item in made)
    record(
        session,
        events.PassedOnLater(*facts_of(session, disposition), names, power.role is Role.HEAD),
        actor=actor,
        now=now,
        permission=Permission.DISPOSITION_PASS_ON,
    )
    tell_units(session, disposition, complaint, [item.post_id for item in made], actor=actor, now=now)
    return names


def _posts_of(session: Session, disposition: Disposition, post_ids: Sequence[int]) -> Sequence[Post]:
    if not post_ids:
        return ()
    posts = session.scalars(
        sa.select(Post)
        .where(
            Post.id.in_(sorted(set(post_ids))),
            Post.agency_id.in_([disposition.agency_id, disposition.head_agency_id]),
            Post.kind == Role.UNIT,
            Post.ends_on.is_(None),
        )
        .order_by(Post.title, Post.id)
    ).all()
    if len(posts) != len(set(post_ids)):
        raise Invalid("Pilih penerima dari daftar bidang OPD ini.", field="pass_to")
    return posts


def tell_units(
    session: Session,
    disposition: Disposition,
    complaint: Complaint,
    post_ids: Iterable[int | None],
    *,
    actor: Actor,
    now: datetime,
) -> None:
    """Tell the holders of these unit posts that a complaint came to them; without a word of its content."""
    keys = [key for key in post_ids if key is not None]
    units = session.scalars(sa.select(Post.id).where(Post.id.in_(keys), Post.kind == Role.UNIT)).all() if keys else []
    people = [item.person_id for held in holders_of_posts(session, units, actor.day).values() for item in held]
    notify(
        session,
        people,
        kind=Kind.COMPLAINT,
        sentence=f"Aduan {complaint.reference} diteruskan kepada Anda. Bahan jawaban ditunggu.",
        url=f"/disposisi/{disposition.id}/bahan",
        now=now,
        complaint_id=complaint.id,
        agency_id=disposition.agency_id,
        without=actor.person_id,
    )


def take_back(
    session: Session, disposition: Disposition, passed: PassedOn, *, reason: str, actor: Actor, now: datetime
) -> None:
    """Take a passing back with a reason: from then on the unit sees nothing of it.

    What the head ticked only the head takes back. Raises Conflict when it was taken back already.
    """
    complaint = complaint_of(session, disposition)
    power = need_passing(actor, disposition, complaint)
    if passed.by_head and power.role is not Role.HEAD:
        raise NotAllowed("Yang diteruskan kepala OPD hanya ditarik oleh kepala OPD.")
    if complaint.status not in OPEN_STATUSES:
        raise Conflict("Aduan ini sudah tidak berjalan.")
    if passed.taken_back_at is not None:
        raise Conflict(f"Penerusan kepada {passed.label} sudah ditarik oleh {passed.taken_back_by_name}.")
    if not reason.strip():
        raise Invalid("Tulis alasan menarik penerusan.", field="reason")
    passed.taken_back_at = now
    passed.taken_back_by_name = actor.name
    passed.take_back_reason = reason.strip()
    session.flush()
    record(
        session,
        events.TakenBack(*facts_of(session, disposition), passed.label, reason.strip()),
        actor=actor,
        now=now,
        permission=Permission.DISPOSITION_PASS_ON,
    )
    held = holders_of_posts(session, [passed.post_id], actor.day) if passed.post_id is not None else {}
    notify(
        session,
        [item.person_id for people in held.values() for item in people],
        kind=Kind.COMPLAINT,
        sentence=f"Aduan {complaint.reference} tidak lagi diteruskan kepada Anda.",
        url="/",
        now=now,
        complaint_id=complaint.id,
        agency_id=disposition.agency_id,
        without=actor.person_id,
    )


def find_passed(session: Session, disposition_id: int, passed_id: int) -> PassedOn | None:
    """A passing of this order whose statement stands, also one that was taken back; else None."""
    return session.scalar(
        sa.select(PassedOn)
        .join(Acknowledgement, Acknowledgement.id == PassedOn.acknowledgement_id)
        .where(
            PassedOn.id == passed_id,
            PassedOn.disposition_id == disposition_id,
            _stands(),
        )
    )
