"""Looking into a file: what it is by its content, and whether it carries what must not be kept."""

import io
import struct
import zipfile
import zlib
from collections.abc import Iterator
from typing import Any

import pikepdf
from PIL import Image, UnidentifiedImageError

from lapor.core.errors import Invalid
from lapor.files.rules import (
    ACTIVE_PDF,
    APPLE_PHOTO,
    BOMB,
    BROKEN,
    EICAR,
    LOCKED,
    MACROS,
    MALWARE,
    MAX_MEMBERS,
    MAX_PIXELS,
    MAX_RATIO,
    MAX_UNPACKED,
    OLD_OFFICE,
    REFUSED_KIND,
    MediaType,
)

FIELD = "file"
_PNG = b"\x89PNG\r\n\x1a\n"
_JPEG = b"\xff\xd8\xff"
_ZIP = b"PK\x03\x04"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_APPLE = {b"heic", b"heix", b"hevc", b"mif1", b"heim", b"heis"}
_DEPTH = 40
_PIECE = 64 * 1024


def look_into(data: bytes) -> tuple[MediaType, bytes]:
    """The kind of ``data`` and the bytes to keep: photos lose where and with what they were taken.

    Raises Invalid with a sentence for everything that is not kept.
    """
    if EICAR in data:
        raise Invalid(MALWARE, field=FIELD)
    if data.startswith(_PNG):
        _check_image(data, "PNG")
        return MediaType.PNG, _without_png_notes(data)
    if data.startswith(_JPEG):
        orientation = _check_image(data, "JPEG")
        return MediaType.JPEG, _without_jpeg_notes(data, orientation)
    if data.startswith(_ZIP):
        return _office_kind(data), data
    if b"%PDF-" in data[:1024]:
        _check_pdf(data)
        return MediaType.PDF, data
    if data.startswith(_OLE):
        is_locked = "EncryptedPackage".encode("utf-16-le") in data
        raise Invalid(LOCKED if is_locked else OLD_OFFICE, field=FIELD)
    if data[4:8] == b"ftyp" and data[8:12] in _APPLE:
        raise Invalid(APPLE_PHOTO, field=FIELD)
    raise Invalid(REFUSED_KIND, field=FIELD)


# photos


def _check_image(data: bytes, kind: str) -> int:
    """The orientation (1 to 8) of a whole photo of a bearable size."""
    try:
        with Image.open(io.BytesIO(data), formats=[kind]) as image:
            if image.width * image.height > MAX_PIXELS:
                raise Invalid(BOMB, field=FIELD)
            orientation = int(image.getexif().get(0x0112, 1)) if kind == "JPEG" else 1
            if kind == "JPEG":
                # decoding at an eighth of the size finds cut off photos without filling the memory
                image.draft("RGB", (max(image.width // 8, 1), max(image.height // 8, 1)))
                image.load()
            else:
                image.verify()
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise Invalid(BOMB, field=FIELD) from error
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, TypeError, struct.error) as error:
        raise Invalid(BROKEN, field=FIELD) from error
    return orientation if 1 <= orientation <= 8 else 1


def _without_jpeg_notes(data: bytes, orientation: int) -> bytes:
    """The photo without Exif (place, time, device), XMP, IPTC and comments; only its orientation stays.

    The picture itself is not encoded again.
    """
    kept = [data[:2]]
    if orientation != 1:
        exif = Image.Exif()
        exif[0x0112] = orientation
        body = exif.tobytes()
        body = body if body.startswith(b"Exif\x00\x00") else b"Exif\x00\x00" + body
        kept.append(b"\xff\xe1" + struct.pack(">H", len(body) + 2) + body)
    at = 2
    while at + 4 <= len(data):
        if data[at] != 0xFF:
            raise Invalid(BROKEN, field=FIELD)
        marker = data[at + 1]
        if marker == 0xFF:
            at += 1
            continue
        if marker == 0xDA:
            kept.append(data[at:])
            return b"".join(kept)
        end = at + 2 + struct.unpack(">H", data[at + 2 : at + 4])[0]
        if marker not in {0xE1, 0xED, 0xFE}:
            kept.append(data[at:end])
        at = end
    raise Invalid(BROKEN, field=FIELD)


def _without_png_notes(data: bytes) -> bytes:
    """The picture without Exif and texts; what follows its end is cut off."""
    kept = [_PNG]
    at = len(_PNG)
    while at + 12 <= len(data):
        length, kind = struct.unpack(">I4s", data[at : at + 8])
        end = at + 12 + length
        if end > len(data):
            break
        if kind not in {b"eXIf", b"tEXt", b"iTXt", b"zTXt"}:
            kept.append(data[at:end])
        if kind == b"IEND":
            return b"".join(kept)
        at = end
    raise Invalid(BROKEN, field=FIELD)


# PDF


def _check_pdf(data: bytes) -> None:
    try:
        with pikepdf.open(io.BytesIO(data), suppress_warnings=True) as pdf:
            if len(pdf.pages) == 0:
                raise Invalid(BROKEN, field=FIELD)
            if any(_acts(item, 0) for item in pdf.objects) or _acts(pdf.trailer, 0):
                raise Invalid(ACTIVE_PDF, field=FIELD)
    except pikepdf.PasswordError as error:
        raise Invalid(LOCKED, field=FIELD) from error
    except (pikepdf.PdfError, RuntimeError, ValueError, OverflowError) as error:
        raise Invalid(BROKEN, field=FIELD) from error


def _acts(item: Any, depth: int) -> bool:
    """Whether a PDF object or one written inside it runs a script or starts a program."""
    if depth > _DEPTH:
        return True
    if isinstance(item, pikepdf.Dictionary | pikepdf.Stream):
        if "/JS" in item.keys() or str(item.get("/S", "")) in {"/JavaScript", "/Launch"}:  # noqa: SIM118 (pikepdf)
            return True
        return any(_acts(value, depth + 1) for value in _direct(item))
    if isinstance(item, pikepdf.Array):
        return any(_acts(value, depth + 1) for value in item if not _is_indirect(value))
    return False


def _direct(item: Any) -> Iterator[Any]:
    for value in item.values():
        if not _is_indirect(value):
            yield value


def _is_indirect(value: Any) -> bool:
    # objects of their own are looked at by themselves; plain numbers and texts are no objects of pikepdf
    return bool(getattr(value, "is_indirect", False))


# office files


def _office_kind(data: bytes) -> MediaType:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = archive.infolist()
            names = {member.filename for member in members}
            if "[Content_Types].xml" not in names:
                raise Invalid(REFUSED_KIND, field=FIELD)
            if len(members) > MAX_MEMBERS or sum(member.file_size for member in members) > MAX_UNPACKED:
                raise Invalid(BOMB, field=FIELD)
            if any(member.flag_bits & 1 for member in members):
                raise Invalid(LOCKED, field=FIELD)
            _check_members(archive, members)
    except (
        zipfile.BadZipFile,
        zlib.error,
        EOFError,
        NotImplementedError,
        OSError,
        RuntimeError,
        ValueError,
    ) as error:
        raise Invalid(BROKEN, field=FIELD) from error
    if "word/document.xml" in names:
        return MediaType.DOCX
    if "xl/workbook.xml" in names:
        return MediaType.XLSX
    raise Invalid(REFUSED_KIND, field=FIELD)


def _check_members(archive: zipfile.ZipFile, members: list[zipfile.ZipInfo]) -> None:
    unpacked = 0
    for member in members:
        name = member.filename.casefold()
        if name.startswith("/") or ".." in name.split("/"):
            raise Invalid(BROKEN, field=FIELD)
        if name.endswith("vbaproject.bin") or "/macrosheets/" in name or "/activex/" in name:
            raise Invalid(MACROS, field=FIELD)
        if member.file_size > _PIECE and member.file_size > MAX_RATIO * max(member.compress_size, 1):
            raise Invalid(BOMB, field=FIELD)
        is_small = name == "[content_types].xml" or name.endswith(".rels")
        content = bytearray()
        last = b""
        with archive.open(member) as stream:
            # the directory of a zip file may lie about sizes: what comes out is counted
            while piece := stream.read(_PIECE):
                unpacked += len(piece)
                if unpacked > MAX_UNPACKED:
                    raise Invalid(BOMB, field=FIELD)
                if EICAR in last + piece:
                    raise Invalid(MALWARE, field=FIELD)
                last = piece[-len(EICAR) :]
                if is_small:
                    content += piece
        if b"macroEnabled" in content or (b"attachedTemplate" in content and b"External" in content):
            raise Invalid(MACROS, field=FIELD)
