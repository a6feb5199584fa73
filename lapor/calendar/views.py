"""Pages of this slice."""

from flask import Blueprint

bp = Blueprint("calendar", __name__)
