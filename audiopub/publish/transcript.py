"""Transcripts: WebVTT, SubRip and JSON, one cue a sentence, the text as printed; words with their times where the voice tells them."""

import json
import textwrap
from collections.abc import Iterable, Iterator

from audiopub.episode import Cue
from audiopub.publish.text import timestamp

_WIDEST = 64
"""Characters a line. Source: https://github.com/Podcastindex-org/podcast-namespace (transcripts): at most 65."""


def webvtt(cues: Iterable[Cue], language: str = "vi") -> Iterator[str]:
    """Write a WebVTT file, piece by piece. Source: https://www.w3.org/TR/webvtt1/."""
    yield f"WEBVTT\nLanguage: {language}\n"
    for number, cue in enumerate(cues, start=1):
        yield f"\n{number}\n{timestamp(cue.start)} --> {timestamp(cue.end)}\n{_vtt_lines(cue)}\n"


def subrip(cues: Iterable[Cue]) -> Iterator[str]:
    """Write a SubRip file, piece by piece."""
    for number, cue in enumerate(cues, start=1):
        gap = "\n" if number > 1 else ""
        yield f"{gap}{number}\n{timestamp(cue.start, ',')} --> {timestamp(cue.end, ',')}\n{_lines(cue.text)}\n"


def json_transcript(cues: Iterable[Cue]) -> Iterator[str]:
    """Write a JSON transcript, piece by piece: a segment a sentence, times in seconds, with its words where their times are known.

    Source: https://github.com/Podcastindex-org/podcast-namespace/blob/main/transcripts/transcripts.md (JSON); ``words`` is ours.
    """
    yield '{"version":"1.0.0","segments":['
    for number, cue in enumerate(cues):
        segment: dict[str, object] = {"startTime": cue.start / 1000, "endTime": cue.end / 1000, "body": cue.text}
        if cue.words:
            segment["words"] = [{"startTime": word.start / 1000, "body": word.text.strip()} for word in cue.words]
        yield ("," if number else "") + json.dumps(segment, ensure_ascii=False, separators=(",", ":"))
    yield "]}\n"


def _vtt_lines(cue: Cue) -> str:
    """Give a cue's text; where its words have times, each but the first with a timestamp tag before it. Source: WebVTT, 4.2.2."""
    if not cue.words:
        return _lines(_escaped(cue.text))
    lines, width = [""], 0
    latest = cue.start
    for word in cue.words:
        text = word.text.strip().replace("-->", "→")
        if width and width + len(text) + 1 > _WIDEST:
            lines.append("")
            width = 0
        tag = f"<{timestamp(word.start)}>" if latest < word.start < cue.end else ""
        latest = max(latest, word.start)
        lines[-1] += f"{' ' if width else ''}{tag}{_escaped(text)}"
        width += len(text) + 1
    return "\n".join(lines)


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _lines(text: str) -> str:
    """Break text into lines; a line of its own must not look like a cue's time."""
    return "\n".join(textwrap.wrap(text.replace("-->", "→"), _WIDEST, break_long_words=True, break_on_hyphens=False)) or "…"
