"""People, posts, assignments and absences: every write."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from sqlalchemy.orm import Session

from lapor.agencies.models import Agency
from lapor.calendar.queries import working_calendar
from lapor.core.clock import local_day
from lapor.core.db import lock
from lapor.core.errors import Conflict, Invalid, NotAllowed
from lapor.core.wording import date_range, long_date
from lapor.files.models import StoredFile
from lapor.files.queries import list_files
from lapor.files.rules import MediaType
from lapor.files.services import StoredUpload, attach_stored, remove
from lapor.journal.services import record
from lapor.offices import events
from lapor.offices.labels import CAPACITY_SHORT
from lapor.offices.models import (
    Absence,
    ActingProposal,
    Assignment,
    Capacity,
    Person,
    PersonKind,
    Post,
    ProposalState,
)
from lapor.offices.queries import has_acted, terms_of_post
from lapor.offices.rules import (
    ORDER_GRACE_WORKING_DAYS,
    SINGLE_SEAT,
    Term,
    common_days,
    needs_scan,
    nip_fault,
    overlapping,
    post_words,
)
from lapor.policy import Actor, Permission, Role

ORDER_FILES = "assignment"
"""The kind of subject under which scans of orders are kept."""
SCANS = frozenset({MediaType.PDF, MediaType.JPEG, MediaType.PNG})

_NIP_SENTENCE = {
    "digits": lazy_gettext('NIP hanya memuat angka. Untuk pegawai non-ASN pilih "Tanpa NIP".'),
    "birth": lazy_gettext("Delapan angka pertama NIP adalah tanggal lahir (tahun, bulan, hari); periksa kembali."),
    "month": lazy_gettext(
        "Angka ke-13 dan ke-14 NIP seorang PNS adalah bulan pengangkatan, 01 sampai 12; periksa kembali."
    ),
    "unwanted": lazy_gettext("Pegawai non-ASN tidak memiliki NIP. Kosongkan isian ini atau pilih PNS atau PPPK."),
}


@dataclass(frozen=True)
class PersonDetails:
    """What is known of a person beside the name; ``nip`` may contain spaces."""

    kind: PersonKind
    nip: str = ""
    front_title: str = ""
    back_title: str = ""
    rank: str | None = None
    grade: str | None = None
    job_title: str | None = None
    sex: str | None = None
    phone: str | None = None


def _checked_nip(session: Session, kind: PersonKind, given: str, person_id: int | None) -> str | None:
    nip = "".join(given.split())
    fault = nip_fault(kind.value, nip)
    if fault == "length" or (fault == "digits" and not nip):
        raise Invalid(
            _(
                'NIP harus 18 angka; yang diisi baru %(given)s. Untuk pegawai non-ASN pilih "Tanpa NIP".',
                given=len(nip),
            )
            if len(nip) < 18
            else _("NIP harus 18 angka; yang diisi %(given)s. Periksa kembali.", given=len(nip)),
            field="nip",
        )
    if fault:
        raise Invalid(str(_NIP_SENTENCE[fault]), field="nip")
    if not nip:
        return None
    same = session.execute(sa.select(Person.name).where(Person.nip == nip, Person.id != (person_id or 0))).first()
    if same:
        raise Invalid(_("NIP ini sudah tercatat atas nama %(name)s.", name=same.name), field="nip")
    return nip


def _put_details(session: Session, person: Person, name: str, details: PersonDetails) -> None:
    if not name.strip():
        raise Invalid(_("Nama wajib diisi."), field="name")
    values: dict[str, Any] = {
        "name": " ".join(name.split()),
        "kind": details.kind,
        "nip": _checked_nip(session, details.kind, details.nip, person.id),
        "front_title": details.front_title.strip(),
        "back_title": details.back_title.strip().lstrip(",").strip(),
        "rank": details.rank or None,
        "grade": details.grade or None,
        "job_title": details.job_title or None,
        "sex": details.sex or None,
        "phone": details.phone or None,
    }
    for field, value in values.items():
        setattr(person, field, value)


def create_person(
    session: Session, *, name: str, details: PersonDetails, actor: Actor | None, now: datetime
) -> Person:
    """Enter a person. Raises Invalid for a number that does not fit the kind or is taken."""
    person = Person()
    _put_details(session, person, name, details)
    session.add(person)
    session.flush()
    record(
        session,
        events.PersonCreated(subject_id=person.id, name=person.full_name, person_kind=person.kind.value),
        actor=actor,
        now=now,
        permission=Permission.ASSIGNMENT_EDIT,
    )
    return person


def change_person(
    session: Session, person: Person, *, name: str, details: PersonDetails, version: int, actor: Actor, now: datetime
) -> None:
    """Change the details of a person; nothing is noted when nothing changed.

    Raises Conflict when ``version`` is not the stored one (somebody else saved meanwhile), Invalid as above.
    """
    person = lock(session, Person, person.id)
    if person.version != version:
        raise Conflict(_("Data ini baru saja diubah orang lain. Kembali, muat ulang, lalu ulangi isian Anda."))
    with session.no_autoflush:
        _put_details(session, person, name, details)
    changed = tuple(sorted(a.key for a in sa.inspect(person).attrs if a.history.has_changes() and a.key != "version"))
    if not changed:
        return
    session.flush()
    record(
        session,
        events.PersonChanged(subject_id=person.id, name=person.full_name, changed=changed),
        actor=actor,
        now=now,
        permission=Permission.ASSIGNMENT_EDIT,
    )


def _check_post(session: Session, agency_id: int, kind: Role, title: str, seats: int, post_id: int) -> str:
    title = " ".join(title.split())
    if not title:
        raise Invalid(_("Nama jabatan wajib diisi."), field="title")
    if not 1 <= seats <= 50:
        raise Invalid(_("Jumlah pemegang antara 1 dan 50."), field="seats")
    if kind in SINGLE_SEAT:
        if seats != 1:
            raise Invalid(_("Jabatan kepala hanya dipegang satu orang."), field="seats")
        other = session.execute(
            sa.select(Post.title).where(
                Post.agency_id == agency_id, Post.kind == kind, Post.ends_on.is_(None), Post.id != post_id
            )
        ).first()
        if other:
            raise Invalid(_("OPD ini sudah memiliki jabatan kepala: %(title)s.", title=other.title), field="kind")
    return title


def create_post(
    session: Session,
    agency: Agency,
    *,
    kind: Role,
    title: str,
    seats: int = 1,
    actor: Actor | None,
    now: datetime,
) -> Post:
    """Make a post of an agency. Raises Invalid for a second head's post or a closed agency."""
    lock(session, Agency, agency.id)
    if agency.ends_on is not None and agency.ends_on < local_day(now):
        ended = long_date(agency.ends_on)
        raise Invalid(_("%(agency)s sudah tidak ada sejak %(day)s.", agency=agency.name, day=ended), field="agency")
    title = _check_post(session, agency.id, kind, title, seats, 0)
    post = Post(agency_id=agency.id, kind=kind, title=title, seats=seats)
    session.add(post)
    session.flush()
    record(
        session,
        events.PostCreated(subject_id=post.id, agency_id=agency.id, title=title, role=kind.value, seats=seats),
        actor=actor,
        now=now,
        permission=Permission.ASSIGNMENT_EDIT,
    )
    return post


def change_post(session: Session, post: Post, *, title: str, seats: int, actor: Actor, now: datetime) -> None:
    """Give a post another title or number of seats.

    Raises Invalid when more people hold it on a coming day than it would have seats.
    """
    lock(session, Post, post.id)
    title = _check_post(session, post.agency_id, post.kind, title, seats, post.id)
    today = local_day(now)
    terms = [t for t in terms_of_post(session, post.id) if t.ends_on is None or t.ends_on >= today]
    if overlapping(terms, capacity=Capacity.DEFINITIVE, starts_on=today, ends_on=None, seats=seats + 1):
        raise Invalid(_("Pemegang jabatan ini lebih banyak daripada jumlah yang diisi."), field="seats")
    former, former_seats = post.title, post.seats
    post.title, post.seats = title, seats
    session.flush()
    record(
        session,
        events.PostChanged(
            subject_id=post.id,
            agency_id=post.agency_id,
            title=title,
            former_title=former,
            seats=seats,
            former_seats=former_seats,
        ),
        actor=actor,
        now=now,
        permission=Permission.ASSIGNMENT_EDIT,
    )


def end_post(session: Session, post: Post, *, actor: Actor, now: datetime) -> None:
    """Abolish a post from today on. Raises Conflict while somebody holds it or is going to."""
    lock(session, Post, post.id)
    today = local_day(now)
    if post.ends_on is not None:
        raise Conflict(_("Jabatan ini sudah dihapus."))
    if any(term.ends_on is None or term.ends_on >= today for term in terms_of_post(session, post.id)):
        raise Conflict(_("Jabatan ini masih dipegang. Akhiri dahulu penugasannya."))
    post.ends_on = today - timedelta(days=1)
    session.flush()
    record(
        session,
        events.PostEnded(subject_id=post.id, agency_id=post.agency_id, title=post.title, ends_on=post.ends_on),
        actor=actor,
        now=now,
        permission=Permission.ASSIGNMENT_EDIT,
    )


def assign(
    session: Session,
    *,
    person: Person,
    post: Post,
    capacity: Capacity,
    starts_on: date,
    ends_on: date | None = None,
    order_number: str | None = None,
    order_date: date | None = None,
    order_pending: bool = False,
    order_file: StoredUpload | None = None,
    proposal: ActingProposal | None = None,
    note: str | None = None,
    actor: Actor | None,
    now: datetime,
    is_seed: bool = False,
) -> Assignment:
    """Give ``person`` the post from a day to a day (inclusive, None: open).

    An order is named by its number, or by ``order_pending`` ("nomor menyusul"): then its number is due on the
    fifth working day after the start (office.md 1.15). Who acts for a head needs the order itself too: its scan
    (``order_file``) is due by the same day. Power is never backdated: a start before today is refused.
    ``proposal``: the head's proposal that is followed. ``is_seed`` is for what was so before the system was there
    (first start, demo data): it may begin in the past and needs no order. Raises Invalid, with the field, for
    everything that does not fit, an overlap included, and Conflict for a proposal that was decided meanwhile.
    """
    lock(session, Post, post.id)
    today = local_day(now)
    number = " ".join((order_number or "").split()) or None
    if post.ends_on is not None:
        raise Invalid(_("Jabatan ini sudah dihapus."), field="post")
    if ends_on is not None and ends_on < starts_on:
        raise Invalid(_("Tanggal selesai mendahului tanggal mulai."), field="ends_on")
    if not is_seed:
        _check_new(capacity, starts_on, ends_on, number, order_pending, today)
    if post.kind is Role.LIAISON and person.kind is PersonKind.NON_ASN:
        raise Invalid(_("Pegawai non-ASN tidak dapat menjadi Pejabat Penghubung."), field="person")
    if needs_scan(post.kind, capacity) and person.kind is PersonKind.NON_ASN:
        raise Invalid(_("Pegawai non-ASN tidak dapat menjalankan tugas kepala OPD."), field="person")
    if actor is not None:
        _check_giver(post, person, actor)
    if proposal is not None:
        _follow(session, proposal, post, actor, now)
    terms = terms_of_post(session, post.id)
    _check_free(session, post, person, terms, capacity, starts_on, ends_on)
    assignment = Assignment(
        person_id=person.id,
        post_id=post.id,
        capacity=capacity,
        starts_on=starts_on,
        ends_on=ends_on,
        order_number=number,
        order_date=order_date,
        note=note,
    )
    lacks_scan = not is_seed and order_file is None and needs_scan(post.kind, capacity)
    if (number is None and order_pending) or lacks_scan:
        assignment.order_due_on = working_calendar(session).add(starts_on, ORDER_GRACE_WORKING_DAYS)
    session.add(assignment)
    session.flush()
    if proposal is not None:
        proposal.made_assignment_id = assignment.id
    if order_file is not None and actor is not None:
        _attach_order(session, assignment, order_file, actor=actor, now=now)
    record(
        session,
        events.Assigned(
            **_subject(assignment, person, post),
            role=post.kind.value,
            starts_on=starts_on,
            ends_on=ends_on,
            order_number=number,
            order_due_on=assignment.order_due_on,
            proposal_id=proposal.id if proposal else None,
        ),
        actor=actor,
        now=now,
        permission=Permission.ASSIGNMENT_EDIT,
    )
    return assignment


def _attach_order(
    session: Session, assignment: Assignment, order_file: StoredUpload, *, actor: Actor, now: datetime
) -> StoredFile:
    if order_file.media_type not in SCANS:
        raise Invalid(_("Kirim hasil pindai surat sebagai PDF atau foto."), field="order_file")
    return attach_stored(
        session,
        order_file,
        subject_kind=ORDER_FILES,
        subject_id=assignment.id,
        complaint_id=None,
        actor=actor,
        now=now,
    )


def _check_new(
    capacity: Capacity,
    starts_on: date,
    ends_on: date | None,
    order_number: str | None,
    order_pending: bool,
    today: date,
) -> None:
    if starts_on < today:
        raise Invalid(
            _("Penugasan tidak berlaku surut. Tanggal mulai paling awal hari ini, %(day)s.", day=long_date(today)),
            field="starts_on",
        )
    if capacity is Capacity.PLH and ends_on is None:
        raise Invalid(_("Plh. bertugas untuk waktu tertentu. Isi tanggal selesainya."), field="ends_on")
    if order_number is None and not order_pending:
        raise Invalid(
            _('Isi nomor surat perintah atau keputusan, atau pilih "Nomor menyusul".'), field="order_number"
        )


def _check_giver(post: Post, person: Person, actor: Actor) -> None:
    """Nobody gives power to himself, and only an administrator names administrators."""
    if person.id == actor.person_id:
        raise NotAllowed(_("Penugasan untuk diri sendiri dicatat oleh orang lain yang berwenang."))
    if post.kind is Role.ADMINISTRATOR and Role.ADMINISTRATOR not in actor.roles:
        raise NotAllowed(_("Administrator hanya ditunjuk oleh administrator."))


def _check_free(
    session: Session,
    post: Post,
    person: Person,
    terms: list[Term],
    capacity: Capacity,
    starts_on: date,
    ends_on: date | None,
) -> None:
    own = [replaced for replaced in terms if replaced.person_id == person.id]
    twice = overlapping(
        [Term(t.assignment_id, t.person_id, capacity, t.starts_on, t.ends_on) for t in own],
        capacity=capacity,
        starts_on=starts_on,
        ends_on=ends_on,
    )
    if twice:
        days = _days(*common_days(twice, starts_on, ends_on))
        raise Invalid(
            _("Pada %(days)s %(name)s sudah memegang jabatan ini.", days=days, name=person.full_name), field="person"
        )
    rival = overlapping(terms, capacity=capacity, starts_on=starts_on, ends_on=ends_on, seats=post.seats)
    if rival is None:
        return
    days = _days(*common_days(rival, starts_on, ends_on))
    if post.seats > 1:
        raise Invalid(
            _("Pada %(days)s jabatan ini sudah terisi penuh (%(seats)s orang).", days=days, seats=post.seats),
            field="post",
        )
    holder = session.get_one(Person, rival.person_id).full_name
    held = _(
        "Pada %(days)s jabatan ini sudah dipegang %(name)s (%(capacity)s).",
        days=days,
        name=holder,
        capacity=CAPACITY_SHORT[Capacity(rival.capacity)],
    )
    if capacity is Capacity.PLH:
        ask = _("Akhiri dahulu penugasan itu, atau catat bahwa beliau berhalangan pada hari-hari tersebut.")
        raise Invalid(f"{held} {ask}", field="starts_on")
    raise Invalid(f"{held} {_('Pilih Plh. bila beliau berhalangan.')}", field="capacity")


def _days(first: date, last: date | None) -> str:
    return _("%(day)s dan seterusnya", day=long_date(first)) if last is None else date_range(first, last)


def _subject(assignment: Assignment, person: Person, post: Post) -> dict[str, Any]:
    """The fields that every event of an assignment carries: the words as they were then."""
    return {
        "subject_id": assignment.id,
        "agency_id": post.agency_id,
        "person_id": person.id,
        "person_name": person.full_name,
        "post_id": post.id,
        "post_title": post_words(post.title, assignment.capacity.value),
        "capacity": assignment.capacity.value,
    }


def _locked(session: Session, assignment: Assignment) -> tuple[Person, Post]:
    """Person and post of ``assignment``, with the post locked and the assignment fresh."""
    post: Post = lock(session, Post, assignment.post_id)
    session.refresh(assignment)
    return session.get_one(Person, assignment.person_id), post


def end_assignment(session: Session, assignment: Assignment, *, ends_on: date, actor: Actor, now: datetime) -> None:
    """Set the last day of an assignment; yesterday at the earliest, so that a successor can begin today.

    What the holder did until now stays his. Raises Invalid for a day before the start or before yesterday, or
    when the term would grow into that of another holder.
    """
    person, post = _locked(session, assignment)
    today = local_day(now)
    if ends_on < assignment.starts_on:
        raise Invalid(_("Tanggal selesai mendahului tanggal mulai."), field="ends_on")
    if ends_on < today - timedelta(days=1):
        raise Invalid(
            _(
                "Penugasan tidak diakhiri secara surut. Tanggal selesai paling awal kemarin, %(day)s.",
                day=long_date(today - timedelta(days=1)),
            ),
            field="ends_on",
        )
    if assignment.ends_on is not None and assignment.ends_on < today:
        raise Conflict(_("Penugasan ini sudah berakhir pada %(day)s.", day=long_date(assignment.ends_on)))
    others = [t for t in terms_of_post(session, post.id) if t.assignment_id != assignment.id]
    if assignment.ends_on is not None and ends_on > assignment.ends_on:
        _check_free(session, post, person, others, assignment.capacity, assignment.starts_on, ends_on)
    former, assignment.ends_on = assignment.ends_on, ends_on
    session.flush()
    record(
        session,
        events.AssignmentEnded(
            **_subject(assignment, person, post), role=post.kind.value, ends_on=ends_on, former_ends_on=former
        ),
        actor=actor,
        now=now,
        permission=Permission.ASSIGNMENT_EDIT,
    )


def cancel_assignment(session: Session, assignment: Assignment, *, actor: Actor | None, now: datetime) -> None:
    """Take back an assignment that has not begun, or that began today by mistake and under which nothing was done.

    Raises Conflict for any other.
    """
    person, post = _locked(session, assignment)
    if assignment.starts_on < local_day(now) or (
        assignment.starts_on == local_day(now) and has_acted(session, assignment.id)
    ):
        raise Conflict(_("Penugasan ini sudah mulai berlaku. Akhiri dengan tanggal selesai."))
    event = events.AssignmentCancelled(**_subject(assignment, person, post), starts_on=assignment.starts_on)
    session.execute(sa.delete(Absence).where(Absence.assignment_id == assignment.id))
    session.execute(sa.delete(ActingProposal).where(ActingProposal.assignment_id == assignment.id))
    session.execute(
        sa.update(ActingProposal)
        .where(ActingProposal.made_assignment_id == assignment.id)
        .values(made_assignment_id=None, state=ProposalState.WAITING, decided_at=None, decided_by=None)
    )
    if actor is not None:
        for stored in list_files(session, ORDER_FILES, [assignment.id]).get(assignment.id, []):
            remove(session, stored, actor=actor, now=now)
    session.delete(assignment)
    session.flush()
    record(session, event, actor=actor, now=now, permission=Permission.ASSIGNMENT_EDIT)


def supply_order(
    session: Session,
    assignment: Assignment,
    *,
    order_number: str | None = None,
    order_date: date | None = None,
    order_file: StoredUpload | None = None,
    actor: Actor,
    now: datetime,
) -> None:
    """Enter number, date or scan of the order as they come, or put a mistyped number right.

    The flag goes when nothing is missing any more. A former number and former scans stay in the record.
    Raises Invalid when nothing new is given.
    """
    person, post = _locked(session, assignment)
    number = " ".join((order_number or "").split()) or None
    if number is None and assignment.order_number is None and order_file is None:
        raise Invalid(
            _("Isi nomor surat perintah atau keputusan, atau unggah hasil pindainya."), field="order_number"
        )
    former = assignment.order_number
    if order_file is None and number in {None, former} and order_date in {None, assignment.order_date}:
        raise Invalid(_("Belum ada yang dilengkapi: isi nomor surat atau pilih berkasnya."), field="order_number")
    assignment.order_number = number or former
    assignment.order_date = order_date or assignment.order_date
    stored = _attach_order(session, assignment, order_file, actor=actor, now=now) if order_file else None
    lacks_scan = (
        needs_scan(post.kind, assignment.capacity)
        and assignment.order_due_on is not None
        and not list_files(session, ORDER_FILES, [assignment.id])
    )
    if assignment.order_number is not None and not lacks_scan:
        assignment.order_due_on = None
    session.flush()
    record(
        session,
        events.OrderSupplied(
            **_subject(assignment, person, post),
            order_number=assignment.order_number,
            order_date=assignment.order_date,
            former_number=former if former != assignment.order_number else None,
            file_id=stored.id if stored else None,
            order_due_on=assignment.order_due_on,
        ),
        actor=actor,
        now=now,
        permission=Permission.ASSIGNMENT_EDIT,
    )


def propose_acting(
    session: Session,
    assignment: Assignment,
    *,
    person: Person,
    starts_on: date,
    ends_on: date,
    note: str | None = None,
    actor: Actor,
    now: datetime,
) -> ActingProposal:
    """The head proposes who acts for him. It gives no power: that comes when the order is entered (office.md 1.15).

    Raises NotAllowed for anybody but the holder of the assignment, Invalid for days that do not fit.
    """
    holder, post = _locked(session, assignment)
    if holder.id != actor.person_id or post.kind is not Role.HEAD:
        raise NotAllowed(_("Usul Plh. dibuat oleh pemegang jabatan kepala OPD sendiri."))
    if person.id == holder.id:
        raise Invalid(_("Pilih orang lain sebagai Plh."), field="person")
    if person.kind is PersonKind.NON_ASN:
        raise Invalid(_("Pegawai non-ASN tidak dapat menjalankan tugas kepala OPD."), field="person")
    if ends_on < starts_on:
        raise Invalid(_("Tanggal selesai mendahului tanggal mulai."), field="ends_on")
    if ends_on < local_day(now):
        raise Invalid(_("Hari-hari itu sudah lewat."), field="ends_on")
    proposal = ActingProposal(
        assignment_id=assignment.id,
        person_id=person.id,
        starts_on=starts_on,
        ends_on=ends_on,
        note=(note or "").strip() or None,
        proposed_by=actor.person_id,
        proposed_at=now,
    )
    session.add(proposal)
    session.flush()
    record(
        session,
        events.ActingProposed(**_subject(assignment, holder, post), **_of_proposal(proposal, person)),
        actor=actor,
        now=now,
        permission=Permission.ABSENCE_ENTER,
    )
    return proposal


def _of_proposal(proposal: ActingProposal, person: Person) -> dict[str, Any]:
    return {
        "proposal_id": proposal.id,
        "proposed_id": person.id,
        "proposed_name": person.full_name,
        "starts_on": proposal.starts_on,
        "ends_on": proposal.ends_on,
    }


def _waiting(session: Session, proposal: ActingProposal) -> ActingProposal:
    """The proposal fresh and locked; raises Conflict when it was decided already."""
    fresh: ActingProposal = lock(session, ActingProposal, proposal.id)
    if fresh.state is not ProposalState.WAITING:
        raise Conflict(_("Usul ini sudah diputuskan. Muat ulang halaman untuk melihat hasilnya."))
    return fresh


def _follow(session: Session, proposal: ActingProposal, post: Post, actor: Actor | None, now: datetime) -> None:
    fresh = _waiting(session, proposal)
    if session.get_one(Assignment, fresh.assignment_id).post_id != post.id:
        raise Invalid(_("Usul ini untuk jabatan lain."), field="post")
    fresh.state, fresh.decided_at = ProposalState.ACCEPTED, now
    fresh.decided_by = actor.person_id if actor else None


def decline_proposal(session: Session, proposal: ActingProposal, *, reason: str, actor: Actor, now: datetime) -> None:
    """Do not follow a proposal, with a reason that the head is told. Raises Conflict when it was decided already."""
    assignment = session.get_one(Assignment, proposal.assignment_id)
    holder, post = _locked(session, assignment)
    fresh = _waiting(session, proposal)
    if not reason.strip():
        raise Invalid(_("Tulis alasannya; kepala OPD akan membacanya."), field="reason")
    fresh.state, fresh.reason = ProposalState.DECLINED, reason.strip()
    fresh.decided_by, fresh.decided_at = actor.person_id, now
    session.flush()
    record(
        session,
        events.ActingDeclined(
            **_subject(assignment, holder, post),
            **_of_proposal(fresh, session.get_one(Person, fresh.person_id)),
            reason=reason.strip(),
        ),
        actor=actor,
        now=now,
        permission=Permission.ASSIGNMENT_EDIT,
    )


def withdraw_proposal(session: Session, proposal: ActingProposal, *, actor: Actor, now: datetime) -> None:
    """The head takes his own proposal back. Raises NotAllowed for another's, Conflict for one that was decided."""
    assignment = session.get_one(Assignment, proposal.assignment_id)
    holder, post = _locked(session, assignment)
    if holder.id != actor.person_id:
        raise NotAllowed(_("Usul ini hanya ditarik oleh yang mengusulkan."))
    fresh = _waiting(session, proposal)
    fresh.state, fresh.decided_by, fresh.decided_at = ProposalState.WITHDRAWN, actor.person_id, now
    session.flush()
    record(
        session,
        events.ActingWithdrawn(
            **_subject(assignment, holder, post),
            **_of_proposal(fresh, session.get_one(Person, fresh.person_id)),
        ),
        actor=actor,
        now=now,
        permission=Permission.ABSENCE_ENTER,
    )


def add_absence(
    session: Session,
    assignment: Assignment,
    *,
    starts_on: date,
    ends_on: date,
    reason: str,
    actor: Actor | None,
    now: datetime,
    is_seed: bool = False,
) -> Absence:
    """Note that the holder is away. While no Plh. is named the powers stay with him (office.md 1.15).

    Raises Invalid for days outside the assignment, in the past (unless ``is_seed``) or noted already.
    """
    person, post = _locked(session, assignment)
    reason = " ".join(reason.split())
    if not reason:
        raise Invalid(_("Alasan wajib diisi, misalnya cuti tahunan atau dinas luar."), field="reason")
    if ends_on < starts_on:
        raise Invalid(_("Tanggal selesai mendahului tanggal mulai."), field="ends_on")
    if not is_seed and ends_on < local_day(now):
        raise Invalid(_("Hari-hari itu sudah lewat."), field="ends_on")
    if starts_on < assignment.starts_on or (assignment.ends_on is not None and ends_on > assignment.ends_on):
        raise Invalid(_("Hari-hari itu di luar masa penugasan."), field="starts_on")
    known = session.scalars(
        sa.select(Absence).where(
            Absence.assignment_id == assignment.id,
            Absence.starts_on <= ends_on,
            Absence.ends_on >= starts_on,
        )
    ).first()
    if known:
        raise Invalid(
            _(
                "Pada %(days)s sudah tercatat berhalangan: %(reason)s.",
                days=date_range(known.starts_on, known.ends_on),
                reason=known.reason,
            ),
            field="starts_on",
        )
    absence = Absence(assignment_id=assignment.id, starts_on=starts_on, ends_on=ends_on, reason=reason)
    session.add(absence)
    session.flush()
    record(
        session,
        events.AbsenceEntered(
            **_subject(assignment, person, post), starts_on=starts_on, ends_on=ends_on, reason=reason
        ),
        actor=actor,
        now=now,
        permission=Permission.ABSENCE_ENTER,
    )
    return absence


def end_absence(session: Session, absence: Absence, *, actor: Actor, now: datetime) -> None:
    """The holder is back: an absence that runs ends yesterday, one that has not begun is taken back.

    Raises Conflict for one that is over.
    """
    assignment = session.get_one(Assignment, absence.assignment_id)
    person, post = _locked(session, assignment)
    today = local_day(now)
    if absence.ends_on < today:
        raise Conflict(_("Masa berhalangan itu sudah lewat."))
    taken_back = absence.starts_on >= today
    if taken_back:
        session.delete(absence)
    else:
        absence.ends_on = today - timedelta(days=1)
    session.flush()
    record(
        session,
        events.AbsenceEnded(
            **_subject(assignment, person, post),
            starts_on=absence.starts_on,
            ends_on=absence.ends_on,
            taken_back=taken_back,
        ),
        actor=actor,
        now=now,
        permission=Permission.ABSENCE_ENTER,
    )
