"""A private file, whole or a stretch of it: what a player needs to begin anywhere."""

import re
from collections.abc import Iterator
from typing import BinaryIO

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.types import Receive, Scope, Send

from audiopub.adapters.byte_ranges import satisfiable

_PIECE = 65_536
_STRETCH = re.compile(r"bytes=(\d*)-(\d*)")


class _Stretch(StreamingResponse):
    """A stretch of an open file, which is closed also where nobody waits for its first byte: a generator that was never begun closes nothing."""

    def __init__(self, file: BinaryIO, first: int, count: int, status: int, headers: dict[str, str]) -> None:
        super().__init__(_pieces(file, first, count), status, headers)
        self._file = file

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await super().__call__(scope, receive, send)
        finally:
            self._file.close()  # not in a thread: whoever was called off may wait for nothing any more


def ranged(request: Request, file: BinaryIO, size: int, media_type: str, tag: str) -> Response:
    """Answer with a file, which is closed in the end.

    One range is answered with 206, a range past the end with 416; several at once, which no player asks for, with the whole file.

    Args:
        request: what was asked, with ``Range`` and ``If-Range``.
        file: at its beginning.
        size: its length.
        media_type: what it is.
        tag: a strong ETag, with its quotation marks: other bytes have another.
    """
    headers = {"Accept-Ranges": "bytes", "ETag": tag, "Cache-Control": "private, no-cache", "X-Content-Type-Options": "nosniff", "Content-Type": media_type}
    if request.headers.get("if-none-match") == tag:
        file.close()
        return Response(status_code=304, headers=headers)
    wanted = request.headers.get("range", "") if request.headers.get("if-range") in {None, tag} else ""
    kept = satisfiable(wanted, size) if wanted else None
    if kept == "":
        file.close()
        return Response(status_code=416, headers={**headers, "Content-Range": f"bytes */{size}"})
    match = _STRETCH.fullmatch(kept or "")
    first, last = _ends(match, size) if match else (0, size - 1)
    if match:
        headers["Content-Range"] = f"bytes {first}-{last}/{size}"
    headers["Content-Length"] = str(last - first + 1)
    return _Stretch(file, first, last - first + 1, 206 if match else 200, headers)


def _ends(match: re.Match[str], size: int) -> tuple[int, int]:
    """Give the first and the last byte of a range that can be had."""
    first, last = match.groups()
    if not first:
        return max(0, size - int(last)), size - 1
    return int(first), min(int(last), size - 1) if last else size - 1


def _pieces(file: BinaryIO, first: int, count: int) -> Iterator[bytes]:
    file.seek(first)
    while count > 0 and (piece := file.read(min(_PIECE, count))):
        count -= len(piece)
        yield piece
