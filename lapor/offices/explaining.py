"""Why a head cannot act today, in a polite sentence that names who holds the powers now."""

from datetime import date, timedelta

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from lapor.core.wording import long_date
from lapor.offices.models import Assignment, Post
from lapor.offices.queries import Holder, head_of
from lapor.offices.rules import post_words
from lapor.policy import Role

REMEMBERED = timedelta(days=31)
"""How long somebody whose term has ended is told so; later he is a stranger to the agency."""


def why_not_in_force(session: Session, person_id: int, day: date, *, agency_id: int | None = None) -> str | None:
    """The sentence for somebody who held a head's powers until lately (of one agency); None for anybody else.

    Either his term has ended, or somebody else holds the powers on ``day``.
    """
    statement = (
        sa.select(Assignment, Post)
        .join(Post, Post.id == Assignment.post_id)
        .where(
            Assignment.person_id == person_id,
            Post.kind == Role.HEAD,
            Assignment.starts_on <= day,
            sa.or_(Assignment.ends_on.is_(None), Assignment.ends_on >= day - REMEMBERED),
        )
        .order_by(Assignment.ends_on.desc(), Assignment.id.desc())
    )
    if agency_id is not None:
        statement = statement.where(Post.agency_id == agency_id)
    for assignment, post in session.execute(statement):
        holder = head_of(session, post.agency_id, day)
        if holder is not None and holder.person_id == person_id:
            continue
        if assignment.ends_on is not None and assignment.ends_on < day:
            return _ended(post_words(post.title, assignment.capacity.value), assignment.ends_on, day, holder)
        return _displaced(session, post.title, holder, day)
    return None


def _ended(post: str, ended_on: date, day: date, holder: Holder | None) -> str:
    yesterday = ended_on == day - timedelta(days=1)
    sentence = (
        _("Masa tugas Bapak/Ibu sebagai %(post)s berakhir kemarin.", post=post)
        if yesterday
        else _("Masa tugas Bapak/Ibu sebagai %(post)s berakhir pada %(day)s.", post=post, day=long_date(ended_on))
    )
    return f"{sentence} {_now(holder)}"


def _displaced(session: Session, title: str, holder: Holder | None, day: date) -> str:
    if holder is None:
        return _now(holder)
    until = session.scalar(sa.select(Assignment.ends_on).where(Assignment.id == holder.assignment_id))
    words = {"title": title, "name": holder.person_name, "post": holder.post_words}
    sentence = (
        _(
            "Kewenangan %(title)s pada %(day)s dijalankan %(name)s (%(post)s), sampai dengan %(until)s.",
            day=long_date(day),
            until=long_date(until),
            **words,
        )
        if until
        else _(
            "Kewenangan %(title)s pada %(day)s dijalankan %(name)s (%(post)s).",
            day=long_date(day),
            **words,
        )
    )
    return f"{sentence} {_('Bapak/Ibu tetap dapat membaca aduan OPD.')}"


def _now(holder: Holder | None) -> str:
    if holder is None:
        return str(_("Jabatan ini sedang kosong; aduan menunggu pejabat yang akan ditunjuk."))
    return str(_("Aduan kini menunggu %(name)s (%(post)s).", name=holder.person_name, post=holder.post_words))
