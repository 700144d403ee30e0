"""Shows as they stand in the folder now: a worker runs for weeks, and people write show files and lexicons meanwhile."""

import contextlib
import stat
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from audiopub.bootstrap import studio, worker
from audiopub.config import Settings, Show, read_show
from audiopub.editing import Manner
from audiopub.errors import ConfigInvalid
from audiopub.newsroom import gated
from audiopub.pipeline import Studio

_USUAL = Manner()
_MOST = 200
"""Studios that are kept open."""

Stamp = tuple[tuple[str, int, int], ...]


@dataclass(frozen=True, slots=True)
class _Open:
    stamp: Stamp
    show: Show
    studio: Studio


class Shows:
    """Studios by their shows' slugs, made again when a file of the folder changes."""

    def __init__(self, settings: Settings) -> None:
        """Use a folder of show files."""
        self._settings = settings
        self._lock = threading.Lock()
        self._open: dict[tuple[str, bool, Manner], _Open] = {}
        self._rules: Stamp | None = None

    def get(self, slug: str, *, patient: bool = True, manner: Manner = _USUAL) -> tuple[Show, Studio]:
        """Give a show and its studio.

        Args:
            slug: of the show.
            patient: whether a voice that is limited for now is waited for, rather than replaced by the next.
            manner: how one article is read, where that is not as the show reads.

        Raises:
            ConfigInvalid: there is no such show, or its file cannot be used.
        """
        stamp = self.stamp()
        with self._lock:
            self._read_rules_again()
            known = self._open.get((slug, patient, manner))
            if known is None or known.stamp != stamp:
                path = self._settings.feeds / f"{slug}.toml"
                if path.parent != self._settings.feeds or path.stem != slug:  # names come from forms, too
                    raise ConfigInvalid("config.no_show_file", path=slug[:100])
                show = read_show(path)
                show = show.in_manner(manner.voice, manner.speed, jingle=manner.jingle) if manner.is_own else show
                if len(self._open) > _MOST:
                    self._open.clear()  # voices and speeds of single articles
                made = gated(studio(show, self._settings, patient=patient), show, self._settings)
                known = self._open[slug, patient, manner] = _Open(stamp, show, made)
            return known.show, known.studio

    def _read_rules_again(self) -> None:
        """Let pages be parsed by a new process where the newsroom's own site rules changed: a process reads them when it starts."""
        stamp = tuple(_stamps(self._settings.rules))
        if self._rules is not None and stamp != self._rules:
            worker(self._settings.rules.resolve()).close()
        self._rules = stamp

    def stamp(self) -> Stamp:
        """Give what differs after every change of the folder: show files, lexicons, covers."""
        return tuple(_stamps(self._settings.feeds))

    def slugs(self) -> tuple[str, ...]:
        """Name all shows."""
        return tuple(path.stem for path in sorted(self._settings.feeds.glob("*.toml")))


def _stamps(folder: Path) -> Iterator[tuple[str, int, int]]:
    for path in sorted(folder.rglob("*")):
        with contextlib.suppress(FileNotFoundError):  # editors' programs put files beside and take them away
            found = path.stat()
            if stat.S_ISREG(found.st_mode):
                yield path.as_posix(), found.st_mtime_ns, found.st_size
