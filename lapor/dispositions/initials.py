"""The liaison's paraf on drafts, where the agency asks for it: laid before him, given, or returned with a remark."""

import hashlib
from datetime import datetime

from sqlalchemy.orm import Session

from lapor.agencies.models import Agency
from lapor.core.errors import Conflict, Invalid, NotAllowed
from lapor.core.wording import clock_time
from lapor.dispositions import events
from lapor.dispositions.authority import complaint_of, facts_of, need_move, need_running, need_writer
from lapor.dispositions.models import Disposition, Response
from lapor.dispositions.rules import Act, ResponseState
from lapor.journal.services import record
from lapor.notifications.models import Kind
from lapor.notifications.services import notify
from lapor.offices.queries import holders_by_role
from lapor.policy import Actor, Permission, Power, Role

_OVER = "Disposisi ini sudah selesai, dikembalikan, atau ditarik."


def asks_initials(session: Session, agency: Agency, actor: Actor) -> bool:
    """Whether drafts of ``agency`` need a paraf today: it is asked for, and somebody holds the liaison's post.

    A vacant post must not stop the answers; the head may fill it or the setting be changed.
    """
    return agency.asks_initials and bool(holders_by_role(session, agency.id, Role.LIAISON, actor.day))


def initialling_power(actor: Actor, agency_id: int) -> Power | None:
    """The liaison's post of this agency that ``actor`` holds today, or None."""
    return next(
        (p for p in actor.powers if p.agency_id == agency_id and p.grants(Permission.RESPONSE_INITIAL)),
        None,
    )


def clear_initials(response: Response) -> None:
    """The text was changed: what was asked and given for the old one no longer holds."""
    response.submitted_at = response.submitted_by_name = response.submitted_by_id = None
    response.initialled_at = response.initialled_by_name = response.initialled_post = None
    response.initialled_assignment_id = None


def _draft_of(session: Session, response: Response) -> tuple[Disposition, Agency]:
    disposition = session.get_one(Disposition, response.disposition_id)
    need_running(complaint_of(session, disposition))
    need_move(disposition, Act.DRAFT, _OVER)
    if response.state is ResponseState.POSTED:
        raise Conflict("Tanggapan ini sudah dicatat terkirim.")
    return disposition, session.get_one(Agency, disposition.agency_id)


def submit(session: Session, response: Response, *, actor: Actor, now: datetime) -> None:
    """Lay the draft before the liaison. Raises Conflict where no paraf is asked for, Invalid for an empty draft."""
    disposition, agency = _draft_of(session, response)
    need_writer(actor, disposition, complaint_of(session, disposition))
    if not asks_initials(session, agency, actor):
        raise Conflict("OPD ini tidak memakai paraf Pejabat Penghubung, atau jabatannya sedang kosong.")
    if not response.text.strip():
        raise Invalid("Tanggapan masih kosong.", field="text")
    if response.initialled_at is not None:
        raise Conflict(f"Konsep ini sudah diparaf {response.initialled_by_name}.")
    if response.submitted_at is not None:
        return
    response.submitted_at = now
    response.submitted_by_id = actor.person_id
    response.submitted_by_name = actor.name
    response.remark = response.remarked_at = response.remarked_by_name = None
    session.flush()
    record(
        session,
        events.InitialsAsked(*facts_of(session, disposition), response.id, response.kind.value),
        actor=actor,
        now=now,
        permission=Permission.RESPONSE_WRITE,
    )
    complaint = complaint_of(session, disposition)
    notify(
        session,
        [person.id for person in holders_by_role(session, agency.id, Role.LIAISON, actor.day)],
        kind=Kind.COMPLAINT,
        sentence=f"Konsep tanggapan aduan {complaint.reference} menunggu paraf Anda.",
        url=f"/disposisi/{disposition.id}/tanggapan",
        now=now,
        complaint_id=complaint.id,
        agency_id=agency.id,
        without=actor.person_id,
    )


def _need_liaison(actor: Actor, agency_id: int) -> Power:
    power = initialling_power(actor, agency_id)
    if power is None:
        raise NotAllowed("Paraf hanya diberikan oleh Pejabat Penghubung OPD yang menangani.")
    return power


def _need_version(response: Response, version: int | None) -> None:
    if version is not None and version != response.version:
        raise Conflict(
            f"{response.author_name} mengubah konsep ini pada {clock_time(response.updated_at)}. "
            "Muat ulang dan baca sekali lagi sebelum memberi paraf."
        )


def initial(session: Session, response: Response, *, version: int | None = None, actor: Actor, now: datetime) -> None:
    """The liaison's paraf on the text as it stands. Raises Conflict when it changed since ``version``."""
    disposition, agency = _draft_of(session, response)
    power = _need_liaison(actor, disposition.agency_id)
    _need_version(response, version)
    if not asks_initials(session, agency, actor):
        raise Conflict("OPD ini tidak memakai paraf Pejabat Penghubung.")
    if not response.text.strip():
        raise Invalid("Tanggapan masih kosong.", field="text")
    if response.initialled_at is not None:
        raise Conflict(f"Konsep ini sudah diparaf {response.initialled_by_name}.")
    response.initialled_at = now
    response.initialled_by_name = actor.name
    response.initialled_post = power.post_title
    response.initialled_assignment_id = power.assignment_id
    response.remark = response.remarked_at = response.remarked_by_name = None
    session.flush()
    record(
        session,
        events.Initialled(
            *facts_of(session, disposition),
            response.id,
            response.kind.value,
            actor.name,
            power.post_title,
            hashlib.sha256(response.text.encode()).hexdigest(),
        ),
        actor=actor,
        now=now,
        permission=Permission.RESPONSE_INITIAL,
    )
    _tell_author(session, disposition, "sudah diparaf", actor=actor, now=now)


def send_back(
    session: Session,
    response: Response,
    *,
    remark: str,
    version: int | None = None,
    actor: Actor,
    now: datetime,
) -> None:
    """The liaison returns the draft to its author with a remark; a paraf that was given falls away."""
    disposition, _agency = _draft_of(session, response)
    _need_liaison(actor, disposition.agency_id)
    _need_version(response, version)
    if not remark.strip():
        raise Invalid("Tulis catatan untuk penyusun konsep.", field="remark")
    clear_initials(response)
    response.state = ResponseState.DRAFT
    response.released_at = None
    response.remark = remark.strip()
    response.remarked_at = now
    response.remarked_by_name = actor.name
    session.flush()
    record(
        session,
        events.InitialsRefused(*facts_of(session, disposition), response.id, response.kind.value, remark.strip()),
        actor=actor,
        now=now,
        permission=Permission.RESPONSE_INITIAL,
    )
    _tell_author(session, disposition, "dikembalikan dengan catatan", actor=actor, now=now)


def _tell_author(session: Session, disposition: Disposition, what: str, *, actor: Actor, now: datetime) -> None:
    complaint = complaint_of(session, disposition)
    operators = [person.id for person in holders_by_role(session, disposition.agency_id, Role.OPERATOR, actor.day)]
    notify(
        session,
        operators,
        kind=Kind.COMPLAINT,
        sentence=f"Konsep tanggapan aduan {complaint.reference} {what}.",
        url=f"/disposisi/{disposition.id}/tanggapan",
        now=now,
        complaint_id=complaint.id,
        agency_id=disposition.agency_id,
        without=actor.person_id,
    )


def set_asks_initials(session: Session, agency: Agency, asks: bool, *, actor: Actor, now: datetime) -> None:
    """Turn the paraf of an agency on or off. Raises NotAllowed for others than the desk and the agency's head."""
    own_head = any(
        p.role is Role.HEAD and p.agency_id == agency.id and p.grants(Permission.DISPOSITION_PASS_ON)
        for p in actor.powers
    )
    if not own_head and actor.power_for(Permission.MANDATE_EDIT) is None:
        raise NotAllowed("Aturan paraf diubah oleh kepala OPD, koordinator, atau sekretariat.")
    if agency.asks_initials is asks:
        return
    agency.asks_initials = asks
    session.flush()
    record(
        session,
        events.InitialsSettingChanged(agency.id, agency.id, asks),
        actor=actor,
        now=now,
        permission=Permission.DISPOSITION_PASS_ON if own_head else Permission.MANDATE_EDIT,
    )
