"""Where finished segments are kept, addressed by everything that decides their sound."""

import hashlib
from typing import Protocol

from audiopub.audio import Pcm

_TREATMENT = "trim50-fade4/1"
"""Names what :func:`audiopub.speech.narrate.narrate` does to an engine's sound; change it when that changes."""


class SegmentCache(Protocol):
    """Keeps sound by key. A damaged entry is as good as none: it is never given out."""

    def get(self, key: str) -> Pcm | None:
        """Give what was kept under a key; None where nothing whole is."""

    def put(self, key: str, pcm: Pcm) -> None:
        """Keep sound under a key, replacing what was there."""


def segment_key(identity: str, spoken: str) -> str:
    """Give the address of a segment's sound: 64 hexadecimal digits.

    >>> segment_key("silent/1", "một") != segment_key("silent/1", "hai")
    True
    """
    return hashlib.sha256(f"{_TREATMENT}\0{identity}\0{spoken}".encode()).hexdigest()
