"""One database for all that audiopub remembers: a file, or Postgres where several machines work."""

import contextlib
import os
import shutil
import sqlite3
import threading
import time
import weakref
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, NotSupportedError, ProgrammingError
from sqlalchemy.exc import TimeoutError as PoolExhausted
from sqlalchemy.pool import Pool, QueuePool, StaticPool

from audiopub.adapters.files import writing
from audiopub.adapters.sql.address import revision_of, shown, with_driver
from audiopub.adapters.sql.schema import HEAD, metadata
from audiopub.errors import AudiopubError, ConfigInvalid, TryAgain

T = TypeVar("T")

_BUSY = 30_000
"""Milliseconds for which a database itself waits until another writer is done."""

_PATIENCE = 75.0
"""Seconds for which a transaction is tried again while the database is locked or away."""

_LITTLE = 1_000_000
"""Bytes; a disk with less than this is full, whatever SQLite calls it."""

_PASSING = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_PROTOCOL, sqlite3.SQLITE_SCHEMA})
_LOST = ("08", "40001", "40P01", "53200", "53300", "53400", "55P03", "57")
"""Beginnings of Postgres's codes for what passes: no connection, lost against another, no room for one more, locked, shut down or started."""

_REFUSED = ("authentication failed", "does not exist", "pg_hba.conf", "no password supplied", "is not permitted to log in", "invalid connection option", 'missing "="')
"""Of answers to a connection that have no code: those that will be the same in a minute."""

_FORBIDDEN = "42501"
_READING = "audiopub_reading"
_LIVING = {"connect_timeout": 10, "keepalives_idle": 30, "keepalives_interval": 10, "keepalives_count": 3, "tcp_user_timeout": 30_000, "application_name": "audiopub"}
"""A server that has vanished without a word is given up after half a minute."""


class Database:
    """A database, its schema brought up to date when it is first used. Threads may share it, and so may a process and its forks."""

    def __init__(
        self, url: str, *, patience: float = _PATIENCE, busy: int = _BUSY, sleep: Callable[[float], None] = time.sleep, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """Use a database.

        Args:
            url: ``sqlite:///path`` or ``postgresql+psycopg://…``.
            patience: seconds for which a transaction is tried again while the database is locked or away.
            busy: milliseconds for which the database itself waits for another writer.
            sleep: waits a number of seconds.
            clock: seconds that never go back.

        Raises:
            ConfigInvalid: the address cannot be used.
        """
        self.url = with_driver(url)
        self._patience, self._sleep, self._clock = patience, sleep, clock
        self.engine = _engine(self.url, busy)
        self._lock = threading.Lock()
        self._ready = False
        self._file: tuple[int, int] | None = None
        self._inherited: list[Pool] = []
        _OPEN.add(self)

    @property
    def is_local(self) -> bool:
        """Tell whether it is a file of this machine."""
        return self.engine.dialect.name == "sqlite"

    @property
    def shown(self) -> str:
        """Give its address without the password, for messages."""
        return shown(self.url)

    def write(self, work: Callable[[Connection], T]) -> T:
        """Do something in a transaction; while the database is locked or away it is tried again, so the work must bear that.

        What the work itself does wrong comes through as it is: a row that is there already is SQLAlchemy's ``IntegrityError``.

        Raises:
            TryAgain: the disk is full, or the database was away for too long.
            ConfigInvalid: it may not be written to, or is of a newer audiopub.
        """
        return self._asked(work, self.engine.begin)

    def read(self, work: Callable[[Connection], T]) -> T:
        """Ask something; on SQLite a change is refused. Two questions may see two states of Postgres.

        A file that is not there yet is not made for a question: it is answered as an empty one would.
        """
        return self._of_nothing(work) if self._is_absent() else self._asked(work, self._reading)

    def snapshot(self, work: Callable[[Connection], T]) -> T:
        """Ask many things of one moment: what others commit meanwhile is not seen, and nobody waits for it."""
        return self._of_nothing(work) if self._is_absent() else self._asked(work, self._standing)

    def close(self) -> None:
        """Let all connections go."""
        self.engine.dispose()

    def divided(self) -> None:
        """Begin with connections of its own in a process that was divided from another.

        Those of the other process are kept and never touched: closing one here would end it there, or give up the file's locks.
        """
        self._inherited.append(self.engine.pool)
        self.engine.dispose(close=False)
        self._lock = threading.Lock()

    @contextlib.contextmanager
    def _reading(self) -> Iterator[Connection]:
        settings: dict[str, Any] = {_READING: True} if self.is_local else {"isolation_level": "AUTOCOMMIT"}
        with self.engine.connect().execution_options(**settings) as connection:
            yield connection

    @contextlib.contextmanager
    def _standing(self) -> Iterator[Connection]:
        settings: dict[str, Any] = {_READING: True} if self.is_local else {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
        with self.engine.connect().execution_options(**settings) as connection:
            yield connection

    def _is_absent(self) -> bool:
        return self.is_local and not self._ready and self._seen() is None

    @staticmethod
    def _of_nothing(work: Callable[[Connection], T]) -> T:
        nothing = create_engine("sqlite://", poolclass=StaticPool)
        try:
            metadata.create_all(nothing)
            with nothing.connect() as connection:
                return work(connection)
        finally:
            nothing.dispose()

    def _asked(self, work: Callable[[Connection], T], opened: Callable[[], contextlib.AbstractContextManager[Connection]]) -> T:
        until, wait = self._clock() + self._patience, 0.05
        while True:
            try:
                self._prepare()
                with opened() as connection:
                    return work(connection)
            except (DBAPIError, PoolExhausted) as error:
                if self._ready and _is_of_the_work(error):
                    raise
                if not passes(error) or self._clock() >= until:
                    raise self._translated(error) from error
            self._sleep(wait)
            wait = min(wait * 2, 1.0)

    def _translated(self, error: DBAPIError | PoolExhausted) -> AudiopubError:
        cause = error.orig if isinstance(error, DBAPIError) else error
        reason = shown(str(cause).strip().splitlines()[0] if str(cause).strip() else type(cause).__name__)
        if self._is_full(cause):
            return TryAgain("again.disk_full", path=self._path if self.is_local else shown(self.url))
        if passes(error):
            return TryAgain("again.database", url=shown(self.url), reason=reason)
        return ConfigInvalid("config.bad_database", url=shown(self.url), reason=reason)

    def _is_full(self, cause: object) -> bool:
        code = getattr(cause, "sqlite_errorcode", None)
        if code is None:
            return getattr(cause, "sqlstate", None) == "53100"
        if code & 0xFF == sqlite3.SQLITE_FULL:
            return True
        return code & 0xFF in {sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN} and self._path.parent.exists() and shutil.disk_usage(self._path.parent).free < _LITTLE

    @property
    def _path(self) -> Path:
        return Path(self.engine.url.database or "")

    def _prepare(self) -> None:
        """Bring the schema up to date, once; whoever comes first does it."""
        if self._ready and self._file == self._seen():
            return
        with self._lock:
            seen = self._seen()
            if self._ready and self._file == seen:
                return
            if self._ready:
                self.engine.dispose()  # another file lies there now: what is written into the old one is written for nobody
                if self.is_local and seen is None:  # an empty one in its place would be believed
                    raise ConfigInvalid("config.bad_database", url=self.shown, reason="it is gone")
            self._ready = False
            if self.is_local:
                with writing(self._path):
                    self._path.parent.mkdir(parents=True, exist_ok=True)
                    made_private(self._path)
            with self._reading() as connection:
                found = revision_of(connection)
            if found != HEAD:
                from audiopub.adapters.sql.upgrade import upgraded  # noqa: PLC0415  Alembic is slow to import

                upgraded(self.engine, self.url)
            self._file, self._ready = self._seen(), True

    def _seen(self) -> tuple[int, int] | None:
        """Tell one file from another that took its place."""
        if not self.is_local:
            return None
        try:
            found = os.stat(self.engine.url.database or "")  # noqa: PTH116  before every transaction
        except OSError:
            return None
        return found.st_dev, found.st_ino


def passes(error: DBAPIError | PoolExhausted) -> bool:
    """Tell whether the same transaction may succeed a little later."""
    if isinstance(error, PoolExhausted):
        return True
    cause = error.orig
    if isinstance(cause, sqlite3.Error):
        return getattr(cause, "sqlite_errorcode", 0) & 0xFF in _PASSING
    code = getattr(cause, "sqlstate", None)
    if code is not None:
        return str(code).startswith(_LOST)
    return not isinstance(error, ProgrammingError) and not any(sign in str(cause) for sign in _REFUSED)


def _is_of_the_work(error: DBAPIError | PoolExhausted) -> bool:
    """Tell what the statement or its values do wrong from what is wrong with the database."""
    if isinstance(error, ProgrammingError):
        return getattr(error.orig, "sqlstate", None) not in {_FORBIDDEN, None} or isinstance(error.orig, sqlite3.Error)
    return isinstance(error, IntegrityError | DataError | NotSupportedError)


def made_private(path: Path) -> None:
    """Make a database's file, where there is none, so that only its owner reads it: it knows what is under embargo, and who asked for what."""
    if not path.exists():
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))


def _engine(url: str, busy: int) -> Engine:
    try:
        if url.startswith("sqlite:///") and not url.startswith("sqlite:///:memory:"):
            return _sqlite(url, busy)
        if url.startswith("postgresql+psycopg://"):
            return _postgres(url, busy)
    except ImportError as error:
        raise ConfigInvalid("config.no_extra", what="postgresql://", extra="postgres") from error
    except Exception as error:
        raise ConfigInvalid("config.bad_database", url=shown(url), reason=shown(str(error))) from error
    raise ConfigInvalid("config.bad_database", url=shown(url), reason="sqlite:///path, postgresql://user@host/name")


def _postgres(url: str, busy: int) -> Engine:
    given = make_url(url).query
    settings = {name: value for name, value in _LIVING.items() if name not in given}
    made = create_engine(url, pool_pre_ping=True, pool_size=5, max_overflow=20, connect_args=settings, hide_parameters=True)

    @event.listens_for(made, "connect")
    def _connected(connection: Any, _record: Any) -> None:
        connection.execute(f"SET lock_timeout = {busy}")  # as SQLite: one that waits for ever cannot be told from one that is lost
        connection.commit()

    return made


def _sqlite(url: str, busy: int) -> Engine:
    """Make an engine whose every connection waits, keeps a write-ahead log and flushes it: what was acknowledged outlives a power cut."""
    settings = {"timeout": busy / 1000, "check_same_thread": False}
    made = create_engine(url, poolclass=QueuePool, pool_size=5, max_overflow=20, connect_args=settings, hide_parameters=True)  # what is recorded is not for logs

    @event.listens_for(made, "connect")
    def _connected(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # transactions begin where we say so
        cursor = connection.cursor()
        for pragma in (f"busy_timeout={busy}", "journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(made, "begin")
    def _begun(connection: Connection) -> None:
        reading = connection.get_execution_options().get(_READING, False)
        connection.exec_driver_sql(f"PRAGMA query_only={'ON' if reading else 'OFF'}")
        # A reader that became a writer would be refused rather than wait, so a writer says at once that it is one.
        connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")

    return made


_OPEN: weakref.WeakSet[Database] = weakref.WeakSet()


def _divided() -> None:
    for database in list(_OPEN):
        database.divided()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_divided)
