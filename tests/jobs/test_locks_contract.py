"""The contract of locks: as files of one machine, and as rows of SQLite and of Postgres between several."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.process import BaseProcess
from pathlib import Path

import pytest
from sqlalchemy import delete, select, update

from audiopub.adapters.file_locks import FileLocks
from audiopub.adapters.sql import Database
from audiopub.adapters.sql.leases import SqlLeases
from audiopub.adapters.sql.schema import leases, now_ms
from audiopub.errors import LeaseLost, Overtaken, TryAgain
from audiopub.pipeline.locks import Locks, article_lock, feed_lock
from tests.jobs.others import counted, hold
from tests.jobs.side_by_side import at_once, context, in_processes

LONG = 600.0
"""Seconds for which a lease lasts that nobody is to renew while a test runs."""

NAME = article_lock("ban-tin", "0123456789abcdef")


@dataclass
class Place:
    """Where locks are: the path of a folder, or the address of a database."""

    name: str
    database: Database | None

    def locks(self, *, patience: float = 60.0, clock: "Sleeper | None" = None, term: float = LONG) -> Locks:
        """Give locks as another process would have them."""
        time = clock or Sleeper()
        if self.database is None:
            return FileLocks(Path(self.name), patience=patience, sleep=time.sleep, clock=time)
        return SqlLeases(self.database, term=term, patience=patience, sleep=time.sleep, clock=time)


class Sleeper:
    """A clock that only sleeping moves, and what happens when it has slept for so long."""

    def __init__(self) -> None:
        self.now, self.after = 0.0, dict[float, threading.Event]()

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds
        for moment, event in self.after.items():
            if self.now >= moment:
                event.set()
        threading.Event().wait(0.001)  # lets the holder come to its word


@pytest.fixture(params=["files", "sqlite", "postgres"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Place]:
    if request.param == "files":
        yield Place(str(tmp_path / "locks"), None)
        return
    url = f"sqlite:///{tmp_path / 'catalog'}.sqlite" if request.param == "sqlite" else request.getfixturevalue("postgres_url")
    made = Database(url)
    yield Place(url, made)
    made.close()


@pytest.fixture(params=["sqlite", "postgres"])
def rows(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """Give a database for what only leases can do."""
    made = Database(f"sqlite:///{tmp_path / 'catalog'}.sqlite" if request.param == "sqlite" else request.getfixturevalue("postgres_url"))
    yield made
    made.close()


# Held by one


def test_a_lock_is_held_by_one(place: Place) -> None:
    """Whoever else only tries is told that it is not free; another name is another lock; afterwards it is free again."""
    ours, theirs = place.locks(), place.locks()
    with ours.holding(NAME) as still:
        still()
        with theirs.trying(NAME) as held:
            assert not held
        with theirs.trying(feed_lock("ban-tin")) as held:
            assert held
    with theirs.trying(NAME) as held:
        assert held
        with ours.trying(NAME) as too:
            assert not too


def test_a_thread_that_holds_a_lock_may_take_it_again(place: Place) -> None:
    """It holds it until it lets go of the first; another thread of the same process does not get it."""
    ours = place.locks()
    with ours.holding(NAME):
        with ours.holding(NAME) as still, ours.trying(NAME) as held:
            still()
            assert held
        assert at_once([lambda: is_free(ours)]) == [False]
    with ours.trying(NAME) as held, ours.holding(NAME):
        assert held and at_once([lambda: is_free(ours)]) == [False]
    assert is_free(place.locks())


def test_who_waits_gets_the_lock_when_it_is_let_go(place: Place) -> None:
    """It was not there in between; it has waited, and is the holder then."""
    time, told, waiting = Sleeper(), list[str](), threading.Event()
    time.after[1.0] = waiting
    ours, theirs = place.locks(), place.locks(clock=time)

    def wait() -> None:
        with theirs.holding(NAME) as still:
            still()
            told.append("theirs")

    with ours.holding(NAME):
        thread = threading.Thread(target=wait)
        thread.start()
        assert waiting.wait(30)
        told.append("ours")
    thread.join(30)
    assert told == ["ours", "theirs"]


def test_who_waits_too_long_is_told_to_try_again(place: Place) -> None:
    """After as long as was said, and no other error; what it would have done is not done."""
    time = Sleeper()
    with place.locks().holding(NAME), pytest.raises(TryAgain) as failure, place.locks(patience=3.0, clock=time).holding(NAME):
        pytest.fail("held by two")
    assert failure.value.code == "again.locked" and not isinstance(failure.value, Overtaken) and NAME in failure.value.sentence("vi")
    assert 3.0 <= time.now < 3.5
    assert is_free(place.locks())


@pytest.mark.parametrize("how", ["holding", "trying"])
def test_a_lock_is_let_go_when_its_holder_fails(place: Place, how: str) -> None:
    """Whatever it fails with."""
    ours = place.locks()
    for error in (KeyError("x"), KeyboardInterrupt()):
        with pytest.raises(type(error)), ours.holding(NAME) if how == "holding" else ours.trying(NAME):
            raise error
        assert is_free(place.locks()) and is_free(ours)


def test_threads_keep_out_of_each_others_way(place: Place, tmp_path: Path) -> None:
    """What each reads, changes and writes is lost to none, in one process with one set of locks."""
    ours, path = place.locks(patience=1e9), tmp_path / "count"
    path.write_text("0", encoding="ascii")

    def count() -> None:
        for _ in range(4):
            with ours.holding(NAME):
                path.write_text(str(int(path.read_text(encoding="ascii")) + 1), encoding="ascii")

    at_once([count] * 4)
    assert path.read_text(encoding="ascii") == "16"


def test_processes_keep_out_of_each_others_way(place: Place, tmp_path: Path) -> None:
    """Nor to one of several processes."""
    path = tmp_path / "count"
    path.write_text("0", encoding="ascii")
    in_processes(counted, [(place.name, NAME, str(path), 5)] * 3)
    assert path.read_text(encoding="ascii") == "15"


def test_the_lock_of_a_killed_process_is_free_again(place: Place) -> None:
    """That of a file at once; a lease when its term is over, and not before."""
    with killed_holder(place.name, LONG):
        if place.database is None:
            assert is_free(place.locks())
            return
        assert not is_free(place.locks())
        place.database.write(lambda connection: connection.execute(update(leases).values(until=leases.c.until - int(LONG * 1000))))
        assert is_free(place.locks())


# Leases


def test_a_lease_that_another_took_is_lost(rows: Database) -> None:
    """Its holder is told so whenever it asks, also in the lock that it took once more; and does not take it from the other when it lets go."""
    ours = SqlLeases(rows, term=LONG)
    with ours.holding(NAME) as still, ours.holding(NAME) as inner:
        still()
        rows.write(lambda connection: connection.execute(update(leases).values(holder="another")))
        for ask in (still, inner):
            with pytest.raises(LeaseLost):
                ask()
    assert rows.read(lambda connection: connection.execute(select(leases.c.holder)).scalar()) == "another"


@pytest.mark.parametrize("how", ["late", "gone"])
def test_a_lease_whose_term_is_over_is_lost(rows: Database, how: str) -> None:
    """Also where nobody has taken it yet: somebody may have had it meanwhile. It cannot be renewed."""
    ours = SqlLeases(rows, term=LONG)
    with ours.holding(NAME) as still:
        late = update(leases).values(until=now_ms() - 1)
        rows.write(lambda connection: connection.execute(late if how == "late" else delete(leases)))
        ours.renew()
        with pytest.raises(LeaseLost):
            still()
    assert is_free(SqlLeases(rows, term=LONG))


def test_a_lease_that_another_thread_here_took_is_lost_to_its_former_holder(rows: Database) -> None:
    """The database was away for longer than a term; the thread that waited has it now, keeps it, and lets it go itself."""
    ours = SqlLeases(rows, term=LONG)
    taken, done = threading.Event(), threading.Event()
    asked: list[str] = []

    def take() -> None:
        with ours.holding(NAME) as still:
            taken.set()
            assert done.wait(30)
            still()
            asked.append("still theirs")

    with ours.holding(NAME) as still:
        rows.write(lambda connection: connection.execute(update(leases).values(until=now_ms() - 1)))
        thread = threading.Thread(target=take)
        thread.start()
        assert taken.wait(30)
        with pytest.raises(LeaseLost):
            still()
    assert not is_free(SqlLeases(rows, term=LONG)), "let go by the thread that has it no more"
    ours.renew()
    done.set()
    thread.join(30)
    assert asked == ["still theirs"] and is_free(SqlLeases(rows, term=LONG))


def test_a_lease_that_is_renewed_is_kept(rows: Database) -> None:
    """Each of those that are held here for a whole term from now; another's is not."""
    ours, theirs = SqlLeases(rows, term=LONG), SqlLeases(rows, term=LONG)
    with ours.holding("a") as still, ours.holding("b"), theirs.holding("c"):
        rows.write(lambda connection: connection.execute(update(leases).values(until=now_ms() + 30_000)))
        ours.renew()
        left = dict(rows.read(lambda connection: [(row[0], row[1]) for row in connection.execute(select(leases.c.name, leases.c.until - now_ms()))]))
        assert left["a"] > 500_000 and left["b"] > 500_000 and left["c"] <= 30_000
        still()
    ours.renew()
    assert rows.read(lambda connection: connection.execute(select(leases.c.name)).all()) == []


def test_leases_renew_themselves(rows: Database) -> None:
    """By a thread of their own, as long as the process lives: its holder does nothing for it."""
    ours = SqlLeases(rows, term=4.5)

    def until() -> int:
        return int(rows.read(lambda connection: connection.execute(select(leases.c.until)).scalar_one()))

    with ours.holding(NAME) as still:
        taken, tries = until(), 0
        while until() == taken and tries < 300:
            threading.Event().wait(0.1)
            tries += 1
        assert until() > taken
        still()


def is_free(locks: Locks) -> bool:
    """Tell whether a lock is free, for others than its holder."""
    with locks.trying(NAME) as held:
        return held


@contextmanager
def killed_holder(place: str, term: float) -> Iterator[None]:
    """Let a process take the lock, and kill it while it holds it."""
    made = context()
    mine, theirs = made.Pipe()
    process: BaseProcess = made.Process(target=hold, args=(theirs, place, NAME, term), daemon=True)
    process.start()
    assert mine.poll(60) and mine.recv() == process.pid
    process.kill()
    process.join(30)
    assert process.exitcode == -signal.SIGKILL
    yield
