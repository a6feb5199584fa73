"""The head's written mandate to the liaison (model.md, way c): entering, ending, and in which cases it carries."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lapor.accounts.rules import BY_PASSWORD, Confirmation
from lapor.agencies.models import Agency
from lapor.calendar.queries import setting_value
from lapor.complaints.models import Complaint
from lapor.complaints.queries import withheld_condition
from lapor.complaints.rules import OPEN_STATUSES, ReportClass, ReportedParty
from lapor.core.clock import local_day
from lapor.core.errors import Conflict, Invalid, NotAllowed
from lapor.core.wording import long_date
from lapor.dispositions import events
from lapor.dispositions.acknowledging import (
    PassOn,
    already_known,
    digest_of,
    need_clock,
    opened_by,
    settle,
    shown_to_head,
    write_acknowledgement,
    write_passed_on,
)
from lapor.dispositions.authority import complaint_of, facts_of, need_move
from lapor.dispositions.models import Acknowledgement, Disposition, Mandate, Opening
from lapor.dispositions.rules import Act, Way, mandate_covers
from lapor.files.models import StoredFile
from lapor.journal.services import record
from lapor.notifications.models import Kind
from lapor.notifications.services import notify
from lapor.offices.models import Assignment, Person, Post
from lapor.offices.queries import covers, head_of, heads_of
from lapor.offices.rules import post_words
from lapor.policy import Actor, Permission, Power, Role

MANDATE_ALLOWED = "mandate_allowed"
"""The provincial setting: whether a mandate carries at all; off unless the province turns it on (office.md 1.4)."""
MANDATE_FILES = "mandate"
LONGEST_YEARS = 2


def is_allowed(session: Session, day: date) -> bool:
    """Whether the province allows mandates on ``day``."""
    return bool(setting_value(session, MANDATE_ALLOWED, day, default=False))


@dataclass(frozen=True)
class Liaison:
    """Who holds the liaison's post of an agency on a day."""

    assignment_id: int
    person_id: int
    person_name: str
    post_title: str


def liaison_of(session: Session, agency_id: int, day: date) -> Liaison | None:
    """The holder of the agency's liaison post on ``day``, or None while it is vacant."""
    row = session.execute(
        sa.select(Assignment, Person, Post)
        .join(Person, Person.id == Assignment.person_id)
        .join(Post, Post.id == Assignment.post_id)
        .where(Post.agency_id == agency_id, Post.kind == Role.LIAISON, covers(day))
        .order_by(Assignment.starts_on.desc(), Assignment.id.desc())
        .limit(1)
    ).first()
    if row is None:
        return None
    words = post_words(row.Post.title, row.Assignment.capacity.value)
    return Liaison(row.Assignment.id, row.Person.id, row.Person.full_name, words)


@dataclass(frozen=True)
class MandateLine:
    """A mandate as the agency's page shows it: whether it carries today, and if not, why."""

    mandate: Mandate
    in_force: bool
    why: str


def list_mandates(session: Session, agency_id: int, day: date) -> list[MandateLine]:
    """All mandates of an agency, the newest first."""
    rows = session.scalars(
        sa.select(Mandate).where(Mandate.agency_id == agency_id).order_by(Mandate.starts_on.desc(), Mandate.id.desc())
    ).all()
    if not rows:
        return []
    allowed = is_allowed(session, day)
    head, liaison = head_of(session, agency_id, day), liaison_of(session, agency_id, day)
    running = set(
        session.scalars(
            sa.select(Assignment.id).where(Assignment.id.in_([row.head_assignment_id for row in rows]), covers(day))
        )
    )
    return [
        MandateLine(row, not why, why)
        for row in rows
        for why in [
            _why_not(
                row,
                day,
                allowed=allowed,
                giver_runs=row.head_assignment_id in running,
                giver_acts=head is not None and head.assignment_id == row.head_assignment_id,
                holder_runs=liaison is not None and liaison.assignment_id == row.holder_assignment_id,
            )
        ]
    ]


def _why_not(
    mandate: Mandate, day: date, *, allowed: bool, giver_runs: bool, giver_acts: bool, holder_runs: bool
) -> str:
    """Why a mandate does not carry on ``day``, as a sentence; empty when it does."""
    if mandate.revoked_at is not None:
        return f"Diakhiri {long_date(local_day(mandate.revoked_at))}: {mandate.revoke_reason}"
    if day > mandate.ends_on:
        return f"Berakhir {long_date(mandate.ends_on)}."
    if not giver_runs:
        return "Berakhir karena pemberi mandat tidak lagi memegang jabatan."
    if not holder_runs:
        return "Berakhir karena penerima mandat tidak lagi memegang jabatan."
    if day < mandate.starts_on:
        return f"Mulai berlaku {long_date(mandate.starts_on)}."
    if not giver_acts:
        return "Tidak berlaku selama kewenangan kepala dijalankan Plh. atau Plt."
    if not allowed:
        return "Tidak berlaku: provinsi belum mengizinkan mandat."
    return ""


def mandates_in_force(session: Session, actor: Actor, day: date) -> list[Mandate]:
    """The mandates that ``actor`` may use on ``day``, by agency; an act asks for the day on which it happens."""
    holding = [p.assignment_id for p in actor.powers if p.grants(Permission.MANDATE_USE)]
    if not holding or not is_allowed(session, day):
        return []
    rows = session.scalars(
        sa.select(Mandate)
        .join(Assignment, Assignment.id == Mandate.holder_assignment_id)
        .where(
            Mandate.holder_assignment_id.in_(holding),
            covers(day),
            Mandate.starts_on <= day,
            Mandate.ends_on >= day,
            Mandate.revoked_at.is_(None),
        )
        .order_by(Mandate.agency_id, Mandate.id)
    ).all()
    heads = heads_of(session, [row.agency_id for row in rows], day)
    return [
        row for row in rows if row.agency_id in heads and heads[row.agency_id].assignment_id == row.head_assignment_id
    ]


_CLASSES = [ReportClass.INFORMATION.value, ReportClass.ASPIRATION.value]
_PARTIES = [ReportedParty.NONE.value, ReportedParty.STAFF.value]


def mandated_condition() -> "sa.ColumnElement[bool]":
    """Complaints that a mandate carries: ``rules.mandate_covers`` in SQL."""
    return sa.and_(
        Complaint.report_class.in_(_CLASSES),
        Complaint.reported_party.in_(_PARTIES),
        sa.not_(withheld_condition()),
    )


def mandated(agency_ids: Sequence[int]) -> "sa.Select[int]":
    """Keys of the orders that wait for a word under mandates of these agencies' heads, what is due first on top."""
    return (
        sa.select(Disposition.id)
        .join(Complaint, Complaint.id == Disposition.complaint_id)
        .where(
            Disposition.head_agency_id.in_(sorted(agency_ids)), Disposition.is_owed.is_(True), mandated_condition()
        )
        .order_by(Disposition.next_due_on, Disposition.id)
    )


def mandated_ids(session: Session, mandates: Sequence[Mandate], limit: int = 200) -> list[int]:
    """The keys of ``mandated`` for these mandates."""
    if not mandates:
        return []
    return list(session.scalars(mandated([row.agency_id for row in mandates]).limit(limit)))


def mandate_power(
    session: Session, actor: Actor, disposition: Disposition, complaint: Complaint, day: date
) -> tuple[Power, Mandate]:
    """The liaison's power and the mandate by which ``actor`` may state on ``day`` that the head knows.

    Raises NotAllowed without a mandate in force, or for a complaint that no mandate carries.
    """
    found = next(
        (row for row in mandates_in_force(session, actor, day) if row.agency_id == disposition.head_agency_id), None
    )
    if found is None:
        raise NotAllowed("Anda tidak memegang mandat yang berlaku hari ini untuk OPD ini.")
    if not mandate_covers(complaint.report_class, complaint.reported_party, is_withheld=complaint.is_withheld):
        raise NotAllowed(
            "Mandat hanya untuk permintaan informasi dan aspirasi yang tidak rahasia. Aduan ini diketahui oleh "
            "kepala OPD sendiri."
        )
    power = next(p for p in actor.powers if p.assignment_id == found.holder_assignment_id)
    return power, found


def note_opened_by_mandate(session: Session, disposition: Disposition, *, actor: Actor, now: datetime) -> None:
    """Note that the holder of the mandate saw it, the first time; the head's own opening stays open."""
    known = session.scalar(
        sa.select(Opening.id).where(Opening.disposition_id == disposition.id, Opening.person_id == actor.person_id)
    )
    if known is not None:
        return
    session.add(Opening(disposition_id=disposition.id, person_id=actor.person_id, opened_at=now))
    session.flush()
    agency = session.get_one(Agency, disposition.agency_id)
    record(
        session,
        events.OpenedByMandate(disposition.id, disposition.complaint_id, agency.id, agency.abbreviation),
        actor=actor,
        now=now,
        permission=Permission.MANDATE_USE,
    )


@dataclass(frozen=True)
class Paper:
    """What stands on the written mandate."""

    number: str
    dated_on: date
    starts_on: date
    ends_on: date


def _check_paper(paper: Paper, today: date) -> str:
    """The number as it is kept. Raises Invalid for a paper that cannot be: backdated, backwards, too long."""
    number = " ".join(paper.number.split())
    if not number:
        raise Invalid("Tulis nomor surat mandat.", field="number")
    if paper.dated_on > today:
        raise Invalid("Tanggal surat tidak boleh di masa depan.", field="dated_on")
    if paper.starts_on < today:
        raise Invalid("Mandat tidak berlaku surut: mulai paling cepat hari ini.", field="starts_on")
    if paper.starts_on < paper.dated_on:
        raise Invalid("Mandat tidak dapat berlaku sebelum tanggal suratnya.", field="starts_on")
    if paper.ends_on < paper.starts_on:
        raise Invalid("Tanggal selesai mendahului tanggal mulai.", field="ends_on")
    if (paper.ends_on - paper.starts_on).days > LONGEST_YEARS * 366:
        raise Invalid("Mandat paling lama dua tahun. Perpanjang dengan surat baru.", field="ends_on")
    return number


def enter_mandate(session: Session, agency: Agency, paper: Paper, *, actor: Actor, now: datetime) -> Mandate:
    """Enter a head's written mandate to the present holder of the liaison's post; the scan is attached by the view.

    Raises NotAllowed for others than the desk, Invalid for a backdated or overlapping one, or a vacant post.
    """
    if actor.power_for(Permission.MANDATE_EDIT) is None:
        raise NotAllowed("Mandat dicatat oleh koordinator atau sekretariat.")
    today = local_day(now)
    if not is_allowed(session, max(today, paper.starts_on)):
        raise Conflict("Provinsi belum mengizinkan mandat. Administrator mengubahnya pada Pengaturan.")
    number = _check_paper(paper, today)
    head, liaison = head_of(session, agency.id, paper.starts_on), liaison_of(session, agency.id, paper.starts_on)
    if head is None:
        raise Invalid("Jabatan kepala OPD kosong pada tanggal mulai: tidak ada yang memberi mandat.")
    if liaison is None:
        raise Invalid("Jabatan Pejabat Penghubung kosong pada tanggal mulai: tidak ada yang menerima mandat.")
    if head.person_id == liaison.person_id:
        raise Invalid("Pemberi dan penerima mandat adalah orang yang sama.")
    rival = session.scalar(
        sa.select(Mandate)
        .where(
            Mandate.agency_id == agency.id,
            Mandate.revoked_at.is_(None),
            Mandate.holder_assignment_id == liaison.assignment_id,
            Mandate.head_assignment_id == head.assignment_id,
            Mandate.starts_on <= paper.ends_on,
            Mandate.ends_on >= paper.starts_on,
        )
        .order_by(Mandate.id)
        .limit(1)
    )
    if rival is not None:
        raise Invalid(
            f"Masih ada mandat nomor {rival.number} sampai {long_date(rival.ends_on)}. Akhiri dahulu bila diganti.",
            field="starts_on",
        )
    if session.scalar(sa.select(Mandate.id).where(Mandate.number == number)) is not None:
        raise Invalid("Nomor surat ini sudah dipakai mandat lain.", field="number")
    made = Mandate(
        agency_id=agency.id,
        number=number,
        dated_on=paper.dated_on,
        starts_on=paper.starts_on,
        ends_on=paper.ends_on,
        head_assignment_id=head.assignment_id,
        head_name=head.person_name,
        head_post=head.post_words,
        holder_assignment_id=liaison.assignment_id,
        holder_name=liaison.person_name,
        holder_post=liaison.post_title,
        entered_at=now,
        entered_by_name=actor.name,
    )
    session.add(made)
    session.flush()
    record(
        session,
        events.MandateEntered(
            made.id,
            agency.id,
            agency.abbreviation,
            number,
            made.dated_on,
            made.starts_on,
            made.ends_on,
            made.head_name,
            made.holder_name,
        ),
        actor=actor,
        now=now,
        permission=Permission.MANDATE_EDIT,
    )
    notify(
        session,
        [head.person_id, liaison.person_id],
        kind=Kind.ORDER,
        sentence=f"Mandat nomor {number} dari {made.head_post} kepada {made.holder_post} dicatat.",
        url=f"/opd/{agency.id}/paraf-dan-mandat",
        now=now,
        without=actor.person_id,
    )
    return made


def revoke_mandate(
    session: Session, mandate: Mandate, agency: Agency, *, reason: str, actor: Actor, now: datetime
) -> None:
    """End a mandate at once: by the desk, or by the head who gave it. What was done under it stays."""
    own = any(p.assignment_id == mandate.head_assignment_id for p in actor.powers)
    if not own and actor.power_for(Permission.MANDATE_EDIT) is None:
        raise NotAllowed("Mandat diakhiri oleh pemberinya, koordinator, atau sekretariat.")
    if mandate.revoked_at is not None:
        raise Conflict("Mandat ini sudah diakhiri.")
    if not reason.strip():
        raise Invalid("Tulis alasan mengakhiri mandat.", field="reason")
    mandate.revoked_at = now
    mandate.revoked_by_name = actor.name
    mandate.revoke_reason = reason.strip()
    session.flush()
    record(
        session,
        events.MandateRevoked(mandate.id, agency.id, agency.abbreviation, mandate.number, reason.strip()),
        actor=actor,
        now=now,
        permission=Permission.DISPOSITION_PASS_ON if own else Permission.MANDATE_EDIT,
    )


def acknowledge_by_mandate(
    session: Session,
    disposition: Disposition,
    *,
    digest: str,
    instruction: str | None = None,
    pass_on: PassOn | None = None,
    confirmation: Confirmation = BY_PASSWORD,
    actor: Actor,
    now: datetime,
) -> Acknowledgement:
    """The holder of a mandate states in the head's stead that it is known; his own assignment is kept with it.

    Raises what ``acknowledging.acknowledge`` raises, and NotAllowed without a mandate that carries this complaint.
    """
    complaint = complaint_of(session, disposition)
    power, mandate = mandate_power(session, actor, disposition, complaint, local_day(now))
    need_move(disposition, Act.ACKNOWLEDGE, already_known(session, disposition))
    if complaint.status not in OPEN_STATUSES:
        raise Conflict("Aduan ini sudah tidak menunggu pernyataan mengetahui.")
    need_clock(session, now)
    shown = shown_to_head(complaint, disposition)
    if digest_of(shown) != digest:
        raise Conflict("Aduan ini berubah setelah Anda membukanya. Baca sekali lagi, lalu nyatakan mengetahui.")
    opened_at = opened_by(session, disposition, actor)
    made = write_acknowledgement(
        session,
        disposition,
        power,
        shown,
        opened_at=opened_at,
        instruction=instruction,
        way=Way.MANDATE,
        mandate_id=mandate.id,
        confirmation=confirmation,
        actor=actor,
        now=now,
    )
    passed = write_passed_on(session, made, disposition, pass_on or PassOn(), by_head=False)
    settle(session, complaint, disposition, known_on=local_day(now), now=now)
    record(
        session,
        events.Acknowledged(
            *facts_of(session, disposition),
            made.id,
            actor.name,
            power.post_title,
            power.order_number,
            Way.MANDATE.value,
            opened_at,
            digest,
            made.instruction,
            passed,
            means=confirmation.means.value,
            device=confirmation.device,
            mandate_number=mandate.number,
            mandate_of=mandate.head_post,
        ),
        actor=actor,
        now=now,
        permission=Permission.MANDATE_USE,
    )
    return made


def files_of(session: Session, mandate_ids: Sequence[int]) -> dict[int, StoredFile]:
    """The scan of each mandate."""
    rows = session.scalars(
        sa.select(StoredFile)
        .where(
            StoredFile.subject_kind == MANDATE_FILES,
            StoredFile.subject_id.in_(mandate_ids),
            StoredFile.removed_at.is_(None),
        )
        .order_by(StoredFile.id)
    )
    return {row.subject_id: row for row in rows}
