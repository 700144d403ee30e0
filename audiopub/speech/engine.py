"""The port to voices. An engine says one utterance and knows nothing of scripts, caches or files."""

from collections.abc import Mapping
from dataclasses import dataclass, field
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


@dataclass(frozen=True, slots=True, kw_only=True)
class EngineSettings:
    """How an engine is wanted, besides its voice."""

    speed: float = 1.0
    """Share of the voice's usual pace, from 0.5 to 2."""

    timeout: float = 10.0
    """Seconds that an answer over a network may take."""

    options: Mapping[str, str] = field(default_factory=dict)
    """The engine's own settings, from the show file's table that bears its name and from the environment (``AUDIOPUB_<ENGINE>_<NAME>``)."""

    models: str = ""
    """Folder of voices that were installed; empty where there is none."""


class Engine(Protocol):
    """Says utterances in one voice. As many threads as it says itself may ask at once."""

    @property
    def identity(self) -> str:
        """Name everything that decides how an utterance sounds: engine, version, voice, settings.

        Two engines of one identity must say the same text alike; the cache relies on it.
        """

    @property
    def longest(self) -> int:
        """Give the most characters of one request; longer utterances are cut at clauses before they come here."""

    @property
    def parallel(self) -> int:
        """Give how many utterances it may be asked for at once, at least 1."""

    def speak(self, utterance: str) -> Pcm:
        """Say an utterance.

        Args:
            utterance: spoken form, not empty, at most ``longest`` characters, no digits or signs in it.

        Returns:
            Its sound, with a mark at every word where the engine knows them. Silence at the edges is
            welcome to stay: it is trimmed by the caller.

        Raises:
            EngineUnavailable: not now; the same call may work later.
            UtteranceRejected: not this text.
        """
