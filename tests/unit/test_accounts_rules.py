"""Passwords, login names, waits and local paths."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lapor.accounts.rules import (
    THROTTLES,
    asked,
    device_name,
    digest_of_several,
    is_clone,
    is_own_origin,
    is_phone,
    local_path,
    login_fault,
    password_fault,
    pin_fault,
    remaining_attempts,
)


@pytest.mark.parametrize(
    ("password", "fault"),
    [
        ("kapal merah di teluk", None),
        ("kapal mer", "short"),
        ("x" * 201, "long"),
        ("lapor-demo", "demo"),
        ("Bismillah123", "common"),
        ("indonesia 123", "common"),
        ("abababababab", "simple"),
        ("operator.bpbd2024", "own"),
        ("Yunita suka kopi", "own"),
    ],
)
def test_passwords(password: str, fault: str | None) -> None:
    assert password_fault(password, login="operator.bpbd", name="Yunita Wulandari") == fault


def test_the_demo_password_is_for_demo_accounts_only() -> None:
    assert password_fault("lapor-demo", login="admin", name="Gede", is_demo=True) is None


@pytest.mark.parametrize("login", ["a", "Admin", "kepala bpbd", ".bpbd", "bpbd.", "a..b", "x" * 60, "é1"])
def test_refused_logins(login: str) -> None:
    assert login_fault(login)


@pytest.mark.parametrize("login", ["admin", "kepala.bpbd", "operator2.disdik", "kepala.rsud-undata", "a1"])
def test_accepted_logins(login: str) -> None:
    assert not login_fault(login)


@given(st.sampled_from(sorted(THROTTLES)), st.integers(0, 10_000))
def test_waits_grow_and_never_last_for_good(kind: str, failures: int) -> None:
    throttle = THROTTLES[kind]
    wait = throttle.wait_after(failures)
    assert wait <= timedelta(minutes=15)
    assert wait <= throttle.wait_after(failures + 1)
    assert (wait == timedelta()) == (failures < throttle.free)


def test_waits_of_a_pair() -> None:
    waits = [THROTTLES["pair"].wait_after(count).total_seconds() for count in (4, 5, 6, 7, 12, 13)]
    assert waits == [0, 5, 10, 20, 640, 900]


def test_remaining_attempts() -> None:
    assert remaining_attempts([("pair", 2), ("login", 2), ("address", 2)]) == 3
    assert remaining_attempts([("pair", 1), ("login", 19)]) == 1
    assert remaining_attempts([("pair", 9)]) == 0


@pytest.mark.parametrize(
    "given_path",
    [
        None,
        "",
        "aduan",
        "//evil.example",
        "https://evil.example/",
        "/\\evil.example",
        "\\\\evil.example",
        "javascript:alert(1)",
        "/aduan\nSet-Cookie: a=b",
        "/\t/evil.example",
        " /aduan",
        "///evil.example",
        "/" + "a" * 600,
    ],
)
def test_paths_that_lead_away(given_path: str | None) -> None:
    assert local_path(given_path) is None


def test_paths_that_stay() -> None:
    assert local_path("/menunggu?hal=2#isi") == "/menunggu?hal=2#isi"


def test_devices() -> None:
    chrome = (
        "Mozilla/5.0 (Linux; Android 13) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0 Mobile Safari/537.36"
    )
    firefox = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:120.0) Gecko/20100101 Firefox/120.0"
    assert device_name(chrome) == "Chrome, Android"
    assert device_name(firefox) == "Firefox, Windows"
    assert device_name("curl/8.0") == ""


# --- devices, PINs, what an act asks


@pytest.mark.parametrize(
    ("pin", "fault"),
    [
        ("408317", None),
        ("12345", "shape"),
        ("1234567", "shape"),
        ("12 456", "shape"),
        ("١٢٣٤٥٦", "shape"),
        ("123456", "simple"),
        ("654321", "simple"),
        ("901234", "simple"),
        ("000000", "simple"),
        ("000001", "simple"),
        ("121212", "simple"),
        ("123123", "simple"),
        ("170845", "simple"),
        ("120469", "own"),
        ("690412", "own"),
        ("041269", "own"),
        ("121969", "own"),
        ("031002", "own"),
        ("556677", "own"),
    ],
)
def test_a_pin_that_others_can_guess_is_refused(pin: str, fault: str | None) -> None:
    assert pin_fault(pin, nip="196904121995031002", phone="0812-4455-6677") == fault


@given(
    st.text(max_size=12), st.text(alphabet="0123456789", min_size=18, max_size=18) | st.none(), st.text(max_size=20)
)
def test_what_passes_as_a_pin_is_six_digits_of_at_least_three_kinds(pin: str, nip: str | None, phone: str) -> None:
    if pin_fault(pin, nip=nip, phone=phone) is None:
        assert len(pin) == 6
        assert set(pin) <= set("0123456789")
        assert len(set(pin)) > 2


def test_most_pins_pass() -> None:
    passing = sum(pin_fault(f"{number:06d}", nip="196904121995031002") is None for number in range(0, 1_000_000, 97))
    assert passing > 0.99 * 1_000_000 / 97


@given(
    st.booleans(),
    st.booleans(),
    st.none() | st.integers(-3600, 100_000),
)
def test_nothing_is_asked_only_when_the_password_was_given_a_moment_ago_on_a_foreign_device(
    has_pin: bool, has_passkey: bool, age: int | None
) -> None:
    now = datetime(2026, 3, 2, tzinfo=UTC)
    confirmed_at = None if age is None else now - timedelta(seconds=age)
    needed = asked(has_pin=has_pin, has_passkey=has_passkey, confirmed_at=confirmed_at, now=now)
    assert (needed.pin, needed.passkey) == (has_pin, has_passkey)
    fresh = age is not None and 0 <= age <= 900
    assert needed.nothing == (not has_pin and not has_passkey and fresh)
    assert needed.password == (not has_pin and not has_passkey and not fresh)


@given(st.integers(0, 2**32 - 1), st.integers(0, 2**32 - 1))
def test_a_counter_that_does_not_grow_shows_a_copy(stored: int, seen: int) -> None:
    assert is_clone(stored, seen) == (not (seen > stored or (seen == 0 and stored == 0)))


@pytest.mark.parametrize(
    ("base_url", "origin", "own"),
    [
        ("https://lapor.example.go.id", "https://lapor.example.go.id", True),
        ("https://lapor.example.go.id", "http://lapor.example.go.id", False),
        ("https://lapor.example.go.id", "https://lapor.example.go.id:8443", False),
        ("https://lapor.example.go.id", "https://x.lapor.example.go.id", False),
        ("https://lapor.example.go.id", "https://lapor.example.go.id.evil.example", False),
        ("https://lapor.example.go.id", "", False),
        ("http://localhost:8000", "http://localhost:8001", True),
        ("http://localhost:8000", "https://localhost:8000", False),
        ("http://localhost:8000", "http://127.0.0.1:8000", False),
    ],
)
def test_a_passkey_counts_only_on_our_own_pages(base_url: str, origin: str, own: bool) -> None:
    assert is_own_origin(base_url, origin) is own


def test_several_digests_make_one_whatever_their_order() -> None:
    assert digest_of_several(["b", "a"]) == digest_of_several(["a", "b"]) != digest_of_several(["ab"])


@pytest.mark.parametrize(
    ("agent", "name"),
    [
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) Mobile/15E148 WhatsApp/2.24", "WhatsApp, iPhone"),
        ("Mozilla/5.0 (Linux; Android 13; SM-A145F; wv) Chrome/120 Mobile Safari/537.36", "Aplikasi, Android"),
    ],
)
def test_browsers_inside_applications_have_names_of_their_own(agent: str, name: str) -> None:
    assert device_name(agent) == name
    assert is_phone(agent)
