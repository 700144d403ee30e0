"""Access logs as files or standard input, plain or packed, line by line."""

import gzip
import io
from collections.abc import Callable, Iterator
from pathlib import Path

from audiopub.errors import BadInput

STANDARD_INPUT = "-"
_GZIP = b"\x1f\x8b"
_LONGEST = 65_536
"""Bytes of a line that are looked at: servers take requests of 8 kB or so, and a file without line ends must not fill the memory."""

_EVERY = 20_000
"""Lines between two reports of progress."""


def sizes(names: tuple[str, ...]) -> tuple[int, ...]:
    """Give the bytes of each log as it lies on the disk, 0 for standard input.

    Raises:
        BadInput: one is not there, or cannot be read.
    """
    found = []
    for name in names:
        path = Path(name)
        if name != STANDARD_INPUT and path.is_dir():
            raise BadInput("source.is_folder", source=name)
        try:
            found.append(0 if name == STANDARD_INPUT else path.stat().st_size)
        except FileNotFoundError as error:
            raise BadInput("source.not_found", source=name) from error
        except OSError as error:
            raise BadInput("source.unreadable", source=name, reason=error.strerror or str(error)) from error
    return tuple(found)


def lines(name: str, stdin: io.BufferedReader, progress: Callable[[int], None] = lambda _done: None) -> Iterator[bytes]:
    """Give the lines of a log; of one that is too long its beginning only. What is packed with gzip is known by its first bytes.

    Args:
        name: path, or ``-``.
        stdin: standard input.
        progress: told how many bytes of the file are read, now and then.

    Raises:
        OSError: it cannot be read, or is damaged.
        EOFError: a packed log breaks off.
        zlib.error: it is damaged.
    """
    if name == STANDARD_INPUT:
        yield from _lines(stdin, progress)
        return
    with Path(name).open("rb") as file:
        yield from _lines(file, lambda _done: progress(file.tell()))


def _lines(raw: io.BufferedReader, progress: Callable[[int], None]) -> Iterator[bytes]:
    packed = raw.peek(2)[:2] == _GZIP
    file = io.BufferedReader(gzip.GzipFile(fileobj=raw)) if packed else raw
    count = done = 0
    while line := file.readline(_LONGEST):
        yield line
        while len(line) == _LONGEST and not line.endswith(b"\n"):
            line = file.readline(_LONGEST)
        count += 1
        done += len(line)
        if count % _EVERY == 0:
            progress(done)
