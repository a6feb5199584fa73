"""Names of agencies: two writings of one name have one key, different offices never share one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lapor.agencies.rules import agency_keys, circle, name_key, read_agencies, slug_of, split_abbreviation

KINDS = frozenset({"dinas", "badan", "rsud"})
HEADER = "slug,nama,singkatan,jenis,kode_skpd,induk,keyakinan\n"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Dinas Sosial Provinsi Sulawesi Tengah", "DINAS SOSIAL PROV. SULTENG"),
        ("Badan Penanggulangan Bencana Daerah", "Badan  Penanggulangan Bencana Drh."),
        ("Dinas Komunikasi, Informatika & Statistik", "Dinas Komunikasi Informatika dan Statistik"),
        ("Dinas Pemuda dan Olah Raga", "dinas pemuda dan olahraga"),
        ("RSUD Undata", "Rumah Sakit Umum Daerah Undata"),
        ("Biro Hukum Setda", "Biro Hukum Sekretariat Daerah"),
    ],
)
def test_two_writings_of_one_name(one: str, other: str) -> None:
    assert name_key(one) == name_key(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Dinas Sosial Provinsi Sulawesi Tengah", "Dinas Sosial Kabupaten Poso"),
        ("Dinas Sosial Provinsi Sulawesi Tengah", "Dinas Sosial Provinsi Gorontalo"),
        ("RSUD Undata", "RSUD Madani"),
        ("SMA Negeri 1 Palu", "SMA Negeri 2 Palu"),
    ],
)
def test_different_offices_never_share_a_key(one: str, other: str) -> None:
    assert name_key(one) != name_key(other)
    assert not agency_keys(one, "") & {name_key(other)}


@given(st.text(max_size=400))
def test_a_key_is_its_own_key_and_fits_its_column(name: str) -> None:
    key = name_key(name)
    assert name_key(key) == key
    assert len(key) <= 200
    assert bool(key) is bool(name.strip())


@given(st.text(alphabet="abc DRHdrh.,-", max_size=60))
def test_case_and_punctuation_do_not_count(name: str) -> None:
    if any(letter.isalnum() for letter in name):
        assert name_key(name) == name_key(name.upper()) == name_key(f"  {name}. ")


def test_long_names_keep_their_difference() -> None:
    first = "Unit Pelaksana " + "Teknis " * 60
    assert name_key(first + "Satu") != name_key(first + "Dua")


def test_an_agency_is_meant_by_name_and_abbreviation_with_and_without_its_province() -> None:
    keys = agency_keys("UPT Rumah Sakit Umum Daerah Undata Provinsi Sulawesi Tengah", "RSUD UNDATA")
    for name in ("RSUD Undata", "RSUD Undata Prov. Sulteng", "UPT RSUD Undata", "Rumah Sakit Umum Daerah Undata"):
        assert name_key(name) in keys
    bureau = agency_keys("Biro Hukum Sekretariat Daerah Provinsi Sulawesi Tengah", "BIRO HUKUM")
    assert {name_key("Biro Hukum"), name_key("Biro Hukum Setda Prov. Sulawesi Tengah")} <= bureau
    assert name_key("Sekretariat Daerah") not in bureau


def test_an_abbreviation_may_hold_another_one_in_brackets() -> None:
    assert split_abbreviation("DISNAKERTRANS (NAKERTRANS)") == ("DISNAKERTRANS", ("NAKERTRANS",))
    assert split_abbreviation("DKIPS (DISKOMINFO, KOMINFO)") == ("DKIPS", ("DISKOMINFO", "KOMINFO"))
    assert split_abbreviation("BKD") == ("BKD", ())


def test_a_short_name_is_proposed() -> None:
    assert slug_of("RSUD Undata") == "rsud-undata"
    assert slug_of("  ") == ""


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_a_list_is_read_in_every_usual_form(delimiter: str, encoding: str) -> None:
    text = HEADER.replace(",", delimiter) + delimiter.join(["a", "Dinas Café", "A", "Dinas", "", "", "tinggi"])
    listed, faults = read_agencies(text.encode(encoding), KINDS)
    assert not faults
    assert [(item.slug, item.name, item.kind, item.parent) for item in listed] == [("a", "Dinas Café", "dinas", None)]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (",Dinas A,A,dinas,,,", "wajib diisi"),
        ("Dinas A,Dinas A,A,dinas,,,", "huruf kecil"),
        ("a,,A,dinas,,,", "Nama OPD wajib diisi"),
        ("a,Dinas A,,dinas,,,", "Singkatan wajib diisi"),
        ("a,Dinas A,A,kantor,,,", "tidak dikenal"),
        ("a,Dinas A,A,dinas,,a,", "Induk"),
        ("a,Dinas A, dan B,A,dinas,,,,", "tanda kutip"),
        (f"a,{'A' * 201},A,dinas,,,", "200 huruf"),
    ],
)
def test_a_fault_names_its_row(row: str, reason: str) -> None:
    listed, faults = read_agencies((HEADER + "z,Dinas Z,Z,dinas,,,\n" + row).encode(), KINDS)
    assert [item.slug for item in listed] == ["z"]
    assert [fault.line for fault in faults] == [3]
    assert reason in faults[0].reason


def test_doubles_in_one_list_are_faults() -> None:
    rows = "a,Dinas A,A,dinas,,,\na,Dinas B,B,dinas,,,\nc,DINAS A,C,dinas,,,\n"
    listed, faults = read_agencies((HEADER + rows).encode(), KINDS)
    assert len(listed) == 1
    assert [fault.line for fault in faults] == [3, 4]


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused_in_words(data: bytes) -> None:
    listed, faults = read_agencies(data, KINDS)
    assert not listed or not faults


def test_a_circle_of_parents_is_found() -> None:
    assert circle({"a": "b", "b": "c", "c": "a"}, "a")
    assert circle({"a": "b", "b": "c", "c": "b"}, "a")
    assert not circle({"a": "b", "b": "c", "c": None}, "a")
