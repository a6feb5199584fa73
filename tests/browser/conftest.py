"""A real Chromium on the real application with the demo data.

    def test_head_reads_the_next_one(sign_in, phone, axe):
        page = sign_in(phone, "kepala.dinkes")
        page.goto("/menunggu")
        axe(page)

A test fails when the page writes an error to the console (a refused inline script does) or asks another host.
"""

import os
import shutil
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from werkzeug.serving import WSGIRequestHandler, make_server

from tests.page import PASSWORD

AXE = Path(__file__).parent / "vendor" / "axe.min.js"
# the dark look changes colours and nothing else
COLOURS = (("dark", "runOnly: ['color-contrast', 'link-in-text-block'],"), ("light", ""))
DESKTOP = {"width": 1280, "height": 800}
PHONE = {"width": 360, "height": 780}
FLAGS = [
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-sync",
    "--disable-features=Translate,OptimizationHints,MediaRouter,AutofillServerCommunication",
    "--no-first-run",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything in this folder is a browser test."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)


class _Quiet(WSGIRequestHandler):
    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        return


@pytest.fixture
def live(demo_app: Flask) -> Iterator[str]:
    """The address of the application, served with threads over a fresh copy of the demo data."""
    server = make_server("127.0.0.1", 0, demo_app, threaded=True, request_handler=_Quiet)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Debian's Chromium."""
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    if program is None:
        pytest.fail("Chromium is not installed: run deploy/system-libraries test")
    flags = [*FLAGS, "--no-sandbox"] if os.geteuid() == 0 else FLAGS
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=flags)
        yield browser
        browser.close()


def _open(chromium: Browser, live: str, problems: list[str], **options: Any) -> BrowserContext:
    context = chromium.new_context(base_url=live, locale="id-ID", reduced_motion="reduce", **options)
    context.set_default_timeout(10_000)
    # 4xx answers are part of tests of refusals and are said on the console too, by the browser and by htmx
    context.on(
        "console",
        lambda message: (
            problems.append(message.text)
            if message.type == "error"
            and "server responded with a status of 4" not in message.text
            and "Response Status Error Code 4" not in message.text
            else None
        ),
    )
    context.on("weberror", lambda raised: problems.append(str(raised.error)))
    context.on(
        "request",
        lambda request: (
            None if request.url.startswith((live, "data:", "blob:")) else problems.append(f"asks {request.url}")
        ),
    )
    return context


@pytest.fixture
def open_page(chromium: Browser, live: str) -> Iterator[Callable[..., Page]]:
    """Opens a page in a browser of its own (cookies apart); options as for Playwright's ``new_context``."""
    problems: list[str] = []
    contexts: list[BrowserContext] = []

    def opened(**options: Any) -> Page:
        context = _open(chromium, live, problems, **{"viewport": DESKTOP, **options})
        contexts.append(context)
        return context.new_page()

    yield opened
    for context in contexts:
        context.close()
    assert problems == [], "the browser complained"


@pytest.fixture
def page(open_page: Callable[..., Page]) -> Page:
    """A page on a desktop."""
    return open_page()


@pytest.fixture
def phone(open_page: Callable[..., Page]) -> Page:
    """A page on a small telephone, 360 by 780 points."""
    return open_page(viewport=PHONE, is_mobile=True, has_touch=True, device_scale_factor=2)


@pytest.fixture
def without_javascript(open_page: Callable[..., Page]) -> Page:
    """A page on a desktop whose browser runs no script."""
    return open_page(java_script_enabled=False)


@pytest.fixture
def sign_in() -> Callable[[Page, str], Page]:
    """Signs in through the page: ``sign_in(page, "koordinator")``; returns the page."""

    def signed_in(page: Page, login_name: str, password: str = PASSWORD) -> Page:
        page.goto("/masuk")
        page.locator("main input[type=password]").fill(password)
        page.locator("main input[type=text], main input[type=email], main input:not([type])").first.fill(login_name)
        page.locator("main form:has(input[type=password]) button[type=submit]").click()
        page.wait_for_url(lambda url: "/masuk" not in url)
        return page

    return signed_in


@pytest.fixture
def axe() -> Callable[[Page], None]:
    """Fails on what axe calls serious or critical, in the light and in the dark look."""
    source = AXE.read_text()

    def check(page: Page) -> None:
        found: list[str] = []
        if page.evaluate("typeof axe") == "undefined":
            page.evaluate(source)
        for scheme, rules in COLOURS:
            page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            result = page.evaluate(f"axe.run(document, {{{rules} resultTypes: ['violations']}})")
            found += [
                f"{scheme}: {violation['id']} ({violation['impact']}): {violation['help']}\n    "
                + "\n    ".join(f"{node['target'][0]}: {node['html'][:160]}" for node in violation["nodes"][:4])
                for violation in result["violations"]
                if violation["impact"] in {"serious", "critical"}
            ]
        assert found == [], f"{page.url}:\n" + "\n".join(found)

    return check


@pytest.fixture
def order(demo_app: Flask) -> Callable[..., tuple[int, int]]:
    """Keys of a demo complaint and of its order: to this agency, or its first: ``order("99000219", "bpbd")``."""
    from lapor.agencies.models import Agency
    from lapor.complaints.models import Complaint
    from lapor.core.db import db
    from lapor.dispositions.models import Disposition

    def found(tracking_id: str, slug: str | None = None) -> tuple[int, int]:
        with demo_app.app_context():
            rows = db.session.execute(
                sa.select(Complaint.id, Disposition.id, Agency.slug)
                .outerjoin(Disposition, Disposition.complaint_id == Complaint.id)
                .outerjoin(Agency, Agency.id == Disposition.agency_id)
                .where(Complaint.tracking_id == tracking_id)
                .order_by(Disposition.id)
            ).all()
            return next((row[0], row[1] or 0) for row in rows if slug in (None, row[2]))

    return found


@pytest.fixture
def before_head(demo_app: Flask) -> Callable[[list[str]], dict[str, int]]:
    """Puts complaints with these titles, and nothing else, before the head of BPBD; gives the keys of the orders."""
    from lapor.agencies.models import Agency
    from lapor.complaints.models import Complaint
    from lapor.complaints.rules import Origin, ReportClass, ReportedParty
    from lapor.core import clock
    from lapor.core.db import db, transaction
    from lapor.dispositions import clocks
    from lapor.dispositions.models import Disposition
    from lapor.dispositions.rules import Part

    def put(titles: list[str]) -> dict[str, int]:
        now = clock.now()
        keys: dict[str, int] = {}
        with demo_app.app_context(), transaction() as session:
            agency = session.scalars(sa.select(Agency).where(Agency.slug == "bpbd")).one()
            owed = Disposition.head_agency_id == agency.id
            session.execute(sa.update(Disposition).where(owed).values(is_owed=False))
            rule_set = session.scalar(sa.select(Complaint.rule_set_id).limit(1))
            for number, title in enumerate(titles):
                complaint = Complaint(
                    number=f"A-2026-95000{number}",
                    origin=Origin.MANUAL,
                    title=title,
                    text=f"{title}. "
                    + "Sudah kami sampaikan kepada kepala dusun, tetapi belum ada yang datang. " * 9,
                    report_class=ReportClass.NON_SUPERVISORY,
                    category="Kebencanaan",
                    location="Kabupaten Sigi",
                    received_at=now,
                    received_on=clock.local_day(now),
                    rule_set_id=rule_set,
                    created_at=now,
                    verified_at=now,
                    reported_party=ReportedParty.NONE,
                )
                session.add(complaint)
                session.flush()
                row = Disposition(
                    complaint_id=complaint.id,
                    agency_id=agency.id,
                    head_agency_id=agency.id,
                    part=Part.LEAD,
                    origin=Origin.MANUAL,
                    disposed_at=now,
                    disposed_on=clock.local_day(now),
                )
                session.add(row)
                session.flush()
                clocks.start_clocks(session, complaint, row, clock.local_day(now))
                clocks.refresh(session, complaint)
                keys[title] = row.id
            db.session.flush()
        return keys

    return put
