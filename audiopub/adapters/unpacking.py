"""Bodies of answers as they come: counted, and unpacked no further than a limit."""

import zlib
from collections.abc import Iterable, Iterator

from audiopub.errors import FetchFailed


def limited(url: str, chunks: Iterable[bytes], limit: int) -> Iterator[bytes]:
    """Pass chunks on.

    Raises:
        FetchFailed: they are more bytes than the limit.
    """
    size = 0
    for chunk in chunks:
        size += len(chunk)
        if size > limit:
            raise FetchFailed("fetch.too_large", url=url, limit=limit // 1_000_000)
        yield chunk


def unpacked(url: str, packing: str, chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Unpack as it comes, never more than a mebibyte at a time.

    Raises:
        FetchFailed: packed in a way that was not asked for, or cut short.
    """
    if packing in {"", "identity"}:
        yield from chunks
        return
    if packing not in {"gzip", "x-gzip", "deflate"}:
        raise FetchFailed("fetch.unreachable", url=url, reason=f"it is packed as {packing}, which was not asked for")
    unpacker = None
    for chunk in chunks:
        # Of the two things called deflate, the one with a zlib header begins with 0x78.
        unpacker = unpacker or zlib.decompressobj(zlib.MAX_WBITS | 16 if "gzip" in packing else zlib.MAX_WBITS if chunk[:1] == b"\x78" else -zlib.MAX_WBITS)
        rest = chunk
        while rest and not unpacker.eof:
            yield unpacker.decompress(rest, 1 << 20)
            rest = unpacker.unconsumed_tail
    if unpacker is not None and not unpacker.eof:
        raise FetchFailed("fetch.unreachable", url=url, reason="the packed page is cut short")
