"""Calibrations of voices, kept in a folder: learning one takes half a minute."""

import hashlib
import io
from pathlib import Path

import numpy as np

from audiopub.adapters.files import write_whole
from audiopub.listening import Calibration


class CalibrationFiles:
    """One file a voice and recogniser."""

    def __init__(self, root: Path) -> None:
        """Use a folder."""
        self._root = root

    def get(self, voice: str, recogniser: str) -> Calibration | None:
        """Give what was learnt of a voice; None where nothing was, or the file is damaged."""
        try:
            with np.load(self._path(voice, recogniser), allow_pickle=False) as kept:
                start, pace, usual = (float(number) for number in kept["numbers"])
                return Calibration(prior=kept["prior"], pool=tuple(map(int, kept["pool"])), start=start, pace=pace, usual=usual)
        except (OSError, ValueError, KeyError):
            return None

    def keep(self, voice: str, recogniser: str, learnt: Calibration) -> None:
        """Keep what was learnt."""
        buffer = io.BytesIO()
        numbers = np.array([learnt.start, learnt.pace, learnt.usual])
        np.savez_compressed(buffer, prior=learnt.prior, pool=np.array(learnt.pool, dtype=np.int32), numbers=numbers)
        write_whole(self._path(voice, recogniser), buffer.getvalue())

    def _path(self, voice: str, recogniser: str) -> Path:
        return self._root / f"{hashlib.sha256(f'{voice} {recogniser}'.encode()).hexdigest()[:24]}.npz"
