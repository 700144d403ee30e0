"""A throw-away Postgres of the machine's own programs, for tests and experiments; it may be stopped, killed and started again.

Never the machine's own cluster: a fresh one in a folder of its own, on loopback, with everything flushed to the disk as in earnest.
"""

import contextlib
import os
import pwd
import random
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from itertools import count
from pathlib import Path
from typing import NoReturn

import pytest

from tests.processes import Program

_OWNER = "audiopub"
_SETTINGS = ("listen_addresses=127.0.0.1", "unix_socket_directories=", "max_connections=200", "shared_buffers=64MB", "jit=off", "log_line_prefix=%m ")
_PORTS = range(20_000, 32_000)
"""Below those that the system gives to connections on their way out, so that nobody takes one while the server is down."""

_HOW = {"smart": signal.SIGTERM, "fast": signal.SIGINT, "immediate": signal.SIGQUIT}
_NUMBERS = count(1)


class PostgresAbsent(Exception):
    """The machine has no programs of Postgres."""


class PostgresServer:
    """A cluster that runs."""

    def __init__(self, folder: Path, programs: Path) -> None:
        """Make a cluster and start it.

        Args:
            folder: empty, and open to the user it runs as.
            programs: where ``initdb`` and ``postgres`` are.
        """
        self._folder, self._programs, self._user = folder, programs, _user()
        self._data, self.log = folder / "data", folder / "log.txt"
        self._password = secrets.token_hex(8)
        self._databases: set[str] = set()
        self._server: Program | None = None
        self._port = 0
        self._initialise()
        self.start()

    def url(self, name: str) -> str:
        """Give a database's address for SQLAlchemy; it is made, empty, when it is first asked for."""
        if name not in self._databases:
            self._sql("CREATE DATABASE {}", name)
            self._databases.add(name)
        return self._address("postgresql+psycopg", name)

    def drop(self, name: str) -> None:
        """Take a database away, whoever is connected to it."""
        if name in self._databases:
            self._sql("DROP DATABASE {} WITH (FORCE)", name)
            self._databases.discard(name)

    @property
    def is_running(self) -> bool:
        """Tell whether the server runs."""
        return self._server is not None and self._server.code is None

    def start(self) -> None:
        """Start it and wait until it answers; after a kill it first repairs what it finds."""
        if self.is_running:
            return
        for _ in range(20):
            port = self._port or _free_port()
            command = [str(self._programs / "postgres"), "-D", str(self._data), "-p", str(port), *(part for setting in _SETTINGS for part in ("-c", setting))]
            self._server = Program(command, self.log, _environment(), folder=self._folder, user=self._user)
            if self._answers(port):
                self._port = port
                return
            self._server.kill()
        raise AssertionError(f"Postgres does not start\n{self._server.last_words if self._server else ''}")

    def stop(self, mode: str = "fast") -> None:
        """Stop it.

        Args:
            mode: ``smart`` waits for all connections to be closed, ``fast`` closes them, ``immediate`` leaves repairs to the next start.
        """
        if self._server is not None:
            self._server.end(60, _HOW[mode])
            self._server = None

    def restart(self, mode: str = "immediate") -> None:
        """Stop and start it, under the same address."""
        self.stop(mode)
        self.start()

    def kill(self) -> None:
        """Kill all its processes at once, as a power cut would."""
        if self._server is None:
            return
        children = _children(self._server.pid)  # each in a group of its own
        self._server.kill()
        for child in children:
            with contextlib.suppress(ProcessLookupError):
                os.kill(child, signal.SIGKILL)
        self._server = None

    def _initialise(self) -> None:
        secret = self._folder / "secret"
        secret.write_text(self._password, encoding="ascii")
        if self._user:
            for path in (self._folder, secret):
                shutil.chown(path, self._user, pwd.getpwnam(self._user).pw_gid)
        command = [self._programs / "initdb", "-D", self._data, "-U", _OWNER, "--encoding=UTF8", "--locale=C", "--auth=scram-sha-256", f"--pwfile={secret}", "--no-sync"]
        making = Program([str(part) for part in command], self._folder / "initdb.txt", _environment(), folder=self._folder, user=self._user)
        assert making.wait(300) == 0, f"initdb failed\n{making.last_words}"

    def _address(self, scheme: str, name: str) -> str:
        return f"{scheme}://{_OWNER}:{self._password}@127.0.0.1:{self._port}/{name}"

    def _sql(self, statement: str, name: str) -> None:
        import psycopg
        from psycopg import sql

        with psycopg.connect(self._address("postgresql", "postgres"), autocommit=True) as connection:
            connection.execute(sql.SQL(statement).format(sql.Identifier(name)))

    def _answers(self, port: int) -> bool:
        """Wait until it answers; give False where it ends instead, such as when its port is taken or the killed one's memory is not yet free."""
        import psycopg

        until = time.monotonic() + 60
        while time.monotonic() < until and self.is_running:
            with contextlib.suppress(psycopg.OperationalError):
                address = f"postgresql://{_OWNER}:{self._password}@127.0.0.1:{port}/postgres"
                with psycopg.connect(address, connect_timeout=5) as connection:
                    found = connection.execute("SHOW data_directory").fetchone()
                return found is not None and Path(found[0]) == self._data
            time.sleep(0.1)
        time.sleep(0.2)
        return False


@contextmanager
def running_postgres(folder: Path | None = None) -> Iterator[PostgresServer]:
    """Run a cluster until the block ends.

    Args:
        folder: where it is made; it must be empty and, where we are root, lie where others may go. None for one that is taken away afterwards.

    Raises:
        PostgresAbsent: the machine has no programs of Postgres.
    """
    programs = postgres_programs()
    if programs is None:
        raise PostgresAbsent("no initdb and postgres in PATH, in `pg_config --bindir` or in /usr/lib/postgresql")
    own = Path(tempfile.mkdtemp(prefix="audiopub-pg-")) if folder is None else None
    place = own or folder
    assert place is not None
    place.mkdir(parents=True, exist_ok=True)
    server = None
    try:
        server = PostgresServer(place.resolve(), programs)
        yield server
    finally:
        if server is not None:
            server.stop("immediate")
        if own is not None:
            shutil.rmtree(own, ignore_errors=True)


@cache
def postgres_programs() -> Path | None:
    """Find the newest programs of Postgres on this machine."""
    places = [Path(found).resolve().parent for name in ("initdb", "postgres") if (found := shutil.which(name))]
    if config := shutil.which("pg_config"):
        places.append(Path(subprocess.run([config, "--bindir"], capture_output=True, text=True, check=False).stdout.strip() or "/"))
    places += sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=_version, reverse=True)
    return next((place for place in places if all(os.access(place / name, os.X_OK) for name in ("initdb", "postgres"))), None)


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """Run a cluster for all tests of a session."""
    try:
        with running_postgres() as server:
            yield server
    except PostgresAbsent as absent:
        go_without(absent, os.environ.get("CI", ""))


def go_without(absent: PostgresAbsent, ci: str) -> NoReturn:
    """Skip what needs Postgres, except where the variable ``CI`` says that all is to be tried."""
    if ci.lower() in {"1", "true"}:
        pytest.fail(f"Postgres is wanted here: {absent}")
    pytest.skip(str(absent))


@pytest.fixture
def postgres_url(postgres: PostgresServer) -> Iterator[str]:
    """Give the address of a database that is this test's alone."""
    postgres.start()
    name = f"test_{next(_NUMBERS)}"
    yield postgres.url(name)
    postgres.start()
    postgres.drop(name)


def _version(place: Path) -> float:
    try:
        return float(place.parent.name)
    except ValueError:
        return 0.0


def _user() -> str | None:
    """Give whom the server runs as: never root, which it refuses."""
    if os.geteuid() != 0:
        return None
    known = {entry.pw_name for entry in pwd.getpwall()}
    return next(name for name in ("postgres", "nobody") if name in known)


def _environment() -> dict[str, str]:
    return {"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"}


def _free_port() -> int:
    for port in random.SystemRandom().sample(_PORTS, 200):
        with contextlib.suppress(OSError), socket.create_server(("127.0.0.1", port)):
            return port
    raise AssertionError("no free port")


def _children(pid: int) -> list[int]:
    try:
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()]
    except OSError:
        return []
