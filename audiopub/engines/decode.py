"""What services and programs send back as sound: WAV, MP3, FLAC or Vorbis, told apart by their first bytes."""

from typing import Any

import numpy as np

from audiopub.audio import Pcm
from audiopub.errors import EngineUnavailable
from audiopub.units import Hertz

LARGEST = 64_000_000
"""Bytes of one answer: ten minutes of uncompressed stereo. More is no utterance."""


def decoded(body: bytes, engine: str) -> Pcm:
    """Decode an answer at the rate it has; several channels are mixed into one.

    Raises:
        EngineUnavailable: it is empty, or no sound.
    """
    if not body:
        raise EngineUnavailable("speech.no_sound", engine=engine, text="")
    import miniaudio  # noqa: PLC0415  loads a library

    try:
        sound = _reader(body, miniaudio)(body)
    except miniaudio.MiniaudioError as error:
        raise EngineUnavailable("speech.bad_audio", engine=engine, reason=f"{error}: {body[:24]!r}") from error
    samples = np.asarray(sound.samples, dtype=np.int16)
    if sound.nchannels > 1:
        mixed = samples[: len(samples) // sound.nchannels * sound.nchannels].reshape(-1, sound.nchannels).mean(axis=1)
        samples = np.rint(mixed).astype(np.int16)
    return Pcm(samples, Hertz(sound.sample_rate))


def _reader(body: bytes, miniaudio: Any) -> Any:
    if body.startswith(b"RIFF"):
        return miniaudio.wav_read_s16
    if body.startswith(b"fLaC"):
        return miniaudio.flac_read_s16
    if body.startswith(b"OggS"):
        return miniaudio.vorbis_read
    return miniaudio.mp3_read_s16
