"""Pages of this slice."""

from flask import Blueprint

bp = Blueprint("dispositions", __name__)
