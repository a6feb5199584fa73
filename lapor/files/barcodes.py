"""Reading QR marks from photos and scans: the only place that knows zxing-cpp."""

import io
from collections.abc import Iterator
from typing import cast

import pikepdf
from PIL import Image, ImageOps

from lapor.files.rules import MAX_PIXELS, MediaType

_SIDES = (1600, 3200)
"""Longest sides at which a photo is looked at: the first finds nearly all, the second a small mark on a scan."""
_MAX_PAGES = 4
_UNREADABLE = (
    pikepdf.PdfError,
    pikepdf.DependencyError,
    pikepdf.UnsupportedImageTypeError,
    OSError,
    ValueError,
    NotImplementedError,
)


def qr_texts(data: bytes, media_type: MediaType) -> list[str]:
    """The texts of all QR marks in a checked photo or scanned PDF, each once; empty when none can be read."""
    found: dict[str, None] = {}
    for picture in _pictures(data, media_type):
        for side in _SIDES:
            texts = _read(picture, side)
            found.update(dict.fromkeys(texts))
            if texts or max(picture.size) <= side:
                break
    return list(found)


def _read(picture: Image.Image, side: int) -> list[str]:
    import zxingcpp  # only when a photo arrives: few processes ever read one

    small = picture.copy()
    small.thumbnail((side, side))
    marks = zxingcpp.read_barcodes(small, formats=zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode))
    return [mark.text for mark in marks if mark.text]


def _pictures(data: bytes, media_type: MediaType) -> Iterator[Image.Image]:
    """Each picture in grey, upright; pictures inside a PDF that cannot be decoded are left out."""
    if media_type in {MediaType.JPEG, MediaType.PNG}:
        with Image.open(io.BytesIO(data)) as image:
            yield _grey(image)
        return
    if media_type is not MediaType.PDF:
        return
    with pikepdf.open(io.BytesIO(data)) as pdf:
        for page in list(pdf.pages)[:_MAX_PAGES]:
            for raw in page.get_images().values():
                try:
                    embedded = pikepdf.PdfImage(cast(pikepdf.Stream, raw))
                    if embedded.width * embedded.height > MAX_PIXELS:
                        continue
                    yield _grey(embedded.as_pil_image())
                except _UNREADABLE:
                    continue


def _grey(image: Image.Image) -> Image.Image:
    return ImageOps.exif_transpose(image).convert("L")
