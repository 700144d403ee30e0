"""A show's feed and pages, written from the catalog: only those whose episodes changed."""

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from audiopub.errors import Overtaken
from audiopub.publish.artwork import cover, thumbnail
from audiopub.publish.catalog import Catalog
from audiopub.publish.feed import feed_page
from audiopub.publish.model import Channel, Episode
from audiopub.publish.page import ASSETS, asset, gone_page, show_page
from audiopub.publish.paging import PAGE_FILES, FeedPage, name_of, paged
from audiopub.publish.selection import Outlet
from audiopub.publish.store import Store
from audiopub.publish.titles import told_apart

WRITER = "1"
"""Part of every page's stamp: raise it when the same episodes must give other bytes."""

_TRIES = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Rebuilt:
    """What became of a feed."""

    changed: bool
    episodes: int
    missing: tuple[str, ...] = ()
    """Audio files of published episodes that are gone or of another size."""

    refused: tuple[str, ...] = ()
    """Titles of episodes that could not be written, each with its reason; all others are in the feed."""

    pages: int = 0
    """Pages of the feed that were written."""


def rebuild(outlet: Outlet, store: Store, archive: Store, catalog: Catalog, *, whole: bool = False) -> Rebuilt:
    """Write a show's pages and feed from the catalog; nothing is touched where nothing changed.

    An episode whose audio is gone from the store stays in the feed, since no run removes what was
    published, and is named in the answer, so that somebody renders it again.

    Args:
        outlet: the show.
        store: where its files are served from.
        archive: keeps what each page was last written from.
        catalog: what is published.
        whole: write every page, whatever is known of it.

    Raises:
        Overtaken: other writers were quicker, again and again.
    """
    put: set[str] = set()
    for attempt in range(_TRIES):
        try:
            return _rebuilt(outlet, store, archive, catalog, put, whole=whole)
        except Overtaken:
            if attempt == _TRIES - 1:
                raise
    raise AssertionError


def _rebuilt(outlet: Outlet, store: Store, archive: Store, catalog: Catalog, put: set[str], *, whole: bool) -> Rebuilt:
    """Write what is stale; ``put`` holds the pages that an overtaken try has put, which may be older than what the other writer left."""
    channel = outlet.channel
    seen = store.seen(channel.key("feed.xml"))  # before the catalog is read: whoever writes later has seen at least as much
    episodes = outlet.episodes(catalog)
    pages = paged(episodes)
    titles = told_apart(episodes)
    known = _known(channel, archive)
    stamps = {page.mark: _stamp(channel, page, titles) for page in pages}
    sizes = store.sizes(channel.key(page.file(stem, suffix)) for page in pages for stem, suffix in PAGE_FILES)
    lost = {page.mark for page in pages if any(sizes[channel.key(page.file(*name))] is None for name in PAGE_FILES)}
    stale = [page for page in pages if whole or page.mark in put | lost or known.get(page.mark) != stamps[page.mark]]
    missing = _missing(channel, store, {episode.audio: episode for page in (pages[0], *stale) for episode in page.episodes}.values())
    _put_shared(outlet, store)
    changed, refused = False, []
    for page in reversed(stale):
        put.add(page.mark)
        store.put(channel.key(page.file("index", ".html")), show_page(channel, page, titles).encode())
        written = feed_page(channel, page, titles)
        refused += [f"{episode.title}: {reason}" for episode, reason in written.refused]
        key = channel.key(page.file("feed", ".xml"))
        changed |= store.put(key, written.xml) if page.mark else store.replace(key, written.xml, seen)
    if stale or set(known) != set(stamps):
        _drop(channel, store, set(known) - set(stamps))
        archive.put(_state_key(channel), json.dumps(stamps, indent=1).encode())
    return Rebuilt(changed=changed, episodes=len(episodes), missing=missing, refused=tuple(refused), pages=len(stale))


def _missing(channel: Channel, store: Store, episodes: Iterable[Episode]) -> tuple[str, ...]:
    wanted = {channel.key_of(episode, episode.audio): episode for episode in episodes}
    sizes = store.sizes(wanted)
    return tuple(episode.audio for key, episode in wanted.items() if sizes[key] != episode.audio_bytes)


def _put_shared(outlet: Outlet, store: Store) -> None:
    channel = outlet.channel
    art = outlet.art or cover(channel.title, channel.author)
    store.put(channel.key("cover.jpg"), art)
    store.put(channel.key("cover-small.jpg"), thumbnail(art))
    for name in ASSETS:
        store.put(channel.key(name), asset(name))
    store.put(channel.key("410.html"), gone_page(channel).encode())


def _drop(channel: Channel, store: Store, marks: Iterable[str]) -> None:
    for mark in marks:
        for stem, suffix in PAGE_FILES if mark else ():
            store.remove(channel.key(name_of(stem, mark, suffix)))


def _stamp(channel: Channel, page: FeedPage, titles: dict[tuple[str, str], str]) -> str:
    said: Sequence[object] = (WRITER, channel, page.mark, page.newer, page.older, page.last)
    digest = hashlib.sha256(repr(said).encode())
    for episode in page.episodes:
        digest.update(f"\0{episode.stamp} {episode.guid} {titles[episode.show, episode.id]}".encode())
    return digest.hexdigest()


def _known(channel: Channel, archive: Store) -> dict[str, str]:
    """Give what each page was last written from; nothing where that is lost, and all pages are written again."""
    try:
        found = json.loads(archive.get(_state_key(channel)) or b"{}")
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _state_key(channel: Channel) -> str:
    return f"pages/{channel.slug or '_'}.json"
