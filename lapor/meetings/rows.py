"""The five lists of the minutes behind one pair of pages: which form a line has and which service takes it."""

from collections.abc import Mapping
from datetime import date, datetime
from types import MappingProxyType
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from lapor.agencies.models import Agency
from lapor.agencies.queries import agency_choices, names_on
from lapor.core.errors import Invalid
from lapor.meetings import queries, services
from lapor.meetings.forms import ActionItemForm, AgendaForm, DecisionForm, ObstacleForm, ParticipantForm
from lapor.meetings.models import Meeting
from lapor.meetings.rules import Part
from lapor.offices.models import Person
from lapor.policy import Actor

PARTS: Mapping[str, Part] = MappingProxyType(
    {
        "acara": Part.AGENDA,
        "peserta": Part.PARTICIPANT,
        "kendala": Part.OBSTACLE,
        "keputusan": Part.DECISION,
        "tindak-lanjut": Part.ACTION_ITEM,
    }
)
"""The word of each list in addresses."""


def abbreviations(session: Session, day: date) -> list[tuple[int, str]]:
    """Key and abbreviation of all agencies as they were on ``day``, closed ones too: minutes keep their words."""
    former = names_on(session, day)
    rows = session.execute(sa.select(Agency.id, Agency.abbreviation).order_by(Agency.id))
    return [(row.id, former.get(row.id, row).abbreviation) for row in rows]


def table_of(session: Session, meeting: Meeting) -> dict[str, str]:
    """Names of chair, secretary and minute taker, empty where nobody is named."""
    keys = {"chair": meeting.chair_id, "secretary": meeting.secretary_id, "minute_taker": meeting.minute_taker_id}
    wanted = sorted({key for key in keys.values() if key})
    people = session.scalars(sa.select(Person).where(Person.id.in_(wanted)).order_by(Person.id))
    names = {person.id: person.full_name for person in people}
    return {role: names.get(key or 0, "") for role, key in keys.items()}


def form_for(session: Session, part: Part, meeting: Meeting, row: Any | None = None) -> Any:
    """The form of a new line, or of ``row``, with its choices."""
    agencies = agency_choices(session, meeting.held_on)
    short = dict(abbreviations(session, meeting.held_on))
    match part:
        case Part.AGENDA:
            return AgendaForm(obj=row)
        case Part.DECISION:
            return DecisionForm(obj=row)
        case Part.OBSTACLE:
            obstacle = ObstacleForm(obj=row)
            obstacle.offer(agencies)
            return obstacle
        case Part.ACTION_ITEM:
            chosen = queries.agency_ids_of(session, [row.id])[row.id] if row else []
            item = ActionItemForm(obj=row, agencies=chosen)
            item.offer([(key, short[key]) for key, _name in agencies])
            return item
        case Part.PARTICIPANT:
            person = ParticipantForm(obj=row)
            person.offer(queries.people_choices(session), agencies)
            if row is not None:
                del person.person_id
            return person


def _agency(session: Session, key: int | None) -> Agency | None:
    return session.get_one(Agency, key) if key else None


def _agencies(session: Session, keys: list[int]) -> list[Agency]:
    return list(session.scalars(sa.select(Agency).where(Agency.id.in_(keys)).order_by(Agency.name, Agency.id)))


def add(session: Session, meeting: Meeting, part: Part, form: Any, *, actor: Actor, now: datetime) -> None:
    """Add what the form says. Raises Invalid with the field."""
    who: dict[str, Any] = {"actor": actor, "now": now}
    match part:
        case Part.AGENDA:
            services.add_agenda_item(
                session, meeting, title=form.title.data, has_figures=form.has_figures.data, **who
            )
        case Part.DECISION:
            services.add_decision(session, meeting, description=form.description.data, **who)
        case Part.OBSTACLE:
            services.add_obstacle(session, meeting, **_obstacle(session, form), **who)
        case Part.ACTION_ITEM:
            services.add_action_item(session, meeting, **_action_item(session, form), **who)
        case Part.PARTICIPANT:
            services.add_participant(
                session,
                meeting,
                _who(session, form),
                agency=_agency(session, form.agency_id.data),
                attendance=form.attendance.data,
                way=form.way.data,
                represented_by=form.represented_by.data or "",
                post=form.post.data or "",
                **who,
            )


def _who(session: Session, form: ParticipantForm) -> Person | services.Guest:
    if form.person_id.data:
        return session.get_one(Person, form.person_id.data)
    if not form.name.data:
        raise Invalid(_("Pilih pegawai, atau tulis nama tamu."), field="person_id")
    return services.Guest(form.name.data, form.post.data or "", form.agency_name.data or "")


def _obstacle(session: Session, form: ObstacleForm) -> dict[str, Any]:
    return {
        "description": form.description.data,
        "agency": _agency(session, form.agency_id.data),
        "raised_on": form.raised_on.data,
    }


def _action_item(session: Session, form: ActionItemForm) -> dict[str, Any]:
    return {
        "description": form.description.data,
        "due_on": form.due_on.data,
        "agencies": _agencies(session, form.agencies.data or []),
        "responsible": form.responsible.data or "",
        "all_agencies": form.all_agencies.data,
    }


def change(
    session: Session, meeting: Meeting, part: Part, row: Any, form: Any, *, actor: Actor, now: datetime
) -> None:
    """Change a line to what the form says. Raises Invalid with the field."""
    who: dict[str, Any] = {"actor": actor, "now": now}
    match part:
        case Part.AGENDA:
            services.change_agenda_item(
                session, meeting, row, title=form.title.data, has_figures=form.has_figures.data, **who
            )
        case Part.DECISION:
            services.change_decision(session, meeting, row, description=form.description.data, **who)
        case Part.OBSTACLE:
            services.change_obstacle(session, meeting, row, **_obstacle(session, form), **who)
        case Part.ACTION_ITEM:
            services.change_action_item(session, meeting, row, **_action_item(session, form), **who)
        case Part.PARTICIPANT:
            if not form.name.data:
                raise Invalid(_("Nama wajib diisi."), field="name")
            services.change_participant(
                session,
                meeting,
                row,
                name=form.name.data,
                post=form.post.data or "",
                agency=_agency(session, form.agency_id.data),
                agency_name=form.agency_name.data or "",
                attendance=form.attendance.data,
                way=form.way.data,
                represented_by=form.represented_by.data or "",
                **who,
            )
