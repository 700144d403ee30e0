"""Former revisions, withdrawn and embargoed episodes: kept whole in a store that is never served."""

import json
from collections.abc import Iterator
from dataclasses import replace

from audiopub.errors import ConfigInvalid
from audiopub.publish.episode_json import from_plain, plain
from audiopub.publish.model import Channel, Episode
from audiopub.publish.store import Store
from audiopub.source import Page, PageForm

_RECORD = "episode.json"


def archive_key(episode: Episode, name: str) -> str:
    """Give the key of one file of an episode's revision in the archive.

    It does not begin with the show's name alone, so that a show called ``feeds`` meets nothing of ours.
    """
    return f"revisions/{episode.show or '_'}/{episode.id}/{episode.revision:04}/{name}"


def all_files(episode: Episode) -> Iterator[str]:
    """Name all files of an episode's present revision, in the order of putting."""
    yield episode.audio
    yield from (other.file for other in episode.alternates)
    yield from episode.files


def keep(channel: Channel, episode: Episode, store: Store, archive: Store) -> None:
    """Copy an episode's present revision into the archive; one that is there already costs nothing.

    What is gone from the store is passed over: :func:`kept` then says that the revision is not whole.
    """
    if archive.size(archive_key(episode, _RECORD)) is not None:
        return
    for name in all_files(episode):
        body = store.open(channel.key_of(episode, name))
        if body is not None:
            with body:
                archive.put(archive_key(episode, name), body)
    note_kept(episode, archive)


def note_kept(episode: Episode, archive: Store) -> None:
    """Write down in the archive what a revision was; the last thing that is put, so that a revision with it is whole."""
    archive.put(archive_key(episode, _RECORD), json.dumps(plain(episode), ensure_ascii=False, indent=1).encode())


def kept(episode: Episode, revision: int, archive: Store) -> Episode | None:
    """Give a revision of an episode as it was; None where it, or one of its files, is not in the archive."""
    key = archive_key(replace(episode, revision=revision), _RECORD)
    record = archive.get(key)
    if record is None:
        return None
    try:
        found = from_plain(json.loads(record))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ConfigInvalid("config.bad_record", path=key, reason=str(error)) from error
    sizes = archive.sizes([archive_key(found, name) for name in all_files(found)])
    return found if all(size is not None for size in sizes.values()) else None


def bring_back(channel: Channel, found: Episode, store: Store, archive: Store, *, without: frozenset[str] = frozenset()) -> None:
    """Copy a kept revision from the archive to where it is served.

    Args:
        channel: its show.
        found: what :func:`kept` gave.
        store: where it goes.
        archive: where it is.
        without: names that are written anew instead.
    """
    for name in all_files(found):
        body = None if name in without else archive.open(archive_key(found, name))
        if body is not None:
            with body:
                store.put(channel.key_of(found, name), body)


def keep_page(episode: Episode, page: Page, archive: Store) -> None:
    """Keep the page that an episode was made from, so that it can be read again without asking anybody."""
    said = {"name": page.name, "identity": page.identity, "form": page.form, "url": page.url, "charset": page.charset}
    archive.put(_page_key(episode, "body"), page.body)
    archive.put(_page_key(episode, "page.json"), json.dumps(said, ensure_ascii=False, indent=1).encode())


def kept_page(episode: Episode, archive: Store) -> Page | None:
    """Give the page that an episode was last made from; None where it was not kept."""
    body, record = archive.get(_page_key(episode, "body")), archive.get(_page_key(episode, "page.json"))
    if body is None or record is None:
        return None
    try:
        said = json.loads(record)
        return Page(body=body, name=said["name"], identity=said["identity"], form=PageForm(said["form"]), url=said["url"], charset=said["charset"])
    except (ValueError, KeyError, TypeError) as error:
        raise ConfigInvalid("config.bad_record", path=_page_key(episode, "page.json"), reason=str(error)) from error


def _page_key(episode: Episode, name: str) -> str:
    return f"sources/{episode.show or '_'}/{episode.id}/{name}"
