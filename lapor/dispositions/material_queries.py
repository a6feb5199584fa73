"""The units' material for an answer, as the agency reads it beside its draft."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lapor.calendar.queries import working_calendar
from lapor.dispositions.models import Disposition, Material, MaterialVersion, PassedOn
from lapor.dispositions.passing import (
    UnitHolder,
    holders_of_posts,
    key_of_receiver,
    list_passed,
    material_due,
)
from lapor.files.models import StoredFile
from lapor.offices.models import Post
from lapor.policy import Role

MATERIAL_FILES = "material"


@dataclass(frozen=True)
class UnitMaterial:
    """A receiver of an order with its material, as the agency sees them beside the answer.

    ``has_account``: somebody with an account holds the post today, so the unit writes for itself.
    """

    key: str
    label: str
    passed: PassedOn | None
    due_on: date | None
    material: Material | None
    holders: tuple[UnitHolder, ...] = ()
    files: tuple[StoredFile, ...] = ()
    versions: tuple[MaterialVersion, ...] = field(default_factory=tuple)

    @property
    def has_account(self) -> bool:
        """Whether somebody with an account holds the post today."""
        return any(item.has_account for item in self.holders)


def find_material(session: Session, disposition_id: int, material_id: int) -> Material | None:
    """One material of this order, or None."""
    return session.scalar(
        sa.select(Material).where(Material.id == material_id, Material.disposition_id == disposition_id)
    )


def material_of(session: Session, disposition_id: int, key: str) -> Material | None:
    """The material of one receiver of an order, or None."""
    return session.scalar(
        sa.select(Material).where(Material.disposition_id == disposition_id, Material.passed_key == key)
    )


def versions_of(session: Session, material_ids: Sequence[int]) -> dict[int, list[MaterialVersion]]:
    """What was sent so far, oldest first, by material."""
    found: dict[int, list[MaterialVersion]] = defaultdict(list)
    for row in session.scalars(
        sa.select(MaterialVersion)
        .where(MaterialVersion.material_id.in_(material_ids))
        .order_by(MaterialVersion.material_id, MaterialVersion.number)
    ):
        found[row.material_id].append(row)
    return found


def files_of(session: Session, material_ids: Sequence[int]) -> dict[int, list[StoredFile]]:
    """The files of materials, in the order of attaching."""
    found: dict[int, list[StoredFile]] = defaultdict(list)
    for row in session.scalars(
        sa.select(StoredFile)
        .where(
            StoredFile.subject_kind == MATERIAL_FILES,
            StoredFile.subject_id.in_(material_ids),
            StoredFile.removed_at.is_(None),
        )
        .order_by(StoredFile.id)
    ):
        found[row.subject_id].append(row)
    return found


def list_unit_materials(session: Session, disposition: Disposition, day: date) -> list[UnitMaterial]:
    """Every unit that an order is or was passed on to, with its material; posts that see the agency anyway
    (admin, Pejabat Penghubung) write none and are left out."""
    passed = list_passed(session, disposition.id)
    materials = {
        row.passed_key: row
        for row in session.scalars(
            sa.select(Material).where(Material.disposition_id == disposition.id).order_by(Material.id)
        )
    }
    if not passed and not materials:
        return []
    unit_posts = _unit_posts(session, [item.post_id for item in passed if item.post_id is not None])
    holders = holders_of_posts(session, unit_posts, day)
    keys = [row.id for row in materials.values()]
    files, versions = files_of(session, keys), versions_of(session, keys)
    calendar = working_calendar(session)
    found = []
    for item in passed:
        if item.post_id is not None and item.post_id not in unit_posts:
            continue
        key = key_of_receiver(item.post_id, item.label)
        material = materials.pop(key, None)
        found.append(
            UnitMaterial(
                key=key,
                label=item.label,
                passed=item,
                due_on=material_due(session, calendar, item, disposition, disposition.acknowledged_on),
                material=material,
                holders=tuple(holders.get(item.post_id or 0, ())),
                files=tuple(files[material.id]) if material else (),
                versions=tuple(versions[material.id]) if material else (),
            )
        )
    found += [
        UnitMaterial(row.passed_key, row.label, None, None, row, (), tuple(files[row.id]), tuple(versions[row.id]))
        for row in materials.values()
    ]
    return found


def _unit_posts(session: Session, post_ids: Sequence[int]) -> set[int]:
    return set(session.scalars(sa.select(Post.id).where(Post.id.in_(post_ids), Post.kind == Role.UNIT)))
