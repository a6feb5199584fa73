"""A marker in every text of a confidential complaint is carried through every page, file and log line.

Whoever handles the complaint reads it; it must be nowhere else: no list, title, search, PDF, export or log.
"""

import contextvars
import io
import re
import subprocess
import zipfile
from datetime import date

import pikepdf
import pytest

from lapor.complaints.rules import ReportedParty
from lapor.dispositions.rules import ResponseState, State
from lapor.evaluations.models import EvaluationCycle
from lapor.meetings.models import Meeting
from tests.meta.test_access import LEFT_OUT

MARKER = "ZXRAHASIAQ"
NOW = "2026-03-04 10:00"
TOKEN = re.compile(rb'name="csrf_token"[^>]*value="[^"]*"')


def texts_of(data, media_type):
    """Everything readable of an answer: pages as they are, the text of PDFs, the parts of spreadsheets."""
    if media_type == "application/pdf":
        with pikepdf.open(io.BytesIO(data)) as pdf:
            streams = [page.Contents.read_bytes() for page in pdf.pages if "/Contents" in page]
            return b"".join(streams) + str(pdf.docinfo).encode() + pdf_words(data)
    if data[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(data)) as parts:
            return b"".join(parts.read(name) for name in parts.namelist())
    return data


def pdf_words(data):
    """The words of a PDF as a reader would copy them."""
    return subprocess.run(["pdftotext", "-", "-"], input=data, capture_output=True, check=True).stdout


@pytest.mark.slow
def test_a_confidential_text_is_nowhere_that_it_must_not_be(app, session, make, clock, monkeypatch, caplog, request):
    if request.config.getoption("--db") == "postgres":
        pytest.skip("the same conditions run in tests/pages/test_desk_list.py on PostgreSQL")
    clock.at(NOW)
    caplog.set_level("DEBUG")
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", False)
    own, other = make.agency("bpbd"), make.agency("disdik")
    inspektorat = make.agency("inspektorat", is_oversight=True)
    head, operator = make.head(own), make.operator(own)
    people = {
        "other-head": make.head(other),
        "other-operator": make.operator(other),
        "unit": make.unit(own),
        "secretariat": make.secretariat(),
        "leadership": make.leadership(),
        "inspectorate": make.inspectorate(),
        "administrator": make.administrator(),
    }
    coordinator = make.coordinator()
    words = {"title": f"{MARKER} judul", "text": f"{MARKER} isi", "location": f"{MARKER} lokasi"}
    secret = make.complaint(
        is_verified=True, is_confidential=True, category=f"{MARKER} kategori", reporter_name=f"{MARKER} nama", **words
    )
    order = make.disposition(
        secret, own, state=State.ACKNOWLEDGED, note=f"{MARKER} catatan", unit_name=f"{MARKER} unit"
    )
    make.acknowledged(order, head, instruction=f"{MARKER} arahan")
    answer = make.response(order, operator, state=ResponseState.POSTED, text=f"{MARKER} jawaban")
    about = make.complaint(is_verified=True, reported_party=ReportedParty.HEAD, reported_agency_id=other.id, **words)
    make.disposition(about, inspektorat, state=State.ACKNOWLEDGED)
    session.add(
        EvaluationCycle(
            title="Evaluasi 2026",
            year=2026,
            starts_on=date(2026, 1, 1),
            ends_on=date(2026, 12, 31),
            created_at=secret.created_at,
        )
    )
    session.commit()
    cycle_id = session.query(EvaluationCycle.id).scalar()
    meeting_id = session.query(Meeting.id).scalar() or 999_999
    fixed = {
        "complaint_id": secret.id,
        "disposition_id": order.id,
        "response_id": answer.id,
        "agency_id": own.id,
        "cycle_id": cycle_id,
        "meeting_id": meeting_id,
        "person_id": operator.person.id,
        "post_id": operator.post.id,
        "assignment_id": operator.assignment.id,
        "account_id": operator.account.id,
    }
    adapter = app.url_map.bind("localhost")
    addresses = []
    for rule in app.url_map.iter_rules():
        if "GET" not in rule.methods or rule.endpoint in LEFT_OUT:
            continue
        values = {}
        for name in rule.arguments:
            choices = sorted(getattr(rule._converters[name], "items", ()))
            values[name] = fixed.get(name, choices[0] if choices else 999_999)
        addresses.append(adapter.build(rule.endpoint, values, method="GET"))
    addresses += [
        f"/aduan/{about.id}",
        "/aduan?tampilan=semua",
        "/aduan?q=judul",
    ]

    def see(browser, address):
        session.rollback()
        answer = contextvars.Context().run(browser.open, address)
        data = texts_of(answer.get_data(), answer.mimetype)
        answer.close()
        return answer, data

    def sign_in(member):
        browser = app.test_client()
        given = {"login": member.login, "password": "lapor-demo"}
        contextvars.Context().run(browser.post, "/masuk", data=given)
        return browser

    reader = sign_in(coordinator)
    assert MARKER.encode() in see(reader, f"/aduan/{secret.id}")[1]
    assert MARKER.encode() in see(sign_in(operator), f"/aduan/{secret.id}")[1]
    leaks = []
    for role, member in people.items():
        browser = sign_in(member)
        for address in addresses:
            answer, data = see(browser, address)
            if MARKER.encode() in data or MARKER in str(answer.headers.get("Content-Disposition")):
                leaks.append(f"{role} {address}")
        # searching for a word of it answers exactly as searching for a word that is nowhere
        found, nowhere = (
            TOKEN.sub(b"", see(browser, f"/aduan?tampilan=semua&q={word}")[1]).replace(word.encode(), b"")
            for word in (MARKER, "QWTIDAKADA")
        )
        if found != nowhere:
            leaks.append(f"{role} search")
    assert leaks == []
    for address in addresses:
        see(reader, address)
    assert MARKER not in caplog.text
