"""Meetings: states, who counts as present, what a follow-up may become, which words a paper uses. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time
from enum import StrEnum

from lapor.core.errors import Conflict, Invalid
from lapor.core.wording import long_date


class MeetingState(StrEnum):
    """The life of the minutes: being written, waiting for the chair, signed."""

    DRAFT = "draft"
    HELD = "held"
    APPROVED = "approved"


class Attendance(StrEnum):
    """How an invited person took part; guests were not invited as participants."""

    INVITED = "invited"
    PRESENT = "present"
    REPRESENTED = "represented"
    EXCUSED = "excused"
    ABSENT = "absent"
    GUEST = "guest"


class CheckIn(StrEnum):
    """How the presence was noted: by pen on paper or on the person's phone."""

    PAPER = "paper"
    PHONE = "phone"


class ItemStatus(StrEnum):
    """How far a follow-up is."""

    NOT_STARTED = "not_started"
    RUNNING = "running"
    DONE = "done"


class TextKind(StrEnum):
    """The long texts of the minutes, each saved on its own."""

    OPENING = "opening"
    DISCUSSION = "discussion"
    CLOSING = "closing"
    COMMITMENT = "commitment"


class Part(StrEnum):
    """The lists of the minutes that are added to, changed, removed from and reordered."""

    AGENDA = "agenda"
    PARTICIPANT = "participant"
    OBSTACLE = "obstacle"
    DECISION = "decision"
    ACTION_ITEM = "action_item"


IN_THE_ROOM = frozenset({Attendance.PRESENT, Attendance.REPRESENTED, Attendance.GUEST})


def check_open(state: MeetingState) -> None:
    """Raise Conflict for minutes that are approved: they are changed only after being opened again."""
    if state is MeetingState.APPROVED:
        raise Conflict("Notula ini sudah disetujui. Buka kembali notula untuk mengubahnya.")


def check_times(starts_at: time, ends_at: time | None, opened_at: time | None) -> None:
    """Raise Invalid when the times of a meeting do not follow each other."""
    if ends_at is not None and ends_at <= starts_at:
        raise Invalid("Jam selesai mendahului jam mulai.", field="ends_at")
    if ends_at is not None and opened_at is not None and opened_at > ends_at:
        raise Invalid("Jam pembukaan sesudah jam selesai.", field="opened_at")


def check_invitation(invitation_date: date | None, held_on: date) -> None:
    """Raise Invalid for an invitation that is dated after the meeting."""
    if invitation_date is not None and invitation_date > held_on:
        raise Invalid("Tanggal surat undangan sesudah tanggal rapat.", field="invitation_date")


def check_years(first: int | None, last: int | None) -> None:
    """Raise Invalid for a span of years that is half given, upside down or longer than a paper can show."""
    if first is None and last is None:
        return
    if first is None or last is None:
        raise Invalid("Isi kedua tahun, atau kosongkan keduanya.", field="year_to")
    if not 2000 <= first <= last <= 2100:
        raise Invalid("Tahun belum benar. Tulis misalnya 2019 s.d. 2021.", field="year_from")
    if last - first > 4:
        raise Invalid("Paling banyak lima tahun, agar tabel dapat dibaca.", field="year_from")


def missing_for_signing(
    *, ends_at: time | None, chair: bool, minute_taker: bool, agenda: int, present: int, decisions: int
) -> list[str]:
    """What the minutes still lack before the chair can sign them, as words; empty when nothing."""
    lacks = (
        (ends_at is None, "jam selesai"),
        (not chair, "ketua rapat"),
        (not minute_taker, "pencatat"),
        (agenda == 0, "acara"),
        (present == 0, "peserta yang hadir"),
        (decisions == 0, "keputusan"),
    )
    return [words for lacking, words in lacks if lacking]


def status_words(status: ItemStatus, done_on: date | None) -> str:
    """`Belum mulai`, `Berjalan`, `Selesai 17 Februari 2022`."""
    if status is ItemStatus.DONE:
        return f"Selesai {long_date(done_on)}" if done_on else "Selesai"
    return "Berjalan" if status is ItemStatus.RUNNING else "Belum mulai"


def check_status(status: ItemStatus, done_on: date | None, today: date, held_on: date) -> date | None:
    """The day to store with ``status``: only a finished item has one (today unless given).

    Raises Invalid for a day in the future or before the meeting that asked for it.
    """
    if status is not ItemStatus.DONE:
        return None
    day = done_on or today
    if day > today:
        raise Invalid("Tanggal selesai belum tiba.", field="done_on")
    if day < held_on:
        raise Invalid("Tanggal selesai mendahului rapat yang menugaskannya.", field="done_on")
    return day


def points_of(text: str) -> tuple[str, ...]:
    """The points of a text: one for each line that is not empty."""
    return tuple(line.strip() for line in text.splitlines() if line.strip())


@dataclass(frozen=True)
class Head:
    """Who came, in numbers: what the line "Peserta Rapat" says."""

    present: int
    represented: int
    guests: int
    agencies: int

    @property
    def people(self) -> int:
        """Everybody in the room."""
        return self.present + self.represented + self.guests


def head_count(rows: Sequence[tuple[Attendance, str]]) -> Head:
    """Counts over (attendance, agency words); agencies are those of participants and guests in the room."""
    return Head(
        present=sum(1 for attendance, _ in rows if attendance is Attendance.PRESENT),
        represented=sum(1 for attendance, _ in rows if attendance is Attendance.REPRESENTED),
        guests=sum(1 for attendance, _ in rows if attendance is Attendance.GUEST),
        agencies=len({agency for attendance, agency in rows if attendance in IN_THE_ROOM and agency}),
    )
