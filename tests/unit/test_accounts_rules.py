"""Passwords, login names, waits and local paths."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lapor.accounts.rules import (
    THROTTLES,
    device_name,
    local_path,
    login_fault,
    password_fault,
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
