"""Which episodes stand in which page of a feed (RFC 5005): the newest in the first one, older ones in pages that rarely change."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from zlib import crc32

from audiopub.publish.model import Episode

NEWEST = 300
"""Episodes of the feed itself: what apps fetch every hour stays under half a megabyte."""

PAGE_FILES = (("feed", ".xml"), ("index", ".html"))
"""What is written of every page: beginning and ending of its files."""

_LEAST, _MOST, _EVERY = 150, 300, 64
"""An archive page is closed after an episode the CRC of whose id is a multiple of the last, once it has the first number, and at the second at the latest."""


@dataclass(frozen=True, slots=True)
class FeedPage:
    """One page of a feed."""

    mark: str
    """Empty for the feed itself, else what tells its file from the others': ``2026-11-24-1f3a9c``."""

    episodes: tuple[Episode, ...]
    """Newest first."""

    newer: str | None = None
    """Mark of the page before; None in the feed itself."""

    older: str | None = None
    """Mark of the page after; None in the last."""

    last: str = ""
    """Mark of the page with the oldest episodes."""

    def file(self, stem: str, suffix: str) -> str:
        """Give its file name."""
        return name_of(stem, self.mark, suffix)


def name_of(stem: str, mark: str, suffix: str) -> str:
    """Give the file name of a page.

    >>> name_of("feed", "", ".xml"), name_of("feed", "2026-11-24-1f3a9c", ".xml")
    ('feed.xml', 'feed-2026-11-24-1f3a9c.xml')
    """
    return f"{stem}-{mark}{suffix}" if mark else f"{stem}{suffix}"


def paged(episodes: Sequence[Episode], newest: int = NEWEST) -> tuple[FeedPage, ...]:
    """Cut a show into pages.

    Where archive pages end depends on the ids of the episodes near their end and on nothing counted from the start: an episode that
    comes or goes changes its own page and at times the next, and all others keep their names and bytes.

    Args:
        episodes: in any order.
        newest: how many the feed itself has.

    Returns:
        The feed itself first, the oldest page last. No episode stands in two.
    """
    oldest_first = sorted(episodes, key=lambda episode: (episode.published, episode.id))
    edge = max(0, len(oldest_first) - newest)
    archive = list(_chunks(oldest_first[:edge]))[::-1]
    groups = [("", tuple(oldest_first[edge:][::-1])), *((_mark(chunk[0]), tuple(chunk[::-1])) for chunk in archive)]
    marks = [mark for mark, _ in groups]
    return tuple(
        FeedPage(mark, group, marks[place - 1] if place else None, marks[place + 1] if place + 1 < len(marks) else None, marks[-1])
        for place, (mark, group) in enumerate(groups)
    )


def _chunks(oldest_first: Sequence[Episode]) -> Iterator[list[Episode]]:
    chunk: list[Episode] = []
    for episode in oldest_first:
        chunk.append(episode)
        if len(chunk) >= _MOST or (len(chunk) >= _LEAST and crc32(episode.id.encode()) % _EVERY == 0):
            yield chunk
            chunk = []
    if chunk:
        yield chunk


def _mark(oldest: Episode) -> str:
    return f"{oldest.published:%Y-%m-%d}-{oldest.id[:6]}"
