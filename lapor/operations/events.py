"""What people did to background jobs."""

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True)
class JobRetried:
    """The administrator let a failed or cancelled job run again."""

    kind: ClassVar[str] = "job.retried"
    subject_kind: ClassVar[str] = "job"
    subject_id: ClassVar[int] = 0
    complaint_id: ClassVar[None] = None
    task: str
    job_key: str


@dataclass(frozen=True)
class JobCancelled:
    """The administrator gave up a job that waited, ran or had failed."""

    kind: ClassVar[str] = "job.cancelled"
    subject_kind: ClassVar[str] = "job"
    subject_id: ClassVar[int] = 0
    complaint_id: ClassVar[None] = None
    task: str
    job_key: str
