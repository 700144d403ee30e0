"""The catalog of an earlier audiopub, one JSON file an episode, taken into an empty database once."""

import json
import logging
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import Connection, select

from audiopub.adapters.sql.database import Database
from audiopub.adapters.sql.manifest_rows import put_numbers, put_rows, values_of
from audiopub.adapters.sql.schema import episodes
from audiopub.adapters.sql.upgrade import alone
from audiopub.errors import ConfigInvalid
from audiopub.publish.episode_json import from_plain
from audiopub.publish.manifests import Manifest, manifest_of

_LOG = logging.getLogger("audiopub")


def imported(database: Database, folder: Path) -> int:
    """Record all episodes of a folder of files, if the database has none; the files are left as they are.

    Args:
        database: that takes them, all or none.
        folder: ``<state>/catalog``: a folder a show, a file an episode; files of the show that has a whole site to itself lie in it directly.

    Returns:
        How many were recorded.

    Raises:
        ConfigInvalid: a record is damaged; nothing is recorded.
    """
    if not folder.is_dir() or database.read(_has_episodes):
        return 0
    found = list(_records(folder))
    if not found:
        return 0

    def work(connection: Connection) -> int:
        alone(connection)
        if _has_episodes(connection):
            return 0
        put_numbers(connection, found)
        return put_rows(connection, map(values_of, found))

    count = database.write(work)
    if count:
        _LOG.info("%s: %d records of episodes were taken into the database; the files stay, and are not read any more", folder, count)
    return count


def _has_episodes(connection: Connection) -> bool:
    return connection.execute(select(episodes.c.id).limit(1)).first() is not None


def _records(folder: Path) -> Iterator[Manifest]:
    for path in sorted((*folder.glob("*.json"), *folder.glob("*/*.json"))):
        show = "" if path.parent == folder else path.parent.name
        try:
            yield manifest_of(show, from_plain({"show": show, **json.loads(path.read_text(encoding="utf-8"))}), 1)
        except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
            raise ConfigInvalid("config.bad_record", path=path, reason=str(error)) from error
