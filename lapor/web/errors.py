"""Errors in words: refusals, HTTP errors and failures become one calm page, never a stack trace."""

import logging
import secrets
from typing import Any

from flask import Flask, render_template
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException

from lapor.core.db import db
from lapor.core.errors import Refusal

log = logging.getLogger("lapor")

_PAGES = {
    400: ("Permintaan tidak dapat dibaca", "Silakan kembali dan coba sekali lagi."),
    401: ("Silakan masuk", "Halaman ini hanya untuk yang sudah masuk."),
    403: (
        "Anda tidak berwenang",
        "Anda tidak berwenang membuka halaman ini. Bila menurut Anda seharusnya berwenang, hubungi koordinator.",
    ),
    404: ("Halaman tidak ditemukan", "Alamat ini tidak ada, atau isinya bukan untuk tugas Anda."),
    405: ("Cara ini tidak tersedia", "Silakan kembali dan gunakan tombol pada halaman."),
    409: ("Keadaan sudah berubah", "Muat ulang halaman untuk melihat keadaan terbaru."),
    413: ("Berkas terlalu besar", "Ukuran kiriman paling besar 40 MB. Kirim foto dengan ukuran sedang."),
    422: ("Belum dapat dilakukan", "Periksa kembali isian Anda."),
    429: ("Terlalu sering", "Tunggu sebentar, lalu coba lagi."),
    503: ("Sistem sedang sibuk", "Data yang sudah disimpan aman. Coba lagi beberapa saat lagi."),
}


def _page(status: int, sentence: str | None = None, code: str | None = None) -> tuple[str, int]:
    title, default = _PAGES.get(status, ("Terjadi gangguan", "Coba lagi beberapa menit lagi."))
    return (
        render_template("errors/error.html", title=_(title), sentence=sentence or _(default), code=code),
        status,
    )


def init_app(app: Flask) -> None:
    """Register the handlers."""

    @app.errorhandler(Refusal)
    def refused(error: Refusal) -> tuple[str, int]:
        db.session.rollback()
        return _page(error.status, error.sentence)

    @app.errorhandler(CSRFError)
    def forged(_error: CSRFError) -> tuple[str, int]:
        return _page(400, _("Halaman ini terlalu lama terbuka. Kembali, muat ulang, lalu kirim sekali lagi."))

    @app.errorhandler(StaleDataError)
    def stale(_error: StaleDataError) -> tuple[str, int]:
        db.session.rollback()
        return _page(409, _("Data ini baru saja diubah orang lain. Kembali, muat ulang, lalu ulangi isian Anda."))

    @app.errorhandler(HTTPException)
    def http_error(error: HTTPException) -> Any:
        if error.code is None or error.code < 400:
            return error
        return _page(error.code)

    @app.errorhandler(OperationalError)
    def busy(_error: OperationalError) -> tuple[str, int]:
        db.session.rollback()
        log.exception("the database did not answer")
        return _page(503)

    @app.errorhandler(Exception)
    def failed(_error: Exception) -> tuple[str, int]:
        db.session.rollback()
        code = secrets.token_hex(4)
        log.exception("failure %s", code)
        if app.testing:
            raise _error
        sentence = _("Terjadi gangguan pada sistem. Data yang sudah disimpan aman. Coba lagi beberapa menit lagi.")
        return _page(500, sentence, code)
