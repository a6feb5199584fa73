"""Attached files: rows, the journal, and who is let in."""

import io
from datetime import UTC, datetime
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from PIL import Image
from sqlalchemy.orm import Session

from lapor.core.errors import Conflict, Invalid, NotFound
from lapor.files import services, serving
from lapor.files.models import StoredFile
from lapor.files.queries import find_file, list_files
from lapor.journal.queries import list_complaint_facts
from lapor.policy import Actor
from tests.factories import Make

NOW = datetime(2026, 3, 2, 1, tzinfo=UTC)


def picture(shade: int = 0) -> bytes:
    out = io.BytesIO()
    Image.new("L", (8, 8), shade).save(out, "PNG")
    return out.getvalue()


@pytest.fixture
def actor(make: Make) -> Actor:
    return make.actor(make.coordinator())


@pytest.fixture
def store(app: Flask) -> Any:
    return app.extensions["lapor_store"]


def attach(session: Session, actor: Actor, store: Any, subject_id: int = 7, **changes: Any) -> StoredFile:
    values = {"data": picture(), "filename": "bukti.png", "complaint_id": 3, **changes}
    return services.attach(
        session, subject_kind="response", subject_id=subject_id, actor=actor, now=NOW, store=store, **values
    )


def test_a_file_is_kept_by_its_content_and_told(session: Session, actor: Actor, store: Any) -> None:
    stored = attach(session, actor, store)
    assert store.get(stored.sha256)[:8] == b"\x89PNG\r\n\x1a\n"
    assert stored.size == len(store.get(stored.sha256))
    session.commit()
    facts = list_complaint_facts(session, 3)
    assert [(fact.kind, fact.values["filename"]) for fact in facts] == [("file.attached", "bukti.png")]


def test_a_refused_file_leaves_no_row(session: Session, actor: Actor, store: Any) -> None:
    with pytest.raises(Invalid):
        attach(session, actor, store, data=b"MZ", filename="bukti.png")
    assert session.scalar(sa.select(sa.func.count()).select_from(StoredFile)) == 0


def test_files_are_listed_by_subject_without_removed_ones(session: Session, actor: Actor, store: Any) -> None:
    first, second = attach(session, actor, store), attach(session, actor, store, data=picture(9))
    other = attach(session, actor, store, subject_id=8)
    services.remove(session, second, actor=actor, now=NOW)
    assert list_files(session, "response", [7, 8, 9]) == {7: [first], 8: [other]}
    assert list_files(session, "response", []) == {}
    assert list_files(session, "meeting", [7]) == {}
    assert find_file(session, second.id) is None
    with pytest.raises(Conflict):
        services.remove(session, second, actor=actor, now=NOW)


def test_a_file_of_an_unknown_subject_is_closed(session: Session, actor: Actor, store: Any) -> None:
    stored = attach(session, actor, store)
    stored.subject_kind = "nothing.that.exists"
    with pytest.raises(NotFound):
        serving.authorise(session, actor, stored)
