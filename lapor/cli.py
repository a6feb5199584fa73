"""`flask lapor ...`: the commands of those who operate the system."""

import logging
import os
import sys
from itertools import islice
from pathlib import Path

import click
from flask import Flask, current_app
from flask.cli import AppGroup, with_appcontext

from lapor.config import ConfigurationError
from lapor.core import clock
from lapor.core.db import db, transaction
from lapor.core.errors import Refusal

group = AppGroup("lapor", help="Perintah Lapor.")

_MOST_NAMED = 20


def init_app(app: Flask) -> None:
    """Register the commands."""
    app.cli.add_command(group)


def _upgrade() -> None:
    import flask_migrate

    from lapor.core import jobs

    flask_migrate.upgrade(directory=str(Path(current_app.root_path) / "migrations"))
    jobs.prepare(db.engine)


@group.command("prepare")
@with_appcontext
def prepare() -> None:
    """Bring the database to the newest version and put in the calendar and the rule sets."""
    from lapor.calendar.services import ensure_basics
    from lapor.reminders.services import ensure_rules

    _upgrade()
    with transaction() as session:
        ensure_basics(session, clock.now())
        ensure_rules(session, now=clock.now())


@group.command("demo")
@with_appcontext
def demo() -> None:
    """Put in the fictional demo data; a second call changes nothing."""
    from lapor.accounts.queries import list_demo_accounts
    from lapor.demo.seeding import prepare_demo

    if current_app.config["LAPOR_ENV"] == "production":
        click.echo("Data contoh tidak dipasang pada LAPOR_ENV=production.", err=True)
        sys.exit(1)
    made = prepare_demo(clock.now())
    click.echo("Data contoh siap." if made else "Data contoh sudah ada, tidak ada yang berubah.")
    click.echo("")
    click.echo("Akun contoh (kata sandi: lapor-demo):")
    for line in list_demo_accounts(db.session(), clock.local_day(clock.now())):
        click.echo(f"  {line.login:<26} {line.post or '(tugas sudah berakhir)'}")


@group.command("prepare-demo")
@click.pass_context
@with_appcontext
def prepare_demo_command(context: click.Context) -> None:
    """`prepare` and `demo` in one: what `make run` does before it serves.

    The demo puts in calendar and rule sets itself, as of its first day, so that its journal runs in order of time.
    """
    _upgrade()
    context.invoke(demo)


@group.command("check-start")
@with_appcontext
def check_start() -> None:
    """Refuse a start that would be unsafe: demo accounts or default passwords in production."""
    from lapor.accounts.services import refuse_demo_accounts

    try:
        refuse_demo_accounts(db.session(), str(current_app.config["LAPOR_ENV"]))
    except ConfigurationError as error:
        click.echo(str(error), err=True)
        sys.exit(1)


@group.command("create-admin")
@click.option("--name", prompt="Nama lengkap tanpa gelar")
@click.option("--login", prompt="Nama pengguna")
@click.password_option(prompt="Kata sandi", confirmation_prompt="Ulangi kata sandi")
@click.option("--agency", "agency_name", prompt="Nama OPD pengelola")
@click.option("--abbreviation", prompt="Singkatan OPD")
@with_appcontext
def create_admin(name: str, login: str, password: str, agency_name: str, abbreviation: str) -> None:
    """Make the first administrator with his agency, as the page /mulai does."""
    from lapor.accounts.services import create_first_administrator

    try:
        with transaction() as session:
            create_first_administrator(
                session,
                name=name,
                login=login,
                password=password,
                agency_name=agency_name,
                agency_abbreviation=abbreviation,
                now=clock.now(),
            )
    except Refusal as refusal:
        click.echo(refusal.sentence, err=True)
        sys.exit(1)
    click.echo(f"Administrator {login} siap.")


@group.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Hanya pratinjau, tidak ada yang berubah.")
@click.option("--tz", default="UTC", show_default=True, help="Zona waktu jam di dalam berkas.")
@with_appcontext
def import_export(file: Path, dry_run: bool, tz: str) -> None:
    """Import a "Laporan Ringkas" export of LAPOR! (xlsx or csv)."""
    from lapor.desk.importing import import_file

    try:
        report = import_file(file, tz=tz, dry_run=dry_run, now=clock.now())
    except Refusal as refusal:
        click.echo(refusal.sentence, err=True)
        sys.exit(1)
    for line in report.lines():
        click.echo(line)


@group.command("import-agencies")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@with_appcontext
def import_agency_list(file: Path) -> None:
    """Import the list of agencies (csv: slug,nama,singkatan,jenis,kode_skpd,induk)."""
    from lapor.agencies.services import import_agencies

    try:
        with transaction() as session:
            report = import_agencies(session, file.read_bytes(), actor=None, now=clock.now())
    except Refusal as refusal:
        click.echo(refusal.sentence, err=True)
        sys.exit(1)
    for line in report.lines():
        click.echo(line)
    if report.faults:
        sys.exit(1)


@group.command("generate")
@click.option("--complaints", type=click.IntRange(1, 2_000_000), required=True)
@click.option("--seed", type=int, default=1, show_default=True)
@with_appcontext
def generate(complaints: int, seed: int) -> None:
    """Fictional load for trying and measuring; refused in production."""
    from lapor.demo.generate import generate_complaints

    if current_app.config["LAPOR_ENV"] == "production":
        click.echo("Beban rekaan tidak dibuat pada LAPOR_ENV=production.", err=True)
        sys.exit(1)
    for done in generate_complaints(complaints, seed=seed, now=clock.now()):
        click.echo(f"\r{done} aduan rekaan", nl=False)
    click.echo("")


@group.command("tick")
@with_appcontext
def tick() -> None:
    """One pass of reminders, escalations and digests, as the worker does it by itself; nothing is sent twice."""
    from lapor.core.wording import long_instant, number
    from lapor.notifications.digests import run_digests
    from lapor.reminders import sending

    report = sending.run(clock.now())
    if report.opens_at is not None:
        click.echo(f"Di luar jam kerja: pengingat dikirim lagi mulai {long_instant(report.opens_at)}.")
    else:
        click.echo(f"{number(report.reminders)} pengingat, {number(report.letters)} aduan pada konsep surat.")
    if report.unreachable:
        click.echo(f"{number(report.unreachable)} pengingat tanpa penerima: isi jabatan koordinator.", err=True)
    run_digests(clock.now())


@group.command("worker")
@click.option("--name", default="worker-1", show_default=True, help="Nama pekerja ini pada daftar administrator.")
@click.option("--concurrency", type=click.IntRange(1, 16), default=2, show_default=True, help="Kerja bersamaan.")
def worker(name: str, concurrency: int) -> None:
    """Run background jobs until stopped; exit 75 when another worker took over because this one seemed dead."""
    from lapor.core.jobs import run_worker

    app = current_app._get_current_object()  # type: ignore[attr-defined]  # the proxy's own object
    is_ours = run_worker(app, name=name, concurrency=concurrency)
    logging.shutdown()
    sys.stdout.flush()
    # what a job is still in the middle of was given back to the queue: do not wait for its thread
    os._exit(0 if is_ours else os.EX_TEMPFAIL)


@group.command("verify-journal")
@click.option(
    "--anchor",
    "typed",
    multiple=True,
    help="Jangkar dari kaki dokumen atau halaman Catatan aktivitas, misalnya 12.345-A1B2C3D4E5F6. Boleh berulang.",
)
@with_appcontext
def verify_journal(typed: tuple[str, ...]) -> None:
    """Check the chain of the journal, and what people read against it; exit 1 and what does not fit on tampering.

    The first broken link of the chain is named. While it is whole, each statement and each paper must say what its
    entry sealed. The chain must also fit the links that the register of papers keeps. With --anchor: whether it still
    is the one of which that head was printed or noted, outside of this database.
    """
    from lapor.core.wording import long_instant, number
    from lapor.documents.queries import list_heads
    from lapor.evidence.checking import mismatches
    from lapor.journal.queries import chain_head
    from lapor.journal.rules import anchor_words, read_anchor
    from lapor.journal.verifying import broken_links

    anchors = []
    for words in typed:
        anchor = read_anchor(words)
        if anchor is None:
            raise click.BadParameter(f"{words}: jangkar ditulis seperti 12.345-A1B2C3D4E5F6.", param_hint="--anchor")
        anchors.append(anchor)
    for fault in broken_links(db.session(), [*list_heads(db.session()), *anchors]):
        when = f" ({long_instant(fault.at)})" if fault.at else ""
        click.echo(f"Catatan nomor {number(fault.seq)}{when}: {fault.words}.", err=True)
        sys.exit(1)
    with_generated = current_app.config["LAPOR_ENV"] != "production"
    differing = list(islice(mismatches(db.session(), with_generated=with_generated), _MOST_NAMED + 1))
    for words in differing[:_MOST_NAMED]:
        click.echo(f"{words}.", err=True)
    if len(differing) > _MOST_NAMED:
        click.echo("Masih ada yang lain.", err=True)
    if differing:
        sys.exit(1)
    head = chain_head(db.session())
    click.echo(f"Rantai catatan aktivitas utuh: {number(head.seq)} catatan, kepala rantai {anchor_words(head)}.")
    click.echo("Pernyataan mengetahui dan dokumen sesuai catatannya.")
    click.echo("Tidak diperiksa: catatan pembaca (siapa membuka aduan rahasia) berada di luar rantai.")
    if anchors:
        click.echo(f"Cocok dengan {len(anchors)} jangkar dari luar.")
    else:
        click.echo("Tanpa --anchor, rantai yang ditulis ulang seluruhnya tidak dapat dikenali.")


@group.command("erase-journal-values")
@click.argument("seqs", type=click.IntRange(1, 2**53), nargs=-1, required=True)
@click.option("--reason", required=True, help="Alasan, misalnya nomor permohonan penghapusan.")
@click.option("--login", required=True, help="Nama pengguna administrator yang melakukannya.")
@with_appcontext
def erase_journal_values(seqs: tuple[int, ...], reason: str, login: str) -> None:
    """Erase for good what the journal's entries SEQS say; that they happened stays, and the chain stays whole."""
    from lapor.accounts.queries import account_of_login
    from lapor.journal.services import erase_values
    from lapor.offices.queries import load_actor

    now = clock.now()
    try:
        with transaction() as session:
            account = account_of_login(session, login)
            actor = (
                load_actor(session, account.person_id, clock.local_day(now), account_id=account.id)
                if account is not None and account.is_active
                else None
            )
            if actor is None:
                raise Refusal(f"Akun {login} tidak ada atau sudah ditutup.")
            erased = erase_values(session, seqs, reason=reason, actor=actor, now=now)
    except Refusal as refusal:
        click.echo(refusal.sentence, err=True)
        sys.exit(1)
    click.echo(f"Nilai {len(erased)} catatan dihapus dan penghapusannya tercatat.")


@group.command("doctor")
@with_appcontext
def doctor() -> None:
    """Say what is missing or misconfigured, with the mend; exit 1 when something is."""
    from lapor.operations.doctor import findings

    faults = list(findings(current_app._get_current_object(), clock.now()))  # type: ignore[attr-defined]  # as above
    for fault in faults:
        click.echo(f"- {fault}")
    if faults:
        sys.exit(1)
    click.echo("Semua baik.")


@group.command("minutes-pdf")
@click.argument("meeting", type=int)
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@with_appcontext
def minutes_pdf(meeting: int, file: Path) -> None:
    """Write the minutes of a meeting as PDF."""
    from lapor.meetings.services import minutes_pdf as make

    try:
        file.write_bytes(make(db.session(), meeting, province=current_app.config["LAPOR_PROVINCE"]))
    except Refusal as refusal:
        click.echo(refusal.sentence, err=True)
        sys.exit(1)


@group.command("evaluation-pdf")
@click.argument("cycle", type=int)
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@with_appcontext
def evaluation_pdf(cycle: int, file: Path) -> None:
    """Write the evaluation report of a cycle as PDF."""
    from lapor.evaluations.report import evaluation_pdf as make

    try:
        file.write_bytes(make(db.session(), cycle, now=clock.now()))
    except Refusal as refusal:
        click.echo(refusal.sentence, err=True)
        sys.exit(1)
