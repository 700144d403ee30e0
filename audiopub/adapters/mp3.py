"""MP3 in and out in this process: LAME writes, miniaudio reads, mutagen writes the tags."""

import hashlib
import io
from collections.abc import Iterable
from typing import TYPE_CHECKING, BinaryIO

import numpy as np
from numpy.typing import NDArray

from audiopub.adapters.mp3_info import ENCODER_DELAY, FrameCounter, info_frame
from audiopub.audio import Pcm
from audiopub.audio.pcm import from_raw
from audiopub.episode import Chapter
from audiopub.publish.encoder import Encoded, Tags
from audiopub.publish.text import one_line
from audiopub.units import Hertz, Samples

if TYPE_CHECKING:
    from mutagen import id3

_LAME_SCALE = np.float32(0.95)
"""LAME turns everything down by this, at every bitrate and quality, and lameenc has no switch for it."""

_QUALITY = 5
"""LAME's own middle between cost and care, from 0 (slowest) to 9."""


class LameEncoder:
    """Writes constant-bitrate mono MP3 with ID3 tags, chapters, and a header that makes it gapless."""

    def __init__(self, kilobits: int = 64) -> None:
        """Use a bitrate, in kbit/s."""
        self._kilobits = kilobits

    @property
    def identity(self) -> str:
        """Name what decides the bytes for given samples."""
        return f"lame/q{_QUALITY}/{self._kilobits}k/3"

    def encode(self, pieces: Iterable[NDArray[np.int16]], rate: Hertz, tags: Tags, sink: BinaryIO) -> Encoded:
        """Write tags, header and frames; the header is filled in at the end, when the number of frames is known."""
        sink.write(id3_tag(tags))
        header_at = sink.tell()
        counter = FrameCounter()
        samples = 0
        placeholder = b""
        for chunk, count in self._frames(pieces, rate):
            samples += count
            if chunk and not placeholder:
                placeholder = bytes(len(info_frame(chunk[:4], frames=0, size=0, padding=0)))
                sink.write(placeholder)
            counter.feed(chunk)
            sink.write(chunk)
        size = sink.tell()
        padding = counter.frames * counter.frame_samples - samples - ENCODER_DELAY
        sink.seek(header_at)
        sink.write(info_frame(counter.first_header, frames=counter.frames, size=size - header_at, padding=padding))
        sink.seek(0)
        digest = hashlib.file_digest(sink, "sha256").hexdigest()  # type: ignore[arg-type]
        sink.seek(0)
        return Encoded(size=size, samples=Samples(samples), sha256=digest)

    def _frames(self, pieces: Iterable[NDArray[np.int16]], rate: Hertz) -> Iterable[tuple[bytes, int]]:
        import lameenc  # noqa: PLC0415  only when something is encoded

        encoder = lameenc.Encoder()
        encoder.silence()
        encoder.set_bit_rate(self._kilobits)
        encoder.set_in_sample_rate(rate)
        encoder.set_out_sample_rate(rate)
        encoder.set_channels(1)
        encoder.set_quality(_QUALITY)
        for piece in pieces:
            if len(piece):
                level = np.clip(np.rint(piece / _LAME_SCALE), -32_768, 32_767).astype("<i2")
                yield bytes(encoder.encode(level.tobytes())), len(piece)
        yield bytes(encoder.flush()), 0


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
    saved = [_saved([id3.CTOC(element_id="toc", flags=3, child_element_ids=names, sub_frames=[])])] if names else []
    for name, chapter in zip(names, chapters, strict=True):
        title = id3.TIT2(3, one_line(chapter.title))
        saved.append(_saved([id3.CHAP(element_id=name, start_time=chapter.start, end_time=chapter.end, sub_frames=[title])]))
    return saved


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
