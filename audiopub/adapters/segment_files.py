"""What is made once and may be made again, in a folder: the sound of segments, and pieces of encoded audio.

Every file carries a hash over all that it holds, so that damage is seen. The least recently used files go when the folder
grows over its limit.
"""

import hashlib
import json
import os
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from audiopub.adapters.files import write_whole
from audiopub.audio import Levels, Mark, Pcm
from audiopub.speech import Glance, Take
from audiopub.units import Hertz, Samples

_MAGIC = b"audiopub-segment-2\n"
_FRAMES_MAGIC = b"audiopub-frames-1\n"
_DIGEST = 32
_SIZE = 4
_SEGMENT, _FRAMES = ".seg", ".frames"

_SPARED = 3600.0
"""Seconds after its last use in which a file is not removed to keep the limit: an episode being made may still want it."""

_SCAN_EVERY = 20
"""The folder is looked through after so small a share of its limit was written."""

_ROOM_MADE = 0.9
"""Share of the limit that is left after making room."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stock:
    """What a cache folder holds."""

    segments: int = 0
    segment_bytes: int = 0
    encoded: int = 0
    encoded_bytes: int = 0

    @property
    def size(self) -> int:
        """Give the bytes in all."""
        return self.segment_bytes + self.encoded_bytes


@dataclass(frozen=True, slots=True)
class _File:
    path: Path
    size: int
    used: float


class FileCache:
    """Segments and encoded pieces in a folder, for any number of threads and processes."""

    def __init__(self, root: Path, limit: int | None = None, clock: Callable[[], float] = time.time) -> None:
        """Use a folder.

        Args:
            root: the folder; made when something is kept.
            limit: bytes it should not grow over; None for no limit.
            clock: the present moment in seconds, as files' times count it.
        """
        self._root, self._limit, self._clock = root, limit, clock
        self._since = clock()
        self._lock = threading.Lock()
        self._unseen: int | None = None
        """Bytes written since the folder was last looked through; None before the first time."""

    def get(self, key: str) -> Take | None:
        """Give a segment; a damaged file is removed and counts as absent."""
        path = self._path(key, _SEGMENT)
        content = _content(path)
        if content is None:
            return None
        head, body, digest = _parted(content)
        if head is None or hashlib.sha256(body).digest() != digest:
            path.unlink(missing_ok=True)
            return None
        self._touch(path)
        glance = _glance(head)
        samples = np.frombuffer(body, dtype="<i2").astype(np.int16, copy=False)
        return Take(pcm=Pcm(samples, glance.rate, glance.marks), levels=glance.levels)

    def glance(self, key: str) -> Glance | None:
        """Give what is known of a segment, by the first part of its file."""
        path = self._path(key, _SEGMENT)
        try:
            with path.open("rb") as file:
                start = file.read(len(_MAGIC) + _SIZE)
                whole = start + file.read(_head_size(start) + 2 * _DIGEST)
                size = os.fstat(file.fileno()).st_size
        except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
            return None
        head, _, _ = _parted(whole)
        glance = _glance(head) if head is not None else None
        if glance is None or size != len(whole) + 2 * glance.length:
            path.unlink(missing_ok=True)
            return None
        self._touch(path)
        return glance

    def put(self, key: str, take: Take) -> None:
        """Keep a segment."""
        head, body = _head(take.glance), take.pcm.raw
        content = b"".join((_MAGIC, len(head).to_bytes(_SIZE, "little"), head, hashlib.sha256(head).digest(), hashlib.sha256(body).digest(), body))
        self._write(self._path(key, _SEGMENT), content)

    def frames(self, key: str) -> bytes | None:
        """Give an encoded piece; a damaged one counts as absent."""
        path = self._path(key, _FRAMES)
        content = _content(path)
        if content is None:
            return None
        start = len(_FRAMES_MAGIC) + _DIGEST
        if not content.startswith(_FRAMES_MAGIC) or hashlib.sha256(content[start:]).digest() != content[len(_FRAMES_MAGIC) : start]:
            path.unlink(missing_ok=True)
            return None
        self._touch(path)
        return content[start:]

    def keep_frames(self, key: str, frames: bytes) -> None:
        """Keep an encoded piece."""
        self._write(self._path(key, _FRAMES), _FRAMES_MAGIC + hashlib.sha256(frames).digest() + frames)

    def stock(self) -> Stock:
        """Count what is there."""
        files = list(self._files())
        segments = [file.size for file in files if file.path.suffix == _SEGMENT]
        encoded = [file.size for file in files if file.path.suffix == _FRAMES]
        return Stock(segments=len(segments), segment_bytes=sum(segments), encoded=len(encoded), encoded_bytes=sum(encoded))

    def prune(self, limit: int, spared: float = _SPARED) -> Stock:
        """Remove the files that were not used for longest until the rest fits.

        Args:
            limit: bytes that may stay.
            spared: seconds since its last use before a file may go.

        Returns:
            What was removed.
        """
        files = sorted(self._files(), key=lambda file: file.used)
        excess = sum(file.size for file in files) - limit
        gone: dict[str, list[int]] = {_SEGMENT: [], _FRAMES: []}
        newest = self._clock() - spared
        for file in files:
            if excess <= 0 or file.used > newest:
                break
            file.path.unlink(missing_ok=True)
            gone[file.path.suffix].append(file.size)
            excess -= file.size
        return Stock(
            segments=len(gone[_SEGMENT]), segment_bytes=sum(gone[_SEGMENT]), encoded=len(gone[_FRAMES]), encoded_bytes=sum(gone[_FRAMES])
        )  # fmt: skip

    def verify(self) -> tuple[int, tuple[str, ...]]:
        """Read every file; remove the damaged. Give how many are whole, and the names of those that were not."""
        whole, broken = 0, []
        for file in self._files():
            found = self.get(file.path.stem) if file.path.suffix == _SEGMENT else self.frames(file.path.stem)
            if found is None:
                broken.append(file.path.name)
            else:
                whole += 1
        return whole, tuple(sorted(broken))

    def _files(self) -> Iterator[_File]:
        for path in self._root.glob("*/*"):
            if path.suffix in {_SEGMENT, _FRAMES}:
                try:
                    stat = path.stat()
                except FileNotFoundError:
                    continue
                yield _File(path, stat.st_size, stat.st_mtime)

    def _write(self, path: Path, content: bytes) -> None:
        # A lost entry is only made again, so it is not worth a flush to the disk.
        write_whole(path, content, durable=False)
        if self._limit is not None:
            self._make_room(len(content), self._limit)

    def _make_room(self, written: int, limit: int) -> None:
        with self._lock:
            if self._unseen is not None and self._unseen + written < limit // _SCAN_EVERY:
                self._unseen += written
                return
            self._unseen = 0
            if self.stock().size > limit:
                self.prune(int(limit * _ROOM_MADE))

    def _touch(self, path: Path) -> None:
        """Note that a file was used, once for each cache that uses it."""
        try:
            if path.stat().st_mtime < self._since:
                now = self._clock()
                os.utime(path, (now, now))
        except OSError:
            return  # a folder that may only be read serves as well

    def _path(self, key: str, suffix: str) -> Path:
        return self._root / key[:1] / f"{key}{suffix}"


def _content(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
        return None


def _head_size(start: bytes) -> int:
    return int.from_bytes(start[len(_MAGIC) :], "little") if start.startswith(_MAGIC) else 0


def _parted(content: bytes) -> tuple[bytes | None, memoryview, bytes]:
    """Take a file apart: its head, None where that is damaged; its body; the body's hash."""
    start = len(_MAGIC) + _SIZE
    end = start + _head_size(content[:start])
    head, mark, digest = content[start:end], content[end : end + _DIGEST], content[end + _DIGEST : end + 2 * _DIGEST]
    sound = content.startswith(_MAGIC) and hashlib.sha256(head).digest() == mark
    return head if sound else None, memoryview(content)[end + 2 * _DIGEST :], digest


def _head(glance: Glance) -> bytes:
    levels = glance.levels
    facts = {
        "rate": glance.rate, "length": glance.length, "energies": len(levels.energies), "peaks": len(levels.peaks),
        "marks": [[mark.at, mark.place] for mark in glance.marks],
    }  # fmt: skip
    return json.dumps(facts).encode() + b"\n" + levels.energies.astype("<f4").tobytes() + levels.peaks.astype("<f4").tobytes()


def _glance(head: bytes) -> Glance:
    """Read a head whose hash was right."""
    line, _, numbers = head.partition(b"\n")
    facts = json.loads(line)
    values = np.frombuffer(numbers, dtype="<f4").astype(np.float32)
    levels = Levels(energies=values[: facts["energies"]], peaks=values[facts["energies"] :])
    marks = tuple(Mark(Samples(at), place) for at, place in facts["marks"])
    return Glance(rate=Hertz(facts["rate"]), length=Samples(facts["length"]), levels=levels, marks=marks)
