"""Opus and M4B beside the MP3, for apps that play them: FFmpeg's libraries through PyAV (extra ``formats``), streamed."""

import hashlib
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from audiopub.episode import Run
from audiopub.errors import EngineUnavailable
from audiopub.publish.encoder import Encoded, Tags
from audiopub.publish.text import one_line
from audiopub.units import Hertz, Samples

_AT_ONCE = 4096
"""Samples that are handed over together."""

_FORMS = {"opus": ("ogg", "libopus", ".opus", 48_000), "m4b": ("ipod", "aac", ".m4b", 0)}
"""Container, codec, ending, and sample rate; 0 for the voice's own."""


class AvEncoder:
    """Writes Ogg Opus, or AAC in MP4 with chapters."""

    def __init__(self, form: str, kilobits: int) -> None:
        """Use a form and a bitrate.

        Args:
            form: ``opus`` or ``m4b``.
            kilobits: kbit/s.

        Raises:
            EngineUnavailable: PyAV is not installed.
        """
        try:
            import av  # noqa: F401, PLC0415
        except ImportError as error:
            raise EngineUnavailable("speech.not_installed", engine=form, extra="formats") from error
        self._container, self._codec, self.suffix, self._rate = _FORMS[form]
        self._kilobits = kilobits

    @property
    def identity(self) -> str:
        """Name codec and bitrate."""
        return f"{self._codec}/{self._kilobits}k/1"

    def joints(self, _rate: Hertz) -> None:
        """Tell that an episode is one run: these streams are not joined."""
        return

    def encode(self, runs: Sequence[Run], rate: Hertz, tags: Tags, sink: BinaryIO, progress: Callable[[int, int], None] = lambda _done, _of: None) -> Encoded:
        """Write an episode; what players need first stands first in the file."""
        with tempfile.NamedTemporaryFile(prefix="audiopub-", suffix=self.suffix) as file:
            self._write(file.name, runs, rate, tags, progress)
            file.seek(0)
            shutil.copyfileobj(file, sink, 1 << 20)
        size = sink.tell()
        sink.seek(0)
        digest = hashlib.file_digest(sink, "sha256").hexdigest()  # type: ignore[arg-type]
        sink.seek(0)
        return Encoded(size=size, samples=Samples(sum(run.length for run in runs)), sha256=digest)

    def _write(self, path: str, runs: Sequence[Run], rate: Hertz, tags: Tags, progress: Callable[[int, int], None]) -> None:
        import av  # noqa: PLC0415

        moved = {"movflags": "+faststart"} if self.suffix == ".m4b" else {}
        with av.open(path, "w", format=self._container, options={"fflags": "+bitexact", **moved}) as container:
            stream: Any = container.add_stream(self._codec, rate=self._rate or rate, layout="mono", options={"flags": "+bitexact"})
            stream.bit_rate = self._kilobits * 1000
            container.metadata.update(_metadata(tags))
            container.set_chapters([_chapter(number, mark) for number, mark in enumerate(tags.chapters)])
            resampler = av.AudioResampler(format=stream.codec_context.format or "fltp", layout="mono", rate=self._rate or rate)
            place = 0
            for piece in _pieces(runs, progress):
                frame = av.AudioFrame.from_ndarray(piece[None, :], format="fltp", layout="mono")
                frame.sample_rate, frame.pts, frame.time_base = rate, place, Fraction(1, rate)
                place += len(piece)
                for ready in resampler.resample(frame):
                    container.mux(stream.encode(ready))
            for ready in resampler.resample(None):
                container.mux(stream.encode(ready))
            container.mux(stream.encode(None))


def _pieces(runs: Sequence[Run], progress: Callable[[int, int], None]) -> Iterator[NDArray[np.float32]]:
    """Give the samples in pieces of one size, the last one shorter."""
    rest = np.zeros(0, np.float32)
    for done, run in enumerate(runs, start=1):
        for piece in run.pieces():
            rest = np.concatenate([rest, piece])
            whole = len(rest) // _AT_ONCE * _AT_ONCE
            for start in range(0, whole, _AT_ONCE):
                yield rest[start : start + _AT_ONCE]
            rest = rest[whole:]
        progress(done, len(runs))
    if len(rest):
        yield rest


def _metadata(tags: Tags) -> dict[str, str]:
    found = {
        "title": one_line(tags.title), "artist": one_line(tags.artist), "album": one_line(tags.album), "date": tags.date, "genre": "Podcast",
        "language": tags.language, "comment": one_line(tags.comment),
    }  # fmt: skip
    return {name: value for name, value in found.items() if value}


def _chapter(number: int, mark: Any) -> Any:
    return {"id": number, "start": int(mark.start), "end": int(mark.end), "time_base": Fraction(1, 1000), "metadata": {"title": one_line(mark.title)}}
