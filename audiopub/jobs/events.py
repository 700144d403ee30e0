"""Changes of jobs as they happen, for a terminal or a browser."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from audiopub.jobs.model import Job
from audiopub.jobs.store import JobStore

_OVERLAP = 500
"""Milliseconds that are looked at twice: a change may become visible a little after its moment."""


def follow(store: JobStore, since: int, pause: Callable[[], bool]) -> Iterator[Job]:
    """Give every job that changes, once a change.

    Args:
        store: where jobs are recorded.
        since: a moment of the store's clock; 0 for all that is there.
        pause: waits a little between two looks; False to end.
    """
    told: dict[tuple[str, int, int, str], None] = {}
    while True:
        for job in store.changes(max(0, since - _OVERLAP)):
            mark = (job.id, job.run, job.changed, job.state.value)
            if mark not in told:
                yield job
            told[mark] = None
            since = max(since, job.changed)
        for old in [mark for mark in told if mark[2] < since - _OVERLAP]:
            del told[old]
        if not pause():
            return


def plain_job(job: Job) -> Mapping[str, Any]:
    """Give a job as plain values, for JSON."""
    return {
        "id": job.id, "kind": job.order.kind.value, "show": job.order.show, "source": job.order.source, "queue": job.order.queue.value, "state": job.state.value,
        "run": job.run, "stage": job.stage, "done": job.done, "of": job.of, "title": job.title, "by": job.order.by, "parent": job.order.parent, "worker": job.worker,
        "attempts": job.attempts, "asked_ms": job.asked, "started_ms": job.started, "finished_ms": job.finished, "changed_ms": job.changed, "until_ms": job.until,
        "outcome": dict(job.outcome),
    }  # fmt: skip
