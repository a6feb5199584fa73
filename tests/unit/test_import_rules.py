"""What the import decides: changes, history and owing at their edges, titles, suggestions of agencies."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lapor.complaints.rules import LAPOR_ARCHIVED, LAPOR_CLOSED, LAPOR_WAITING_FOR_REPORTER, ReportClass
from lapor.desk.import_rules import (
    Course,
    Field,
    Stored,
    changes,
    class_of,
    course_of,
    flags_for_new,
    incoming_of,
    is_history,
    is_older,
    owes,
    shown_title,
)
from lapor.desk.lapor_export import Column
from lapor.desk.lapor_rows import SEALED, Flags
from lapor.desk.matching_rules import LIKELY, Matcher, Named

DAY = date(2024, 1, 1)
MOMENT = datetime(2024, 1, 18, 1, 33, 26, tzinfo=UTC)
TEXTS = {
    Column.TRACKING_ID: "99000901",
    Column.DATE: "18 Jan 2024",
    Column.TIME: "01:33:26",
    Column.TITLE: "Judul",
    Column.FIRST_TEXT: "Isi awal",
    Column.FINAL_TEXT: "Isi akhir",
    Column.STATUS: "Terverifikasi",
    Column.REPORT_CLASS: "Aspirasi",
    Column.CATEGORY: "Jalan",
    Column.FLAGS: "",
    Column.CHANNEL: "Website",
    Column.REGENCY: "Kota Palu",
    Column.PROVINCE: "Sulawesi Tengah",
    Column.RATING: "4",
}
STORED = {
    "title": "Judul",
    "text": "Isi akhir",
    "status": "Terverifikasi",
    "report_class": "Aspirasi",
    "category": "Jalan",
    "type": "",
    "received_at": MOMENT,
    "is_anonymous": False,
    "is_confidential": False,
    "unit_name": None,
    "channel": "Website",
    "location": "Kota Palu, Sulawesi Tengah",
    "reporter": None,
    "rating": 4,
}


OPEN = Flags(False, False)


def incoming(*, drop=(), flags=OPEN, **texts):
    held = {column: text for column, text in {**TEXTS, **texts}.items() if column not in drop}
    moment = MOMENT if Column.DATE in held else None
    return incoming_of("99000901", moment, flags, held, "UTC")


def found(stored=None, row=None, *, is_same_unit=True):
    changed = changes(Stored(**{**STORED, **(stored or {})}), row or incoming(), is_same_unit=is_same_unit)
    return {change.field: (change.old, change.new) for change in changed}


@given(st.dates(date(2011, 1, 1), date(2040, 1, 1)), st.dates(date(2011, 1, 1), date(2040, 1, 1)), st.booleans())
def test_history_ends_on_the_day_itself(received_on, owed_from, was_touched):
    history = is_history(received_on, owed_from, was_touched=was_touched)
    assert history == (received_on < owed_from and not was_touched)
    assert not is_history(owed_from, owed_from, was_touched=was_touched)
    assert is_history(owed_from - timedelta(days=1), owed_from, was_touched=False)


@given(
    st.dates(date(2023, 12, 30), date(2024, 1, 2)),
    st.booleans(),
    st.sampled_from([*sorted(LAPOR_ARCHIVED), *sorted(LAPOR_CLOSED), LAPOR_WAITING_FOR_REPORTER, "", None, "Baru"]),
)
def test_owing_needs_the_day_an_agency_and_no_archive(received_on, agency_is_known, status):
    owed = owes(received_on, DAY, agency_is_known=agency_is_known, status=status)
    assert owed == (received_on >= DAY and agency_is_known and status not in LAPOR_ARCHIVED)
    # what is owed is never history, so that the two can never both hold
    assert not (owed and is_history(received_on, DAY, was_touched=False))


def test_courses():
    assert {course_of(status) for status in LAPOR_ARCHIVED} == {Course.ARCHIVED}
    assert {course_of(status) for status in LAPOR_CLOSED} == {Course.CLOSED}
    assert course_of(LAPOR_WAITING_FOR_REPORTER) is Course.ON_HOLD
    assert course_of("Status yang belum dikenal") is course_of(None) is Course.OPEN


@pytest.mark.parametrize(
    ("generated", "stored", "older"),
    [(None, DAY, False), (DAY, None, False), (DAY, DAY, False), (DAY, DAY + timedelta(days=1), True)],
)
def test_older_files(generated, stored, older):
    assert is_older(generated, stored) is older


def test_nothing_changed():
    assert found() == {}


@pytest.mark.parametrize(
    ("texts", "field", "pair"),
    [
        ({Column.TITLE: "Lain"}, Field.TITLE, ("Judul", "Lain")),
        ({Column.FINAL_TEXT: "Lain"}, Field.TEXT, ("Isi akhir", "Lain")),
        ({Column.FINAL_TEXT: ""}, Field.TEXT, ("Isi akhir", "Isi awal")),
        ({Column.STATUS: "Ditutup oleh Admin"}, Field.STATUS, ("Terverifikasi", "Ditutup oleh Admin")),
        ({Column.REPORT_CLASS: ""}, Field.REPORT_CLASS, ("Aspirasi", "")),
        ({Column.CATEGORY: ""}, Field.CATEGORY, ("Jalan", "")),
        ({Column.CHANNEL: "SMS"}, Field.CHANNEL, ("Website", "SMS")),
        ({Column.RATING: "5"}, Field.RATING, ("4", "5")),
    ],
)
def test_each_change_is_told(texts, field, pair):
    assert found(row=incoming(**{column.value: text for column, text in texts.items()})) == {field: pair}


@pytest.mark.parametrize("column", [Column.TITLE, Column.STATUS, Column.CHANNEL, Column.RATING])
def test_a_blank_cell_takes_no_text_away(column):
    assert found(row=incoming(**{column.value: ""})) == {}


@given(st.sets(st.sampled_from(sorted(set(TEXTS) - {Column.FIRST_TEXT, Column.FINAL_TEXT}))))
def test_a_missing_column_changes_nothing(dropped):
    flags = None if Column.FLAGS in dropped else Flags(False, False)
    assert found(row=incoming(drop=dropped, flags=flags)) == {}


def test_a_file_without_districts_does_not_shorten_the_place():
    assert found({"location": "Lere, Palu Barat, Kota Palu, Sulawesi Tengah"}) == {}
    longer = incoming(village="Besusu", district="Palu Timur")
    assert Field.LOCATION in found({"location": "Lere, Palu Barat, Kota Palu, Sulawesi Tengah"}, longer)


def test_what_was_written_by_hand_keeps_its_channel_and_time():
    ours = {"is_ours": True, "received_at": MOMENT - timedelta(days=2), "channel": "Surat", "location": "Palu"}
    assert found(ours) == {}


def test_classes_titles_and_flags_of_new_ones():
    assert class_of(" permintaan   informasi ") is ReportClass.INFORMATION
    assert class_of("") is class_of(None) is class_of("Lainnya") is None
    assert shown_title("", "kata " * 40).endswith(" …")
    assert len(shown_title("", "kata " * 40)) <= 83
    assert shown_title(None, None) == "Tanpa judul"
    assert flags_for_new(None) == SEALED


# --- matching


MATCHER = Matcher(
    [
        Named(1, "Badan Penanggulangan Bencana Daerah Provinsi Sulawesi Tengah", "BPBD"),
        Named(2, "UPT Rumah Sakit Umum Daerah Undata Provinsi Sulawesi Tengah", "RSUD UNDATA"),
        Named(3, "UPT Rumah Sakit Umum Daerah Madani Provinsi Sulawesi Tengah", "RSUD MADANI"),
        Named(4, "Dinas Pendidikan Provinsi Sulawesi Tengah", "DISDIK"),
        Named(5, "Dinas Perhubungan Provinsi Sulawesi Tengah", "DISHUB"),
        Named(6, "Badan Pendapatan Daerah Provinsi Sulawesi Tengah", "BAPENDA"),
        Named(7, "Dinas Tenaga Kerja dan Transmigrasi Provinsi Sulawesi Tengah", "DISNAKERTRANS (NAKERTRANS)"),
    ]
)


@pytest.mark.parametrize(
    ("unit", "agency", "below"),
    [
        ("BADAN PENANGGULANGAN BENCANA DRH", 1, False),
        ("UPT. RSU UNDATA", 2, False),
        ("Dinas Perhubungan Sulteng", 5, False),
        ("NAKERTRANS", 7, False),
        ("SMAN 99 Rekaan", 4, True),
        ("Cabang Dinas Pendidikan Wilayah 99", 4, True),
        ("Samsat Rekaan", 6, True),
    ],
)
def test_likely_agencies(unit, agency, below):
    first = MATCHER.suggest(unit)[0]
    assert (first.agency_id, first.below) == (agency, below)
    assert first.score >= LIKELY


@pytest.mark.parametrize("unit", ["Dinas Perhubungan Kabupaten Rekaan", "Dinas Pendidikan Kota Rekaan"])
def test_an_office_of_a_regency_is_never_chosen_beforehand(unit):
    assert all(suggestion.score < LIKELY for suggestion in MATCHER.suggest(unit))


@pytest.mark.parametrize("unit", ["Kecamatan Rekaan", "", "...", "PLN"])
def test_no_agency_is_likely(unit):
    assert MATCHER.suggest(unit) == []


@given(st.text(max_size=60))
def test_any_name_can_be_asked(unit):
    suggestions = MATCHER.suggest(unit)
    assert len(suggestions) <= 3
    assert all(0 <= suggestion.score <= 1 for suggestion in suggestions)
    assert len({suggestion.agency_id for suggestion in suggestions}) == len(suggestions)
