"""Collective leave for next Friday: the page says what moves, it moves, the explanation names the new day."""

import re
from collections.abc import Callable
from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from playwright.sync_api import Page, expect

from lapor.calendar.queries import working_calendar
from lapor.core import clock
from lapor.core.db import db
from lapor.core.wording import weekday_date
from lapor.dispositions.models import Deadline, Disposition
from lapor.notifications.models import Kind, Notification

NAME = "Cuti Bersama Hari Guru"


@pytest.fixture
def friday(demo_app: Flask) -> date:
    """The next Friday on which the office works."""
    with demo_app.app_context():
        calendar = working_calendar(db.session())
        today = clock.local_day(clock.now())
    later = (today + timedelta(days=step) for step in range(1, 60))
    return next(day for day in later if day.weekday() == 4 and calendar.is_working(day))


def open_orders(demo_app: Flask) -> dict[int, tuple[int | None, date]]:
    """Order and day of each open deadline."""
    with demo_app.app_context():
        rows = db.session.execute(
            sa.select(Deadline.id, Deadline.disposition_id, Deadline.due_on).where(Deadline.is_open)
        )
        found = {key: (order, due) for key, order, due in rows}
        db.session.remove()
    return found


def test_collective_leave_for_next_friday(
    page: Page,
    phone: Page,
    sign_in: Callable[..., Page],
    axe: Callable[[Page], None],
    demo_app: Flask,
    friday: date,
) -> None:
    before = open_orders(demo_app)
    sign_in(page, "koordinator")
    page.goto(f"/kalender?tahun={friday.year}")
    page.get_by_label("Tanggal", exact=True).fill(friday.isoformat())
    page.get_by_label("Nama hari libur").fill(NAME)
    page.get_by_role("radio", name="Cuti bersama").check()
    page.get_by_role("button", name="Periksa dahulu").click()
    page.wait_for_url("**/kalender/perubahan/*")
    said = page.locator("main").inner_text()
    announced = re.search(r"(\d+) batas waktu yang masih berjalan akan bergeser", said)
    assert announced is not None
    assert "+1 hari kerja" in said
    axe(page)
    assert open_orders(demo_app) == before

    page.get_by_label("Dasar perubahan").fill("SKB Tiga Menteri Nomor 9 Tahun 2026")
    page.get_by_role("button", name="Simpan dan geser batas waktu").click()
    expect(page.locator("main")).to_contain_text("Yang sudah dipenuhi tidak berubah")
    axe(page)
    after = open_orders(demo_app)
    moved = {key: order for key, (order, due) in after.items() if due != before[key][1]}
    assert len(moved) == int(announced[1])
    assert all(before[key][1] >= friday for key in moved)

    order = next(order for order in moved.values() if order is not None)
    page.goto(f"/disposisi/{order}/tenggat")
    expect(page.locator("main")).to_contain_text(NAME)
    axe(page)

    with demo_app.app_context():
        told = db.session.execute(
            sa.select(Notification.person_id, sa.func.count())
            .where(Notification.kind == Kind.DEADLINE)
            .group_by(Notification.person_id)
        ).all()
        agencies = db.session.scalar(
            sa.select(sa.func.count(sa.distinct(Disposition.agency_id))).where(
                Disposition.id.in_([key for key in moved.values() if key is not None])
            )
        )
        db.session.remove()
    assert agencies
    assert told
    assert {count for _, count in told} == {1}

    # who is told sees on his telephone which of his agency's deadlines moved, and nothing of another agency
    sign_in(phone, "operator.bpbd")
    phone.goto("/notifikasi")
    expect(phone.locator("main")).to_contain_text(NAME)
    axe(phone)
    phone.goto(_change(demo_app))
    expect(phone.locator("main")).to_contain_text("BPBD")
    expect(phone.locator("main")).to_contain_text(weekday_date(friday))
    axe(phone)


def _change(demo_app: Flask) -> str:
    """The page of the change, as the notice names it."""
    with demo_app.app_context():
        url = db.session.scalar(sa.select(Notification.url).where(Notification.kind == Kind.DEADLINE).limit(1))
        db.session.remove()
    assert url is not None
    return url
