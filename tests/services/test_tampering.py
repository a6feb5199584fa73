"""The journal against somebody who writes to the database by hand, beside the application."""

import json
import re
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, ClassVar

import psycopg
import pytest
import sqlalchemy as sa
from click.testing import Result
from flask import Flask
from sqlalchemy.orm import Session

from lapor.core.db import db
from lapor.core.errors import Invalid, NotAllowed
from lapor.journal.models import JournalDetail, JournalEntry
from lapor.journal.queries import chain_head, list_subject_facts
from lapor.journal.rules import GENESIS, ChainHead, anchor_words, detail_digest, read_anchor
from lapor.journal.services import erase_values, record
from lapor.journal.verifying import broken_links, link_of
from lapor.policy import Actor
from tests.factories import Make

NOON = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
ENTRIES = 6


@dataclass(frozen=True)
class Happened:
    kind: ClassVar[str] = "test.happened"
    subject_kind: ClassVar[str] = "test"
    complaint_id: ClassVar[None] = None
    subject_id: int
    words: str


@pytest.fixture
def anchor(session: Session) -> str:
    """Six entries; gives the head of their chain as it stands on paper."""
    for place in range(1, ENTRIES + 1):
        record(session, Happened(place, f"kata {place}"), actor=None, now=NOON)
        session.commit()
    return anchor_words(chain_head(session))


@contextmanager
def by_hand(app: Flask) -> Iterator[Callable[..., list[Any]]]:
    """The database without the application: ``run(sql)`` gives the rows."""
    address = str(app.config["SQLALCHEMY_DATABASE_URI"])
    connection: Any
    if address.startswith("sqlite"):
        connection = sqlite3.connect(address.removeprefix("sqlite:///"))
    else:
        connection = psycopg.connect(address.replace("postgresql+psycopg://", "postgresql://"))

    def run(statement: str) -> list[Any]:
        cursor = connection.cursor()
        cursor.execute(statement)
        return cursor.fetchall() if cursor.description else []

    try:
        yield run
        connection.commit()
    finally:
        connection.close()


def tamper(app: Flask, session: Session, *statements: str) -> None:
    """Carry out ``statements`` beside the application."""
    session.rollback()
    db.session.remove()
    with by_hand(app) as run:
        for statement in statements:
            run(statement)


def verify(app: Flask, *anchors: str) -> Result:
    """`flask lapor verify-journal`."""
    options = [word for anchor in anchors for word in ("--anchor", anchor)]
    return app.test_cli_runner().invoke(args=["lapor", "verify-journal", *options])


def assert_found(app: Flask, seq: int, words: str, *anchors: str) -> None:
    """The command ends with 1 and names the first broken link: its number and what is wrong."""
    result = verify(app, *anchors)
    assert result.exit_code == 1, result.output
    assert result.output.startswith(f"Catatan nomor {seq}"), result.output
    assert words in result.output


COLUMNS = (
    "seq, at, kind, person_id, assignment_id, actor_name, actor_post, subject_kind, subject_id, complaint_id, "
    "agency_id, exception, form, digest, prev, hash"
)

EDITS = {
    "at": "at = '2026-03-01 04:00:00.000000'",
    "kind": "kind = 'test.other'",
    "person": "person_id = 7",
    "assignment": "assignment_id = 7",
    "name": "actor_name = 'Orang Lain'",
    "post": "actor_post = 'Kepala'",
    "subject kind": "subject_kind = 'other'",
    "subject": "subject_id = 7",
    "complaint": "complaint_id = 7",
    "agency": "agency_id = 7",
    "exception": "exception = 'lifted'",
    "form": "form = 1",
    "digest": f"digest = '{'a' * 64}'",
    "hash": f"hash = '{'a' * 64}'",
}


@pytest.mark.parametrize("edit", EDITS.values(), ids=EDITS.keys())
def test_an_edited_entry_is_named_with_its_day(app: Flask, session: Session, anchor: str, edit: str) -> None:
    tamper(app, session, f"UPDATE journal_entry SET {edit} WHERE seq = 3")
    assert_found(app, 3, "isi catatan ini diubah")
    assert re.search(r"Catatan nomor 3 \([12] Maret 2026 pukul 12\.00 WITA\)", verify(app).output)


def test_an_edited_link_is_named(app: Flask, session: Session, anchor: str) -> None:
    tamper(app, session, f"UPDATE journal_entry SET prev = '{'b' * 64}' WHERE seq = 3")
    assert_found(app, 3, "tidak menyambung")


@pytest.mark.parametrize(
    "edit", ['values_json = \'{"words": "lain"}\'', f"salt = '{'0' * 32}'"], ids=["values", "salt"]
)
def test_an_edited_detail_is_named(app: Flask, session: Session, anchor: str, edit: str) -> None:
    tamper(app, session, f"UPDATE journal_detail SET {edit} WHERE seq = 4")
    assert_found(app, 4, "rincian catatan ini diubah")


def test_swapped_details_are_named(app: Flask, session: Session, anchor: str) -> None:
    with by_hand(app) as run:
        ((words, salt),) = run("SELECT values_json, salt FROM journal_detail WHERE seq = 5")
    words = words if isinstance(words, str) else json.dumps(words)
    tamper(app, session, f"UPDATE journal_detail SET values_json = '{words}', salt = '{salt}' WHERE seq = 4")
    assert_found(app, 4, "rincian catatan ini diubah")


def test_a_deleted_detail_is_not_taken_for_an_erasure(app: Flask, session: Session, anchor: str) -> None:
    tamper(app, session, "DELETE FROM journal_detail WHERE seq = 4")
    assert_found(app, 4, "hilang tanpa catatan penghapusan")


@pytest.mark.parametrize(
    ("condition", "first", "words"),
    [
        ("seq = 1", 1, "catatan ini dihapus"),
        ("seq = 3", 3, "catatan ini dihapus"),
        ("seq IN (3, 4)", 3, "catatan ini sampai dengan nomor 4 dihapus"),
        ("seq = 6", 6, "catatan ini dihapus"),
        ("seq > 3", 4, "catatan ini sampai dengan nomor 6 dihapus"),
        ("seq > 0", 1, "catatan ini sampai dengan nomor 6 dihapus"),
    ],
)
def test_deleted_entries_are_named(
    app: Flask, session: Session, anchor: str, condition: str, first: int, words: str
) -> None:
    tamper(
        app,
        session,
        f"DELETE FROM journal_detail WHERE {condition}",
        f"DELETE FROM journal_entry WHERE {condition}",
    )
    assert_found(app, first, words)


def insert_like(seq: int, like: int) -> str:
    """A new entry ``seq`` with all that ``like`` holds."""
    copied = COLUMNS.replace("seq, ", "", 1)
    return f"INSERT INTO journal_entry (seq, {copied}) SELECT {seq}, {copied} FROM journal_entry WHERE seq = {like}"


@pytest.mark.parametrize(("seq", "words"), [(0, "disisipkan"), (-5, "disisipkan"), (7, "tidak menyambung")])
def test_an_inserted_entry_is_named(app: Flask, session: Session, anchor: str, seq: int, words: str) -> None:
    tamper(app, session, insert_like(seq, 3))
    assert_found(app, seq, words)


def test_an_entry_squeezed_in_between_is_named(app: Flask, session: Session, anchor: str) -> None:
    """Room is made by moving what follows: the numbers are sealed."""
    moves = [
        command
        for seq in range(ENTRIES, 3, -1)
        for command in (
            insert_like(seq + 1, seq),
            f"UPDATE journal_detail SET seq = {seq + 1} WHERE seq = {seq}",
            f"DELETE FROM journal_entry WHERE seq = {seq}",
        )
    ]
    tamper(app, session, *moves, insert_like(4, 3))
    assert_found(app, 4, "tidak menyambung")


def test_reordered_entries_are_named(app: Flask, session: Session, anchor: str) -> None:
    swapped = [insert_like(99, 3)]
    for old, new in ((3, 99), (4, 3), (99, 4)):
        if new != 99:
            swapped += [f"DELETE FROM journal_entry WHERE seq = {new}", insert_like(new, old)]
    tamper(
        app,
        session,
        "CREATE TEMP TABLE kept AS SELECT * FROM journal_detail",
        "DELETE FROM journal_detail",
        *swapped,
        "DELETE FROM journal_entry WHERE seq = 99",
        "INSERT INTO journal_detail SELECT * FROM kept",
    )
    assert_found(app, 3, "tidak menyambung")


def test_a_detail_without_its_entry_is_found(app: Flask, session: Session, anchor: str) -> None:
    if session.get_bind().dialect.name == "postgresql":
        pytest.skip("PostgreSQL itself refuses it")
    tamper(app, session, f"INSERT INTO journal_detail (seq, salt, values_json) VALUES (70, '{'0' * 32}', '{{}}')")
    assert_found(app, 70, "rincian tanpa catatannya")


def move_head(seq: int) -> str:
    """The row of the head says what the careful attacker wants it to say."""
    return (
        f"UPDATE journal_head SET seq = {seq}, hash = coalesce((SELECT hash FROM journal_entry WHERE seq = {seq}), "
        f"'{GENESIS}')"
    )


def test_a_tail_cut_with_its_head_is_found_by_an_anchor_alone(app: Flask, session: Session, anchor: str) -> None:
    tamper(
        app,
        session,
        "DELETE FROM journal_detail WHERE seq > 4",
        "DELETE FROM journal_entry WHERE seq > 4",
        move_head(4),
    )
    assert verify(app).exit_code == 0
    assert_found(app, 5, "ujung rantai dipotong", anchor)


def test_an_emptied_journal_is_found_by_an_anchor(app: Flask, session: Session, anchor: str) -> None:
    tamper(app, session, "DELETE FROM journal_detail", "DELETE FROM journal_entry", "DELETE FROM journal_head")
    assert verify(app).exit_code == 0
    assert_found(app, 1, "ujung rantai dipotong", anchor)


def test_a_removed_head_is_found(app: Flask, session: Session, anchor: str) -> None:
    tamper(app, session, "DELETE FROM journal_head")
    assert_found(app, 6, "kepala rantai hilang")
    record(db.session(), Happened(7, "sesudahnya"), actor=None, now=NOON)
    db.session.commit()
    assert verify(app, anchor).exit_code == 0


def rewrite(session: Session, since: int) -> None:
    """What an attacker does who knows the program: change an entry and link everything after it anew."""
    entries = session.scalars(sa.select(JournalEntry).order_by(JournalEntry.seq)).all()
    previous = entries[since - 2].hash if since > 1 else GENESIS
    for entry in entries[since - 1 :]:
        detail = session.get_one(JournalDetail, entry.seq)
        if entry.seq == since:
            detail.values = {"words": "ditulis ulang"}
            entry.actor_name = "Orang Lain"
            entry.digest = detail_digest(detail.salt, detail.values)
        entry.prev = previous
        entry.hash = previous = link_of(entry).hash(previous)
    session.flush()
    session.execute(sa.text(move_head(ENTRIES)))
    session.commit()


@pytest.mark.parametrize("since", [1, 3, 6])
def test_a_chain_that_was_made_anew_is_found_by_an_anchor_alone(
    app: Flask, session: Session, anchor: str, since: int
) -> None:
    rewrite(session, since)
    assert verify(app).exit_code == 0
    assert_found(app, 6, "ditulis ulang", anchor)


def test_an_anchor_before_the_rewriting_still_fits(app: Flask, session: Session, anchor: str) -> None:
    before = session.get_one(JournalEntry, 2)
    early = anchor_words(ChainHead(before.seq, before.hash))
    rewrite(session, 3)
    assert verify(app, early).exit_code == 0
    assert_found(app, 6, "ditulis ulang", early, anchor)


def test_an_intact_chain_says_so_and_longer_chains_still_fit_the_anchor(
    app: Flask, session: Session, anchor: str
) -> None:
    record(session, Happened(7, "sesudahnya"), actor=None, now=NOON)
    session.commit()
    result = verify(app, anchor, anchor.lower().replace(".", ""), "0-" + "0" * 12)
    assert result.exit_code == 0, result.output
    assert "utuh: 7 catatan" in result.output
    assert "Cocok dengan 3 jangkar" in result.output
    assert "Tanpa --anchor" in verify(app).output


@pytest.mark.parametrize("typed", ["", "6", "6-ABC", "6-GGGGGGGGGGGG", "enam-A1B2C3D4E5F6"])
def test_an_anchor_that_cannot_be_read_is_no_tampering(app: Flask, anchor: str, typed: str) -> None:
    result = verify(app, typed)
    assert result.exit_code == 2
    assert "jangkar ditulis seperti" in result.output


def test_an_anchor_is_read_as_it_is_typed() -> None:
    head = ChainHead(12_345, "a1b2c3d4e0f1" + "9" * 52)
    assert anchor_words(head) == "12.345-A1B2C3D4E0F1"
    for typed in ("12.345-A1B2C3D4E0F1", "12345 - a1b2 c3d4 e0f1", "12.345-A1B2C3D4EOFl"):
        assert read_anchor(typed) == ChainHead(12_345, "a1b2c3d4e0f1")


@pytest.fixture
def administrator(make: Make) -> Actor:
    """Who may erase."""
    return make.actor(make.administrator(), NOON)


def erase(session: Session, actor: Actor, seqs: Sequence[int], reason: str = "Permohonan 12/2026") -> list[int]:
    """Erase and commit."""
    found = erase_values(session, seqs, reason=reason, actor=actor, now=NOON)
    session.commit()
    return found


def test_erasing_values_leaves_the_chain_whole_and_is_an_entry_itself(
    app: Flask, session: Session, anchor: str, administrator: Actor
) -> None:
    assert erase(session, administrator, [2, 5, 2]) == [2, 5]
    assert list_subject_facts(session, "test", 2)[0].values == {}
    assert list_subject_facts(session, "test", 3)[0].values == {"words": "kata 3"}
    (fact,) = list_subject_facts(session, "journal_entry", 2)
    assert fact.values == {"seqs": [2, 5], "reason": "Permohonan 12/2026"}
    assert fact.actor_name != "Sistem"
    assert list(broken_links(session)) == []
    with by_hand(app) as run:
        assert run("SELECT count(*) FROM journal_detail WHERE seq IN (2, 5)") == [(0,)]
    assert verify(app, anchor).exit_code == 0
    assert erase(session, administrator, [2, 3]) == [3]
    tamper(app, session, "DELETE FROM journal_detail WHERE seq = 4")
    assert_found(app, 4, "hilang tanpa catatan penghapusan")


@pytest.mark.parametrize(
    ("seqs", "reason", "words"),
    [([99], "alasan", "nomor 99 tidak ada"), ([2], "  ", "Tulis alasan"), ([], "alasan", "sudah dihapus")],
)
def test_an_erasure_is_refused_with_a_sentence(
    session: Session, anchor: str, administrator: Actor, seqs: list[int], reason: str, words: str
) -> None:
    with pytest.raises(Invalid, match=words):
        erase(session, administrator, seqs, reason)


def test_the_proof_of_an_erasure_is_not_erased(session: Session, anchor: str, administrator: Actor) -> None:
    erase(session, administrator, [2])
    with pytest.raises(Invalid, match="bukti penghapusan"):
        erase(session, administrator, [7])
    with pytest.raises(Invalid, match="sudah dihapus"):
        erase(session, administrator, [2])


@pytest.mark.parametrize("role", ["coordinator", "secretariat", "leadership", "inspectorate"])
def test_only_the_administrator_erases(session: Session, anchor: str, make: Make, role: str) -> None:
    with pytest.raises(NotAllowed):
        erase_values(session, [2], reason="alasan", actor=make.actor(getattr(make, role)(), NOON), now=NOON)


def test_erasing_by_command(app: Flask, session: Session, anchor: str, make: Make) -> None:
    administrator, coordinator = make.administrator(), make.coordinator()
    session.commit()

    def command(login: str, *words: str) -> Result:
        return app.test_cli_runner().invoke(
            args=["lapor", "erase-journal-values", *words, "--reason", "Permohonan 12", "--login", login]
        )

    assert command(coordinator.login, "2").exit_code == 1
    assert command("tidak-ada", "2").exit_code == 1
    done = command(administrator.login, "2", "3")
    assert (done.exit_code, done.output) == (0, "Nilai 2 catatan dihapus dan penghapusannya tercatat.\n")
    assert verify(app, anchor).exit_code == 0


def test_entries_of_the_first_form_stay_verifiable(app: Flask, session: Session) -> None:
    """They were written before names, agency and exception were sealed, and without a head."""
    salt = "0" * 32
    entry = JournalEntry(
        seq=1,
        at=NOON,
        kind="test.happened",
        actor_name="Sistem",
        actor_post="",
        subject_kind="test",
        subject_id=1,
        form=1,
        digest=detail_digest(salt, {"words": "lama"}),
        prev=GENESIS,
    )
    entry.hash = link_of(entry).hash(GENESIS)
    session.add(entry)
    session.flush()
    session.add(JournalDetail(seq=1, salt=salt, values={"words": "lama"}))
    session.commit()
    assert verify(app).exit_code == 0
    record(session, Happened(2, "baru"), actor=None, now=NOON)
    session.commit()
    assert verify(app).exit_code == 0
    assert session.get_one(JournalEntry, 2).form == 2
    tamper(app, session, "UPDATE journal_entry SET form = 2 WHERE seq = 1")
    assert_found(app, 1, "isi catatan ini diubah")


UNREADABLE = {
    "time": "UPDATE journal_entry SET at = 'garbage' WHERE seq = 3",
    "values": "UPDATE journal_detail SET values_json = '{bad' WHERE seq = 3",
    "salt": "UPDATE journal_detail SET salt = x'ff' WHERE seq = 3",
    "hash": "UPDATE journal_entry SET hash = x'ff' WHERE seq = 3",
    "previous": "UPDATE journal_entry SET prev = x'ff' WHERE seq = 3",
    "name": "UPDATE journal_entry SET actor_name = x'ff' WHERE seq = 3",
    "subject": "UPDATE journal_entry SET subject_id = 'abc' WHERE seq = 3",
    "form": "UPDATE journal_entry SET form = 'abc' WHERE seq = 3",
    "text that is none": "UPDATE journal_entry SET actor_name = CAST(x'ff' AS TEXT) WHERE seq = 3",
}


@pytest.mark.parametrize("edit", UNREADABLE.values(), ids=UNREADABLE.keys())
def test_a_row_that_cannot_be_read_is_named(app: Flask, session: Session, anchor: str, edit: str) -> None:
    """SQLite stores anything in any column."""
    if session.get_bind().dialect.name == "postgresql":
        pytest.skip("PostgreSQL itself refuses it")
    tamper(app, session, edit)
    result = verify(app)
    assert result.exit_code == 1, result.output
    assert result.output.startswith("Catatan nomor 3"), result.output


@pytest.mark.parametrize("values", ["[1]", '{"seqs": 5}', '{"seqs": ["3"]}', '{"seqs": [3]}', "7", "null"])
def test_an_erasure_that_is_none_excuses_nothing(app: Flask, session: Session, anchor: str, values: str) -> None:
    tamper(
        app,
        session,
        "DELETE FROM journal_detail WHERE seq = 3",
        "UPDATE journal_entry SET kind = 'journal.values_erased' WHERE seq = 5",
        f"UPDATE journal_detail SET values_json = '{values}' WHERE seq = 5",
    )
    assert_found(app, 3, "hilang tanpa catatan penghapusan")


def test_a_head_that_cannot_be_read_is_named(app: Flask, session: Session, anchor: str) -> None:
    if session.get_bind().dialect.name == "postgresql":
        pytest.skip("PostgreSQL itself refuses it")
    tamper(app, session, "UPDATE journal_head SET seq = 'abc'")
    assert_found(app, 6, "kepala rantai tidak dapat dibaca")
