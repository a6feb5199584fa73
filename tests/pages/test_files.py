"""Serving files: only through the subject's permission, with headers that keep a browser from guessing."""

import io
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from flask import Flask
from PIL import Image
from sqlalchemy.orm import Session

from lapor.core.errors import NotFound
from lapor.files import services, serving
from lapor.files.models import StoredFile
from lapor.policy import Actor, Role
from tests.factories import Make
from tests.page import PageClient

NOW = datetime(2026, 3, 2, 1, tzinfo=UTC)
KIND = "thing-of-this-test"


@pytest.fixture(autouse=True)
def _subject() -> Iterator[None]:
    """A subject that only coordinators see."""

    def check(_session: Session, actor: Actor, _stored: StoredFile) -> None:
        if Role.COORDINATOR not in actor.roles:
            raise NotFound("Berkas tidak ditemukan.")

    serving.register(KIND, check)
    yield
    serving._checks.pop(KIND)


def stored(session: Session, app: Flask, make: Make, data: bytes, name: str) -> StoredFile:
    actor = make.actor(make.coordinator("koordinator"))
    found = services.attach(
        session,
        data=data,
        filename=name,
        subject_kind=KIND,
        subject_id=1,
        complaint_id=None,
        actor=actor,
        now=NOW,
        store=app.extensions["lapor_store"],
    )
    session.commit()
    return found


def picture() -> bytes:
    out = io.BytesIO()
    Image.new("L", (8, 8)).save(out, "PNG")
    return out.getvalue()


def document() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", "<document/>")
    return out.getvalue()


def test_a_picture_is_shown_in_place_with_safe_headers(
    client: PageClient, session: Session, app: Flask, make: Make
) -> None:
    found = stored(session, app, make, picture(), "bukti <jalan>.png")
    answer = client.login("koordinator").get(f"/berkas/{found.id}")
    assert answer.headers["Content-Type"] == "image/png"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Disposition"].startswith("inline;")
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert "no-store" in answer.headers["Cache-Control"]
    assert answer.data.startswith(b"\x89PNG")


def test_a_document_is_only_saved(client: PageClient, session: Session, app: Flask, make: Make) -> None:
    found = stored(session, app, make, document(), "surat.docx")
    answer = client.login("koordinator").get(f"/berkas/{found.id}")
    assert answer.headers["Content-Disposition"].startswith("attachment;")


def test_whoever_may_not_see_the_subject_finds_nothing(
    client: PageClient, session: Session, app: Flask, make: Make
) -> None:
    found = stored(session, app, make, picture(), "bukti.png")
    make.secretariat()
    make.operator(make.agency("dinsos"))
    for login in ("sekretariat", "operator.dinsos"):
        client.another().login(login).get(f"/berkas/{found.id}", status=404)
    client.get(f"/berkas/{found.id}", status=303)


def test_removed_and_unknown_files_are_gone(client: PageClient, session: Session, app: Flask, make: Make) -> None:
    found = stored(session, app, make, picture(), "bukti.png")
    found.removed_at = NOW
    session.commit()
    client.login("koordinator")
    client.get(f"/berkas/{found.id}", status=404)
    client.get("/berkas/999999", status=404)


def test_lost_bytes_are_told(client: PageClient, session: Session, app: Flask, make: Make) -> None:
    found = stored(session, app, make, picture(), "bukti.png")
    found.sha256 = "0" * 64
    session.commit()
    page = client.login("koordinator").get(f"/berkas/{found.id}", status=404)
    assert "tidak ada lagi di penyimpanan" in page.text
