"""The order of putting: audio, transcripts, chapters, record, pages; then the catalog, the feed, and former addresses last.

Whatever breaks off in the middle, a listener sees the old feed with all its files or the new one with all of its. The feed is a pure
function of the catalog, so writing it again heals a break before it; what is left to do behind the feed is noted in the catalog, and
done by :func:`settle` of the next run.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from typing import BinaryIO

from audiopub.errors import FeedInvalid
from audiopub.publish.archive import all_files
from audiopub.publish.catalog import Catalog
from audiopub.publish.model import Channel, Episode, State
from audiopub.publish.served import GONE
from audiopub.publish.store import Store

Scratch = Callable[[], AbstractContextManager[BinaryIO]]
"""Opens an empty file that is gone when it is left."""

Put = Callable[[str, BinaryIO], object]
"""Puts a file by its name."""


def release(episode: Episode, audio: BinaryIO, texts: Mapping[str, Callable[[], Iterable[bytes]]], put: Put, scratch: Scratch) -> None:
    """Put an episode's files; the caller records it after that.

    Args:
        episode: what the feed will say.
        audio: the MP3, at its beginning.
        texts: what makes every other file, piece by piece, by its name.
        put: where files go.
        scratch: where a text stands until it is put: those of a long episode are large.
    """
    put(episode.audio, audio)
    for name in episode.files:
        with scratch() as file:
            file.writelines(texts[name]())
            file.seek(0)
            put(name, file)


def confirm(channel: Channel, episode: Episode, store: Store) -> None:
    """Make sure that an episode's audio, in every form, is where the feed will say.

    Raises:
        FeedInvalid: the store lost it on the way; the episode must not be recorded.
    """
    wanted = {episode.audio: episode.audio_bytes, **{other.file: other.bytes for other in episode.alternates}}
    sizes = store.sizes([channel.key_of(episode, name) for name in wanted])
    for name, size in wanted.items():
        if sizes[channel.key_of(episode, name)] != size:
            raise FeedInvalid("feed.missing_file", path=name)


def unmark(channel: Channel, episode: Episode, store: Store) -> None:
    """Take away the marks that its addresses are gone, before it is published again."""
    for name in (*all_files(episode), *episode.former_audio, *episode.former_files):
        store.remove(channel.key_of(episode, name) + GONE)


def settle(channel: Channel, episode: Episode, store: Store, catalog: Catalog, instead: Callable[[], Mapping[str, bytes]]) -> None:
    """Do what comes after the feed: turn former addresses to the present sound, or take a withdrawn episode's files away.

    Args:
        channel: its show.
        episode: as it is recorded.
        store: where its files are.
        catalog: where it is recorded as settled then.
        instead: gives what stands at addresses that are no more, by suffix: the page that leads on, the notice and its sound.
    """
    if episode.state is State.PUBLISHED:
        _turn_former(channel, episode, store, instead)
    elif episode.state is State.WITHDRAWN and episode.was_public:
        _take_away(channel, episode, store, instead() if episode.notice else {})
    catalog.commit(channel.slug, replace(episode, settled=True))


def _turn_former(channel: Channel, episode: Episode, store: Store, instead: Callable[[], Mapping[str, bytes]]) -> None:
    """Let a client that pinned an earlier revision's address hear the present sound, and a reader of an earlier page find the present one."""
    forms = {_suffix(name): name for name in (episode.audio, *(other.file for other in episode.alternates))}
    for former in episode.former_audio:
        present = forms.get(_suffix(former))
        if present:
            store.alias(channel.key_of(episode, former), channel.key_of(episode, present))
        else:
            _gone(channel.key_of(episode, former), store)
    if episode.former_names:
        _replace(channel, episode, store, episode.former_files, instead())


def _take_away(channel: Channel, episode: Episode, store: Store, instead: Mapping[str, bytes]) -> None:
    _replace(channel, episode, store, tuple(reversed((*episode.former_audio, *episode.former_files, *all_files(episode)))), instead)


def _replace(channel: Channel, episode: Episode, store: Store, names: Sequence[str], instead: Mapping[str, bytes]) -> None:
    """Put at some addresses what stands there from now on, by suffix; where that is nothing, they are gone."""
    for name in names:
        key = channel.key_of(episode, name)
        body = None if name.endswith(".embed.html") else instead.get(_suffix(name))
        if body is not None:
            store.put(key, body)
            store.remove(key + GONE)
        else:
            _gone(key, store)


def _gone(key: str, store: Store) -> None:
    store.put(key + GONE, b"")
    store.remove(key)


def _suffix(name: str) -> str:
    return "." + name.rpartition(".")[2]
