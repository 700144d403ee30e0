"""The one table that everything else is a view of: what begins when, counted in samples."""

from collections.abc import Sequence
from dataclasses import dataclass

from audiopub.script import Script, Segment, SegmentKind
from audiopub.units import Hertz, Milliseconds, Samples, milliseconds_in, samples_in


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

    @property
    def total(self) -> Samples:
        """Give the episode's length."""
        last = self.rows[-1]
        return Samples(last.end + last.pause)

    def time(self, place: Samples) -> Milliseconds:
        """Give a place in milliseconds."""
        return milliseconds_in(place, self.rate)


@dataclass(frozen=True, slots=True, kw_only=True)
class Chapter:
    """A part of the episode that players can jump to."""

    title: str
    start: Milliseconds
    end: Milliseconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Cue:
    """One sentence of the transcript and when it is heard."""

    text: str
    """As printed."""

    start: Milliseconds
    end: Milliseconds


def placed(script: Script, keys: Sequence[str], lengths: Sequence[Samples], rate: Hertz, before: Milliseconds) -> Timeline:
    """Lay a script's segments out in time.

    Args:
        script: what is said.
        keys: address of each segment's sound.
        lengths: length of each segment's sound.
        rate: sample rate of all of them.
        before: silence before the first.

    Raises:
        ValueError: not one key and one length a segment, or no segment.
    """
    if not script.segments:
        msg = "an episode needs at least one segment"
        raise ValueError(msg)
    start = lead_in = samples_in(before, rate)
    rows: list[Row] = []
    for segment, key, length in zip(script.segments, keys, lengths, strict=True):
        row = Row(segment=segment, key=key, start=start, samples=length, pause=samples_in(segment.pause_after, rate))
        rows.append(row)
        start = Samples(row.end + row.pause)
    return Timeline(rate=rate, before=lead_in, rows=tuple(rows))


def chapters(timeline: Timeline, script: Script, opening: str) -> tuple[Chapter, ...]:
    """Make a chapter of every section, beginning where its heading is heard.

    What stands before the first heading is a chapter of its own, from 0. Without headings there is one
    chapter, named by the title.

    Args:
        timeline: where the segments are.
        script: the headings' texts.
        opening: title of the chapter before the first heading.
    """
    starts: dict[int, Samples] = {}
    for row in timeline.rows:
        starts.setdefault(row.segment.section, row.start)
    marks = [(opening if script.headings else script.title, Samples(0))]
    marks += [(title, starts[number]) for number, title in enumerate(script.headings, start=1) if number in starts]
    ends = [start for _, start in marks[1:]] + [timeline.total]
    return tuple(Chapter(title=title, start=timeline.time(start), end=timeline.time(end)) for (title, start), end in zip(marks, ends, strict=True))


def cues(timeline: Timeline) -> tuple[Cue, ...]:
    """Make a cue of every segment that has words, from its first sample to its last."""
    return tuple(
        Cue(text=row.segment.written, start=timeline.time(row.start), end=timeline.time(row.end)) for row in timeline.rows if row.segment.kind is not SegmentKind.JINGLE
    )
