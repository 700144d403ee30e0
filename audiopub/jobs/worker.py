"""A worker: gives jobs to its engine, shows that it is alive, takes over from those that are not, and looks after what was lost."""

import logging
import os
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from audiopub.errors import AudiopubError
from audiopub.jobs.model import OPEN
from audiopub.jobs.store import JobStore
from audiopub.jobs.workflows import NAMES

if TYPE_CHECKING:
    from audiopub.jobs.engine import Engine

_LOG = logging.getLogger("audiopub.jobs")

TERM = 15.0
"""Seconds without a sign of life after which a worker counts as dead."""

_TICK = 0.2
_CHORE_PATIENCE = 5.0
"""Seconds that a chore may take to come to its end when the worker is told to stop; after that it ends with the process."""

_SENT_AT_ONCE = 20
"""Jobs given to the engine before it is looked again whether an editor has put one up."""


class Fleet(Protocol):
    """The workers that share the jobs."""

    def beat(self, worker: str) -> bool:
        """Note that a worker is alive; False where others have its jobs already."""

    def leave(self, worker: str) -> None:
        """Note that a worker has stopped."""

    def dead(self, term: float, *, host: str = "", pids: Callable[[], frozenset[int]] = frozenset, alone: str = "") -> tuple[str, ...]:
        """Name the workers whose jobs nobody has taken over yet."""

    def standing(self) -> frozenset[str]:
        """Name the workers of which nobody knows that they have ended."""

    def taken(self, worker: str, by: str, jobs: int) -> bool:
        """Note that a dead worker's jobs are taken over."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chore:
    """Something that a worker does now and then."""

    name: str
    every: float
    """Seconds."""

    work: Callable[[], object]


class Superseded(Exception):
    """Others think that this worker is dead, and do its jobs: it must end."""


class Worker:
    """Does what is in the job store until it is told to stop."""

    def __init__(  # noqa: PLR0913  all of it is one thing: what a worker is made of
        self, name: str, engine: "Engine", store: JobStore, fleet: Fleet, chores: Sequence[Chore] = (), *, alone: bool, room: Callable[[], bool] = lambda: True,
        clock: Callable[[], float] = time.monotonic, sleep: Callable[[float], None] = time.sleep, host: str = "",
    ) -> None:  # fmt: skip
        """Put a worker together.

        Args:
            name: of this worker, that no other has or had.
            engine: launched already.
            store: where jobs are recorded.
            fleet: where workers are.
            chores: what else is to be done now and then.
            alone: whether a lock makes sure that there is no other: whoever is recorded as alive is dead.
            room: tells whether there is disk enough to begin anything.
            clock: seconds that never go back.
            sleep: waits a number of seconds.
            host: of this machine; empty where it is not known which of its processes run.
        """
        self.name, self._engine, self._store, self._fleet = name, engine, store, fleet
        self._alone, self._room, self._clock, self._sleep, self._host = alone, room, clock, sleep, host
        self._suspects: frozenset[str] = frozenset()
        own = (
            Chore(name="send", every=0.0, work=self._send), Chore(name="beat", every=TERM / 3, work=self._beat),
            Chore(name="take over", every=TERM / 3, work=self._take_over),
            Chore(name="find lost", every=5.0, work=self._find_lost), Chore(name="find forgotten", every=10.0, work=self._find_forgotten),
        )  # fmt: skip
        self._own, self._others = own, tuple(chores)
        self._beaten, self._was_away = self._clock(), False

    def work(self, until: Callable[[], bool], alive: Callable[[], object] = lambda: None, every: float = TERM / 3) -> None:
        """Work until something is so.

        Args:
            until: asked several times a second, after all chores were done once: they may find something to do.
            alive: called now and then, as long as work goes on.
            every: after so many seconds.

        Raises:
            Superseded: others do its jobs by now.
        """
        own = _Round((*self._own, Chore(name="alive", every=every, work=alive)), self._clock)
        over, looked = threading.Event(), threading.Event()
        beside = threading.Thread(target=self._look_after, args=(over, looked), name="chores", daemon=True)
        self._beaten = self._clock()
        beside.start()
        try:
            own.go()
            looked.wait(_CHORE_PATIENCE)
            while not _answered(until):
                own.go()
                self._sleep(_TICK)
        finally:
            over.set()
            beside.join(_CHORE_PATIENCE)

    def _look_after(self, over: threading.Event, looked: threading.Event) -> None:
        """Do what may take long: meanwhile others must see that this worker is alive."""
        others = _Round(self._others, self._clock)
        while not over.is_set():
            others.go()
            looked.set()
            over.wait(_TICK)

    def stop(self, patience: float) -> None:
        """Let every job here stop at its next step, and give them back.

        Args:
            patience: seconds to wait for steps that take long; what is cut off then is done again elsewhere.
        """
        self._engine.halt()
        end = self._clock() + patience
        while self._engine.busy and self._clock() < end:
            try:
                self._beat()
            except (AudiopubError, Superseded):
                break
            self._sleep(_TICK)
        try:
            self._store.give_back(self.name)
            self._fleet.leave(self.name)
        except AudiopubError as error:
            _LOG.warning("%s", error)
        if not self.stands_still:
            self._engine.close()

    @property
    def stands_still(self) -> bool:
        """Tell whether steps take longer here than was waited for them, so that this process does not end by itself soon."""
        return bool(self._engine.busy)

    def _send(self) -> None:
        """Give the engine what it does not have, editors' jobs first."""
        if not self._room():
            return
        for job in self._store.unsent(_SENT_AT_ONCE):
            self._engine.enqueue(job, NAMES[job.order.kind])
            self._store.sent(job)

    def _beat(self) -> None:
        if not self._fleet.beat(self.name):
            raise Superseded(self.name)
        now = self._clock()
        self._beaten, self._was_away = now, now - self._beaten >= TERM

    def _take_over(self) -> None:
        """Put back what dead workers were at; each is noted as taken only after that, so that whoever dies in between leaves it to the next."""
        if self._was_away:
            return  # from the database, which was away from everybody perhaps: others are given the time to say so
        for dead in self._fleet.dead(TERM, host=self._host if _pids() else "", pids=_pids, alone=self.name if self._alone else ""):
            if dead == self.name:
                continue
            count = self._taken_over(dead)
            self._fleet.taken(dead, self.name, count)
        working = self._engine.executors()  # before it is asked who stands: whoever takes something has joined before
        for left in frozenset(working) - self._fleet.standing():
            if left != self.name:  # it took something from a queue in the moment in which it ended, or was frozen
                self._taken_over(left)

    def _taken_over(self, dead: str) -> int:
        count = self._engine.take_over(dead)
        if count:
            _LOG.warning("took over %d jobs of %s", count, dead, extra={"fields": {"event": "takeover", "worker": self.name, "dead": dead, "jobs": count}})
        return count

    def _find_lost(self) -> None:
        """Resume what the engine has lost sight of here: its database was full or away just then."""
        lost = frozenset(self._engine.lost())
        for run in sorted(lost & self._suspects):  # seen twice: it did not only just begin or end
            job = self._store.get(run.rpartition(".")[0])
            if job is not None:
                _LOG.warning("resumed %s", run)
                self._engine.resume(run, job.order.queue)
        self._suspects = lost - self._suspects

    def _find_forgotten(self) -> None:
        """Begin anew what is promised and sent, and what the engine does not know or believes to have ended: its database was lost, or went back in time."""
        found = self._store.jobs(states=OPEN, newest=False, limit=2000)
        open_ = {job.workflow: job for job in found if job.sent}
        for run in self._engine.ended(open_):
            fresh = self._store.get(open_[run].id)
            if fresh is not None and fresh.workflow == run and not fresh.is_over:
                self._store.renew(fresh.id, fresh.run)


class _Round:
    """Chores, each done when its time has come. None ends the worker, except that it is superseded."""

    def __init__(self, chores: Sequence[Chore], clock: Callable[[], float]) -> None:
        self._clock = clock
        self._due = dict.fromkeys(chores, clock())

    def go(self) -> None:
        for chore, due in self._due.items():
            if self._clock() >= due:
                _try(chore)
                self._due[chore] = self._clock() + chore.every


def _answered(until: Callable[[], bool]) -> bool:
    """Tell whether it is time to end; a database that is away is no reason to."""
    try:
        return until()
    except AudiopubError as error:
        _LOG.warning("%s", error)
        return False


def _try(chore: Chore) -> None:
    try:
        chore.work()
    except AudiopubError as error:
        _LOG.warning("%s: %s", chore.name, error)
    except Superseded:
        raise
    except Exception:  # noqa: BLE001  a worker that ends for one broken chore does nothing any more
        _LOG.exception("%s", chore.name)


def _pids() -> frozenset[int]:
    """Give the processes of this machine; none where that cannot be told."""
    try:
        return frozenset(int(name) for name in os.listdir("/proc") if name.isdigit())  # noqa: PTH208  no Path in this room
    except OSError:
        return frozenset()
