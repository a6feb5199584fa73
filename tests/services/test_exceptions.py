"""Ways of knowing and exceptions, counted apart."""

from datetime import date, timedelta

from lapor.dispositions.passing import reminded_first
from lapor.dispositions.rules import ResponseState, Way
from lapor.statistics.exceptions import exceptions_of
from lapor.statistics.rules import Exceptions
from tests.factories import MORNING

YEAR = (date(2026, 1, 1), date(2026, 12, 31))


def test_each_way_and_each_exception_is_counted_once(make, session):
    bpbd, disdik = make.agency("bpbd"), make.agency("disdik")
    head, other, operator = make.head(bpbd), make.head(disdik), make.operator(bpbd)
    for way in (Way.DIRECT, Way.SHEET, Way.SHEET, Way.MANDATE):
        make.acknowledged(make.disposition(make.complaint(is_verified=True), bpbd), head, way=way)
    replaced = make.disposition(make.complaint(is_verified=True), bpbd)
    first = make.acknowledged(replaced, head, way=Way.SHEET)
    first.superseded_by_id = make.acknowledged(replaced, head).id
    refused = make.acknowledged(make.disposition(make.complaint(is_verified=True), bpbd), head, way=Way.SHEET)
    refused.voided_at = MORNING
    make.acknowledged(make.disposition(make.complaint(is_verified=True), disdik), other)
    lifted = make.disposition(make.complaint(is_verified=True), bpbd, lifted_at=MORNING, lifted_reason="Bahaya.")
    make.response(lifted, operator, state=ResponseState.POSTED, before_known=True, without_initials=True)
    make.response(lifted, operator, state=ResponseState.POSTED, before_known=True)
    ended = make.disposition(make.complaint(is_verified=True), bpbd, lifted_at=MORNING, lifted_reason="Bahaya.")
    ended.lift_ended_at = MORNING
    session.flush()

    assert exceptions_of(session, *YEAR, as_of=date(2026, 12, 31), agency_ids=frozenset({bpbd.id})) == Exceptions(
        direct=2, sheet=2, mandate=1, lifted=2, lift_ended=1, answered_before=1, without_initials=1
    )
    assert exceptions_of(session, *YEAR, as_of=date(2026, 12, 31)).direct == 3
    before = exceptions_of(session, *YEAR, as_of=(MORNING - timedelta(days=1)).date())
    assert before == Exceptions()
    assert exceptions_of(session, date(2025, 1, 1), date(2025, 12, 31), as_of=date(2026, 12, 31)) == Exceptions()


def test_the_liaison_is_reminded_before_the_head(make, session):
    bpbd = make.agency("bpbd")
    head = make.head(bpbd)
    assert reminded_first(session, bpbd.id, bpbd.id, MORNING.date()) == [[head.person.id]]
    liaison = make.liaison(bpbd)
    assert reminded_first(session, bpbd.id, bpbd.id, MORNING.date()) == [[liaison.person.id], [head.person.id]]
