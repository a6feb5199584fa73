"""One pass of the digests: make those whose hour has come, hand over what is due. For the worker and for tick."""

import time
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from flask import current_app

from lapor.calendar.queries import working_calendar, working_hours
from lapor.core.clock import local_day
from lapor.core.db import db, transaction
from lapor.core.smtp import NotSentError, Server, UnclearError, hand_over, read_server
from lapor.notifications import channels, messages, outbox
from lapor.notifications.models import Way
from lapor.notifications.outbox import Parcel


def mail_server() -> Server | None:
    """The mail server of ``LAPOR_SMTP_URL``; None where mail is not set up."""
    url = current_app.config["LAPOR_SMTP_URL"]
    if not url:
        return None
    host = urlsplit(current_app.config["LAPOR_BASE_URL"]).hostname or "localhost"
    return read_server(url, f"lapor@{host}")


def run_digests(now: datetime) -> dict[str, int]:
    """Make and hand over what is due at ``now``; return how many digests were made, how many messages sent and so on.

    Outside working hours nothing leaves: it waits for the next opening. Any number of workers may call it at the same
    time: a message belongs to the one that takes it.
    """
    told = {"made": 0, "sent": 0, "failed": 0, "uncertain": 0}
    calendar, hours = working_calendar(db.session()), working_hours(db.session(), local_day(now))
    server = mail_server()
    with transaction() as session:
        told["uncertain"] = outbox.resolve_abandoned(session, now=now)
        if not hours.is_open(now, calendar):
            return told
        ways = outbox.ways_of(session, mail=server is not None)
        told["made"] = outbox.make_digests(session, ways, hours=hours, calendar=calendar, now=now)
    due = outbox.due(db.session(), now)
    begun, out_of_reach = time.monotonic(), set[Way]()
    for delivery_id in due:
        instant = now + timedelta(seconds=time.monotonic() - begun)
        if not hours.is_open(instant, calendar):
            break
        result = _deliver(delivery_id, server, instant, out_of_reach)
        if result:
            told[result] += 1
    return told


def _deliver(delivery_id: int, server: Server | None, now: datetime, out_of_reach: set[Way]) -> str | None:
    """Hand over one message; what became of it. A server that is out of reach is asked once a pass, not by each."""
    with transaction() as session:
        way = outbox.way_of(session, delivery_id)
        if way in out_of_reach or (way is Way.MAIL and server is None):
            return None
        parcel = outbox.take(session, delivery_id, now=now)
    if parcel is None:
        return None
    try:
        _hand_over(parcel, server)
    except NotSentError as error:
        if error.unreachable:
            out_of_reach.add(parcel.way)
        with transaction() as session:
            outbox.settle_failed(session, parcel, fault=error.sentence, permanent=error.permanent, now=now)
        return "failed"
    except UnclearError:
        with transaction() as session:
            outbox.settle_uncertain(session, parcel, now=now)
        return "uncertain"
    with transaction() as session:
        outbox.settle_sent(session, parcel, now=now)
    return "sent"


def _hand_over(parcel: Parcel, server: Server | None) -> None:
    base_url = str(current_app.config["LAPOR_BASE_URL"]).rstrip("/")
    if parcel.way is Way.CHANNEL:
        channels.hand_over(parcel.channel_url, parcel.address, messages.short_text(parcel.letter, base_url=base_url))
        return
    assert server is not None
    try:
        message = messages.mail(
            parcel.letter,
            to=parcel.address,
            sender=server.sender,
            base_url=base_url,
            secret=str(current_app.config["SECRET_KEY"]),
        )
    except ValueError as error:  # a name or an address that no header can hold
        raise NotSentError("Nama atau alamat penerima tidak dapat ditulis pada pos-el.", permanent=True) from error
    hand_over(server, message, parcel.address)
