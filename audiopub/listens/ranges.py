"""Which bytes of a file a request brought, and how many different ones several brought together."""

import re
from collections.abc import Iterable

_ONE = re.compile(r"bytes[= ]\s*(\d{0,18})\s*-\s*(\d{0,18})\s*(?:/.*)?")
_PARTIAL = 206


def span(status: int, sent: int, asked: str, size: int) -> tuple[int, int] | None:
    """Give the first byte that was sent and the one after the last; None where the log does not tell.

    Args:
        status: 200 or 206.
        sent: bytes of the answer; a client that hung up got fewer than it asked for.
        asked: ``bytes=0-99``, ``bytes=100-``, ``bytes=-100``, ``bytes 0-99/300``; of several ranges in one request it is not told which were sent.
        size: bytes of the file.

    >>> span(200, 300, "", 1000), span(206, 50, "bytes=100-", 1000), span(206, 900, "bytes=0-99", 1000), span(206, 50, "", 1000)
    ((0, 300), (100, 150), (0, 100), None)
    """
    if status != _PARTIAL:
        return 0, min(sent, size)
    found = _ONE.fullmatch(asked)
    if not found or found[1] == found[2] == "":
        return None
    if found[1]:
        first, stop = int(found[1]), int(found[2]) + 1 if found[2] else size
    else:
        first, stop = max(0, size - int(found[2])), size
    first = min(first, size)
    return first, max(first, min(stop, first + sent, size))


def covered(spans: Iterable[tuple[int, int]], start: int) -> int:
    """Count the different bytes from ``start`` on that spans hold, each once.

    >>> covered([(0, 10), (5, 20), (30, 40)], 8)
    22
    """
    total, reached = 0, start
    for first, stop in sorted(spans):
        if stop > reached:
            total += stop - max(first, reached)
            reached = stop
    return total
