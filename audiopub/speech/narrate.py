"""Say a whole script in one voice, from the cache where it can, and fall back to the next voice as a whole."""

import threading
from array import array
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field, replace

from audiopub.audio import Mark, Pcm, faded, joined, levels_of, resampled, silence, trimmed
from audiopub.audio.pcm import shifted
from audiopub.errors import EngineThrottled, EngineUnavailable, SpeechFailed, UtteranceSpoilt
from audiopub.script import Script, Segment, SegmentKind
from audiopub.speech.cache import SegmentCache, Take, segment_key
from audiopub.speech.check import checked
from audiopub.speech.engine import Engine
from audiopub.units import Hertz, Milliseconds, Samples, samples_in
from audiopub.vietnamese import clauses

_CLAUSE_PAUSE = Milliseconds(120)
"""Between the pieces of an utterance that was too long for one request."""

_AHEAD = 2
"""Segments that wait for each worker, so that none stands idle and little is held."""

_REST = 300.0
"""Seconds for which a voice that could not be reached is not asked again."""

Progress = Callable[[int, int], None]
"""Told how many of how many segments are done."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Narration:
    """A script that has been said: where its sound is and how long each piece came out."""

    voice: str
    """Name of the chain's entry that spoke, such as ``espeak`` or ``espeak:vi-vn-x-south``."""

    identity: str
    """The engine's full identity; those of both voices where two spoke."""

    rate: Hertz
    keys: tuple[str, ...]
    """Address of each segment's sound in the cache, in the script's order."""

    lengths: tuple[Samples, ...]
    """Length of each segment's sound, without its pause."""

    voices: tuple[str, ...]
    """Name of the voice that says each segment."""

    marks: tuple[Sequence[int], ...]
    """Where the voice says each segment's words: sample and place in the spoken text by turns, packed; empty where it does not tell."""

    made: int
    """How many segments the engine was asked for; the others came from the cache."""

    refused: Mapping[str, str] = field(default_factory=dict)
    """Voices earlier in the chain that failed, with the reason as a sentence in English."""


@dataclass(frozen=True, slots=True)
class _Sound:
    """What is kept of every segment while a script is read; of ten hours there are thousands."""

    rate: Hertz
    length: Samples
    marks: "array[int]"

    @classmethod
    def of(cls, rate: Hertz, length: Samples, marks: Iterable[Mark]) -> "_Sound":
        return cls(rate, length, array("q", [number for mark in marks for number in (mark.at, mark.place)]))


def narrate(script: Script, engine: Engine, cache: SegmentCache, voice: str, progress: Progress, rate: Hertz | None = None) -> Narration:
    """Say every segment of a script, as many at a time as the engine bears.

    Args:
        script: what to say.
        engine: who says it.
        cache: asked first, and given what was made. Its sound is trimmed, faded and checked.
        voice: what to call the engine in errors and records.
        progress: told how many of how many segments are done.
        rate: the sample rate wanted; None for the engine's own.

    Raises:
        SpeechFailed: the engine could not say a segment. What was said before stays in the cache.
    """
    booth = _Booth(engine, cache, voice, rate)
    keys = [segment_key(engine.identity, segment.spoken, rate) for segment in script.segments]
    sounds: list[_Sound] = []
    for sound in _in_order(booth, [(key, segment.spoken) for key, segment in zip(keys, script.segments, strict=True)], engine.parallel):
        sounds.append(sound)
        progress(len(sounds), len(keys))
    if not sounds:
        raise SpeechFailed("speech.no_sound", engine=voice, text="")
    _agree(sounds, booth, list(zip(keys, (segment.spoken for segment in script.segments), strict=True)))
    return Narration(
        voice=voice, identity=engine.identity, rate=sounds[-1].rate, keys=tuple(keys), lengths=tuple(sound.length for sound in sounds),
        voices=(voice,) * len(keys), marks=tuple(sound.marks for sound in sounds), made=booth.made,
    )  # fmt: skip


class _Booth:
    """Where one voice speaks: gives a segment from the cache, or says it and keeps it. Two threads that want one segment say it once."""

    def __init__(self, engine: Engine, cache: SegmentCache, voice: str, rate: Hertz | None) -> None:
        self._engine, self._cache, self.voice, self._rate = engine, cache, voice, rate
        self._lock = threading.Lock()
        self._saying: dict[str, threading.Lock] = {}
        self.made = 0

    def sound(self, wanted: tuple[str, str]) -> _Sound:
        key, spoken = wanted
        with self._lock:
            saying = self._saying.setdefault(key, threading.Lock())
        with saying:
            return self.known(key) or self.say(key, spoken)

    def known(self, key: str) -> _Sound | None:
        known = self._cache.glance(key)
        return _Sound.of(known.rate, known.length, known.marks) if known else None

    def say(self, key: str, spoken: str) -> _Sound:
        pcm = faded(_said(spoken, self._engine, self.voice))
        if self._rate is not None:
            pcm = resampled(pcm, self._rate)
        take = Take(pcm=pcm, levels=levels_of(pcm))
        self._cache.put(key, take)
        with self._lock:
            self.made += 1
        return _Sound.of(pcm.rate, Samples(len(pcm)), pcm.marks)


def _agree(sounds: list[_Sound], booth: _Booth, wanted: Sequence[tuple[str, str]]) -> None:
    """Say again what is kept at another sample rate than the rest: an online voice may have changed its own."""
    rates = {sound.rate for sound in sounds}
    if len(rates) == 1:
        return
    for place, (key, spoken) in enumerate(wanted):
        sounds[place] = booth.say(key, spoken)
    if len({sound.rate for sound in sounds}) > 1:
        raise EngineUnavailable("speech.unavailable", engine=booth.voice, reason="its sample rate keeps changing")


def _in_order(booth: "_Booth", wanted: Sequence[tuple[str, str]], workers: int) -> Iterator[_Sound]:
    """Have several segments said at a time and give the results in order; after a failure nothing more is begun."""
    if workers <= 1:
        yield from (booth.sound(one) for one in wanted)
        return
    waiting: deque[Future[_Sound]] = deque()
    with ThreadPoolExecutor(workers, thread_name_prefix="speech") as pool:
        try:
            for one in wanted:
                known = booth.known(one[0]) if all(future.done() for future in waiting) else None
                waiting.append(_ready(known) if known else pool.submit(booth.sound, one))
                while waiting and (len(waiting) > workers * _AHEAD or waiting[0].done()):
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        finally:
            pool.shutdown(wait=True, cancel_futures=True)


def _ready(sound: _Sound) -> Future[_Sound]:
    future: Future[_Sound] = Future()
    future.set_result(sound)
    return future


@dataclass(frozen=True, slots=True)
class _Failed:
    """A voice that could not be reached: why, and until when it is left alone."""

    reason: str
    until: float


@dataclass(frozen=True, slots=True, kw_only=True)
class SecondVoice:
    """A voice of its own for some kinds of segments: the questions of an interview, say."""

    voice: str
    kinds: frozenset[SegmentKind]


class VoiceChain:
    """A show's voices in order of preference. An episode is read by one of them; by two only where the show names a second voice.

    A voice that could not be reached is not asked by the same chain for a while: the next article of a run does not wait for it anew.
    """

    def __init__(
        self,
        voices: Sequence[str],
        engine_of: Callable[[str], Engine],
        second: SecondVoice | None = None,
        *,
        patient: bool = False,
        clock: Callable[[], float] = lambda: 0.0,
    ) -> None:
        """Make a chain.

        Args:
            voices: names, best first, at least one.
            engine_of: makes the engine of a name; called at most once a name.
            second: says some kinds of segments; where it fails the chain's voice says them too.
            patient: a voice that may be asked again at a known moment is waited for, by whoever calls: it is no occasion for the next voice.
            clock: seconds that never go back; where none is given, a voice that failed is left alone for as long as the chain lives.
        """
        self._voices = tuple(voices)
        self._second = second
        self._patient, self._clock = patient, clock
        self._lock = threading.Lock()
        self._engine_of = engine_of
        self._engines: dict[str, Engine] = {}
        self._failed: dict[str, _Failed] = {}

    @property
    def voices(self) -> tuple[str, ...]:
        """Give the names in order."""
        return self._voices

    @property
    def identities(self) -> tuple[str, ...]:
        """Give what :attr:`Narration.identity` is when the first voice reads; empty where it cannot be reached now."""
        try:
            names = [self._voices[0], *([self._second.voice] if self._second else [])]
            return tuple(self._engine(name).identity for name in names)
        except SpeechFailed:
            return ()

    def narrate(self, script: Script, cache: SegmentCache, progress: Progress) -> Narration:
        """Say a script in the first voice that can say all of it, the second voice's part in the second.

        Raises:
            EngineThrottled: the chain is patient, and a voice that is to read may not be asked yet. What was said before is in the cache.
            SpeechFailed: none can; the reason of the last one is in it.
        """
        second = self._second
        if second is None or not any(segment.kind in second.kinds for segment in script.segments):
            return self._in_one_voice(script, cache, progress)
        own = [segment for segment in script.segments if segment.kind not in second.kinds]
        main = self._in_one_voice(replace(script, segments=tuple(own)), cache, progress)
        other = [segment for segment in script.segments if segment.kind in second.kinds]
        try:
            engine = self._engine(second.voice)
            beside = narrate(replace(script, segments=tuple(other)), engine, cache, second.voice, progress, main.rate)
        except SpeechFailed as error:
            self._let_wait(error)
            whole = self._in_one_voice(script, cache, progress)
            return replace(whole, refused={**whole.refused, second.voice: str(error)})
        return _woven(script.segments, main, beside, second.kinds)

    def _in_one_voice(self, script: Script, cache: SegmentCache, progress: Progress) -> Narration:
        failed = self._still_failed()
        refused = {voice: failure.reason for voice, failure in failed.items()}
        for voice in self._voices:
            if voice in failed:
                continue
            try:
                narration = narrate(script, self._engine(voice), cache, voice, progress)
            except SpeechFailed as error:
                self._let_wait(error)
                refused[voice] = str(error)
                if isinstance(error, EngineUnavailable) and not isinstance(error, UtteranceSpoilt):
                    self._leave(voice, error)
            else:
                return replace(narration, refused=refused)
        with self._lock:
            self._failed.clear()
        raise SpeechFailed("speech.all_failed", engines=", ".join(self._voices), reason=list(refused.values())[-1])

    def _let_wait(self, error: SpeechFailed) -> None:
        """Raise what the caller of a patient chain is to wait for."""
        if self._patient and isinstance(error, EngineThrottled):
            raise error

    def _leave(self, voice: str, error: EngineUnavailable) -> None:
        """Note a voice that is down, not only at odds with one text: the next article need not wait for it."""
        rest = error.wait / 1000 if isinstance(error, EngineThrottled) and error.wait is not None else _REST
        with self._lock:
            self._failed[voice] = _Failed(str(error), self._clock() + rest)

    def _still_failed(self) -> dict[str, "_Failed"]:
        """Give the voices that are to be left alone, and forget the others."""
        now = self._clock()
        with self._lock:
            self._failed = {voice: failure for voice, failure in self._failed.items() if failure.until > now}
            return dict(self._failed)

    def _engine(self, voice: str) -> Engine:
        with self._lock:
            if voice not in self._engines:
                self._engines[voice] = self._engine_of(voice)
            return self._engines[voice]


def _woven(segments: Sequence[Segment], main: Narration, beside: Narration, kinds: frozenset[SegmentKind]) -> Narration:
    """Put what two voices said into the script's order."""
    places = {True: 0, False: 0}
    rows: list[tuple[str, Samples, str, Sequence[int]]] = []
    for segment in segments:
        seconds = segment.kind in kinds
        told, place = (beside if seconds else main), places[seconds]
        rows.append((told.keys[place], told.lengths[place], told.voices[place], told.marks[place]))
        places[seconds] += 1
    return replace(
        main, identity=f"{main.identity} + {beside.identity}", keys=tuple(row[0] for row in rows), lengths=tuple(row[1] for row in rows),
        voices=tuple(row[2] for row in rows), marks=tuple(row[3] for row in rows), made=main.made + beside.made,
    )  # fmt: skip


def _said(spoken: str, engine: Engine, voice: str) -> Pcm:
    pieces: list[Pcm] = []
    place = 0
    for clause in clauses(spoken, engine.longest):
        pcm = checked(trimmed(engine.speak(clause)), clause, voice)
        place = max(place, spoken.find(clause, place))
        if pieces:
            pieces.append(silence(samples_in(_CLAUSE_PAUSE, pcm.rate), pcm.rate))
        pieces.append(shifted(pcm, place))
        place += len(clause)
    return joined(pieces, pieces[0].rate)
