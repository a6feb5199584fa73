"""The same card confirmed at the same moment from several phones: one statement, a clear sentence for the others."""

import threading

import pytest
import sqlalchemy as sa

from lapor.dispositions.models import Acknowledgement, Disposition, Opening
from lapor.dispositions.rules import State
from lapor.journal.models import JournalEntry
from tests.page import PageClient

CONFIRM = "Saya mengetahui"
PHONES = 4


def at_once(jobs):
    """Run the jobs in threads that start together; what one of them raises is raised here."""
    start, results, faults = threading.Barrier(len(jobs)), [], []

    def run(job):
        start.wait(10)
        try:
            results.append(job())
        except BaseException as fault:  # the thread must hand it over, whatever it is
            faults.append(fault)

    threads = [threading.Thread(target=run, args=(job,)) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    if faults:
        raise faults[0]
    return results


@pytest.fixture
def waiting(session, make):
    """An order that waits for its head, with everybody committed."""
    agency = make.agency("bpbd")
    make.head(agency)
    row = make.disposition(make.complaint("Tanggul retak", is_verified=True), agency)
    session.commit()
    return row.id


@pytest.mark.parametrize("htmx", [True, False])
def test_several_phones_at_once_give_one_statement(app, session, clock, waiting, htmx):
    clock.at("2026-03-04 10:00")
    phones = [PageClient(app).login("kepala.bpbd") for _ in range(PHONES)]
    forms = [phone.get("/menunggu").form(button=CONFIRM).fill(instruction="Cek.") for phone in phones]
    pages = at_once([lambda form=form: form.submit(CONFIRM, htmx=htmx) for form in forms])
    session.rollback()
    assert session.scalar(sa.select(sa.func.count()).select_from(Acknowledgement)) == 1
    assert session.scalars(sa.select(Disposition)).one().state is State.ACKNOWLEDGED
    kinds = list(session.scalars(sa.select(JournalEntry.kind).where(JournalEntry.kind.like("disposition.ack%"))))
    assert kinds == ["disposition.acknowledged"]
    said = [page.source for page in pages]
    assert sum("Tercatat." in source for source in said) == 1
    assert sum("Tidak perlu diulang." in source for source in said) == PHONES - 1


def test_two_phones_open_a_card_at_once(app, session, clock, waiting):
    clock.at("2026-03-04 10:00")
    phones = [PageClient(app) for _ in range(PHONES)]
    for phone in phones:
        phone.get("/masuk")
        form = next(form for form in phone.last.forms if "password" in form.names)
        form.fill(login="kepala.bpbd", password="lapor-demo").submit(status=303)
    pages = at_once([lambda phone=phone: phone.get(f"/disposisi/{waiting}") for phone in phones])
    assert {page.heading for page in pages} == {"Tanggul retak"}
    session.rollback()
    assert session.scalar(sa.select(sa.func.count()).select_from(Opening)) == 1


def test_one_confirms_while_another_returns(app, session, clock, waiting):
    clock.at("2026-03-04 10:00")
    one, two = (PageClient(app).login("kepala.bpbd").get("/menunggu").form(button=CONFIRM) for _ in range(2))
    at_once(
        [
            lambda: one.submit(CONFIRM),
            lambda: two.fill(reason="Kewenangan kabupaten atau kota.").submit("Kembalikan ke koordinator"),
        ]
    )
    session.rollback()
    row = session.scalars(sa.select(Disposition)).one()
    # returning stays possible after knowing; knowing is refused after returning: one statement in either order
    assert row.state in {State.ACKNOWLEDGED, State.RETURNED}
    assert session.scalar(sa.select(sa.func.count()).select_from(Acknowledgement)) == 1
