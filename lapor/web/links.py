"""Addresses: those of many rows and those that stand on every page are built once, not each time.

``url_for`` takes about 30 microseconds, which a list of fifty rows with two links would pay a hundred times.
"""

from collections.abc import Callable
from functools import lru_cache
from typing import Any

from flask import Flask, request, url_for


def address_pattern(endpoint: str, argument: str) -> Callable[[int], str]:
    """A function from a key to the address of ``endpoint`` with that key as ``argument`` in its path."""
    values: dict[str, Any] = {argument: 0}
    before, _zero, after = kept_url_for(endpoint, **values).partition("/0")
    return lambda key: f"{before}/{key}{after}"


@lru_cache(maxsize=4096)
def _address(_root: str, endpoint: str, values: tuple[tuple[str, Any], ...]) -> str:
    return url_for(endpoint, **dict(values))


def kept_url_for(endpoint: str, **values: Any) -> str:
    """As ``flask.url_for`` for addresses within the application; the same question is answered once a process.

    An endpoint that begins with a dot, or values that cannot be kept, go to Flask itself.
    """
    if endpoint.startswith(".") or not all(isinstance(value, str | int) for value in values.values()):
        return url_for(endpoint, **values)
    return _address(request.script_root, endpoint, tuple(values.items()))


def init_app(app: Flask) -> None:
    """Let templates use the kept addresses."""
    app.jinja_env.globals["url_for"] = kept_url_for
