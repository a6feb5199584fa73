"""Words for templates: dates and numbers as an Indonesian office writes them."""

from flask import Flask

from lapor.core import clock, wording


def init_app(app: Flask) -> None:
    """Register the filters."""
    filters = app.jinja_env.filters
    filters["long_date"] = wording.long_date
    filters["weekday_date"] = wording.weekday_date
    filters["short_month"] = lambda day: wording.MONTHS_SHORT[day.month - 1]
    filters["clock_time"] = wording.clock_time
    filters["long_instant"] = wording.long_instant
    filters["number"] = wording.number
    filters["percent"] = wording.percent
    filters["local_day"] = clock.local_day
    filters["nip"] = wording.nip_grouped
