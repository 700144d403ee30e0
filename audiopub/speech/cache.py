"""Where finished segments are kept, addressed by everything that decides their sound."""

import hashlib
from dataclasses import dataclass
from typing import Protocol

from audiopub.audio import Levels, Mark, Pcm
from audiopub.units import Hertz, Samples

_TREATMENT = "trim50-fade4/3"
"""Names what :func:`audiopub.speech.narrate.narrate` does to an engine's sound; change it when that changes."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Glance:
    """All that is known of a segment's sound but the samples."""

    rate: Hertz
    length: Samples
    levels: Levels
    marks: tuple[Mark, ...]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Take:
    """A segment's sound with its levels."""

    pcm: Pcm
    levels: Levels

    @property
    def glance(self) -> Glance:
        """Give what is known of it but the samples."""
        return Glance(rate=self.pcm.rate, length=Samples(len(self.pcm)), levels=self.levels, marks=self.pcm.marks)


class SegmentCache(Protocol):
    """Keeps sound by key. A damaged entry is as good as none: it is never given out. Any number of threads may use it."""

    def get(self, key: str) -> Take | None:
        """Give what was kept under a key; None where nothing whole is."""

    def glance(self, key: str) -> Glance | None:
        """Give what is known of a segment without reading its samples; None where nothing is."""

    def put(self, key: str, take: Take) -> None:
        """Keep sound under a key, replacing what was there."""


def segment_key(identity: str, spoken: str, rate: Hertz | None = None) -> str:
    """Give the address of a segment's sound: 64 hexadecimal digits.

    Args:
        identity: the engine's.
        spoken: what is said.
        rate: the sample rate it was brought to; None for the engine's own.

    >>> segment_key("silent/1", "một") != segment_key("silent/1", "hai")
    True
    """
    at = f"\0{rate}" if rate else ""
    return hashlib.sha256(f"{_TREATMENT}\0{identity}\0{spoken}{at}".encode()).hexdigest()
