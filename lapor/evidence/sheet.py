"""The Lembar Disposisi: printed, signed by pen, photographed, matched by its QR mark, dated as written.

It counts as acknowledged on the written date by whoever held the head's powers on that date; the coordinator sees
the photo and may refuse it, then the acknowledgement is owed again (office.md 1.4).
"""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lapor.agencies.letterhead import address_lines
from lapor.agencies.models import Agency
from lapor.complaints.models import Complaint
from lapor.complaints.rules import OPEN_STATUSES, ReportClass, masked
from lapor.core.clock import local_day
from lapor.core.errors import Conflict, NotAllowed
from lapor.dispositions import events
from lapor.dispositions.acknowledging import (
    already_known,
    digest_of,
    shown_to_head,
)
from lapor.dispositions.authority import complaint_of, facts_of, need_move
from lapor.dispositions.models import Deadline, Disposition
from lapor.dispositions.rules import (
    Act,
    Stage,
)
from lapor.documents import services as documents
from lapor.documents.models import Document
from lapor.documents.rules import DocumentKind
from lapor.evidence.models import DispositionSheet
from lapor.evidence.queries import latest_sheet
from lapor.journal.services import record
from lapor.offices.queries import head_of, list_posts
from lapor.policy import Actor, Permission, Role

TITLE = "Lembar Disposisi"
PRINTED_LETTERS, PRINTED_TITLE, PRINTED_NOTE, PRINTED_POSTS, PRINTED_POST = 500, 140, 110, 6, 54
"""What an A5 sheet holds of the citizen's words beside boxes and signature; the rest is read in the system."""

WISHES = ("Ditindaklanjuti", "Disiapkan jawaban", "Koordinasi", "Dibicarakan", "Diketahui")
"""documents.md, "Dengan hormat harap"."""

_PRINTED_AS_IT_IS = ("number", "tracking_id", "class", "channel", "received_at", "is_confidential", "part", "round")


def need_print(actor: Actor, disposition: Disposition) -> None:
    """Raise NotAllowed unless ``actor`` is the head, the liaison or the operator of the agency that was asked."""
    need_agency(actor, disposition, Permission.SHEET_PRINT, "Lembar disposisi dicetak oleh OPD yang menangani.")


def need_agency(actor: Actor, disposition: Disposition, permission: Permission, sentence: str) -> None:
    """Raise NotAllowed with ``sentence`` unless ``actor`` has ``permission`` in the agency that was asked."""
    agencies = {disposition.agency_id, disposition.head_agency_id}
    if not any(power.agency_id in agencies and power.grants(permission) for power in actor.powers):
        raise NotAllowed(sentence)


def shown_on_sheet(complaint: Complaint, disposition: Disposition) -> dict[str, Any]:
    """What the head reads on the sheet, as plain values: identity numbers masked, long words cut."""
    text = " ".join(masked(complaint.text).split())
    is_cut = len(text) > PRINTED_LETTERS
    full = shown_to_head(complaint, disposition)
    return {
        **{name: full[name] for name in _PRINTED_AS_IT_IS},
        "title": _cut(masked(complaint.title), PRINTED_TITLE),
        "text": _cut(text, PRINTED_LETTERS),
        "note": _cut(masked(disposition.note), PRINTED_NOTE) if disposition.note else None,
        "on_paper": True,
        "is_cut": is_cut,
    }


def _cut(words: str, letters: int) -> str:
    """``words`` whole, or as many whole words as fit into ``letters`` and an ellipsis."""
    if len(words) <= letters:
        return words
    kept = words[: letters + 1].rsplit(maxsplit=1)[0] if " " in words[:letters] else words[:letters]
    return f"{kept} ..."


def print_sheet(session: Session, disposition: Disposition, *, actor: Actor, now: datetime) -> DispositionSheet:
    """A sheet with its own code; the last unused one again while nothing on it has changed.

    Raises NotAllowed for other agencies, Conflict when no acknowledgement is awaited.
    """
    need_print(actor, disposition)
    complaint = complaint_of(session, disposition)
    need_move(disposition, Act.ACKNOWLEDGE, already_known(session, disposition))
    if complaint.status not in OPEN_STATUSES or not disposition.is_owed:
        raise Conflict("Aduan ini sudah tidak menunggu pernyataan mengetahui.")
    shown = shown_on_sheet(complaint, disposition)
    content = _content(session, disposition, complaint, shown, local_day(now))
    last = latest_sheet(session, disposition.id)
    if last is not None and last.printed_on == local_day(now):
        document = session.get(Document, last.document_id)
        if document is not None and document.stands and document.content == content:
            return last
    agency = session.get_one(Agency, disposition.agency_id)
    power = actor.power_for(Permission.SHEET_PRINT, disposition.agency_id)
    document = documents.register(
        session,
        kind=DocumentKind.DISPOSITION_SHEET,
        title=TITLE,
        subject_kind="disposition",
        subject_id=disposition.id,
        complaint_id=complaint.id,
        agency_id=agency.id,
        issuer=agency.name,
        public_words=None if complaint.is_withheld else complaint.reference,
        made_by=(actor.name, power.post_title if power else ""),
        content=content,
        actor=actor,
        now=now,
    )
    sheet = DispositionSheet(
        disposition_id=disposition.id,
        document_id=document.id,
        shown=shown,
        digest=digest_of(shown),
        printed_at=now,
        printed_on=local_day(now),
        printed_by_name=actor.name,
    )
    session.add(sheet)
    session.flush()
    record(
        session,
        events.SheetPrinted(*facts_of(session, disposition), sheet.id, sheet.digest),
        actor=actor,
        now=now,
        permission=Permission.SHEET_PRINT,
    )
    return sheet


def _content(
    session: Session, disposition: Disposition, complaint: Complaint, shown: dict[str, Any], today: date
) -> dict[str, Any]:
    agency = session.get_one(Agency, disposition.agency_id)
    head_agency = session.get_one(Agency, disposition.head_agency_id)
    head = head_of(session, head_agency.id, today)
    due = session.scalar(
        sa.select(Deadline.due_on)
        .where(
            Deadline.disposition_id == disposition.id,
            Deadline.stage == Stage.ACKNOWLEDGEMENT,
            Deadline.is_void.is_(False),
        )
        .limit(1)
    )
    posts = list_posts(session, disposition.agency_id, [Role.LIAISON, Role.UNIT])
    return {
        "agency": head_agency.name,
        "address": list(address_lines(head_agency)),
        "of_agency": agency.name if agency.id != head_agency.id else None,
        "head_title": head.post_words if head else None,
        "head_name": head.person_name if head else None,
        "reference": complaint.reference,
        "received_on": complaint.received_on.isoformat(),
        "disposed_on": disposition.disposed_on.isoformat(),
        "due_on": due.isoformat() if due else None,
        "is_urgent": bool(due and due <= today),
        "is_withheld": complaint.is_withheld,
        "is_supervisory": complaint.report_class is ReportClass.SUPERVISORY,
        "report_class": complaint.report_class.value if complaint.report_class else None,
        "channel": complaint.channel,
        "title": shown["title"],
        "text": shown["text"],
        "is_cut": shown["is_cut"],
        "note": shown["note"],
        "posts": [_cut(post.title, PRINTED_POST) for post in posts[:PRINTED_POSTS]],
        "wishes": list(WISHES),
        "digest": digest_of(shown),
    }
