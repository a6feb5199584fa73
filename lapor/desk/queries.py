"""The list of complaints: one statement for its rows, one for all its counts, however many rows there are."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any, NamedTuple, TypeAlias

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from lapor.agencies.models import Agency
from lapor.complaints.models import NO_DUE, Complaint
from lapor.complaints.queries import not_about_agencies_condition, not_about_office_condition
from lapor.complaints.rules import OPEN_STATUSES, ReportClass, ReportedParty, Status, is_withheld
from lapor.core.db import one_of
from lapor.core.rows import plain_rows
from lapor.desk.rules import Order, View
from lapor.dispositions.models import Acknowledgement, Deadline, Disposition, Response
from lapor.dispositions.queries import KEPT, readable_condition, visible_condition
from lapor.dispositions.rules import Part, Stage, State
from lapor.policy import Scope

Keys: TypeAlias = "sa.Select[*tuple[Any, ...]]"

STOP = 1001
"""Counting stops here: one more than ``web.paging`` names."""

_TO_CHECK = [Status.RECEIVED, Status.VERIFIED, Status.RETURNED]
# while the reporter completes his report nothing is late, and what is answered waits for the reporter
_RUNNING = sorted(OPEN_STATUSES - {Status.ON_HOLD, Status.FINISHED})
OFFICE_STAGES = (Stage.VERIFICATION, Stage.ACKNOWLEDGEMENT, Stage.FIRST_FOLLOW_UP, Stage.COMPLETION)
"""The stages that the office has to keep; the reporter's reply is nobody's task here."""


@dataclass(frozen=True)
class Filters:
    """What the address asks for besides the view. ``unclassified`` asks for rows without a class.

    ``stages`` asks for rows of which a limit of one of these stages is past, ``due_on`` for those of which a limit is
    due on that day (of ``stages``, or any); ``agency_id`` is then who has to keep the limit, else the lead agency.
    """

    words: str = ""
    agency_id: int | None = None
    report_class: ReportClass | None = None
    unclassified: bool = False
    status: Status | None = None
    year: int | None = None
    stages: frozenset[Stage] = frozenset()
    due_on: date | None = None

    @property
    def by_limit(self) -> bool:
        """Whether single limits are asked for."""
        return bool(self.stages or self.due_on)

    @property
    def any(self) -> bool:
        """Whether the list is narrowed at all."""
        return self != Filters()

    @property
    def reference(self) -> str | None:
        """The Tracking ID or number when the words are one (``#9312044``, ``A-2026-000123``), else None."""
        words = self.words.strip().removeprefix("#").upper()
        if words.isascii() and words.isdigit() and 6 <= len(words) <= 10:
            return words
        return words if words.startswith("A-") and len(words) == 13 and words[2:6].isdigit() else None


@dataclass(frozen=True)
class Horizon:
    """The days that views are cut at: today, and the last day that counts as nearly due."""

    today: date
    soon: date


class Times(NamedTuple):
    """The four facts of an order: given to the agency, first opened by its head, acknowledged, answered."""

    delivered_at: datetime
    opened_at: datetime | None
    known_at: datetime | None
    answered_at: datetime | None


class ListRow(NamedTuple):
    """One row as the list shows it. ``title`` is None where the content is closed to the reader.

    ``state`` and ``is_owed`` are those of the reader's own agency; for the desk ``state`` is None and ``is_owed``
    says whether any agency owes, and ``times`` are not told. ``asked`` and ``known``: agencies that handle it, and
    those whose head knows.
    """

    id: int
    number: str
    tracking_id: str | None
    title: str | None
    report_class: ReportClass | None
    channel: str | None
    received_on: date
    is_confidential: bool
    is_anonymous: bool
    status: Status
    is_history: bool
    reported_party: ReportedParty | None
    agency: str | None
    state: State | None
    is_owed: bool
    disposition_id: int | None
    due_on: date | None
    next_stage: str | None
    completion_due_on: date | None
    completion_met_on: date | None
    asked: int
    known: int
    times: Times | None = None

    @property
    def reference(self) -> str:
        """What people call it: the Tracking ID, else our number."""
        return f"#{self.tracking_id}" if self.tracking_id else self.number

    @property
    def is_withheld(self) -> bool:
        """Whether title and text stay closed to the reader."""
        return self.title is None

    @property
    def is_closed_content(self) -> bool:
        """Whether the content is closed to all but those who handle it; each reading of it is noted."""
        return is_withheld(self.is_confidential, self.reported_party)


def to_check_condition() -> "sa.ColumnElement[bool]":
    """Complaints that wait for the coordinator: new, verified but not given, returned by an agency."""
    return sa.and_(one_of(Complaint.status, _TO_CHECK), Complaint.is_history.is_(False), not_about_office_condition())


def to_inspect_condition() -> "sa.ColumnElement[bool]":
    """Complaints about the coordinator's office that wait for the Inspektorat's verifier."""
    return sa.and_(
        Complaint.reported_party == ReportedParty.COORDINATOR_OFFICE.value,
        one_of(Complaint.status, _TO_CHECK),
        Complaint.is_history.is_(False),
    )


def _any_owed() -> "sa.ColumnElement[bool]":
    order = aliased(Disposition)
    return sa.exists().where(order.complaint_id == Complaint.id, order.is_owed.is_(True)).correlate(Complaint)


def _province_view(view: View, horizon: Horizon, scope: Scope) -> "sa.ColumnElement[bool]":
    current = Complaint.is_history.is_(False)
    match view:
        case View.TO_CHECK:
            return to_check_condition() if scope.reads_confidential else to_inspect_condition()
        case View.UNKNOWN:
            waiting = Complaint.status == Status.DISPOSED.value
            supporting = sa.and_(one_of(Complaint.status, _RUNNING), _any_owed())
            return sa.and_(current, one_of(Complaint.status, _RUNNING), sa.or_(waiting, supporting))
        case View.SOON:
            return sa.and_(
                one_of(Complaint.status, _RUNNING),
                current,
                Complaint.next_due_on >= horizon.today,
                Complaint.next_due_on <= horizon.soon,
            )
        case View.LATE:
            return sa.and_(one_of(Complaint.status, _RUNNING), current, Complaint.next_due_on < horizon.today)
        case View.RETURNED:
            return sa.and_(Complaint.status == Status.RETURNED.value, current)
        case View.FINISHED:
            return sa.and_(Complaint.status == Status.FINISHED.value, current)
        case View.FORWARDED:
            return Complaint.status == Status.FORWARDED.value
        case View.HISTORY:
            return Complaint.is_history.is_(True)
        case View.TO_DO:
            return sa.and_(one_of(Complaint.status, sorted(OPEN_STATUSES)), current)
        case View.ALL:
            return sa.true()


def _agency_view(view: View, horizon: Horizon) -> "sa.ColumnElement[bool]":
    """Conditions on an agency's own order (``disposition`` joined with its complaint)."""
    moving = sa.and_(Disposition.is_open.is_(True), Complaint.status != Status.ON_HOLD.value)
    match view:
        case View.TO_DO:
            return Disposition.is_open.is_(True)
        case View.UNKNOWN:
            return sa.and_(Disposition.is_open.is_(True), Disposition.is_owed.is_(True))
        case View.SOON:
            return sa.and_(moving, Disposition.next_due_on >= horizon.today, Disposition.next_due_on <= horizon.soon)
        case View.LATE:
            return sa.and_(moving, Disposition.next_due_on < horizon.today)
        case View.FINISHED:
            return sa.and_(Disposition.state == State.FINISHED.value, Complaint.is_history.is_(False), _is_latest())
        case View.RETURNED:
            return sa.and_(Disposition.state == State.RETURNED.value, _is_latest())
        case View.HISTORY:
            return sa.and_(Complaint.is_history.is_(True), _is_latest())
        case View.TO_CHECK | View.FORWARDED | View.ALL:
            return _is_latest()


def _is_latest() -> "sa.ColumnElement[bool]":
    """Of several orders about one complaint to one agency the last that was not withdrawn."""
    later = aliased(Disposition)
    return sa.and_(
        Disposition.state != State.WITHDRAWN.value,
        ~sa.exists()
        .where(
            later.complaint_id == Disposition.complaint_id,
            later.agency_id == Disposition.agency_id,
            later.id > Disposition.id,
            later.state != State.WITHDRAWN.value,
        )
        .correlate(Disposition),
    )


def _narrowed(filters: Filters, scope: Scope) -> list["sa.ColumnElement[bool]"]:
    """The filters as conditions. Words are looked for in titles only where the reader may read the content."""
    if filters.reference is not None:
        column = Complaint.number if filters.reference.startswith("A-") else Complaint.tracking_id
        return [column == filters.reference]
    readable = readable_condition(scope)
    found: list[sa.ColumnElement[bool]] = [
        sa.or_(
            sa.and_(Complaint.title.icontains(word, autoescape=True), readable),
            Complaint.tracking_id.icontains(word.removeprefix("#"), autoescape=True),
            Complaint.number.icontains(word, autoescape=True),
        )
        for word in filters.words.split()[:8]
    ]
    if filters.agency_id is not None and not filters.by_limit:
        found.append(Complaint.lead_agency_id == filters.agency_id)
    if filters.report_class is not None:
        found.append(Complaint.report_class == filters.report_class.value)
    if filters.unclassified:
        found.append(Complaint.report_class.is_(None))
    if filters.status is not None:
        found.append(Complaint.status == filters.status.value)
    if filters.year is not None:
        found.append(Complaint.received_on.between(date(filters.year, 1, 1), date(filters.year, 12, 31)))
    return found


def running_limits(scope: Scope, *, before: date | None = None, on: date | None = None) -> list[Any]:
    """Conditions on ``deadline`` joined with its complaint and (outer) its disposition: what still has to be kept.

    Before a day (late), on a day, or at all. Whoever works for an agency sees what his agency has to keep.
    """
    found: list[Any] = [
        Deadline.is_open.is_(True),
        one_of(Deadline.stage, OFFICE_STAGES),
        one_of(Complaint.status, _RUNNING),
        Complaint.is_history.is_(False),
        visible_condition(scope),
    ]
    if before is not None:
        found.append(Deadline.due_on < before)
    if on is not None:
        found.append(Deadline.due_on == on)
    if not scope.everything:
        found.append(one_of(Disposition.agency_id, sorted(scope.agency_ids)))
    return found


def _of_limits(filters: Filters, scope: Scope, horizon: Horizon, *, own: bool) -> "sa.ColumnElement[bool]":
    """Rows with such a limit (``Filters.by_limit``): the own order's, else any of the complaint's."""
    limit, order = aliased(Deadline), aliased(Disposition)
    conditions: list[Any] = [
        limit.is_open.is_(True),
        one_of(limit.stage, sorted(filters.stages or OFFICE_STAGES)),
        limit.due_on == filters.due_on if filters.due_on else limit.due_on < horizon.today,
    ]
    if filters.agency_id is not None:
        conditions.append(order.agency_id == filters.agency_id)
    if not scope.everything:
        conditions.append(one_of(order.agency_id, sorted(scope.agency_ids)))
    # not correlated: few limits are late or due on a day, while asking each complaint for its own takes seconds
    kept = sa.select(limit.disposition_id if own else limit.complaint_id).where(*conditions)
    found = (Disposition.id if own else Complaint.id).in_(kept.outerjoin(order, order.id == limit.disposition_id))
    return sa.and_(one_of(Complaint.status, _RUNNING), Complaint.is_history.is_(False), found)


def agencies_of(session: Session, scope: Scope) -> Scope:
    """``scope`` with the units below its agencies for which their head acknowledges; at most one query."""
    if scope.everything or not scope.agency_ids:
        return scope
    below = frozenset(row.id for row in plain_rows(session, _below_statement(scope.agency_ids)))
    return Scope(
        agency_ids=scope.agency_ids | below,
        unit_post_ids=scope.unit_post_ids,
        person_id=scope.person_id,
    )


@lru_cache(maxsize=KEPT)
def _below_statement(agency_ids: frozenset[int]) -> Keys:
    return (
        sa.select(Agency.id)
        .where(one_of(Agency.parent_id, sorted(agency_ids)), Agency.acknowledged_by == "parent")
        .order_by(Agency.id)
    )


def _selection(scope: Scope, view: View, filters: Filters, horizon: Horizon) -> tuple[Keys, bool]:
    """Keys of the rows of a view within ``scope``, and whether they come through an agency's own orders."""
    narrowed = _narrowed(filters, scope)
    by_own_orders = bool(scope.agency_ids and not scope.everything and not scope.unit_post_ids)
    if filters.by_limit:
        narrowed.append(_of_limits(filters, scope, horizon, own=by_own_orders))
    if by_own_orders:
        ids = sorted(scope.agency_ids)
        own = Disposition.agency_id == ids[0] if len(ids) == 1 else one_of(Disposition.agency_id, ids)
        return (
            sa.select(Disposition.id.label("disposition_id"), Complaint.id.label("complaint_id"))
            .join(Complaint, Complaint.id == Disposition.complaint_id)
            .where(
                own,
                _agency_view(view, horizon),
                not_about_agencies_condition(scope.agency_ids, scope.person_id),
                *narrowed,
            ),
            True,
        )
    return (
        sa.select(sa.null().label("disposition_id"), Complaint.id.label("complaint_id")).where(
            visible_condition(scope), _province_view(view, horizon, scope), *narrowed
        ),
        False,
    )


def _sorted_keys(keys: Keys, order: Order, own: bool) -> Keys:
    """The keys in their order, always with a tie-breaker, along an index where there is one."""
    match order, own:
        case Order.DUE, True:
            return keys.order_by(Disposition.next_due_on, Disposition.id)
        case Order.NEWEST, True:
            return keys.order_by(Disposition.id.desc())
        case Order.OLDEST, True:
            return keys.order_by(Disposition.id)
        case Order.DUE, False:
            return keys.order_by(Complaint.next_due_on, Complaint.id)
        case Order.NEWEST, False:
            return keys.order_by(Complaint.received_on.desc(), Complaint.id.desc())
        case _:
            return keys.order_by(Complaint.received_on, Complaint.id)


def list_rows(
    session: Session,
    scope: Scope,
    view: View,
    filters: Filters,
    order: Order,
    horizon: Horizon,
    *,
    limit: int,
    offset: int = 0,
    with_times: bool = False,
) -> list[ListRow]:
    """At most ``limit`` rows of a view, in order, in one statement; ``with_times``: the four facts of own orders too.

    ``scope`` is the person's (``agencies_of``). Keys are chosen first; only the chosen rows are looked at closely.
    """
    statement = _rows_statement(scope, view, filters, order, horizon, limit, offset, with_times)
    return [_row(*row) for row in plain_rows(session, statement)]


@lru_cache(maxsize=KEPT)
def _rows_statement(
    scope: Scope,
    view: View,
    filters: Filters,
    order: Order,
    horizon: Horizon,
    limit: int,
    offset: int,
    with_times: bool,
) -> Keys:
    keys, own = _selection(scope, view, filters, horizon)
    chosen = _sorted_keys(keys, order, own).limit(limit).offset(offset).subquery("chosen")
    agency = aliased(Agency)
    columns = [
        Complaint.id,
        Complaint.number,
        Complaint.tracking_id,
        Complaint.title,
        Complaint.report_class,
        Complaint.channel,
        Complaint.received_on,
        Complaint.is_confidential,
        Complaint.is_anonymous,
        Complaint.status,
        Complaint.is_history,
        Complaint.reported_party,
        agency.abbreviation.label("agency"),
        readable_condition(scope).label("may_read"),
        *_completion(own),
        _asked_and_known(),
    ]
    statement: Keys
    if own:
        statement = (
            sa.select(
                *columns,
                Disposition.state,
                Disposition.is_owed,
                Disposition.id.label("disposition_id"),
                Disposition.next_due_on,
                Disposition.next_stage,
                *(_times() if with_times else ()),
            )
            .select_from(chosen)
            .join(Complaint, Complaint.id == chosen.c.complaint_id)
            .join(Disposition, Disposition.id == chosen.c.disposition_id)
            .join(agency, agency.id == Disposition.agency_id)
        )
    else:
        statement = (
            sa.select(
                *columns,
                sa.null().label("state"),
                _any_owed().label("is_owed"),
                sa.null().label("disposition_id"),
                Complaint.next_due_on,
                Complaint.next_stage,
            )
            .select_from(chosen)
            .join(Complaint, Complaint.id == chosen.c.complaint_id)
            .outerjoin(agency, agency.id == Complaint.lead_agency_id)
        )
    return _sorted_keys(statement, order, own)


def _asked_and_known() -> "sa.Label[Any]":
    """Orders of the running round that stand, times ``_MANY``, plus those among them whose head knows: one look."""
    order = aliased(Disposition)
    return (
        sa.select(sa.func.count() * _MANY + sa.func.count(sa.case((order.state != State.WAITING.value, 1))))
        .where(
            order.complaint_id == Complaint.id,
            order.round == Complaint.round,
            order.state.not_in([State.WITHDRAWN.value, State.RETURNED.value]),
        )
        .correlate(Complaint)
        .scalar_subquery()
        .label("asked_and_known")
    )


_MANY = 1_000_000


def _times() -> list[Any]:
    """When it was given to the agency, opened, first known (a refused paper does not count), and first answered."""
    known = (
        sa.select(sa.func.min(Acknowledgement.acknowledged_at))
        .where(Acknowledgement.disposition_id == Disposition.id, Acknowledgement.voided_at.is_(None))
        .correlate(Disposition)
        .scalar_subquery()
    )
    answered = (
        sa.select(sa.func.min(Response.posted_at))
        .where(Response.disposition_id == Disposition.id)
        .correlate(Disposition)
        .scalar_subquery()
    )
    return [Disposition.disposed_at, Disposition.opened_at, known.label("known_at"), answered.label("answered_at")]


def _completion(own: bool) -> list["sa.ColumnElement[Any]"]:
    """When the answer was due and given, where it was: of the own order, for the desk of the lead's last one."""

    answered: Any = one_of(Complaint.status, [Status.FINISHED, Status.CLOSED])
    if own:
        answered = sa.or_(answered, one_of(Disposition.state, [State.FINISHED]))

    def latest(column: Any) -> "sa.ColumnElement[Any]":
        limit, order = aliased(Deadline), aliased(Disposition)
        statement = sa.select(getattr(limit, column)).where(
            limit.stage == Stage.COMPLETION.value, limit.is_void.is_(False)
        )
        if own:
            statement = statement.where(limit.disposition_id == Disposition.id).correlate(Disposition)
        else:
            statement = (
                statement.join(order, order.id == limit.disposition_id)
                .where(
                    limit.complaint_id == Complaint.id,
                    order.part == Part.LEAD.value,
                    order.round == Complaint.round,
                )
                .correlate(Complaint)
            )
        return sa.case((answered, statement.order_by(limit.id.desc()).limit(1).scalar_subquery()))

    return [latest("due_on").label("completion_due_on"), latest("met_on").label("completion_met_on")]


def _row(
    key: int,
    number: str,
    tracking_id: str | None,
    title: str,
    report_class: ReportClass | None,
    channel: str | None,
    received_on: date,
    is_confidential: bool,
    is_anonymous: bool,
    status: Status,
    is_history: bool,
    reported_party: ReportedParty | None,
    agency: str | None,
    may_read: bool,
    completion_due_on: date | None,
    completion_met_on: date | None,
    asked_and_known: int,
    state: State | None,
    is_owed: Any,
    disposition_id: int | None,
    next_due_on: date,
    next_stage: str | None,
    *facts: Any,
) -> ListRow:
    """A row of the statement, in the order of its columns; ``facts``: the four times of an own order."""
    return ListRow(
        key,
        number,
        tracking_id,
        title if may_read else None,
        report_class,
        channel,
        received_on,
        is_confidential,
        is_anonymous,
        status,
        is_history,
        reported_party,
        agency,
        state,
        bool(is_owed),
        disposition_id,
        None if next_due_on == NO_DUE else next_due_on,
        next_stage,
        completion_due_on,
        completion_met_on,
        *divmod(asked_and_known, _MANY),
        Times(*facts) if facts else None,
    )


@dataclass(frozen=True)
class ListCounts:
    """How many rows each view has under the filters, and the year of the oldest complaint.

    Counting stops at ``STOP``.
    """

    views: Mapping[View, int]
    first_year: int | None


def count_views(
    session: Session, scope: Scope, views: Sequence[View], filters: Filters, horizon: Horizon
) -> ListCounts:
    """All counts of the list's page in one statement."""
    row = plain_rows(session, _counts_statement(scope, tuple(views), filters, horizon))[0]._asdict()
    return ListCounts(
        views={view: int(row[view.name]) for view in views},
        first_year=row["first_day"].year if row["first_day"] else None,
    )


@lru_cache(maxsize=KEPT)
def _counts_statement(scope: Scope, views: tuple[View, ...], filters: Filters, horizon: Horizon) -> Keys:
    columns: list[Any] = [
        sa.select(sa.func.count())
        .select_from(_selection(scope, view, filters, horizon)[0].limit(STOP).subquery())
        .scalar_subquery()
        .label(view.name)
        for view in views
    ]
    first_day = sa.select(sa.func.min(Complaint.received_on)).scalar_subquery().label("first_day")
    return sa.select(*columns, first_day)


def agency_choices(session: Session, scope: Scope) -> list[tuple[int, str]]:
    """Key and short name of the agencies of ``scope``, of the whole province also closed ones: old rows name them."""
    statement = sa.select(Agency.id, Agency.abbreviation).order_by(Agency.abbreviation, Agency.id)
    if not scope.everything:
        statement = statement.where(Agency.id.in_(scope.agency_ids))
    return [(key, name) for key, name in session.execute(statement)]


def count_late_by_agency(session: Session, horizon: Horizon, scope: Scope, limit: int) -> list[tuple[int, str, int]]:
    """Key, short name and number of late complaints of the agencies that have any, the most first."""
    late = sa.func.count(Complaint.id)
    rows = session.execute(
        sa.select(Agency.id, Agency.abbreviation, late)
        .join(Complaint, Complaint.lead_agency_id == Agency.id)
        .where(visible_condition(scope), _province_view(View.LATE, horizon, scope))
        .group_by(Agency.id, Agency.abbreviation)
        .order_by(late.desc(), Agency.abbreviation, Agency.id)
        .limit(limit)
    )
    return [(key, name, count) for key, name, count in rows]


def next_due(session: Session, scope: Scope, horizon: Horizon) -> tuple[date, int] | None:
    """The next day on which something within ``scope`` falls due, and how much of it; None when nothing does."""
    keys, own = _selection(scope, View.TO_DO, Filters(), horizon)
    column = Disposition.next_due_on if own else Complaint.next_due_on
    days = keys.with_only_columns(column.label("day"), maintain_column_froms=True).where(
        column >= horizon.today, column < NO_DUE
    )
    found = days.subquery()
    row = session.execute(
        sa.select(found.c.day, sa.func.count()).group_by(found.c.day).order_by(found.c.day).limit(1)
    ).first()
    return (row[0], int(row[1])) if row else None
