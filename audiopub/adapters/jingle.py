"""A show's jingles, read and shaped by pydub: one channel, the episode's rate, faded at both ends."""

import io
import warnings
from pathlib import Path

from audiopub.adapters.mp3 import decoded_mp3
from audiopub.audio import Pcm
from audiopub.audio.pcm import from_raw
from audiopub.errors import ConfigInvalid
from audiopub.units import Hertz

_FADE_IN, _FADE_OUT = 10, 250
_HEADROOM = 3.0
"""dB under full scale; the episode's own levelling does the rest."""


def jingle(path: Path, rate: Hertz) -> Pcm:
    """Read a jingle.

    Args:
        path: a WAV or MP3 file.
        rate: the rate it is wanted at.

    Raises:
        ConfigInvalid: it cannot be read.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # pydub warns of a missing ffmpeg, which these paths never need
        from pydub import AudioSegment, effects  # noqa: PLC0415

    try:
        body = path.read_bytes()
        if path.suffix.lower() == ".mp3":
            pcm = decoded_mp3(body, rate)
            sound = AudioSegment(pcm.raw, sample_width=2, frame_rate=rate, channels=1)
        else:
            sound = AudioSegment.from_wav(io.BytesIO(body)).set_channels(1).set_sample_width(2).set_frame_rate(rate)
    except Exception as error:  # pydub raises many unrelated kinds
        raise ConfigInvalid("config.bad_jingle", path=path, reason=str(error) or type(error).__name__) from error
    if len(sound) == 0:
        raise ConfigInvalid("config.bad_jingle", path=path, reason="empty")
    shaped = effects.normalize(sound, headroom=_HEADROOM).fade_in(_FADE_IN).fade_out(min(_FADE_OUT, len(sound) // 2))
    return from_raw(shaped.raw_data, rate)
