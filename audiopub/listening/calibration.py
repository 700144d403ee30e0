"""What a recogniser makes of a voice when all is well: the measure for everything it hears of that voice later.

Recognisers hear a synthetic voice badly, and each voice badly in its own way. So nothing is judged absolutely: a sentence's odds are compared
with those of other texts of its length, in nats a unit, and what a voice usually reaches is found once, from sentences known to be right.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from audiopub.errors import BadInput
from audiopub.listening.ctc import likelihoods
from audiopub.listening.recogniser import RATE, Recogniser
from audiopub.listening.sound import voiced

_PRIOR = 0.7
"""How much of what the recogniser thinks to hear in a voice, whatever is said, is taken off."""

_LEAST_PRIOR = np.log(1e-5)
DECOYS = 24
_LONG = 8
"""Units from which a sentence's odds say what a voice usually reaches."""

_FEWEST = 12


@dataclass(frozen=True, slots=True, eq=False)
class Calibration:
    """A voice as a recogniser hears it."""

    prior: NDArray[np.float32]
    """Log of the mean probability of each unit."""

    pool: tuple[int, ...]
    """Units of the calibration's texts, end to end: decoys are cut from it."""

    start: float
    pace: float
    """A sentence of n units lasts about start + pace · n seconds."""

    usual: float
    """Median of the odds of sentences that are right, in nats a unit."""

    def seconds(self, units: int) -> float:
        """Give how long a sentence of so many units should last."""
        return max(0.05, self.start + self.pace * units)

    def weighed(self, heard: NDArray[np.float32]) -> NDArray[np.float32]:
        """Take off what would be heard whatever is said."""
        weighed: NDArray[np.float32] = (heard - np.float32(_PRIOR) * np.maximum(self.prior, np.float32(_LEAST_PRIOR))).astype(np.float32)
        weighed[:, 0] = heard[:, 0]
        return weighed


def calibrate(recogniser: Recogniser, spoken: Sequence[tuple[NDArray[np.float32], str]]) -> Calibration:
    """Learn a voice from sentences that are known to be right.

    Args:
        recogniser: who listens.
        spoken: sound at 16 kHz and text; forty and more, of all lengths.

    Raises:
        BadInput: too few of them can be heard at all.
    """
    told = [(recogniser.hear(sound), recogniser.units(text), voiced(sound, RATE)[1]) for sound, text in spoken]
    told = [one for one in told if one[1]]
    if len(told) < _FEWEST:
        raise BadInput("listen.no_calibration", count=len(told))
    prior = np.log(sum(np.exp(heard).sum(axis=0) for heard, _, _ in told) / sum(len(heard) for heard, _, _ in told) + 1e-12).astype(np.float32)
    pace, start = np.polyfit([len(units) for _, units, _ in told], [seconds for _, _, seconds in told], 1)
    pool = tuple(unit for _, units, _ in told for unit in units)
    learnt = Calibration(prior=prior, pool=pool, start=float(start), pace=float(pace), usual=0.0)
    reached = [_left_out(learnt, told, number) for number, (_, units, _) in enumerate(told) if len(units) >= _LONG]
    return Calibration(prior=prior, pool=pool, start=float(start), pace=float(pace), usual=float(np.median(reached)))


def _left_out(learnt: Calibration, told: Sequence[tuple[NDArray[np.float32], tuple[int, ...], float]], number: int) -> float:
    """Give a sentence's odds against decoys that are not cut from itself."""
    others = tuple(unit for place, (_, units, _) in enumerate(told) if place != number for unit in units)
    heard, units, _ = told[number]
    return odds(learnt.weighed(heard), units, others, number)[0]


def decoys(pool: Sequence[int], length: int, count: int, seed: int) -> list[tuple[int, ...]]:
    """Cut texts of a length out of a pool; the same seed always cuts the same."""
    wide = tuple(pool) * (1 + (length + count) // len(pool))
    starts = np.random.default_rng(seed).choice(len(wide) - length, count, replace=False)
    return [wide[start : start + length] for start in starts]


def odds(heard: NDArray[np.float32], units: Sequence[int], pool: Sequence[int], seed: int) -> tuple[float, float, float]:
    """Give by how much a text is likelier than others of its length, in nats a unit; its log-probability, and the mean of theirs."""
    found = likelihoods(heard, [units, *decoys(pool, len(units), DECOYS, seed)])
    return float((found[0] - found[1:].mean()) / len(units)), float(found[0]), float(found[1:].mean())
