"""create_app(): the one readable list of extensions, blueprints and subscribers."""

import logging
from collections.abc import Mapping
from pathlib import Path

import flask_migrate
from flask import Flask
from flask_wtf.csrf import CSRFProtect

from lapor import cli, config
from lapor.accounts import loading
from lapor.accounts.views import bp as accounts
from lapor.agencies.views import bp as agencies
from lapor.calendar.events import CalendarChanged
from lapor.calendar.views import bp as calendar
from lapor.core import events
from lapor.core.db import db, prepare_engine
from lapor.core.store import FolderStore
from lapor.desk.case_views import bp as desk
from lapor.desk.import_views import bp as imports
from lapor.dispositions import clocks
from lapor.dispositions.answer_views import bp as answers
from lapor.dispositions.inbox_views import bp as inbox
from lapor.dispositions.views import RESPONSE_FILES, file_guard
from lapor.evaluations.views import bp as evaluations
from lapor.files import serving
from lapor.files.views import bp as files
from lapor.home import nav
from lapor.home.views import bp as home
from lapor.journal.views import bp as journal
from lapor.meetings.views import bp as meetings
from lapor.offices.views import bp as offices
from lapor.operations.views import bp as operations
from lapor.statistics.views import bp as statistics
from lapor.web import addresses, assets, errors, filters, headers, htmx, links, words
from lapor.web.guards import public

ROOT = Path(__file__).parent.parent


BLUEPRINTS = (
    home,
    accounts,
    desk,
    imports,
    inbox,
    answers,
    files,
    meetings,
    statistics,
    evaluations,
    agencies,
    offices,
    calendar,
    journal,
    operations,
)


def create_app(overrides: Mapping[str, object] | None = None) -> Flask:
    """The application. ``overrides`` win over the environment (tests).

    Raises config.ConfigurationError when it cannot start as configured.
    """
    app = Flask(
        "lapor", root_path=str(ROOT), static_folder=str(ROOT / "static"), template_folder=str(ROOT / "templates")
    )
    app.config.from_mapping(config.load(ROOT, overrides))
    app.jinja_options = {"trim_blocks": True, "lstrip_blocks": True}

    logging.getLogger("weasyprint").setLevel(logging.ERROR)
    db.init_app(app)
    with app.app_context():
        prepare_engine(db.engine)
    flask_migrate.Migrate(app, db, directory=str(ROOT / "migrations"), render_as_batch=True, compare_type=True)
    app.extensions["lapor_store"] = FolderStore(Path(app.config["LAPOR_FILES"]))

    words.init_app(app)
    CSRFProtect(app)
    htmx.init_app(app)
    headers.init_app(app)
    addresses.init_app(app)
    assets.init_app(app)
    links.init_app(app)
    filters.init_app(app)
    errors.init_app(app)
    loading.init_app(app)

    for blueprint in dict.fromkeys(BLUEPRINTS):  # inbox and answers share one
        app.register_blueprint(blueprint)
    public(app.view_functions["static"])

    serving.register(RESPONSE_FILES, file_guard)
    events.subscribe(CalendarChanged, clocks.on_calendar_changed)
    nav.init_app(app)
    cli.init_app(app)
    return app
