"""Bring an episode to its loudness: find the gain first, then give out the samples, segment by segment.

Limiting takes loudness away, so the gain that meets the target is not known from the sound as it is. Every
segment's energy is therefore worked out at once for a row of gains, each with the limiting it would need;
the episode's loudness at each of them is added up, and the gain is read off between two. The sound is read
once for that and once to be given out, and ten small numbers a second are all that is kept of it.
"""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from audiopub.audio import Loudness, Pcm, integrated, limited, measured
from audiopub.audio.limiter import BLOCK, block_gains, block_peaks
from audiopub.audio.loudness import binned, block_energies
from audiopub.audio.pcm import from_floats
from audiopub.episode.timeline import Row, Timeline
from audiopub.units import Decibels, Lufs

TARGET = Lufs(-16.0)
"""Integrated loudness of spoken podcasts (Apple's recommendation, AES TD1004)."""

CEILING = Decibels(-3.0)
"""True peak that goes into the codec. MP3 at 64 kbit/s adds up to 1.5 dB of its own to these voices (benchmarks/levels.py),
and what a player decodes has to stay under -1 dBTP."""

_GRID = np.array([-2.0, -1.0, 0.0, 0.75, 1.5, 2.5, 4.0, 6.0])
"""Gains that are tried, in dB beside the gain that would do without limiting."""

_SAMPLE_SECONDS = 30
"""How much of an episode is measured to know where to try."""

_TRIES = 3
_LARGEST_GAIN = 40.0

SoundOf = Callable[[Row], Pcm]
"""Gives the sound of a row; called several times, so it should not synthesise."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Master:
    """How an episode is to be turned up or down."""

    gain: Decibels
    loudness: Lufs
    """What comes out, as worked out."""


def mastered(timeline: Timeline, sound_of: SoundOf, target: Lufs = TARGET, ceiling: Decibels = CEILING) -> Master:
    """Find the gain that brings an episode to a loudness after limiting."""
    guess = target - _beginning(timeline, sound_of)
    if not math.isfinite(guess):
        return Master(gain=Decibels(0.0), loudness=Lufs(-math.inf))
    gain, reached = guess, -math.inf
    for _ in range(_TRIES):
        gains = np.minimum(guess + _GRID, _LARGEST_GAIN)
        loudness = _loudness_at(gains, timeline, sound_of, _amplitude(ceiling))
        gain = float(np.interp(target, loudness, gains))
        reached = float(np.interp(gain, gains, loudness))
        if loudness[0] <= target <= loudness[-1] or gains[0] >= _LARGEST_GAIN:
            break
        guess = gain + (target - reached)
    return Master(gain=Decibels(gain), loudness=Lufs(reached))


def rendered(timeline: Timeline, sound_of: SoundOf, master: Master, ceiling: Decibels = CEILING) -> Iterator[NDArray[np.int16]]:
    """Give out an episode's samples in order, a segment and its pause at a time."""
    gain, level = np.float32(_amplitude(master.gain)), _amplitude(ceiling)
    yield np.zeros(timeline.before, dtype=np.int16)
    for row in timeline.rows:
        yield from_floats(limited(sound_of(row).floats * gain, level), timeline.rate).samples
        yield np.zeros(row.pause, dtype=np.int16)


def _beginning(timeline: Timeline, sound_of: SoundOf) -> float:
    """Measure the first rows that have sound, without limiting."""
    measures: list[Loudness] = []
    for row in timeline.rows:
        measures.append(measured(sound_of(row).floats, row.start, timeline.rate))
        loudness = integrated(measures, timeline.total, timeline.rate)
        if row.end > _SAMPLE_SECONDS * timeline.rate and math.isfinite(loudness):
            break
    return integrated(measures, timeline.total, timeline.rate)


def _loudness_at(gains: NDArray[np.float64], timeline: Timeline, sound_of: SoundOf, level: float) -> NDArray[np.float64]:
    """Give the episode's loudness at each of several gains, ascending."""
    factors = 10 ** (gains / 20)
    measures: list[list[Loudness]] = [[] for _ in factors]
    for row in timeline.rows:
        first, energies = _energies_at(factors, sound_of(row).floats, row, timeline, level)
        for place, way in enumerate(energies.astype(np.float32)):
            measures[place].append(Loudness(first, way))
    return np.array([integrated(one, timeline.total, timeline.rate) for one in measures])


def _energies_at(factors: NDArray[np.float64], samples: NDArray[np.float32], row: Row, timeline: Timeline, level: float) -> tuple[int, NDArray[np.float64]]:
    plain = block_energies(samples, timeline.rate, BLOCK)
    peaks = block_peaks(samples, level / float(factors[-1]))
    ways = np.empty((len(factors), len(plain)))
    for place, factor in enumerate(factors):
        turned = np.ones(len(plain))
        if peaks.max(initial=0.0) * factor > level:
            gains = block_gains(peaks, level / float(factor))
            turned[: min(len(gains), len(plain))] = gains[: len(plain)]
        ways[place] = plain * (factor * turned) ** 2
    return binned(ways, row.start, timeline.rate, BLOCK)


def _amplitude(decibels: float) -> float:
    return float(10 ** (decibels / 20))
