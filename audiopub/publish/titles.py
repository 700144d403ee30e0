"""Titles that no app takes for one."""

import re
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from functools import lru_cache
from itertools import count

from audiopub.publish.model import Episode
from audiopub.publish.text import one_line

_NEAR = timedelta(hours=24)
"""Two moments closer than this can be one day in some listener's zone."""

_LONGEST = 245
"""Leaves room for what is put behind a title."""


def told_apart(episodes: Iterable[Episode]) -> dict[tuple[str, str], str]:
    """Give every episode a title of its own among those of the same day.

    AntennaPod takes two episodes for one where title and day are alike and their lengths are near (``FeedItemDuplicateGuesser``), so the
    later of two gets its time behind its title, and where even that is alike, a number. The first keeps the title it has.

    Args:
        episodes: of one feed, in any order.

    Returns:
        Titles by show and id, on one line and without anything that reads as markup.
    """
    titles: dict[tuple[str, str], str] = {}
    seen: dict[str, list[datetime]] = {}
    for episode in sorted(episodes, key=lambda episode: (episode.published, episode.id)):
        for title in _forms(one_line(episode.title), f"{episode.published:%H:%M}"):
            near = [moment for moment in seen.get(_like(title), ()) if episode.published - moment < _NEAR]
            if not near:
                break
        seen.setdefault(_like(title), []).append(episode.published)
        titles[episode.show, episode.id] = title
    return titles


def _forms(title: str, time: str) -> Iterator[str]:
    yield title
    short = title if len(title) <= _LONGEST else title[:_LONGEST].rstrip() + "…"
    yield f"{short} ({time})"
    yield from (f"{short} ({time}, {number})" for number in count(2))


@lru_cache(maxsize=20_000)
def _like(title: str) -> str:
    """Fold what AntennaPod does not look at: case, quotes, spaces."""
    return re.sub(r"[\"'“”‘’«»\s]+", " ", title.casefold()).strip()
