"""MP3 in and out in this process: LAME writes, miniaudio reads, mutagen writes the tags."""

import hashlib
import io
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING, BinaryIO

import numpy as np

from audiopub.adapters.mp3_info import ENCODER_DELAY, count_frames, first_frames, frame_samples, info_frame
from audiopub.audio import Pcm
from audiopub.audio.pcm import FULL_SCALE, from_raw
from audiopub.episode import Chapter, Joints, Run
from audiopub.publish.encoder import Encoded, FrameCache, Tags
from audiopub.publish.text import one_line
from audiopub.units import Hertz, Samples

if TYPE_CHECKING:
    from mutagen import id3

_LAME_SCALE = 0.95
"""LAME turns everything down by this, at every bitrate and quality, and lameenc has no switch for it."""

_FULL = np.float32(FULL_SCALE / _LAME_SCALE)

_ROOMY = 48_000 / 22_050
"""Bits a sample from which voices come out nearer to the original without LAME's noise shaping than with it, at half the cost
(benchmarks/codec.py, espeak and Piper; PESQ 4.22 against 4.11 at 64 kbit/s, 3.16 against 3.36 at 32)."""

_SHAPED, _PLAIN = 5, 7
"""LAME's qualities with noise shaping and without."""

_SMEARED = 1105
"""Samples by which encoder and decoder together come late."""

_JOINT_FRAMES = 2
"""Frames that a transform reaches beyond that."""

_MOST_CHILDREN = 255
_AHEAD = 2
"""Runs that wait for each worker."""


class LameEncoder:
    """Writes constant-bitrate mono MP3 with ID3 tags, chapters, and a header that makes it gapless.

    Every run has an encoder of its own, whose bit reservoir begins empty, so that its frames depend on nothing before it. All but
    the last are cut after as many frames as they have samples: what the encoder still holds then is the silence they end in, which
    is also what the next run's encoder takes to lie before it.
    """

    suffix = ".mp3"

    def __init__(self, kilobits: int = 64, cache: FrameCache | None = None, workers: int = 1) -> None:
        """Use a bitrate.

        Args:
            kilobits: kbit/s.
            cache: asked for every run before it is encoded; None for none.
            workers: runs that are encoded at once.
        """
        self._kilobits, self._cache, self._workers = kilobits, cache, workers

    @property
    def identity(self) -> str:
        """Name what decides the bytes for given samples."""
        return f"lame/{self._kilobits}k/5"

    def joints(self, rate: Hertz) -> Joints:
        """Tell where runs may end."""
        step = frame_samples(rate)
        return Joints(step=Samples(step), silence=Samples(_SMEARED + _JOINT_FRAMES * step))

    def encode(self, runs: Sequence[Run], rate: Hertz, tags: Tags, sink: BinaryIO, progress: Callable[[int, int], None] = lambda _done, _of: None) -> Encoded:
        """Write tags, header and frames; the header is filled in at the end, when the number of frames is known."""
        sink.write(id3_tag(tags))
        header_at, frames, first = sink.tell(), 0, b""
        for done, (chunk, count) in enumerate(self._in_order(runs, rate), start=1):
            if chunk and not first:
                first = chunk[:4]
                sink.write(bytes(len(info_frame(first, frames=0, size=0, padding=0))))
            frames += count
            sink.write(chunk)
            progress(done, len(runs))
        size, samples = sink.tell(), sum(run.length for run in runs)
        sink.seek(header_at)
        sink.write(info_frame(first, frames=frames, size=size - header_at, padding=frames * frame_samples(rate) - samples - ENCODER_DELAY))
        sink.seek(0)
        digest = hashlib.file_digest(sink, "sha256").hexdigest()  # type: ignore[arg-type]
        sink.seek(0)
        return Encoded(size=size, samples=Samples(samples), sha256=digest)

    def _in_order(self, runs: Sequence[Run], rate: Hertz) -> Iterator[tuple[bytes, int]]:
        """Encode several runs at a time and give their frames, with their number, in order."""
        if self._workers == 1 or len(runs) == 1:
            yield from (self._one(run, rate, last=run is runs[-1]) for run in runs)
            return
        waiting: deque[Future[tuple[bytes, int]]] = deque()
        with ThreadPoolExecutor(self._workers, thread_name_prefix="encode") as pool:
            try:
                for run in runs:
                    waiting.append(pool.submit(self._one, run, rate, last=run is runs[-1]))
                    if len(waiting) > self._workers * _AHEAD:
                        yield waiting.popleft().result()
                while waiting:
                    yield waiting.popleft().result()
            finally:
                pool.shutdown(wait=True, cancel_futures=True)

    def _one(self, run: Run, rate: Hertz, *, last: bool) -> tuple[bytes, int]:
        key = hashlib.sha256(f"{self.identity} {last}\0{run.key}".encode()).hexdigest()
        step = frame_samples(rate)
        frames = self._cache.frames(key) if self._cache else None
        if frames is None:
            frames = self._encoded(run, rate)
            if not last:
                frames = first_frames(frames, run.length // step)
            if self._cache:
                self._cache.keep_frames(key, frames)
        return frames, count_frames(frames) if last else run.length // step

    def _encoded(self, run: Run, rate: Hertz) -> bytes:
        import lameenc  # noqa: PLC0415  only when something is encoded

        encoder = lameenc.Encoder()
        encoder.silence()
        encoder.set_bit_rate(self._kilobits)
        encoder.set_in_sample_rate(rate)
        encoder.set_out_sample_rate(rate)
        encoder.set_channels(1)
        encoder.set_quality(_PLAIN if self._kilobits * 1000 >= _ROOMY * rate else _SHAPED)
        out = bytearray()
        for piece in run.pieces():
            if len(piece):
                np.multiply(piece, _FULL, out=piece)
                np.clip(np.rint(piece, out=piece), -FULL_SCALE, FULL_SCALE - 1, out=piece)
                out += encoder.encode(piece.astype(np.int16))
        out += encoder.flush()
        return bytes(out)


def id3_tag(tags: Tags) -> bytes:
    """Write an ID3v2.3 tag with chapters. The same tags give the same bytes."""
    from mutagen import id3  # noqa: PLC0415

    frames: list[id3.Frame] = [
        id3.TIT2(3, one_line(tags.title)), id3.TPE1(3, one_line(tags.artist)), id3.TALB(3, one_line(tags.album)), id3.TDRC(3, tags.date),
        id3.TLAN(3, tags.language), id3.TCON(3, "Podcast"), id3.TLEN(3, str(tags.length)),
        id3.COMM(3, tags.language, "", one_line(tags.comment)),
    ]  # fmt: skip
    if tags.cover:
        frames.append(id3.APIC(3, "image/jpeg", 3, "", tags.cover))
    if tags.url:
        frames.append(id3.WOAF(tags.url))
    return _one_tag([_saved(frames), *_chapter_frames(tags.chapters)])


def _chapter_frames(chapters: tuple[Chapter, ...]) -> list[bytes]:
    """Give a table of contents and the chapters, each as a tag of its own.

    mutagen sorts the frames of a tag by size, and players built on FFmpeg show chapters as they stand.
    """
    from mutagen import id3  # noqa: PLC0415

    names = [f"ch{number}" for number in range(len(chapters))]
    saved = [_saved([table]) for table in _contents(names)]
    for name, chapter in zip(names, chapters, strict=True):
        title = id3.TIT2(3, one_line(chapter.title))
        saved.append(_saved([id3.CHAP(element_id=name, start_time=chapter.start, end_time=chapter.end, sub_frames=[title])]))
    return saved


def _contents(names: list[str]) -> "list[id3.Frame]":
    """Give the table of contents; one of more than 255 chapters is a table of tables, since a frame counts its children in one byte."""
    from mutagen import id3  # noqa: PLC0415

    if len(names) <= _MOST_CHILDREN:
        return [id3.CTOC(element_id="toc", flags=3, child_element_ids=names, sub_frames=[])] if names else []
    parts = {f"toc{start}": names[start : start + _MOST_CHILDREN] for start in range(0, len(names), _MOST_CHILDREN)}
    return [
        id3.CTOC(element_id="toc", flags=3, child_element_ids=list(parts), sub_frames=[]),
        *(id3.CTOC(element_id=name, flags=1, child_element_ids=children, sub_frames=[]) for name, children in parts.items()),
    ]


def _saved(frames: "list[id3.Frame]") -> bytes:
    from mutagen import id3  # noqa: PLC0415

    tag = id3.ID3()
    for frame in frames:
        tag.add(frame)
    tag.update_to_v23()
    buffer = io.BytesIO()
    tag.save(buffer, v2_version=3, padding=lambda _info: 0)
    return buffer.getvalue()


def _one_tag(tags: list[bytes]) -> bytes:
    """Put the frames of several tags into one, in their order."""
    body = b"".join(tag[10:] for tag in tags)
    size = bytes(len(body) >> shift & 0x7F for shift in (21, 14, 7, 0))
    return b"ID3\x03\x00\x00" + size + body


def decoded_mp3(body: bytes, rate: Hertz) -> Pcm:
    """Decode an MP3 to one channel at a rate.

    Raises:
        ValueError: it is not one.
    """
    import miniaudio  # noqa: PLC0415

    try:
        sound = miniaudio.decode(body, output_format=miniaudio.SampleFormat.SIGNED16, nchannels=1, sample_rate=rate)
    except miniaudio.MiniaudioError as error:
        raise ValueError(str(error)) from error
    return from_raw(sound.samples.tobytes(), rate)
