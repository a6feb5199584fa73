"""The file of a paper: made once, kept by its SHA-256, the same bytes for every later reader."""

from collections.abc import Callable
from datetime import datetime
from typing import Protocol

from lapor.core.db import db, lock, transaction
from lapor.core.errors import NotFound
from lapor.documents import services
from lapor.documents.events import DocumentRegistered
from lapor.documents.models import Document
from lapor.journal.queries import head_of_fact
from lapor.journal.rules import ChainHead
from lapor.policy import Actor

Render = Callable[[Document, ChainHead], bytes]


class Store(Protocol):
    """Where bytes are kept by their SHA-256."""

    def put(self, data: bytes) -> str:
        """Keep ``data`` and return its key."""

    def get(self, key: str) -> bytes:
        """The bytes of ``key``; raises FileNotFoundError."""


def head_of(document: Document) -> ChainHead:
    """The link of the journal's chain that the paper prints: its own registration, so that it proves itself too."""
    if document.chain_hash is not None:
        return ChainHead(document.chain_seq or 0, document.chain_hash)
    fact = DocumentRegistered
    return head_of_fact(db.session(), fact.kind, fact.subject_kind, document.id)


def file_of(document: Document, render: Render, *, store: Store, actor: Actor, now: datetime) -> bytes:
    """The bytes of the paper's file, made and noted by its first reader.

    A file is no new fact: what it says stands since the paper was registered. It is rendered outside of any
    transaction (0.2 to 0.5 s); of two first readers the one who notes his file first wins. A file that the store
    has lost is made again from the same content and head and must have the same SHA-256: NotFound otherwise.
    """
    key, head, kept = document.id, head_of(document), document.file_sha256
    if kept is not None:
        try:
            return store.get(kept)
        except FileNotFoundError:
            data = render(document, head)
            if store.put(data) == kept:
                return data
            raise NotFound("Berkas dokumen ini tidak ada lagi di penyimpanan. Beri tahu administrator.") from None
    data = render(document, head)
    sha256 = store.put(data)
    with transaction() as session:
        row = lock(session, Document, key)
        counts = services.keep_file(session, row, sha256=sha256, head=head, actor=actor, now=now)
    return data if counts == sha256 else store.get(counts)
