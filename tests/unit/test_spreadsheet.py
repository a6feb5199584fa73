"""Spreadsheets: texts stay texts, numbers stay numbers, the same input gives the same bytes."""

import io
from datetime import UTC, date, datetime

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lapor.printing.spreadsheet import Column, Sheet, csv_bytes, workbook_bytes

CREATED = datetime(2022, 1, 6, 4, tzinfo=UTC)
COLUMNS = [Column("Judul", 40), Column("Jumlah"), Column("Rasio", decimals=1), Column("Tanggal", 18)]
ROW = ["=HYPERLINK(1)", 12, 75.5, date(2022, 1, 6)]


def read(data: bytes) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(data))


def test_cells_keep_their_kind_and_formulas_stay_words() -> None:
    book = read(
        workbook_bytes([Sheet("Data", COLUMNS, [ROW, ["http://x", None, 0, None]])], title="Uji", created=CREATED)
    )
    page = book["Data"]
    assert [cell.value for cell in page[1]] == ["Judul", "Jumlah", "Rasio", "Tanggal"]
    assert page["A2"].value == "=HYPERLINK(1)"
    assert page["A2"].data_type == "s"
    assert (page["B2"].value, page["C2"].value) == (12, 75.5)
    assert page["D2"].value == datetime(2022, 1, 6)  # noqa: DTZ001  # a day has no zone in Excel
    assert page["A3"].hyperlink is None
    assert page.freeze_panes == "A2"
    assert page.auto_filter.ref == "A1:D3"


def test_notes_stand_above_the_headings() -> None:
    book = read(
        workbook_bytes([Sheet("D", [Column("A")], [["x"]], notes=["Periode 2021"])], title="U", created=CREATED)
    )
    page = book["D"]
    assert (page["A1"].value, page["A3"].value, page["A4"].value) == ("Periode 2021", "A", "x")
    assert page.freeze_panes == "A4"


def test_instants_are_written_in_office_time() -> None:
    data = workbook_bytes([Sheet("D", [Column("Jam")], [[CREATED]])], title="U", created=CREATED)
    assert read(data)["D"]["A2"].value == datetime(2022, 1, 6, 12)  # noqa: DTZ001  # as above


def test_the_same_input_gives_the_same_bytes() -> None:
    first, second = (workbook_bytes([Sheet("D", COLUMNS, [ROW])], title="U", created=CREATED) for _ in range(2))
    assert first == second


@pytest.mark.parametrize("name", ["A/B: [tahun] 2021?*", "x" * 60, "'kutip'"])
def test_names_of_sheets_are_made_acceptable(name: str) -> None:
    book = read(workbook_bytes([Sheet(name, [Column("A")], [])], title="U", created=CREATED))
    assert 0 < len(book.sheetnames[0]) <= 31


def test_csv_is_for_indonesian_excel_and_guards_formulas() -> None:
    text = csv_bytes(COLUMNS, [ROW, ['biasa; "kutip"\nbaris', None, -1.5, None]]).decode("utf-8-sig")
    lines = text.split("\r\n")
    assert lines[0] == "Judul;Jumlah;Rasio;Tanggal"
    assert lines[1] == "'=HYPERLINK(1);12;75,5;2022-01-06"
    assert '"biasa; ""kutip""\nbaris";;-1,5;' in text


@given(st.text(max_size=40))
def test_no_text_begins_like_a_formula(words: str) -> None:
    cell = csv_bytes([Column("A")], [[words]]).decode("utf-8-sig").split("\r\n", 1)[1].lstrip('"')
    assert not cell.startswith(("=", "+", "-", "@", "\t"))
