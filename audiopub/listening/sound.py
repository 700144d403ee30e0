"""What can be told of a stretch of sound without knowing a word of it."""

import numpy as np
from numpy.typing import NDArray

from audiopub.units import Hertz

FRAMES_A_SECOND = 50
QUIET = 10 ** (-50 / 20)
"""Mean level of a frame under which nobody speaks."""


def loud(sound: NDArray[np.float32], rate: Hertz) -> NDArray[np.bool_]:
    """Tell of every 20 ms whether there is sound."""
    step = rate // FRAMES_A_SECOND
    count = len(sound) // step
    frames = sound[: count * step].reshape(count, step)
    audible: NDArray[np.bool_] = np.sqrt(np.einsum("ij,ij->i", frames, frames) / step) > QUIET
    return audible


def longest(true: NDArray[np.bool_]) -> int:
    """Count the longest run of true values.

    >>> longest(np.array([True, False, True, True]))
    2
    """
    edges = np.flatnonzero(np.diff(np.concatenate([[0], true.astype(np.int8), [0]])))
    return int((edges[1::2] - edges[::2]).max()) if len(edges) else 0


def voiced(sound: NDArray[np.float32], rate: Hertz) -> tuple[float, float]:
    """Give the longest quiet and the time from the first to the last sound, in seconds."""
    audible = loud(sound, rate)
    where = np.flatnonzero(audible)
    spoken = (where[-1] - where[0] + 1) / FRAMES_A_SECOND if len(where) else 0.0
    return longest(~audible) / FRAMES_A_SECOND, float(spoken)
