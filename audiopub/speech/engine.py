"""The port to voices. An engine says one utterance and knows nothing of scripts, caches or files."""

from dataclasses import dataclass
from typing import Protocol

from audiopub.audio import Pcm


@dataclass(frozen=True, slots=True, kw_only=True)
class Voice:
    """One voice a person may choose."""

    engine: str
    name: str
    """What a show file writes after the engine's name: ``espeak:vi-vn-x-south``."""

    description: str
    licence: str
    """Of the software that speaks, as an SPDX expression where there is one."""

    cost: str
    """``free``, ``free, online`` or what a request costs."""


class Engine(Protocol):
    """Says utterances in one voice.

    A third party's engine is a class under the entry point group ``audiopub.engines`` that can be called
    with the voice's name (or None for its usual one) and has a class method ``voices()``.
    """

    @property
    def identity(self) -> str:
        """Name everything that decides how an utterance sounds: engine, version, voice, settings.

        Two engines of one identity must say the same text alike; the cache relies on it.
        """

    @property
    def longest(self) -> int:
        """Give the most characters of one request; longer utterances are cut at clauses before they come here."""

    def speak(self, utterance: str) -> Pcm:
        """Say an utterance.

        Args:
            utterance: spoken form, not empty, at most ``longest`` characters, no digits or signs in it.

        Returns:
            Its sound. Silence at the edges is welcome to stay: it is trimmed by the caller.

        Raises:
            EngineUnavailable: not now; the same call may work later.
            UtteranceRejected: not this text.
        """
