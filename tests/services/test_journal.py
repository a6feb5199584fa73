"""The chain of the journal, and the write transaction that it closes."""

import threading
from dataclasses import dataclass
from typing import ClassVar

import pytest
import sqlalchemy as sa

from lapor.core import clock
from lapor.core.db import db, transaction
from lapor.core.errors import Invalid
from lapor.core.events import publish, subscribe
from lapor.journal.models import JournalDetail, JournalEntry
from lapor.journal.queries import last_instant, list_subject_facts
from lapor.journal.services import broken_links, record


@dataclass(frozen=True)
class Happened:
    kind: ClassVar[str] = "test.happened"
    subject_kind: ClassVar[str] = "test"
    complaint_id: ClassVar[None] = None
    subject_id: int
    words: str


def numbers(session):
    """Subjects of all entries, newest first."""
    return list(session.scalars(sa.select(JournalEntry.subject_id).order_by(JournalEntry.seq.desc())))


def happen(session, number, words="kata"):
    record(session, Happened(number, words), actor=None, now=clock.now())


def test_entries_are_chained_in_order_and_the_chain_holds(session):
    happen(session, 1)
    happen(session, 2, "dua")
    session.commit()
    happen(session, 3)
    session.commit()
    assert numbers(session) == [3, 2, 1]
    assert list_subject_facts(session, "test", 2)[0].values == {"words": "dua"}
    assert list(broken_links(session)) == []
    assert last_instant(session) is not None


def test_a_rolled_back_transaction_leaves_no_entry(session):
    happen(session, 1)
    session.rollback()
    happen(session, 2)
    session.commit()
    assert numbers(session) == [2]


@pytest.mark.parametrize(
    "tamper",
    [
        sa.update(JournalEntry).where(JournalEntry.seq == 2).values(kind="test.other"),
        sa.update(JournalEntry).where(JournalEntry.seq == 2).values(subject_id=9),
        sa.update(JournalDetail).where(JournalDetail.seq == 2).values({JournalDetail.values: {"words": "lain"}}),
    ],
)
def test_tampering_is_found_at_its_entry(session, tamper):
    for number in (1, 2, 3):
        happen(session, number)
    session.commit()
    session.execute(tamper)
    session.commit()
    assert next(broken_links(session))[0] == 2


def test_a_removed_entry_is_found_and_erased_values_are_no_fault(session):
    for number in (1, 2, 3):
        happen(session, number)
    session.commit()
    session.execute(sa.delete(JournalDetail).where(JournalDetail.seq == 2))
    session.commit()
    assert list(broken_links(session)) == []
    session.execute(sa.delete(JournalEntry).where(JournalEntry.seq == 2))
    session.commit()
    assert next(broken_links(session))[0] == 3


def test_concurrent_writers_make_one_chain(app, session):
    session.rollback()
    failures = []

    def write(number):
        try:
            with app.app_context(), transaction() as own:
                happen(own, number)
        except Exception as error:  # the test fails with it below
            failures.append(error)

    threads = [threading.Thread(target=write, args=(number,)) for number in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert sorted(numbers(session)) == list(range(12))
    assert list(broken_links(session)) == []


def test_a_subscriber_may_refuse_the_whole_transaction(app, session):
    @dataclass(frozen=True)
    class Refused(Happened):
        pass

    def refuse(_session, _event, *, actor, now):
        raise Invalid("Tidak boleh.")

    subscribe(Refused, refuse)
    session.rollback()

    def both():
        with transaction() as own:
            happen(own, 1)
            record(own, Refused(2, "x"), actor=None, now=clock.now())

    with pytest.raises(Invalid):
        both()
    assert numbers(db.session()) == []
    publish(session, Happened(1, "tanpa pendengar"), actor=None, now=clock.now())


def test_a_write_transaction_is_not_opened_twice(session):
    session.rollback()
    with transaction(), pytest.raises(RuntimeError, match="open already"), transaction():
        pass
