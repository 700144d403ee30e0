"""What is done with a database that has no episodes: the catalog of an earlier audiopub is taken into it, and one that was lost is not taken for a new one."""

import logging
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import Connection, select

from audiopub.adapters.files import FileCatalog
from audiopub.adapters.sql.database import Database
from audiopub.adapters.sql.manifest_rows import put_numbers, put_rows, values_of
from audiopub.adapters.sql.schema import episodes
from audiopub.adapters.sql.upgrade import alone
from audiopub.errors import ConfigInvalid
from audiopub.publish.manifests import Manifest, has_manifests, manifest_of
from audiopub.publish.store import Store

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
    if database.read(_has_episodes) or not folder.is_dir():
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


def check_remembered(database: Database, archive: Store) -> None:
    """See that a database without episodes is a new one.

    Raises:
        ConfigInvalid: the archive knows of episodes; a feed that is written now would have none of them.
    """
    # A row is there before its manifest is, so it is looked for once more.
    if not database.read(_has_episodes) and has_manifests(archive) and not database.read(_has_episodes):
        raise ConfigInvalid("config.forgotten", url=database.shown)


def _has_episodes(connection: Connection) -> bool:
    return connection.execute(select(episodes.c.id).limit(1)).first() is not None


def _records(folder: Path) -> Iterator[Manifest]:
    catalog = FileCatalog(folder)
    for show in ("", *sorted(path.name for path in folder.iterdir() if path.is_dir())):
        yield from (manifest_of(show, episode, 1) for episode in catalog.episodes(show))
