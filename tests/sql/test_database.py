"""The database under what happens to databases: locked, full, gone, replaced, asked by threads and by forks."""

import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import Connection, func, select
from sqlalchemy.exc import IntegrityError

from audiopub.adapters.sql import Database
from audiopub.adapters.sql.schema import counters, feeds
from audiopub.errors import AudiopubError, ConfigInvalid, TryAgain
from tests.conftest import ROOT
from tests.postgres import PostgresServer

Urls = Callable[[str, str], str]
KINDS = pytest.mark.parametrize("kind", ["sqlite", "postgres"])


def put(database: Database, name: str, value: float = 1) -> None:
    database.write(lambda connection: connection.execute(counters.insert().values(name=name, label="", value=value)))


def names(database: Database) -> list[str]:
    return sorted(database.read(lambda connection: connection.execute(select(counters.c.name)).scalars().all()))


class Steps:
    """A clock that only sleeping moves, and what happens at each sleep."""

    def __init__(self, *happens: Callable[[], None]) -> None:
        self.now, self.slept, self._happens = 0.0, 0, list(happens)

    def sleep(self, seconds: float) -> None:
        self.now += seconds
        self.slept += 1
        if self._happens:
            self._happens.pop(0)()

    def clock(self) -> float:
        return self.now


def test_what_is_written_is_there_and_what_failed_is_not(database: Database) -> None:
    """A transaction counts whole or not at all; an error of the work comes through as it is."""

    def half(connection: Connection) -> None:
        connection.execute(counters.insert().values(name="half", label="", value=1))
        raise KeyError("half")

    put(database, "a")
    with pytest.raises(KeyError):
        database.write(half)
    with pytest.raises(IntegrityError):
        put(database, "a")
    assert names(database) == ["a"]


def test_reading_changes_nothing(urls: Urls) -> None:
    """A change inside a read is refused rather than lost."""
    database = Database(urls("sqlite", "a"), patience=0)
    put(database, "a")
    with pytest.raises(ConfigInvalid) as failure:
        database.read(lambda connection: connection.execute(counters.insert().values(name="z", label="", value=1)))
    assert "readonly" in failure.value.sentence("vi")
    put(database, "b")
    assert names(database) == ["a", "b"]
    database.close()


def test_asking_makes_no_file(tmp_path: Path) -> None:
    """A database that is not there is empty, and is still not there after it was asked; the first write makes it."""
    database = Database(f"sqlite:///{tmp_path / 'state/a.sqlite'}")
    assert names(database) == [] and database.snapshot(lambda connection: connection.execute(select(func.count()).select_from(feeds)).scalar()) == 0
    assert list(tmp_path.iterdir()) == []
    put(database, "a")
    assert names(database) == ["a"]
    database.close()


def test_a_snapshot_is_one_moment(database: Database) -> None:
    """What others commit while a snapshot is read is not in it, and they do not wait for it."""
    put(database, "a")

    def look(connection: Connection) -> tuple[int, int]:
        before = connection.execute(select(func.count()).select_from(counters)).scalar_one()
        put(database, "b")
        return before, connection.execute(select(func.count()).select_from(counters)).scalar_one()

    assert database.snapshot(look) == (1, 1)
    assert names(database) == ["a", "b"]


# Locked


@contextmanager
def holder(url: str) -> Iterator[Callable[[], None]]:
    """Hold the table from another process; give what lets it go."""
    code = """
import sys
from audiopub.adapters.sql import Database
from sqlalchemy import text
database = Database(sys.argv[1])
database.write(lambda connection: None)
with database.engine.begin() as connection:
    if not database.is_local:
        connection.execute(text("LOCK TABLE counters"))
    print("held", flush=True)
    sys.stdin.readline()
print("gone", flush=True)
sys.stdin.read()
"""
    command = [sys.executable, "-c", code, url]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT) as other:
        assert other.stdin is not None and other.stdout is not None
        assert other.stdout.readline() == "held\n"

        def gone() -> None:
            assert other.stdin is not None and other.stdout is not None
            print(file=other.stdin, flush=True)
            assert other.stdout.readline() == "gone\n"

        yield gone
        other.communicate("\n")


@KINDS
def test_a_lock_that_outlasts_the_databases_own_patience_costs_nothing(kind: str, urls: Urls) -> None:
    """While another process holds the database, a transaction is tried again, and succeeds once it lets go."""
    with holder(urls(kind, "a")) as gone:
        steps = Steps(lambda: None, lambda: None, gone)
        database = Database(urls(kind, "a"), busy=20, sleep=steps.sleep, clock=steps.clock)
        put(database, "a")
        assert (steps.slept, names(database)) == (3, ["a"])
        database.close()


@KINDS
def test_a_lock_that_stays_says_try_again(kind: str, urls: Urls) -> None:
    """Where the other never lets go, the error is one that says so, after a bounded time; nothing was written."""
    with holder(urls(kind, "a")) as gone:
        steps = Steps()
        database = Database(urls(kind, "a"), patience=3, busy=20, sleep=steps.sleep, clock=steps.clock)
        with pytest.raises(TryAgain) as failure:
            put(database, "a")
        assert failure.value.code == "again.database" and 3 <= steps.now < 5
        gone()
        assert names(database) == []
        database.close()


def test_more_askers_than_connections_wait_and_are_told(urls: Urls) -> None:
    """Where every connection is in use for too long, that is no bug but a reason to try again."""
    steps = Steps()
    database = Database(urls("sqlite", "a"), patience=0, sleep=steps.sleep, clock=steps.clock)
    put(database, "a")
    database.engine.pool._timeout = 0.01  # type: ignore[attr-defined]

    def deeper(left: int) -> int:
        return left and database.read(lambda _connection: deeper(left - 1))

    assert deeper(20) == 0
    with pytest.raises(TryAgain) as failure:
        deeper(40)
    assert failure.value.code == "again.database"
    database.close()


# Unusable


def test_a_file_that_is_no_database_is_named(tmp_path: Path) -> None:
    """Something else under the database's name is said in a sentence, at once, and left alone."""
    path = tmp_path / "a.sqlite"
    path.write_bytes(b"Chuyen cua mot tep khac\n" * 200)
    steps = Steps()
    with pytest.raises(ConfigInvalid) as failure:
        put(Database(f"sqlite:///{path}", sleep=steps.sleep, clock=steps.clock), "a")
    assert failure.value.code == "config.bad_database" and str(path) in failure.value.sentence("vi") and "not a database" in failure.value.sentence("vi")
    assert steps.slept == 0 and path.read_bytes().startswith(b"Chuyen")


@pytest.mark.parametrize("url", ["mysql://a/b", "sqlite://", "sqlite:///:memory:", "oracle:", "postgresql://a@b:c/d", ""])
def test_an_address_that_cannot_be_used_is_named(url: str) -> None:
    """What is neither a file nor a Postgres is refused when it is named."""
    with pytest.raises(ConfigInvalid) as failure:
        Database(url)
    assert failure.value.code == "config.bad_database"


def test_a_postgres_may_be_called_by_its_short_name() -> None:
    """Addresses as other programs write them mean the same driver."""
    assert Database("postgres://a@b/c").engine.url == Database("postgresql+psycopg://a@b/c").engine.url


@pytest.mark.parametrize("patience", [0, 3])
def test_a_password_is_in_no_message(patience: int) -> None:
    """A server that does not answer is named without the password."""
    steps = Steps()
    database = Database("postgresql://bao:bi%40mat[@127.0.0.1:9/x?password=thu2", patience=patience, sleep=steps.sleep, clock=steps.clock)
    with pytest.raises(TryAgain) as failure:
        put(database, "a")
    said = failure.value.sentence("vi") + str(failure.value) + database.shown
    assert "mat" not in said and "thu2" not in said and "bao:***@127.0.0.1:9/x" in said


def test_a_database_that_is_not_there_is_no_reason_to_wait(postgres: PostgresServer) -> None:
    """A wrong name is as wrong in a minute: it is said at once."""
    steps = Steps()
    with pytest.raises(ConfigInvalid) as failure:
        put(Database(postgres.url("a").removesuffix("/a") + "/khong_co", sleep=steps.sleep, clock=steps.clock), "a")
    assert "khong_co" in failure.value.sentence("en") and steps.slept == 0


@contextmanager
def disk(folder: Path, size: str) -> Iterator[Path]:
    """Mount a small disk."""
    folder.mkdir()
    mounted = (
        shutil.which("mount") and os.getuid() == 0 and subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder)], check=False).returncode == 0
    )
    if not mounted:
        pytest.skip("no disk can be mounted here")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


def test_a_file_that_may_not_be_written_is_named(tmp_path: Path) -> None:
    """On a disk that is read only, the sentence names the file; nobody waits for it to change."""
    with disk(tmp_path / "disk", "4m") as folder:
        url, steps = f"sqlite:///{folder / 'a.sqlite'}", Steps()
        first = Database(url)
        put(first, "a")
        first.close()
        subprocess.run(["mount", "-o", "remount,ro", str(folder)], check=True)
        again = Database(url, sleep=steps.sleep, clock=steps.clock)
        with pytest.raises(ConfigInvalid) as failure:
            put(again, "b")
        assert failure.value.code == "config.bad_database" and "a.sqlite" in failure.value.sentence("vi") and steps.slept == 0
        subprocess.run(["mount", "-o", "remount,rw", str(folder)], check=True)
        put(again, "b")
        assert names(again) == ["a", "b"]
        again.close()


@pytest.mark.parametrize("size", ["300k", "1m", "1200k"])
def test_a_full_disk_loses_nothing_that_was_acknowledged(tmp_path: Path, size: str) -> None:
    """When the disk is full the error says so; every row that was written before is there, and once there is room it goes on."""
    with disk(tmp_path / "disk", size) as folder:
        ballast = folder / "ballast"
        ballast.write_bytes(b"x" * 100_000)
        database = Database(f"sqlite:///{folder / 'a.sqlite'}", patience=0)
        done: list[str] = []

        def fill() -> None:
            for number in range(10_000):
                put(database, f"{number:05}" + "x" * 90)
                done.append(f"{number:05}" + "x" * 90)

        with pytest.raises(TryAgain) as failure:
            fill()
        assert failure.value.code == "again.disk_full" and "a.sqlite" in failure.value.sentence("vi")
        ballast.unlink()
        put(database, "z")
        assert names(database) == [*done, "z"]
        database.close()


# Gone and back


def test_a_postgres_that_is_started_again_costs_nothing(postgres: PostgresServer) -> None:
    """A server that was stopped between two writes, and one that comes back while it is waited for: both rows are there."""
    steps = Steps(lambda: None, postgres.start)
    database = Database(postgres.url("again"), sleep=steps.sleep, clock=steps.clock)
    put(database, "a")
    postgres.stop("immediate")
    postgres.start()
    put(database, "b")
    postgres.stop("immediate")
    put(database, "c")
    assert names(database) == ["a", "b", "c"]
    assert steps.slept >= 2
    database.close()


def test_a_postgres_that_stays_away_says_try_again(postgres: PostgresServer) -> None:
    """A server that is down for too long is an error that says try again, and names the server."""
    steps = Steps()
    database = Database(postgres.url("away"), patience=2, sleep=steps.sleep, clock=steps.clock)
    put(database, "a")
    postgres.stop("immediate")
    try:
        with pytest.raises(TryAgain) as failure:
            put(database, "b")
        assert failure.value.code == "again.database"
    finally:
        postgres.start()
    assert names(database) == ["a"]
    database.close()


def test_a_file_that_was_put_in_its_place_is_the_one_that_is_written(tmp_path: Path) -> None:
    """Whoever moves another file there is followed; where it is taken away that is an error, and no row goes into a file that has no name."""
    other = Database(f"sqlite:///{tmp_path / 'b.sqlite'}")
    put(other, "b")
    other.close()
    database = Database(f"sqlite:///{tmp_path / 'a.sqlite'}")
    put(database, "a")
    for ending in ("", "-wal", "-shm"):
        Path(f"{tmp_path / 'a.sqlite'}{ending}").unlink(missing_ok=True)
    for _ in range(2):
        with pytest.raises(ConfigInvalid) as failure:
            put(database, "lost")
        assert failure.value.code == "config.bad_database" and not (tmp_path / "a.sqlite").exists()
    (tmp_path / "b.sqlite").replace(tmp_path / "a.sqlite")
    put(database, "c")
    again = Database(f"sqlite:///{tmp_path / 'a.sqlite'}")
    assert names(database) == ["b", "c"] == names(again)
    database.close()
    again.close()


# Threads and forks


@KINDS
def test_threads_may_open_an_empty_database_at_once(kind: str, urls: Urls) -> None:
    """Eight threads that come first each write one row, through one object and through one each."""
    shared, ready, failures = Database(urls(kind, "a")), threading.Barrier(8), list[AudiopubError]()

    def work(number: int) -> None:
        mine = shared if number % 2 else Database(urls(kind, "a"))
        ready.wait()
        try:
            put(mine, f"{number}")
        except AudiopubError as error:
            failures.append(error)
        if mine is not shared:
            mine.close()

    urls(kind, "a")
    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert names(shared) == [f"{number}" for number in range(8)]
    shared.close()


@KINDS
def test_a_process_that_divides_itself_has_connections_of_its_own(kind: str, urls: Urls) -> None:
    """Parent and child write by turns through the same object, the child's exit harms no connection of the parent's."""
    code = """
import os, sys
from audiopub.adapters.sql import Database
from audiopub.adapters.sql.schema import feeds
database = Database(sys.argv[1])
def put(name):
    database.write(lambda connection: connection.execute(feeds.insert().values(show=name)))
def pid():
    return database.read(lambda connection: None if database.is_local else connection.exec_driver_sql("SELECT pg_backend_pid()").scalar())
put("before")
mine, pool = pid(), database.engine.pool
child = os.fork()
if not child:
    put("child")
    assert database.engine.pool is not pool and (database.is_local or pid() != mine)
    sys.exit(0)  # by the interpreter's own way out, which closes what it finds
assert os.waitpid(child, 0)[1] == 0
put("after")
assert pid() == mine
"""
    done = subprocess.run([sys.executable, "-c", code, urls(kind, "a")], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    database = Database(urls(kind, "a"))
    assert database.read(lambda connection: sorted(connection.execute(select(feeds.c.show)).scalars())) == ["after", "before", "child"]
    database.close()
