"""The part of RFC 9110, section 14, that comes before the bytes: which of the asked ranges can be had."""

import re

_SPEC = re.compile(r"(\d{1,18})-(\d{0,18})|-(\d{1,18})", re.ASCII)
_MOST = 50
"""Ranges of one request. Players ask for one; more than a few are an attack on the disk."""


def satisfiable(header: str, size: int) -> str | None:
    """Keep of a Range header what a file of ``size`` bytes has.

    Returns:
        The header without the ranges that begin past the end, ``""`` where none is left (416), or None where the whole file is the answer:
        another unit than bytes, or ranges that make no sense, which RFC 9110 wants ignored.

    >>> satisfiable("bytes=0-9,100-,-5", 50)
    'bytes=0-9,-5'
    >>> satisfiable("bytes=50-", 50), satisfiable("seconds=1-2", 50), satisfiable("bytes=9-3", 50)
    ('', None, None)
    """
    unit, equals, ranges = header.partition("=")
    if unit.strip().lower() != "bytes" or not equals:
        return None
    specs = [spec.strip() for spec in ranges.split(",") if spec.strip()]
    found = [_SPEC.fullmatch(spec) for spec in specs]
    if not specs or len(specs) > _MOST or not all(match and _forward(match) for match in found):
        return None
    kept = [spec for spec, match in zip(specs, found, strict=True) if match and _begins_inside(match, size)]
    return "bytes=" + ",".join(kept) if kept else ""


def _forward(match: re.Match[str]) -> bool:
    first, last, _ = match.groups()
    return not (first and last) or int(first) <= int(last)


def _begins_inside(match: re.Match[str], size: int) -> bool:
    first, _, suffix = match.groups()
    return int(first) < size if first else int(suffix) > 0 and size > 0
