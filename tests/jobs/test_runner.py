"""How a job is gone about: begun, counted, waited for, given up, ended."""

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Any

import pytest

from audiopub.errors import AudioSuspect, BadInput, ConfigInvalid, EngineThrottled, EngineUnavailable, LeaseLost, Overtaken, TryAgain
from audiopub.jobs.model import Job, JobState, Order
from audiopub.jobs.runner import Cancelled, Runner
from audiopub.jobs.store import Seen
from tests.jobs.fakes import Abandoned, FakeSteps, Sometimes, Time
from tests.jobs.memory_jobs import MemoryJobStore
from tests.jobs.orders import NIGHT, RENDER, article

HOUR = 3600.0


def throttled(wait: int | None) -> EngineThrottled:
    return EngineThrottled("engine.throttled", engine="Google", until=1_790_000_000_000, wait=wait)


def locked() -> TryAgain:
    return TryAgain("again.locked", path="x")


@dataclass
class Desk:
    """A runner over a store in memory, with time that only waiting moves."""

    time: Time = field(default_factory=Time)

    def __post_init__(self) -> None:
        self.store = MemoryJobStore(self.time.ms)
        self.away = Sometimes(self.store)
        self.runner = Runner(self.away, "w1", clock=self.time, sleep=self.time.sleep)

    def put(self, order: Order = RENDER, *, begun: int = 0) -> Job:
        """Put up a job that was begun so many times without coming any further."""
        job, _ = self.store.submit(order)
        for _ in range(begun):
            assert self.store.begin(job.id, job.run, "w0")
        return job

    def renewed(self, begun: Job) -> Job | None:
        """Have a run begun anew that was lost."""
        self.store.renew(begun.id, 1)
        return self.store.begin(begun.id, 2, "w1")

    def state(self, job: Job) -> Job:
        found = self.store.get(job.id)
        assert found is not None
        return found

    def go(self, job: Job, work: Callable[[Job], tuple[JobState, Mapping[str, Any]]], steps: FakeSteps | None = None) -> Mapping[str, Any]:
        return self.runner.go(steps or FakeSteps(self.time), job.workflow, work)

    def patiently(self, work: Callable[[bool], Mapping[str, Any]], steps: FakeSteps | None = None, job: Job | None = None) -> tuple[Job, Mapping[str, Any]]:
        """Do a step of a job patiently; give the job as it is then, and what came of the step."""
        steps, job = steps or FakeSteps(self.time), job or self.put()
        found: dict[str, Any] = {}

        def whole(begun: Job) -> tuple[JobState, Mapping[str, Any]]:
            found.update(self.runner.patiently(steps, begun, "make", work))
            return JobState.DONE, found

        self.runner.go(steps, job.workflow, whole)
        return self.state(job), found


@pytest.fixture
def desk() -> Desk:
    return Desk()


def well(_job: Job) -> tuple[JobState, Mapping[str, Any]]:
    return JobState.DONE, {"outcome": "published"}


def never(_job: Job) -> tuple[JobState, Mapping[str, Any]]:
    raise AssertionError("this job was not to be begun")


# Begun and ended


def test_a_run_is_begun_done_and_ended(desk: Desk) -> None:
    """Under the worker's name; how it ended is in the record, and a second go does nothing."""
    job, seen = desk.put(), list[Job]()

    def work(begun: Job) -> tuple[JobState, Mapping[str, Any]]:
        seen.append(begun)
        return JobState.HELD, {"outcome": "held", "code": "article.too_short"}

    assert desk.go(job, work) == {"state": "held"}
    assert (seen[0].state, seen[0].worker, seen[0].attempts) == (JobState.RUNNING, "w1", 1)
    assert (desk.state(job).state, desk.state(job).outcome["code"]) == (JobState.HELD, "article.too_short")
    assert desk.go(job, never) == {"outcome": "over"}


def test_a_run_that_was_taken_back_before_it_begins_is_not_done(desk: Desk) -> None:
    """Nor one whose worker had died meanwhile: that one is over now."""
    job = desk.put(begun=1)
    desk.store.cancel(job.id)
    assert desk.go(job, never) == {"outcome": "over"}
    assert desk.state(job).state is JobState.CANCELLED


def test_a_job_that_comes_further_is_not_parked(desk: Desk) -> None:
    """However often its worker ends."""
    job = desk.put()
    for reached in range(1, 12):
        begun = desk.store.begin(job.id, 1, "w0")
        assert begun is not None
        desk.store.seen(begun, Seen(stage="speaking", reached=reached))
    desk.go(job, well)
    assert desk.state(job).state is JobState.DONE


def test_a_night_is_begun_as_often_as_its_worker(desk: Desk) -> None:
    """It only waits for its articles, which are counted themselves."""
    job = desk.put(NIGHT, begun=40)
    desk.go(job, well)
    assert desk.state(job).state is JobState.DONE


def test_a_bug_outside_of_steps_fails_the_job(desk: Desk) -> None:
    """It would be begun anew for ever."""

    def work(_job: Job) -> tuple[JobState, Mapping[str, Any]]:
        raise ZeroDivisionError

    job = desk.put()
    desk.go(job, work)
    assert (desk.state(job).state, desk.state(job).outcome["code"]) == (JobState.FAILED, "job.broken")


def test_what_goes_wrong_outside_of_steps_has_failed(desk: Desk) -> None:
    """With its code; it is not begun again and again."""

    def work(_job: Job) -> tuple[JobState, Mapping[str, Any]]:
        raise ConfigInvalid("config.no_show", path="x")

    job = desk.put()
    desk.go(job, work)
    found = desk.state(job)
    assert (found.state, found.outcome["code"], found.outcome["exit_code"], found.outcome["outcome"]) == (JobState.FAILED, "config.no_show", 8, "failed")


@pytest.mark.parametrize("begun", [0, 3])
def test_a_run_that_another_does_is_abandoned_and_not_ended(desk: Desk, begun: int) -> None:
    """Whoever stood still has nothing to say any more; it stands in nobody's way, also where it was alone."""

    def work(_job: Job) -> tuple[JobState, Mapping[str, Any]]:
        raise LeaseLost("again.overtaken", path="x")

    job = desk.put(begun=begun)
    with pytest.raises(Abandoned):
        desk.go(job, work)
    assert desk.state(job).state is JobState.RUNNING
    desk.go(desk.put(article(2)), well)


def test_an_end_that_comes_too_late_does_not_count(desk: Desk) -> None:
    """Another worker has begun the run: what the first one says of it is not recorded, neither by us nor by the engine."""
    job = desk.put()

    def work(_job: Job) -> tuple[JobState, Mapping[str, Any]]:
        desk.store.begin(job.id, 1, "w2")
        return JobState.FAILED, {"code": "engine.away"}

    with pytest.raises(Abandoned):
        desk.go(job, work)
    assert (desk.state(job).state, desk.state(job).worker) == (JobState.RUNNING, "w2")


@pytest.mark.parametrize("how", ["renewed", "ended"])
def test_the_end_of_a_former_run_is_none(desk: Desk, how: str) -> None:
    """The engine may record it as it likes; the job is what it is by now."""
    job = desk.put()

    def work(begun: Job) -> tuple[JobState, Mapping[str, Any]]:
        if how == "renewed":
            desk.store.renew(job.id, 1)
        else:
            desk.store.end(begun, JobState.HELD, {})
        return JobState.FAILED, {}

    assert desk.go(job, work) == {"outcome": "over"}
    assert desk.state(job).state is (JobState.QUEUED if how == "renewed" else JobState.HELD)


def test_a_database_that_is_away_at_begin_and_end_is_waited_for(desk: Desk) -> None:
    """What was done is not lost for that."""
    job = desk.put()
    desk.away.away("begin", 3)
    desk.away.away("end", 4)
    assert desk.go(job, well) == {"state": "done"}
    assert desk.time.slept == [2.0] * 7


def test_who_insists_still_hears_that_it_was_overtaken(desk: Desk) -> None:
    """That does not pass by waiting."""

    def ask() -> None:
        raise Overtaken("again.overtaken", path="x")

    with pytest.raises(Overtaken):
        desk.runner.insist(ask)
    assert desk.time.slept == []


# Alone


class Standing:
    """A job that waits at its work until it is told to go on, in a thread of its own."""

    def __init__(self, desk: Desk, job: Job) -> None:
        self.at_work, self.goes_on, self.waits = threading.Event(), threading.Event(), threading.Event()
        self.desk, self.job, self.raised = desk, job, list[BaseException]()
        self.steps = FakeSteps(desk.time, resting=self.waits.set)
        self.thread = threading.Thread(target=self._go, daemon=True)
        self.thread.start()

    def _go(self) -> None:
        try:
            self.desk.go(self.job, self._work, self.steps)
        except BaseException as error:  # noqa: BLE001  it is looked at where it is waited for
            self.raised.append(error)

    def _work(self, _job: Job) -> tuple[JobState, Mapping[str, Any]]:
        self.at_work.set()
        assert self.goes_on.wait(30)
        return JobState.DONE, {}

    def end(self) -> None:
        self.goes_on.set()
        self.thread.join(30)
        assert not self.thread.is_alive()


# Patience


def test_what_may_go_well_later_is_tried_again_with_growing_pauses(desk: Desk) -> None:
    """Until it goes well; meanwhile the record says that it waits, until when and why."""
    seen: list[Job] = []
    tries: list[float] = []

    def work(patient: bool) -> Mapping[str, Any]:  # noqa: FBT001  as the port has it
        assert patient
        tries.append(desk.time.now)
        seen.append(desk.state(job))
        if len(tries) < 7:
            raise locked()
        return {"outcome": "published"}

    job = desk.put()
    found, outcome = desk.patiently(work, job=job)
    assert outcome == {"outcome": "published"} and found.state is JobState.DONE
    assert [round(later - earlier) for earlier, later in pairwise(tries)] == [2, 4, 8, 16, 30, 30]
    assert {job.state for job in seen[1:]} == {JobState.WAITING} and seen[2].outcome["code"] == "again.locked"
    assert [round((job.until - desk.time.ms()) / 1000) for job in seen[1:]] == [round(at - desk.time.now) for at in tries[1:]]


def test_a_voice_is_waited_for_as_long_as_it_says_and_for_two_hours_in_all(desk: Desk) -> None:
    """Then the show's next one is asked, for which the step is told to be impatient; where there is none it has failed."""
    asked: list[tuple[int, bool]] = []

    def work(patient: bool) -> Mapping[str, Any]:  # noqa: FBT001
        asked.append((round(desk.time.now), patient))
        raise throttled(3_000_000)

    found, outcome = desk.patiently(work)
    assert asked == [(0, True), (3000, True), (6000, True), (9000, False)]
    assert (outcome["outcome"], outcome["code"]) == ("failed", "engine.throttled") and found.outcome["code"] == "engine.throttled"


def test_a_voice_that_says_nothing_is_asked_again_with_growing_pauses(desk: Desk) -> None:
    """No time that is named, or one that is past, is no reason to ask in a loop."""
    asked: list[float] = []

    def work(patient: bool) -> Mapping[str, Any]:  # noqa: FBT001
        asked.append(desk.time.now)
        if patient:
            raise throttled((None, -5000, 10)[len(asked) % 3])
        return {"outcome": "published", "fallback": True}

    _, outcome = desk.patiently(work)
    assert outcome["fallback"] and [round(at) for at in asked[:6]] == [0, 2, 6, 14, 30, 60] and 7200 <= asked[-1] < 7300


def test_who_is_impatient_with_a_voice_is_patient_with_a_lock(desk: Desk) -> None:
    """What has nothing to do with the voice is waited for on."""
    tries = 0

    def work(patient: bool) -> Mapping[str, Any]:  # noqa: FBT001
        nonlocal tries
        if patient:
            raise throttled(int(2 * HOUR * 1000))
        tries += 1
        if tries < 3:
            raise locked()
        return {"outcome": "published"}

    assert desk.patiently(work)[1] == {"outcome": "published"}


def test_after_a_day_it_has_failed(desk: Desk) -> None:
    """With the reason that it had last; however often it was tried until then."""
    tries = 0

    def work(_patient: bool) -> Mapping[str, Any]:  # noqa: FBT001
        nonlocal tries
        tries += 1
        raise TryAgain("again.disk_full", path="x")

    found, outcome = desk.patiently(work)
    assert (outcome["outcome"], outcome["code"], outcome["exit_code"]) == ("failed", "again.disk_full", 75)
    assert tries > 2800 and 24 * HOUR <= desk.time.now < 25 * HOUR and found.outcome["code"] == "again.disk_full"


def test_who_comes_to_a_step_again_does_not_wait_for_what_is_past(desk: Desk) -> None:
    """A worker that was begun again goes through what was recorded without a pause, and waits for what is left of the last one."""
    tries: list[float] = []

    def work(_patient: bool) -> Mapping[str, Any]:  # noqa: FBT001
        tries.append(desk.time.now)
        if len(tries) < 4:
            raise throttled(100_000)
        return {"outcome": "published"}

    def die() -> None:
        if desk.time.now > 250:
            raise Abandoned

    job, steps = desk.put(), FakeSteps(desk.time, resting=die)
    with pytest.raises(Abandoned):
        desk.patiently(work, steps, job)
    assert [round(at) for at in tries] == [0, 100, 200]
    steps.resting = lambda: None
    desk.time.now = 270.0
    desk.patiently(work, steps.again(), job)
    assert round(tries[3]) == 300
    before = desk.time.now
    desk.patiently(work, steps.again(), desk.put(article(2)))
    assert desk.time.now == before and len(tries) == 4


@pytest.mark.parametrize(("error", "state"), [(BadInput("article.too_short"), "held"), (AudioSuspect("audio.suspect"), "held"),
                                              (ConfigInvalid("config.no_show", path="x"), "failed"), (EngineUnavailable("engine.away"), "failed")])  # fmt: skip
def test_what_a_person_can_judge_is_held_and_the_rest_has_failed(desk: Desk, error: Any, state: str) -> None:
    """With code, details as text and exit code."""
    error.details["path"] = desk

    def work(_patient: bool) -> Mapping[str, Any]:  # noqa: FBT001
        raise error

    _, outcome = desk.patiently(work)
    assert outcome == {"outcome": state, "code": error.code, "details": {"path": str(desk)}, "exit_code": error.exit_code}


def test_a_bug_in_one_article_fails_that_article(desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    """It says what it was, shortly in the record, in full in the log."""

    def work(_patient: bool) -> Mapping[str, Any]:  # noqa: FBT001
        raise ZeroDivisionError("x" * 1000)

    _, outcome = desk.patiently(work)
    assert (outcome["outcome"], outcome["code"], outcome["exit_code"]) == ("failed", "job.broken", 1)
    assert outcome["details"]["reason"].startswith("ZeroDivisionError: xxx") and len(outcome["details"]["reason"]) == 300
    assert "Traceback" in caplog.text


def test_a_job_is_taken_back_in_its_pause(desk: Desk) -> None:
    """Within a second or so, not at its end."""
    job = desk.put()

    def cancel() -> None:
        if desk.time.now > 500:
            desk.store.cancel(job.id)

    def work(_patient: bool) -> Mapping[str, Any]:  # noqa: FBT001
        raise throttled(3_000_000)

    found, _ = desk.patiently(work, FakeSteps(desk.time, resting=cancel), job)
    assert found.state is JobState.CANCELLED and 500 < desk.time.now < 503


@pytest.mark.parametrize("how", ["step", "pause"])
def test_a_job_that_another_began_is_abandoned(desk: Desk, how: str) -> None:
    """In a step that hears of it, and in a pause."""
    job = desk.put()

    def overtake() -> None:
        if desk.time.now > 500:
            desk.store.begin(job.id, 1, "w2")

    def work(_patient: bool) -> Mapping[str, Any]:  # noqa: FBT001
        raise LeaseLost("again.overtaken", path="x") if how == "step" else throttled(3_000_000)

    with pytest.raises(Abandoned):
        desk.patiently(work, FakeSteps(desk.time, resting=overtake), job)
    assert desk.state(job).state is JobState.RUNNING and desk.time.now < 503


def test_a_job_that_was_renewed_ends_in_its_pause_without_a_word(desk: Desk) -> None:
    """The next run is another's business."""
    job = desk.put()

    def work(_patient: bool) -> Mapping[str, Any]:  # noqa: FBT001
        raise throttled(3_000_000)

    found, _ = desk.patiently(work, FakeSteps(desk.time, resting=lambda: desk.store.renew(job.id, 1)), job)
    assert (found.state, found.run) == (JobState.QUEUED, 2)


def test_a_step_that_hears_of_the_cancel_ends_the_job(desk: Desk) -> None:
    """Whatever it was at."""

    def work(_patient: bool) -> Mapping[str, Any]:  # noqa: FBT001
        raise Cancelled

    found, _ = desk.patiently(work)
    assert (found.state, found.outcome) == (JobState.CANCELLED, {"outcome": "cancelled"})


def test_a_database_that_is_away_in_a_pause_is_waited_for(desk: Desk) -> None:
    """At each of the questions that a pause asks."""
    tries = 0

    def work(_patient: bool) -> Mapping[str, Any]:  # noqa: FBT001
        nonlocal tries
        tries += 1
        if tries == 1:
            for name in ("clock", "waits", "get"):
                desk.away.away(name, 2)
            raise locked()
        return {"outcome": "published"}

    assert desk.patiently(work)[1] == {"outcome": "published"} and desk.time.slept == [2.0] * 6


# Told


def test_progress_is_noted_a_few_times_a_second(desk: Desk) -> None:
    """A new stage and the last part at once; what lies further on is more."""
    begun = desk.store.begin(desk.put().id, 1, "w1")
    assert begun is not None
    tell, noted = desk.runner.teller(begun), list[tuple[str, int]]()
    for stage, done in (("speaking", 0), ("speaking", 1), ("speaking", 2), ("speaking", 3), ("speaking", 9), ("encoding", 0), ("encoding", 1)):
        before = desk.state(begun).changed
        desk.time.now += 0.1
        tell(stage, done, 9)
        if desk.state(begun).changed != before:
            noted.append((stage, done))
    assert noted == [("speaking", 0), ("speaking", 3), ("speaking", 9), ("encoding", 0)]
    assert desk.store.kept[begun.id].reached >= 1_000_000 * 4


def test_progress_counts_from_stage_to_stage(desk: Desk) -> None:
    """The first part of a later stage is further than the last of an earlier one; what is unknown counts least."""
    begun = desk.store.begin(desk.put().id, 1, "w1")
    assert begun is not None
    reached = []
    for stage, done in (("humming", 5), ("extracting", 0), ("speaking", 1), ("speaking", 900), ("encoding", 0), ("publishing", 1)):
        desk.store.kept[begun.id].reached = 0
        desk.runner.teller(begun)(stage, done, 1000)
        reached.append(desk.store.kept[begun.id].reached)
    assert reached == sorted(reached) and len(set(reached)) == len(reached)


@pytest.mark.parametrize(
    ("how", "error"), [("cancelled", Cancelled), ("ended", Cancelled), ("gone", Cancelled), ("other", LeaseLost), ("given back", LeaseLost), ("renewed", LeaseLost)]
)
def test_whoever_tells_hears_that_the_job_is_not_wanted(desk: Desk, how: str, error: type[Exception]) -> None:
    """Where it was taken back it ends; where another has it, it must not even say that."""
    begun = desk.store.begin(desk.put().id, 1, "w1")
    assert begun is not None
    tell = desk.runner.teller(begun)
    tell("speaking", 0, 9)
    if how == "gone":
        desk.store.kept.clear()
    else:
        {
            "cancelled": lambda: desk.store.cancel(begun.id), "ended": lambda: desk.store.end(begun, JobState.DONE, {}),
            "other": lambda: desk.store.begin(begun.id, 1, "w2"), "given back": lambda: desk.store.give_back("w1"),
            "renewed": lambda: desk.renewed(begun),
        }[how]()  # fmt: skip
    desk.time.now += 1
    with pytest.raises(error):
        tell("speaking", 1, 9)


def test_an_order_is_what_it_was(desk: Desk) -> None:
    """The job that the work is given is the one that was put up."""
    order = replace(RENDER, wish={"title": "Tựa"}, by="Bảo")
    job = desk.put(order)
    desk.go(job, lambda begun: (JobState.DONE, {"same": begun.order == order}))
    assert desk.state(job).outcome == {"same": True}
