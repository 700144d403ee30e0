"""The shape of an episode's sound, to look at and to point into."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from audiopub.audio import Levels, amplitude
from audiopub.audio.limiter import BLOCK
from audiopub.episode import Master, Row, Timeline

BARS = 180
_HEIGHT = 48
_SLIGHTEST = 2
"""Height of a bar of silence: a line still shows where the audio goes on."""


def waveform(timeline: Timeline, levels_of: Callable[[Row], Levels], master: Master) -> str:
    """Draw an episode's loudness over time as an SVG of bars.

    Args:
        timeline: where each sound is.
        levels_of: gives the levels that lie beside a row's sound, so that no sample is read.
        master: how it is levelled.
    """
    heights = _heights(timeline, levels_of, master)
    bars = "".join(f"M{place * 4 + 2} {(_HEIGHT - height) / 2:g}v{height:g}" for place, height in enumerate(heights.tolist()))
    size = f"{BARS * 4} {_HEIGHT}"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size}" preserveAspectRatio="none">'
        f'<path d="{bars}" stroke="#7d776c" stroke-width="2.4" stroke-linecap="round"/></svg>\n'
    )


def _heights(timeline: Timeline, levels_of: Callable[[Row], Levels], master: Master) -> NDArray[np.int64]:
    power = np.zeros(BARS)
    width = max(1, timeline.total) / BARS
    for row in timeline.rows:
        energies = levels_of(row).energies * amplitude(master.gain_of(row)) ** 2
        places = (row.start + np.arange(len(energies)) * BLOCK) / width
        np.add.at(power, np.minimum(places.astype(int), BARS - 1), energies)
    loud = np.sqrt(power / width)
    shares = loud / loud.max() if loud.max() > 0 else loud
    return np.maximum(_SLIGHTEST, np.round(shares * (_HEIGHT - 4))).astype(np.int64)
