"""The public page that says what a paper is (/verifikasi): no sign-in, no personal data, nothing confidential."""

import hashlib
from typing import Any

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _

from lapor.core.db import db
from lapor.documents.forms import CodeForm, CompareForm
from lapor.documents.labels import KIND
from lapor.documents.models import Document
from lapor.documents.public import public_words
from lapor.documents.queries import find_by_code
from lapor.documents.rules import grouped, read_code, short_digest
from lapor.web.guards import public

bp = Blueprint("documents", __name__)

MAX_COMPARED = 20 * 1024 * 1024


def _unlisted(page: str, status: int = 200) -> Response:
    """An answer that search engines leave alone: whoever has the code has the paper."""
    answer = make_response(page, status)
    answer.headers["X-Robots-Tag"] = "noindex, nofollow"
    return answer


@bp.get("/verifikasi")
@public
def ask() -> Any:
    """Where the code of a paper is typed."""
    form = CodeForm(request.args)
    given = form.kode.data or ""
    code = read_code(given)
    if code is not None:
        return redirect(url_for("documents.verify", code=code), code=303)
    if given:
        form.kode.errors = [_("Kode ini belum lengkap atau salah tulis. Kode terdiri atas 26 huruf dan angka.")]
    page = render_template("documents/ask.html", form=form, given=given, unknown=False)
    return _unlisted(page, 422 if given else 200)


@bp.route("/verifikasi/<code>", methods=["GET", "POST"])
@public
def verify(code: str) -> Any:
    """What the paper with this code is; with a file, whether it is the one that is kept here."""
    wanted = read_code(code)
    if wanted is not None and wanted != code:
        return redirect(url_for("documents.verify", code=wanted), code=308)
    document = find_by_code(db.session(), wanted) if wanted else None
    if document is None:
        form = CodeForm(kode=code if len(code) <= 60 else "")
        return _unlisted(render_template("documents/ask.html", form=form, given=code, unknown=True), 404)
    form = CompareForm()
    result, status = None, 200
    if form.validate_on_submit():
        result = _compared(document, form)
        status = 200 if result else 422
    page = render_template(
        "documents/verify.html",
        document=document,
        about=public_words(db.session(), document),
        kind=KIND[document.kind],
        code=grouped(document.code),
        digest=short_digest(document.digest),
        form=form,
        result=result,
    )
    return _unlisted(page, status)


def _compared(document: Document, form: CompareForm) -> str | None:
    """ "same", "different" or "unprinted" (no file was ever made here); None with an error in the form."""
    given = form.file.data
    data = given.read(MAX_COMPARED + 1) if given and given.filename else b""
    if not data:
        form.file.errors = [_("Pilih berkas PDF yang akan dibandingkan.")]
        return None
    if len(data) > MAX_COMPARED:
        form.file.errors = [_("Berkas ini lebih besar dari 20 MB, jadi bukan dokumen dari sistem ini.")]
        return None
    if document.file_sha256 is None:
        return "unprinted"
    return "same" if hashlib.sha256(data).hexdigest() == document.file_sha256 else "different"
