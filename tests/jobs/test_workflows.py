"""The workflows: which steps a job of each kind has, and how it ends."""

from dataclasses import replace

import pytest

from audiopub.errors import ConfigInvalid, SpeechFailed, TryAgain
from audiopub.jobs.model import Job, JobState, Kind, Order
from audiopub.jobs.runner import Runner
from audiopub.jobs.workflows import NAMES, workflows
from tests.jobs.fakes import Abandoned, FakeSteps, FakeWorkshop, Time
from tests.jobs.memory_jobs import MemoryJobStore
from tests.jobs.orders import NIGHT, PUBLISH, RENDER, article


class Bench:
    """Workflows over a store in memory and a workshop that gives what a test says."""

    def __init__(self) -> None:
        self.time, self.workshop = Time(), FakeWorkshop()
        self.store = MemoryJobStore(self.time.ms)
        self.runner = Runner(self.store, "w1", clock=self.time, sleep=self.time.sleep)

    def go(self, order: Order, steps: FakeSteps | None = None) -> Job:
        """Put a job up, do it, and give it as it is then."""
        job, _ = self.store.submit(order)
        workflows(self.runner, self.workshop)[NAMES[order.kind]](steps or FakeSteps(self.time), job.workflow)
        found = self.store.get(job.id)
        assert found is not None
        return found


@pytest.fixture
def bench() -> Bench:
    return Bench()


def test_every_kind_of_job_has_a_workflow(bench: Bench) -> None:
    """Of those that are registered."""
    assert set(NAMES) == set(Kind) and set(NAMES.values()) <= set(workflows(bench.runner, bench.workshop))


def test_an_article_is_taken_made_and_published(bench: Bench) -> None:
    """Its feed is written by its own job where it belongs to no night; what was held for it is let go."""
    job = bench.go(RENDER)
    assert bench.workshop.asked == ["take", "make", "publish", "leave"]
    assert (job.state, job.outcome["outcome"], job.outcome["feed"], job.title) == (JobState.DONE, "published", {"outcome": "written"}, "Tựa")


@pytest.mark.parametrize(("order", "made"), [(replace(RENDER, parent="night"), "published"), (RENDER, "unchanged")])
def test_a_feed_that_has_nothing_to_tell_yet_is_not_written(bench: Bench, order: Order, made: str) -> None:
    """A night writes it for all its articles."""
    bench.workshop.gives["make"] = {"outcome": made}
    bench.go(order)
    assert bench.workshop.asked == ["take", "make", "leave"]


def test_an_article_that_cannot_be_taken_is_not_made(bench: Bench) -> None:
    """The job ends as the step did."""
    bench.workshop.gives["take"] = ConfigInvalid("config.no_show", path="x")
    job = bench.go(RENDER)
    assert (job.state, job.outcome["code"], bench.workshop.asked) == (JobState.FAILED, "config.no_show", ["take"])


def test_an_article_that_no_voice_reads_is_let_go(bench: Bench) -> None:
    """Another address of it may be tried."""
    bench.workshop.gives["make"] = SpeechFailed("engine.away")
    job = bench.go(RENDER)
    assert (job.state, bench.workshop.asked) == (JobState.FAILED, ["take", "make", "leave"])


def test_a_feed_that_is_refused_fails_the_article_that_is_published(bench: Bench) -> None:
    """Nobody hears it yet; both outcomes are in the record."""
    bench.workshop.gives["publish"] = {"outcome": "failed", "code": "feed.missing_file"}
    job = bench.go(RENDER)
    assert (job.state, job.outcome["outcome"], job.outcome["feed"]["code"]) == (JobState.FAILED, "published", "feed.missing_file")


def test_a_database_that_is_away_when_an_article_is_let_go_is_waited_for(bench: Bench) -> None:
    """The article is published: its job is no failure for that."""
    bench.workshop.gives["leave"] = [TryAgain("again.database", url="x", reason="y")] * 3
    assert bench.go(RENDER).state is JobState.DONE and bench.workshop.asked.count("leave") == 4


def test_what_was_done_is_not_done_again(bench: Bench) -> None:
    """A worker that comes to a job goes on where the last one was."""
    bench.workshop.gives["make"] = [Abandoned()]
    steps = FakeSteps(bench.time)
    with pytest.raises(Abandoned):
        bench.go(RENDER, steps)
    bench.go(RENDER, steps.again())
    assert bench.workshop.asked == ["take", "make", "make", "publish", "leave"]


@pytest.mark.parametrize(("said", "state"), [({"outcome": "unchanged"}, JobState.DONE), ({"outcome": "failed", "code": "feed.missing_file"}, JobState.FAILED)])
def test_a_feed_is_written(bench: Bench, said: dict[str, str], state: JobState) -> None:
    """Or it is said why not."""
    bench.workshop.gives["publish"] = said
    job = bench.go(PUBLISH)
    assert (job.state, job.outcome) == (state, said)


def test_a_night_looks_at_every_article_and_waits_for_those_that_have_to_be_made(bench: Bench) -> None:
    """Then it closes and reports, once; whoever does it again after that looks at nothing."""
    child, _ = bench.store.submit(article(1, parent="night"))
    bench.workshop.gives["look a"] = {"outcome": "queued", "job": child.id}

    def made() -> None:
        assert "close" not in bench.workshop.asked
        if bench.time.now > 100 and (begun := bench.store.begin(child.id, 1, "w2")):
            bench.store.end(begun, JobState.DONE, {})

    steps = FakeSteps(bench.time, resting=made)
    job = bench.go(NIGHT, steps)
    assert bench.workshop.asked == ["awaited", "listed", "look a", "look b", "close", "report"]
    assert job.state is JobState.DONE and [line["source"] for line in job.outcome["lines"]] == ["a", "b"]
    bench.store.renew(job.id, 1)
    bench.go(NIGHT, steps.again())
    assert bench.workshop.asked.count("listed") == 1


def test_a_night_waits_for_those_that_it_tells(bench: Bench) -> None:
    """Before it looks at anything; a job that is not there is not waited for."""
    other, _ = bench.store.submit(replace(NIGHT, show="khác"), job_id="nightly-khác")
    bench.workshop.gives["awaited"] = ("nightly-khác", "none")

    def done() -> None:
        assert bench.workshop.asked == ["awaited"]
        if bench.time.now > 50:
            bench.store.cancel(other.id)

    assert bench.go(NIGHT, FakeSteps(bench.time, resting=done)).state is JobState.DONE and bench.time.now > 50


def test_a_night_is_taken_back_while_it_waits(bench: Bench) -> None:
    """Its articles with it; no report is written."""
    child, _ = bench.store.submit(article(1, parent=NIGHT.key))
    bench.workshop.gives["look a"] = {"outcome": "queued", "job": child.id}

    def cancel() -> None:
        if bench.time.now > 20:
            bench.store.cancel(NIGHT.key)

    job = bench.go(NIGHT, FakeSteps(bench.time, resting=cancel))
    found = bench.store.get(child.id)
    assert job.state is JobState.CANCELLED and found is not None and found.state is JobState.CANCELLED and "close" not in bench.workshop.asked


@pytest.mark.parametrize("step", ["awaited", "report"])
def test_a_night_whose_show_file_broke_has_failed(bench: Bench, step: str) -> None:
    """At whatever step; nobody waits for it for ever, and nobody takes it for done."""
    bench.workshop.gives[step] = ConfigInvalid("config.bad_value", path="x")
    job = bench.go(NIGHT)
    assert (job.state, job.outcome["code"]) == (JobState.FAILED, "config.bad_value")


def test_a_night_whose_sources_cannot_be_listed_says_so_in_its_report(bench: Bench) -> None:
    """Bulletins and feed are brought up to date all the same."""
    bench.workshop.gives["listed"] = ConfigInvalid("config.bad_value", path="x")
    assert bench.go(NIGHT).state is JobState.DONE
    assert bench.workshop.asked == ["awaited", "listed", "close", "report"]
