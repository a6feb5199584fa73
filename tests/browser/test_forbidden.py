"""Each forbidden step, tried in a real browser: by the page where it offers one, else by a request made by hand.

The requests carry the token and the cookies of a signed-in page, so that only authority can refuse them.
"""

import csv
import io
from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from playwright.sync_api import Page, expect

from lapor.core.clock import local_day, now

SignIn = Callable[[Page, str], Page]
Open = Callable[..., Page]
Order = Callable[..., tuple[int, int]]
Browse = Callable[[str], Page]

SEND = """async ([address, fields, withToken]) => {
  const body = new URLSearchParams(fields);
  if (withToken) body.set("csrf_token", document.querySelector("[name=csrf_token]").value);
  const answer = await fetch(address, {method: "POST", body});
  return {status: answer.status, text: await answer.text()};
}"""
SIREN = "99000219"  # BPBD's head has not acknowledged it
DUST = "99000223"  # DLH's head has, Dishub's has not
WAGES = ("99000205", "Dua bulan gaji subkontraktor", "Kami 14 orang karyawan")  # Rahasia, at Disnakertrans


def send(page: Page, address: str, *, with_token: bool = True, **fields: str) -> tuple[int, str]:
    """Post the fields to the address as the signed-in person, past every button: status and text of the answer."""
    answer = page.evaluate(SEND, [address, fields, with_token])
    return answer["status"], answer["text"]


def refused(page: Page, address: str) -> bool:
    """Whether the address is closed to the person or does not exist for him."""
    answer = page.goto(address)
    return answer is not None and answer.status in {403, 404}


@pytest.fixture
def browse(open_page: Open, sign_in: SignIn) -> Browse:
    """A browser of its own in which this person is signed in."""

    def browsing(login: str) -> Page:
        return sign_in(open_page(), login)

    return browsing


@pytest.fixture
def still_owed(demo_app: Flask) -> Callable[[int], bool]:
    """Whether nobody has stated that he knows, and nothing was released."""
    from lapor.core.db import db
    from lapor.dispositions.models import Acknowledgement, Disposition, Response
    from lapor.dispositions.rules import ResponseState, State

    def owed(disposition_id: int) -> bool:
        with demo_app.app_context():
            row = db.session.get_one(Disposition, disposition_id)
            words = db.session.scalar(
                sa.select(sa.func.count()).where(Acknowledgement.disposition_id == disposition_id)
            )
            answers = db.session.scalar(
                sa.select(sa.func.count()).where(
                    Response.disposition_id == disposition_id, Response.state != ResponseState.DRAFT
                )
            )
            return row.state is State.WAITING and row.is_owed and not words and not answers

    return owed


@pytest.fixture
def change_of_head(demo_app: Flask) -> Callable[[], None]:
    """BPBD's head leaves as of yesterday; the head of DLH becomes acting head tomorrow."""
    from lapor.accounts.models import Account
    from lapor.agencies.models import Agency
    from lapor.core.db import transaction
    from lapor.offices.models import Assignment, Capacity, Person, Post
    from lapor.offices.queries import load_actor
    from lapor.offices.services import assign, end_assignment
    from lapor.policy import Role

    def changed() -> None:
        moment = now()
        today = local_day(moment)
        with demo_app.app_context(), transaction() as session:
            admin = session.scalars(sa.select(Account).where(Account.login == "admin")).one()
            actor = load_actor(session, admin.person_id, today, account_id=admin.id)
            assert actor is not None
            post = session.scalars(
                sa.select(Post)
                .join(Agency, Agency.id == Post.agency_id)
                .where(Agency.slug == "bpbd", Post.kind == Role.HEAD)
            ).one()
            running = session.scalars(
                sa.select(Assignment).where(Assignment.post_id == post.id, Assignment.ends_on.is_(None))
            ).one()
            end_assignment(session, running, ends_on=today - timedelta(days=1), actor=actor, now=moment)
            successor = session.scalars(
                sa.select(Person).join(Account, Account.person_id == Person.id).where(Account.login == "kepala.dlh")
            ).one()
            assign(
                session,
                person=successor,
                post=post,
                capacity=Capacity.PLT,
                starts_on=today + timedelta(days=1),
                order_number="800/1/BKD",
                order_date=today,
                actor=actor,
                now=moment,
            )

    return changed


def test_who_is_not_the_head_cannot_acknowledge(
    browse: Browse, order: Order, still_owed: Callable[[int], bool]
) -> None:
    _complaint, disposition = order(SIREN, "bpbd")
    for login, statuses in (
        ("operator.bpbd", {403}),
        ("sekretaris.bpbd", {403}),
        ("koordinator", {403}),
        ("kepala.disdik", {403, 404}),
    ):
        page = browse(login)
        page.goto(f"/disposisi/{disposition}")
        expect(page.get_by_role("button", name="Saya mengetahui")).to_have_count(0)
        status, text = send(page, f"/disposisi/{disposition}/ketahui", digest="x")
        assert status in statuses, login
        assert "Tercatat" not in text
    assert still_owed(disposition)


def test_a_link_does_not_acknowledge(browse: Browse, order: Order, still_owed: Callable[[int], bool]) -> None:
    _complaint, disposition = order(SIREN, "bpbd")
    page = browse("kepala.bpbd")
    page.goto(f"/disposisi/{disposition}/ketahui")
    expect(page.get_by_role("button", name="Saya mengetahui")).to_be_visible()
    status, text = send(page, f"/disposisi/{disposition}/ketahui", digest="of another text")
    assert status == 422
    assert "berubah setelah Bapak/Ibu membukanya" in text
    assert still_owed(disposition)


def test_a_head_of_yesterday_or_tomorrow_cannot_acknowledge(
    browse: Browse,
    order: Order,
    still_owed: Callable[[int], bool],
    change_of_head: Callable[[], None],
) -> None:
    _complaint, disposition = order(SIREN, "bpbd")
    former = browse("kepala.bpbd")
    former.goto("/menunggu")
    expect(former.get_by_role("button", name="Saya mengetahui")).to_be_visible()
    digest = former.locator("[name=digest]").get_attribute("value") or ""
    address = former.locator("form:has([name=digest])").get_attribute("action") or ""
    change_of_head()
    future = browse("kepala.dlh")
    for page in (former, future):
        for target in (address, f"/disposisi/{disposition}/ketahui"):
            status, _text = send(page, target, digest=digest)
            assert status in {403, 404}
    former.get_by_role("button", name="Saya mengetahui").click()
    expect(former.locator("main")).not_to_contain_text("Tercatat")
    former.goto("/")
    expect(former.locator("main")).to_contain_text("Jabatan Anda belum dimulai atau sudah berakhir.")
    assert still_owed(disposition)
    assert still_owed(int(address.split("/")[2]))


def test_nothing_is_released_or_recorded_before_the_head_knows(
    browse: Browse, order: Order, still_owed: Callable[[int], bool]
) -> None:
    complaint, disposition = order(SIREN, "bpbd")
    page = browse("operator.bpbd")
    page.goto(f"/disposisi/{disposition}/tanggapan")
    expect(page.locator("main")).to_contain_text("Tanggapan belum dapat dikirim")
    expect(page.get_by_role("button", name="Siap dikirim")).to_have_count(0)
    expect(page.get_by_role("button", name="Salin teks untuk LAPOR!")).to_have_count(0)
    today = local_day(now()).isoformat()
    answer = {"kind": "final", "text": "Sirene sudah kami periksa.", "posted_on": today, "posted_time": "00:01"}
    status, text = send(page, f"/disposisi/{disposition}/tanggapan", act="release", **answer)
    assert (status, "belum menyatakan mengetahui. Konsep tersimpan." in text) == (422, True)
    status, text = send(page, f"/disposisi/{disposition}/tanggapan/catat", **answer)
    assert (status, "belum menyatakan mengetahui" in text) == (422, True)
    page.reload()
    expect(page.get_by_label("Tanggapan", exact=True)).to_have_value("Sirene sudah kami periksa.")

    for login in ("kepala.disdik", "operator.disdik"):
        other = browse(login)
        assert send(other, f"/disposisi/{disposition}/tanggapan", act="draft", **answer)[0] in {403, 404}
    desk = browse("koordinator")
    assert send(desk, f"/disposisi/{disposition}/tanggapan", act="release", **answer)[0] in {403, 422}
    assert send(desk, f"/aduan/{complaint}/tutup", reason="Pelapor puas dengan jawaban.")[0] == 422
    assert still_owed(disposition)


def test_nothing_is_closed_while_an_acknowledgement_is_owed(
    browse: Browse, order: Order, still_owed: Callable[[int], bool]
) -> None:
    complaint, disposition = order(DUST, "dishub")
    page = browse("koordinator")
    page.goto(f"/aduan/{complaint}/tutup")
    page.get_by_label("Pelapor puas dengan jawaban").check()
    page.get_by_role("button", name="Tutup aduan").click()
    expect(page.get_by_role("alert")).to_contain_text(
        "Aduan belum dapat ditutup: Dishub belum menyatakan mengetahui."
    )
    operator = browse("operator.dishub")
    status, _text = send(operator, f"/aduan/{complaint}/tutup", reason="Pelapor puas dengan jawaban.")
    assert status == 403
    assert still_owed(disposition)


def exported(page: Page) -> str:
    """The list that is shown, as the file that the page offers; nothing where the list is empty."""
    button = page.get_by_role("button", name="Unduh CSV")
    if not button.count():
        return ""
    with page.expect_download() as waiting:
        button.click()
    rows = csv.reader(io.StringIO(waiting.value.path().read_text("utf-8-sig")))
    return "\n".join(";".join(cells) for cells in rows)


def test_a_reported_head_does_not_see_the_complaint(browse: Browse, order: Order, demo_app: Flask) -> None:
    words, bridge = "Jembatan miring", "99000203"
    complaint, disposition = order(bridge, "bmpr")
    head, operator = browse("kepala.bmpr"), browse("operator.bmpr")
    head.goto(f"/aduan/{complaint}")
    expect(head.get_by_role("heading", level=1)).to_contain_text(words)

    desk = browse("koordinator")
    desk.goto(f"/aduan/{complaint}/verifikasi")
    desk.get_by_label("Pimpinan OPD", exact=True).check()
    desk.get_by_label("OPD yang dilaporkan").select_option(label="Dinas Bina Marga dan Penataan Ruang")
    desk.get_by_label("OPD utama").select_option(label="Inspektorat Daerah")
    desk.get_by_text("OPD pendukung, unit, dan alasan mengalihkan").click()
    desk.get_by_label("Alasan mengalihkan").fill("Pimpinan OPD dilaporkan.")
    desk.get_by_role("button", name="Verifikasi dan sampaikan").click()
    expect(desk.locator(".flashes")).to_contain_text("disampaikan ke OPD")

    for page in (head, operator):
        for address in (f"/aduan/{complaint}", f"/disposisi/{disposition}", f"/disposisi/{disposition}/tanggapan"):
            assert refused(page, address)
            assert words not in page.content()
        for address in (
            "/",
            "/menunggu",
            "/aduan?tampilan=semua",
            f"/aduan?q={bridge}",
            "/aduan?q=jembatan&tampilan=semua",
        ):
            page.goto(address)
            assert words not in page.content()
            assert not any(bridge in table for table in page.locator("main table").all_inner_texts())
            assert words not in exported(page)
        for address in (f"/disposisi/{disposition}/tenggat", f"/disposisi/{disposition}/ketahui.pdf"):
            assert page.request.get(address).status in {403, 404}
        for step in ("ketahui", "tanggapan", "kembalikan"):
            assert send(page, f"/disposisi/{disposition}/{step}", reason="x", text="x", act="draft")[0] in {403, 404}

    inspector = browse("inspektur")
    inspector.goto("/menunggu")
    expect(inspector.locator("main")).to_contain_text(words)


def test_confidential_words_stay_with_those_who_handle_them(browse: Browse, order: Order) -> None:
    tracking_id, title, text = WAGES
    complaint, disposition = order(tracking_id, "disnakertrans")
    addresses = (
        "/",
        "/aduan?tampilan=semua",
        f"/aduan?q={tracking_id}",
        "/aduan?q=subkontraktor&tampilan=semua",
        f"/aduan/{complaint}",
        f"/disposisi/{disposition}",
        f"/disposisi/{disposition}/tenggat",
        f"/disposisi/{disposition}/tanggapan",
        "/menunggu",
        "/statistik",
        "/rapat",
        "/evaluasi",
    )
    handling = browse("kepala.disnakertrans")
    handling.goto(f"/aduan/{complaint}")
    expect(handling.locator("main")).to_contain_text(title)
    expect(handling.locator("main")).to_contain_text(text)
    leader = browse("pimpinan")
    leader.goto(f"/aduan/{complaint}")
    expect(leader.get_by_role("heading", level=1)).to_have_text("Aduan rahasia")
    leader.goto("/aduan?tampilan=semua")
    assert tracking_id in exported(leader)
    for login in ("sekretariat", "pimpinan", "kepala.bpbd"):
        page = browse(login)
        for address in addresses:
            page.goto(address)
            shown = page.content()
            assert title not in shown, f"{login} {address}"
            assert text not in shown, f"{login} {address}"
            if address.startswith("/aduan?"):
                assert title not in exported(page), f"{login} {address}"


def test_the_administrator_opens_no_complaint(browse: Browse, order: Order) -> None:
    complaint, disposition = order(SIREN, "bpbd")
    page = browse("admin")
    for address in ("/aduan", f"/aduan/{complaint}", f"/disposisi/{disposition}", "/menunggu", "/aduan/impor"):
        assert refused(page, address)
        assert "Sirene tsunami" not in page.content()
    assert send(page, f"/aduan/{complaint}/tutup", reason="x")[0] in {403, 404}


def test_signing_in(page: Page, order: Order) -> None:
    complaint, disposition = order(SIREN, "bpbd")
    page.goto(f"/aduan/{complaint}")
    assert "/masuk" in page.url
    assert "Sirene tsunami" not in page.content()
    assert send(page, f"/disposisi/{disposition}/ketahui", digest="x")[1].count("Saya mengetahui") == 0
    page.get_by_label("Nama pengguna").fill("operator.bpbd")
    page.get_by_label("Kata sandi").fill("bukan ini")
    page.get_by_role("button", name="Masuk").click()
    alert = page.get_by_role("alert")
    expect(alert).to_contain_text("Nama pengguna atau kata sandi belum tepat. Tersisa")
    expect(page.get_by_label("Nama pengguna")).to_have_value("operator.bpbd")
    page.get_by_label("Kata sandi").fill("lapor-demo")
    page.get_by_role("button", name="Masuk").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Sirene tsunami")
    assert page.url.endswith(f"/aduan/{complaint}")

    address = f"/disposisi/{disposition}/tanggapan"
    status, text = send(page, address, with_token=False, act="draft", kind="first", text="Tanpa tanda.")
    assert (status, "muat ulang, lalu kirim sekali lagi" in text) == (400, True)
    page.goto(address)
    assert "Tanpa tanda." not in page.content()

    page.get_by_role("button", name="Keluar").first.click()
    page.goto(f"/aduan/{complaint}")
    assert "/masuk" in page.url
