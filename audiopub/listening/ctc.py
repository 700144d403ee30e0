"""How likely texts are, given what a recogniser heard: the forward pass of connectionist temporal classification (Graves et al., 2006)."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

_NEVER = -1e30


def likelihoods(heard: NDArray[np.float32], texts: Sequence[Sequence[int]]) -> NDArray[np.float64]:
    """Give the log-probability of each of several texts.

    Args:
        heard: log-probabilities, shape (moments, units); unit 0 is silence.
        texts: units of each, at least one.
    """
    labels = np.zeros((len(texts), 2 * max(map(len, texts)) + 1), dtype=np.int64)
    skips = np.zeros(labels.shape, dtype=bool)
    for number, text in enumerate(texts):
        labels[number, 1 : 2 * len(text) : 2] = text
        skips[number, 3 : 2 * len(text) : 2] = np.diff(text) != 0
    said = heard[:, labels].astype(np.float64)
    state = np.full(labels.shape, _NEVER)
    state[:, :2] = said[0, :, :2]
    for row in said[1:]:
        step, leap = np.full_like(state, _NEVER), np.full_like(state, _NEVER)
        step[:, 1:], leap[:, 2:] = state[:, :-1], state[:, :-2]
        leap[~skips] = _NEVER
        state = np.logaddexp(np.logaddexp(state, step), leap) + row
    which, last = np.arange(len(texts)), np.array([2 * len(text) for text in texts])
    found: NDArray[np.float64] = np.logaddexp(state[which, last], state[which, last - 1])
    return found
