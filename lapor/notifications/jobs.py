"""What the worker does by itself for this slice."""

from lapor.core import clock
from lapor.core.jobs import task
from lapor.notifications.digests import run_digests

DELIVER = "notifications.deliver"


@task(DELIVER)
def deliver() -> dict[str, int]:
    """The same at once, asked for by an administrator who lets a message go out anew."""
    return run_digests(clock.now())


@task("notifications.digests", cron="*/5 * * * *")
def send_digests() -> dict[str, int]:
    """Make and hand over what is due; every five minutes, once for all workers."""
    return run_digests(clock.now())
