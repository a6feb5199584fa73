"""Signing in and out, the profile and the administrator's pages."""

import json
import re
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from lapor.accounts.loading import COOKIE
from lapor.accounts.models import Account, SignInSession
from lapor.policy import Role
from tests.factories import Make
from tests.page import Page, PageClient

GOOD = "kapal merah di teluk"


def sign_in(client: PageClient, login: str, password: str, *, url: str = "/masuk", status: int = 200) -> Page:
    return client.get(url).form(name="login").fill(login=login, password=password).submit(status=status)


def one_time(page: Page) -> str:
    found = re.search(r"[a-z2-9]{4}-[a-z2-9]{4}-[a-z2-9]{4}", page.text)
    assert found is not None
    return found[0]


def test_signing_in_sets_a_careful_cookie_and_leads_on(client: PageClient, make: Make) -> None:
    make.coordinator()
    answer = sign_in(client, "Koordinator", "lapor-demo", url="/masuk?lanjut=/profil", status=303)
    assert answer.headers["Location"] == "/profil"
    cookie = next(c for c in answer.headers.getlist("Set-Cookie") if c.startswith(f"{COOKIE}="))
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Secure" not in cookie
    assert client.get("/masuk", status=303).headers["Location"] == "/"


def test_over_https_the_cookie_is_secure(client: PageClient, make: Make, app: Flask) -> None:
    make.coordinator()
    app.config["SESSION_COOKIE_SECURE"] = True
    try:
        form = client.get("/masuk", base_url="https://localhost").form(name="login")
        form.fill(login="koordinator", password="lapor-demo")
        answer = form.submit(status=303, base_url="https://localhost", headers={"Referer": "https://localhost/masuk"})
    finally:
        app.config["SESSION_COOKIE_SECURE"] = False
    assert any(c.startswith(COOKIE) and "Secure" in c for c in answer.headers.getlist("Set-Cookie"))


@pytest.mark.parametrize("away", ["//evil.example", "https://evil.example/", "/\\evil.example", "javascript:x"])
def test_open_redirects_are_refused(client: PageClient, make: Make, away: str) -> None:
    make.coordinator()
    client.get("/masuk", query_string={"lanjut": away})
    answer = client.post(
        "/masuk", {"login": "koordinator", "password": "lapor-demo"}, query_string={"lanjut": away}, status=303
    )
    assert answer.headers["Location"] == "/"


def test_a_page_that_needs_sign_in_leads_there_and_back(client: PageClient, make: Make) -> None:
    make.administrator()
    page = client.get("/pengguna?cari=a")
    assert page.url.startswith("/masuk?lanjut=")
    answer = page.form(name="login").fill(login="admin", password="lapor-demo").submit(status=303)
    assert answer.headers["Location"] == "/pengguna?cari=a"


def test_failures_tell_how_many_are_left_then_when_to_try_again(client: PageClient, make: Make, clock: Any) -> None:
    clock.at("2026-03-02 10:14:30")
    make.coordinator(login="koordinator")
    page = sign_in(client, "koordinator", "salah", status=422)
    assert "Nama pengguna atau kata sandi belum tepat. Tersisa 4 kesempatan. Lupa? Hubungi koordinator." in page.text
    unknown = sign_in(client.another(), "tidak.ada", "salah", status=422)
    assert "belum tepat. Tersisa 4 kesempatan." in unknown.text
    for _ in range(3):
        page = sign_in(client, "koordinator", "salah", status=422)
    assert "Tersisa 1 kesempatan." in page.text
    assert "Sudah 5 kali salah" in sign_in(client, "koordinator", "salah", status=422).text
    page = sign_in(client, "koordinator", "lapor-demo", status=422)
    assert "mencoba lagi pukul 10.14.35 WITA" in page.text
    clock.at("2026-03-02 10:14:36")
    sign_in(client, "koordinator", "lapor-demo", url="/masuk?lanjut=/profil")


def test_a_refused_form_keeps_the_login_and_never_the_password(client: PageClient, make: Make) -> None:
    make.coordinator()
    page = sign_in(client, "koordinator", "rahasia sekali", status=422)
    assert page.form(name="login").values["login"] == "koordinator"
    assert "rahasia sekali" not in page.source
    assert "Bagian ini wajib diisi." in sign_in(client, "", "", status=422).text


def test_signing_out_ends_the_session_on_the_server(client: PageClient, make: Make) -> None:
    make.administrator()
    client.login("admin", status=303)
    client.get("/profil")
    token = client.browser.get_cookie(COOKIE)
    assert token is not None
    page = client.post("/keluar", {})
    assert "Anda sudah keluar." in page.text
    client.browser.set_cookie(COOKIE, token.value)
    client.get("/pengguna", status=303)


def test_idle_sessions_end_with_a_sentence(client: PageClient, make: Make, clock: Any) -> None:
    clock.at("2026-03-02 10:00")
    make.administrator()
    client.login("admin", status=303)
    clock.at("2026-03-02 10:29")
    client.get("/profil")
    clock.at("2026-03-02 10:58")
    client.get("/profil")
    clock.at("2026-03-02 11:30")
    assert "Waktu masuk Anda berakhir. Silakan masuk kembali" in client.get("/pengguna").text


def test_the_profile_shows_posts_and_devices(client: PageClient, make: Make, session: Session) -> None:
    make.administrator()
    client.login("admin", status=303)
    other = client.another().login("admin", status=303)
    page = client.get("/profil")
    assert "Pengelola Sistem DISKOMINFO" in page.text
    page = page.form(button="Keluarkan perangkat ini").submit()
    assert "Perangkat itu sudah dikeluarkan." in page.text
    other.get("/profil", status=303)
    own = session.scalars(sa.select(SignInSession.id).where(SignInSession.revoked_at.is_(None))).one()
    stranger = client.another()
    make.coordinator()
    stranger.login("koordinator", status=303).get("/profil/kata-sandi")
    stranger.post(f"/profil/perangkat/{own}/keluar", status=404)


def test_a_person_without_a_post_is_told_so(client: PageClient, make: Make) -> None:
    make.account(make.person("Rahmat Hidayat"), "rahmat")
    client.login("rahmat", status=303)
    assert "Anda tidak memegang jabatan hari ini" in client.get("/profil").text
    client.get("/pengguna", status=403)


def test_the_password_is_changed_on_the_profile(client: PageClient, make: Make) -> None:
    make.coordinator()
    client.login("koordinator", status=303)
    form = client.get("/profil").follow("Ganti kata sandi").form(name="current")
    page = form.fill(current="lapor-demo", password=GOOD, repeat="lain sekali").submit(status=422)
    assert "Kedua kata sandi belum sama." in page.text
    page = page.form(name="current").fill(current="lapor-demo", password=GOOD, repeat=GOOD).submit()
    assert "Kata sandi sudah diganti." in page.text
    sign_in(client.another(), "koordinator", "lapor-demo", status=422)
    sign_in(client.another(), "koordinator", GOOD, url="/masuk?lanjut=/profil")


def test_a_first_password_is_changed_before_anything_else(client: PageClient, make: Make) -> None:
    member = make.administrator()
    member.account.must_change_password = True
    client.login("admin", status=303)
    page = client.get("/pengguna")
    assert page.heading == "Ganti kata sandi"
    assert "Selamat datang." in page.text
    answer = page.form(name="current").fill(current="lapor-demo", password=GOOD, repeat=GOOD).submit(status=303)
    assert answer.headers["Location"] == "/pengguna"
    assert client.get("/pengguna").heading == "Pengguna"


def test_the_administrator_makes_resets_and_closes_accounts(client: PageClient, make: Make, session: Session) -> None:
    make.administrator()
    make.assign(make.person("Dewi Anggraeni"), make.post(make.agency("rsud"), Role.OPERATOR))
    client.login("admin", status=303)
    page = client.get("/pengguna").follow("Belum punya akun")
    assert "Dewi Anggraeni" in page.row("Dewi")
    page = page.follow("Buat akun untuk Dewi Anggraeni")
    page = page.form(name="login").fill(login="admin").submit(status=422)
    assert "Nama pengguna ini sudah dipakai." in page.text
    first = one_time(page.form(name="login").fill(login="operator.rsud").submit())
    page = sign_in(client.another(), "operator.rsud", first, url="/masuk?lanjut=/profil")
    account = session.scalars(sa.select(Account).where(Account.login == "operator.rsud")).one()
    page = client.get("/pengguna?cari=operator")
    assert "Menunggu masuk pertama" in page.row("Dewi Anggraeni")
    page = page.follow("Dewi Anggraeni")
    second = one_time(page.form(button="Buat kata sandi sekali pakai").submit())
    assert second != first
    sign_in(client.another(), "operator.rsud", first, status=422)
    page = client.get(f"/pengguna/{account.id}").form(button="Tutup akun").submit()
    assert "Ditutup" in page.text
    page = sign_in(client.another(), "operator.rsud", second, status=422)
    assert "Akun ini sudah ditutup." in page.text
    third = one_time(client.get(f"/pengguna/{account.id}").form(button="Buka kembali akun").submit())
    sign_in(client.another(), "operator.rsud", third, url="/masuk?lanjut=/profil")


def test_the_list_says_what_to_do_when_nothing_is_found(client: PageClient, make: Make) -> None:
    make.administrator()
    client.login("admin", status=303)
    assert "Tidak ada nama yang memuat" in client.get("/pengguna?cari=zzz").text
    assert "Semua sudah punya akun" in client.get("/pengguna?tampil=tanpa-akun").text
    client.get("/pengguna/999", status=404)
    client.get("/pengguna/baru/999", status=404)


def test_a_person_leads_to_the_account_or_to_making_one(client: PageClient, make: Make) -> None:
    make.administrator()
    member, without = make.operator(make.agency("bpbd")), make.person("Tanpa Akun")
    client.login("admin")
    page = client.get(f"/penugasan/orang/{without.id}").follow("Akun")
    assert page.heading == "Buat akun untuk Tanpa Akun"
    page = client.get(f"/penugasan/orang/{member.person.id}").follow("Akun")
    assert "operator.bpbd" in page.text
    assert page.url.startswith("/pengguna/")


def test_only_the_administrator_manages_accounts(client: PageClient, make: Make) -> None:
    make.administrator()
    target = make.head(make.agency())
    make.coordinator()
    client.login("koordinator", status=303)
    client.get("/pengguna", status=403)
    client.get("/profil/kata-sandi")
    for action in ("kata-sandi", "tutup", "buka"):
        client.post(f"/pengguna/{target.account.id}/{action}", status=403)
        client.get("/profil/kata-sandi")


def test_an_empty_system_begins_with_its_first_administrator(client: PageClient, session: Session) -> None:
    page = client.get("/masuk")
    assert page.url == "/mulai"
    values = {
        "agency_name": "Dinas Komunikasi dan Informatika",
        "agency_abbreviation": "Diskominfo",
        "name": "Gede Prasetya",
        "kind": "PNS",
        "nip": "19870413201001100",
        "login": "admin",
        "password": GOOD,
        "repeat": GOOD,
    }
    page = page.form(name="agency_name").fill(values).submit(status=422)
    assert "NIP harus 18 angka; yang diisi baru 17." in page.text
    again = {"nip": "198704132010011009", "password": GOOD, "repeat": GOOD}
    page = page.form(name="agency_name").fill(again).submit()
    assert "Silakan masuk." in page.text
    client.get("/mulai", status=404)
    client.get("/masuk")
    client.post("/mulai", status=404)
    sign_in(client, "admin", GOOD, url="/masuk?lanjut=/pengguna")
    page = client.get("/penugasan")
    assert "Jabatan kosong" in page.row("Koordinator")
    assert "Gede Prasetya" in page.row("Administrator sistem")


def test_the_demo_offers_its_accounts_and_production_does_not(client: PageClient, make: Make, app: Flask) -> None:
    make.coordinator().account.is_demo = True
    make.head(make.agency("bpbd")).account.is_demo = True
    make.secretariat()
    page = client.get("/masuk")
    assert "koordinator" in page.links
    assert "kepala.bpbd" in page.links
    assert "sekretariat" not in page.links
    form = page.follow("kepala.bpbd").form(name="login")
    assert (form.values["login"], form.values["password"]) == ("kepala.bpbd", "lapor-demo")
    assert client.get("/masuk?sebagai=sekretariat").form(name="login").values["login"] == ""
    app.config["LAPOR_ENV"] = "production"
    try:
        page = client.get("/masuk?sebagai=koordinator")
    finally:
        app.config["LAPOR_ENV"] = "demo"
    assert "koordinator" not in page.links
    assert page.form(name="login").values["password"] == ""


def test_health_is_public(client: PageClient) -> None:
    assert json.loads(client.get("/sehat").data)["keadaan"] == "baik"
