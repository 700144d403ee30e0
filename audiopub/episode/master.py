"""Bring an episode to its loudness: find the gain first, then give out the samples, segment by segment."""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from audiopub.audio import Loudness, Pcm, integrated, limited, measured
from audiopub.audio.pcm import from_floats
from audiopub.episode.timeline import Row, Timeline
from audiopub.units import Decibels, Lufs

TARGET = Lufs(-16.0)
"""Integrated loudness of spoken podcasts (Apple's recommendation, AES TD1004)."""

CEILING = Decibels(-2.0)
"""True peak before encoding. MP3 at 64 kbit/s overshoots by up to 0.7 dB on these voices (benchmarks/levels.py),
so what a player decodes stays under -1 dBTP."""

_ROUNDS = 4
_NEAR_ENOUGH = 0.05
_LARGEST_GAIN = 30.0

SoundOf = Callable[[Row], Pcm]
"""Gives the sound of a row; called several times, so it should not synthesise."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Master:
    """How an episode is to be turned up or down."""

    gain: Decibels
    loudness: Lufs
    """What comes out, as measured."""


def mastered(timeline: Timeline, sound_of: SoundOf, target: Lufs = TARGET, ceiling: Decibels = CEILING) -> Master:
    """Find the gain that brings an episode to a loudness after limiting.

    The sound is read once to measure it, and segments that need limiting once more a round.
    """
    level = _amplitude(ceiling)
    plain = [measured(sound_of(row).floats, row.start, timeline.rate) for row in timeline.rows]
    loudness = integrated(plain, timeline.total, timeline.rate)
    if loudness == -math.inf:
        return Master(gain=Decibels(0.0), loudness=loudness)
    gain = target - loudness
    for _ in range(_ROUNDS):
        gain = min(gain, _LARGEST_GAIN)
        loudness = integrated(_at(gain, plain, timeline, sound_of, level), timeline.total, timeline.rate)
        if abs(target - loudness) < _NEAR_ENOUGH:
            break
        gain += target - loudness
    return Master(gain=Decibels(gain), loudness=loudness)


def rendered(timeline: Timeline, sound_of: SoundOf, master: Master, ceiling: Decibels = CEILING) -> Iterator[NDArray[np.int16]]:
    """Give out an episode's samples in order, a segment and its pause at a time."""
    gain, level = np.float32(_amplitude(master.gain)), _amplitude(ceiling)
    yield np.zeros(timeline.before, dtype=np.int16)
    for row in timeline.rows:
        yield from_floats(limited(sound_of(row).floats * gain, level), timeline.rate).samples
        yield np.zeros(row.pause, dtype=np.int16)


def _at(gain: float, plain: list[Loudness], timeline: Timeline, sound_of: SoundOf, level: float) -> Iterator[Loudness]:
    """Measure an episode at a gain: by arithmetic where nothing is limited, else from the limited sound."""
    factor = _amplitude(gain)
    for row, measure in zip(timeline.rows, plain, strict=True):
        if measure.peak * factor < 0.6 * level:
            yield Loudness(measure.first_bin, measure.energies * factor**2, measure.peak * factor)
        else:
            yield measured(limited(sound_of(row).floats * np.float32(factor), level), row.start, timeline.rate)


def _amplitude(decibels: float) -> float:
    return float(10 ** (decibels / 20))
