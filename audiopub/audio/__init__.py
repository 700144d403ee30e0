"""Sound as numbers: samples, edges, loudness, limiting. Opens no file."""

from audiopub.audio.limiter import limited
from audiopub.audio.loudness import Loudness, integrated, measured
from audiopub.audio.pcm import Pcm, joined, silence
from audiopub.audio.trim import faded, trimmed

__all__ = ["Loudness", "Pcm", "faded", "integrated", "joined", "limited", "measured", "silence", "trimmed"]
