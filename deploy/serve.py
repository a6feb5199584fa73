"""What `make run` starts: prepares the database, then serves pages and works on background jobs until stopped.

Web server and worker are one family: when one of them ends, or Ctrl-C is pressed, the other is stopped too.
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


def start(command: list[str]) -> subprocess.Popen[bytes]:
    """A child in a group of its own, so that Ctrl-C reaches it once, through us."""
    return subprocess.Popen(
        command,
        cwd=ROOT,
        start_new_session=True,
        preexec_fn=with_parent,  # noqa: PLW1509 - no thread runs beside this
    )


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


def stop(children: list[subprocess.Popen[bytes]]) -> None:
    """End all children: politely, and after half a minute by force."""
    for child in children:
        if child.poll() is None:
            child.terminate()
    deadline = time.monotonic() + SECONDS_TO_STOP
    for child in children:
        try:
            child.wait(max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()


def asked_to_stop(number: int, frame: object) -> None:
    """Turn a signal into the end of the wait below."""
    raise KeyboardInterrupt


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

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, asked_to_stop)
    children: list[subprocess.Popen[bytes]] = []
    code = 0
    try:
        children.append(start([str(BIN / "gunicorn"), "-c", "deploy/gunicorn.conf.py", "app:app"]))
        children.append(start([*FLASK, "worker"]))
        told = False
        while all(child.poll() is None for child in children):
            if not told and answers(address):
                print(f"\nLapor siap di {address}. Tekan Ctrl-C untuk berhenti.", flush=True)
                told = True
            time.sleep(0.3)
        print("Salah satu proses berhenti sendiri; semuanya dihentikan.", file=sys.stderr)
        code = 1
    except KeyboardInterrupt:
        print("\nMenghentikan Lapor ...", flush=True)
    finally:
        stop(children)
    return code


if __name__ == "__main__":
    sys.exit(main())
