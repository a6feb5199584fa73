"""A head's own telephone: trusting it, PIN and passkey in a real browser with Chromium's virtual authenticator.

Passkeys are bound to the host name of LAPOR_BASE_URL, so these pages are opened on localhost.
"""

import hashlib
import json
import re
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
import sqlalchemy as sa
from fido2.webauthn import AttestedCredentialData
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.conftest import PHONE

PIN = "408317"
ANDROID = (
    "Mozilla/5.0 (Linux; Android 13; SM-A145F) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/142.0.0.0 Mobile Safari/537.36"
)
WHATSAPP = (
    "Mozilla/5.0 (Linux; Android 13; SM-A145F; wv) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Version/4.0 Chrome/142.0.0.0 Mobile Safari/537.36 WhatsApp/2.25"
)


class Telephone:
    """A telephone with a virtual authenticator: ``touch(False)`` refuses the finger."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.cdp = page.context.new_cdp_session(page)
        self.cdp.send("WebAuthn.enable")
        options = {
            "protocol": "ctap2",
            "transport": "internal",
            "hasUserVerification": True,
            "isUserVerified": True,
            "automaticPresenceSimulation": True,
        }
        self.key = self.cdp.send("WebAuthn.addVirtualAuthenticator", {"options": options})["authenticatorId"]

    def touch(self, is_right: bool) -> None:
        """Whether the finger is the owner's."""
        self.cdp.send("WebAuthn.setUserVerified", {"authenticatorId": self.key, "isUserVerified": is_right})

    def credentials(self) -> list[dict[str, Any]]:
        """The keys that it holds, with their counters."""
        found: list[dict[str, Any]] = self.cdp.send("WebAuthn.getCredentials", {"authenticatorId": self.key})[
            "credentials"
        ]
        return found

    def set_counter(self, count: int) -> None:
        """As if another copy of the key had been used: the counter stands elsewhere."""
        [credential] = self.credentials()
        self.cdp.send(
            "WebAuthn.removeCredential",
            {"authenticatorId": self.key, "credentialId": credential["credentialId"]},
        )
        credential["signCount"] = count
        self.cdp.send("WebAuthn.addCredential", {"authenticatorId": self.key, "credential": credential})


@pytest.fixture
def opened(chromium: Browser, live: str) -> Iterator[Callable[..., Page]]:
    """A page of a telephone on localhost, with complaints of the console collected."""
    contexts: list[BrowserContext] = []
    problems: list[str] = []

    def page_of(**options: Any) -> Page:
        context = chromium.new_context(
            **{
                "base_url": live.replace("127.0.0.1", "localhost"),
                "locale": "id-ID",
                "viewport": PHONE,
                "is_mobile": True,
                "has_touch": True,
                "user_agent": ANDROID,
                "reduced_motion": "reduce",
                **options,
            }
        )
        context.set_default_timeout(15_000)
        context.on(
            "console",
            lambda said: (
                problems.append(said.text) if said.type == "error" and "with a status of 4" not in said.text else None
            ),
        )
        contexts.append(context)
        return context.new_page()

    yield page_of
    for context in contexts:
        context.close()
    assert problems == [], "the browser complained"


def sign_in_by_password(page: Page, login: str, address: str = "/masuk") -> None:
    page.goto(address)
    page.get_by_label("Nama pengguna").fill(login)
    page.get_by_label("Kata sandi", exact=True).fill("lapor-demo")
    page.get_by_role("button", name="Masuk", exact=True).click()


def arrives(page: Page, path: str) -> None:
    page.wait_for_url(lambda address: urlsplit(address).path == path)


def sign_out(page: Page) -> None:
    page.context.clear_cookies(name="lapor_session")


def statements(app: Flask) -> list[Any]:
    from lapor.core.db import db
    from lapor.dispositions.models import Acknowledgement

    with app.app_context():
        return list(db.session.scalars(sa.select(Acknowledgement).order_by(Acknowledgement.id.desc()).limit(1)))


def test_a_head_trusts_his_telephone_and_acknowledges_by_pin(
    opened: Callable[..., Page], demo_app: Flask, axe: Callable[[Page], None]
) -> None:
    page = opened()
    page.goto("/menunggu")  # the link in the message
    sign_in_by_password(page, "kepala.bpbd", page.url)
    expect(page.get_by_role("heading", name="HP ini milik saya")).to_be_visible()
    expect(page.get_by_text("PIN ini pengganti tanda tangan Bapak/Ibu. Mohon tidak dipinjamkan.")).to_be_visible()
    axe(page)
    page.get_by_label("PIN baru, 6 angka").fill("123456")
    page.get_by_label("Ulangi PIN").fill("123456")
    page.get_by_role("button", name="Percayai HP ini").click()
    expect(page.get_by_role("alert")).to_contain_text("terlalu mudah ditebak")
    page.get_by_label("PIN baru, 6 angka").fill(PIN)
    page.get_by_label("Ulangi PIN").fill(PIN)
    page.get_by_role("button", name="Percayai HP ini").click()
    arrives(page, "/menunggu")
    axe(page)
    page.get_by_label("Arahan lain").fill("Periksa hari ini juga.")
    page.get_by_label("PIN 6 angka").fill("000111")
    page.get_by_role("button", name="Saya mengetahui", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("PIN belum tepat. Tersisa 4 kesempatan.")
    expect(page.get_by_label("Arahan lain")).to_have_value("Periksa hari ini juga.")
    page.get_by_label("PIN 6 angka").fill(PIN)
    page.get_by_role("button", name="Saya mengetahui", exact=True).click()
    expect(page.locator(".flashes")).to_contain_text("Tercatat.")
    [last] = statements(demo_app)
    assert (last.means.value, last.device, last.instruction) == (
        "pin",
        "Chrome, Android",
        "Periksa hari ini juga.",
    )
    sign_out(page)
    page.goto("/menunggu")
    expect(page.get_by_role("button", name="Buka dengan PIN")).to_be_visible()
    axe(page)
    page.get_by_label("PIN 6 angka").fill(PIN)
    page.get_by_role("button", name="Buka dengan PIN").click()
    arrives(page, "/menunggu")


def test_a_passkey_signs_each_acknowledgement(opened: Callable[..., Page], demo_app: Flask) -> None:
    page = opened()
    telephone = Telephone(page)
    sign_in_by_password(page, "kepala.bpbd", "/masuk?lanjut=/menunggu")
    page.get_by_role("button", name="Pakai sidik jari").click()
    arrives(page, "/menunggu")
    assert len(telephone.credentials()) == 1
    sign_out(page)

    page.goto("/menunggu")
    telephone.touch(False)
    page.get_by_role("button", name="Buka dengan sidik jari").click()
    expect(page.get_by_text("Sidik jari belum terbaca.")).to_be_visible()
    telephone.touch(True)
    page.get_by_role("button", name="Buka dengan sidik jari").click()
    arrives(page, "/menunggu")

    address = page.locator("form#kartu").get_attribute("action")
    page.get_by_role("button", name="Saya mengetahui", exact=True).click()
    expect(page.locator(".flashes")).to_contain_text("Tercatat.")
    [last] = statements(demo_app)
    assert last.means.value == "passkey"
    assert_signature_proves(last, f"{address}:{last.digest}")

    telephone.set_counter(0)
    page.get_by_role("button", name="Saya mengetahui", exact=True).click()
    expect(page.get_by_text("mungkin tersalin ke perangkat lain").first).to_be_visible()
    [same] = statements(demo_app)
    assert same.id == last.id
    page.goto("/profil")
    expect(page.get_by_text("Tanpa PIN")).to_be_visible()


def assert_signature_proves(acknowledgement: Any, subject: str) -> None:
    """The kept proof checks with nothing but the public key in it, the session, and the act's own digest."""
    from lapor.accounts.passkeys import decode

    proof = acknowledgement.signature
    client_data = decode(proof["client_data"])
    AttestedCredentialData(decode(proof["credential_data"])).public_key.verify(
        decode(proof["authenticator_data"]) + hashlib.sha256(client_data).digest(), decode(proof["signature"])
    )
    challenge = decode(json.loads(client_data)["challenge"])
    tried = (
        hashlib.sha256("\n".join((proof["nonce"], "act", str(key), subject)).encode()).digest() for key in range(5000)
    )
    assert challenge in tried


def test_the_link_survives_whatsapps_browser(opened: Callable[..., Page]) -> None:
    page = opened(user_agent=WHATSAPP)
    page.add_init_script("delete window.PublicKeyCredential")
    page.goto("/menunggu")
    assert re.search(r"/masuk\?lanjut=", page.url)
    sign_in_by_password(page, "kepala.bpbd", page.url)
    expect(page.get_by_role("heading", name="HP ini milik saya")).to_be_visible()
    expect(page.get_by_role("button", name="Pakai sidik jari")).to_be_hidden()
    page.get_by_label("PIN baru, 6 angka").fill(PIN)
    page.get_by_label("Ulangi PIN").fill(PIN)
    page.get_by_role("button", name="Percayai HP ini").click()
    arrives(page, "/menunggu")
    sign_out(page)
    page.goto("/menunggu")
    page.get_by_label("PIN 6 angka").fill(PIN)
    page.get_by_role("button", name="Buka dengan PIN").click()
    arrives(page, "/menunggu")


def test_without_script_pin_and_password_are_enough(opened: Callable[..., Page], demo_app: Flask) -> None:
    page = opened(java_script_enabled=False)
    sign_in_by_password(page, "kepala.bpbd", "/masuk?lanjut=/menunggu")
    page.get_by_label("PIN baru, 6 angka").fill(PIN)
    page.get_by_label("Ulangi PIN").fill(PIN)
    page.get_by_role("button", name="Percayai HP ini").click()
    arrives(page, "/menunggu")
    page.get_by_label("PIN 6 angka").fill(PIN)
    page.get_by_role("button", name="Saya mengetahui", exact=True).click()
    expect(page.locator(".flashes")).to_contain_text("Tercatat.")
    [last] = statements(demo_app)
    assert last.means.value == "pin"
