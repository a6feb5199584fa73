"""The page of background jobs, the warning to the administrator, and what /sehat tells."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from lapor.core import clock, jobs, workers
from lapor.core.db import db, transaction
from lapor.core.errors import Invalid
from lapor.journal.models import JournalEntry
from lapor.operations.labels import TASK
from tests.factories import Make
from tests.page import PageClient
from tests.services.working import work

NAME = "Budi Santoso"


@pytest.fixture
def admin(client: PageClient, make: Make) -> PageClient:
    make.administrator()
    return client.login("admin")


@pytest.fixture
def tasks(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """Tasks of these tests only."""
    monkeypatch.setattr(jobs, "_tasks", {})
    monkeypatch.setattr(jobs, "SECONDS_BETWEEN_ATTEMPTS", 0.01)

    @jobs.task("import.take-over")
    def refuse(number: int) -> None:
        raise Invalid(f"{NAME} sudah diimpor.")

    @jobs.task("import.settle-units")
    def stumble(number: int) -> None:
        raise KeyError(NAME)


def ask(session: Session, name: str, key: str) -> None:
    session.commit()
    with transaction() as opened:
        jobs.enqueue(opened, name, 1, key=key)


def beat(session: Session, name: str = "pekerja", *, ago: timedelta = timedelta(0), has_ended: bool = False) -> None:
    now = clock.now()
    session.add(
        workers.Worker(
            id=f"{name}/1/1",
            name=name,
            started_at=now - timedelta(hours=2),
            seen_at=now - ago,
            ended_at=now - ago if has_ended else None,
        )
    )
    session.commit()


def test_health_says_whether_a_worker_lives(app: Flask, session: Session) -> None:
    assert app.test_client().get("/sehat").json == {"keadaan": "baik", "pekerja": "mati"}
    beat(session, ago=timedelta(minutes=3))
    beat(session, "berhenti", has_ended=True)
    assert app.test_client().get("/sehat").json == {"keadaan": "baik", "pekerja": "mati"}
    beat(session, "hidup", ago=timedelta(seconds=30))
    assert app.test_client().get("/sehat").json == {"keadaan": "baik", "pekerja": "hidup"}


def test_the_administrator_is_warned_on_his_first_page(admin: PageClient, session: Session) -> None:
    assert "Tidak ada pekerja yang hidup" in admin.get("/").text
    beat(session)
    assert "Tidak ada pekerja yang hidup" not in admin.get("/").text


def test_workers_are_shown_with_their_last_beat(admin: PageClient, session: Session) -> None:
    beat(session, "hidup")
    beat(session, "hilang", ago=timedelta(minutes=5))
    beat(session, "selesai", ago=timedelta(minutes=1), has_ended=True)
    page = admin.get("/pekerjaan-latar")
    assert "Terakhir terlihat" in page.text
    assert "Hidup" in page.row("hidup/1/1")
    assert "Tidak terlihat lagi" in page.row("hilang/1/1")
    assert "Berhenti" in page.row("selesai/1/1")


@pytest.mark.usefixtures("tasks")
def test_failed_jobs_are_listed_in_words_retried_and_given_up(
    app: Flask, admin: PageClient, session: Session
) -> None:
    ask(session, "import.take-over", "impor:1")
    ask(session, "import.settle-units", "unit:1")
    assert "Menunggu" in admin.get("/pekerjaan-latar?tampil=menunggu").row("impor:1")
    work(app)

    assert "2 pekerjaan latar gagal" in admin.get("/").text
    page = admin.get("/pekerjaan-latar")
    assert "Ditolak oleh aturan" in page.row("impor:1")
    assert "Kesalahan program (KeyError)" in page.row("unit:1")
    assert str(TASK["import.settle-units"]) in page.row("unit:1")
    assert page.row("unit:1").split("Kesalahan")[0].rstrip().removesuffix("Gagal").rstrip().endswith("3")
    assert NAME not in page.text

    question = page.follow("Ulangi unit:1")
    assert "Ulangi pekerjaan ini?" in question.text
    assert NAME not in question.text
    after = question.form(button="Ulangi pekerjaan").submit()
    assert "Menunggu" in after.row("unit:1")
    assert "1 pekerjaan latar gagal" in admin.get("/").text

    question = admin.get("/pekerjaan-latar").follow("Batalkan impor:1")
    after = question.form(button="Batalkan pekerjaan").submit()
    assert "Dibatalkan" in after.row("impor:1")
    assert "pekerjaan latar gagal" not in admin.get("/").text
    assert "Tidak ada pekerjaan yang gagal" in admin.get("/pekerjaan-latar").text
    kinds = session.scalars(sa.select(JournalEntry.kind).where(JournalEntry.kind.startswith("job."))).all()
    assert sorted(kinds) == ["job.cancelled", "job.retried"]


@pytest.mark.usefixtures("tasks")
def test_what_cannot_be_done_is_refused(admin: PageClient, session: Session) -> None:
    ask(session, "import.take-over", "impor:1")
    question = admin.get("/pekerjaan-latar/ulangi?kunci=impor:1")
    assert "tidak perlu diulangi" in question.text
    question = admin.get("/pekerjaan-latar/batalkan?kunci=impor:1")
    form = question.form(button="Batalkan pekerjaan")
    form.submit()
    form.submit(status=409)
    admin.get("/pekerjaan-latar/batalkan?kunci=tidak-ada", status=404)
    assert "impor:1" in admin.get("/pekerjaan-latar?tampil=dibatalkan").text
    admin.get("/pekerjaan-latar?tampil=lain")


@pytest.mark.usefixtures("tasks")
def test_a_job_of_another_release_is_named_as_such(
    admin: PageClient, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask(session, "import.take-over", "impor:1")
    monkeypatch.setattr(jobs, "_tasks", {})
    row = admin.get("/pekerjaan-latar?tampil=menunggu").row("impor:1")
    assert "Tidak dikenal" in row
    assert "disimpan" in row


def test_others_do_not_see_the_jobs(client: PageClient, make: Make) -> None:
    make.coordinator()
    client.login("koordinator").get("/pekerjaan-latar", status=403)


def test_every_task_has_words(app: Flask) -> None:
    ours = {name for name in jobs.task_names() if not name.startswith("working.")}
    assert ours == set(TASK)
    assert db.metadata.tables["worker"] is not None
