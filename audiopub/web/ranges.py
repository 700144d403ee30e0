"""A private file, whole or a stretch of it: what a player needs to begin anywhere."""

import re
from collections.abc import Iterator
from typing import BinaryIO

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from audiopub.adapters.byte_ranges import satisfiable

_PIECE = 65_536
_STRETCH = re.compile(r"bytes=(\d*)-(\d*)")


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
    return StreamingResponse(_pieces(file, first, last - first + 1), 206 if match else 200, headers)


def _ends(match: re.Match[str], size: int) -> tuple[int, int]:
    """Give the first and the last byte of a range that can be had."""
    first, last = match.groups()
    if not first:
        return max(0, size - int(last)), size - 1
    return int(first), min(int(last), size - 1) if last else size - 1


def _pieces(file: BinaryIO, first: int, count: int) -> Iterator[bytes]:
    with file:
        file.seek(first)
        while count > 0 and (piece := file.read(min(_PIECE, count))):
            count -= len(piece)
            yield piece
