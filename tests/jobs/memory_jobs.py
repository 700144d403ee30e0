"""The port of the job store from memory, with a clock that is set by hand: the simplest answer to what the port means."""

import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import count
from typing import Any

from audiopub.jobs.model import OPEN, Job, JobState, Kind, Order, Queue
from audiopub.jobs.store import Seen

_RANK = {Queue.EDITOR: 0, Queue.FEED: 0, Queue.NIGHTS: 1, Queue.NIGHTLY: 2}


@dataclass
class _Kept:
    job: Job
    number: int
    mark: int = 0
    reached: int = 0


@dataclass
class MemoryJobStore:
    """Jobs in a dictionary."""

    now: Callable[[], int] = field(default_factory=lambda: count(1_790_000_000_000).__next__)
    """The clock, in milliseconds."""

    kept: dict[str, _Kept] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._lock = threading.RLock()

    def submit(self, order: Order, *, job_id: str = "", again: bool = False) -> tuple[Job, bool]:
        with self._lock:
            wanted, now = job_id or order.key, self.now()
            kept = self.kept.get(wanted)
            if kept is None:
                self.kept[wanted] = _Kept(Job(id=wanted, order=order, state=JobState.QUEUED, asked=now, changed=now), len(self.kept))
                return self.kept[wanted].job, True
            if kept.job.is_over and again:
                self._anew(kept, order)
                return kept.job, True
            if kept.job.state is JobState.QUEUED:
                queue = min(kept.job.order.queue, order.queue, key=_RANK.__getitem__)
                wish = order.wish if order.key == kept.job.order.key else kept.job.order.wish
                if (queue, wish) != (kept.job.order.queue, kept.job.order.wish):
                    changed = replace(kept.job.order, queue=queue, wish=wish)
                    self._set(kept, order=replace(changed, parent=order.parent, by=order.by) if queue is not kept.job.order.queue else changed)
            return kept.job, False

    def get(self, job_id: str) -> Job | None:
        with self._lock:
            return self.kept[job_id].job if job_id in self.kept else None

    def jobs(
        self, *, states: Iterable[JobState] = (), kinds: Iterable[Kind] = (), show: str = "", parent: str = "", limit: int = 0, newest: bool = True
    ) -> tuple[Job, ...]:
        def is_wanted(job: Job) -> bool:
            return (
                (not chosen or job.state in chosen) and (not sorts or job.order.kind in sorts)
                and (not show or job.order.show == show) and (not parent or job.order.parent == parent)
            )  # fmt: skip

        with self._lock:
            chosen, sorts = tuple(states), tuple(kinds)
            found = sorted((kept.job for kept in self.kept.values() if is_wanted(kept.job)), key=lambda job: job.id)
            if parent:
                found.sort(key=lambda job: job.order.place)
            else:
                found.sort(key=lambda job: (job.asked, job.order.place), reverse=newest)
            return tuple(found[:limit] if limit else found)

    def changes(self, since: int) -> tuple[Job, ...]:
        with self._lock:
            found = (kept.job for kept in self.kept.values() if kept.job.changed >= since)
            return tuple(sorted(found, key=lambda job: (job.changed, job.id)))

    def clock(self) -> int:
        return self.now()

    def unsent(self, limit: int) -> tuple[Job, ...]:
        def is_wanted(job: Job) -> bool:
            return not job.is_over and job.sent != _has(job) and job.until <= now and (job.state is JobState.QUEUED or not job.sent)

        with self._lock:
            now = self.now()
            found = (kept.job for kept in self.kept.values() if is_wanted(kept.job))
            return tuple(sorted(found, key=lambda job: (_RANK[job.order.queue], job.asked, job.order.place, job.id))[:limit])

    def sent(self, job: Job) -> None:
        with self._lock:
            kept = self.kept.get(job.id)
            if kept is not None and kept.job.run == job.run:
                kept.job = replace(kept.job, sent=_has(job))

    def begin(self, job_id: str, run: int, worker: str) -> Job | None:
        with self._lock:
            kept = self.kept.get(job_id)
            if kept is None or kept.job.run != run or kept.job.is_over:
                return None
            if kept.job.cancel:
                self._over(kept)
                return None
            innocent = kept.job.attempts > 0 and (kept.job.worker == worker or kept.job.state is JobState.WAITING)
            elsewhere = kept.job.attempts > 1 and kept.job.spot != kept.job.died
            attempts = 1 if kept.reached > kept.mark else kept.job.attempts if innocent else 2 if elsewhere else kept.job.attempts + 1
            kept.mark, died = kept.reached, kept.job.died if innocent else kept.job.spot
            self._set(kept, state=JobState.RUNNING, worker=worker, started=kept.job.started or self.now(), until=0, attempts=attempts, died=died, spot=0)
            return kept.job

    def seen(self, job: Job, seen: Seen) -> bool:
        with self._lock:
            kept = self._of_whom(job)
            if kept is None or kept.job.cancel:
                return False
            kept.reached = max(kept.reached, seen.reached)
            attempts = 0 if kept.reached > kept.mark else kept.job.attempts
            title = seen.title or kept.job.title
            self._set(kept, state=JobState.RUNNING, stage=seen.stage, done=seen.done, of=seen.of, until=0, title=title, attempts=attempts, spot=seen.reached)
            return True

    def waits(self, job: Job, until: int, why: Mapping[str, Any]) -> None:
        with self._lock:
            if kept := self._of_whom(job):
                self._set(kept, state=JobState.WAITING, until=until, outcome=dict(why))

    def end(self, job: Job, state: JobState, outcome: Mapping[str, Any]) -> bool:
        with self._lock:
            kept = self._of_whom(job)
            if kept is not None:
                title = str(outcome.get("title") or kept.job.title)
                self._set(kept, state=state, outcome=dict(outcome), finished=self.now(), until=0, stage="", title=title)
            return kept is not None

    def give_back(self, worker: str) -> None:
        with self._lock:
            for kept in self.kept.values():
                if kept.job.worker == worker and kept.job.state in {JobState.RUNNING, JobState.WAITING}:
                    if kept.job.cancel:
                        self._over(kept)
                    else:
                        self._set(kept, state=JobState.QUEUED, worker="", until=0, attempts=max(0, kept.job.attempts - 1))

    def postpone(self, job_id: str, run: int, seconds: float) -> None:
        with self._lock:
            kept = self.kept.get(job_id)
            if kept is None or kept.job.run != run or kept.job.is_over:
                return
            if kept.job.cancel:
                self._over(kept)
            else:
                self._set(kept, run=run + 1, state=JobState.QUEUED, sent="", worker="", until=self.now() + int(seconds * 1000))

    def retry(self, job_id: str, now: datetime) -> Job | None:
        with self._lock:
            kept = self.kept.get(job_id)
            if kept is None or not kept.job.is_over:
                return None
            self._anew(kept, replace(kept.job.order, now=now))
            return kept.job

    def renew(self, job_id: str, run: int) -> None:
        with self._lock:
            kept = self.kept.get(job_id)
            if kept is None or kept.job.run != run or kept.job.is_over:
                return
            if kept.job.cancel:
                self._over(kept)
            else:
                self._set(kept, run=run + 1, state=JobState.QUEUED, sent="", worker="", until=0, attempts=max(0, kept.job.attempts - 1))

    def cancel(self, job_id: str) -> Job | None:
        with self._lock:
            found = self.kept.get(job_id)
            if found is None or found.job.is_over:
                return found.job if found else None
            for kept in self.kept.values():
                is_own = kept.job.order.parent == job_id and kept.job.order.queue is Queue.NIGHTLY
                if (kept is found or is_own) and kept.job.state in OPEN:
                    self._set(kept, cancel=True)
                    if kept.job.state is JobState.QUEUED:
                        self._over(kept)
            return found.job

    def forget(self, before: int) -> int:
        with self._lock:
            old = [key for key, kept in self.kept.items() if kept.job.is_over and kept.job.finished < before]
            for key in old:
                del self.kept[key]
            return len(old)

    def move(self, job_id: str, queue: Queue) -> Job | None:
        with self._lock:
            kept = self.kept.get(job_id)
            if kept is None or kept.job.state is not JobState.QUEUED:
                return None
            self._set(kept, order=replace(kept.job.order, queue=queue, parent=""))
            return kept.job

    def _of_whom(self, job: Job) -> _Kept | None:
        kept = self.kept.get(job.id)
        is_same = kept is not None and (kept.job.run, kept.job.worker) == (job.run, job.worker) and not kept.job.is_over
        return kept if is_same else None

    def _anew(self, kept: _Kept, order: Order) -> None:
        now = self.now()
        kept.job = Job(id=kept.job.id, order=order, state=JobState.QUEUED, run=kept.job.run + 1, title=kept.job.title, asked=now, changed=now)
        kept.mark = kept.reached = 0

    def _over(self, kept: _Kept) -> None:
        self._set(kept, state=JobState.CANCELLED, finished=self.now(), until=0, stage="", outcome={"outcome": "cancelled"})

    def _set(self, kept: _Kept, **values: Any) -> None:
        kept.job = replace(kept.job, changed=self.now(), **values)


def _has(job: Job) -> str:
    return f"{job.order.queue.value}:{job.run}"
