"""Jobs over which workers die: who is suspected, who is done alone, who is parked, and who is innocent."""

import threading
from collections.abc import Callable
from typing import Any, NoReturn

import pytest

from audiopub.errors import EngineThrottled, LeaseLost
from audiopub.jobs.model import Job, JobState
from audiopub.jobs.runner import Alone, Runner
from audiopub.jobs.store import Seen
from tests.jobs.memory_jobs import MemoryJobStore
from tests.jobs.orders import NIGHT, RENDER, article


class Dies(BaseException):
    """The worker ends here, whatever it was at."""


class Abandoned(BaseException):
    """A run stops without an end."""


class PlainSteps:
    """Steps that are done and not recorded; time passes on a clock of our own."""

    def __init__(self, clock: "Clock") -> None:
        self._clock = clock

    def step(self, _name: str, work: Callable[[], Any]) -> Any:
        return work()

    def rest(self, seconds: float) -> None:
        self._clock.now += max(1, int(seconds * 1000))

    def abandon(self) -> NoReturn:
        raise Abandoned


class Clock:
    """Milliseconds."""

    def __init__(self) -> None:
        self.now = 1_790_000_000_000

    def __call__(self) -> int:
        return self.now


class Place:
    """A store, and workers that follow each other."""

    def __init__(self) -> None:
        self.clock = Clock()
        self.store = MemoryJobStore(now=self.clock)
        self.number = 0
        self.runner = self.next_worker()

    def next_worker(self) -> Runner:
        self.number += 1
        self.runner = Runner(self.store, f"w{self.number}", clock=lambda: self.clock.now / 1000, sleep=lambda _seconds: None)
        return self.runner

    def go(self, job_id: str, work: Callable[[Job], Any]) -> Any:
        """Do the present run of a job."""
        return self.runner.go(PlainSteps(self.clock), self.job(job_id).workflow, work)

    def dies(self, job_id: str, reached: int = 0) -> str:
        """Begin a job and let the worker die over it, or over something else; give what was done instead, if it was not begun."""

        def deadly(job: Job) -> Any:
            if reached:
                self.store.seen(job, Seen(stage="speaking", reached=reached))
            raise Dies

        try:
            said = self.go(job_id, deadly)
        except Dies:
            return "died"
        finally:
            self.next_worker()
        return str(said.get("outcome", said.get("state")))

    def job(self, job_id: str) -> Job:
        found = self.store.get(job_id)
        assert found is not None
        return found

    def passes(self) -> None:
        """Let time pass until a job that was put off is had again."""
        self.clock.now += 200_000


@pytest.fixture
def place() -> Place:
    return Place()


def done(_job: Job) -> Any:
    return JobState.DONE, {"outcome": "published"}


def test_a_job_that_ends_every_worker_is_parked_after_five(place: Place) -> None:
    """Two at once, since all that was in hand is suspected; then only after pauses that double, so that others are done meanwhile."""
    job, _ = place.store.submit(RENDER)
    said, pauses = [], []
    for _ in range(20):
        before = place.clock.now
        said.append(place.dies(job.id))
        if said[-1] == "postponed":
            pauses.append((place.job(job.id).until - before) // 1000)
            assert not place.store.unsent(5)
            place.passes()
        if said[-1] == "parked":
            break
    assert said == ["died", "died", *["postponed", "died"] * 3, "parked"]
    assert pauses == [2, 4, 8]
    found = place.job(job.id)
    assert (found.state, found.outcome["code"], found.outcome["details"]) == (JobState.PARKED, "job.parked", {"attempts": 5})
    place.store.retry(job.id, RENDER.now)
    assert place.dies(job.id) == "died"


def test_a_job_that_comes_further_is_never_parked(place: Place) -> None:
    """Whoever kills workers at any moment, a long article is finished in the end."""
    job, _ = place.store.submit(RENDER)
    for reached in range(1, 40):
        assert place.dies(job.id, reached) == "died"
    assert place.go(job.id, done) == {"state": "done"}


def test_workers_that_die_while_a_job_waits_for_its_turn_do_not_count(place: Place) -> None:
    """A job begins when it has its place, not when the engine hands it out."""
    guilty, bystander = (place.store.submit(article(number))[0] for number in (1, 2))
    for _ in range(2):
        place.dies(guilty.id)
    place.dies(guilty.id)
    place.passes()

    def looks(_job: Job) -> Any:
        stopping = threading.Event()

        def waits() -> Any:
            class Stopping(PlainSteps):
                def rest(self, _seconds: float) -> None:
                    if stopping.is_set():
                        raise Abandoned

            with pytest.raises(Abandoned):
                place.runner.go(Stopping(place.clock), place.job(bystander.id).workflow, done)

        beside = threading.Thread(target=waits)
        beside.start()
        stopping.set()
        beside.join()
        raise Dies

    with pytest.raises(Dies):
        place.go(guilty.id, looks)
    assert place.job(guilty.id).attempts == 3
    assert (place.job(bystander.id).attempts, place.job(bystander.id).state) == (0, JobState.QUEUED)


def test_what_the_engine_loses_in_a_worker_that_lives_is_no_attempt(place: Place) -> None:
    """A full disk breaks off every step of a job, as often as it likes."""
    job, _ = place.store.submit(RENDER)
    for _ in range(30):
        with pytest.raises(Dies):
            place.go(job.id, _broken_off)
    assert place.job(job.id).attempts == 1
    assert place.go(job.id, done) == {"state": "done"}


def _broken_off(_job: Job) -> NoReturn:
    raise Dies


def test_workers_that_end_while_a_job_waits_for_its_voice_do_not_count(place: Place) -> None:
    """A worker that is restarted all evening does not park what could not be spoken meanwhile."""
    job, _ = place.store.submit(RENDER)

    class Ends(PlainSteps):
        def rest(self, _seconds: float) -> None:
            raise Dies

    def throttled(_patient: object) -> Any:
        raise EngineThrottled("engine.throttled", engine="Google", until=0, wait=900_000)

    steps = Ends(place.clock)
    for _ in range(30):
        with pytest.raises(Dies):
            place.runner.go(steps, place.job(job.id).workflow, lambda found: place.runner.patiently(steps, found, "make", throttled))  # type: ignore[arg-type,return-value]
        assert place.job(job.id).state is JobState.WAITING
        place.next_worker()
    assert place.job(job.id).attempts == 1


def test_a_night_is_begun_as_often_as_its_worker(place: Place) -> None:
    """It only waits for others."""
    night, _ = place.store.submit(NIGHT)
    assert {place.dies(night.id) for _ in range(30)} == {"died"}


def test_a_suspect_that_was_taken_back_is_over(place: Place) -> None:
    """It is not put off for that."""
    job, _ = place.store.submit(RENDER)
    for _ in range(2):
        place.dies(job.id)
    place.store.cancel(job.id)
    assert place.dies(job.id) == "over"
    assert place.job(job.id).state is JobState.CANCELLED


# Places beside others, and without them


class Waits(Exception):
    """Somebody would have to wait."""


def _no() -> NoReturn:
    raise Waits


def test_one_that_is_alone_is_alone() -> None:
    """Others wait until it has left, and it until they have."""
    alone = Alone()
    alone.enter("a", _no, alone=False)
    alone.enter("b", _no, alone=False)
    with pytest.raises(Waits):
        alone.enter("c", _no, alone=True)
    alone.leave("c")
    alone.leave("a")
    alone.leave("b")
    alone.enter("c", _no, alone=True)
    for wish in (True, False):
        with pytest.raises(Waits):
            alone.enter("d", _no, alone=wish)
        alone.leave("d")
    alone.leave("c")
    alone.enter("d", _no, alone=False)


def test_one_that_wants_to_be_alone_comes_before_those_that_do_not() -> None:
    """In a long night there is always somebody at work: a suspect would wait for its end, and hold a slot."""
    alone = Alone()
    alone.enter("a", _no, alone=False)
    with pytest.raises(Waits):
        alone.enter("c", _no, alone=True)
    with pytest.raises(Waits):
        alone.enter("b", _no, alone=False)
    alone.leave("a")
    alone.enter("c", _no, alone=True)
    alone.leave("c")
    alone.enter("b", _no, alone=False)


def test_whoever_waits_for_a_voice_lets_others_work(place: Place) -> None:
    """Also a suspect that is to be alone; and it is alone again afterwards."""
    job, _ = place.store.submit(RENDER)
    places = place.runner._alone
    seen: list[str] = []

    class Looks(PlainSteps):
        def rest(self, seconds: float) -> None:
            places.enter("other", _no, alone=True)
            places.leave("other")
            seen.append("rested")
            super().rest(seconds)

    def make(_patient: object) -> Any:
        if not seen:
            raise EngineThrottled("engine.throttled", engine="Google", until=0, wait=1000)
        with pytest.raises(Waits):
            places.enter("other", _no, alone=True)
        places.leave("other")
        return {"outcome": "published"}

    steps = Looks(place.clock)
    said = place.runner.go(steps, job.workflow, lambda found: (JobState.DONE, place.runner.patiently(steps, found, "make", make)))
    assert said == {"state": "done"} and seen


def test_a_run_that_another_worker_has_leaves_its_place(place: Place) -> None:
    """Else nobody could ever be alone again in this worker."""
    job, _ = place.store.submit(RENDER)

    def lost(_job: Job) -> NoReturn:
        raise LeaseLost("again.overtaken", path=job.id)

    with pytest.raises(Abandoned):
        place.go(job.id, lost)
    place.runner._alone.enter("other", _no, alone=True)
