"""Serving attached files."""

from flask import Blueprint, Response, current_app
from flask_babel import gettext as _

from lapor.core.db import db
from lapor.core.errors import NotFound
from lapor.files.queries import find_file
from lapor.files.rules import INLINE, MediaType
from lapor.files.serving import authorise
from lapor.policy import Permission
from lapor.web.downloads import send_bytes
from lapor.web.guards import current_actor, requires

bp = Blueprint("files", __name__)


@bp.get("/berkas/<int:file_id>")
@requires(Permission.PROFILE_EDIT)
def show(file_id: int) -> Response:
    """A file, for whoever may see what it is attached to."""
    session = db.session()
    stored = find_file(session, file_id)
    if stored is None:
        raise NotFound(_("Berkas tidak ditemukan."))
    authorise(session, current_actor(), stored)
    sha256, filename, media_type = stored.sha256, stored.filename, MediaType(stored.media_type)
    try:
        data = current_app.extensions["lapor_store"].get(sha256)
    except FileNotFoundError as error:
        raise NotFound(_("Isi berkas ini tidak ada lagi di penyimpanan. Beri tahu administrator.")) from error
    return send_bytes(data, filename, media_type.value, inline=media_type in INLINE)
