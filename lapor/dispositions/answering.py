"""Answers: drafts, the gate before release, the record of what was given in LAPOR!, and their quality."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lapor.agencies.models import Agency
from lapor.complaints.models import Complaint
from lapor.core.clock import local_day
from lapor.core.errors import Conflict, Invalid, NotAllowed
from lapor.core.wording import clock_time
from lapor.dispositions import events
from lapor.dispositions.authority import complaint_of, facts_of, need_desk, need_move, need_running, need_writer
from lapor.dispositions.clocks import meet_deadline, refresh
from lapor.dispositions.initials import asks_initials, clear_initials
from lapor.dispositions.models import (
    Disposition,
    Response,
)
from lapor.dispositions.rules import (
    Act,
    ResponseKind,
    ResponseState,
    Stage,
    State,
    gate_is_open,
)
from lapor.journal.services import record
from lapor.offices.models import Post
from lapor.policy import Actor, Permission

MAX_RESPONSE = 10_000


def one_line_end(text: str) -> str:
    """``text`` with one kind of line end: browsers send them in another form than they were given, and a draft that
    nobody has touched must stay the same."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def save_draft(
    session: Session,
    disposition: Disposition,
    *,
    kind: ResponseKind,
    text: str,
    response: Response | None = None,
    version: int | None = None,
    actor: Actor,
    now: datetime,
) -> Response:
    """Keep a draft; allowed before the head knows. ``version`` guards against two people writing at once."""
    complaint = complaint_of(session, disposition)
    need_writer(actor, disposition, complaint)
    need_running(complaint)
    need_move(disposition, Act.DRAFT, "Disposisi ini sudah selesai, dikembalikan, atau ditarik.")
    if len(text) > MAX_RESPONSE:
        raise Invalid("Tanggapan paling banyak 10.000 huruf, sesuai batas LAPOR!.", field="text")
    text = one_line_end(text)
    if response is None:
        response = Response(
            disposition_id=disposition.id,
            kind=kind,
            text=text,
            created_at=now,
            updated_at=now,
            author_id=actor.person_id,
            author_name=actor.name,
        )
        session.add(response)
        session.flush()
        record(
            session,
            events.DraftSaved(*facts_of(session, disposition), response.id, kind.value),
            actor=actor,
            now=now,
            permission=Permission.RESPONSE_WRITE,
        )
        return response
    if response.state is ResponseState.POSTED:
        raise Conflict("Tanggapan ini sudah dicatat terkirim dan tidak dapat diubah.")
    if version is not None and version != response.version:
        raise Conflict(
            f"{response.author_name} menyimpan bagian yang sama pada {clock_time(response.updated_at)}. "
            "Tulisan Anda masih di layar: salin, muat ulang, lalu gabungkan."
        )
    if response.text != text or response.kind is not kind:
        response.text = text
        response.kind = kind
        response.updated_at = now
        response.author_id = actor.person_id
        response.author_name = actor.name
        response.state = ResponseState.DRAFT
        clear_initials(response)
    session.flush()
    return response


def may_discard(response: Response, actor: Actor) -> bool:
    """Whether ``actor`` throws this draft away: only who wrote it last; others return it with a remark."""
    return response.author_id == actor.person_id and response.state is not ResponseState.POSTED


def discard_draft(
    session: Session,
    response: Response,
    *,
    version: int | None,
    actor: Actor,
    now: datetime,  # noqa: ARG001
) -> None:
    """Throw a draft away; what was recorded as given stays for ever.

    ``version`` is the one that the person saw. Raises NotAllowed for the draft of somebody else, Conflict for an
    answer that was given and for a draft that was changed meanwhile.
    """
    disposition = session.get(Disposition, response.disposition_id)
    if disposition is None:
        raise RuntimeError("a response without its disposition")
    need_writer(actor, disposition, complaint_of(session, disposition))
    if response.state is ResponseState.POSTED:
        raise Conflict("Tanggapan yang sudah dicatat terkirim tidak dapat dihapus.")
    if not may_discard(response, actor):
        raise NotAllowed("Konsep hanya dihapus oleh penulisnya. Anda dapat mengubahnya.")
    if response.version != version:
        raise Conflict("Konsep ini berubah sesudah Anda membukanya. Baca sekali lagi sebelum menghapusnya.")
    session.delete(response)
    session.flush()


def need_open_gate(session: Session, disposition: Disposition) -> None:
    """Raise Conflict while the head has not acknowledged and the block is not lifted."""
    if gate_is_open(disposition.state, is_lifted=disposition.is_lifted, is_owed=disposition.is_owed):
        return
    title = session.scalar(
        sa.select(Post.title).where(Post.agency_id == disposition.head_agency_id, Post.kind == "head").limit(1)
    )
    raise Conflict(
        f"Tanggapan belum dapat dikirim karena {title or 'kepala OPD'} belum menyatakan mengetahui. Konsep tersimpan."
    )


def needs_initials(session: Session, disposition: Disposition, response: Response | None, actor: Actor) -> bool:
    """Whether the liaison's paraf is asked for in this agency today and missing under this text."""
    agency = session.get_one(Agency, disposition.agency_id)
    return (response is None or response.initialled_at is None) and asks_initials(session, agency, actor)


def release(session: Session, response: Response, *, actor: Actor, now: datetime) -> None:
    """Mark a draft as ready to be copied into LAPOR!; refused while the head does not know."""
    disposition = session.get(Disposition, response.disposition_id)
    if disposition is None:
        raise RuntimeError("a response without its disposition")
    complaint = complaint_of(session, disposition)
    need_writer(actor, disposition, complaint)
    need_running(complaint)
    need_open_gate(session, disposition)
    need_move(disposition, Act.RELEASE, "Disposisi ini sudah selesai, dikembalikan, atau ditarik.")
    if needs_initials(session, disposition, response, actor):
        raise Conflict("Konsep ini belum diparaf Pejabat Penghubung. Konsep tersimpan; ajukan dahulu.")
    if not response.text.strip():
        raise Invalid("Tanggapan masih kosong.", field="text")
    if response.state is ResponseState.POSTED:
        raise Conflict("Tanggapan ini sudah dicatat terkirim.")
    if response.state is ResponseState.READY:
        return
    response.state = ResponseState.READY
    response.released_at = now
    session.flush()
    record(
        session,
        events.Released(*facts_of(session, disposition), response.id, response.kind.value),
        actor=actor,
        now=now,
        permission=Permission.RESPONSE_WRITE,
    )


def record_answer(
    session: Session,
    disposition: Disposition,
    *,
    kind: ResponseKind,
    text: str,
    posted_at: datetime,
    response: Response | None = None,
    before_known_reason: str | None = None,
    actor: Actor,
    now: datetime,
) -> Response:
    """Record an answer that was given in LAPOR!, with the time that is claimed and the time of this record.

    While the head does not know, only a fact can be recorded: ``before_known_reason`` says why it was answered
    already; it is marked, counts for follow-up and speed, and the acknowledgement stays owed (model.md).
    Raises Conflict at the closed gate, Invalid for a time in the future or before the complaint.
    """
    complaint = complaint_of(session, disposition)
    need_writer(actor, disposition, complaint)
    need_running(complaint)
    known = disposition.state is not State.WAITING or not disposition.is_owed
    early = not known and before_known_reason is not None
    if not early:
        need_open_gate(session, disposition)
    elif not (before_known_reason or "").strip():
        raise Invalid("Tulis alasan mengapa sudah dijawab sebelum pimpinan mengetahui.", field="before_known_reason")
    _check_given(complaint, text, posted_at, now)
    if response is not None and response.state is ResponseState.POSTED:
        raise Conflict("Tanggapan ini sudah dicatat terkirim.")
    final = kind is ResponseKind.FINAL
    act = Act.RECORD_EARLY if early else (Act.RECORD_FINAL if final else Act.RECORD_FIRST)
    to = need_move(disposition, act, "Disposisi ini sudah selesai, dikembalikan, atau ditarik.")
    posted_on = local_day(posted_at)
    asks = needs_initials(session, disposition, None, actor)
    if response is None:
        response = Response(disposition_id=disposition.id, created_at=now, kind=kind, text="", updated_at=now)
        session.add(response)
    text = one_line_end(text).strip()
    if response.text.strip() != text:
        clear_initials(response)
    response.without_initials = asks and response.initialled_at is None
    response.kind = kind
    response.text = text
    response.state = ResponseState.POSTED
    response.author_id = actor.person_id
    response.author_name = actor.name
    response.updated_at = now
    response.posted_at = posted_at
    response.posted_on = posted_on
    response.logged_at = now
    response.before_known = not known
    response.before_known_reason = (before_known_reason or "").strip() or None if early else None
    if not known:
        disposition.answered_before_known = True
    if kind is not ResponseKind.COMPLETION_REQUEST or disposition.first_response_on is not None:
        _note_answer(session, complaint, disposition, posted_on, final=final)
    if to is not None and known and kind is not ResponseKind.COMPLETION_REQUEST:
        disposition.state = to
    session.flush()
    complaint.touched_at = complaint.touched_at or now
    refresh(session, complaint)
    record(
        session,
        events.Answered(
            *facts_of(session, disposition),
            response.id,
            kind.value,
            posted_on,
            not known,
            response.before_known_reason or (disposition.lifted_reason if not known else None),
            response.text,
        ),
        actor=actor,
        now=now,
        permission=Permission.RESPONSE_WRITE,
    )
    return response


def _check_given(complaint: Complaint, text: str, posted_at: datetime, now: datetime) -> None:
    """Raise Invalid for an empty or too long text, a time in the future or before the complaint."""
    if not text.strip():
        raise Invalid("Isi tanggapan seperti yang tertulis di LAPOR!.", field="text")
    if len(text) > MAX_RESPONSE:
        raise Invalid("Tanggapan paling banyak 10.000 huruf, sesuai batas LAPOR!.", field="text")
    if posted_at > now:
        raise Invalid("Waktu kirim tidak boleh di masa depan.", field="posted_on")
    if local_day(posted_at) < complaint.received_on:
        raise Invalid("Waktu kirim tidak boleh mendahului masuknya aduan.", field="posted_on")


def _note_answer(
    session: Session, complaint: Complaint, disposition: Disposition, posted_on: date, *, final: bool
) -> None:
    if disposition.first_response_on is None or posted_on < disposition.first_response_on:
        disposition.first_response_on = posted_on
    meet_deadline(session, complaint.id, disposition.id, Stage.FIRST_FOLLOW_UP, posted_on)
    if final:
        disposition.finished_on = posted_on
        meet_deadline(session, complaint.id, disposition.id, Stage.COMPLETION, posted_on)


QUALITY_CHECKS = ("answers", "states_action", "evidence", "polite")


def review(
    session: Session,
    response: Response,
    *,
    checks: dict[str, bool],
    leaks_personal_data: bool,
    actor: Actor,
    now: datetime,
) -> int:
    """Judge an answer on the checklist, 0 to 4; a leak of personal data makes it 0 (domain.md)."""
    disposition = session.get(Disposition, response.disposition_id)
    if disposition is None:
        raise RuntimeError("a response without its disposition")
    need_desk(actor, complaint_of(session, disposition))
    if response.state is not ResponseState.POSTED:
        raise Conflict("Hanya tanggapan yang sudah dikirim yang dinilai.")
    quality = 0 if leaks_personal_data else sum(bool(checks.get(name)) for name in QUALITY_CHECKS)
    response.quality = quality
    response.quality_checks = {
        **{name: bool(checks.get(name)) for name in QUALITY_CHECKS},
        "leak": leaks_personal_data,
    }
    response.reviewed_at = now
    session.flush()
    record(
        session,
        events.Reviewed(*facts_of(session, disposition), response.id, quality),
        actor=actor,
        now=now,
        permission=Permission.RESPONSE_REVIEW,
    )
    return quality
