"""htmx behind one door: whether the request wants a fragment, and answers that lead on."""

from flask import Flask, Response, redirect, request
from htmx_flask import Htmx
from werkzeug.wrappers import Response as BaseResponse

htmx = Htmx()


def init_app(app: Flask) -> None:
    """Wire the extension and the header that keeps caches from mixing page and fragment."""
    htmx.init_app(app)

    @app.after_request
    def vary(response: Response) -> Response:
        if response.mimetype == "text/html":
            response.vary.update(["HX-Request", "HX-Boosted", "HX-History-Restore-Request", "Cookie"])
        return response


def is_htmx() -> bool:
    """Whether a fragment is wanted: an htmx request that is no restoration of history."""
    return request.headers.get("HX-Request") == "true" and request.headers.get("HX-History-Restore-Request") != "true"


def redirect_to(url: str) -> BaseResponse:
    """Lead on to ``url``: 303 for a browser, HX-Redirect for htmx."""
    if is_htmx():
        return Response(status=204, headers={"HX-Redirect": url})
    return redirect(url, code=303)
