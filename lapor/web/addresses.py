"""Keys in addresses and forms: what is no key of any row is not found, and never reaches the database."""

from flask import Flask
from werkzeug.routing import IntegerConverter, Map

LARGEST_KEY = 2**31 - 1
"""Keys are 32 bits on PostgreSQL; SQLite refuses to even look for a number beyond 64."""


class KeyConverter(IntegerConverter):
    """``<int:...>`` in an address, up to the largest key that a row can have."""

    def __init__(self, url_map: Map) -> None:
        super().__init__(url_map, max=LARGEST_KEY)


def key_of(given: str) -> int:
    """The key that was given as text, or 0, which no row has, when it is none."""
    if not (given.isascii() and given.isdigit()) or len(given) > len(str(LARGEST_KEY)):
        return 0
    key = int(given)
    return key if key <= LARGEST_KEY else 0


def init_app(app: Flask) -> None:
    """Use the converter for all ``<int:...>``; before the blueprints are registered."""
    app.url_map.converters["int"] = KeyConverter
