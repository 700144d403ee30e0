"""The order of putting: audio, transcripts, chapters, record, page, catalog, and the feed last.

Whatever breaks off in the middle, a listener sees the old feed with all its files or the new one with
all of its. The feed is a pure function of the catalog, so writing it again heals a break before it.
"""

from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import BinaryIO

from audiopub.errors import FeedInvalid
from audiopub.publish.artwork import cover
from audiopub.publish.catalog import Catalog
from audiopub.publish.feed import feed_xml
from audiopub.publish.model import Channel, Episode
from audiopub.publish.page import ASSETS, asset, show_page
from audiopub.publish.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Rebuilt:
    """What became of a feed."""

    changed: bool
    episodes: int
    missing: tuple[str, ...]
    """Audio files of published episodes that are gone or of another size."""


Scratch = Callable[[], AbstractContextManager[BinaryIO]]
"""Opens an empty file that is gone when it is left."""


def release(
    channel: Channel, episode: Episode, audio: BinaryIO, texts: Mapping[str, Callable[[], Iterable[bytes]]], store: Store, catalog: Catalog, scratch: Scratch
) -> None:
    """Put an episode or its new revision into the store and record it; the feed, which :func:`rebuild` writes, comes after it.

    Args:
        channel: its show.
        episode: what the feed will say.
        audio: the MP3, at its beginning.
        texts: what makes every other file, piece by piece, by its name.
        store: where files go.
        catalog: where the episode is recorded.
        scratch: where a text stands until it is put: those of a long episode are large.

    Raises:
        FeedInvalid: the store lost the audio on the way; the feed is not touched.
    """
    store.put(channel.key(episode.audio), audio)
    for former in episode.former_audio:
        # A client that pinned an earlier revision's address hears the present sound.
        store.alias(channel.key(former), channel.key(episode.audio))
    for name in episode.files:
        with scratch() as file:
            file.writelines(texts[name]())
            file.seek(0)
            store.put(channel.key(name), file)
    if store.size(channel.key(episode.audio)) != episode.audio_bytes:
        raise FeedInvalid("feed.missing_file", path=episode.audio)
    catalog.commit(channel.slug, episode)


def rebuild(channel: Channel, store: Store, catalog: Catalog, *, art: bytes | None = None) -> Rebuilt:
    """Write a show's page and feed from the catalog; nothing is touched where nothing changed.

    An episode whose audio is gone from the store stays in the feed, since no run removes what was
    published, and is named in the answer, so that somebody renders it again.
    """
    episodes = catalog.episodes(channel.slug)
    missing = tuple(episode.audio for episode in episodes if store.size(channel.key(episode.audio)) != episode.audio_bytes)
    store.put(channel.key("cover.jpg"), art or cover(channel.title, channel.author))
    for name in ASSETS:
        store.put(channel.key(name), asset(name))
    store.put(channel.key("index.html"), show_page(channel, episodes).encode())
    changed = store.put(channel.key("feed.xml"), feed_xml(channel, episodes))
    return Rebuilt(changed=changed, episodes=len(episodes), missing=missing)
