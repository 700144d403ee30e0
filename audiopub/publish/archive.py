"""Former revisions, withdrawn and embargoed episodes: kept whole in a store that is never served."""

import json
from collections.abc import Iterator
from dataclasses import replace

from audiopub.errors import ConfigInvalid
from audiopub.publish.episode_json import from_plain, plain
from audiopub.publish.model import NAMED_BY_FEED, Channel, Episode
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
    """Give a revision of an episode as it was; None where it is not in the archive, or its audio or what the feed names is not whole.

    Pages, cards and the like may be missing: an older audiopub did not write all of them, and the next render makes them.

    Raises:
        ConfigInvalid: its record is damaged.
    """
    key = archive_key(replace(episode, revision=revision), _RECORD)
    record = archive.get(key)
    if record is None:
        return None
    try:
        found = from_plain(json.loads(record))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ConfigInvalid("config.bad_record", path=key, reason=str(error)) from error
    wanted: dict[str, int | None] = {found.audio: found.audio_bytes, **{other.file: other.bytes for other in found.alternates}}
    wanted |= dict.fromkeys(map(found.file, NAMED_BY_FEED))
    sizes = archive.sizes([archive_key(found, name) for name in wanted])
    whole = all(sizes[archive_key(found, name)] == size if size is not None else sizes[archive_key(found, name)] for name, size in wanted.items())
    return found if whole else None


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
    """Keep the page that an episode was made from, so that it can be read again without asking anybody; those before it stay."""
    said = {"name": page.name, "identity": page.identity, "form": page.form, "url": page.url, "charset": page.charset, "sha256": page.sha256}
    archive.put(_page_key(episode, f"{page.sha256[:16]}.body"), page.body)
    archive.put(_page_key(episode, "page.json"), json.dumps(said, ensure_ascii=False, indent=1).encode())


def kept_page(episode: Episode, archive: Store) -> Page | None:
    """Give the page that an episode was last made from; None where it was not kept."""
    record = archive.get(_page_key(episode, "page.json"))
    if record is None:
        return None
    try:
        said = json.loads(record)
        body = archive.get(_page_key(episode, f"{said['sha256'][:16]}.body"))
        if body is None:
            return None
        return Page(body=body, name=said["name"], identity=said["identity"], form=PageForm(said["form"]), url=said["url"], charset=said["charset"])
    except (ValueError, KeyError, TypeError) as error:
        raise ConfigInvalid("config.bad_record", path=_page_key(episode, "page.json"), reason=str(error)) from error


def _page_key(episode: Episode, name: str) -> str:
    return f"sources/{episode.show or '_'}/{episode.id}/{name}"
