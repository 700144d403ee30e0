"""Say a whole script in one voice, from the cache where it can, and fall back to the next voice as a whole."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from audiopub.audio import Pcm, faded, joined, silence, trimmed
from audiopub.errors import EngineUnavailable, SpeechFailed, UtteranceSpoilt
from audiopub.script import Script
from audiopub.speech.cache import SegmentCache, segment_key
from audiopub.speech.check import checked
from audiopub.speech.engine import Engine
from audiopub.units import Hertz, Milliseconds, Samples, samples_in
from audiopub.vietnamese import clauses

_CLAUSE_PAUSE = Milliseconds(120)
"""Between the pieces of an utterance that was too long for one request."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Narration:
    """A script that has been said: where its sound is and how long each piece came out."""

    voice: str
    """Name of the chain's entry that spoke, such as ``espeak`` or ``espeak:vi-vn-x-south``."""

    identity: str
    """The engine's full identity."""

    rate: Hertz
    keys: tuple[str, ...]
    """Address of each segment's sound in the cache, in the script's order."""

    lengths: tuple[Samples, ...]
    """Length of each segment's sound, without its pause."""

    made: int
    """How many segments the engine was asked for; the others came from the cache."""

    refused: Mapping[str, str] = field(default_factory=dict)
    """Voices earlier in the chain that failed, with the reason as a sentence in English."""


def narrate(script: Script, engine: Engine, cache: SegmentCache, voice: str, progress: Callable[[int, int], None]) -> Narration:
    """Say every segment of a script.

    Args:
        script: what to say.
        engine: who says it.
        cache: asked first, and given what was made. Its sound is trimmed, faded and checked.
        voice: what to call the engine in errors and records.
        progress: told how many of how many segments are done.

    Raises:
        SpeechFailed: the engine could not say a segment. What was said before stays in the cache.
    """
    keys: list[str] = []
    lengths: list[Samples] = []
    made = 0
    rate: Hertz | None = None
    for place, segment in enumerate(script.segments, start=1):
        key = segment_key(engine.identity, segment.spoken)
        pcm = cache.get(key)
        if pcm is None or rate not in {None, pcm.rate}:
            pcm = faded(_said(segment.spoken, engine, voice))
            cache.put(key, pcm)
            made += 1
        rate = pcm.rate
        keys.append(key)
        lengths.append(Samples(len(pcm)))
        progress(place, len(script.segments))
    if rate is None:
        raise SpeechFailed("speech.no_sound", engine=voice, text="")
    return Narration(voice=voice, identity=engine.identity, rate=rate, keys=tuple(keys), lengths=tuple(lengths), made=made)


class VoiceChain:
    """A show's voices in order of preference. An episode is read by one of them, never by two.

    A voice that could not be reached is not tried again by the same chain: the next article of a run
    does not wait for it anew.
    """

    def __init__(self, voices: Sequence[str], engine_of: Callable[[str], Engine]) -> None:
        """Make a chain.

        Args:
            voices: names, best first, at least one.
            engine_of: makes the engine of a name; called at most once a name.
        """
        self._voices = tuple(voices)
        self._engine_of = engine_of
        self._engines: dict[str, Engine] = {}
        self._failed: dict[str, str] = {}

    @property
    def voices(self) -> tuple[str, ...]:
        """Give the names in order."""
        return self._voices

    def narrate(self, script: Script, cache: SegmentCache, progress: Callable[[int, int], None]) -> Narration:
        """Say a script in the first voice that can say all of it.

        Raises:
            SpeechFailed: none can; the reason of the last one is in it.
        """
        refused = dict(self._failed)
        for voice in self._voices:
            if voice in self._failed:
                continue
            try:
                narration = narrate(script, self._engine(voice), cache, voice, progress)
            except SpeechFailed as error:
                refused[voice] = str(error)
                if isinstance(error, EngineUnavailable) and not isinstance(error, UtteranceSpoilt):
                    # Down, not only at odds with this text: the next article of the run need not wait for it.
                    self._failed[voice] = str(error)
            else:
                return replace(narration, refused=refused)
        self._failed.clear()
        raise SpeechFailed("speech.all_failed", engines=", ".join(self._voices), reason=list(refused.values())[-1])

    def _engine(self, voice: str) -> Engine:
        if voice not in self._engines:
            self._engines[voice] = self._engine_of(voice)
        return self._engines[voice]


def _said(spoken: str, engine: Engine, voice: str) -> Pcm:
    pieces: list[Pcm] = []
    for clause in clauses(spoken, engine.longest):
        pcm = checked(trimmed(engine.speak(clause)), clause, voice)
        if pieces:
            pieces.append(silence(samples_in(_CLAUSE_PAUSE, pcm.rate), pcm.rate))
        pieces.append(pcm)
    return joined(pieces, pieces[0].rate)
