"""One database for all that audiopub remembers: a file, or Postgres where several machines work."""

import contextlib
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

from sqlalchemy import Connection, Engine, create_engine, event, inspect, text
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.pool import QueuePool

from audiopub.adapters.files import writing
from audiopub.adapters.sql.schema import HEAD
from audiopub.errors import ConfigInvalid, TryAgain

T = TypeVar("T")

_BUSY = 30_000
"""Milliseconds that SQLite itself waits for another writer."""

_PATIENCE = 75.0
"""Seconds for which a transaction is tried again while the database is locked or away."""

_FULL = ("database or disk is full", "disk I/O error", "No space left on device")
_PASSING = ("locked", "busy")
_LOST = ("08", "57P0", "40001", "40P01", "55P03")
"""Beginnings of Postgres's codes for what passes: no connection, being shut down or started, a transaction that lost against another."""


class Database:
    """A database, its schema brought up to date when it is first used."""

    def __init__(self, url: str, *, patience: float = _PATIENCE, sleep: Callable[[float], None] = time.sleep, clock: Callable[[], float] = time.monotonic) -> None:
        """Use a database.

        Args:
            url: ``sqlite:///path`` or ``postgresql+psycopg://…``.
            patience: seconds for which a transaction is tried again while the database is locked or away.
            sleep: waits a number of seconds.
            clock: seconds that never go back.

        Raises:
            ConfigInvalid: the address cannot be used.
        """
        self.url = url
        self._patience, self._sleep, self._clock = patience, sleep, clock
        self.engine = _engine(url)
        self._ready = False

    @property
    def is_local(self) -> bool:
        """Tell whether it is a file of this machine."""
        return self.engine.dialect.name == "sqlite"

    def write(self, work: Callable[[Connection], T]) -> T:
        """Do something in a transaction; while the database is locked or away it is tried again, so the work must bear that.

        Raises:
            TryAgain: the disk is full, or the database was away for too long.
            ConfigInvalid: it may not be written to, or is of a newer audiopub.
        """
        return self._asked(work, self.engine.begin)

    def read(self, work: Callable[[Connection], T]) -> T:
        """Ask something that changes nothing."""
        return self._asked(work, self._reading)

    def close(self) -> None:
        """Let all connections go."""
        self.engine.dispose()

    @contextlib.contextmanager
    def _reading(self) -> Iterator[Connection]:
        with self.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            yield connection

    def _asked(self, work: Callable[[Connection], T], opened: Callable[[], contextlib.AbstractContextManager[Connection]]) -> T:
        until, wait = self._clock() + self._patience, 0.05
        while True:
            try:
                self._prepare()
                with opened() as connection:
                    return work(connection)
            except (OperationalError, InterfaceError, DBAPIError) as error:
                if not passes(error) or self._clock() >= until:
                    raise self._translated(error) from error
            self._sleep(wait)
            wait = min(wait * 2, 1.0)

    def _translated(self, error: DBAPIError) -> Exception:
        reason = str(error.orig).strip().splitlines()[0] if error.orig else str(error)
        if any(sign in reason for sign in _FULL):
            return TryAgain("again.disk_full", path=shown(self.url))
        if passes(error):
            return TryAgain("again.database", url=shown(self.url), reason=reason)
        return ConfigInvalid("config.bad_database", url=shown(self.url), reason=reason)

    def _prepare(self) -> None:
        """Bring the schema up to date, once; whoever comes first does it."""
        if self._ready:
            return
        if self.is_local:
            path = Path(self.engine.url.database or "")
            with writing(path):
                path.parent.mkdir(parents=True, exist_ok=True)
        with self.engine.begin() as connection:
            found = revision_of(connection)
        if found != HEAD:
            from audiopub.adapters.sql.upgrade import upgraded  # noqa: PLC0415  Alembic is slow to import

            upgraded(self.engine, self.url)
        self._ready = True


def revision_of(connection: Connection) -> str | None:
    """Give the revision of a database's schema; None for an empty one."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def passes(error: DBAPIError) -> bool:
    """Tell whether the same transaction may succeed a little later."""
    code = getattr(error.orig, "sqlstate", None)
    if code is not None:
        return str(code).startswith(_LOST)
    reason = str(error.orig)
    return error.connection_invalidated or any(sign in reason for sign in _PASSING) or type(error.orig).__module__.startswith("psycopg")


def shown(url: str) -> str:
    """Give a database's address without its password, for messages and logs."""
    parts = urlsplit(url)
    return url.replace(f":{parts.password}@", ":***@") if parts.password else url


def _engine(url: str) -> Engine:
    try:
        if url.startswith("sqlite"):
            return _sqlite(url)
        return create_engine(url, pool_pre_ping=True, pool_size=5, max_overflow=20, connect_args={"connect_timeout": 10})
    except (ImportError, ValueError) as error:
        raise ConfigInvalid("config.no_extra", what="postgresql://", extra="postgres") from error
    except Exception as error:
        raise ConfigInvalid("config.bad_database", url=shown(url), reason=str(error)) from error


def _sqlite(url: str) -> Engine:
    """Make an engine whose every connection waits, keeps a write-ahead log and flushes it: what was acknowledged outlives a power cut."""
    made = create_engine(url, poolclass=QueuePool, pool_size=5, max_overflow=20, connect_args={"timeout": _BUSY / 1000, "check_same_thread": False})

    @event.listens_for(made, "connect")
    def _connected(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # transactions begin where we say so
        cursor = connection.cursor()
        for pragma in (f"busy_timeout={_BUSY}", "journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(made, "begin")
    def _begun(connection: Connection) -> None:
        if connection.get_execution_options().get("isolation_level") != "AUTOCOMMIT":
            connection.exec_driver_sql("BEGIN IMMEDIATE")  # a reader that becomes a writer would be refused rather than wait

    return made
