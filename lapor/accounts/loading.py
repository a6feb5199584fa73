"""From the cookie to the actor: flask-login's request loader over sessions that are rows."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from flask import Flask, Request, current_app, flash, g, request, url_for
from flask_babel import gettext as _
from flask_login import LoginManager, UserMixin

from lapor.accounts.models import SignInSession
from lapor.accounts.queries import actor_of_token
from lapor.core import clock
from lapor.core.db import db, transaction
from lapor.policy import Actor
from lapor.web.guards import check_door
from lapor.web.htmx import redirect_to

COOKIE = "lapor_session"
IDLE = timedelta(minutes=30)
DRAFTS_LAST = timedelta(hours=12)
"""How long after it ended by itself a session may still bring in what its owner had typed: until the same evening."""
NOTE_SEEN_EVERY = timedelta(minutes=5)


class SignedIn(UserMixin):  # type: ignore[misc]  # flask-login has no types
    """What flask-login holds for a signed-in person."""

    def __init__(self, actor: Actor) -> None:
        self.actor = actor

    def get_id(self) -> str:
        """The person's key as text."""
        return str(self.actor.person_id)


def _load(incoming: Request) -> SignedIn | None:
    token = incoming.cookies.get(COOKIE, "")
    if not token or len(token) > 100:
        return None
    now = clock.now()
    found = actor_of_token(db.session(), token, now)
    if found is None:
        return None
    actor, seen = found
    if now - seen > IDLE:
        g.session_expired = True
        if now - seen < IDLE + DRAFTS_LAST:
            g.expired_actor = actor
        return None
    if now - seen > NOTE_SEEN_EVERY and incoming.method in {"GET", "POST"}:
        with transaction() as session:
            row = session.get(SignInSession, actor.session_id)
            if row is not None:
                row.last_seen_at = now
    return SignedIn(actor)


def _page_before() -> str | None:
    """The own page from which something was sent: its saved draft is shown there again after signing in."""
    before = urlsplit(request.referrer or "")
    return before.path if before.netloc == request.host else None


RefusedPost = Callable[[Actor, Mapping[str, Any]], str | None]


def keep_refused(app: Flask, endpoint: str, keeper: RefusedPost) -> None:
    """When a session has ended by itself before a POST to ``endpoint`` arrives, ``keeper`` keeps what was typed.

    Only for DRAFTS_LAST, and never for a session that was revoked: a stolen or forgotten cookie writes nothing.
    It is called with the person whose session it was and the values of the address, changes nothing but that person's
    own draft, and may answer with the address at which to go on after signing in.
    """
    app.extensions.setdefault("lapor_refused_posts", {})[endpoint] = keeper


def _onward_after_refusal() -> str | None:
    """Where to go on after signing in again when a POST was refused."""
    keepers = current_app.extensions.get("lapor_refused_posts", {})
    keeper: RefusedPost | None = keepers.get(request.endpoint)
    actor: Actor | None = getattr(g, "expired_actor", None)
    onward = keeper(actor, request.view_args or {}) if keeper is not None and actor is not None else None
    return onward or _page_before()


def init_app(app: Flask) -> None:
    """Wire flask-login and the door in front of every endpoint."""
    manager = LoginManager()
    manager.session_protection = None
    manager.init_app(app)
    manager.request_loader(_load)

    @manager.unauthorized_handler  # type: ignore[untyped-decorator]  # flask-login has no types
    def send_to_sign_in() -> Any:
        if getattr(g, "session_expired", False):
            flash(
                _("Waktu masuk Anda berakhir. Silakan masuk kembali; konsep yang sudah tersimpan masih ada."), "info"
            )
        onward = request.full_path.rstrip("?") if request.method == "GET" else _onward_after_refusal()
        return redirect_to(url_for("accounts.sign_in", lanjut=onward if onward and onward != "/" else None))

    def first_password() -> Any:
        onward = request.full_path.rstrip("?") if request.method == "GET" else None
        return redirect_to(url_for("accounts.change_password", lanjut=onward if onward != "/" else None))

    app.extensions["lapor_first_password"] = first_password
    app.before_request(check_door)
