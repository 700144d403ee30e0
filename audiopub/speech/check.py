"""Whether what an engine returned can be the text it was given."""

import numpy as np

from audiopub.audio import Pcm
from audiopub.audio.pcm import FULL_SCALE
from audiopub.errors import UtteranceSpoilt

_SLOWEST, _FASTEST = 4.0, 45.0
"""Characters a second. espeak reads Vietnamese news at about 18; cut audio and long noise lie outside. Wide, since the pace of
online voices is theirs to change."""

_SHORTEST_JUDGED = 24
_QUIETEST = 10 ** (-55 / 20)
_EVERY = 5
"""One sample in so many tells how loud a sound is, near enough for a threshold."""


def checked(pcm: Pcm, utterance: str, engine: str) -> Pcm:
    """Give trimmed sound back if it can be right.

    Raises:
        UtteranceSpoilt: no sound, silence, or a pace no reader has; asking again may help.
    """
    if len(pcm) == 0:
        raise UtteranceSpoilt("speech.no_sound", engine=engine, text=utterance[:60])
    if float(np.sqrt(np.mean(np.square(pcm.samples[::_EVERY], dtype=np.float32)))) < _QUIETEST * FULL_SCALE:
        raise UtteranceSpoilt("speech.too_quiet", engine=engine, text=utterance[:60])
    seconds = len(pcm) / pcm.rate
    if len(utterance) >= _SHORTEST_JUDGED and not _SLOWEST <= len(utterance) / seconds <= _FASTEST:
        raise UtteranceSpoilt("speech.wrong_pace", engine=engine, seconds=seconds, characters=len(utterance))
    return pcm
