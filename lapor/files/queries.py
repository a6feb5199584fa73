"""Reading attached files."""

from collections.abc import Collection

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lapor.files.models import StoredFile


def list_files(session: Session, subject_kind: str, ids: Collection[int]) -> dict[int, list[StoredFile]]:
    """The files of each subject, oldest first; subjects without files are left out. One query, none for no ids."""
    found: dict[int, list[StoredFile]] = {}
    if not ids:
        return found
    rows = session.scalars(
        sa.select(StoredFile)
        .where(
            StoredFile.subject_kind == subject_kind,
            StoredFile.subject_id.in_(ids),
            StoredFile.removed_at.is_(None),
        )
        .order_by(StoredFile.subject_id, StoredFile.id)
    )
    for row in rows:
        found.setdefault(row.subject_id, []).append(row)
    return found


def find_file(session: Session, key: int) -> StoredFile | None:
    """The file with this key unless it was removed."""
    return session.scalar(sa.select(StoredFile).where(StoredFile.id == key, StoredFile.removed_at.is_(None)))
