"""Known by the head on his phone, next day by a substitute, once on paper; a row changed by hand is named."""

import io
import sqlite3
import time
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import sqlalchemy as sa
from flask import Flask
from playwright.sync_api import Page, expect
from pypdf import PdfReader

from lapor.core.clock import local_day, now
from lapor.core.wording import long_date
from tests.conftest import Clock
from tests.pages.test_sheets import photo_of

SignIn = Callable[[Page, str], Page]
Open = Callable[..., Page]
Waiting = Callable[[list[str]], dict[str, int]]

CONFIRM = "Saya mengetahui"
TODAY = ["Tanggul Sungai Gumbasa retak", "Posko kekurangan air bersih", "Sirene peringatan tidak berbunyi"]
TOMORROW, ON_PAPER = "Jembatan gantung miring", "Gudang logistik bocor"
ORDER = "800/77/BKD/2026"


def known_by_touch(phone: Page, title: str) -> None:
    """Read the card, touch the first ready instruction, confirm; the next card follows."""
    expect(phone.get_by_role("heading", level=1)).to_have_text(title)
    phone.locator("label.choice").first.tap()
    phone.get_by_role("button", name=CONFIRM, exact=True).tap()


def words_of(page: Page, address: str) -> str:
    """The text of a PDF that this person may read."""
    answer = page.request.get(address)
    assert answer.headers["content-type"] == "application/pdf"
    return " ".join(" ".join(sheet.extract_text() for sheet in PdfReader(io.BytesIO(answer.body())).pages).split())


def name_a_substitute(page: Page, app: Flask, day: date) -> None:
    """The secretariat enters the order of a Plh. for the head of BPBD on ``day``."""
    from lapor.accounts.models import Account
    from lapor.agencies.models import Agency
    from lapor.core.db import db
    from lapor.offices.models import Post
    from lapor.policy import Role

    with app.app_context():
        post = db.session.scalar(
            sa.select(Post.id)
            .join(Agency, Agency.id == Post.agency_id)
            .where(Agency.slug == "bpbd", Post.kind == Role.HEAD)
        )
        person = db.session.scalar(sa.select(Account.person_id).where(Account.login == "sekretaris.bpbd"))
    page.goto(f"/penugasan/baru?jabatan={post}&orang={person}")
    page.locator("label.choice", has_text="Plh. (pelaksana harian)").click()
    page.locator("input[name=starts_on]").fill(day.isoformat())
    page.locator("input[name=ends_on]").fill(day.isoformat())
    page.locator("input[name=order_number]").fill(ORDER)
    page.locator("main form:has(input[name=order_number]) button[type=submit]").first.click()
    expect(page.locator("main")).to_contain_text(ORDER)


def test_today_by_the_head_tomorrow_by_a_substitute_once_on_paper(
    demo_app: Flask,
    sign_in: SignIn,
    open_page: Open,
    phone: Page,
    before_head: Waiting,
    clock: Clock,
    tmp_path: Path,
) -> None:
    orders = before_head([*TODAY, TOMORROW, ON_PAPER])
    today = local_day(now())
    tomorrow = today + timedelta(days=1)

    # three on a small screen, by touch alone, in under a minute
    sign_in(phone, "kepala.bpbd")
    phone.goto("/menunggu")
    start = time.perf_counter()
    for title in TODAY:
        known_by_touch(phone, title)
    expect(phone.get_by_role("heading", level=1)).to_have_text(TOMORROW)
    assert time.perf_counter() - start < 60

    secretary = sign_in(open_page(), "sekretariat")
    name_a_substitute(secretary, demo_app, tomorrow)

    # next day the powers have passed by themselves
    clock.at(f"{tomorrow.isoformat()} 09:00")
    sign_in(phone, "kepala.bpbd")
    phone.goto("/menunggu")
    expect(phone.get_by_role("button", name=CONFIRM, exact=True)).to_have_count(0)
    substitute = sign_in(
        open_page(viewport={"width": 360, "height": 780}, is_mobile=True, has_touch=True), "sekretaris.bpbd"
    )
    substitute.goto("/menunggu")
    known_by_touch(substitute, TOMORROW)
    expect(substitute.get_by_role("heading", level=1)).to_have_text(ON_PAPER)
    proof = words_of(substitute, f"/disposisi/{orders[TOMORROW]}/ketahui.pdf")
    assert "Plh. Kepala Pelaksana BPBD" in proof
    assert ORDER in proof
    first = words_of(phone, f"/disposisi/{orders[TODAY[0]]}/ketahui.pdf")
    assert "Plh." not in first
    assert long_date(today) in first

    # one more on paper: printed, signed, photographed, recorded as written
    clock.at(f"{(tomorrow + timedelta(days=1)).isoformat()} 09:00")
    operator = sign_in(open_page(), "operator.bpbd")
    operator.goto(f"/disposisi/{orders[ON_PAPER]}/lembar")
    sheet = operator.locator("form", has=operator.get_by_role("button", name="Cetak lembar disposisi"))
    # the file itself, not the browser's own viewer of it
    token = sheet.locator("input[name=csrf_token]").input_value()
    answer = operator.request.post(sheet.get_attribute("action") or operator.url, form={"csrf_token": token})
    assert answer.headers["content-type"] == "application/pdf"
    paper = answer.body()
    operator.goto("/disposisi/lembar/unggah")
    operator.locator("input[type=file]").set_input_files(
        {"name": "foto.jpg", "mimeType": "image/jpeg", "buffer": photo_of(paper, tmp_path)}
    )
    operator.get_by_role("button", name="Unggah foto").click()
    expect(operator.get_by_role("heading", level=1)).to_have_text("Catat isi lembar disposisi")
    operator.locator("input[name=written_on]").fill((tomorrow + timedelta(days=1)).isoformat())
    operator.get_by_role("button", name="Catat sebagai diketahui").click()
    expect(operator.locator("main")).to_contain_text("Tercatat sebagai diketahui melalui lembar disposisi.")
    assert "lembar disposisi" in words_of(operator, f"/disposisi/{orders[ON_PAPER]}/ketahui.pdf").lower()

    # a row changed by hand, past the application
    runner = demo_app.test_cli_runner()
    checked = runner.invoke(args=["lapor", "verify-journal"])
    assert checked.exit_code == 0, checked.output
    with demo_app.app_context():
        from lapor.core.db import db

        file = db.engine.url.database
    assert file is not None
    with sqlite3.connect(file) as raw:
        (seq,) = raw.execute(
            "SELECT seq FROM journal_entry WHERE kind = 'disposition.acknowledged' ORDER BY seq DESC"
        ).fetchone()
        raw.execute("UPDATE journal_entry SET actor_name = 'Orang Lain' WHERE seq = ?", (seq,))
    raw.close()
    told = runner.invoke(args=["lapor", "verify-journal"])
    assert told.exit_code == 1
    assert f"nomor {seq:,}".replace(",", ".") in told.output.lower()
