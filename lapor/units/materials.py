"""Material for the answer (bahan jawaban): written by a unit, returned, recalled, taken over into the draft."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lapor.core.clock import local_day
from lapor.core.errors import Conflict, Invalid
from lapor.core.wording import clock_time
from lapor.dispositions import answering, events
from lapor.dispositions.authority import complaint_of, facts_of, need_move, need_running, need_writer
from lapor.dispositions.material_queries import material_of
from lapor.dispositions.models import Disposition, Material, MaterialVersion, PassedOn, Response
from lapor.dispositions.passing import (
    Passed,
    holders_of_posts,
    key_of_receiver,
)
from lapor.dispositions.rules import Act, MaterialState, ResponseKind
from lapor.journal.services import record
from lapor.notifications.models import Kind
from lapor.notifications.services import notify
from lapor.offices.queries import holders_by_role
from lapor.policy import Actor, Permission, Role

MAX_MATERIAL = answering.MAX_RESPONSE
_OVER = "Disposisi ini sudah selesai, dikembalikan, atau ditarik."


def _one_line_end(text: str) -> str:
    return answering.one_line_end(text).strip()


def _need_version(material: Material, version: int | None) -> None:
    if version is not None and version != material.version:
        raise Conflict(
            f"{material.author_name} menyimpan bahan ini pada {clock_time(material.updated_at)}. "
            "Tulisan Anda masih di layar: salin, muat ulang, lalu gabungkan."
        )


def write_material(
    session: Session,
    passed: Passed,
    *,
    text: str,
    version: int | None,
    actor: Actor,
    now: datetime,
) -> Material:
    """The unit keeps its draft. ``passed`` was loaded for this very person under the lock.

    Raises Conflict for a sent material, one that another person changed meanwhile, or an order that is over;
    Invalid for a text that is too long.
    """
    disposition = passed.disposition
    need_running(passed.complaint)
    need_move(disposition, Act.DRAFT, _OVER)
    words = _one_line_end(text)
    if len(words) > MAX_MATERIAL:
        raise Invalid("Bahan jawaban paling banyak 10.000 huruf.", field="text")
    key = key_of_receiver(passed.passed.post_id, passed.passed.label)
    material = material_of(session, disposition.id, key)
    if material is None:
        material = Material(
            disposition_id=disposition.id,
            passed_key=key,
            post_id=passed.passed.post_id,
            label=passed.passed.label,
            state=MaterialState.DRAFT,
            text="",
            created_at=now,
        )
        session.add(material)
    else:
        need_unsent(material)
        _need_version(material, 0 if version is None and material.author_id != actor.person_id else version)
    material.text = words
    material.updated_at = now
    material.author_id = actor.person_id
    material.author_name = actor.name
    material.author_post = passed.power.post_title
    material.assignment_id = passed.power.assignment_id
    material.behalf_name = material.behalf_on = None
    session.flush()
    return material


def need_unsent(material: Material) -> None:
    """Raise Conflict for a material that the unit has sent already."""
    if material.state is MaterialState.SENT:
        raise Conflict("Bahan jawaban sudah dikirim. Tarik dahulu bila akan diperbaiki.")


def send_material(session: Session, material: Material, *, actor: Actor, now: datetime) -> None:
    """The unit sends what it has just written (``write_material``). Raises Invalid for an empty text."""
    need_unsent(material)
    if not material.text:
        raise Invalid("Tulis bahan jawaban dahulu.", field="text")
    _send(session, session.get_one(Disposition, material.disposition_id), material, actor=actor, now=now)


def _send(session: Session, disposition: Disposition, material: Material, *, actor: Actor, now: datetime) -> None:
    number = 1 + (
        session.scalar(
            sa.select(sa.func.max(MaterialVersion.number)).where(MaterialVersion.material_id == material.id)
        )
        or 0
    )
    material.state = MaterialState.SENT
    material.sent_at = now
    material.return_reason = material.returned_by_name = None
    material.taken_over_at = material.taken_over_by_name = material.response_id = None
    session.add(
        MaterialVersion(
            material_id=material.id,
            number=number,
            text=material.text,
            sent_at=now,
            author_name=material.behalf_name or material.author_name,
            author_post=material.label if material.behalf_name else material.author_post,
        )
    )
    session.flush()
    record(
        session,
        events.MaterialSent(
            *facts_of(session, disposition),
            material.id,
            material.label,
            number,
            material.text,
            material.behalf_name,
            material.behalf_on,
        ),
        actor=actor,
        now=now,
        permission=Permission.RESPONSE_WRITE if material.behalf_name else Permission.MATERIAL_WRITE,
    )
    complaint = complaint_of(session, disposition)
    notify(
        session,
        [person.id for person in holders_by_role(session, disposition.agency_id, Role.OPERATOR, actor.day)],
        kind=Kind.COMPLAINT,
        sentence=f"Bahan jawaban {material.label} untuk aduan {complaint.reference} sudah ada.",
        url=f"/disposisi/{disposition.id}/tanggapan",
        now=now,
        complaint_id=complaint.id,
        agency_id=disposition.agency_id,
        without=actor.person_id,
    )


def recall_material(session: Session, passed: Passed, *, actor: Actor, now: datetime) -> Material:
    """The unit takes its material back to mend it, while nobody has taken it over. Raises Conflict otherwise."""
    material = material_of(
        session, passed.disposition.id, key_of_receiver(passed.passed.post_id, passed.passed.label)
    )
    if material is None or material.state is not MaterialState.SENT:
        raise Conflict("Tidak ada bahan jawaban terkirim yang dapat ditarik.")
    if material.taken_over_at is not None:
        raise Conflict("Bahan jawaban sudah dipakai. Minta admin OPD mengembalikannya bila perlu diperbaiki.")
    need_move(passed.disposition, Act.DRAFT, _OVER)
    material.state = MaterialState.DRAFT
    material.updated_at = now
    session.flush()
    record(
        session,
        events.MaterialRecalled(*facts_of(session, passed.disposition), material.id, material.label),
        actor=actor,
        now=now,
        permission=Permission.MATERIAL_WRITE,
    )
    return material


def record_for_unit(
    session: Session,
    disposition: Disposition,
    passed: PassedOn,
    *,
    text: str,
    behalf_name: str,
    behalf_on: date,
    actor: Actor,
    now: datetime,
) -> Material:
    """Material that came on paper, written down by the agency in the name of who wrote it, with the paper's date.

    Raises Conflict when the unit itself is writing or its material was sent already, Invalid for a missing name or
    a date in the future or before the order.
    """
    complaint = complaint_of(session, disposition)
    need_writer(actor, disposition, complaint)
    need_running(complaint)
    need_move(disposition, Act.DRAFT, _OVER)
    words = _one_line_end(text)
    if not words:
        raise Invalid("Tulis bahan jawaban seperti pada kertasnya.", field="text")
    if len(words) > MAX_MATERIAL:
        raise Invalid("Bahan jawaban paling banyak 10.000 huruf.", field="text")
    if not behalf_name.strip():
        raise Invalid("Tulis nama orang bidang yang menyusunnya.", field="behalf_name")
    if behalf_on > local_day(now):
        raise Invalid("Tanggal bahan jawaban tidak boleh di masa depan.", field="behalf_on")
    if behalf_on < disposition.disposed_on:
        raise Invalid("Tanggal bahan jawaban tidak boleh mendahului disposisi.", field="behalf_on")
    if passed.taken_back_at is not None:
        raise Conflict(f"Penerusan kepada {passed.label} sudah ditarik.")
    key = key_of_receiver(passed.post_id, passed.label)
    material = material_of(session, disposition.id, key)
    if material is not None and material.state is MaterialState.SENT:
        raise Conflict(f"Bahan jawaban {passed.label} sudah ada. Kembalikan dahulu bila akan diganti.")
    if material is not None and material.behalf_name is None and material.state is MaterialState.DRAFT:
        raise Conflict(f"{material.author_name} sedang menulis bahan ini di akunnya. Minta dikirim dari sana.")
    if material is None:
        material = Material(
            disposition_id=disposition.id,
            passed_key=key,
            post_id=passed.post_id,
            label=passed.label,
            created_at=now,
            text="",
        )
        session.add(material)
    material.text = words
    material.updated_at = now
    material.author_id = actor.person_id
    material.author_name = actor.name
    writer = actor.power_for(Permission.RESPONSE_WRITE, disposition.agency_id)
    material.author_post = writer.post_title if writer else ""
    material.assignment_id = None
    material.behalf_name = behalf_name.strip()
    material.behalf_on = behalf_on
    session.flush()
    _send(session, disposition, material, actor=actor, now=now)
    return material


def return_material(
    session: Session, disposition: Disposition, material: Material, *, reason: str, actor: Actor, now: datetime
) -> None:
    """Give the material back to the unit with a reason; what was sent stays as a version."""
    complaint = complaint_of(session, disposition)
    need_writer(actor, disposition, complaint)
    need_running(complaint)
    need_move(disposition, Act.DRAFT, _OVER)
    if material.state is not MaterialState.SENT:
        raise Conflict("Bahan jawaban ini tidak sedang menunggu Anda.")
    if not reason.strip():
        raise Invalid("Tulis apa yang perlu diperbaiki.", field="reason")
    material.state = MaterialState.RETURNED
    material.return_reason = reason.strip()
    material.returned_by_name = actor.name
    material.updated_at = now
    last = session.scalar(
        sa.select(MaterialVersion)
        .where(MaterialVersion.material_id == material.id)
        .order_by(MaterialVersion.number.desc())
        .limit(1)
    )
    if last is not None:
        last.returned_at = now
        last.returned_by_name = actor.name
        last.return_reason = reason.strip()
    session.flush()
    record(
        session,
        events.MaterialReturned(*facts_of(session, disposition), material.id, material.label, reason.strip()),
        actor=actor,
        now=now,
        permission=Permission.RESPONSE_WRITE,
    )
    held = holders_of_posts(session, [material.post_id], actor.day) if material.post_id is not None else {}
    notify(
        session,
        [item.person_id for people in held.values() for item in people],
        kind=Kind.COMPLAINT,
        sentence=f"Bahan jawaban Anda untuk aduan {complaint.reference} dikembalikan untuk diperbaiki.",
        url=f"/disposisi/{disposition.id}/bahan",
        now=now,
        complaint_id=complaint.id,
        agency_id=disposition.agency_id,
        without=actor.person_id,
    )


def joined(draft: str, material: str) -> str:
    """The draft with the material under it; the material alone where there is no draft, and never twice."""
    own, new = _one_line_end(draft), _one_line_end(material)
    if not own:
        return new
    return own if new in own else f"{own}\n\n{new}"


def take_over(
    session: Session,
    disposition: Disposition,
    material: Material,
    *,
    text: str,
    kind: ResponseKind,
    response: Response | None,
    version: int | None,
    actor: Actor,
    now: datetime,
) -> Response:
    """Put the material into the draft, under what is written there (``text``, as it stands on the screen).

    Raises Conflict for a material that is not sent, or when the draft was changed meanwhile (``version``).
    """
    if material.state is not MaterialState.SENT:
        raise Conflict("Bahan jawaban ini belum dikirim atau sudah ditarik oleh bidang.")
    made = answering.save_draft(
        session,
        disposition,
        kind=kind,
        text=joined(text, material.text),
        response=response,
        version=version,
        actor=actor,
        now=now,
    )
    material.taken_over_at = now
    material.taken_over_by_name = actor.name
    material.response_id = made.id
    session.flush()
    record(
        session,
        events.MaterialTakenOver(*facts_of(session, disposition), material.id, material.label, made.id),
        actor=actor,
        now=now,
        permission=Permission.RESPONSE_WRITE,
    )
    return made
