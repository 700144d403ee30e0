"""Music under the voice at an episode's ends, turned down while somebody speaks."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from audiopub.audio.limiter import BLOCK
from audiopub.audio.loudness import block_energies
from audiopub.audio.pcm import Pcm
from audiopub.episode.timeline import Row, Timeline
from audiopub.script import SegmentKind
from audiopub.units import Milliseconds, Samples, samples_in

UNDER = (frozenset({SegmentKind.OPENING, SegmentKind.TITLE}), frozenset({SegmentKind.CLOSING}))
"""Kinds of segments that music lies under: those of the opening, those of the closing."""

_PEAK = 0.1
"""Largest sample of the music, at full level; under a voice of -4.5 dB at most it keeps the sum under -3 dB."""

_DUCKED = 0.3
"""Share that is left of it while somebody speaks: about 10 dB less."""

_RAMP = Milliseconds(200)
_FADE_IN, _FADE_OUT = Milliseconds(150), Milliseconds(1200)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Bed:
    """A stretch of music in its place, ready to be added to what is said over it."""

    start: Samples
    samples: NDArray[np.float32]
    energies: NDArray[np.float64]
    """Its weighted energy in blocks, as :attr:`Levels.energies` of a voice."""

    @property
    def end(self) -> Samples:
        """Give the place just past its last sample."""
        return Samples(self.start + len(self.samples))


def beds(timeline: Timeline, music: Pcm | None) -> tuple[Bed, ...]:
    """Lay music under the opening and the closing of an episode; it is repeated where it is shorter.

    Args:
        timeline: the episode.
        music: at the episode's rate; None for none.
    """
    if music is None or len(music) == 0:
        return ()
    return tuple(_laid(timeline, rows, music) for rows in _stretches(timeline))


def _stretches(timeline: Timeline) -> Iterator[list[Row]]:
    """Give the rows of each stretch that music lies under; they follow each other."""
    for kinds in UNDER:
        rows = [row for row in timeline.rows if row.segment.kind in kinds]
        if rows:
            yield rows


def _laid(timeline: Timeline, rows: Sequence[Row], music: Pcm) -> Bed:
    first, last = rows[0], rows[-1]
    start = 0 if first is timeline.rows[0] else first.start
    count = last.end + last.pause - start
    sound = np.resize(music.floats, count)
    sound *= np.float32(_PEAK / max(1e-6, float(np.abs(sound).max())))
    sound *= _envelope(count, [(row.start - start, row.end - start) for row in rows], timeline)
    return Bed(start=Samples(start), samples=sound, energies=block_energies(sound, timeline.rate, BLOCK))


def _envelope(count: int, spoken: Sequence[tuple[int, int]], timeline: Timeline) -> NDArray[np.float32]:
    """Give the music's level: down over a ramp before each segment, up again after it, and from and to nothing at the ends."""
    ramp = samples_in(_RAMP, timeline.rate)
    points: list[tuple[int, float]] = [(0, 1.0)]
    for start, end in spoken:
        if start - ramp > points[-1][0]:
            points += [(start - ramp, 1.0), (start, _DUCKED)]
        else:
            points[-1] = (points[-1][0], _DUCKED)  # no time to come up: the music stays down
        points += [(end, _DUCKED), (end + ramp, 1.0)]
    level: NDArray[np.float32] = np.interp(np.arange(count), [place for place, _ in points], [share for _, share in points]).astype(np.float32)
    fade_in, fade_out = (min(samples_in(length, timeline.rate), count // 2) for length in (_FADE_IN, _FADE_OUT))
    level[:fade_in] *= np.linspace(0, 1, fade_in, dtype=np.float32)
    level[count - fade_out :] *= np.linspace(1, 0, fade_out, dtype=np.float32)
    return level
