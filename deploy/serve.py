"""What `make run` and the service start: prepares the database, then serves pages and works on background jobs.

Web server and worker are one family. One that ends by itself is started again, each time after a longer pause while
it does not stay up; SIGTERM or Ctrl-C stops both, and neither outlives this process.
"""

import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).parent.parent
BIN = Path(sys.executable).parent
FLASK = [str(BIN / "flask"), "--app", "app", "lapor"]
SECONDS_TO_STOP = 30
PR_SET_PDEATHSIG = 1


def port_is_taken(port: int) -> bool:
    """Whether somebody listens on the port of this machine already."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def with_parent() -> None:
    """Let the kernel stop this child when its parent is killed."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


@dataclass
class Child:
    """One process of the family: started again when it ends, with a pause that doubles while it does not stay up."""

    name: str
    command: list[str]
    shortest_pause: float = 1.0
    longest_pause: float = 60.0
    steady_after: float = 60.0
    process: "subprocess.Popen[bytes] | None" = field(default=None, init=False)
    started_at: float = field(default=0.0, init=False)
    pause: float = field(default=0.0, init=False)
    start_at: float = field(default=0.0, init=False)

    def start(self) -> None:
        """In a group of its own, so that Ctrl-C reaches it once, through us."""
        self.started_at = time.monotonic()
        self.process = subprocess.Popen(
            self.command,
            cwd=ROOT,
            start_new_session=True,
            preexec_fn=with_parent,  # noqa: PLW1509 - no thread runs beside this
        )

    def look_after(self, tell: Callable[[str], None]) -> None:
        """Start it if it is time; plan its next start if it has ended."""
        now = time.monotonic()
        if self.process is None:
            if now >= self.start_at:
                self.start()
            return
        code = self.process.poll()
        if code is None:
            return
        self.process = None
        if now - self.started_at >= self.steady_after:
            self.pause = 0.0
        self.pause = min(max(self.shortest_pause, self.pause * 2), self.longest_pause)
        self.start_at = now + self.pause
        tell(f"{self.name} berhenti sendiri (kode {code}), dijalankan lagi {self.pause:.0f} detik lagi.")


def answers(address: str) -> bool:
    """Whether the web server answers."""
    try:
        with urllib.request.urlopen(f"{address}/sehat", timeout=5) as answer:  # noqa: S310 - our own address
            return bool(answer.status == 200)
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False


def prepare() -> int:
    """Bring the database up to date; with the fictional demo data unless this is production."""
    if os.environ.get("LAPOR_ENV") == "production":
        return (
            subprocess.run([*FLASK, "prepare"], cwd=ROOT, check=False).returncode
            or subprocess.run([*FLASK, "check-start"], cwd=ROOT, check=False).returncode
        )
    return subprocess.run([*FLASK, "prepare-demo"], cwd=ROOT, check=False).returncode


def stop(children: list[Child]) -> None:
    """End all children: politely, and after half a minute by force."""
    running = [child.process for child in children if child.process is not None]
    for process in running:
        if process.poll() is None:
            process.terminate()
    deadline = time.monotonic() + SECONDS_TO_STOP
    for process in running:
        try:
            process.wait(max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def asked_to_stop(number: int, frame: object) -> None:
    """Turn a signal into the end of the wait below."""
    raise KeyboardInterrupt


def watch(children: list[Child], is_ready: Callable[[], bool], told: str) -> int:
    """Keep the family alive until SIGTERM or Ctrl-C; returns the exit code.

    A first child, the web server, that ends before it ever answered is misconfigured: that is told by ending.
    """
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, asked_to_stop)
    try:
        for child in children:
            child.start()
        while not is_ready():
            if children[0].process is not None and children[0].process.poll() is not None:
                print(f"{children[0].name} tidak dapat dijalankan, lihat pesan di atas.", file=sys.stderr)
                return 1
            time.sleep(0.2)
        print(told, flush=True)
        while True:
            for child in children:
                child.look_after(lambda words: print(words, file=sys.stderr, flush=True))
            time.sleep(0.3)
    except KeyboardInterrupt:
        print("\nMenghentikan Lapor ...", flush=True)
        return 0
    finally:
        # a second Ctrl-C must not leave children behind
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, signal.SIG_IGN)
        stop(children)


def main() -> int:
    """Serve until stopped; returns the exit code."""
    port = int(os.environ.get("PORT", "8000"))
    address = f"http://localhost:{port}"
    os.environ.setdefault("LAPOR_BASE_URL", address)
    os.environ.setdefault("PYTHONUNBUFFERED", "1")
    if port_is_taken(port):
        print(f"Port {port} sedang dipakai program lain. Coba: make run PORT={port + 1}", file=sys.stderr)
        return 1
    print("Menyiapkan basis data ...", flush=True)
    failed = prepare()
    if failed:
        return failed
    return watch(
        [
            Child("Server", [str(BIN / "gunicorn"), "-c", "deploy/gunicorn.conf.py", "app:app"]),
            Child("Pekerja", [*FLASK, "worker"]),
        ],
        lambda: answers(address),
        f"\nLapor siap di {os.environ['LAPOR_BASE_URL']}. Tekan Ctrl-C untuk berhenti.",
    )


if __name__ == "__main__":
    sys.exit(main())
