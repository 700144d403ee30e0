"""Workers that are killed, frozen, or do not know what time it is."""

import random
import statistics
import time
from collections.abc import Callable, Sequence

from audiopub.adapters.sql.schema import jobs, workers
from audiopub.jobs.model import ENDED, JobState
from benchmarks.experiments.ground import GRACE, TERM, Findings, Ground, ground, made, repeated
from benchmarks.newsroom import NOW
from tests.worker_process import Installation, WorkerProcess

_SOONEST, _LATEST = 0.1, 2.5
"""Seconds after a worker has begun between which it is killed."""

_HOUR = 3600.0
_LOOKS = 2 * TERM / 3
"""Seconds in which every worker gives two signs of life, and looks for those of others."""

_SUPERSEDED = 75


def kills(*, db: str = "sqlite", kills: int = 100, articles: int = 40, store: str = "folder", seed: int = 1) -> Findings:
    """Kill the only worker again and again at any moment; start it again.

    Args:
        db: ``sqlite`` or ``postgres``.
        kills: how many.
        articles: of a night; nights follow each other until there were so many kills.
        store: where files go, ``folder`` or ``s3``.
        seed: of the moments.
    """
    found = Findings(f"kills on {db}, {store}")
    chance = random.Random(seed)
    with ground(articles, db, bucket=store == "s3", seed=seed) as place:
        calm, wanted = place.undisturbed()
        nights: list[Installation] = []
        done, recovered, suspected = 0, list[float](), list[int]()
        while done < kills:
            night = place.installation("killed")
            nights.append(night)
            night.order_night(NOW)
            done += _killed_through(place, night, kills - done, chance, recovered, suspected)
            judged = Findings(f"night {len(nights)}")
            place.judge(judged, night, wanted=wanted)
            found.figures += judged.figures if len(nights) == 1 else judged.broken  # the same good news is told once
        found.say("kills", done)
        found.say("nights, articles of each", f"{len(nights)}, {articles}")
        found.say("workers that died over one job before it came further, at most", max(suspected, default=0))
        found.say("seconds from start to at work, median and most", f"{statistics.median(recovered):.1f}, {max(recovered):.1f}")
        found.say("sentences spoken undisturbed, of them for another time", "{}, {}".format(*repeated(calm)))
        found.say("the same with kills: what was repeated and no cache hit", "{}, {}".format(*map(sum, zip(*map(repeated, nights), strict=True))))
        found.say("made, and all segments, by the outcomes of jobs", "{}, {}".format(*map(sum, zip(*map(made, nights), strict=True))))
        found.say("files half written and left aside, which nobody serves", sum(night.left_aside() for night in nights))
        found.say("temporary files and folders that the killed left behind", sum(len(list(night.temporary.iterdir())) for night in nights))
    return found


def _killed_through(place: Ground, night: Installation, most: int, chance: random.Random, recovered: list[float], suspected: list[int]) -> int:
    """Kill the worker of a night until all is done or there were enough kills, then let it go on to the end; give how many kills there were."""
    count = 0
    while count < most:
        with WorkerProcess(night, spied=True) as worker:
            recovered.append(place.wait(worker.is_working, "the worker to come up", night, worker))
            time.sleep(chance.uniform(_SOONEST, _LATEST))
            if night.is_quiet():
                break
            worker.kill()
            suspected += [row["attempts"] for row in night.articles()]
            count += 1
    with WorkerProcess(night, spied=True) as last:
        place.finish(night, last)
        last.end()
    return count


def takeover(*, articles: int = 40, seed: int = 1) -> Findings:
    """Kill one of two workers for good in the middle of a night: the other, on another machine, has to take its jobs over."""
    found = Findings("takeover")
    with ground(articles, "postgres", bucket=True, seed=seed) as place:
        first = place.installation("two")
        second = first.beside("w2")
        with WorkerProcess(first, host="may-1") as dying, WorkerProcess(second, host="may-2") as living:
            _set_to_work(place, first, dying, living)
            dead = dying.row["id"]
            dying.freeze()  # what it has at this moment is what counts
            held = {row["id"] for row in first.rows(jobs, jobs.c.worker == dead) if row["state"] not in ENDED}
            dying.kill()
            seconds = place.wait(lambda: not _still_of(first, dead, held), "the dead worker's jobs to be taken over", first, living)
            found.promise("jobs it had in hand (at least one)", len(held), kept=bool(held))
            found.promise(f"seconds until others had them (≤ {TERM} + {GRACE})", round(seconds, 1), kept=seconds <= TERM + GRACE)
            place.finish(first, living)
            found.promise("exit code of the other", code := living.end(), kept=code == 0)
        place.judge(found, first)
    return found


def frozen(*, articles: int = 40, seed: int = 1) -> Findings:
    """Freeze one of two workers for longer than it may be silent, and let it go on: it must not undo or repeat what others did meanwhile."""
    found = Findings("frozen")
    with ground(articles, "postgres", bucket=True, seed=seed) as place:
        first = place.installation("frozen")
        second = first.beside("w2")
        with WorkerProcess(first, host="may-1") as ice, WorkerProcess(second, host="may-2") as living:
            _set_to_work(place, first, ice, living)
            before = ice.row
            ice.freeze()
            held = {row["id"] for row in first.rows(jobs, jobs.c.worker == before["id"]) if row["state"] not in ENDED}
            seconds = place.wait(lambda: not _still_of(first, before["id"], held), "the frozen worker's jobs to be taken over", first, living)
            time.sleep(max(0.0, TERM + GRACE - seconds))
            ice.resume()
            noticed = place.wait(lambda: ice.code is not None, "the frozen worker to notice that others have its jobs, and end", first, living)
            place.finish(first, living)
            found.promise("jobs it had in hand (at least one)", len(held), kept=bool(held))
            found.promise(f"seconds until others had them (≤ {TERM} + {GRACE})", round(seconds, 1), kept=seconds <= TERM + GRACE)
            found.say("seconds until it noticed after it was let go on", round(noticed, 1))
            found.same("its exit code", ice.code, _SUPERSEDED)
            found.promise("exit code of the other", code := living.end(), kept=code == 0)
        place.judge(found, first)
    return found


def skew(*, articles: int = 40, hours: Sequence[float] = (1.0, -1.0), seed: int = 1) -> Findings:
    """Let the clocks of two workers be an hour apart: none may think the other dead, and what they publish is the same.

    Args:
        articles: of each night.
        hours: by which the second worker's clock is ahead, one after the other.
        seed: of what the newspaper writes.
    """
    found = Findings("skew")
    with ground(articles, "postgres", bucket=True, seed=seed) as place:
        _, wanted = place.undisturbed()
        for shift in (_HOUR * ahead for ahead in hours):
            first = place.installation("skew")
            second = first.beside("w2")
            with WorkerProcess(first, host="may-1") as right, WorkerProcess(second, shift=shift, host="may-2") as wrong:
                _set_to_work(place, first, right, wrong)
                place.finish(first, right, wrong)
                time.sleep(_LOOKS)
                taken = [row["id"] for row in first.rows(workers) if row["taken_by"]]
                found.same(f"workers thought dead, one {shift / 60:+.0f} minutes", taken, [])
                done_by = {row["worker"] for row in first.articles()}
                found.promise(f"workers that had a share, one {shift / 60:+.0f} minutes", len(done_by), kept=len(done_by) == 2)  # noqa: PLR2004  both
                right.end()
                wrong.end()
            place.judge(found, first, wanted=wanted)
    return found


def _set_to_work(place: Ground, installation: Installation, *both: WorkerProcess) -> None:
    """Order a night when two workers are up, not before: the first would have done most of it while the second starts. Come back when both are amid it."""
    place.wait(lambda: all(worker.is_working() for worker in both), "both workers to come up", installation, *both)
    installation.order_night(NOW)
    place.wait(_both_at_work(installation, *both), "both workers to be mid-batch", installation, *both)


def _both_at_work(installation: Installation, *both: WorkerProcess) -> Callable[[], bool]:
    """Tell whether each of some workers has a job in hand, and something is done already."""

    def so() -> bool:
        names = {worker.row["id"] for worker in both if worker.is_working()}
        busy = {row["worker"] for row in installation.articles(jobs.c.state == JobState.RUNNING)}
        return len(names) == len(both) and names <= busy and installation.is_mid_batch()

    return so


def _still_of(installation: Installation, worker: str, held: set[str]) -> bool:
    """Tell whether a worker has still one of the jobs that it had."""
    return any(row["id"] in held and row["state"] not in ENDED for row in installation.rows(jobs, jobs.c.worker == worker))
