"""The order of putting: audio, transcripts, chapters, record, page, catalog, and the feed last.

Whatever breaks off in the middle, a listener sees the old feed with all its files or the new one with
all of its. The feed is a pure function of the catalog, so writing it again heals a break before it.
"""

from collections.abc import Mapping
from typing import BinaryIO

from audiopub.errors import FeedInvalid
from audiopub.publish.artwork import cover
from audiopub.publish.catalog import Catalog
from audiopub.publish.feed import feed_xml
from audiopub.publish.model import Channel, Episode
from audiopub.publish.page import ASSETS, asset, show_page
from audiopub.publish.store import Store


def release(channel: Channel, episode: Episode, audio: BinaryIO, texts: Mapping[str, bytes], store: Store, catalog: Catalog, *, art: bytes | None = None) -> bool:
    """Publish an episode or its new revision.

    Args:
        channel: its show.
        episode: what the feed will say.
        audio: the MP3, at its beginning.
        texts: bytes of every other file by its name.
        store: where files go.
        catalog: where the episode is recorded.
        art: the show's cover, None for a drawn one.

    Returns:
        Whether the feed changed.

    Raises:
        FeedInvalid: the store lost a file on the way; the feed is not touched.
    """
    store.put(channel.key(episode.audio), audio)
    for former in episode.former_audio:
        # A client that pinned an earlier revision's address hears the present sound.
        audio.seek(0)
        store.put(channel.key(former), audio)
    for name in episode.files:
        store.put(channel.key(name), texts[name])
    if store.size(channel.key(episode.audio)) != episode.audio_bytes:
        raise FeedInvalid("feed.missing_file", path=episode.audio)
    catalog.commit(channel.slug, episode)
    return rebuild(channel, store, catalog, art=art)


def rebuild(channel: Channel, store: Store, catalog: Catalog, *, art: bytes | None = None) -> bool:
    """Write a show's page and feed from the catalog; nothing is touched where nothing changed.

    Raises:
        FeedInvalid: an episode of the catalog has no audio of the right size; the old feed stays.
    """
    episodes = catalog.episodes(channel.slug)
    for episode in episodes:
        if store.size(channel.key(episode.audio)) != episode.audio_bytes:
            raise FeedInvalid("feed.missing_file", path=episode.audio)
    store.put(channel.key("cover.jpg"), art or cover(channel.title, channel.author))
    for name in ASSETS:
        store.put(channel.key(name), asset(name))
    store.put(channel.key("index.html"), show_page(channel, episodes).encode())
    return store.put(channel.key("feed.xml"), feed_xml(channel, episodes))
