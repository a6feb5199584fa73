"""What may be attached: judged by content, never by name."""

import io
import struct
import zipfile
import zlib
from typing import Any

import pikepdf
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from lapor.core.errors import Invalid
from lapor.files.rules import EICAR, MAX_BYTES, MediaType, clean_filename
from lapor.files.services import check_upload

GPS = 0x8825
ORIENTATION = 0x0112
SECRET = "Jalan Rumah Pelapor"


def photo(kind: str = "JPEG", **options: Any) -> bytes:
    """A small picture."""
    out = io.BytesIO()
    Image.new("RGB", (64, 48), (200, 30, 30)).save(out, kind, **options)
    return out.getvalue()


def photo_with_place(orientation: int = 6) -> bytes:
    """A photo as a telephone makes it."""
    exif = Image.Exif()
    exif[ORIENTATION] = orientation
    exif[0x010E] = SECRET
    exif.get_ifd(GPS)[1] = "S"
    exif.get_ifd(GPS)[2] = (0.0, 53.0, 42.0)
    return photo(exif=exif, comment=SECRET.encode())


def pdf(change: Any = None, **options: Any) -> bytes:
    """A PDF of one empty page."""
    out = io.BytesIO()
    with pikepdf.new() as made:
        made.add_blank_page()
        if change:
            change(made)
        made.save(out, **options)
    return out.getvalue()


def office(members: dict[str, bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A zip file with these members."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", compression) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return out.getvalue()


DOCX = {"[Content_Types].xml": b"<Types/>", "word/document.xml": b"<document/>"}
XLSX = {"[Content_Types].xml": b"<Types/>", "xl/workbook.xml": b"<workbook/>"}


@pytest.mark.parametrize(
    ("data", "media_type", "name"),
    [
        (pdf(), MediaType.PDF, "surat.pdf"),
        (photo(), MediaType.JPEG, "surat.jpg"),
        (photo("PNG"), MediaType.PNG, "surat.png"),
        (office(DOCX), MediaType.DOCX, "surat.docx"),
        (office(XLSX), MediaType.XLSX, "surat.xlsx"),
    ],
)
def test_the_kind_is_read_from_the_content(data: bytes, media_type: MediaType, name: str) -> None:
    checked = check_upload(data, "surat.exe")
    assert checked.media_type is media_type
    assert checked.filename == name


def test_a_photo_loses_its_place_and_keeps_its_orientation_and_picture() -> None:
    given_photo = photo_with_place()
    assert SECRET.encode() in given_photo
    kept = check_upload(given_photo, "IMG_1.JPG").data
    assert SECRET.encode() not in kept
    with Image.open(io.BytesIO(kept)) as image, Image.open(io.BytesIO(given_photo)) as before:
        assert not image.getexif().get_ifd(GPS)
        assert image.getexif()[ORIENTATION] == 6
        assert image.tobytes() == before.tobytes()


def test_a_picture_loses_texts_and_what_follows_its_end() -> None:
    from PIL.PngImagePlugin import PngInfo

    info = PngInfo()
    info.add_text("Comment", SECRET)
    data = photo("PNG", pnginfo=info) + b"<script>"
    kept = check_upload(data, "a.png").data
    assert SECRET.encode() not in kept
    assert b"<script>" not in kept


def with_javascript(made: pikepdf.Pdf) -> None:
    made.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert(1)")


def with_launch(made: pikepdf.Pdf) -> None:
    action = made.make_indirect(pikepdf.Dictionary(S=pikepdf.Name.Launch, F="cmd.exe"))
    made.pages[0].Annots = pikepdf.Array(
        [pikepdf.Dictionary(Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Link, Rect=[0, 0, 9, 9], A=action)]
    )


def huge_png() -> bytes:
    data = bytearray(photo("PNG"))
    data[16:24] = struct.pack(">II", 30_000, 3_000)
    data[29:33] = struct.pack(">I", zlib.crc32(bytes(data[12:29])))
    return bytes(data)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "kosong"),
        (b"%PDF-1.7\n" + bytes(MAX_BYTES), "10 MB"),
        (b"MZ\x90\x00 program", "tidak diterima"),
        (b"<html><script>alert(1)</script>", "tidak diterima"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "tidak diterima"),
        (b"GIF89a" + bytes(20), "tidak diterima"),
        (b"\x00\x00\x00\x18ftypheic" + bytes(20), "HEIC"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), ".doc"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "kata sandi"),
        (b"%PDF-1.7\nbroken", "rusak"),
        (pdf(with_javascript), "perintah otomatis"),
        (pdf(with_javascript, object_stream_mode=pikepdf.ObjectStreamMode.generate), "perintah otomatis"),
        (pdf(with_launch), "perintah otomatis"),
        (pdf(encryption=pikepdf.Encryption(owner="a", user="rahasia")), "kata sandi"),
        (photo()[:200], "rusak"),
        (photo("PNG")[:60], "rusak"),
        (huge_png(), "terlalu besar"),
        (office({"a.txt": b"x"}), "tidak diterima"),
        (office(DOCX)[:-30], "rusak"),
        (office({**DOCX, "word/vbaProject.bin": b"x"}), "makro"),
        (office({**XLSX, "xl/macrosheets/sheet1.xml": b"x"}), "makro"),
        (
            office({**DOCX, "word/_rels/settings.xml.rels": b'<R Type="attachedTemplate" TargetMode="External"/>'}),
            "makro",
        ),
        (office({**DOCX, "../../etc/passwd": b"x"}), "rusak"),
        (office({**DOCX, "word/media/a.bin": bytes(9_000_000)}), "terlalu besar"),
        (office({**DOCX, "word/a.txt": EICAR}), "berbahaya"),
        (EICAR, "berbahaya"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_must_not_be_kept_is_refused_with_a_sentence(data: bytes, words: str) -> None:
    with pytest.raises(Invalid) as refused:
        check_upload(data, "berkas.pdf")
    assert words in refused.value.sentence
    assert refused.value.field == "file"


def test_a_large_file_is_told_its_size() -> None:
    with pytest.raises(Invalid, match=r"Ukuran berkas 24 MB, paling besar 10 MB\. Kirim foto dengan ukuran sedang\."):
        check_upload(bytes(24 * 1024 * 1024), "a.jpg")
    with pytest.raises(Invalid, match=r"Ukuran berkas 10,1 MB"):
        check_upload(bytes(MAX_BYTES + 1), "a.jpg")


def test_a_pdf_that_only_its_owner_may_change_is_kept() -> None:
    assert check_upload(pdf(encryption=pikepdf.Encryption(owner="a", user="")), "a.pdf").media_type is MediaType.PDF


@pytest.mark.parametrize(
    ("given_name", "kept"),
    [
        ("../../etc/passwd", "passwd.pdf"),
        ("C:\\Users\\a\\Surat Tugas.PDF", "Surat Tugas.pdf"),
        ("laporan.final.v2.pdf", "laporan.final.v2.pdf"),
        ("Surat No. 12 tahun 2022", "Surat No. 12 tahun 2022.pdf"),
        ("a\u202egnp.exe", "agnp.pdf"),
        ("\r\nX-Header: 1.pdf", "X-Header_ 1.pdf"),
        ("...", "berkas.pdf"),
        ("", "berkas.pdf"),
    ],
)
def test_a_name_is_made_harmless(given_name: str, kept: str) -> None:
    assert clean_filename(given_name, MediaType.PDF) == kept


@given(st.text(max_size=300))
def test_every_name_becomes_a_short_one_line_name(name: str) -> None:
    kept = clean_filename(name, MediaType.JPEG)
    assert 5 <= len(kept) <= 120
    assert kept.endswith(".jpg")
    assert not set(kept) & set('/\\\r\n"<>')
    assert clean_filename(kept, MediaType.JPEG) == kept


@given(
    st.binary(max_size=400),
    st.sampled_from([b"", b"%PDF-1.4\n", b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"PK\x03\x04"]),
)
def test_any_bytes_are_kept_or_refused_in_words(data: bytes, head: bytes) -> None:
    sentence = "."
    try:
        check_upload(head + data, "x")
    except Invalid as refused:
        sentence = refused.sentence
    assert sentence.endswith(".")
