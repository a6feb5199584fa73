"""Codes and digests of papers, dates on sheets: pure."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from lapor.dispositions.rules import DateFault, written_date_fault
from lapor.documents.rules import ALPHABET, CODE_LENGTH, content_digest, grouped, new_code, read_code, short_digest

codes = st.text(ALPHABET, min_size=CODE_LENGTH, max_size=CODE_LENGTH)


@given(codes)
def test_a_code_is_read_back_however_it_was_written(code):
    for words in (code, grouped(code), code.lower(), grouped(code).replace(" ", "-"), f" {code}\n"):
        assert read_code(words) == code
    assert read_code(f"https://lapor.contoh.go.id/verifikasi/{code}?dari=qr") == code


@given(codes)
def test_what_hands_write_for_a_letter_is_understood(code):
    assert read_code(code.replace("O", "0").replace("I", "1").replace("B", "8")) == code


@given(st.text(max_size=60))
def test_other_words_are_no_code(words):
    found = read_code(words)
    assert found is None or (len(found) == CODE_LENGTH and set(found) <= set(ALPHABET))


def test_a_code_that_is_too_short_or_long_is_none():
    code = new_code()
    assert read_code(code[:-1]) is None
    assert read_code(code + "A") is None
    assert read_code("") is None


def test_new_codes_differ():
    assert len({new_code() for _ in range(1000)}) == 1000


def test_the_digest_does_not_depend_on_the_order_of_names():
    assert content_digest({"a": 1, "b": "é"}) == content_digest({"b": "é", "a": 1})
    assert content_digest({"a": 1}) != content_digest({"a": "1"})
    assert short_digest("a1b2c3d4e5f6" + "0" * 52) == "A1B2 C3D4 E5F6"


days = st.dates(date(2020, 1, 1), date(2030, 1, 1))


@given(days, st.integers(0, 30), st.integers(0, 30), st.integers(-60, 60))
def test_a_written_date_lies_between_the_printing_and_today(disposed, to_print, to_today, offset):
    printed = disposed + timedelta(to_print)
    today = printed + timedelta(to_today)
    written = printed + timedelta(offset)
    fault = written_date_fault(written, disposed_on=disposed, printed_on=printed, today=today)
    assert (fault is None) == (printed <= written <= today)
    if fault is DateFault.BEFORE_ORDER:
        assert written < disposed
