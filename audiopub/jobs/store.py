"""The port to where jobs are recorded: what is in it is promised."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from audiopub.jobs.model import Job, JobState, Kind, Order, Queue


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """How far a job is, as its worker sees it."""

    stage: str
    done: int = 0
    of: int = 0
    title: str = ""
    reached: int = 0
    """A number that grows as the job comes further; see :attr:`Job.attempts`."""


class JobStore(Protocol):
    """Keeps jobs. Every method is one transaction; moments are the database's."""

    def submit(self, order: Order, *, job_id: str = "", again: bool = False) -> tuple[Job, bool]:
        """Record a job, or find the one that does the same already.

        Args:
            order: what is wanted.
            job_id: the job's id; made from the order's key where it is empty.
            again: whether one that has ended is begun anew, as its next run.

        Returns:
            The job, and whether it is new or begun anew. One that waits in a slower queue is moved to the order's, and is the order's from then on; one that
            waits is made of the page that was found last.
        """

    def get(self, job_id: str) -> Job | None:
        """Give a job; None where there is none."""

    def jobs(
        self, *, states: Iterable[JobState] = (), kinds: Iterable[Kind] = (), show: str = "", parent: str = "", limit: int = 0, newest: bool = True
    ) -> tuple[Job, ...]:
        """List jobs.

        Args:
            states: any of these; all where empty.
            kinds: any of these; all where empty.
            show: of one show; of all where empty.
            parent: of one night; in its order.
            limit: most; 0 for all.
            newest: begin with those asked for last, rather than first.
        """

    def changes(self, since: int) -> tuple[Job, ...]:
        """Give the jobs that changed at or after a moment of the database's clock, in that order."""

    def clock(self) -> int:
        """Give the present moment of the database's clock."""

    def unsent(self, limit: int) -> tuple[Job, ...]:
        """Give the jobs that the engine does not have, or has in another queue, editors' first."""

    def sent(self, job: Job) -> None:
        """Note that the engine has a job, in its queue and its run."""

    def begin(self, job_id: str, run: int, worker: str) -> Job | None:
        """Note that a worker begins a job's run, once more perhaps; None where that run is over. One that was taken back meanwhile is over now.

        It is an attempt, unless the same worker was at it before, which lives, or it was left while it only waited.
        """

    def postpone(self, job_id: str, run: int, seconds: float) -> None:
        """Put a run off: it is queued again, under the next number, and nobody has it within so many seconds."""

    def seen(self, job: Job, seen: Seen) -> bool:
        """Note how far a job is; tell whether it is still wanted of whoever began it."""

    def waits(self, job: Job, until: int, why: Mapping[str, Any]) -> None:
        """Note that a job waits, until a moment of the database's clock; 0 where that is not known."""

    def end(self, job: Job, state: JobState, outcome: Mapping[str, Any]) -> bool:
        """Note how a job's run ended; tell whether it counts: it was the first to say so, and nobody else began that run since."""

    def give_back(self, worker: str) -> None:
        """Note that a worker stops: what it was at waits again, and that does not count as a failed attempt."""

    def retry(self, job_id: str, now: datetime) -> Job | None:
        """Begin a job anew that has ended, with another present moment; None where there is none, or it has not ended."""

    def renew(self, job_id: str, run: int) -> None:
        """Begin a run anew, under the next number, that the engine has lost; one that was taken back is over now. That does not count as a failed attempt."""

    def cancel(self, job_id: str) -> Job | None:
        """Take a job back: at once where it waits, at its next step where it runs; with it what it put up that nobody else wants. None where there is none."""

    def forget(self, before: int) -> int:
        """Delete what ended before a moment of the database's clock; give how many jobs those were."""

    def move(self, job_id: str, queue: Queue) -> Job | None:
        """Let a job that waits wait in another queue, on its own from then on; None where there is none that waits."""
