"""HTML to PDF: the only place that knows WeasyPrint.

The same HTML, title, identifier and instant give the same bytes, on every machine with the same lock of
libraries: fonts come from `static/fonts/print`, dates and the file identifier are arguments. Nothing
outside the application is read: a reference to a local file, to another host or to a bundled folder's
outside is refused (WeasyPrint's own fetcher would embed any local file that a text manages to name).
"""

import logging
import mimetypes
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from weasyprint.urls import URLFetcherResponse

STATIC: Final = Path(__file__).resolve().parents[2] / "static"
BUNDLED: Final = "bundled:"
"""Scheme of bundled files in templates and print CSS: `bundled:css/paper.css`. It names no machine path,
so that a document's bytes do not depend on where Lapor is installed."""


class BlockedReference(ValueError):
    """A document named something that is not bundled; WeasyPrint leaves it out and logs it."""


def bundled_file(url: str) -> Path:
    """The file under `static/` that a `bundled:` URL names.

    Raises BlockedReference for any other scheme, for a path that leaves `static/` and for a missing file.
    """
    if not url.startswith(BUNDLED):
        raise BlockedReference(f"not a bundled file: {url[:80]}")
    path = (STATIC / url.removeprefix(BUNDLED).lstrip("/")).resolve()
    if not path.is_relative_to(STATIC) or not path.is_file():
        raise BlockedReference(f"no such bundled file: {url[:80]}")
    return path


def _fetcher() -> Any:
    """A WeasyPrint fetcher that knows bundled files and data: URLs, nothing else."""
    from weasyprint.urls import URLFetcher, URLFetcherResponse

    class BundledFetcher(URLFetcher):  # type: ignore[misc]  # WeasyPrint ships no types
        def fetch(self, url: str, headers: dict[str, str] | None = None) -> "URLFetcherResponse":
            if url.startswith("data:"):
                return super().fetch(url, headers)
            path = bundled_file(url)
            kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
            return URLFetcherResponse(url, path.read_bytes(), {"Content-Type": kind})

    return BundledFetcher(allowed_protocols=("data",), allow_redirects=False)


def render_pdf(html: str, *, title: str, identifier: str, created: datetime, language: str = "id") -> bytes:
    """A tagged PDF (PDF/UA-1) of ``html``, byte for byte the same for the same arguments.

    ``html`` is a whole page, usually one that extends `print.html`; it names its stylesheets, fonts and
    pictures as `bundled:` or data: URLs. ``identifier`` becomes the PDF's file identifier, ``created``
    (aware) its dates. Takes 0.2 to 0.5 s for a few pages and seconds for long reports: those belong in a job.
    """
    from weasyprint import HTML

    _quiet_subsetting()
    document = HTML(string=html, base_url=BUNDLED, url_fetcher=_fetcher()).render()
    instant = created.isoformat(timespec="seconds")
    document.metadata.title = title
    document.metadata.lang = language
    document.metadata.created = instant
    document.metadata.modified = instant
    document.metadata.generator = "Lapor"
    pdf: bytes = document.write_pdf(pdf_variant="pdf/ua-1", pdf_identifier=identifier.encode())
    return pdf


def _quiet_subsetting() -> None:
    """fontTools narrates each table that it subsets at INFO; the application's log is no place for it."""
    logging.getLogger("fontTools").setLevel(logging.WARNING)
