"""What everybody may read of a paper's subject now: its owner says when that has to be hidden."""

from collections.abc import Callable

from sqlalchemy.orm import Session

from lapor.documents.models import Document

Hides = Callable[[Session, int], bool]
_hides: list[Hides] = []


def hide_while(hides: Hides) -> None:
    """``hides(session, complaint_id)``: whether the public may learn nothing of this complaint at present."""
    if hides not in _hides:
        _hides.append(hides)


def public_words(session: Session, document: Document) -> str | None:
    """The words about the subject that were public when it was registered and still are, or None."""
    if document.public_words is None or document.complaint_id is None:
        return document.public_words
    return None if any(hides(session, document.complaint_id) for hides in _hides) else document.public_words
