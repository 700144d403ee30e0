"""Which engines are installed: entry points of the group ``audiopub.engines``, loaded only when asked for."""

from collections.abc import Iterator
from importlib.metadata import EntryPoint, entry_points
from typing import Protocol

from audiopub.errors import EngineUnknown
from audiopub.speech.engine import Engine, Voice

GROUP = "audiopub.engines"


class EngineClass(Protocol):
    """What an entry point gives: a class of engines."""

    online: bool
    """Whether it answers from a network: then it is asked again after a failure, no oftener than
    allowed, and its class also takes ``timeout``, seconds."""

    def __call__(self, voice: str | None = None) -> Engine:
        """Make an engine that speaks in a voice, or in its usual one.

        Raises:
            EngineUnknown: it has no such voice.
        """

    def voices(self) -> tuple[Voice, ...]:
        """List the voices it offers here and now."""


def engine_names() -> tuple[str, ...]:
    """Give the names of all installed engines, sorted."""
    return tuple(sorted({point.name for point in entry_points(group=GROUP)}))


def engine_class(name: str) -> EngineClass:
    """Load an engine's class.

    Raises:
        EngineUnknown: none of that name is installed.
    """
    point = next(_points(name), None)
    if point is None:
        raise EngineUnknown("speech.unknown_engine", engine=name, known=", ".join(engine_names()))
    loaded: EngineClass = point.load()
    return loaded


def _points(name: str) -> Iterator[EntryPoint]:
    return (point for point in entry_points(group=GROUP) if point.name == name)
