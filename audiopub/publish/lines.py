"""What pages show of a timeline: a line a segment, with its times; from the timeline itself, or read back from an episode's record."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from audiopub.episode import Timeline
from audiopub.errors import ConfigInvalid
from audiopub.script import Segment, SegmentKind
from audiopub.units import Milliseconds
from audiopub.vietnamese import Confidence, Rewrite


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A segment as it is read on a page."""

    kind: str
    section: int
    paragraph: int
    text: str
    """As printed."""

    start: Milliseconds
    end: Milliseconds
    """Without the pause after it."""


def lines_of(timeline: Timeline) -> Iterator[Line]:
    """Give the lines of a timeline; jingles have none."""
    for row in timeline.rows:
        segment = row.segment
        if segment.written:
            yield Line(kind=segment.kind, section=segment.section, paragraph=segment.paragraph, text=segment.written,
                       start=timeline.time(row.start), end=timeline.time(row.end))  # fmt: skip


def lines_of_record(record: bytes) -> Iterator[Line]:
    """Give the lines of an episode's record, as :func:`audiopub.publish.manifest.manifest` wrote it.

    Raises:
        ConfigInvalid: it is no such record.
    """
    try:
        document = json.loads(record)
        rate = int(document["audio"]["rate"])
        found = [(row, int(row["start"]), int(row["start"]) + int(row["samples"])) for row in document["segments"] if row["written"]]
        yield from (
            Line(kind=row["kind"], section=row["section"], paragraph=row["paragraph"], text=row["written"], start=_time(start, rate), end=_time(end, rate))
            for row, start, end in found
        )
    except (ValueError, KeyError, TypeError) as error:
        raise ConfigInvalid("config.bad_record", path="record", reason=str(error)) from error


def segments_of_record(record: bytes) -> tuple[Segment, ...]:
    """Give the script's segments back from an episode's record, as they were said; jingles have none.

    Raises:
        ConfigInvalid: it is no such record.
    """
    try:
        return tuple(_segment(row) for row in json.loads(record)["segments"] if row["written"])
    except (ValueError, KeyError, TypeError) as error:
        raise ConfigInvalid("config.bad_record", path="record", reason=str(error)) from error


def _segment(row: dict[str, Any]) -> Segment:
    return Segment(
        section=row["section"], paragraph=row["paragraph"], kind=SegmentKind(row["kind"]), written=row["written"], spoken=row["spoken"],
        rewrites=tuple(_rewrite(said) for said in row["rewrites"]), pause_after=Milliseconds(row["pause_after_ms"]),
    )  # fmt: skip


def _rewrite(said: dict[str, Any]) -> Rewrite:
    return Rewrite(
        start=said["start"], end=said["end"], written=said["written"], spoken=said["spoken"], rule=said["rule"], confidence=Confidence(said["confidence"]),
        because=said["because"],
    )  # fmt: skip


def paragraphs(lines: Iterable[Line]) -> Iterator[tuple[Line, ...]]:
    """Group lines by paragraph."""
    return (tuple(group) for _, group in groupby(lines, key=lambda line: (line.section, line.paragraph)))


def _time(samples: int, rate: int) -> Milliseconds:
    return Milliseconds(round(samples * 1000 / rate))
