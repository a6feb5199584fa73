"""Reminding somebody over WhatsApp: ready polite texts that a person sends himself, noted as reminded by whom.

A text names numbers, days and a link, never any content. Nobody is reminded of a complaint about himself: those
are neither counted nor offered.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from lapor.agencies.models import Agency
from lapor.complaints.models import NO_DUE, Complaint
from lapor.complaints.queries import not_about_agencies_condition
from lapor.complaints.rules import WITHHELD_FROM_AGENCY
from lapor.core.errors import NotFound
from lapor.core.wording import long_date, weekday_date
from lapor.desk.events import PersonReminded
from lapor.dispositions.models import Disposition
from lapor.dispositions.rules import ACTIVE
from lapor.journal.models import JournalEntry
from lapor.journal.services import record
from lapor.notifications.rules import whatsapp_link
from lapor.offices.models import Assignment, Capacity, Person, Post
from lapor.offices.queries import Holder, head_of, holders_by_role
from lapor.offices.rules import post_words
from lapor.policy import Actor, Permission, Role

AGAIN_AFTER = timedelta(minutes=10)
"""Copying a text and opening WhatsApp for it is one reminder."""


@dataclass(frozen=True)
class Ready:
    """A text for one person. ``whom`` is Role.HEAD or Role.OPERATOR; ``link`` opens WhatsApp with the text."""

    person_id: int
    name: str
    post: str
    whom: Role
    text: str
    link: str
    has_number: bool


@dataclass(frozen=True)
class Owed:
    """What waits for a head: how many, and the earliest day that is set."""

    count: int
    due_on: date | None


def owed_by_head(session: Session, agency_id: int, head: Holder) -> Owed:
    """What the head of an agency has to acknowledge, without anything that is about him or his people."""
    count, due_on = session.execute(
        sa.select(sa.func.count(), sa.func.min(Disposition.next_due_on))
        .join(Complaint, Complaint.id == Disposition.complaint_id)
        .where(
            Disposition.head_agency_id == agency_id,
            Disposition.is_owed.is_(True),
            not_about_agencies_condition(frozenset({agency_id}), head.person_id),
        )
    ).one()
    return Owed(count, due_on if count and due_on < NO_DUE else None)


def sender_post(actor: Actor, agency_id: int) -> str:
    """As what the sender signs: that agency's admin, else the coordinator or, where he may not, the Inspektorat."""
    own = any(power.agency_id == agency_id and power.role in {Role.OPERATOR, Role.LIAISON} for power in actor.powers)
    if own:
        return str(_("Admin OPD"))
    return str(_("Koordinator") if Role.COORDINATOR in actor.roles else _("Inspektorat"))


def text_for_head(session: Session, agency_id: int, *, actor: Actor, base_url: str) -> Ready | None:
    """The text for whoever holds the head's powers today; None while the post is vacant or nothing waits for him."""
    head = head_of(session, agency_id, actor.day)
    if head is None:
        return None
    owed = owed_by_head(session, agency_id, head)
    if not owed.count:
        return None
    words = {
        "post": head.post_words,
        "count": owed.count,
        "link": f"{base_url}/menunggu",
        "name": actor.name,
        "as_what": sender_post(actor, agency_id),
    }
    if owed.due_on is None:
        text = _(
            "Yth. Bapak/Ibu %(post)s, mohon izin menyampaikan, ada %(count)s aduan SP4N-LAPOR! yang menunggu untuk "
            "diketahui. Berkenan dibuka di %(link)s. Terima kasih. — %(name)s, %(as_what)s",
            **words,
        )
    else:
        text = _(
            "Yth. Bapak/Ibu %(post)s, mohon izin menyampaikan, ada %(count)s aduan SP4N-LAPOR! yang menunggu untuk "
            "diketahui, batas waktu %(day)s. Berkenan dibuka di %(link)s. Terima kasih. — %(name)s, %(as_what)s",
            day=weekday_date(owed.due_on),
            **words,
        )
    phone = session.scalar(sa.select(Person.phone).where(Person.id == head.person_id))
    return _ready(head.person_id, head.person_name, head.post_words, Role.HEAD, text, phone)


def texts_for_operators(
    session: Session, disposition: Disposition, complaint: Complaint, *, actor: Actor, base_url: str
) -> list[Ready]:
    """The text for each operator of the agency that has work to do on this complaint."""
    if not disposition.is_open or disposition.next_due_on >= NO_DUE or _is_about_them(complaint, disposition):
        return []
    agency = session.get_one(Agency, disposition.agency_id)
    text = _(
        "Bapak/Ibu Admin %(agency)s, aduan %(reference)s jatuh tempo %(day)s. Mohon dicatat tanggapannya di "
        "%(link)s. Bila ada kendala, kabari kami. — %(as_what)s",
        as_what=sender_post(actor, 0),
        agency=agency.abbreviation,
        reference=f"#{complaint.tracking_id}" if complaint.tracking_id else complaint.number,
        day=weekday_date(disposition.next_due_on),
        link=f"{base_url}/aduan/{complaint.id}",
    )
    return [
        _ready(
            person.id,
            person.full_name,
            _("Admin %(agency)s", agency=agency.abbreviation),
            Role.OPERATOR,
            text,
            person.phone,
        )
        for person in holders_by_role(session, disposition.agency_id, Role.OPERATOR, actor.day)
        if person.id not in {actor.person_id, complaint.reported_person_id}
    ]


def ready_for(
    session: Session,
    disposition: Disposition,
    complaint: Complaint,
    *,
    as_desk: bool,
    actor: Actor,
    base_url: str,
) -> list[Ready]:
    """Whom ``actor`` may remind of an order: its head while he owes his word, the coordinator also its operators."""
    found: list[Ready] = []
    if disposition.is_owed and disposition.state in ACTIVE and not _is_about_them(complaint, disposition):
        head = text_for_head(session, disposition.head_agency_id, actor=actor, base_url=base_url)
        found += [head] if head is not None and head.person_id != actor.person_id else []
    if as_desk:
        found += texts_for_operators(session, disposition, complaint, actor=actor, base_url=base_url)
    return found


def _is_about_them(complaint: Complaint, disposition: Disposition) -> bool:
    return complaint.reported_party in WITHHELD_FROM_AGENCY and complaint.reported_agency_id in {
        disposition.agency_id,
        disposition.head_agency_id,
    }


def _ready(person_id: int, name: str, post: str, whom: Role, text: str, phone: str | None) -> Ready:
    link = whatsapp_link(phone, text)
    return Ready(person_id, name, post, whom, text, link, "wa.me/?" not in link)


def text_for_substitute(session: Session, assignment_id: int, *, day: date) -> Ready | None:
    """The text for who stands in for a head; None for another assignment and for one that is over."""
    found = session.execute(
        sa.select(Assignment, Person, Post)
        .join(Person, Person.id == Assignment.person_id)
        .join(Post, Post.id == Assignment.post_id)
        .where(Assignment.id == assignment_id, Post.kind == Role.HEAD, Assignment.capacity != Capacity.DEFINITIVE)
    ).one_or_none()
    if found is None or (found.Assignment.ends_on is not None and found.Assignment.ends_on < day):
        return None
    assignment, person, post = found
    words = {"post": post_words(post.title, assignment.capacity.value), "first": long_date(assignment.starts_on)}
    if assignment.ends_on is None:
        text = _(
            "Yth. Bapak/Ibu, mulai %(first)s Bapak/Ibu bertugas sebagai %(post)s. Aduan OPD ini tampil pada akun "
            "Bapak/Ibu. Terima kasih.",
            **words,
        )
    else:
        text = _(
            "Yth. Bapak/Ibu, mulai %(first)s s.d. %(last)s Bapak/Ibu bertugas sebagai %(post)s. Aduan OPD ini tampil "
            "pada akun Bapak/Ibu. Terima kasih.",
            last=long_date(assignment.ends_on),
            **words,
        )
    return _ready(person.id, person.full_name, words["post"], Role.HEAD, text, person.phone)


def note_reminded(
    session: Session,
    ready: list[Ready],
    person_id: int,
    *,
    agency_id: int,
    complaint_id: int | None,
    permission: Permission = Permission.RESPONSE_WRITE,
    actor: Actor,
    now: datetime,
) -> bool:
    """Note that ``actor`` reminded somebody over WhatsApp; False when he did so a moment ago.

    Raises NotFound for a person who was not offered: he has nothing to be reminded of any more.
    """
    found = next((item for item in ready if item.person_id == person_id), None)
    if found is None:
        raise NotFound(_("Tidak ada lagi yang perlu diingatkan di sini."))
    before = session.scalar(
        sa.select(JournalEntry.seq)
        .where(
            JournalEntry.kind == PersonReminded.kind,
            JournalEntry.subject_kind == PersonReminded.subject_kind,
            JournalEntry.subject_id == person_id,
            JournalEntry.person_id == actor.person_id,
            JournalEntry.complaint_id.is_(None)
            if complaint_id is None
            else JournalEntry.complaint_id == complaint_id,
            JournalEntry.at > now - AGAIN_AFTER,
        )
        .limit(1)
    )
    if before is not None:
        return False
    event = PersonReminded(person_id, complaint_id, found.name, found.post, agency_id)
    record(session, event, actor=actor, now=now, permission=permission)
    return True
