"""Permintaan Bahan Jawaban: the nota dinas to units that work on paper (office.md 1.5), ready to be signed.

It carries neither code nor number of ours: its number comes from the agency's own book, and what counts for the
record is the passing on and the material that comes back.
"""

from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from flask import render_template
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from lapor.agencies.letterhead import letterhead_of
from lapor.agencies.models import Agency
from lapor.complaints.labels import REPORT_CLASS
from lapor.complaints.models import Complaint
from lapor.complaints.rules import masked
from lapor.core.errors import Conflict
from lapor.core.wording import long_date, weekday_date
from lapor.dispositions.material_queries import UnitMaterial, list_unit_materials
from lapor.dispositions.models import Acknowledgement, Disposition, PassedOn
from lapor.dispositions.rules import MaterialState
from lapor.journal.rules import ChainHead, anchor_words
from lapor.offices.labels import number_words
from lapor.offices.models import Assignment, Person, Post
from lapor.offices.queries import covers, head_of, holders_by_role
from lapor.offices.rules import post_words
from lapor.policy import Role
from lapor.printing.paper import Letterhead, Signature
from lapor.printing.pdf import render_pdf


@dataclass(frozen=True)
class MaterialRequest:
    """One nota dinas: to whom, by whom, what is asked until when."""

    letterhead: Letterhead
    receiver: str
    sender: str
    day: str
    nature: str
    subject: str
    basis: str
    facts: tuple[tuple[str, str], ...]
    text: str
    wanted_by: str
    back_to: str
    signature: Signature
    is_withheld: bool


def waits_on_paper(unit: UnitMaterial) -> bool:
    """Whether this receiver has no account and its material has not come yet."""
    return (
        unit.passed is not None
        and not unit.has_account
        and (unit.material is None or unit.material.state is not MaterialState.SENT)
    )


def list_requests(
    session: Session,
    disposition: Disposition,
    complaint: Complaint,
    *,
    day: date,
    province: str,
    passed_id: int | None,
) -> list[MaterialRequest]:
    """A nota dinas for each receiver without an account whose material is awaited, or for the one that is named.

    A confidential complaint goes only to whom the head ticked himself. Raises Conflict when nobody is left.
    """
    waiting = [
        unit
        for unit in list_unit_materials(session, disposition, day)
        if waits_on_paper(unit)
        and unit.passed is not None
        and (passed_id is None or unit.passed.id == passed_id)
        and (unit.passed.by_head or not complaint.is_withheld)
    ]
    if not disposition.is_open or not waiting:
        raise Conflict("Tidak ada bidang tanpa akun yang bahan jawabannya masih ditunggu.")
    agency = session.get_one(Agency, disposition.agency_id)
    signer, signature = _signer(session, disposition, day)
    admins = holders_by_role(session, agency.id, Role.OPERATOR, day)
    return [
        MaterialRequest(
            letterhead=letterhead_of(agency, province),
            receiver=unit.label,
            sender=signer or agency.name,
            day=long_date(day),
            nature=_("Rahasia") if complaint.is_withheld else _("Segera"),
            subject=_("Permintaan bahan jawaban aduan %(reference)s", reference=complaint.reference),
            basis=_basis(session, unit.passed),
            facts=_facts(session, complaint, unit.passed),
            text=masked(complaint.text),
            wanted_by=weekday_date(unit.due_on) if unit.due_on else "",
            back_to=", ".join(person.full_name for person in admins),
            signature=signature,
            is_withheld=complaint.is_withheld,
        )
        for unit in waiting
        if unit.passed is not None
    ]


def _known(session: Session, passed: PassedOn) -> Acknowledgement:
    return session.get_one(Acknowledgement, passed.acknowledgement_id)


def _basis(session: Session, passed: PassedOn) -> str:
    """By whose word the complaint came to the unit."""
    known = _known(session, passed)
    if passed.by_head:
        return str(
            _(
                "Sesuai disposisi %(post)s tanggal %(day)s, aduan masyarakat berikut diteruskan kepada Saudara.",
                post=known.post_title,
                day=long_date(known.acknowledged_on),
            )
        )
    return str(_("Aduan masyarakat berikut diteruskan kepada Saudara."))


def _facts(session: Session, complaint: Complaint, passed: PassedOn) -> tuple[tuple[str, str], ...]:
    instruction = _known(session, passed).instruction
    rows = [
        (_("Tracking ID"), complaint.reference),
        (_("Klasifikasi"), str(REPORT_CLASS[complaint.report_class])),
        (_("Tanggal masuk"), long_date(complaint.received_on)),
        (_("Lokasi"), masked(complaint.location) if complaint.location else ""),
        (_("Judul"), masked(complaint.title)),
        (_("Arahan pimpinan"), masked(instruction) if instruction else ""),
    ]
    return tuple((str(label), words) for label, words in rows if words)


def _signer(session: Session, disposition: Disposition, day: date) -> tuple[str, Signature]:
    """The Pejabat Penghubung of the agency, else its head: post in words, and the block with room for the pen."""
    row = session.execute(
        sa.select(Person, Post.title, Assignment.capacity)
        .join(Assignment, Assignment.person_id == Person.id)
        .join(Post, Post.id == Assignment.post_id)
        .where(Post.agency_id == disposition.agency_id, Post.kind == Role.LIAISON.value, covers(day))
        .order_by(Assignment.starts_on.desc(), Assignment.id.desc())
        .limit(1)
    ).first()
    if row is not None:
        return _block(row.title, row.capacity.value, row.Person)
    head = head_of(session, disposition.head_agency_id, day)
    if head is not None:
        return _block(head.post_title, head.capacity, session.get_one(Person, head.person_id))
    return "", Signature((), "")


def _block(title: str, capacity: str, person: Person) -> tuple[str, Signature]:
    above = (f"{post_words(title.upper(), capacity)},",)
    return post_words(title, capacity), Signature(above, person.full_name, person.rank or "", number_words(person))


def requests_pdf(requests: list[MaterialRequest], head: ChainHead, *, identifier: str, created: datetime) -> bytes:
    """The nota dinas as one PDF, each on its own page; 0.2 to 0.5 s, so it is made outside of any transaction."""
    html = render_template("documents/request.html", requests=requests, anchor=anchor_words(head))
    return render_pdf(html, title=requests[0].subject, identifier=identifier, created=created)
