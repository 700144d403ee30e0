"""Sound for tests: a take of any samples, an episode of one piece."""

from audiopub.audio import Pcm, levels_of
from audiopub.episode import Run
from audiopub.speech import Take
from audiopub.units import Samples


def take(pcm: Pcm) -> Take:
    """Give a sound with its levels."""
    return Take(pcm=pcm, levels=levels_of(pcm))


def one_run(pcm: Pcm) -> list[Run]:
    """Give a sound as an episode of one piece."""
    return [Run(key="", length=Samples(len(pcm)), pieces=lambda: iter([pcm.floats]))]
