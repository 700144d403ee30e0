"""Workers as real processes, and what they made of their jobs, seen through the database that they share."""

import json
import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, Self

from sqlalchemy import ColumnElement, Engine, Select, Table, create_engine, func, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

from audiopub.adapters.sql.schema import feeds, jobs, now_ms, workers
from audiopub.jobs.model import ENDED, JobState, Kind
from tests.processes import Program

ROOT = Path(__file__).parent.parent
COMMAND = (sys.executable, "-m", "audiopub")
SHOW = "ban-tin"
_PAUSE = 0.1
_ASIDE = ".tmp-"


class NotYet(AssertionError):
    """What was waited for did not come."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Installation:
    """Folders, database and settings of one audiopub, on one machine or what stands for it."""

    home: Path
    """Holds all that is not named otherwise."""

    name: str = "w1"
    """Of its worker. Each has a state folder of its own; show files, output and database are shared."""

    db: str = ""
    """Address of the database; empty for the file in the state folder."""

    more: Mapping[str, str] = field(default_factory=dict)
    """Further environment, such as ``AUDIOPUB_STORE`` and ``AWS_*``."""

    command: tuple[str, ...] = COMMAND

    machine: str = ""
    """Name of the state folder, for several workers on one machine; empty for the worker's own."""

    words: Path | None = None
    """Folder of what its workers print; None for one in its home."""

    @property
    def state(self) -> Path:
        """Give the state folder."""
        return self.home / f"state-{self.machine or self.name}"

    @property
    def output(self) -> Path:
        """Give the folder of what is published."""
        return self.home / "output"

    @property
    def feeds(self) -> Path:
        """Give the folder of the show files."""
        return self.home / "feeds"

    @property
    def temporary(self) -> Path:
        """Give the folder of its processes' temporary files."""
        return self.home / "tmp"

    @property
    def spoken(self) -> Path:
        """Give the file in which what eSpeak was asked for is noted, by those workers that note it."""
        return self.home / "spoken.txt"

    @property
    def url(self) -> str:
        """Give the address of the database."""
        return self.db or f"sqlite:///{self.state / 'catalog.sqlite'}"

    @property
    def environment(self) -> dict[str, str]:
        """Give the whole environment of its processes; nothing of ours that audiopub would read is left in it."""
        own = {name: value for name, value in os.environ.items() if not name.startswith(("AUDIOPUB_", "AWS_"))}
        places = {
            "AUDIOPUB_FEEDS": str(self.feeds), "AUDIOPUB_OUTPUT": str(self.output), "AUDIOPUB_STATE": str(self.state), "AUDIOPUB_RULES": str(self.home / "sites"),
            "AUDIOPUB_WORKER": self.name, "AUDIOPUB_AUTHOR": "thử", "AUDIOPUB_LANG": "en", "AUDIOPUB_HOST_DELAY": "0.001", "PYTHONPATH": str(ROOT),
            "PYTHONUNBUFFERED": "1", "TMPDIR": str(self.temporary),
        }  # fmt: skip
        return own | places | ({"AUDIOPUB_DB": self.db} if self.db else {}) | dict(self.more)

    def beside(self, name: str) -> "Installation":
        """Give another machine that shares show files, output and database."""
        return replace(self, name=name)

    def on_the_same(self, name: str) -> "Installation":
        """Give another worker on the same machine."""
        return replace(self, name=name, machine=self.machine or self.name)

    def run(self, *arguments: str, codes: Iterable[int] = (0,), seconds: float = 120) -> str:
        """Run a command of audiopub to its end; give what it prints.

        Raises:
            AssertionError: it ends with another code than those.
        """
        self.temporary.mkdir(parents=True, exist_ok=True)
        done = subprocess.run(
            [*self.command, *arguments], env=self.environment, cwd=self.home, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=seconds, check=False
        )
        assert done.returncode in codes, f"audiopub {' '.join(arguments)} ended with {done.returncode}\n{done.stdout}{done.stderr}"
        return done.stdout

    def order_night(self, now: datetime, *more: str, show: str = SHOW) -> Any:
        """Order a night; when this returns, it is acknowledged. Give the answer."""
        return json.loads(self.run("nightly", show, "--detach", "--json", "--now", now.isoformat(), *more))

    def order(self, source: str, now: datetime, *more: str, show: str = SHOW) -> str:
        """Order one article, as an editor does; when this returns, it is acknowledged. Give what is printed."""
        return self.run("jobs", "add", source, "--show", show, "--now", now.isoformat(), *more)

    def rows(self, table: Table = jobs, *where: ColumnElement[bool]) -> list[dict[str, Any]]:
        """Give rows of a table as they are at this moment; none where there is no database yet.

        Args:
            table: of the schema.
            where: conditions, all of which have to hold.

        Raises:
            DBAPIError: the database is away or locked.
        """
        return self._asked(table, select(table).where(*where))

    def now_ms(self) -> int:
        """Give the present moment on the database's clock."""
        with _engine(self.url).connect() as connection:
            return int(connection.execute(select(now_ms())).scalar_one())

    def counts(self, kind: Kind | None = None) -> Counter[str]:
        """Count the jobs, or those of a kind, by their state."""
        here = [jobs.c.kind == kind] if kind else []
        found = self._asked(jobs, select(jobs.c.state, func.count().label("jobs")).where(*here).group_by(jobs.c.state))
        return Counter({row["state"]: row["jobs"] for row in found})

    def articles(self, *where: ColumnElement[bool]) -> list[dict[str, Any]]:
        """Give the jobs that make an episode, with their outcome read."""
        return [row | {"outcome": json.loads(row["outcome"])} for row in self.rows(jobs, jobs.c.kind == Kind.RENDER, *where)]

    def job_of(self, source: str) -> dict[str, Any] | None:
        """Give the job of an article."""
        return next(iter(self.articles(jobs.c.source == source)), None)

    def is_quiet(self) -> bool:
        """Tell whether every job that was ordered is over, and every feed is written."""
        states = self.counts()
        return bool(states) and states.keys() <= ENDED and not self.rows(feeds, feeds.c.written < feeds.c.wanted)

    def is_mid_batch(self, done: int = 1) -> bool:
        """Tell whether so many articles are done, and others under way."""
        states = self.counts(Kind.RENDER)
        return states[JobState.DONE] >= done and states[JobState.RUNNING] > 0

    def worker_row(self, pid: int) -> dict[str, Any] | None:
        """Give a worker's row by its process, the newest where there are several."""
        return max(self.rows(workers, workers.c.pid == pid), key=lambda row: row["started"], default=None)

    def files(self) -> dict[str, bytes]:
        """Give all that is published in the output folder. What a killed process left half written, and no server gives out, is not in it."""
        found = (path for path in sorted(self.output.rglob("*")) if path.is_file() and not path.name.startswith(_ASIDE))
        return {path.relative_to(self.output).as_posix(): path.read_bytes() for path in found}

    def left_aside(self) -> int:
        """Count the files that killed processes left half written."""
        return sum(path.name.startswith(_ASIDE) for path in self.output.rglob("*"))

    def utterances(self) -> list[str]:
        """Give what eSpeak was asked for, in order."""
        return self.spoken.read_text(encoding="utf-8").splitlines() if self.spoken.exists() else []

    def _asked(self, table: Table, wanted: Select[Any]) -> list[dict[str, Any]]:
        if not self.db and not Path(self.url.removeprefix("sqlite:///")).exists():
            return []
        engine = _engine(self.url)
        with engine.connect() as connection:
            if not engine.dialect.has_table(connection, table.name):
                return []
            return [dict(row._mapping) for row in connection.execute(wanted)]


@cache
def _engine(url: str) -> Engine:
    """Make an engine that holds no connection: the database may be killed, locked or taken away between two looks."""
    wait = {"connect_timeout": 5} if url.startswith("postgresql") else {"timeout": 5}
    return create_engine(url, poolclass=NullPool, connect_args=wait)


class WorkerProcess(Program):
    """A worker that runs, with all that it starts."""

    def __init__(
        self, of: Installation, *options: str, shift: float = 0.0, host: str = "", core: int | None = None, spied: bool = False, newer: str = "",
        hangs_after: int | None = None,
    ) -> None:  # fmt: skip
        """Start it.

        Args:
            of: where it works.
            options: of the command, such as ``--until-idle``; without ``--jobs`` it does two at once.
            shift: seconds by which its clock is ahead of ours.
            host: name of the machine that it believes to be on; empty for the real one.
            core: the only one it may use.
            spied: whether what eSpeak is asked for is noted, in the installation's ``spoken``.
            newer: name of the workflow by which a later release does articles; empty for the present one.
            hangs_after: sentences after which eSpeak falls silent for good; None for never.
        """
        self.installation = of
        jobs_at_once = () if "--jobs" in options else ("--jobs", "2")
        of.temporary.mkdir(parents=True, exist_ok=True)
        said = of.words or of.home / "said"
        count = len(list(said.glob(f"{of.name}-*.txt"))) + 1
        more = {
            "--shift": str(shift) if shift else "", "--host": host, "--core": "" if core is None else str(core), "--spoken": str(of.spoken) if spied else "",
            "--newer": newer, "--hangs-after": "" if hangs_after is None else str(hangs_after),
        }  # fmt: skip
        command = [*_start(of, more), "worker", *jobs_at_once, *options]
        super().__init__(command, said / f"{of.name}-{count:04}.txt", of.environment, folder=of.home)

    def is_working(self) -> bool:
        """Tell whether it has come to the database and said that it is there."""
        return self.installation.worker_row(self.pid) is not None

    @property
    def row(self) -> dict[str, Any]:
        """Give its row in the table of workers."""
        found = self.installation.worker_row(self.pid)
        assert found is not None, f"no such worker in the database\n{self.last_words}"
        return found

    def memory(self) -> int:
        """Give the bytes that the process itself holds in memory."""
        for line in Path(f"/proc/{self.pid}/status").read_text(encoding="ascii", errors="replace").splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) * 1024
        return 0


class KeptWorker:
    """A worker that is started again whenever it ends, as systemd does with ``Restart=always``; but never without a look at the clock."""

    def __init__(self, start: Callable[[], WorkerProcess], wait: float = 1.0) -> None:
        """Start it.

        Args:
            start: starts a worker.
            wait: seconds between its end and the next start.
        """
        self._start, self._wait = start, wait
        self._due: float | None = None
        self.worker = start()
        self.codes: list[int] = []
        """With which it ended so far."""

    def look(self) -> None:
        """Start it again if it has ended; to be called now and then while something is waited for."""
        code = self.worker.code
        if code is None:
            return
        if self._due is None:
            self.codes.append(code)
            self._due = time.monotonic() + self._wait
        elif time.monotonic() >= self._due:
            self._due = None
            self.worker.kill()
            self.worker = self._start()

    @property
    def last_words(self) -> str:
        """Give the end of what it printed."""
        return self.worker.last_words

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.worker.kill()


def wait_for(
    condition: Callable[[], object], what: str, *, of: Installation, seconds: float = 120, watched: Sequence[WorkerProcess | KeptWorker] = (),
    meanwhile: Callable[[], object] = bool,
) -> float:  # fmt: skip
    """Wait until something is so; give how many seconds it took. A database that is away or locked is asked again.

    Args:
        condition: looked at ten times a second.
        what: is waited for, for the message.
        of: whose jobs are told in the message.
        seconds: how long at most.
        watched: workers that have to live meanwhile; one that is kept may die.
        meanwhile: called before each look.

    Raises:
        NotYet: it did not become so in time, or a worker has ended.
    """
    began = time.monotonic()
    while True:
        meanwhile()
        for worker in watched:
            if isinstance(worker, KeptWorker):
                worker.look()
        if _holds(condition):
            return time.monotonic() - began
        dead = [worker for worker in watched if isinstance(worker, WorkerProcess) and worker.code is not None]
        if dead and not _holds(condition):
            raise NotYet(_report(f"a worker ended while we waited for {what}", of, watched))
        if time.monotonic() - began > seconds:
            raise NotYet(_report(f"not so after {seconds:g} s: {what}", of, watched))
        time.sleep(_PAUSE)


def _holds(condition: Callable[[], object]) -> bool:
    try:
        return bool(condition())
    except DBAPIError:
        return False


def _report(what: str, of: Installation, watched: Sequence[WorkerProcess | KeptWorker]) -> str:
    try:
        seen = [f"jobs: {dict(of.counts())}", *(f"worker: {row}" for row in of.rows(workers))]
        seen += [f"job: {row['id']} {row['kind']} {row['state']} {row['stage']} {row['outcome'][:300]}" for row in of.rows(jobs, jobs.c.state != JobState.DONE)[:10]]
    except DBAPIError as error:
        seen = [f"the database: {error.orig}"]
    return "\n".join([what, *seen, *(worker.last_words for worker in watched)])


def _start(of: Installation, more: Mapping[str, str]) -> list[str]:
    options = [part for name, value in more.items() if value for part in (name, value)]
    if not options or of.command != COMMAND:
        return list(of.command)
    return [sys.executable, str(ROOT / "tests" / "worker_start.py"), *options, "--"]
