"""Voices that stand ready: making one takes longer than a sentence."""

import threading
from collections.abc import Callable

from audiopub.config import Show
from audiopub.speech import Engine

_MOST = 24


class Booths:
    """Engines by name, accent, pace and options, made when they are first asked for."""

    def __init__(self, make: Callable[[str, Show], Engine]) -> None:
        """Make engines so."""
        self._make = make
        self._lock = threading.Lock()
        self._made: dict[tuple[str, str], Engine] = {}

    def get(self, name: str, show: Show) -> Engine:
        """Give an engine as a show has it read."""
        table = show.file.voice
        key = (name, f"{table.accent} {table.speed} {table.options}")
        with self._lock:
            if key not in self._made:
                if len(self._made) >= _MOST:
                    self._made.clear()
                self._made[key] = self._make(name, show)
            return self._made[key]
