"""The health of the system for those who watch it, and the background jobs for the administrator."""

from typing import Any

import sqlalchemy as sa
from flask import Blueprint, flash, jsonify, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.exc import SQLAlchemyError

from lapor.core import clock, jobs, workers
from lapor.core.db import db, transaction
from lapor.core.jobs import Phase
from lapor.operations import services
from lapor.operations.labels import PHASE, TONE, error_words, task_words
from lapor.policy import Permission, allows
from lapor.web.guards import current_actor, public, requires
from lapor.web.htmx import redirect_to

bp = Blueprint("operations", __name__)

ROWS = 100
_LISTS = {
    "gagal": jobs.failed,
    "menunggu": jobs.unfinished,
    "dibatalkan": jobs.cancelled,
    "selesai": jobs.done,
}


@bp.get("/sehat")
@public
def health() -> ResponseReturnValue:
    """200 while the database answers with its tables there, else 503; and whether a worker lives.

    A dead worker is no reason to take the web server out of service, so it does not change the status. Strangers
    learn nothing else.
    """
    try:
        db.session().execute(sa.text("SELECT 1 FROM account WHERE 1 = 0"))
        working = workers.is_anyone_working(db.session(), clock.now())
    except SQLAlchemyError:
        db.session.rollback()
        return jsonify(keadaan="terganggu"), 503
    return jsonify(keadaan="baik", pekerja="hidup" if working else "mati")


@bp.get("/pekerjaan-latar")
@requires(Permission.OPERATIONS_VIEW)
def list_jobs() -> str:
    """The workers with their last beat, and the jobs: those that failed first."""
    session, now = db.session(), clock.now()
    shown = request.args.get("tampil", "gagal")
    if shown not in _LISTS:
        shown = "gagal"
    return render_template(
        "operations/jobs.html",
        workers=workers.list_workers(session, now),
        working=workers.is_anyone_working(session, now),
        jobs=_LISTS[shown](ROWS),
        failed=jobs.count_failed(session),
        shown=shown,
        most=ROWS,
        minutes=int(workers.TAKE_OVER_AFTER.total_seconds() // 60),
        may_manage=allows(current_actor(), Permission.JOB_MANAGE),
        **_words(),
    )


def _words() -> dict[str, Any]:
    return {
        "PHASE": PHASE,
        "TONE": TONE,
        "FAILED": Phase.FAILED,
        "RUNNING": Phase.RUNNING,
        "RETRIABLE": services.RETRIABLE,
        "CANCELLABLE": services.CANCELLABLE,
        "task_words": task_words,
        "error_words": error_words,
    }


@bp.get("/pekerjaan-latar/ulangi")
@requires(Permission.JOB_MANAGE)
def confirm_retry() -> str:
    """Ask before a job runs again."""
    return _confirm("retry", services.RETRIABLE)


@bp.get("/pekerjaan-latar/batalkan")
@requires(Permission.JOB_MANAGE)
def confirm_cancel() -> str:
    """Ask before a job is given up."""
    return _confirm("cancel", services.CANCELLABLE)


def _confirm(act: str, possible: frozenset[Phase]) -> str:
    job = services.find_job(request.args.get("kunci", ""))
    return render_template("operations/confirm.html", job=job, act=act, is_possible=job.phase in possible, **_words())


@bp.post("/pekerjaan-latar/ulangi")
@requires(Permission.JOB_MANAGE)
def retry_job() -> Any:
    """Let a failed or cancelled job run again from its start."""
    job = services.find_job(request.form.get("kunci", ""))
    with transaction() as session:
        services.note_retry(session, job, actor=current_actor(), now=clock.now())
    jobs.retry(job.key)
    flash(_("Pekerjaan akan diulangi oleh pekerja yang hidup."), "good")
    return redirect_to(url_for("operations.list_jobs", tampil="menunggu"))


@bp.post("/pekerjaan-latar/batalkan")
@requires(Permission.JOB_MANAGE)
def cancel_job() -> Any:
    """Give up a job; what it has finished already stays."""
    job = services.find_job(request.form.get("kunci", ""))
    with transaction() as session:
        services.note_cancel(session, job, actor=current_actor(), now=clock.now())
    jobs.cancel(job.key)
    flash(_("Pekerjaan dibatalkan. Ia tetap tersimpan dan dapat diulangi."), "good")
    return redirect_to(url_for("operations.list_jobs", tampil="dibatalkan"))
