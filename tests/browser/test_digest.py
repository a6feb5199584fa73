"""The last line of the clocks: *cuti bersama* on a coming Friday, and what the operators are told of it, once."""

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask
from playwright.sync_api import Page

from lapor.calendar.queries import working_calendar
from lapor.core.clock import at_local, local_day, now
from lapor.core.db import db
from lapor.notifications.digests import run_digests
from tests import mail_server
from tests.mail_server import MailServer

ADDRESS = "admin.bpbd@contoh.go.id"


@pytest.fixture
def mail(demo_app: Flask, live: str) -> Iterator[MailServer]:
    before = demo_app.config["LAPOR_BASE_URL"]
    with mail_server.running() as server:
        demo_app.config.update(LAPOR_SMTP_URL=server.url, LAPOR_BASE_URL=live)
        yield server
        demo_app.config.update(LAPOR_SMTP_URL="", LAPOR_BASE_URL=before)


def run_at(app: Flask, instant) -> dict[str, int]:
    with app.app_context():
        told = run_digests(instant)
        db.session.remove()
    return told


def test_operators_are_told_of_moved_deadlines_once_at_their_hour(
    demo_app: Flask, live: str, open_page, sign_in, axe, mail: MailServer
) -> None:
    operator = sign_in(open_page(), "operator.bpbd")
    operator.goto("/profil")
    operator.get_by_role("link", name="Atur pemberitahuan").click()
    axe(operator)
    operator.get_by_label("Alamat pos-el").fill(ADDRESS)
    operator.get_by_label("Jam ringkasan").select_option(label="10.00 WITA")
    operator.get_by_role("button", name="Simpan").click()
    operator.get_by_text("Pilihan pemberitahuan disimpan.").wait_for()

    with demo_app.app_context():
        calendar = working_calendar(db.session())
        db.session.remove()
    today = local_day(now())
    friday = next(
        day
        for day in (today + timedelta(days=ahead) for ahead in range(1, 40))
        if day.weekday() == 4 and calendar.is_working(day)
    )
    desk: Page = sign_in(open_page(), "koordinator")
    desk.goto(f"/kalender?tahun={friday.year}")
    desk.get_by_label("Tanggal").fill(friday.isoformat())
    desk.get_by_label("Nama hari libur").fill("Cuti bersama uji")
    desk.locator("label", has_text=re.compile("^Cuti bersama$")).click()
    desk.get_by_role("button", name="Periksa dahulu").click()
    desk.get_by_text("batas waktu yang masih berjalan akan bergeser").wait_for()
    desk.get_by_label("Dasar perubahan").fill("Keputusan bersama nomor 1 tahun 2026")
    desk.get_by_role("button", name="Simpan dan geser batas waktu").click()
    desk.wait_for_url(re.compile(r"/kalender/perubahan/\d+"))

    with demo_app.app_context():
        day = working_calendar(db.session()).add(today, 1)
        db.session.remove()
    run_at(demo_app, at_local(day, 9, 55))
    assert mail.messages == []
    assert run_at(demo_app, at_local(day, 10, 0))["sent"] == 1
    assert run_at(demo_app, at_local(day, 10, 5))["sent"] == 0
    (message,) = mail.messages
    assert message["To"].addresses[0].addr_spec == ADDRESS
    part = message.get_body(("plain",))
    assert part is not None
    text = part.get_content()
    assert "Cuti bersama uji" in text
    (link,) = set(re.findall(rf"{live}(/kalender/perubahan/\d+)", text))

    # a link of the message: sign in, then land; what comes after the message is not marked as read by it
    fresh = open_page()
    fresh.goto(link)
    assert "/masuk" in fresh.url
    fresh.locator("main input[type=password]").fill("lapor-demo")
    fresh.locator("main input[name=login]").fill("operator.bpbd")
    fresh.locator("main form:has(input[type=password]) button[type=submit]").click()
    fresh.wait_for_url(f"**{link}")
    assert "Cuti bersama uji" in fresh.locator("main").inner_text()


def test_a_head_is_reminded_over_whatsapp_and_it_is_noted(open_page, sign_in, axe, order) -> None:
    complaint_id, disposition_id = order("99000219", "bpbd")
    page: Page = sign_in(open_page(permissions=["clipboard-read", "clipboard-write"]), "operator.bpbd")
    page.goto(f"/aduan/{complaint_id}")
    page.locator(f"a[href$='/disposisi/{disposition_id}/ingatkan']").first.click()
    axe(page)
    assert page.locator("a", has_text="Ingatkan lewat WhatsApp").get_attribute("href").startswith("https://wa.me/")
    with page.expect_response(lambda answer: answer.request.method == "POST") as noted:
        page.get_by_role("button", name="Salin pesan WhatsApp").click()
    assert noted.value.status == 204
    text = page.evaluate("navigator.clipboard.readText()")
    assert text.startswith("Yth. Bapak/Ibu Kepala")
    page.goto(f"/aduan/{complaint_id}")
    assert "diingatkan lewat WhatsApp" in page.locator("main").inner_text()
