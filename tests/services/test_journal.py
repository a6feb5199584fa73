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
from lapor.journal.models import JournalEntry
from lapor.journal.queries import chain_head, last_instant, list_subject_facts
from lapor.journal.services import record
from lapor.journal.verifying import broken_links


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


def test_eight_concurrent_writers_make_one_chain_without_a_fork(app, session):
    """Each writes two facts in a transaction and gives some up; nobody has written before them."""
    session.rollback()
    failures = []
    together = threading.Barrier(8)

    def write(writer):
        try:
            together.wait(10)
            with app.app_context():
                for turn in range(10):
                    try:
                        with transaction() as own:
                            happen(own, 100 * writer + turn)
                            happen(own, 100 * writer + turn, "sekali lagi")
                            if turn % 4 == 3:
                                raise Invalid("batal")
                    except Invalid:
                        continue
                db.session.remove()
        except Exception as error:  # the test fails with it below
            failures.append(error)

    threads = [threading.Thread(target=write, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    kept = [100 * writer + turn for writer in range(8) for turn in range(10) if turn % 4 != 3]
    assert sorted(numbers(session)) == sorted(kept * 2)
    links = session.execute(sa.select(JournalEntry.seq, JournalEntry.prev).order_by(JournalEntry.seq)).all()
    assert [row.seq for row in links] == list(range(1, 2 * len(kept) + 1))
    assert len({row.prev for row in links}) == len(links)
    assert list(broken_links(session)) == []
    assert chain_head(session).seq == len(links)


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
