"""Another sample rate, by Fourier interpolation: exact for what both rates can hold."""

from math import gcd

import numpy as np

from audiopub.audio.pcm import Mark, Pcm, from_floats
from audiopub.units import Hertz, Samples


def resampled(pcm: Pcm, rate: Hertz) -> Pcm:
    """Give a sound at another rate; it should begin and end in silence, as an utterance does.

    >>> from audiopub.audio import silence
    >>> len(resampled(silence(Samples(22050), Hertz(22050)), Hertz(24000)))
    24000
    """
    if pcm.rate == rate or len(pcm) == 0:
        return Pcm(pcm.samples, rate, pcm.marks)
    common = gcd(pcm.rate, rate)
    padded = np.pad(pcm.floats, (0, -len(pcm) % (pcm.rate // common)))
    count = len(padded) // (pcm.rate // common) * (rate // common)
    spectrum = np.fft.rfft(padded)
    sound = np.fft.irfft(spectrum, count) * (count / len(padded))
    wanted = -(-len(pcm) * rate // pcm.rate)
    marks = tuple(Mark(Samples(mark.at * rate // pcm.rate), mark.place) for mark in pcm.marks)
    return Pcm(from_floats(sound[:wanted].astype(np.float32), rate).samples, rate, marks)
