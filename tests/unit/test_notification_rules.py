"""When a digest comes, how long a message is tried, and what may stand in an address."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lapor.core.clock import ZONE, local
from lapor.core.smtp import read_server
from lapor.core.working_days import Calendar
from lapor.core.working_hours import GIVEN
from lapor.notifications.messages import person_of_token, unsubscribe_token
from lapor.notifications.rules import (
    HOURS,
    MAX_ATTEMPTS,
    channel_fault,
    is_email,
    is_handle,
    next_attempt,
    slot_at,
    whatsapp_link,
    whatsapp_number,
)

NO_DAYS_OFF = Calendar()
MOMENTS = st.datetimes(datetime(2019, 1, 20), datetime(2027, 12, 1), timezones=st.just(UTC))  # noqa: DTZ001 - bounds
DAYS_OFF = st.frozensets(st.dates(date(2019, 1, 1), date(2027, 12, 31)), max_size=30)


def at(moment: str) -> datetime:
    return datetime.fromisoformat(moment).replace(tzinfo=ZONE)


@pytest.mark.parametrize(
    ("chosen", "now", "key", "comes"),
    [
        (None, "2026-06-02 08:30", "2026-06-02", "2026-06-02 08:30"),
        (None, "2026-06-02 08:29", "2026-06-01", "2026-06-01 08:30"),
        (None, "2026-03-02 09:00", "2026-03-02", "2026-03-02 09:00"),  # Ramadan
        (time(7, 30), "2026-03-02 08:00", "2026-03-02", "2026-03-02 08:00"),  # opens at 08.00 then
        (time(12), "2026-06-05 13:29", "2026-06-04", "2026-06-04 12:00"),  # Friday prayer
        (time(12), "2026-06-05 13:30", "2026-06-05", "2026-06-05 13:30"),
        (time(15, 30), "2026-06-08 07:30", "2026-06-05", "2026-06-08 07:30"),  # the end of Friday
        (None, "2026-06-07 12:00", "2026-06-05", "2026-06-05 08:30"),  # Sunday
    ],
)
def test_the_slot_of_a_person(chosen: time | None, now: str, key: str, comes: str) -> None:
    slot = slot_at(chosen, at(now), hours=GIVEN, calendar=NO_DAYS_OFF)
    assert slot is not None
    assert (slot.key, slot.at) == (key, at(comes))


@given(MOMENTS, st.sampled_from([None, *HOURS]), DAYS_OFF)
def test_a_slot_is_open_past_and_never_runs_back(now: datetime, chosen: time | None, off: frozenset[date]) -> None:
    calendar = Calendar(off)
    slot = slot_at(chosen, now, hours=GIVEN, calendar=calendar)
    if slot is None:
        return
    assert slot.at <= now
    assert GIVEN.is_open(slot.at, calendar)
    assert calendar.is_working(date.fromisoformat(slot.key))
    assert local(slot.at).date() >= date.fromisoformat(slot.key)
    later = slot_at(chosen, now + timedelta(hours=5), hours=GIVEN, calendar=calendar)
    assert later is not None
    assert later.key >= slot.key


def test_waits_grow_and_end() -> None:
    now = at("2026-06-02 08:30")
    waits = [next_attempt(attempts, now) for attempts in range(1, MAX_ATTEMPTS + 1)]
    assert waits[-1] is None
    known = [wait for wait in waits if wait is not None]
    assert known == sorted(set(known))


@pytest.mark.parametrize("address", ["a@b.id", "nama.orang+lapor@sulteng.go.id"])
def test_addresses(address: str) -> None:
    assert is_email(address)


@pytest.mark.parametrize(
    "address",
    [
        "",
        "a",
        "a@b",
        "a b@c.id",
        "a@b.id, c@d.id",
        "a@b.id\r\nBcc: x@y.id",
        "a@-b.id",
        "<a@b.id>",
        "a..b@c.id",
        "é@b.id",
    ],
)
def test_no_addresses(address: str) -> None:
    assert not is_email(address)


@given(st.text(max_size=120))
def test_a_handle_cannot_lead_elsewhere(text: str) -> None:
    if is_handle(text):
        assert not set(text) & set("/?#:%\\ \r\n")


@pytest.mark.parametrize(
    "url",
    [
        "json://host/{alamat}",
        "mailto://a:b@host/{alamat}",
        "file:///tmp/{alamat}",
        "syslog://{alamat}",
        "tgram://token",
        "tgram://{alamat}",
        "tgram://t/{alamat}/{alamat}",
        "tgram://t/{alamat}?to=1",
        "tgram://t/{alamat} json://x",
        "TGRAM//t/{alamat}",
        "tgram://" + "x" * 500 + "/{alamat}",
    ],
)
def test_no_channels(url: str) -> None:
    fault = channel_fault(url)
    assert fault is not None
    assert url not in fault


@pytest.mark.parametrize(
    "url", ["tgram://1:abc/{alamat}", "WhatsApp://token@100/{alamat}", "twilio://a:b@+62811/{alamat}"]
)
def test_channels(url: str) -> None:
    assert channel_fault(url) is None


@pytest.mark.parametrize(
    ("phone", "number"),
    [
        ("0812-3456-7890", "6281234567890"),
        ("+62 812 3456 7890", "6281234567890"),
        ("812 3456 7890", "6281234567890"),
        ("0451", None),
        ("", None),
        (None, None),
    ],
)
def test_whatsapp_numbers(phone: str | None, number: str | None) -> None:
    assert whatsapp_number(phone) == number
    assert whatsapp_link(phone, "a & b #1").startswith(f"https://wa.me/{number or ''}?text=a%20%26%20b%20%231")


def test_the_address_of_the_mail_server() -> None:
    server = read_server("smtp://kantor:p%40ss@surat.contoh.go.id", "lapor@contoh.go.id")
    assert (server.port, server.tls, server.password, server.sender) == (
        587,
        "starttls",
        "p@ss",
        "lapor@contoh.go.id",
    )
    assert "p@ss" not in repr(server)
    assert read_server("smtps://surat.contoh.go.id?from=a@b.id", "").sender == "a@b.id"
    assert read_server("smtp://127.0.0.1:25", "").tls == ""


@pytest.mark.parametrize(
    "url",
    [
        "http://x",
        "smtp:///surat",
        "smtp://x:p",
        "smtp://u:p@x?tls=no",
        "smtp://x?tls=maybe",
        "smtp://x?other=1",
        "surat.go.id",
    ],
)
def test_a_wrong_address_of_the_mail_server_is_not_repeated(url: str) -> None:
    with pytest.raises(ValueError, match="LAPOR_SMTP_URL") as refused:
        read_server(url, "")
    assert url not in str(refused.value)


def test_the_token_of_a_link_is_ours_and_names_one_person() -> None:
    token = unsubscribe_token("secret", 7)
    assert person_of_token("secret", token) == 7
    assert person_of_token("other", token) is None
    assert person_of_token("secret", token + "x") is None
