"""A made photo of a signed Lembar Disposisi: paper on a desk, slightly turned, with a QR mark that reads."""

import io
from collections.abc import Sequence
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from lapor.printing.qr import qr_png

_FONTS = Path(__file__).resolve().parents[2] / "static" / "fonts" / "print"
_DESK, _PAPER, _INK, _PEN = (92, 74, 58), (247, 245, 238), (32, 32, 34), (28, 44, 128)
_WIDTH, _HEIGHT, _MARGIN = 840, 1190, 60
_SIGNATURE = ((0, 40), (30, -30), (52, 44), (78, -48), (96, 36), (128, -16), (150, 26), (196, -8), (240, 10))
"""A stroke of nobody's hand, from the left end of the line."""


def photo_of_sheet(
    address: str, facts: Sequence[tuple[str, str]], *, handwritten: Sequence[str], signer: Sequence[str]
) -> bytes:
    """The photo as JPEG, the same for the same words.

    ``address`` stands in the QR mark, ``facts`` are printed lines, ``handwritten`` the words in pen, ``signer`` the
    post and the name under the signature.
    """
    paper = Image.new("RGB", (_WIDTH, _HEIGHT), _PAPER)
    draw = ImageDraw.Draw(paper)
    draw.text((_MARGIN, 60), "LEMBAR DISPOSISI", fill=_INK, font=_font("Bold", 38))
    with Image.open(io.BytesIO(qr_png(address, dots=5))) as mark:
        paper.paste(mark.convert("RGB"), (_WIDTH - _MARGIN - mark.width, 40))
    at = 270
    for name, words in facts:
        draw.text((_MARGIN, at), name, fill=_INK, font=_font("Regular", 22))
        for line in _lines(words):
            draw.text((_MARGIN + 180, at), line, fill=_INK, font=_font("Regular", 22))
            at += 30
        at += 14
    draw.line((_MARGIN, at, _WIDTH - _MARGIN, at), fill=_INK, width=2)
    for line in handwritten:
        at += 46
        draw.text((_MARGIN + 20, at), line, fill=_PEN, font=_font("Italic", 30))
    left, top = _WIDTH // 2, _HEIGHT - 300
    draw.text((left, top), signer[0], fill=_INK, font=_font("Regular", 20))
    draw.line([(left + x, top + 100 + y) for x, y in _SIGNATURE], fill=_PEN, width=5, joint="curve")
    draw.text((left, top + 170), signer[1], fill=_INK, font=_font("Bold", 20))
    picture = Image.new("RGB", (_WIDTH + 160, _HEIGHT + 160), _DESK)
    picture.paste(paper, (80, 80))
    picture = picture.rotate(1.5, resample=Image.Resampling.BICUBIC, fillcolor=_DESK)
    out = io.BytesIO()
    picture.save(out, format="JPEG", quality=80)
    return out.getvalue()


def _font(face: str, size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(_FONTS / f"LiberationSans-{face}.ttf", size)


def _lines(words: str, letters: int = 44) -> list[str]:
    lines = [""]
    for word in words.split():
        if len(lines[-1]) + len(word) >= letters:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return lines
