"""Much to do: editors before a long night, a thousand articles, one worker against two."""

import os
import sqlite3
import statistics
from collections import Counter
from contextlib import closing
from dataclasses import dataclass, field

from audiopub.adapters.sql.schema import jobs
from audiopub.jobs.model import ENDED, JobState, Kind
from benchmarks.experiments.ground import SECONDS_AN_ARTICLE, Findings, Ground, NotHere, differences, ground, moment, percentile, repeated
from benchmarks.newsroom import NOW
from tests.worker_process import Installation, WorkerProcess

_PROMISED_WAIT = 1.0
"""Seconds in which 95 of 100 jobs of editors have begun."""

_GROWTH = 50_000_000
"""Bytes that a worker may grow by after it is warm."""


def editor(*, queued: int = 1000, submissions: int = 40, again: int = 10, db: str = "sqlite", seed: int = 1) -> Findings:
    """Order articles as an editor while a long night waits.

    Args:
        queued: articles of the night.
        submissions: of the editor, of articles that are not in the night, one after the other.
        again: further submissions, of articles that wait in the night already.
        db: ``sqlite`` or ``postgres``.
        seed: of what the newspaper writes.
    """
    found = Findings(f"editor on {db}")
    with ground(queued + submissions, db, listed=queued, seed=seed) as place:
        here = place.installation("editor")
        here.order_night(NOW)
        with WorkerProcess(here) as worker:
            place.wait(lambda: here.counts(Kind.RENDER).total() >= queued, "the night to be queued", here, worker, seconds=600)
            place.wait(here.is_mid_batch, "the night to be under way", here, worker)
            fresh = [_waited(place, here, worker, queued + number) for number in range(submissions)]
            known = [_waited(place, here, worker, queued - 1 - number) for number in range(min(again, queued // 2))]
            left = here.counts(Kind.RENDER)[JobState.QUEUED]
        found.say("articles of the night, still queued at the end", f"{queued}, {left}")
        found.say(f"seconds to the first step, median of {len(fresh)}", round(statistics.median(fresh), 3))
        found.promise(f"seconds to the first step, 95 of 100 (< {_PROMISED_WAIT:g})", round(p95 := percentile(fresh, 0.95), 3), kept=p95 < _PROMISED_WAIT)
        if known:
            found.say(f"of articles that waited in the night, median and most of {len(known)}", f"{statistics.median(known):.3f}, {max(known):.3f}")
    return found


def _waited(place: Ground, here: Installation, worker: WorkerProcess, number: int) -> float:
    """Order an article; give the seconds from its acknowledgement, or from the moment before a waiting one was moved, to its beginning; wait until it is over."""
    source = place.newsroom.url(number)
    was = here.job_of(source)
    before = here.now_ms()
    here.order(source, NOW)
    ordered = here.now_ms()
    place.wait(lambda: (here.job_of(source) or {}).get("started"), "an editor's job to begin", here, worker)
    job = here.job_of(source)
    assert job is not None  # noqa: S101  it has begun
    # The row of one that is new tells when it was recorded; of one that was moved, we know only that it was before the command had ended.
    asked = job["asked"] if was is None else max(before, min(ordered, job["started"]))
    place.wait(lambda: (here.job_of(source) or {}).get("state") in ENDED, "an editor's job to end", here, worker)
    return max(0.0, float(job["started"] - asked) / 1000)


@dataclass
class _Memory:
    """What a worker holds as articles are done."""

    here: Installation
    worker: WorkerProcess
    seen: list[tuple[int, int]] = field(default_factory=list)
    """Articles done, and bytes."""

    def look(self) -> None:
        """Note both."""
        if self.worker.code is None:
            self.seen.append((self.here.counts(Kind.RENDER)[JobState.DONE], self.worker.memory()))

    def at(self, done: int) -> int:
        """Give the most that it held while few more than so many articles were done."""
        near = [held for count, held in self.seen if done <= count <= done + max(5, done // 10)]
        return max(near, default=0)

    @property
    def last(self) -> int:
        """Give the most that it held in the end."""
        return max((held for _, held in self.seen[-20:]), default=0)


def thousand(*, articles: int = 1000, warm: int = 200, db: str = "sqlite", seed: int = 1) -> Findings:
    """Do a night of a thousand articles, and the next night, in which there is nothing new.

    Args:
        articles: of the night.
        warm: after how many of them the worker's memory should no longer grow.
        db: ``sqlite`` or ``postgres``.
        seed: of what the newspaper writes.
    """
    found = Findings(f"thousand on {db}")
    with ground(articles, db, seed=seed) as place:
        here = place.installation("thousand")
        here.order_night(NOW)
        with WorkerProcess(here, spied=True) as worker:
            memory = _Memory(here, worker)
            seconds = place.finish(here, worker, seconds=SECONDS_AN_ARTICLE * articles, meanwhile=memory.look)
            found.say("seconds of the night", round(seconds))
            found.promise("exit code of the worker", code := worker.end(), kept=code == 0)
        files = place.judge(found, here)
        early, late, most = memory.at(warm), memory.last, max(held for _, held in memory.seen)
        found.say(f"megabytes of the worker after {warm} articles, in the end, at most", " ".join(f"{held / 1e6:.0f}" for held in (early, late, most)))
        growth = late - early
        found.promise(f"megabytes that it grew by (≤ {_GROWTH / 1e6:.0f})", round(growth / 1e6, 1), kept=growth <= _GROWTH)
        spoken, asked = repeated(here)[0], place.newsroom.requests.total()
        place.newsroom.forget()
        here.order_night(moment(1))
        with WorkerProcess(here, spied=True) as worker:
            found.say("seconds of the second night", round(place.finish(here, worker, seconds=SECONDS_AN_ARTICLE * articles)))
            worker.end()
        found.same("sentences spoken in the second night", repeated(here)[0] - spoken, 0)
        found.same("files that the second night changed", differences(place.served(here), files), [])
        again, unchanged = place.newsroom.requests.total(), place.newsroom.unchanged.total()
        found.say("requests to the newspaper, first night; second, of them 304", f"{asked}; {again}, {unchanged}")
    return found


def two(*, articles: int = 40, rounds: int = 3, seed: int = 1) -> Findings:
    """Let one worker with one core do a night, and two with a core each, in turns."""
    cores = sorted(os.sched_getaffinity(0))
    if len(cores) < 2:  # noqa: PLR2004  one for each
        raise NotHere("this machine has one core")
    found = Findings("two")
    alone, together = [], []
    with ground(articles, "postgres", seed=seed) as place:
        for _ in range(rounds):
            alone.append(_night(place, cores[:1]))
            together.append(_night(place, cores[:2]))
    found.say(f"seconds of {articles} articles with one worker", " ".join(f"{seconds:.1f}" for seconds in alone))
    found.say("with two", " ".join(f"{seconds:.1f}" for seconds in together))
    found.say("times as quick, by the medians", round(statistics.median(alone) / statistics.median(together), 2))
    return found


def _night(place: Ground, cores: list[int]) -> float:
    """Do a night with a worker on each of some cores; give the seconds from the beginning of the first article to the end of the last."""
    here = place.installation(f"cores{len(cores)}")
    machines = [here, *(here.on_the_same(f"w{number}") for number in range(2, len(cores) + 1))]
    running = [WorkerProcess(machine, "--jobs", "1", core=core, host=machine.name) for machine, core in zip(machines, cores, strict=True)]
    try:
        place.wait(lambda: all(worker.is_working() for worker in running), "the workers to come up", here, *running)
        here.order_night(NOW)
        place.finish(here, *running)
        codes = [worker.end() for worker in running]
        assert not any(codes), codes  # noqa: S101  a night that went wrong has no time
    finally:
        for worker in running:
            worker.kill()
    rows = here.articles()
    assert all(row["state"] == JobState.DONE for row in rows)  # noqa: S101
    return float(max(row["finished"] for row in rows) - min(row["started"] for row in rows)) / 1000


def upgrade(*, articles: int = 20, seed: int = 1) -> Findings:
    """Let a newer release, whose workflow of an article has another step, go on with what an older one had in hand.

    Args:
        articles: of the night that the older one begins; half as many are ordered of the newer one.
        seed: of what the newspaper writes.
    """
    found = Findings("upgrade")
    with ground(articles + articles // 2, listed=articles, seed=seed) as place:
        here = place.installation("upgrade")
        here.order_night(NOW)
        with WorkerProcess(here) as old:
            place.wait(
                lambda: here.is_mid_batch() and here.counts(Kind.RENDER).total() >= articles and not here.rows(jobs, jobs.c.sent == ""),
                "the night to be mid-batch",
                here,
                old,
            )
            old.kill()
        begun = _workflows(here, "PENDING")
        left = _workflows(here, "PENDING", "ENQUEUED")
        place.newsroom.listed = None
        with WorkerProcess(here, newer="render.v2") as new:
            for number in range(articles, articles + articles // 2):
                here.order(place.newsroom.url(number), NOW)
            place.finish(here, new)
            found.promise("exit code of the newer worker", code := new.end(), kept=code == 0)
        found.promise("articles that the older release had begun (at least one)", begun["render.v1"], kept=begun["render.v1"] > 0)
        found.say("articles that it had in the engine in all", left["render.v1"])
        found.same("articles done by the older workflow", _workflows(here, "SUCCESS")["render.v1"], articles)
        found.same("articles done by the newer workflow", _workflows(here, "SUCCESS")["render.v2"], articles // 2)
        found.same("workflows that nobody comes back to", sum(_workflows(here, "PENDING", "ENQUEUED", "ERROR").values()), 0)
        place.judge(found, here)
    return found


def _workflows(here: Installation, *states: str) -> Counter[str]:
    """Count what the engine has in some of its states, by the names of the workflows."""
    with closing(sqlite3.connect(here.state / "jobs.sqlite")) as connection:
        return Counter(name for name, state in connection.execute("SELECT name, status FROM workflow_status") if state in states)
