"""Integrated loudness by ITU-R BS.1770-4, measured segment by segment so that no episode is ever held in memory.

Every segment begins and ends in silence, so its filtered energy can be found alone and added to the
episode's: ten numbers a second are all that is kept.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from audiopub.units import Hertz, Lufs, Samples

_OFFSET = -0.691
_ABSOLUTE_GATE = -70.0
_RELATIVE_GATE = -10.0
_BINS_A_BLOCK = 4
"""A block is 400 ms and begins every 100 ms: four bins of 100 ms each."""

_MEASURE_BLOCK = 15
"""Samples; divides a bin of every usual rate."""

_TAIL = 0.1
"""Seconds of ringing of the weighting filter that are counted after a segment's last sample."""


@dataclass(frozen=True, slots=True, eq=False)
class Loudness:
    """The weighted energy of one segment, on the episode's grid of 100 ms bins."""

    first_bin: int
    energies: NDArray[np.float64]
    """Sum of squares of the weighted samples in each bin from first_bin on; full scale is 1."""


def measured(samples: NDArray[np.float32], start: Samples, rate: Hertz) -> Loudness:
    """Measure a segment.

    Args:
        samples: numbers from -1 to 1.
        start: where the segment begins in the episode.
        rate: must be a multiple of 10 Hz.
    """
    blocks = block_energies(samples, rate, _MEASURE_BLOCK)
    first, energies = binned(blocks[None, :], start, rate, _MEASURE_BLOCK)
    return Loudness(first, energies[0])


def block_energies(samples: NDArray[np.float32], rate: Hertz, block: int) -> NDArray[np.float64]:
    """Give the weighted energy of every run of ``block`` samples, the ringing after the last one included."""
    count = len(samples) + int(_TAIL * rate)
    size = _fast_length(count)
    weighted = np.fft.irfft(np.fft.rfft(samples, size) * _weighting(size, rate), size)[: count // block * block]
    squares: NDArray[np.float64] = np.square(weighted, dtype=np.float64).reshape(-1, block).sum(axis=1)
    return squares


def binned(energies: NDArray[np.float64], start: Samples, rate: Hertz, block: int) -> tuple[int, NDArray[np.float64]]:
    """Add energies of blocks up on the episode's grid of 100 ms bins.

    Args:
        energies: shape (ways, blocks): the same sound treated in several ways.
        start: where the first block begins in the episode.
        rate: sample rate.
        block: samples of a block; far shorter than a bin, so each goes whole into the bin of its middle.

    Returns:
        Number of the first bin, and the energies, shape (ways, bins).
    """
    hop = rate // 10
    bins = (start + np.arange(energies.shape[1]) * block + block // 2) // hop
    edges = np.flatnonzero(np.diff(bins, prepend=bins[0] - 1))
    return int(bins[0]), np.add.reduceat(energies, edges, axis=1)


def integrated(segments: Iterable[Loudness], total: Samples, rate: Hertz) -> Lufs:
    """Give the gated loudness of an episode.

    Args:
        segments: what was measured of each.
        total: length of the whole episode.
        rate: its sample rate.

    Returns:
        LUFS; minus infinity for silence.
    """
    hop = rate // 10
    bins = np.zeros(total // hop + _BINS_A_BLOCK + 2 * rate)
    for segment in segments:
        bins[segment.first_bin : segment.first_bin + len(segment.energies)] += segment.energies
    bins = bins[: max(total // hop, _BINS_A_BLOCK)]
    blocks = np.convolve(bins, np.ones(_BINS_A_BLOCK), "valid") / (_BINS_A_BLOCK * hop)
    loud = blocks[_lufs(blocks) > _ABSOLUTE_GATE]
    if len(loud) == 0:
        return Lufs(float("-inf"))
    gate = _lufs(loud.mean()) + _RELATIVE_GATE
    return Lufs(float(_lufs(loud[_lufs(loud) > gate].mean())))


def _lufs(energy: NDArray[np.float64]) -> NDArray[np.float64]:
    with np.errstate(divide="ignore"):
        return np.asarray(_OFFSET + 10 * np.log10(energy))


def _fast_length(count: int) -> int:
    """Give a length near above, of small prime factors, that the transform does quickly."""
    power = 1 << (count - 1).bit_length()
    return min((size for size in (power * 9 // 16, power * 5 // 8, power * 3 // 4, power * 7 // 8, power) if size >= count), default=power)


@lru_cache(maxsize=64)
def _weighting(size: int, rate: int) -> NDArray[np.complex64]:
    """Give the K-weighting filter's response at the frequencies of a transform.

    Source: BS.1770-4 gives the two filters at 48 kHz; the analogue prototypes behind them, from which
    other rates are derived, are those of libebur128.
    """
    turn = np.exp(-2j * np.pi * np.arange(size // 2 + 1) / size)
    shelf = _shelf(rate)
    high_pass = _high_pass(rate)
    response = np.ones(len(turn), dtype=np.complex128)
    for numerator, denominator in (shelf, high_pass):
        response *= np.polyval(numerator[::-1], turn) / np.polyval(denominator[::-1], turn)
    return response.astype(np.complex64)


def _shelf(rate: int) -> tuple[list[float], list[float]]:
    gain, quality, frequency = 3.999843853973347, 0.7071752369554196, 1681.974450955533
    k = np.tan(np.pi * frequency / rate)
    high = 10 ** (gain / 20)
    band = high**0.4996667741545416
    a0 = 1 + k / quality + k * k
    numerator = [(high + band * k / quality + k * k) / a0, 2 * (k * k - high) / a0, (high - band * k / quality + k * k) / a0]
    return numerator, [1.0, 2 * (k * k - 1) / a0, (1 - k / quality + k * k) / a0]


def _high_pass(rate: int) -> tuple[list[float], list[float]]:
    quality, frequency = 0.5003270373238773, 38.13547087602444
    k = np.tan(np.pi * frequency / rate)
    a0 = 1 + k / quality + k * k
    return [1.0, -2.0, 1.0], [1.0, 2 * (k * k - 1) / a0, (1 - k / quality + k * k) / a0]
