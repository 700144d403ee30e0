"""The port to audio files: samples in, one file with its tags out."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import BinaryIO, Protocol

import numpy as np
from numpy.typing import NDArray

from audiopub.episode import Chapter
from audiopub.units import Hertz, Milliseconds, Samples


@dataclass(frozen=True, slots=True, kw_only=True)
class Tags:
    """What an audio file says of itself. One line each, NFC."""

    title: str
    artist: str
    album: str
    date: str
    """``2026-11-24``."""

    language: str
    """ISO 639-2, three letters: ``vie``."""

    url: str | None
    comment: str
    length: Milliseconds
    cover: bytes
    """A JPEG."""

    chapters: tuple[Chapter, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Encoded:
    """What was written."""

    size: int
    samples: Samples
    """Samples a gapless player decodes: exactly those that went in."""

    sha256: str


class Encoder(Protocol):
    """Writes an audio file from samples that arrive piece by piece; memory does not grow with their number.

    What is decoded again is as long and as loud as what went in.
    """

    @property
    def identity(self) -> str:
        """Name everything that decides the bytes for given samples: codec, bitrate, version."""

    def encode(self, pieces: Iterable[NDArray[np.int16]], rate: Hertz, tags: Tags, sink: BinaryIO) -> Encoded:
        """Encode an episode.

        Args:
            pieces: the samples in order; a piece may be empty.
            rate: their rate.
            tags: what the file says of itself.
            sink: a file that can be sought and read, at its beginning.
        """
