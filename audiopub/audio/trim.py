"""Edges of an utterance: silence the engine left there, and fades so that nothing clicks."""

from dataclasses import replace

import numpy as np

from audiopub.audio.pcm import FULL_SCALE, Pcm, cut
from audiopub.units import Milliseconds, Samples, samples_in

_FRAME = Milliseconds(5)
_MARGIN = Milliseconds(12)
"""Kept beyond the first and last audible frame: stops and fricatives begin softer than the threshold."""

_FADE = Milliseconds(4)
_AUDIBLE = 10 ** (-50 / 20)
"""Frames below -50 dBFS at their loudest sample are silence; espeak's own silence is digital zero."""


def trimmed(pcm: Pcm) -> Pcm:
    """Cut silence off both ends; sound that has no audible frame comes back empty."""
    frame = max(1, samples_in(_FRAME, pcm.rate))
    whole = len(pcm) // frame * frame
    if whole == 0:
        return cut(pcm, 0, 0)
    frames = pcm.samples[:whole].reshape(-1, frame)
    audible = np.flatnonzero((frames.max(axis=1) > _AUDIBLE * FULL_SCALE) | (frames.min(axis=1) < -_AUDIBLE * FULL_SCALE))
    if len(audible) == 0:
        return cut(pcm, 0, 0)
    margin = samples_in(_MARGIN, pcm.rate)
    start = max(0, int(audible[0]) * frame - margin)
    end = min(len(pcm), (int(audible[-1]) + 1) * frame + margin)
    return cut(pcm, start, end)


def faded(pcm: Pcm) -> Pcm:
    """Fade the first and last few milliseconds from and to zero."""
    count = min(samples_in(_FADE, pcm.rate), Samples(len(pcm) // 2))
    if count == 0:
        return pcm
    ramp = (0.5 - 0.5 * np.cos(np.pi * np.arange(count) / count)).astype(np.float32)
    samples = pcm.samples.copy()
    samples[:count] = np.rint(samples[:count] * ramp)
    samples[-count:] = np.rint(samples[-count:] * ramp[::-1])
    return replace(pcm, samples=samples)
