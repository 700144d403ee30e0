"""Chapters in the formats of podcasting: JSON chapters and Podlove simple chapters. ID3 chapters are the encoder's."""

import json
from collections.abc import Iterable

from audiopub.episode import Chapter
from audiopub.publish.text import one_line, timestamp


def json_chapters(chapters: Iterable[Chapter], title: str) -> str:
    """Write a chapters file.

    Source: https://github.com/Podcastindex-org/podcast-namespace/blob/main/docs/examples/chapters/jsonChapters.md.
    """
    marks = [{"startTime": chapter.start / 1000, "title": one_line(chapter.title), **({"url": chapter.url} if chapter.url else {})} for chapter in chapters]
    return json.dumps({"version": "1.2.0", "title": one_line(title), "chapters": marks}, ensure_ascii=False, indent=1) + "\n"


def podlove_chapters(chapters: Iterable[Chapter]) -> list[dict[str, str]]:
    """Give the attributes of each ``psc:chapter``. Source: https://podlove.org/simple-chapters/."""
    return [{"start": timestamp(chapter.start), "title": one_line(chapter.title), **({"href": chapter.url} if chapter.url else {})} for chapter in chapters]
