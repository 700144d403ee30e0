"""Counts of what may be tried only so often, in table ``tries``; a row a name, read by an UPDATE that makes others wait."""

from collections.abc import Callable

from sqlalchemy import ColumnElement, Connection, delete, select, text, update

from audiopub.adapters.sql.database import Database
from audiopub.adapters.sql.schema import now_ms, tries
from audiopub.people.limits import Limit, tried

_FIRST = text("INSERT INTO tries (name, next) VALUES (:name, 0) ON CONFLICT DO NOTHING")
_LONGEST = 300


class SqlLimits:
    """Limits that hold for all who serve the desk together."""

    def __init__(self, database: Database, now: Callable[[], ColumnElement[int]] = now_ms) -> None:
        """Use a database.

        Args:
            database: the one that all who serve the desk have.
            now: the present moment, in SQL.
        """
        self._database, self._now = database, now

    def take(self, name: str, limit: Limit) -> int:
        """Try once; give the milliseconds to wait, 0 where it may be done now."""
        row = name[:_LONGEST]

        def work(connection: Connection) -> int:
            spent, now = self._locked(connection, row)
            after, wait = tried(spent, now, limit)
            if after != spent:
                connection.execute(update(tries).where(tries.c.name == row).values(next=after))
            return wait

        return self._database.write(work)

    def give_back(self, name: str, limit: Limit) -> None:
        """Let a try not count."""
        back = update(tries).where(tries.c.name == name[:_LONGEST]).values(next=tries.c.next - limit.step)
        self._database.write(lambda connection: connection.execute(back))

    def _locked(self, connection: Connection, name: str) -> tuple[int, int]:
        claim = update(tries).where(tries.c.name == name).values(name=name).returning(tries.c.next, self._now())
        row = connection.execute(claim).one_or_none()
        if row is None:
            # Names come from whoever tries; what is over is taken away when another comes.
            passed = select(tries.c.name).where(tries.c.next < self._now(), tries.c.name != name).with_for_update(skip_locked=True)
            connection.execute(delete(tries).where(tries.c.name.in_(passed)))
            connection.execute(_FIRST, {"name": name})
            row = connection.execute(claim).one()
        return int(row[0]), int(row[1])
