"""`flask lapor doctor`: what is missing or misconfigured, each with its mend."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import sqlalchemy as sa
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from lapor.accounts.services import refuse_demo_accounts
from lapor.agencies.models import Agency
from lapor.calendar.models import DayOff, RuleSet
from lapor.config import ConfigurationError
from lapor.core import jobs
from lapor.core.clock import local_day
from lapor.core.db import db
from lapor.core.wording import long_instant, number
from lapor.journal.queries import last_instant
from lapor.offices.models import Post
from lapor.offices.queries import count_holders, count_orders_overdue, list_post_lines
from lapor.operations.labels import error_words, task_words
from lapor.policy import Role
from lapor.printing.pdf import render_pdf

LITTLE_SPACE = 1024**3
LONG_QUEUE = timedelta(minutes=10)


def findings(app: Flask, now: datetime) -> Iterator[str]:
    """Everything that is wrong, as Indonesian sentences that say what to do; nothing when all is well.

    Reads only. Stops after the database when that does not answer, since all the rest needs it.
    """
    yield from _folder(app)
    yield from _printing(now)
    broken = list(_database(app))
    yield from broken
    if broken:
        return
    session: Session = db.session()
    for check in (_clock, _calendar, _accounts, _offices):
        yield from check(app, session, now)
    yield from _jobs(now)


def _folder(app: Flask) -> Iterator[str]:
    folder = Path(app.config["LAPOR_FILES"])
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=folder):
            pass
    except OSError:
        yield f"Folder berkas {folder} tidak dapat ditulis. Beri hak tulis, atau ubah LAPOR_FILES."
        return
    free = shutil.disk_usage(folder).free
    if free < LITTLE_SPACE:
        yield f"Ruang simpan tersisa {number(free / 1024**2)} MB. Kosongkan atau tambah sebelum penuh."
    if not os.access(app.config["INSTANCE"], os.W_OK):
        yield f"Folder {app.config['INSTANCE']} tidak dapat ditulis. Beri hak tulis, atau ubah LAPOR_INSTANCE."


def _printing(now: datetime) -> Iterator[str]:
    try:
        render_pdf("<!doctype html><title>.</title><p>.</p>", title=".", identifier="doctor", created=now)
    except (ImportError, OSError) as error:
        yield (
            f"PDF tidak dapat dibuat: {error}. Pasang pustaka sistemnya: "
            "apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0."
        )


def _database(app: Flask) -> Iterator[str]:
    scripts = ScriptDirectory(str(Path(app.root_path) / "migrations"))
    try:
        with db.engine.connect() as connection:
            current = set(MigrationContext.configure(connection).get_current_heads())
    except SQLAlchemyError:
        yield "Basis data tidak menjawab. Periksa DATABASE_URL dan apakah servernya hidup."
        return
    if current != set(scripts.get_heads()):
        yield "Susunan basis data bukan yang terbaru. Jalankan: flask lapor prepare."


def _clock(_app: Flask, session: Session, now: datetime) -> Iterator[str]:
    last = last_instant(session)
    if last is not None and last > now:
        yield (
            f"Jam server mundur: catatan terakhir {long_instant(last)}, jam sekarang {long_instant(now)}. "
            "Betulkan jam; selama itu pernyataan mengetahui ditolak."
        )


def _calendar(_app: Flask, session: Session, now: datetime) -> Iterator[str]:
    if session.scalar(sa.select(RuleSet.id).limit(1)) is None:
        yield "Batas waktu belum terpasang. Jalankan: flask lapor prepare."
    last = session.scalar(sa.select(sa.func.max(DayOff.day)))
    year = local_day(now).year
    if last is None or last.year < year:
        yield f"Hari libur {year} belum ada di kalender kerja. Isi di /kalender; batas waktu dihitung darinya."


def _accounts(app: Flask, session: Session, now: datetime) -> Iterator[str]:
    try:
        refuse_demo_accounts(session, str(app.config["LAPOR_ENV"]))
    except ConfigurationError as error:
        yield str(error)
    if not count_holders(session, Role.ADMINISTRATOR, local_day(now)):
        yield (
            "Tidak ada administrator yang bertugas hari ini. Pada sistem kosong buka /mulai atau jalankan "
            "flask lapor create-admin; selain itu minta koordinator mencatat penugasannya."
        )


def _offices(_app: Flask, session: Session, now: datetime) -> Iterator[str]:
    today = local_day(now)
    if session.scalar(sa.select(Agency.id).where(Agency.is_organiser.is_(True)).limit(1)) is None:
        yield "Belum ada OPD pengelola. Tandai satu OPD sebagai pengelola di /opd."
    if not count_holders(session, Role.COORDINATOR, today):
        yield "Tidak ada koordinator yang bertugas hari ini. Catat di /penugasan; tanpa itu aduan tidak diperiksa."
    vacant = [x.agency_name for x in list_post_lines(session, today) if x.kind is Role.HEAD and x.is_vacant]
    if vacant:
        yield (
            f"Jabatan kepala kosong hari ini di {number(len(vacant))} OPD ({', '.join(vacant[:3])}"
            f"{', ...' if len(vacant) > 3 else ''}). Catat Plt. atau Plh. di /penugasan."
        )
    headless = session.scalar(
        sa.select(sa.func.count())
        .select_from(Agency)
        .where(
            sa.or_(Agency.ends_on.is_(None), Agency.ends_on >= today),
            # an agency without any post takes no part yet
            sa.exists().where(Post.agency_id == Agency.id, Post.ends_on.is_(None)),
            ~sa.exists().where(Post.agency_id == Agency.id, Post.kind == Role.HEAD, Post.ends_on.is_(None)),
        )
    )
    if headless:
        yield f"{number(headless)} OPD memiliki jabatan, tetapi bukan jabatan kepala. Tambahkan di /penugasan."
    overdue = count_orders_overdue(session, today)
    if overdue:
        yield f"{number(overdue)} penugasan terlambat dilengkapi nomor surat. Lihat /penugasan?tampil=menyusul."


def _jobs(now: datetime) -> Iterator[str]:
    failed = jobs.failed()
    if failed:
        yield (
            f"{number(len(failed))} pekerjaan latar gagal, yang terakhir: {task_words(failed[0].name)}. "
            f"{error_words(failed[0])} Lihat /pekerjaan-latar."
        )
    waiting = [job for job in jobs.unfinished() if job.phase is jobs.Phase.WAITING]
    if any(now - (job.due_at or job.created_at) > LONG_QUEUE for job in waiting):
        yield "Pekerjaan latar menunggu lebih dari 10 menit. Jalankan: flask lapor worker."
