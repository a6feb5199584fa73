"""Telling people about posts: who acts for whom, who is back, which post is vacant, which order is missing.

Subscribers of the events of ``offices``, wired in ``factory``. What happens on a later day is written now and shows
itself from midnight of that day on; whenever the terms of a post change its plan is written anew.
"""

from datetime import date, datetime, timedelta

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from lapor.core.clock import at_local, local_day
from lapor.core.wording import date_range, long_date
from lapor.notifications.models import Kind
from lapor.notifications.services import notify, take_back_planned
from lapor.offices import events
from lapor.offices.models import Assignment, Capacity, Person, Post
from lapor.offices.queries import people_with_roles, terms_of_post
from lapor.offices.rules import Change, Term, changes_of_holder, post_words
from lapor.policy import Actor, Role

DESK = (Role.COORDINATOR, Role.SECRETARIAT)
_ACTING = frozenset({Capacity.PLH.value, Capacity.PLT.value, Capacity.PJ.value})
INBOX, PROFILE = "/menunggu", "/profil"


def _days(first: date, last: date | None) -> str:
    return date_range(first, last) if last else _("mulai %(day)s", day=long_date(first))


def _about_post(post_id: int) -> str:
    return f"post:{post_id}"


def _about_order(assignment_id: int) -> str:
    return f"order:{assignment_id}"


def on_assigned(session: Session, event: events.Assigned, *, actor: Actor | None, now: datetime) -> None:
    """A person was given a post: he is told, and so is the head for whom he acts."""
    if actor is not None:
        _tell_assigned(session, event, now)
    _plan_order(session, event.subject_id, now)
    if event.role == Role.HEAD:
        plan_post(session, event.post_id, now=now)


def _tell_assigned(session: Session, event: events.Assigned, now: datetime) -> None:
    days, today = _days(event.starts_on, event.ends_on), local_day(now)
    if event.role != Role.HEAD:
        sentence = _("Anda ditugaskan sebagai %(post)s, %(days)s.", post=event.post_title, days=days)
        notify(session, [event.person_id], kind=Kind.ACTING, sentence=sentence, url=PROFILE, now=now)
        return
    if event.capacity not in _ACTING:
        sentence = _("Bapak/Ibu ditugaskan sebagai %(post)s, %(days)s.", post=event.post_title, days=days)
        notify(session, [event.person_id], kind=Kind.ACTING, sentence=sentence, url=INBOX, now=now)
        return
    sentence = _(
        "Bapak/Ibu bertugas sebagai %(post)s, %(days)s. Pada masa itu aduan OPD ini tampil pada akun Bapak/Ibu.",
        post=event.post_title,
        days=days,
    )
    notify(session, [event.person_id], kind=Kind.ACTING, sentence=sentence, url=INBOX, now=now)
    title = session.get_one(Post, event.post_id).title
    replaced = [
        term.person_id
        for term in terms_of_post(session, event.post_id)
        if term.assignment_id != event.subject_id
        and (term.ends_on is None or term.ends_on >= max(event.starts_on, today))
        and (event.ends_on is None or term.starts_on <= event.ends_on)
    ]
    sentence = _(
        "%(name)s ditugaskan sebagai %(post)s, %(days)s. Pada masa itu pernyataan mengetahui diberikan beliau; "
        "Bapak/Ibu tetap dapat membaca aduan OPD.",
        name=event.person_name,
        post=event.post_title,
        days=days,
    )
    notify(session, replaced, kind=Kind.ACTING, sentence=sentence, url=PROFILE, now=now, without=event.person_id)
    followers = people_with_roles(session, [Role.LIAISON, Role.OPERATOR], today, agency_id=event.agency_id)
    sentence = _(
        "%(days)s kewenangan %(title)s dijalankan %(name)s (%(post)s).",
        days=days[:1].upper() + days[1:],
        title=title,
        name=event.person_name,
        post=event.post_title,
    )
    notify(session, followers, kind=Kind.ACTING, sentence=sentence, url="/", now=now, without=event.person_id)


def on_assignment_ended(
    session: Session, event: events.AssignmentEnded, *, actor: Actor | None, now: datetime
) -> None:
    """The last day of an assignment was set: the holder is told, and whoever has the powers after him."""
    sentence = _(
        "Masa tugas %(name)s sebagai %(post)s ditetapkan sampai dengan %(day)s.",
        name=event.person_name,
        post=event.post_title,
        day=long_date(event.ends_on),
    )
    notify(
        session,
        [event.person_id],
        kind=Kind.ACTING,
        sentence=sentence,
        url=PROFILE,
        now=now,
        without=actor.person_id if actor else None,
    )
    if event.role == Role.HEAD:
        plan_post(session, event.post_id, now=now, with_today=True)


def on_assignment_cancelled(
    session: Session, event: events.AssignmentCancelled, *, actor: Actor | None, now: datetime
) -> None:
    """An assignment was taken back: the person is told, and what was planned for it is forgotten."""
    sentence = _("Penugasan sebagai %(post)s dibatalkan.", post=event.post_title)
    notify(
        session,
        [event.person_id],
        kind=Kind.ACTING,
        sentence=sentence,
        url=PROFILE,
        now=now,
        without=actor.person_id if actor else None,
    )
    take_back_planned(session, _about_order(event.subject_id), now=now)
    if session.get_one(Post, event.post_id).kind is Role.HEAD:
        plan_post(session, event.post_id, now=now, with_today=event.starts_on <= local_day(now))


def on_order_supplied(
    session: Session,
    event: events.OrderSupplied,
    *,
    actor: Actor | None,  # noqa: ARG001
    now: datetime,
) -> None:
    """Number or scan came: what was to be said about it being late is forgotten, or said of the rest."""
    _plan_order(session, event.subject_id, now)


def _plan_order(session: Session, assignment_id: int, now: datetime) -> None:
    """From the day after it was due on, everybody whom it concerns is told that the order is missing."""
    take_back_planned(session, _about_order(assignment_id), now=now)
    row = session.execute(
        sa.select(Assignment, Person, Post)
        .join(Person, Person.id == Assignment.person_id)
        .join(Post, Post.id == Assignment.post_id)
        .where(Assignment.id == assignment_id)
    ).one()
    assignment, person, post = row
    if assignment.order_due_on is None:
        return
    notify(
        session,
        [person.id, *people_with_roles(session, DESK, local_day(now))],
        kind=Kind.ORDER,
        sentence=_(
            "Surat perintah %(name)s sebagai %(post)s belum lengkap; jatuh temponya %(day)s.",
            name=person.full_name,
            post=post_words(post.title, assignment.capacity.value),
            day=long_date(assignment.order_due_on),
        ),
        url=f"/penugasan/{assignment_id}",
        now=now,
        visible_from=at_local(assignment.order_due_on + timedelta(days=1), 0),
        about=_about_order(assignment_id),
    )


def plan_post(session: Session, post_id: int, *, now: datetime, with_today: bool = False) -> None:
    """Write anew who is told what on the coming days on which the powers of a head's post change hands.

    ``with_today``: also a change that is in force from today on and was not known before.
    """
    today = local_day(now)
    take_back_planned(session, _about_post(post_id), now=now)
    post = session.get_one(Post, post_id)
    if post.kind is not Role.HEAD:
        return
    terms = terms_of_post(session, post_id)
    since = today if with_today else today + timedelta(days=1)
    changes = changes_of_holder(terms, since)
    names = _names(session, {term.person_id for term in terms}) if changes else {}
    for change in changes:
        if change.current is None and post.ends_on is not None:
            continue  # the post itself ceases to exist, so it is not vacant
        _tell_change(session, post, terms, change, names, now)


def _names(session: Session, person_ids: set[int]) -> dict[int, str]:
    return {
        person.id: person.full_name
        for person in session.scalars(sa.select(Person).where(Person.id.in_(sorted(person_ids))).order_by(Person.id))
    }


def _tell_change(
    session: Session, post: Post, terms: list[Term], change: Change, names: dict[int, str], now: datetime
) -> None:
    at = max(at_local(change.day, 0), now)

    def tell(person_id: int, sentence: str, url: str) -> None:
        notify(
            session,
            [person_id],
            kind=Kind.ACTING,
            sentence=sentence,
            url=url,
            now=now,
            visible_from=at,
            about=_about_post(post.id),
        )

    former, current = change.former, change.current
    if current is None:
        _tell_vacant(session, post, change.day, at, now)
    elif current.capacity in _ACTING:
        tell(current.person_id, _begins(post, current, change.day), INBOX)
    elif former is not None:
        back = _("Mulai %(day)s kewenangan %(title)s kembali pada Bapak/Ibu.", day=_day(change), title=post.title)
        tell(current.person_id, back, INBOX)
    if former is None or (current is not None and former.person_id == current.person_id):
        return
    holder = (
        _("%(name)s (%(post)s)", name=names[current.person_id], post=post_words(post.title, current.capacity))
        if current is not None
        else None
    )
    if any(term.assignment_id == former.assignment_id and term.covers(change.day) for term in terms):
        sentence = _(
            "Mulai %(day)s kewenangan %(title)s dijalankan %(holder)s.",
            day=_day(change),
            title=post.title,
            holder=holder,
        )
        tell(former.person_id, sentence, PROFILE)
        return
    sentence = _(
        "Masa tugas Bapak/Ibu sebagai %(post)s berakhir pada %(day)s.",
        post=post_words(post.title, former.capacity),
        day=long_date(change.day - timedelta(days=1)),
    )
    if holder is not None:
        sentence += " " + _("Aduan menunggu %(holder)s.", holder=holder)
    tell(former.person_id, sentence, PROFILE)


def _day(change: Change) -> str:
    return long_date(change.day)


def _begins(post: Post, term: Term, day: date) -> str:
    words = {"day": long_date(day), "post": post_words(post.title, term.capacity)}
    if term.ends_on is None:
        return str(_("Mulai %(day)s Bapak/Ibu bertindak sebagai %(post)s.", **words))
    last = long_date(term.ends_on)
    return str(_("Mulai %(day)s Bapak/Ibu bertindak sebagai %(post)s, sampai dengan %(last)s.", **words, last=last))


def _tell_vacant(session: Session, post: Post, day: date, at: datetime, now: datetime) -> None:
    """Nobody holds the post from ``day`` on: the desk and the agency's Pejabat Penghubung are told."""
    sentence = _(
        "Jabatan %(title)s kosong mulai %(day)s. Aduan OPD ini menunggu sampai ada Plt. atau Pj.",
        title=post.title,
        day=long_date(day),
    )
    today = local_day(now)
    for people, url in (
        (people_with_roles(session, DESK, today), f"/penugasan/jabatan/{post.id}"),
        (people_with_roles(session, [Role.LIAISON], today, agency_id=post.agency_id), "/"),
    ):
        notify(
            session,
            people,
            kind=Kind.VACANCY,
            sentence=sentence,
            url=url,
            now=now,
            visible_from=at,
            about=_about_post(post.id),
        )


def on_absence_entered(session: Session, event: events.AbsenceEntered, *, actor: Actor | None, now: datetime) -> None:
    """Somebody is away: the desk is told when he says so himself, he is told when the desk says so."""
    days = _days(event.starts_on, event.ends_on)
    if actor is None:
        return
    if actor.person_id == event.person_id:
        sentence = _(
            "%(name)s, %(post)s, berhalangan %(days)s (%(reason)s). Belum ada Plh. sampai surat perintahnya dicatat.",
            name=event.person_name,
            post=event.post_title,
            days=days,
            reason=event.reason,
        )
        _tell_desk(session, event, sentence, now)
        return
    sentence = _("Anda dicatat berhalangan %(days)s (%(reason)s).", days=days, reason=event.reason)
    notify(session, [event.person_id], kind=Kind.ABSENCE, sentence=sentence, url=PROFILE, now=now)


def on_absence_ended(session: Session, event: events.AbsenceEnded, *, actor: Actor | None, now: datetime) -> None:
    """Somebody is back: the desk looks whether a Plh. is to be ended as well."""
    if actor is None or actor.person_id != event.person_id:
        return
    sentence = _(
        "%(name)s, %(post)s, sudah kembali bertugas. Bila ada Plh., tetapkan hari terakhirnya.",
        name=event.person_name,
        post=event.post_title,
    )
    _tell_desk(session, event, sentence, now)


def _tell_desk(
    session: Session, event: events.AbsenceEntered | events.AbsenceEnded, sentence: str, now: datetime
) -> None:
    notify(
        session,
        people_with_roles(session, DESK, local_day(now)),
        kind=Kind.ABSENCE,
        sentence=sentence,
        url=f"/penugasan/jabatan/{event.post_id}",
        now=now,
        without=event.person_id,
    )


def on_acting_proposed(session: Session, event: events.ActingProposed, *, actor: Actor | None, now: datetime) -> None:
    """A head proposes a substitute: the desk enters the order."""
    notify(
        session,
        people_with_roles(session, DESK, local_day(now)),
        kind=Kind.ACTING,
        sentence=_(
            "%(name)s mengusulkan %(proposed)s sebagai Plh. %(title)s, %(days)s.",
            name=event.person_name,
            proposed=event.proposed_name,
            title=event.post_title,
            days=_days(event.starts_on, event.ends_on),
        ),
        url="/penugasan?tampil=usul",
        now=now,
        without=actor.person_id if actor else None,
    )


def on_acting_declined(session: Session, event: events.ActingDeclined, *, actor: Actor | None, now: datetime) -> None:
    """The head is told why his proposal is not followed."""
    notify(
        session,
        [event.person_id],
        kind=Kind.ACTING,
        sentence=_(
            "Usul Plh. %(proposed)s, %(days)s, tidak diikuti: %(reason)s",
            proposed=event.proposed_name,
            days=_days(event.starts_on, event.ends_on),
            reason=event.reason,
        ),
        url=f"/penugasan/{event.subject_id}/berhalangan",
        now=now,
        without=actor.person_id if actor else None,
    )
