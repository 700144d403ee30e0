"""The script of an episode: everything that is said, in order, before any sound exists."""

from dataclasses import dataclass
from enum import StrEnum

from audiopub.units import Milliseconds
from audiopub.vietnamese import Rewrite


class SegmentKind(StrEnum):
    """What a segment is, which decides its pause and its place on a page."""

    JINGLE = "jingle"
    OPENING = "opening"
    TITLE = "title"
    LEAD = "lead"
    HEADING = "heading"
    SENTENCE = "sentence"
    QUOTE = "quote"
    LIST_ITEM = "list_item"
    QUESTION = "question"
    NOTICE = "notice"
    CLOSING = "closing"


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """One thing that is said: a sentence, a heading, a piece of furniture."""

    section: int
    """0 before the first heading, then 1, 2, …; the closing belongs to the last section."""

    paragraph: int = 0
    """Number of the block it stands in, so that a page can set the sentences of one paragraph together."""

    kind: SegmentKind
    written: str
    """As the newspaper printed it; what a transcript shows. Empty for a jingle only."""

    spoken: str
    """The words the voice says."""

    rewrites: tuple[Rewrite, ...] = ()
    """Where the two differ, and which rule made it so."""

    pause_after: Milliseconds
    """Silence that follows; never left to the engine."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Script:
    """All segments of an episode."""

    title: str
    headings: tuple[str, ...]
    """Heading of section 1, 2, …"""

    segments: tuple[Segment, ...]

    @property
    def unsure(self) -> tuple[Rewrite, ...]:
        """Give every rewrite that is a guess."""
        return tuple(rewrite for segment in self.segments for rewrite in segment.rewrites if not rewrite.sure)
