"""A Postgres of the tests' own, and one database of either kind a test."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from audiopub.adapters.sql import Database

BINARIES = Path(os.environ.get("AUDIOPUB_POSTGRES", "/usr/lib/postgresql/15/bin"))


class Postgres:
    """A server that listens at a socket in a folder of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._made: set[str] = set()

    def run(self, program: str, *arguments: str) -> None:
        command = [str(BINARIES / program), *arguments]
        if os.getuid() == 0:
            command = ["runuser", "-u", "postgres", "--", *command]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL, cwd="/")

    def start(self) -> None:
        settings = f"-c listen_addresses='' -c unix_socket_directories={self.folder} -c fsync=off -c max_connections=60"
        self.run("pg_ctl", "-D", str(self.folder / "data"), "-l", str(self.folder / "log"), "-w", "-o", settings, "start")

    def stop(self) -> None:
        self.run("pg_ctl", "-D", str(self.folder / "data"), "-m", "immediate", "-w", "stop")

    def url(self, name: str) -> str:
        """Give the address of a database, empty at first."""
        if name not in self._made:
            self.run("createdb", "-h", str(self.folder), "-U", "postgres", name)
            self._made.add(name)
        return f"postgresql+psycopg://postgres@/{name}?host={self.folder}"


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    if not (BINARIES / "postgres").exists():
        pytest.skip("no Postgres on this machine")
    folder = Path(tempfile.mkdtemp(prefix="audiopub-postgres-"))
    server = Postgres(folder)
    try:
        if os.getuid() == 0:
            shutil.chown(folder, "postgres")
        server.run("initdb", "-D", str(folder / "data"), "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync")
        server.start()
        try:
            yield server
        finally:
            server.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def urls(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[str, str], str]:
    """Give the address of an empty database by kind and name."""

    def url(kind: str, name: str) -> str:
        if kind == "sqlite":
            return f"sqlite:///{tmp_path / 'state' / name}.sqlite"
        server: Postgres = request.getfixturevalue("postgres")
        return server.url(f"{tmp_path.name[:40].lower()}_{name}".replace("-", "_"))

    return url


@pytest.fixture(params=["sqlite", "postgres"])
def database(request: pytest.FixtureRequest, urls: Callable[[str, str], str]) -> Iterator[Database]:
    """Give an empty database of each kind."""
    made = Database(urls(request.param, "a"))
    yield made
    made.close()
