"""`make bench`: how fast the pages are with 100,000 complaints, beside a bare Flask page with as much HTML.

Everything happens in a temporary folder. Prints a table and writes bench/results.md; the ratios count, the absolute
numbers are those of the machine.
"""

import argparse
import contextlib
import json
import os
import re
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from statistics import median
from typing import Any

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from bench.chain import HEADING, measure_chain, report_chain  # noqa: E402  (the folder above is not there yet)
from bench.floor import ROWS  # noqa: E402  (as above)
from bench.load import Round, load  # noqa: E402  (as above)
from bench.recount import HEADING as RECOUNT_HEADING  # noqa: E402  (as above)
from bench.recount import measure_recount, report_recount  # noqa: E402  (as above)

ROUNDS = 5
CONNECTIONS = 8
MOST_STATEMENTS = 8
LEAST_RATIO = 0.25
AGENCY = "bpbd"
PASSWORD = "lapor-demo"
RESULTS = ROOT / "bench" / "results.md"


@dataclass(frozen=True)
class Target:
    """A page, who looks at it and where it is."""

    name: str
    words: str
    login: str
    path: str


@dataclass(frozen=True)
class Measured:
    """A page with its rounds and its SQL statements with few and with many complaints."""

    target: Target
    size: int
    ours: list[Round]
    floor: list[Round]
    statements_few: int
    statements_many: int

    @property
    def ratio(self) -> float:
        """Our requests per second as a share of the floor's."""
        return per_second(self.ours) / per_second(self.floor)


def per_second(rounds: list[Round]) -> float:
    """Median of the rounds."""
    return median(item.per_second for item in rounds)


def milliseconds(rounds: list[Round]) -> float:
    """Median of the rounds' medians."""
    return median(item.median_ms for item in rounds)


def lapor(*arguments: str) -> float:
    """Run `flask lapor ...`; returns the seconds that it took."""
    start = time.perf_counter()
    subprocess.run(
        [sys.executable, "-m", "flask", "--app", "app", "lapor", *arguments],
        cwd=ROOT,
        check=True,
        stdout=subprocess.DEVNULL,
    )
    return time.perf_counter() - start


def free_port() -> int:
    """A port on which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextlib.contextmanager
def serving(application: str, first_page: str, **environment: str) -> Iterator[int]:
    """gunicorn with two workers of four threads, until the end of the block; gives the port."""
    port = free_port()
    process = subprocess.Popen(
        [
            *(sys.executable, "-m", "gunicorn", "--worker-class", "gthread", "--workers", "2", "--threads", "4"),
            *("--keep-alive", "30", "--log-level", "error", "--no-control-socket"),
            *("--bind", f"127.0.0.1:{port}", application),
        ],
        cwd=ROOT,
        env={**os.environ, **environment},
    )
    try:
        deadline = time.monotonic() + 60
        while True:
            with contextlib.suppress(OSError), urllib.request.urlopen(f"http://127.0.0.1:{port}{first_page}"):
                break
            if process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"{application} does not answer")
            time.sleep(0.2)
        yield port
    finally:
        process.terminate()
        process.wait(30)


class Inside:
    """The application in this process, to count SQL statements and to sign in."""

    def __init__(self) -> None:
        from sqlalchemy import event

        from lapor.core.db import db
        from lapor.factory import create_app

        self.app = create_app()
        self.statements = 0
        with self.app.app_context():
            self.engine = db.engine

        @event.listens_for(self.engine, "before_cursor_execute")
        def count(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
            if not statement.startswith(("BEGIN", "PRAGMA")):
                self.statements += 1

    def signed_in(self, login: str) -> Any:
        """A test client on which ``login`` is signed in."""
        client = self.app.test_client()
        page = client.get("/masuk").get_data(as_text=True)
        token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
        fields = {"login": login, "password": PASSWORD, "csrf_token": token.group(1) if token else ""}
        answer = client.post("/masuk", data=fields)
        if answer.status_code not in {302, 303}:
            raise RuntimeError(f"{login} cannot sign in: {answer.status_code}")
        return client

    def cookie(self, login: str) -> str:
        """The cookie of a session of ``login``."""
        found = self.signed_in(login).get_cookie("lapor_session")
        return f"lapor_session={found.value}"

    def look(self, target: Target) -> tuple[int, int]:
        """SQL statements and bytes of the page, once it has been seen before."""
        client = self.signed_in(target.login)
        client.get(target.path)
        self.statements = 0
        answer = client.get(target.path)
        if answer.status_code != 200:
            raise RuntimeError(f"{target.path} answered {answer.status_code}")
        return self.statements, len(answer.data)

    def targets(self) -> list[Target]:
        """The pages that are measured: list, detail and inbox of one agency; the last two of ordinary complaints.

        A confidential one adds the row of the read log, written before the page goes out.
        """
        import sqlalchemy as sa

        from lapor.agencies.models import Agency
        from lapor.complaints.models import Complaint
        from lapor.core.db import db
        from lapor.dispositions.models import Disposition

        with self.app.app_context():
            orders = (
                sa.select(Disposition.id, Disposition.complaint_id, Complaint.is_confidential)
                .join(Complaint, Complaint.id == Disposition.complaint_id)
                .join(Agency, Agency.id == Disposition.agency_id)
                .where(Agency.slug == AGENCY, Disposition.is_open)
            )
            session = db.session()
            last = session.execute(
                orders.where(Complaint.is_confidential.is_(False)).order_by(Disposition.complaint_id.desc()).limit(1)
            ).one()
            waiting = session.execute(
                orders.where(Disposition.is_owed).order_by(Disposition.next_due_on, Disposition.id)
            ).all()
        first = next(place for place, row in enumerate(waiting) if not row.is_confidential)
        before = f"?setelah={waiting[first - 1].id}" if first else ""
        return [
            Target("list", "Daftar aduan berjalan satu OPD", f"operator.{AGENCY}", "/aduan"),
            Target("detail", "Halaman satu aduan", f"operator.{AGENCY}", f"/aduan/{last.complaint_id}"),
            Target("inbox", "Kotak masuk kepala OPD", f"kepala.{AGENCY}", f"/menunggu{before}"),
        ]

    def minutes(self) -> tuple[int, float, float]:
        """Pages of the minutes of the demo's first meeting, our seconds for it and bare WeasyPrint's."""
        import sqlalchemy as sa
        import weasyprint

        from lapor.core.db import db
        from lapor.meetings.composing import compose_minutes
        from lapor.meetings.minutes import minutes_html, minutes_pdf_bytes
        from lapor.meetings.models import Meeting
        from lapor.printing.pdf import BUNDLED, STATIC

        with self.app.app_context(), self.app.test_request_context():
            meeting = db.session().scalars(sa.select(Meeting).order_by(Meeting.held_on).limit(1)).one()
            province = str(self.app.config["LAPOR_PROVINCE"])
            html = minutes_html(compose_minutes(db.session(), meeting, province=province))
            bare_html = html.replace(BUNDLED, f"{STATIC.as_uri()}/")
            pages = len(weasyprint.HTML(string=bare_html).render().pages)
            ours, bare = [], []
            for _ in range(ROUNDS):
                start = time.perf_counter()
                minutes_pdf_bytes(compose_minutes(db.session(), meeting, province=province))
                middle = time.perf_counter()
                weasyprint.HTML(string=bare_html).write_pdf()
                ours.append(middle - start)
                bare.append(time.perf_counter() - middle)
        return pages, median(ours), median(bare)


def measure(
    targets: list[Target], inside: Inside, few: dict[str, int], database: Path, seconds: float
) -> list[Measured]:
    """Interleaved rounds of ours and the floor, page by page."""
    looks = {target.name: inside.look(target) for target in targets}
    cookies = {login: inside.cookie(login) for login in {target.login for target in targets}}
    sizes = json.dumps({name: size for name, (_, size) in looks.items()})
    rounds: dict[tuple[str, str], list[Round]] = {}
    with (
        serving("app:app", "/sehat") as port,
        serving("bench.floor:app", "/list", BENCH_DATABASE=str(database), BENCH_SIZES=sizes) as floor_port,
    ):
        for target in targets:
            load(port, target.path, cookie=cookies[target.login], connections=CONNECTIONS, seconds=1)
        for number in range(1, ROUNDS + 1):
            print(f"\rputaran {number} dari {ROUNDS}", end="", flush=True)
            for target in targets:
                ours = load(port, target.path, cookie=cookies[target.login], connections=CONNECTIONS, seconds=seconds)
                floor = load(floor_port, f"/{target.name}", connections=CONNECTIONS, seconds=seconds)
                rounds.setdefault((target.name, "ours"), []).append(ours)
                rounds.setdefault((target.name, "floor"), []).append(floor)
    print()
    return [
        Measured(
            target,
            looks[target.name][1],
            rounds[target.name, "ours"],
            rounds[target.name, "floor"],
            few[target.name],
            looks[target.name][0],
        )
        for target in targets
    ]


def report(measured: list[Measured], minutes: tuple[int, float, float], complaints: int, generated: float) -> str:
    """The table as Markdown."""
    lines = [
        "# Speed",
        "",
        f"Measured on {datetime.now().astimezone():%Y-%m-%d} by `make bench`: {complaints:,} fictional complaints on "
        f"SQLite, gunicorn with 2 workers of 4 threads, {CONNECTIONS} connections kept alive, {ROUNDS} interleaved "
        "rounds, medians. The floor is a bare Flask page with one indexed query (sqlite3) and as many bytes of HTML "
        f"from a compiled template that prints the values of {ROWS} rows; client and server share the machine. "
        "Ratios count, absolute numbers are the machine's.",
        "",
        "| page | kB | requests/s | median ms | floor requests/s | floor median ms | ratio | SQL few / many |",
        "|---|---:|---:|---:|---:|---:|---:|---:|",
    ]
    lines += [
        f"| {item.target.words} | {item.size / 1000:.1f} | {per_second(item.ours):.0f} | "
        f"{milliseconds(item.ours):.1f} | {per_second(item.floor):.0f} | {milliseconds(item.floor):.1f} | "
        f"{item.ratio:.2f} | {item.statements_few} / {item.statements_many} |"
        for item in measured
    ]
    pages, ours, bare = minutes
    lines += [
        "",
        f"Minutes PDF of {pages} pages: {ours * 1000:.0f} ms with figures and tags; bare WeasyPrint on the same "
        f"HTML {bare * 1000:.0f} ms; ratio {ours / bare:.2f}.",
        "",
        f"Generating the load took {generated:.0f} s.",
        "",
    ]
    missed = [
        f"- {item.target.words}: ratio {item.ratio:.2f} is below {LEAST_RATIO}"
        for item in measured
        if item.ratio < LEAST_RATIO
    ] + [
        f"- {item.target.words}: {item.statements_many} SQL statements ({item.statements_few} with few complaints)"
        for item in measured
        if item.statements_many > MOST_STATEMENTS or item.statements_many > item.statements_few
    ]
    lines += ["Missed:", "", *missed, ""] if missed else ["Every aim is reached.", ""]
    return "\n".join(lines)


def chain_section() -> str:
    """What the journal's chain costs, measured before the large load is there."""
    print("rantai catatan aktivitas, 8 penulis, SQLite dan PostgreSQL ...")
    with tempfile.TemporaryDirectory(prefix="lapor-bench-") as folder:
        return report_chain(measure_chain(Path(folder)))


def recount_section(complaints: int) -> str:
    """What a change of the calendar costs when every complaint is open."""
    print(f"hitung ulang batas waktu {complaints:,} aduan, SQLite dan PostgreSQL ...")
    with tempfile.TemporaryDirectory(prefix="lapor-bench-") as folder:
        return report_recount(measure_recount(Path(folder), complaints))


def main() -> int:
    """Generate, measure, print, write; 1 when an aim is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--complaints", type=int, default=100_000)
    parser.add_argument("--seconds", type=float, default=3.0, help="of each round")
    parser.add_argument("--recount-only", action="store_true", help="measure the recount anew, nothing else")
    parser.add_argument("--chain-only", action="store_true", help="measure the journal's chain anew, nothing else")
    options = parser.parse_args()
    if options.recount_only:
        recount = recount_section(options.complaints)
        before = RESULTS.read_text().partition(RECOUNT_HEADING)[0].rstrip()
        RESULTS.write_text(f"{before}\n\n{recount}")
        print(recount)
        return 1 if "Missed:" in recount else 0
    chain = chain_section()
    if options.chain_only:
        before, _, after = RESULTS.read_text().partition(HEADING)
        rest = RECOUNT_HEADING + after.partition(RECOUNT_HEADING)[2] if RECOUNT_HEADING in after else ""
        RESULTS.write_text(f"{before.rstrip()}\n\n{chain}\n{rest}")
        print(chain)
        return 1 if "Missed:" in chain else 0
    with tempfile.TemporaryDirectory(prefix="lapor-bench-") as folder:
        database = Path(folder) / "bench.sqlite"
        os.environ.update(
            DATABASE_URL=f"sqlite:///{database}",
            LAPOR_INSTANCE=folder,
            LAPOR_FILES=f"{folder}/files",
            LAPOR_ENV="demo",
        )
        few = min(3_000, options.complaints // 2)
        print("data contoh dan beban awal ...")
        lapor("prepare-demo")
        generated = lapor("generate", "--complaints", str(few))
        inside = Inside()
        statements = {target.name: inside.look(target)[0] for target in inside.targets()}
        print(f"membuat {options.complaints:,} aduan rekaan ...")
        generated += lapor("generate", "--complaints", str(options.complaints - few), "--seed", "2")
        measured = measure(inside.targets(), inside, statements, database, options.seconds)
        text = f"{report(measured, inside.minutes(), options.complaints, generated)}\n{chain}\n"
    text += recount_section(options.complaints)
    RESULTS.write_text(text)
    print(text)
    return 1 if "Missed:" in text else 0


if __name__ == "__main__":
    sys.exit(main())
