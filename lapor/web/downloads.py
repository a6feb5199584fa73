"""Answers that are files, with headers that keep a browser from guessing."""

from urllib.parse import quote

from flask import Response


def send_bytes(data: bytes, filename: str, media_type: str, *, inline: bool = False) -> Response:
    """``data`` as a download (or shown in place), under ``filename``."""
    response = Response(data, mimetype=media_type)
    kind = "inline" if inline else "attachment"
    plain = "".join(letter if letter.isalnum() or letter in "-_. " else "_" for letter in filename)
    plain = plain.encode("ascii", "replace").decode().replace("?", "_")
    response.headers["Content-Disposition"] = f"{kind}; filename=\"{plain}\"; filename*=UTF-8''{quote(filename)}"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    if inline and media_type == "application/pdf":
        # a sandboxed answer cannot be shown by the browser's own PDF viewer
        response.headers["Content-Security-Policy"] = (
            "default-src 'none'; style-src 'unsafe-inline'; object-src 'self'"
        )
    return response
