"""The page behind the bell."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from lapor.core import clock
from lapor.core.db import db, transaction
from lapor.notifications import queries, services
from lapor.notifications.labels import KIND, TONE
from lapor.policy import Permission
from lapor.web import paging
from lapor.web.guards import current_actor, requires

bp = Blueprint("notifications", __name__)

ALL = "semua"


@bp.get("/notifikasi")
@requires(Permission.PROFILE_EDIT)
def list_notices() -> str:
    """What the person is told: unread, or all."""
    session, person_id, now = db.session(), current_actor().person_id, clock.now()
    shows_all = request.args.get("tampil") == ALL
    number = paging.page_number()
    rows = queries.list_notices(
        session,
        person_id,
        now,
        unread_only=not shows_all,
        limit=paging.PAGE_SIZE + 1,
        offset=(number - 1) * paging.PAGE_SIZE,
    )
    total, unread = queries.count_notices(session, person_id, now, limit=paging.COUNT_LIMIT + 1)
    return render_template(
        "notifications/list.html",
        page=paging.page_of(rows, number, total if shows_all else unread),
        shows_all=shows_all,
        total=total,
        unread=unread,
        KIND=KIND,
        TONE=TONE,
    )


@bp.post("/notifikasi/<int:notification_id>")
@requires(Permission.PROFILE_EDIT)
def open_notice(notification_id: int) -> Any:
    """Mark one as read and go to what it is about (or stay on the list)."""
    with transaction() as session:
        notice = services.mark_read(session, notification_id, person_id=current_actor().person_id, now=clock.now())
        url = f"{request.script_root}{notice.url}"
    stays = request.form.get("tetap")
    return redirect(url_for("notifications.list_notices") if stays else url, code=303)


@bp.post("/notifikasi/semua")
@requires(Permission.PROFILE_EDIT)
def mark_all() -> Any:
    """Mark everything as read."""
    with transaction() as session:
        services.mark_all_read(session, person_id=current_actor().person_id, now=clock.now())
    flash(_("Semua pemberitahuan ditandai sudah dibaca."), "good")
    return redirect(url_for("notifications.list_notices"), code=303)
