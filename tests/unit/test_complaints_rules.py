"""What is masked, and whose content is closed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lapor.complaints.rules import ReportedParty, has_personal_data, is_withheld, masked


@pytest.mark.parametrize(
    "secret",
    [
        "7271000000000001",
        "7271 0000 0000 0001",
        "0812-0000-0001",
        "081200000001",
        "+62 812 0000 0001",
        "62812-0000-0001",
        "(0451) 421000",
        "warga.baik@contoh.id",
    ],
)
def test_numbers_and_addresses_of_people_are_masked(secret):
    shown = masked(f"nama saya ***, hubungi {secret} ya")
    assert secret not in shown
    assert shown.startswith("nama saya ***, hubungi [")
    assert shown.endswith("] ya")


@pytest.mark.parametrize(
    "text",
    ["Rp150.000 per bulan", "usia 78 tahun", "aduan 99000201", "tanggal 12-03-2026", "120 meter", "RT 03 RW 04"],
)
def test_ordinary_numbers_stay(text):
    assert masked(text) == text


@given(st.text(max_size=300))
def test_masking_twice_changes_nothing_more(text):
    once = masked(text)
    assert masked(once) == once
    assert not has_personal_data(once)


@given(st.booleans(), st.one_of(st.none(), st.sampled_from(ReportedParty)))
def test_what_is_said_about_heads_and_operators_is_always_closed(confidential, party):
    closed = party in {ReportedParty.HEAD, ReportedParty.OPERATOR, ReportedParty.COORDINATOR_OFFICE}
    assert is_withheld(confidential, party) == (confidential or closed)
