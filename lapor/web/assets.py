"""Static files by the fingerprint of their content, so that browsers keep them for ever."""

import hashlib
from functools import cache
from pathlib import Path

from flask import Flask, Response, current_app, request


@cache
def _fingerprint(path: str) -> str:
    return hashlib.sha256(Path(path).read_bytes()).hexdigest()[:12]


def static_url(name: str) -> str:
    """Address of the static file ``name`` that changes when its content changes.

    The content is read once a process; while developing (``flask run --debug``) each time.
    """
    if current_app.debug:
        _fingerprint.cache_clear()
    path = f"{current_app.static_folder}/{name}"
    return f"{request.script_root}{current_app.static_url_path}/{name}?v={_fingerprint(path)}"


def init_app(app: Flask) -> None:
    """Give templates ``static_url`` and let browsers keep what carries a fingerprint."""
    app.jinja_env.globals["static_url"] = static_url

    @app.after_request
    def keep(response: Response) -> Response:
        if request.endpoint == "static" and "v" in request.args and response.status_code == 200:
            response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        return response
