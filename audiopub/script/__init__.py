"""An article to what is said: segments, each with its written and its spoken form."""

from audiopub.script.bulletin import BulletinText, Form, compose_bulletin
from audiopub.script.compose import compose
from audiopub.script.model import Script, Segment, SegmentKind
from audiopub.script.style import Pauses, Style

__all__ = ["BulletinText", "Form", "Pauses", "Script", "Segment", "SegmentKind", "Style", "compose", "compose_bulletin"]
