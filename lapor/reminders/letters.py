"""Letters above the coordinator: the system drafts, a person edits, signs off or drops, and logs the sending.

*Surat pengingat* is signed by the head of the organising agency, *surat penegasan* by the Sekda in the Governor's
name (office.md 1.13). They list references and days, never what a complaint is about.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from lapor.agencies.models import Agency
from lapor.complaints.rules import WITHHELD_FROM_AGENCY
from lapor.core.clock import local_day
from lapor.core.db import lock
from lapor.core.errors import Conflict, Invalid
from lapor.journal.services import record
from lapor.notifications.models import Kind
from lapor.notifications.services import notify
from lapor.policy import Actor, Permission
from lapor.reminders import events
from lapor.reminders.labels import LETTER_KIND
from lapor.reminders.models import Letter, LetterItem
from lapor.reminders.paper import compose, paper_values
from lapor.reminders.queries import Due, heads_ever, list_items
from lapor.reminders.rules import MOVES, LetterAct, LetterKind, LetterState

_SUBJECT = {
    LetterKind.REMINDER: "Pengingat Tindak Lanjut Aduan",
    LetterKind.ASSERTION: "Penegasan Tindak Lanjut Aduan",
}
_REQUEST = {
    LetterKind.REMINDER: (
        "Kami mohon perkenan Bapak/Ibu agar aduan tersebut dapat segera diketahui dan ditanggapi melalui "
        "SP4N-LAPOR!. Apabila terdapat kendala, tim kami siap mendampingi."
    ),
    LetterKind.ASSERTION: (
        "Sehubungan dengan hal tersebut, dimohon agar Saudara menugaskan Pejabat Penghubung dan Admin SP4N-LAPOR! "
        "menyelesaikan aduan dimaksud paling lambat 5 (lima) hari kerja sejak surat ini diterima, dan melaporkan "
        "hasilnya kepada Gubernur melalui Sekretaris Daerah."
    ),
}
_CLOSING = {
    LetterKind.REMINDER: "Demikian disampaikan, atas perhatian dan kerja sama Bapak/Ibu diucapkan terima kasih.",
    LetterKind.ASSERTION: "Demikian untuk dilaksanakan, atas perhatian Saudara diucapkan terima kasih.",
}
_COPIES = {
    LetterKind.REMINDER: "Sekretaris Daerah (sebagai laporan)",
    LetterKind.ASSERTION: "Gubernur (sebagai laporan)\nInspektur Daerah",
}


def may_be_written(session: Session, kind: LetterKind, due: Due) -> bool:
    """Whether the coordinator may draft a letter about this to the agency's head.

    Not about his own office, not to who is reported, and nobody writes to himself: then he is told instead.
    """
    if due.head_agency_id is None or due.is_about_office:
        return False
    if due.reported_party in WITHHELD_FROM_AGENCY and due.reported_agency_id == due.head_agency_id:
        return False
    if due.reported_person_id is not None and due.reported_person_id in set(
        session.scalars(heads_ever(due.head_agency_id))
    ):
        return False
    agency = session.get_one(Agency, due.head_agency_id)
    return not (agency.oversees_inspectorate or (kind is LetterKind.REMINDER and agency.is_organiser))


def put_on_draft(
    session: Session, kind: LetterKind, agency_id: int, found: Iterable[Due], *, now: datetime
) -> Letter:
    """Put deadlines on the waiting draft to this agency's head; made where there is none."""
    lock(session, Agency, agency_id)  # two workers must not make two drafts
    letter = session.scalar(
        sa.select(Letter).where(
            Letter.letter_kind == kind, Letter.agency_id == agency_id, Letter.state == LetterState.DRAFT
        )
    )
    if letter is None:
        letter = Letter(
            letter_kind=kind,
            agency_id=agency_id,
            subject=_SUBJECT[kind],
            request=_REQUEST[kind],
            closing=_CLOSING[kind],
            copies=_COPIES[kind],
            made_at=now,
        )
        session.add(letter)
        session.flush()
        record(session, events.LetterDrafted(letter.id, agency_id, kind.value), actor=None, now=now)
    listed = set(session.scalars(sa.select(LetterItem.deadline_id).where(LetterItem.letter_id == letter.id)))
    session.add_all(
        LetterItem(letter_id=letter.id, deadline_id=due.deadline_id, complaint_id=due.complaint_id)
        for due in found
        if due.deadline_id not in listed
    )
    session.flush()
    return letter


def tell_of_draft(session: Session, letter_id: int, people: Sequence[int], *, now: datetime) -> None:
    """The coordinators are told once that a draft waits for their decision."""
    letter = session.get_one(Letter, letter_id)
    sentence = _(
        "Konsep %(kind)s kepada %(agency)s menunggu keputusan Anda.",
        kind=str(LETTER_KIND[letter.letter_kind]).lower(),
        agency=session.get_one(Agency, letter.agency_id).name,
    )
    url = f"/pengingat/surat/{letter_id}"
    notify(session, people, kind=Kind.ESCALATION, sentence=sentence, url=url, now=now, key=f"letter:{letter_id}")


@dataclass(frozen=True)
class LetterWords:
    """What a person may write on a letter."""

    subject: str
    request: str
    closing: str
    copies: str | None
    number: str | None
    dated_on: date | None


def _move(letter: Letter, act: LetterAct) -> LetterState:
    to = MOVES.get((letter.state, act))
    if to is None:
        raise Conflict("Surat ini sudah diputuskan. Muat ulang halamannya untuk melihat keadaan sekarang.")
    return to


def _facts(letter: Letter) -> tuple[int, int, str]:
    return letter.id, letter.agency_id, letter.letter_kind.value


def edit(session: Session, letter: Letter, words: LetterWords, *, actor: Actor, now: datetime) -> None:
    """Change the words of a draft. Raises Conflict when it is none any more."""
    letter.state = _move(letter, LetterAct.EDIT)
    names = ("subject", "request", "closing", "copies", "number", "dated_on")
    changed = tuple(name for name in names if getattr(letter, name) != getattr(words, name))
    if not changed:
        return
    for name in changed:
        setattr(letter, name, getattr(words, name))
    session.flush()
    record(
        session,
        events.LetterChanged(*_facts(letter), changed),
        actor=actor,
        now=now,
        permission=Permission.REMINDER_EDIT,
    )


def sign_off(session: Session, letter: Letter, *, province: str, city: str, actor: Actor, now: datetime) -> None:
    """Decide that the letter goes out: its words and its list stay as they are now, without what is done meanwhile.

    Raises Invalid when nothing is left to remind of, Conflict when it is no draft.
    """
    state = _move(letter, LetterAct.SIGN_OFF)
    items = [item for item in list_items(session, letter) if item.is_open]
    if not items:
        raise Invalid("Semua aduan pada surat ini sudah selesai atau dihentikan sementara. Pilih Tidak dikirim.")
    paper = compose(session, letter, items, day=local_day(now), province=province, city=city)
    letter.paper = paper_values(paper)
    letter.state, letter.decided_at, letter.decided_by_name = state, now, actor.name
    session.flush()
    record(
        session,
        events.LetterSignedOff(*_facts(letter), len(items)),
        actor=actor,
        now=now,
        permission=Permission.REMINDER_EDIT,
    )


def take_back(session: Session, letter: Letter, *, actor: Actor, now: datetime) -> None:
    """Make a decided letter a draft again. Raises Conflict while another draft to the same agency waits."""
    state = _move(letter, LetterAct.TAKE_BACK)
    lock(session, Agency, letter.agency_id)
    other = session.scalar(
        sa.select(Letter.id).where(
            Letter.letter_kind == letter.letter_kind,
            Letter.agency_id == letter.agency_id,
            Letter.state == LetterState.DRAFT,
        )
    )
    if other is not None:
        raise Conflict("Sudah ada konsep baru untuk OPD ini. Putuskan konsep itu lebih dahulu.")
    letter.state, letter.paper, letter.decided_at, letter.decided_by_name = state, None, None, None
    session.flush()
    event = events.LetterTakenBack(*_facts(letter))
    record(session, event, actor=actor, now=now, permission=Permission.REMINDER_EDIT)


def log_sent(
    session: Session, letter: Letter, *, number: str, sent_on: date, way: str, actor: Actor, now: datetime
) -> None:
    """Note that the signed letter was sent. Raises Invalid for a day to come or before the decision."""
    state = _move(letter, LetterAct.LOG_SENT)
    if sent_on > local_day(now):
        raise Invalid("Tanggal kirim belum tiba.", field="sent_on")
    if letter.decided_at is not None and sent_on < local_day(letter.decided_at):
        raise Invalid("Tanggal kirim mendahului persetujuan surat ini.", field="sent_on")
    letter.state, letter.number, letter.sent_on, letter.sent_way = state, number, sent_on, way
    letter.logged_at, letter.logged_by_name = now, actor.name
    session.flush()
    record(
        session,
        events.LetterSent(*_facts(letter), number, sent_on, way),
        actor=actor,
        now=now,
        permission=Permission.REMINDER_EDIT,
    )


def drop(session: Session, letter: Letter, *, reason: str, actor: Actor, now: datetime) -> None:
    """Decide that the letter does not go out. Raises Conflict when it was sent or dropped already."""
    letter.state = _move(letter, LetterAct.DROP)
    letter.drop_reason, letter.decided_at, letter.decided_by_name = reason, now, actor.name
    session.flush()
    event = events.LetterDropped(*_facts(letter), reason)
    record(session, event, actor=actor, now=now, permission=Permission.REMINDER_EDIT)
