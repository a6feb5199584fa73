"""Reading the register of papers."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lapor.documents.models import Document
from lapor.documents.rules import DocumentKind
from lapor.journal.rules import ChainHead


def find_by_code(session: Session, code: str) -> Document | None:
    """The paper with this code, or None."""
    return session.scalar(sa.select(Document).where(Document.code == code))


def find_of(session: Session, kind: DocumentKind, subject_kind: str, subject_id: int) -> Document | None:
    """The newest paper of a kind about one subject, or None."""
    return session.scalar(
        sa.select(Document)
        .where(Document.kind == kind, Document.subject_kind == subject_kind, Document.subject_id == subject_id)
        .order_by(Document.id.desc())
        .limit(1)
    )


def list_heads(session: Session) -> list[ChainHead]:
    """The links of the journal's chain that registered papers print: whoever rewrites it must know of them too.

    What is no link is left out (SQLite stores anything); ``evidence.checking`` names its paper.
    """
    rows = session.execute(
        sa.select(Document.chain_seq, Document.chain_hash)
        .where(Document.chain_seq.is_not(None), Document.chain_hash.is_not(None))
        .distinct()
        .order_by(Document.chain_seq, Document.chain_hash)
    )
    return [ChainHead(row.chain_seq, row.chain_hash) for row in rows if is_link(row.chain_seq, row.chain_hash)]


def is_link(seq: object, link_hash: object) -> bool:
    """Whether the two columns hold what they promise."""
    return type(seq) is int and type(link_hash) is str
