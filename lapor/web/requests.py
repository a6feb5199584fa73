"""What browsers send, before any view sees it."""

from typing import Any

from flask import Flask, Request
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


class LaporRequest(Request):
    """A request whose texts every database can hold."""

    parameter_storage_class = NulFree


def init_app(app: Flask) -> None:
    """Read all requests so."""
    app.request_class = LaporRequest
