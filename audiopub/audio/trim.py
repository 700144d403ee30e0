"""Edges of an utterance: silence the engine left there, and fades so that nothing clicks."""

import numpy as np

from audiopub.audio.pcm import Pcm
from audiopub.units import Milliseconds, Samples, samples_in

_FRAME = Milliseconds(5)
_MARGIN = Milliseconds(20)
"""Kept beyond the first and last audible frame: stops and fricatives begin softer than the threshold."""

_FADE = Milliseconds(4)
_AUDIBLE = 10 ** (-50 / 20)
"""Frames below -50 dBFS at their loudest sample are silence; espeak's own silence is digital zero."""


def trimmed(pcm: Pcm) -> Pcm:
    """Cut silence off both ends; sound that has no audible frame comes back empty."""
    frame = max(1, samples_in(_FRAME, pcm.rate))
    whole = len(pcm) // frame * frame
    if whole == 0:
        return Pcm(pcm.samples[:0], pcm.rate)
    peaks = np.abs(pcm.samples[:whole].reshape(-1, frame).astype(np.int32)).max(axis=1)
    audible = np.flatnonzero(peaks > _AUDIBLE * 32768)
    if len(audible) == 0:
        return Pcm(pcm.samples[:0], pcm.rate)
    margin = samples_in(_MARGIN, pcm.rate)
    start = max(0, int(audible[0]) * frame - margin)
    end = min(len(pcm), (int(audible[-1]) + 1) * frame + margin)
    return Pcm(pcm.samples[start:end], pcm.rate)


def faded(pcm: Pcm) -> Pcm:
    """Fade the first and last few milliseconds from and to zero."""
    count = min(samples_in(_FADE, pcm.rate), Samples(len(pcm) // 2))
    if count == 0:
        return pcm
    ramp = (0.5 - 0.5 * np.cos(np.pi * np.arange(count) / count)).astype(np.float32)
    samples = pcm.samples.astype(np.float32)
    samples[:count] *= ramp
    samples[-count:] *= ramp[::-1]
    return Pcm(np.rint(samples).astype(np.int16), pcm.rate)
