"""The workers that share a database: who is alive, by its clock, and who may take over what a dead one was at."""

from collections.abc import Callable

from sqlalchemy import Connection, delete, select, update

from audiopub.adapters.sql.counters import add_to
from audiopub.adapters.sql.database import Database
from audiopub.adapters.sql.schema import now_ms, workers

ALIVE, GONE, TAKEN = "alive", "gone", "taken"


class SqlFleet:
    """Workers as rows of a database."""

    def __init__(self, database: Database) -> None:
        """Use a database."""
        self._database = database

    def join(self, worker: str, host: str, pid: int, version: str) -> None:
        """Note a new worker; its name must be new too."""
        row = workers.insert().values(id=worker, host=host, pid=pid, version=version, started=now_ms(), beat=now_ms(), state=ALIVE)
        self._database.write(lambda connection: connection.execute(row))

    def beat(self, worker: str) -> bool:
        """Note that a worker is alive; False where others think it is not, and have its jobs already."""
        here = update(workers).where(workers.c.id == worker, workers.c.state == ALIVE).values(beat=now_ms())
        return bool(self._database.write(lambda connection: connection.execute(here).rowcount))

    def leave(self, worker: str) -> None:
        """Note that a worker has stopped: what it was at may be taken over at once."""
        here = update(workers).where(workers.c.id == worker, workers.c.state == ALIVE).values(state=GONE)
        self._database.write(lambda connection: connection.execute(here))

    def forget(self, term: float) -> None:
        """Delete workers whose jobs were taken over longer ago than a term of seconds."""
        old = delete(workers).where(workers.c.state == TAKEN, workers.c.beat < now_ms() - int(term * 1000))
        self._database.write(lambda connection: connection.execute(old))

    def alive(self, term: float) -> tuple[str, ...]:
        """Name the workers that gave a sign of life within a term of seconds."""
        wanted = select(workers.c.id).where(workers.c.state == ALIVE, workers.c.beat >= now_ms() - int(term * 1000)).order_by(workers.c.id)
        return tuple(self._database.read(lambda connection: connection.execute(wanted).scalars().all()))

    def standing(self) -> frozenset[str]:
        """Name the workers of which nobody knows that they have ended."""
        wanted = select(workers.c.id).where(workers.c.state == ALIVE)
        return frozenset(self._database.read(lambda connection: connection.execute(wanted).scalars().all()))

    def dead(self, term: float, *, host: str = "", pids: Callable[[], frozenset[int]] = frozenset, alone: str = "") -> tuple[str, ...]:
        """Name the workers whose jobs nobody has taken over yet.

        Args:
            term: seconds after the last sign of life.
            host: of this machine, on which it is known which processes run.
            pids: gives the processes that run on it; asked when the workers are known, so that one which joins meanwhile is none that has ended.
            alone: name of a worker that knows to be the only one, by a lock: all others are dead.
        """
        late = (workers.c.beat < now_ms() - int(term * 1000)).label("late")
        wanted = select(workers.c.id, workers.c.host, workers.c.pid, workers.c.state, late).where(workers.c.state.in_((ALIVE, GONE))).order_by(workers.c.beat)

        def work(connection: Connection) -> tuple[str, ...]:
            rows, running = connection.execute(wanted).all(), pids()
            ended = {row.id for row in rows if host and row.host == host and row.pid not in running}
            return tuple(row.id for row in rows if row.state == GONE or (row.id != alone if alone else row.late or row.id in ended))

        return self._database.read(work)

    def taken(self, worker: str, by: str, jobs: int) -> bool:
        """Note that a dead worker's jobs are taken over; False where another was quicker."""
        here = update(workers).where(workers.c.id == worker, workers.c.state != TAKEN).values(state=TAKEN, taken_by=by)

        def work(connection: Connection) -> bool:
            first = bool(connection.execute(here).rowcount)
            if first and jobs:
                add_to(connection, {("takeovers", ""): 1})
            return first

        return self._database.write(work)
