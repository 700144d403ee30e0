"""Which printed word is said when: the words of the spoken form beside the words they were printed as."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from audiopub.vietnamese.reading import Rewrite

_WORD = re.compile(r"\w+")
_PRINTED = re.compile(r"\S+")


@dataclass(frozen=True, slots=True)
class Aligned:
    """A stretch of printed text without a space in it, or a rewritten span, and where its words begin in the spoken form."""

    start: int
    """Offset of its first character in the written text."""

    end: int
    """Offset just past its last character."""

    spoken: int
    """Offset of its first word in the spoken form."""


def aligned(written: str, spoken: str, rewrites: Sequence[Rewrite]) -> tuple[Aligned, ...]:
    """Lay the spoken form beside the written one.

    Args:
        written: as printed.
        spoken: as said.
        rewrites: every span in which the two differ.

    Returns:
        The printed words in order, each with the place of its first spoken word; signs that are not said belong to the
        word before them. Empty where the two cannot be laid side by side.

    >>> from audiopub.vietnamese import read
    >>> reading = read("Ngày 20/11, UBND họp.")
    >>> [(reading.written[a.start : a.end], reading.spoken[a.spoken :][:7]) for a in aligned(reading.written, reading.spoken, reading.rewrites)]
    [('Ngày', 'Ngày ha'), ('20/11,', 'hai mươ'), ('UBND', 'ủy ban '), ('họp.', 'họp.')]
    """
    places = [match.start() for match in _WORD.finditer(spoken)]
    said = [word.lower() for word in _WORD.findall(spoken)]
    found: list[Aligned] = []
    at = 0
    for start, end, words in _units(written, rewrites):
        if said[at : at + len(words)] != words:
            return ()
        if words or not found:
            found.append(Aligned(start if found else 0, end, places[at] if at < len(places) else 0))
        else:
            found[-1] = Aligned(found[-1].start, end, found[-1].spoken)
        at += len(words)
    return tuple(found) if at == len(said) else ()


def _units(written: str, rewrites: Sequence[Rewrite]) -> Iterator[tuple[int, int, list[str]]]:
    """Give every unit's start, end and spoken words: what no space parts is one, and a rewritten span is one whatever stands in it."""
    start = end = 0
    words: list[str] = []
    for first, last, text in _pieces(written, rewrites):
        if first > end or (first == end and first == 0):
            if end > start:
                yield start, end, words
            start, words = first, []
        end = last
        words = words + [word.lower() for word in _WORD.findall(text)]
    if end > start:
        yield start, end, words


def _pieces(written: str, rewrites: Sequence[Rewrite]) -> Iterator[tuple[int, int, str]]:
    position = 0
    for rewrite in rewrites:
        yield from _printed(written, position, rewrite.start)
        yield rewrite.start, rewrite.end, rewrite.spoken
        position = rewrite.end
    yield from _printed(written, position, len(written))


def _printed(written: str, start: int, end: int) -> Iterator[tuple[int, int, str]]:
    for match in _PRINTED.finditer(written, start, end):
        yield match.start(), match.end(), match[0]
