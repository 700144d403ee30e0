"""Sound as numbers: samples, edges, loudness, limiting. Opens no file."""

from audiopub.audio.levels import Levels, amplitude, levels_of
from audiopub.audio.limiter import limited
from audiopub.audio.loudness import Loudness, gated, integrated, measured
from audiopub.audio.pcm import Mark, Pcm, joined, silence
from audiopub.audio.resample import resampled
from audiopub.audio.trim import faded, trimmed

__all__ = [
    "Levels", "Loudness", "Mark", "Pcm",
    "amplitude", "faded", "gated", "integrated", "joined", "levels_of", "limited", "measured", "resampled", "silence", "trimmed",
]  # fmt: skip
