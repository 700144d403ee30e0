"""Shows as they stand in the folder now: a worker runs for weeks, and people write show files and lexicons meanwhile."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from audiopub.bootstrap import studio
from audiopub.config import Settings, Show, read_show
from audiopub.newsroom import gated
from audiopub.pipeline import Studio

Stamp = tuple[tuple[str, int, int], ...]


@dataclass(frozen=True, slots=True)
class _Open:
    stamp: Stamp
    show: Show
    studio: Studio


class Shows:
    """Studios by their shows' slugs, made again when a file of the folder changes."""

    def __init__(self, settings: Settings, *, patient: bool) -> None:
        """Use a folder of show files.

        Args:
            settings: folders and limits.
            patient: whether a voice that is limited for now is waited for, rather than replaced by the next.
        """
        self._settings, self._patient = settings, patient
        self._lock = threading.Lock()
        self._open: dict[str, _Open] = {}

    def get(self, slug: str) -> tuple[Show, Studio]:
        """Give a show and its studio.

        Raises:
            ConfigInvalid: there is no such show, or its file cannot be used.
        """
        stamp = tuple(_stamps(self._settings.feeds))
        with self._lock:
            known = self._open.get(slug)
            if known is None or known.stamp != stamp:
                show = read_show(self._settings.feeds / f"{slug}.toml")
                known = self._open[slug] = _Open(stamp, show, gated(studio(show, self._settings), show, self._settings))
            return known.show, known.studio

    def slugs(self) -> tuple[str, ...]:
        """Name all shows."""
        return tuple(path.stem for path in sorted(self._settings.feeds.glob("*.toml")))


def _stamps(folder: Path) -> Iterator[tuple[str, int, int]]:
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            stat = path.stat()
            yield path.as_posix(), stat.st_mtime_ns, stat.st_size
