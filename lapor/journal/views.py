"""Pages of this slice."""

from flask import Blueprint

bp = Blueprint("journal", __name__)
