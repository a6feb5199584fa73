"""What an attached file may be: names, sizes, kinds, and the sentences of refusal. Pure."""

import re
import unicodedata
from enum import StrEnum
from pathlib import PurePosixPath

from lapor.core.wording import number

MEGABYTE = 1024 * 1024
MAX_BYTES = 10 * MEGABYTE
MAX_PIXELS = 64_000_000
"""Photos of telephones have up to 50 million; more is a bomb that fills the memory of who opens it."""
MAX_MEMBERS = 2000
MAX_UNPACKED = 100 * MEGABYTE
MAX_RATIO = 200
MAX_FILENAME = 120


class MediaType(StrEnum):
    """Kinds of files that are kept."""

    PDF = "application/pdf"
    JPEG = "image/jpeg"
    PNG = "image/png"
    DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


ENDINGS = {
    MediaType.PDF: "pdf",
    MediaType.JPEG: "jpg",
    MediaType.PNG: "png",
    MediaType.DOCX: "docx",
    MediaType.XLSX: "xlsx",
}
INLINE = frozenset({MediaType.PDF, MediaType.JPEG, MediaType.PNG})
"""What a browser shows in place; everything else is only saved."""

ACCEPT = ".pdf,.jpg,.jpeg,.png,.docx,.xlsx"
"""For the `accept` attribute of file fields."""

REFUSED_KIND = "Jenis berkas ini tidak diterima. Kirim PDF, foto (JPEG atau PNG), Word (.docx), atau Excel (.xlsx)."
EMPTY = "Berkas ini kosong. Pilih berkas yang ada isinya."
LOCKED = "Berkas terkunci kata sandi. Simpan tanpa kata sandi, lalu unggah kembali."
OLD_OFFICE = (
    "Berkas Office lama (.doc, .xls) tidak diterima. Simpan sebagai .docx, .xlsx, atau PDF, lalu unggah kembali."
)
APPLE_PHOTO = "Foto HEIC tidak diterima. Ubah menjadi JPEG, atau kirim tangkapan layarnya."
BROKEN = "Berkas rusak atau tidak lengkap. Simpan ulang atau foto ulang, lalu unggah kembali."
ACTIVE_PDF = "PDF ini memuat perintah otomatis. Cetak ulang ke PDF biasa, lalu unggah kembali."
MACROS = "Berkas ini memuat makro atau tautan templat. Simpan sebagai berkas biasa tanpa makro, lalu unggah kembali."
BOMB = "Isi berkas ini terlalu besar setelah dibuka. Kirim berkas yang lebih kecil."
MALWARE = "Berkas ini dikenali sebagai berkas berbahaya dan tidak disimpan."

_EICAR = "X5O!P%@AP[4\\PZX54(P^)7CC)7}" + "$EICAR-STANDARD-ANTIVIRUS" + "-TEST-FILE!$H+H*"
EICAR = _EICAR.encode()
"""The harmless text by which virus scanners are tested; in two halves so that scanners leave this file alone."""


def too_large(size: int) -> str:
    """The sentence for a file of ``size`` bytes that is larger than allowed."""
    megabytes = max(size / MEGABYTE, MAX_BYTES / MEGABYTE + 0.1)
    shown = number(megabytes, 0 if megabytes >= MAX_BYTES / MEGABYTE + 1 else 1)
    return f"Ukuran berkas {shown} MB, paling besar {MAX_BYTES // MEGABYTE} MB. Kirim foto dengan ukuran sedang."


def clean_filename(filename: str, media_type: MediaType) -> str:
    """A harmless name with the ending of the file's true kind; never empty, at most 120 letters."""
    name = unicodedata.normalize("NFC", filename).replace("\\", "/").rsplit("/", 1)[-1]
    name = "".join(letter for letter in name if unicodedata.category(letter)[0] not in "CZ" or letter == " ")
    name = re.sub(r'[<>:"|?*]+', "_", " ".join(name.split())).lstrip(". ")
    ending = ENDINGS[media_type]
    path = PurePosixPath(name)
    stem = path.stem if re.fullmatch(r"\.[A-Za-z0-9]{1,5}", path.suffix) else name
    stem = stem.strip(". ")[: MAX_FILENAME - len(ending) - 1].strip(". ")
    return f"{stem or 'berkas'}.{ending}"
