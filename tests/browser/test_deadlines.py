"""How a date came about, on a telephone and on paper."""

import io
from collections.abc import Callable

import pikepdf
from playwright.sync_api import Page, expect

SignIn = Callable[[Page, str], Page]
SUPERVISORY = "99000207"


def test_a_date_explains_itself_on_a_telephone(
    phone: Page, sign_in: SignIn, order: Callable[..., tuple[int, int]]
) -> None:
    sign_in(phone, "operator.disdik")
    _complaint, disposition = order(SUPERVISORY)
    phone.goto(f"/disposisi/{disposition}/tenggat")
    short = phone.locator(".deadlines-short")
    expect(short.get_by_text("Penyelesaian")).to_be_in_viewport()
    expect(short.locator(".chip").first).to_be_in_viewport()
    # every word of a day keeps within its cell
    spilling = phone.evaluate(
        "[...document.querySelectorAll('.day')].filter(cell => cell.scrollWidth > cell.clientWidth + 2)"
        ".map(cell => cell.textContent)"
    )
    assert spilling == []


def test_sixty_working_days_fit_one_sheet_in_black_on_white(
    page: Page, sign_in: SignIn, order: Callable[..., tuple[int, int]]
) -> None:
    sign_in(page, "koordinator")
    _complaint, disposition = order(SUPERVISORY)
    page.goto(f"/disposisi/{disposition}/tenggat")
    with pikepdf.open(io.BytesIO(page.pdf(format="A4", print_background=True))) as paper:
        assert len(paper.pages) == 1
    page.emulate_media(media="print")
    colours = page.evaluate(
        "[...new Set([...document.querySelectorAll('main *')]"
        ".filter(e => e.checkVisibility() && e.textContent.trim()).map(e => getComputedStyle(e).color))]"
    )
    assert colours == ["rgb(0, 0, 0)"]
    grounds = page.evaluate(
        "[...new Set([...document.querySelectorAll('.deadlines *')].map(e => getComputedStyle(e).backgroundColor))]"
    )
    assert set(grounds) <= {"rgba(0, 0, 0, 0)", "rgb(255, 255, 255)"}
