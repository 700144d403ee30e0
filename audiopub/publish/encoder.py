"""The port to audio files: samples in, one file with its tags out."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import BinaryIO, Protocol

from audiopub.episode import Chapter, Joints, Run
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


class FrameCache(Protocol):
    """Keeps encoded pieces by key, so that what did not change is not encoded again. Any number of threads may use it."""

    def frames(self, key: str) -> bytes | None:
        """Give what was kept under a key; None where nothing whole is."""

    def keep_frames(self, key: str, frames: bytes) -> None:
        """Keep a piece."""


class Encoder(Protocol):
    """Writes an audio file from runs of samples; memory does not grow with their number.

    What is decoded again is as long and as loud as what went in.
    """

    @property
    def identity(self) -> str:
        """Name everything that decides the bytes for given samples: codec, bitrate, version."""

    @property
    def suffix(self) -> str:
        """Give the ending of its files' names: ``.mp3``."""

    def joints(self, rate: Hertz) -> Joints | None:
        """Tell where runs at a rate may end; None where the whole episode has to be one run."""

    def encode(self, runs: Sequence[Run], rate: Hertz, tags: Tags, sink: BinaryIO, progress: Callable[[int, int], None]) -> Encoded:
        """Encode an episode.

        Args:
            runs: the samples in order, every run but the last one ending as :meth:`joints` demands.
            rate: their rate.
            tags: what the file says of itself.
            sink: a file that can be sought and read, at its beginning.
            progress: told how many of how many runs are done.
        """
