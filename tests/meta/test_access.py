"""Who may reach what: every endpoint, every role, own and other agencies, open and confidential complaints.

The table in access_matrix.md is read by people: a new endpoint fails until its rows are there and reviewed.
Write it anew with LAPOR_WRITE_ACCESS=1, then read the difference.
"""

import contextvars
import os
from datetime import date
from pathlib import Path

import pytest

from lapor.complaints.rules import ReportedParty
from lapor.dispositions.rules import ResponseState, State
from lapor.web.guards import access_of

TABLE = Path(__file__).parent / "access_matrix.md"
NOW = "2026-03-04 10:00"
ROLES = (
    "visitor",
    "head",
    "liaison",
    "operator",
    "unit",
    "coordinator",
    "secretariat",
    "leadership",
    "inspectorate",
    "administrator",
)
# what a complaint is to the people of the agency under test
SUBJECTS = ("own", "own-secret", "other", "other-secret", "about-own-head", "about-office")
OF_A_COMPLAINT = {"complaint_id", "disposition_id", "response_id", "file_id"}
# signing out would end the session of the role under test
LEFT_OUT = {"static", "accounts.sign_out"}


def mark(response):
    """One word for an answer: in (asked to sign in), no (403), none (404), yes (all else that is no failure)."""
    if response.status_code in {302, 303} and "/masuk" in response.headers.get("Location", ""):
        return "in"
    return {403: "no", 404: "none"}.get(response.status_code, "yes" if response.status_code < 500 else "FAIL")


@pytest.fixture
def world(app, session, make, clock, monkeypatch):
    """The agencies, one person a role, a complaint a subject, and a signed-in browser a role."""
    clock.at(NOW)
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", False)
    own, other = make.agency("bpbd"), make.agency("disdik")
    inspektorat = make.agency("inspektorat", is_oversight=True)
    office = make.office()
    people = {
        "head": make.head(own),
        "liaison": make.liaison(own),
        "operator": make.operator(own),
        "unit": make.unit(own),
        "coordinator": make.coordinator(),
        "secretariat": make.secretariat(),
        "leadership": make.leadership(),
        "inspectorate": make.inspectorate(),
        "administrator": make.administrator(),
    }
    other_operator = make.operator(other)
    ids = {}
    for name in SUBJECTS:
        about = {
            "about-own-head": {"reported_party": ReportedParty.HEAD, "reported_agency_id": own.id},
            "about-office": {"reported_party": ReportedParty.COORDINATOR_OFFICE, "reported_agency_id": office.id},
        }.get(name, {})
        agency = {"own": own, "own-secret": own}.get(name, other if not about else inspektorat)
        complaint = make.complaint(is_verified=True, is_confidential=name.endswith("secret"), **about)
        order = make.disposition(complaint, agency, state=State.ACKNOWLEDGED)
        answer = make.response(
            order, people["operator"] if agency is own else other_operator, state=ResponseState.POSTED
        )
        ids[name] = {
            "complaint_id": complaint.id,
            "disposition_id": order.id,
            "response_id": answer.id,
            "file_id": 999_999,
        }
    session.commit()
    browsers = {"visitor": app.test_client()}
    for role, member in people.items():
        browser = app.test_client()
        given = {"login": member.login, "password": "lapor-demo"}
        answer = contextvars.Context().run(browser.post, "/masuk", data=given)
        assert answer.status_code in {302, 303}, role
        browsers[role] = browser
    general = {
        "agency_id": own.id,
        "person_id": other_operator.person.id,
        "post_id": other_operator.post.id,
        "assignment_id": other_operator.assignment.id,
        "account_id": other_operator.account.id,
        "year": date(2026, 3, 4).year,
    }
    return browsers, ids, general


def addresses(app, ids, general):
    """Method, endpoint, subject and address of everything that can be asked for."""
    adapter = app.url_map.bind("localhost")
    for rule in sorted(app.url_map.iter_rules(), key=lambda rule: (rule.endpoint, rule.rule)):
        if rule.endpoint in LEFT_OUT:
            continue
        subjects = SUBJECTS if rule.arguments & OF_A_COMPLAINT else ("",)
        for method in sorted(rule.methods & {"GET", "POST"}):
            for subject in subjects:
                given = {**general, **ids.get(subject, {})}
                values = {}
                for name in rule.arguments:
                    converter = rule._converters[name]
                    choices = sorted(getattr(converter, "items", ()))
                    fallback = choices[0] if choices else 999_999
                    values[name] = given.get(name, fallback)
                yield method, rule.endpoint, subject, adapter.build(rule.endpoint, values, method=method)


def test_every_endpoint_declares_what_it_needs(app):
    with app.app_context():
        silent = [name for name in app.view_functions if access_of(name) is None]
    assert silent == []


@pytest.mark.slow
def test_the_access_table_holds(app, session, world, request):
    if request.config.getoption("--db") == "postgres":
        pytest.skip("authority does not depend on the database; it is walked once")
    browsers, ids, general = world
    lines = [
        "| method | endpoint | complaint | " + " | ".join(ROLES) + " |",
        "|---|---|---|" + "---|" * len(ROLES),
    ]
    session.rollback()
    failures = []
    for method, endpoint, subject, address in addresses(app, ids, general):
        marks = []
        for role in ROLES:
            session.rollback()
            # a context of its own: else the requests would share the test's `g`, and with it the signed-in person
            answer = contextvars.Context().run(browsers[role].open, address, method=method)
            marks.append(mark(answer))
            if marks[-1] == "FAIL":
                failures.append(f"{role}: {method} {address} answered {answer.status_code}")
            answer.close()
        lines.append(f"| {method} | {endpoint} | {subject} | " + " | ".join(marks) + " |")
    assert failures == []
    table = "\n".join(lines) + "\n"
    if os.environ.get("LAPOR_WRITE_ACCESS"):
        TABLE.write_text(table)
    expected = TABLE.read_text().splitlines() if TABLE.exists() else []
    assert lines == expected
