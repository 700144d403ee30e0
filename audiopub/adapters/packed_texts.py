"""Text files, compressed once and kept until they change."""

import gzip
import os
import re
import threading
from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path

_SMALLEST, _LARGEST = 1_000, 32 << 20
"""Bytes of a file that is compressed: below, gzip gains nothing; above, a file of that size is no text of ours."""

_LEVEL = 6
_REFUSED = re.compile(r"\s*q\s*=\s*0(?:\.0{0,3})?\s*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Packed:
    """A file's compressed content, and the state of the very file it was read from."""

    body: bytes
    state: os.stat_result


class PackedTexts:
    """Compressed contents by path, the most recently used; several threads may ask."""

    def __init__(self, room: int = 64 << 20) -> None:
        """Take the most bytes that are kept."""
        self._room, self._held = room, 0
        self._kept: OrderedDict[Path, Packed] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, path: Path) -> Packed | None:
        """Give a file's compressed content as the file is now; None where it is too small or too large for that.

        Raises:
            OSError: the file is gone or cannot be read.
        """
        state = path.stat()
        if not _SMALLEST < state.st_size <= _LARGEST:
            return None
        # One at a time: of many that ask for a new feed, the first compresses it, and the others find it.
        with self._lock:
            kept = self._kept.get(path)
            if kept and file_tag(kept.state) == file_tag(state):
                self._kept.move_to_end(path)
                return kept
            return self._keep(path, _pack(path))

    def _keep(self, path: Path, packed: Packed) -> Packed:
        former = self._kept.pop(path, None)
        self._held += len(packed.body) - (len(former.body) if former else 0)
        self._kept[path] = packed
        while self._held > self._room:
            _, oldest = self._kept.popitem(last=False)
            self._held -= len(oldest.body)
        return packed


def file_tag(state: os.stat_result) -> str:
    """Give what changes whenever a file's content does: files are put by renaming, so a new content is a new inode, a new time or both."""
    return f"{state.st_ino:x}-{state.st_mtime_ns:x}-{state.st_size:x}"


def takes_gzip(accepted: str) -> bool:
    """Tell whether an Accept-Encoding header allows gzip.

    >>> takes_gzip("br;q=1.0, gzip;q=0.5"), takes_gzip("gzip;q=0, identity"), takes_gzip("")
    (True, False, False)
    """
    for offer in accepted.lower().split(","):
        coding, _, weight = offer.partition(";")
        if coding.strip() == "gzip":
            return not _REFUSED.fullmatch(weight)
    return False


def _pack(path: Path) -> Packed:
    with path.open("rb") as file:
        state = os.fstat(file.fileno())
        return Packed(body=gzip.compress(file.read(), _LEVEL, mtime=0), state=state)
