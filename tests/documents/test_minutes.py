"""The notula as PDF: its text read back, the same bytes twice, odd input, nothing from outside."""

import io
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from flask import Flask
from pypdf import PdfReader

from lapor.meetings.composing import document_from_json, document_to_json
from lapor.meetings.minutes import (
    AttendanceGroup,
    AttendanceRow,
    Discussion,
    MinutesDocument,
    minutes_html,
    minutes_pdf_bytes,
)
from lapor.meetings.models import Meeting
from lapor.printing.paper import Photograph
from lapor.printing.pdf import BlockedReference, bundled_file, render_pdf
from tests.documents.minutes_of_january import FIGURES, JANUARY, SECOND

CREATED = datetime(2022, 1, 6, 4, tzinfo=UTC)


def pages_of(data: bytes) -> list[str]:
    """The text of each page, spaces and line ends made single."""
    return [" ".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(data)).pages]


def printed(app: Flask, document: MinutesDocument) -> bytes:
    """The PDF of the document."""
    with app.test_request_context():
        return minutes_pdf_bytes(document)


@pytest.fixture(scope="module")
def january(request: pytest.FixtureRequest) -> bytes:
    """The notula of 6 January 2022 without a database."""
    flask = pytest.importorskip("flask")
    from flask_babel import Babel

    app = flask.Flask("lapor", root_path=str(request.config.rootpath))
    app.config["BABEL_DEFAULT_LOCALE"] = "id"
    Babel(app)
    return printed(app, JANUARY)


def test_the_head_of_the_chain_stands_at_the_foot_of_each_page(app: Flask) -> None:
    found = pages_of(printed(app, replace(JANUARY, anchor="12.345-A1B2C3D4E5F6")))
    assert len(found) > 1
    assert all("Catatan aktivitas 12.345-A1B2C3D4E5F6" in page for page in found)
    assert "anchor" not in document_to_json(replace(JANUARY, anchor="1-A1B2C3D4E5F6"))


def test_the_parts_stand_in_the_order_of_the_skeleton(january: bytes) -> None:
    text = " ".join(pages_of(january))
    parts = [
        "PEMERINTAH PROVINSI SULAWESI TENGAH",
        "DINAS KOMUNIKASI, INFORMATIKA, PERSANDIAN DAN STATISTIK",
        "NOTULA",
        "Evaluasi Pengelolaan SP4N-LAPOR! Tahun 2021",
        "Kamis, 6 Januari 2022",
        "Nomor 005/012/DKIPS/2022 tanggal 3 Januari 2022",
        "Pukul 09.00 s.d. 11.40 WITA",
        "Hasrul Toampi, S.Sos., M.Si. (Kepala Bidang Informasi dan Komunikasi Publik)",
        "12 orang (11 admin dan 1 wakil) dari 12 perangkat daerah/unit (daftar hadir terlampir)",
        "KEGIATAN RAPAT",
        "1. Kata Pembukaan",
        "2. Pembahasan",
        "98 aduan pada 10 perangkat daerah",
        "49 aduan; 37 aduan (75,5 persen) telah ditindaklanjuti dan 32 aduan (65,3 persen) selesai.",
        "3. Kendala",
        "4. Keputusan",
        "5. Tindak Lanjut Rapat Sebelumnya",
        "Tidak ada (rapat pertama yang dicatat).",
        "6. Tindak Lanjut",
        "7. Penutup",
        "Notulis,",
        "NIP. 19940817 201903 2 004",
        "PIMPINAN RAPAT",
        "KEPALA BIDANG INFORMASI DAN KOMUNIKASI PUBLIK,",
        "NIP. 19740211 200003 1 003",
        "LAMPIRAN I",
        "DAFTAR HADIR",
        "LAMPIRAN II",
        "LAMPIRAN III",
    ]
    place = 0
    for part in parts:
        assert part in text[place:], f"{part!r} is missing or out of order"
        place = text.index(part, place) + len(part)


def test_the_letterhead_is_on_the_first_page_and_numbers_from_the_second(january: bytes) -> None:
    first, *others = pages_of(january)
    assert "PEMERINTAH PROVINSI" in first
    assert "- 1 -" not in first
    for number, page in enumerate(others, 2):
        assert f"- {number} -" in page
        assert "PEMERINTAH PROVINSI" not in page


def test_figures_of_the_annex_add_up(january: bytes) -> None:
    text = " ".join(pages_of(january))
    assert "Jumlah aduan 16 33 49 98" in text
    assert "Perangkat daerah yang menerima aduan 5 7 9 10" in text
    assert "Jumlah 49 37 32 25" in text


def test_a_draft_says_so_on_each_page_and_a_final_one_nowhere(app: Flask, january: bytes) -> None:
    assert all("KONSEP" in page for page in pages_of(january))
    final = printed(app, SECOND)
    assert "KONSEP" not in " ".join(pages_of(final))
    assert "Selesai 17 Februari 2022 menunggu paraf koordinasi" in " ".join(pages_of(final))


def test_it_is_a_tagged_titled_pdf_in_indonesian(january: bytes) -> None:
    reader = PdfReader(io.BytesIO(january))
    root = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "id"
    assert reader.metadata is not None
    assert reader.metadata.title == "Konsep notula Evaluasi Pengelolaan SP4N-LAPOR! Tahun 2021, Kamis, 6 Januari 2022"
    fonts = {font for page in reader.pages for font in page["/Resources"]["/Font"].values()}
    names = {str(font.get_object()["/BaseFont"]) for font in fonts}
    assert names
    assert all("Lapor-Arial" in name or "LiberationSans" in name for name in names), names


def test_the_same_document_gives_the_same_bytes(app: Flask, january: bytes) -> None:
    assert printed(app, JANUARY) == january
    assert printed(app, replace(JANUARY, place="Aula")) != january


def test_signs_of_html_and_long_words_are_printed_as_they_were_written(app: Flask) -> None:
    odd = 'Tarif <b>naik</b> & "turun" {{ 7 * 7 }} <script>alert(1)</script> é ü — “kutip”'
    long_word = "Sangat" * 60
    document = replace(
        JANUARY,
        title=f"Rapat {odd}",
        discussions=(Discussion("Acara 1: Pembukaan", (odd, long_word)),),
        decisions=(odd,),
    )
    text = " ".join(pages_of(printed(app, document)))
    assert '<b>naik</b> & "turun" {{ 7 * 7 }} <script>alert(1)</script> é ü — “kutip”' in text
    assert long_word in text.replace(" ", "")
    with app.test_request_context():
        assert "<script>" not in minutes_html(document)


def test_fifty_participants_are_numbered_through_over_several_pages(app: Flask) -> None:
    rows = tuple(
        AttendanceRow(
            f"Peserta Rapat {n}, S.Sos.", "NIP. 19800101 200501 1 001", "Admin SP4N-LAPOR!", "Badan Contoh", "Hadir"
        )
        for n in range(1, 51)
    )
    document = replace(JANUARY, attendance_groups=(AttendanceGroup("Peserta", rows),))
    pages = pages_of(printed(app, document))
    with_names = [page for page in pages if "Peserta Rapat" in page and "S.Sos." in page and "Admin SP4N" in page]
    assert len(with_names) >= 2
    assert all("Nama dan NIP" in page for page in with_names), "the head of the table repeats"
    text = " ".join(pages)
    assert "50 Peserta Rapat 50, S.Sos." in text


def test_an_empty_meeting_still_prints(app: Flask) -> None:
    document = replace(
        JANUARY,
        agenda=(),
        chair=None,
        opening=(),
        discussions=(),
        obstacles=(),
        decisions=(),
        follow_ups=(),
        closing=(),
        attendance_groups=(),
        figures=None,
    )
    text = " ".join(pages_of(printed(app, document)))
    assert "Tidak ada keputusan." in text
    assert "Daftar hadir belum diisi." in text
    assert "LAMPIRAN III" not in text


def test_frozen_words_come_back_as_they_were() -> None:
    meeting = Meeting(created_at=CREATED, approved_at=CREATED)
    back = document_from_json(document_to_json(SECOND), identifier=SECOND.identifier, meeting=meeting)
    assert back == replace(SECOND, created=CREATED)


def test_figures_say_what_is_not_measured() -> None:
    unmeasured = replace(FIGURES, agencies=tuple(replace(row, measured=0) for row in FIGURES.agencies))
    assert "belum diukur" in unmeasured.sentences[1]
    partly = replace(FIGURES, agencies=(replace(FIGURES.agencies[0], measured=10), *FIGURES.agencies[1:]))
    assert "dari 47 aduan yang penanganannya tercatat, 37 aduan" in partly.sentences[1]
    none = replace(FIGURES, agencies=())
    assert none.sentences[1] == "Pada Tahun 2021 belum diterima aduan."


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd",
        "bundled:../lapor/config.py",
        "bundled:/../../etc/passwd",
        "bundled:css/no-such.css",
        "https://example.org/x.png",
        "http://127.0.0.1/x.png",
        "ftp://example.org/x",
    ],
)
def test_nothing_outside_the_bundle_is_read(url: str) -> None:
    with pytest.raises(BlockedReference):
        bundled_file(url)


def test_a_local_file_never_gets_into_a_pdf(app: Flask, tmp_path: object) -> None:
    secret = tmp_path / "rahasia.png"  # type: ignore[operator]
    secret.write_bytes(b"\x89PNG\r\n\x1a\n" + b"\x00" * 64)
    html = (
        f'<html lang="id"><head><title>x</title><link rel="stylesheet" href="{secret.as_uri()}">'
        f'<link rel="attachment" href="{secret.as_uri()}"></head><body><h1>Judul</h1>'
        f'<img alt="x" src="{secret.as_uri()}"></body></html>'
    )
    data = render_pdf(html, title="Uji", identifier="uji", created=CREATED)
    reader = PdfReader(io.BytesIO(data))
    assert not reader.attachments
    assert not reader.pages[0].images


def test_photographs_are_printed_with_their_words(app: Flask) -> None:
    pixel = (
        "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk"
        "YPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="
    )
    document = replace(JANUARY, photographs=(Photograph(pixel, "Peserta rapat"),))
    assert "Peserta rapat" in " ".join(pages_of(printed(app, document)))
