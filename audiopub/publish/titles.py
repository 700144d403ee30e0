"""Titles that no app takes for one."""

import re
from collections.abc import Iterable, Sequence
from datetime import timedelta
from functools import lru_cache

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
    oldest_first = sorted(episodes, key=lambda episode: (episode.published, episode.id))
    titles: dict[tuple[str, str], str] = {}
    seen: dict[str, list[tuple[Episode, str]]] = {}
    for episode in oldest_first:
        title = one_line(episode.title)
        alike = seen.setdefault(_like(title), [])
        taken = [known for other, known in alike if episode.published - other.published < _NEAR]
        if taken:
            title = _another(title, f"{episode.published:%H:%M}", taken)
        alike.append((episode, title))
        titles[episode.show, episode.id] = title
    return titles


def _another(title: str, time: str, taken: Sequence[str]) -> str:
    short = title if len(title) <= _LONGEST else title[:_LONGEST].rstrip() + "…"
    found = f"{short} ({time})"
    count = 2
    while found in taken:
        found, count = f"{short} ({time}, {count})", count + 1
    return found


@lru_cache(maxsize=20_000)
def _like(title: str) -> str:
    """Fold what AntennaPod does not look at: case, quotes, spaces."""
    return re.sub(r"[\"'“”‘’«»\s]+", " ", title.casefold()).strip()
