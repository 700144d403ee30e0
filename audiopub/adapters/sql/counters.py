"""Numbers that only grow, added up over all processes: what reports and monitoring tell of requests."""

import threading
from collections import defaultdict
from collections.abc import Callable, Mapping

from sqlalchemy import Connection, select, text

from audiopub.adapters.sql.database import Database
from audiopub.adapters.sql.schema import counters
from audiopub.errors import AudiopubError

_ADD = text("INSERT INTO counters (name, label, value) VALUES (:name, :label, :n) ON CONFLICT (name, label) DO UPDATE SET value = counters.value + excluded.value")

_EVERY = 1.0
"""Seconds for which what was added may be in memory only."""

Later = Callable[[Callable[[], None]], None]
"""Has something done a second from now, in another thread."""


def in_a_second(work: Callable[[], None]) -> None:
    """Have something done a second from now; a program that ends does not wait for it."""
    timer = threading.Timer(_EVERY, work)
    timer.daemon = True
    timer.start()


Added = defaultdict[tuple[str, str], float]


class Counters:
    """Counters in table ``counters``, written at most once a second."""

    def __init__(self, database: Database, later: Later = in_a_second) -> None:
        """Count into a database; what is added is written when ``later`` says so."""
        self._database, self._later = database, later
        self._lock, self._writing = threading.Lock(), threading.Lock()
        self._added: Added = defaultdict(float)
        self._is_due = False

    def add(self, name: str, label: str = "", n: float = 1) -> None:
        """Add to a counter."""
        with self._lock:
            self._added[name, label] += n
            due, self._is_due = not self._is_due, True
        if due:
            self._later(self._in_time)

    def flush(self) -> None:
        """Write what was added since the last time; what cannot be written is kept for the next.

        Raises:
            TryAgain: the database is away, or its disk is full.
        """
        with self._writing:
            with self._lock:
                added, self._added = self._added, defaultdict(float)
            if not added:
                return
            try:
                self._database.write(lambda connection: add_to(connection, added))
            except BaseException:
                with self._lock:
                    for key, n in added.items():
                        self._added[key] += n
                raise

    def all(self) -> dict[tuple[str, str], float]:
        """Give the counters by name and label, what was added here included."""
        self.flush()
        rows = self._database.read(lambda connection: connection.execute(select(counters.c.name, counters.c.label, counters.c.value)).all())
        return {(name, label): value for name, label, value in rows}

    def _in_time(self) -> None:
        with self._lock:
            self._is_due = False
        try:
            self.flush()
        except AudiopubError:
            with self._lock:
                due, self._is_due = not self._is_due, True
            if due:
                self._later(self._in_time)


def add_to(connection: Connection, added: Mapping[tuple[str, str], float]) -> None:
    """Add to counters, in a transaction: always in one and the same order, so that two processes do not wait for each other's rows."""
    connection.execute(_ADD, [{"name": name, "label": label, "n": n} for (name, label), n in sorted(added.items())])
