"""An article to what is said: segments, each with its written and its spoken form."""

from audiopub.script.compose import compose
from audiopub.script.model import Script, Segment, SegmentKind
from audiopub.script.style import Pauses, Style

__all__ = ["Pauses", "Script", "Segment", "SegmentKind", "Style", "compose"]
