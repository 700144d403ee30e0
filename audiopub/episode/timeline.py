"""The one table that everything else is a view of: what begins when, counted in samples."""

from array import array
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from audiopub.audio import Mark
from audiopub.script import Script, Segment, SegmentKind
from audiopub.units import Hertz, Milliseconds, Samples, milliseconds_in, samples_in
from audiopub.vietnamese import aligned

_SHORTEST_RUN = Milliseconds(8000)
"""Pieces much shorter would cost more frames at their borders than a correction saves."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One segment in its place."""

    segment: Segment
    key: str
    """Address of its sound."""

    start: Samples
    """Where its sound begins."""

    samples: Samples
    """How long its sound is."""

    pause: Samples
    """Silence that follows."""

    voice: str = ""
    """Who says it; empty for a jingle."""

    @property
    def end(self) -> Samples:
        """Give the place just past its sound, where its pause begins."""
        return Samples(self.start + self.samples)


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeline:
    """All rows of an episode. They tile it: silence before, then sound and pause by turns, to the last sample."""

    rate: Hertz
    before: Samples
    """Silence before the first row."""

    rows: tuple[Row, ...]
    borders: tuple["Border", ...] = ()
    """Where the audio may be cut and joined again, in order; a whole number of the encoder's frames lies between any two."""

    @property
    def total(self) -> Samples:
        """Give the episode's length."""
        last = self.rows[-1]
        return Samples(last.end + last.pause)

    def time(self, place: Samples) -> Milliseconds:
        """Give a place in milliseconds."""
        return milliseconds_in(place, self.rate)


@dataclass(frozen=True, slots=True)
class Border:
    """A place in the pause after a row."""

    row: int
    """Number of the row."""

    place: Samples


@dataclass(frozen=True, slots=True, kw_only=True)
class Chapter:
    """A part of the episode that players can jump to."""

    title: str
    start: Milliseconds
    end: Milliseconds
    url: str | None = None
    """A page of its own, such as that of a bulletin's article."""


@dataclass(frozen=True, slots=True)
class Word:
    """A printed word, or several that are said as one, and when it begins."""

    text: str
    """With what stands before the next one, spaces included."""

    start: Milliseconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Cue:
    """One sentence of the transcript and when it is heard."""

    text: str
    """As printed."""

    start: Milliseconds
    end: Milliseconds
    words: tuple[Word, ...] = ()
    """Its words in order, together the whole text; empty where the voice does not tell their times."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Voiced:
    """Where a segment's sound is, how long it is, and who says it."""

    key: str
    length: Samples
    voice: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Joints:
    """Where an encoder allows its output to be cut and joined without a trace."""

    step: Samples
    """Samples of a frame; a piece is a whole number of them long."""

    silence: Samples
    """Silence that has to stand at a piece's end: what the codec smears over a border is then nothing. What is left of the pause
    stands at the next piece's beginning, so that its encoder saves up some bits before the first word."""


def placed(
    script: Script, voiced: Sequence[Voiced], rate: Hertz, before: Milliseconds, joints: Joints | None = None, unbroken: frozenset[SegmentKind] = frozenset()
) -> Timeline:
    """Lay a script's segments out in time.

    Args:
        script: what is said.
        voiced: the sound of each segment.
        rate: sample rate of all of them.
        before: silence before the first.
        joints: where the encoder can join; the pause at a border is lengthened to a whole frame. None for no borders.
        unbroken: kinds of segments under which music may lie: no border stands beside them.

    Raises:
        ValueError: not one sound a segment, or no segment.
    """
    if not script.segments:
        msg = "an episode needs at least one segment"
        raise ValueError(msg)
    start = lead_in = samples_in(before, rate)
    opened = Samples(0)
    rows: list[Row] = []
    borders: list[Border] = []
    following = (*script.segments[1:], None)
    for segment, after, sound in zip(script.segments, following, voiced, strict=True):
        row = Row(segment=segment, key=sound.key, start=start, samples=sound.length, pause=samples_in(segment.pause_after, rate), voice=sound.voice)
        start = Samples(row.end + row.pause)
        if joints and after and row.pause >= joints.silence and not {segment.kind, after.kind} & unbroken and _parts(segment, after, start - opened, rate):
            lead = row.pause - joints.silence  # the same whatever was said before, so that the next piece keeps its bytes
            opened = Samples(opened + -(-(row.end + joints.silence - opened) // joints.step) * joints.step)
            start = Samples(opened + lead)
            row = replace(row, pause=Samples(start - row.end))
            borders.append(Border(len(rows), opened))
        rows.append(row)
    return Timeline(rate=rate, before=lead_in, rows=tuple(rows), borders=tuple(borders))


def _parts(segment: Segment, after: Segment, length: int, rate: Hertz) -> bool:
    """Tell whether a border belongs between two segments: at every new section, and between paragraphs where enough has been said."""
    if segment.section != after.section:
        return True
    return segment.paragraph != after.paragraph and length >= samples_in(_SHORTEST_RUN, rate)


def chapters(timeline: Timeline, script: Script, opening: str, links: Mapping[int, str] | None = None) -> tuple[Chapter, ...]:
    """Make a chapter of every section, beginning where its heading is heard.

    What stands before the first heading is a chapter of its own, from 0. Without headings there is one
    chapter, named by the title.

    Args:
        timeline: where the segments are.
        script: the headings' texts.
        opening: title of the chapter before the first heading.
        links: addresses of pages of their own, by section.
    """
    starts: dict[int, Samples] = {}
    for row in timeline.rows:
        starts.setdefault(row.segment.section, row.start)
    marks = [(0, opening if script.headings else script.title, Samples(0))]
    marks += [(number, title, starts[number]) for number, title in enumerate(script.headings, start=1) if number in starts]
    ends = [start for _, _, start in marks[1:]] + [timeline.total]
    return tuple(
        Chapter(title=title, start=timeline.time(start), end=timeline.time(end), url=(links or {}).get(number))
        for (number, title, start), end in zip(marks, ends, strict=True)
    )


Spoken = Sequence[int]
"""Where the printed words of a row begin: place in the written text and sample of the episode, by turns; empty where nobody knows."""


def word_places(timeline: Timeline, marks_of: Callable[[Row], Sequence[Mark]]) -> dict[Samples, Spoken]:
    """Find out where every printed word is heard, as far as the voice tells.

    Args:
        timeline: where the segments are.
        marks_of: where the voice says each word of a row.

    Returns:
        By each row's start; packed, since the words of ten hours are many.
    """
    found = ((row, marks_of(row)) for row in timeline.rows if row.segment.kind is not SegmentKind.JINGLE)
    return {row.start: _places(row, marks) for row, marks in found if marks}


def cues(timeline: Timeline, words: Mapping[Samples, Spoken] | None = None) -> Iterator[Cue]:
    """Make a cue of every segment that has words, from its first sample to its last.

    Args:
        timeline: where the segments are.
        words: what :func:`word_places` found.

    Yields:
        One cue at a time.
    """
    for row in timeline.rows:
        if row.segment.kind is not SegmentKind.JINGLE:
            spoken = _words(timeline, row, (words or {}).get(row.start, ()))
            yield Cue(text=row.segment.written, start=timeline.time(row.start), end=timeline.time(row.end), words=spoken)


def _places(row: Row, marks: Sequence[Mark]) -> Spoken:
    """Give the places of a row's printed words; those without a mark of their own stand with the one before."""
    segment = row.segment
    said = {mark.place: mark.at for mark in marks}
    places = array("q")
    latest = 0
    for word in aligned(segment.written, segment.spoken, segment.rewrites):
        if word.spoken in said or not places:
            latest = max(latest, min(said.get(word.spoken, Samples(0)), row.samples))
            places.extend((word.start, row.start + latest))
    return places


def _words(timeline: Timeline, row: Row, places: Spoken) -> tuple[Word, ...]:
    text = row.segment.written
    ends = [*places[2::2], len(text)]
    return tuple(Word(text[start:end], timeline.time(Samples(at))) for start, at, end in zip(places[::2], places[1::2], ends, strict=False))
