"""What the doctor finds and how it is mended."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from lapor.calendar.models import DayOff, DayOffKind
from lapor.core import jobs
from lapor.journal.models import JournalEntry
from lapor.operations.doctor import findings
from lapor.policy import Role
from tests.factories import MORNING, Make


@pytest.fixture
def healthy(session: Session, make: Make) -> None:
    make.administrator()
    make.coordinator()
    make.head(make.office())
    session.add(DayOff(day=date(2026, 12, 25), kind=DayOffKind.NATIONAL, name="Natal"))
    session.commit()


def found(app: Flask) -> list[str]:
    return list(findings(app, MORNING))


@pytest.mark.usefixtures("healthy")
def test_a_healthy_system_has_no_findings(app: Flask) -> None:
    assert found(app) == []


def test_an_empty_system_is_told_its_first_steps(app: Flask, session: Session) -> None:
    told = " ".join(found(app))
    assert "flask lapor prepare" in told
    assert "Hari libur 2026" in told
    assert "/mulai" in told
    assert "Tidak ada koordinator" in told


@pytest.mark.usefixtures("healthy")
def test_offices_that_need_a_hand(app: Flask, session: Session, make: Make) -> None:
    make.post(make.agency("dlh"), Role.HEAD)
    make.post(make.agency("dishub"), Role.OPERATOR)
    make.agency("belum-ikut")
    make.operator(make.office(), order_due_on=date(2026, 2, 27))
    told = found(app)
    assert len(told) == 3
    assert told[0].startswith("Jabatan kepala kosong hari ini di 1 OPD (Dinas DLH")
    assert told[1].startswith("1 OPD memiliki jabatan, tetapi bukan jabatan kepala.")
    assert told[2].startswith("1 penugasan terlambat dilengkapi nomor surat.")


@pytest.mark.usefixtures("healthy")
def test_a_clock_that_runs_behind(app: Flask, session: Session) -> None:
    later = MORNING + timedelta(days=1)
    session.add(
        JournalEntry(
            seq=1,
            at=later,
            kind="a",
            actor_name="",
            actor_post="",
            subject_kind="a",
            subject_id=1,
            digest="",
            prev="",
            hash="",
        )
    )
    session.flush()
    assert "Jam server mundur" in found(app)[0]


@pytest.mark.usefixtures("healthy")
def test_demo_accounts_in_production(app: Flask, session: Session, make: Make) -> None:
    make.account(make.person(), "kepala.bpbd", is_demo=True)
    app.config["LAPOR_ENV"] = "production"
    try:
        assert "menolak akun contoh: kepala.bpbd" in found(app)[0]
    finally:
        app.config["LAPOR_ENV"] = "demo"


@pytest.mark.usefixtures("healthy")
def test_a_folder_that_cannot_be_written(app: Flask, tmp_path: Path) -> None:
    (tmp_path / "berkas").write_text("bukan folder")
    before = app.config["LAPOR_FILES"]
    app.config["LAPOR_FILES"] = str(tmp_path / "berkas")
    try:
        assert "tidak dapat ditulis" in found(app)[0]
    finally:
        app.config["LAPOR_FILES"] = before


@pytest.mark.usefixtures("healthy")
def test_jobs_that_failed_or_wait(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    old = MORNING - timedelta(hours=1)
    failed = jobs.JobState("a", "impor", jobs.Phase.FAILED, old, error="Budi hilang", error_kind="FileNotFoundError")
    monkeypatch.setattr(jobs, "failed", lambda: [failed])
    monkeypatch.setattr(jobs, "unfinished", lambda: [jobs.JobState("b", "impor", jobs.Phase.WAITING, old)])
    assert found(app) == [
        "1 pekerjaan latar gagal, yang terakhir: impor. Berkas atau ruang simpan tidak dapat dipakai. Jalankan flask "
        "lapor doctor, lalu ulangi. Lihat /pekerjaan-latar.",
        "Pekerjaan latar menunggu lebih dari 10 menit. Jalankan: flask lapor worker.",
    ]
