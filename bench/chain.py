"""What the journal's chain costs: the same transaction with it and without, eight writers, on both databases.

Each writer holds and resumes complaints of its own through the services, as the desk does: a locked row, its clocks,
its status and one fact of the journal. "Without" writes the same rows of the journal, but unlinked: no queue for the
head and no hashes. "No journal" writes none at all, for comparison. The server's shape: two processes of
four threads. PostgreSQL runs with its usual durability (fsync, synchronous commit).

Started as a program with an address it is one of the two processes: a line "mode seconds" on its input gives a line
with the number of transactions on its output.
"""

import contextlib
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median
from typing import Any

ROOT = Path(__file__).parent.parent
PROCESSES = 2
THREADS = 4
WRITERS = PROCESSES * THREADS
ROUNDS = 11
SECONDS = 1.0
OWN_COMPLAINTS = 4
LEAST_RATIO = 0.8
CHAINED, UNLINKED, NONE = "chained", "unlinked", "none"
MODES = (CHAINED, UNLINKED, NONE)


@dataclass(frozen=True)
class Cost:
    """Transactions per second of each mode, round by round, and what is wrong with the chain afterwards (or "")."""

    database: str
    rounds: dict[str, list[float]]
    fault: str

    def per_second(self, mode: str) -> float:
        """Median of the rounds."""
        return median(self.rounds[mode])

    def ratio_to(self, mode: str) -> float:
        """With the chain as a share of ``mode``: the median of the rounds' ratios, so that what else the machine
        does, which changes slowly, weighs on both sides of a ratio alike."""
        return median(ours / other for ours, other in zip(self.rounds[CHAINED], self.rounds[mode], strict=True))


@contextlib.contextmanager
def postgres() -> Iterator[str | None]:
    """The address of an empty database on a server of its own, or None where PostgreSQL is not installed."""
    from tests.databases import PostgresDatabases

    if not list(Path("/usr/lib/postgresql").glob("*/bin")):
        yield None
        return
    made = PostgresDatabases({}, is_durable=True)
    try:
        yield made.empty("bench")
    finally:
        made.close()


def measure_chain(folder: Path) -> list[Cost]:
    """Measure on SQLite in ``folder``, and on PostgreSQL where it is installed."""
    found = [_measure("SQLite", f"sqlite:///{folder / 'chain.sqlite'}", folder)]
    with postgres() as address:
        if address is not None:
            found.append(_measure("PostgreSQL", address, folder))
    return found


def _measure(name: str, address: str, folder: Path) -> Cost:
    environment = {
        **os.environ,
        "DATABASE_URL": address,
        "LAPOR_INSTANCE": str(folder),
        "LAPOR_FILES": str(folder / "files"),
        "LAPOR_ENV": "demo",
    }
    flask = [sys.executable, "-m", "flask", "--app", "app", "lapor"]
    subprocess.run([*flask, "prepare-demo"], cwd=ROOT, env=environment, check=True, stdout=subprocess.DEVNULL)
    counts: dict[str, list[float]] = {mode: [] for mode in MODES}
    workers = [
        subprocess.Popen(
            [sys.executable, "-m", "bench.chain", str(place)],
            cwd=ROOT,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for place in range(PROCESSES)
    ]
    try:
        _ask(workers, CHAINED, 0.5)
        for number in range(ROUNDS):
            # each round begins with another mode, so that none always runs on the emptiest database
            for place in range(len(MODES)):
                mode = MODES[(number + place) % len(MODES)]
                counts[mode].append(_ask(workers, mode, SECONDS) / SECONDS)
                if mode == UNLINKED:
                    _ask(workers, "forget", 0)
        fault = _ask_fault(flask, environment)
    finally:
        for worker in workers:
            worker.terminate()
            worker.wait(30)
    return Cost(name, counts, fault)


def _ask(workers: list["subprocess.Popen[str]"], mode: str, seconds: float) -> int:
    """Let all processes write at the same time; returns the sum of their transactions."""
    for worker in workers[:1] if mode == "forget" else workers:
        if worker.stdin is None:
            raise RuntimeError("no pipe")
        worker.stdin.write(f"{mode} {seconds}\n")
        worker.stdin.flush()
    total = 0
    for worker in workers[:1] if mode == "forget" else workers:
        line = worker.stdout.readline() if worker.stdout else ""
        if not line:
            raise RuntimeError("a writer ended")
        total += int(line)
    return total


def _ask_fault(flask: list[str], environment: dict[str, str]) -> str:
    done = subprocess.run(
        [*flask, "verify-journal"], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    return "" if done.returncode == 0 else done.stderr.strip()


class Writers:
    """Four threads that write, in one process with its own connections."""

    def __init__(self, place: int) -> None:
        from lapor.factory import create_app
        from lapor.journal import chaining

        self.app = create_app()
        self.chaining: Any = chaining
        self.link = chaining.link
        self.place = place
        self.unlinked = 0
        self.lock = threading.Lock()
        with self.app.app_context():
            self.keys = [self._complaints() for _ in range(THREADS)]

    def _complaints(self) -> list[int]:
        from lapor.complaints.services import Particulars
        from lapor.core import clock
        from lapor.core.db import transaction
        from lapor.desk.services import register

        now = clock.now()
        particulars = Particulars("Lampu jalan padam", "Lampu jalan padam sejak kemarin.", "Surat", now)
        with transaction() as session:
            actor = _coordinator(session, now)
            return [register(session, particulars, actor=actor, now=now).id for _ in range(OWN_COMPLAINTS)]

    def run(self, mode: str, seconds: float) -> int:
        """Write during ``seconds``; returns the transactions of all threads. "forget" removes unlinked rows."""
        if mode == "forget":
            return self._forget()
        self.chaining.link = {CHAINED: self.link, UNLINKED: self._unlinked, NONE: _no_journal}[mode]
        counts: list[int] = []
        faults: list[BaseException] = []
        end = time.perf_counter() + seconds

        def write(keys: list[int]) -> None:
            try:
                counts.append(self._write(keys, end))
            except BaseException as error:  # raised below, in the thread that answers
                faults.append(error)

        threads = [threading.Thread(target=write, args=(keys,)) for keys in self.keys]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        if faults:
            raise faults[0]
        return sum(counts)

    def _write(self, keys: list[int], end: float) -> int:
        from lapor.complaints.models import Complaint
        from lapor.core import clock
        from lapor.core.db import db, lock, transaction
        from lapor.desk.services import hold, resume

        done = 0
        with self.app.app_context():
            now = clock.now()
            actor = _coordinator(db.session(), now)
            while time.perf_counter() < end:
                with transaction() as session:
                    complaint = lock(session, Complaint, keys[done // 2 % len(keys)])
                    now = clock.now()
                    if complaint.on_hold_since is None:
                        expected_on = clock.local_day(now)
                        hold(
                            session,
                            complaint,
                            reason="Foto lokasi",
                            expected_on=expected_on,
                            actor=actor,
                            now=now,
                        )
                    else:
                        resume(session, complaint, actor=actor, now=now)
                done += 1
            db.session.remove()
        return done

    def _unlinked(self, session: Any, facts: Any) -> None:
        """What `chaining.link` does, without what makes a chain of it: no queue and no hash."""
        entries, details = [], []
        for fact in facts:
            with self.lock:
                self.unlinked += 1
                seq = -(self.unlinked * PROCESSES + self.place) - 1
            entries.append({**asdict(fact.link), "seq": seq, "prev": "0" * 64, "hash": "0" * 64})
            details.append({"seq": seq, "salt": fact.salt, "values_json": fact.values})
        session.execute(self.chaining.ADD_ENTRIES, entries)
        session.execute(self.chaining.ADD_DETAILS, details)

    def _forget(self) -> int:
        import sqlalchemy as sa

        from lapor.core.db import transaction
        from lapor.journal.models import JournalDetail, JournalEntry

        with self.app.app_context(), transaction() as session:
            session.execute(sa.delete(JournalDetail).where(JournalDetail.seq < 0))
            session.execute(sa.delete(JournalEntry).where(JournalEntry.seq < 0))
        return 0


def _no_journal(_session: Any, _facts: Any) -> None:
    """Nothing is written."""


def _coordinator(session: Any, now: Any) -> Any:
    from lapor.accounts.queries import account_of_login
    from lapor.core.clock import local_day
    from lapor.offices.queries import load_actor

    account = account_of_login(session, "koordinator")
    return load_actor(session, account.person_id, local_day(now)) if account else None


HEADING = "## Chain of the journal"


def report_chain(costs: list[Cost]) -> str:
    """The section of the results as Markdown; it says what was missed."""
    lines = [
        HEADING,
        "",
        f"A complaint is held or resumed through the services, one fact of the journal each, {WRITERS} writers "
        f"({PROCESSES} processes of {THREADS} threads), {ROUNDS} interleaved rounds of {SECONDS:g} s; medians "
        "of the rates and of the rounds' ratios. "
        "Without chain: the same rows of the journal, not linked. PostgreSQL with fsync and synchronous commit.",
        "",
        "| database | with chain, per s | without, per s | ratio | no journal, per s | ratio | chain afterwards |",
        "|---|---:|---:|---:|---:|---:|---|",
    ]
    lines += [
        f"| {cost.database} | {cost.per_second(CHAINED):.0f} | {cost.per_second(UNLINKED):.0f} | "
        f"{cost.ratio_to(UNLINKED):.2f} | {cost.per_second(NONE):.0f} | {cost.ratio_to(NONE):.2f} | "
        f"{cost.fault or 'whole, no fork'} |"
        for cost in costs
    ]
    if len(costs) == 1:
        lines += ["", "PostgreSQL is not installed here: not measured."]
    missed = [
        f"- {cost.database}: {cost.fault or f'ratio {cost.ratio_to(UNLINKED):.2f} is below {LEAST_RATIO}'}"
        for cost in costs
        if cost.fault or cost.ratio_to(UNLINKED) < LEAST_RATIO
    ]
    return "\n".join([*lines, "", *(["Missed:", "", *missed] if missed else ["The aim is reached."]), ""])


def main() -> None:
    """One of the writing processes."""
    writers = Writers(int(sys.argv[1]))
    for line in sys.stdin:
        mode, seconds = line.split()
        print(writers.run(mode, float(seconds)), flush=True)


if __name__ == "__main__":
    main()
