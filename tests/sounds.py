"""Sound for tests: a take of any samples, an episode of one piece."""

import numpy as np

from audiopub.audio import Pcm, levels_of
from audiopub.episode import Run
from audiopub.pipeline import Jingles
from audiopub.speech import Take
from audiopub.units import Hertz, Samples


def take(pcm: Pcm) -> Take:
    """Give a sound with its levels."""
    return Take(pcm=pcm, levels=levels_of(pcm))


def one_run(pcm: Pcm) -> list[Run]:
    """Give a sound as an episode of one piece."""
    return [Run(key="", length=Samples(len(pcm)), pieces=lambda: iter([pcm.floats]))]


def tone_jingles(rate: Hertz) -> Jingles:
    """Give a show's sounds: a short tone before headings."""
    return Jingles(earcon=Pcm((4_000 * np.sin(np.arange(rate // 5) / 9)).astype(np.int16), rate))
