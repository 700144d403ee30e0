"""Sound as bands of pitch over time, as recognisers are trained on it, and how alike two sounds are in that."""

from functools import cache

import numpy as np
from numpy.typing import NDArray

from audiopub.listening.recogniser import RATE

BANDS = 80
_WINDOW, _STEP, _TRANSFORM = 400, 160, 512
_FULL = 32_768
_LOWEST, _HIGHEST = 20.0, 7600.0
_FLOOR = 8.0
"""Energies below it are the codec's noise."""

_COARSE = 4
_LAG = 12
_PART = 60
"""Frames, 10 ms each: the shortest stretch whose difference counts."""

_FEWEST = 10


def logmel(sound: NDArray[np.float32]) -> NDArray[np.float32]:
    """Give the log-energy of 80 bands every 10 ms, as Kaldi works it out.

    Source: https://kaldi-asr.org/doc/feat.html (Povey window, pre-emphasis .97, mean removed). A little noise is added: digital silence is
    nothing that a recogniser has ever heard. The same sound always gives the same numbers.
    """
    wide = np.pad(np.asarray(sound, dtype=np.float64), (0, max(0, _WINDOW - len(sound)))) * _FULL
    wide += np.random.default_rng(0).normal(0, 1, len(wide))
    frames = np.lib.stride_tricks.sliding_window_view(wide, _WINDOW)[::_STEP]
    frames = frames - frames.mean(axis=1, keepdims=True)
    shaped = np.concatenate([frames[:, :1] * 0.03, frames[:, 1:] - 0.97 * frames[:, :-1]], axis=1) * _window()
    power = np.square(np.abs(np.fft.rfft(shaped, _TRANSFORM))).astype(np.float32)
    bands: NDArray[np.float32] = np.log(np.maximum(np.einsum("ij,jk->ik", power, _bank()), 1e-10)).astype(np.float32)
    return bands


def likeness(sound: NDArray[np.float32], other: NDArray[np.float32]) -> tuple[float, float]:
    """Compare two renderings of one sentence at the lag that suits them best.

    Returns:
        Correlation of the whole, from -1 to 1; mean difference in nats of the least alike 0.6 s.
    """
    one, two = _shape(sound), _shape(other)
    best = (-1.0, float("inf"))
    for lag in range(-_LAG, _LAG + 1):
        first, second = (one[lag:], two) if lag >= 0 else (one, two[-lag:])
        count = min(len(first), len(second))
        if count >= _FEWEST:
            best = max(best, _alike(first[:count], second[:count]), key=lambda found: found[0])
    return best


def _alike(one: NDArray[np.float32], two: NDArray[np.float32]) -> tuple[float, float]:
    one, two = one - one.mean(axis=0), two - two.mean(axis=0)
    whole = float((one * two).sum() / np.sqrt((one * one).sum() * (two * two).sum() + 1e-9))
    apart = np.abs((one - two) - np.median(one - two)).mean(axis=1)
    width = min(_PART, len(apart))
    return whole, float(np.convolve(apart, np.full(width, 1 / width), "valid").max())


def _shape(sound: NDArray[np.float32]) -> NDArray[np.float32]:
    bands = logmel(sound)[:, : BANDS - _COARSE]
    coarse: NDArray[np.float32] = np.maximum(bands.reshape(len(bands), -1, _COARSE).mean(axis=2), _FLOOR)
    return coarse


@cache
def _window() -> NDArray[np.float64]:
    window: NDArray[np.float64] = (0.5 - 0.5 * np.cos(2 * np.pi * np.arange(_WINDOW) / (_WINDOW - 1))) ** 0.85
    return window


@cache
def _bank() -> NDArray[np.float32]:
    """Give the weights of the transform's lines in each band: triangles on the mel scale, not rounded to lines."""
    edges = np.linspace(_mel(np.array(_LOWEST)), _mel(np.array(_HIGHEST)), BANDS + 2)
    lines = _mel(np.arange(_TRANSFORM // 2 + 1) * RATE / _TRANSFORM)[:, None]
    rising, falling = (lines - edges[:-2]) / (edges[1:-1] - edges[:-2]), (edges[2:] - lines) / (edges[2:] - edges[1:-1])
    return np.clip(np.minimum(rising, falling), 0, None).astype(np.float32)


def _mel(hertz: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(1127 * np.log(1 + hertz / 700))
