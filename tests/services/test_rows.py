"""What ``plain_rows`` gives is what SQLAlchemy gives."""

from datetime import UTC, date, datetime

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import aliased

from lapor.agencies.models import Agency
from lapor.calendar.models import Setting
from lapor.complaints.models import Complaint
from lapor.complaints.rules import ReportClass, Status
from lapor.core.db import one_of
from lapor.core.rows import plain_rows
from lapor.dispositions.models import Disposition
from lapor.inbox.models import ShownCard
from lapor.notifications.models import Kind, Notification

_agency = aliased(Agency)
MOMENT = datetime(2026, 3, 4, 2, 30, tzinfo=UTC)

STATEMENTS = [
    (sa.select(Complaint.id, Complaint.report_class, Complaint.received_at, Complaint.is_confidential), {}),
    (sa.select(Complaint.id.label("key"), sa.func.count().label("many")).group_by(Complaint.id), {}),
    (sa.select(Complaint.title).where(Complaint.status.in_([Status.RECEIVED, Status.DISPOSED])), {}),
    (sa.select(Complaint.id).where(one_of(Complaint.status, Status)).order_by(Complaint.id).limit(1).offset(1), {}),
    (
        sa.select(Complaint.title).where(
            Complaint.received_at <= sa.bindparam("until", type_=Complaint.received_at.type),
            Complaint.received_on >= sa.bindparam("day", type_=sa.Date()),
            Complaint.report_class == sa.bindparam("kind", type_=Complaint.report_class.type),
        ),
        {"until": MOMENT, "day": date(2026, 3, 1), "kind": ReportClass.SUPERVISORY},
    ),
    (
        sa.union_all(sa.select(Agency.id, Agency.name), sa.select(Complaint.id, Complaint.title)).order_by("id"),
        {},
    ),
    (
        sa.select(Notification.visible_from, Notification.kind).where(Notification.person_id == sa.bindparam("who")),
        {"who": 1},
    ),
    (sa.select(ShownCard.shown), {}),
    (sa.select(Setting.key, Setting.value), {}),
]


@pytest.fixture
def filled(session, make):
    agency = make.agency("bpbd")
    person = make.head(agency).person.id
    for title in ("Tanggul retak", "Jalan 'berlubang' & gelap"):
        make.disposition(make.complaint(title, is_verified=True), agency)
    make.complaint("Tanpa OPD")
    session.add(
        Notification(
            person_id=person, kind=Kind.ORDER, sentence="Kabar.", url="/", made_at=MOMENT, visible_from=MOMENT
        )
    )
    session.commit()
    return session


@pytest.mark.parametrize(("statement", "values"), STATEMENTS)
def test_columns_are_the_same(filled, statement, values):
    ours = plain_rows(filled, statement, values)
    theirs = filled.connection().execute(statement, values).all()
    assert sorted(map(repr, map(tuple, ours))) == sorted(map(repr, map(tuple, theirs)))
    if ours:
        assert ours[0]._fields == tuple(theirs[0]._fields)


def test_models_come_as_read_only_copies_with_their_properties(filled):
    statement = (
        sa.select(Complaint, Disposition, _agency, Disposition.id.label("order_id"))
        .outerjoin(Disposition, Disposition.complaint_id == Complaint.id)
        .outerjoin(_agency, _agency.id == Disposition.agency_id)
        .order_by(Complaint.id)
    )
    rows = plain_rows(filled, statement)
    assert [row.Disposition is None for row in rows] == [False, False, True]
    for row, entity in zip(rows, filled.scalars(sa.select(Complaint).order_by(Complaint.id)), strict=True):
        copy = row[0]
        assert copy.reference == entity.reference
        assert copy.is_withheld is entity.is_withheld
        for column in sa.inspect(Complaint).mapper.column_attrs:
            assert getattr(copy, column.key) == getattr(entity, column.key)
        with pytest.raises(AttributeError):
            copy.title = "lain"
    assert (rows[2][2], rows[2].order_id) == (None, None)


def test_values_must_be_those_that_are_asked(filled):
    statement = sa.select(Complaint.id).where(Complaint.id == sa.bindparam("key"))
    with pytest.raises(ValueError, match="asked for"):
        plain_rows(filled, statement, {"other": 1})
    with pytest.raises(ValueError, match="asked for"):
        plain_rows(filled, statement)


def test_an_error_of_the_database_names_no_values(filled):
    statement = sa.select(sa.func.no_such_function(sa.bindparam("key")).label("x"))
    with pytest.raises(sa.exc.DBAPIError) as caught:
        plain_rows(filled, statement, {"key": "rahasia-sekali"})
    assert "rahasia-sekali" not in str(caught.value)


def test_the_transaction_is_the_sessions(filled):
    statement = sa.select(Complaint.title).where(Complaint.id == sa.bindparam("key"))
    key = filled.scalar(sa.select(sa.func.min(Complaint.id)))
    filled.execute(sa.update(Complaint).where(Complaint.id == key).values(title="Baru"))
    assert plain_rows(filled, statement, {"key": key})[0].title == "Baru"
    filled.rollback()
    assert plain_rows(filled, statement, {"key": key})[0].title == "Tanggul retak"
