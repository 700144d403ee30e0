"""An episode in pieces that are encoded by themselves: what did not change keeps its bytes."""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from audiopub.episode.bed import Bed
from audiopub.episode.master import CEILING, UNDER_MUSIC, Master, TakeOf, pieces
from audiopub.episode.timeline import Timeline
from audiopub.units import Samples


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """Some rows of an episode that follow each other, with their pauses."""

    key: str
    """Hash of all that decides its samples."""

    length: Samples
    pieces: Callable[[], Iterator[NDArray[np.float32]]]
    """Gives its samples in order, numbers from -1 to 1, each array the caller's own; may be called again."""


def runs(timeline: Timeline, take_of: TakeOf, master: Master, beds: Sequence[Bed] = ()) -> tuple[Run, ...]:
    """Cut an episode at its borders.

    Args:
        timeline: the episode and its borders.
        take_of: gives the sound of a row; asked while a run is given out, from any thread.
        master: how it is levelled.
        beds: music under it.
    """
    cuts = [(0, Samples(0)), *((border.row + 1, border.place) for border in timeline.borders), (len(timeline.rows), timeline.total)]
    return tuple(_run(timeline, range(row, next_row), start, end, take_of, master, beds) for (row, start), (next_row, end) in pairwise(cuts))


def _run(timeline: Timeline, rows: range, start: Samples, end: Samples, take_of: TakeOf, master: Master, beds: Sequence[Bed]) -> Run:
    digest = hashlib.sha256(f"{timeline.rate} {CEILING} {UNDER_MUSIC} {end - start}".encode())
    for number in rows:
        row = timeline.rows[number]
        digest.update(f"\0{row.key} {row.start - start} {row.samples} {master.gain_of(row):.2f}".encode())
    for bed in beds:
        if bed.start < end and start < bed.end:
            digest.update(f"\0{bed.start - start}".encode() + bed.samples.tobytes())
    return Run(key=digest.hexdigest(), length=Samples(end - start), pieces=lambda: pieces(timeline, rows, start, end, take_of, master, beds))
