"""Which engines are installed: entry points of the group ``audiopub.engines``, loaded only when asked for."""

from collections.abc import Iterator, Mapping
from importlib.metadata import EntryPoint, entry_points
from typing import Protocol

from audiopub.errors import EngineUnknown
from audiopub.speech.engine import Engine, EngineSettings, Voice

GROUP = "audiopub.engines"


class EngineClass(Protocol):
    """What an entry point gives: a class of engines."""

    online: bool
    """Whether it answers from a network: then it is asked again after a failure, no oftener than allowed, and its sound is judged
    before it is believed."""

    def __call__(self, voice: str | None = None, settings: EngineSettings = ...) -> Engine:
        """Make an engine that speaks in a voice, or in its usual one.

        Raises:
            EngineUnknown: it has no such voice.
            ConfigInvalid: a setting cannot be used.
            EngineUnavailable: something it needs is not installed.
        """

    def voices(self, settings: EngineSettings = ...) -> tuple[Voice, ...]:
        """List the voices it offers here and now, without asking a network."""


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


def voice_of(found: EngineClass, accent: str | None) -> str | None:
    """Give the engine's voice for an accent, by its own table ``accents``; None where it has none."""
    accents: Mapping[str, str] = getattr(found, "accents", {})
    return accents.get(accent or "")


def reads_foreign(found: EngineClass) -> bool:
    """Tell whether an engine says that it reads names and words of other languages well."""
    return bool(getattr(found, "reads_foreign", False))
