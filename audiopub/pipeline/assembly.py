"""An episode put together: the voices' sounds and the show's own, laid out in time and levelled."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TypeVar

from audiopub.audio import Levels, Mark, Pcm, levels_of
from audiopub.episode import Bed, Chapter, Master, Row, Run, Timeline, Voiced, beds, chapters, mastered, placed, runs
from audiopub.episode.bed import UNDER
from audiopub.errors import EngineUnavailable
from audiopub.pipeline.studio import RECIPE, Jingles, Studio
from audiopub.publish.model import Episode
from audiopub.script import Script, Segment, SegmentKind
from audiopub.speech import Glance, Narration, SegmentCache, Take
from audiopub.units import Decibels, Lufs, Milliseconds, Samples

_OPENING = "Mở đầu"
"""Title of the chapter before the first heading."""

_FEW = 0.02
"""Share of an episode's segments that may be new without its loudness being worked out again: it cannot move by a tenth of a unit."""

_JINGLE_PAUSE = Milliseconds(400)
_EARCON_PAUSE = Milliseconds(250)

_Sound = TypeVar("_Sound", Take, Glance)


class SoundLost(EngineUnavailable):
    """A segment's sound was gone, or damaged, when it was to be joined."""

    made = 0
    """Segments that were spoken before it was noticed."""

    keys: tuple[str, ...] = ()
    """Of all the episode's sounds."""


@dataclass(frozen=True, slots=True)
class Assembly:
    """An episode as it will sound."""

    timeline: Timeline
    master: Master
    runs: tuple[Run, ...]
    chapters: tuple[Chapter, ...]
    shelf: "Shelf"


def assembled(studio: Studio, script: Script, narration: Narration, former: bytes | None, links: Mapping[int, str]) -> Assembly:
    """Put an episode together.

    Args:
        studio: the show.
        script: what is said.
        narration: its sounds.
        former: the record of the published revision, whose level is kept where nearly all sounds are the same; None where there is none.
        links: addresses of chapters' own pages, by section.

    Raises:
        SoundLost: a sound is no longer in the cache.
    """
    jingles = studio.jingles(narration.rate)
    timeline, own = _laid_out(studio, script, narration, jingles)
    shelf = Shelf(studio.cache, own, narration)
    music = beds(timeline, jingles.bed)
    master = _master(former, timeline, shelf, music)
    return Assembly(timeline, master, runs(timeline, shelf.take, master, music), chapters(timeline, script, _OPENING, links), shelf)


class Shelf:
    """The sounds of an episode's rows: those of the voices from the cache, the show's own from memory."""

    def __init__(self, cache: SegmentCache, own: Mapping[str, Take], narration: Narration) -> None:
        """Know where each sound is."""
        self._cache, self._own, self._voice = cache, own, narration.voice
        self._marks = dict(zip(narration.keys, narration.marks, strict=True))

    def take(self, row: Row) -> Take:
        """Give a row's sound."""
        return self._found(row, self._own.get(row.key) or self._cache.get(row.key))

    def levels(self, row: Row) -> Levels:
        """Give a row's levels."""
        return self._glance(row).levels

    def marks(self, row: Row) -> tuple[Mark, ...]:
        """Give where the words of a row are heard."""
        packed = self._marks.get(row.key, ())
        return tuple(Mark(Samples(at), place) for at, place in zip(packed[::2], packed[1::2], strict=True))

    def _glance(self, row: Row) -> Glance:
        own = self._own.get(row.key)
        return own.glance if own else self._found(row, self._cache.glance(row.key))

    def _found(self, row: Row, found: _Sound | None) -> _Sound:
        if found is None:
            raise SoundLost("speech.no_sound", engine=self._voice, text=row.segment.spoken[:60])
        return found


def _master(record: bytes | None, timeline: Timeline, shelf: Shelf, music: tuple[Bed, ...]) -> Master:
    """Level an episode as its published revision is levelled, where it can be: what was not corrected keeps its bytes."""
    try:
        published = json.loads(record) if record else {}
        # What another recipe was levelled by says nothing of this one.
        former = published.get("audio", {}) if published.get("provenance", {}).get("recipe") == RECIPE else {}
        gain, loudness = (Decibels(float(former["gain_db"])), Lufs(float(former["loudness_lufs"]))) if former else (None, Lufs(0.0))
        known = {row["key"] for row in published.get("segments", ())}
        offsets = {voice: Decibels(float(offset)) for voice, offset in former.get("voices_db", {}).items()}
    except (ValueError, KeyError, TypeError, AttributeError):
        return mastered(timeline, shelf.levels, music)  # an older or damaged record only costs encoding anew
    fresh = sum(row.key not in known for row in timeline.rows)
    if gain is not None and fresh <= _FEW * len(timeline.rows) and _voices(timeline) == {row["voice"] for row in published["segments"]}:
        return Master(gain=gain, loudness=loudness, offsets=offsets)
    return mastered(timeline, shelf.levels, music, former=gain)


def _voices(timeline: Timeline) -> set[str]:
    return {row.voice for row in timeline.rows}


def _laid_out(studio: Studio, script: Script, narration: Narration, jingles: Jingles) -> tuple[Timeline, dict[str, Take]]:
    """Lay the segments out, the show's own sounds among them, and give those by key."""
    own: dict[str, Take] = {}
    segments: list[Segment] = []
    voiced: list[Voiced] = []

    def add(pcm: Pcm | None, section: int, pause: Milliseconds) -> None:
        if pcm is not None:
            key = "jingle:" + hashlib.sha256(pcm.raw).hexdigest()
            own.setdefault(key, Take(pcm=pcm, levels=levels_of(pcm)))
            segments.append(Segment(section=section, kind=SegmentKind.JINGLE, written="", spoken="", pause_after=pause))
            voiced.append(Voiced(key=key, length=Samples(len(pcm))))

    add(jingles.intro, 0, _JINGLE_PAUSE)
    section = 0
    for segment, key, length, voice in zip(script.segments, narration.keys, narration.lengths, narration.voices, strict=True):
        if segment.kind is SegmentKind.HEADING and segment.section != section:  # in a bulletin, not before the headings inside its articles
            add(jingles.earcon, segment.section, _EARCON_PAUSE)
        section = segment.section
        segments.append(segment)
        voiced.append(Voiced(key=key, length=length, voice=voice))
    add(jingles.outro, len(script.headings), _JINGLE_PAUSE)
    whole = replace(script, segments=tuple(segments))
    unbroken = frozenset().union(*UNDER) if jingles.bed is not None else frozenset[SegmentKind]()
    return placed(whole, voiced, narration.rate, studio.style.pauses.before, studio.encoder.joints(narration.rate), unbroken), own


def former_record(studio: Studio, present: Episode | None) -> bytes | None:
    """Read the record of the published revision; None where nothing is published."""
    return studio.store.get(studio.channel.key_of(present, present.file(".json"))) if present else None
