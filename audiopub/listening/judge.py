"""Judge every sentence of an episode, and the episode as a whole.

Source of the thresholds: twenty clean episodes in espeak's three voices and fifteen kinds of planted faults, through MP3
(benchmarks/listening.py prints what they give); twenty further clean episodes were not looked at before.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from audiopub.audio import Pcm, resampled
from audiopub.audio.pcm import FULL_SCALE, from_floats
from audiopub.listening.calibration import Calibration, decoys, odds
from audiopub.listening.ctc import likelihoods
from audiopub.listening.mel import likeness
from audiopub.listening.recogniser import RATE, Recogniser
from audiopub.listening.sound import FRAMES_A_SECOND, longest, loud, voiced
from audiopub.units import Hertz, Milliseconds, Samples, samples_in

_EDGE = Milliseconds(60)
_LEAST_LOUD = 0.2
_LONGEST_QUIET = 1.2
_DEAD_AIR = 2.5
_SLACK, _SLACK_SECONDS, _SLACK_MORE = 0.36, 0.45, 0.12
_SHORT = 6
_OWN, _OWN_SHORT, _HALF = 0.4, 0.12, 0.15
"""Shares of the voice's usual odds under which a sentence, a short one, and half of one are not what they should be."""

_LONG = 8
_HALF_DECOYS, _RIVAL_DECOYS = 8, 6
_RIVAL = 6.0
"""Nats by which another text of the episode may be likelier."""

_NEIGHBOURS = 40
_ALIKE, _APART, _LENGTHS = 0.90, 1.2, 0.25
_FULL, _FULL_RUN, _FULL_MANY = 0.999, 3, 20
_TOO_SHORT, _TOO_LONG = 0.1, 3.0
_OTHER_LANGUAGE = 0.5
_AT_ONCE = 10
"""Seconds of an episode that are looked at together."""


class Fault(StrEnum):
    """What is wrong with a sentence, or with an episode."""

    SILENT = "silent"
    GAP = "gap"
    PACE = "pace"
    OTHER_WORDS = "other_words"
    HALF = "half"
    SWAPPED = "swapped"
    UNLIKE = "unlike"
    DEAD_AIR = "dead_air"
    CLIPPING = "clipping"
    TOO_SHORT = "too_short"
    TOO_LONG = "too_long"
    LANGUAGE = "language"


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A sentence in its place."""

    start: Samples
    length: Samples
    spoken: str
    voice: str
    key: str = ""
    """Address of the sound that it was made from."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What was heard of one sentence."""

    line: Line
    odds: float
    """By how much it is likelier than other texts of its length, as a share of what the voice usually reaches: 1 is usual, 0 is any text."""

    pace: float
    """How long it lasts, as a share of what it should."""

    faults: tuple[Fault, ...]
    rival: int | None = None
    """Number of the sentence that is heard in its place."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """What was heard of an episode."""

    findings: tuple[Finding, ...]
    faults: tuple[Fault, ...]
    """Of the episode as a whole."""

    @property
    def suspects(self) -> tuple[Finding, ...]:
        """Give the sentences that somebody should listen to."""
        return tuple(finding for finding in self.findings if finding.faults)

    @property
    def clean(self) -> bool:
        """Tell whether nothing is wrong."""
        return not self.suspects and not self.faults


SoundOf = Callable[[Line], Pcm | None]
"""Gives the sound that a sentence was made from, where it is still to be had."""


def listen(
    recogniser: Recogniser, voices: Mapping[str, Calibration], audio: Pcm, lines: Sequence[Line], sound_of: SoundOf = lambda _line: None,
    progress: Callable[[int, int], None] = lambda _done, _of: None,
) -> Heard:  # fmt: skip
    """Listen to an episode.

    Args:
        recogniser: who listens.
        voices: what it makes of each voice usually, by the name that the lines have.
        audio: the whole episode; its samples may lie in a file (numpy.memmap), since they are read a sentence at a time.
        lines: the sentences in order.
        sound_of: what each was made from; compared with what is heard.
        progress: told how many of how many sentences were heard.
    """
    ear = _Ear(recogniser, voices, lines, sound_of)
    edge = samples_in(_EDGE, audio.rate)
    findings: list[Finding] = []
    for number, line in enumerate(lines):
        cut = _floats(audio.samples[max(0, line.start - edge) : line.start + line.length + edge])
        findings.append(ear.judged(number, line, cut, audio.rate))
        progress(number + 1, len(lines))
    return Heard(findings=tuple(findings), faults=tuple(_whole(findings, _watched(audio), lines, audio.rate)))


def _floats(samples: NDArray[np.int16]) -> NDArray[np.float32]:
    return np.asarray(samples, dtype=np.float32) / np.float32(FULL_SCALE)


def _watched(audio: Pcm) -> "_Watch":
    watch = _Watch(audio.rate)
    step = audio.rate // FRAMES_A_SECOND * FRAMES_A_SECOND * _AT_ONCE
    for start in range(0, len(audio), step):
        watch.see(_floats(audio.samples[start : start + step]))
    return watch


class _Watch:
    """Follows an episode for what can be told without its words."""

    def __init__(self, rate: Hertz) -> None:
        self._rate = rate
        self.samples = self.full = self.full_run = self.quiet = self._trailing = 0

    def see(self, sound: NDArray[np.float32]) -> None:
        self.samples += len(sound)
        top = np.abs(sound) >= _FULL
        self.full += int(top.sum())
        self.full_run = max(self.full_run, longest(top))
        quiet = ~loud(sound, self._rate)
        if quiet.all():
            self._trailing += len(quiet)
            self.quiet = max(self.quiet, self._trailing)
            return
        self.quiet = max(self.quiet, self._trailing + int(np.argmin(quiet)), longest(quiet))
        self._trailing = int(np.argmin(quiet[::-1]))


def _whole(findings: Sequence[Finding], watch: _Watch, lines: Sequence[Line], rate: Hertz) -> Iterator[Fault]:
    end = lines[-1].start + lines[-1].length if lines else 0
    if watch.quiet / FRAMES_A_SECOND > _DEAD_AIR:
        yield Fault.DEAD_AIR
    if watch.full_run >= _FULL_RUN and watch.full >= _FULL_MANY:
        yield Fault.CLIPPING
    if watch.samples < end - _TOO_SHORT * rate:
        yield Fault.TOO_SHORT
    if watch.samples > end + _TOO_LONG * rate:
        yield Fault.TOO_LONG
    heard = [finding.odds for finding in findings if Fault.SILENT not in finding.faults]
    if lines and (not heard or float(np.median(heard)) < _OTHER_LANGUAGE):
        yield Fault.LANGUAGE


class _Ear:
    def __init__(self, recogniser: Recogniser, voices: Mapping[str, Calibration], lines: Sequence[Line], sound_of: SoundOf) -> None:
        self._recogniser, self._voices, self._sound_of = recogniser, voices, sound_of
        self._texts = [recogniser.units(line.spoken) for line in lines]

    def judged(self, number: int, line: Line, cut: NDArray[np.float32], rate: Hertz) -> Finding:
        units = self._texts[number]
        quiet, seconds = voiced(cut, rate)
        voice = self._voices[line.voice]
        expected = voice.seconds(len(units))
        audible = loud(cut, rate)
        if len(audible) == 0 or audible.mean() < _LEAST_LOUD:
            return Finding(line=line, odds=0.0, pace=seconds / expected, faults=(Fault.SILENT,))
        faults: list[Fault] = [Fault.GAP] if quiet > _LONGEST_QUIET else []
        if units and abs(seconds / expected - 1) > max(_SLACK, _SLACK_SECONDS / expected + _SLACK_MORE):
            faults.append(Fault.PACE)
        sound = resampled(from_floats(cut, rate), RATE).floats
        reached, rival = self._words(number, voice, sound, faults) if units else (1.0, None)
        faults += self._unlike(line, sound)
        return Finding(line=line, odds=reached, pace=seconds / expected, faults=tuple(faults), rival=rival)

    def _words(self, number: int, voice: Calibration, sound: NDArray[np.float32], faults: list[Fault]) -> tuple[float, int | None]:
        units = self._texts[number]
        heard = voice.weighed(self._recogniser.hear(sound))
        reached, own, others = odds(heard, units, voice.pool, number)
        if reached < voice.usual * (_OWN_SHORT if len(units) < _SHORT else _OWN):
            faults.append(Fault.OTHER_WORDS)
        rival = self._rival(number, voice, heard, own - others)
        if rival is not None:
            faults.append(Fault.SWAPPED)
        if len(units) >= _LONG and min(_halves(number, units, voice, heard, own)) < voice.usual * _HALF:
            faults.append(Fault.HALF)
        return reached / voice.usual, rival

    def _rival(self, number: int, voice: Calibration, heard: NDArray[np.float32], own: float) -> int | None:
        """Find another text of the episode that is likelier in this place, each against decoys of its own length."""
        units = self._texts[number]
        near = [
            place for place in range(max(0, number - _NEIGHBOURS), min(len(self._texts), number + _NEIGHBOURS + 1))
            if self._texts[place] and self._texts[place] != units and 0.6 < (len(self._texts[place]) + 2) / (len(units) + 2) < 1.67  # noqa: PLR2004
        ]  # fmt: skip
        if not near:
            return None
        against = [decoy for place in near for decoy in decoys(voice.pool, len(self._texts[place]), _RIVAL_DECOYS, place)]
        found = likelihoods(heard, [*(self._texts[place] for place in near), *against])
        gains = found[: len(near)] - found[len(near) :].reshape(-1, _RIVAL_DECOYS).mean(axis=1)
        best = int(gains.argmax())
        return near[best] if gains[best] - own > _RIVAL else None

    def _unlike(self, line: Line, sound: NDArray[np.float32]) -> list[Fault]:
        """Compare with the sound that the sentence was made from."""
        source = self._sound_of(line)
        if source is None:
            return []
        made = np.pad(resampled(source, RATE).floats, samples_in(_EDGE, RATE))
        whole, part = likeness(sound, made)
        apart = abs(len(sound) - len(made)) / RATE
        return [Fault.UNLIKE] if whole < _ALIKE or part > _APART or apart > _LENGTHS else []


def _halves(number: int, units: tuple[int, ...], voice: Calibration, heard: NDArray[np.float32], own: float) -> tuple[float, float]:
    """Give the odds of each half by itself: other words stand in its place."""
    half = len(units) // 2
    first = likelihoods(heard, [decoy + units[half:] for decoy in decoys(voice.pool, half, _HALF_DECOYS, number)])
    last = likelihoods(heard, [units[:half] + decoy for decoy in decoys(voice.pool, len(units) - half, _HALF_DECOYS, number)])
    return float((own - first.mean()) / half), float((own - last.mean()) / (len(units) - half))
