"""Several photos of one paper joined into one PDF that a telephone can send on a slow line."""

import io
from collections.abc import Sequence

from PIL import Image, ImageOps

_LONGEST_SIDE = 2000
_QUALITY = 80


def photos_as_pdf(photos: Sequence[bytes], *, title: str) -> bytes:
    """A PDF with a page for each checked photo, upright, at most 2,000 pixels long (about 400 KB a page)."""
    pages = [_page(photo) for photo in photos]
    out = io.BytesIO()
    pages[0].save(out, "PDF", save_all=True, append_images=pages[1:], resolution=170.0, quality=_QUALITY, title=title)
    return out.getvalue()


def _page(photo: bytes) -> Image.Image:
    with Image.open(io.BytesIO(photo)) as image:
        if image.format == "JPEG":
            image.draft("RGB", (_LONGEST_SIDE, _LONGEST_SIDE))
        upright = ImageOps.exif_transpose(image).convert("RGB")
    upright.thumbnail((_LONGEST_SIDE, _LONGEST_SIDE))
    return upright
