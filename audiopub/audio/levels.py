"""What levelling needs to know of a sound, found once and kept beside it: an eighth of its size."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from audiopub.audio.limiter import BLOCK, sample_peaks
from audiopub.audio.loudness import loudness_of, near_energies
from audiopub.audio.pcm import Pcm
from audiopub.units import Decibels, Lufs

_BETWEEN = 1.01
"""What stands for the true peak of a block, beside its largest sample: so chosen that the loudness worked out is the one that FFmpeg measures (espeak,
three accents, within 0.02 LU)."""


@dataclass(frozen=True, slots=True, eq=False)
class Levels:
    """Energy and peaks of a sound in blocks of 32 samples."""

    energies: NDArray[np.float32]
    """Sum of squares of the samples weighted as BS.1770 wants, near enough to level by; full scale is 1."""

    peaks: NDArray[np.float32]
    """Largest peak of each block as far as its samples tell, near enough to know what a limiter takes away; full scale is 1."""

    @property
    def loudness(self) -> Lufs:
        """Give the loudness of the sound by itself, its pauses included."""
        return loudness_of(float(self.energies.sum()) / (BLOCK * max(1, len(self.peaks))))


def levels_of(pcm: Pcm) -> Levels:
    """Measure a sound that begins and ends in silence."""
    samples = pcm.floats
    return Levels(energies=near_energies(samples, pcm.rate, BLOCK), peaks=sample_peaks(samples) * np.float32(_BETWEEN))


def amplitude(gain: Decibels) -> float:
    """Give a gain as a factor.

    >>> round(amplitude(Decibels(-6.0)), 3)
    0.501
    """
    return float(10 ** (gain / 20))
