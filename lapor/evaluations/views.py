"""Pages of this slice."""

from flask import Blueprint

bp = Blueprint("evaluations", __name__)
