"""Pages of this slice."""

from flask import Blueprint

bp = Blueprint("files", __name__)
