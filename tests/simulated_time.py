"""Time that passes only when every thread sleeps: what many threads do is the same in every run, and takes no time."""

import heapq
import threading
from bisect import bisect_left
from collections.abc import Callable, Sequence
from itertools import count

Work = Callable[[], None]


class SimulatedTime:
    """A clock, its ``sleep``, and threads of which one runs at a time: whose sleep ends first."""

    def __init__(self, now: float = 1_790_000_000.0) -> None:
        """Begin at a moment, in seconds since 1970."""
        self.now = now
        self._numbers = count()
        self._asleep: list[tuple[float, int]] = []
        self._awake: tuple[float, int] | None = None
        self._changed = threading.Condition()
        self._failures: list[BaseException] = []

    def __call__(self) -> float:
        """Tell the time."""
        return self.now

    def sleep(self, seconds: float) -> None:
        """Let the others go on until so many seconds have passed."""
        ticket = self._ticket(seconds)
        with self._changed:
            self._wake_next()
        self._until(ticket)

    def run(self, works: Sequence[Work]) -> None:
        """Do several things side by side until all are done; what one raises is raised here."""
        threads = [threading.Thread(target=self._done, args=(work, self._ticket(0)), daemon=True) for work in works]
        for thread in threads:
            thread.start()
        with self._changed:
            self._wake_next()
        for thread in threads:
            thread.join(60)
            assert not thread.is_alive(), "nobody sleeps, and nobody is done"
        if self._failures:
            raise self._failures[0]

    def _done(self, work: Work, ticket: tuple[float, int]) -> None:
        self._until(ticket)
        try:
            work()
        except BaseException as error:  # noqa: BLE001  it is raised where all are waited for
            self._failures.append(error)
        with self._changed:
            self._wake_next()

    def _ticket(self, seconds: float) -> tuple[float, int]:
        with self._changed:
            ticket = (self.now + max(0.0, seconds), next(self._numbers))
            heapq.heappush(self._asleep, ticket)
            return ticket

    def _wake_next(self) -> None:
        if self._asleep:
            self._awake = heapq.heappop(self._asleep)
            self.now = self._awake[0]
            self._changed.notify_all()

    def _until(self, ticket: tuple[float, int]) -> None:
        with self._changed:
            self._changed.wait_for(lambda: self._awake == ticket)


def most_in_a_second(moments: Sequence[float]) -> int:
    """Give the most that lie within any one second."""
    ordered = sorted(moments)
    return max((bisect_left(ordered, moment + 1) - place for place, moment in enumerate(ordered)), default=0)
