"""Authority at the door: every endpoint declares what it needs, an endpoint that declares nothing is refused."""

from collections.abc import Callable
from typing import Any, TypeVar, cast

from flask import Response, current_app, g, request
from flask_login import current_user
from werkzeug.exceptions import Forbidden

from lapor.core.errors import NotAllowed
from lapor.policy import Actor, Permission, allows

View = TypeVar("View", bound=Callable[..., Any])

PUBLIC = "public"
SIGNED_IN = "signed-in"


def requires(*permissions: Permission) -> Callable[[View], View]:
    """The view needs a signed-in person with one of ``permissions``."""

    def mark(view: View) -> View:
        view.access = permissions  # type: ignore[attr-defined]  # a mark that the door reads
        return view

    return mark


def public(view: View) -> View:
    """Everybody may open the view."""
    view.access = PUBLIC  # type: ignore[attr-defined]  # a mark that the door reads
    return view


def signed_in(view: View) -> View:
    """Every signed-in person may open the view; also before he changed a first password."""
    view.access = SIGNED_IN  # type: ignore[attr-defined]  # a mark that the door reads
    return view


def access_of(endpoint: str) -> Any:
    """What the endpoint declares: PUBLIC, SIGNED_IN, permissions, or None when it declares nothing."""
    return getattr(current_app.view_functions[endpoint], "access", None)


def current_actor() -> Actor:
    """The signed-in person with the powers of today. Raises NotAllowed for a visitor."""
    actor = getattr(g, "actor", None)
    if actor is None:
        raise NotAllowed("Silakan masuk terlebih dahulu.")
    return cast(Actor, actor)


def visitor_or_actor() -> Actor | None:
    """The signed-in person, or None."""
    return cast("Actor | None", getattr(g, "actor", None))


def _fetches_ahead() -> bool:
    """Whether a browser or scanner asks before anybody looks: reading is noted, so it is told to ask again."""
    return any("prefetch" in request.headers.get(name, "").lower() for name in ("Sec-Purpose", "Purpose", "X-Moz"))


def check_door() -> Any:
    """Refuse what the endpoint does not declare; answer None when the request may go on.

    Raises NotAllowed for a person without the permission. A visitor is sent to the sign-in page by the
    unauthorised handler of flask-login, a person with a first password to the page where he changes it.
    """
    if request.endpoint is None:
        return None
    access = access_of(request.endpoint)
    if access is None:
        raise Forbidden
    if request.endpoint == "static":
        return None  # nobody's name is needed for a style sheet, and looking him up takes a query
    g.actor = current_user.actor if current_user.is_authenticated else None
    if access == PUBLIC:
        return None
    if g.actor is None:
        return current_app.login_manager.unauthorized()  # type: ignore[attr-defined]  # set by flask-login
    if _fetches_ahead():
        return Response(status=503, headers={"Retry-After": "1"})
    if access == SIGNED_IN:
        return None
    if g.actor.must_change_password:
        return current_app.extensions["lapor_first_password"]()
    if not any(allows(g.actor, permission) for permission in access):
        why = current_app.extensions["lapor_why_not"](g.actor, access)
        raise NotAllowed(why or "Anda tidak berwenang membuka halaman ini.")
    return None
