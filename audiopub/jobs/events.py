"""Changes of jobs as they happen, for a terminal or a browser."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from audiopub.jobs.model import Job
from audiopub.jobs.store import JobStore

_OVERLAP = 500
"""Milliseconds that are looked at twice: a change may become visible a little after its moment."""


class Changes:
    """The changes of jobs since it was last asked, each once."""

    def __init__(self, store: JobStore, since: int) -> None:
        """Begin at a moment of the store's clock; 0 for all that is there."""
        self._store, self._since = store, since
        self._told: set[tuple[str, int, int, str]] = set()

    def new(self) -> tuple[Job, ...]:
        """Give the jobs that changed, in the order of their changes."""
        found = [job for job in self._store.changes(max(0, self._since - _OVERLAP)) if _mark(job) not in self._told]
        self._told.update(map(_mark, found))
        self._since = max([self._since, *(job.changed for job in found)])
        self._told = {mark for mark in self._told if mark[2] >= self._since - _OVERLAP}
        return tuple(found)


def follow(store: JobStore, since: int, pause: Callable[[], bool]) -> Iterator[Job]:
    """Give every job that changes, once a change.

    Args:
        store: where jobs are recorded.
        since: a moment of the store's clock; 0 for all that is there.
        pause: waits a little between two looks; False to look a last time and end.
    """
    changes = Changes(store, since)
    goes_on = True
    while goes_on:
        goes_on = pause()
        yield from changes.new()


def _mark(job: Job) -> tuple[str, int, int, str]:
    return job.id, job.run, job.changed, job.state.value


def plain_job(job: Job) -> Mapping[str, Any]:
    """Give a job as plain values, for JSON."""
    return {
        "id": job.id, "kind": job.order.kind.value, "show": job.order.show, "source": job.order.source, "queue": job.order.queue.value, "state": job.state.value,
        "run": job.run, "stage": job.stage, "done": job.done, "of": job.of, "title": job.title, "by": job.order.by, "parent": job.order.parent, "worker": job.worker,
        "attempts": job.attempts, "asked_ms": job.asked, "started_ms": job.started, "finished_ms": job.finished, "changed_ms": job.changed, "until_ms": job.until,
        "outcome": dict(job.outcome),
    }  # fmt: skip
