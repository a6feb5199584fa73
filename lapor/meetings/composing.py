"""From the rows of a meeting to the finished document; approved minutes come out of what was frozen."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lapor.agencies.letterhead import letterhead_of
from lapor.agencies.models import Agency
from lapor.agencies.queries import names_on, organiser_agency
from lapor.core.wording import (
    clock_time,
    long_date,
    time_range,
    weekday_date,
)
from lapor.journal.queries import chain_head, head_of_fact
from lapor.journal.rules import anchor_words
from lapor.meetings import queries
from lapor.meetings.events import MinutesApproved
from lapor.meetings.minutes import (
    AgencyFigures,
    AttendanceGroup,
    AttendanceRow,
    Discussion,
    Figures,
    FollowUpRow,
    MinutesDocument,
    NamedPost,
    ObstacleRow,
    attendance_sentence,
)
from lapor.meetings.models import ActionItem, Meeting, MeetingParticipant
from lapor.meetings.rules import (
    Attendance,
    CheckIn,
    MeetingState,
    Part,
    TextKind,
    head_count,
    points_of,
    status_words,
)
from lapor.offices.labels import number_words
from lapor.offices.models import Person
from lapor.printing.paper import Letterhead, Signature
from lapor.statistics.queries import agency_rows, coverage

HEADING = "NOTULA"
GENERAL = "Umum"
_PROVINCE = re.compile(r"\s+Provinsi\s.*$", re.IGNORECASE)


def post_on(session: Session, person_id: int, day: date) -> str:
    """The post as the minutes print it: the job title of the person, else the post held on ``day``."""
    seats = queries.seats_on(session, day, person_id=person_id)
    person = seats[0].person if seats else session.get(Person, person_id)
    if person is None:
        return ""
    return person.job_title or (seats[0].post if seats else "")


def figures_of(session: Session, meeting: Meeting) -> Figures | None:
    """Coverage and results for the years of the meeting as they stood on its day; None when it evaluates none."""
    if meeting.year_from is None or meeting.year_to is None:
        return None
    years = range(meeting.year_from, meeting.year_to + 1)
    table = coverage(session, list(years), until=meeting.held_on)
    start, end = date(meeting.year_to, 1, 1), date(meeting.year_to, 12, 31)
    results = {row.agency_id: row.results for row in agency_rows(session, start, end, as_of=meeting.held_on)}
    rows = []
    for row in table.rows:
        of_year = results.get(row.agency_id)
        rows.append(
            AgencyFigures(
                agency=_PROVINCE.sub("", row.name),
                per_year=tuple(count or None for count in row.counts),
                received=of_year.received if of_year else 0,
                followed_up=of_year.followed_up if of_year else 0,
                finished=of_year.finished if of_year else 0,
                on_time=of_year.on_time if of_year else 0,
                median_days=of_year.median_days if of_year else None,
                measured=of_year.base if of_year else 0,
            )
        )
    rows.sort(key=lambda row: (-row.received, -row.total, row.agency))
    return Figures(
        years=tuple(years),
        agencies=tuple(rows),
        obliged=table.obliged if table.obliged is not None else len(table.rows) + len(table.never),
        as_of=long_date(meeting.held_on),
        source="sistem Lapor",
    )


def shown_figures(session: Session, meeting: Meeting) -> Figures | None:
    """The figures as the minutes have them: frozen ones of approved minutes, else those of the moment."""
    if meeting.frozen is not None:
        return Figures.from_json(meeting.frozen["figures"]) if meeting.frozen["figures"] else None
    return figures_of(session, meeting)


def compose_minutes(session: Session, meeting: Meeting, *, province: str) -> MinutesDocument:
    """The minutes as they are printed now: what was frozen for approved ones, else the present rows and figures.

    ``province`` as `Provinsi Sulawesi Tengah`.
    """
    if meeting.state is MeetingState.APPROVED and meeting.frozen is not None:
        return replace(
            document_from_json(meeting.frozen, identifier=_identifier(meeting), meeting=meeting),
            anchor=anchor_words(
                head_of_fact(session, MinutesApproved.kind, MinutesApproved.subject_kind, meeting.id)
            ),
        )
    return _compose(session, meeting, province)


def _identifier(meeting: Meeting) -> str:
    return f"notula-{meeting.id}-{meeting.version}"


def _compose(session: Session, meeting: Meeting, province: str) -> MinutesDocument:
    participants = queries.list_rows(session, Part.PARTICIPANT, meeting.id)
    agenda = queries.list_rows(session, Part.AGENDA, meeting.id)
    texts = queries.list_texts(session, meeting.id)
    rows = session.execute(sa.select(Agency.id, Agency.abbreviation).order_by(Agency.id))
    agencies: dict[int, str] = {row.id: row.abbreviation for row in rows}
    agencies |= {key: called.abbreviation for key, called in names_on(session, meeting.held_on).items()}
    figures = figures_of(session, meeting)
    people = {
        key: session.get(Person, key) if key else None
        for key in (meeting.chair_id, meeting.secretary_id, meeting.minute_taker_id)
    }
    chair, taker = people[meeting.chair_id], people[meeting.minute_taker_id]
    head = head_count([(row.attendance, row.agency_name) for row in participants])

    def body(kind: TextKind, item_id: int | None = None) -> tuple[str, ...]:
        found = queries.text_of(texts, kind, item_id)
        return points_of(found.body) if found else ()

    previous = session.get(Meeting, meeting.previous_id) if meeting.previous_id else None
    return MinutesDocument(
        letterhead=letterhead_of(organiser_agency(session), province),
        draft=True,
        heading=HEADING,
        title=meeting.title,
        day=weekday_date(meeting.held_on),
        invitation=_invitation(meeting),
        hours=f"Pukul {time_range(meeting.starts_at, meeting.ends_at)}",
        place=meeting.place,
        agenda=tuple(item.title for item in agenda),
        chair=_named(chair, meeting.chair_post),
        secretary=_named(people[meeting.secretary_id], meeting.secretary_post),
        minute_taker=_named(taker, meeting.minute_taker_post),
        attendance=attendance_sentence(head.people, head.present, head.represented, head.guests, head.agencies),
        opening=_opening(meeting, body(TextKind.OPENING)),
        discussions=tuple(
            Discussion(f"Acara {place}: {item.title}", points)
            for place, item in enumerate(agenda, 1)
            if (
                points := (
                    *(figures.sentences if figures and item.has_figures else ()),
                    *body(TextKind.DISCUSSION, item.id),
                )
            )
        ),
        obstacles=tuple(
            ObstacleRow(
                row.description,
                agencies.get(row.agency_id, GENERAL) if row.agency_id else GENERAL,
                f"Rapat {long_date(row.raised_on)}" if row.raised_on else "-",
            )
            for row in queries.list_rows(session, Part.OBSTACLE, meeting.id)
        ),
        decisions=tuple(row.description for row in queries.list_rows(session, Part.DECISION, meeting.id)),
        previous_meeting=(
            f"{previous.title}, {weekday_date(previous.held_on)}:"
            if previous
            else "Tidak ada (rapat pertama yang dicatat)."
        ),
        previous_follow_ups=tuple(_follow_up(item) for item, _asked in queries.carried_items(session, meeting)),
        follow_ups=tuple(_follow_up(item) for item in queries.list_rows(session, Part.ACTION_ITEM, meeting.id)),
        closing=_closing(meeting, body(TextKind.CLOSING)),
        signatures=_signatures(taker, chair, meeting.chair_post),
        attendance_groups=_attendance(participants),
        commitment=" ".join(body(TextKind.COMMITMENT)),
        photographs=(),
        figures=figures,
        identifier=_identifier(meeting),
        created=meeting.created_at,
        anchor=anchor_words(chain_head(session)),
    )


def _invitation(meeting: Meeting) -> str:
    if not meeting.invitation_number:
        return "-"
    dated = f" tanggal {long_date(meeting.invitation_date)}" if meeting.invitation_date else ""
    return f"Nomor {meeting.invitation_number}{dated}"


def _named(person: Person | None, post: str) -> NamedPost | None:
    return NamedPost(person.full_name, post) if person else None


def _opening(meeting: Meeting, paragraphs: tuple[str, ...]) -> tuple[str, ...]:
    """The opening with the time at which the chair opened the meeting, unless the text says it itself."""
    opened = meeting.opened_at or meeting.starts_at
    if any("dibuka" in paragraph for paragraph in paragraphs):
        return paragraphs
    sentence = f"Rapat dibuka oleh Ketua pada pukul {clock_time(opened)}."
    return (f"{sentence} {paragraphs[0]}", *paragraphs[1:]) if paragraphs else (sentence,)


def _closing(meeting: Meeting, paragraphs: tuple[str, ...]) -> tuple[str, ...]:
    if meeting.ends_at is None or any("ditutup" in paragraph for paragraph in paragraphs):
        return paragraphs
    return (*paragraphs, f"Rapat ditutup oleh Ketua pada pukul {clock_time(meeting.ends_at)}.")


def _follow_up(item: ActionItem) -> FollowUpRow:
    return FollowUpRow(
        description=item.description,
        responsible=item.responsible,
        due=long_date(item.due_on),
        status=status_words(item.status, item.done_on),
        note=item.note,
    )


def _signatures(taker: Person | None, chair: Person | None, chair_post: str) -> tuple[Signature, ...]:
    """Notulis left, pimpinan rapat right, with titles, rank in words and number; room where nobody is named yet."""

    def block(above: tuple[str, ...], person: Person | None) -> Signature:
        if person is None:
            return Signature(above, "(                                        )")
        return Signature(above, person.full_name, person.rank or "", number_words(person))

    post = f"{chair_post.upper()}," if chair_post else ""
    return (
        block(("Notulis,",), taker),
        block(tuple(line for line in ("PIMPINAN RAPAT", post) if line), chair),
    )


def _remark(row: MeetingParticipant) -> str:
    if row.attendance is Attendance.REPRESENTED:
        return f"Mewakili {row.name}"
    if row.attendance is Attendance.EXCUSED:
        return "Izin"
    if row.attendance is Attendance.ABSENT:
        return "Tidak hadir"
    return "Hadir (melalui ponsel)" if row.way is CheckIn.PHONE else "Hadir"


def _attendance(participants: Sequence[MeetingParticipant]) -> tuple[AttendanceGroup, ...]:
    def lines(kinds: set[Attendance]) -> tuple[AttendanceRow, ...]:
        found = []
        for row in participants:
            if row.attendance not in kinds:
                continue
            stands_in = row.attendance is Attendance.REPRESENTED and row.represented_by
            found.append(
                AttendanceRow(
                    name=row.represented_by if stands_in else row.name,
                    number=row.representative_number if stands_in else row.number,
                    post=row.representative_post if stands_in else row.post,
                    agency=_PROVINCE.sub("", row.agency_name),
                    remark=_remark(row),
                )
            )
        return tuple(found)

    groups = (
        AttendanceGroup("Peserta", lines({Attendance.PRESENT, Attendance.REPRESENTED})),
        AttendanceGroup("Narasumber/Tamu", lines({Attendance.GUEST})),
        AttendanceGroup("Tidak hadir", lines({Attendance.EXCUSED, Attendance.ABSENT})),
    )
    return tuple(group for group in groups if group.rows)


def document_to_json(document: MinutesDocument) -> dict[str, Any]:
    """Plain values of the document, to be frozen; photographs stay in the file store."""
    values = asdict(replace(document, photographs=()))
    for name in ("identifier", "created", "draft", "photographs", "anchor"):
        del values[name]
    return values


def document_from_json(values: Mapping[str, Any], *, identifier: str, meeting: Meeting) -> MinutesDocument:
    """The document that `document_to_json` froze."""

    def person(name: str) -> NamedPost | None:
        return NamedPost(**values[name]) if values[name] else None

    def follow_ups(name: str) -> tuple[FollowUpRow, ...]:
        return tuple(FollowUpRow(**row) for row in values[name])

    letterhead = {**values["letterhead"], "address": tuple(values["letterhead"]["address"])}
    return MinutesDocument(
        letterhead=Letterhead(**letterhead),
        draft=False,
        **{
            name: values[name]
            for name in (
                "heading",
                "title",
                "day",
                "invitation",
                "hours",
                "place",
                "attendance",
                "previous_meeting",
                "commitment",
            )
        },
        agenda=tuple(values["agenda"]),
        chair=person("chair"),
        secretary=person("secretary"),
        minute_taker=person("minute_taker"),
        opening=tuple(values["opening"]),
        discussions=tuple(Discussion(row["heading"], tuple(row["points"])) for row in values["discussions"]),
        obstacles=tuple(ObstacleRow(**row) for row in values["obstacles"]),
        decisions=tuple(values["decisions"]),
        previous_follow_ups=follow_ups("previous_follow_ups"),
        follow_ups=follow_ups("follow_ups"),
        closing=tuple(values["closing"]),
        signatures=tuple(Signature(**{**row, "above": tuple(row["above"])}) for row in values["signatures"]),
        attendance_groups=tuple(
            AttendanceGroup(row["heading"], tuple(AttendanceRow(**line) for line in row["rows"]))
            for row in values["attendance_groups"]
        ),
        photographs=(),
        figures=Figures.from_json(values["figures"]) if values["figures"] else None,
        identifier=identifier,
        created=meeting.approved_at or meeting.created_at,
    )
