"""The person's own calendar feed: made, shown once and revoked on the profile; fetched by calendar programs."""

import secrets
from typing import Any
from urllib.parse import urlsplit

from flask import Response, abort, current_app, flash, render_template, url_for
from flask_babel import gettext as _

from lapor.agenda import services
from lapor.agenda.ical import MEDIA_TYPE, feed_bytes
from lapor.agenda.queries import due_entries, living_feed, owner_of_feed
from lapor.agenda.rules import FEED_MOST, token_hash
from lapor.agenda.views import bp
from lapor.core import clock
from lapor.core.db import db, transaction
from lapor.desk.queries import agencies_of
from lapor.offices.queries import load_actor
from lapor.policy import Permission, allows, scope_of
from lapor.web.guards import current_actor, public, requires
from lapor.web.htmx import redirect_to

__all__ = ["bp"]

_TOKEN_BYTES = 32


@bp.get("/profil/kalender")
@requires(Permission.STATISTICS_VIEW)
def show_feed() -> str:
    """Whether the person has a feed, what it tells and to whom."""
    actor = current_actor()
    assert actor.account_id is not None
    return render_template("agenda/feed.html", feed=living_feed(db.session(), actor.account_id), address=None)


@bp.post("/profil/kalender")
@requires(Permission.STATISTICS_VIEW)
def make_feed() -> str:
    """Make the address and show it once; a redirect would have to keep it somewhere."""
    token = secrets.token_urlsafe(_TOKEN_BYTES)
    with transaction() as session:
        services.make_feed(session, hashed=token_hash(token), actor=current_actor(), now=clock.now())
    base = str(current_app.config["LAPOR_BASE_URL"]).rstrip("/")
    address = base + url_for("agenda.feed", token=token)
    actor = current_actor()
    assert actor.account_id is not None
    feed = living_feed(db.session(), actor.account_id)
    return render_template("agenda/feed.html", feed=feed, address=address)


@bp.post("/profil/kalender/cabut")
@requires(Permission.STATISTICS_VIEW)
def revoke_feed() -> Any:
    """End the own feed."""
    with transaction() as session:
        services.revoke_feed(session, actor=current_actor(), now=clock.now())
    flash(_("Langganan kalender dicabut. Alamat lama tidak berlaku lagi."), "good")
    return redirect_to(url_for("agenda.show_feed"))


@bp.get("/ical/<token>.ics")
@public
def feed(token: str) -> Response:
    """What is due for the owner of this address, by the posts that he holds today: numbers and stages, nothing else.

    404 for an address that never was or is revoked. Without a post that handles complaints the calendar is empty.
    """
    session, now = db.session(), clock.now()
    owner = owner_of_feed(session, token_hash(token))
    if owner is None:
        abort(404)
    account_id, person_id = owner
    today = clock.local_day(now)
    actor = load_actor(session, person_id, today, account_id=account_id)
    entries = []
    if actor is not None and allows(actor, Permission.STATISTICS_VIEW):
        entries = due_entries(session, agencies_of(session, scope_of(actor)), today, FEED_MOST + 1)
    host = urlsplit(current_app.config["LAPOR_BASE_URL"]).hostname or "localhost"
    data = feed_bytes(
        entries[:FEED_MOST],
        host=host,
        zone=current_app.config["LAPOR_TIMEZONE"],
        now=now,
        more_after=entries[FEED_MOST - 1].due_on if len(entries) > FEED_MOST else None,
    )
    answer = Response(data, content_type=MEDIA_TYPE)
    answer.headers["Content-Disposition"] = 'inline; filename="batas-waktu.ics"'
    answer.headers["X-Robots-Tag"] = "noindex"
    return answer
