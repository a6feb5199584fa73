"""What the administrator decides about background jobs.

The engine writes with connections of its own, so the fact is noted first and the job is changed after the commit:
a crash in between leaves a noted wish and a job that still stands in the list.
"""

from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from lapor.core import jobs
from lapor.core.errors import Conflict, NotFound
from lapor.core.jobs import JobState, Phase
from lapor.journal.services import record
from lapor.operations.events import JobCancelled, JobRetried
from lapor.policy import Actor, Permission

RETRIABLE = frozenset({Phase.FAILED, Phase.CANCELLED})
CANCELLABLE = frozenset({Phase.WAITING, Phase.RUNNING, Phase.FAILED})


def find_job(key: str) -> JobState:
    """The job with this key. Raises NotFound."""
    job = jobs.state(key)
    if job is None:
        raise NotFound(_("Pekerjaan ini tidak ada."))
    return job


def note_retry(session: Session, job: JobState, *, actor: Actor, now: datetime) -> None:
    """Note that ``job`` shall run again; ``jobs.retry`` does it after the commit. Raises Conflict when it cannot."""
    if job.phase not in RETRIABLE:
        raise Conflict(_("Pekerjaan ini tidak sedang gagal, sehingga tidak perlu diulangi."))
    record(session, JobRetried(job.name, job.key), actor=actor, now=now, permission=Permission.JOB_MANAGE)


def note_cancel(session: Session, job: JobState, *, actor: Actor, now: datetime) -> None:
    """Note that ``job`` is given up; ``jobs.cancel`` does it after the commit. Raises Conflict when it cannot."""
    if job.phase not in CANCELLABLE:
        raise Conflict(_("Pekerjaan ini sudah selesai atau sudah dibatalkan."))
    record(session, JobCancelled(job.name, job.key), actor=actor, now=now, permission=Permission.JOB_MANAGE)
