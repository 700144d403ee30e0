"""What a revision changed, sentence by sentence."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from audiopub.script import Segment


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A sentence that is printed or said otherwise; None on one side where it came or went."""

    before: Segment | None
    after: Segment | None


def changes(before: Sequence[Segment], after: Sequence[Segment]) -> Iterator[Change]:
    """Give the sentences that differ, in order, those that take each other's place side by side."""
    matcher = SequenceMatcher(None, [_said(segment) for segment in before], [_said(segment) for segment in after], autojunk=False)
    for tag, a, b, c, d in matcher.get_opcodes():
        if tag == "equal":
            continue
        for place in range(max(b - a, d - c)):
            yield Change(before=before[a + place] if a + place < b else None, after=after[c + place] if c + place < d else None)


def _said(segment: Segment) -> tuple[str, str]:
    return segment.written, segment.spoken
