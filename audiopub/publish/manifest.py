"""An episode's own record as JSON: its segment table and where everything in it came from."""

import json
from collections.abc import Iterator
from typing import Any

from audiopub.article import Article
from audiopub.episode import Master, Timeline
from audiopub.publish.model import Episode
from audiopub.script import Script

_HERE = "\x00segments\x00"
"""Stands for the segments until they are written, one line each."""


def manifest(episode: Episode, article: Article, timeline: Timeline, master: Master, provenance: dict[str, Any]) -> Iterator[str]:
    """Write the record of an episode, piece by piece.

    Args:
        episode: what the feed says of it.
        article: what it was made from.
        timeline: the segment table.
        master: how it was levelled.
        provenance: source, engine, versions, as plain values.
    """
    record = {
        "id": episode.id,
        "guid": episode.guid,
        "revision": episode.revision,
        "title": episode.title,
        "author": episode.author,
        "published": episode.published.isoformat(),
        "audio": {"file": episode.audio, "bytes": episode.audio_bytes, "duration_ms": episode.duration, "rate": timeline.rate,
                  "samples": timeline.total, "gain_db": round(master.gain, 2), "loudness_lufs": round(master.loudness, 2),
                  "voices_db": {voice: round(offset, 2) for voice, offset in master.offsets.items()}},
        "chapters": [{"title": c.title, "start_ms": c.start, "end_ms": c.end} for c in episode.chapters],
        "segments": _HERE,
        "warnings": list(article.warnings),
        "provenance": {**provenance, "article": list(article.provenance)},
    }  # fmt: skip
    before, after = json.dumps(record, ensure_ascii=False, indent=1).split(json.dumps(_HERE))
    yield before + "["
    for number in range(len(timeline.rows)):
        yield f"{',' if number else ''}\n  {json.dumps(_row(timeline, number), ensure_ascii=False)}"
    yield f"\n ]{after}\n"


def script_table(script: Script) -> Iterator[str]:
    """Write a script as a table a person can read, line by line: section, kind, written, spoken, and the rules behind each rewrite."""
    yield "section\tkind\twritten\tspoken\trules\n"
    for segment in script.segments:
        rules = "; ".join(f"{r.written.strip()}→{r.spoken} [{r.rule}{'' if r.sure else '?'}]" for r in segment.rewrites)
        yield "\t".join((str(segment.section), segment.kind, segment.written, segment.spoken, rules)) + "\n"


def _row(timeline: Timeline, number: int) -> dict[str, Any]:
    row = timeline.rows[number]
    segment = row.segment
    return {
        "section": segment.section, "paragraph": segment.paragraph, "kind": segment.kind, "written": segment.written, "spoken": segment.spoken,
        "rewrites": [rewrite.plain() for rewrite in segment.rewrites],
        "pause_after_ms": segment.pause_after, "key": row.key, "start": row.start, "samples": row.samples, "voice": row.voice,
    }  # fmt: skip
