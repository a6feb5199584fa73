"""What browsers send, before any view sees it."""

from typing import Any
from urllib.parse import urlsplit

from flask import Flask
from htmx_flask.requests import HtmxAwareRequest
from werkzeug.datastructures import ImmutableMultiDict, MultiDict

NUL = "\x00"


class NulFree(ImmutableMultiDict[str, Any]):
    """Arguments and form fields without the NUL that PostgreSQL stores in no text: nobody can type one."""

    def __init__(self, given: Any = None) -> None:
        pairs = given.items(multi=True) if isinstance(given, MultiDict) else given
        pairs = list(pairs.items() if isinstance(pairs, dict) else pairs or ())
        super().__init__([(_without_nul(name), _without_nul(value)) for name, value in pairs])


def _without_nul(value: Any) -> Any:
    return value.replace(NUL, "") if isinstance(value, str) else value


class LaporRequest(HtmxAwareRequest):
    """A request whose texts every database can hold, and whose Referer is an address or missing."""

    parameter_storage_class = NulFree

    @property
    def referrer(self) -> str | None:
        """The page before; None where the header cannot be taken apart (``http://[x``, a port beyond 65535)."""
        given: str | None = self.headers.get("Referer")
        try:
            _port = urlsplit(given or "").port
        except ValueError:
            return None
        return given


def init_app(app: Flask) -> None:
    """Read all requests so."""
    app.request_class = LaporRequest
