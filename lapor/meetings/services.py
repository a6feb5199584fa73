"""Writing minutes: create, fill in, submit, approve, and what became of the follow-ups."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from lapor.agencies.models import Agency
from lapor.core.clock import local_day
from lapor.core.db import lock
from lapor.core.errors import Conflict, Invalid, NotAllowed, NotFound
from lapor.core.wording import clock_time, joined
from lapor.journal.services import record
from lapor.meetings import composing, events, queries
from lapor.meetings.labels import TEXT
from lapor.meetings.minutes import minutes_pdf_bytes
from lapor.meetings.models import (
    ActionItem,
    ActionItemAgency,
    Meeting,
    MeetingAgendaItem,
    MeetingDecision,
    MeetingObstacle,
    MeetingParticipant,
    MeetingText,
)
from lapor.meetings.rules import (
    Attendance,
    CheckIn,
    ItemStatus,
    MeetingState,
    Part,
    TextKind,
    check_invitation,
    check_open,
    check_status,
    check_times,
    check_years,
    head_count,
    missing_for_signing,
)
from lapor.offices.labels import number_words
from lapor.offices.models import Person
from lapor.policy import Actor, Permission, Power, Role, allows

_QUIET = timedelta(minutes=10)


@dataclass(frozen=True)
class Details:
    """The head of the minutes as a form gives it. Posts that are left empty are filled from the person's own."""

    title: str
    held_on: date
    starts_at: time
    place: str
    ends_at: time | None = None
    opened_at: time | None = None
    invitation_number: str | None = None
    invitation_date: date | None = None
    chair_id: int | None = None
    chair_post: str = ""
    secretary_id: int | None = None
    secretary_post: str = ""
    minute_taker_id: int | None = None
    minute_taker_post: str = ""
    year_from: int | None = None
    year_to: int | None = None


def _check(actor: Actor | None, permission: Permission = Permission.MEETING_EDIT) -> None:
    if actor is not None and not allows(actor, permission):
        raise NotAllowed(_("Anda tidak berwenang mengubah notula rapat."))


def _locked(session: Session, meeting: Meeting) -> Meeting:
    """The meeting, fresh and locked; raises Conflict for approved minutes."""
    fresh: Meeting = lock(session, Meeting, meeting.id)
    check_open(fresh.state)
    return fresh


def _filled(session: Session, details: Details) -> dict[str, Any]:
    check_times(details.starts_at, details.ends_at, details.opened_at)
    check_invitation(details.invitation_date, details.held_on)
    check_years(details.year_from, details.year_to)
    values = dict(details.__dict__)
    for role in ("chair", "secretary", "minute_taker"):
        person_id = values[f"{role}_id"]
        if person_id is None:
            values[f"{role}_post"] = ""
        elif not values[f"{role}_post"]:
            values[f"{role}_post"] = composing.post_on(session, person_id, details.held_on)
    return values


def create_meeting(session: Session, details: Details, *, actor: Actor | None, now: datetime) -> Meeting:
    """Enter a meeting with empty minutes; the meeting before it becomes the one it looks back on.

    Raises Invalid with the field for times, years or an invitation that do not fit.
    """
    _check(actor)
    previous = queries.previous_meeting(session, details.held_on)
    meeting = Meeting(**_filled(session, details), previous_id=previous.id if previous else None, created_at=now)
    session.add(meeting)
    session.flush()
    for kind in (TextKind.OPENING, TextKind.CLOSING, TextKind.COMMITMENT):
        session.add(MeetingText(meeting_id=meeting.id, kind=kind))
    session.flush()
    record(
        session,
        events.MeetingCreated(subject_id=meeting.id, title=meeting.title, held_on=meeting.held_on),
        actor=actor,
        now=now,
        permission=Permission.MEETING_EDIT,
    )
    return meeting


def change_meeting(
    session: Session, meeting: Meeting, details: Details, *, version: int, actor: Actor, now: datetime
) -> None:
    """Change the head of the minutes. Raises Conflict when somebody else changed it since ``version``."""
    _check(actor)
    meeting = _locked(session, meeting)
    if meeting.version != version:
        raise Conflict(
            _(
                "Data rapat ini diubah orang lain setelah Anda membukanya. Isian Anda masih ada di bawah; periksa, "
                "lalu simpan sekali lagi."
            )
        )
    values = _filled(session, details)
    changed = tuple(sorted(name for name, value in values.items() if getattr(meeting, name) != value))
    if not changed:
        return
    for name in changed:
        setattr(meeting, name, values[name])
    if "held_on" in changed:
        previous = queries.previous_meeting(session, meeting.held_on, other_than=meeting.id)
        meeting.previous_id = previous.id if previous else None
    session.flush()
    record(
        session,
        events.MeetingChanged(subject_id=meeting.id, title=meeting.title, changed=changed),
        actor=actor,
        now=now,
        permission=Permission.MEETING_EDIT,
    )


def save_text(
    session: Session, text: MeetingText, *, body: str, version: int, actor: Actor | None, now: datetime
) -> MeetingText:
    """Save a long text. Raises Conflict, with who and when, if another person saved it since ``version``.

    Autosave calls this every few seconds: the journal notes the first save of a person and then one in ten minutes.
    """
    _check(actor)
    meeting = session.get_one(Meeting, text.meeting_id)
    _locked(session, meeting)
    fresh: MeetingText = lock(session, MeetingText, text.id)
    name = actor.name if actor else "Sistem"
    if fresh.version != version and fresh.body != body:
        raise Conflict(
            _(
                "%(name)s menyimpan bagian yang sama pada pukul %(time)s. Tulisan Anda belum disimpan dan masih ada "
                "di halaman ini; muat ulang untuk membandingkan.",
                name=fresh.saved_by or _("Orang lain"),
                time=clock_time(fresh.saved_at or now),
            )
        )
    if fresh.body == body:
        return fresh
    quiet = fresh.saved_by == name and fresh.saved_at is not None and now - fresh.saved_at < _QUIET
    fresh.body, fresh.saved_by, fresh.saved_at, fresh.version = body, name, now, fresh.version + 1
    session.flush()
    if not quiet:
        record(
            session,
            events.MinutesTextSaved(subject_id=meeting.id, title=meeting.title, text=str(TEXT[fresh.kind])),
            actor=actor,
            now=now,
            permission=Permission.MEETING_EDIT,
        )
    return fresh


def write_text(
    session: Session,
    meeting: Meeting,
    kind: TextKind,
    body: str,
    *,
    agenda_item: MeetingAgendaItem | None = None,
    actor: Actor | None,
    now: datetime,
) -> None:
    """Put a whole text in place of the present one: for those who hold no form open."""
    found = queries.text_of(queries.list_texts(session, meeting.id), kind, agenda_item.id if agenda_item else None)
    assert found is not None, "every meeting and agenda item has its texts"
    save_text(session, found, body=body, version=found.version, actor=actor, now=now)


def _add(
    session: Session, meeting: Meeting, part: Part, row: Any, words: str, actor: Actor | None, now: datetime
) -> Any:
    _check(actor)
    _locked(session, meeting)
    row.meeting_id = meeting.id
    row.position = _next_position(session, part, meeting.id)
    session.add(row)
    session.flush()
    record(
        session,
        events.PartAdded(subject_id=meeting.id, title=meeting.title, part=part.value, words=words),
        actor=actor,
        now=now,
        permission=Permission.MEETING_EDIT,
    )
    return row


def _next_position(session: Session, part: Part, meeting_id: int) -> int:
    model = queries.ROWS[part]
    last = session.scalar(sa.select(sa.func.max(model.position)).where(model.meeting_id == meeting_id))
    return (last or 0) + 1


def _changed(
    session: Session,
    meeting: Meeting,
    part: Part,
    row: Any,
    values: dict[str, Any],
    actor: Actor | None,
    now: datetime,
) -> None:
    _check(actor)
    _locked(session, meeting)
    for name, value in values.items():
        setattr(row, name, value)
    session.flush()
    record(
        session,
        events.PartChanged(subject_id=meeting.id, title=meeting.title, part=part.value, words=words_of(row)),
        actor=actor,
        now=now,
        permission=Permission.MEETING_EDIT,
    )


def words_of(row: Any) -> str:
    """What names a line of the minutes in a sentence."""
    words: str = getattr(row, "title", None) or getattr(row, "name", None) or row.description
    return words


def add_agenda_item(
    session: Session, meeting: Meeting, *, title: str, has_figures: bool = False, actor: Actor | None, now: datetime
) -> MeetingAgendaItem:
    """Add an item to the agenda, with an empty discussion."""
    item: MeetingAgendaItem = _add(
        session, meeting, Part.AGENDA, MeetingAgendaItem(title=title, has_figures=has_figures), title, actor, now
    )
    session.add(MeetingText(meeting_id=meeting.id, kind=TextKind.DISCUSSION, agenda_item_id=item.id))
    session.flush()
    return item


def change_agenda_item(
    session: Session,
    meeting: Meeting,
    item: MeetingAgendaItem,
    *,
    title: str,
    has_figures: bool,
    actor: Actor,
    now: datetime,
) -> None:
    """Change the words of an agenda item."""
    _changed(session, meeting, Part.AGENDA, item, {"title": title, "has_figures": has_figures}, actor, now)


@dataclass(frozen=True)
class Guest:
    """A participant who has no record as a person."""

    name: str
    post: str = ""
    agency_name: str = ""


def add_participant(
    session: Session,
    meeting: Meeting,
    who: Person | Guest,
    *,
    agency: Agency | None = None,
    attendance: Attendance = Attendance.INVITED,
    way: CheckIn | None = None,
    represented_by: Person | str = "",
    post: str = "",
    actor: Actor | None,
    now: datetime,
) -> MeetingParticipant:
    """Add somebody to the attendance list, with the name, number and post of the meeting's day.

    ``represented_by`` names the person who came for him. Raises Invalid for a person who is on the list already.
    """
    if isinstance(who, Person):
        if any(row.person_id == who.id for row in queries.list_rows(session, Part.PARTICIPANT, meeting.id)):
            raise Invalid(_("%(name)s sudah ada pada daftar hadir.", name=who.full_name), field="person_id")
        row = MeetingParticipant(
            person_id=who.id,
            name=who.full_name,
            number=number_words(who),
            post=post or composing.post_on(session, who.id, meeting.held_on),
        )
    else:
        row = MeetingParticipant(name=who.name, post=post or who.post, agency_name=who.agency_name)
    if agency is not None:
        row.agency_id, row.agency_name = agency.id, agency.name
    _set_attendance(row, attendance, way, represented_by)
    if isinstance(represented_by, Person) and row.represented_by:
        row.representative_post = composing.post_on(session, represented_by.id, meeting.held_on)
    made: MeetingParticipant = _add(session, meeting, Part.PARTICIPANT, row, row.name, actor, now)
    return made


def _set_attendance(
    row: MeetingParticipant, attendance: Attendance, way: CheckIn | None, represented_by: Person | str
) -> None:
    if attendance is Attendance.REPRESENTED and not represented_by:
        raise Invalid(_("Isi nama yang mewakili %(name)s.", name=row.name), field="represented_by")
    row.attendance = attendance
    row.way = way if attendance in {Attendance.PRESENT, Attendance.REPRESENTED, Attendance.GUEST} else None
    stands_in = represented_by if attendance is Attendance.REPRESENTED else ""
    if isinstance(stands_in, Person):
        row.represented_by, row.representative_number = stands_in.full_name, number_words(stands_in)
    elif stands_in != row.represented_by:
        row.represented_by, row.representative_number, row.representative_post = stands_in, "", ""


def change_participant(
    session: Session,
    meeting: Meeting,
    row: MeetingParticipant,
    *,
    name: str,
    post: str,
    agency: Agency | None,
    agency_name: str,
    attendance: Attendance,
    way: CheckIn | None,
    represented_by: str,
    actor: Actor,
    now: datetime,
) -> None:
    """Change a line of the attendance list."""
    _set_attendance(row, attendance, way, represented_by)
    values = {
        "name": name,
        "post": post,
        "agency_id": agency.id if agency else None,
        "agency_name": agency.name if agency else agency_name,
    }
    _changed(session, meeting, Part.PARTICIPANT, row, values, actor, now)


def invite_operators(session: Session, meeting: Meeting, *, actor: Actor | None, now: datetime) -> int:
    """Put the admins of all agencies of the meeting's day on the list who are not on it yet; how many were added."""
    known = {row.person_id for row in queries.list_rows(session, Part.PARTICIPANT, meeting.id)}
    added = 0
    for seat in queries.seats_on(session, meeting.held_on, role=Role.OPERATOR):
        if seat.person.id in known:
            continue
        known.add(seat.person.id)
        agency = session.get_one(Agency, seat.agency_id)
        add_participant(session, meeting, seat.person, agency=agency, actor=actor, now=now)
        added += 1
    return added


@dataclass(frozen=True)
class Mark:
    """What the attendance sheet says of one participant."""

    participant_id: int
    attendance: Attendance
    way: CheckIn | None
    represented_by: str


def take_attendance(
    session: Session, meeting: Meeting, marks: Sequence[Mark], *, actor: Actor, now: datetime
) -> None:
    """Fill in the whole attendance sheet at once. Raises Invalid when a representative has no name."""
    _check(actor)
    _locked(session, meeting)
    rows = {row.id: row for row in queries.list_rows(session, Part.PARTICIPANT, meeting.id)}
    for mark in marks:
        if mark.participant_id in rows:
            _set_attendance(rows[mark.participant_id], mark.attendance, mark.way, mark.represented_by)
    session.flush()
    people = head_count([(row.attendance, row.agency_name) for row in rows.values()]).people
    record(
        session,
        events.AttendanceTaken(subject_id=meeting.id, title=meeting.title, people=people),
        actor=actor,
        now=now,
        permission=Permission.MEETING_EDIT,
    )


def add_obstacle(
    session: Session,
    meeting: Meeting,
    *,
    description: str,
    agency: Agency | None = None,
    raised_on: date | None = None,
    actor: Actor | None,
    now: datetime,
) -> MeetingObstacle:
    """Add an obstacle; without ``raised_on`` an earlier meeting that noted the same words is looked up."""
    before = raised_on or queries.meetings_with_obstacle(session, description, meeting.held_on)
    row = MeetingObstacle(description=description, agency_id=agency.id if agency else None, raised_on=before)
    made: MeetingObstacle = _add(session, meeting, Part.OBSTACLE, row, description, actor, now)
    return made


def change_obstacle(
    session: Session,
    meeting: Meeting,
    row: MeetingObstacle,
    *,
    description: str,
    agency: Agency | None,
    raised_on: date | None,
    actor: Actor,
    now: datetime,
) -> None:
    """Change an obstacle. Raises Invalid when it is said to have come up on or after the meeting's own day."""
    if raised_on is not None and raised_on >= meeting.held_on:
        raise Invalid(_("Tanggal pernah dibahas harus sebelum rapat ini."), field="raised_on")
    values = {"description": description, "agency_id": agency.id if agency else None, "raised_on": raised_on}
    _changed(session, meeting, Part.OBSTACLE, row, values, actor, now)


def add_decision(
    session: Session, meeting: Meeting, *, description: str, actor: Actor | None, now: datetime
) -> MeetingDecision:
    """Add a decision."""
    made: MeetingDecision = _add(
        session, meeting, Part.DECISION, MeetingDecision(description=description), description, actor, now
    )
    return made


def change_decision(
    session: Session, meeting: Meeting, row: MeetingDecision, *, description: str, actor: Actor, now: datetime
) -> None:
    """Change the words of a decision."""
    _changed(session, meeting, Part.DECISION, row, {"description": description}, actor, now)


def _check_item(
    meeting: Meeting, agencies: Sequence[Agency], responsible: str, due_on: date, all_agencies: bool
) -> str:
    """The words of who is responsible. Raises Invalid without anybody or with a day before the meeting."""
    if due_on < meeting.held_on:
        raise Invalid(_("Batas waktu mendahului tanggal rapat."), field="due_on")
    if not responsible:
        if all_agencies:
            return "Seluruh perangkat daerah"
        responsible = ", ".join(agency.abbreviation for agency in agencies)
    if not responsible:
        raise Invalid(_("Pilih OPD penanggung jawab, atau tulis siapa yang bertanggung jawab."), field="responsible")
    return responsible[:200]


def add_action_item(
    session: Session,
    meeting: Meeting,
    *,
    description: str,
    due_on: date,
    agencies: Sequence[Agency] = (),
    responsible: str = "",
    all_agencies: bool = False,
    status: ItemStatus = ItemStatus.NOT_STARTED,
    actor: Actor | None,
    now: datetime,
) -> ActionItem:
    """Add a follow-up; ``responsible`` are the words on paper, made from the agencies when they are left empty."""
    words = _check_item(meeting, agencies, responsible, due_on, all_agencies)
    row = ActionItem(
        description=description, responsible=words, all_agencies=all_agencies, due_on=due_on, status=status
    )
    item: ActionItem = _add(session, meeting, Part.ACTION_ITEM, row, description, actor, now)
    _set_agencies(session, item, agencies)
    return item


def _set_agencies(session: Session, item: ActionItem, agencies: Sequence[Agency]) -> None:
    session.execute(sa.delete(ActionItemAgency).where(ActionItemAgency.action_item_id == item.id))
    session.add_all(ActionItemAgency(action_item_id=item.id, agency_id=agency.id) for agency in agencies)
    session.flush()


def change_action_item(
    session: Session,
    meeting: Meeting,
    item: ActionItem,
    *,
    description: str,
    due_on: date,
    agencies: Sequence[Agency],
    responsible: str,
    all_agencies: bool,
    actor: Actor,
    now: datetime,
) -> None:
    """Change what a follow-up asks; its status has a service of its own."""
    words = _check_item(meeting, agencies, responsible, due_on, all_agencies)
    values = {"description": description, "due_on": due_on, "responsible": words, "all_agencies": all_agencies}
    _changed(session, meeting, Part.ACTION_ITEM, item, values, actor, now)
    _set_agencies(session, item, agencies)


def remove_row(session: Session, meeting: Meeting, part: Part, row: Any, *, actor: Actor, now: datetime) -> None:
    """Take a line out of a list of the minutes; an agenda item goes with its discussion.

    Raises Conflict for an agenda item whose discussion was written: those words would be lost.
    """
    _check(actor)
    _locked(session, meeting)
    words = words_of(row)
    if part is Part.AGENDA:
        texts = session.scalars(sa.select(MeetingText).where(MeetingText.agenda_item_id == row.id)).all()
        if any(text.body.strip() for text in texts):
            raise Conflict(_("Acara ini sudah ada pembahasannya. Kosongkan dahulu pembahasan itu."))
        session.execute(sa.delete(MeetingText).where(MeetingText.agenda_item_id == row.id))
    if part is Part.ACTION_ITEM:
        session.execute(sa.delete(ActionItemAgency).where(ActionItemAgency.action_item_id == row.id))
    session.delete(row)
    session.flush()
    record(
        session,
        events.PartRemoved(subject_id=meeting.id, title=meeting.title, part=part.value, words=words),
        actor=actor,
        now=now,
        permission=Permission.MEETING_EDIT,
    )


def move_row(
    session: Session, meeting: Meeting, part: Part, row: Any, *, up: bool, actor: Actor, now: datetime
) -> None:
    """Change places with the neighbour; at the end of the list nothing happens."""
    _check(actor)
    _locked(session, meeting)
    rows = list(queries.list_rows(session, part, meeting.id))
    place = next(index for index, item in enumerate(rows) if item.id == row.id)
    other = place - 1 if up else place + 1
    if not 0 <= other < len(rows):
        return
    rows[place], rows[other] = rows[other], rows[place]
    for position, item in enumerate(rows, 1):
        item.position = position
    _changed(session, meeting, part, row, {}, actor, now)


def submit_minutes(session: Session, meeting: Meeting, *, actor: Actor | None, now: datetime) -> None:
    """Hand the minutes to the chair; the agencies that were invited can read them from now on.

    Raises Invalid with what is still lacking, Conflict when they were handed over before.
    """
    _check(actor)
    meeting = _locked(session, meeting)
    if meeting.state is not MeetingState.DRAFT:
        raise Conflict(_("Notula ini sudah diajukan."))
    _check_complete(session, meeting)
    meeting.state = MeetingState.HELD
    session.flush()
    record(
        session,
        events.MinutesSubmitted(subject_id=meeting.id, title=meeting.title),
        actor=actor,
        now=now,
        permission=Permission.MEETING_EDIT,
    )


def _check_complete(session: Session, meeting: Meeting) -> None:
    participants = queries.list_rows(session, Part.PARTICIPANT, meeting.id)
    lacking = missing_for_signing(
        ends_at=meeting.ends_at,
        chair=meeting.chair_id is not None,
        minute_taker=meeting.minute_taker_id is not None,
        agenda=len(queries.list_rows(session, Part.AGENDA, meeting.id)),
        present=len(queries.people_in_the_room(participants)),
        decisions=len(queries.list_rows(session, Part.DECISION, meeting.id)),
    )
    if lacking:
        raise Invalid(_("Notula belum lengkap: %(lacking)s belum diisi.", lacking=joined(lacking)))


def approve_minutes(
    session: Session, meeting: Meeting, *, signed_on: date, province: str, actor: Actor | None, now: datetime
) -> None:
    """The chair signed: the whole document is frozen, the PDF is no draft any more.

    ``province`` is printed in the letterhead. Raises Conflict for minutes that were not submitted, Invalid for a day
    before the meeting or in the future.
    """
    _check(actor)
    meeting = _locked(session, meeting)
    if meeting.state is not MeetingState.HELD:
        raise Conflict(_("Ajukan dahulu notula kepada pimpinan rapat."))
    if not meeting.held_on <= signed_on <= local_day(now):
        raise Invalid(_("Tanggal tanda tangan antara tanggal rapat dan hari ini."), field="signed_on")
    _check_complete(session, meeting)
    values = composing.document_to_json(composing.compose_minutes(session, meeting, province=province))
    meeting.frozen, meeting.state = values, MeetingState.APPROVED
    meeting.signed_on, meeting.approved_at = signed_on, now
    session.flush()
    digest = hashlib.sha256(json.dumps(values, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
    record(
        session,
        events.MinutesApproved(subject_id=meeting.id, title=meeting.title, signed_on=signed_on, digest=digest),
        actor=actor,
        now=now,
        permission=Permission.MEETING_EDIT,
    )


def reopen_minutes(session: Session, meeting: Meeting, *, reason: str, actor: Actor, now: datetime) -> None:
    """Open minutes again, submitted or approved ones; they are signed anew. Raises Invalid without a reason."""
    _check(actor)
    fresh: Meeting = lock(session, Meeting, meeting.id)
    if fresh.state is MeetingState.DRAFT:
        raise Conflict(_("Notula ini masih berupa konsep."))
    if not reason:
        raise Invalid(_("Tuliskan alasan notula dibuka kembali."), field="reason")
    fresh.state, fresh.frozen, fresh.signed_on, fresh.approved_at = MeetingState.DRAFT, None, None, None
    session.flush()
    record(
        session,
        events.MinutesReopened(subject_id=fresh.id, title=fresh.title, reason=reason),
        actor=actor,
        now=now,
        permission=Permission.MEETING_EDIT,
    )


def update_action_item(
    session: Session,
    item: ActionItem,
    *,
    status: ItemStatus,
    done_on: date | None = None,
    note: str = "",
    acting_as: int | None = None,
    actor: Actor | None,
    now: datetime,
) -> None:
    """Say how far a follow-up is. The secretariat may for all, an agency for its own.

    ``acting_as``: the assignment under which a person acts who could do it under several. Raises NotAllowed for
    others, Invalid for a day that does not fit and where such a person does not say as whom he acts.
    """
    meeting = session.get_one(Meeting, item.meeting_id)
    power = _power_for_item(session, item, acting_as, actor) if actor is not None else None
    fresh: ActionItem = lock(session, ActionItem, item.id)
    day = check_status(status, done_on, local_day(now), meeting.held_on)
    former = fresh.status
    fresh.status, fresh.done_on, fresh.note = status, day, note
    session.flush()
    record(
        session,
        events.ActionItemUpdated(
            subject_id=fresh.id,
            meeting_id=meeting.id,
            description=fresh.description,
            status=status.value,
            done_on=day,
            former_status=former.value,
        ),
        actor=actor,
        now=now,
        power=power,
    )


def _power_for_item(session: Session, item: ActionItem, acting_as: int | None, actor: Actor) -> Power:
    powers = queries.powers_for_item(session, actor, item)
    if not powers or queries.find_action_item(session, actor, item.id) is None:
        raise NotAllowed(_("Tindak lanjut ini bukan tugas OPD Anda."))
    if acting_as is None and len(powers) > 1:
        raise Invalid(_("Pilih Anda bertindak sebagai apa."), field="acting_as")
    chosen = [power for power in powers if acting_as in {None, power.assignment_id}]
    if not chosen:
        raise Invalid(_("Jabatan itu tidak menangani tindak lanjut ini."), field="acting_as")
    return chosen[0]


def minutes_pdf(session: Session, meeting_id: int, *, province: str) -> bytes:
    """The minutes as PDF, for the command line. Raises NotFound when there is no such meeting."""
    meeting = session.get(Meeting, meeting_id)
    if meeting is None:
        raise NotFound(_("Rapat nomor %(number)s tidak ditemukan.", number=meeting_id))
    return minutes_pdf_bytes(composing.compose_minutes(session, meeting, province=province))
