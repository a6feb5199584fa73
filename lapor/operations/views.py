"""The health of the system, for those who watch it."""

import sqlalchemy as sa
from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import SQLAlchemyError

from lapor.core.db import db
from lapor.web.guards import public

bp = Blueprint("operations", __name__)


@bp.get("/sehat")
@public
def health() -> ResponseReturnValue:
    """200 while the database answers with its tables there, else 503; tells nothing else to strangers."""
    try:
        db.session().execute(sa.text("SELECT 1 FROM account WHERE 1 = 0"))
    except SQLAlchemyError:
        db.session.rollback()
        return jsonify(keadaan="terganggu"), 503
    return jsonify(keadaan="baik")
