"""Rekap saya: what a person stated to know in a month, for SKP and e-kinerja; on paper, xlsx or csv."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from flask import current_app, render_template, request
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from lapor.agencies.letterhead import letterhead_of
from lapor.agencies.models import Agency
from lapor.calendar.queries import working_calendar
from lapor.complaints.rules import masked
from lapor.core import clock
from lapor.core.db import db
from lapor.core.wording import month_year
from lapor.core.working_days import Calendar
from lapor.dispositions.labels import WAY
from lapor.inbox.queries import Known, list_known
from lapor.inbox.views import bp
from lapor.offices.models import Capacity, Person
from lapor.policy import Actor, Permission, Power, Role, scope_of
from lapor.printing.spreadsheet import CSV, XLSX, Column, Sheet, csv_bytes, workbook_bytes
from lapor.web.downloads import send_bytes
from lapor.web.guards import current_actor, requires

__all__ = ["bp"]

MONTHS = 24


@dataclass(frozen=True)
class Line:
    """One statement of the month; ``days``: working days from the order to it; ``in_time`` None: it had no limit."""

    known: Known
    title: str
    way: str
    days: int
    in_time: bool | None


def _line(known: Known, calendar: Calendar) -> Line:
    given_on = known.acknowledgement.acknowledged_on
    way = str(WAY[known.acknowledgement.way])
    return Line(
        known=known,
        title=masked(known.title) if known.title is not None else str(_("Aduan rahasia")),
        way=f"{way}, {_('dibaca dalam daftar')}" if known.acknowledgement.in_list else way,
        days=max(calendar.between(known.disposed_on, given_on), 0),
        in_time=None if known.due_on is None else given_on <= known.due_on,
    )


def _months(today: date) -> list[date]:
    months = [today.replace(day=1)]
    while len(months) < MONTHS:
        months.append((months[-1] - timedelta(days=1)).replace(day=1))
    return months


def _month_wanted(today: date) -> date:
    """The first day of the month in the address (``2022-01``); this month where it names none of the last 24."""
    wanted = request.args.get("bulan", "")
    return next((month for month in _months(today) if f"{month:%Y-%m}" == wanted), today.replace(day=1))


def _own_post(actor: Actor) -> Power | None:
    """The post under which he signs: his own head's post before one in which he stands in, then any other."""
    return min(
        actor.powers,
        key=lambda power: (power.role is not Role.HEAD, power.capacity != Capacity.DEFINITIVE, power.assignment_id),
        default=None,
    )


@bp.get("/rekap-saya")
@requires(Permission.PROFILE_EDIT)
def recap() -> Any:
    """What I acknowledged in a month, in which capacity, how fast, and what came of it."""
    actor = current_actor()
    session: Session = db.session()
    month = _month_wanted(actor.day)
    last = (month + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    calendar = working_calendar(session)
    lines = [_line(item, calendar) for item in list_known(session, actor.person_id, month, last, scope_of(actor))]
    wanted = request.args.get("berkas")
    if wanted in {"xlsx", "csv"}:
        return _download(lines, month, actor.name, wanted)
    limited = [line for line in lines if line.in_time is not None]
    post = _own_post(actor)
    agency = session.get(Agency, post.agency_id) if post is not None and lines else None
    return render_template(
        "inbox/recap.html",
        lines=lines,
        month=month,
        months=_months(actor.day),
        month_year=month_year,
        person=session.get_one(Person, actor.person_id),
        in_time=sum(1 for line in limited if line.in_time),
        limited=len(limited),
        average=sum(line.days for line in lines) / len(lines) if lines else None,
        answered=sum(1 for line in lines if line.known.first_response_on is not None),
        made_at=clock.now(),
        post=post,
        letterhead=letterhead_of(agency, current_app.config["LAPOR_PROVINCE"]) if agency is not None else None,
        city=current_app.config["LAPOR_CITY"],
    )


def _download(lines: list[Line], month: date, name: str, kind: str) -> Any:
    columns = [
        Column(_("Aduan"), 16),
        Column(_("Judul"), 50),
        Column(_("OPD"), 16),
        Column(_("Disampaikan"), 20),
        Column(_("Dibuka"), 20),
        Column(_("Diketahui"), 20),
        Column(_("Hari kerja"), 11),
        Column(_("Tepat waktu"), 12),
        Column(_("Sebagai"), 36),
        Column(_("Surat perintah"), 26),
        Column(_("Cara"), 24),
        Column(_("Arahan"), 50),
        Column(_("Dijawab"), 18),
    ]
    rows = [
        (
            line.known.reference,
            line.title,
            line.known.agency,
            line.known.disposed_at,
            line.known.acknowledgement.opened_at,
            line.known.acknowledgement.acknowledged_at,
            line.days,
            line.in_time,
            line.known.acknowledgement.post_title,
            line.known.acknowledgement.order_number,
            line.way,
            line.known.acknowledgement.instruction if line.known.title is not None else None,
            line.known.first_response_on,
        )
        for line in lines
    ]
    filename = f"rekap-{month:%Y-%m}.{kind}"
    if kind == "csv":
        return send_bytes(csv_bytes(columns, rows), filename, CSV)
    title = _("Rekap %(name)s, %(month)s", name=name, month=month_year(month))
    sheet = Sheet(name=f"{month:%Y-%m}", columns=columns, rows=rows, notes=[title])
    return send_bytes(workbook_bytes([sheet], title=title, created=clock.now()), filename, XLSX)
