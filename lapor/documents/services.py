"""Entering papers into the register, noting their files, superseding and cancelling them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from lapor.core.errors import Conflict
from lapor.documents import events
from lapor.documents.models import Document
from lapor.documents.rules import DocumentKind, code_digest, content_digest, new_code
from lapor.journal.rules import ChainHead
from lapor.journal.services import record
from lapor.policy import Actor


def register(
    session: Session,
    *,
    kind: DocumentKind,
    title: str,
    subject_kind: str,
    subject_id: int,
    complaint_id: int | None,
    agency_id: int | None,
    issuer: str,
    public_words: str | None,
    made_by: tuple[str, str],
    content: Mapping[str, Any],
    actor: Actor | None,
    now: datetime,
) -> Document:
    """Give a paper its code. ``content`` are plain JSON values; they never change afterwards.

    ``made_by``: name and post of who stands for it. ``public_words``: what everybody may read of the subject.
    """
    document = Document(
        code=new_code(),
        kind=kind,
        title=title,
        subject_kind=subject_kind,
        subject_id=subject_id,
        complaint_id=complaint_id,
        agency_id=agency_id,
        issuer=issuer,
        public_words=public_words,
        made_at=now,
        made_by_name=made_by[0],
        made_by_post=made_by[1],
        content=dict(content),
        digest=content_digest(content),
    )
    session.add(document)
    session.flush()
    record(
        session,
        events.DocumentRegistered(document.id, complaint_id, kind.value, document.digest, code_digest(document.code)),
        actor=actor,
        now=now,
    )
    return document


def keep_file(
    session: Session, document: Document, *, sha256: str, head: ChainHead, actor: Actor | None, now: datetime
) -> str:
    """Note the file of a paper, which prints ``head``; the first one stays. Returns the SHA-256 that counts."""
    if document.file_sha256 is not None:
        return document.file_sha256
    document.file_sha256 = sha256
    document.file_made_at = now
    document.chain_seq, document.chain_hash = head.seq, head.hash
    session.flush()
    record(
        session,
        events.DocumentPrinted(document.id, document.complaint_id, document.kind.value, sha256),
        actor=actor,
        now=now,
    )
    return sha256


def supersede(session: Session, document: Document, by: Document, *, actor: Actor | None, now: datetime) -> None:
    """``by`` takes the place of ``document``; both stay. Raises Conflict for a paper that does not stand."""
    if not document.stands:
        raise Conflict("Dokumen ini sudah diganti atau dibatalkan.")
    document.superseded_by_id = by.id
    document.superseded_at = now
    session.flush()
    record(
        session,
        events.DocumentSuperseded(document.id, document.complaint_id, document.kind.value, by.id),
        actor=actor,
        now=now,
    )


def cancel(session: Session, document: Document, *, reason: str, actor: Actor | None, now: datetime) -> None:
    """The paper counts no longer. Raises Conflict for one that does not stand."""
    if not document.stands:
        raise Conflict("Dokumen ini sudah diganti atau dibatalkan.")
    document.cancelled_at = now
    document.cancel_reason = reason
    session.flush()
    record(
        session,
        events.DocumentCancelled(document.id, document.complaint_id, document.kind.value, reason),
        actor=actor,
        now=now,
    )
