"""*HP ini milik saya* in pages: trusting, PIN and passkey for each act, codes, links that survive."""

import json
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from lapor.accounts.confirming import DEVICE_COOKIE
from lapor.accounts.models import SignInSession, SignInThrottle, TrustedDevice
from lapor.agencies.models import Agency
from lapor.core import clock as lapor_clock
from lapor.dispositions.models import Acknowledgement, Disposition
from lapor.dispositions.rules import State
from lapor.journal.models import JournalEntry
from tests.factories import Make, Member
from tests.factories.passkey import PRESENT, SoftKey
from tests.page import Page, PageClient

PIN = "408317"
ANDROID = "Mozilla/5.0 (Linux; Android 13; SM-A145F) AppleWebKit/537.36 Chrome/142.0.0.0 Mobile Safari/537.36"
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148 WhatsApp/2.25.1"


@pytest.fixture
def head(make: Make) -> Member:
    return make.head(make.agency("bpbd"))


@pytest.fixture
def order(make: Make, head: Member, session: Session) -> Disposition:
    agency = make.session.get_one(Agency, head.post.agency_id)
    return make.disposition(make.complaint(is_verified=True), agency, disposed_at=lapor_clock.now())


def phone(client: PageClient, agent: str = ANDROID) -> PageClient:
    client.browser.environ_base["HTTP_USER_AGENT"] = agent
    return client


def by_password(client: PageClient, member: Member, address: str = "/masuk", password: str = "lapor-demo") -> Page:
    return client.get(address).form(name="login").fill(login=member.login, password=password).submit()


def trust(client: PageClient, member: Member, pin: str = PIN, address: str = "/masuk") -> Page:
    page = by_password(phone(client), member, address)
    assert page.heading == "HP ini milik saya"
    return page.form(name="new_pin").fill(new_pin=pin, repeat_pin=pin).submit()


def forget_session(client: PageClient) -> None:
    client.browser.delete_cookie("lapor_session")


def age_password(session: Session) -> None:
    """As if everybody had given his password an hour ago."""
    session.execute(sa.update(SignInSession).values(confirmed_at=lapor_clock.now() - timedelta(hours=1)))
    session.commit()


def card(client: PageClient, order: Disposition) -> Page:
    return client.get(f"/disposisi/{order.id}")


def acknowledge(client: PageClient, order: Disposition, *, status: int = 200, **fields: str) -> Page:
    return card(client, order).form(name="instruction").fill(fields).submit("Saya mengetahui", status=status)


def statement(session: Session) -> tuple[str, str | None]:
    row = session.scalars(sa.select(Acknowledgement).order_by(Acknowledgement.id.desc())).first()
    assert row is not None
    return row.means.value, row.device


def is_waiting(session: Session, order: Disposition) -> bool:
    session.refresh(order)
    return order.state is State.WAITING


def csrf(page: Page) -> str:
    return str(page.tree.xpath("//input[@name='csrf_token']/@value")[0])


def asked(client: PageClient, address: str, page: Page, *, status: int = 200, **data: str) -> dict[str, Any]:
    """What static/js/passkey.js would get from the server."""
    answer = client.send("POST", address, status=status, data=data, headers={"X-CSRFToken": csrf(page)})
    found: dict[str, Any] = json.loads(answer.data)
    return found.get("publicKey", found)


def with_passkey(client: PageClient, member: Member, key: SoftKey | None = None) -> SoftKey:
    key = key or SoftKey()
    page = by_password(phone(client), member)
    options = asked(client, "/perangkat-ini/tantangan-baru", page)
    client.send("POST", "/perangkat-ini/sidik-jari", data={"csrf_token": csrf(page), "credential": key.made(options)})
    return key


def kinds(session: Session) -> list[str]:
    session.commit()
    return list(session.scalars(sa.select(JournalEntry.kind).order_by(JournalEntry.seq)))


# --- trusting


def test_a_head_on_a_telephone_is_offered_to_trust_it_and_the_link_survives(
    client: PageClient, head: Member, order: Disposition
) -> None:
    page = by_password(phone(client, IPHONE), head, f"/masuk?lanjut=/disposisi/{order.id}")
    assert page.url.startswith("/perangkat-ini?lanjut=")
    assert "PIN ini pengganti tanda tangan Bapak/Ibu. Mohon tidak dipinjamkan." in page.text
    assert page.links["Tidak sekarang"] == f"/disposisi/{order.id}"
    answer = page.form(name="new_pin").fill(new_pin=PIN, repeat_pin=PIN).submit(status=303)
    assert answer.headers["Location"] == f"/disposisi/{order.id}"
    cookie = next(c for c in answer.headers.getlist("Set-Cookie") if c.startswith(f"{DEVICE_COOKIE}="))
    for part in ("HttpOnly", "SameSite=Lax", "Path=/", "Max-Age=7776000"):
        assert part in cookie
    forget_session(client)
    page = client.get(f"/disposisi/{order.id}")
    assert page.heading == head.person.name
    assert "WhatsApp, iPhone" in page.text
    answer = page.form(button="Buka dengan PIN").fill(confirm_pin=PIN).submit(status=303)
    assert answer.headers["Location"] == f"/disposisi/{order.id}"


def test_others_and_desktops_are_not_asked(client: PageClient, head: Member, make: Make) -> None:
    assert by_password(client, head).url != "/perangkat-ini"
    operator = make.operator(make.agency("dlh"))
    other = phone(client.another())
    assert not by_password(other, operator).url.startswith("/perangkat-ini")
    other.get("/perangkat-ini", status=403)


def test_the_link_survives_a_first_password_and_the_device(
    client: PageClient, head: Member, order: Disposition
) -> None:
    head.account.must_change_password = True
    page = by_password(phone(client), head, f"/masuk?lanjut=/disposisi/{order.id}")
    good = "kapal merah di teluk"
    page = page.form(name="current").fill(current="lapor-demo", password=good, repeat=good).submit()
    assert page.heading == "HP ini milik saya"
    page = page.form(name="new_pin").fill(new_pin=PIN, repeat_pin=PIN).submit()
    assert page.url == f"/disposisi/{order.id}"


@pytest.mark.parametrize("away", ["//evil.example", "https://evil.example/", "/\\evil.example", "javascript:x"])
def test_open_redirects_are_refused_on_every_page_of_the_way(client: PageClient, head: Member, away: str) -> None:
    where = {"lanjut": away}
    page = by_password(phone(client), head)
    assert page.heading == "HP ini milik saya"
    page = client.get("/perangkat-ini", query_string=where)
    assert page.links["Tidak sekarang"] == "/"
    form = page.form(name="new_pin").fill(new_pin=PIN, repeat_pin=PIN)
    assert form.submit(status=303).headers["Location"] == "/profil"
    forget_session(client)
    client.get("/masuk", query_string=where)
    answer = client.post("/masuk/pin", {"confirm_pin": PIN}, query_string=where, status=303)
    assert answer.headers["Location"] == "/"


def test_bad_pins_are_refused_with_a_sentence(client: PageClient, head: Member) -> None:
    head.person.nip = "196904121995031002"
    page = by_password(phone(client), head)
    for pin, sentence in (
        ("12345", "PIN terdiri atas 6 angka."),
        ("123456", "terlalu mudah ditebak"),
        ("120469", "terkait tanggal lahir, NIP"),
    ):
        page = page.form(name="new_pin").fill(new_pin=pin, repeat_pin=pin).submit(status=422)
        assert sentence in page.text
    page = page.form(name="new_pin").fill(new_pin=PIN, repeat_pin="408318").submit(status=422)
    assert "Kedua PIN belum sama." in page.text
    assert PIN not in page.source


def test_a_stale_password_is_asked_before_a_device_is_trusted(
    client: PageClient, head: Member, session: Session
) -> None:
    by_password(client, head)
    age_password(session)
    page = client.get("/perangkat-ini?lanjut=/profil")
    assert "new_pin" not in page.form().names
    page = page.form().fill(confirm_password="salah").submit(status=422)
    assert "Kata sandi belum tepat." in page.text
    page = page.form().fill(confirm_password="lapor-demo").submit()
    assert page.form(name="new_pin").fill(new_pin=PIN, repeat_pin=PIN).submit().url == "/profil"


# --- PIN for each act


def test_each_acknowledgement_asks_the_pin_and_keeps_what_was_typed(
    client: PageClient, head: Member, order: Disposition, session: Session
) -> None:
    trust(client, head)
    page = acknowledge(client, order, status=422, instruction="Periksa hari ini juga.")
    assert "Masukkan PIN 6 angka." in page.text
    assert is_waiting(session, order)
    form = page.form(name="instruction").fill(ready=["Jawab dengan santun dan lengkap."], confirm_pin="000111")
    page = form.submit("Saya mengetahui", status=422)
    assert "PIN belum tepat. Tersisa 4 kesempatan." in page.text
    form = page.form(name="instruction")
    assert form.values["instruction"] == "Periksa hari ini juga."
    assert form.values["ready"] == "Jawab dengan santun dan lengkap."
    assert "000111" not in page.source
    form.fill(confirm_pin=PIN).submit("Saya mengetahui")
    assert statement(session) == ("pin", "Chrome, Android")


def test_a_refused_act_does_not_bring_failures_back(
    client: PageClient, head: Member, order: Disposition, session: Session
) -> None:
    trust(client, head)
    acknowledge(client, order, status=422, confirm_pin="000111")
    acknowledge(client, order, status=422, confirm_pin="000112")
    device = session.scalars(sa.select(TrustedDevice)).one()
    assert device.pin_failures == 2
    assert session.scalar(sa.select(sa.func.max(SignInThrottle.failures))) == 2


def test_after_five_wrong_pins_the_password_is_needed(
    client: PageClient, head: Member, order: Disposition, session: Session, clock: Any
) -> None:
    now = clock.at(lapor_clock.now())
    trust(client, head)
    for step in range(5):
        clock.at(now + timedelta(seconds=30 * step))
        page = acknowledge(client, order, status=422, confirm_pin="000111")
    assert "tidak berlaku lagi. Pakai kata sandi." in page.text
    assert kinds(session)[-1] == "device.pin-voided"
    clock.at(now + timedelta(minutes=16))
    page = acknowledge(client, order, status=422)
    assert "Masukkan kata sandi sekali lagi" in page.text
    page.form(name="instruction").fill(confirm_password="lapor-demo").submit("Saya mengetahui")
    assert statement(session) == ("password", "Chrome, Android")
    forget_session(client)
    assert "Nama pengguna" in client.get("/masuk").text


def test_a_wait_is_told_and_nothing_is_checked_meanwhile(
    client: PageClient, head: Member, order: Disposition, session: Session, clock: Any
) -> None:
    now = clock.at(lapor_clock.now())
    trust(client, head)
    for _ in range(3):
        acknowledge(client, order, status=422, confirm_pin="000111")
    page = acknowledge(client, order, status=422, confirm_pin=PIN)
    assert "Terlalu sering salah." in page.text
    assert is_waiting(session, order)
    clock.at(now + timedelta(seconds=6))
    acknowledge(client, order, confirm_pin=PIN)
    assert statement(session)[0] == "pin"


def test_a_forgotten_pin_can_be_replaced_by_the_password_in_the_same_form(
    client: PageClient, head: Member, order: Disposition, session: Session
) -> None:
    trust(client, head)
    acknowledge(client, order, confirm_password="lapor-demo")
    assert statement(session) == ("password", "Chrome, Android")


def test_on_a_foreign_device_the_password_is_fresh_or_asked(
    client: PageClient, head: Member, order: Disposition, session: Session
) -> None:
    by_password(client, head)
    assert "confirm_password" not in card(client, order).form(name="instruction").names
    age_password(session)
    page = acknowledge(client, order, status=422, instruction="Segera.")
    assert "Masukkan kata sandi sekali lagi untuk menyatakannya." in page.text
    page = page.form(name="instruction").fill(confirm_password="salah").submit("Saya mengetahui", status=422)
    assert "Kata sandi belum tepat. Tersisa 4 kesempatan." in page.text
    form = page.form(name="instruction")
    assert form.values["instruction"] == "Segera."
    form.fill(confirm_password="lapor-demo").submit("Saya mengetahui")
    assert statement(session) == ("password", None)


def test_returning_and_correcting_ask_too(
    client: PageClient, head: Member, order: Disposition, session: Session
) -> None:
    trust(client, head)
    reason = "Jalan ini milik kabupaten, bukan provinsi."
    card(client, order)
    page = client.get(f"/disposisi/{order.id}/kembalikan")
    page = page.form(name="reason").fill(reason=reason).submit(status=422)
    assert "Masukkan PIN 6 angka." in page.text
    page.form(name="reason").fill(confirm_pin=PIN).submit()
    assert statement(session)[0] == "pin"


def test_a_wrong_statement_is_corrected_with_the_pin(
    client: PageClient, head: Member, order: Disposition, session: Session
) -> None:
    trust(client, head)
    acknowledge(client, order, confirm_pin=PIN)
    page = client.get(f"/disposisi/{order.id}/perbaiki")
    page = page.form(name="reason").fill(reason="Salah tulis.", instruction="Yang benar.").submit(status=422)
    assert "Masukkan PIN 6 angka." in page.text
    page.form(name="reason").fill(confirm_pin=PIN).submit()
    assert (
        session.scalars(sa.select(Acknowledgement.instruction).order_by(Acknowledgement.id)).all()[-1]
        == "Yang benar."
    )


# --- whose device


def test_another_persons_device_is_a_foreign_one(
    client: PageClient, head: Member, order: Disposition, make: Make, session: Session
) -> None:
    trust(client, make.head(make.agency("dinkes")))
    forget_session(client)
    page = client.get("/masuk").follow("Bukan Anda? Masuk dengan kata sandi")
    page.form(name="login").fill(login=head.login, password="lapor-demo").submit()
    assert "confirm_pin" not in card(client, order).form(name="instruction").names
    age_password(session)
    page = card(client, order)
    client.send(
        "POST",
        f"/disposisi/{order.id}/ketahui",
        status=422,
        data={"csrf_token": csrf(page), "digest": page.form(name="digest").values["digest"], "confirm_pin": PIN},
    )
    assert is_waiting(session, order)


def test_the_pin_of_another_device_does_not_open_this_one(
    client: PageClient, head: Member, order: Disposition, session: Session
) -> None:
    trust(client, head)
    second = client.another()
    trust(second, head, pin="925063")
    acknowledge(second, order, status=422, confirm_pin=PIN)
    acknowledge(second, order, confirm_pin="925063")
    assert len(session.scalars(sa.select(TrustedDevice)).all()) == 2


@pytest.mark.parametrize("end", ["revoked_at", "expires_at"])
def test_an_ended_device_opens_nothing(
    client: PageClient, head: Member, order: Disposition, session: Session, end: str
) -> None:
    trust(client, head)
    device = session.scalars(sa.select(TrustedDevice)).one()
    setattr(device, end, lapor_clock.now() - timedelta(seconds=1))
    age_password(session)
    page = card(client, order)
    assert "confirm_pin" not in page.form(name="instruction").names
    client.send(
        "POST",
        f"/disposisi/{order.id}/ketahui",
        status=422,
        data={"csrf_token": csrf(page), "digest": page.form(name="digest").values["digest"], "confirm_pin": PIN},
    )
    assert is_waiting(session, order)
    forget_session(client)
    page = client.get("/masuk")
    assert "Nama pengguna" in page.text
    page = client.post("/masuk/pin", {"confirm_pin": PIN})
    assert "Perangkat ini tidak (lagi) dipercaya." in page.text


def test_signing_in_by_pin_slows_down_and_ends(
    client: PageClient, head: Member, session: Session, clock: Any
) -> None:
    now = clock.at(lapor_clock.now())
    trust(client, head)
    forget_session(client)
    for step in range(5):
        clock.at(now + timedelta(seconds=30 * step))
        page = client.get("/masuk").form(button="Buka dengan PIN").fill(confirm_pin="000111").submit(status=422)
    assert "tidak berlaku lagi. Pakai kata sandi." in page.text
    assert "Nama pengguna" in page.text
    page = by_password(client, head)
    assert page.heading == "HP ini milik saya"


def test_a_session_by_pin_sets_up_no_other_device(client: PageClient, head: Member) -> None:
    trust(client, head)
    forget_session(client)
    client.get("/masuk").form(button="Buka dengan PIN").fill(confirm_pin=PIN).submit()
    page = client.get("/perangkat-ini")
    assert "new_pin" not in page.form().names
    client.post("/perangkat-ini", {"label": "x", "new_pin": "925063", "repeat_pin": "925063"}, status=422)


def test_devices_are_listed_renamed_and_revoked(
    client: PageClient, head: Member, make: Make, session: Session
) -> None:
    trust(client, head)
    page = client.get("/profil")
    assert "Perangkat ini" in page.row("Chrome, Android")
    page = page.form(name="label").fill(label="HP Samsung").submit()
    assert "HP Samsung" in page.row("dipercaya sejak")
    other = client.another()
    trust(other, make.head(make.agency("dinkes")))
    key = session.scalars(sa.select(TrustedDevice.id).where(TrustedDevice.account_id == head.account.id)).one()
    other.get("/profil")
    other.post(f"/profil/perangkat-tepercaya/{key}/cabut", status=404)
    page = client.get("/profil").form(button="Cabut kepercayaan").submit()
    assert "Belum ada perangkat yang dipercaya." in page.text
    assert kinds(session)[-1] == "device.revoked"


def test_the_administrator_revokes_a_lost_telephone(
    client: PageClient, head: Member, make: Make, session: Session
) -> None:
    trust(client, head)
    make.administrator()
    admin = client.another().login("admin")
    page = admin.get(f"/pengguna/{head.account.id}")
    page = page.form(button="Cabut kepercayaan").submit()
    assert "Cabut kepercayaan" not in page.text
    assert client.get("/profil").url == "/masuk?lanjut=/profil", "signed out, and no PIN is asked there"
    assert "Nama pengguna" in client.get("/masuk").text


# --- passkey


def subject_of(page: Page, order: Disposition, act: str = "ketahui") -> str:
    return f"/disposisi/{order.id}/{act}:{page.form(name='digest').values['digest']}"


def send_signed(client: PageClient, page: Page, order: Disposition, signed: str, *, status: int) -> Page:
    data = {
        "csrf_token": csrf(page),
        "digest": page.form(name="digest").values["digest"],
        "instruction": "Periksa.",
        "confirm_passkey": signed,
    }
    return client.send("POST", f"/disposisi/{order.id}/ketahui", status=status, data=data)


def test_a_passkey_signs_the_act_and_the_proof_is_kept(
    client: PageClient, head: Member, order: Disposition, session: Session
) -> None:
    key = with_passkey(client, head)
    page = card(client, order)
    options = asked(client, "/perangkat-ini/tantangan", page, subject=subject_of(page, order))
    assert (options["rpId"], options["userVerification"]) == ("localhost", "required")
    send_signed(client, page, order, key.signed(options), status=200)
    assert statement(session) == ("passkey", "Chrome, Android")
    row = session.scalars(sa.select(Acknowledgement)).one()
    assert set(row.signature or ()) == {
        "authenticator_data",
        "client_data",
        "credential_data",
        "nonce",
        "signature",
    }
    assert session.scalars(sa.select(TrustedDevice)).one().passkey_count == 1


def other_act(page: Page, order: Disposition) -> str:
    return subject_of(page, order, "kembalikan")


def other_complaint(page: Page, order: Disposition) -> str:
    return f"/disposisi/{order.id}/ketahui:{'0' * 64}"


@pytest.mark.parametrize("subject", [other_act, other_complaint])
def test_a_signature_for_something_else_is_refused(
    client: PageClient,
    head: Member,
    order: Disposition,
    session: Session,
    subject: Callable[[Page, Disposition], str],
) -> None:
    key = with_passkey(client, head)
    page = card(client, order)
    options = asked(client, "/perangkat-ini/tantangan", page, subject=subject(page, order))
    refused = send_signed(client, page, order, key.signed(options), status=422)
    assert "tidak berlaku" in refused.text
    assert refused.form(name="instruction").values["instruction"] == "Periksa."
    assert is_waiting(session, order)


@pytest.mark.parametrize(
    "wrong",
    [
        {"origin": "https://evil.example"},
        {"origin": "http://localhost.evil.example"},
        {"flags": PRESENT},
        {"flags": 0},
        {"host": "evil.example"},
        {"kind": "webauthn.create"},
        {"crossOrigin": True},
    ],
)
def test_a_signature_that_is_not_right_is_refused(
    client: PageClient, head: Member, order: Disposition, session: Session, wrong: dict[str, Any]
) -> None:
    key = with_passkey(client, head)
    page = card(client, order)
    options = asked(client, "/perangkat-ini/tantangan", page, subject=subject_of(page, order))
    send_signed(client, page, order, key.signed(options, **wrong), status=422)
    assert is_waiting(session, order)


def test_a_strangers_key_a_replay_and_nonsense_are_refused(
    client: PageClient, head: Member, order: Disposition, session: Session
) -> None:
    key = with_passkey(client, head)
    page = card(client, order)
    subject = subject_of(page, order)
    for made in (
        SoftKey().signed,  # the same name, another secret
        SoftKey(b"another").signed,
    ):
        options = asked(client, "/perangkat-ini/tantangan", page, subject=subject)
        send_signed(client, page, order, made(options), status=422)
    used = asked(client, "/perangkat-ini/tantangan", page, subject=subject)
    send_signed(client, page, order, key.signed(used, flags=PRESENT), status=422)
    send_signed(client, page, order, key.signed(used), status=422)
    for nonsense in ("{}", "[]", "null", "x", json.dumps({"response": {"clientDataJSON": "!"}}), "[" * 3000):
        send_signed(client, page, order, nonsense, status=422)
    assert is_waiting(session, order)


def test_a_signature_of_another_session_is_refused(
    client: PageClient, head: Member, order: Disposition, session: Session
) -> None:
    key = with_passkey(client, head)
    page = card(client, order)
    options = asked(client, "/perangkat-ini/tantangan", page, subject=subject_of(page, order))
    signed = key.signed(options)
    forget_session(client)
    page = client.get("/masuk?cara=sandi")
    page.form(name="login").fill(login=head.login, password="lapor-demo").submit()
    page = card(client, order)
    send_signed(client, page, order, signed, status=422)
    assert is_waiting(session, order)


def test_a_copied_key_ends(client: PageClient, head: Member, order: Disposition, session: Session) -> None:
    key = with_passkey(client, head)
    session.scalars(sa.select(TrustedDevice)).one().passkey_count = 7
    page = card(client, order)
    options = asked(client, "/perangkat-ini/tantangan", page, subject=subject_of(page, order))
    refused = send_signed(client, page, order, key.signed(options), status=422)
    assert "tersalin" in refused.text
    assert "device.passkey-voided" in kinds(session)
    assert is_waiting(session, order)


def test_signing_in_by_passkey(client: PageClient, head: Member, session: Session) -> None:
    key = with_passkey(client, head)
    forget_session(client)
    page = client.get("/masuk?lanjut=/profil")
    options = asked(client, "/masuk/tantangan", page)
    data = {"csrf_token": csrf(page), "confirm_passkey": key.signed(options)}
    answer = client.send("POST", "/masuk/pin?lanjut=/profil", status=303, data=data)
    assert answer.headers["Location"] == "/profil"
    forget_session(client)
    client.send("POST", "/masuk/pin", status=422, data={**data, "csrf_token": csrf(client.get("/masuk"))})
    other = client.another()
    asked(other, "/masuk/tantangan", other.get("/masuk"), status=409)


def test_registering_needs_a_fresh_password_and_a_right_answer(
    client: PageClient, head: Member, session: Session
) -> None:
    page = by_password(phone(client), head)
    for wrong in ({"origin": "https://evil.example"}, {"flags": PRESENT}):
        options = asked(client, "/perangkat-ini/tantangan-baru", page)
        made = SoftKey().made(options, **wrong)
        page = client.send("POST", "/perangkat-ini/sidik-jari", data={"csrf_token": csrf(page), "credential": made})
        assert "belum dapat dibaca" in page.whole_text
    options = asked(client, "/perangkat-ini/tantangan-baru", page)
    made = SoftKey().made(options)
    age_password(session)
    page = client.send("POST", "/perangkat-ini/sidik-jari", data={"csrf_token": csrf(page), "credential": made})
    assert "Masukkan kata sandi sekali lagi" in page.whole_text
    asked(client, "/perangkat-ini/tantangan-baru", page, status=409)
    assert session.scalars(sa.select(TrustedDevice)).all() == []


# --- codes


def code_for(client: PageClient, member: Member) -> str:
    coordinator = client.another().login("koordinator")
    page = coordinator.get("/kode-masuk", query_string={"cari": member.person.name})
    page = page.form(action=f"/kode-masuk/{member.account.id}").submit()
    found = re.search(r"\d{4} \d{4}", page.text)
    assert found is not None
    return found[0]


def test_a_code_told_by_the_coordinator_opens_a_new_pin(
    client: PageClient, head: Member, make: Make, order: Disposition, session: Session
) -> None:
    make.coordinator()
    words = code_for(client, head)
    page = by_password(client, head, f"/masuk?lanjut=/disposisi/{order.id}", password=words)
    assert "Kode dari koordinator diterima." in page.text
    client.get(f"/disposisi/{order.id}")
    acknowledge(client, order, status=422)
    assert is_waiting(session, order), "a code is no signature"
    page = client.get(f"/perangkat-ini?lanjut=/disposisi/{order.id}")
    page = page.form(name="new_pin").fill(new_pin=PIN, repeat_pin=PIN).submit()
    assert page.url == f"/disposisi/{order.id}"
    acknowledge(client, order, confirm_pin=PIN)
    assert statement(session)[0] == "pin"
    again = client.another()
    form = again.get("/masuk").form(name="login").fill(login=head.login, password=words)
    assert "belum tepat" in form.submit(status=422).text
    assert [kind for kind in kinds(session) if kind.startswith("account.code")] == [
        "account.code-issued",
        "account.code-used",
    ]


def test_a_code_opens_a_new_password_without_the_old_one(client: PageClient, head: Member, make: Make) -> None:
    make.coordinator()
    page = by_password(client, head, password=code_for(client, head))
    page = page.follow("Buat kata sandi baru")
    assert "current" not in page.form(name="repeat").names
    good = "kapal merah di teluk"
    page.form(name="repeat").fill(password=good, repeat=good).submit()
    client.another().login(head.login, good)


def test_only_coordinators_tell_codes_and_only_to_heads(client: PageClient, head: Member, make: Make) -> None:
    make.coordinator()
    admin = make.administrator()
    coordinator = client.login("koordinator")
    page = coordinator.get("/kode-masuk")
    assert head.person.name in page.text
    assert admin.person.name not in page.text
    coordinator.post(f"/kode-masuk/{admin.account.id}", status=409)
    for login in (admin.login, head.login):
        other = client.another().login(login)
        other.get("/kode-masuk", status=403)
        other.get("/profil")
        other.post(f"/kode-masuk/{head.account.id}", status=403)


# --- several at once


def test_the_list_of_old_ones_asks_once_and_keeps_the_ticks(
    client: PageClient, head: Member, make: Make, session: Session
) -> None:
    agency = make.session.get_one(Agency, head.post.agency_id)
    now = lapor_clock.now()
    for _ in range(2):
        old = make.complaint(
            is_verified=True, received_at=now - timedelta(days=90), lapor_status="Ditutup oleh Sistem"
        )
        make.disposition(old, agency, disposed_at=now - timedelta(days=80))
    trust(client, head)
    page = client.get("/menunggu/lama")
    keys = [box.get("value") for box in page.tree.xpath("//input[@name='read']")]
    page = page.form(name="read").fill(read=keys).submit(status=422)
    assert "Masukkan PIN 6 angka." in page.text
    assert len(page.tree.xpath("//input[@name='read'][@checked]")) == 2
    page.form(name="read").fill(confirm_pin=PIN).submit()
    assert [row.means.value for row in session.scalars(sa.select(Acknowledgement))] == ["pin", "pin"]
