"""Locks between machines: rows that their holder must renew, on the clock of the database."""

import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, delete, select, update
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from audiopub.adapters.sql.database import Database
from audiopub.adapters.sql.schema import leases, now_ms
from audiopub.errors import AudiopubError, LeaseLost, TryAgain
from audiopub.pipeline.locks import Still

TERM = 15.0
"""Seconds after which a lease that is not renewed may be taken by another."""

_STEP = 0.2


class _Mine(threading.local):
    """The leases that the present thread holds."""

    def __init__(self) -> None:
        """Begin with none."""
        self.holders: dict[str, str] = {}
        """By the name of the lock. Each taking is a holder of its own: another thread here may have taken what this one lost."""


class SqlLeases:
    """Locks as rows of a database. A holder that is frozen loses its locks, and is told so when it asks."""

    def __init__(
        self, database: Database, *, term: float = TERM, patience: float = 60.0, sleep: Callable[[float], None] = time.sleep, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """Use a database.

        Args:
            database: that all machines share.
            term: seconds that a lease lasts without being renewed.
            patience: seconds to wait for a lock.
            sleep: waits a number of seconds.
            clock: seconds that never go back.
        """
        self._database, self._term, self._patience, self._sleep, self._clock = database, term, patience, sleep, clock
        self._here = _Mine()
        self._lock = threading.Lock()
        self._held: set[str] = set()
        self._keeper: threading.Thread | None = None

    @contextmanager
    def holding(self, name: str) -> Iterator[Still]:
        """Hold a lock."""
        if name in self._here.holders:
            yield self._still_of(name, self._here.holders[name])
            return
        until = self._clock() + self._patience
        while (holder := self._taken(name)) is None:
            if self._clock() >= until:
                raise TryAgain("again.locked", path=name)
            self._sleep(_STEP)
        with self._noted(name, holder):
            yield self._still_of(name, holder)

    @contextmanager
    def trying(self, name: str) -> Iterator[bool]:
        """Hold a lock if it is free."""
        if name in self._here.holders:
            yield True
            return
        holder = self._taken(name)
        if holder is None:
            yield False
            return
        with self._noted(name, holder):
            yield True

    def renew(self) -> None:
        """Renew all leases that are held here and are still ours; called by a thread of its own, again and again."""
        with self._lock:
            holders = sorted(self._held)
        again = update(leases).where(leases.c.holder.in_(holders), leases.c.until > now_ms()).values(until=now_ms() + int(self._term * 1000))
        if holders:
            self._database.write(lambda connection: connection.execute(again))

    def _taken(self, name: str) -> str | None:
        """Take a lock; give the name of its new holder, or None where there is one."""
        holder = uuid.uuid4().hex
        until = now_ms() + int(self._term * 1000)
        put = (sqlite_insert if self._database.is_local else pg_insert)(leases).values(name=name, holder=holder, until=until)
        put = put.on_conflict_do_update(index_elements=["name"], set_={"holder": holder, "until": until}, where=leases.c.until < now_ms())

        def ask(connection: Connection) -> bool:
            connection.execute(put)
            return connection.execute(select(leases.c.holder).where(leases.c.name == name)).scalar() == holder

        if not self._database.write(ask):
            return None
        with self._lock:
            self._held.add(holder)
            if self._keeper is None:
                self._keeper = threading.Thread(target=self._keep, daemon=True, name="leases")
                self._keeper.start()
        return holder

    def _keep(self) -> None:
        while True:
            time.sleep(self._term / 3)
            try:
                self.renew()
            except AudiopubError:
                continue  # the database is away; whoever holds a lease finds out when it asks

    def _still_of(self, name: str, holder: str) -> Still:
        mine = select(leases.c.name).where(leases.c.name == name, leases.c.holder == holder, leases.c.until > now_ms())

        def still() -> None:
            if self._database.read(lambda connection: connection.execute(mine).scalar()) is None:
                raise LeaseLost("again.overtaken", path=name)

        return still

    @contextmanager
    def _noted(self, name: str, holder: str) -> Iterator[None]:
        self._here.holders[name] = holder
        try:
            yield
        finally:
            del self._here.holders[name]
            with self._lock:
                self._held.discard(holder)
            self._database.write(lambda connection: connection.execute(delete(leases).where(leases.c.name == name, leases.c.holder == holder)))
