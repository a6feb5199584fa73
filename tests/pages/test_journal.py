"""The journal's page: who, what, when; never content."""

import importlib
import pkgutil
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

import lapor
from lapor.complaints import events
from lapor.core import clock
from lapor.journal.labels import EVENT
from lapor.journal.services import record
from tests.factories import Make
from tests.page import PageClient

MARKER = "rahasia yang tidak boleh tampil"


def facts(session: Session, make: Make, count: int) -> None:
    """Facts of today with a text that must not be shown, and one of last month."""
    actor, now = make.actor(make.coordinator(name="Rina Contoh"), clock.now()), clock.now()
    record(session, events.ReporterAnswered(9, MARKER), actor=actor, now=now - timedelta(days=31))
    for _place in range(count):
        record(session, events.Archived(8, MARKER), actor=actor, now=now)
    session.commit()


@pytest.fixture
def inspector(client: PageClient, make: Make) -> PageClient:
    make.inspectorate()
    return client.login("inspektorat")


def test_it_shows_who_what_and_which_but_no_content(inspector: PageClient, session: Session, make: Make) -> None:
    facts(session, make, 1)
    page = inspector.get("/jejak")
    assert "Rina Contoh" in page.row("Aduan diarsipkan")
    assert "Aduan 8" in page.row("Aduan diarsipkan")
    exported = inspector.get("/jejak/unduh.csv").data.decode("utf-8-sig")
    assert "Aduan diarsipkan" in exported
    assert MARKER not in page.whole_text + exported


def test_it_is_filtered_and_paged(inspector: PageClient, session: Session, make: Make) -> None:
    facts(session, make, 60)
    page = inspector.get("/jejak?jenis=complaint.archived")
    assert len(page.rows()) == 51
    older = page.follow("Lebih lama")
    assert len(older.rows()) == 11
    assert "Terbaru" in older.links
    today = clock.local_day(clock.now())
    shown = inspector.get(f"/jejak?jenis=complaint.reporter_answered&sampai={today - timedelta(days=30)}")
    assert "Jawaban pelapor dicatat" in shown.row("Aduan 9")
    none = inspector.get(f"/jejak?jenis=complaint.reporter_answered&dari={today - timedelta(days=1)}")
    assert "Tidak ada catatan" in none.text
    assert "Tanggal belum benar" in inspector.get("/jejak?dari=kemarin").text
    inspector.get("/jejak?sebelum=abc&jenis=tidak-ada")


@pytest.mark.parametrize("role", ["coordinator", "secretariat", "leadership", "administrator"])
def test_only_the_inspectorate_opens_it(client: PageClient, make: Make, role: str) -> None:
    member = getattr(make, role)()
    client.login(member.login).get("/jejak", status=403)
    client.get("/jejak/unduh.csv", status=403)


def test_every_kind_of_event_has_words() -> None:
    kinds = set()
    for module in pkgutil.walk_packages(lapor.__path__, "lapor."):
        if module.name.endswith("events") and not module.name.startswith("lapor.core"):
            found = vars(importlib.import_module(module.name)).values()
            kinds |= {kind for one in found if isinstance(kind := getattr(one, "kind", None), str) and "." in kind}
    assert kinds <= EVENT.keys(), sorted(kinds - EVENT.keys())
