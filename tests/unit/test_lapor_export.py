"""Reading exports in every layout, and refusing what is none."""

import zipfile
from datetime import UTC, date, datetime, time, timedelta
from io import BytesIO
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lapor.desk.lapor_export import Column, Export, TextRow, Unreadable, UnreadableExport, read, read_apart
from lapor.desk.lapor_rows import (
    SEALED,
    Flags,
    LaporRow,
    Rejected,
    Stricter,
    Unusable,
    clean,
    date_of,
    flags_of,
    time_of,
    tracking_id_of,
    understand,
    understood,
)
from tests.export_files import LAYOUT_17, LAYOUT_20, LAYOUT_26, csv_file, english, row, rows, xlsx

NOW = datetime(2024, 3, 1, tzinfo=UTC)


def ids(export: Export) -> list[str]:
    return [line.texts[Column.TRACKING_ID] for line in export.rows]


def refusal(content: bytes) -> Unreadable:
    with pytest.raises(UnreadableExport) as caught:
        list(read(content).rows)
    with pytest.raises(UnreadableExport) as again:
        list(read_apart(content).rows)
    assert caught.value.reason is again.value.reason
    return caught.value.reason


@pytest.mark.parametrize(
    ("layout", "generated", "header", "columns"),
    [(LAYOUT_17, "2024-02-01", 11, 17), (LAYOUT_20, None, 1, 20), (LAYOUT_26, "2024-02-01", 11, 22)],
)
def test_every_layout_of_a_workbook(layout, generated, header, columns):
    made = rows(5)
    export = read(xlsx(made, layout, generated=generated))
    assert (export.heading.row, len(export.heading.columns)) == (header, columns)
    assert export.heading.generated_on == (date(2024, 2, 1) if generated else None)
    lines = list(export.rows)
    assert [line.number for line in lines] == [header + 1 + index for index in range(5)]
    assert lines[3].texts[Column.FINAL_TEXT] == made[3]["Isi Laporan Akhir"].strip()


def test_unknown_columns_are_named():
    assert read(xlsx(rows(1), LAYOUT_26)).heading.unknown == LAYOUT_26[21:25]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("generated", [None, "2024-02-01"])
def test_every_kind_of_csv(delimiter, encoding, generated):
    made = [row(judul_laporan="Jalan “rusak”, café; tab", isi_laporan_akhir="baris satu\nbaris dua")]
    export = read(csv_file(made, LAYOUT_20, delimiter=delimiter, encoding=encoding, generated=generated))
    (line,) = export.rows
    assert line.texts[Column.TITLE] == "Jalan “rusak”, café; tab"
    assert line.texts[Column.FINAL_TEXT] == "baris satu\nbaris dua"
    assert not line.excess


def test_the_child_reads_the_same():
    content = xlsx(rows(40), LAYOUT_26)
    here, apart = read(content), read_apart(content)
    assert here.heading == apart.heading
    assert list(here.rows) == list(apart.rows)


def test_numbers_made_by_excel_and_formulas_as_text():
    content = xlsx([row("99000901", isi_laporan_akhir="=1+1 (bukan rumus)")], numbers=["Tracking ID"])
    (line,) = read(content).rows
    assert line.texts[Column.TRACKING_ID] == "99000901"
    assert line.texts[Column.FINAL_TEXT] == "=1+1 (bukan rumus)"


def test_header_order_case_and_spaces_do_not_matter():
    layout = ("Tracking ID", "  status   laporan", "TANGGAL LAPORAN MASUK")
    made = [{"Tracking ID": "123456", layout[1]: "Terverifikasi", layout[2]: "1 Feb 2024"}]
    (line,) = read(xlsx(made, layout, generated=None, sheet="Lembar1")).rows
    assert line.texts == {
        Column.TRACKING_ID: "123456",
        Column.STATUS: "Terverifikasi",
        Column.DATE: "1 Feb 2024",
    }


def test_blank_rows_are_passed_over_and_counted():
    made = [row("99000901"), {}, row("99000902")]
    assert [line.number for line in read(xlsx(made, generated=None)).rows] == [2, 4]


def archive(**members: bytes) -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in members.items():
            made.writestr(name.replace("__", "/"), content)
    return out.getvalue()


def with_member(content: bytes, name: str, text: bytes) -> bytes:
    out = BytesIO(content)
    with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as made:
        made.writestr(name, text)
    return out.getvalue()


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", Unreadable.EMPTY),
        (b"  \n", Unreadable.EMPTY),
        (b"x" * (10 * 1024 * 1024 + 1), Unreadable.TOO_LARGE),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 512, Unreadable.LOCKED),
        (b"%PDF-1.7 ...", Unreadable.OTHER_FORMAT),
        (b"\x81\x8d\x00\x01", Unreadable.OTHER_FORMAT),
        (b"nama,umur\nsatu,2\n", Unreadable.NO_HEADER),
        (b"PK\x03\x04 broken", Unreadable.BROKEN),
        (archive(word__document=b"<x/>"), Unreadable.OTHER_FORMAT),
        (archive(**{"xl__workbook.xml": b"<broken"}), Unreadable.BROKEN),
        (archive(**{"xl__workbook.xml": b"\0" * 30_000_000}), Unreadable.BOMB),
        (archive(**{f"a{index}": b"" for index in range(201)}), Unreadable.BOMB),
        (with_member(xlsx(rows(1)), "xl/vbaProject.bin", b"x"), Unreadable.MACROS),
        (xlsx([], generated=None), Unreadable.NO_ROWS),
        (xlsx([{"Nama": "x"}], ("Nama", "Umur"), generated=None), Unreadable.NO_HEADER),
        (csv_file([row(judul_laporan="x" * 40_000)]), Unreadable.BROKEN),
    ],
    ids=lambda value: value.name if isinstance(value, Unreadable) else "",
)
def test_what_is_refused(content, reason):
    assert refusal(content) is reason


def test_truncated_workbook_is_broken():
    content = xlsx(rows(50))
    assert refusal(content[: len(content) // 2]) is Unreadable.BROKEN


def test_entities_are_not_expanded():
    bomb = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;">]><sst>&b;</sst>'
    out = BytesIO()
    with zipfile.ZipFile(BytesIO(xlsx(rows(2)))) as source, zipfile.ZipFile(out, "w") as made:
        for name in source.namelist():
            made.writestr(name, bomb if name == "xl/sharedStrings.xml" else source.read(name))
    assert refusal(out.getvalue()) is Unreadable.BROKEN


def test_a_row_far_below_asks_for_no_memory():
    out = BytesIO()
    with zipfile.ZipFile(BytesIO(xlsx(rows(2), generated=None))) as source, zipfile.ZipFile(out, "w") as made:
        for name in source.namelist():
            content = source.read(name)
            if name == "xl/worksheets/sheet1.xml":
                content = content.replace(b'<row r="3"', b'<row r="1048576"')
            made.writestr(name, content)
    assert len(list(read_apart(out.getvalue()).rows)) == 1


def test_the_child_is_stopped_by_its_limits():
    content = xlsx(rows(2000))
    with pytest.raises(UnreadableExport):
        list(read_apart(content, memory=24 * 1024 * 1024).rows)


def test_an_abandoned_child_is_ended():
    export = read_apart(xlsx(rows(3000)))
    next(export.rows)
    export.rows.close()


# --- meaning of a row


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("18 Jan 2024", date(2024, 1, 18)),
        ("1 December 2023", date(2023, 12, 1)),
        ("7 Mei 2023", date(2023, 5, 7)),
        ("7 Agu 2023", date(2023, 8, 7)),
        ("2024-01-18", date(2024, 1, 18)),
        ("18/01/2024", date(2024, 1, 18)),
        ("45309", date(2024, 1, 18)),
        ("30 Feb 2024", None),
        ("18 Foo 2024", None),
        ("besok", None),
        ("", None),
    ],
)
def test_dates(text, expected):
    assert date_of(text) == expected


@given(st.dates(date(2011, 1, 1), date(2100, 1, 1)))
def test_every_english_date_is_read(day):
    assert date_of(english(day)) == day == date_of(day.isoformat())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("01:33:26", time(1, 33, 26)),
        ("1.33", time(1, 33)),
        ("01:33:26 PM", time(13, 33, 26)),
        ("12:00 am", time(0, 0)),
        ("0.5", time(12)),
        ("0", time()),
        ("", time()),
        ("25:00", None),
        ("pagi", None),
    ],
)
def test_times(text, expected):
    assert time_of(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("123456", "123456"),
        ("1234567890", "1234567890"),
        ("12345", None),
        ("12345678901", None),
        ("6265411.0", "6265411"),
        ("#6265411", "6265411"),
        ("626541a", None),
        ("٦٢٦٥٤١١", None),
        ("0012345", "0012345"),
    ],
)
def test_tracking_ids(text, expected):
    assert tracking_id_of(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", (Flags(False, False), False)),
        ("Anonim", (Flags(True, False), False)),
        ("rahasia", (Flags(False, True), False)),
        ("Anonim|Rahasia", (SEALED, False)),
        ("Sangat Rahasia", (SEALED, True)),
    ],
)
def test_flags(text, expected):
    assert flags_of(text) == expected


@given(st.booleans(), st.booleans(), st.booleans(), st.booleans())
def test_the_stricter_flag_wins_and_nothing_is_downgraded(a, b, c, d):
    one, two = Flags(a, b), Flags(c, d)
    both = one.stricter(two)
    assert both == two.stricter(one) == both.stricter(one)
    assert both.anonymous >= max(a, c)
    assert both.confidential >= max(b, d)


@given(st.text())
def test_cleaned_text_can_be_stored(text):
    cleaned = clean(text)
    cleaned.encode("utf-8")
    assert "\0" not in cleaned
    assert "\r" not in cleaned
    assert clean(cleaned) == cleaned


def text_row(number=12, *, drop=(), excess=False, **values):
    (line,) = read(csv_file([row(**values)], LAYOUT_26)).rows
    texts = {column: text for column, text in line.texts.items() if column not in drop}
    return TextRow(number, texts, excess)


def test_times_are_read_in_the_zone_of_the_file():
    utc = understand(text_row(), UTC, NOW)
    wita = understand(text_row(), ZoneInfo("Asia/Makassar"), NOW)
    assert utc.received_at == datetime(2024, 1, 18, 1, 33, 26, tzinfo=UTC)
    assert utc.received_at - wita.received_at == timedelta(hours=8)


@pytest.mark.parametrize(
    ("values", "reason", "value"),
    [
        ({"tracking_id": ""}, Unusable.NO_TRACKING_ID, ""),
        ({"tracking_id": "12-34"}, Unusable.BAD_TRACKING_ID, "12-34"),
        ({"tanggal_laporan_masuk": ""}, Unusable.NO_DATE, ""),
        ({"tanggal_laporan_masuk": "31 Jun 2023"}, Unusable.BAD_DATE, "31 Jun 2023"),
        ({"tanggal_laporan_masuk": "1 Jan 1990"}, Unusable.BAD_DATE, "1 Jan 1990"),
        ({"tanggal_laporan_masuk": "4 Mar 2024"}, Unusable.DATE_AHEAD, "4 Mar 2024"),
        ({"waktu_laporan_masuk": "99:00"}, Unusable.BAD_TIME, "99:00"),
        ({"isi_laporan_akhir": "x" * 20_001}, Unusable.TOO_LONG, ""),
    ],
)
def test_rejected_rows_say_why(values, reason, value):
    result = understand(text_row(**values), UTC, NOW)
    assert isinstance(result, Rejected)
    assert (result.number, result.reason, result.value) == (12, reason, value)


def test_a_row_with_too_many_cells_is_rejected():
    content = csv_file([row()], LAYOUT_17).rstrip() + b",lebih\r\n"
    (line,) = read(content).rows
    assert understand(line, UTC, NOW).reason is Unusable.SHIFTED


def test_missing_columns_are_not_said():
    result = understand(text_row(drop=(Column.DATE, Column.TIME, Column.FLAGS)), UTC, NOW)
    assert isinstance(result, LaporRow)
    assert (result.received_at, result.flags, result.text(Column.DATE)) == (None, None, None)


@pytest.mark.parametrize(("flags", "name"), [("", "Nama Samaran"), ("Rahasia", "Nama Samaran"), ("Anonim", "")])
def test_the_name_of_an_anonymous_reporter_is_dropped(flags, name):
    result = understand(text_row(nama_pelapor="Nama Samaran", tipe_laporan_anonim_rahasia=flags), UTC, NOW)
    assert result.text(Column.REPORTER) == name
    unsaid = understand(text_row(nama_pelapor="Nama Samaran", drop=(Column.FLAGS,)), UTC, NOW)
    assert unsaid.text(Column.REPORTER) == ""


def test_repeated_ids_first_row_counts_stricter_flag_wins():
    lines = [
        text_row(12, tracking_id="123456"),
        text_row(13, tracking_id="123456", tipe_laporan_anonim_rahasia="Rahasia"),
        text_row(14, tracking_id="123456", tipe_laporan_anonim_rahasia="Anonim"),
        text_row(15, tracking_id="123457"),
    ]
    results = list(understood(lines, UTC, NOW))
    assert [type(result) for result in results] == [
        LaporRow,
        Rejected,
        Stricter,
        Rejected,
        Stricter,
        LaporRow,
    ]
    assert (results[1].reason, results[1].value) == (Unusable.REPEATED, "12")
    assert results[4] == Stricter(12, SEALED)
