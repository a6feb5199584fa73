"""How long all open deadlines take after a change of the calendar, and how long others wait meanwhile.

Every one of the complaints is open, each with an order and its three clocks, and the day that becomes a day off moves
all of them but those of the head: the hardest case. A second process writes all the while, as a desk would.

Started as a program with an address it is that process: it writes until its input ends, and prints the times of its
writes in milliseconds.
"""

import contextlib
import os
import subprocess
import sys
import time
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

HEADING = "## Recount after a change of the calendar"
MOST_SECONDS = 10.0
MOST_SLICE_MS = 250.0
ROWS_AT_ONCE = 5_000


@dataclass(frozen=True)
class Recounted:
    """What one recount took: seconds of the whole and of the preview before it, milliseconds of its writing
    transactions and of the writes of another process meanwhile."""

    database: str
    complaints: int
    deadlines: int
    preview: float
    seconds: float
    slices: list[float]
    others: list[float]


def measure_recount(folder: Path, complaints: int) -> list[Recounted]:
    """Measure on SQLite in ``folder``, and on PostgreSQL where it is installed."""
    from bench.chain import postgres

    found = [_measure("SQLite", f"sqlite:///{folder / 'recount.sqlite'}", folder, complaints)]
    with postgres() as address:
        if address is not None:
            found.append(_measure("PostgreSQL", address, folder, complaints))
    return found


def _measure(name: str, address: str, folder: Path, complaints: int) -> Recounted:
    environment = {
        **os.environ,
        "DATABASE_URL": address,
        "LAPOR_INSTANCE": str(folder),
        "LAPOR_FILES": str(folder / "files"),
        "LAPOR_ENV": "demo",
    }
    answer = subprocess.run(
        [sys.executable, "-m", "bench.recount", name, str(complaints)],
        cwd=ROOT,
        env=environment,
        check=True,
        capture_output=True,
        text=True,
    )
    deadlines, preview, seconds, slices, others = answer.stdout.splitlines()[-1].split("|")
    return Recounted(
        name,
        complaints,
        int(deadlines),
        float(preview),
        float(seconds),
        [float(item) for item in slices.split()],
        [float(item) for item in others.split()],
    )


def report_recount(found: list[Recounted]) -> str:
    """The table as Markdown."""
    lines = [
        HEADING,
        "",
        f"All of {found[0].complaints:,} complaints are open with three clocks each, and one new day off moves every "
        "clock that runs over it. Preview: what the page says before the change is saved. Each slice is a "
        "transaction of its own. Others: another process that writes all the while and has to wait for a slice.",
        "",
        "| database | deadlines moved | preview s | recount s | slices | longest slice ms | others' writes | "
        "longest ms |",
        "|---|---:|---:|---:|---:|---:|---:|---:|",
    ]
    lines += [
        f"| {item.database} | {item.deadlines:,} | {item.preview:.1f} | {item.seconds:.1f} | {len(item.slices)} | "
        f"{max(item.slices):.0f} | {len(item.others)} | {max(item.others):.0f} |"
        for item in found
    ]
    missed = [
        f"- {item.database}: {item.seconds:.1f} s for {item.complaints:,} complaints, aim {MOST_SECONDS:.0f} s"
        for item in found
        if item.seconds > MOST_SECONDS
    ] + [
        f"- {item.database}: a slice of {max(item.slices):.0f} ms, aim {MOST_SLICE_MS:.0f} ms"
        for item in found
        if max(item.slices) > MOST_SLICE_MS
    ]
    lines += ["", *(["Missed:", "", *missed] if missed else ["Every aim is reached."]), ""]
    return "\n".join(lines)


# --- inside the measured process -------------------------------------------------------------------------------


def _prepare() -> None:
    flask = [sys.executable, "-m", "flask", "--app", "app", "lapor"]
    subprocess.run([*flask, "prepare-demo"], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)


def _fill(count: int, today: date) -> date:
    """Open complaints with their clocks, in bulk; returns a day that most of the clocks run over."""
    import sqlalchemy as sa

    from lapor.agencies.models import Agency
    from lapor.calendar.queries import rule_set_in_force, working_calendar
    from lapor.complaints.models import Complaint
    from lapor.complaints.rules import Origin, ReportClass, ReportedParty
    from lapor.core.clock import at_local
    from lapor.core.db import db, transaction
    from lapor.dispositions.models import Deadline, Disposition
    from lapor.dispositions.rules import Part, Stage, State

    session = db.session()
    calendar = working_calendar(session)
    agencies = session.scalars(sa.select(Agency.id).where(Agency.ends_on.is_(None)).order_by(Agency.id)).all()
    rule_set = rule_set_in_force(session, today)
    first = session.scalar(sa.select(sa.func.max(Complaint.id))) or 0
    first_order = session.scalar(sa.select(sa.func.max(Disposition.id))) or 0
    starts = [calendar.subtract(today, days) for days in range(1, 4)]
    stages = ((Stage.ACKNOWLEDGEMENT, 6), (Stage.FIRST_FOLLOW_UP, 9), (Stage.COMPLETION, 18))
    due = {(start, days): calendar.add(start, days) for start in starts for _, days in stages}
    for low in range(1, count + 1, ROWS_AT_ONCE):
        numbers = range(low, min(low + ROWS_AT_ONCE, count + 1))
        complaints: list[dict[str, Any]] = []
        orders: list[dict[str, Any]] = []
        clocks: list[dict[str, Any]] = []
        for number in numbers:
            start = starts[number % len(starts)]
            instant = at_local(start, 9)
            complaints.append(
                {
                    "id": first + number,
                    "number": f"A-1999-{number:06d}",
                    "origin": Origin.MANUAL,
                    "title": "Lampu jalan padam",
                    "text": "Mohon diperiksa.",
                    "report_class": ReportClass.NON_SUPERVISORY,
                    "reported_party": ReportedParty.NONE,
                    "received_at": instant,
                    "received_on": start,
                    "verified_at": instant,
                    "rule_set_id": rule_set,
                    "status": "disposed",
                    "next_due_on": due[start, 6],
                    "next_stage": Stage.ACKNOWLEDGEMENT.value,
                    "lead_agency_id": agencies[number % len(agencies)],
                    "created_at": instant,
                    "version": 1,
                }
            )
            orders.append(
                {
                    "id": first_order + number,
                    "complaint_id": first + number,
                    "agency_id": agencies[number % len(agencies)],
                    "head_agency_id": agencies[number % len(agencies)],
                    "part": Part.LEAD,
                    "origin": Origin.MANUAL,
                    "state": State.WAITING,
                    "disposed_at": instant,
                    "disposed_on": start,
                    "is_owed": True,
                    "next_due_on": due[start, 6],
                    "next_stage": Stage.ACKNOWLEDGEMENT.value,
                    "version": 1,
                }
            )
            clocks += [
                {
                    "complaint_id": first + number,
                    "disposition_id": first_order + number,
                    "stage": stage,
                    "started_on": start,
                    "working_days": days,
                    "due_on": due[start, days],
                    "calendar_version": calendar.version,
                }
                for stage, days in stages
            ]
        with transaction() as written:
            written.execute(sa.insert(Complaint), complaints)
            written.execute(sa.insert(Disposition), orders)
            written.execute(sa.insert(Deadline), clocks)
    return calendar.add(today, 1)


def _recount(count: int) -> str:
    """Prepare, fill, change the calendar, count anew; returns the line that ``_measure`` reads."""
    _prepare()
    from lapor.calendar import planning
    from lapor.calendar.models import CalendarChange
    from lapor.calendar.rules import DayOffKind, ListedDay
    from lapor.core import clock
    from lapor.core.db import db, transaction
    from lapor.dispositions import recounting
    from lapor.factory import create_app

    app = create_app()
    with app.app_context():
        now = clock.now()
        day = _fill(count, clock.local_day(now))
        with transaction() as session:
            wanted = ListedDay(day, DayOffKind.COLLECTIVE, "Cuti bersama", False)
            key = planning.plan_day_off(session, wanted, actor=None, now=now).id
        started = time.perf_counter()
        recounting.preview(db.session(), db.session().get_one(CalendarChange, key))
        preview = time.perf_counter() - started
        with transaction() as session:
            change = session.get_one(CalendarChange, key)
            planning.confirm(session, change, reason="Keputusan bersama", actor=None, now=now)
        slices: list[float] = []
        names = vars(recounting)
        inner = names["transaction"]

        @contextlib.contextmanager
        def timed() -> Any:
            with contextlib.ExitStack() as stack:
                session = stack.enter_context(inner())
                began = time.perf_counter()
                yield session
                stack.close()
                slices.append((time.perf_counter() - began) * 1000)

        names["transaction"] = timed
        with _writing() as other:
            started = time.perf_counter()
            recounting.run(key, now=now)
            seconds = time.perf_counter() - started
            others = _stop(other)
        moved = db.session().get_one(CalendarChange, key, populate_existing=True).moved
    return "|".join(
        [
            str(moved),
            f"{preview:.3f}",
            f"{seconds:.3f}",
            " ".join(f"{item:.1f}" for item in slices),
            others,
        ]
    )


@contextlib.contextmanager
def _writing() -> Any:
    process = subprocess.Popen(
        [sys.executable, "-m", "bench.recount", "other"],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        if process.stdout is not None:
            process.stdout.readline()
        yield process
    finally:
        process.terminate()
        process.wait(30)


def _stop(process: Any) -> str:
    out, _ = process.communicate("", timeout=60)
    return str(out).strip()


def _write_meanwhile() -> None:
    """One short write after another, with a pause between them, until the input ends."""
    import threading

    import sqlalchemy as sa

    from lapor.core.db import transaction
    from lapor.factory import create_app
    from lapor.notifications.models import Notification

    ended = threading.Event()
    times: list[float] = []

    def wait() -> None:
        sys.stdin.read()
        ended.set()

    app = create_app()
    with app.app_context():
        with transaction() as session:
            session.execute(sa.update(Notification).where(Notification.id == 0).values(is_urgent=False))
        print("ready", flush=True)
        threading.Thread(target=wait, daemon=True).start()
        while not ended.wait(timedelta(milliseconds=20).total_seconds()):
            began = time.perf_counter()
            with transaction() as session:
                session.execute(sa.update(Notification).where(Notification.id == 0).values(is_urgent=False))
            times.append((time.perf_counter() - began) * 1000)
    print(" ".join(f"{item:.1f}" for item in times or [0.0]))


if __name__ == "__main__":
    if sys.argv[1] == "other":
        _write_meanwhile()
    else:
        print(_recount(int(sys.argv[2])))
