"""Telling people about orders to agencies in the bell: subscribers of this slice's events, wired in ``factory``.

A notice names the complaint by its reference and never by its words: it may be confidential, and the bell is read
over shoulders. An agency that must not know of a complaint any more loses its notices of it.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from lapor.agencies.events import AgencyClosed
from lapor.calendar.models import CalendarChange
from lapor.calendar.queries import working_calendar
from lapor.calendar.rules import planned_days
from lapor.complaints.events import Verified
from lapor.complaints.models import Complaint
from lapor.complaints.rules import WITHHELD_FROM_AGENCY, Origin, ReportedParty
from lapor.core.clock import local_day
from lapor.core.wording import long_date, weekday_date
from lapor.dispositions import events
from lapor.dispositions.models import Acknowledgement, Deadline, Disposition, HandedOver, PassedOn
from lapor.dispositions.rules import DeadlineMove
from lapor.notifications.models import Kind
from lapor.notifications.services import mark_complaint_read, notify, take_back_complaint
from lapor.offices.models import Assignment
from lapor.offices.queries import covers, head_of, people_with_roles
from lapor.policy import Actor, Role

_STAFF = (Role.OPERATOR, Role.LIAISON)


def _tell(
    session: Session,
    people: Iterable[int],
    event: events.DispositionEvent,
    sentence: str,
    *,
    to_card: bool = False,
    urgent: bool = False,
    actor: Actor | None,
    now: datetime,
) -> None:
    complaint = session.get_one(Complaint, event.complaint_id)
    notify(
        session,
        _not_reported(session, people, complaint, local_day(now)),
        kind=Kind.COMPLAINT,
        sentence=sentence,
        url=f"/disposisi/{event.subject_id}" if to_card else f"/aduan/{event.complaint_id}",
        now=now,
        complaint_id=event.complaint_id,
        agency_id=event.agency_id,
        without=actor.person_id if actor else None,
        urgent=urgent,
    )


def _not_reported(session: Session, people: Iterable[int], complaint: Complaint, day: date) -> set[int]:
    """``people`` without those who are reported: whoever works for that agency today, and its head of that time."""
    found = set(people)
    if complaint.reported_party not in WITHHELD_FROM_AGENCY or complaint.reported_agency_id is None:
        return found
    if complaint.reported_party is not ReportedParty.COORDINATOR_OFFICE:
        found -= set(people_with_roles(session, list(Role), day, agency_id=complaint.reported_agency_id))
    return found - {complaint.reported_person_id}


def _reference(complaint: Complaint) -> str:
    return f"#{complaint.tracking_id}" if complaint.tracking_id else complaint.number


def _loaded(session: Session, event: events.DispositionEvent) -> tuple[Disposition, Complaint]:
    return session.get_one(Disposition, event.subject_id), session.get_one(Complaint, event.complaint_id)


def _staff(session: Session, event: events.DispositionEvent, now: datetime) -> list[int]:
    return people_with_roles(session, _STAFF, local_day(now), agency_id=event.agency_id)


def _desk(session: Session, complaint: Complaint, now: datetime) -> list[int]:
    """Who works on the complaint as coordinator: about his own office the Inspektorat's verifiers."""
    about_office = complaint.reported_party is ReportedParty.COORDINATOR_OFFICE
    role = Role.INSPECTORATE if about_office else Role.COORDINATOR
    return people_with_roles(session, [role], local_day(now))


def on_disposed(session: Session, event: events.Disposed, *, actor: Actor | None, now: datetime) -> None:
    """A new order: the head, his operators and his liaison are told; while the post is vacant the desk too.

    Rows of an import are not told one by one: there may be thousands.
    """
    if event.origin == Origin.IMPORT:
        return
    disposition, complaint = _loaded(session, event)
    near = _is_near(session, disposition, local_day(now))
    words = {"reference": _reference(complaint), "agency": event.agency}
    head = head_of(session, disposition.head_agency_id, local_day(now))
    if head is not None and not _not_reported(session, [head.person_id], complaint, local_day(now)):
        sentence = _(
            "Aduan %(reference)s belum dapat dibaca: yang hari ini memegang kewenangan kepala %(agency)s tidak boleh "
            "menanganinya. Mohon ditunjuk pejabat lain.",
            **words,
        )
        _tell(session, _desk(session, complaint, now), event, sentence, actor=None, now=now)
    elif head is not None:
        sentence = _("Aduan %(reference)s untuk %(agency)s menunggu diketahui Bapak/Ibu.", **words)
        _tell(session, [head.person_id], event, sentence, to_card=True, urgent=near, actor=actor, now=now)
    sentence = _("Aduan %(reference)s disampaikan ke %(agency)s.", **words)
    if head is None:
        sentence += " " + _("Jabatan kepala sedang kosong; aduan menunggu Plt. atau Pj.")
        _tell(session, _desk(session, complaint, now), event, sentence, actor=None, now=now)
    _tell(session, _staff(session, event, now), event, sentence, urgent=near, actor=actor, now=now)


def _is_near(session: Session, disposition: Disposition, day: date) -> bool:
    """Whether something is due today or on the next working day: too soon to wait for a digest of tomorrow."""
    due_on = session.scalar(
        sa.select(sa.func.min(Deadline.due_on)).where(
            Deadline.disposition_id == disposition.id, Deadline.is_open.is_(True)
        )
    )
    return due_on is not None and due_on <= working_calendar(session).add(day, 1)


def on_acknowledged(session: Session, event: events.Acknowledged, *, actor: Actor | None, now: datetime) -> None:
    """The head knows: operators and liaison may go on, and those to whom he passed it on are told.

    What the bell told him of this order is done with, also when another wrote it down for him from paper.
    """
    _disposition, complaint = _loaded(session, event)
    stated_by = session.get_one(Acknowledgement, event.acknowledgement_id).person_id
    mark_complaint_read(session, event.complaint_id, agency_id=event.agency_id, person_ids=[stated_by], now=now)
    reference = _reference(complaint)
    sentence = _("Aduan %(reference)s sudah diketahui %(post)s.", reference=reference, post=event.post)
    if event.instruction:
        sentence += " " + _("Ada arahan.")
    _tell(session, _staff(session, event, now), event, sentence, actor=actor, now=now)
    passed_to = session.scalars(
        sa.select(Assignment.person_id)
        .join(PassedOn, PassedOn.post_id == Assignment.post_id)
        .where(PassedOn.acknowledgement_id == event.acknowledgement_id, covers(local_day(now)))
        .order_by(Assignment.person_id)
    ).all()
    sentence = _("Aduan %(reference)s diteruskan %(post)s kepada Anda.", reference=reference, post=event.post)
    _tell(session, passed_to, event, sentence, actor=actor, now=now)


def on_superseded(
    session: Session, event: events.AcknowledgementSuperseded, *, actor: Actor | None, now: datetime
) -> None:
    """The head put his statement right: whoever works by his instruction reads it anew."""
    _disposition, complaint = _loaded(session, event)
    sentence = _(
        "Pernyataan %(post)s pada aduan %(reference)s diperbaiki. Mohon dibaca kembali arahannya.",
        reference=_reference(complaint),
        post=event.post,
    )
    _tell(session, _staff(session, event, now), event, sentence, actor=actor, now=now)


def on_return_proposed(session: Session, event: events.ReturnProposed, *, actor: Actor | None, now: datetime) -> None:
    """The operator thinks that it is not their authority: the head decides."""
    disposition, complaint = _loaded(session, event)
    head = head_of(session, disposition.head_agency_id, local_day(now))
    if head is None:
        return
    sentence = _(
        "Admin %(agency)s mengusulkan aduan %(reference)s dikembalikan. Bapak/Ibu yang memutuskan.",
        reference=_reference(complaint),
        agency=event.agency,
    )
    _tell(session, [head.person_id], event, sentence, to_card=True, actor=actor, now=now)


def on_returned(session: Session, event: events.Returned, *, actor: Actor | None, now: datetime) -> None:
    """The agency gave it back: the coordinator finds another, the operators need not go on."""
    _disposition, complaint = _loaded(session, event)
    if actor is not None:
        mark_complaint_read(
            session, event.complaint_id, agency_id=event.agency_id, person_ids=[actor.person_id], now=now
        )
    sentence = _("Aduan %(reference)s dikembalikan %(post)s.", reference=_reference(complaint), post=event.post)
    desk = _desk(session, complaint, now)
    _tell(session, desk, event, sentence, actor=actor, now=now)
    staff = [person_id for person_id in _staff(session, event, now) if person_id not in desk]
    _tell(session, staff, event, sentence, actor=actor, now=now)


def on_block_lifted(session: Session, event: events.BlockLifted, *, actor: Actor | None, now: datetime) -> None:
    """The agency may answer before its head knows: both are told, the head still owes his word."""
    disposition, complaint = _loaded(session, event)
    reference = _reference(complaint)
    head = head_of(session, disposition.head_agency_id, local_day(now))
    if head is not None:
        sentence = _(
            "Aduan %(reference)s boleh dijawab lebih dahulu atas izin koordinator. "
            "Pernyataan mengetahui Bapak/Ibu tetap ditunggu.",
            reference=reference,
        )
        _tell(session, [head.person_id], event, sentence, to_card=True, urgent=True, actor=actor, now=now)
    sentence = _(
        "Aduan %(reference)s boleh dijawab lebih dahulu. Pernyataan mengetahui pimpinan tetap ditunggu.",
        reference=reference,
    )
    _tell(session, _staff(session, event, now), event, sentence, urgent=True, actor=actor, now=now)


def on_withdrawn(session: Session, event: events.Withdrawn, *, actor: Actor | None, now: datetime) -> None:
    """The order was taken back: nothing more leads there, and an agency that is reported itself is told nothing."""
    _disposition, complaint = _loaded(session, event)
    take_back_complaint(session, event.complaint_id, agency_id=event.agency_id)
    # while verification takes it away from the reported agency only that agency tells that it is about them
    if complaint.reported_party in WITHHELD_FROM_AGENCY or complaint.reported_agency_id == event.agency_id:
        return
    sentence = _(
        "Aduan %(reference)s tidak lagi di %(agency)s.", reference=_reference(complaint), agency=event.agency
    )
    notify(
        session,
        _staff(session, event, now),
        kind=Kind.COMPLAINT,
        sentence=sentence,
        url="/",
        now=now,
        complaint_id=event.complaint_id,
        agency_id=event.agency_id,
        without=actor.person_id if actor else None,
    )


def on_verified(session: Session, event: Verified, *, actor: Actor | None, now: datetime) -> None:  # noqa: ARG001
    """About a head, an operator or the coordinator's office: who is reported must not find it in his bell."""
    if event.reported_party in WITHHELD_FROM_AGENCY:
        take_back_complaint(session, event.subject_id)


def on_agency_closed(session: Session, event: AgencyClosed, *, actor: Actor | None, now: datetime) -> None:
    """The successor's head and staff, and the desk, are told once what has come over, not row by row."""
    if event.successor_id is None:
        return
    today = local_day(now)
    count = session.scalar(
        sa.select(sa.func.count())
        .select_from(HandedOver)
        .where(HandedOver.handed_over_at == now, HandedOver.to_agency_id == event.successor_id)
    )
    sentence = _("%(agency)s ditutup dan diteruskan %(successor)s.", agency=event.name, successor=event.successor)
    if count:
        sentence += " " + _("%(count)s aduan berjalan kini di %(successor)s.", count=count, successor=event.successor)
    head = head_of(session, event.successor_id, today)
    people = people_with_roles(session, _STAFF, today, agency_id=event.successor_id)
    people += people_with_roles(session, [Role.COORDINATOR, Role.SECRETARIAT], today)
    notify(
        session,
        [*people, *([head.person_id] if head else [])],
        kind=Kind.AGENCY,
        sentence=sentence,
        url="/",
        now=now,
        without=actor.person_id if actor else None,
    )


MOST_NAMED = 3


def changed_in_words(change: CalendarChange) -> str:
    """The days of a change: "Cuti bersama (Jumat, 4 Desember 2026)"; those after the third are counted."""
    planned = planned_days(change.days)
    dropped = {item.day for item in planned.drop}
    named = [f"{item.name} ({weekday_date(item.day)})" for item in planned.put if item.day not in dropped]
    named += [
        _("%(day)s bukan lagi hari libur (%(name)s)", day=weekday_date(item.day), name=item.name)
        for item in planned.drop
    ]
    words = "; ".join(named[:MOST_NAMED])
    if len(named) > MOST_NAMED:
        words += _(" dan %(count)s hari lain", count=len(named) - MOST_NAMED)
    return words


def tell_moved(
    session: Session,
    change: CalendarChange,
    agency_id: int,
    agency: str,
    moves: Sequence[DeadlineMove],
    *,
    now: datetime,
) -> None:
    """Tell an agency's operators and liaison once which of its deadlines moved with the calendar; the page that the
    notice leads to has the table. No complaint is named."""
    by_days: dict[tuple[date, date], int] = {}
    for line in moves:
        pair = (line.was_due_on, line.due_on)
        by_days[pair] = by_days.get(pair, 0) + line.count
    shown = [
        _("%(was)s menjadi %(due)s: %(count)s", was=long_date(was), due=long_date(due), count=count)
        for (was, due), count in sorted(by_days.items())
    ]
    sentence = _(
        "Kalender kerja berubah: %(days)s. %(count)s batas waktu %(agency)s bergeser.",
        days=changed_in_words(change),
        count=sum(by_days.values()),
        agency=agency,
    )
    sentence += " " + "; ".join(shown[:MOST_NAMED]) + ("; ..." if len(shown) > MOST_NAMED else ".")
    notify(
        session,
        people_with_roles(session, _STAFF, local_day(now), agency_id=agency_id),
        kind=Kind.DEADLINE,
        sentence=sentence,
        url=f"/kalender/perubahan/{change.id}",
        now=now,
        agency_id=agency_id,
        key=f"calendar:{change.id}:{agency_id}",
    )
