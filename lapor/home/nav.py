"""The menu of each role: what it needs today, nothing more (office.md 1.17)."""

from functools import lru_cache

from flask import Flask, request
from flask_babel import gettext as _

from lapor.core import clock
from lapor.core.db import db
from lapor.home.queries import menu_counts
from lapor.offices.labels import ROLE
from lapor.policy import Actor, Role, scope_of
from lapor.web.guards import visitor_or_actor
from lapor.web.links import kept_url_for
from lapor.web.nav import Nav, NavItem


@lru_cache(maxsize=128)
def _wanted(roles: frozenset[Role], *, everything: bool) -> list[tuple[str, str, str | None]]:
    """Label, endpoint and name of the count of each line, without doubles, in the order of the roles."""
    lines: list[tuple[str, str, str | None]] = []
    if Role.HEAD in roles:
        lines += [
            (_("Menunggu Bapak/Ibu"), "inbox.show", "owed"),
            (_("Aduan") if everything else _("Aduan OPD"), "desk.list_complaints", None),
            (_("Ringkasan"), "statistics.summary", None),
        ]
    if roles & {Role.OPERATOR, Role.LIAISON}:
        lines += [
            (_("Pekerjaan saya"), "home.start", "agency_open"),
            (_("Aduan"), "desk.list_complaints", None),
            (_("Tindak lanjut rapat"), "meetings.action_items", None),
        ]
    if Role.UNIT in roles:
        lines += [
            (_("Pekerjaan saya"), "home.start", "unit_open"),
            (_("Aduan"), "desk.list_complaints", None),
        ]
    if Role.COORDINATOR in roles:
        lines += [
            (_("Perlu diperiksa"), "home.start", "to_check"),
            (_("Aduan"), "desk.list_complaints", None),
            (_("Lembar disposisi"), "evidence.list_sheets", "sheets"),
            (_("Pengingat"), "reminders.show_table", None),
            (_("Impor dari LAPOR!"), "imports.upload", None),
            (_("Perlu dipadankan"), "imports.match_units", "to_match"),
            (_("Rapat"), "meetings.list_meetings", None),
            (_("Evaluasi"), "evaluations.list_cycles", None),
            (_("Ringkasan"), "statistics.summary", None),
            (_("OPD"), "agencies.list_agencies", None),
            (_("Penugasan"), "offices.list_assignments", "to_assign"),
        ]
    if Role.SECRETARIAT in roles:
        lines += [
            (_("Beranda"), "home.start", None),
            (_("Rapat"), "meetings.list_meetings", None),
            (_("Penugasan"), "offices.list_assignments", "to_assign"),
            (_("Evaluasi"), "evaluations.list_cycles", None),
            (_("Aduan"), "desk.list_complaints", None),
        ]
    if Role.LEADERSHIP in roles:
        lines += [
            (_("Beranda"), "home.start", None),
            (_("Ringkasan"), "statistics.summary", None),
            (_("Ringkasan berkala"), "reminders.list_briefs", None),
            (_("Aduan"), "desk.list_complaints", None),
            (_("Rapat"), "meetings.list_meetings", None),
            (_("Evaluasi"), "evaluations.list_cycles", None),
        ]
    if Role.INSPECTORATE in roles:
        lines += [
            (_("Beranda"), "home.start", "to_inspect"),
            (_("Aduan"), "desk.list_complaints", None),
            (_("Catatan aktivitas"), "audit.list_facts", None),
            (_("Pengecualian"), "audit.list_exceptions", None),
            (_("Pengingat"), "reminders.show_table", None),
            (_("Evaluasi"), "evaluations.list_cycles", None),
        ]
    if Role.ADMINISTRATOR in roles:
        lines += [
            (_("Beranda"), "home.start", None),
            (_("OPD"), "agencies.list_agencies", None),
            (_("Pengguna"), "accounts.list_accounts", None),
            (_("Penugasan"), "offices.list_assignments", None),
            (_("Kalender kerja"), "calendar.show_year", None),
            (_("Pengaturan"), "calendar.settings", None),
            (_("Pengiriman pesan"), "notifications.list_deliveries", None),
            (_("Pekerjaan latar"), "operations.list_jobs", None),
        ]
    seen: set[str] = set()
    unique = []
    for line in lines:
        if line[1] not in seen:
            seen.add(line[1])
            unique.append(line)
    return unique


def _agencies(actor: Actor) -> list[str]:
    return [power.agency_name for power in actor.powers]


def build_nav(actor: Actor) -> Nav:
    """The menu of ``actor`` with the counts of today, in one query."""
    scope = scope_of(actor)
    counts = menu_counts(db.session(), actor, scope, clock.now())
    current = request.endpoint or ""
    items = tuple(
        NavItem(label, kept_url_for(endpoint), getattr(counts, count) if count else None, current == endpoint)
        for label, endpoint, count in _wanted(actor.roles, everything=scope.everything)
    )
    posts = " · ".join(dict.fromkeys(power.post_title for power in actor.powers if power.in_force))
    return Nav(
        items=items,
        role_line=" · ".join(dict.fromkeys([*(str(ROLE[p.role]) for p in actor.powers), *_agencies(actor)])),
        person_name=actor.name,
        post_line=posts or (str(_("Belum ada penugasan hari ini")) if not actor.powers else ""),
        unread=counts.unread,
    )


def init_app(app: Flask) -> None:
    """Give every page ``nav``; None for visitors and while a first password is to be changed."""

    @app.context_processor
    def add() -> dict[str, object]:
        actor = visitor_or_actor()
        shown = actor is not None and not actor.must_change_password
        return {
            "nav": build_nav(actor) if actor is not None and shown else None,
            "actor": actor,
            "demo": app.config["LAPOR_ENV"] == "demo",
        }
