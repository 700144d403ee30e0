"""What a workflow asks of the engine that runs it."""

from collections.abc import Callable
from typing import Any, NoReturn, Protocol, TypeVar

T = TypeVar("T")


class Steps(Protocol):
    """What a workflow does things by."""

    def step(self, name: str, work: Callable[[], T]) -> T:
        """Do something once: its result, plain values, is recorded, and given again when the workflow is repeated. It may be begun several times."""

    def rest(self, seconds: float) -> None:
        """Wait a little; of that nothing is recorded."""

    def abandon(self) -> NoReturn:
        """Stop here for good, without an end: another process does this run, or will."""


Workflow = Callable[[Steps, str], Any]
"""Called with the id of a job's run; what it does outside of steps must be the same each time."""
