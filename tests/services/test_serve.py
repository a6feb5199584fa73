"""deploy/serve.py keeps web server and worker alive, and lets neither outlive it: with real processes."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.services.working import ROOT, wait_for

FAMILY = """
import sys
sys.path.insert(0, "deploy")
import serve

folder, server, worker = sys.argv[1:]
note = "import os, sys; open(sys.argv[1], 'a').write(f'{os.getpid()}\\\\n'); "
family = [
    serve.Child(name, [sys.executable, "-c", note + code, f"{folder}/{name}"], 0.2)
    for name, code in (("server", server), ("worker", worker))
]
sys.exit(serve.watch(family, lambda: len(open(f"{folder}/worker").readlines()) > 0 and server == STEADY, "ready"))
"""
Run = Callable[..., "subprocess.Popen[str]"]
STEADY = "import time; time.sleep(60)"


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] not in "ZX"
    except OSError:
        return False


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Starts a family that writes the numbers of its processes down."""
    (tmp_path / "worker").touch()

    def start(server: str = STEADY, worker: str = STEADY) -> "subprocess.Popen[str]":
        program = FAMILY.replace("STEADY", repr(STEADY))
        return subprocess.Popen(
            [sys.executable, "-c", program, tmp_path, server, worker],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    return start


def numbers(folder: Path, name: str) -> list[int]:
    path = folder / name
    return [int(line) for line in path.read_text().split()] if path.exists() else []


def test_what_is_killed_is_started_again_and_both_stop_together(tmp_path: Path, run: Run) -> None:
    family = run()
    wait_for(lambda: bool(numbers(tmp_path, "server") and numbers(tmp_path, "worker")))
    for name in ("worker", "server"):
        os.kill(numbers(tmp_path, name)[0], signal.SIGKILL)
        wait_for(lambda name=name: len(numbers(tmp_path, name)) == 2)
    family.send_signal(signal.SIGTERM)
    said, complained = family.communicate(timeout=20)
    assert family.returncode == 0
    assert "ready" in said
    assert complained.count("dijalankan lagi") == 2
    assert not any(alive(pid) for name in ("server", "worker") for pid in numbers(tmp_path, name))


def test_what_does_not_stay_up_is_tried_more_and_more_rarely(tmp_path: Path, run: Run) -> None:
    family = run(worker="sys.exit(3)")
    wait_for(lambda: len(numbers(tmp_path, "worker")) == 3)
    assert alive(numbers(tmp_path, "server")[0])
    family.send_signal(signal.SIGINT)
    _said, complained = family.communicate(timeout=20)
    assert family.returncode == 0
    assert "kode 3" in complained


def test_a_server_that_never_answers_ends_everything(tmp_path: Path, run: Run) -> None:
    family = run(server="sys.exit(1)")
    _said, complained = family.communicate(timeout=20)
    assert family.returncode == 1
    assert "tidak dapat dijalankan" in complained
    assert not any(alive(pid) for pid in numbers(tmp_path, "worker"))


def test_nobody_outlives_a_killed_supervisor(tmp_path: Path, run: Run) -> None:
    family = run()
    wait_for(lambda: bool(numbers(tmp_path, "server") and numbers(tmp_path, "worker")))
    family.kill()
    family.communicate(timeout=20)
    wait_for(lambda: not any(alive(pid) for name in ("server", "worker") for pid in numbers(tmp_path, name)))
