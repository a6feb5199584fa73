"""The fixtures of this folder see what they promise to see."""

from collections.abc import Callable

import pytest
from flask import Flask
from playwright.sync_api import Page

PAGE = "<!doctype html><html lang='id'><head><title>T</title></head><body><main><h1>T</h1>{}</main></body></html>"


@pytest.fixture
def demo_app() -> Flask:
    """A little application in the place of the real one."""
    app = Flask("little")
    app.add_url_rule("/baik", "good", lambda: PAGE.format("<p>Baik</p>"))
    app.add_url_rule("/buruk", "bad", lambda: PAGE.format("<p style='color:#ccc'>Pucat</p><input name='x'>"))
    return app


def test_axe_passes_a_good_page_on_a_telephone(phone: Page, axe: Callable[[Page], None]) -> None:
    phone.goto("/baik")
    assert phone.viewport_size == {"width": 360, "height": 780}
    axe(phone)


def test_axe_refuses_a_bad_page(page: Page, axe: Callable[[Page], None]) -> None:
    page.goto("/buruk")
    with pytest.raises(AssertionError, match="color-contrast"):
        axe(page)


def test_scripts_can_be_off(without_javascript: Page) -> None:
    without_javascript.goto("/baik")
    assert without_javascript.inner_text("h1") == "T"
