"""Ready instructions (chips) on a head's card: given ones, or those that an agency has made its own."""

from collections.abc import Sequence
from datetime import date, datetime
from functools import cache

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from lapor.agencies.models import Agency
from lapor.core.errors import Invalid, NotAllowed
from lapor.core.wording import long_date
from lapor.dispositions.events import InstructionsChanged
from lapor.inbox.models import InstructionChip
from lapor.journal.services import record
from lapor.policy import Actor, Permission, Power

DATE = "{tanggal}"
"""Stands for the day on which the agency's answer is due."""
MOST = 12
LONGEST = 120


@cache
def given_instructions() -> tuple[str, ...]:
    """The set of words.md (*Arahan siap pakai*), for an agency that has none of its own."""
    return (
        _("Tindak lanjuti sesuai ketentuan."),
        _("Cek lapangan, laporkan hasilnya."),
        _("Siapkan jawaban, bicarakan dengan saya."),
        _("Koordinasikan dengan OPD terkait."),
        _("Selesaikan sebelum {tanggal}."),
        _("Jawab dengan santun dan lengkap."),
        _("Cukup diketahui, lanjutkan."),
    )


def filled(chips: Sequence[str], answer_due_on: date | None) -> list[str]:
    """``chips`` with the day in them; those that name a day are left out where there is none."""
    if answer_due_on is None:
        return [words for words in chips if DATE not in words]
    return [words.replace(DATE, long_date(answer_due_on)) for words in chips]


def list_chips(session: Session, agency_id: int) -> list[str]:
    """The agency's own ready instructions in their order; [] while the given ones hold."""
    return list(
        session.scalars(
            sa.select(InstructionChip.words)
            .where(InstructionChip.agency_id == agency_id)
            .order_by(InstructionChip.position)
        )
    )


def powers_to_edit(actor: Actor) -> list[Power]:
    """The posts by which this person edits ready instructions: head, liaison or admin, an agency once."""
    found: dict[int, Power] = {}
    for power in actor.powers:
        if power.grants(Permission.INSTRUCTION_EDIT):
            found.setdefault(power.agency_id, power)
    return list(found.values())


def _checked(words: Sequence[str]) -> list[str]:
    lines = [" ".join(line.split()) for line in words]
    lines = list(dict.fromkeys(line for line in lines if line))
    if len(lines) > MOST:
        raise Invalid(_("Paling banyak %(count)s arahan.", count=MOST), field="lines")
    long = next((line for line in lines if len(line) > LONGEST), None)
    if long is not None:
        raise Invalid(
            _("Satu arahan paling panjang %(count)s huruf: %(words)s …", count=LONGEST, words=long[:40]),
            field="lines",
        )
    return lines


def save_chips(session: Session, agency_id: int, words: Sequence[str], *, actor: Actor, now: datetime) -> list[str]:
    """Make ``words`` the agency's ready instructions, in this order, doubles once; none brings the given ones back.

    Raises NotAllowed for people of other agencies, Invalid for more than 12 or one longer than 120 letters.
    """
    if not any(power.agency_id == agency_id for power in powers_to_edit(actor)):
        raise NotAllowed(_("Arahan siap pakai hanya diubah oleh OPD itu sendiri."))
    lines = _checked(words)
    if tuple(lines) == given_instructions():
        lines = []
    session.get_one(Agency, agency_id, with_for_update=True)  # two people at the same moment: one after the other
    before = list_chips(session, agency_id)
    if lines == before:
        return lines
    session.execute(sa.delete(InstructionChip).where(InstructionChip.agency_id == agency_id))
    session.add_all(
        InstructionChip(agency_id=agency_id, position=position, words=line)
        for position, line in enumerate(lines, start=1)
    )
    session.flush()
    record(
        session,
        InstructionsChanged(agency_id, tuple(before), tuple(lines)),
        actor=actor,
        now=now,
        permission=Permission.INSTRUCTION_EDIT,
    )
    return lines
