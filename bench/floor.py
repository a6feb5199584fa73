"""The floor: what Flask alone can do. One indexed query with sqlite3, one compiled template, as much HTML.

`BENCH_DATABASE` names the database, `BENCH_SIZES` the bytes of each page as JSON. Started by `bench/run.py`.
"""

import json
import os
import sqlite3
import threading

from flask import Flask
from jinja2 import Environment, Template

ROWS = 25
_QUERY = (
    "SELECT id, number, title, next_due_on FROM complaint WHERE lead_agency_id = ? AND status = ? ORDER BY id LIMIT ?"
)
_PAGE = (
    "<!doctype html><html lang=id><title>{{ title }}</title><h1>{{ title }}</h1><table>"
    "{% for row in rows %}<tr>{% for turn in range(turns) %}<td>{{ row[1] }}<td>{{ row[2] }}<td>{{ row[3] }}"
    "{% endfor %}{% endfor %}</table>"
)
_TURN = 60
"""Bytes of the three cells of a row, about."""


def create_floor() -> Flask:
    """The bare application with one page for each size."""
    app = Flask("floor")
    environment = Environment(autoescape=True)
    held = threading.local()

    def connection() -> sqlite3.Connection:
        if not hasattr(held, "connection"):
            held.connection = sqlite3.connect(os.environ["BENCH_DATABASE"])
        found: sqlite3.Connection = held.connection
        return found

    def add_page(name: str, template: Template, turns: int) -> None:
        def page() -> str:
            rows = connection().execute(_QUERY, (3, "closed", ROWS)).fetchall()
            return template.render(title=name, rows=rows, turns=turns)

        app.add_url_rule(f"/{name}", name, page)

    for name, size in json.loads(os.environ["BENCH_SIZES"]).items():
        add_page(name, environment.from_string(_PAGE), max(1, size // (ROWS * _TURN)))
    return app


app = create_floor() if "BENCH_SIZES" in os.environ else None
