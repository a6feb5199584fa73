"""The pass of reminders, by itself every ten minutes; outside working hours it does nothing."""

from lapor.core import jobs
from lapor.core.clock import now
from lapor.reminders import sending

TICK = "reminders.tick"


@jobs.task(TICK, cron="*/10 * * * *")
def tick() -> dict[str, int]:
    """Send what the table of reminders asks for now."""
    report = sending.run(now())
    return {"reminders": report.reminders, "letters": report.letters, "briefs": report.briefs}
