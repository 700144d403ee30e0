"""What became of a night."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One article of a night."""

    source: str
    outcome: str
    """``published``, ``updated``, ``unchanged``, ``embargoed``, ``withdrawn``, ``pinned``, ``on_desk``, ``twin``, ``held``, ``failed``, ``cancelled``, ``parked``."""

    title: str = ""
    episode: str = ""
    duration_ms: int = 0
    code: str = ""
    """Of what is held or failed: the error's code, a key of the message catalogs."""

    details: Mapping[str, Any] = field(default_factory=dict)
    job: str = ""
    made: int = 0
    """Segments that a voice was asked for."""

    segments: int = 0
    fallback: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """A night of one show."""

    show: str
    title: str
    """Of the show."""

    date: str
    """``2026-11-26``, in Vietnam."""

    lines: tuple[Line, ...]
    bulletins: tuple[Line, ...] = ()
    feed_changed: bool = False
    missing: tuple[str, ...] = ()
    """Audio files of published episodes that are gone."""

    failures: tuple[Line, ...] = ()
    """Of what is no article: a source that could not be listed, a bulletin, the feed."""

    began_ms: int = 0
    ended_ms: int = 0
    requests: int = 0
    """That voices were sent for this night."""

    throttled: int = 0
    """Of those, refused with 429."""

    oldest_waiting_ms: int = 0
    """How long the job that waits longest has waited, when the report was made."""

    @property
    def found(self) -> int:
        """Count the articles that the sources list."""
        return len(self.lines)

    def count(self, *outcomes: str) -> int:
        """Count the articles with one of these outcomes."""
        return sum(line.outcome in outcomes for line in self.lines)

    @property
    def hits(self) -> int:
        """Count the segments that came from the cache."""
        return sum(line.segments - line.made for line in self.lines)

    @property
    def audio_ms(self) -> int:
        """Add up what was published or renewed."""
        return sum(line.duration_ms for line in (*self.lines, *self.bulletins) if line.outcome in {"published", "updated"})


def problems(report: Report) -> Iterable[Line]:
    """Give the lines that somebody has to look at."""
    return (line for line in (*report.failures, *report.lines, *report.bulletins) if line.outcome in {"held", "failed", "parked", "cancelled"})
