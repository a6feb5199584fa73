"""A photographed sheet: matched to its disposition, then counted on the date that was written on it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lapor.accounts.rules import Means
from lapor.complaints.rules import OPEN_STATUSES, ReportClass
from lapor.core.clock import local_day
from lapor.core.db import lock
from lapor.core.errors import Conflict, Invalid
from lapor.core.wording import long_date, long_instant
from lapor.dispositions import events
from lapor.dispositions.acknowledging import (
    PassOn,
    already_known,
    need_clock,
    settle,
    write_passed_on,
)
from lapor.dispositions.authority import complaint_of, facts_of, need_move
from lapor.dispositions.models import Acknowledgement, Disposition
from lapor.dispositions.rules import (
    COUNTING,
    Act,
    DateFault,
    MatchedBy,
    RecordState,
    Way,
    written_date_fault,
)
from lapor.documents.queries import find_by_code
from lapor.documents.rules import DocumentKind
from lapor.evidence.models import DispositionSheet, SheetPhoto, SheetRecord
from lapor.evidence.queries import find_sheet, signers_between
from lapor.evidence.sheet import need_agency
from lapor.files.models import StoredFile
from lapor.files.queries import list_files
from lapor.files.rules import MediaType
from lapor.files.services import StoredUpload, attach_stored, remove
from lapor.journal.services import record
from lapor.notifications.models import Kind
from lapor.notifications.services import notify
from lapor.offices.queries import Holder, head_of
from lapor.policy import Actor, Permission

RECORD_FILES = "sheet_record"
PICTURES = frozenset({MediaType.JPEG, MediaType.PNG})

_DATE_SENTENCES = {
    DateFault.FUTURE: "Tanggal pada lembar tidak boleh lebih dari hari ini.",
    DateFault.BEFORE_ORDER: "Tanggal pada lembar mendahului tanggal aduan disampaikan ke OPD ({disposed}).",
    DateFault.BEFORE_PRINT: "Tanggal pada lembar mendahului tanggal lembar ini dicetak ({printed}).",
}


def need_record(actor: Actor, disposition: Disposition) -> None:
    """Raise NotAllowed unless ``actor`` is the liaison or the operator of the agency that was asked."""
    need_agency(actor, disposition, Permission.SHEET_RECORD, "Foto lembar diunggah oleh admin OPD yang menangani.")


@dataclass(frozen=True)
class Photos:
    """Checked photos of one sheet: the file to keep (joined where there are several) and the photos' SHA-256."""

    file: StoredUpload
    sha256s: tuple[str, ...]


def sheet_of_code(session: Session, code: str) -> DispositionSheet:
    """The sheet with this code. Raises Invalid for a code of nothing, or of another kind of paper."""
    document = find_by_code(session, code)
    if document is None:
        raise Invalid("Kode ini tidak tercatat. Periksa kembali penulisannya.", field="code")
    sheet = find_sheet(session, document.id) if document.kind is DocumentKind.DISPOSITION_SHEET else None
    if sheet is None:
        raise Invalid("Kode ini milik dokumen lain, bukan Lembar Disposisi.", field="code")
    return sheet


def take_photos(
    session: Session,
    sheet: DispositionSheet,
    *,
    expected: int | None,
    matched_by: MatchedBy,
    photos: Photos,
    actor: Actor,
    now: datetime,
) -> SheetRecord:
    """Keep the photos of a signed sheet; its date and ticks are typed in next. Nothing is acknowledged yet.

    ``expected``: the disposition on whose page it was brought in. Raises NotAllowed for another agency's sheet,
    Conflict for one that is used, photographed already or awaited no more, Invalid for another complaint's.
    """
    disposition = lock(session, Disposition, sheet.disposition_id)
    need_record(actor, disposition)
    complaint = complaint_of(session, disposition)
    if expected is not None and expected != disposition.id:
        raise Invalid(
            f"Foto ini lembar disposisi aduan {complaint.reference}, bukan aduan ini. "
            "Foto lembar yang benar, atau buka aduan tersebut lalu unggah di sana.",
            field="photos",
        )
    _need_unused(session, sheet)
    _need_fresh_photos(session, photos.sha256s)
    need_move(disposition, Act.ACKNOWLEDGE, already_known(session, disposition))
    for draft in session.scalars(
        sa.select(SheetRecord).where(SheetRecord.sheet_id == sheet.id, SheetRecord.state == RecordState.DRAFT)
    ).all():
        draft.state = RecordState.DROPPED
        for stored in list_files(session, RECORD_FILES, [draft.id]).get(draft.id, []):
            remove(session, stored, actor=actor, now=now)
    made = SheetRecord(
        sheet_id=sheet.id,
        disposition_id=disposition.id,
        matched_by=matched_by,
        uploaded_at=now,
        uploaded_by_name=actor.name,
    )
    session.add(made)
    session.flush()
    session.add_all(SheetPhoto(record_id=made.id, sha256=sha256) for sha256 in dict.fromkeys(photos.sha256s))
    attach_stored(
        session,
        photos.file,
        subject_kind=RECORD_FILES,
        subject_id=made.id,
        complaint_id=complaint.id,
        actor=actor,
        now=now,
    )
    record(
        session,
        events.SheetPhotographed(*facts_of(session, disposition), made.id, matched_by.value),
        actor=actor,
        now=now,
        permission=Permission.SHEET_RECORD,
    )
    return made


def _need_unused(session: Session, sheet: DispositionSheet) -> None:
    used = session.scalar(
        sa.select(SheetRecord)
        .where(SheetRecord.sheet_id == sheet.id, SheetRecord.state.in_([state.value for state in COUNTING]))
        .limit(1)
    )
    if used is not None and used.recorded_at is not None:
        raise Conflict(
            f"Lembar ini sudah dicatat pada {long_instant(used.recorded_at)} oleh {used.recorded_by_name}. "
            "Tidak perlu diunggah lagi."
        )


def _need_fresh_photos(session: Session, sha256s: Sequence[str]) -> None:
    known = session.scalar(
        sa.select(SheetRecord)
        .join(SheetPhoto, SheetPhoto.record_id == SheetRecord.id)
        .where(
            SheetPhoto.sha256.in_(list(sha256s)),
            SheetRecord.state.in_([RecordState.PENDING, RecordState.ACCEPTED, RecordState.REFUSED]),
        )
        .order_by(SheetRecord.id.desc())
        .limit(1)
    )
    if known is None:
        return
    if known.state is RecordState.REFUSED:
        raise Conflict(
            "Foto ini sudah ditolak koordinator. Foto ulang lembarnya dengan terang dan utuh, lalu unggah."
        )
    raise Conflict(
        "Foto ini sudah pernah diunggah untuk lembar lain. Foto lembar yang dimaksud, lalu unggah kembali."
    )


# --- acknowledging by paper ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class PhoneCall:
    """The agency rang the head up to confirm the sheet: who was spoken to, and when."""

    name: str
    at: datetime


def acknowledge_by_sheet(
    session: Session,
    sheet_record: SheetRecord,
    *,
    written_on: date,
    signer_assignment_id: int,
    instruction: str | None = None,
    pass_on: PassOn | None = None,
    phone: PhoneCall | None = None,
    actor: Actor,
    now: datetime,
) -> Acknowledgement:
    """What was written on the sheet counts: acknowledged on ``written_on`` by the holder of that day.

    ``signer_assignment_id``: whose signature the recorder reads; it must be the holder of the written date. Raises
    Invalid for a date that cannot be, another signer, or a supervised matter without ``phone``; Conflict when it was
    recorded or acknowledged meanwhile; NotAllowed for another agency.
    """
    disposition = lock(session, Disposition, sheet_record.disposition_id)
    need_record(actor, disposition)
    sheet = session.get_one(DispositionSheet, sheet_record.sheet_id)
    complaint = complaint_of(session, disposition)
    if sheet_record.state is not RecordState.DRAFT:
        raise Conflict("Foto lembar ini sudah dicatat atau diganti dengan foto lain.")
    _need_unused(session, sheet)
    need_move(disposition, Act.ACKNOWLEDGE, already_known(session, disposition))
    if complaint.status not in OPEN_STATUSES:
        raise Conflict("Aduan ini sudah tidak menunggu pernyataan mengetahui.")
    need_clock(session, now)
    _need_date(sheet, disposition, written_on, local_day(now))
    holder = _need_signer(session, disposition, written_on, signer_assignment_id)
    if complaint.report_class is ReportClass.SUPERVISORY:
        _need_call(sheet, phone, now)
    words = (instruction or "").strip()
    if len(words) > 2000:
        raise Invalid("Arahan paling banyak 2.000 huruf.", field="instruction")
    acknowledgement = Acknowledgement(
        disposition_id=disposition.id,
        assignment_id=holder.assignment_id,
        person_id=holder.person_id,
        person_name=holder.person_name,
        post_title=holder.post_words,
        capacity=holder.capacity,
        order_number=holder.order_number,
        way=Way.SHEET,
        means=Means.PEN,
        opened_at=sheet.printed_at,
        acknowledged_at=now,
        acknowledged_on=written_on,
        digest=sheet.digest,
        shown=sheet.shown,
        instruction=words or None,
    )
    session.add(acknowledgement)
    session.flush()
    passed = write_passed_on(session, acknowledgement, disposition, pass_on or PassOn())
    sheet_record.state = RecordState.PENDING
    sheet_record.acknowledgement_id = acknowledgement.id
    sheet_record.written_on = written_on
    sheet_record.recorded_at = now
    sheet_record.recorded_by_name = actor.name
    sheet_record.phone_name = phone.name.strip() if phone else None
    sheet_record.phone_at = phone.at if phone else None
    settle(session, complaint, disposition, known_on=written_on, now=now)
    record(
        session,
        events.Acknowledged(
            *facts_of(session, disposition),
            acknowledgement.id,
            holder.person_name,
            holder.post_words,
            holder.order_number,
            Way.SHEET.value,
            None,
            sheet.digest,
            acknowledgement.instruction,
            passed,
            Means.PEN.value,
            None,
            written_on=written_on,
        ),
        actor=actor,
        now=now,
        permission=Permission.SHEET_RECORD,
    )
    notify(
        session,
        [holder.person_id],
        kind=Kind.COMPLAINT,
        sentence=f"Lembar disposisi Bapak/Ibu tertanggal {long_date(written_on)} untuk aduan {complaint.reference} "
        f"dicatat oleh {actor.name.rstrip('.')}. Bila bukan tulisan Bapak/Ibu, mohon beri tahu koordinator.",
        url=f"/aduan/{complaint.id}",
        now=now,
        complaint_id=complaint.id,
        agency_id=disposition.agency_id,
        without=actor.person_id,
    )
    return acknowledgement


def _need_date(sheet: DispositionSheet, disposition: Disposition, written_on: date, today: date) -> None:
    fault = written_date_fault(
        written_on, disposed_on=disposition.disposed_on, printed_on=sheet.printed_on, today=today
    )
    if fault is not None:
        sentence = _DATE_SENTENCES[fault].format(
            disposed=long_date(disposition.disposed_on), printed=long_date(sheet.printed_on)
        )
        raise Invalid(sentence, field="written_on")


def _need_signer(session: Session, disposition: Disposition, written_on: date, assignment_id: int) -> Holder:
    holder = head_of(session, disposition.head_agency_id, written_on)
    if holder is None:
        raise Invalid(
            f"Pada {long_date(written_on)} jabatan kepala OPD ini kosong, sehingga lembar ini belum dapat dicatat. "
            "Hubungi koordinator.",
            field="written_on",
        )
    if holder.assignment_id != assignment_id:
        raise Invalid(
            f"Pada {long_date(written_on)} yang berwenang adalah {holder.post_words}, {holder.person_name}. "
            "Periksa tanggal dan tanda tangan pada lembar.",
            field="signer",
        )
    return holder


def _need_call(sheet: DispositionSheet, phone: PhoneCall | None, now: datetime) -> None:
    if phone is None:
        raise Invalid(
            "Aduan berkadar pengawasan: konfirmasikan dahulu lembar ini kepada penanda tangannya melalui telepon, "
            "lalu beri tanda di sini.",
            field="phone_confirmed",
        )
    if not phone.name.strip():
        raise Invalid("Tulis nama yang berbicara di telepon.", field="phone_name")
    if phone.at > now:
        raise Invalid("Waktu telepon belum terjadi. Periksa tanggal dan jamnya.", field="phone_on")
    if local_day(phone.at) < sheet.printed_on:
        raise Invalid("Waktu telepon mendahului tanggal lembar ini dicetak.", field="phone_on")


def possible_signers(
    session: Session, sheet: DispositionSheet, disposition: Disposition, today: date
) -> list[Holder]:
    """Whoever held the head's powers on a day from the printing of the sheet until today."""
    return signers_between(session, disposition.head_agency_id, sheet.printed_on, max(today, sheet.printed_on))


def photo_of(session: Session, found: SheetRecord) -> StoredFile | None:
    """The photo of a record, the newest when it was taken again; None when there is none."""
    files = list_files(session, RECORD_FILES, [found.id]).get(found.id, [])
    return files[-1] if files else None


def is_picture(stored: StoredFile | None) -> bool:
    """Whether a photo can be shown on the page itself; a scan as PDF is only linked."""
    return stored is not None and stored.media_type in {kind.value for kind in PICTURES}
