"""The port to a speech recogniser, of which only the odds are wanted, never the transcript."""

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from audiopub.units import Hertz

RATE = Hertz(16_000)
"""What recognisers take."""


class Recogniser(Protocol):
    """Turns sound into the log-probability of every unit at every moment (CTC: unit 0 is silence)."""

    @property
    def identity(self) -> str:
        """Name everything that decides what is heard; a calibration counts for one recogniser only."""

    def hear(self, sound: NDArray[np.float32]) -> NDArray[np.float32]:
        """Listen to sound at 16 kHz, numbers from -1 to 1; give log-probabilities, shape (moments, units)."""

    def units(self, text: str) -> tuple[int, ...]:
        """Give a text as units; what it has no units for is left out."""
