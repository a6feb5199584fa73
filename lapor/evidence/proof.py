"""The Tanda Bukti Diketahui Pimpinan: registered with the acknowledgement, printed from what was kept then.

Its content are plain values of the acknowledgement. Of a confidential complaint it holds neither title nor
instruction, so that the same file may be shown to everybody who may know that the complaint exists.
"""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lapor.agencies.letterhead import address_lines
from lapor.agencies.models import Agency
from lapor.complaints.models import Complaint
from lapor.complaints.rules import masked
from lapor.core.errors import NotFound
from lapor.dispositions.acknowledging import digest_of
from lapor.dispositions.authority import complaint_of
from lapor.dispositions.events import Acknowledged, AcknowledgementSuperseded, Returned
from lapor.dispositions.models import Acknowledgement, Disposition, Mandate, PassedOn
from lapor.dispositions.rules import authority_since
from lapor.documents import services as documents
from lapor.documents.models import Document
from lapor.documents.queries import find_of
from lapor.documents.rules import DocumentKind
from lapor.evidence.queries import record_of
from lapor.offices.models import Assignment
from lapor.policy import Actor

TITLE = "Tanda Bukti Diketahui Pimpinan"
SUBJECT = "acknowledgement"
KIND = DocumentKind.ACKNOWLEDGEMENT_PROOF


def list_acknowledgements(session: Session, disposition_id: int) -> list[Acknowledgement]:
    """All statements of a disposition, oldest first, superseded and refused ones too."""
    return list(
        session.scalars(
            sa.select(Acknowledgement)
            .where(Acknowledgement.disposition_id == disposition_id)
            .order_by(Acknowledgement.id)
        )
    )


def holds(acknowledgement: Acknowledgement) -> bool:
    """Neither superseded by a newer statement nor refused."""
    return acknowledgement.superseded_by_id is None and acknowledgement.voided_at is None


def chosen(acknowledgements: list[Acknowledgement], wanted: int | None) -> Acknowledgement:
    """The statement with the key ``wanted``, else the one that holds. Raises NotFound when there is none."""
    if wanted is not None:
        found = next((item for item in acknowledgements if item.id == wanted), None)
    else:
        found = next((item for item in reversed(acknowledgements) if holds(item)), None)
    if found is not None:
        return found
    if acknowledgements:
        raise NotFound("Pernyataan mengetahui yang pernah ada sudah ditolak koordinator, jadi belum ada tanda bukti.")
    raise NotFound("Aduan ini belum dinyatakan diketahui, jadi tanda buktinya belum ada.")


def find_proof(session: Session, acknowledgement_id: int) -> Document | None:
    """The registered proof of a statement, or None."""
    return find_of(session, KIND, SUBJECT, acknowledgement_id)


def ensure_proof(
    session: Session, acknowledgement: Acknowledgement, *, actor: Actor | None, now: datetime
) -> Document:
    """The proof of a statement; registered now where it was given before there was a register."""
    found = find_proof(session, acknowledgement.id)
    if found is not None:
        return found
    disposition = session.get_one(Disposition, acknowledgement.disposition_id)
    complaint = complaint_of(session, disposition)
    agency = session.get_one(Agency, disposition.head_agency_id)
    return documents.register(
        session,
        kind=KIND,
        title=TITLE,
        subject_kind=SUBJECT,
        subject_id=acknowledgement.id,
        complaint_id=complaint.id,
        agency_id=agency.id,
        issuer=agency.name,
        public_words=None if complaint.is_withheld else complaint.reference,
        made_by=(acknowledgement.person_name, acknowledgement.post_title),
        content=content_of(session, acknowledgement, disposition, complaint, agency),
        actor=actor,
        now=now,
    )


def content_of(
    session: Session,
    acknowledgement: Acknowledgement,
    disposition: Disposition,
    complaint: Complaint,
    agency: Agency,
) -> dict[str, Any]:
    """What the proof states, as plain values that are kept for ever."""
    withheld = complaint.is_withheld
    asked = agency if agency.id == disposition.agency_id else session.get_one(Agency, disposition.agency_id)
    return {
        "agency": agency.name,
        "address": list(address_lines(agency)),
        "of_agency": asked.name if asked.id != agency.id else None,
        "reference": complaint.reference,
        "number": complaint.number,
        "report_class": complaint.report_class.value if complaint.report_class else None,
        "received_on": complaint.received_on.isoformat(),
        "is_withheld": withheld,
        "title": None if withheld else masked(complaint.title),
        "delivered_at": disposition.disposed_at.isoformat(),
        "authority_since": _authority_since(session, acknowledgement, disposition),
        "opened_at": acknowledgement.opened_at.isoformat(),
        "acknowledged_at": acknowledgement.acknowledged_at.isoformat(),
        "acknowledged_on": acknowledgement.acknowledged_on.isoformat(),
        "person": acknowledgement.person_name,
        "post": acknowledgement.post_title,
        "capacity": acknowledgement.capacity,
        "order_number": acknowledgement.order_number,
        "way": acknowledgement.way.value,
        "means": acknowledgement.means.value,
        "device": acknowledgement.device,
        "instruction": None if withheld or not acknowledgement.instruction else masked(acknowledgement.instruction),
        "has_instruction": acknowledgement.instruction is not None,
        "passed_on": [] if withheld else passed_on_words(session, acknowledgement),
        "is_returned": disposition.returned_at == acknowledgement.acknowledged_at,
        "sheet": _sheet(session, acknowledgement),
        "mandate": _mandate(session, acknowledgement),
        "earlier": [
            {
                "person": item.person_name,
                "acknowledged_at": item.acknowledged_at.isoformat(),
                "was_refused": item.voided_at is not None,
            }
            for item in list_acknowledgements(session, disposition.id)
            if item.id < acknowledgement.id
        ],
        "shown_digest": acknowledgement.digest,
    }


def _authority_since(session: Session, acknowledgement: Acknowledgement, disposition: Disposition) -> str | None:
    """When the powers came to this head after the delivery, as the page of the complaint says it too."""
    term = session.get(Assignment, acknowledgement.assignment_id)
    since = authority_since(disposition.disposed_at, term.starts_on if term else None)
    return since.isoformat() if since else None


def passed_on_words(session: Session, acknowledgement: Acknowledgement) -> list[str]:
    """To whom a statement passed the complaint on, masked; without what was taken back."""
    labels = session.scalars(
        sa.select(PassedOn.label)
        .where(PassedOn.acknowledgement_id == acknowledgement.id, PassedOn.taken_back_at.is_(None))
        .order_by(PassedOn.id)
    )
    return [masked(label) for label in labels]


def _sheet(session: Session, acknowledgement: Acknowledgement) -> dict[str, Any] | None:
    found = record_of(session, acknowledgement.id)
    if found is None or found.recorded_at is None:
        return None
    return {
        "recorded_at": found.recorded_at.isoformat(),
        "recorded_by": found.recorded_by_name,
        "phone_name": found.phone_name,
        "phone_at": found.phone_at.isoformat() if found.phone_at else None,
    }


def _mandate(session: Session, acknowledgement: Acknowledgement) -> dict[str, Any] | None:
    if acknowledgement.mandate_id is None:
        return None
    mandate = session.get_one(Mandate, acknowledgement.mandate_id)
    return {
        "number": mandate.number,
        "dated_on": mandate.dated_on.isoformat(),
        "head": mandate.head_name,
        "head_post": mandate.head_post,
    }


def shown_matches(acknowledgement: Acknowledgement) -> bool:
    """Whether the kept text of what was read still has the digest that was noted with the statement."""
    return digest_of(acknowledgement.shown) == acknowledgement.digest


# --- registered with the act, in its transaction -----------------------------------------------------------------


def on_acknowledged(session: Session, event: Acknowledged, *, actor: Actor | None, now: datetime) -> None:
    """Register the proof of a new statement."""
    ensure_proof(session, session.get_one(Acknowledgement, event.acknowledgement_id), actor=actor, now=now)


def on_superseded(session: Session, event: AcknowledgementSuperseded, *, actor: Actor | None, now: datetime) -> None:
    """The new statement gets a proof of its own, which takes the place of the old one's."""
    old = ensure_proof(session, session.get_one(Acknowledgement, event.superseded_id), actor=actor, now=now)
    fresh = ensure_proof(session, session.get_one(Acknowledgement, event.acknowledgement_id), actor=actor, now=now)
    if old.stands:
        documents.supersede(session, old, fresh, actor=actor, now=now)


def on_returned(session: Session, event: Returned, *, actor: Actor | None, now: datetime) -> None:
    """Returning a waiting complaint states that the head knows: that statement has its proof too."""
    for acknowledgement in reversed(list_acknowledgements(session, event.subject_id)):
        if holds(acknowledgement):
            ensure_proof(session, acknowledgement, actor=actor, now=now)
            return
