"""The contract of the engine, with DBOS as it is, on SQLite and on Postgres: what an upgrade of it must leave as it is."""

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from audiopub.jobs.model import Queue
from tests.jobs.engine_host import EngineProcess, Folder, wait_until

Start = Callable[..., EngineProcess]


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path)


@pytest.fixture(params=["sqlite", "postgres"])
def start(request: pytest.FixtureRequest, tmp_path: Path, folder: Folder) -> Iterator[Start]:
    """Give what starts engines of one database, by the names of their workers."""
    url = f"sqlite:///{tmp_path / 'jobs'}.sqlite" if request.param == "sqlite" else request.getfixturevalue("postgres_url")
    with ExitStack() as running:
        yield lambda worker, release="this": running.enter_context(EngineProcess(url, worker, folder.path, release))


def held(engine: EngineProcess, folder: Folder, run: str, queue: Queue = Queue.NIGHTLY) -> None:
    """Begin a run that stands between its steps."""
    folder.sign(run, "hold").touch()
    engine.enqueue(run, queue)
    wait_until(lambda: f"one {engine.worker}" in folder.said(run), f"{run} stands")


def let_go(folder: Folder, run: str) -> None:
    folder.sign(run, "hold").unlink()


def ended(engine: EngineProcess, run: str) -> None:
    wait_until(lambda: engine.ask("status", run)[0] == "SUCCESS", f"{run} has ended")


def test_a_run_is_done_once(start: Start, folder: Folder) -> None:
    """However often it is given, while it is at work and afterwards; another run of the same job is another."""
    engine = start("a")
    held(engine, folder, "x.1")
    engine.enqueue("x.1")
    engine.enqueue("x.1", Queue.EDITOR)
    assert engine.ask("busy") == {"x.1"} and engine.ask("lost") == () and engine.ask("ended", ["x.1", "none.1"]) == ("none.1",)
    let_go(folder, "x.1")
    ended(engine, "x.1")
    for queue in (Queue.NIGHTLY, Queue.EDITOR):
        engine.enqueue("x.1", queue)
    engine.enqueue("x.2")
    ended(engine, "x.2")
    assert folder.said("x.1") == ["begun a", "one a", "two a", "ended one by a, two by a, a"] and len(folder.said("x.2")) == 4
    assert engine.ask("busy") == frozenset() and engine.ask("ended", ["x.1", "x.2"]) == ("x.1", "x.2")


def test_a_run_that_waits_is_moved_to_another_queue(start: Start, folder: Folder) -> None:
    """It does not wait for those before it any more, and is done once; each queue has slots of its own."""
    engine = start("a")
    for run in ("x.1", "y.1"):
        held(engine, folder, run)
    engine.enqueue("z.1")
    assert engine.ask("status", "z.1")[:2] == ("ENQUEUED", "nightly")
    engine.enqueue("z.1", Queue.EDITOR)
    ended(engine, "z.1")
    assert engine.ask("status", "z.1")[1] == "editor" and folder.said("z.1")[:-1] == ["begun a", "one a", "two a"]
    assert engine.ask("busy") == {"x.1", "y.1"}


def test_what_a_killed_process_was_at_is_taken_over(start: Start, folder: Folder) -> None:
    """By one that is told so, once, into its queue; what was done is not done again. Nobody does it before that, nor a second time."""
    first = start("a")
    held(first, folder, "x.1", Queue.EDITOR)
    held(first, folder, "y.1")
    first.enqueue("z.1")
    ended(first, "z.1")
    first.kill()
    heir = start("b")
    assert heir.ask("status", "x.1") == ("PENDING", "editor", "a") and heir.ask("lost") == () and heir.ask("executors") == ("a",)
    assert (heir.ask("take_over", "nobody"), heir.ask("take_over", "a"), heir.ask("take_over", "a")) == (0, 2, 0)
    wait_until(lambda: heir.ask("busy") == {"x.1", "y.1"}, "both are begun")
    assert heir.ask("status", "x.1") == ("PENDING", "editor", "b") and heir.ask("take_over", "a") == 0 and heir.ask("executors") == ("b",)
    for run in ("x.1", "y.1"):
        let_go(folder, run)
        ended(heir, run)
        assert folder.said(run) == ["begun a", "one a", "begun b", "two b", "ended one by a, two by b, b"]
    assert folder.said("z.1")[-1] == "ended one by a, two by a, a"


def test_who_stood_still_ends_nothing_that_another_has(start: Start, folder: Folder) -> None:
    """It finds that its run is another's, does no step of it any more, and can do other runs."""
    first = start("a")
    held(first, folder, "x.1", Queue.EDITOR)
    first.freeze()
    heir = start("b")
    assert heir.ask("take_over", "a") == 1
    wait_until(lambda: "begun b" in folder.said("x.1"), "the heir has begun it")
    let_go(folder, "x.1")
    ended(heir, "x.1")
    heir.kill()
    first.thaw()
    first.enqueue("y.1", Queue.EDITOR)
    ended(first, "y.1")
    wait_until(lambda: first.ask("busy") == frozenset(), "it has let it go")
    assert [line for line in folder.said("x.1") if line.startswith("two")] == ["two b"]
    assert first.ask("lost") == () and first.ask("status", "x.1")[0] == "SUCCESS"


def test_an_abandoned_run_is_lost_until_it_is_resumed(start: Start, folder: Folder) -> None:
    """It has not ended, and keeps no slot from others; resumed, it goes on where it was."""
    engine = start("a")
    held(engine, folder, "x.1", Queue.EDITOR)
    folder.sign("x.1", "abandon").touch()
    let_go(folder, "x.1")
    wait_until(lambda: engine.ask("busy") == frozenset(), "it is abandoned")
    engine.enqueue("y.1", Queue.EDITOR)
    ended(engine, "y.1")
    assert engine.ask("lost") == ("x.1",) and engine.ask("ended", ["x.1"]) == () and engine.ask("status", "x.1") == ("PENDING", "editor", "a")
    engine.ask("resume", "x.1", Queue.NIGHTLY)
    ended(engine, "x.1")
    assert folder.said("x.1") == ["begun a", "one a", "begun a", "two a", "ended one by a, two by a, a"]
    assert engine.ask("lost") == () and engine.ask("status", "x.1")[1] == "nightly"


def test_a_process_that_stops_leaves_its_runs_to_the_next(start: Start, folder: Folder) -> None:
    """They stop at their next step without an end, and nothing new is begun; the process ends by itself."""
    first = start("a")
    for run in ("x.1", "y.1"):
        held(first, folder, run)
    first.enqueue("z.1")
    first.ask("halt")
    wait_until(lambda: first.ask("busy") == frozenset(), "all stand")
    let_go(folder, "x.1")
    first.enqueue("w.1", Queue.EDITOR)
    wait_until(lambda: first.ask("status", "w.1")[0] == "PENDING", "it was taken from its queue")
    time.sleep(1.2)  # two looks at each queue, so that something would have been begun
    assert first.ask("status", "x.1")[0] == "PENDING" and first.ask("status", "z.1")[0] == "ENQUEUED"
    first.ask("close")
    assert first.leave() == 0
    let_go(folder, "y.1")
    heir = start("b")
    assert heir.ask("take_over", "a") == 3
    for run in ("x.1", "y.1", "z.1", "w.1"):
        ended(heir, run)
    assert folder.said("x.1") == ["begun a", "one a", "begun b", "two b", "ended one by a, two by b, b"]
    assert folder.said("w.1")[0] == folder.said("z.1")[0] == "begun b"


def test_another_release_finishes_what_was_begun(start: Start, folder: Folder) -> None:
    """Its workflow is written in another way, under the same name: what stands between the steps, and what waits, is not stranded."""
    first = start("a")
    for run in ("x.1", "y.1"):
        held(first, folder, run)
    first.enqueue("z.1")
    first.kill()
    heir = start("b", "next")
    assert heir.ask("take_over", "a") == 2
    for run in ("x.1", "z.1"):
        ended(heir, run)
    assert folder.said("x.1") == ["begun a", "one a", "begun anew b", "two b", "ended one by a, two by b, b"]
    assert folder.said("z.1")[0] == "begun anew b"


@pytest.mark.parametrize("start", ["sqlite"], indirect=True)
def test_a_run_whose_step_cannot_be_recorded_is_lost_and_not_ended(start: Start, folder: Folder) -> None:
    """The disk is full. When there is room again it is resumed, and goes on where it was."""
    engine = start("a")
    held(engine, folder, "x.1")
    engine.ask("room", 4096)
    let_go(folder, "x.1")
    wait_until(lambda: engine.ask("busy") == frozenset(), "it is abandoned")
    assert folder.said("x.1")[-1] == "two a"
    engine.ask("room", 0)
    assert engine.ask("status", "x.1")[0] == "PENDING" and engine.ask("lost") == ("x.1",)
    engine.ask("resume", "x.1", Queue.NIGHTLY)
    ended(engine, "x.1")
    assert folder.said("x.1") == ["begun a", "one a", "two a", "begun a", "two a", "ended one by a, two by a, a"]


def test_a_run_whose_result_can_never_be_recorded_ends(start: Start, folder: Folder) -> None:
    """It is a mistake of ours, and would be done again for ever."""
    engine = start("a")
    folder.sign("x.1", "spoil").touch()
    engine.enqueue("x.1")
    wait_until(lambda: engine.ask("status", "x.1")[0] == "ERROR", "it has ended")
    assert engine.ask("lost") == () and engine.ask("ended", ["x.1"]) == ("x.1",)


def test_a_run_whose_steps_were_changed_ends(start: Start, folder: Folder) -> None:
    """A workflow was edited that has a name already: what it had begun is not done wrongly, and not tried for ever."""
    first = start("a")
    held(first, folder, "x.1")
    first.kill()
    heir = start("b", "wrong")
    assert heir.ask("take_over", "a") == 1
    wait_until(lambda: heir.ask("status", "x.1")[0] == "ERROR", "it has ended")
    assert "two b" not in folder.said("x.1")


def test_what_ended_long_ago_is_forgotten(start: Start, folder: Folder) -> None:
    """And nothing else: neither what ended since, nor what is at work, nor what waits."""
    engine = start("a")
    folder.sign("broken.1", "break").touch()
    for run in ("old.1", "broken.1"):
        engine.enqueue(run)
    ended(engine, "old.1")
    wait_until(lambda: engine.ask("status", "broken.1")[0] == "ERROR", "it is broken")
    assert engine.ask("ended", ["broken.1"]) == ("broken.1",)
    for run in ("x.1", "y.1"):
        held(engine, folder, run)
    engine.enqueue("waits.1")
    engine.ask("forget", 1_000_000_000_000)
    assert engine.ask("status", "old.1")
    engine.ask("forget", 4_000_000_000_000)
    assert engine.ask("status", "old.1") is None and engine.ask("status", "broken.1") is None
    for run in ("x.1", "y.1", "waits.1"):
        folder.sign(run, "hold").unlink(missing_ok=True)
        ended(engine, run)
    engine.enqueue("old.1")
    ended(engine, "old.1")
    assert folder.said("old.1").count("begun a") == 2
