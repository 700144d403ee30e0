"""An engine that keeps time and says nothing anybody would mistake for a voice: for tests and dry listening.

It hums a soft tone for as long as a reader would take, so that everything after it (trimming, loudness,
chapters, cues, MP3) runs as it does with a voice.
"""

import numpy as np

from audiopub.audio import Pcm
from audiopub.audio.pcm import from_floats
from audiopub.errors import EngineUnknown
from audiopub.speech import EngineSettings, Voice
from audiopub.units import Hertz

_RATE = Hertz(22_050)
_CHARACTERS_A_SECOND = 16.0
_PITCH = 220.0
_EMPTY = EngineSettings()


class SilentEngine:
    """Hums each utterance for a time that its length gives."""

    online = False
    longest = 10_000
    parallel = 1

    def __init__(self, voice: str | None = None, settings: EngineSettings = _EMPTY) -> None:
        """Make the engine; it has one voice, ``hum``."""
        if voice not in {None, "hum"}:
            raise EngineUnknown("speech.unknown_voice", engine="silent", voice=voice, known="hum")
        self._pace = _CHARACTERS_A_SECOND * settings.speed

    @classmethod
    def voices(cls, settings: EngineSettings = _EMPTY) -> tuple[Voice, ...]:
        """List its voice."""
        del settings
        return (Voice(engine="silent", name="hum", description="A tone that keeps time", licence="Apache-2.0", cost="free"),)

    @property
    def identity(self) -> str:
        """Name the engine."""
        return f"silent/1/hum/{self._pace:g}"

    def speak(self, utterance: str) -> Pcm:
        """Hum for a sixteenth of a second a character."""
        count = max(1, round(len(utterance) / self._pace * _RATE))
        time = np.arange(count, dtype=np.float32) / _RATE
        # The pitch depends on the text, so that two different sentences never sound the same.
        pitch = _PITCH + sum(map(ord, utterance)) % 97
        swell = 0.6 + 0.4 * np.sin(2 * np.pi * 4 * time)
        return from_floats((0.25 * swell * np.sin(2 * np.pi * pitch * time)).astype(np.float32), _RATE)
