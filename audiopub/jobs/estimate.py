"""What a night would cost, before anything is spoken: letters, requests, minutes of audio, time."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from audiopub.jobs.wording import number, span
from audiopub.messages import Language, message
from audiopub.script import Script
from audiopub.speech import SegmentCache
from audiopub.speech.cache import segment_key
from audiopub.units import milliseconds_in
from audiopub.vietnamese import clauses

_AUDIO_PACE = 17.5
"""Characters that a voice says in a second of audio."""

_USUAL_PACE = 60.0
"""Characters that are spoken in a second of waiting, where nothing was measured yet: a slow online voice."""

_ENCODING = 0.01
"""Seconds of work that a second of audio costs besides speaking."""

_ENOUGH = 5000
"""Characters from which on a past speed is worth more than the usual one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Speaker:
    """What has to be known of a voice to tell what it would be asked."""

    name: str
    """As in the show's chain."""

    identity: str
    """The engine's; empty where it cannot be reached, so that nothing is known to be in the cache."""

    longest: int
    """Characters of one request."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Utterance:
    """One segment that would be said."""

    key: str
    """Address of its sound; a sentence that several articles share is spoken once."""

    characters: int
    requests: int
    pause_ms: int
    known_ms: int | None = None
    """Length of its sound where it is in the cache."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How quickly a voice was spoken with."""

    characters_a_second: float
    is_measured: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """What some articles would cost."""

    voice: str
    articles: int
    characters: int
    """To be spoken; without what is in the cache."""

    all_characters: int
    requests: int
    audio_ms: int
    wall_ms: int
    characters_a_second: float
    is_measured: bool
    """Whether the time follows from what was measured here, rather than from a usual speed."""


def utterances(script: Script, speaker: Speaker, cache: SegmentCache) -> tuple[Utterance, ...]:
    """Give what would be said of an article, and how much of it is in the cache."""
    return tuple(_utterances(script, speaker, cache))


def _utterances(script: Script, speaker: Speaker, cache: SegmentCache) -> Iterator[Utterance]:
    for segment in script.segments:
        key = segment_key(speaker.identity, segment.spoken)
        known = cache.glance(key) if speaker.identity else None
        yield Utterance(
            key=key, characters=len(segment.spoken), requests=sum(1 for _ in clauses(segment.spoken, speaker.longest)), pause_ms=segment.pause_after,
            known_ms=milliseconds_in(known.length, known.rate) if known else None,
        )  # fmt: skip


def pace(voice: str, counters: Mapping[tuple[str, str], float]) -> Pace:
    """Give a voice's past speed: all it spoke through all the time that took.

    Args:
        voice: its name.
        counters: values by name and label; ``spoken_characters`` and ``speaking_seconds`` are used.
    """
    characters, seconds = counters.get(("spoken_characters", voice), 0.0), counters.get(("speaking_seconds", voice), 0.0)
    if characters < _ENOUGH or seconds <= 0:
        return Pace(characters_a_second=_USUAL_PACE, is_measured=False)
    return Pace(characters_a_second=characters / seconds, is_measured=True)


def estimate(articles: Iterable[tuple[Utterance, ...]], speaker: Speaker, speed: Pace, *, side_by_side: int = 1, requests_a_second: float = 0.0) -> Estimate:
    """Add up what articles would cost.

    Args:
        articles: what :func:`utterances` gave, one an article.
        speaker: who would say it.
        speed: its pace.
        side_by_side: articles that are spoken at the same time.
        requests_a_second: the most that the voice may be asked, whoever asks; 0 for any number.
    """
    found = list(articles)
    every = [utterance for article in found for utterance in article]
    missing = list({utterance.key: utterance for utterance in every if utterance.known_ms is None}.values())
    characters, requests = sum(utterance.characters for utterance in missing), sum(utterance.requests for utterance in missing)
    audio = sum(_length(utterance) + utterance.pause_ms for utterance in every)
    speaking = characters / speed.characters_a_second / side_by_side
    if requests_a_second:
        speaking = max(speaking, requests / requests_a_second)
    return Estimate(
        voice=speaker.name, articles=len(found), characters=characters, all_characters=sum(utterance.characters for utterance in every), requests=requests,
        audio_ms=round(audio), wall_ms=round(speaking * 1000 + audio * _ENCODING / side_by_side), characters_a_second=round(speed.characters_a_second, 1),
        is_measured=speed.is_measured,
    )  # fmt: skip


def _length(utterance: Utterance) -> float:
    return utterance.known_ms if utterance.known_ms is not None else utterance.characters * 1000 / _AUDIO_PACE


def plain(found: Estimate) -> dict[str, Any]:
    """Give an estimate as values that JSON has."""
    return asdict(found)


def text(found: Estimate, language: Language) -> str:
    """Tell an estimate in a few lines that end with a newline."""
    said = found.all_characters - found.characters
    share = said * 100 // found.all_characters if found.all_characters else 0
    pace_key = "estimate.measured" if found.is_measured else "estimate.usual"
    lines = (
        message("estimate.total", language, articles=number(found.articles, language), audio=span(found.audio_ms, language), wall=span(found.wall_ms, language)),
        message("estimate.speaking", language, characters=number(found.characters, language), requests=number(found.requests, language), voice=found.voice, share=share),
        message(pace_key, language, pace=number(round(found.characters_a_second), language)),
    )
    return "\n".join(lines) + "\n"
