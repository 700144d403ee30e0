"""The segment map: which paragraph of the newspaper's own page is heard when."""

import json
from collections.abc import Iterable, Iterator

from audiopub.publish.lines import Line, paragraphs
from audiopub.publish.model import Channel, Episode
from audiopub.publish.text import one_line

_SHOWN = 80
"""Characters of a paragraph by which the player finds it in a page; a whole text would be sent twice."""


def segment_map(channel: Channel, episode: Episode, lines: Iterable[Line]) -> Iterator[str]:
    """Write the map as JSON, piece by piece: the episode, its chapters, and a row a paragraph with times in seconds.

    Args:
        channel: the show.
        episode: whose audio it is.
        lines: its segments.
    """
    head = {
        "version": "1.0.0", "guid": episode.guid, "revision": episode.revision, "title": one_line(episode.title), "show": one_line(channel.title),
        "language": channel.language, "page": channel.address_of(episode, episode.file(".html")), "article": episode.article_url,
        "audio": {"url": channel.address_of(episode, episode.audio), "type": "audio/mpeg", "bytes": episode.audio_bytes, "duration": episode.duration / 1000},
        "waveform": channel.address_of(episode, episode.file(".svg")),
        "chapters": [{"start": chapter.start / 1000, "title": one_line(chapter.title)} for chapter in episode.chapters],
    }  # fmt: skip
    yield json.dumps(head, ensure_ascii=False, indent=1)[:-2] + ',\n "paragraphs": ['
    for number, group in enumerate(paragraphs(lines)):
        text = " ".join(line.text for line in group)[:_SHOWN]
        row = {"start": group[0].start / 1000, "end": group[-1].end / 1000, "kind": str(group[0].kind), "text": text}
        yield ("," if number else "") + "\n  " + json.dumps(row, ensure_ascii=False)
    yield "\n ]\n}\n"
