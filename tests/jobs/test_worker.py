"""What a worker does while it works, and when it stops."""

import os
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, cast

import pytest

from audiopub.errors import TryAgain
from audiopub.jobs.engine import Engine
from audiopub.jobs.model import Job, JobState, Queue
from audiopub.jobs.worker import TERM, Chore, Superseded, Worker
from tests.jobs.fakes import Sometimes, Time
from tests.jobs.memory_jobs import MemoryJobStore
from tests.jobs.orders import NIGHT, PUBLISH, RENDER, article


@dataclass
class FakeEngine:
    """Notes what it is given."""

    given: list[tuple[str, str, Queue]] = field(default_factory=list)
    of_dead: dict[str, int] = field(default_factory=dict)
    lost_runs: list[tuple[str, ...]] = field(default_factory=list)
    resumed: list[tuple[str, Queue]] = field(default_factory=list)
    open_runs: set[str] | None = None
    """That it knows; None for all."""

    busy: frozenset[str] = frozenset()
    asked: list[str] = field(default_factory=list)
    at_work: tuple[str, ...] = ()

    def executors(self) -> tuple[str, ...]:
        return self.at_work

    def enqueue(self, job: Job, workflow: str) -> None:
        self.given.append((job.workflow, workflow, job.order.queue))

    def take_over(self, worker: str) -> int:
        self.asked.append(f"take over {worker}")
        return self.of_dead.pop(worker, 0)

    def lost(self) -> tuple[str, ...]:
        return self.lost_runs.pop(0) if self.lost_runs else ()

    def resume(self, workflow_id: str, queue: Queue) -> None:
        self.resumed.append((workflow_id, queue))

    def ended(self, workflow_ids: Iterable[str]) -> tuple[str, ...]:
        return tuple(run for run in workflow_ids if self.open_runs is not None and run not in self.open_runs)

    def halt(self) -> None:
        self.asked.append("halt")

    def close(self) -> None:
        self.asked.append("close")


@dataclass
class FakeFleet:
    """Notes who gives signs of life, and names who is said to be dead."""

    time: Time
    beats: list[float] = field(default_factory=list)
    is_alive: bool = True
    deaths: list[str] = field(default_factory=list)
    heirs: dict[str, tuple[str, int]] = field(default_factory=dict)
    left: list[str] = field(default_factory=list)
    asked: list[dict[str, Any]] = field(default_factory=list)
    others: tuple[str, ...] = ()

    def beat(self, worker: str) -> bool:
        assert worker == "w1"
        self.beats.append(self.time.now)
        return self.is_alive

    def leave(self, worker: str) -> None:
        self.left.append(worker)

    def standing(self) -> frozenset[str]:
        return frozenset(self.others)

    def dead(self, term: float, *, host: str = "", pids: Callable[[], frozenset[int]] = frozenset, alone: str = "") -> tuple[str, ...]:
        self.asked.append({"term": term, "host": host, "pids": pids, "alone": alone})
        return tuple(worker for worker in self.deaths if worker not in self.heirs)

    def taken(self, worker: str, by: str, jobs: int) -> bool:
        is_first = worker not in self.heirs
        self.heirs.setdefault(worker, (by, jobs))
        return is_first


class Bench:
    """A worker over fakes, and time that only waiting moves."""

    def __init__(self) -> None:
        self.time, self.engine = Time(), FakeEngine()
        self.store, self.fleet = Sometimes(MemoryJobStore(self.time.ms)), FakeFleet(self.time)
        self.has_room = True

    def worker(self, *chores: Chore, alone: bool = False, host: str = "") -> Worker:
        return Worker(
            "w1", cast("Engine", self.engine), self.store, self.fleet, chores, alone=alone, room=lambda: self.has_room, clock=self.time, sleep=self.time.sleep, host=host
        )

    def work(self, seconds: float, worker: Worker | None = None, meanwhile: Callable[[], object] = bool, **more: Any) -> None:
        """Work for so many seconds, on this worker or a new one."""
        end = self.time.now + seconds

        def until() -> bool:
            meanwhile()
            return self.time.now >= end

        (worker or self.worker()).work(until, **more)


@pytest.fixture
def bench() -> Bench:
    return Bench()


# Sent


def test_jobs_are_given_to_the_engine_editors_first(bench: Bench) -> None:
    """Each once, with the workflow of its kind and in its queue."""
    night, slow, feed, editor = (bench.store.submit(order)[0] for order in (NIGHT, RENDER, PUBLISH, article(2, queue=Queue.EDITOR)))
    bench.work(10)
    assert bench.engine.given == [
        (feed.workflow, "publish.v1", Queue.FEED), (editor.workflow, "render.v1", Queue.EDITOR), (night.workflow, "nightly.v1", Queue.NIGHTS),
        (slow.workflow, "render.v1", Queue.NIGHTLY),
    ]  # fmt: skip


def test_an_editor_comes_between_the_jobs_of_a_long_night(bench: Bench) -> None:
    """They are given in small portions, and it is looked anew before each."""
    for number in range(100):
        bench.store.submit(article(number))
    editor: list[Job] = []

    def order() -> None:
        if bench.engine.given and not editor:
            editor.append(bench.store.submit(article(500, queue=Queue.EDITOR))[0])

    bench.work(5, meanwhile=order)
    assert 0 < [run for run, _, _ in bench.engine.given].index(editor[0].workflow) <= 20 and len(bench.engine.given) == 101


def test_nothing_is_given_where_the_disk_is_full(bench: Bench) -> None:
    """It waits where it is safe; signs of life go on."""
    bench.store.submit(RENDER)
    bench.has_room = False
    bench.work(30)
    assert not bench.engine.given and len(bench.fleet.beats) >= 5
    bench.has_room = True
    bench.work(1)
    assert len(bench.engine.given) == 1


def test_what_could_not_be_noted_as_given_is_given_again(bench: Bench) -> None:
    """The engine knows what it has; the worker goes on."""
    job, _ = bench.store.submit(RENDER)
    bench.store.away("sent", 2)
    bench.store.away("unsent", 1)
    bench.work(5)
    assert [run for run, _, _ in bench.engine.given] == [job.workflow] * 3 and not bench.store.unsent(5)


# Alive


def test_signs_of_life_come_thrice_a_term(bench: Bench) -> None:
    """And the watchdog is told as often as it wants."""
    told: list[float] = []
    bench.work(60, alive=lambda: told.append(bench.time.now), every=2.0)
    assert all(later - earlier < TERM / 3 + 1 for earlier, later in zip(bench.fleet.beats, bench.fleet.beats[1:], strict=False)) and len(bench.fleet.beats) >= 11
    assert len(told) >= 25


def test_who_is_taken_for_dead_ends(bench: Bench) -> None:
    """At the next sign of life, whatever else it has to do."""
    worker = bench.worker()
    bench.work(10, worker)
    bench.fleet.is_alive = False
    with pytest.raises(Superseded):
        bench.work(10, worker)


def test_a_long_chore_does_not_keep_a_worker_from_giving_signs_of_life(bench: Bench) -> None:
    """Old records on a slow disk may take minutes to go through: nobody takes over the jobs for that."""
    began, may_end = threading.Event(), threading.Event()

    def long() -> None:
        began.set()
        assert may_end.wait(30)

    def until() -> bool:
        assert began.wait(30)
        if len(bench.fleet.beats) < 5:
            return False
        may_end.set()
        return True

    bench.worker(Chore(name="long", every=1.0, work=long)).work(until)
    assert len(bench.fleet.beats) == 5


def test_chores_are_done_when_their_time_has_come_and_errors_of_theirs_end_nothing(bench: Bench, caplog: pytest.LogCaptureFixture) -> None:
    """Neither ours nor unforeseen ones; each is done again the next time."""
    done = {"locked": 0, "broken": 0, "rare": 0}

    def locked() -> None:
        done["locked"] += 1
        raise TryAgain("again.locked", path="x")

    def broken() -> None:
        done["broken"] += 1
        raise ZeroDivisionError

    def rare() -> None:
        done["rare"] += 1

    chores = (Chore(name="locked", every=0, work=locked), Chore(name="broken", every=0, work=broken), Chore(name="rare", every=1e9, work=rare))
    bench.worker(*chores).work(lambda: done["locked"] >= 3 and done["broken"] >= 3)
    assert done["rare"] == 1 and "locked" in caplog.text and "ZeroDivisionError" in caplog.text


def test_whatever_fails_of_its_own_work_is_tried_again(bench: Bench) -> None:
    """An engine whose database is away ends no worker."""
    bench.engine.lost_runs = [(f"{RENDER.key}.1",)] * 9
    bench.store.submit(RENDER)
    for name, times in (("unsent", 3), ("get", 1), ("jobs", 1)):
        bench.store.away(name, times)

    def take_over(worker: str) -> int:
        raise OSError(worker)

    bench.engine.take_over = take_over  # type: ignore[method-assign]
    bench.fleet.deaths = ["w9"]
    bench.work(60)
    assert bench.engine.given and bench.engine.resumed and "w9" not in bench.fleet.heirs


# Taken over


def test_the_jobs_of_the_dead_are_put_back_before_that_is_noted(bench: Bench) -> None:
    """Whoever dies in between leaves it to the next; the worker itself is not among the dead, however late it is."""
    bench.fleet.deaths, bench.engine.of_dead = ["w1", "w8", "w9"], {"w8": 3}
    order: list[str] = []
    taken = bench.fleet.taken

    def noted(worker: str, by: str, jobs: int) -> bool:
        order.append(f"{bench.engine.asked[-1]}, noted")
        return taken(worker, by, jobs)

    bench.fleet.taken = noted  # type: ignore[method-assign]
    bench.work(10)
    assert order == ["take over w8, noted", "take over w9, noted"]
    assert bench.fleet.heirs == {"w8": ("w1", 3), "w9": ("w1", 0)}


def test_a_worker_says_what_it_knows_of_others(bench: Bench) -> None:
    """The processes of its machine where it knows that, and that it is alone where a lock says so."""
    bench.work(1, bench.worker(host="một"))
    bench.work(1, bench.worker(alone=True))
    with_host, alone = bench.fleet.asked[0], bench.fleet.asked[-1]
    assert (with_host["term"], with_host["host"], with_host["alone"]) == (TERM, "một", "") and os.getpid() in with_host["pids"]()
    assert alone == {"term": TERM, "host": "", "pids": with_host["pids"], "alone": "w1"}


def test_what_a_worker_took_in_the_moment_in_which_it_ended_is_taken_over_too(bench: Bench) -> None:
    """It had left, or was taken for dead before: nobody else would look at it again. Those that stand, and the worker itself, are let alone."""
    bench.engine.at_work, bench.fleet.others = ("w1", "stands", "left"), ("stands",)
    bench.work(1, bench.worker())
    assert [said for said in bench.engine.asked if said.startswith("take over")] == ["take over left"]


def test_who_was_away_itself_takes_nobody_for_dead_at_once(bench: Bench) -> None:
    """The database was away from all: the others are given the time to say so. Who is silent still is dead."""
    worker = bench.worker()
    bench.work(10, worker)
    bench.fleet.deaths = ["w9"]
    slow = bench.store.unsent

    def away(limit: int) -> tuple[Job, ...]:
        if bench.time.now < 40:
            bench.time.now += 30
        found: tuple[Job, ...] = slow(limit)
        return found

    bench.store.unsent = away  # type: ignore[attr-defined]
    looked = len(bench.fleet.asked)
    bench.work(34, worker)
    assert bench.time.now > 40 and len(bench.fleet.asked) == looked and not bench.fleet.heirs
    bench.store.unsent = slow  # type: ignore[attr-defined]
    bench.work(10, worker)
    assert "w9" in bench.fleet.heirs


# Lost


def test_what_is_lost_is_resumed_when_it_was_seen_twice(bench: Bench) -> None:
    """Once it may only just begin, or end; what has come back is no suspect any more. It goes into the queue that its job has now."""
    first, second = bench.store.submit(article(1))[0], bench.store.submit(article(2, queue=Queue.EDITOR))[0]
    bench.engine.lost_runs = [(first.workflow,), (second.workflow,), (first.workflow, second.workflow, "none.1"), ("none.1",), ()]
    bench.work(40)
    assert bench.engine.resumed == [(second.workflow, Queue.EDITOR)]


def test_what_is_lost_again_is_resumed_again(bench: Bench) -> None:
    """After two further looks."""
    job, _ = bench.store.submit(RENDER)
    bench.engine.lost_runs = [(job.workflow,)] * 5
    bench.work(40)
    assert len(bench.engine.resumed) == 2


def test_what_the_engine_has_forgotten_is_begun_anew(bench: Bench) -> None:
    """As the next run, given to it again; what it knows, what was not given to it and what is over stays as it is."""
    lost, known, over = (bench.store.submit(article(number))[0] for number in (1, 2, 3))
    bench.work(1)
    bench.store.begin(lost.id, 1, "w0")
    bench.store.end(bench.store.begin(over.id, 1, "w1"), JobState.DONE, {})
    bench.engine.open_runs = {known.workflow, f"{lost.id}.2"}
    bench.work(30)
    found = {job.id: (bench.store.get(job.id).run, bench.store.get(job.id).state) for job in (lost, known, over)}
    assert found == {lost.id: (2, JobState.QUEUED), known.id: (1, JobState.QUEUED), over.id: (1, JobState.DONE)}
    assert [run for run, _, _ in bench.engine.given][3:] == [f"{lost.id}.2"]


def test_what_was_not_given_to_the_engine_yet_is_not_forgotten(bench: Bench) -> None:
    """The disk is full, and it waits."""
    job, _ = bench.store.submit(RENDER)
    bench.has_room, bench.engine.open_runs = False, set()
    bench.work(30)
    assert bench.store.get(job.id) == job


def test_what_ends_while_it_is_looked_for_is_not_begun_anew(bench: Bench) -> None:
    """The engine says that its run has ended, and by then the job has too."""
    job, _ = bench.store.submit(RENDER)
    bench.work(1)

    def ended(runs: Iterable[str]) -> tuple[str, ...]:
        begun = bench.store.begin(job.id, 1, "w1")
        if begun:
            bench.store.end(begun, JobState.DONE, {})
        return tuple(runs)

    bench.engine.ended = ended  # type: ignore[method-assign,assignment]
    bench.work(30)
    assert (bench.store.get(job.id).run, bench.store.get(job.id).state) == (1, JobState.DONE)


def test_what_was_taken_back_and_forgotten_is_over(bench: Bench) -> None:
    """It is not begun anew again and again."""
    job, _ = bench.store.submit(RENDER)
    bench.work(1)
    bench.store.begin(job.id, 1, "w0")
    bench.store.cancel(job.id)
    bench.engine.open_runs = set()
    bench.work(60)
    assert (bench.store.get(job.id).run, bench.store.get(job.id).state) == (1, JobState.CANCELLED)


# Stopped


def test_a_worker_that_stops_gives_back_its_jobs_and_leaves(bench: Bench) -> None:
    """It waits for the steps that are under way, gives signs of life meanwhile, and ends its engine."""
    job, _ = bench.store.submit(RENDER)
    bench.store.begin(job.id, 1, "w1")
    bench.engine.busy = frozenset({job.workflow})
    worker = bench.worker()

    def sleep(seconds: float) -> None:
        assert bench.store.get(job.id).state is JobState.RUNNING
        bench.time.now += seconds
        if bench.time.now > 20:
            bench.engine.busy = frozenset()

    worker._sleep = sleep
    worker.stop(75)
    assert 20 < bench.time.now < 21 and bench.fleet.beats and not worker.stands_still
    assert bench.store.get(job.id).state is JobState.QUEUED and bench.fleet.left == ["w1"] and bench.engine.asked == ["halt", "close"]


def test_a_step_that_takes_too_long_is_cut_off(bench: Bench) -> None:
    """Its job is given back all the same; the engine is not waited for, and the process has to be ended."""
    job, _ = bench.store.submit(RENDER)
    bench.store.begin(job.id, 1, "w1")
    bench.engine.busy = frozenset({job.workflow})
    worker = bench.worker()
    worker.stop(75)
    assert 75 <= bench.time.now < 76 and worker.stands_still and bench.engine.asked == ["halt"]
    assert bench.store.get(job.id).state is JobState.QUEUED and bench.fleet.left == ["w1"]


@pytest.mark.parametrize("why", ["superseded", "away"])
def test_who_cannot_say_that_it_lives_does_not_wait_for_its_steps(bench: Bench, why: str) -> None:
    """Others have its jobs, or will; and a database that is away keeps nobody from ending."""
    bench.engine.busy = frozenset({"x.1"})
    if why == "superseded":
        bench.fleet.is_alive = False
    else:
        bench.worker()
        bench.fleet = cast("FakeFleet", Sometimes(bench.fleet))
        cast("Sometimes", bench.fleet).away("beat", 1)
        bench.store.away("give_back", 1)
    bench.worker().stop(75)
    assert bench.time.now == 0.0
