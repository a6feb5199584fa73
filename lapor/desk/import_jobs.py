"""Background tasks of the import: large files, and complaints that waited for a matched unit."""

from lapor.core import jobs
from lapor.core.clock import local_day, now
from lapor.core.db import db
from lapor.desk import importing
from lapor.desk.import_models import ImportBatch
from lapor.offices.queries import load_actor
from lapor.policy import Actor

TAKE_OVER = "import.take-over"
SETTLE_UNITS = "import.settle-units"


def _person(person_id: int | None) -> Actor | None:
    """Who started it, with the powers of today; the system itself for a person who is gone."""
    return load_actor(db.session(), person_id, local_day(now())) if person_id else None


@jobs.task(TAKE_OVER)
def take_over(batch_id: int) -> dict[str, int]:
    """Take over a started file, telling how far it is."""
    batch = db.session().get_one(ImportBatch, batch_id)
    importing.run(batch_id, actor=_person(batch.created_by), now=now(), tell=jobs.progress)
    batch = db.session().get_one(ImportBatch, batch_id, populate_existing=True)
    return {"new": batch.new, "changed": batch.changed, "same": batch.same, "rejected": batch.rejected}


@jobs.task(SETTLE_UNITS)
def settle_units(person_id: int) -> dict[str, int]:
    """Give the complaints of matched units to their agencies."""
    return {"complaints": importing.settle_units(actor=_person(person_id), now=now())}
