"""A copy of every record in the archive, from which the catalog is made again when its database is lost."""

import hashlib
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import islice
from typing import Any

from audiopub.errors import Overtaken
from audiopub.publish.episode_json import from_plain, plain
from audiopub.publish.model import Episode
from audiopub.publish.store import Store

_FOLDER = "manifests/"
_KEY = re.compile(r"manifests/([^/.][^/]*)/([^/.][^/]*)\.json")
_AT_ONCE, _SIDE_BY_SIDE = 128, 16
_TRIES = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """A record as it was committed."""

    show: str
    """Under which it was committed."""

    id: str
    version: int
    """Counts the commits of this episode."""

    record: Mapping[str, Any]
    """The episode as plain values, those included that only a newer audiopub knows."""

    @property
    def episode(self) -> Episode:
        """Give the episode.

        Raises:
            KeyError, TypeError, ValueError, AttributeError: the record is none of an episode.
        """
        return from_plain({"show": self.show, **self.record})


def manifest_of(show: str, episode: Episode, version: int) -> Manifest:
    """Give the manifest of an episode."""
    return Manifest(show=show, id=episode.id, version=version, record=plain(episode))


def manifest_key(show: str, episode_id: str) -> str:
    """Give the key of an episode's manifest in the archive."""
    return f"{_FOLDER}{show or '_'}/{episode_id}.json"


def put_manifest(archive: Store, show: str, episode_id: str, present: Callable[[], Manifest | None]) -> Manifest | None:
    """Put an episode's manifest, unless the archive has a newer one.

    Args:
        archive: where it goes.
        show: under which the episode was committed.
        episode_id: its id.
        present: gives what is recorded now. It is asked after the archive was looked at, so that of two writers the later one knows at least as much.

    Returns:
        What the archive has from now on; None where it has a newer one, or nothing is recorded.

    Raises:
        Overtaken: others put it again and again.
        TryAgain: the archive is full, or gives no answer.
    """
    key = manifest_key(show, episode_id)
    for _ in range(_TRIES):
        seen, kept = archive.seen(key), archive.get(key)
        manifest = present()
        if manifest is None or (kept is not None and version_in(kept) > manifest.version):
            return None
        try:
            archive.replace(key, written(manifest), seen)
        except Overtaken:
            continue
        return manifest
    raise Overtaken("again.overtaken", path=key)


def manifests(archive: Store, show: str | None = None, *, damaged: Callable[[str, str], None] = lambda _key, _reason: None) -> Iterator[Manifest]:
    """Read the manifests of an archive.

    Args:
        archive: where they are.
        show: only those of one show; the empty text is the show that has a whole site to itself.
        damaged: told the key of one that cannot be used, and what is wrong with it; the others are read all the same.
    """
    for key, body in manifest_bodies(archive, show):
        try:
            yield read_back(key, body)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            damaged(key, str(error) or type(error).__name__)


def manifest_bodies(archive: Store, show: str | None = None) -> Iterator[tuple[str, bytes]]:
    """Give the manifests as they lie in an archive, several fetched side by side, in the order of their keys."""
    prefix = _FOLDER if show is None else f"{_FOLDER}{show or '_'}/"
    keys = iter(sorted(stored.key for stored in archive.keys(prefix) if _KEY.fullmatch(stored.key)))
    with ThreadPoolExecutor(_SIDE_BY_SIDE) as pool:
        while batch := list(islice(keys, _AT_ONCE)):
            for key, body in zip(batch, pool.map(archive.get, batch), strict=True):
                if body is not None:
                    yield key, body


def has_manifests(archive: Store) -> bool:
    """Tell whether an archive has any manifest."""
    return any(_KEY.fullmatch(stored.key) for stored in archive.keys(_FOLDER))


def written(manifest: Manifest) -> bytes:
    """Give the bytes of a manifest's file."""
    said = {"show": manifest.show, "version": manifest.version, "sha256": _digest(manifest.record), "episode": manifest.record}
    return json.dumps(said, ensure_ascii=False, indent=1).encode()


def read_back(key: str, body: bytes) -> Manifest:
    """Read a manifest's file.

    Raises:
        KeyError, TypeError, ValueError, AttributeError: it is damaged, or lies where another belongs.
    """
    said = json.loads(body)
    found = Manifest(show=said["show"], id=said["episode"]["id"], version=int(said["version"]), record=said["episode"])
    if said["sha256"] != _digest(found.record):
        msg = "its hash is another"
        raise ValueError(msg)
    if found.version < 1 or manifest_key(found.show, found.id) != key or found.episode.id != found.id:
        msg = "it lies where another belongs"
        raise ValueError(msg)
    return found


def version_in(body: bytes) -> int:
    """Give the version of a manifest's file; 0 for one that is damaged, which any other may replace."""
    try:
        said = json.loads(body)
        return int(said["version"]) if said["sha256"] == _digest(said["episode"]) else 0
    except (KeyError, TypeError, ValueError):
        return 0


def _digest(record: Iterable[str]) -> str:
    return hashlib.sha256(json.dumps(record, ensure_ascii=False, sort_keys=True).encode()).hexdigest()
