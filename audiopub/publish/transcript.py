"""Transcripts: WebVTT and SubRip, one cue a sentence, the text as printed."""

import textwrap
from collections.abc import Iterable

from audiopub.episode import Cue
from audiopub.publish.text import timestamp

_WIDEST = 64
"""Characters a line. Source: https://github.com/Podcastindex-org/podcast-namespace (transcripts): at most 65."""


def webvtt(cues: Iterable[Cue], language: str = "vi") -> str:
    """Write a WebVTT file. Source: https://www.w3.org/TR/webvtt1/."""
    blocks = [f"{number}\n{timestamp(cue.start)} --> {timestamp(cue.end)}\n{_lines(_escaped(cue.text))}\n" for number, cue in enumerate(cues, start=1)]
    return f"WEBVTT\nLanguage: {language}\n\n" + "\n".join(blocks)


def subrip(cues: Iterable[Cue]) -> str:
    """Write a SubRip file."""
    blocks = [f"{number}\n{timestamp(cue.start, ',')} --> {timestamp(cue.end, ',')}\n{_lines(cue.text)}\n" for number, cue in enumerate(cues, start=1)]
    return "\n".join(blocks)


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _lines(text: str) -> str:
    """Break text into lines; a line of its own must not look like a cue's time."""
    return "\n".join(textwrap.wrap(text.replace("-->", "→"), _WIDEST, break_long_words=True, break_on_hyphens=False)) or "…"
