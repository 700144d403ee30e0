"""Reading logs line by line: each line has its fate, and what may be a download is kept for the end."""

import re
from collections import Counter
from collections.abc import Iterable
from datetime import datetime, tzinfo
from urllib.parse import unquote

from audiopub.listens.addresses import Networks, listener
from audiopub.listens.agents import app_of
from audiopub.listens.downloads import MOST_LOGS, Requests
from audiopub.listens.formats import Reader, Request
from audiopub.listens.model import Fate, Period, Report, Shelf, Unreadable
from audiopub.listens.ranges import span
from audiopub.listens.report import Lines, counted

_ENDINGS = (".mp3", ".m4a", ".m4b", ".opus", ".ogg")
_AUDIO = re.compile(r"\.(?:mp3|m4a|m4b|opus|ogg)|%")
"""A path without it names no audio; percent signs may hide an ending."""

_ANSWERED = frozenset({200, 206})
_PARTIAL = 206
_PROBE = 2
"""Bytes: players ask for ``bytes=0-1`` to see whether the server knows ranges. Source: IAB 2.1."""

_SHOWN = 5
_LONGEST_SHOWN = 160
_MOST_UNKNOWN = 1000
"""Names of unknown audio that are counted one by one; a scanner invents any number of them."""

_ADDRESS = re.compile(r"(?<![\w.])\d{1,3}(?:\.\d{1,3}){3}(?![\w.])|(?<![\w:])[0-9a-fA-F]{0,4}(?::[0-9a-fA-F]{0,4}){2,7}(?![\w:])")
_LARGEST = 2**32 - 1


class Tally:
    """Counts the downloads of a show."""

    def __init__(self, shelf: Shelf, *, salt: bytes, excluded: Networks, since: datetime | None = None, until: datetime | None = None) -> None:
        """Count for a show.

        Args:
            shelf: its audio.
            salt: up to 64 random bytes, by which listeners are known within this run only.
            excluded: addresses whose requests do not count.
            since: beginning of the period.
            until: its end, which does not belong to it.
        """
        self._shelf, self._salt, self._excluded = shelf, salt, excluded
        self._period = Period(since=int(since.timestamp()) if since else 0, until=int(until.timestamp()) if until else 2**32)
        places = {episode.id: place for place, episode in enumerate(shelf.episodes)}
        self._names = {name: place for place, file in enumerate(shelf.files) for name in file.names}
        self._requests = Requests(shelf.files, [places[file.episode] for file in shelf.files])
        self._apps: dict[str, int] = {}
        self._fates: Counter[Fate] = Counter()
        self._unknown: Counter[str] = Counter()
        self._unreadable: list[Unreadable] = []
        self._log = -1
        self._lines = self._unranged = 0
        self._first, self._last = 2**32, -1

    def read(self, log: str, lines: Iterable[bytes]) -> None:
        """Read a log, once, from its beginning; what ``lines`` raises comes through, and what was read until then counts.

        Args:
            log: its name, for people.
            lines: its lines, with or without their ends.
        """
        reader, fates, others = Reader(_AUDIO), self._fates, 0
        self._log = min(self._log + 1, MOST_LOGS - 1)
        try:
            for number, raw in enumerate(lines, start=1):
                self._lines += 1
                try:
                    request = reader.read(raw)
                except ValueError:
                    fates[Fate.UNREADABLE] += 1
                    self._show(log, number, raw)
                    continue
                if isinstance(request, int):
                    self._see(request)
                    others += 1
                elif (fate := self._fate(request)) is not None:
                    fates[fate] += 1
        finally:
            fates[Fate.OTHER] += others  # most lines: counted apart, since counting by name costs more

    def report(self, zone: tzinfo) -> Report:
        """Give what was counted so far.

        Args:
            zone: whose days are counted.
        """
        lines = Lines(
            count=self._lines, fates=self._fates, unranged=self._unranged, unreadable=tuple(self._unreadable),
            unknown=dict(sorted(self._unknown.items(), key=lambda item: (-item[1], item[0]))), span=(self._first, self._last) if self._last >= 0 else None,
        )  # fmt: skip
        return counted(self._shelf, self._requests, tuple(self._apps), self._period, zone, lines)

    def _see(self, when: int) -> None:
        if not self._first <= when <= self._last:
            self._first, self._last = min(when, self._first), max(when, self._last)

    def _fate(self, request: Request | None) -> Fate | None:
        """Say what becomes of a request; None for one that is kept."""
        if request is None:
            return Fate.COMMENT
        self._see(request.when)
        file = self._file(request.target)
        if isinstance(file, Fate):
            return file
        app = app_of(request.agent)
        fate = self._left_out(request, app)
        if fate or app is None:
            return fate if request.when in self._period else Fate.OUTSIDE
        return self._keep(request, file, app)

    def _file(self, target: str) -> int | Fate:
        """Find the file that a path names."""
        path = target.partition("?")[0]
        if "%" in path:
            path = unquote(path)
        folder, _, name = path.rpartition("/")
        place = self._names.get(name)
        if place is None and not name.endswith(_ENDINGS):
            return Fate.OTHER
        if self._shelf.slug and folder.rpartition("/")[2] != self._shelf.slug:
            return Fate.OTHER
        if place is None:
            shown = _shown(name)
            self._unknown[shown if shown in self._unknown or len(self._unknown) < _MOST_UNKNOWN else "…"] += 1
            return Fate.UNKNOWN
        return place

    def _left_out(self, request: Request, app: str | None) -> Fate | None:
        if request.method != "GET":
            return Fate.METHOD
        if request.status not in _ANSWERED:
            return Fate.STATUS
        if self._excluded and request.client in self._excluded:
            return Fate.EXCLUDED
        return Fate.BOT if app is None else None

    def _keep(self, request: Request, file: int, app: str) -> Fate | None:
        size = min(self._shelf.files[file].bytes, _LARGEST)
        found = span(request.status, request.sent, request.range, size)
        first, stop = found or (0, min(request.sent, size))
        if request.status == _PARTIAL and stop - first <= _PROBE:
            return Fate.PROBE if request.when in self._period else Fate.OUTSIDE
        self._unranged += found is None
        number = self._apps.setdefault(app, len(self._apps))
        who = listener(request.client, request.agent, self._salt)
        self._requests.add(who, request.when, (first, stop), file, self._log, number, told=found is not None)
        return None

    def _show(self, log: str, number: int, raw: bytes) -> None:
        """Keep the first few that could not be read."""
        if len(self._unreadable) < _SHOWN:
            text = _shown(raw[: 4 * _LONGEST_SHOWN].decode("utf-8", "replace").strip())
            self._unreadable.append(Unreadable(log=log, line=number, text=text))


def _shown(text: str) -> str:
    """Make a piece of a log fit to be shown: without addresses, and without what moves a terminal's cursor."""
    return "".join(letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in _ADDRESS.sub("[…]", text))[:_LONGEST_SHOWN]
