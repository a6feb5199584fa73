"""Attaching files: looked into, stored by their content, named by a row."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from sqlalchemy.orm import Session

from lapor.core.errors import Conflict, Invalid
from lapor.files import events
from lapor.files.models import StoredFile
from lapor.files.queries import list_files
from lapor.files.rules import EMPTY, MAX_BYTES, MediaType, clean_filename, too_large
from lapor.files.sniffing import FIELD, look_into
from lapor.journal.services import record
from lapor.policy import Actor


class Store(Protocol):
    """Where bytes are kept by their SHA-256."""

    def put(self, data: bytes) -> str:
        """Keep ``data`` and return its key."""


@dataclass(frozen=True)
class CheckedUpload:
    """A file that may be kept: its bytes as they will be stored, its true kind and a harmless name."""

    data: bytes
    filename: str
    media_type: MediaType


@dataclass(frozen=True)
class StoredUpload:
    """A checked file whose bytes are in the store."""

    sha256: str
    size: int
    filename: str
    media_type: MediaType


def check_upload(data: bytes, filename: str) -> CheckedUpload:
    """Look into an uploaded file. Raises Invalid with a sentence (field ``file``) for one that is not kept."""
    if not data:
        raise Invalid(EMPTY, field=FIELD)
    if len(data) > MAX_BYTES:
        raise Invalid(too_large(len(data)), field=FIELD)
    media_type, kept = look_into(data)
    return CheckedUpload(kept, clean_filename(filename, media_type), media_type)


def store_upload(upload: CheckedUpload, store: Store) -> StoredUpload:
    """Put the bytes into the store; called before the write transaction opens."""
    return StoredUpload(store.put(upload.data), len(upload.data), upload.filename, upload.media_type)


def attach_stored(
    session: Session,
    upload: StoredUpload,
    *,
    subject_kind: str,
    subject_id: int,
    complaint_id: int | None,
    actor: Actor,
    now: datetime,
) -> StoredFile:
    """Attach a file whose bytes are in the store to a subject. Who may is for the subject's slice to decide."""
    stored = StoredFile(
        sha256=upload.sha256,
        size=upload.size,
        media_type=upload.media_type.value,
        filename=upload.filename,
        subject_kind=subject_kind,
        subject_id=subject_id,
        complaint_id=complaint_id,
        uploaded_by=actor.person_id,
        uploaded_at=now,
    )
    session.add(stored)
    session.flush()
    record(
        session,
        events.FileAttached(
            subject_id=stored.id,
            complaint_id=complaint_id,
            of_kind=subject_kind,
            of_id=subject_id,
            filename=stored.filename,
            media_type=stored.media_type,
            size=stored.size,
            sha256=stored.sha256,
        ),
        actor=actor,
        now=now,
    )
    return stored


def attach(
    session: Session,
    *,
    data: bytes,
    filename: str,
    subject_kind: str,
    subject_id: int,
    complaint_id: int | None,
    actor: Actor,
    now: datetime,
    store: Store,
) -> StoredFile:
    """Check, store and attach in one step, where no write transaction is kept waiting by it.

    Raises Invalid with a sentence (field ``file``) for a file that is not kept.
    """
    return attach_stored(
        session,
        store_upload(check_upload(data, filename), store),
        subject_kind=subject_kind,
        subject_id=subject_id,
        complaint_id=complaint_id,
        actor=actor,
        now=now,
    )


def remove(session: Session, stored: StoredFile, *, actor: Actor, now: datetime) -> None:
    """Take a file away from its subject. Raises Conflict when it is gone already."""
    if stored.removed_at is not None:
        raise Conflict("Berkas ini sudah dihapus.")
    stored.removed_at = now
    session.flush()
    record(
        session,
        events.FileRemoved(
            subject_id=stored.id,
            complaint_id=stored.complaint_id,
            of_kind=stored.subject_kind,
            of_id=stored.subject_id,
            filename=stored.filename,
        ),
        actor=actor,
        now=now,
    )


__all__ = [
    "CheckedUpload",
    "Store",
    "StoredUpload",
    "attach",
    "attach_stored",
    "check_upload",
    "list_files",
    "remove",
    "store_upload",
]
