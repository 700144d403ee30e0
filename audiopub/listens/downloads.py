"""From requests to downloads: whose they are, which belong together, and whether they brought a minute.

A request is kept as 28 bytes, whatever its line was, and everything else waits until all logs are read: a download may be spread over
lines that stand far apart, in any order, in several logs.
"""

import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from audiopub.listens.model import AudioFile
from audiopub.listens.ranges import covered

WINDOW = 24 * 3600
"""Seconds from a listener's first request for an episode in which all further ones are the same download. Source: IAB 2.1."""

_RECORD = struct.Struct("<QIIIIHBB")
_DTYPE = np.dtype([("listener", "<u8"), ("when", "<u4"), ("first", "<u4"), ("stop", "<u4"), ("file", "<u4"), ("log", "<u2"), ("app", "u1"), ("told", "u1")])
_AT_ONCE = 4096
"""Groups that are taken out of the table together."""

_LISTENER, _WHEN, _FIRST, _STOP, _FILE, _LOG, _APP, _TOLD = range(8)
MOST_LOGS = 2**16


@dataclass(frozen=True, slots=True)
class Window:
    """What one listener asked of one episode within 24 hours."""

    listener: int
    episode: int
    """Its place among the show's episodes."""

    when: int
    """Second of the first request."""

    app: int
    requests: int
    enough: bool
    """Whether they brought a minute: a download."""


class Requests:
    """The requests that may be parts of downloads."""

    def __init__(self, files: Sequence[AudioFile], episode_of: Sequence[int]) -> None:
        """Take the files, and for each the place of its episode."""
        self._files, self._episode_of = tuple(files), np.array([*episode_of, 0], np.uint32)
        self._records = bytearray()

    def __len__(self) -> int:
        return len(self._records) // _RECORD.size

    def add(self, listener: int, when: int, span: tuple[int, int], file: int, log: int, app: int, *, told: bool) -> None:
        """Keep a request.

        Args:
            listener: number of address and user agent.
            when: its second.
            span: first byte and the one after the last.
            file: place of the file.
            log: number of the log it stands in, below MOST_LOGS.
            app: number of the app, below 256.
            told: whether the log tells the range; otherwise the span is as long as what was sent, and stands anywhere.
        """
        self._records += _RECORD.pack(listener, when, span[0], span[1], file, log, app, told)

    def windows(self) -> Iterator[Window | int]:
        """Give all windows, those of a listener one after the other; a bare number counts requests that another log has too."""
        table = np.frombuffer(self._records, _DTYPE)
        episodes = self._episode_of[table["file"]]
        order = np.lexsort((table["log"], table["told"], table["stop"], table["first"], table["file"], table["when"], episodes, table["listener"]))
        table, episodes = table[order], episodes[order]
        same = (table["listener"][1:] == table["listener"][:-1]) & (episodes[1:] == episodes[:-1])
        bounds = np.concatenate(([0], np.flatnonzero(~same) + 1, [len(table)])) if len(table) else np.zeros(0, np.int64)
        for place in range(0, len(bounds) - 1, _AT_ONCE):
            for begin, end in pairwise(bounds[place : place + _AT_ONCE + 1].tolist()):
                yield from self._windows(table[begin:end], int(episodes[begin]))

    def _windows(self, rows: NDArray[Any], episode: int) -> Iterator[Window | int]:
        once = _once(rows.tolist())
        if len(once) < len(rows):
            yield len(rows) - len(once)
        begin = 0
        for place in range(1, len(once) + 1):
            if place == len(once) or once[place][_WHEN] >= once[begin][_WHEN] + WINDOW:
                part = once[begin:place]
                yield Window(part[0][_LISTENER], episode, part[0][_WHEN], part[0][_APP], len(part), self._enough(part))
                begin = place

    def _enough(self, rows: list[tuple[int, ...]]) -> bool:
        """Tell whether requests brought a minute in one of the forms of the audio."""
        forms: dict[int, list[tuple[int, ...]]] = {}
        for row in rows:
            forms.setdefault(row[_FILE], []).append(row)
        return any(_audio_bytes(form, self._files[file]) >= self._files[file].least for file, form in forms.items())


def _audio_bytes(rows: list[tuple[int, ...]], file: AudioFile) -> int:
    """Count the bytes of audio that were sent: those of known places once, those of unknown ones added up."""
    known = covered(((row[_FIRST], row[_STOP]) for row in rows if row[_TOLD]), file.start)
    loose = sum(row[_STOP] for row in rows if not row[_TOLD])
    tag = 0 if known else file.start  # somebody who has audio at a known place has fetched the tag with it, or needs none
    return known + max(0, loose - tag)


def _once(rows: list[tuple[int, ...]]) -> list[tuple[int, ...]]:
    """Leave out what stands in several logs: of a request that is n times in one and m times in another, the larger number stays.

    Rows are sorted, so the same request of several logs stands together. Within one log two same lines are two requests.
    """
    if len({row[_LOG] for row in rows}) == 1:
        return rows
    kept = []
    for _, group in groupby(rows, key=lambda row: (row[_WHEN], row[_FILE], row[_FIRST], row[_STOP], row[_TOLD])):
        same = list(group)
        logs = [row[_LOG] for row in same]
        kept += same[: max(logs.count(log) for log in set(logs))]
    return kept
