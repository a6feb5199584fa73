"""Static files by the fingerprint of their content, so that browsers keep them for ever."""

import hashlib
from functools import cache
from pathlib import Path

from flask import Flask, Response, request


@cache
def _fingerprinted(folder: str, address: str, name: str) -> str:
    digest = hashlib.sha256(Path(folder, name).read_bytes()).hexdigest()[:12]
    return f"{address}/{name}?v={digest}"


def init_app(app: Flask) -> None:
    """Give templates ``static_url`` and let browsers keep what carries a fingerprint."""
    folder, address = str(app.static_folder), str(app.static_url_path)

    def static_url(name: str) -> str:
        """Address of the static file ``name`` that changes when its content changes.

        The content is read once a process; while developing (``flask run --debug``) each time.
        """
        if app.debug:
            _fingerprinted.cache_clear()
        return request.script_root + _fingerprinted(folder, address, name)

    app.jinja_env.globals["static_url"] = static_url

    @app.after_request
    def keep(response: Response) -> Response:
        if request.endpoint == "static" and "v" in request.args and response.status_code == 200:
            response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        return response
