"""Telling heads in the bell what an import has laid before them: one sentence an agency, however many rows."""

from datetime import datetime

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from lapor.agencies.models import Agency
from lapor.complaints.rules import Origin
from lapor.core.clock import local_day
from lapor.desk.import_events import FileImported
from lapor.dispositions.models import Disposition
from lapor.notifications.models import Kind
from lapor.notifications.services import notify
from lapor.offices.queries import heads_of, people_with_roles
from lapor.policy import Actor, Role


def on_file_imported(session: Session, event: FileImported, *, actor: Actor | None, now: datetime) -> None:
    """Every head with new rows that wait for him is told how many, and so are his operators and his liaison.

    All rows of an import carry the instant at which it began, and so does its end.
    """
    if not event.new:
        return
    today = local_day(now)
    rows = session.execute(
        sa.select(Disposition.head_agency_id, Agency.abbreviation, sa.func.count().label("count"))
        .join(Agency, Agency.id == Disposition.head_agency_id)
        .where(Disposition.origin == Origin.IMPORT, Disposition.disposed_at == now, Disposition.is_owed.is_(True))
        .group_by(Disposition.head_agency_id, Agency.abbreviation)
        .order_by(Disposition.head_agency_id)
    ).all()
    heads = heads_of(session, [row.head_agency_id for row in rows], today)
    for row in rows:
        words = {"count": row.count, "agency": row.abbreviation}
        head = heads.get(row.head_agency_id)
        if head is not None:
            notify(
                session,
                [head.person_id],
                kind=Kind.COMPLAINT,
                sentence=_("%(count)s aduan baru untuk %(agency)s menunggu diketahui Bapak/Ibu.", **words),
                url="/menunggu",
                now=now,
            )
        notify(
            session,
            people_with_roles(session, [Role.OPERATOR, Role.LIAISON], today, agency_id=row.head_agency_id),
            kind=Kind.COMPLAINT,
            sentence=_("%(count)s aduan baru untuk %(agency)s masuk lewat impor.", **words),
            url="/",
            now=now,
            without=actor.person_id if actor else None,
        )
