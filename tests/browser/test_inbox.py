"""The head's inbox on a small telephone: by touch, without script, with large letters; nothing typed is lost."""

import re
import time
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask import Flask
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import PHONE

SignIn = Callable[[Page, str], Page]
Open = Callable[..., Page]
CONFIRM = "Saya mengetahui"
HEAD = "kepala.bpbd"


@pytest.fixture
def three_waiting(before_head: Callable[[list[str]], dict[str, int]]) -> list[str]:
    """Exactly three complaints wait for the head of BPBD; their titles in order."""
    titles = ["Tanggul Sungai Gumbasa retak", "Posko kekurangan air bersih", "Sirene peringatan tidak berbunyi"]
    before_head(titles)
    return titles


def in_reach(target: Locator) -> None:
    """At least 44 by 44 points and within the lower two thirds of the screen, with nothing over it."""
    box = target.bounding_box()
    assert box is not None
    assert box["width"] >= 44
    assert box["height"] >= 44
    assert PHONE["height"] / 3 < box["y"] + box["height"] / 2 < PHONE["height"]


def test_three_are_read_and_acknowledged_by_touch_in_under_a_minute(
    phone: Page, sign_in: SignIn, three_waiting: list[str], axe: Callable[[Page], None]
) -> None:
    sign_in(phone, HEAD)
    phone.goto("/menunggu")
    axe(phone)
    loads: list[str] = []
    phone.on("request", lambda request: loads.append(request.url) if request.is_navigation_request() else None)
    began = time.monotonic()
    instructions = (
        "Cek lapangan, laporkan hasilnya.",
        "Jawab dengan santun dan lengkap.",
        "Cukup diketahui, lanjutkan.",
    )
    for title, words in zip(three_waiting, instructions, strict=True):
        expect(phone.get_by_role("heading", level=1)).to_have_text(title)
        in_reach(phone.get_by_role("button", name=CONFIRM, exact=True))
        phone.get_by_text("Baca seluruhnya").tap()
        chip = phone.locator(".choice", has_text=words)
        chip.tap()
        expect(phone.get_by_label(words)).to_be_checked()
        phone.get_by_role("button", name=CONFIRM, exact=True).tap()
    expect(phone.get_by_role("heading", level=2)).to_have_text("Tidak ada aduan yang menunggu")
    assert time.monotonic() - began < 60
    assert loads == [], "the next card came without loading a page"
    expect(phone.locator("[role=status]").first).to_contain_text("Tercatat. Arahan Bapak/Ibu sudah sampai kepada")
    assert phone.evaluate("document.activeElement.tagName") == "H1"
    assert phone.url.endswith("/menunggu")
    axe(phone)
    phone.goto("/rekap-saya")
    for title in three_waiting:
        expect(phone.get_by_role("table")).to_contain_text(title)
    axe(phone)


def test_the_same_without_script(open_page: Open, sign_in: SignIn, three_waiting: list[str]) -> None:
    page = open_page(viewport=PHONE, is_mobile=True, has_touch=True, java_script_enabled=False)
    sign_in(page, HEAD)
    page.goto("/menunggu")
    for title in three_waiting:
        expect(page.get_by_role("heading", level=1)).to_have_text(title)
        page.locator(".choice", has_text="Cek lapangan, laporkan hasilnya.").tap()
        page.get_by_role("button", name=CONFIRM, exact=True).tap()
        expect(page.locator(".flashes")).to_contain_text("Tercatat.")
    expect(page.get_by_role("heading", level=2)).to_have_text("Tidak ada aduan yang menunggu")


def test_focus_moves_to_the_next_heading_and_back_leads_out_of_the_inbox(
    phone: Page, sign_in: SignIn, three_waiting: list[str]
) -> None:
    sign_in(phone, HEAD)
    phone.goto("/aduan")
    phone.goto("/menunggu")
    phone.get_by_role("button", name=CONFIRM, exact=True).tap()
    expect(phone.get_by_role("heading", level=1)).to_have_text(three_waiting[1])
    expect(phone.get_by_role("heading", level=1)).to_be_focused()
    expect(phone.locator(".flashes")).to_contain_text("Sisa 2 aduan.")
    assert phone.evaluate("window.scrollY") == 0
    assert phone.title().startswith(three_waiting[1])
    phone.go_back()
    expect(phone.get_by_role("heading", level=1)).to_have_text(re.compile("^Aduan"))
    phone.go_forward()
    expect(phone.get_by_role("heading", level=1)).to_have_text(three_waiting[1])


def test_not_our_authority_is_a_reason_and_a_button(phone: Page, sign_in: SignIn, three_waiting: list[str]) -> None:
    sign_in(phone, HEAD)
    phone.goto("/menunggu")
    phone.get_by_text("Bukan kewenangan kami", exact=True).tap()
    phone.get_by_role("radio", name="Kewenangan kabupaten atau kota.").tap()
    phone.get_by_role("button", name="Kembalikan ke koordinator").tap()
    expect(phone.get_by_role("heading", level=1)).to_have_text(three_waiting[1])
    expect(phone.locator(".flashes")).to_contain_text("Aduan dikembalikan ke koordinator.")


def test_the_bar_covers_nothing_that_gets_the_focus(phone: Page, sign_in: SignIn, three_waiting: list[str]) -> None:
    sign_in(phone, HEAD)
    phone.goto("/menunggu")
    bar = phone.locator(".bar").bounding_box()
    assert bar is not None
    assert bar["height"] < PHONE["height"] / 4
    phone.get_by_text("Bukan kewenangan kami", exact=True).tap()
    for reason in phone.locator(".choice", has=phone.locator("input[name=reason]")).all():
        reason.tap()
        expect(reason.locator("input")).to_be_checked()
    phone.locator("h1").focus()
    covered = """() => {
      const bar = document.querySelector(".bar"), at = document.activeElement;
      if (bar.contains(at)) return null;
      const box = (at.closest("label") || at).getBoundingClientRect();
      return box.bottom > bar.getBoundingClientRect().top + 1;
    }"""
    while True:
        phone.keyboard.press("Tab")
        under = phone.evaluate(covered)
        if under is None:
            break
        assert not under, phone.evaluate("document.activeElement.outerHTML")


def test_what_is_typed_is_kept_on_the_server_and_not_in_the_browser(
    phone: Page, sign_in: SignIn, three_waiting: list[str]
) -> None:
    sign_in(phone, HEAD)
    phone.goto("/menunggu")
    phone.get_by_label("Arahan lain").fill("Siapkan perahu karet di posko.")
    expect(phone.locator("[data-autosave-state]")).to_contain_text("Tersimpan otomatis pukul")
    phone.get_by_label("Arahan lain").fill("Siapkan dua perahu karet.")
    phone.goto("/aduan")  # at once: what was not yet sent goes along
    assert phone.evaluate("JSON.stringify([{...sessionStorage}, {...localStorage}])").count("perahu") == 0
    phone.goto("/menunggu")
    expect(phone.get_by_label("Arahan lain")).to_have_value("Siapkan dua perahu karet.")


def test_large_letters_and_a_large_system_font_hide_nothing(
    phone: Page, sign_in: SignIn, three_waiting: list[str]
) -> None:
    sign_in(phone, HEAD)
    phone.goto("/menunggu")
    size = "parseFloat(getComputedStyle(document.querySelector('.reading')).fontSize)"
    before = phone.evaluate(size)
    phone.get_by_text("A+").tap()
    assert phone.evaluate(size) > before * 1.25
    phone.evaluate("document.documentElement.style.fontSize = '130%'")
    assert phone.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    phone.get_by_text("Bukan kewenangan kami", exact=True).tap()
    for button in phone.locator("#kartu button, #kartu summary, #kartu nav a").all():
        box = button.bounding_box()
        assert box is None or box["height"] >= 44
    phone.get_by_label("Arahan lain").focus()
    field, bar = phone.get_by_label("Arahan lain").bounding_box(), phone.locator(".bar").bounding_box()
    assert field is not None
    assert bar is not None
    assert field["y"] + field["height"] <= bar["y"] + 1, "the bar covers the field that has the focus"
    phone.get_by_role("button", name=CONFIRM, exact=True).tap()
    expect(phone.get_by_role("heading", level=1)).to_have_text(three_waiting[1])
    expect(phone.locator("#huruf")).to_be_checked()


def test_a_session_that_ended_while_reading_loses_nothing(
    phone: Page, sign_in: SignIn, demo_app: Flask, three_waiting: list[str]
) -> None:
    from datetime import timedelta

    from lapor.accounts.models import SignInSession
    from lapor.core import clock
    from lapor.core.db import transaction

    sign_in(phone, HEAD)
    phone.goto("/menunggu")
    phone.get_by_role("link", name="Berikutnya").tap()
    expect(phone.get_by_role("heading", level=1)).to_have_text(three_waiting[1])
    with demo_app.app_context(), transaction() as session:
        session.execute(sa.update(SignInSession).values(last_seen_at=clock.now() - timedelta(hours=2)))
    phone.get_by_label("Arahan lain").fill("Kirim tangki air hari ini.")
    phone.get_by_role("button", name=CONFIRM, exact=True).tap()
    phone.wait_for_url(re.compile("/masuk"))
    expect(phone.locator("main")).to_contain_text("Waktu masuk Anda berakhir.")
    phone.locator("main input[type=password]").fill("lapor-demo")
    phone.locator("main input[name=login]").fill(HEAD)
    phone.locator("main form:has(input[type=password]) button[type=submit]").first.tap()
    expect(phone.get_by_role("heading", level=1)).to_have_text(three_waiting[1])
    expect(phone.get_by_label("Arahan lain")).to_have_value("Kirim tangki air hari ini.")
