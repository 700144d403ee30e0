"""Databases for the ports of jobs, one of each kind a module; and a newspaper with audiopub as people and workers call it."""

import json
import logging
import signal
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection

from audiopub.adapters.sql import Database
from audiopub.adapters.sql.job_store import SqlJobStore
from audiopub.adapters.sql.schema import metadata
from audiopub.cli.face import exit_code_of
from audiopub.cli.main import main_group
from audiopub.config import Settings
from audiopub.jobs import OPEN, Job, JobState, Kind
from audiopub.jobs.store import JobStore
from audiopub.jobs.worker import Worker
from audiopub.workshop.night import Nights
from audiopub.workshop.service import Desk, Wishes, in_background, is_idle, store_of, tools_of, worker
from benchmarks.newsroom import NOW, Newsroom, write_show
from tests.jobs.memory_jobs import MemoryJobStore
from tests.worker_process import SHOW, Installation

_NUMBERS = count(1)


@pytest.fixture(scope="module")
def own_url(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Give the address of a database of the kind that a test's parameter names; none for what is in memory."""
    if request.param == "memory":
        yield ""
    elif request.param == "sqlite":
        folder: Path = tmp_path_factory.mktemp("state")
        yield f"sqlite:///{folder / 'catalog'}.sqlite"
    else:
        server, name = request.getfixturevalue("postgres"), f"jobs_{next(_NUMBERS)}"
        server.start()
        yield server.url(name)
        server.drop(name)


@pytest.fixture
def database(own_url: str) -> Iterator[Database]:
    """Give an empty database."""
    made = Database(own_url)
    made.write(_emptied)
    yield made
    made.close()


@pytest.fixture
def store(request: pytest.FixtureRequest, own_url: str) -> JobStore:
    """Give an empty job store."""
    return SqlJobStore(request.getfixturevalue("database")) if own_url else MemoryJobStore()


def _emptied(connection: Connection) -> None:
    for table in metadata.sorted_tables:
        connection.execute(table.delete())


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Let whatever asks for a database be tried on each kind, and what asks for a port in memory too."""
    if "own_url" in metafunc.fixturenames:
        kinds = ["sqlite", "postgres"]
        if not {"database", "postgres_url"} & set(metafunc.fixturenames) and {"store", "numbers"} & set(metafunc.fixturenames):
            kinds.insert(0, "memory")
        metafunc.parametrize("own_url", kinds, indirect=True, scope="module")


DATE = f"{NOW:%Y-%m-%d}"


def quiet(_stage: str, _done: int, _of: int) -> None:
    """Show no progress."""


@dataclass
class Place:
    """Folders of one audiopub, its newspaper, and what they hold."""

    here: Installation
    """The same for processes of their own."""

    paper: Newsroom
    said: Callable[[], tuple[str, str]]

    @property
    def home(self) -> Path:
        return self.here.home

    @property
    def settings(self) -> Settings:
        return Settings.read()

    @property
    def output(self) -> Path:
        return self.here.output

    def show(self, slug: str = SHOW, sources: Sequence[str] | None = None, engine: str = "silent", more: str = "") -> Path:
        """Write a show file."""
        return write_show(self.home / "feeds", slug, [self.paper.feed] if sources is None else sources, engine, more=more)

    def run(self, *arguments: str) -> tuple[int, str, str]:
        """Run a command in this process; give its exit code and what it prints."""
        self.said()
        code = exit_code_of(main_group, arguments)
        return code, *self.said()

    def json(self, *arguments: str) -> tuple[int, Any]:
        """Run a command with ``--json``; give its exit code and its answer."""
        code, out, err = self.run(*arguments, "--json")
        assert out, err
        return code, json.loads(out)

    def night(self, *arguments: str, now: datetime = NOW) -> tuple[int, list[Any]]:
        """Do a night; give the exit code, and the nights as they are printed."""
        code, said = self.json("nightly", "--now", now.isoformat(), *arguments)
        return code, said["nights"]

    def report(self, slug: str = SHOW, date: str = DATE) -> Any:
        """Give the kept report of a night."""
        return json.loads(self.kept(slug, date, ".json").read_text(encoding="utf-8"))

    def kept(self, slug: str, date: str, form: str) -> Path:
        """Name the file of a night's report."""
        return self.here.state / f"archive/reports/{slug}/{date}{form}"

    def feed(self, slug: str = SHOW) -> str:
        """Give a feed."""
        return (self.output / slug / "feed.xml").read_text(encoding="utf-8")

    def files(self) -> dict[str, bytes]:
        """Give all that is published."""
        return self.here.files()

    def job(self, job_id: str) -> Job:
        """Give a job."""
        found = store_of(self.settings).get(job_id)
        assert found is not None
        return found

    def jobs(self, *kinds: Kind) -> tuple[Job, ...]:
        """Give the jobs, first asked first."""
        return store_of(self.settings).jobs(kinds=kinds, newest=False)

    def work(self, until: Callable[[], bool] | None = None, *, now: datetime = NOW) -> None:
        """Be a worker in this process until something is so, or nothing is left to do."""
        with worker(self.settings, Wishes(slots=2, own_clock=lambda: now)) as made, self._ending():
            made.work(until or (lambda: is_idle(self.settings)))

    @contextmanager
    def working(self, slots: int = 2, now: datetime = NOW) -> Iterator[Worker]:
        """Have a worker in a thread of this process."""
        with in_background(self.settings, Wishes(slots=slots, own_clock=lambda: now)) as made, self._ending():
            yield made

    @contextmanager
    def _ending(self) -> Iterator[None]:
        """Take back what is open where a test fails: what is cut off in the middle stands still for good, and Python waits for it for ever."""
        try:
            yield
        except BaseException:
            store = store_of(self.settings)
            for job in store.jobs(states=OPEN):
                store.cancel(job.id)
            self.wait(lambda: not store.jobs(states=(JobState.RUNNING, JobState.WAITING)))
            raise

    def wait(self, condition: Callable[[], object]) -> None:
        """Look again and again for as long as any machine may need."""
        end = time.monotonic() + 90
        while not condition():
            assert time.monotonic() < end
            time.sleep(0.05)


@contextmanager
def _signals_as_before() -> Iterator[None]:
    """Give signals back to whoever had them: a command that works takes them for its whole process."""
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _both(capsys: pytest.CaptureFixture[str]) -> tuple[str, str]:
    said = capsys.readouterr()
    return said.out, said.err


@pytest.fixture
def place(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Iterator[Place]:
    paper = Newsroom(3)
    sites = tmp_path_factory.getbasetemp() / "sites"  # one process that parses pages for all tests
    with paper.served():
        here = Installation(home=tmp_path, more={"AUDIOPUB_RULES": str(sites), "AUDIOPUB_ALLOW_HOSTS": paper.host})
        for name, value in here.environment.items():
            if name.startswith("AUDIOPUB_"):
                monkeypatch.setenv(name, value)
        monkeypatch.chdir(tmp_path)
        made = Place(here, paper, lambda: _both(capsys))
        made.show()
        with _signals_as_before():
            yield made
        logging.getLogger("dbos").handlers.clear()  # they write where this test's words went


@pytest.fixture
def desk(place: Place) -> Desk:
    """Give the steps of jobs, without anything that calls them."""
    return desk_of(place)


def desk_of(place: Place, now: datetime = NOW) -> Desk:
    from audiopub.bootstrap import archive

    tools = tools_of(place.settings, lambda: now)
    return Desk(tools, Nights(tools, archive(place.settings)))
