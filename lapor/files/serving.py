"""Who may open a file: the slice that owns the subject says so."""

from collections.abc import Callable

from sqlalchemy.orm import Session

from lapor.core.errors import NotFound
from lapor.files.models import StoredFile
from lapor.policy import Actor

Check = Callable[[Session, Actor, StoredFile], None]
_checks: dict[str, Check] = {}


def register(subject_kind: str, check: Check) -> None:
    """``check(session, actor, stored_file)`` raises NotFound for a person who may not see the subject."""
    _checks[subject_kind] = check


def authorise(session: Session, actor: Actor, stored: StoredFile) -> None:
    """Raise NotFound unless the subject's own check lets ``actor`` see the file. Unknown subjects are closed."""
    check = _checks.get(stored.subject_kind)
    if check is None:
        raise NotFound("Berkas tidak ditemukan.")
    check(session, actor, stored)
