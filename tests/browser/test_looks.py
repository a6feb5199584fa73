"""Every page of the main job as it is seen: nothing that axe calls serious, nothing wider than its window."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from lapor.core.clock import local_day, now
from tests.browser.conftest import DESKTOP, PHONE
from tests.browser.test_journey import export

WIDER = """() => {
  const name = (element) => element.tagName.toLowerCase() + "." + [...element.classList].join(".");
  const found = [];
  const root = document.documentElement;
  if (root.scrollWidth > root.clientWidth + 1) found.push(`the page: ${root.scrollWidth} in ${root.clientWidth}`);
  for (const element of document.querySelectorAll("main *, header *")) {
    const style = getComputedStyle(element);
    const cuts = ["auto", "scroll", "hidden", "clip"].includes(style.overflowX);
    const isFine = element.clientWidth <= 1 || element.closest(".visually-hidden, textarea, select");
    if (cuts && !isFine && element.scrollWidth > element.clientWidth + 1)
      found.push(`${name(element)}: ${element.scrollWidth} in ${element.clientWidth}`);
  }
  return found;
}"""
SMALL = """() => [...document.querySelectorAll("main a.button, main button, main .choice, main select, summary")]
  .map((element) => [element.innerText.trim(), element.getBoundingClientRect()])
  .filter(([, box]) => box.width > 0 && box.height < 43.5)
  .map(([text, box]) => `${text.slice(0, 30)}: ${Math.round(box.height)}`)"""

WAITING, KNOWN, FINISHED, CLOSED, NEW = "99000219", "99000218", "99000206", "99000215", "99000202"
PAGES = {
    "": ("/masuk", "/bantuan", "/aksesibilitas"),
    "koordinator": (
        "/",
        "/aduan?tampilan=semua",
        "/aduan?q=xyz",
        "/aduan/baru",
        "/aduan/impor",
        "/aduan/padankan",
        "/aduan/beda",
        f"/aduan/{{{NEW}}}",
        f"/aduan/{{{NEW}}}/verifikasi",
        f"/aduan/{{{NEW}}}/arsipkan",
        f"/aduan/{{{WAITING}}}/sampaikan",
        f"/aduan/{{{WAITING}}}/teruskan",
        f"/aduan/{{{KNOWN}}}",
        f"/aduan/{{{FINISHED}}}/tutup",
        f"/aduan/{{{CLOSED}}}",
        "/statistik",
        "/lewat-batas",
        "/kalender-tenggat",
        "/aduan?tampilan=lewat&tahap=semua",
    ),
    "kepala.bpbd": (
        "/menunggu",
        f"/disposisi/[{WAITING}]/kembalikan",
        "/aduan?tampilan=semua",
        f"/aduan/{{{WAITING}}}",
    ),
    "kepala.bkd": ("/menunggu",),
    "operator.bpbd": (
        "/",
        "/aduan",
        f"/aduan/{{{WAITING}}}",
        f"/aduan/{{{KNOWN}}}",
        f"/disposisi/[{WAITING}]/tanggapan",
        f"/disposisi/[{KNOWN}]/tanggapan",
        f"/disposisi/[{KNOWN}]/tenggat",
        "/rapat/tindak-lanjut",
        "/profil",
        "/profil/kalender",
        "/kalender-tenggat",
    ),
    "sekretariat": ("/", "/rapat", "/rapat/1", "/rapat/2", "/rapat/baru", "/evaluasi", "/evaluasi/1"),
    "pimpinan": ("/", "/aduan", "/statistik", "/evaluasi/1"),
    "inspektorat": ("/", "/aduan", "/jejak"),
    "admin": ("/", "/opd", "/pengguna", "/penugasan", "/kalender", "/pengaturan"),
}


def check(page: Page, axe: Callable[[Page], None]) -> list[str]:
    """What is wrong with the page in a wide and in a narrow window."""
    found = []
    for size in (DESKTOP, PHONE):
        page.set_viewport_size({"width": size["width"], "height": size["height"]})
        found += [f"{page.url} at {size['width']}: {problem}" for problem in page.evaluate(WIDER)]
        if size is PHONE:
            found += [f"{page.url}: hard to hit: {problem}" for problem in page.evaluate(SMALL)]
        try:
            axe(page)
        except AssertionError as problem:
            found.append(str(problem))
    return found


@pytest.mark.parametrize("login", PAGES)
def test_pages(
    page: Page,
    sign_in: Callable[[Page, str], Page],
    axe: Callable[[Page], None],
    order: Callable[..., tuple[int, int]],
    login: str,
) -> None:
    if login:
        sign_in(page, login)
    found = []
    for pattern in PAGES[login]:
        address = pattern
        for tracking_id in (WAITING, KNOWN, FINISHED, CLOSED, NEW):
            if tracking_id in pattern:
                complaint, disposition = order(tracking_id)
                address = address.replace(f"{{{tracking_id}}}", str(complaint))
                address = address.replace(f"[{tracking_id}]", str(disposition))
        answer = page.goto(address)
        assert answer is not None
        assert answer.status == 200, address
        found += check(page, axe)
    assert found == []


def test_pages_of_an_import(page: Page, sign_in: Callable[[Page, str], Page], axe: Callable[[Page], None]) -> None:
    sign_in(page, "koordinator")
    page.goto("/aduan/impor")
    page.get_by_label("Berkas Laporan Ringkas").set_input_files(
        {"name": "laporan.xlsx", "mimeType": "application/octet-stream", "buffer": export(local_day(now()))}
    )
    page.get_by_role("button", name="Pratinjau impor").click()
    found = check(page, axe)
    page.get_by_role("button", name="Impor sekarang").click()
    found += check(page, axe)
    page.goto("/aduan/padankan")
    found += check(page, axe)
    assert found == []
