"""Bounded paging: one more row than shown is read, counts stop where counting would cost."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from flask import request, url_for
from flask_babel import gettext as _

from lapor.core.wording import number
from lapor.web.addresses import key_of

Row = TypeVar("Row")
PAGE_SIZE = 50
COUNT_LIMIT = 1000
MAX_PAGE = 200


@dataclass(frozen=True)
class Page(Generic[Row]):
    """One page of a list with the addresses of its neighbours."""

    rows: Sequence[Row]
    number: int
    next_url: str | None
    previous_url: str | None
    total_label: str


def page_number() -> int:
    """The page that the address asks for (``hal``), at least 1 and bounded."""
    given = request.args.get("hal", "1")
    return min(max(key_of(given), 1), MAX_PAGE) if len(given) < 6 else 1


def total_label(total: int) -> str:
    """``12 baris``, or ``lebih dari 1.000`` where counting stopped."""
    if total > COUNT_LIMIT:
        return str(_("lebih dari %(count)s", count=number(COUNT_LIMIT)))
    return number(total)


def page_of(rows: Sequence[Row], page: int, total: int, size: int = PAGE_SIZE) -> Page[Row]:
    """A page from ``size + 1`` read rows; the addresses keep all filters of the present one."""

    def address(target: int) -> str:
        arguments: dict[str, Any] = {**request.args.to_dict(flat=False), **(request.view_args or {})}
        arguments["hal"] = target
        return url_for(request.endpoint or "", **arguments)

    return Page(
        rows=rows[:size],
        number=page,
        next_url=address(page + 1) if len(rows) > size else None,
        previous_url=address(page - 1) if page > 1 else None,
        total_label=total_label(total),
    )
