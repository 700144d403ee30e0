"""Voices: how they are made, and how often they may be asked."""

import atexit
import contextlib
import random
import time
from collections.abc import Callable
from functools import cache, partial
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from audiopub.adapters.memory import MemoryTurns
from audiopub.bootstrap.shared import database, has_database
from audiopub.config import Settings, Show, VoiceTable
from audiopub.errors import AudiopubError
from audiopub.script import SegmentKind
from audiopub.speech import Engine, EngineSettings, SecondVoice, Voice, VoiceChain
from audiopub.speech.pacing import Bounded, Checked, Paced, Retrying
from audiopub.speech.registry import engine_class, engine_names, voice_of
from audiopub.speech.turns import TurnsOf, Went, gap_of

if TYPE_CHECKING:
    from audiopub.adapters.sql import Database
    from audiopub.adapters.sql.counters import Counters

_PATIENCE = 6
"""Times the time limit of one silence that a whole answer may take."""


def turns_of(settings: Settings) -> TurnsOf:
    """Give the turns of engines: those that all workers share, where there is a database; else those of whoever is given them."""
    if not has_database(settings):
        return memory_turns(settings)
    from audiopub.adapters.sql.turns import SqlTurns

    return lambda name: SqlTurns(database(settings), name, gap_of(settings.requests_a_second))


def memory_turns(settings: Settings) -> TurnsOf:
    """Give turns that only those share who are given them."""
    began = time.time() - time.monotonic()
    return cache(lambda _name: MemoryTurns(lambda: began + time.monotonic(), gap_of(settings.requests_a_second)))


def counters(settings: Settings) -> "Counters":
    """Give the numbers that only grow; what was added is written every second, and when the program ends."""
    return _counters(database(settings))


@cache
def _counters(where: "Database") -> "Counters":
    from audiopub.adapters.sql.counters import Counters

    made = Counters(where)
    atexit.register(_written, made)
    return made


def _written(made: "Counters") -> None:
    with contextlib.suppress(AudiopubError):
        made.flush()


Count = Callable[[str, Went], None]
"""Told the name of an engine and how a request to it went."""


def counting(settings: Settings) -> Count:
    """Give what counts requests to voices, where there is something to count into."""
    if not has_database(settings):
        return _not_counted
    return lambda name, went: counters(settings).add("tts_requests", f"{name}:{went}")


def _not_counted(_name: str, _went: Went) -> None:
    """Count nothing, where there is nothing to count into."""


_USUAL = VoiceTable()


def engine(name: str, settings: Settings, wanted: VoiceTable = _USUAL, turns: TurnsOf | None = None, count: Count = _not_counted) -> Engine:
    """Make an engine from what a show file writes: ``espeak`` or ``espeak:vi-vn-x-south``.

    Args:
        name: of the engine and, behind a colon, of its voice.
        settings: limits, folders, and what the environment sets for engines.
        wanted: the show's accent, pace and options.
        turns: of engines that are online; None for turns of its own.
        count: told of each request to an engine that is online.

    Raises:
        EngineUnknown: no such engine or voice.
        ConfigInvalid: a setting cannot be used.
    """
    kind, _, voice = name.partition(":")
    found = engine_class(kind)
    chosen = _engine_settings(kind, settings, wanted)
    made = found(voice or voice_of(found, wanted.accent), chosen)
    if not found.online:
        return made
    bounded = Bounded(made, seconds=_PATIENCE * settings.request_timeout, name=name)
    own = (turns or memory_turns(settings))(_limited(kind, chosen))
    paced = Paced(bounded, own, sleep=time.sleep, service=getattr(made, "service", kind), count=partial(count, kind))
    return Retrying(Checked(paced, name), sleep=time.sleep, jitter=random.Random())  # noqa: S311  not for secrets


def _limited(kind: str, settings: EngineSettings) -> str:
    """Name what a limit is for: an engine, or one of the servers that it may ask."""
    host = urlsplit(settings.options.get("url", "")).netloc.rpartition("@")[2]
    return f"{kind} {host}" if host else kind


def _engine_settings(kind: str, settings: Settings, wanted: VoiceTable = _USUAL) -> EngineSettings:
    options = {name: str(value) for name, value in wanted.options.get(kind, {}).items()} | dict(settings.engines.get(kind, {}))
    return EngineSettings(speed=wanted.speed, timeout=settings.request_timeout, options=options, models=str(settings.voices))


def all_voices(settings: Settings) -> tuple[Voice, ...]:
    """List every voice of every engine that can be used here."""
    return tuple(voice for name in engine_names() for voice in engine_class(name).voices(_engine_settings(name, settings)))


def chain(show: Show, settings: Settings, voices: tuple[str, ...], *, patient: bool) -> VoiceChain:
    """Make the voices of a show, best first."""
    table = show.file.voice
    second = SecondVoice(voice=table.second, kinds=frozenset(map(SegmentKind, table.second_for))) if table.second and not voices else None
    engine_of = partial(engine, settings=settings, wanted=table, turns=turns_of(settings), count=counting(settings))
    return VoiceChain(voices or tuple(table.chain), engine_of, second, patient=patient, clock=time.monotonic)
