"""Samples and what they are: the only form in which sound passes between the rooms."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from audiopub.units import Hertz, Milliseconds, Samples, milliseconds_in

FULL_SCALE = 32768.0
"""What a sample of 1.0 is in 16 bits."""


@dataclass(frozen=True, slots=True)
class Mark:
    """Where a word begins in a sound and in the text that was said."""

    at: Samples
    place: int
    """Characters before the word in the utterance."""


@dataclass(frozen=True, slots=True, eq=False)
class Pcm:
    """Signed 16-bit samples of one channel."""

    samples: NDArray[np.int16]
    """Shape (n,); n may be 0."""

    rate: Hertz
    marks: tuple[Mark, ...] = ()
    """Words of a spoken sound, ascending, where its engine tells them; empty where it does not."""

    def __len__(self) -> int:
        """Count the samples."""
        return len(self.samples)

    @property
    def length(self) -> Milliseconds:
        """Give the length in milliseconds."""
        return milliseconds_in(Samples(len(self.samples)), self.rate)

    @property
    def floats(self) -> NDArray[np.float32]:
        """Give the samples as numbers from -1 to 1."""
        return self.samples.astype(np.float32) / np.float32(FULL_SCALE)

    @property
    def raw(self) -> bytes:
        """Give the samples as little-endian bytes."""
        return self.samples.astype("<i2").tobytes()


def cut(pcm: Pcm, start: int, end: int) -> Pcm:
    """Give the samples from a start to an end, marks with them; a mark before the start moves to it."""
    marks = tuple(Mark(Samples(min(max(0, mark.at - start), end - start)), mark.place) for mark in pcm.marks)
    return Pcm(pcm.samples[start:end], pcm.rate, marks)


def shifted(pcm: Pcm, places: int) -> Pcm:
    """Give a sound whose utterance is found further on in a longer text."""
    return replace(pcm, marks=tuple(Mark(mark.at, mark.place + places) for mark in pcm.marks)) if places and pcm.marks else pcm


def from_floats(samples: NDArray[np.float32], rate: Hertz) -> Pcm:
    """Round numbers from -1 to 1 to 16 bits; what lies outside is clipped."""
    scaled = np.rint(samples * np.float32(FULL_SCALE))
    return Pcm(np.clip(scaled, -FULL_SCALE, FULL_SCALE - 1).astype(np.int16), rate)


def from_raw(raw: bytes, rate: Hertz) -> Pcm:
    """Read little-endian 16-bit bytes; an odd last byte is dropped."""
    return Pcm(np.frombuffer(raw[: len(raw) & ~1], dtype="<i2").astype(np.int16), rate)


def silence(count: Samples, rate: Hertz) -> Pcm:
    """Give a number of samples of nothing.

    >>> len(silence(Samples(100), Hertz(22050)))
    100
    """
    return Pcm(np.zeros(count, dtype=np.int16), rate)


def joined(pieces: Iterable[Pcm], rate: Hertz) -> Pcm:
    """Join pieces of one rate, sample to sample.

    Raises:
        ValueError: a piece has another rate; resample it first.
    """
    kept = list(pieces)
    if any(piece.rate != rate for piece in kept):
        msg = f"cannot join sound of {sorted({piece.rate for piece in kept})} Hz at {rate} Hz"
        raise ValueError(msg)
    if len(kept) == 1:
        return kept[0]
    marks: list[Mark] = []
    start = 0
    for piece in kept:
        marks += (Mark(Samples(start + mark.at), mark.place) for mark in piece.marks)
        start += len(piece)
    return Pcm(np.concatenate([piece.samples for piece in kept]) if kept else np.zeros(0, dtype=np.int16), rate, tuple(marks))
