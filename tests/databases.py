"""A fresh migrated database for every test: a copied file, or a PostgreSQL database made from a template."""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Protocol

import psycopg

Builders = Mapping[str, Callable[[str], None]]
"""By name: what fills the empty database at an address, once for all tests."""


class Databases(Protocol):
    """Where tests get their databases from."""

    def empty(self, name: str) -> str:
        """The address of a new database without a single table."""
        ...

    def fresh(self, kind: str) -> str:
        """The address of the test's own database of this kind, without what the test before has written.

        The address is the same in each test; nobody may be connected.
        """
        ...

    def close(self) -> None:
        """Remove everything."""
        ...


class SqliteDatabases:
    """Files: a template is built once and copied for each test, which takes some milliseconds."""

    def __init__(self, builders: Builders) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="lapor-sqlite-"))
        self.builders = builders

    def _address(self, path: Path) -> str:
        return f"sqlite:///{path}"

    def empty(self, name: str) -> str:
        path = self.folder / f"{name}.db"
        remove_sqlite(path)
        return self._address(path)

    def fresh(self, kind: str) -> str:
        template = self.folder / f"template_{kind}.db"
        if not template.exists():
            unfinished = template.with_suffix(".unfinished")
            remove_sqlite(unfinished)
            self.builders[kind](self._address(unfinished))
            unfinished.rename(template)
        path = self.folder / f"test_{kind}.db"
        remove_sqlite(path)
        shutil.copyfile(template, path)
        return self._address(path)

    def close(self) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)


def remove_sqlite(path: Path) -> None:
    """Remove a database file with its write-ahead log, if they are there."""
    for suffix in ("", "-wal", "-shm"):
        Path(f"{path}{suffix}").unlink(missing_ok=True)


class PostgresDatabases:
    """A server of our own from Debian's binaries, or the one that LAPOR_TEST_DATABASE_URL names.

    The server refuses to run as root, so root starts it as another user. It is told to stop when this
    process dies, and does not listen on the network. Unless ``is_durable`` it does not wait for the disk.
    """

    def __init__(self, builders: Builders, *, is_durable: bool = False) -> None:
        self.builders = builders
        self.process: subprocess.Popen[bytes] | None = None
        self.prefix = f"lapor_test_{os.getpid()}"
        self.made: list[str] = []
        self.finished: set[str] = set()
        given = os.environ.get("LAPOR_TEST_DATABASE_URL")
        self.folder = Path(tempfile.mkdtemp(prefix="lapor-pg-"))
        if given:
            self.server = given.rstrip("/").replace("postgresql+psycopg://", "postgresql://")
            self.query = ""
        else:
            self._start(is_durable=is_durable)
            self.server, self.query = "postgresql://lapor@", f"?host={self.folder}"

    def _start(self, *, is_durable: bool) -> None:
        binaries = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name))
        if not binaries:
            raise RuntimeError("PostgreSQL is not installed: run deploy/system-libraries test")
        programs = binaries[-1]
        data = self.folder / "data"
        as_user: list[str] = []
        if os.geteuid() == 0:
            try:
                user = pwd.getpwnam("postgres")
            except KeyError:
                user = pwd.getpwnam("nobody")
            os.chown(self.folder, user.pw_uid, user.pw_gid)
            as_user = [f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups"]
        run: list[str | Path] = ["setpriv", *as_user]
        subprocess.run(
            [
                *run,
                programs / "initdb",
                "-D",
                data,
                "-U",
                "lapor",
                "-A",
                "trust",
                "-E",
                "UTF8",
                "--locale=C.UTF-8",
                "-N",
            ],
            check=True,
            capture_output=True,
            cwd=self.folder,
        )
        self._serve = [*run, "--pdeathsig", "INT", programs / "postgres", "-D", data]
        settings = {
            "listen_addresses": "",
            "unix_socket_directories": str(self.folder),
            **({} if is_durable else dict.fromkeys(("fsync", "full_page_writes", "synchronous_commit"), "off")),
            "max_connections": "200",
            "shared_buffers": "64MB",
            "timezone": "UTC",
        }
        self._serve += [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        self.start()

    def start(self) -> None:
        """Let the server run, also again after ``stop``."""
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(self._serve, stdout=log, stderr=log, cwd=self.folder)
        deadline = time.monotonic() + 30
        while True:
            try:
                psycopg.connect(f"postgresql://lapor@/postgres?host={self.folder}").close()
                return
            except psycopg.OperationalError:
                if time.monotonic() > deadline or self.process.poll() is not None:
                    raise RuntimeError((self.folder / "log").read_text()) from None
                time.sleep(0.1)

    def stop(self) -> None:
        """End the server of our own and all its connections. Raises RuntimeError for a server that was given."""
        if self.process is None:
            raise RuntimeError("only a server of our own can be stopped")
        self.process.send_signal(signal.SIGINT)
        self.process.wait(20)

    def _run(self, *statements: str) -> None:
        with psycopg.connect(f"{self.server}/postgres{self.query}", autocommit=True) as connection:
            for statement in statements:
                connection.execute(statement)

    def _address(self, name: str) -> str:
        return f"{self.server}/{name}{self.query}".replace("postgresql://", "postgresql+psycopg://")

    def _new(self, name: str, options: str = "") -> str:
        self.made.append(name)
        self._run(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)", f"CREATE DATABASE {name} {options}")
        return self._address(name)

    def empty(self, name: str) -> str:
        return self._new(f"{self.prefix}_{name}")

    def fresh(self, kind: str) -> str:
        template = f"{self.prefix}_template_{kind}"
        if template not in self.finished:
            self.builders[kind](self._new(template))
            self.finished.add(template)
        return self._new(f"{self.prefix}_test_{kind}", f"TEMPLATE {template}")

    def close(self) -> None:
        if self.process is None:
            self._run(*(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)" for name in set(self.made)))
        else:
            self.process.terminate()
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)
