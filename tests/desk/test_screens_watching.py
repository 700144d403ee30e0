"""What happens to articles, as the screens are told of it."""

from itertools import count
from typing import Any, cast

import pytest

from audiopub.desk.tools import Tools
from audiopub.desk.watching import Watching
from audiopub.errors import Forbidden
from audiopub.people import Actor, Permission, Via
from tests.jobs.memory_jobs import MemoryJobStore
from tests.jobs.orders import NIGHT, article

READER = Actor(name="lan", permissions=frozenset({Permission.READ}), via=Via.DESK)


class OnlyJobs:
    """Of an installation's tools, the one that is asked."""

    def __init__(self) -> None:
        self.jobs = MemoryJobStore(now=count(1_790_000_000_000, 1000).__next__)  # a second between any two things, which is beyond what is looked at twice


@pytest.fixture
def tools() -> OnlyJobs:
    return OnlyJobs()


@pytest.fixture
def watching(tools: OnlyJobs) -> Watching:
    return Watching(cast("Tools", cast("Any", tools)))


def test_each_change_of_an_article_is_told_once(tools: OnlyJobs, watching: Watching) -> None:
    """What was before is not told, nor what is of no article; nothing is told twice."""
    tools.jobs.submit(article(1, wish={"_identity": "a" * 16}))
    watch = watching.watch(READER)
    assert watch.new() == ()
    job, _ = tools.jobs.submit(article(2, wish={"_identity": "b" * 16}))
    tools.jobs.submit(article(3))
    tools.jobs.submit(NIGHT)
    assert [(one.name, one.progress.state) for one in watch.new()] == [(f"ban-tin-{'b' * 16}", "queued")]
    assert watch.new() == ()
    tools.jobs.cancel(job.id)
    assert [one.progress.state for one in watch.new()] == ["cancelled"]


def test_whoever_comes_back_is_told_what_was_missed(tools: OnlyJobs, watching: Watching) -> None:
    """The moment of the last thing that was seen is where it goes on."""
    first = watching.watch(READER)
    tools.jobs.submit(article(1, wish={"_identity": "a" * 16}))
    seen = first.new()[-1].at_ms
    tools.jobs.submit(article(2, wish={"_identity": "b" * 16}))
    assert f"ban-tin-{'b' * 16}" in [one.name for one in watching.watch(READER, seen).new()]


def test_strangers_watch_nothing(watching: Watching) -> None:
    """Whoever may not read is not told what happens."""
    with pytest.raises(Forbidden):
        watching.watch(Actor(name="x", permissions=frozenset(), via=Via.API))
