"""Turns that all threads of all processes share, on the clock of the database.

The row is read by an UPDATE ... RETURNING, which makes others wait; the clock is looked at behind that lock. The SQL is the same on both databases.
"""

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, select, text, update

from audiopub.adapters.sql.database import Database
from audiopub.adapters.sql.schema import now_ms, rates
from audiopub.speech.turns import Pause, Standing, Turn, Went, pause_of, seen, taken, told

_FIRST = text("INSERT INTO rates (name) VALUES (:name) ON CONFLICT DO NOTHING")
_COLUMNS = (rates.c.next, rates.c.failures, rates.c.until, rates.c.trial, rates.c.why)


class SqlTurns:
    """The turns of one engine in table ``rates``."""

    def __init__(self, database: Database, name: str, gap: int, now: Callable[[], ColumnElement[int]] = now_ms) -> None:
        """Keep an engine's turns.

        Args:
            database: the one that all who share it have.
            name: of the engine.
            gap: milliseconds between two turns.
            now: the present moment, in SQL.
        """
        self._database, self._name, self._gap, self._now = database, name, gap, now

    def take(self) -> Turn | Pause:
        """Take the next turn."""

        def work(connection: Connection) -> Turn | Pause:
            found, now = self._locked(connection)
            standing, turn = taken(found, now, self._gap)
            self._keep(connection, found, standing)
            return turn

        return self._database.write(work)

    def seen(self, turn: Turn) -> Turn | Pause:
        """Look whether a turn still counts."""
        found, now = self._database.read(self._known)
        return seen(found, turn, now)

    def tell(self, turn: Turn, went: Went, wait: int | None = None) -> Pause | None:
        """Say how a request went; what changes nothing writes nothing."""
        found, now = self._database.read(self._known)
        if told(found, turn, went, wait, now) == found:
            return pause_of(found, now)

        def work(connection: Connection) -> Pause | None:
            found, now = self._locked(connection)
            standing = told(found, turn, went, wait, now)
            self._keep(connection, found, standing)
            return pause_of(standing, now)

        return self._database.write(work)

    def _known(self, connection: Connection) -> tuple[Standing, int]:
        row = connection.execute(select(*_COLUMNS, self._now()).where(rates.c.name == self._name)).one_or_none()
        return _read(row) if row else (Standing(), int(connection.execute(select(self._now())).scalar_one()))

    def _locked(self, connection: Connection) -> tuple[Standing, int]:
        claim = update(rates).where(rates.c.name == self._name).values(failures=rates.c.failures).returning(*_COLUMNS, self._now())
        row = connection.execute(claim).one_or_none()
        if row is None:
            connection.execute(_FIRST, {"name": self._name})
            row = connection.execute(claim).one()
        return _read(row)

    def _keep(self, connection: Connection, found: Standing, standing: Standing) -> None:
        if standing != found:
            values = {"next": standing.next, "failures": standing.failures, "until": standing.until, "trial": standing.trial, "why": str(standing.why)}
            connection.execute(update(rates).where(rates.c.name == self._name).values(**values))


def _read(row: Sequence[Any]) -> tuple[Standing, int]:
    following, failures, until, trial, why, now = row
    return Standing(next=following, failures=failures, until=until, trial=trial, why=Went(why)), int(now)
