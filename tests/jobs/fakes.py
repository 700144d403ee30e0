"""Steps, a workshop and time that belong to a test."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NoReturn, TypeVar

from audiopub.errors import TryAgain
from audiopub.jobs.model import Job
from audiopub.pipeline import Progress

T = TypeVar("T")
BEGAN = 1_790_000_000_000


class Abandoned(BaseException):
    """A run was abandoned."""


class Time:
    """Clocks that only waiting moves: that of the process, in seconds, and that of the database, in milliseconds."""

    def __init__(self) -> None:
        self.now = 0.0
        self.slept: list[float] = []

    def __call__(self) -> float:
        return self.now

    def ms(self) -> int:
        return BEGAN + round(self.now * 1000)

    def sleep(self, seconds: float) -> None:
        self.now += seconds
        self.slept.append(seconds)


@dataclass
class FakeSteps:
    """Steps of one run, recorded in a list: whoever goes through them again with it gets what was recorded."""

    time: Time
    recorded: list[Any] = field(default_factory=list)
    resting: Callable[[], None] = lambda: None
    """Called at each rest."""

    at: int = 0
    names: list[str] = field(default_factory=list)
    """Of the steps that were done, not given again."""

    def step(self, name: str, work: Callable[[], T]) -> T:
        self.at += 1
        if len(self.recorded) < self.at:
            self.recorded.append(work())
            self.names.append(name)
        result: T = self.recorded[self.at - 1]
        return result

    def rest(self, seconds: float) -> None:
        self.time.now += seconds
        self.resting()

    def abandon(self) -> NoReturn:
        raise Abandoned

    def again(self) -> "FakeSteps":
        """Give the steps as the next process has them."""
        return FakeSteps(self.time, self.recorded, self.resting)


class Sometimes:
    """A database, or whatever else it stands before, that is away for so many questions."""

    def __init__(self, of: Any) -> None:
        self._of, self._away = of, dict[str, int]()

    def away(self, name: str, times: int) -> None:
        """Let a method fail so many times."""
        self._away[name] = times

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._of, name)

        def asked(*given: Any, **named: Any) -> Any:
            if self._away.get(name, 0) > 0:
                self._away[name] -= 1
                raise TryAgain("again.database", url="sqlite:///x", reason="locked")
            return method(*given, **named)

        return asked


@dataclass
class FakeWorkshop:
    """Gives what a test says, and notes what it was asked."""

    gives: dict[str, Any] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def take(self, job: Job, progress: Progress) -> Mapping[str, Any]:
        del job, progress
        return self._given("take", {"page": "p", "identity": "e", "title": "Tựa"})

    def make(self, job: Job, taken: Mapping[str, Any], progress: Progress, *, patient: bool) -> Mapping[str, Any]:
        del job, taken, progress, patient
        return self._given("make", {"outcome": "published", "id": "e", "title": "Tựa"})

    def prove(self, job: Job, taken: Mapping[str, Any], progress: Progress, *, patient: bool) -> Mapping[str, Any]:
        del job, taken, progress, patient
        return self._given("prove", {"outcome": "proved", "id": "e", "title": "Tựa"})

    def publish(self, job: Job, progress: Progress) -> Mapping[str, Any]:
        del job, progress
        return self._given("publish", {"outcome": "written"})

    def leave(self, job: Job) -> None:
        del job
        self._given("leave", None)

    def listed(self, job: Job) -> Mapping[str, Any]:
        del job
        return self._given("listed", {"entries": [{"name": "a"}, {"name": "b"}], "failures": []})

    def take_listed(self, job: Job, entry: Mapping[str, Any], place: int) -> Mapping[str, Any]:
        del job, place
        return self._given(f"look {entry['name']}", {"outcome": "unchanged"})

    def close(self, job: Job, progress: Progress, *, patient: bool) -> Mapping[str, Any]:
        del job, progress, patient
        return self._given("close", {"bulletins": []})

    def report(self, job: Job, listed: Mapping[str, Any], lines: Sequence[Mapping[str, Any]], closed: Mapping[str, Any]) -> Mapping[str, Any]:
        del job, listed, closed
        return self._given("report", {"outcome": "done", "exit_code": 0, "lines": list(lines)})

    def awaited(self, job: Job) -> Sequence[str]:
        del job
        return self._given("awaited", ())

    def _given(self, name: str, usual: Any) -> Any:
        self.asked.append(name)
        given = self.gives.get(name, usual)
        if isinstance(given, list):
            given = given.pop(0) if given else usual
        if isinstance(given, BaseException):
            raise given
        return given
