"""QR marks for paper: the only place that knows segno."""

import io

import segno
from markupsafe import Markup


def qr_svg(text: str) -> Markup:
    """A QR mark of ``text`` as SVG, black on white with its quiet zone, the same for the same text.

    Level M survives the stains and thin toner of an office; the print style sheet gives it its size.
    """
    out = io.BytesIO()
    segno.make(text, error="m", micro=False).save(
        out, kind="svg", xmldecl=False, svgns=True, omitsize=True, border=4, svgclass="qr", lineclass=None
    )
    return Markup(out.getvalue().decode().strip())  # noqa: S704 (made here of numbers only)


def qr_png(text: str, *, dots: int) -> bytes:
    """The same mark as a picture, ``dots`` wide for each of its squares."""
    out = io.BytesIO()
    segno.make(text, error="m", micro=False).save(out, kind="png", scale=dots, border=4)
    return out.getvalue()
