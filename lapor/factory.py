"""create_app(): the one readable list of extensions, blueprints and subscribers."""

import logging
from collections.abc import Mapping
from pathlib import Path

import flask_migrate
from flask import Flask
from flask_wtf.csrf import CSRFProtect

from lapor import cli, config
from lapor.accounts import loading
from lapor.accounts.device_views import bp as accounts
from lapor.agencies import closing
from lapor.agencies.events import AgencyClosed, AgencyReopened
from lapor.agencies.views import bp as agencies
from lapor.agenda.feed_views import bp as agenda
from lapor.agenda.views import bp as agenda_pages
from lapor.audit.views import bp as audit
from lapor.calendar.events import CalendarChanged
from lapor.calendar.views import bp as calendar
from lapor.complaints.events import Archived, Closed, Forwarded, Verified
from lapor.complaints.queries import is_withheld_now
from lapor.core import events
from lapor.core.db import db, prepare_engine
from lapor.core.store import FolderStore
from lapor.desk import telling as import_telling
from lapor.desk.import_events import FileImported
from lapor.desk.import_views import bp as imports
from lapor.desk.reminding_views import bp as desk
from lapor.dispositions import events as order_events
from lapor.dispositions import handing_over, recounting, telling
from lapor.dispositions.answer_views import bp as answers
from lapor.dispositions.change_views import bp as calendar_changes
from lapor.dispositions.deadline_views import bp as deadline_pages
from lapor.dispositions.material_queries import MATERIAL_FILES
from lapor.dispositions.views import RESPONSE_FILES, file_guard
from lapor.documents import public as public_papers
from lapor.documents.views import bp as documents
from lapor.evaluations.views import bp as evaluations
from lapor.evidence import proof
from lapor.evidence.recording import RECORD_FILES
from lapor.evidence.recording_views import bp as sheet_records
from lapor.evidence.reviewing_views import bp as sheet_reviews
from lapor.evidence.sheet_views import bp as sheet_pages
from lapor.evidence.sheet_views import sheet_file_guard
from lapor.evidence.views import bp as proofs
from lapor.files import serving
from lapor.files.views import bp as files
from lapor.home import nav
from lapor.home.views import bp as home
from lapor.inbox import drafting
from lapor.inbox.correction_views import bp as corrections
from lapor.inbox.instruction_views import bp as instructions
from lapor.inbox.mandate_views import bp as mandated
from lapor.inbox.old_list_views import bp as old_list
from lapor.inbox.recap_views import bp as recap
from lapor.inbox.views import bp as inbox
from lapor.inbox.views import keep_refused
from lapor.meetings import succession as items_succession
from lapor.meetings.views import bp as meetings
from lapor.notifications import acting
from lapor.notifications.delivery_views import bp as notifications
from lapor.offices import events as office_events
from lapor.offices import succession as post_succession
from lapor.offices.acting_views import bp as offices
from lapor.offices.acting_views import why_not
from lapor.offices.services import ORDER_FILES
from lapor.offices.views import order_file_guard
from lapor.operations.views import bp as operations
from lapor.reminders.letter_views import bp as reminders
from lapor.statistics.views import bp as statistics
from lapor.units.agency_views import bp as unit_work
from lapor.units.mandate_views import bp as mandate_pages
from lapor.units.mandate_views import mandate_file_guard
from lapor.units.mandates import MANDATE_FILES
from lapor.units.views import bp as units
from lapor.units.views import material_file_guard
from lapor.web import addresses, assets, errors, filters, headers, htmx, links, requests, templating
from lapor.web.guards import public

ROOT = Path(__file__).parent.parent


BLUEPRINTS = (
    home,
    accounts,
    desk,
    imports,
    inbox,
    corrections,
    instructions,
    old_list,
    recap,
    mandated,
    proofs,
    sheet_pages,
    sheet_records,
    sheet_reviews,
    answers,
    deadline_pages,
    units,
    unit_work,
    mandate_pages,
    documents,
    files,
    meetings,
    agenda_pages,
    agenda,
    statistics,
    evaluations,
    agencies,
    offices,
    notifications,
    calendar,
    calendar_changes,
    audit,
    reminders,
    operations,
)


def keep_drafts(app: Flask) -> None:
    """Until when a head's draft is kept, and which requests of an ended session leave one."""
    for settled in (
        order_events.Acknowledged,
        order_events.Returned,
        order_events.Withdrawn,
        order_events.HandedOver,
    ):
        events.subscribe(settled, drafting.on_settled)
    for ended in (Archived, Forwarded, Closed):
        events.subscribe(ended, drafting.on_complaint_settled)
    loading.keep_refused(app, "inbox.acknowledge", keep_refused)
    loading.keep_refused(app, "inbox.keep_draft", keep_refused)


def hand_over_on_closing() -> None:
    """What an agency has to hand over when it closes, and who does it: work first, then the posts end."""
    for counter in (handing_over.count_orders, items_succession.count_items, post_succession.count_posts):
        closing.register(counter)
    for slice_of in (handing_over, items_succession, post_succession):
        events.subscribe(AgencyClosed, slice_of.on_agency_closed)
    for back in (handing_over.on_agency_reopened, post_succession.on_agency_reopened):
        events.subscribe(AgencyReopened, back)


def tell_in_the_bell() -> None:
    """Who is told of what: the subscribers that write notices."""
    for event, subscriber in (
        (office_events.Assigned, acting.on_assigned),
        (office_events.AssignmentEnded, acting.on_assignment_ended),
        (office_events.AssignmentCancelled, acting.on_assignment_cancelled),
        (office_events.OrderSupplied, acting.on_order_supplied),
        (office_events.AbsenceEntered, acting.on_absence_entered),
        (office_events.AbsenceEnded, acting.on_absence_ended),
        (office_events.ActingProposed, acting.on_acting_proposed),
        (office_events.ActingDeclined, acting.on_acting_declined),
        (order_events.Disposed, telling.on_disposed),
        (order_events.Acknowledged, telling.on_acknowledged),
        (order_events.AcknowledgementSuperseded, telling.on_superseded),
        (order_events.ReturnProposed, telling.on_return_proposed),
        (order_events.Returned, telling.on_returned),
        (order_events.BlockLifted, telling.on_block_lifted),
        (order_events.Withdrawn, telling.on_withdrawn),
        (Verified, telling.on_verified),
        (AgencyClosed, telling.on_agency_closed),
        (FileImported, import_telling.on_file_imported),
    ):
        events.subscribe(event, subscriber)


def register_papers() -> None:
    """Which acts put a paper into the register, in the same transaction; who may open the photos of sheets.

    And what its public page hides.
    """
    events.subscribe(order_events.Acknowledged, proof.on_acknowledged)
    events.subscribe(order_events.AcknowledgementSuperseded, proof.on_superseded)
    events.subscribe(order_events.Returned, proof.on_returned)
    serving.register(RECORD_FILES, sheet_file_guard)
    public_papers.hide_while(is_withheld_now)


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

    templating.init_app(app)
    CSRFProtect(app)
    htmx.init_app(app)
    requests.init_app(app)  # after htmx, whose extension puts in a request class of its own
    headers.init_app(app)
    addresses.init_app(app)
    assets.init_app(app)
    links.init_app(app)
    filters.init_app(app)
    errors.init_app(app)
    loading.init_app(app)

    for blueprint in dict.fromkeys(BLUEPRINTS):  # the pages of one slice share one
        app.register_blueprint(blueprint)
    public(app.view_functions["static"])

    register_papers()
    serving.register(RESPONSE_FILES, file_guard)
    serving.register(MATERIAL_FILES, material_file_guard)
    serving.register(MANDATE_FILES, mandate_file_guard)
    serving.register(ORDER_FILES, order_file_guard)
    events.subscribe(CalendarChanged, recounting.on_calendar_changed)
    keep_drafts(app)
    app.extensions["lapor_why_not"] = why_not
    hand_over_on_closing()
    tell_in_the_bell()
    nav.init_app(app)
    cli.init_app(app)
    return app
