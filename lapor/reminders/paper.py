"""Letters and the leadership's page as finished papers (documents.md)."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from flask import render_template
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from lapor.agencies.letterhead import letterhead_of
from lapor.agencies.models import Agency
from lapor.calendar.queries import working_calendar
from lapor.core.wording import long_date, number, spelled
from lapor.journal.queries import chain_head
from lapor.journal.rules import anchor_words
from lapor.offices.labels import number_words
from lapor.offices.models import Person
from lapor.offices.queries import head_of
from lapor.offices.rules import post_words
from lapor.printing.paper import Letterhead, Signature
from lapor.printing.pdf import render_pdf
from lapor.reminders.labels import AWAITED
from lapor.reminders.models import Letter
from lapor.reminders.queries import ItemLine
from lapor.reminders.rules import LetterKind, LetterState

_ROOM = "\u00a0" * 6
"""Room for what the office writes in by hand; plain spaces would shrink to one."""


@dataclass(frozen=True)
class LetterPaper:
    """A letter in finished words; ``rows``: number, reference, received, awaited, due, working days late."""

    letterhead: Letterhead
    place_and_day: str
    number: str
    subject: str
    receiver: str
    place: str
    opening: str
    request: tuple[str, ...]
    closing: tuple[str, ...]
    signature: Signature
    copies: tuple[str, ...]
    annex_title: str
    rows: tuple[tuple[str, ...], ...]
    anchor: str


def compose(
    session: Session, letter: Letter, items: Sequence[ItemLine], *, day: date, province: str, city: str
) -> LetterPaper:
    """The letter as it stands on ``day`` about ``items``. What is not known yet leaves its room blank."""
    calendar = working_calendar(session)
    agency = session.get_one(Agency, letter.agency_id)
    sender = _sender(session, letter.letter_kind)
    head = head_of(session, agency.id, day)
    dated = long_date(letter.dated_on) if letter.dated_on else f"{_ROOM}{long_date(day).split(' ', 1)[1]}"
    return LetterPaper(
        letterhead=letterhead_of(sender, province),
        place_and_day=f"{city}, {dated}",
        number=letter.number or f"{_ROOM}/{_ROOM}/{(sender and sender.letter_unit) or _ROOM}/{day.year}",
        subject=letter.subject,
        receiver=head.post_title if head else f"Kepala {agency.name}",
        place=city,
        opening=_(
            "Berdasarkan catatan kami sampai dengan %(day)s terdapat %(count)s (%(words)s) aduan SP4N-LAPOR! pada "
            "%(agency)s yang lewat batas waktu (daftar terlampir).",
            day=long_date(letter.dated_on or day),
            count=number(len(items)),
            words=spelled(len(items)),
            agency=agency.name,
        ),
        request=_lines(letter.request),
        closing=_lines(letter.closing),
        signature=_signature(session, letter.letter_kind, sender, day, province),
        copies=_lines(letter.copies or ""),
        annex_title=_("Daftar aduan yang lewat batas waktu"),
        rows=tuple(
            (
                number(place),
                item.reference,
                long_date(item.received_on),
                str(AWAITED[item.stage]),
                long_date(item.due_on),
                number(max(calendar.between(item.due_on, day), 0)),
            )
            for place, item in enumerate(items, 1)
        ),
        anchor=anchor_words(chain_head(session)),
    )


def _lines(text: str) -> tuple[str, ...]:
    return tuple(line.strip() for line in text.splitlines() if line.strip())


def _sender(session: Session, kind: LetterKind) -> Agency | None:
    """The organising agency, or the Setda for what the Sekda signs."""
    is_sender = Agency.is_organiser if kind is LetterKind.REMINDER else Agency.oversees_inspectorate
    return session.scalar(
        sa.select(Agency).where(is_sender.is_(True), Agency.ends_on.is_(None)).order_by(Agency.id).limit(1)
    )


def _signature(session: Session, kind: LetterKind, sender: Agency | None, day: date, province: str) -> Signature:
    """Post in capitals with a comma, the Governor's name above it where the Sekda signs for him."""
    first = (f"a.n. GUBERNUR {province.upper().removeprefix('PROVINSI ')}",) if kind is LetterKind.ASSERTION else ()
    head = head_of(session, sender.id, day) if sender else None
    if head is None:
        return Signature((*first, _("PENANDA TANGAN,")), "..............................")
    person = session.get_one(Person, head.person_id)
    post = f"{post_words(head.post_title.upper(), head.capacity)},"
    return Signature((*first, post), person.full_name, person.rank or "", number_words(person))


def paper_values(paper: LetterPaper) -> dict[str, Any]:
    """The paper as plain values to be kept."""
    return asdict(paper)


def kept_paper(values: Mapping[str, Any]) -> LetterPaper:
    """The paper that was kept."""
    head, signature = values["letterhead"], values["signature"]
    return LetterPaper(
        **{
            **values,
            "letterhead": Letterhead(**{**head, "address": tuple(head["address"])}),
            "signature": Signature(**{**signature, "above": tuple(signature["above"])}),
            "request": tuple(values["request"]),
            "closing": tuple(values["closing"]),
            "copies": tuple(values["copies"]),
            "rows": tuple(tuple(row) for row in values["rows"]),
        }
    )


def paper_of(
    session: Session, letter: Letter, items: Sequence[ItemLine], *, day: date, province: str, city: str
) -> LetterPaper:
    """The paper as it was signed off; of a draft as it would be today, of what is still open."""
    if letter.paper is not None:
        return kept_paper(letter.paper)
    running = [item for item in items if item.is_open]
    return compose(session, letter, running, day=day, province=province, city=city)


def letter_pdf(letter: Letter, paper: LetterPaper, *, now: datetime) -> bytes:
    """The letter as a tagged PDF; a draft says KONSEP. 0.2 to 0.5 s, so it is made outside of any transaction."""
    html = render_template(
        "documents/letter.html",
        paper=paper,
        anchor=paper.anchor,
        draft=letter.state in {LetterState.DRAFT, LetterState.DROPPED},
    )
    return render_pdf(
        html, title=paper.subject, identifier=f"letter-{letter.id}-{letter.version}", created=letter.decided_at or now
    )


def brief_pdf(*, title: str, period: str, content: Mapping[str, Any], created: datetime, identifier: str) -> bytes:
    """The page for the leadership as a tagged PDF."""
    html = render_template("documents/brief.html", title=title, period=period, content=content)
    return render_pdf(html, title=title, identifier=identifier, created=created)
