"""A complaint about a head: he, whoever acts for him and his people find nothing of it, not even by a count.

Each page of the agency's people is fetched twice: once the complaint is about the head of this agency, once about
the head of another. Every byte must be the same.
"""

import contextvars
import re
from datetime import date

import pytest
import sqlalchemy as sa

from lapor.complaints.rules import ReportedParty
from lapor.core.clock import at_local
from lapor.desk import services as desk
from lapor.dispositions import services as dispositions
from lapor.evaluations.models import EvaluationCycle
from lapor.notifications.models import Notification
from lapor.offices.models import Capacity
from lapor.policy import Role
from tests.meta.test_access import LEFT_OUT
from tests.page import PageClient
from tests.pages.test_confidential_marker import texts_of

MARKER = "ZXTENTANGKEPALAQ"
NOW = "2026-03-04 10:00"
CHANGING = re.compile(
    rb'csrf_token"[^>]*value="[^"]*"|name="csrf-token" content="[^"]*"|nonce-[^\';"]+|/ID \[[^\]]*\]'
)
SINCE = date(2026, 3, 1)


@pytest.fixture
def world(session, make, clock):
    """BPBD whose head is reported, BMPR as the other one, the Inspektorat that has the complaint."""
    clock.at(NOW)
    world = {slug: make.agency(slug) for slug in ("bpbd", "bmpr", "dlh")}
    world["inspektorat"] = make.agency("inspektorat", is_oversight=True)
    world["setda"] = make.agency("setda", oversees_inspectorate=True)
    make.office()
    head = make.head(world["bpbd"], name="Datuma Palewang")
    ordinary = make.disposition(make.complaint("Tanggul retak", is_verified=True), world["bpbd"])
    make.acknowledged(ordinary, head)
    about = make.complaint(
        f"{MARKER} setoran",
        text=f"{MARKER} isi",
        is_verified=True,
        reported_party=ReportedParty.HEAD,
        reported_agency_id=world["bpbd"].id,
    )
    order = make.disposition(about, world["inspektorat"])
    session.add(
        EvaluationCycle(
            title="Evaluasi 2026",
            year=2026,
            starts_on=date(2026, 1, 1),
            ends_on=date(2026, 12, 31),
            created_at=about.created_at,
        )
    )
    return world | {"head": head, "about": about, "order": order, "ordinary": ordinary}


def addresses_of(app, world, person):
    fixed = {
        "complaint_id": world["about"].id,
        "disposition_id": world["order"].id,
        "agency_id": world["bpbd"].id,
        "person_id": person.person.id,
        "post_id": person.post.id,
        "assignment_id": person.assignment.id,
        "cycle_id": 1,
    }
    adapter = app.url_map.bind("localhost")
    found = []
    for rule in app.url_map.iter_rules():
        if "GET" not in rule.methods or rule.endpoint in LEFT_OUT:
            continue
        values = {}
        for name in rule.arguments:
            choices = sorted(getattr(rule._converters[name], "items", ()))
            values[name] = fixed.get(name, choices[0] if choices else 999_999)
        found.append(adapter.build(rule.endpoint, values, method="GET"))
    words = ("setoran", MARKER, world["about"].number, world["about"].tracking_id)
    found += [f"/aduan?tampilan=semua&q={word}" for word in words]
    return sorted({*found, "/aduan?tampilan=semua", "/aduan?tampilan=lewat", "/notifikasi?tampil=semua"})


def signed_in(app, session, member):
    browser = app.test_client()
    session.commit()
    given = {"login": member.login, "password": "lapor-demo"}
    contextvars.Context().run(browser.post, "/masuk", data=given)
    return browser


def fetched(browser, session, addresses):
    pages = {}
    for address in addresses:
        session.rollback()
        answer = contextvars.Context().run(browser.open, address)
        data = texts_of(answer.get_data(), answer.mimetype)
        pages[address] = (answer.status_code, CHANGING.sub(b"", data))
        answer.close()
    return pages


def flip(session, world, slug):
    session.rollback()
    world["about"].reported_agency_id = world[slug].id
    session.commit()


def compared(app, session, member, world):
    addresses = addresses_of(app, world, member)
    browser = signed_in(app, session, member)
    flip(session, world, "bmpr")
    fetched(browser, session, addresses)  # what a first reading writes is written now
    other = fetched(browser, session, addresses)
    flip(session, world, "bpbd")
    own = fetched(browser, session, addresses)
    leaks = [address for address in addresses if other[address] != own[address]]
    leaks += [address for address, (_status, data) in own.items() if MARKER.encode() in data and "q=" not in address]
    return leaks


@pytest.mark.slow
@pytest.mark.parametrize("who", ["head", "operator", "liaison", "unit", "acting", "former", "former-elsewhere"])
def test_no_byte_tells_the_agency_that_its_head_is_reported(app, session, make, monkeypatch, world, who):
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", False)
    bpbd = world["bpbd"]
    if who == "head":
        member = world["head"]
    elif who == "acting":
        member = make.member(Role.HEAD, post=world["head"].post, login="plh", capacity=Capacity.PLH, starts_on=SINCE)
    elif who == "former":
        world["head"].assignment.ends_on = date(2026, 3, 1)
        member = make.member(Role.HEAD, post=world["head"].post, login="baru", starts_on=date(2026, 3, 2))
    elif who == "former-elsewhere":
        world["head"].assignment.ends_on = date(2026, 3, 1)
        member = world["head"]
        make.assign(member.person, make.post(world["dlh"], Role.HEAD), starts_on=date(2026, 3, 2))
    else:
        member = getattr(make, who)(bpbd)
    assert compared(app, session, member, world) == []


@pytest.mark.slow
@pytest.mark.parametrize("second", ["leadership", "secretariat", "inspectorate", "coordinator", "inspektur", "dlh"])
def test_a_second_post_does_not_open_what_is_about_himself(app, session, make, monkeypatch, world, second):
    """With a post that sees the whole province, or as Plh. of the Inspektur himself, it does not exist for him."""
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", False)
    head = world["head"]
    if second == "inspektur":
        inspektur = make.head(world["inspektorat"])
        make.assign(head.person, inspektur.post, capacity=Capacity.PLH, starts_on=SINCE)
    elif second == "dlh":
        make.assign(head.person, make.post(world["dlh"], Role.HEAD), capacity=Capacity.PLT, starts_on=SINCE)
    else:
        make.assign(head.person, make.post(world["setda"], Role(second)), starts_on=SINCE)
    addresses = addresses_of(app, world, head)
    pages = fetched(signed_in(app, session, head), session, addresses)
    reference = (world["about"].number.encode(), world["about"].tracking_id.encode())
    leaks = [
        address
        for address, (_status, data) in pages.items()
        if (MARKER.encode() in data or any(word in data for word in reference)) and "q=" not in address
    ]
    assert leaks == []
    assert pages[f"/aduan/{world['about'].id}"][0] == 404
    assert pages[f"/disposisi/{world['order'].id}"][0] in {303, 404}
    assert pages["/menunggu"][0] == 200


def test_the_inspektur_reads_it_and_about_him_only_the_sekda(app, session, make, world):
    inspektur = make.head(world["inspektorat"])
    sekda = make.head(world["setda"])
    make.inspectorate()
    browser = PageClient(app, session)
    assert MARKER in browser.login(inspektur.login, status=303).get("/menunggu").text
    about = make.complaint(
        f"{MARKER} inspektur",
        is_verified=True,
        reported_party=ReportedParty.HEAD,
        reported_agency_id=world["inspektorat"].id,
    )
    make.disposition(about, world["setda"])
    for login in (inspektur.login, "inspektorat"):
        browser = PageClient(app, session)
        browser.login(login, status=303)
        browser.get(f"/aduan/{about.id}", status=404)
        assert about.number not in browser.get("/aduan?tampilan=semua").text
    browser = PageClient(app, session)
    assert f"{MARKER} inspektur" in browser.login(sekda.login, status=303).get("/menunggu").text


def test_the_bell_forgets_when_the_question_is_answered_late(app, session, make, world):
    """An import put it before the head first; once it is about him his notice of it is gone."""
    from lapor.complaints.events import Verified
    from lapor.core import clock
    from lapor.core.events import publish
    from lapor.notifications.models import Kind
    from lapor.notifications.services import notify

    head, about = world["head"], world["about"]
    notify(
        session,
        [head.person.id],
        kind=Kind.COMPLAINT,
        sentence="Aduan #1 menunggu.",
        url=f"/aduan/{about.id}",
        now=clock.now(),
        complaint_id=about.id,
        agency_id=world["bpbd"].id,
    )
    browser = PageClient(app, session)
    assert "Aduan #1" in browser.login(head.login, status=303).get("/notifikasi").text
    publish(session, Verified(about.id, "supervisory", "head", world["bpbd"].id), actor=None, now=clock.now())
    assert "Aduan #1" not in browser.get("/notifikasi").text


def test_who_was_the_head_when_it_came_in_never_handles_it(app, session, make, world):
    """He left the agency and is the Inspektur now: it is closed to him, open to his deputy."""
    coordinator = make.coordinator()
    head = world["head"]
    about = make.complaint(f"{MARKER} lama", text=f"{MARKER} isi")
    order = make.disposition(about, world["bpbd"], disposed_at=about.received_at)
    now = at_local(date(2026, 3, 3), 9)
    desk.verify(
        session,
        about,
        report_class=about.report_class,
        class_reason=None,
        reported_party=ReportedParty.HEAD,
        reported_agency_id=world["bpbd"].id,
        actor=make.actor(coordinator, now),
        now=now,
    )
    assert about.reported_person_id == head.person.id
    assert order.state.value == "withdrawn"
    operator = make.operator(world["bpbd"])
    told = session.scalars(sa.select(Notification).where(Notification.agency_id == world["bpbd"].id)).all()
    assert told == []  # nor that anything was taken away
    make.disposition(about, world["inspektorat"])
    head.assignment.ends_on = date(2026, 3, 3)
    post = make.post(world["inspektorat"], Role.HEAD)
    make.assign(head.person, post, starts_on=date(2026, 3, 4))
    world["about"].reported_person_id = head.person.id
    session.commit()
    browser = PageClient(app, session)
    browser.login(head.login, status=303)
    page = browser.get("/menunggu")
    assert MARKER not in page.source
    assert "Tidak ada aduan yang menunggu" in page.text
    browser.get(f"/aduan/{about.id}", status=404)
    assert about.number not in browser.get("/aduan?tampilan=semua").source
    deputy = make.member(Role.HEAD, post=post, login="plh.inspektur", capacity=Capacity.PLH, starts_on=SINCE)
    browser = PageClient(app, session)
    assert MARKER in browser.login(deputy.login, status=303).get("/menunggu").text
    browser = PageClient(app, session)
    browser.login(operator.login, status=303)
    browser.get(f"/aduan/{about.id}", status=404)


def test_the_bell_never_calls_the_reported_head_in_his_second_post(app, session, make, world):
    """As Plh. of the Inspektur he is not told; the coordinator is asked to name another."""
    coordinator = make.coordinator()
    head = world["head"]
    inspektur = make.head(world["inspektorat"])
    make.assign(head.person, inspektur.post, capacity=Capacity.PLH, starts_on=SINCE)
    about = make.complaint(is_verified=True, reported_party=ReportedParty.HEAD, reported_agency_id=world["bpbd"].id)
    now = at_local(date(2026, 3, 4), 9)
    dispositions.dispose(session, about, lead_id=world["inspektorat"].id, actor=make.actor(coordinator, now), now=now)
    rows = session.scalars(sa.select(Notification).where(Notification.complaint_id == about.id)).all()
    assert head.person.id not in {row.person_id for row in rows}
    assert [row.sentence for row in rows if row.person_id == coordinator.person.id] == [
        f"Aduan #{about.tracking_id} belum dapat dibaca: yang hari ini memegang kewenangan kepala INSPEKTORAT tidak "
        "boleh menanganinya. Mohon ditunjuk pejabat lain."
    ]
