"""Bring an episode to its loudness: find the gain from the levels kept beside every segment's sound.

Limiting takes loudness away, so the gain that meets the target is not known from the sound as it is. Every
segment's energy is therefore worked out at once for a row of gains, each with the limiting it would need;
the episode's loudness at each of them is added up, and the gain is read off between two. No sample is read
for that: energies and peaks of blocks of 32 samples are, segment by segment, and ten small numbers a second are all that is kept.
"""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from audiopub.audio import Levels, Pcm, amplitude, gated, limited
from audiopub.audio.limiter import BLOCK, block_gains
from audiopub.audio.loudness import binned
from audiopub.episode.bed import Bed
from audiopub.episode.timeline import Row, Timeline
from audiopub.speech import Take
from audiopub.units import Decibels, Lufs, Samples

TARGET = Lufs(-16.0)
"""Integrated loudness of spoken podcasts (Apple's recommendation, AES TD1004)."""

CEILING = Decibels(-3.0)
"""True peak that goes into the codec. MP3 adds up to 1.1 dB of its own to these voices at 64 kbit/s, with LAME's noise shaping up to 1.5 (benchmarks/accuracy.py),
and what a player decodes has to stay under -1 dBTP."""

UNDER_MUSIC = Decibels(-4.5)
"""Ceiling of a voice with music under it; the music takes the rest."""

_COARSE = np.array([0.0, 1.0, 2.5, 4.5, 7.0, 10.0, 14.0])
"""Gains that are tried on some rows, in dB beside the gain that would do without limiting."""

_FINE = np.array([-0.5, 0.0, 0.5])
"""Gains that are tried on all rows, beside the one that the others made likely."""

_UNLIMITED = 30.0
"""dB below a guess at which nothing is limited."""

_COARSE_ROWS = 12
_TRIES = 5

_NEAR_ENOUGH = 0.15
"""LU by which a revision may miss the target to keep the gain it was published with, so that what did not change keeps its bytes."""

_LARGEST_GAIN = 40.0
_LARGEST_OFFSET = 20.0
_ROOM = 20
"""Bins that are kept beyond the last sample, for what rings there."""

_JINGLE_BELOW = 2.0
"""LU by which music between the segments stays under the voice."""

LevelsOf = Callable[[Row], Levels]
TakeOf = Callable[[Row], Take]
"""Gives the sound of a row; called when its samples are wanted, so it should not synthesise."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Master:
    """How an episode is to be turned up or down."""

    gain: Decibels
    loudness: Lufs
    """What comes out, as worked out."""

    offsets: Mapping[str, Decibels] = field(default_factory=dict)
    """What each voice gets besides, so that all are equally loud; the empty name stands for jingles."""

    def gain_of(self, row: Row) -> Decibels:
        """Give the gain of a row, rounded as it is used."""
        return Decibels(round(self.gain + self.offsets.get(row.voice, 0.0), 2))


def mastered(timeline: Timeline, levels_of: LevelsOf, beds: Sequence[Bed] = (), target: Lufs = TARGET, former: Decibels | None = None) -> Master:
    """Find the gain that brings an episode to a loudness after limiting.

    Args:
        timeline: the episode.
        levels_of: levels of a row's sound.
        beds: music under it.
        target: the loudness.
        former: the gain an earlier revision was published with; kept where it still does.
    """
    table = _Table(timeline, levels_of, beds)
    offsets = table.offsets()
    guess = target - table.guess(offsets)
    if not math.isfinite(guess):
        return Master(gain=Decibels(0.0), loudness=Lufs(-math.inf))
    if former is not None:
        reached = table.loudness_at(np.array([former]), offsets)[0]
        if abs(reached - target) <= _NEAR_ENOUGH:
            return Master(gain=former, loudness=Lufs(float(reached)), offsets=offsets)
    likely = table.likely(guess, target, offsets)
    gain, reached = likely, -math.inf
    for _ in range(_TRIES):
        gains = np.minimum(likely + _FINE, _LARGEST_GAIN)
        loudness = table.loudness_at(gains, offsets)
        gain = round(float(np.interp(target, loudness, gains)), 2)
        reached = float(np.interp(gain, gains, loudness))
        if loudness[0] <= target <= loudness[-1] or gains[0] >= _LARGEST_GAIN:
            break
        likely = gain + 2 * (target - reached)  # above the knee of the limiter half of what is added comes out
    return Master(gain=Decibels(gain), loudness=Lufs(reached), offsets=offsets)


class _Table:
    """Adds up energies on the episode's grid of 100 ms bins."""

    def __init__(self, timeline: Timeline, levels_of: LevelsOf, beds: Sequence[Bed]) -> None:
        self._timeline, self._levels_of, self._beds = timeline, levels_of, beds
        self._bins = timeline.total // (timeline.rate // 10) + _ROOM
        self._some = timeline.rows[:: -(-len(timeline.rows) // _COARSE_ROWS)]
        self._music = self._empty(1)
        for bed in beds:
            self._add(self._music, bed.energies[None, :], bed.start)

    def offsets(self) -> dict[str, Decibels]:
        """Give what brings every voice to the loudness of the first one that speaks."""
        rows = self._timeline.rows
        leader = next((row.voice for row in rows if row.voice), "")
        alone = {voice: self._plain([row for row in rows if row.voice == voice]) for voice in {row.voice for row in rows}} if len({row.voice for row in rows}) > 1 else {}
        offsets: dict[str, Decibels] = {}
        for voice, loudness in sorted(alone.items()):
            if voice != leader and math.isfinite(loudness) and math.isfinite(alone[leader]):
                wanted = alone[leader] - loudness - (0.0 if voice else _JINGLE_BELOW)
                offsets[voice] = Decibels(round(float(np.clip(wanted, -_LARGEST_OFFSET, _LARGEST_OFFSET)), 2))
        return offsets

    def guess(self, offsets: Mapping[str, Decibels]) -> Lufs:
        """Give the loudness of some rows without any gain or limiting; of all of them where those are silent."""
        loudness = self._plain(self._some, offsets)
        return loudness if math.isfinite(loudness) else self._plain(self._timeline.rows, offsets)

    def likely(self, guess: float, target: float, offsets: Mapping[str, Decibels]) -> float:
        """Give the gain that some of the rows make likely; ``guess`` would do without limiting."""
        gains = guess + np.concatenate([[-_UNLIMITED], _COARSE])
        loudness = self.loudness_at(gains, offsets, self._some)
        if not np.isfinite(loudness).all():  # so little sound that the loudness below the guess is none
            return guess
        lost = loudness[0] + _UNLIMITED - loudness[1:]
        return float(np.interp(target, target + _COARSE - lost, gains[1:]))

    def _plain(self, rows: Sequence[Row], offsets: Mapping[str, Decibels] | None = None) -> Lufs:
        bins = self._empty(1)
        for row in rows:
            energies = self._levels_of(row).energies.astype(np.float64) * 10 ** ((offsets or {}).get(row.voice, 0.0) / 10)
            self._add(bins, energies[None, :], row.start)
        return gated(bins[0], self._timeline.total, self._timeline.rate)

    def loudness_at(self, gains: NDArray[np.float64], offsets: Mapping[str, Decibels], rows: Sequence[Row] | None = None) -> NDArray[np.float64]:
        """Give the loudness at each of several gains, ascending; of some rows alone, and without music, where they are named."""
        found = []
        counted = self._timeline.rows if rows is None else rows
        bins = [np.zeros(self._bins if rows is None else 0, dtype=np.float32) for _ in gains]
        for row in counted:
            factors = 10 ** ((gains + offsets.get(row.voice, 0.0)) / 20)
            energies = _energies_at(factors, self._levels_of(row), amplitude(_ceiling(row, self._beds)))
            first, found_bins = binned(energies, row.start if rows is None else Samples(0), self._timeline.rate, BLOCK)
            for place, way in enumerate(found_bins):
                if rows is None:
                    end = min(self._bins, first + len(way))
                    bins[place][first:end] += way[: end - first]
                else:
                    bins[place] = np.concatenate([bins[place], way])
        for way in bins:
            length = self._timeline.total if rows is None else Samples(len(way) * (self._timeline.rate // 10))
            found.append(gated(way + self._music[0] if rows is None and self._beds else way, length, self._timeline.rate))
        return np.array(found)

    def _empty(self, ways: int) -> NDArray[np.float64]:
        return np.zeros((ways, self._bins))

    def _add(self, ways: NDArray[np.float64], energies: NDArray[np.float64], start: Samples) -> None:
        first, found = binned(energies, start, self._timeline.rate, BLOCK)
        end = min(self._bins, first + found.shape[1])
        ways[:, first:end] += found[:, : end - first]


def _energies_at(factors: NDArray[np.float64], levels: Levels, level: float) -> NDArray[np.float64]:
    """Give a sound's energies when it is turned up by each factor and limited."""
    plain = levels.energies.astype(np.float64)
    highest = float(levels.peaks.max(initial=0.0))
    ways = np.empty((len(factors), len(plain)))
    for place, factor in enumerate(factors):
        np.multiply(plain, factor * factor, out=ways[place])
        if highest * factor > level:
            gains = block_gains(levels.peaks, level / float(factor))[: len(plain)]
            ways[place, : len(gains)] *= gains * gains
    return ways


def pieces(timeline: Timeline, rows: range, start: Samples, end: Samples, take_of: TakeOf, master: Master, beds: Sequence[Bed] = ()) -> Iterator[NDArray[np.float32]]:
    """Give out the samples of some rows in order, a row and the silence after it at a time; numbers from -1 to 1.

    Args:
        timeline: the episode.
        rows: numbers of the rows.
        start: where to begin, in the silence before the first of them.
        end: where to end, in the silence after the last.
        take_of: gives a row's sound.
        master: how it is levelled.
        beds: music under it.
    """
    yield _mixed(np.zeros(timeline.rows[rows.start].start - start, dtype=np.float32), start, beds)
    for number in rows:
        row = timeline.rows[number]
        until = end if number == rows.stop - 1 else row.end + row.pause
        sound = np.zeros(until - row.start, dtype=np.float32)
        sound[: row.samples] = levelled(take_of(row).pcm, master.gain_of(row), _ceiling(row, beds))
        yield _mixed(sound, row.start, beds)


def levelled(pcm: Pcm, gain: Decibels, ceiling: Decibels = CEILING) -> NDArray[np.float32]:
    """Give a sound as it goes into an episode: turned up, its peaks limited; numbers from -1 to 1."""
    return limited(pcm.floats * np.float32(amplitude(gain)), amplitude(ceiling))


def _ceiling(row: Row, beds: Sequence[Bed]) -> Decibels:
    return UNDER_MUSIC if any(bed.start < row.end and row.start < bed.end for bed in beds) else CEILING


def _mixed(sound: NDArray[np.float32], start: int, beds: Sequence[Bed]) -> NDArray[np.float32]:
    for bed in beds:
        first, last = max(start, bed.start), min(start + len(sound), bed.end)
        if first < last:
            sound[first - start : last - start] += bed.samples[first - bed.start : last - bed.start]
    return sound
